"""The layers of ``keras.layers``: channels last, padding in words, input channels as they come."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cnnviz_tui.networks.operations.base import Operation
from cnnviz_tui.networks.operations.dense import Elementwise, Embedding, Linear, Norm
from cnnviz_tui.networks.operations.joins import Chain, Combine, Concat
from cnnviz_tui.networks.operations.rearrange import Flatten, Pad, Permute, Reshape, Resize
from cnnviz_tui.networks.operations.windows import AdaptivePool, Conv, DepthwiseConv, Pool
from cnnviz_tui.networks.readers.python.binding import Given, UnsuitableError, make_layer
from cnnviz_tui.networks.readers.python.core import Core
from cnnviz_tui.networks.readers.python.values import Call, Native, Value
from cnnviz_tui.networks.sizes import BATCH
from cnnviz_tui.shapes.axis import per_axis
from cnnviz_tui.shapes.layers import Lengths, PoolingKind
from cnnviz_tui.shapes.padding import Padding


@dataclass(frozen=True, slots=True)
class LayerClass:
    """A class of ``keras.layers``.

    Args:
        names: its parameters, those that stand first in order.
        make: the operation for given arguments.
    """

    names: tuple[str, ...]
    make: Callable[[Given], Operation]


FIELDS = {
    "filters": "out_channels",
    "strides": "stride",
    "pool_size": "kernel_size",
    "dilation_rate": "dilation",
    "units": "out_features",
    "target_shape": "sizes",
}
"""Arguments whose names are not those of the operation's fields."""

APPEND = {"padding": ", padding=", "stride": ", strides=", "groups": ", groups="}
"""How an argument that was left out is written."""

_NO_SHAPE = [
    "activation",
    "use_bias",
    "kernel_initializer",
    "bias_initializer",
    "kernel_regularizer",
    "bias_regularizer",
    "activity_regularizer",
    "kernel_constraint",
    "bias_constraint",
    "input_shape",
    "input_dim",
    "batch_input_shape",
    "trainable",
    "data_format",
    "depthwise_initializer",
    "pointwise_initializer",
    "depthwise_regularizer",
    "pointwise_regularizer",
    "seed",
]
"""Arguments that most layers take, and that no output shape depends on."""

_CONV = "filters kernel_size strides padding data_format dilation_rate groups activation use_bias"
_TRANSPOSED = (
    "filters kernel_size strides padding output_padding data_format dilation_rate activation "
    "use_bias"
)
_SEPARABLE = (
    "filters kernel_size strides padding data_format dilation_rate depth_multiplier activation "
    "use_bias"
)
_DEPTHWISE = (
    "kernel_size strides padding depth_multiplier data_format dilation_rate activation use_bias"
)


def _word(given: Given) -> str:
    """Return the padding, which Keras says in a word."""
    padding = given.value("padding", "valid")
    if not isinstance(padding, str) or padding.lower() not in ("same", "valid", "causal"):
        raise UnsuitableError('The padding of Keras is "same" or "valid".')
    return padding.lower()


def _convolution(rank: int) -> LayerClass:
    """Return Conv1D, Conv2D or Conv3D."""

    def make(given: Given) -> Operation:
        word = _word(given)
        kernel, dilation = given.lengths("kernel_size"), given.lengths("dilation_rate", 1)
        padding: Padding = word
        if word == "causal":
            reach = per_axis(dilation, rank, "dilation")[0] * (
                per_axis(kernel, rank, "filter")[0] - 1
            )
            padding = ((reach, 0),)
        return Conv(
            rank=rank,
            channels_last=True,
            out_channels=given.number("filters"),
            kernel_size=kernel,
            stride=given.lengths("strides", 1),
            padding=padding,
            dilation=dilation,
            groups=given.number("groups", 1),
            bias=given.flag("use_bias", True),
        )

    return LayerClass(tuple(_CONV.split()), make)


def _transposed(rank: int) -> LayerClass:
    """Return Conv1DTranspose or Conv2DTranspose.

    "valid" puts out N·S + max(F − S, 0), "same" N·S positions.
    """

    def make(given: Given) -> Operation:
        kernel, stride = given.lengths("kernel_size"), given.lengths("strides", 1)
        same = _word(given) == "same"
        cuts, extra = [], []
        windows = per_axis(kernel, rank, "filter")
        for window, step in zip(windows, per_axis(stride, rank, "stride"), strict=True):
            cut = max(window - step, 0) if same else 0
            cuts.append((cut // 2, cut - cut // 2))
            extra.append(max(step - window, 0))
        return Conv(
            rank=rank,
            channels_last=True,
            out_channels=given.number("filters"),
            kernel_size=kernel,
            stride=stride,
            padding=tuple(cuts),
            output_padding=tuple(extra),
            bias=given.flag("use_bias", True),
            transposed=True,
        )

    return LayerClass(tuple(_TRANSPOSED.split()), make)


def _depthwise(given: Given) -> Operation:
    """Return the depthwise convolution."""
    return DepthwiseConv(
        channels_last=True,
        kernel_size=given.lengths("kernel_size"),
        stride=given.lengths("strides", 1),
        padding=_word(given),
        dilation=given.lengths("dilation_rate", 1),
        multiplier=given.number("depth_multiplier", 1),
        bias=given.flag("use_bias", True),
    )


def _separable(given: Given) -> Operation:
    """Return a depthwise convolution without biases and a 1x1 one."""
    depthwise = DepthwiseConv(
        channels_last=True,
        kernel_size=given.lengths("kernel_size"),
        stride=given.lengths("strides", 1),
        padding=_word(given),
        dilation=given.lengths("dilation_rate", 1),
        multiplier=given.number("depth_multiplier", 1),
        bias=False,
    )
    pointwise = Conv(
        channels_last=True,
        out_channels=given.number("filters"),
        kernel_size=1,
        bias=given.flag("use_bias", True),
    )
    return Chain(operations=(depthwise, pointwise))


def _pooling(kind: PoolingKind, rank: int) -> LayerClass:
    """Return max or average pooling."""

    def make(given: Given) -> Operation:
        stride: Lengths | None = None
        if given.value("strides") is not None:
            stride = given.lengths("strides")
        return Pool(
            rank=rank,
            channels_last=True,
            kind=kind,
            kernel_size=given.lengths("pool_size", 2),
            stride=stride,
            padding=_word(given),
        )

    return LayerClass(("pool_size", "strides", "padding"), make)


def _global(kind: PoolingKind, rank: int) -> LayerClass:
    """Return pooling over the whole picture."""

    def make(given: Given) -> Operation:
        return AdaptivePool(
            rank=rank,
            channels_last=True,
            kind=kind,
            output_size=1,
            squeezed=not given.flag("keepdims", False),
        )

    return LayerClass(("data_format", "keepdims"), make)


def _dense(given: Given) -> Operation:
    return Linear(out_features=given.number("units"), bias=given.flag("use_bias", True))


def _normalised(given: Given) -> Operation:
    return Norm(
        axis=given.number("axis", -1),
        scale=given.flag("scale", True),
        shift=given.flag("center", True),
    )


def _sides(value: Value, rank: int) -> tuple[tuple[int, int], ...]:
    """Return a padding as Keras writes it, one pair for each axis, the last axis first."""
    if isinstance(value, int):
        pairs: list[Value] = [(value, value)] * rank
    elif isinstance(value, (tuple, list)) and len(value) == 2 and rank == 1:
        pairs = [tuple(value)]
    elif isinstance(value, (tuple, list)) and len(value) == rank:
        pairs = [(one, one) if isinstance(one, int) else tuple(one) for one in value]
    else:
        raise UnsuitableError("The padding must be a number, or one or two for each axis.")
    if not all(len(pair) == 2 and all(isinstance(side, int) for side in pair) for pair in pairs):
        raise UnsuitableError("The padding must be made of whole numbers.")
    return tuple((int(before), int(after)) for before, after in reversed(pairs))


def _padding(rank: int, sign: int) -> LayerClass:
    """Return zero padding (sign 1) or cropping (sign -1)."""

    def make(given: Given) -> Operation:
        name = "padding" if sign > 0 else "cropping"
        sides = _sides(given.value(name, 1), rank)
        return Pad(sides=tuple((sign * a, sign * b) for a, b in sides), channels_last=True)

    return LayerClass(("padding" if sign > 0 else "cropping",), make)


def _upsampling(given: Given) -> Operation:
    size = given.lengths("size", 2)
    factors = size if isinstance(size, tuple) else (size,)
    return Resize(scale=tuple(float(one) for one in factors), channels_last=True)


def _reshape(given: Given) -> Operation:
    shape = given.lengths("target_shape")
    return Reshape(sizes=(BATCH, *(shape if isinstance(shape, tuple) else (shape,))))


def _permute(given: Given) -> Operation:
    order = given.lengths("dims")
    return Permute(order=(0, *(order if isinstance(order, tuple) else (order,))))


def _keeps_shape(names: str = "", *, view: bool = False) -> LayerClass:
    """Return a layer that changes no shape."""
    operation = Elementwise(view=view)
    return LayerClass(tuple(names.split()), lambda given: operation)


def _classes() -> dict[str, LayerClass]:
    """Return all layers by name."""
    classes = {
        "Dense": LayerClass(("units", "activation", "use_bias"), _dense),
        "Flatten": LayerClass((), lambda given: Flatten()),
        "DepthwiseConv2D": LayerClass(tuple(_DEPTHWISE.split()), _depthwise),
        "SeparableConv2D": LayerClass(tuple(_SEPARABLE.split()), _separable),
        "BatchNormalization": LayerClass(
            ("axis", "momentum", "epsilon", "center", "scale"), _normalised
        ),
        "LayerNormalization": LayerClass(("axis", "epsilon", "center", "scale"), _normalised),
        "Reshape": LayerClass(("target_shape",), _reshape),
        "Permute": LayerClass(("dims",), _permute),
        "Concatenate": LayerClass(("axis",), lambda given: Concat(axis=given.number("axis", -1))),
        "Embedding": LayerClass(
            ("input_dim", "output_dim", "input_length", "embeddings_initializer"),
            lambda given: Embedding(
                entries=given.number("input_dim"), features=given.number("output_dim")
            ),
        ),
    }
    for rank in (1, 2, 3):
        classes |= {
            f"Conv{rank}D": _convolution(rank),
            f"Convolution{rank}D": _convolution(rank),
            f"Conv{rank}DTranspose": _transposed(rank),
            f"MaxPooling{rank}D": _pooling("max", rank),
            f"MaxPool{rank}D": _pooling("max", rank),
            f"AveragePooling{rank}D": _pooling("avg", rank),
            f"AvgPool{rank}D": _pooling("avg", rank),
            f"GlobalAveragePooling{rank}D": _global("avg", rank),
            f"GlobalMaxPooling{rank}D": _global("max", rank),
            f"ZeroPadding{rank}D": _padding(rank, 1),
            f"Cropping{rank}D": _padding(rank, -1),
            f"UpSampling{rank}D": LayerClass(("size", "data_format", "interpolation"), _upsampling),
            f"SpatialDropout{rank}D": _keeps_shape("rate", view=True),
        }
    for name, verb in (
        ("Add", "added"),
        ("Subtract", "subtracted"),
        ("Multiply", "multiplied"),
        ("Average", "averaged"),
        ("Maximum", "compared"),
        ("Minimum", "compared"),
    ):
        classes[name] = _combined(verb)
    for name in ("ReLU", "LeakyReLU", "ELU", "Softmax", "Activation", "Rescaling", "PReLU"):
        classes[name] = _keeps_shape("a b c alpha negative_slope max_value axis scale offset")
    for name in (
        "Dropout",
        "GaussianNoise",
        "GaussianDropout",
        "RandomFlip",
        "RandomRotation",
        "RandomZoom",
        "RandomTranslation",
        "RandomContrast",
        "Normalization",
    ):
        classes[name] = _keeps_shape("rate b c d noise_shape", view=True)
    return classes


def _combined(verb: str) -> LayerClass:
    """Return a layer that combines tensors number by number."""
    operation = Combine(verb=verb)
    return LayerClass((), lambda given: operation)


def keras_name(type_: str) -> str:
    """Return the name that Keras gives a layer by itself: ``max_pooling2d``."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", type_))
    return words.lower().replace("2_d", "2d").replace("1_d", "1d").replace("3_d", "3d")


def _native(type_: str, cls: LayerClass) -> Native:
    """Return what makes a layer of a class."""
    names = (*cls.names, *(name for name in _NO_SHAPE if name not in cls.names))

    def make(reader: Core, call: Call) -> Value:
        layer = make_layer(reader, call, type_, names, cls.make, FIELDS, APPEND)
        given = call.keywords.get("name")
        layer.name = given if isinstance(given, str) else keras_name(type_)
        return layer

    return Native(type_, make)


LAYERS = {f"keras.layers.{name}": _native(name, cls) for name, cls in _classes().items()}
"""From full names to what makes the layer."""

FUNCTIONS = {
    "concatenate": "Concatenate",
    "add": "Add",
    "multiply": "Multiply",
    "average": "Average",
    "maximum": "Maximum",
}
"""Layers that Keras also offers as functions of a list of tensors."""
