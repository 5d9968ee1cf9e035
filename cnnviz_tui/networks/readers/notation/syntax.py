"""The grammar of the notation: text becomes a tree of items, each with its place in the text.

chain      layers and groups, separated by ``|`` or line ends; ``#`` begins a comment
layer      ``conv 6 5 pad=2``: a word, numbers, settings; ``c1: conv 6 5`` gives it a name
branches   ``concat(chain, chain)``, ``add(identity, chain)``: they take the same input
side       ``side(chain)``: a branch that leads out, such as an auxiliary classifier
repetition ``repeat 3 (chain)``
definition ``def fire(s, e) = chain``, on a line of its own, used as ``fire 16 64``
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.graph import Span

_TOKEN = re.compile(
    r"(?P<skip>[ \t\r]+|\#[^\n]*)"
    r"|(?P<sign>[|(),\n])"
    # The commas of a padding such as pad=1,2,0,1 belong to the word.
    r"|(?P<word>[A-Za-z_]\w*=[^\s|(),#]*(?:,\d+)*|[^\s|(),#]+)"
)

LONGEST = 200_000
"""No network needs more characters."""

_DEEPEST = 40
"""Brackets in brackets: no network needs more."""

GROUPS = ("concat", "add", "side")
"""The words that take branches."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text and where it stands.

    Args:
        text: the word.
        span: its place.
        line: its line, from 1.
    """

    text: str
    span: Span
    line: int


@dataclass(frozen=True, slots=True)
class Item:
    """One element of a chain.

    Args:
        label: its name, or nothing.
        word: ``conv``, ``concat``, ``repeat`` or a defined word.
        arguments: the words behind it.
        branches: the chains in its brackets.
        end: the index behind its last character.
    """

    label: str
    word: Word
    arguments: tuple[Word, ...]
    branches: tuple[tuple[Item, ...], ...]
    end: int


@dataclass(frozen=True, slots=True)
class Definition:
    """A word that stands for a chain.

    Args:
        name: the word.
        parameters: the names that its numbers are given.
        chain: what it stands for.
    """

    name: str
    parameters: tuple[str, ...]
    chain: tuple[Item, ...]


def parse(text: str) -> tuple[dict[str, Definition], tuple[Item, ...]]:
    """Return the definitions and the chain of a text.

    Raises:
        SourceError: with the line, if the text is no network in this notation.
    """
    if len(text) > LONGEST:
        raise SourceError(f"The network is longer than {LONGEST:,} characters; split it.")
    return _Parser(_words(text)).network()


def _words(text: str) -> list[Word]:
    """Cut the text into words and signs; line ends are signs too."""
    words = []
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "skip":
            words.append(Word(match.group(), Span(match.start(), match.end()), line))
        line += match.group() == "\n"
    return words


class _Parser:
    """Reads words from left to right, one look ahead."""

    def __init__(self, words: Sequence[Word]) -> None:
        end = words[-1].span.end if words else 0
        line = words[-1].line if words else 1
        self._words = [*words, Word("\n", Span(end, end), line), Word("", Span(end, end), line)]
        self._at = 0

    def network(self) -> tuple[dict[str, Definition], tuple[Item, ...]]:
        """Read definitions and the chain."""
        definitions: dict[str, Definition] = {}
        chain: list[Item] = []
        while True:
            self._skip("\n", "|")
            if self._next.text == "def":
                definition = self._definition(definitions)
                definitions[definition.name] = definition
            elif self._next.text:
                chain += self._chain(0, ends=("def",))
                if self._next.text in (")", ","):
                    raise self._unexpected()
            else:
                return definitions, tuple(chain)

    @property
    def _next(self) -> Word:
        """The word that comes next; an empty one at the end."""
        return self._words[min(self._at, len(self._words) - 1)]

    def _take(self) -> Word:
        """Move behind the next word."""
        word = self._next
        self._at += 1
        return word

    def _skip(self, *signs: str) -> None:
        """Move behind all of these signs."""
        while self._next.text in signs:
            self._at += 1

    def _expect(self, sign: str, after: str) -> None:
        """Move behind a sign that must come."""
        if self._next.text != sign:
            raise SourceError(f"There is a “{sign}” missing {after}.", self._next.line)
        self._at += 1

    def _unexpected(self) -> SourceError:
        """Return the error of a word that stands where none may."""
        word = self._next
        what = {"": "the end", "\n": "the end of the line"}.get(word.text, f"“{word.text[:24]}”")
        return SourceError(f"A layer was expected, not {what}.", word.line)

    def _definition(self, known: dict[str, Definition]) -> Definition:
        """Read ``def name(a, b) = chain`` up to the end of its line."""
        self._take()
        name = self._take()
        if not name.text.isidentifier() or name.text in known:
            raise SourceError(f"“{name.text[:24]}” cannot be defined as a word.", name.line)
        parameters = []
        if self._next.text == "(":
            self._take()
            while self._next.text != ")":
                parameter = self._take()
                if not parameter.text.isidentifier():
                    raise SourceError(f"Write “def {name.text}(a, b) = …”.", name.line)
                parameters.append(parameter.text)
                if self._next.text == ",":
                    self._take()
            self._take()
        self._expect("=", f"in the definition of {name.text}")
        chain = self._chain(0, ends=("\n",))
        return Definition(name.text, tuple(parameters), chain)

    def _chain(self, depth: int, ends: tuple[str, ...] = ()) -> tuple[Item, ...]:
        """Read items up to a bracket, a comma, the end, or one of ``ends``."""
        if depth > _DEEPEST:
            raise SourceError(f"More than {_DEEPEST} brackets in brackets.", self._next.line)
        items: list[Item] = []
        while True:
            if "\n" not in ends or not items:
                self._skip("\n")
            items.append(self._item(depth))
            separated = self._next.text == "|"
            if separated:
                self._take()
                self._skip("\n")
            elif "\n" not in ends and self._next.text == "\n":
                self._skip("\n")
                # A sign at the beginning of the next line goes on as well.
                self._skip("|")
                self._skip("\n")
            if self._next.text in (")", ",", "", *ends):
                return tuple(items)
            if not separated and self._words[self._at - 1].text not in ("\n", "|"):
                raise self._unexpected()

    def _item(self, depth: int) -> Item:
        """Read one layer or group."""
        word = self._take()
        label = ""
        if word.text.endswith(":") and len(word.text) > 1:
            label, word = word.text[:-1], self._take()
        if word.text in ("", "|", "(", ")", ",", "\n"):
            self._at -= 1
            raise self._unexpected()
        arguments = []
        while self._next.text not in ("", "|", "(", ")", ",", "\n"):
            arguments.append(self._take())
        branches: list[tuple[Item, ...]] = []
        end = (arguments[-1] if arguments else word).span.end
        if self._next.text == "(":
            opening = self._take()
            branches.append(self._chain(depth + 1))
            while self._next.text == ",":
                self._take()
                branches.append(self._chain(depth + 1))
            if self._next.text != ")":
                raise SourceError(
                    f"The bracket behind “{word.text}” in line {opening.line} is not closed; "
                    "add a “)”."
                )
            end = self._take().span.end
        return Item(label, word, tuple(arguments), tuple(branches), end)
