"""Python's own functions, and the methods of its lists, dicts and strings, as far as models go."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cnnviz_tui.networks.readers.python.limits import RefusedError, arithmetic, require_short
from cnnviz_tui.networks.readers.python.values import (
    Bound,
    Call,
    Instance,
    Layer,
    Name,
    Native,
    Super,
    Tensor,
    Unknown,
    UserClass,
    Value,
)

if TYPE_CHECKING:
    from cnnviz_tui.networks.readers.python.interpreter import Interpreter

_FARTHEST = 2**62


def _arguments(call: Call, *names: str) -> list[Value]:
    """Return arguments in order, given by position or by name; missing ones are left out."""
    values = list(call.arguments)
    for name in names[len(values) :]:
        if name not in call.keywords:
            break
        values.append(call.keywords[name])
    return values


def _unknown_in(values: Sequence[Value]) -> Unknown | None:
    """Return the first of the values that is not known."""
    return next((value for value in values if isinstance(value, Unknown)), None)


def elements_of(reader: Interpreter, call: Call) -> Sequence[Value] | Unknown:
    """Return the elements of the only argument, at most as many as a list may have."""
    if not call.arguments:
        return []
    elements = reader.iterate(call.arguments[0], call.line)
    if not isinstance(elements, Unknown):
        require_short(len(elements))
        reader.budget.spend(len(elements), call.line)
    return elements


def _collection(make: Callable[[Sequence[Value]], Value]) -> Callable[[Interpreter, Call], Value]:
    """Return a function that makes a collection out of anything that one can loop over."""

    def call_it(reader: Interpreter, call: Call) -> Value:
        elements = elements_of(reader, call)
        return elements if isinstance(elements, Unknown) else make(elements)

    return call_it


def _range(reader: Interpreter, call: Call) -> Value:
    """Return a range."""
    unknown = _unknown_in(call.arguments)
    if unknown is not None or not all(isinstance(one, int) for one in call.arguments):
        return unknown or Unknown("range", call.line)
    if any(abs(one) > _FARTHEST for one in call.arguments):
        raise RefusedError("a range without end")
    try:
        return range(*map(int, call.arguments))
    except (TypeError, ValueError) as error:
        reader.fail(f"range: {error}.", call.line)


def _len(reader: Interpreter, call: Call) -> Value:
    """Return a length."""
    value = call.arguments[0] if call.arguments else None
    if isinstance(value, (list, tuple, dict, str, range)):
        return len(value)
    if isinstance(value, Instance):
        return len(value.items)
    if isinstance(value, Tensor) and value.shape:
        return value.shape[0] if value.shape[0] is not None else Unknown("len", call.line)
    return value if isinstance(value, Unknown) else Unknown("len", call.line)


def _numeric(compute: Callable[..., Any]) -> Callable[[Interpreter, Call], Value]:
    """Return a function of plain numbers; of anything else the result is unknown."""

    def call_it(reader: Interpreter, call: Call) -> Value:
        unknown = _unknown_in(call.arguments)
        if unknown is not None:
            return unknown
        if not all(isinstance(one, (int, float, str)) for one in call.arguments):
            return Unknown("a calculation", call.line)
        if any(isinstance(one, str) and len(one) > 40 for one in call.arguments):
            return Unknown("a calculation", call.line)
        try:
            return compute(*call.arguments)
        except (TypeError, ValueError, ArithmeticError) as error:
            reader.fail(f"{call.what or 'a calculation'}: {error}.", call.line)

    return call_it


def _extreme(choose: Callable[[Sequence[Any]], Any]) -> Callable[[Interpreter, Call], Value]:
    """Return ``max`` or ``min``."""

    def call_it(reader: Interpreter, call: Call) -> Value:
        values: Sequence[Value] | Unknown = call.arguments
        if len(call.arguments) == 1:
            values = elements_of(reader, call)
        if isinstance(values, Unknown):
            return values
        unknown = _unknown_in(values)
        numbers = [one for one in values if isinstance(one, (int, float))]
        if unknown is not None or not numbers or len(numbers) < len(values):
            return unknown or Unknown("the extreme of such values", call.line)
        return choose(numbers)

    return call_it


def _sum(reader: Interpreter, call: Call) -> Value:
    """Add numbers, lists or tensors."""
    elements = elements_of(reader, call)
    if isinstance(elements, Unknown):
        return elements
    values = [*call.arguments[1:2], *elements]
    if not values:
        return 0
    result = values[0]
    for value in values[1:]:
        if isinstance(result, (int, float)) and isinstance(value, (int, float)):
            result = arithmetic("Add", result, value)
        elif isinstance(result, Tensor) and isinstance(value, Tensor):
            result = reader.add_tensors(result, value, call.line)
        elif isinstance(result, list) and isinstance(value, list):
            require_short(len(result) + len(value))
            result = result + value
        else:
            return Unknown("the sum of such values", call.line)
    return result


def _enumerate(reader: Interpreter, call: Call) -> Value:
    """Number the elements."""
    elements = elements_of(reader, Call(call.arguments[:1], {}, call.line))
    start = [*call.arguments[1:2], call.keywords.get("start", 0)][0]
    if isinstance(elements, Unknown) or not isinstance(start, int):
        return elements if isinstance(elements, Unknown) else Unknown("enumerate", call.line)
    return list(enumerate(elements, start))


def _zip(reader: Interpreter, call: Call) -> Value:
    """Walk over several things side by side."""
    columns = [elements_of(reader, Call([one], {}, call.line)) for one in call.arguments]
    unknown = _unknown_in(columns)
    known = [column for column in columns if not isinstance(column, Unknown)]
    return unknown or list(zip(*known, strict=False))


def _map(reader: Interpreter, call: Call) -> Value:
    """Apply a function to every element."""
    elements = elements_of(reader, Call(call.arguments[1:2], {}, call.line))
    if isinstance(elements, Unknown) or len(call.arguments) != 2:
        return elements if isinstance(elements, Unknown) else Unknown("map", call.line)
    return [reader.call(call.arguments[0], Call([one], {}, call.line)) for one in elements]


def _logic(default: bool) -> Callable[[Interpreter, Call], Value]:
    """Return ``all`` (default true) or ``any`` (default false)."""

    def call_it(reader: Interpreter, call: Call) -> Value:
        elements = elements_of(reader, call)
        if isinstance(elements, Unknown):
            return elements
        unknown = _unknown_in(elements)
        if any(reader.truth(one, None, call.line or 0) != default for one in elements):
            return unknown or not default
        return unknown or default

    return call_it


def _bool(reader: Interpreter, call: Call) -> Value:
    """Return the truth of a value, if it is known."""
    value = call.arguments[0] if call.arguments else False
    return value if isinstance(value, Unknown) else reader.truth(value, None, call.line or 0)


def _isinstance(reader: Interpreter, call: Call) -> Value:
    """Decide what class a value has, where we know it."""
    value, cls = (*call.arguments, None, None)[:2]
    choices = cls if isinstance(cls, tuple) else (cls,)
    results = [_is_a(value, one) for one in choices]
    if True in results:
        return True
    return Unknown("isinstance", call.line) if None in results else False


def _is_a(value: Value, cls: Value) -> bool | None:
    """Return whether a value is of a class, None if we cannot know."""
    if isinstance(value, Unknown):
        return None
    if isinstance(cls, UserClass):
        return isinstance(value, Instance) and (
            isinstance(value.cls, UserClass) and cls in value.cls.lineage()
        )
    plain = {
        "int": int,
        "float": float,
        "str": str,
        "bool": bool,
        "list": list,
        "tuple": tuple,
        "dict": dict,
    }
    if isinstance(cls, Native):
        return isinstance(value, plain[cls.name]) if cls.name in plain else None
    if not isinstance(cls, Name):
        return None
    last = cls.dotted.split(".")[-1]
    if isinstance(value, Tensor):
        return last == "Tensor"
    if isinstance(value, Layer):
        return last in (value.type, "Module", "Layer")
    if isinstance(value, Instance):
        return last in (value.library.split(".")[-1], "Module")
    if last in ("Iterable", "Sequence", "Sized", "Collection"):
        return isinstance(value, (list, tuple, range, str, dict))
    return False if last in ("Tensor", "Module", "Parameter") else None


def _getattr(reader: Interpreter, call: Call) -> Value:
    """Return an attribute by a name that is computed."""
    if len(call.arguments) < 2 or not isinstance(call.arguments[1], str):
        return Unknown("getattr", call.line)
    value, name = call.arguments[:2]
    if len(call.arguments) > 2 and not _has(value, name):
        return call.arguments[2]
    return reader.attribute(value, name, call.line)


def _has(value: Value, name: str) -> bool:
    """Return whether an object surely has an attribute."""
    if isinstance(value, Instance):
        member = isinstance(value.cls, UserClass) and value.cls.find(name) is not None
        return name in value.attributes or name in value.items or member
    if isinstance(value, Layer):
        return name in value.settings or name in ("weight", "bias")
    return isinstance(value, UserClass) and value.find(name) is not None


def _setattr(reader: Interpreter, call: Call) -> Value:
    """Set an attribute by a name that is computed."""
    owner, name, value = (*call.arguments, None, None, None)[:3]
    if isinstance(owner, Instance) and isinstance(name, str):
        owner.attributes[name] = value


def _super(reader: Interpreter, call: Call) -> Value:
    """Return what stands for the classes behind the one whose method runs."""
    scope = call.keywords.get("__scope__")
    if scope is None:
        return Unknown("super()", call.line)
    found = scope.find("__class__")
    owner = found.names["__class__"] if found is not None else None
    instance = next(iter(found.names.values()), None) if found is not None else None
    if isinstance(owner, UserClass) and isinstance(instance, Instance):
        return Super(owner, instance)
    return Unknown("super()", call.line)


def _type(reader: Interpreter, call: Call) -> Value:
    """Return the class of an object of the source."""
    value = call.arguments[0] if call.arguments else None
    return value.cls if isinstance(value, Instance) else Unknown("type", call.line)


def _quietly(value: Value = None) -> Callable[[Interpreter, Call], Value]:
    """Return a function that does nothing that matters here, such as ``print``."""
    return lambda reader, call: value


def _sorted(reader: Interpreter, call: Call) -> Value:
    """Sort numbers or texts."""
    elements = elements_of(reader, call)
    if isinstance(elements, Unknown) or call.keywords:
        return elements if isinstance(elements, Unknown) else Unknown("sorted", call.line)
    if all(isinstance(one, (int, float)) for one in elements) or all(
        isinstance(one, str) for one in elements
    ):
        return sorted(elements)
    return Unknown("sorted", call.line)


def _dict(reader: Interpreter, call: Call) -> Value:
    """Make a dict of pairs and keywords."""
    result: dict[Any, Value] = {}
    if call.arguments and isinstance(call.arguments[0], dict):
        result.update(call.arguments[0])
    elif call.arguments:
        elements = elements_of(reader, call)
        if isinstance(elements, Unknown):
            return elements
        for pair in elements:
            if (
                isinstance(pair, (tuple, list))
                and len(pair) == 2
                and isinstance(pair[0], (str, int))
            ):
                result[pair[0]] = pair[1]
    return {**result, **call.keywords}


def _partial(reader: Interpreter, call: Call) -> Value:
    """Return a function with some arguments given (``functools.partial``)."""
    if not call.arguments:
        return Unknown("partial", call.line)
    return Bound(call.arguments[0], tuple(call.arguments[1:]), dict(call.keywords))


def _second(reader: Interpreter, call: Call) -> Value:
    """Return the second argument, as ``typing.cast`` does."""
    return call.arguments[1] if len(call.arguments) > 1 else Unknown("cast", call.line)


def product(reader: Interpreter, call: Call) -> Value:
    """Multiply all elements (``math.prod``)."""
    elements = elements_of(reader, call)
    if isinstance(elements, Unknown):
        return elements
    result: int | float = 1
    for one in elements:
        if not isinstance(one, (int, float)):
            return one if isinstance(one, Unknown) else Unknown("prod", call.line)
        result = arithmetic("Mult", result, one)
    return result


def _int(*values: Any) -> int:
    """Return int(); a whole number that was typed stays what it is."""
    return values[0] if len(values) == 1 and isinstance(values[0], int) else int(*values)


def _power(base: float, exponent: float) -> float:
    """Return a power that cannot explode."""
    return arithmetic("Pow", base, exponent)


def _native(
    name: str, call: Callable[[Interpreter, Call], Value], least: int = 0
) -> tuple[str, Native]:
    """Return an entry of the table."""
    return name, Native(name, call, least)


BUILTINS: dict[str, Value] = dict(
    [
        _native("range", _range),
        _native("len", _len),
        _native("list", _collection(list)),
        _native("tuple", _collection(tuple)),
        _native("set", _collection(list)),
        _native("iter", _collection(list)),
        _native("reversed", _collection(lambda elements: list(reversed(elements)))),
        _native("dict", _dict),
        _native("int", _numeric(_int)),
        _native("float", _numeric(float)),
        _native("bool", _bool),
        _native("abs", _numeric(abs)),
        _native("round", _numeric(round)),
        _native("divmod", _numeric(divmod)),
        _native("pow", _numeric(_power)),
        _native("str", _numeric(str)),
        _native("max", _extreme(max)),
        _native("min", _extreme(min)),
        _native("sum", _sum),
        _native("all", _logic(True)),
        _native("any", _logic(False)),
        _native("enumerate", _enumerate),
        _native("zip", _zip),
        _native("map", _map),
        _native("sorted", _sorted),
        _native("isinstance", _isinstance),
        _native("getattr", _getattr),
        _native("setattr", _setattr),
        _native("hasattr", lambda reader, call: _has(*call.arguments[:2]), 2),
        _native("callable", lambda reader, call: not isinstance(call.arguments[0], (int, str)), 1),
        _native("super", _super),
        _native("type", _type),
        _native("print", _quietly()),
        ("__name__", "model"),
        ("object", Name("object")),
    ]
)
"""What Python provides without an import. There is no open, exec, eval or __import__."""

STANDARD: dict[str, Native] = {
    "functools.partial": Native("partial", _partial),
    "collections.OrderedDict": Native("OrderedDict", _dict),
    "typing.cast": Native("cast", _second),
    "math.floor": Native("floor", _numeric(math.floor)),
    "math.ceil": Native("ceil", _numeric(math.ceil)),
    "math.sqrt": Native("sqrt", _numeric(math.sqrt)),
    "math.log2": Native("log2", _numeric(math.log2)),
    "math.log": Native("log", _numeric(math.log)),
    "math.prod": Native("prod", product),
    "math.pow": Native("pow", _numeric(_power)),
    "numpy.prod": Native("prod", product),
    "warnings.warn": Native("warn", _quietly()),
    "copy.deepcopy": Native("deepcopy", lambda reader, call: call.arguments[0], 1),
}
"""The few functions of the standard library (and numpy) that models use."""
