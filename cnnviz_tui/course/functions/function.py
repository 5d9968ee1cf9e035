"""A function of the expressions: its name, its signature for the guide, and how it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, cleandoc, signature

from cnnviz_tui.course.functions.kinds import converted
from cnnviz_tui.course.functions.value import Value
from cnnviz_tui.course.problem import nearest
from cnnviz_tui.frozen import Frozen
from cnnviz_tui.shapes.errors import ShapeError


class ArgumentError(ShapeError):
    """An argument that cannot be.

    Args:
        message: the sentence.
        argument: which one: its place, or its name where it was given by name.
    """

    def __init__(self, message: str, argument: int | str) -> None:
        super().__init__(message)
        self.argument = argument


class Function(Frozen):
    """Something that expressions can call.

    Attributes:
        name: what one types.
        signature: how it is called, such as `output_size(N, F, S=1)`.
        about: one line on what it gives.
        compute: the Python function; its annotations name the `KINDS` of its parameters.
    """

    name: str
    signature: str
    about: str
    compute: Callable[..., Value]

    @classmethod
    def of(cls, compute: Callable[..., Value], name: str = "") -> Function:
        """The function that a Python function describes with its name, parameters and docstring.

        An underscore at the end of the name, which avoids Python's own names, is dropped.
        """
        name = name or compute.__name__.rstrip("_")
        parameters = ", ".join(map(_written, signature(compute).parameters.values()))
        about = cleandoc(compute.__doc__ or "").partition("\n")[0]
        return cls(name, f"{name}({parameters})", about, compute)

    def call(self, arguments: Sequence[Value], named: Mapping[str, Value]) -> Value:
        """What it gives for these arguments.

        Raises:
            ArgumentError: an argument is of another kind, unknown, or one too many.
            ShapeError: one is missing, or there is no result.
        """
        places = list(signature(self.compute).parameters.values())
        known = {
            place.name: place for place in places if place.kind is not Parameter.VAR_POSITIONAL
        }
        fields = next((one for one in places if one.kind is Parameter.VAR_KEYWORD), None)
        positional = []
        for index, value in enumerate(arguments):
            place = places[min(index, len(places) - 1)] if places else None
            if place is None or (
                place.kind is not Parameter.VAR_POSITIONAL
                and (index >= len(places) or place.kind is Parameter.VAR_KEYWORD)
            ):
                raise ArgumentError(
                    f"There is one argument too many: write {self.signature}.", index
                )
            positional.append(_as(place, value, place.name, index))
        taken = {place.name for place in places[: len(positional)]}
        by_name = {}
        for name, value in named.items():
            place = known.get(name, fields)
            if place is None:
                advice = f": {nearest(name, known)}" if known else "."
                raise ArgumentError(f"{self.name} has no argument “{name}”{advice}", name)
            if name in taken:
                raise ArgumentError(f"{name} is given twice: write {self.signature}.", name)
            by_name[name] = _as(place, value, name, name)
        for place in places:
            if (
                place.default is Parameter.empty
                and place.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
                and place.name not in taken
                and place.name not in by_name
            ):
                raise ShapeError(f"{place.name} is missing: write {self.signature}.")
        return self.compute(*positional, **by_name)


def _as(place: Parameter, value: Value, name: str, argument: int | str) -> object:
    try:
        return converted(value, str(place.annotation), name)
    except ShapeError as error:
        raise ArgumentError(str(error), argument) from None


def _written(parameter: Parameter) -> str:
    """A parameter as it stands in a signature."""
    if parameter.kind is Parameter.VAR_POSITIONAL:
        return f"{parameter.name}, …"
    if parameter.kind is Parameter.VAR_KEYWORD:
        return "…"
    if parameter.default is Parameter.empty:
        return parameter.name
    default = parameter.default
    if isinstance(default, str):
        return f'{parameter.name}="{default}"'
    if default == ():
        # What it is then depends on the others; the line on the function says how.
        return f"{parameter.name}=…"
    if isinstance(default, tuple):
        default = default[0] if len(default) == 1 else default
    return f"{parameter.name}={default}"
