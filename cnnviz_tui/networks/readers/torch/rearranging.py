"""Tensors under other shapes: ``view``, ``permute``, ``chunk``, slices, means and the like."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cnnviz_tui.networks.graph import Node
from cnnviz_tui.networks.operations.rearrange import Become, Permute, Reduce, Reshape
from cnnviz_tui.networks.readers.python.binding import (
    Given,
    UnreadableError,
    UnsuitableError,
    bind,
    site_of,
)
from cnnviz_tui.networks.readers.python.core import Core
from cnnviz_tui.networks.readers.python.values import Call, Tensor, Unknown, Value
from cnnviz_tui.networks.sizes import Shape

Handler = Callable[[Core, Call], Value]
"""What does the work of a function or method."""


def read_sizes(values: Sequence[Value]) -> tuple[int | None, ...]:
    """Return sizes that are given one by one or as one tuple."""
    if len(values) == 1 and isinstance(values[0], (tuple, list)):
        values = values[0]
    sizes: list[int | None] = []
    for value in values:
        if isinstance(value, bool) or not isinstance(value, (int, Unknown)):
            raise UnsuitableError("sizes must be whole numbers.")
        sizes.append(int(value) if isinstance(value, int) else None)
    return tuple(sizes)


def view(type_: str) -> Handler:
    """Return ``view`` or ``reshape``."""

    def run(reader: Core, call: Call) -> Value:
        tensor, *values = call.arguments or [None]
        values += list(call.keywords.values())
        if not isinstance(tensor, Tensor) or not reader.tracing or not values:
            return Unknown(type_, call.line)
        try:
            operation = Reshape(sizes=read_sizes(values))
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


def permute(reader: Core, call: Call) -> Value:
    """``permute`` with the axes one by one or as a tuple."""
    tensor, *values = call.arguments or [None]
    values += list(call.keywords.values())
    if not isinstance(tensor, Tensor) or not reader.tracing:
        return Unknown("permute", call.line)
    try:
        order = read_sizes(values)
    except UnsuitableError as error:
        reader.fail(f"permute: {error}", call.line, "permute")
    known = tuple(axis for axis in order if axis is not None)
    if len(known) < len(order):
        return reader.lose("permute", [tensor], call.line)
    return reader.operate("permute", Permute(order=known), [tensor], call.line)


def transpose(reader: Core, call: Call) -> Value:
    """``transpose`` of two axes."""
    tensor, *axes = call.arguments or [None]
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


def reduced(type_: str) -> Handler:
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


def squeeze(reader: Core, call: Call) -> Value:
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


def unsqueeze(reader: Core, call: Call) -> Value:
    """``unsqueeze``: a new axis of 1."""
    tensor, axis, *_ = (*call.arguments, *call.keywords.values(), None)
    if not isinstance(tensor, Tensor) or not reader.tracing:
        return Unknown("unsqueeze", call.line)
    known: Shape | None = None
    if tensor.shape is not None and isinstance(axis, int):
        place = axis % (len(tensor.shape) + 1)
        known = (*tensor.shape[:place], 1, *tensor.shape[place:])
    return reader.operate("unsqueeze", Become(shape=known, view=True), [tensor], call.line)


def split_along(type_: str) -> Handler:
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


def size(reader: Core, call: Call) -> Value:
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


def get_item(reader: Core, call: Call) -> Value:
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
    if used > len(shape):
        return None
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


def expand(reader: Core, call: Call) -> Value:
    """``expand``: axes of 1 are repeated; −1 keeps a size."""
    tensor, *values = call.arguments or [None]
    if not isinstance(tensor, Tensor) or not reader.tracing:
        return Unknown("expand", call.line)
    try:
        sizes = read_sizes(values)
    except UnsuitableError:
        return reader.lose("expand", [tensor], call.line)
    shape = tensor.shape
    known: Shape | None = None
    if shape is not None and len(sizes) >= len(shape):
        padded = (1,) * (len(sizes) - len(shape)) + shape
        known = tuple(old if new == -1 else new for old, new in zip(padded, sizes, strict=True))
    return reader.operate("expand", Become(shape=known, view=True), [tensor], call.line)


def like(reader: Core, call: Call) -> Value:
    """``expand_as`` and ``view_as``: the sizes of another tensor."""
    tensor, other, *_ = (*call.arguments, *call.keywords.values(), None)
    if not isinstance(tensor, Tensor) or not isinstance(other, Tensor) or not reader.tracing:
        return Unknown("expand_as", call.line)
    return reader.operate("expand_as", Become(shape=other.shape, view=True), [tensor], call.line)


def repeat(reader: Core, call: Call) -> Value:
    """``repeat``: every axis so many times, new ones in front."""
    tensor, *values = call.arguments or [None]
    if not isinstance(tensor, Tensor) or not reader.tracing:
        return Unknown("repeat", call.line)
    try:
        times = read_sizes(values)
    except UnsuitableError:
        return reader.lose("repeat", [tensor], call.line)
    shape = tensor.shape
    known: Shape | None = None
    if shape is not None and len(times) >= len(shape):
        padded = (1,) * (len(times) - len(shape)) + shape
        known = tuple(
            None if old is None or new is None else old * new
            for old, new in zip(padded, times, strict=True)
        )
    return reader.operate("repeat", Become(shape=known), [tensor], call.line)


def rank_of(call: Call) -> Value:
    """Return the number of axes."""
    tensor = call.arguments[0]
    return Unknown("dim", call.line) if tensor.shape is None else len(tensor.shape)


def turned(reader: Core, call: Call) -> Value:
    """``x.T``: all axes the other way round."""
    tensor = call.arguments[0]
    if tensor.shape is None or not reader.tracing:
        return Unknown("T", call.line)
    order = tuple(range(len(tensor.shape)))[::-1]
    return reader.operate("T", Permute(order=order), [tensor], call.line)
