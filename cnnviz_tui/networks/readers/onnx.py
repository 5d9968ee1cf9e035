"""ONNX files, with the package ``onnx`` (the extra of the same name): shapes, parameters, MACs.

Weights are looked at for their sizes only, and data outside of the file is never opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.graph import Node
from cnnviz_tui.networks.operations.base import Operation
from cnnviz_tui.networks.operations.dense import Elementwise, Linear, Norm, Opaque
from cnnviz_tui.networks.operations.joins import Combine, Concat, MatMul
from cnnviz_tui.networks.operations.rearrange import Flatten, Pad, Permute, Reduce, Reshape
from cnnviz_tui.networks.operations.windows import AdaptivePool, Conv, Pool
from cnnviz_tui.networks.result import Note, Reading, Trace
from cnnviz_tui.networks.sizes import BATCH, Shape, batched
from cnnviz_tui.networks.trace import finished
from cnnviz_tui.networks.tracing import LayerError, Tracer
from cnnviz_tui.shapes.padding import Padding

_KEEPS_SHAPE = [
    "Relu",
    "LeakyRelu",
    "PRelu",
    "Elu",
    "Selu",
    "Celu",
    "Gelu",
    "Sigmoid",
    "HardSigmoid",
    "HardSwish",
    "Tanh",
    "Softplus",
    "Softsign",
    "Softmax",
    "LogSoftmax",
    "Clip",
    "LRN",
    "Erf",
    "Sqrt",
    "Exp",
    "Log",
    "Abs",
    "Neg",
    "Cast",
    "Mish",
    "InstanceNormalization",
]
_VIEWS = ("Identity", "Dropout")
_COMBINES = {"Add": "added", "Sub": "subtracted", "Mul": "multiplied", "Div": "divided"}
_REDUCES = ("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin")


@dataclass(frozen=True, slots=True)
class _Given:
    """A node of the file.

    Args:
        attributes: its settings by name.
        weights: the shapes of those inputs that are stored in the file, by position.
        values: the whole numbers of short stored inputs, by position: axes and sizes.
        rank: the number of axes of its first input, if known.
    """

    attributes: Mapping[str, Any]
    weights: Mapping[int, tuple[int, ...]]
    values: Mapping[int, tuple[int, ...]]
    rank: int | None

    def numbers(self, name: str, place: int | None = None) -> tuple[int, ...] | None:
        """Return whole numbers from an attribute, or from a stored input."""
        if name in self.attributes:
            value = self.attributes[name]
            return (value,) if isinstance(value, int) else tuple(value)
        return None if place is None else self.values.get(place)


def trace_onnx(
    data: bytes, inputs: Sequence[Sequence[int]] = (), *, name: str = "network"
) -> Trace:
    """Measure a network that is stored as ONNX.

    Args:
        data: the file.
        inputs: shapes that take the place of those in the file, without the batch.
        name: what to call it.

    Raises:
        SourceError: if the package is missing, or the file is no ONNX.
    """
    return finished(read_onnx(data, tuple(batched(sizes) for sizes in inputs), name))


def read_onnx(data: bytes, inputs: Sequence[Shape], name: str) -> Reading:
    """Measure the graph of a file.

    Args:
        data: the file.
        inputs: shapes that take the place of those in the file, batch included.
        name: what to call it.

    Raises:
        SourceError: see ``trace_onnx``.
    """
    try:
        import onnx
    except ImportError:
        raise SourceError(
            "Reading ONNX needs the package onnx; install it with: pip install 'cnnviz-tui[onnx]'."
        ) from None
    from google.protobuf.message import DecodeError

    try:
        graph = onnx.load_model_from_string(data).graph
    except (DecodeError, ValueError):
        raise SourceError("The file is no ONNX network, or a damaged one.") from None
    if not graph.node:
        raise SourceError("The file holds no ONNX network: there is no node in its graph.")
    return _GraphReader(onnx, graph, inputs).read(name)


class _GraphReader:
    """Walks over the nodes of a graph, which ONNX keeps in an order that can be run.

    Args:
        onnx: the package.
        graph: the graph.
        inputs: shapes that take the place of those in the file.
    """

    def __init__(self, onnx: Any, graph: Any, inputs: Sequence[Shape]) -> None:
        self._onnx = onnx
        self._graph = graph
        self._weights = {
            one.name: tuple(int(size) for size in one.dims) for one in graph.initializer
        }
        self._tensors = {one.name: one for one in graph.initializer}
        self._keys = {name: number for number, name in enumerate(self._weights, 1)}
        self._notes: list[Note] = []
        self._places: dict[str, int] = {}
        declared = [one for one in graph.input if one.name not in self._weights]
        shapes = [_declared_shape(one) for one in declared]
        shapes[: len(inputs)] = inputs
        self._batch_of_file = _first_size(declared)
        self._tracer = Tracer(shapes)
        for number, one in enumerate(declared):
            self._places[one.name] = -1 - number

    def read(self, name: str) -> Reading:
        """Measure all nodes and return what came of it."""
        stop = None
        try:
            for node in self._graph.node:
                self._add(node)
        except LayerError as error:
            stop = error
        outputs = tuple(
            self._tracer.shape(self._places[one.name])
            for one in self._graph.output
            if one.name in self._places and stop is None
        )
        return Reading("onnx", name, self._tracer, outputs, stop, tuple(self._notes))

    def _add(self, node: Any) -> None:
        """Measure one node."""
        if node.op_type == "Constant":
            for attribute in node.attribute:
                if attribute.name == "value":
                    self._tensors[node.output[0]] = attribute.t
                    self._weights[node.output[0]] = tuple(int(size) for size in attribute.t.dims)
            return
        sources = [name for name in node.input if name in self._places]
        stored = {i: self._weights[n] for i, n in enumerate(node.input) if n in self._weights}
        first = self._tracer.shape(self._places[sources[0]]) if sources else None
        given = _Given(
            {one.name: self._onnx.helper.get_attribute_value(one) for one in node.attribute},
            stored,
            {i: self._short(node.input[i]) for i in stored},
            None if first is None else len(first),
        )
        operation = self._operation(node, given, len(sources))
        keys = [self._keys[n] for n in node.input if n in self._keys and prod(self._weights[n]) > 1]
        index = self._tracer.add(
            Node(
                name=node.name.strip("/").replace("/", ".") or node.op_type.lower(),
                type=node.op_type,
                operation=operation,
                inputs=tuple(self._places[name] for name in sources),
                weights=keys[0] if keys else None,
            )
        )
        for output in node.output:
            self._places[output] = index

    def _short(self, name: str) -> tuple[int, ...]:
        """Return the whole numbers of a short stored tensor, nothing for weights."""
        tensor = self._tensors.get(name)
        whole = tensor is not None and tensor.data_type in (6, 7)  # INT32, INT64
        if tensor is None or not whole or prod(tensor.dims) > 16 or tensor.external_data:
            return ()
        return tuple(int(one) for one in self._onnx.numpy_helper.to_array(tensor).ravel())

    def _operation(self, node: Any, given: _Given, sources: int) -> Operation:
        """Return what a node does; one that is not known gives ``?``."""
        if node.op_type in _KEEPS_SHAPE or node.op_type in _VIEWS:
            slopes = prod(given.weights[1]) if node.op_type == "PRelu" and 1 in given.weights else 0
            return Elementwise(parameters=slopes, view=node.op_type in _VIEWS)
        if node.op_type in _COMBINES:
            if sources > 1:
                return Combine(verb=_COMBINES[node.op_type])
            # A bias or a scale that is stored; a single number is a constant.
            stored = sum(prod(shape) for shape in given.weights.values())
            return Elementwise(parameters=stored if stored > 1 else 0)
        if node.op_type == "Reshape":
            sizes = given.values.get(1) or given.numbers("shape")
            return _reshape(sizes, self._batch_of_file)
        make = _OPERATIONS.get(node.op_type)
        operation = None if make is None else make(given)
        if operation is None:
            self._notes.append(
                Note(
                    f"{node.op_type} ({node.name or 'no name'}) cannot be followed; ? from here on."
                )
            )
            return Opaque()
        return operation


def _declared_shape(value: Any) -> Shape:
    """Return the shape of an input; its first axis is the batch."""
    sizes = [
        int(axis.dim_value) if axis.HasField("dim_value") and axis.dim_value > 0 else None
        for axis in value.type.tensor_type.shape.dim
    ]
    return (BATCH, *sizes[1:]) if len(sizes) > 1 else tuple(sizes)


def _first_size(declared: Sequence[Any]) -> int | None:
    """Return the batch for which the file was written, if it says one."""
    for value in declared[:1]:
        for axis in value.type.tensor_type.shape.dim[:1]:
            return int(axis.dim_value) or None
    return None


def _padding(given: _Given, rank: int) -> Padding:
    """Return the padding; ONNX lists all beginnings, then all ends."""
    word = given.attributes.get("auto_pad", b"NOTSET")
    if word in (b"SAME_UPPER", b"SAME_LOWER"):
        return "same"
    pads = given.numbers("pads") or (0,) * (2 * rank)
    return tuple(zip(pads[:rank], pads[rank:], strict=True))


def _convolution(given: _Given) -> Operation | None:
    """Return Conv or ConvTranspose; the weight's shape says the channels."""
    weight = given.weights.get(1)
    if weight is None or len(weight) < 3:
        return None
    rank = len(weight) - 2
    groups = (given.numbers("group") or (1,))[0]
    return Conv(
        rank=rank,
        out_channels=weight[0],
        in_channels=weight[1] * groups,
        kernel_size=weight[2:],
        stride=given.numbers("strides") or 1,
        padding=_padding(given, rank),
        dilation=given.numbers("dilations") or 1,
        groups=groups,
        bias=2 in given.weights,
    )


def _transposed(given: _Given) -> Operation | None:
    """Return ConvTranspose."""
    weight = given.weights.get(1)
    if weight is None or len(weight) < 3:
        return None
    rank = len(weight) - 2
    groups = (given.numbers("group") or (1,))[0]
    return Conv(
        rank=rank,
        out_channels=weight[1] * groups,
        in_channels=weight[0],
        kernel_size=weight[2:],
        stride=given.numbers("strides") or 1,
        padding=_padding(given, rank),
        dilation=given.numbers("dilations") or 1,
        groups=groups,
        bias=2 in given.weights,
        transposed=True,
        output_padding=given.numbers("output_padding") or 0,
    )


def _pool(kind: str) -> Callable[[_Given], Operation | None]:
    """Return MaxPool or AveragePool."""

    def make(given: _Given) -> Operation | None:
        window = given.numbers("kernel_shape")
        if window is None:
            return None
        return Pool(
            kind="max" if kind == "max" else "avg",
            rank=len(window),
            kernel_size=window,
            stride=given.numbers("strides") or 1,
            padding=_padding(given, len(window)),
            dilation=given.numbers("dilations") or 1,
            ceil_mode=bool((given.numbers("ceil_mode") or (0,))[0]),
        )

    return make


def _global(kind: str) -> Callable[[_Given], Operation | None]:
    """Return GlobalMaxPool or GlobalAveragePool."""

    def make(given: _Given) -> Operation | None:
        rank = 2 if given.rank is None else given.rank - 2
        return AdaptivePool(kind="max" if kind == "max" else "avg", output_size=1, rank=rank)

    return make


def _gemm(given: _Given) -> Operation | None:
    """Return Gemm as a dense layer."""
    weight = given.weights.get(1)
    if weight is None or len(weight) != 2:
        return None
    turned = (given.numbers("transB") or (0,))[0]
    outputs, inputs = weight if turned else weight[::-1]
    return Linear(in_features=inputs, out_features=outputs, bias=2 in given.weights)


def _matmul(given: _Given) -> Operation | None:
    """Return a product with stored weights as a dense layer, of two tensors as itself."""
    weight = given.weights.get(1)
    if weight is None:
        return None if given.weights else MatMul()
    if len(weight) != 2:
        return None
    return Linear(in_features=weight[0], out_features=weight[1], bias=False)


def _batch_norm(given: _Given) -> Operation | None:
    """Return BatchNormalization; mean and variance are not trained."""
    scale = given.weights.get(1)
    return None if scale is None else Norm(features=scale[0])


def _flatten(given: _Given) -> Operation | None:
    """Return Flatten, which keeps the axes before ``axis`` apart."""
    axis = (given.numbers("axis") or (1,))[0]
    return Flatten() if axis == 1 else None


def _reshape(sizes: tuple[int, ...] | None, batch: int | None) -> Operation:
    """Return Reshape; the batch that the file was written for becomes any batch."""
    if not sizes or 0 in sizes[1:]:
        return Opaque(weighs=False)
    first = BATCH if sizes[0] in (0, batch) else sizes[0]
    return Reshape(sizes=(first, *sizes[1:]))


def _concat(given: _Given) -> Operation | None:
    """Return Concat."""
    return Concat(axis=(given.numbers("axis") or (1,))[0])


def _transpose(given: _Given) -> Operation | None:
    """Return Transpose."""
    order = given.numbers("perm")
    return None if order is None else Permute(order=order)


def _pad(given: _Given) -> Operation | None:
    """Return Pad, whose sides stand in an attribute or a stored input."""
    pads = given.numbers("pads", 1)
    if not pads or len(pads) % 2:
        return None
    half = len(pads) // 2
    pairs = list(zip(pads[:half], pads[half:], strict=True))
    # The batch and the channels are listed too, and stay as they are.
    return Pad(sides=tuple(reversed(pairs[2:]))) if not any(map(any, pairs[:2])) else None


def _reduce(given: _Given) -> Operation | None:
    """Return ReduceMean and its relatives."""
    axes = given.numbers("axes", 1)
    keep = (given.numbers("keepdims") or (1,))[0]
    return None if not axes else Reduce(axes=axes, keep=bool(keep))


_OPERATIONS: dict[str, Callable[[_Given], Operation | None]] = {
    "Conv": _convolution,
    "ConvTranspose": _transposed,
    "MaxPool": _pool("max"),
    "AveragePool": _pool("avg"),
    "GlobalMaxPool": _global("max"),
    "GlobalAveragePool": _global("avg"),
    "Gemm": _gemm,
    "MatMul": _matmul,
    "BatchNormalization": _batch_norm,
    "Flatten": _flatten,
    "Concat": _concat,
    "Transpose": _transpose,
    "Pad": _pad,
    **dict.fromkeys(_REDUCES, _reduce),
}
"""What the nodes do that have settings or weights."""
