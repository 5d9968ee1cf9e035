"""Tables of TOML inside a lesson: their keys one by one, each with its place in the file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cnnviz_tui.course.problem import Problem, nearest
from cnnviz_tui.foreign_text import harmful_marks, harmless

Place = tuple[int, int]
"""Line and column, both from 1."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_ID = 60
IDENTITY = f"small letters, digits and hyphens, at most {_LONGEST_ID} in all"
"""What an id of a lesson or a question is made of."""

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?")
_KEY = re.compile(r"""\s*("?)([A-Za-z0-9_-]+)\1\s*=\s*""")
_DECODE_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass
class Report:
    """Collects what is wrong with one file."""

    path: Path
    problems: list[Problem] = field(default_factory=list)

    def add(self, place: Place, message: str) -> None:
        """Note a problem; what it quotes from the file cannot harm the terminal."""
        self.problems.append(Problem(self.path, place[0], place[1], harmless(message)))

    def clean(self, text: str, first: Place = (1, 1)) -> str:
        """The text without harmful characters; each of them is a problem.

        Args:
            text: the text.
            first: where it begins.
        """
        harmful = harmful_marks(text)
        for row, line in enumerate(text.split("\n") if harmful else ()):
            for column, mark in enumerate(line):
                if mark in harmful:
                    place = (first[0] + row, column + (first[1] if row == 0 else 1))
                    self.add(place, hidden_message(mark))
        return harmless(text)


def is_identity(text: str) -> bool:
    """Whether a text can be the id of a lesson or a question."""
    return _ID.fullmatch(text) is not None and len(text) <= _LONGEST_ID


def hidden_message(mark: str) -> str:
    """What is said of a harmful character."""
    return f"The character U+{ord(mark):04X} cannot be seen and may trick the terminal: remove it."


@dataclass
class Table:
    """A TOML table whose keys are taken out one by one; what is left over is unknown.

    Attributes:
        values: what it holds.
        places: where each key's value begins.
        place: where the table itself begins.
        name: what the table is called in messages, such as `quiz block`.
        report: takes the problems.
    """

    values: Mapping[str, Any]
    places: Mapping[str, Place]
    place: Place
    name: str
    report: Report
    taken: set[str] = field(default_factory=set)
    inner: Mapping[str, Sequence[Mapping[str, Place]]] = field(default_factory=dict)

    def where(self, key: str) -> Place:
        """The place of a key's value, or of the table where the key is missing."""
        return self.places.get(key, self.place)

    def complain(self, key: str, message: str) -> None:
        """Note a problem with a key."""
        self.report.add(self.where(key), message)

    def has(self, key: str) -> bool:
        """Whether there is such a key."""
        return key in self.values

    def _take(self, key: str, kinds: tuple[type, ...], what: str, *, required: bool) -> Any:
        self.taken.add(key)
        value = self.values.get(key)
        if value is None:
            if required:
                self.complain(key, f"The {self.name} has no “{key}”: add {key} = {what}.")
            return None
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            self.complain(key, f"“{key}” must be {what}, not {_shown(value)}.")
            return None
        return value

    def text(self, key: str, *, required: bool = False, example: str = '"..."') -> str:
        """A text; empty where it is missing."""
        value = self._take(key, (str,), f"a text such as {example}", required=required)
        text: str = value or ""
        if required and value is not None and not text.strip():
            self.complain(key, f"“{key}” is empty: write something between the quotes.")
        return self.clean(key, text.strip())

    def identity(self, key: str, *, example: str) -> str:
        """An id, under which answers and places are kept; empty where it cannot be one."""
        text = self.text(key, required=True, example=example)
        if text and not is_identity(text):
            self.complain(key, f"The id “{text[:_LONGEST_ID]}” must be {IDENTITY}.")
            return ""
        return text

    def clean(self, key: str, text: str) -> str:
        """A text of this key without harmful characters, such as escapes in TOML make."""
        for mark in sorted(harmful_marks(text)):
            self.complain(key, hidden_message(mark))
        return harmless(text)

    def whole(self, key: str, default: int, *, least: int = 0, required: bool = False) -> int:
        """A whole number."""
        value = self._take(key, (int,), f"a whole number from {least} on", required=required)
        if value is None:
            return default
        if value < least:
            self.complain(key, f"“{key}” must be at least {least}, not {value}.")
            return default
        number: int = value
        return number

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self._take(key, (bool,), "true or false", required=False)
        return default if value is None else bool(value)

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts."""
        what = 'a list of texts such as ["...", "..."]'
        value = self._take(key, (list,), what, required=required)
        if value is None:
            return ()
        if not all(isinstance(one, str) for one in value):
            self.complain(key, f"“{key}” must be {what}.")
            return ()
        return tuple(self.clean(key, one) for one in value)

    def anything(self, key: str, what: str, *, required: bool = False) -> Any:
        """A value whose kind the caller looks at."""
        return self._take(key, (object,), what, required=required)

    def table(self, key: str) -> Table | None:
        """A table within this one."""
        value = self._take(key, (dict,), "a table such as { N = 7 }", required=False)
        if value is None:
            return None
        places = (self.inner.get(key) or ({},))[0]
        return Table(value, places, self.where(key), f"table “{key}”", self.report)

    def tables(self, key: str, *, required: bool = False) -> tuple[Table, ...]:
        """A list of tables, written as `[[key]]`."""
        value = self._take(key, (list,), f"tables, each below [[{key}]]", required=required)
        if value is None:
            return ()
        if not all(isinstance(one, dict) for one in value):
            self.complain(key, f"“{key}” must be tables, each below a line [[{key}]].")
            return ()
        inner = self.inner.get(key, ())
        made = []
        for i, one in enumerate(value):
            places = inner[i] if i < len(inner) else {}
            place = places.get("", self.where(key))
            made.append(Table(one, places, place, f"[[{key}]]", self.report))
        return tuple(made)

    def done(self) -> None:
        """Complain of every key that nobody took."""
        for key in self.values:
            if key not in self.taken:
                self.complain(
                    key,
                    f"The {self.name} does not know “{key}”: {nearest(key, sorted(self.taken))}",
                )


def read_table(text: str, first_line: int, name: str, report: Report) -> Table | None:
    """Read TOML that begins in line `first_line` of its file; None (and a problem) if it is none.

    Args:
        text: the TOML.
        first_line: where its first line stands, from 1.
        name: what the table is called in messages.
        report: takes the problems.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _DECODE_PLACE.search(str(error))
        last = max(text.count("\n"), 0)
        line, column = (int(found[1]), int(found[2])) if found else (last + 1, 1)
        reason = _DECODE_PLACE.sub("", str(error)).replace("(at end of document)", "").strip()
        report.add(
            (first_line + line - 1, column),
            f"The {name} is not TOML: {reason}. Write key = value, texts in quotes.",
        )
        return None
    except RecursionError:
        report.add((first_line, 1), f"The {name} is nested too deeply: write it flat.")
        return None
    places, inner = _places(text, first_line)
    return Table(values, places, (first_line, 1), name, report, inner=inner)


def _places(
    text: str, first_line: int
) -> tuple[dict[str, Place], dict[str, list[dict[str, Place]]]]:
    """Where the keys of the outer table and those of its tables stand."""
    outer: dict[str, Place] = {}
    inner: dict[str, list[dict[str, Place]]] = {}
    current = outer
    closing = ""
    for number, shown in enumerate(text.split("\n"), first_line):
        if closing:
            closing = "" if closing in shown else closing
            continue
        if header := _HEADER.match(shown):
            place = (number, header.start(2) + 1)
            outer.setdefault(header[2], place)
            current = {"": place}
            inner.setdefault(header[2], []).append(current)
        elif key := _KEY.match(shown):
            current[key[2]] = (number, key.end() + 1)
            rest = shown[key.end() :]
            for quotes in ('"""', "'''"):
                if rest.startswith(quotes) and quotes not in rest[3:]:
                    closing = quotes
    return outer, inner


def inside(place: Place, column: int) -> Place:
    """The place of a character of a text in quotes that begins at `place`."""
    return place[0], place[1] + column


def _shown(value: object) -> str:
    kinds: dict[type, Callable[[Any], str]] = {
        bool: lambda v: "true" if v else "false",
        str: lambda v: f"the text “{v if len(v) <= 30 else v[:27] + '…'}”",
        list: lambda _: "a list",
        dict: lambda _: "a table",
    }
    return kinds.get(type(value), str)(value)
