"""``torch.nn.functional``, ``torch.*`` and the methods of tensors: one table for all three."""

from __future__ import annotations

from collections.abc import Callable

from cnnviz_tui.networks.graph import Node
from cnnviz_tui.networks.operations.base import Operation
from cnnviz_tui.networks.operations.dense import Elementwise
from cnnviz_tui.networks.operations.joins import Combine, Concat, MatMul, Stack
from cnnviz_tui.networks.operations.rearrange import (
    Flatten,
    Pad,
    PixelShuffle,
)
from cnnviz_tui.networks.readers.python.binding import (
    Given,
    UnreadableError,
    UnsuitableError,
    bind,
    site_of,
)
from cnnviz_tui.networks.readers.python.core import Core
from cnnviz_tui.networks.readers.python.values import Call, Native, Tensor, Unknown, Value
from cnnviz_tui.networks.readers.torch.layers import (
    AVG_POOL,
    LayerClass,
    adaptive,
    pad_sides,
    pooling,
    resize,
)
from cnnviz_tui.networks.readers.torch.rearranging import (
    Handler,
    expand,
    get_item,
    like,
    permute,
    rank_of,
    read_sizes,
    reduced,
    repeat,
    size,
    size_of,
    split_along,
    squeeze,
    transpose,
    turned,
    unsqueeze,
    view,
)


def one_tensor(type_: str, cls: LayerClass) -> Handler:
    """Return a function of one tensor and settings: ``F.max_pool2d(x, 2)``.

    Args:
        type_: what it is called.
        cls: its settings behind the tensor, and its operation.
    """
    names = ("input", *cls.names)

    def run(reader: Core, call: Call) -> Value:
        given = Given({}, {})
        try:
            given = bind(call, names)
            tensor = given.values.get("input")
            if not isinstance(tensor, Tensor):
                tensor = _first_tensor(reader, tensor, call)
            if not isinstance(tensor, Tensor) or not reader.tracing:
                return Unknown(type_, call.line)
            operation = cls.make(given)
        except UnsuitableError as error:
            reader.fail(f"{type_}: {error}", call.line, type_)
        except UnreadableError as error:
            return reader.lose(f"{type_} with an unknown {error}", _tensors(call), call.line)
        node = Node(
            name=type_,
            type=type_,
            operation=operation,
            inputs=(reader.place(tensor),),
            line=call.line,
            call_line=call.line,
            site=site_of(call, given, reader.source, {}, {"padding": ", padding="}),
        )
        return reader.apply(node, [tensor])

    return run


def _first_tensor(reader: Core, value: Value, call: Call) -> Value:
    """Return a tensor in place of something unknown that should have been one."""
    if isinstance(value, Unknown) and reader.tracing:
        return reader.lose(value.what, [], value.line or call.line)
    return value


def _tensors(call: Call) -> list[Tensor]:
    """Return the tensors among the arguments."""
    return [value for value in call.values() if isinstance(value, Tensor)]


def _keeps_shape(type_: str, *, view: bool = False) -> Handler:
    """Return a function that changes no shape, whatever else it is given."""
    operation = Elementwise(view=view)
    inner = one_tensor(type_, LayerClass((), lambda given: operation))

    def run(reader: Core, call: Call) -> Value:
        tensor = call.arguments[:1] or [call.keywords.get("input")]
        return inner(reader, Call(list(tensor), {}, call.line))

    return run


def _several(type_: str, make: Callable[[int], Operation]) -> Handler:
    """Return a function of a list of tensors and an axis: ``torch.cat``."""

    def run(reader: Core, call: Call) -> Value:
        given = bind(call, ("tensors", "dim"))
        values = given.values.get("tensors", call.keywords.get("axis"))
        axis = given.values.get("dim", 0)
        elements = reader.iterate(values, call.line)
        if isinstance(elements, Unknown) or not isinstance(axis, int) or not reader.tracing:
            return Unknown(type_, call.line)
        tensors = [_first_tensor(reader, one, call) for one in elements]
        if not tensors or not all(isinstance(one, Tensor) for one in tensors):
            return Unknown(type_, call.line)
        reader.budget.spend(len(tensors), call.line)
        return reader.operate(type_, make(int(axis)), tensors, call.line)

    def checked(reader: Core, call: Call) -> Value:
        if "axis" in call.keywords:
            call.keywords["dim"] = call.keywords.pop("axis")
        try:
            return run(reader, call)
        except UnsuitableError as error:
            reader.fail(f"{type_}: {error}", call.line, type_)

    return checked


def _pair(type_: str, operation: Operation) -> Handler:
    """Return a function of two tensors: ``torch.add``, ``torch.matmul``."""

    def run(reader: Core, call: Call) -> Value:
        tensors = _tensors(call)
        if not reader.tracing or not tensors:
            return Unknown(type_, call.line)
        if len(tensors) == 1:
            # The other one is a number.
            return tensors[0]
        return reader.operate(type_, operation, tensors[:2], call.line)

    return run


def _made(reader: Core, call: Call) -> Value:
    """``torch.zeros(1, 3)`` and the like: a tensor from nowhere."""
    values = [call.keywords["size"]] if "size" in call.keywords else call.arguments
    try:
        return Tensor(read_sizes(values), line=call.line)
    except UnsuitableError:
        return Unknown("a tensor", call.line)


def _made_like(reader: Core, call: Call) -> Value:
    """``torch.zeros_like(x)``."""
    tensor = call.arguments[0] if call.arguments else None
    return Tensor(tensor.shape, line=call.line) if isinstance(tensor, Tensor) else tensor


def _parameter(reader: Core, call: Call) -> Value:
    """``nn.Parameter(torch.zeros(...))``."""
    data = call.arguments[0] if call.arguments else None
    if isinstance(data, Tensor):
        return Tensor(data.shape, trained=True, line=call.line)
    return Tensor(None, trained=True, line=call.line)


def _no(reader: Core, call: Call) -> Value:
    """Return false: nothing is scripted, exported or on a graphics card here."""
    return False


def _itself(reader: Core, call: Call) -> Value:
    """Return the tensor: where it lives and in which precision changes no shape."""
    return call.arguments[0] if call.arguments else Unknown("a tensor", call.line)


def _pad(reader: Core, call: Call) -> Value:
    """``F.pad``."""
    cls = LayerClass(
        ("pad", "mode", "value"), lambda given: Pad(sides=pad_sides(given.value("pad"), 1))
    )
    return one_tensor("pad", cls)(reader, call)


_FLATTEN = LayerClass(
    ("start_dim", "end_dim"),
    lambda given: Flatten(start=given.number("start_dim", 0), end=given.number("end_dim", -1)),
)
_RESIZE = LayerClass(
    ("size", "scale_factor", "mode", "align_corners", "recompute_scale_factor", "antialias"),
    resize,
)
_F_MAX_POOL = "kernel_size stride padding dilation ceil_mode return_indices"

_SAME = [
    "relu",
    "relu_",
    "relu6",
    "leaky_relu",
    "elu",
    "selu",
    "celu",
    "gelu",
    "silu",
    "mish",
    "hardswish",
    "hardsigmoid",
    "hardtanh",
    "sigmoid",
    "tanh",
    "softplus",
    "softmax",
    "log_softmax",
    "softsign",
    "logsigmoid",
    "normalize",
    "clamp",
    "abs",
    "exp",
    "log",
    "sqrt",
    "neg",
    "square",
    "pow",
    "sign",
    "local_response_norm",
    "layer_norm",
    "batch_norm",
    "instance_norm",
    "group_norm",
    "threshold",
    "glu_",
    "mul_",
    "add_",
    "div_",
    "round",
    "floor",
]
_DROP = ["dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_dropout"]

_SHARED: dict[str, Handler] = {
    **{name: _keeps_shape(name) for name in _SAME},
    **{name: _keeps_shape(name, view=True) for name in _DROP},
    "flatten": one_tensor("flatten", _FLATTEN),
    "reshape": view("reshape"),
    "permute": permute,
    "transpose": transpose,
    "squeeze": squeeze,
    "unsqueeze": unsqueeze,
    "chunk": split_along("chunk"),
    "split": split_along("split"),
    **{name: reduced(name) for name in ("mean", "sum", "max", "min", "amax", "amin", "var", "std")},
    **{name: _pair(name, Combine(verb="added")) for name in ("add",)},
    **{name: _pair(name, Combine(verb="multiplied")) for name in ("mul", "multiply")},
    **{
        name: _pair(name, Combine(verb="combined")) for name in ("sub", "div", "maximum", "minimum")
    },
    **{name: _pair(name, MatMul()) for name in ("matmul", "bmm", "mm")},
}
"""What is both a function of ``torch`` (or of F) and a method of tensors."""

_FUNCTIONAL: dict[str, Handler] = {
    "interpolate": one_tensor("interpolate", _RESIZE),
    "upsample": one_tensor("upsample", _RESIZE),
    "pad": _pad,
    "pixel_shuffle": one_tensor(
        "pixel_shuffle",
        LayerClass(
            ("upscale_factor",), lambda given: PixelShuffle(factor=given.number("upscale_factor"))
        ),
    ),
    **{
        f"max_pool{rank}d": one_tensor(f"max_pool{rank}d", pooling("max", rank, _F_MAX_POOL))
        for rank in (1, 2, 3)
    },
    **{
        f"avg_pool{rank}d": one_tensor(f"avg_pool{rank}d", pooling("avg", rank, AVG_POOL))
        for rank in (1, 2, 3)
    },
    **{
        f"adaptive_avg_pool{rank}d": one_tensor(f"adaptive_avg_pool{rank}d", adaptive("avg", rank))
        for rank in (1, 2, 3)
    },
    **{
        f"adaptive_max_pool{rank}d": one_tensor(f"adaptive_max_pool{rank}d", adaptive("max", rank))
        for rank in (1, 2, 3)
    },
}
_METHODS: dict[str, Handler] = {
    "view": view("view"),
    "size": size,
    "expand": expand,
    "expand_as": like,
    "view_as": like,
    "repeat": repeat,
    "__getitem__": get_item,
    "dim": lambda reader, call: rank_of(call),
    "numel": lambda reader, call: Unknown("numel", call.line),
    **dict.fromkeys(
        [
            "contiguous",
            "to",
            "cuda",
            "cpu",
            "float",
            "half",
            "double",
            "detach",
            "clone",
            "type",
            "type_as",
            "requires_grad_",
            "long",
            "int",
            "bool",
        ],
        _itself,
    ),
}
_FACTS: dict[str, Handler] = {
    "shape": lambda reader, call: size_of(call.arguments[0], None, reader, call.line),
    "ndim": lambda reader, call: rank_of(call),
    "requires_grad": _no,
    "is_cuda": _no,
    "device": lambda reader, call: Unknown("a device", call.line),
    "dtype": lambda reader, call: Unknown("a data type", call.line),
    "T": lambda reader, call: turned(reader, call),
    "data": lambda reader, call: call.arguments[0],
}


def _table(prefix: str, handlers: dict[str, Handler]) -> dict[str, Native]:
    """Return handlers under full names."""
    return {f"{prefix}{name}": Native(name, handler, 1) for name, handler in handlers.items()}


_MADE = dict.fromkeys(["zeros", "ones", "rand", "randn", "empty", "full"], _made)
_LIKE = dict.fromkeys(["zeros_like", "ones_like", "rand_like", "randn_like"], _made_like)
_JOINS: dict[str, Handler] = {
    **{
        name: _several(name, lambda axis: Concat(axis=axis))
        for name in ("cat", "concat", "concatenate")
    },
    "stack": _several("stack", lambda axis: Stack(axis=axis)),
}

FUNCTIONS: dict[str, Native] = {
    **_table("torch.", _SHARED | _JOINS | _MADE | _LIKE),
    **_table("torch.nn.functional.", _SHARED | _FUNCTIONAL),
    **_table("Tensor.", _SHARED | _METHODS),
    **{f"Tensor.{name}=": Native(name, handler) for name, handler in _FACTS.items()},
    "torch.nn.Parameter": Native("Parameter", _parameter),
    "torch.nn.parameter.Parameter": Native("Parameter", _parameter),
    **{
        f"torch.jit.{name}": Native(name, _no)
        for name in ("is_scripting", "is_tracing", "is_exporting")
    },
    "torch.onnx.is_in_onnx_export": Native("is_in_onnx_export", _no),
    "torch.cuda.is_available": Native("is_available", _no),
}
"""Everything by full name; ``Tensor.x`` are methods, ``Tensor.x=`` are facts."""
