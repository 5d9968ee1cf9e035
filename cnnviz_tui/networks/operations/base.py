"""What every operation answers: for inputs of given shapes, what comes out and what it costs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal, TypeAlias

from cnnviz_tui.networks.sizes import BATCH, Shape, shape_text
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.errors import ShapeError

Reason: TypeAlias = Literal[
    "channels",  # another number of channels than the weights were made for
    "channels last",  # the channels stand on the wrong side
    "features",  # a dense layer gets another number of features
    "not flat",  # a dense layer gets a volume
    "vanishes",  # a window is larger than what is left of the picture
    "groups",  # groups do not divide the channels
    "axes",  # another number of axes
    "join",  # tensors that are added or concatenated do not agree
    "view",  # a reshape to another number of numbers
    "batch",  # a reshape that mixes the batch with features
    "value",  # a number out of its range
]

Sight: TypeAlias = tuple[Axis, ...] | Literal["same", "everything", "unknown"]
"""What an output number sees of the input: through these windows, the same, all of it, unknown."""


class MisfitError(ShapeError):
    """A layer that cannot take what arrives.

    Args:
        reason: the kind of misfit.
        message: one sentence: what arrived and what was wanted.
        expected: what the layer wants, a number or a shape without batch.
        got: what arrived, likewise.
        argument: the argument of the layer that would have to change, by its field's name.
        wanted: the value that this argument would need.
    """

    def __init__(
        self,
        reason: Reason,
        message: str,
        *,
        expected: int | Shape | None = None,
        got: int | Shape | None = None,
        argument: str = "",
        wanted: int | None = None,
    ) -> None:
        super().__init__(message)
        self.reason: Reason = reason
        self.expected = expected
        self.got = got
        self.argument = argument
        self.wanted = wanted


@dataclass(frozen=True, slots=True)
class Measure:
    """What an operation makes of inputs of certain shapes.

    Args:
        output: the shape of what comes out; None if nothing is known about it.
        parameters: the numbers that training changes; None if their count is unknown.
        macs: multiply-accumulates for one picture, biases not counted; None if unknown.
        formula: the arithmetic of the sizes with its numbers, for people; may be empty.
        sight: what an output number sees of the input.
        fixed: weights that training does not change.
        view: whether the output is the input's own memory, seen in another shape.
    """

    output: Shape | None
    parameters: int | None = 0
    macs: int | None = 0
    formula: str = ""
    sight: Sight = "same"
    fixed: int = 0
    view: bool = False


class Operation(ABC):
    """One kind of layer with its settings; a frozen value that serves every input shape."""

    __slots__ = ()

    @abstractmethod
    def measure(self, *inputs: Shape | None) -> Measure:
        """Return what comes out for inputs of these shapes, batch included, and what it costs.

        Raises:
            MisfitError: if the operation cannot take such inputs.
        """


def axis_index(axis: int, rank: int) -> int:
    """Return the place of an axis that may be counted from the end.

    Raises:
        MisfitError: if there is no such axis.
    """
    if not -rank <= axis < rank:
        raise MisfitError(
            "axes", f"There is no axis {axis} in a tensor of {rank} axes.".replace("-", "−")
        )
    return axis % rank


def axes_misfit(wanted: str, shape: Shape) -> MisfitError:
    """Return the misfit of a layer that needs another number of axes."""
    batch = " for each picture of the batch" if shape[:1] == (BATCH,) else ""
    return MisfitError(
        "axes", f"The layer takes {wanted}, but {shape_text(shape)} arrives{batch}.", got=shape
    )
