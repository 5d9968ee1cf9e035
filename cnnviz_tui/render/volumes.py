"""The volumes of a network in proportion: height for the picture's size, width for the channels.

Both are drawn on a logarithmic scale, so that 224 and 7 pixels, 3 and 4,096 channels find room in
one picture; the true sizes are always written beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, prod

from cnnviz_tui.networks.sizes import Shape, split_batch, without_batch
from cnnviz_tui.render.canvas import BOLD, Canvas, Whole
from cnnviz_tui.render.explorer import paint_box
from cnnviz_tui.render.palette import Colour, mix

_EIGHTHS = "▁▂▃▄▅▆▇█"
_WIDEST = 16
_NARROWEST = 2
_GAP = 2
_LABELS = 2
_SIGNS = 12
"""Room for the signs that there are more boxes, on both sides."""

_LONGEST_NAME = 12


@dataclass(frozen=True, slots=True)
class Extent:
    """How large a tensor is drawn.

    Attributes:
        side: the geometric mean of its spatial sizes; 1 for a vector.
        channels: its channels, or the length of a vector.
    """

    side: float
    channels: int


def extent_of(shape: Shape | None, *, channels_last: bool) -> Extent | None:
    """The extent of one picture's tensor; None where a size is unknown or holds the batch."""
    if shape is None:
        return None
    sizes = [size for size in without_batch(shape) if size is not None]
    if len(sizes) < len(without_batch(shape)) or any(split_batch(size)[0] for size in sizes):
        return None
    if not sizes:
        return Extent(1, 1)
    channels = sizes.pop(-1 if channels_last else 0)
    side = prod(sizes) ** (1 / len(sizes)) if sizes else 1.0
    return Extent(max(side, 1.0), max(channels, 1))


@dataclass(frozen=True, slots=True)
class VolumeScale:
    """The largest extents of a network, which fill the room; 1 is the smallest.

    Attributes:
        side: of all spatial sizes.
        channels: of all numbers of channels.
    """

    side: float
    channels: int

    @classmethod
    def of(cls, extents: Iterable[Extent | None]) -> VolumeScale:
        """The scale on which all of these find room."""
        known = [extent for extent in extents if extent is not None]
        return cls(
            max((extent.side for extent in known), default=1.0),
            max((extent.channels for extent in known), default=1),
        )

    def rows(self, extent: Extent, most: int) -> int:
        """The height of a box, 1 to `most` lines."""
        return 1 + round(_share(extent.side, self.side) * (most - 1))

    def columns(self, extent: Extent, most: int) -> int:
        """The width of a box, 1 to `most` columns."""
        return 1 + round(_share(extent.channels, self.channels) * (most - 1))

    def bar(self, extent: Extent | None, width: int) -> str:
        """A box one line high for a table: its height in eighths of the line; ``?`` if unknown."""
        if extent is None:
            return "?"
        return _EIGHTHS[self.rows(extent, len(_EIGHTHS)) - 1] * self.columns(extent, width)


def _share(value: float, largest: float) -> float:
    """Where a value stands between 1 and the largest, on a logarithmic scale, 0 to 1."""
    return log(value) / log(largest) if largest > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Box:
    """One volume of the picture.

    Attributes:
        name: the layer that it comes out of.
        size: its true size, as text.
        extent: None where it is unknown, or where nothing comes out.
        target: what is pointed at there.
        colour: of its frame.
        marked: whether keys act on it; its frame is double then.
        fails: whether the layer does not fit.
    """

    name: str
    size: str
    extent: Extent | None
    target: object
    colour: Colour
    marked: bool = False
    fails: bool = False


def paint_volumes(
    canvas: Canvas,
    place: tuple[int, int, int, int],
    boxes: Sequence[Box],
    marked: int,
    scale: VolumeScale,
) -> None:
    """Paint boxes in the order in which data flows, standing on one line, named below.

    Args:
        canvas: what is painted on.
        place: column, line, width and height.
        boxes: where there are too many, the marked one and those around it are shown; only those
            are looked at.
        marked: the index of the box that keys act on.
        scale: on which their extents find room.
    """
    x, y, width, height = place
    most = height - _LABELS
    if most < 1 or not boxes:
        return
    start, end = _window(boxes, marked, width, scale)
    if start:
        canvas.write(x, y + most - 1, "‹", canvas.palette.dim)
    left = x + 2 * (start > 0)
    for box in boxes[start:end]:
        pitch = _pitch(box, scale)
        _paint_box(canvas, left, y, most, pitch, box, scale)
        left += pitch
    if end < len(boxes):
        canvas.write(left, y + most - 1, f"› {len(boxes) - end} more", canvas.palette.dim)


def _pitch(box: Box, scale: VolumeScale) -> int:
    """How much room a box and its labels take from left to right."""
    return max(_box_columns(box, scale), len(_label(box)), len(box.size)) + _GAP


def _box_columns(box: Box, scale: VolumeScale) -> int:
    """The width of a box; a thinner one would have no inside."""
    if box.extent is None:
        return _NARROWEST
    return max(scale.columns(box.extent, _WIDEST), _NARROWEST)


def _label(box: Box) -> str:
    name = box.name
    if len(name) > _LONGEST_NAME:
        name = "…" + name[1 - _LONGEST_NAME :]
    return f"✗ {name}" if box.fails else name


def _window(boxes: Sequence[Box], marked: int, width: int, scale: VolumeScale) -> tuple[int, int]:
    """The stretch of boxes around the marked one that fits: from its index to before another."""
    if len(boxes) <= width and sum(_pitch(box, scale) for box in boxes) <= width:
        return 0, len(boxes)
    start, end = marked, marked + 1
    used = _pitch(boxes[marked], scale)
    while True:
        # What comes before and what comes after take turns, so that the marked one is central.
        after_first = end - marked <= marked - start
        for after in (after_first, not after_first):
            index = end if after else start - 1
            if not 0 <= index < len(boxes):
                continue
            pitch = _pitch(boxes[index], scale)
            if used + pitch <= width - _SIGNS:
                used += pitch
                start, end = (start, end + 1) if after else (start - 1, end)
                break
        else:
            return start, end


def _paint_box(
    canvas: Canvas, x: int, y: int, most: int, pitch: int, box: Box, scale: VolumeScale
) -> None:
    palette = canvas.palette
    foot = y + most
    if box.extent is None:
        canvas.write(x, foot - 1, " ✗ " if box.fails else " ? ", box.colour, None, BOLD)
    else:
        rows = scale.rows(box.extent, most)
        columns = _box_columns(box, scale)
        top = foot - rows
        if rows == 1:
            canvas.write(x, top, ("▣" if box.marked else "▢") * columns, box.colour)
        else:
            share = 0.45 if box.marked else 0.2
            canvas.fill(x, top, columns, rows, mix(palette.background, box.colour, share))
            corners = "╔═╗║╚╝" if box.marked else "┌─┐│└┘"
            paint_box(canvas, x, top, columns, rows, corners, box.colour)
    attributes = BOLD if box.marked else 0
    canvas.write(x, foot, _label(box), box.colour if box.fails else palette.text, None, attributes)
    canvas.write(x, foot + 1, box.size, palette.strong if box.marked else palette.dim)
    canvas.spot(x, y, pitch - 1, most + _LABELS, Whole(box.target))
