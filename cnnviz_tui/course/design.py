"""A question whose answer is a network: any that fits the limits is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.questions import Question, UnclearAnswerError, Verdict
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.notation import format_lengths, parse_lengths

if TYPE_CHECKING:
    from cnnviz_tui.networks.result import Trace

_LONGEST = 2000


class DesignQuestion(Question, kw_only=True):
    """Design a network in the one-line notation of `cnnviz trace`.

    Attributes:
        input: the size of its input, such as `1x28x28`.
        output: the size of its output, such as `10`.
        most_parameters: it may not have more; 0 for any number.
        most_macs: it may not need more multiply-accumulates for a picture; 0 for any number.
        needs: types of layers that it must have, such as `conv`, or `3 conv` for at least three.
        example: one right answer, to show to those who give up.
    """

    kind: ClassVar[str] = "design"
    how: ClassVar[str] = "layers with | between them, such as: conv 6 5 | relu | maxpool 2"

    input: str
    output: str
    most_parameters: int = 0
    most_macs: int = 0
    needs: tuple[str, ...] = ()
    example: str

    def __post_init__(self) -> None:
        """Its needs can be read, and its own example is right."""
        for need in self.needs:
            _need(need)
        try:
            verdict = self.mark(self.example)
        except UnclearAnswerError as error:
            raise ValueError(f"Question “{self.id}”: its example cannot be read: {error}") from None
        if not verdict.right:
            raise ValueError(f"Question “{self.id}”: its example is wrong: {verdict.feedback}")

    @property
    def answer_text(self) -> str:
        """One design that is right; there are others."""
        return self.example

    @property
    def lines(self) -> tuple[str, ...]:
        """The limits."""
        lines = [f"input {self.input}, output {self.output}"]
        if self.most_parameters:
            lines.append(f"at most {self.most_parameters:,} parameters")
        if self.most_macs:
            lines.append(f"at most {self.most_macs:,} MACs for one picture")
        if self.needs:
            lines.append(f"with {', '.join(self.needs)}")
        return tuple(lines)

    def mark(self, text: str) -> Verdict:
        """Trace the design; the first limit that it breaks is named."""
        if len(text) > _LONGEST:
            raise UnclearAnswerError(
                f"A design has at most {_LONGEST} characters, this one has {len(text)}: shorten it."
            )
        if not text.strip():
            raise UnclearAnswerError(f"Nothing was given: write {self.how}.")
        from cnnviz_tui.networks.trace import trace

        sizes = parse_lengths(self.input, "input size")
        try:
            traced = trace(text, [sizes], suggest=False)
        except (SourceError, ShapeError) as error:
            raise UnclearAnswerError(str(error)) from None
        shown = " ".join(text.split())
        complaint = self._complaint(traced)
        if complaint:
            return Verdict(False, complaint, shown)
        parameters, macs = traced.total_parameters or 0, traced.total_macs or 0
        costs = f"It fits: {parameters:,} parameters and {macs:,} MACs."
        return Verdict(True, f"{costs} {self.explanation}".strip(), shown)

    def _complaint(self, traced: Trace) -> str:
        """What is wrong with a design; empty when it fits."""
        if traced.error is not None:
            return f"{traced.error.layer}: {traced.error.message}"
        output = traced.outputs[0] if len(traced.outputs) == 1 else None
        sizes = format_lengths([int(size or 0) for size in (output or ())[1:]])
        wanted = format_lengths(parse_lengths(self.output, "output size"))
        if sizes != wanted:
            return f"Every layer fits, but {sizes or 'nothing'} comes out instead of {wanted}."
        have = [row.node.type.lower() for row in traced.layers]
        for count, kind in map(_need, self.needs):
            found = sum(kind in one for one in have)
            if not found:
                return f"It all fits, but there is no {kind} in it."
            if found < count:
                return f"It all fits, but it has {found} {kind} instead of {count}."
        parameters, macs = traced.total_parameters, traced.total_macs
        if parameters is None or macs is None:
            return "Every layer fits, but its parameters cannot be counted: use known layers."
        if self.most_parameters and parameters > self.most_parameters:
            heavy = max(traced.layers, key=lambda row: row.parameters or 0)
            return (
                f"Every layer fits, but it has {parameters:,} parameters, "
                f"{parameters - self.most_parameters:,} too many; {heavy.node.name} alone has "
                f"{heavy.parameters or 0:,}."
            )
        if self.most_macs and macs > self.most_macs:
            heavy = max(traced.layers, key=lambda row: row.macs or 0)
            return (
                f"Every layer fits, but it needs {macs:,} MACs, {macs - self.most_macs:,} too "
                f"many; {heavy.node.name} alone needs {heavy.macs or 0:,}."
            )
        return ""


def _need(text: str) -> tuple[int, str]:
    """How many layers of which type are wanted.

    Raises:
        ValueError: neither a type nor a number and a type.
    """
    number, _, kind = text.strip().lower().rpartition(" ")
    if not kind.isalnum() or not (number.isdecimal() or not number) or number == "0":
        raise ValueError(f"“{text}” is no type of layer: write conv, or 3 conv for at least three.")
    return int(number or 1), kind
