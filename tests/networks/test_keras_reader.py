"""Keras sources: Sequential and functional, channels last, padding in words."""

from __future__ import annotations

import pytest

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.result import Trace
from cnnviz_tui.networks.sizes import shape_list
from cnnviz_tui.networks.trace import is_keras, trace
from tests.networks.sources import CIFAR_CLASS, KERAS_FUNCTIONAL, KERAS_LENET

HEAD = "import keras\nfrom keras import layers\n"


def one_layer(code: str, *sizes: int) -> Trace:
    source = f"{HEAD}model = keras.Sequential([keras.Input({sizes}), {code}])\n"
    return trace(source)


def test_sequential_with_its_own_input() -> None:
    result = trace(KERAS_LENET)
    assert result.ok
    assert result.notes == ()
    assert result.framework == "keras"
    assert shape_list(result.inputs[0]) == [28, 28, 1]
    assert result.total_parameters == 61_706
    assert [row.name for row in result.layers][:3] == ["conv2d", "max_pooling2d", "conv2d_1"]
    assert shape_list(result.layers[2].output) == [10, 10, 16]


def test_another_input_is_used_and_said() -> None:
    result = trace(KERAS_LENET, [(32, 32, 1)])
    assert result.ok
    assert shape_list(result.inputs[0]) == [32, 32, 1]
    assert "28×28×1" in result.notes[0].text
    turned = trace(KERAS_LENET, [(1, 28, 28)])
    assert "channels last" in turned.notes[0].text


def test_functional_models_join_and_reuse() -> None:
    result = trace(KERAS_FUNCTIONAL)
    assert result.ok
    assert result.notes == ()
    assert [row.name for row in result.layers] == [
        "conv2d",
        "conv2d_1",
        "batch_normalization",
        "add",
        "conv2d_2",
        "concatenate",
        "separable_conv2d",
        "global_average_pooling2d",
        "dense",
    ]
    separable = 40 * 9 + 40 * 16 + 16
    assert result.total_parameters == 896 + 9248 + 64 + 264 + separable + 170
    assert shape_list(result.outputs[0]) == [10]


def test_only_what_leads_to_the_outputs_counts() -> None:
    extra = "unused = layers.Dense(1000)(layers.Flatten()(inputs))\n"
    source = KERAS_FUNCTIONAL.replace("outputs =", extra + "outputs =")
    assert trace(source).total_parameters == trace(KERAS_FUNCTIONAL).total_parameters


def test_sequential_by_add_and_input_shape() -> None:
    source = (
        "from tensorflow.keras.models import Sequential\n"
        "from tensorflow.keras.layers import Conv2D, Dense, Flatten\n"
        "def build(classes):\n"
        "    net = Sequential()\n"
        "    net.add(Conv2D(8, (3, 5), strides=2, input_shape=(16, 16, 3)))\n"
        "    net.add(Flatten())\n"
        "    net.add(Dense(classes))\n"
        "    return net\n"
        "model = build(classes=4)\n"
    )
    result = trace(source)
    assert [shape_list(row.output) for row in result.layers] == [[7, 6, 8], [336], [4]]


def test_subclassed_models_need_an_input() -> None:
    source = HEAD + (
        "class Net(keras.Model):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.a = layers.Dense(7)\n"
        "    def call(self, x):\n"
        "        return self.a(x)\n"
    )
    assert shape_list(trace(source, [(5,)]).outputs[0]) == [7]
    with pytest.raises(SourceError, match="--input 28x28x1"):
        trace(source)


@pytest.mark.parametrize(
    ("code", "sizes", "output", "parameters"),
    [
        ("layers.Conv2D(4, 3)", (9, 9, 2), [7, 7, 4], 76),
        ("layers.Conv2D(4, 3, strides=2, padding='same')", (9, 9, 2), [5, 5, 4], 76),
        ("layers.Conv2D(4, 3, use_bias=False, groups=2)", (9, 9, 2), [7, 7, 4], 36),
        ("layers.Conv1D(4, 3, padding='causal')", (9, 2), [9, 4], 28),
        ("layers.Conv2DTranspose(4, 3, strides=2, padding='same')", (5, 5, 2), [10, 10, 4], 76),
        ("layers.Conv2DTranspose(4, 3, strides=2)", (5, 5, 2), [11, 11, 4], 76),
        ("layers.Conv2DTranspose(4, 2, strides=3)", (5, 5, 2), [15, 15, 4], 36),
        ("layers.DepthwiseConv2D(3, depth_multiplier=2)", (9, 9, 2), [7, 7, 4], 40),
        ("layers.MaxPooling2D()", (9, 9, 2), [4, 4, 2], 0),
        ("layers.MaxPooling2D((2, 3), padding='same')", (9, 9, 2), [5, 3, 2], 0),
        ("layers.AveragePooling2D(2, strides=1, padding='same')", (9, 9, 2), [9, 9, 2], 0),
        ("layers.GlobalMaxPooling2D(keepdims=True)", (9, 9, 2), [1, 1, 2], 0),
        ("layers.ZeroPadding2D(((1, 2), 3))", (4, 4, 2), [7, 10, 2], 0),
        ("layers.Cropping2D(1)", (4, 4, 2), [2, 2, 2], 0),
        ("layers.UpSampling2D((2, 3))", (4, 4, 2), [8, 12, 2], 0),
        ("layers.Reshape((8, -1))", (4, 4, 2), [8, 4], 0),
        ("layers.Permute((3, 1, 2))", (4, 5, 2), [2, 4, 5], 0),
        ("layers.BatchNormalization(scale=False)", (4, 5, 2), [4, 5, 2], 2),
        ("layers.Dense(3)", (4, 5, 2), [4, 5, 3], 9),
        ("layers.Activation('relu')", (4,), [4], 0),
    ],
)
def test_single_layers(
    code: str, sizes: tuple[int, ...], output: list[int], parameters: int
) -> None:
    result = one_layer(code, *sizes)
    assert result.error is None
    assert shape_list(result.outputs[0]) == output
    assert result.total_parameters == parameters


def test_a_padding_in_numbers_is_refused_as_keras_does() -> None:
    error = one_layer("layers.Conv2D(4, 3, padding=1)", 9, 9, 2).error
    assert error is not None
    assert '"same" or "valid"' in error.message


def test_the_framework_is_seen_from_the_source() -> None:
    assert is_keras(KERAS_LENET)
    assert is_keras("model = keras.Sequential([layers.Dense(3)])")
    assert not is_keras(CIFAR_CLASS)
    assert not is_keras("nn.Sequential(nn.Linear(3, 4))")
