"""```quiz blocks: from a TOML table to a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from random import Random
from typing import Any, TypeVar

from cnnviz_tui.course import values
from cnnviz_tui.course.problem import nearest
from cnnviz_tui.course.table import Table, inside
from cnnviz_tui.course.terms import bracketed
from cnnviz_tui.course.values import ExpressionError, evaluate
from cnnviz_tui.frozen import Frozen
from cnnviz_tui.questions import (
    CellQuestion,
    ChoiceQuestion,
    Grid,
    GridQuestion,
    NoFit,
    NumberQuestion,
    Option,
    OrderQuestion,
    Question,
    Road,
    SeveralQuestion,
    Value,
)
from cnnviz_tui.shapes.errors import ShapeError

Names = Mapping[str, Any]
T = TypeVar("T")


class QuizBlock(Frozen):
    """What a quiz block says.

    Attributes:
        question: what it asks; None where something is wrong with it.
        predicts: whether the viz block after it waits for the answer.
        in_quiz: whether it can be asked outside of its lesson too.
    """

    question: Question | None
    predicts: bool
    in_quiz: bool = True


def read_question(table: Table, names: Names) -> QuizBlock:
    """What a quiz block says.

    Problems go to the table's report; with any, the question may be None.

    Args:
        table: the block.
        names: the lesson's values.
    """
    kind = table.text("kind", required=True, example='"number"')
    identity = table.identity("id", example='"which-padding"')
    common = {
        "id": identity or "?",
        "prompt": filled(table, "question", names, required=True),
        "hints": tuple(_fill(table, "hints", hint, names) for hint in table.texts("hints")),
        "explanation": filled(table, "explanation", names),
    }
    predicts = table.flag("predict")
    in_quiz = table.flag("in_quiz", default=True)
    before = len(table.report.problems)
    question: Question | None = None
    if kind not in KINDS:
        if kind:
            table.complain("kind", f"There is no kind “{kind}”: {nearest(kind, KINDS)}")
        return QuizBlock(None, predicts)
    read, keys = KINDS[kind]
    table.taken.update(keys)
    if not common["explanation"]:
        table.complain(
            "explanation", "The quiz block has no “explanation”: say how one gets there."
        )
    try:
        question = read(table, names, common)
    except ExpressionError:
        pass  # said already, with its place
    except (ShapeError, ValueError) as error:
        # After another problem it is but the consequence.
        if len(table.report.problems) == before:
            table.report.add(table.place, str(error))
    table.done()
    # Without an id no answer could be kept.
    whole = bool(identity) and len(table.report.problems) == before
    return QuizBlock(question if whole else None, predicts, in_quiz)


def filled(table: Table, key: str, names: Names, *, required: bool = False) -> str:
    """A text with its computed numbers."""
    return _fill(table, key, table.text(key, required=required), names)


def _fill(table: Table, key: str, text: str, names: Names) -> str:
    found = values.filled(text, names)
    line, _ = table.where(key)
    for error in found.errors:
        table.report.add((line, inside(table.where(key), error.column)[1]), str(error))
    return text if found.errors else bracketed(found.text)


def _computed(table: Table, key: str, names: Names, what: str) -> Any:
    """What the expression under a key computes; numbers and lists may stand there as they are."""
    written = table.anything(key, f'an expression that gives {what}, such as "..."', required=True)
    if written is None:
        raise ExpressionError("missing", 1)
    if isinstance(written, str):
        try:
            return evaluate(written, names)
        except ExpressionError as error:
            table.report.add(inside(table.where(key), error.column), str(error))
            raise
    if isinstance(written, float):
        return Fraction(str(written))
    return Fraction(written) if isinstance(written, int) else written


def _value(table: Table, key: str, names: Names) -> Value:
    found = _computed(table, key, names, "a number or a size")
    if isinstance(found, bool) or found is None:
        found = None
    elif isinstance(found, (int, float)):
        found = Fraction(str(found))
    if isinstance(found, tuple) and found and all(_is_whole(one) for one in found):
        return tuple(int(one) for one in found)
    if isinstance(found, (Fraction, NoFit)):
        return found
    table.complain(key, f"“{key}” must give a number, a size or DOES_NOT_FIT.")
    raise ExpressionError("no value", 1)


def _is_whole(one: object) -> bool:
    return isinstance(one, (int, Fraction)) and not isinstance(one, bool) and one == int(one)


def _grid(table: Table, key: str, names: Names) -> Grid:
    found = _computed(table, key, names, "a grid")
    try:
        grid = tuple(tuple(Fraction(str(value)) for value in row) for row in found)
    except (TypeError, ValueError, ZeroDivisionError):
        grid = ()
    if not grid or not grid[0] or any(len(row) != len(grid[0]) for row in grid):
        table.complain(key, f"“{key}” must give a grid: rows of equally many numbers.")
        raise ExpressionError("no grid", 1)
    return grid


def _number(table: Table, names: Names, common: Any) -> Question:
    answer = _value(table, "answer", names)
    roads = []
    seen: list[object] = []
    for wrong in table.tables("wrong"):
        value = _value(wrong, "answer", names)
        roads.append(Road(value, filled(wrong, "feedback", names, required=True)))
        _once(wrong, value, seen)
        if value == answer:
            wrong.complain(
                "answer", "This wrong answer is the right one: change its value or remove it."
            )
        wrong.done()
    if not roads:
        table.complain("wrong", _missing_feedback("[[wrong]] with answer and feedback"))
    return NumberQuestion(
        **common,
        answer=answer,
        roads=tuple(road for road in roads if road.value != answer),
        otherwise=filled(table, "otherwise", names, required=True),
        decimals=table.whole("decimals", 2),
    )


def _once(wrong: Table, value: object, seen: list[object]) -> None:
    """Complain of a wrong answer that stands above already: only one feedback can be given."""
    if value in seen:
        wrong.complain("answer", "This wrong answer stands above already: remove one of the two.")
    seen.append(value)


def _missing_feedback(what: str) -> str:
    return f"The quiz block says nothing to wrong answers: add {what}."


def _options(table: Table, names: Names, *, missed: bool) -> tuple[Option, ...]:
    options = []
    for one in table.tables("options", required=True):
        right = one.flag("right")
        wants = missed or not right
        feedback = filled(one, "feedback", names)
        if wants and not feedback:
            one.complain(
                "feedback",
                "This option has no “feedback”: say why it "
                + ("belongs to the answer." if right else "is wrong."),
            )
        options.append(Option(filled(one, "text", names, required=True), right, feedback))
        one.done()
    if len(options) > 9:
        table.complain("options", f"{len(options)} options are too many: give at most 9.")
    return tuple(options)


def _choice(table: Table, names: Names, common: Any) -> Question:
    return ChoiceQuestion(**common, options=_options(table, names, missed=False))


def _several(table: Table, names: Names, common: Any) -> Question:
    return SeveralQuestion(**common, options=_options(table, names, missed=True))


def _order(table: Table, names: Names, common: Any) -> Question:
    items = tuple(
        _fill(table, "items", item, names) for item in table.texts("items", required=True)
    )
    if len(items) < 2:
        table.complain("items", "“items” must be at least two texts, in the right order.")
        raise ExpressionError("no order", 1)
    shown = list(range(len(items)))
    chance = Random(common["id"])  # noqa: S311 - the same mess on every machine
    while shown == sorted(shown):
        chance.shuffle(shown)
    feedback = filled(table, "feedback", names, required=True)
    return OrderQuestion(**common, items=items, shown=tuple(shown), feedback=feedback)


def _cell_of(table: Table, key: str, names: Names) -> tuple[int, int]:
    value = _value(table, key, names)
    if not (isinstance(value, tuple) and len(value) == 2):
        table.complain(key, f"“{key}” must give a row and a column, counted from 0: [0, 2].")
        raise ExpressionError("no cell", 1)
    return value[0], value[1]


def _cell(table: Table, names: Names, common: Any) -> Question:
    grid = _grid(table, "grid", names)
    found = _computed(table, "answer", names, "a row and a column")
    several = isinstance(found, (list, tuple)) and found and isinstance(found[0], (list, tuple))
    cells = (
        frozenset((int(row), int(column)) for row, column in found)
        if several
        else frozenset((_cell_of(table, "answer", names),))
    )
    wrong = []
    seen: list[object] = []
    for one in table.tables("wrong"):
        cell = _cell_of(one, "answer", names)
        _once(one, cell, seen)
        wrong.append((cell, filled(one, "feedback", names, required=True)))
        one.done()
    feedback = filled(table, "feedback", names, required=True)
    return CellQuestion(**common, grid=grid, cells=cells, wrong=tuple(wrong), feedback=feedback)


def _fill_grid(table: Table, names: Names, common: Any) -> Question:
    answer = _grid(table, "answer", names)
    roads = []
    seen: list[object] = []
    for one in table.tables("wrong"):
        grid = _grid(one, "answer", names)
        _once(one, grid, seen)
        roads.append((grid, filled(one, "feedback", names, required=True), ""))
        one.done()
    given = frozenset(
        (int(cell[0]), int(cell[1]))
        for cell in table.anything("given", "cells such as [[0, 0]]") or []
    )
    feedback = filled(table, "feedback", names, required=True)
    return GridQuestion(**common, answer=answer, given=given, roads=tuple(roads), feedback=feedback)


def _design(table: Table, names: Names, common: Any) -> Question:
    # It reads models, which other questions need not wait for.
    from cnnviz_tui.course.design import DesignQuestion

    return DesignQuestion(
        **common,
        input=table.text("input", required=True, example='"1x28x28"'),
        output=table.text("output", required=True, example='"10"'),
        most_parameters=table.whole("most_parameters", 0),
        most_macs=table.whole("most_macs", 0),
        needs=table.texts("must_have"),
        example=table.text("example", required=True, example='"conv 6 5, relu, ..."'),
    )


KINDS: dict[str, tuple[Callable[[Table, Names, Any], Question], tuple[str, ...]]] = {
    "number": (_number, ("answer", "wrong", "otherwise", "decimals")),
    "choice": (_choice, ("options",)),
    "several": (_several, ("options",)),
    "order": (_order, ("items", "feedback")),
    "cell": (_cell, ("grid", "answer", "wrong", "feedback")),
    "grid": (_fill_grid, ("answer", "given", "wrong", "feedback")),
    "design": (
        _design,
        ("input", "output", "most_parameters", "most_macs", "must_have", "example"),
    ),
}
"""From a kind of question to what reads the rest of its block, and the keys that it reads."""
