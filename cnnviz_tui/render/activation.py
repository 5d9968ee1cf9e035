"""The stage of the activation explorer: the curve, a feature map before and after, the chain."""

from __future__ import annotations

from math import ceil, floor, log10

import numpy as np

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.render.canvas import BOLD, Canvas
from cnnviz_tui.render.grid import CellMode, Cells, CellTarget, Grid, Marks
from cnnviz_tui.render.palette import Scale
from cnnviz_tui.render.panels import GridPanel, Look, Room, cells_by_richness
from cnnviz_tui.render.plot import Curve, Plot, Point, Span, paint_bar, paint_plot
from cnnviz_tui.walkthroughs.activation import ActivationStep, ActivationWalkthrough
from cnnviz_tui.walkthroughs.base import Role
from cnnviz_tui.walkthroughs.numbers import NumberFormat, power_of_ten, scientific

_GAP = 3
_RIGHT = 41
_CHAIN_HEIGHT = 8
_LEGEND = 19


class ActivationScene(Frozen):
    """Paints one step along an activation function.

    Attributes:
        walkthrough: what is walked through.
        step: the step to show, which may be at the number of a cell that is pointed at.
        look: how it is looked at.
    """

    walkthrough: ActivationWalkthrough
    step: ActivationStep
    look: Look

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """The curve on the left; the maps and below them the chain on the right."""
        cells, maps = self._maps(max(width // 2 - _GAP, _RIGHT), height - _CHAIN_HEIGHT)
        right = min(max(maps[0], _RIGHT, width * 2 // 5), width - _RIGHT // 2)
        left = width - right - _GAP
        self._paint_curve(canvas, Room(x, y, left, height))
        across = x + left + _GAP
        used = self._paint_maps(canvas, Room(across, y, right, height - _CHAIN_HEIGHT), cells)
        below = y + used + 1
        self._paint_chain(canvas, Room(across, below, right, y + height - below))

    # -- the curve --------------------------------------------------------------------------------

    def _paint_curve(self, canvas: Canvas, room: Room) -> None:
        palette, walkthrough, step = canvas.palette, self.walkthrough, self.step
        letter = walkthrough.function.letter
        end = canvas.write(room.x, room.y, f"━ {letter}(a)", palette.output, None, BOLD)
        end = canvas.write(end + 2, room.y, f"┅ {letter}′(a)", palette.gradient, None, BOLD)
        if walkthrough.flat:
            note = "░ saturated"
            if end + 2 + len(note) <= room.x + room.width:
                canvas.write(end + 2, room.y, note, palette.wrong)
        xs, values, slopes = walkthrough.curve
        plot = Plot(
            Span(-walkthrough.reach, walkthrough.reach),
            Span.around(values, slopes),
            (
                Curve(xs, slopes, palette.gradient, dotted=True),
                Curve(xs, values, palette.output),
            ),
            (
                Point(step.x, step.slope, "◆", palette.gradient),
                Point(step.x, step.value, "●", palette.strong),
            ),
            tuple(Span(*zone) for zone in walkthrough.flat if zone[1] > zone[0]),
            step.x,
            lambda at: CellTarget("curve", 0, 0, walkthrough.index_of(at)),
        )
        paint_plot(canvas, room.x, room.y + 1, room.width, room.height - 1, plot)

    # -- the feature map --------------------------------------------------------------------------

    def _panels(self) -> tuple[GridPanel, GridPanel]:
        walkthrough = self.walkthrough
        rows, columns = walkthrough.before.shape
        both = Scale.of(np.append(walkthrough.before, walkthrough.after))
        near = walkthrough.near(self.step.index)
        pointed = self.look.target
        spoken = None
        if pointed is not None and pointed.grid in {"before", "after"}:
            near = (), ()
            spoken = pointed.row, pointed.column
        before, after = (
            Grid(
                key,
                0,
                values,
                both,
                walkthrough.format,
                marks=Marks(
                    cells=near,
                    cursor=spoken if key == "before" else None,
                    newest=spoken if key == "after" else None,
                ),
            )
            for key, values in (("before", walkthrough.before), ("after", walkthrough.after))
        )
        return (
            GridPanel(f"map {rows}x{columns} before", Role.INPUT, before),
            GridPanel("after", Role.OUTPUT, after),
        )

    def _maps(self, width: int, height: int) -> tuple[Cells, tuple[int, int]]:
        """The richest way to draw both maps side by side, and the room that it takes."""
        panels = self._panels()
        for cells in cells_by_richness(self.look.mode):
            sizes = [panel.size(cells) for panel in panels]
            size = sizes[0][0] + _GAP + sizes[1][0], max(sizes[0][1], sizes[1][1])
            if size[0] <= width and size[1] <= height:
                return cells, size
        return Cells(self.look.mode or CellMode.HALF), (width, height)

    def _paint_maps(self, canvas: Canvas, room: Room, cells: Cells) -> int:
        """Paint both maps; returns the lines that were used."""
        before, after = self._panels()
        half = (room.width - _GAP) // 2
        height = min(before.size(cells)[1], room.height)
        before.paint(canvas, Room(room.x, room.y, half, height), cells)
        left = room.x + max(min(before.size(cells)[0], half), _LEGEND) + _GAP
        width = room.x + room.width - left
        after.paint(canvas, Room(left, room.y, width, height), cells)
        return height

    # -- the chain --------------------------------------------------------------------------------

    def _paint_chain(self, canvas: Canvas, room: Room) -> None:
        """A bar a layer: what is left of the gradient behind it, on a scale of powers of ten."""
        palette, chain = canvas.palette, self.step.chain
        what = "layer" if len(chain) == 1 else "layers"
        end = canvas.write(
            room.x, room.y, f"gradient through {len(chain)} {what}", palette.gradient, None, BOLD
        )
        canvas.write(end + 1, room.y, scientific(self.step.product), palette.strong, None, BOLD)
        low, high = self._decades()
        labels = [power_of_ten(power) for power in (high, low)]
        gutter = max(len(text) for text in (*labels, "layer")) + 1
        pitch = min((room.width - gutter) // len(chain), 6)
        if pitch < 1:
            return
        numbered, sloped = pitch >= 3, pitch >= 5
        height = room.height - 1 - numbered - sloped
        top = room.y + 1
        canvas.write(room.x + gutter - 1 - len(labels[0]), top, labels[0], palette.dim)
        canvas.write(room.x + gutter - 1 - len(labels[1]), top + height - 1, labels[1], palette.dim)
        for i, link in enumerate(chain):
            left = room.x + gutter + i * pitch
            size = abs(link.left)
            share = (log10(size) - low) / (high - low) if size > 0 else 0.0
            wide = max(pitch - 1, 1)
            paint_bar(canvas, left, top, wide, height, share, palette.gradient)
            if sloped:
                factor = NumberFormat(3, wide)(link.factor)
                canvas.write(left, top + height, f"{factor:^{wide}}"[:wide], palette.text)
            if numbered:
                canvas.write(left, top + height + sloped, f"{i + 1:^{wide}}", palette.dim)
        if sloped:
            canvas.write(room.x, top + height, "slope", palette.text)
        if numbered:
            canvas.write(room.x, top + height + sloped, "layer", palette.dim)

    def _decades(self) -> tuple[int, int]:
        """The powers of ten at the foot and the top of the bars, the same for all steps."""
        least, most = self.walkthrough.left_between
        low, high = floor(log10(least)), ceil(log10(most))
        return min(low, high - 1), high
