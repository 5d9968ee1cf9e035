"""The size formula read backwards: which padding and stride give the output one wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.shapes.axis import Axis, per_axis, require_at_least
from cnnviz_tui.shapes.padding import Sides, resolve_padding
from cnnviz_tui.shapes.transposed import TransposedAxis

MOST_CHOICES = 100
"""A list of choices ends here; nobody reads further."""

# With filters of thousands there are millions of choices; the small ones are the useful ones.
_MOST_TRIED = 10_000


class Choice(Frozen):
    """A padding and a stride, and what they lead to, one entry per axis.

    Args:
        padding: the zeros (before, after) of each axis.
        stride: S of each axis.
        output: the size of the output.
        fits: whether nothing is rounded.
    """

    padding: Sides
    stride: tuple[int, ...]
    output: tuple[int, ...]
    fits: bool


def size_keeping_padding(window: int, dilation: int = 1) -> tuple[int, int]:
    """Return the padding (before, after) that keeps the size at stride 1: D(F − 1) in all.

    Both sides are (F − 1)/2 for an odd filter; an even one needs its odd zero at the end.

    Raises:
        ShapeError: if a number is less than 1.
    """
    require_at_least(1, {"filter size": window, "dilation": dilation})
    return resolve_padding("same", (window,), (1,), (dilation,), (window,))[0]


def choices_for(
    axes: Sequence[Axis | TransposedAxis],
    wanted: Sequence[int],
    *,
    padding: Sides | None = None,
    stride: Sequence[int] | None = None,
    largest_padding: Sequence[int] | None = None,
) -> tuple[Choice, ...]:
    """Return the paddings and strides with which the axes give the wanted sizes.

    Choices that fit come first, then those with a smaller stride and less padding. If one padding
    and one stride serve all axes, only such choices are returned. Paddings are the same before
    and after, and smaller than the window, as more would let a window see nothing but zeros.

    Args:
        axes: what is known; their own padding and stride are replaced.
        wanted: one output size, or one per axis.
        padding: keep this padding instead of trying several.
        stride: keep this stride instead of trying several.
        largest_padding: try no more than this, one number per axis.

    Returns:
        At most ``MOST_CHOICES`` choices; none if nothing gives the wanted sizes.

    Raises:
        ShapeError: if a wanted size is less than 1, or there are more of them than axes.
    """
    goals = per_axis(tuple(wanted), len(axes), "wanted output")
    require_at_least(1, {"wanted output": min(goals)})
    per_axis_choices = [
        sorted(
            islice(
                _axis_choices(
                    axis,
                    goal,
                    None if padding is None else padding[i],
                    None if stride is None else stride[i],
                    axis.reach - 1 if largest_padding is None else largest_padding[i],
                ),
                _MOST_TRIED,
            ),
            key=_preference,
        )
        for i, (axis, goal) in enumerate(zip(axes, goals, strict=True))
    ]
    settings = [{_setting(axis): axis for axis in found} for found in per_axis_choices]
    shared = [
        tuple(found[setting] for found in settings)
        for setting in settings[0]
        if all(setting in found for found in settings)
    ]
    combinations = shared or islice(product(*per_axis_choices), MOST_CHOICES)
    choices = sorted(map(_choice, combinations), key=lambda choice: not choice.fits)
    return tuple(choices[:MOST_CHOICES])


def fitting_neighbours(
    axes: Sequence[Axis], *, largest_padding: Sequence[int] | None = None
) -> tuple[Choice, ...]:
    """Return choices near the given axes with which every window fits.

    One thing is changed at a time: the stride to the next smaller and the next larger that fits,
    the padding on both sides to the next smaller and the next larger, or, where no padding of
    both sides fits, the zeros at the end alone. Paddings stay smaller than the window.

    Args:
        axes: the axes as they are; some may fit already.
        largest_padding: suggest no more than this, one number per axis.
    """
    most = largest_padding or [max(axis.reach - 1, axis.before, axis.after) for axis in axes]
    changes: list[tuple[Axis | None, ...]] = [
        tuple(_with_stride(axis, larger=False) for axis in axes),
        tuple(_with_stride(axis, larger=True) for axis in axes),
        tuple(_with_padding(axis, -1) for axis in axes),
        tuple(_with_padding(axis, 1) for axis in axes),
    ]
    if None in changes[-1]:
        changes.append(
            tuple(axis.changed(after=axis.after + -axis.travel % axis.stride) for axis in axes)
        )
    found: list[Choice] = []
    for change in changes:
        complete = [
            axis
            for axis, limit in zip(change, most, strict=True)
            if axis is not None and max(axis.before, axis.after) <= limit
        ]
        choice = _choice(complete)
        if len(complete) == len(axes) and choice not in found and complete != list(axes):
            found.append(choice)
    return tuple(found)


def _axis_choices(
    axis: Axis | TransposedAxis,
    wanted: int,
    padding: tuple[int, int] | None,
    stride: int | None,
    largest_padding: int,
) -> Iterator[Axis | TransposedAxis]:
    """Yield the axis with each padding and stride that give the wanted size."""
    paddings: Iterable[tuple[int, int]] = ((p, p) for p in range(largest_padding + 1))
    for before, after in paddings if padding is None else [padding]:
        if isinstance(axis, TransposedAxis):
            strides = _transposed_strides(axis, wanted, before + after)
        else:
            strides = _strides(axis, wanted, before, after)
        for s in strides if stride is None else {stride}.intersection(strides):
            candidate = axis.changed(before=before, after=after, stride=s)
            if candidate.output == wanted:
                yield candidate


def _strides(axis: Axis, wanted: int, before: int, after: int) -> range:
    """Return a range that holds every stride that gives the wanted size with this padding."""
    travel = axis.size + before + after - axis.reach
    if travel < 0:
        return range(0)
    if axis.ceil_mode:
        # ⌈travel/S⌉ + 1 is the wanted size, or ⌈(N + P)/S⌉ where windows behind that are dropped.
        starts = axis.size + before
        end = -(-max(travel, starts) // (wanted - 2)) if wanted > 2 else starts
        return range(max(1, min(travel, starts) // wanted), end + 1)
    if wanted == 1:
        # Any stride beyond the travel does; the smallest is enough.
        smallest = travel + 1
        return range(smallest, smallest + 1)
    return range(travel // wanted + 1, travel // (wanted - 1) + 1)


def _transposed_strides(axis: TransposedAxis, wanted: int, cut: int) -> range:
    """Return the stride for which (N − 1)·S − P₀ − P₁ + reach + output padding is wanted."""
    least = 1 if axis.output_padding < axis.dilation else axis.output_padding + 1
    rest = wanted + cut - axis.reach - axis.output_padding
    if axis.size == 1:
        return range(least, least + 1) if rest == 0 else range(0)
    whole, remainder = divmod(rest, axis.size - 1)
    return range(whole, whole + 1) if remainder == 0 and whole >= least else range(0)


def _with_stride(axis: Axis, *, larger: bool) -> Axis | None:
    """Return the axis with the next stride that fits, its own if it fits already.

    No stride larger than the window is suggested: it would skip positions between the windows.
    """
    largest = min(axis.travel, 2 * axis.stride, max(axis.reach, axis.stride))
    candidates = range(axis.stride, largest + 1) if larger else range(axis.stride, 0, -1)
    for stride in candidates:
        if axis.travel % stride == 0:
            return axis.changed(stride=stride)
    return None


def _with_padding(axis: Axis, direction: int) -> Axis | None:
    """Return the axis with more or less padding on both sides so that it fits, if one does."""
    # Beyond one stride the remainders come again.
    for change in range(axis.stride + 1):
        step = change * direction
        if min(axis.before, axis.after) + step < 0 or axis.travel + 2 * step < 0:
            return None
        if (axis.travel + 2 * step) % axis.stride == 0:
            return axis.changed(before=axis.before + step, after=axis.after + step)
    return None


def _preference(axis: Axis | TransposedAxis) -> tuple[bool, int, int]:
    """Sort what fits first, then a small stride, then little padding."""
    return not _fits(axis), axis.stride, axis.before


def _setting(axis: Axis | TransposedAxis) -> tuple[int, int, int]:
    """Return what would be typed to get this axis."""
    return axis.before, axis.after, axis.stride


def _fits(axis: Axis | TransposedAxis) -> bool:
    """Return whether nothing is rounded; a transposed convolution never rounds."""
    return isinstance(axis, TransposedAxis) or axis.fits


def _choice(axes: Sequence[Axis | TransposedAxis]) -> Choice:
    """Return what the axes have in common with a command line."""
    return Choice(
        padding=tuple((axis.before, axis.after) for axis in axes),
        stride=tuple(axis.stride for axis in axes),
        output=tuple(axis.output for axis in axes),
        fits=all(map(_fits, axes)),
    )
