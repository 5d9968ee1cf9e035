"""The two fields above a model: the shape of its input, and which part of the source it is."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label


class TraceFields(Horizontal):
    """Fields in one line.

    Args:
        inputs: the shape of the input, as one types it.
        model: a class, a function or a variable of the source; empty to let the tracer choose.
    """

    def __init__(self, inputs: str, model: str) -> None:
        super().__init__(id="trace-fields")
        self.shape_field = Input(inputs, placeholder="1x28x28", id="trace-inputs")
        self.model_field = Input(model, placeholder="a class, variable or call", id="trace-model")

    def compose(self) -> ComposeResult:
        """Names and fields in turn."""
        yield Label("input")
        yield self.shape_field
        yield Label("model")
        yield self.model_field

    @property
    def values(self) -> tuple[str, str]:
        """What stands in both: input, model."""
        return self.shape_field.value, self.model_field.value

    def fill(self, inputs: str, model: str = "") -> None:
        """Put other values in."""
        self.shape_field.value, self.model_field.value = inputs, model
