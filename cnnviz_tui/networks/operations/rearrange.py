"""The same numbers in another order or shape, and the few operations that crop, pad or resize."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from cnnviz_tui.networks.operations.base import Measure, MisfitError, Operation, axis_index
from cnnviz_tui.networks.sizes import (
    BATCH,
    Shape,
    count,
    shape_text,
    size_text,
    split_batch,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flatten(Operation):
    """Axes ``start`` to ``end`` become one; torch.flatten.

    Args:
        start: the first of them; 1 keeps the batch apart.
        end: the last of them, itself included.
    """

    start: int = 1
    end: int = -1

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return the flattened shape.

        Raises:
            MisfitError: if there are no such axes.
        """
        shape = inputs[0]
        if shape is None:
            known = (BATCH, None) if (self.start, self.end) == (1, -1) else None
            return Measure(known, view=True)
        if shape == (BATCH,):
            return Measure((BATCH, 1), view=True)
        start, end = axis_index(self.start, len(shape)), axis_index(self.end, len(shape))
        if start > end:
            raise MisfitError("axes", f"Axis {start} does not stand before axis {end}.")
        merged = shape[start : end + 1]
        numbers = [size for size in merged if size is not None]
        total = prod(numbers) if len(numbers) == len(merged) else None
        formula = f"{'·'.join(map(size_text, merged))} = {size_text(total)}"
        return Measure((*shape[:start], total, *shape[end + 1 :]), formula=formula, view=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reshape(Operation):
    """The same numbers under new sizes; ``view`` and ``reshape`` of PyTorch.

    Args:
        sizes: the new sizes, the batch included; -1 once for what remains, None where unknown.
    """

    sizes: tuple[int | None, ...]

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return the new shape.

        Raises:
            MisfitError: if the numbers are more or fewer than before.
        """
        shape = inputs[0]
        free = self.sizes.count(-1)
        given = [size for size in self.sizes if size is not None and size != -1]
        if free > 1 or any(size < 0 for size in given):
            raise MisfitError("view", "A view may have one −1 only, and no other negative size.")
        numbers = [] if shape is None else [size for size in shape if size is not None]
        unknown = shape is None or len(numbers) < len(shape) or None in self.sizes
        if unknown:
            return Measure(
                tuple(self._guess(place, size) for place, size in enumerate(self.sizes)), view=True
            )
        have, wanted = prod(numbers), prod(given)
        if (free and (not wanted or have % wanted)) or (not free and have != wanted):
            raise self._misfit(shape or (), wanted)
        rest = have // wanted if free else 1
        output = tuple(rest if size == -1 else size for size in self.sizes)
        pieces = "·".join(size_text(size) for size in (shape or ())[1:])
        formula = f"{pieces} = {size_text(count(shape))}" if len(output) == 2 else ""
        return Measure(output, formula=formula, view=True)

    def _guess(self, place: int, size: int | None) -> int | None:
        """Return a size of the output where the input's is unknown."""
        if size == -1:
            return BATCH if place == 0 else None
        return size

    def _misfit(self, shape: Shape, wanted: int) -> MisfitError:
        """Say why the numbers do not go into the new sizes."""
        have = count(shape) or 0
        call = ", ".join("B" if size == BATCH else str(size) for size in self.sizes)
        call = call.replace("-", "−")
        power, per_picture = split_batch(wanted)
        message = (
            f"One picture is {shape_text(shape)} = {have:,} numbers, but the view ({call}) makes "
            f"rows of {per_picture:,}"
        )
        if not power and self.sizes[0] == -1:
            message += ": with −1 in front it would cut across pictures, mixing batch and features"
        return MisfitError(
            "view",
            message + ".",
            expected=per_picture,
            got=have,
            argument="sizes",
            wanted=have if len(self.sizes) == 2 else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Permute(Operation):
    """The axes in another order.

    Args:
        order: for each axis of the output, which one of the input it is.
    """

    order: tuple[int, ...]

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return the reordered shape.

        Raises:
            MisfitError: if the order does not name every axis once.
        """
        shape = inputs[0]
        if shape is None:
            return Measure(None, sight="unknown")
        order = [axis_index(axis, len(shape)) for axis in self.order]
        if sorted(order) != list(range(len(shape))):
            raise MisfitError(
                "axes",
                f"The order {self.order} does not name each of the {len(shape)} axes of the "
                "tensor (batch included) once.",
            )
        return Measure(tuple(shape[axis] for axis in order))


@dataclass(frozen=True, slots=True, kw_only=True)
class Become(Operation):
    """Anything whose output shape its reader has worked out: slices, squeezes, means.

    Args:
        shape: what comes out.
        keeps_sight: whether each output still sees what the inputs saw.
        view: whether it is the input's own memory.
    """

    shape: Shape | None
    keeps_sight: bool = True
    view: bool = False

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return the shape."""
        return Measure(self.shape, sight="same" if self.keeps_sight else "unknown", view=self.view)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduce(Operation):
    """The mean, sum or maximum over some axes.

    Args:
        axes: which ones.
        keep: whether they stay as axes of 1.
    """

    axes: tuple[int, ...]
    keep: bool = False

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return the shape without these axes.

        Raises:
            MisfitError: if there are no such axes.
        """
        shape = inputs[0]
        if shape is None:
            return Measure(None, sight="everything")
        gone = {axis_index(axis, len(shape)) for axis in self.axes}
        output = [
            1 if place in gone else size
            for place, size in enumerate(shape)
            if self.keep or place not in gone
        ]
        spatial = gone & set(range(2, len(shape)))
        return Measure(tuple(output), sight="everything" if spatial else "same")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resize(Operation):
    """Upsampling and interpolation.

    Args:
        size: the wanted spatial sizes, or None.
        scale: the factor for each spatial axis, where no size is given.
        channels_last: whether the channels stand last.
    """

    size: tuple[int, ...] | None = None
    scale: tuple[float, ...] | None = None
    channels_last: bool = False

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return the resized shape.

        Raises:
            MisfitError: if there are fewer spatial axes than numbers.
        """
        shape = inputs[0]
        if shape is None:
            return Measure(None, sight="unknown")
        spatial = shape[1:-1] if self.channels_last else shape[2:]
        numbers: tuple[float, ...] = self.size or self.scale or (1,)
        if len(numbers) == 1:
            numbers = numbers * len(spatial)
        if len(numbers) != len(spatial):
            raise MisfitError(
                "axes",
                f"The resizing names {len(numbers)} axes, but {shape_text(shape)} has "
                f"{len(spatial)} spatial ones.",
                got=shape,
            )
        sizes = tuple(
            int(number) if self.size else None if old is None else int(old * number)
            for old, number in zip(spatial, numbers, strict=True)
        )
        if any(size is not None and size < 1 for size in sizes):
            raise MisfitError("vanishes", f"The resizing leaves nothing of {shape_text(shape)}.")
        output = (shape[0], *sizes, shape[-1]) if self.channels_last else (*shape[:2], *sizes)
        return Measure(output, sight="unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pad(Operation):
    """Numbers added around the input, or cropped where negative.

    Args:
        sides: (before, after) for the axes from the last one backwards, as PyTorch counts.
        channels_last: whether the first of them is the last axis but one.
    """

    sides: tuple[tuple[int, int], ...]
    channels_last: bool = False

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return the padded shape.

        Raises:
            MisfitError: if there are too few axes, or nothing is left.
        """
        shape = inputs[0]
        if shape is None:
            return Measure(None, sight="unknown")
        output = list(shape)
        last = len(shape) - 1 - self.channels_last
        if last - len(self.sides) + 1 < 0:
            raise MisfitError(
                "axes", f"The padding names {len(self.sides)} axes, {shape_text(shape)} has fewer."
            )
        for step, (before, after) in enumerate(self.sides):
            old = output[last - step]
            if old is not None:
                new = old + before + after
                if new < 1:
                    raise MisfitError(
                        "vanishes", f"The cropping leaves nothing of {shape_text(shape)}."
                    )
                output[last - step] = new
        return Measure(tuple(output))


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelShuffle(Operation):
    """Channels become pixels: C·r² x H x W to C x H·r x W·r.

    Args:
        factor: r.
    """

    factor: int

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return the shuffled shape.

        Raises:
            MisfitError: if r² does not divide the channels.
        """
        shape = inputs[0]
        if shape is None or None in shape[-3:]:
            return Measure(None, sight="unknown")
        channels, height, width = (size or 0 for size in shape[-3:])
        if self.factor < 1 or channels % self.factor**2:
            raise MisfitError(
                "channels",
                f"{channels} channels cannot become pixels: they are no multiple of "
                f"{self.factor}·{self.factor}.",
                got=channels,
            )
        return Measure(
            (*shape[:-3], channels // self.factor**2, height * self.factor, width * self.factor),
            sight="unknown",
        )
