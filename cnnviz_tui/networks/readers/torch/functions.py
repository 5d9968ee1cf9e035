"""``torch.nn.functional``, ``torch.*`` and the methods of tensors: one table for all three."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cnnviz_tui.networks.graph import Node
from cnnviz_tui.networks.operations.base import Operation
from cnnviz_tui.networks.operations.dense import Elementwise
from cnnviz_tui.networks.operations.joins import Combine, Concat, MatMul, Stack
from cnnviz_tui.networks.operations.rearrange import (
    Become,
    Flatten,
    Pad,
    Permute,
    PixelShuffle,
    Reduce,
    Reshape,
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
from cnnviz_tui.networks.sizes import Shape

_Handler = Callable[[Core, Call], Value]


def one_tensor(type_: str, cls: LayerClass) -> _Handler:
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


def _keeps_shape(type_: str, *, view: bool = False) -> _Handler:
    """Return a function that changes no shape, whatever else it is given."""
    operation = Elementwise(view=view)
    inner = one_tensor(type_, LayerClass((), lambda given: operation))

    def run(reader: Core, call: Call) -> Value:
        tensor = call.arguments[:1] or [call.keywords.get("input")]
        return inner(reader, Call(list(tensor), {}, call.line))

    return run


def _several(type_: str, make: Callable[[int], Operation]) -> _Handler:
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


def _pair(type_: str, operation: Operation) -> _Handler:
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


def _sizes(values: Sequence[Value]) -> tuple[int | None, ...]:
    """Return sizes that are given one by one or as one tuple."""
    if len(values) == 1 and isinstance(values[0], (tuple, list)):
        values = values[0]
    sizes: list[int | None] = []
    for value in values:
        if isinstance(value, bool) or not isinstance(value, (int, Unknown)):
            raise UnsuitableError("sizes must be whole numbers.")
        sizes.append(int(value) if isinstance(value, int) else None)
    return tuple(sizes)


def _view(type_: str) -> _Handler:
    """Return ``view`` or ``reshape``."""

    def run(reader: Core, call: Call) -> Value:
        tensor, *values = call.arguments
        values += list(call.keywords.values())
        if not isinstance(tensor, Tensor) or not reader.tracing or not values:
            return Unknown(type_, call.line)
        try:
            operation = Reshape(sizes=_sizes(values))
        except UnsuitableError as error:
            reader.fail(f"{type_}: {error}", call.line, type_)
        given = Given({}, {})
        if call.node is not None and call.node.args and len(values) > 1:
            given = Given({"sizes": values[-1]}, {"sizes": call.node.args[-1]})
        node = Node(
            name=type_,
            type=type_,
            operation=operation,
            inputs=(reader.place(tensor),),
            line=call.line,
            call_line=call.line,
            site=site_of(call, given, reader.source, {}, {}),
        )
        return reader.apply(node, [tensor])

    return run


def _axes_of(given: Given, name: str) -> tuple[int, ...]:
    """Return one axis or several."""
    axes = given.lengths(name)
    return axes if isinstance(axes, tuple) else (axes,)


def _permute(reader: Core, call: Call) -> Value:
    """``permute`` with the axes one by one or as a tuple."""
    tensor, *values = call.arguments
    values += list(call.keywords.values())
    if not isinstance(tensor, Tensor) or not reader.tracing:
        return Unknown("permute", call.line)
    try:
        order = _sizes(values)
    except UnsuitableError as error:
        reader.fail(f"permute: {error}", call.line, "permute")
    known = tuple(axis for axis in order if axis is not None)
    if len(known) < len(order):
        return reader.lose("permute", [tensor], call.line)
    return reader.operate("permute", Permute(order=known), [tensor], call.line)


def _transpose(reader: Core, call: Call) -> Value:
    """``transpose`` of two axes."""
    tensor, *axes = call.arguments
    axes += list(call.keywords.values())
    if not isinstance(tensor, Tensor) or not reader.tracing:
        return Unknown("transpose", call.line)
    rank = None if tensor.shape is None else len(tensor.shape)
    if rank is None or len(axes) != 2 or not all(isinstance(axis, int) for axis in axes):
        return reader.lose("transpose", [tensor], call.line)
    if any(not -rank <= axis < rank for axis in axes):
        reader.fail(f"transpose: the tensor has {rank} axes only.", call.line, "transpose")
    order = list(range(rank))
    one, two = (axis % rank for axis in axes)
    order[one], order[two] = order[two], order[one]
    return reader.operate("transpose", Permute(order=tuple(order)), [tensor], call.line)


def _reduce(type_: str) -> _Handler:
    """Return ``mean``, ``sum`` or ``max`` over axes; ``max`` of an axis also gives places."""

    def run(reader: Core, call: Call) -> Value:
        if "axis" in call.keywords:
            call.keywords["dim"] = call.keywords.pop("axis")
        tensor = call.arguments[0] if call.arguments else None
        if not isinstance(tensor, Tensor) or not reader.tracing:
            return Unknown(type_, call.line)
        try:
            given = bind(call, ("input", "dim", "keepdim"))
            if given.value("dim") is None:
                axes = tuple(range(len(tensor.shape or ())))
            else:
                axes = _axes_of(given, "dim")
            operation = Reduce(axes=axes, keep=given.flag("keepdim", False))
        except (UnsuitableError, UnreadableError):
            return reader.lose(type_, [tensor], call.line)
        result = reader.operate(type_, operation, [tensor], call.line)
        places = type_ in ("max", "min") and given.values.get("dim") is not None
        return (result, result) if places else result

    return run


def _squeeze(reader: Core, call: Call) -> Value:
    """``squeeze``: axes of 1 are dropped."""
    tensor, *axes = (*call.arguments, *call.keywords.values())
    if not isinstance(tensor, Tensor) or not reader.tracing:
        return Unknown("squeeze", call.line)
    shape = tensor.shape
    known: Shape | None = None
    if shape is not None and all(isinstance(axis, int) for axis in axes):
        wanted = {axis % len(shape) for axis in axes} if axes else set(range(len(shape)))
        known = tuple(size for i, size in enumerate(shape) if size != 1 or i not in wanted)
    return reader.operate("squeeze", Become(shape=known, view=True), [tensor], call.line)


def _unsqueeze(reader: Core, call: Call) -> Value:
    """``unsqueeze``: a new axis of 1."""
    tensor, axis, *_ = (*call.arguments, *call.keywords.values(), None)
    if not isinstance(tensor, Tensor) or not reader.tracing:
        return Unknown("unsqueeze", call.line)
    known: Shape | None = None
    if tensor.shape is not None and isinstance(axis, int):
        place = axis % (len(tensor.shape) + 1)
        known = (*tensor.shape[:place], 1, *tensor.shape[place:])
    return reader.operate("unsqueeze", Become(shape=known, view=True), [tensor], call.line)


def _split(type_: str) -> _Handler:
    """Return ``chunk`` or ``split``: slices along an axis."""

    def run(reader: Core, call: Call) -> Value:
        try:
            given = bind(call, ("input", "amount", "dim", "chunks", "split_size_or_sections"))
        except UnsuitableError:
            return Unknown(type_, call.line)
        tensor = given.values.get("input")
        if not isinstance(tensor, Tensor) or not reader.tracing:
            return Unknown(type_, call.line)
        named = given.values.get("chunks", given.values.get("split_size_or_sections"))
        amount, axis = given.values.get("amount", named), given.values.get("dim", 0)
        shape = tensor.shape
        if shape is None or not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
            return reader.lose(type_, [tensor], call.line)
        size = shape[axis % len(shape)]
        pieces = _pieces(type_, size, amount)
        if pieces is None:
            return reader.lose(type_, [tensor], call.line)
        axis %= len(shape)
        reader.budget.spend(len(pieces), call.line)
        return tuple(
            reader.operate(
                type_,
                Become(shape=(*shape[:axis], piece, *shape[axis + 1 :]), view=True),
                [tensor],
                call.line,
            )
            for piece in pieces
        )

    return run


def _pieces(type_: str, size: int | None, amount: Value) -> list[int] | None:
    """Return how long the pieces of an axis are, None if we cannot know."""
    if size is None:
        return None
    if isinstance(amount, (list, tuple)):
        whole = [int(one) for one in amount if isinstance(one, int)]
        return whole if len(whole) == len(amount) and sum(whole) == size else None
    if not isinstance(amount, int) or amount < 1:
        return None
    length = -(-size // amount) if type_ == "chunk" else int(amount)
    if size // length > 10_000:
        return None
    return [min(length, size - start) for start in range(0, size, length)]


def _size(reader: Core, call: Call) -> Value:
    """``x.size()`` and ``x.size(1)``."""
    tensor, axis, *_ = (*call.arguments, *call.keywords.values(), None)
    return size_of(tensor, axis, reader, call.line)


def size_of(tensor: Value, axis: Value, reader: Core, line: int | None) -> Value:
    """Return the sizes of a tensor, or one of them."""
    if not isinstance(tensor, Tensor) or tensor.shape is None:
        return Unknown("a size", line)
    sizes = tuple(Unknown("a size", line) if one is None else one for one in tensor.shape)
    if axis is None:
        return sizes
    if not isinstance(axis, int):
        return Unknown("a size", line)
    if not -len(sizes) <= axis < len(sizes):
        reader.fail(f"size({axis}): the tensor has {len(sizes)} axes only.", line, "size")
    return sizes[axis]


def _get_item(reader: Core, call: Call) -> Value:
    """``x[:, 0]``, ``x[..., None]``, ``x[:, :16]``."""
    tensor, key, *_ = (*call.arguments, None)
    if not isinstance(tensor, Tensor) or not reader.tracing:
        return Unknown("an element", call.line)
    keys = list(key) if isinstance(key, tuple) else [key]
    shape = None if tensor.shape is None else _indexed(tensor.shape, keys)
    if shape is None:
        return reader.lose(call.what or "an index", [tensor], call.line)
    return reader.operate("getitem", Become(shape=shape, view=True), [tensor], call.line)


def _indexed(shape: Shape, keys: list[Value]) -> Shape | None:
    """Return the shape of a part of a tensor, None if the index is not a plain one."""
    used = sum(1 for key in keys if key is not None and key is not Ellipsis)
    if Ellipsis in keys:
        place = keys.index(Ellipsis)
        keys = [*keys[:place], *[slice(None)] * (len(shape) - used), *keys[place + 1 :]]
    else:
        keys = [*keys, *[slice(None)] * (len(shape) - used)]
    result: list[int | None] = []
    sizes = iter(shape)
    for key in keys:
        if key is None:
            result.append(1)
            continue
        size = next(sizes, None)
        if isinstance(key, (bool, Unknown)):
            return None
        if isinstance(key, int):
            continue
        if not isinstance(key, slice):
            return None
        ends = (key.start, key.stop, key.step)
        if ends == (None, None, None):
            result.append(size)
        elif size is None or not all(end is None or isinstance(end, int) for end in ends):
            result.append(None)
        elif key.step == 0:
            return None
        else:
            result.append(len(range(*key.indices(size))))
    return tuple(result)


def _expand(reader: Core, call: Call) -> Value:
    """``expand``: axes of 1 are repeated; −1 keeps a size."""
    tensor, *values = call.arguments
    if not isinstance(tensor, Tensor) or not reader.tracing:
        return Unknown("expand", call.line)
    try:
        sizes = _sizes(values)
    except UnsuitableError:
        return reader.lose("expand", [tensor], call.line)
    shape = tensor.shape
    known: Shape | None = None
    if shape is not None and len(sizes) >= len(shape):
        padded = (1,) * (len(sizes) - len(shape)) + shape
        known = tuple(old if new == -1 else new for old, new in zip(padded, sizes, strict=True))
    return reader.operate("expand", Become(shape=known, view=True), [tensor], call.line)


def _made(reader: Core, call: Call) -> Value:
    """``torch.zeros(1, 3)`` and the like: a tensor from nowhere."""
    values = [call.keywords["size"]] if "size" in call.keywords else call.arguments
    try:
        return Tensor(_sizes(values), line=call.line)
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

_SHARED: dict[str, _Handler] = {
    **{name: _keeps_shape(name) for name in _SAME},
    **{name: _keeps_shape(name, view=True) for name in _DROP},
    "flatten": one_tensor("flatten", _FLATTEN),
    "reshape": _view("reshape"),
    "permute": _permute,
    "transpose": _transpose,
    "squeeze": _squeeze,
    "unsqueeze": _unsqueeze,
    "chunk": _split("chunk"),
    "split": _split("split"),
    **{name: _reduce(name) for name in ("mean", "sum", "max", "min", "amax", "amin", "var", "std")},
    **{name: _pair(name, Combine(verb="added")) for name in ("add",)},
    **{name: _pair(name, Combine(verb="multiplied")) for name in ("mul", "multiply")},
    **{
        name: _pair(name, Combine(verb="combined")) for name in ("sub", "div", "maximum", "minimum")
    },
    **{name: _pair(name, MatMul()) for name in ("matmul", "bmm", "mm")},
}
"""What is both a function of ``torch`` (or of F) and a method of tensors."""

_FUNCTIONAL: dict[str, _Handler] = {
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
_METHODS: dict[str, _Handler] = {
    "view": _view("view"),
    "size": _size,
    "expand": _expand,
    "__getitem__": _get_item,
    "dim": lambda reader, call: _rank(call),
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
_FACTS: dict[str, _Handler] = {
    "shape": lambda reader, call: size_of(call.arguments[0], None, reader, call.line),
    "ndim": lambda reader, call: _rank(call),
    "requires_grad": _no,
    "is_cuda": _no,
    "device": lambda reader, call: Unknown("a device", call.line),
    "dtype": lambda reader, call: Unknown("a data type", call.line),
    "T": lambda reader, call: _transposed(reader, call),
    "data": lambda reader, call: call.arguments[0],
}


def _rank(call: Call) -> Value:
    """Return the number of axes."""
    tensor = call.arguments[0]
    return Unknown("dim", call.line) if tensor.shape is None else len(tensor.shape)


def _transposed(reader: Core, call: Call) -> Value:
    """``x.T``: all axes the other way round."""
    tensor = call.arguments[0]
    if tensor.shape is None or not reader.tracing:
        return Unknown("T", call.line)
    order = tuple(range(len(tensor.shape)))[::-1]
    return reader.operate("T", Permute(order=order), [tensor], call.line)


def _table(prefix: str, handlers: dict[str, _Handler]) -> dict[str, Native]:
    """Return handlers under full names."""
    return {f"{prefix}{name}": Native(name, handler) for name, handler in handlers.items()}


_MADE = dict.fromkeys(["zeros", "ones", "rand", "randn", "empty", "full"], _made)
_LIKE = dict.fromkeys(["zeros_like", "ones_like", "rand_like", "randn_like"], _made_like)
_JOINS: dict[str, _Handler] = {
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
    **_table("torch.jit.", dict.fromkeys(("is_scripting", "is_tracing", "is_exporting"), _no)),
    "torch.onnx.is_in_onnx_export": Native("is_in_onnx_export", _no),
    "torch.cuda.is_available": Native("is_available", _no),
}
"""Everything by full name; ``Tensor.x`` are methods, ``Tensor.x=`` are facts."""
