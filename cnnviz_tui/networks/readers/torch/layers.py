"""The layers of ``torch.nn``: their arguments, and the operation that each is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from cnnviz_tui.networks.operations.base import Operation
from cnnviz_tui.networks.operations.dense import Elementwise, Embedding, Invalid, Linear, Norm
from cnnviz_tui.networks.operations.rearrange import (
    Flatten,
    Pad,
    PixelShuffle,
    Reshape,
    Resize,
)
from cnnviz_tui.networks.operations.windows import AdaptivePool, Conv, Pool
from cnnviz_tui.networks.readers.python.binding import Given, UnsuitableError, make_layer
from cnnviz_tui.networks.readers.python.core import Core
from cnnviz_tui.networks.readers.python.values import Call, Native, Value
from cnnviz_tui.shapes.layers import Lengths, PoolingKind


@dataclass(frozen=True, slots=True)
class LayerClass:
    """A class of ``torch.nn``.

    Args:
        names: its parameters, in order.
        make: the operation for given arguments.
    """

    names: tuple[str, ...]
    make: Callable[[Given], Operation]


FIELDS = {"num_features": "features", "num_channels": "features", "normalized_shape": "features"}
"""Arguments whose names are not those of the operation's fields."""

APPEND = {"padding": ", padding=", "stride": ", stride=", "groups": ", groups="}
"""How an argument that was left out is written."""

_CONV = "in_channels out_channels kernel_size stride padding dilation groups bias padding_mode"
_TRANSPOSED = (
    "in_channels out_channels kernel_size stride padding output_padding groups bias dilation "
    "padding_mode"
)
MAX_POOL = "kernel_size stride padding dilation return_indices ceil_mode"
AVG_POOL = "kernel_size stride padding ceil_mode count_include_pad divisor_override"


def convolution(rank: int, *, lazy: bool = False) -> LayerClass:
    """Return Conv1d, Conv2d, Conv3d or their lazy forms."""

    def make(given: Given) -> Operation:
        padding = given.padding()
        stride = given.lengths("stride", 1)
        if padding == "same" and stride not in (1, (1,) * rank):
            return Invalid(
                message="PyTorch has no padding=“same” with a stride; give the padding in numbers."
            )
        return Conv(
            rank=rank,
            in_channels=None if lazy else given.number("in_channels"),
            out_channels=given.number("out_channels"),
            kernel_size=given.lengths("kernel_size"),
            stride=stride,
            padding=padding,
            dilation=given.lengths("dilation", 1),
            groups=given.number("groups", 1),
            bias=given.flag("bias", True),
        )

    return LayerClass(tuple(_CONV.split()[lazy:]), make)


def transposed(rank: int, *, lazy: bool = False) -> LayerClass:
    """Return ConvTranspose1d, ConvTranspose2d or ConvTranspose3d."""

    def make(given: Given) -> Operation:
        return Conv(
            rank=rank,
            in_channels=None if lazy else given.number("in_channels"),
            out_channels=given.number("out_channels"),
            kernel_size=given.lengths("kernel_size"),
            stride=given.lengths("stride", 1),
            padding=given.padding(),
            dilation=given.lengths("dilation", 1),
            groups=given.number("groups", 1),
            bias=given.flag("bias", True),
            transposed=True,
            output_padding=given.lengths("output_padding", 0),
        )

    return LayerClass(tuple(_TRANSPOSED.split()[lazy:]), make)


def pooling(kind: PoolingKind, rank: int, names: str) -> LayerClass:
    """Return max or average pooling."""

    def make(given: Given) -> Operation:
        return Pool(
            rank=rank,
            kind=kind,
            kernel_size=given.lengths("kernel_size"),
            stride=_stride(given),
            padding=given.padding(),
            dilation=given.lengths("dilation", 1),
            ceil_mode=given.flag("ceil_mode", False),
        )

    return LayerClass(tuple(names.split()), make)


def _stride(given: Given) -> Lengths | None:
    """Return the stride of a pooling layer, None if it is that of the window."""
    return None if given.value("stride") is None else given.lengths("stride")


def adaptive(kind: PoolingKind, rank: int) -> LayerClass:
    """Return adaptive pooling."""

    def make(given: Given) -> Operation:
        size = given.value("output_size", 1)
        if isinstance(size, (tuple, list)):
            if not all(one is None or isinstance(one, int) for one in size):
                raise UnsuitableError("The argument output_size must be made of whole numbers.")
            sizes = tuple(None if one is None else int(one) for one in size)
            return AdaptivePool(rank=rank, kind=kind, output_size=sizes)
        return AdaptivePool(rank=rank, kind=kind, output_size=given.number("output_size"))

    return LayerClass(("output_size", "return_indices"), make)


def _linear(given: Given) -> Operation:
    return Linear(
        in_features=given.number("in_features"),
        out_features=given.number("out_features"),
        bias=given.flag("bias", True),
    )


def _lazy_linear(given: Given) -> Operation:
    return Linear(out_features=given.number("out_features"), bias=given.flag("bias", True))


def _batch_norm(rank: int, *, lazy: bool = False, affine: bool = True) -> LayerClass:
    """Return batch or instance normalisation."""
    names = ["num_features", "eps", "momentum", "affine", "track_running_stats"][lazy:]

    def make(given: Given) -> Operation:
        trained = given.flag("affine", affine)
        return Norm(
            features=None if lazy else given.number("num_features"),
            scale=trained,
            shift=trained,
            axes=(2, 3) if rank == 1 else (rank + 2,),
        )

    return LayerClass(tuple(names), make)


def _layer_norm(given: Given) -> Operation:
    shape = given.lengths("normalized_shape")
    affine = given.flag("elementwise_affine", True)
    bias = affine and given.flag("bias", True)
    if isinstance(shape, tuple) and len(shape) > 1:
        return Elementwise(parameters=(affine + bias) * prod(shape))
    features = shape[0] if isinstance(shape, tuple) else shape
    return Norm(features=features, axis=-1, scale=affine, shift=bias)


def _group_norm(given: Given) -> Operation:
    affine = given.flag("affine", True)
    return Norm(
        features=given.number("num_channels"),
        groups=given.number("num_groups"),
        scale=affine,
        shift=affine,
    )


def _flatten(given: Given) -> Operation:
    return Flatten(start=given.number("start_dim", 1), end=given.number("end_dim", -1))


def _unflatten(given: Given) -> Operation:
    sizes = given.lengths("unflattened_size")
    return Reshape(sizes=(-1, *(sizes if isinstance(sizes, tuple) else (sizes,))))


def resize(given: Given) -> Operation:
    """Return upsampling to a size or by a factor."""
    size, scale = given.value("size"), given.value("scale_factor")
    if size is not None:
        lengths = given.lengths("size")
        return Resize(size=lengths if isinstance(lengths, tuple) else (lengths,))
    factors = scale if isinstance(scale, (tuple, list)) else (scale,)
    if not all(isinstance(one, (int, float)) and 0 < one < 1e6 for one in factors):
        raise UnsuitableError("The argument scale_factor must be a number above 0.")
    return Resize(scale=tuple(float(one) for one in factors))


def pad_sides(value: Value, rank: int) -> tuple[tuple[int, int], ...]:
    """Return the padding of PyTorch's padding layers, (left, right, top, bottom), in pairs."""
    sides = [value] * (2 * rank) if isinstance(value, int) else value
    if not isinstance(sides, (tuple, list)) or len(sides) % 2:
        raise UnsuitableError("The padding must be a number, or two for each axis.")
    if not all(isinstance(one, int) for one in sides):
        raise UnsuitableError("The padding must be made of whole numbers.")
    return tuple((int(a), int(b)) for a, b in zip(sides[::2], sides[1::2], strict=True))


def _padding(rank: int) -> LayerClass:
    """Return ZeroPad2d and its relatives."""
    return LayerClass(
        ("padding", "value"), lambda given: Pad(sides=pad_sides(given.value("padding"), rank))
    )


def _keeps_shape(names: str = "", *, view: bool = False) -> LayerClass:
    """Return a layer that changes no shape."""
    operation = Elementwise(view=view)
    return LayerClass(tuple(names.split()), lambda given: operation)


def _classes() -> dict[str, LayerClass]:
    """Return all layers by name."""
    classes = {
        "Linear": LayerClass(("in_features", "out_features", "bias"), _linear),
        "LazyLinear": LayerClass(("out_features", "bias"), _lazy_linear),
        "Flatten": LayerClass(("start_dim", "end_dim"), _flatten),
        "Unflatten": LayerClass(("dim", "unflattened_size"), _unflatten),
        "LayerNorm": LayerClass(
            ("normalized_shape", "eps", "elementwise_affine", "bias"), _layer_norm
        ),
        "GroupNorm": LayerClass(("num_groups", "num_channels", "eps", "affine"), _group_norm),
        "Upsample": LayerClass(
            ("size", "scale_factor", "mode", "align_corners", "recompute_scale_factor"), resize
        ),
        "UpsamplingNearest2d": LayerClass(("size", "scale_factor"), resize),
        "UpsamplingBilinear2d": LayerClass(("size", "scale_factor"), resize),
        "PReLU": LayerClass(
            ("num_parameters", "init"),
            lambda given: Elementwise(parameters=given.number("num_parameters", 1)),
        ),
        "Embedding": LayerClass(
            ("num_embeddings", "embedding_dim", "padding_idx", "max_norm", "norm_type"),
            lambda given: Embedding(
                entries=given.number("num_embeddings"), features=given.number("embedding_dim")
            ),
        ),
        "PixelShuffle": LayerClass(
            ("upscale_factor",), lambda given: PixelShuffle(factor=given.number("upscale_factor"))
        ),
        "LocalResponseNorm": _keeps_shape("size alpha beta k"),
        "ChannelShuffle": _keeps_shape("groups"),
    }
    for rank in (1, 2, 3):
        classes |= {
            f"Conv{rank}d": convolution(rank),
            f"LazyConv{rank}d": convolution(rank, lazy=True),
            f"ConvTranspose{rank}d": transposed(rank),
            f"LazyConvTranspose{rank}d": transposed(rank, lazy=True),
            f"MaxPool{rank}d": pooling("max", rank, MAX_POOL),
            f"AvgPool{rank}d": pooling("avg", rank, AVG_POOL),
            f"AdaptiveAvgPool{rank}d": adaptive("avg", rank),
            f"AdaptiveMaxPool{rank}d": adaptive("max", rank),
            f"BatchNorm{rank}d": _batch_norm(rank),
            f"LazyBatchNorm{rank}d": _batch_norm(rank, lazy=True),
            f"InstanceNorm{rank}d": _batch_norm(rank, affine=False),
            f"ZeroPad{rank}d": _padding(rank),
            f"ConstantPad{rank}d": _padding(rank),
            f"ReflectionPad{rank}d": _padding(rank),
            f"ReplicationPad{rank}d": _padding(rank),
            f"Dropout{rank}d": _keeps_shape("p inplace", view=True),
        }
    same = "p inplace"
    for name in ["Dropout", "AlphaDropout", "FeatureAlphaDropout"]:
        classes[name] = _keeps_shape(same, view=True)
    classes["Identity"] = LayerClass(tuple("abcdefgh"), lambda given: Elementwise(view=True))
    for name in ACTIVATIONS:
        classes[name] = _keeps_shape("a b c inplace")
    for name in ("Softmax", "LogSoftmax", "Softmin"):
        classes[name] = _keeps_shape("dim")
    return classes


ACTIVATIONS = [
    "ReLU",
    "ReLU6",
    "LeakyReLU",
    "ELU",
    "CELU",
    "SELU",
    "GELU",
    "SiLU",
    "Mish",
    "Hardswish",
    "Hardsigmoid",
    "Hardtanh",
    "Sigmoid",
    "Tanh",
    "Softplus",
    "Softsign",
    "Softmax2d",
    "LogSigmoid",
    "Tanhshrink",
    "Threshold",
]
"""Activation functions; their arguments change no shape."""

CLASSES = _classes()


def _native(type_: str, cls: LayerClass) -> Native:
    """Return what makes a layer of a class."""

    def make(reader: Core, call: Call) -> Value:
        if type_ in ACTIVATIONS:
            # Whatever slopes and limits they are given, no shape depends on them.
            call = Call([], {}, call.line, call.node)
        return make_layer(reader, call, type_, cls.names, cls.make, FIELDS, APPEND)

    return Native(type_, make)


LAYERS = {f"torch.nn.{name}": _native(name, cls) for name, cls in CLASSES.items()}
"""From full names to what makes the layer."""
