"""The methods of Python's lists, dicts, texts and tuples, as far as models use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cnnviz_tui.networks.readers.python.builtins import elements_of, product
from cnnviz_tui.networks.readers.python.limits import require_short
from cnnviz_tui.networks.readers.python.values import Bound, Call, Name, Native, Unknown, Value

if TYPE_CHECKING:
    from cnnviz_tui.networks.readers.python.interpreter import Interpreter


def attribute_of_plain(value: Value, name: str) -> Value | None:
    """Return a method of a list, dict, text or the like, None if we do not know it."""
    methods: dict[str, Callable[[Interpreter, Call], Value]] = {}
    if isinstance(value, list):
        methods = _LIST
    elif isinstance(value, dict):
        methods = _DICT
    elif isinstance(value, str):
        methods = _TEXT
    elif isinstance(value, tuple):
        methods = {key: _LIST[key] for key in ("index", "count")} | {"numel": _numel}
    method = methods.get(name)
    return None if method is None else Bound(Native(name, method), (value,))


def _numel(reader: Interpreter, call: Call) -> Value:
    """Return the product of the sizes of a ``torch.Size``."""
    return product(reader, call)


def _append(reader: Interpreter, call: Call) -> Value:
    """``list.append``."""
    owner, *values = call.arguments
    require_short(len(owner) + 1)
    owner.extend(values[:1])


def _extend(reader: Interpreter, call: Call) -> Value:
    """``list.extend``."""
    owner = call.arguments[0]
    elements = elements_of(reader, Call(call.arguments[1:], {}, call.line))
    if not isinstance(elements, Unknown):
        require_short(len(owner) + len(elements))
        owner.extend(elements)


def _insert(reader: Interpreter, call: Call) -> Value:
    """``list.insert``."""
    owner, place, value = (*call.arguments, None, None)[:3]
    if isinstance(place, int):
        require_short(len(owner) + 1)
        owner.insert(place, value)


def _pop(reader: Interpreter, call: Call) -> Value:
    """``list.pop`` and ``dict.pop``."""
    owner, *rest = call.arguments
    try:
        return owner.pop(*rest[: 1 if isinstance(owner, list) else 2])
    except (IndexError, KeyError, TypeError) as error:
        reader.fail(f"pop: {error}.", call.line)


def _index(reader: Interpreter, call: Call) -> Value:
    """``list.index`` of a number or text."""
    owner, *rest = call.arguments
    for place, one in enumerate(owner):
        if rest and isinstance(one, (int, str)) and one == rest[0]:
            return place
    return Unknown("index", call.line)


def _count(reader: Interpreter, call: Call) -> Value:
    """``list.count`` of a number or text."""
    owner, *rest = call.arguments
    return sum(1 for one in owner if rest and isinstance(one, (int, str)) and one == rest[0])


def _get(reader: Interpreter, call: Call) -> Value:
    """``dict.get``."""
    owner, key, default = (*call.arguments, None)[:3]
    return owner.get(key, default) if isinstance(key, (str, int, Name)) else Unknown("get", None)


def _update(reader: Interpreter, call: Call) -> Value:
    """``dict.update``."""
    owner = call.arguments[0]
    for other in call.arguments[1:]:
        if isinstance(other, dict):
            owner.update(other)
    owner.update(call.keywords)


def _join(reader: Interpreter, call: Call) -> Value:
    """``str.join``."""
    elements = elements_of(reader, Call(call.arguments[1:], {}, call.line))
    texts = [] if isinstance(elements, Unknown) else elements
    if isinstance(elements, Unknown) or not all(isinstance(one, str) for one in texts):
        return Unknown("join", call.line)
    require_short(sum(map(len, texts)) + len(texts) * len(call.arguments[0]))
    return call.arguments[0].join(texts)


def _of_text(name: str) -> Callable[[Interpreter, Call], Value]:
    """Return a method of texts that makes none longer."""

    def call_it(reader: Interpreter, call: Call) -> Value:
        if not all(isinstance(one, str) for one in call.arguments):
            return Unknown(name, call.line)
        reader.budget.spend(len(call.arguments[0]) // 16, call.line)
        try:
            return getattr(call.arguments[0], name)(*call.arguments[1:])
        except (TypeError, ValueError) as error:
            reader.fail(f"{name}: {error}.", call.line)

    return call_it


_LIST: dict[str, Callable[[Interpreter, Call], Value]] = {
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "pop": _pop,
    "index": _index,
    "count": _count,
    "copy": lambda reader, call: list(call.arguments[0]),
    "reverse": lambda reader, call: call.arguments[0].reverse(),
    "clear": lambda reader, call: call.arguments[0].clear(),
}
_DICT: dict[str, Callable[[Interpreter, Call], Value]] = {
    "items": lambda reader, call: list(call.arguments[0].items()),
    "keys": lambda reader, call: list(call.arguments[0]),
    "values": lambda reader, call: list(call.arguments[0].values()),
    "get": _get,
    "pop": _pop,
    "update": _update,
    "copy": lambda reader, call: dict(call.arguments[0]),
}
_TEXT: dict[str, Callable[[Interpreter, Call], Value]] = {
    "join": _join,
    **{
        name: _of_text(name)
        for name in ("lower", "upper", "strip", "split", "startswith", "endswith", "isdigit")
    },
}
