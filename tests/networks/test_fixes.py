"""The error is the lesson: right line, right reason, and corrections that trace."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cnnviz_tui.networks.result import Trace, TraceError
from cnnviz_tui.networks.sizes import Shape, shape_list, without_batch
from cnnviz_tui.networks.trace import trace
from tests.networks.sources import (
    CIFAR_CLASS,
    INCEPTION,
    KERAS_FUNCTIONAL,
    KERAS_LENET,
    LENET_LINE,
    MNIST_EXAMPLE,
    RESIDUAL,
    VGG_LOOP,
)


@dataclass(frozen=True)
class Broken:
    """A model with one number broken.

    Args:
        source: the model as it is right.
        right: a piece of it that occurs once.
        wrong: what stands in its place.
        sizes: the input; none if the source says it.
        layer: the layer that does not fit.
        made: a piece of the line in which it is made.
        got: what arrives.
        expected: what is wanted.
        fix: a correction that must be among those proposed.
    """

    source: str
    right: str
    wrong: str
    sizes: tuple[int, ...]
    layer: str
    made: str
    got: object
    expected: object
    fix: str

    @property
    def text(self) -> str:
        """The broken source."""
        assert self.source.count(self.right) == 1
        return self.source.replace(self.right, self.wrong)


BROKEN = {
    "dense layer": Broken(
        CIFAR_CLASS, "16 * 5 * 5", "16 * 4 * 4", (3, 32, 32),
        "fc1", "self.fc1 =", 400, 256, "nn.Linear(400, 120)",
    ),
    "filter size": Broken(
        CIFAR_CLASS, "nn.Conv2d(3, 6, 5)", "nn.Conv2d(3, 6, 7)", (3, 32, 32),
        "fc1", "self.fc1 =", 256, 400, "nn.Linear(256, 120)",
    ),
    "input channels": Broken(
        CIFAR_CLASS, "nn.Conv2d(6, 16, 5)", "nn.Conv2d(8, 16, 5)", (3, 32, 32),
        "conv2", "self.conv2 =", 6, 8, "nn.Conv2d(6, 16, 5)",
    ),
    "input size": Broken(
        CIFAR_CLASS, "nn.MaxPool2d(2, 2)", "nn.MaxPool2d(2, 2) ", (3, 28, 28),
        "fc1", "self.fc1 =", 256, 400, "nn.Conv2d(3, 6, 5, padding=2)",
    ),
    "groups": Broken(
        CIFAR_CLASS, "nn.Conv2d(6, 16, 5)", "nn.Conv2d(6, 16, 5, groups=4)", (3, 32, 32),
        "conv2", "self.conv2 =", 6, None, "nn.Conv2d(6, 16, 5, groups=2)",
    ),
    "no flatten": Broken(
        CIFAR_CLASS, "torch.flatten(x, 1)", "x", (3, 32, 32),
        "fc1", "self.fc1 =", 5, 400, "x = F.relu(self.fc1(torch.flatten(x, 1)))",
    ),
    "view too short": Broken(
        CIFAR_CLASS, "torch.flatten(x, 1)", "x.view(-1, 16 * 4 * 4)", (3, 32, 32),
        "view", "x.view(", 400, 256, "x.view(-1, 400)",
    ),
    "view that cuts pictures": Broken(
        CIFAR_CLASS, "torch.flatten(x, 1)", "x.view(-1, 16 * 5)", (3, 32, 32),
        "fc1", "self.fc1 =", 80, 400, "x.view(-1, 400)",
    ),
    "picture too small": Broken(
        CIFAR_CLASS, "nn.MaxPool2d(2, 2)", "nn.MaxPool2d(4, 4)", (3, 32, 32),
        "pool_1", "self.pool =", [3, 3], [4, 4], "nn.MaxPool2d(4, 4, padding=1); and in line 13 "
        "nn.Linear(16, 120)",
    ),
    "MNIST": Broken(
        MNIST_EXAMPLE, "nn.Linear(9216, 128)", "nn.Linear(9126, 128)", (1, 28, 28),
        "fc1", "self.fc1 =", 9216, 9126, "nn.Linear(9216, 128)",
    ),
    "VGG by a loop": Broken(
        VGG_LOOP, "in_channels = 3", "in_channels = 1", (3, 32, 32),
        "features.0", "nn.Conv2d(in_channels", 3, 1, "in_channels = 3",
    ),
    "VGG's classifier": Broken(
        VGG_LOOP, "nn.Linear(512, num_classes)", "nn.Linear(256, num_classes)", (3, 32, 32),
        "classifier", "self.classifier", 512, 256, "nn.Linear(512, num_classes)",
    ),
    "residual block": Broken(
        RESIDUAL, "3, stride=1, padding=1", "3, stride=1, padding=0", (3, 32, 32),
        "add", "out += self", [64, 32, 32], [64, 30, 30],
        "nn.Conv2d(channels, channels, 3, stride=1, padding=1, bias=False)",
    ),
    "residual shortcut": Broken(
        RESIDUAL, "kernel_size=1, stride=stride", "kernel_size=1, stride=1", (3, 32, 32),
        "add_2", "out += self", [128, 32, 32], [128, 16, 16],
        "nn.Conv2d(channels_in, channels, kernel_size=1, stride=2, bias=False)",
    ),
    "Inception branch": Broken(
        INCEPTION, "5, padding=2", "5, padding=1", (192, 28, 28),
        "cat", "torch.cat", [32, 26, 26], [64, 28, 28], "nn.Conv2d(c3[0], c3[1], 5, padding=2)",
    ),
    "Inception's sum": Broken(
        INCEPTION, "nn.Linear(256, 10)", "nn.Linear(240, 10)", (192, 28, 28),
        "3", "nn.Linear(240", 256, 240, "nn.Linear(256, 10)",
    ),
    "Keras LeNet": Broken(
        KERAS_LENET, "layers.Conv2D(16, 5,", "layers.Conv2D(16, 15,", (),
        "conv2d_1", "layers.Conv2D(16", [14, 14], [15, 15],
        'layers.Conv2D(16, 15, activation="relu", padding="same")',
    ),
    "Keras residual": Broken(
        KERAS_FUNCTIONAL, 'layers.Conv2D(32, 3, padding="same")(x)', "layers.Conv2D(32, 3)(x)", (),
        "add", "layers.add", [32, 32, 32], [30, 30, 32],
        'layers.Conv2D(32, 3, padding="same")',
    ),
    "one line": Broken(
        LENET_LINE, "flatten | ", "", (1, 28, 28),
        "linear1", "conv 6", [16, 5, 5], 400, "flatten | linear 120",
    ),
}  # fmt: skip


def broken_trace(case: Broken) -> tuple[Trace, TraceError]:
    result = trace(case.text, [case.sizes] if case.sizes else [])
    assert result.error is not None
    return result, result.error


def picture(shape: Shape) -> list[int]:
    return [size for size in without_batch(shape) if size is not None]


def plain(value: object) -> object:
    return shape_list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("name", BROKEN)
def test_the_layer_the_line_and_the_numbers_are_named(name: str) -> None:
    case = BROKEN[name]
    _, error = broken_trace(case)
    assert error.layer == case.layer
    assert error.line is not None
    assert case.made in case.text.split("\n")[error.line - 1]
    assert {str(plain(error.got)), str(plain(error.expected))} == {
        str(case.got),
        str(case.expected),
    }


@pytest.mark.parametrize("name", BROKEN)
def test_every_correction_traces(name: str) -> None:
    case = BROKEN[name]
    result, error = broken_trace(case)
    assert case.fix in [fix.text for fix in error.fixes]
    for fix in error.fixes:
        if fix.source is not None:
            again = trace(fix.source, [picture(shape) for shape in result.inputs])
        else:
            assert fix.inputs is not None
            again = trace(case.text, [picture(shape) for shape in fix.inputs])
        assert again.ok, fix.text
        assert again.notes == result.notes


def test_the_table_up_to_the_failing_layer_is_there() -> None:
    result, _ = broken_trace(BROKEN["dense layer"])
    assert [row.name for row in result.layers] == [
        "conv1", "relu", "pool", "conv2", "relu_1", "pool_1", "flatten",
    ]  # fmt: skip


def test_the_sizes_on_the_way_and_the_factors_explain_the_number() -> None:
    _, error = broken_trace(BROKEN["input size"])
    assert any(line.startswith("flatten") and "16·4·4 = 256" in line for line in error.why)
    assert "400 would be 16×5×5; what arrives is 16×4×4." in error.why
    assert [fix.text for fix in error.fixes] == [
        "nn.Linear(256, 120)",
        "nn.Conv2d(3, 6, 5, padding=2)",
        "another input: --input 3x32x32",
    ]


def test_a_channels_last_input_is_recognised() -> None:
    error = trace(CIFAR_CLASS, [(32, 32, 3)]).error
    assert error is not None
    assert "the channels stand at the other end" in error.message
    assert [fix.text for fix in error.fixes] == ["another input: --input 3x32x32"]


def test_a_missing_attribute_is_an_error_with_the_nearest_name() -> None:
    error = trace(CIFAR_CLASS.replace("self.fc3(x)", "self.fc4(x)"), [(3, 32, 32)]).error
    assert error is not None
    assert "no attribute “fc4”; did you mean self.fc3?" in error.message
    assert (
        "self.fc4"
        in CIFAR_CLASS.replace("self.fc3(x)", "self.fc4(x)").split("\n")[(error.call_line or 0) - 1]
    )


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("nn.Conv2d(3, 6, 5)", "nn.Conv2d(3, 6)", "kernel_size is missing"),
        ("nn.Conv2d(3, 6, 5)", "nn.Conv2d(3, 6, 5, pading=1)", "did you mean padding"),
        ("nn.Conv2d(3, 6, 5)", "nn.Conv2d(3, 6, 'five')", "must be a whole number"),
        ("nn.Conv2d(3, 6, 5)", "nn.Conv2d(3, 0, 5)", "at least 1"),
        ("nn.Conv2d(3, 6, 5)", "nn.Conv2d(3, 6, 5, 2, 'same')", "no padding=“same” with a stride"),
        ("nn.MaxPool2d(2, 2)", "nn.MaxPool2d(2, 2, padding=2)", "half of its window"),
        ("self.fc3(x)", "self.fc3()", "without a tensor"),
        ("self.fc3(x)", "undefined.shape[5] or [1, 2][7]", "there are only 2 elements"),
    ],
)
def test_what_pytorch_itself_would_refuse_is_refused(right: str, wrong: str, sentence: str) -> None:
    error = trace(CIFAR_CLASS.replace(right, wrong), [(3, 32, 32)]).error
    assert error is not None
    assert sentence in error.message


def test_a_model_that_raises_by_itself_says_where() -> None:
    text = CIFAR_CLASS.replace(
        "        x = torch.flatten(x, 1)",
        "        if x.shape[-1] != 4:\n            raise ValueError(f'want 4, got {x.shape[-1]}')",
    )
    error = trace(text, [(3, 32, 32)]).error
    assert error is not None
    assert "want 4, got 5" in error.message
    assert "raise ValueError" in text.split("\n")[(error.line or 0) - 1]


def test_non_ascii_sources_are_corrected_in_the_right_place() -> None:
    text = CIFAR_CLASS.replace("16 * 5 * 5", "16 * 4 * 4").replace(
        "        self.fc1", "        größe = 'ä'; self.fc1"
    )
    error = trace(text, [(3, 32, 32)]).error
    assert error is not None
    assert error.fixes[0].text == "nn.Linear(400, 120)"
    assert "größe = 'ä'; self.fc1 = nn.Linear(400, 120)\n" in (error.fixes[0].source or "")
