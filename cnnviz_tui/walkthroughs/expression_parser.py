"""Reads an expression that a person typed; nothing of it is ever run as code.

    statements := statement (";" statement)*
    statement  := [name "="] sum
    sum        := term (("+" | "-") term)*
    term       := signed (("*" | "/") signed)*
    signed     := "-" signed | power
    power      := atom ["**" signed]
    atom       := number | name | function "(" sum ("," sum)* ")" | "(" sum ")"

A name that an earlier statement gave is that node; any other name is a variable. The last
statement is the result. The signs that people copy from text (−, ·, ×, ÷, ^, ², ³, σ) are read too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cnnviz_tui.walkthroughs.expression import Expression, ExpressionError, Node
from cnnviz_tui.walkthroughs.expression_operations import (
    DIFFERENCE,
    FUNCTIONS,
    NEGATIVE,
    POWER,
    PRODUCT,
    QUOTIENT,
    SUM,
    Operation,
    power_of,
)
from cnnviz_tui.walkthroughs.numbers import LARGEST_VALUE, short

MOST_CHARACTERS = 400
MOST_NODES = 48
MOST_DEPTH = 24
LONGEST_NAME = 6

_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*|\.\d+)|([A-Za-z]\w*)|(\*\*|[-+*/(),=;]))", re.ASCII)
_REPLACED = {"−": "-", "·": "*", "×": "*", "÷": "/", "^": "**", "²": "**2", "³": "**3",
             "σ": "sigmoid", "√": "sqrt"}  # fmt: skip
_TWO_ARGUMENTS = {"max", "min"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def parse_expression(text: str) -> Expression:
    """Read an expression.

    Raises:
        ExpressionError: it cannot be read; the sentence says what is wrong and where.
    """
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(
            f"The expression has {len(text)} characters: at most {MOST_CHARACTERS} can be shown."
        )
    return _Parser(_tokens(text), text.strip()).expression()


def _tokens(text: str) -> list[_Token]:
    written = "".join(_REPLACED.get(character, character) for character in text).rstrip("; \t\n")
    tokens = []
    position = 0
    while position < len(written):
        found = _TOKEN.match(written, position)
        if found is None:
            wrong = written[position:].strip()[:1]
            raise ExpressionError(
                f"“{wrong}” means nothing in an expression: use names, numbers, + - * / ** ( ) and "
                f"{', '.join(FUNCTIONS)}."
            )
        number, name, sign = found.groups()
        kind = "number" if number else "name" if name else "sign"
        tokens.append(_Token(kind, number or name or sign))
        position = found.end()
    return tokens


class _Parser:
    """Reads tokens from left to right and collects nodes, every node after its operands."""

    def __init__(self, tokens: list[_Token], source: str) -> None:
        self._rest = tokens[::-1]
        self._source = source
        self._nodes: list[Node] = []
        self._known: dict[str, int] = {}
        self._given = {token.text for token in tokens if token.kind == "name"}
        self._depth = 0
        self._unnamed = 0

    # -- statements -------------------------------------------------------------------------------

    def expression(self) -> Expression:
        """All of it."""
        if not self._rest:
            raise ExpressionError("The expression is empty: type one such as (w*x + b - t)**2.")
        last = self._statement()
        while self._take(";"):
            last = self._statement()
        if self._rest:
            raise ExpressionError(
                f"“{self._rest[-1].text}” is not expected there: is a sign such as * missing, or "
                "a bracket too many?"
            )
        if self._nodes[last].operation is None:
            raise ExpressionError("There is nothing to compute: combine names, such as w*x + b.")
        if not self._nodes[last].named:
            self._rename(last, self._free("L"))
        return Expression(self._reachable(last), self._source)

    def _statement(self) -> int:
        if len(self._rest) > 1 and self._rest[-2].text == "=":
            name = self._checked_name(self._rest.pop())
            self._rest.pop()
            place = self._sum()
            if self._nodes[place].named or self._nodes[place].operation is None:
                raise ExpressionError(
                    f"{name} = {self._nodes[place].name} computes nothing: leave it out."
                )
            self._rename(place, name)
            self._known[name] = place
            return place
        return self._sum()

    def _checked_name(self, token: _Token) -> str:
        name = token.text
        if token.kind != "name" or name in FUNCTIONS:
            raise ExpressionError(f"“{name}” cannot be a name: take letters, such as y = w*x.")
        if name in self._known:
            raise ExpressionError(f"{name} has a value already: take another name before “=”.")
        return self._short_enough(name)

    @staticmethod
    def _short_enough(name: str) -> str:
        if len(name) > LONGEST_NAME:
            raise ExpressionError(
                f"The name {name:.12} is too long: at most {LONGEST_NAME} characters fit."
            )
        return name

    # -- the grammar ------------------------------------------------------------------------------

    def _sum(self) -> int:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise ExpressionError(f"The brackets are nested more than {MOST_DEPTH} deep.")
        terms = [self._term()]
        while True:
            if self._take("+"):
                terms.append(self._term())
            elif self._take("-"):
                left = self._joined(terms)
                terms = [self._node(DIFFERENCE, left, self._term())]
            else:
                break
        self._depth -= 1
        return self._joined(terms)

    def _joined(self, terms: list[int]) -> int:
        return terms[0] if len(terms) == 1 else self._node(SUM, *terms)

    def _term(self) -> int:
        left = self._signed()
        while True:
            if self._take("*"):
                left = self._node(PRODUCT, left, self._signed())
            elif self._take("/"):
                left = self._node(QUOTIENT, left, self._signed())
            else:
                return left

    def _signed(self) -> int:
        if not self._take("-"):
            return self._power()
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise ExpressionError(f"There are more than {MOST_DEPTH} signs in a row.")
        inner = self._signed()
        self._depth -= 1
        constant = self._nodes[inner].constant
        return self._node(NEGATIVE, inner) if constant is None else self._constant(-constant)

    def _power(self) -> int:
        base = self._atom()
        if not self._take("**"):
            return base
        exponent = self._signed()
        fixed = self._nodes[exponent].constant
        if fixed is None:
            return self._node(POWER, base, exponent)
        return self._node(power_of(fixed, self._nodes[exponent].name), base)

    def _atom(self) -> int:
        if not self._rest:
            raise ExpressionError("The expression ends too early: something is missing at its end.")
        token = self._rest.pop()
        if token.kind == "number":
            return self._number(token.text)
        if token.kind == "name":
            return self._call(token.text) if token.text in FUNCTIONS else self._named(token.text)
        if token.text == "(":
            inner = self._sum()
            self._expect(")")
            return inner
        raise ExpressionError(f"“{token.text}” is not expected there: a name or a number is.")

    def _call(self, function: str) -> int:
        if not self._take("("):
            raise ExpressionError(f"{function} is a function: write {function}(x).")
        arguments = [self._sum()]
        while self._take(","):
            arguments.append(self._sum())
        self._expect(")")
        needed = 2 if function in _TWO_ARGUMENTS else 1
        if len(arguments) != needed:
            raise ExpressionError(
                f"{function} takes {needed} number{'s' if needed > 1 else ''}, not "
                f"{len(arguments)}."
            )
        return self._node(FUNCTIONS[function], *arguments)

    def _take(self, sign: str) -> bool:
        if self._rest and self._rest[-1] == _Token("sign", sign):
            self._rest.pop()
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise ExpressionError(f"A “{sign}” is missing.")

    # -- nodes ------------------------------------------------------------------------------------

    def _number(self, text: str) -> int:
        value = float(text)
        if value > LARGEST_VALUE:
            raise ExpressionError(f"Numbers in an expression are at most {LARGEST_VALUE:,.0f}.")
        return self._constant(value)

    def _constant(self, value: float) -> int:
        return self._add(Node(short(value, 4), constant=value))

    def _named(self, name: str) -> int:
        if name not in self._known:
            self._known[name] = self._add(Node(self._short_enough(name), text=name))
        return self._known[name]

    def _node(self, operation: Operation, *inputs: int) -> int:
        names = [self._nodes[i].name for i in inputs]
        node = Node(self._next_name(), operation, inputs, None, written(operation, names), False)
        return self._add(node)

    def _add(self, node: Node) -> int:
        if len(self._nodes) >= MOST_NODES:
            raise ExpressionError(
                f"The expression has more than {MOST_NODES} parts, more than this shows."
            )
        self._nodes.append(node)
        return len(self._nodes) - 1

    def _next_name(self) -> str:
        self._unnamed += 1
        while f"q{self._unnamed}" in self._given:
            self._unnamed += 1
        return f"q{self._unnamed}"

    def _free(self, wish: str) -> str:
        """A name that nothing has, like `wish`."""
        taken = {node.name for node in self._nodes}
        while wish in taken:
            wish += "_"
        return wish

    def _rename(self, place: int, name: str) -> None:
        node = self._nodes[place]
        if node.name == f"q{self._unnamed}":
            self._unnamed -= 1
        self._nodes[place] = Node(
            name, node.operation, node.inputs, node.constant, node.text, named=True
        )

    def _reachable(self, last: int) -> list[Node]:
        """The nodes that the result is made of, renumbered.

        Raises:
            ExpressionError: a name was given that the result does not need.
        """
        needed = {last}
        for i in range(last, -1, -1):
            if i in needed:
                needed.update(self._nodes[i].inputs)
        for name, place in self._known.items():
            if place not in needed:
                raise ExpressionError(f"{name} is never used: use it, or leave it out.")
        kept = [i for i in range(last + 1) if i in needed]
        place_of = {old: new for new, old in enumerate(kept)}
        return [
            Node(
                node.name,
                node.operation,
                tuple(place_of[j] for j in node.inputs),
                node.constant,
                node.text,
                node.named,
            )
            for node in (self._nodes[i] for i in kept)
        ]


def written(operation: Operation, operands: list[str]) -> str:
    """An operation on operands as text, such as `a + b` or `σ(a)`."""
    if operation is SUM:
        return " + ".join(operands)
    return operation.template.format(**dict(zip("uv", operands, strict=False)))
