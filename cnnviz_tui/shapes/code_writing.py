"""The pieces that layers written as code are made of."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.padding import Sides, resolve_padding


def call(name: str, *arguments: object, **options: str) -> str:
    """Return a call with its arguments and those options that are not empty."""
    given = [f"{option}={value}" for option, value in options.items() if value]
    return f"{name}({', '.join([*map(str, arguments), *given])})"


def brief(values: tuple[int, ...], default: int | None = None) -> str:
    """Return one number if all are alike, else a tuple; nothing if all are the default."""
    if len(set(values)) > 1:
        return str(values)
    return "" if values[0] == default else str(values[0])


def sides_of(axes: Sequence[Axis]) -> Sides:
    """Return the zeros before and after each axis."""
    return tuple((axis.before, axis.after) for axis in axes)


def any_side(sides: Sides) -> bool:
    """Return whether there is anything on any side."""
    return any(map(any, sides))


def is_symmetric(sides: Sides) -> bool:
    """Return whether every axis has the same before and after."""
    return all(before == after for before, after in sides)


def keras_sides(sides: Sides) -> str:
    """Return sides as Keras's padding layers take them, as briefly as possible."""
    if len(sides) == 1:
        before, after = sides[0]
        return str(before) if before == after else str(sides[0])
    return brief(tuple(before for before, _ in sides)) if is_symmetric(sides) else str(sides)


def is_keras_same(axes: Sequence[Axis], sides: Sides) -> bool:
    """Return whether "same" puts the windows of a padded layer exactly where they are."""
    if not any_side(sides):
        return False
    words = resolve_padding(
        "same",
        [axis.window for axis in axes],
        [axis.stride for axis in axes],
        [axis.dilation for axis in axes],
        [axis.size for axis in axes],
    )
    return all(
        before == axis.before and axis.output == -(-axis.size // axis.stride)
        for axis, (before, _) in zip(axes, words, strict=True)
    )


def torch_padding(sides: Sides) -> str:
    """Return sides as a PyTorch layer's own padding, nothing if it cannot say them."""
    return brief(tuple(before for before, _ in sides), default=0) if is_symmetric(sides) else ""


def torch_sides(sides: Sides) -> str:
    """Return sides as PyTorch's padding layers take them: the last axis comes first."""
    return str(tuple(side for pair in reversed(sides) for side in pair))


def keras_zeros(sides: Sides) -> str:
    """Return the Keras layer that adds these zeros."""
    return f"layers.ZeroPadding{len(sides)}D({keras_sides(sides)})"


def torch_chain(*parts: str) -> str:
    """Return PyTorch layers one after the other."""
    return f"nn.Sequential({', '.join(parts)})"


def keras_chain(*parts: str) -> str:
    """Return Keras layers one after the other, or the only one."""
    return parts[0] if len(parts) == 1 else f"keras.Sequential([{', '.join(parts)}])"
