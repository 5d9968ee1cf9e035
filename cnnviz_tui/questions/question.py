"""The kinds of question and how each is marked: an answer is text, a verdict says why."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from cnnviz_tui.questions.typed import (
    DOES_NOT_FIT,
    NoFit,
    Typed,
    UnclearAnswerError,
    Value,
    number_text,
    read_number,
    readings,
    value_text,
)

Cell = tuple[int, int]
"""A cell of a grid: row and column, counted from 0."""

Grid = tuple[tuple[Fraction, ...], ...]
"""Rows of numbers."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Road:
    """A way that leads to a wrong answer.

    Attributes:
        value: where it leads.
        feedback: what was done, with the calculation, and what to do instead.
        name: the misconception's name, such as `forgot-padding`; empty for one without a name.
    """

    value: Value
    feedback: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said to an answer.

    Attributes:
        right: whether it is right.
        feedback: the reason, for this very answer.
        given: the answer as it was understood.
        roads: the names of the misconceptions that lead to it.
    """

    right: bool
    feedback: str
    given: str
    roads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(ABC):
    """Something that is asked.

    Texts may have `code`, *emphasis* and **strong** marks as in Markdown.

    Attributes:
        id: its name, unique where it stands; answers are kept under it.
        prompt: the question.
        hints: from a nudge to half the solution.
        explanation: the way to the answer, for everybody who has answered.
    """

    kind: ClassVar[str]
    how: ClassVar[str]
    """How to type an answer."""

    id: str
    prompt: str
    hints: tuple[str, ...] = ()
    explanation: str = ""

    @abstractmethod
    def mark(self, text: str) -> Verdict:
        """What is to be said to an answer.

        Raises:
            UnclearAnswerError: it cannot be read; it does not count.
        """

    @property
    @abstractmethod
    def answer_text(self) -> str:
        """The right answer, as `mark` reads it and as people write it."""

    @property
    def lines(self) -> tuple[str, ...]:
        """What is shown below the prompt: options, things to order, a grid."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberQuestion(Question):
    """A number, a size or that it does not fit.

    Attributes:
        answer: the right value.
        roads: ways to wrong answers; several may lead to one.
        otherwise: what to say to any other wrong answer.
        decimals: a rounded answer needs at least so many digits behind the point.
    """

    kind: ClassVar[str] = "number"
    how: ClassVar[str] = "a number such as 28, 2.33 or 7/3"

    answer: Value
    roads: tuple[Road, ...] = ()
    otherwise: str = ""
    decimals: int = 2

    def __post_init__(self) -> None:
        """Refuse a wrong answer that is right."""
        for road in self.roads:
            if road.value == self.answer:
                raise ValueError(
                    f"Question “{self.id}” calls {value_text(road.value)} wrong, but that is its "
                    "answer: take the wrong answer out or change its value."
                )

    @property
    def answer_text(self) -> str:
        """The value as people write it."""
        return value_text(self.answer)

    def mark(self, text: str) -> Verdict:
        """Right in one of its readings, or on a road in one, or just wrong."""
        typed = self._expected(readings(text), text)
        for one in typed:
            if self._equal(one, self.answer):
                return Verdict(True, self.explanation, value_text(self.answer))
        for one in typed:
            if met := [road for road in self.roads if self._equal(one, road.value)]:
                feedback = " Or: ".join(dict.fromkeys(road.feedback for road in met))
                names = tuple(dict.fromkeys(road.name for road in met if road.name))
                return Verdict(False, feedback, value_text(met[0].value), names)
        for one in typed:
            self._ask_for_more_digits(one)
        given = typed[0].value
        return Verdict(False, self.otherwise or self._direction(given), value_text(given))

    def _expected(self, typed: tuple[Typed, ...], text: str) -> tuple[Typed, ...]:
        """The readings that are of the asked kind."""
        sized = isinstance(self.answer, tuple) or any(
            isinstance(road.value, tuple) for road in self.roads
        )
        numbered = isinstance(self.answer, Fraction) or any(
            isinstance(road.value, Fraction) for road in self.roads
        )
        kept = tuple(
            one
            for one in typed
            if isinstance(one.value, NoFit)
            or (isinstance(one.value, tuple) and sized)
            or (isinstance(one.value, Fraction) and numbered)
        )
        if kept:
            return kept
        wanted = "a size such as 28x28x6" if sized else "one number such as 28"
        raise UnclearAnswerError(f"“{text.strip()}” is not what is asked for: give {wanted}.")

    def _equal(self, typed: Typed, value: Value) -> bool:
        given = typed.value
        if given == value:
            return True
        if isinstance(given, tuple) and isinstance(value, tuple):
            # PyTorch writes the channels first.
            return len(given) == len(value) == 3 and (*given[1:], given[0]) == value
        if not isinstance(given, Fraction) or not isinstance(value, Fraction):
            return False
        return self._enough_digits(typed, value) and self._rounds_to(typed, value)

    def _enough_digits(self, typed: Typed, value: Fraction) -> bool:
        # Of a small number the leading zeros do not count as digits.
        leading = 0
        while 0 < abs(value) * 10**leading < Fraction(1, 10) and leading < 12:
            leading += 1
        return typed.decimals is not None and typed.decimals >= self.decimals + leading

    def _rounds_to(self, typed: Typed, value: Fraction) -> bool:
        if typed.decimals is None or not isinstance(typed.value, Fraction):
            return False
        exact = (value * 10**typed.decimals).denominator == 1
        return not exact and abs(typed.value - value) <= Fraction(1, 2 * 10**typed.decimals)

    def _ask_for_more_digits(self, typed: Typed) -> None:
        if isinstance(self.answer, Fraction) and self._rounds_to(typed, self.answer):
            raise UnclearAnswerError(
                f"“{value_text(typed.value)}” is near: give {self.decimals} digits behind the "
                "point, or a fraction."
            )

    def _direction(self, given: Value) -> str:
        if isinstance(given, Fraction) and isinstance(self.answer, Fraction):
            return "That is too much." if given > self.answer else "That is too little."
        if given is DOES_NOT_FIT:
            return "It does fit."
        if self.answer is DOES_NOT_FIT:
            return "It does not fit: try the formula."
        return "That is not it."


@dataclass(frozen=True, slots=True)
class Option:
    """One of the options of a choice.

    Attributes:
        text: what people read.
        right: whether it belongs to the answer.
        feedback: what to say to those who took it wrongly (or left it out wrongly).
        name: the misconception's name, where it has one.
    """

    text: str
    right: bool = False
    feedback: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _OptionsQuestion(Question):
    options: tuple[Option, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The options with their letters."""
        return tuple(
            f"{letter}) {option.text}"
            for letter, option in zip(LETTERS, self.options, strict=False)
        )

    def _letters_of(self, text: str) -> list[int]:
        return _places(text, [option.text for option in self.options])


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceQuestion(_OptionsQuestion):
    """One of several options."""

    kind: ClassVar[str] = "choice"
    how: ClassVar[str] = "the letter of an option"

    def __post_init__(self) -> None:
        """There is exactly one right option, and no two read the same."""
        if sum(option.right for option in self.options) != 1:
            raise ValueError(f"Question “{self.id}” needs exactly one right option.")
        _refuse_twins(self.id, [option.text for option in self.options])

    @property
    def answer_text(self) -> str:
        """The letter and the text of the right option."""
        place = next(i for i, option in enumerate(self.options) if option.right)
        return f"{LETTERS[place]}) {self.options[place].text}"

    def mark(self, text: str) -> Verdict:
        """Right, or the feedback of the option that was taken."""
        places = self._letters_of(text)
        if len(places) != 1:
            raise UnclearAnswerError(f"One option is asked for, not {len(places)}: give a letter.")
        option = self.options[places[0]]
        feedback = self.explanation if option.right else option.feedback
        names = (option.name,) if option.name and not option.right else ()
        return Verdict(option.right, feedback, option.text, names)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralQuestion(_OptionsQuestion):
    """Every option that is right, and no other."""

    kind: ClassVar[str] = "several"
    how: ClassVar[str] = "the letters of all that are right, such as: a c"

    def __post_init__(self) -> None:
        """At least one is right, and no two read the same."""
        if not any(option.right for option in self.options):
            raise ValueError(f"Question “{self.id}” needs at least one right option.")
        _refuse_twins(self.id, [option.text for option in self.options])

    @property
    def answer_text(self) -> str:
        """The letters of the right options."""
        pairs = zip(LETTERS, self.options, strict=False)
        return " ".join(letter for letter, option in pairs if option.right)

    def mark(self, text: str) -> Verdict:
        """Right when all and only the right ones are named; else what is wrong first of all."""
        taken = set(self._letters_of(text))
        given = ", ".join(self.options[i].text for i in sorted(taken))
        for i, option in enumerate(self.options):
            if i in taken and not option.right:
                return Verdict(False, option.feedback, given, (option.name,) if option.name else ())
        missed = [o for i, o in enumerate(self.options) if o.right and i not in taken]
        if not missed:
            return Verdict(True, self.explanation, given)
        rest = f"What you took is right; {len(missed)} more {_belong(len(missed))}."
        return Verdict(False, f"{rest} {missed[0].feedback}".strip(), given)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuestion(Question):
    """Things to put in order.

    Attributes:
        items: in the right order.
        shown: the places in `items` of what is shown first, second ...
        feedback: what to say to a wrong order.
    """

    kind: ClassVar[str] = "order"
    how: ClassVar[str] = "the letters in the right order, such as: b a c"

    items: tuple[str, ...]
    shown: tuple[int, ...]
    feedback: str = ""

    def __post_init__(self) -> None:
        """What is shown is a permutation, and not the answer."""
        if sorted(self.shown) != list(range(len(self.items))):
            raise ValueError(f"Question “{self.id}” does not show every item once.")
        if list(self.shown) == sorted(self.shown):
            raise ValueError(f"Question “{self.id}” shows its items in the right order already.")
        _refuse_twins(self.id, self.items)

    @property
    def lines(self) -> tuple[str, ...]:
        """The items with their letters, in the order in which they are shown."""
        pairs = zip(LETTERS, self.shown, strict=False)
        return tuple(f"{letter}) {self.items[place]}" for letter, place in pairs)

    @property
    def answer_text(self) -> str:
        """The letters in the right order."""
        return " ".join(LETTERS[self.shown.index(i)] for i in range(len(self.items)))

    def mark(self, text: str) -> Verdict:
        """Right, or how many are right from the beginning."""
        places = _places(text, [self.items[place] for place in self.shown])
        if len(places) != len(self.items):
            raise UnclearAnswerError(
                f"There are {len(self.items)} things to order, not {len(places)}: name every one."
            )
        order = [self.shown[place] for place in places]
        given = " → ".join(self.items[i] for i in order)
        right = next((i for i, item in enumerate(order) if i != item), len(order))
        if right == len(order):
            return Verdict(True, self.explanation, given)
        begun = f"The first {right} are right. " if right > 1 else (
            "The first is right. " if right else ""
        )  # fmt: skip
        return Verdict(False, f"{begun}{self.feedback}".strip(), given)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellQuestion(Question):
    """A cell to pick in a grid.

    Attributes:
        grid: the numbers that are shown.
        cells: the right ones; any of them will do.
        wrong: what to say to those who pick a certain other cell.
        feedback: what to say to any other.
    """

    kind: ClassVar[str] = "cell"
    how: ClassVar[str] = "row and column, counted from 0, such as: 0 2"

    grid: Grid
    cells: frozenset[Cell]
    wrong: tuple[tuple[Cell, str], ...] = ()
    feedback: str = ""

    def __post_init__(self) -> None:
        """Right and wrong cells lie in the grid, and no cell is both."""
        rows, columns = len(self.grid), len(self.grid[0])
        for row, column in (*self.cells, *(cell for cell, _ in self.wrong)):
            if not (0 <= row < rows and 0 <= column < columns):
                raise ValueError(
                    f"Question “{self.id}”: ({row}, {column}) is not in its {rows}x{columns} grid."
                )
        if not self.cells or any(cell in self.cells for cell, _ in self.wrong):
            raise ValueError(f"Question “{self.id}” needs right cells that are not wrong as well.")

    @property
    def lines(self) -> tuple[str, ...]:
        """The grid with the numbers of its rows and columns."""
        return grid_lines(self.grid, numbered=True)

    @property
    def answer_text(self) -> str:
        """The first of the right cells."""
        row, column = min(self.cells)
        return f"{row} {column}"

    def mark(self, text: str) -> Verdict:
        """Right, or the feedback for that cell."""
        numbers = re.findall(r"\d+", text)
        if len(numbers) != 2 or any(len(number) > 4 for number in numbers):
            raise UnclearAnswerError(f"“{text.strip()[:40]}” is not a cell: give {self.how}.")
        row, column = int(numbers[0]), int(numbers[1])
        rows, columns = len(self.grid), len(self.grid[0])
        if row >= rows or column >= columns:
            raise UnclearAnswerError(
                f"({row}, {column}) lies outside: rows go from 0 to {rows - 1}, columns from 0 to "
                f"{columns - 1}."
            )
        given = f"({row}, {column})"
        if (row, column) in self.cells:
            return Verdict(True, self.explanation, given)
        return Verdict(False, dict(self.wrong).get((row, column), self.feedback), given)


@dataclass(frozen=True, slots=True, kw_only=True)
class GridQuestion(Question):
    """A grid to fill in.

    Attributes:
        answer: the right numbers.
        given: cells that are filled in already.
        roads: wrong grids and what leads to them.
        feedback: what to say to any other wrong grid.
    """

    kind: ClassVar[str] = "grid"
    how: ClassVar[str] = "the rows with a semicolon between them, such as: 6 8; 3 4"

    answer: Grid
    given: frozenset[Cell] = frozenset()
    roads: tuple[tuple[Grid, str, str], ...] = ()
    feedback: str = ""

    def __post_init__(self) -> None:
        """Every grid is rectangular and as large as the answer, and none equals it."""
        for grid, _, _ in self.roads:
            if grid == self.answer or _size(grid) != _size(self.answer):
                raise ValueError(
                    f"Question “{self.id}” calls a grid wrong that is its answer or has another "
                    "size: change or remove it."
                )

    @property
    def lines(self) -> tuple[str, ...]:
        """The grid with a `?` for every cell to fill in."""
        return grid_lines(self.answer, hidden=lambda cell: cell not in self.given)

    @property
    def answer_text(self) -> str:
        """The rows, with semicolons."""
        return "; ".join(" ".join(map(_plain_number, row)) for row in self.answer)

    def mark(self, text: str) -> Verdict:
        """Right, on a road, or which cell is the first that is wrong."""
        rows = [row for row in re.split(r"[;/\n|]", text) if row.strip()]
        numbers = [
            [read_number(part) for part in re.split(r"\s*,\s+|\s+", row.strip(" ,[]"))]
            for row in rows
        ]
        grid: Grid = tuple(tuple(row) for row in numbers)
        height, width = _size(self.answer)
        if len(grid) != height or any(len(row) != width for row in grid):
            raise UnclearAnswerError(f"The grid has {height} rows of {width}: give {self.how}.")
        shown = "; ".join(" ".join(map(number_text, row)) for row in grid)
        if grid == self.answer:
            return Verdict(True, self.explanation, shown)
        for wrong, feedback, name in self.roads:
            if grid == wrong:
                return Verdict(False, feedback, shown, (name,) if name else ())
        differing = [
            (r, c) for r in range(height) for c in range(width) if grid[r][c] != self.answer[r][c]
        ]
        count = height * width
        place = f"{count - len(differing)} of {count} are right; ({differing[0][0]}, "
        return Verdict(False, f"{place}{differing[0][1]}) is not. {self.feedback}".strip(), shown)


def grid_lines(grid: Grid, *, numbered: bool = False, hidden: object = None) -> tuple[str, ...]:
    """A grid as lines of text, its numbers right-aligned.

    Args:
        grid: the numbers.
        numbered: whether rows and columns show their numbers.
        hidden: says of a cell whether a `?` stands for it.
    """
    cells = [
        [
            "?" if callable(hidden) and hidden((r, c)) else number_text(value)
            for c, value in enumerate(row)
        ]
        for r, row in enumerate(grid)
    ]
    width = max(len(cell) for row in cells for cell in row)
    lines = [" ".join(f"{cell:>{width}}" for cell in row) for row in cells]
    if not numbered:
        return tuple(lines)
    columns = " ".join(f"{column:>{width}}" for column in range(len(grid[0])))
    margin = len(str(len(grid) - 1))
    head = [" " * margin + "   " + columns, " " * margin + "  ┌" + "─" * len(columns)]
    return (*head, *(f"{row:>{margin}}  │{line}" for row, line in enumerate(lines)))


def _size(grid: Grid) -> tuple[int, int]:
    return len(grid), len(grid[0])


def _plain_number(value: Fraction) -> str:
    return number_text(value).replace(",", "").partition(" ")[0]


def _belong(count: int) -> str:
    return "belongs to it" if count == 1 else "belong to it"


def _refuse_twins(name: str, texts: Sequence[str]) -> None:
    seen: set[str] = set()
    for text in texts:
        if text.casefold() in seen:
            raise ValueError(f"Question “{name}” has “{text}” twice: make them different.")
        seen.add(text.casefold())


def _places(text: str, texts: Sequence[str]) -> list[int]:
    """The options that are named, by letter, by number from 1, or by the whole text of one."""
    shown = text.strip().casefold()
    whole = [i for i, one in enumerate(texts) if one.casefold() == shown]
    if whole:
        return whole
    last = LETTERS[len(texts) - 1]
    words = re.split(r"[\s,;>→)]+", shown)
    words = [word for word in words if word]
    if len(words) == 1 and len(words[0]) > 1 and set(words[0]) <= set(LETTERS[: len(texts)]):
        words = list(words[0])
    places = []
    for word in words:
        if len(word) == 1 and word in LETTERS[: len(texts)]:
            place = LETTERS.index(word)
        elif word.isascii() and word.isdecimal() and 1 <= int(word[:4]) <= len(texts):
            place = int(word[:4]) - 1
        else:
            raise UnclearAnswerError(
                f"“{text.strip()[:40]}” is none of the options: give letters from a to {last}."
            )
        if place in places:
            raise UnclearAnswerError(f"{LETTERS[place]} stands there twice: name each once.")
        places.append(place)
    if not places:
        raise UnclearAnswerError(f"Nothing was given: give letters from a to {last}.")
    return places
