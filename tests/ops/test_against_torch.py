"""The same calls in PyTorch, forward and backward, where it is installed (it is never needed)."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnviz_tui import ops
from tests.ops.cases import CASES, Case
from tests.ops.strategies import Windows, arrays, convolutions, paddings, pairs, poolings

torch = pytest.importorskip("torch", reason="PyTorch is an optional extra, only compared with")
functional = torch.nn.functional

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")


def agree(ours: npt.NDArray[Any], theirs: Any, what: str = "output") -> None:
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-9, atol=1e-9, err_msg=what)


def compare(case: Case, torch_keywords: dict[str, Any] | None = None) -> None:
    """Call both, with a random upstream gradient, and compare output and all gradients.

    Args:
        case: the call.
        torch_keywords: keywords that PyTorch takes instead of the case's own.
    """
    tensors = {
        name: None if array is None else torch.tensor(array, requires_grad=True)
        for name, array in case.arrays.items()
    }
    keywords = {
        key: torch.tensor(value) if isinstance(value, np.ndarray) else value
        for key, value in (torch_keywords or case.keywords).items()
    }
    with_places = bool(keywords.get("return_indices"))
    theirs = getattr(functional, case.name)(**tensors, **keywords)
    ours = case.forward(**case.arrays, **case.fresh_keywords())
    if with_places:
        np.testing.assert_array_equal(ours[1], theirs[1].numpy())
        ours, theirs = ours[0], theirs[0]
    agree(ours, theirs)
    upstream = np.random.default_rng(11).normal(size=np.shape(ours))
    theirs.backward(torch.tensor(upstream))
    for (name, tensor), gradient in zip(tensors.items(), case.gradients(upstream), strict=True):
        if tensor is None or gradient is None:
            assert tensor is gradient is None, name
        else:
            agree(gradient, tensor.grad, name)


def pytorch_has_it(case: Case) -> bool:
    """Tell whether a call stays within what PyTorch can do, and within what is not random."""
    four_sides = np.ndim(case.keywords.get("padding", 0)) == 2
    transposed_word = case.name == "conv_transpose2d" and "same" in case.keywords.values()
    random = case.name == "dropout" and case.keywords.get("training", True)
    return not (four_sides or transposed_word or random)


SHARED = [case for case in CASES if pytorch_has_it(case)]


@pytest.mark.parametrize("case", SHARED, ids=[case.label for case in SHARED])
def test_every_operation(case: Case) -> None:
    compare(case)


def symmetric(windows: Windows) -> bool:
    return all(before == after for before, after in windows.sides)


def torch_padding(windows: Windows) -> tuple[int, int]:
    return windows.sides[0][0], windows.sides[1][0]


@settings(max_examples=200)
@given(st.data(), st.integers(1, 3), st.booleans())
def test_convolutions(data: st.DataObject, groups: int, with_bias: bool) -> None:
    windows: Windows = data.draw(convolutions(groups * 2))
    assume(isinstance(windows.padding, str) or symmetric(windows))
    keywords = {"stride": windows.stride, "dilation": windows.dilation, "groups": groups}
    case = Case(
        "conv2d",
        {
            "input": windows.images,
            "weight": data.draw(arrays(3 * groups, 2, *windows.kernel)),
            "bias": data.draw(arrays(3 * groups)) if with_bias else None,
        },
        {**keywords, "padding": windows.padding},
    )
    word = isinstance(windows.padding, str)
    compare(case, {**keywords, "padding": windows.padding if word else torch_padding(windows)})


@settings(max_examples=200)
@given(st.data(), st.integers(1, 3), st.booleans())
def test_transposed_convolutions(data: st.DataObject, groups: int, with_bias: bool) -> None:
    kernel, stride, dilation = (data.draw(pairs(1, n)) for n in (3, 3, 3))
    _, sides = data.draw(paddings((1, 1)))
    extra = data.draw(pairs(0, 2))
    assume(all(e < max(s, d) for e, s, d in zip(extra, stride, dilation, strict=True)))
    size = data.draw(pairs(2, 5))
    keywords = {
        "stride": stride,
        "padding": (sides[0][0], sides[1][0]),
        "output_padding": extra,
        "groups": groups,
        "dilation": dilation,
    }
    arrays_given = {
        "input": data.draw(arrays(2, 2 * groups, *size)),
        "weight": data.draw(arrays(2 * groups, 3, *kernel)),
        "bias": data.draw(arrays(3 * groups)) if with_bias else None,
    }
    smallest = [
        (n - 1) * s - 2 * side[0] + d * (f - 1) + e + 1
        for n, s, side, d, f, e in zip(size, stride, sides, dilation, kernel, extra, strict=True)
    ]
    assume(min(smallest) >= 1)
    compare(Case("conv_transpose2d", arrays_given, keywords))


@settings(max_examples=200)
@given(st.data(), st.booleans())
def test_max_pooling(data: st.DataObject, ceil_mode: bool) -> None:
    windows: Windows = data.draw(poolings(ceil_mode, dilated=True))
    assume(symmetric(windows))
    keywords: dict[str, Any] = {
        "kernel_size": windows.kernel,
        "stride": windows.stride,
        "padding": torch_padding(windows),
        "dilation": windows.dilation,
        "ceil_mode": ceil_mode,
        "return_indices": True,
    }
    _, places = ops.max_pool2d(windows.images, **keywords)
    assume(np.all(places >= 0))  # where PyTorch's index points outside of the map
    compare(Case("max_pool2d", {"input": windows.images}, keywords))


@settings(max_examples=200)
@given(st.data(), st.booleans(), st.booleans(), st.none() | st.integers(1, 5))
def test_average_pooling(
    data: st.DataObject, ceil_mode: bool, counted: bool, divisor: int | None
) -> None:
    windows: Windows = data.draw(poolings(ceil_mode, dilated=False))
    assume(symmetric(windows))
    keywords = {
        "kernel_size": windows.kernel,
        "stride": windows.stride,
        "padding": torch_padding(windows),
        "ceil_mode": ceil_mode,
        "count_include_pad": counted,
        "divisor_override": divisor,
    }
    compare(Case("avg_pool2d", {"input": windows.images}, keywords))


@settings(max_examples=100)
@given(pairs(1, 9), pairs(1, 11), st.data())
def test_adaptive_pooling(
    size: tuple[int, int], output: tuple[int, int], data: st.DataObject
) -> None:
    images = data.draw(arrays(2, 2, *size))
    compare(Case("adaptive_avg_pool2d", {"input": images}, {"output_size": output}))
    compare(
        Case(
            "adaptive_max_pool2d",
            {"input": images},
            {"output_size": output, "return_indices": True},
        )
    )


@settings(max_examples=200)
@given(st.data(), st.sampled_from(["constant", "reflect", "replicate", "circular"]), pairs(1, 6))
def test_padding(data: st.DataObject, mode: str, size: tuple[int, int]) -> None:
    images = data.draw(arrays(2, 2, *size))
    amounts: list[int] = []
    for cells in reversed(size):
        before = data.draw(st.integers(-(cells // 3), cells - 1))
        # PyTorch wraps the cropped part; what it does when that is too short is its secret.
        kept = cells + min(before, 0)
        after = data.draw(st.integers(-(cells // 3), kept - 1))
        assume(max(before, 0) <= cells + min(after, 0) - (mode == "reflect"))
        amounts += [before, after]
    assume(
        all(n + a + b > 0 for n, a, b in zip(size[::-1], amounts[::2], amounts[1::2], strict=True))
    )
    compare(Case("pad", {"input": images}, {"pad": amounts, "mode": mode}))


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("smoothing", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("ignored", [-100, 2, -1])
@pytest.mark.parametrize("shape", [(5, 4), (2, 4, 3), (2, 4, 3, 2), (4,)])
def test_cross_entropy(
    reduction: str, smoothing: float, weighted: bool, ignored: int, shape: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(sum(shape))
    logits = rng.normal(size=shape) * 3
    samples = (shape[0], *shape[2:]) if len(shape) > 1 else ()
    classes = np.asarray(rng.integers(0, 4, size=samples))
    if classes.ndim:
        classes.flat[0] = ignored
    keywords = {
        "reduction": reduction,
        "label_smoothing": smoothing,
        "weight": rng.random(4) + 0.1 if weighted else None,
    }
    indexed = {"target": classes, "ignore_index": ignored, **keywords}
    compare(Case("cross_entropy", {"input": logits}, indexed))
    soft = {"target": rng.random(shape), **keywords}
    compare(Case("cross_entropy", {"input": logits}, soft))


def test_ignoring_everything_is_nan_with_a_gradient_of_zero() -> None:
    keywords = {"target": np.full(3, -100)}
    compare(Case("cross_entropy", {"input": np.ones((3, 4))}, keywords))


@pytest.mark.parametrize("momentum", [0.1, 0.9])
def test_running_statistics(momentum: float) -> None:
    batch = np.random.default_rng(0).normal(2, 3, size=(4, 3, 5))
    ours = np.zeros(3), np.ones(3)
    theirs = torch.zeros(3, dtype=torch.float64), torch.ones(3, dtype=torch.float64)
    for samples in (batch, batch * 2 + 1):
        ops.batch_norm(samples, *ours, training=True, momentum=momentum)
        functional.batch_norm(torch.tensor(samples), *theirs, training=True, momentum=momentum)
    for mine, other in zip(ours, theirs, strict=True):
        agree(mine, other)


KINKS = np.array([-30.0, -1.0, -0.0, 0.0, 1.0, 20.0, 20.5, 90.0, np.nan])


@pytest.mark.parametrize(
    ("name", "keywords"),
    [
        ("relu", {}),
        ("leaky_relu", {"negative_slope": 0.2}),
        ("elu", {"alpha": 0.5}),
        ("gelu", {"approximate": "none"}),
        ("gelu", {"approximate": "tanh"}),
        ("sigmoid", {}),
        ("tanh", {}),
        ("softplus", {}),
        ("softplus", {"beta": 3.0, "threshold": 60}),
        ("softmax", {"dim": 0}),
        ("log_softmax", {"dim": 0}),
    ],
)
def test_kinks_ends_and_nan(name: str, keywords: dict[str, Any]) -> None:
    compare(Case(name, {"input": KINKS}, keywords))


@pytest.mark.parametrize("axes", range(5))
@pytest.mark.filterwarnings("ignore:Implicit dimension choice")
def test_softmax_without_dim(axes: int) -> None:
    scores = np.random.default_rng(axes).normal(size=(2, 3, 4, 5)[:axes])
    compare(Case("softmax", {"input": scores}))
    compare(Case("log_softmax", {"input": scores}))


@pytest.mark.parametrize(
    "name",
    [
        "relu",
        "leaky_relu",
        "elu",
        "softmax",
        "log_softmax",
        "cross_entropy",
        "local_response_norm",
        "batch_norm",
        "dropout",
        "pad",
        "max_unpool2d",
    ],
)
def test_arguments_have_pytorch_s_names_order_and_defaults(name: str) -> None:
    theirs = [
        (p.name, p.default)
        for p in inspect.signature(getattr(functional, name)).parameters.values()
    ]
    ours = [(p.name, p.default) for p in inspect.signature(getattr(ops, name)).parameters.values()]
    assert ours[: len(theirs)] == theirs
    assert all(key in ("rng", "mask") for key, _ in ours[len(theirs) :])


@pytest.mark.parametrize(
    "name",
    [
        "conv2d",
        "conv_transpose2d",
        "linear",
        "max_pool2d",
        "avg_pool2d",
        "adaptive_max_pool2d",
        "softplus",
    ],
)
def test_arguments_of_compiled_functions_have_pytorch_s_order(name: str) -> None:
    """Their signatures stand in their documentation: all by position, then all by name."""
    images = np.random.default_rng(0).normal(size=(2, 2, 6, 6))
    by_position: dict[str, tuple[npt.ArrayLike | None, ...]] = {
        "conv2d": (images, images[:, :, :3, :2], np.ones(2), (2, 1), (1, 0), (1, 2), 1),
        "conv_transpose2d": (
            images,
            images[:, :, :3, :2],
            np.ones(2),
            2,
            (1, 0),
            (1, 0),
            1,
            (1, 2),
        ),
        "linear": (images, images[0, 0], np.ones(6)),
        "max_pool2d": (images, 3, (2, 1), (1, 0), (1, 2), True),
        "avg_pool2d": (images, 3, (2, 1), (1, 0), True, False, 7),
        "adaptive_max_pool2d": (images, (2, 3), False),
        "softplus": (images, 2, 1),
    }
    arguments = by_position[name]
    tensors = [torch.tensor(a) if isinstance(a, np.ndarray) else a for a in arguments]
    agree(getattr(ops, name)(*arguments), getattr(functional, name)(*tensors))
