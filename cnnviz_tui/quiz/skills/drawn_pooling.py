"""A pooling of the explorer `cnnviz play pool` that exercises ask about, drawn by chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, cast

from cnnviz_tui.questions import Cell, Grid
from cnnviz_tui.quiz.skills.grids import at_step, grid_of
from cnnviz_tui.walkthroughs.demonstration import Demonstration

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.pooling import PoolingStep, PoolingWalkthrough

_SOURCES = ("mixed", "mixed", "mixed", "mixed", "lecture-max", "lecture-average")


@dataclass(frozen=True)
class PooledMap:
    """The one map of the explorer's input, pooled; each choice as one types it.

    Attributes:
        kind: max or average.
        size: height and width of the map.
        filter: the window, such as `2` or `2x4`; unused where `output` is given.
        stride: as the window.
        padding: zeros all around.
        rounding: floor or ceil.
        output: the size that regions adapt to, such as `3x2`; empty for windows that slide.
        source: the input's name.
    """

    kind: str
    size: Cell
    filter: str = "2"
    stride: str = "2"
    padding: int = 0
    rounding: str = "floor"
    output: str = ""
    source: str = "mixed"

    @property
    def shown(self) -> Demonstration:
        """The explorer of this pooling, before its first step."""
        typed = {
            "input": self.source,
            "kind": self.kind,
            "size": f"{self.size[0]}x{self.size[1]}",
            "channels": "1",
        }
        if self.output:
            typed["output"] = self.output
        else:
            typed |= {
                "filter": self.filter,
                "stride": self.stride,
                "padding": str(self.padding),
                "rounding": self.rounding,
            }
        return Demonstration("pool", typed=typed)

    @cached_property
    def walk(self) -> PoolingWalkthrough:
        """Its walkthrough, which has the numbers."""
        return cast("PoolingWalkthrough", self.shown.walkthrough())

    @property
    def map(self) -> Grid:
        """The map's numbers."""
        return grid_of(self.walk.input[0])

    @property
    def pooled(self) -> Grid:
        """The output's numbers."""
        return grid_of(self.walk.output[0])

    @property
    def upstream(self) -> Grid:
        """The gradient that comes back to the output."""
        assert self.walk.upstream is not None  # noqa: S101 - the explorer goes back by default
        return grid_of(self.walk.upstream[0])

    @property
    def gradient(self) -> Grid:
        """The gradient of the map, when all windows have handed theirs on."""
        return grid_of(self.walk.gradient(0, self.walk.outputs))

    @property
    def cells(self) -> list[Cell]:
        """Every output cell, row by row."""
        height, width = self.walk.map_size
        return [(i, j) for i in range(height) for j in range(width)]

    def step(self, cell: Cell) -> PoolingStep:
        """The step that computes an output number."""
        return self.walk.step(self.walk.index_of(0, *cell))

    def shown_at(self, cell: Cell = (0, 0), *, backward: bool = False) -> Demonstration:
        """The explorer at an output number, on the way forth or back."""
        return at_step(self.shown, self.walk.index_of(0, *cell, backward=backward))

    @property
    def clear(self) -> bool:
        """Whether every window has one largest number, and no other as large."""
        return all((s := self.step(cell)).patch.ravel().tolist().count(s.value) == 1
                   for cell in self.cells)  # fmt: skip


def drawn_map(chance: Random, kind: str, size: Cell, **choices: str | int) -> PooledMap:
    """A pooling of one of the explorer's maps of numbers from 0 to 9."""
    return PooledMap(kind, size, source=chance.choice(_SOURCES), **choices)  # type: ignore[arg-type]
