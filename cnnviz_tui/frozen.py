"""Frozen values: fields, equality and a readable text, without the cost of ``dataclasses``.

Each frozen dataclass costs half a millisecond of generated code at start; what stands between the
start and a one-off's result, a question or a lesson's first step uses this instead, at a hundredth
of that. Elsewhere a dataclass is as good. Type checkers treat both alike.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self, dataclass_transform


@dataclass_transform(frozen_default=True)
class Frozen:
    """Base class of immutable values whose fields are the annotations of their class.

    A field's default is the class attribute of its name. Subclasses add their fields behind those
    of their base, and say in ``__post_init__`` what must hold. With ``kw_only=True`` behind a
    class's bases, type checkers want its fields named.
    """

    _fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, kw_only: bool = False) -> None:
        own = [
            name for name, kind in cls.__annotations__.items()
            if not (name.startswith("_") or kind.startswith("ClassVar") or name in cls._fields)
        ]  # fmt: skip
        cls._fields = (*cls._fields, *own)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        fields = self._fields
        given = dict(zip(fields, arguments, strict=False))
        unknown = [name for name in named if name not in fields or name in given]
        given.update(named)
        missing = [name for name in fields if name not in given and not hasattr(type(self), name)]
        if len(arguments) > len(fields) or unknown or missing:
            raise TypeError(
                f"{type(self).__name__} takes ({', '.join(fields)}), each once"
                + (f"; {', '.join(unknown)} cannot be given" if unknown else "")
                + (f"; {', '.join(missing)} must be given" if missing else "")
            )
        self.__dict__.update(given)
        self.__post_init__()

    def __post_init__(self) -> None:
        """Raise an error if the fields make no sense together."""

    def changed(self, **fields: Any) -> Self:
        """Return this value with some fields replaced."""
        return type(self)(**{**dict(zip(self._fields, self._held(), strict=True)), **fields})

    def _held(self) -> tuple[Any, ...]:
        """Return what the fields hold, in order."""
        return tuple(getattr(self, name) for name in self._fields)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable; use changed({name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other) or not isinstance(other, Frozen):
            return NotImplemented
        return self._held() == other._held()

    def __hash__(self) -> int:
        return hash((type(self), self._held()))

    def __repr__(self) -> str:
        pairs = zip(self._fields, self._held(), strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in pairs)})"
