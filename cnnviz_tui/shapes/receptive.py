"""The receptive field: which part of the input one number deep in a network can see.

Along one axis it is known by three numbers, which each layer changes: its size, the jump between
the fields of neighbouring numbers, and where the first field starts. (Araujo, Norris and Sim,
"Computing Receptive Fields of Convolutional Neural Networks", Distill 2019.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cnnviz_tui.frozen import Frozen
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import Convolution, Layer, Pooling


class ReceptiveField(Frozen):
    """What one position sees along one axis; without arguments, an input that sees itself.

    Args:
        size: how many input positions the field spans.
        jump: the distance of two neighbouring fields in the input.
        start: the input position where the first field starts; negative in the padding.
    """

    size: int = 1
    jump: int = 1
    start: int = 0

    def through(self, axis: Axis) -> ReceptiveField:
        """Return the field after one more layer."""
        return ReceptiveField(
            self.size + (axis.reach - 1) * self.jump,
            self.jump * axis.stride,
            self.start - axis.before * self.jump,
        )

    def positions(self, index: int) -> range:
        """Return the input positions, padding included, that position ``index`` sees."""
        first = self.start + index * self.jump
        return range(first, first + self.size)


def receptive_field(axes: Iterable[Axis]) -> ReceptiveField:
    """Return the field after a chain of windows along one axis, the first one first."""
    field = ReceptiveField()
    for axis in axes:
        field = field.through(axis)
    return field


def receptive_fields(layers: Iterable[Layer], sizes: Sequence[int]) -> tuple[ReceptiveField, ...]:
    """Return the field of each spatial axis after a chain of layers.

    Args:
        layers: convolutions and poolings, the first one first.
        sizes: the spatial sizes of the input.

    Raises:
        ShapeError: if a layer does not fit, or is one whose fields differ from place to place.
    """
    sizes = tuple(sizes)
    fields = [ReceptiveField() for _ in sizes]
    for layer in layers:
        if not isinstance(layer, (Convolution, Pooling)):
            raise ShapeError(
                "A receptive field of one size exists only behind convolutions and poolings, not "
                f"behind {type(layer).__name__}; end the chain before it."
            )
        axes = layer.axes(sizes)
        fields = [field.through(axis) for field, axis in zip(fields, axes, strict=True)]
        sizes = tuple(axis.output for axis in axes)
    return tuple(fields)


def receptive_formula(axes: Iterable[Axis]) -> str:
    """Return the size of the field as a sum over the chain: ``1 + (3 − 1)·1 + (3 − 1)·1 = 5``.

    Each layer adds its window less one, times the strides before it.
    """
    field = ReceptiveField()
    terms = ["1"]
    for axis in axes:
        terms.append(f"({axis.reach} − 1)·{field.jump}")
        field = field.through(axis)
    return f"{' + '.join(terms)} = {field.size}"
