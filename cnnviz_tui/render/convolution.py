"""The stage of the convolution explorer: input, filter and output in the order of the data.

The stage tries its arrangements from the richest to the poorest and takes the first that fits:
written numbers before shaded cells before half blocks, all channels side by side before one at a
time. What decides is the walkthrough and the room alone, never the step, so nothing jumps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.convolution_grids import ConvolutionGrids, thumbnail
from cnnviz_tui.render.explorer import ActionTarget, paint_box
from cnnviz_tui.render.grid import (
    DIGITS,
    HALF,
    CellMode,
    Cells,
    CellTarget,
    paint_grid,
)
from cnnviz_tui.render.panels import Room, cells_by_richness, paint_legend

_GAP = 3
_TIGHT_GAP = 2
_SHORTEST_PANEL = 12
_LEGEND = 14


@dataclass(frozen=True, slots=True)
class _Arrangement:
    """One way to use the room.

    Attributes:
        cells: how the cells of input and output are drawn.
        channels: how many slices are shown.
        tall: whether a slice's window and filter stand below it instead of beside it.
        across: whether the slices stand side by side instead of below each other.
    """

    cells: Cells
    channels: int
    tall: bool
    across: bool

    @property
    def digits(self) -> Cells:
        """How windows and filters are drawn, which are always written out."""
        return self.cells if self.cells.mode is CellMode.DIGITS else DIGITS

    @property
    def with_window(self) -> bool:
        """Whether the numbers under the filter need a panel of their own."""
        return self.cells.mode is not CellMode.DIGITS


class ConvolutionScene(ConvolutionGrids):
    """Paints one step of a convolution.

    Args:
        walkthrough: what is walked through.
        step: the step to show; None where there is none.
        view: how it is looked at.
    """

    # -- how much room things need ----------------------------------------------------------------

    def _middle_size(self, arrangement: _Arrangement) -> tuple[int, int]:
        """Room for the window's numbers and the filter, one above the other."""
        formats = self.walkthrough.formats
        rows, columns = self.walkthrough.kernel_size
        digits = arrangement.digits
        width, height = digits.extent(rows, columns, formats.weights[0].width)
        width, height = max(width + 2, _SHORTEST_PANEL), height + 4
        if arrangement.with_window:
            window = digits.extent(rows, columns, formats.inputs.width)
            width, height = max(width, window[0]), height + window[1] + 1
        return width, height

    def _channel_size(self, arrangement: _Arrangement) -> tuple[int, int]:
        """Room for one slice with its window and filter."""
        width, height = self.input_grid(0).size(arrangement.cells)
        width, height = max(width, _SHORTEST_PANEL), height + 1
        middle = self._middle_size(arrangement)
        if arrangement.tall:
            return max(width, middle[0]), height + middle[1]
        return width + _GAP + middle[0], max(height, middle[1])

    def _output_size(self, cells: Cells) -> tuple[int, int]:
        width, height = self.output_grid(0).size(cells)
        border = 2 if cells.mode is CellMode.DIGITS else 0
        signs = (self.walkthrough.filters > 1) + (self.walkthrough.channels > 1)
        return max(width + border, _SHORTEST_PANEL), height + border + 1 + signs

    def _size(self, arrangement: _Arrangement) -> tuple[int, int]:
        width, height = self._channel_size(arrangement)
        if arrangement.across:
            width = width * arrangement.channels + _GAP * (arrangement.channels - 1)
        else:
            height = height * arrangement.channels
        output = self._output_size(arrangement.cells)
        return width + _GAP + output[0], max(height, output[1])

    def _arrangements(self) -> Iterator[_Arrangement]:
        """All ways to use the room, the richest first."""
        cells = cells_by_richness(self.view.mode)
        channels = self.walkthrough.channels
        if channels == 1:
            for each in cells:
                yield _Arrangement(each, 1, tall=False, across=False)
            return
        for each in cells:
            yield _Arrangement(each, channels, tall=False, across=False)
            yield _Arrangement(each, channels, tall=True, across=True)
        for each in cells:
            yield _Arrangement(each, 1, tall=False, across=False)

    def arrange(self, width: int, height: int) -> _Arrangement:
        """The richest arrangement that fits; where none does, one slice that is panned."""
        for arrangement in self._arrangements():
            needed = self._size(arrangement)
            if needed[0] <= width and needed[1] <= height:
                return arrangement
        mode = self.view.mode or CellMode.HALF
        return _Arrangement(Cells(mode), 1, tall=False, across=False)

    # -- painting ---------------------------------------------------------------------------------

    def paint(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Paint the step into a rectangle."""
        if self.walkthrough.problem:
            self._paint_problem(canvas, x, y, width, height)
            return
        arrangement = self.arrange(width, height)
        channel_width, channel_height = self._channel_size(arrangement)
        output_width = self._output_size(arrangement.cells)[0]
        gap, middle_width = _GAP, self._middle_size(arrangement)[0]
        if channel_width + _GAP + output_width > width and not arrangement.across:
            gap = _TIGHT_GAP
            # A wide filter is panned rather than push the pictures off the stage.
            full, middle_width = middle_width, min(middle_width, width * 2 // 5)
            channel_width -= full - middle_width
            middle = middle_width + _TIGHT_GAP
            pictures = max(width - middle - gap, 2)
            wanted = channel_width - _GAP - middle + _TIGHT_GAP
            share = wanted / (wanted + output_width)
            channel_width = max(int(pictures * share), 2) + middle
        single = arrangement.channels < self.walkthrough.channels
        shown = [self._single_channel] if single else list(range(self.walkthrough.channels))
        right = x
        for i, channel in enumerate(shown):
            left = x + i * (channel_width + _GAP) if arrangement.across else x
            top = y if arrangement.across else y + i * channel_height
            room = Room(left, top, channel_width, min(channel_height, y + height - top))
            if single:
                room = Room(left, top, channel_width, height)
            self._paint_channel(canvas, room, channel, arrangement, middle_width, gap)
            right = left + channel_width
        self._paint_output(
            canvas, Room(right + gap, y, x + width - right - gap, height), arrangement.cells
        )

    @property
    def _single_channel(self) -> int:
        """The slice to show alone: one that the present filter reads, or the colour picture."""
        channels = self.walkthrough.channels_of(self.active_map)
        if self.view.channel in channels or self.view.channel == self.walkthrough.channels:
            return self.view.channel
        return channels.start

    def paint_pictures(self, canvas: Canvas, x: int, y: int) -> None:
        """Paint only input and output, side by side as small pictures."""
        grid, output = self.input_grid(0), self.output_grid(self.active_map)
        canvas.write(x, y, "input", canvas.palette.input, None, BOLD)
        width, _ = paint_grid(canvas, x, y + 1, grid, HALF)
        canvas.write(x + width + _TIGHT_GAP, y, "output", canvas.palette.output, None, BOLD)
        paint_grid(canvas, x + width + _TIGHT_GAP, y + 1, output, HALF)

    def _paint_problem(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> None:
        """Input and filter side by side where there is no position for the filter."""
        grid = self.input_grid(min(self.view.channel, self.walkthrough.channels - 1))
        half = width // 2
        cells = next(
            (
                Cells(mode)
                for mode in CellMode
                if grid.size(Cells(mode))[0] <= half and grid.size(Cells(mode))[1] < height
            ),
            HALF,
        )
        self._paint_input_title(canvas, x, y, grid.channel, half)
        used, _ = paint_grid(canvas, x, y + 1, grid, cells, half, height - 1)
        left = x + max(used, 20) + _GAP
        self._paint_filter(canvas, Room(left, y, x + width - left, height), grid.channel, DIGITS)

    def _paint_channel(
        self,
        canvas: Canvas,
        room: Room,
        channel: int,
        arrangement: _Arrangement,
        middle_width: int,
        gap: int,
    ) -> None:
        """One slice, the window on it and the filter's slice."""
        middle_height = self._middle_size(arrangement)[1]
        if arrangement.tall:
            width, height = room.width, room.height - middle_height - 1
        else:
            width, height = room.width - middle_width - gap, room.height - 1
        grid = self.input_grid(channel)
        self._paint_input_title(canvas, room.x, room.y, channel, width)
        used = paint_grid(canvas, room.x, room.y + 1, grid, arrangement.cells, width, height)
        if arrangement.tall:
            beside = Room(room.x, room.y + 1 + used[1], middle_width, middle_height)
        else:
            beside = Room(room.x + width + gap, room.y, middle_width, room.height)
            if arrangement.with_window and used[1] + 1 < room.height:
                paint_legend(canvas, room.x, room.y + 1 + used[1], grid, width)
        if channel == self.walkthrough.channels:
            self._paint_slices(canvas, beside)
        elif channel not in self.walkthrough.channels_of(self.active_map):
            canvas.write(beside.x, beside.y, "not read", canvas.palette.dim)
        else:
            self._paint_middle(canvas, beside, channel, arrangement)

    def _paint_middle(
        self, canvas: Canvas, room: Room, channel: int, arrangement: _Arrangement
    ) -> None:
        """The numbers under the filter where they are not written on the input, and the filter."""
        top = room.y
        if arrangement.with_window:
            canvas.write(room.x, top, "window", canvas.palette.input)
            patch = self.patch_grid(channel)
            _, used = paint_grid(
                canvas, room.x, top + 1, patch, DIGITS, room.width, room.height - 1
            )
            top += used + 1
        below = Room(room.x, top, room.width, room.y + room.height - top)
        self._paint_filter(canvas, below, channel, arrangement.digits)

    def _paint_slices(self, canvas: Canvas, room: Room) -> None:
        """What each slice contributes, beside the colour picture."""
        if self.step is None:
            return
        palette = canvas.palette
        rows, columns = self.walkthrough.kernel_size
        heading = f"filter {rows}x{columns}x{len(self.step.channels)}"
        canvas.write(room.x, room.y, heading[: room.width], palette.filter, None, BOLD)
        canvas.spot(room.x, room.y, room.width, 1, Whole(ActionTarget("choose_kernel")))
        titles = self.view.kernel_titles
        name = titles[self.active_map] if self.active_map < len(titles) else ""
        canvas.write(room.x, room.y + 1, name[: room.width], palette.dim)
        y = room.y + 3
        results = self.walkthrough.formats.results
        canvas.write(room.x, y - 1, f"{rows}·{columns} products each:"[: room.width], palette.dim)
        for channel, partial in zip(self.step.channels, self.step.partial_sums, strict=True):
            label = self.walkthrough.channel_names[channel]
            colour = palette.input
            canvas.write(room.x, y, f"{label:<6}", colour)
            canvas.write(room.x + 7, y, results.padded(float(partial)), colour, None, BOLD)
            canvas.spot(room.x, y, room.width, 1, Whole(SliceTarget(channel)))
            y += 1
        if self.step.bias is not None:
            canvas.write(room.x, y, "bias", palette.filter)
            bias = results.padded(self.step.bias)
            canvas.write(room.x + 7, y, bias, palette.filter, None, BOLD)
            canvas.spot(room.x, y, room.width, 1, Whole(self._bias_target))
            y += 1
        canvas.write(room.x, y, "─" * (7 + results.width), palette.dim)
        canvas.write(room.x, y + 1, "sum", palette.output)
        total = results.padded(self.step.value)
        canvas.write(room.x + 7, y + 1, total, palette.output, None, BOLD)
        if y + 4 < room.y + room.height:
            canvas.write(room.x, y + 3, "[ ] slices", palette.dim)
            canvas.spot(room.x, y + 3, 10, 1, Whole(ActionTarget("next_slice")))
        self._paint_small_filter(
            canvas, Room(room.x, y + 5, room.width, room.y + room.height - y - 5)
        )

    def _paint_small_filter(self, canvas: Canvas, room: Room) -> None:
        """The filter's slices side by side as small pictures, where there is room for them all."""
        x = room.x
        for channel in self.walkthrough.channels_of(self.active_map):
            grid = self.filter_grid(channel)
            width, height = grid.size(HALF)
            if x + width > room.x + room.width or height > room.height:
                return
            paint_grid(canvas, x, room.y, grid, HALF)
            x += width + 1

    def _paint_input_title(self, canvas: Canvas, x: int, y: int, channel: int, width: int) -> None:
        walkthrough = self.walkthrough
        rows, columns = walkthrough.input.shape[1:]
        if channel == walkthrough.channels:
            what = f"input {rows}x{columns}x{channel}"
        elif walkthrough.channels > 1:
            name = walkthrough.channel_names[channel]
            what = f"{name} {rows}x{columns}"
            if not self.coloured:
                of = f"/{walkthrough.channels}" if walkthrough.channels > 3 else ""
                what = f"slice {name}{of} {rows}x{columns}"
        else:
            what = f"input {rows}x{columns}"
        pads = {side for axis in walkthrough.pads for side in axis}
        if pads != {0}:
            what += f" (+{pads.pop()})" if len(pads) == 1 else " (padded)"
        if len(what) > width:
            what = what.replace(f" {rows}x{columns}", "")
        end = canvas.write(x, y, what[:width], canvas.palette.input, None, BOLD)
        name = f" {self.view.input_title}"
        if channel in (0, walkthrough.channels) and end + len(name) <= x + width:
            canvas.write(end, y, name, canvas.palette.dim)
        canvas.spot(x, y, width, 1, Whole(ActionTarget("choose_input")))

    def _paint_filter(self, canvas: Canvas, room: Room, channel: int, cells: Cells) -> None:
        palette = canvas.palette
        walkthrough = self.walkthrough
        rows, columns = walkthrough.kernel_size
        k = self.active_map
        name = self.view.kernel_titles[k] if k < len(self.view.kernel_titles) else ""
        heading = f"filter {rows}x{columns}"[: room.width]
        end = canvas.write(room.x, room.y, heading, palette.filter, None, BOLD)
        if len(heading) + 1 + len(name) <= room.width:
            canvas.write(end + 1, room.y, name, palette.dim)
            name = ""
        canvas.spot(room.x, room.y, room.width, 1, Whole(ActionTarget("choose_kernel")))
        channels = walkthrough.channels_of(k)
        if channel not in channels:
            channel = channels.start
        grid = self.filter_grid(channel)
        full = grid.size(cells)
        inner = min(full[0], room.width - 2), min(full[1], room.height - 4)
        paint_box(canvas, room.x, room.y + 1, inner[0] + 2, inner[1] + 2, "╔═╗║╚╝", palette.filter)
        paint_grid(canvas, room.x + 1, room.y + 2, grid, cells, *inner)
        below = room.y + inner[1] + 3
        if walkthrough.channels > 1 and self.step is not None:
            partial = self.step.partial_sums[channel - channels.start]
            text = f"→ {walkthrough.formats.results.padded(float(partial))}"
            canvas.write(room.x, below, text[: room.width], palette.input, None, BOLD)
            return
        self._paint_bias(canvas, room.x, below, room.width)
        if name and below + 1 < room.y + room.height:
            canvas.write(room.x, below + 1, name[: room.width], palette.dim)

    @property
    def _bias_target(self) -> CellTarget:
        return CellTarget("bias", self.active_map, 0, 0)

    def _paint_bias(self, canvas: Canvas, x: int, y: int, width: int) -> None:
        palette = canvas.palette
        bias = self.walkthrough.bias
        if bias is None:
            text = "no bias"
        else:
            text = f"+ bias {self.walkthrough.formats.biases(float(bias[self.active_map]))}"
        if self.cursor("bias", self.active_map) is not None:
            canvas.write(x, y, f"›{text}‹"[:width], palette.background, palette.cursor, BOLD)
        else:
            canvas.write(x, y, text[:width], palette.filter)
        canvas.spot(x, y, min(len(text), width), 1, Whole(self._bias_target))

    def _paint_output(self, canvas: Canvas, room: Room, cells: Cells) -> None:
        palette = canvas.palette
        walkthrough = self.walkthrough
        rows, columns = walkthrough.map_size
        stacked = walkthrough.filters > 1
        title = f"output {rows}x{columns}" + (f"x{walkthrough.filters}" if stacked else "")
        canvas.write(room.x, room.y, title[: room.width], palette.output, None, BOLD)
        grid = self.output_grid(self.active_map)
        top = room.y + 1
        if stacked:
            self._paint_map_row(canvas, room.x, top, room.width)
            top += 1
        rest = room.y + room.height - top - (walkthrough.channels > 1)
        if cells.mode is CellMode.DIGITS:
            full = grid.size(cells)
            inner = min(full[0], room.width - 2), min(full[1], rest - 2)
            paint_box(canvas, room.x, top, inner[0] + 2, inner[1] + 2, "┌─┐│└┘", palette.output)
            paint_grid(canvas, room.x + 1, top + 1, grid, cells, *inner)
            used = inner[0] + 2, inner[1] + 2
        else:
            used = paint_grid(canvas, room.x, top, grid, cells, room.width, rest)
        below = top + used[1]
        if walkthrough.channels > 1:
            self._paint_bias(canvas, room.x, below, room.width)
            below += 1
        if cells.mode is not CellMode.DIGITS and below < room.y + room.height:
            paint_legend(canvas, room.x, below, grid, min(room.width, max(used[0], _LEGEND)))
            below += 1
        if stacked:
            self._paint_maps_where_there_is_room(canvas, room, below, used[0])

    def _paint_maps_where_there_is_room(
        self, canvas: Canvas, room: Room, below: int, used: int
    ) -> None:
        under = Room(room.x, below + 1, room.width, room.y + room.height - below - 1)
        # The legend of the map may be wider than the map.
        left = room.x + max(used, _LEGEND) + _GAP
        beside = Room(left, room.y + 2, room.x + room.width - left, room.height - 2)
        place = max((under, beside), key=lambda r: max(r.width, 0) * max(r.height, 0))
        if place.height >= 2 and place.width >= 4:
            self._paint_maps(canvas, place)

    def _paint_map_row(self, canvas: Canvas, x: int, y: int, width: int) -> None:
        """One sign a map: done, in work, to come."""
        palette = canvas.palette
        k, filters = self.active_map, self.walkthrough.filters
        end = canvas.write(x, y, f"map {k + 1} of {filters} ", palette.dim)
        if end + filters > x + width:
            return
        for i in range(filters):
            sign = "●" if i < k else "◐" if i == k else "○"
            canvas.write(end, y, sign, palette.output if i <= k else palette.dim)
            canvas.spot(end, y, 1, 1, Whole(self._last_cell(i)))
            end += 1

    def _last_cell(self, k: int) -> CellTarget:
        rows, columns = self.walkthrough.map_size
        return CellTarget("output", k, rows - 1, columns - 1)

    def _paint_maps(self, canvas: Canvas, room: Room) -> None:
        """All maps as small pictures, shrunk until there is room for them."""
        rows, columns = self.walkthrough.map_size
        filters = self.walkthrough.filters
        for shrink in range(1, max(rows, columns) + 1):
            small = -(-rows // shrink), -(-columns // shrink)
            tile = small[1] + 2, -(-small[0] // 2) + 1
            across, down = (room.width + 2) // tile[0], (room.height + 1) // tile[1]
            if across * down >= filters or (max(small) <= 4 and across * down > 0):
                break
        else:
            return
        for k in range(min(filters, across * down)):
            x, y = room.x + k % across * tile[0], room.y + k // across * tile[1]
            paint_grid(canvas, x, y, thumbnail(self.output_grid(k), shrink), HALF)
            canvas.spot(x, y, small[1], tile[1] - 1, Whole(self._last_cell(k)))
        left_out = filters - across * down
        if left_out > 0:
            text = f"+ {left_out} maps"
            canvas.write(room.x + room.width - len(text), room.y - 1, text, canvas.palette.dim)


@dataclass(frozen=True, slots=True)
class SliceTarget:
    """A slice of the input that someone points at by its name."""

    channel: int
