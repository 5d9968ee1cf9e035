"""Expressions: read by Python's parser, then walked node by node; nothing is ever run.

Whatever is not on the short list below is refused. Lengths, depths, sizes and digits are limited,
so that no expression takes long.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final, TypeAlias

from cnnviz_tui.course.functions import function_named, functions
from cnnviz_tui.course.functions.function import ArgumentError, Function
from cnnviz_tui.course.functions.value import (
    LARGEST,
    Place,
    Record,
    Value,
    described,
    from_float,
    is_grid,
    is_row,
    is_size,
    opening,
    tidy,
)
from cnnviz_tui.course.problem import nearest
from cnnviz_tui.questions import DOES_NOT_FIT
from cnnviz_tui.shapes.errors import ShapeError

LONGEST = 500
"""No expression has more characters."""

CONSTANTS: Mapping[str, Value] = MappingProxyType({"DOES_NOT_FIT": DOES_NOT_FIT})
"""Names that always mean the same."""

_DEEPEST = 60
_LARGEST_EXPONENT = 64
NO_NAMES: Final[Mapping[str, Value]] = MappingProxyType({})
"""For expressions of numbers and functions alone."""

_Numeric: TypeAlias = Callable[[Fraction, Fraction], Fraction]


class ExpressionError(ShapeError):
    """An expression without a value; its text says why and how to mend it.

    Args:
        message: the sentence.
        column: where, counted from 1, in the expression or, from `fill`, in the whole text.
    """

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


def evaluate(expression: str, names: Mapping[str, Value] = NO_NAMES) -> Value:
    """The value of an expression such as `conv_parameters(F=5, C=3, K=10)`.

    Args:
        expression: numbers, texts, `(28, 28, 6)` for a size, `[[1, 2], [3, 4]]` for a grid,
            + - * / // % **, comparisons, indices, parts of results, calls of `functions()`.
        names: what further names mean.

    Raises:
        ExpressionError: it cannot be read or has no value.
    """
    if len(expression) > LONGEST:
        raise ExpressionError(
            f"The expression has {len(expression)} characters, at most {LONGEST} are read: "
            "split it.",
            LONGEST + 1,
        )
    if not expression.strip():
        raise ExpressionError("The expression is empty: write one such as output_size(7, 3).", 1)
    # A line end would begin a new count of columns.
    line = expression.replace("\n", " ").replace("\r", " ").replace("\f", " ").replace("\t", " ")
    tree = _parsed(line)
    return _Evaluator(line, names).value(tree.body)


def _parsed(line: str) -> ast.Expression:
    """The tree of an expression.

    Raises:
        ExpressionError: Python's parser cannot read it.
    """
    blanks = len(line) - len(line.lstrip())
    for wrong, right in {"−": "-", "×": "*", "·": "*", "^": "**"}.items():
        if (place := _outside_quotes(line, wrong)) is not None:
            raise ExpressionError(f"“{wrong}” is not read here: write {right} instead.", place + 1)
    try:
        with warnings.catch_warnings():
            # What Python warns about is refused below, or fine.
            warnings.simplefilter("ignore")
            return ast.parse(line[blanks:], mode="eval")
    except SyntaxError as error:
        column = min(max(1, (error.offset or 1) + blanks), len(line) + 1)
        raise ExpressionError(
            f"The expression cannot be read from here: “{line[column - 1 :].strip()[:20]}”. Look "
            "for a missing sign, bracket, comma or quote.",
            column,
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise ExpressionError(
            "The expression cannot be read: take plain signs and fewer brackets.", 1
        ) from None


def _outside_quotes(line: str, sign: str) -> int | None:
    quote = ""
    for place, one in enumerate(line):
        if quote:
            quote = "" if one == quote else quote
        elif one in "'\"":
            quote = one
        elif one == sign:
            return place
    return None


class _Evaluator:
    """Walks the tree of one expression.

    Args:
        line: the expression, for the columns of errors.
        names: what its names mean.
    """

    def __init__(self, line: str, names: Mapping[str, Value]) -> None:
        self._blanks = len(line) - len(line.lstrip())
        # The parser counts bytes, people count characters.
        self._bytes = line[self._blanks :].encode("utf-8")
        self._names = {**CONSTANTS, **names}
        self._depth = 0

    def value(self, node: ast.expr) -> Value:
        """The value of a node.

        Raises:
            ExpressionError: it has none.
        """
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error(node, f"Nothing may be nested deeper than {_DEEPEST}: split it.")
        found = self._of(node)
        self._depth -= 1
        return found

    def _of(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node)
            case ast.List() | ast.Tuple():
                return self._several(node)
            case ast.UnaryOp():
                return self._signed(node)
            case ast.BinOp():
                return self._calculated(node)
            case ast.Compare():
                return self._compared(node)
            case ast.Subscript():
                return self._entry(node)
            case ast.Attribute():
                return self._part(node)
            case ast.Call():
                return self._called(node)
        raise self._error(
            node,
            "Only numbers, texts, names, lists, + - * / // % **, comparisons, [index], .part and "
            "calls of functions are read here.",
        )

    # -- values as they are written ---------------------------------------------------------------

    def _constant(self, node: ast.Constant) -> Value:
        value = node.value
        if isinstance(value, (bool, str)):
            return value
        if isinstance(value, int) and value <= LARGEST:
            return Fraction(value)
        if isinstance(value, float) and value <= LARGEST:
            text = self._text(node).replace("_", "")
            try:
                exact = Decimal(text) == Decimal(repr(value))
            except ArithmeticError:
                exact = False
            if exact:
                return tidy(Fraction(repr(value)))
            raise self._error(node, f"{text[:20]} has more digits than are kept: at most 15.")
        if isinstance(value, (int, float)):
            raise self._error(node, "Numbers are at most 10^30: take a smaller one.")
        raise self._error(node, "Write a number, a text in quotes, True or False.")

    def _name(self, node: ast.Name) -> Value:
        if node.id in self._names:
            return self._names[node.id]
        if node.id in functions():
            raise self._error(
                node, f"{node.id} is a function: write {functions()[node.id].signature}."
            )
        raise self._unknown(node, node.id)

    def _several(self, node: ast.List | ast.Tuple) -> Value:
        entries = tuple(self.value(one) for one in node.elts)
        if not entries:
            raise self._error(node, "There is nothing in it: a list needs an entry.")
        if isinstance(node, ast.List):
            if is_row(entries) or is_grid(entries) or all(map(is_size, entries)):
                return entries
            raise self._error(
                node, "A list has numbers, sizes, or rows of numbers that are all equally long."
            )
        whole = [one for one in entries if isinstance(one, Fraction) and one.denominator == 1]
        if len(whole) < len(entries) or min(whole) < 0:
            raise self._error(
                node, "Round brackets make a size of whole numbers: take [ ] for other numbers."
            )
        return tuple(map(int, whole))

    # -- arithmetic -------------------------------------------------------------------------------

    def _signed(self, node: ast.UnaryOp) -> Value:
        if not isinstance(node.op, (ast.USub, ast.UAdd)):
            raise self._error(node, "Only + and - stand in front of a number.")
        number = self._number(node.operand)
        return -number if isinstance(node.op, ast.USub) else number

    def _calculated(self, node: ast.BinOp) -> Value:
        if type(node.op) not in _OPERATIONS:
            raise self._error(node.right, "Only + - * / // % ** calculate here.")
        left, right = self._number(node.left), self._number(node.right)
        try:
            return tidy(_OPERATIONS[type(node.op)](left, right))
        except ZeroDivisionError:
            raise self._error(node.right, "This is 0: nothing can be divided by it.") from None
        except ShapeError as error:
            raise self._error(node, str(error)) from None

    def _compared(self, node: ast.Compare) -> Value:
        left = self.value(node.left)
        for sign, place in zip(node.ops, node.comparators, strict=True):
            right = self.value(place)
            if isinstance(left, Record) or isinstance(right, Record):
                raise self._error(place, "Compare one part of each, such as .parameters.")
            if isinstance(sign, (ast.Eq, ast.NotEq)):
                holds = (left == right) is isinstance(sign, ast.Eq)
            elif type(sign) not in _ORDERS:
                raise self._error(place, "Compare with ==, !=, <, <=, > or >=.")
            elif isinstance(left, Fraction) and isinstance(right, Fraction):
                holds = _ORDERS[type(sign)](left, right)
            else:
                wrong = right if isinstance(left, Fraction) else left
                raise self._error(
                    place, f"Only numbers are larger or smaller, not {described(wrong)}."
                )
            if not holds:
                return False
            left = right
        return True

    def _number(self, node: ast.expr) -> Fraction:
        value = self.value(node)
        if not isinstance(value, Fraction):
            raise self._error(node, f"A number is needed here, not {described(value)}.")
        return value

    # -- entries, parts and calls -----------------------------------------------------------------

    def _entry(self, node: ast.Subscript) -> Value:
        found = self.value(node.value)
        wanted = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for place in wanted:
            if isinstance(place, ast.Slice):
                raise self._error(node.slice, "Take one entry, such as [0]: there are no slices.")
            index = self._number(place)
            if not isinstance(found, tuple):
                raise self._error(place, f"{opening(found)} has no entries.")
            if index.denominator != 1 or not -len(found) <= index < len(found):
                raise self._error(
                    place,
                    f"There are {len(found)} entries, counted from 0: take 0 to {len(found) - 1}.",
                )
            entry = found[int(index)]
            found = (
                entry if isinstance(entry, bool) or not isinstance(entry, int) else Fraction(entry)
            )
        return found

    def _part(self, node: ast.Attribute) -> Value:
        whole = self.value(node.value)
        place = self._place_of_part(node)
        if isinstance(whole, Place) and node.attr in Place._fields:
            return Fraction(whole[Place._fields.index(node.attr)])
        if not isinstance(whole, Record):
            raise self._at(place, f"{opening(whole)} has no parts.")
        if node.attr in whole.functions:
            signature = Function.of(whole.functions[node.attr], node.attr).signature
            raise self._at(place, f"{node.attr} is a function: write .{signature}.")
        if node.attr not in whole.fields:
            advice = f": {nearest(node.attr, [*whole.fields, *whole.functions])}"
            raise self._at(place, f"{opening(whole)} has no {node.attr}{advice}{whole.missing}")
        return self._safely(place, whole.fields[node.attr])

    def _called(self, node: ast.Call) -> Value:
        function, place = self._function(node.func)
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                raise self._error(argument, "Write the arguments one by one, without *.")
        named = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self._error(keyword.value, "Write the arguments one by one, without **.")
            named[keyword.arg] = self.value(keyword.value)
        arguments = [self.value(argument) for argument in node.args]

        def compute() -> Value:
            return function.call(arguments, named)

        try:
            return self._safely(place, compute)
        except _WrongArgumentError as error:
            wanted = error.argument
            wrong = (
                node.args[wanted]
                if isinstance(wanted, int)
                else next(one.value for one in node.keywords if one.arg == wanted)
            )
            raise self._error(wrong, str(error)) from None

    def _function(self, node: ast.expr) -> tuple[Function, int]:
        """The function that is called, and the column of its name."""
        if isinstance(node, ast.Name):
            function = function_named(node.id)
            if function is not None:
                return function, self._column(node)
            if node.id in self._names:
                raise self._error(node, f"{node.id} is a value and no function: leave ( ) out.")
            raise self._unknown(node, node.id)
        if not isinstance(node, ast.Attribute):
            raise self._error(node, "Only a function can be called, such as output_size(7, 3).")
        whole = self.value(node.value)
        place = self._place_of_part(node)
        if isinstance(whole, Record) and node.attr in whole.functions:
            return Function.of(whole.functions[node.attr], node.attr), place
        if isinstance(whole, Record) and node.attr in whole.fields:
            raise self._at(place, f"{node.attr} is a value and no function: leave ( ) out.")
        known = whole.functions if isinstance(whole, Record) else {}
        advice = f": {nearest(node.attr, known)}" if known else "."
        raise self._at(place, f"{opening(whole)} has no function {node.attr}{advice}")

    # -- errors -----------------------------------------------------------------------------------

    def _safely(self, column: int, compute: Callable[[], Value]) -> Value:
        """What `compute` gives; every complaint of the core at this column."""
        try:
            found = compute()
            return tidy(found) if isinstance(found, Fraction) else found
        except ArgumentError as error:
            raise _WrongArgumentError(str(error), column, error.argument) from None
        except ValueError as error:
            raise self._at(column, str(error)) from None

    def _unknown(self, node: ast.expr, name: str) -> ExpressionError:
        advice = f": {nearest(name, [*self._names, *functions()])}"
        return self._error(node, f"There is no “{name[:20]}” here{advice}")

    def _error(self, node: ast.expr, message: str) -> ExpressionError:
        return ExpressionError(message, self._column(node))

    @staticmethod
    def _at(column: int, message: str) -> ExpressionError:
        return ExpressionError(message, column)

    def _column(self, node: ast.expr) -> int:
        return self._characters(node.col_offset) + 1

    def _place_of_part(self, node: ast.Attribute) -> int:
        """The column of the name behind the point."""
        name = self._text(node).rpartition(".")[2].lstrip()
        return self._characters(node.end_col_offset or 0) - len(name) + 1

    def _characters(self, offset: int) -> int:
        return self._blanks + len(self._bytes[:offset].decode("utf-8"))

    def _text(self, node: ast.expr) -> str:
        return self._bytes[node.col_offset : node.end_col_offset].decode("utf-8")


@dataclass
class _WrongArgumentError(Exception):
    """On its way from a function to the call that knows where the argument stands."""

    message: str
    column: int
    argument: int | str

    def __str__(self) -> str:
        return self.message


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if abs(exponent) > _LARGEST_EXPONENT:
        raise ShapeError(f"Exponents are at most {_LARGEST_EXPONENT}: take a smaller one.")
    if exponent.denominator == 1:
        return base ** int(exponent)
    if base < 0:
        raise ShapeError("A negative number has only whole powers: take a base from 0 on.")
    return from_float(float(base) ** float(exponent))


_OPERATIONS: dict[type[ast.operator], _Numeric] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: Fraction(a // b),
    ast.Mod: lambda a, b: a % b,
    ast.Pow: _power,
}

_ORDERS: dict[type[ast.cmpop], Callable[[Fraction, Fraction], bool]] = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}
