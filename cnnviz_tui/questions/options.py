"""Questions with options: choose one, choose all that are right, put things in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.questions.question import Question, Verdict
from cnnviz_tui.questions.typed import (
    LONGEST,
    UnclearAnswerError,
    plainly_typed,
    quoted,
    refuse_long,
)

LETTERS = "abcdefgijklmopqrstuvwxyz"
"""What options are called; h and n ask for a hint and skip where one answers."""

_WORD = re.compile(r"\b[a-z]\)|[^\s,;:>→()\[\]&+/|]+")
_CONNECTIVES = frozenset(("and", "then", "option", "options"))


class Option(Frozen):
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


class _OptionsQuestion(Question, kw_only=True):
    options: tuple[Option, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The options with their letters."""
        return _lettered([option.text for option in self.options])

    def _places(self, text: str) -> list[int]:
        return _places(text, [option.text for option in self.options])


class ChoiceQuestion(_OptionsQuestion, kw_only=True):
    """One of several options."""

    kind: ClassVar[str] = "choice"
    how: ClassVar[str] = "the letter of an option"

    def __post_init__(self) -> None:
        """There is exactly one right option, and no two read the same."""
        if sum(option.right for option in self.options) != 1:
            raise ValueError(f"Question “{self.id}” needs exactly one right option.")
        _refuse_twins(self.id, [option.text for option in self.options])

    @property
    def answer_words(self) -> str:
        """The text of the right option."""
        return next(option.text for option in self.options if option.right)

    @property
    def answer_text(self) -> str:
        """The letter and the text of the right option."""
        return next(
            line for line, option in zip(self.lines, self.options, strict=True) if option.right
        )

    def mark(self, text: str) -> Verdict:
        """Right, or the feedback of the option that was taken."""
        places = self._places(text)
        if len(places) != 1:
            raise UnclearAnswerError(f"One option is asked for, not {len(places)}: give a letter.")
        option = self.options[places[0]]
        feedback = self.explanation if option.right else option.feedback
        names = (option.name,) if option.name and not option.right else ()
        return Verdict(option.right, feedback, option.text, names)


class SeveralQuestion(_OptionsQuestion, kw_only=True):
    """Every option that is right, and no other."""

    kind: ClassVar[str] = "several"
    how: ClassVar[str] = "the letters of all that are right, such as: a c"

    def __post_init__(self) -> None:
        """At least one is right, and no two read the same."""
        if not any(option.right for option in self.options):
            raise ValueError(f"Question “{self.id}” needs at least one right option.")
        _refuse_twins(self.id, [option.text for option in self.options])

    @property
    def answer_words(self) -> str:
        """The texts of the right options."""
        return _together(option.text for option in self.options if option.right)

    @property
    def answer_text(self) -> str:
        """The letters of the right options."""
        pairs = zip(LETTERS, self.options, strict=False)
        return " ".join(letter for letter, option in pairs if option.right)

    def mark(self, text: str) -> Verdict:
        """Right when all and only the right ones are named; else what is wrong first of all."""
        taken = sorted(self._places(text))
        given = _together(self.options[i].text for i in taken)
        right = [LETTERS[i] for i in taken if self.options[i].right]
        for i in taken:
            option = self.options[i]
            if not option.right:
                begun = f"{_listed(right)} right, {LETTERS[i]} is not. " if right else ""
                names = (option.name,) if option.name else ()
                return Verdict(False, f"{begun}{option.feedback}".strip(), given, names)
        missed = [o for i, o in enumerate(self.options) if o.right and i not in taken]
        if not missed:
            return Verdict(True, self.explanation, given)
        belong = "belongs to it" if len(missed) == 1 else "belong to it"
        begun = f"What you took is right; {len(missed)} more {belong}."
        return Verdict(False, f"{begun} {missed[0].feedback}".strip(), given)


class OrderQuestion(Question, kw_only=True):
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
        return _lettered([self.items[place] for place in self.shown])

    @property
    def answer_words(self) -> str:
        """The items in the right order."""
        return " → ".join(self.items)

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
        begun = (
            ("", "The first is right. ")[right] if right < 2 else f"The first {right} are right. "
        )
        return Verdict(False, f"{begun}{self.feedback}".strip(), given)


def _together(texts: Iterable[str]) -> str:
    """Texts of options as one, told apart also where they are sentences or have commas."""
    shown = list(texts)
    if any("," in text or text.endswith(".") for text in shown):
        return "; ".join(text.rstrip(".") for text in shown)
    return ", ".join(shown)


def _lettered(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{letter}) {text}" for letter, text in zip(LETTERS, texts, strict=False))


def _listed(letters: Sequence[str]) -> str:
    return (
        f"{letters[0]} is"
        if len(letters) == 1
        else (f"{', '.join(letters[:-1])} and {letters[-1]} are")
    )


def _refuse_twins(name: str, texts: Sequence[str]) -> None:
    if len(texts) > len(LETTERS):
        raise ValueError(f"Question “{name}” has {len(texts)} options: at most 26 have a letter.")
    seen: set[str] = set()
    for text in texts:
        if _bare(text) in seen:
            raise ValueError(f"Question “{name}” has “{text}” twice: make them different.")
        seen.add(_bare(text))


def _places(text: str, texts: Sequence[str]) -> list[int]:
    """The options that are named, by letter, by number from 1, or by the text of one.

    Raises:
        UnclearAnswerError: one is none of them, or two of them, or is named twice.
    """
    refuse_long(text, LONGEST)
    letters = LETTERS[: len(texts)]
    by_text = {_bare(one): place for place, one in enumerate(texts)}
    words = _words(text, letters, by_text)
    if not words:
        raise UnclearAnswerError(f"Nothing was given: give letters from a to {letters[-1]}.")
    places: list[int] = []
    for word in words:
        place = _place(word, letters, by_text)
        if place is None:
            raise UnclearAnswerError(
                f"“{quoted(text)}” is none of the options: give letters from a to {letters[-1]}."
            )
        if place in places:
            raise UnclearAnswerError(f"{LETTERS[place]} stands there twice: name each once.")
        places.append(place)
    return places


def _words(text: str, letters: str, by_text: dict[str, int]) -> list[str]:
    """What was typed, cut into the names of options."""
    bare = _bare(text)
    if len(bare) > 1 and bare in by_text:
        return [bare]
    if bare[:2] in _labels(letters) and by_text.get(bare[2:].strip()) == letters.index(bare[0]):
        return [bare[:2]]
    listed = [part.strip() for part in re.split(r"[,;→]|->", bare) if part.strip()]
    if len(listed) > 1 and all(len(part) > 1 and part in by_text for part in listed):
        return listed
    words = [word if word in by_text else word.rstrip(".-") for word in _WORD.findall(bare)]
    words = [word for word in words if word and word not in _CONNECTIVES]
    if len(words) == 1 and set(words[0]) <= set(letters):
        return list(words[0])  # `bac` is b, a, c
    return words


def _labels(letters: str) -> frozenset[str]:
    return frozenset(f"{letter})" for letter in letters)


def _place(word: str, letters: str, by_text: dict[str, int]) -> int | None:
    """The option of a word; None for none.

    Raises:
        UnclearAnswerError: it is the letter of one and the text of another.
    """
    if word in _labels(letters):
        return letters.index(word[0])
    read = by_text.get(word)
    if len(word) == 1 and word in letters:
        letter = letters.index(word)
        if read is not None and read != letter:
            raise UnclearAnswerError(
                f"“{word}” is the letter of one option and the text of another: type {word}) for "
                f"the one with this letter, {letters[read]}) for the other."
            )
        return letter
    if read is not None:
        return read
    # Where an option's text has digits, a number may be meant as that text.
    numbered = not any(mark.isdecimal() for one in by_text for mark in one)
    if numbered and word.isascii() and word.isdecimal() and 1 <= int(word) <= len(letters):
        return int(word) - 1
    return None


def _bare(text: str) -> str:
    """A text as one compares it: without its marks, in small letters, with plain signs."""
    return plainly_typed(re.sub(r"[`*\\]", "", text))
