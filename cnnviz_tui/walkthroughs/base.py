"""What every walkthrough is: a lazy sequence of steps, each computed from its index alone.

The terminal player, plain text, exports, quiz answers and tests all read the same steps, so a step
holds numbers and sentences, never colours, clocks or widgets.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from operator import index as as_index
from typing import TypeVar, overload


class Role(Enum):
    """What a number or a piece of text is, in the visual language of every screen."""

    PLAIN = "plain"
    DIM = "dim"
    INPUT = "input"
    FILTER = "filter"
    OUTPUT = "output"
    GRADIENT = "gradient"
    RIGHT = "right"
    WRONG = "wrong"
    STRONG = "strong"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that has one role."""

    text: str
    role: Role = Role.PLAIN


BREAK = Piece("\n")
"""Where a calculation goes on in a new line, on paper as on the screen."""

Line = tuple[Piece, ...]
"""A line of text for people, its parts marked with their roles."""


def line(*parts: str | Piece | tuple[str, Role]) -> Line:
    """Build a `Line` out of plain strings, pieces and `(text, role)` pairs."""
    return tuple(
        part
        if isinstance(part, Piece)
        else Piece(part)
        if isinstance(part, str)
        else Piece(part[0], part[1])
        for part in parts
    )


def text_of(pieces: Sequence[Piece]) -> str:
    """The text of a line without its roles."""
    return "".join(piece.text for piece in pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(ABC):
    """One moment of a walkthrough.

    Attributes:
        index: its place in the walkthrough, from 0.
        caption: one or two sentences for a student: what happens and why.
    """

    index: int
    caption: str

    @property
    @abstractmethod
    def sums(self) -> tuple[Line, ...]:
        """The calculation of this step, from the most detailed way to write it to the shortest."""

    @property
    @abstractmethod
    def data(self) -> Mapping[str, object]:
        """The step as plain lists, numbers and strings, for `--json`."""


StepT_co = TypeVar("StepT_co", bound=Step, covariant=True)


class Walkthrough(Sequence[StepT_co], ABC):
    """A lazy sequence of steps; `walkthrough[i]` costs the same for every `i`."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What is being walked through, in a few words."""

    @property
    @abstractmethod
    def formulas(self) -> tuple[Line, ...]:
        """The formulas that govern the whole walkthrough, with the numbers filled in."""

    @property
    def problem(self) -> str:
        """Why there is nothing to walk through, as a sentence; empty when there is."""
        return ""

    @abstractmethod
    def step(self, index: int) -> StepT_co:
        """Compute step `index`, 0 <= index < len(self), from the index alone."""

    @overload
    def __getitem__(self, index: int) -> StepT_co: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[StepT_co]: ...

    def __getitem__(self, index: int | slice) -> StepT_co | Sequence[StepT_co]:
        """Step `index` (negative counts from the end), or the list of a slice's steps.

        Raises:
            IndexError: there is no such step.
        """
        if isinstance(index, slice):
            return [self.step(i) for i in range(*index.indices(len(self)))]
        position = as_index(index)
        if position < 0:
            position += len(self)
        if len(self) == 0:
            raise IndexError(f"step {index} of a walkthrough that has no steps: {self.problem}")
        if not 0 <= position < len(self):
            raise IndexError(
                f"step {index} of a walkthrough of {len(self)} steps: take 0 to {len(self) - 1}"
            )
        return self.step(position)
