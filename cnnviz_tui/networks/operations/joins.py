"""Where branches meet: concatenation, stacking, addition with broadcasting, matrix products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz_tui.networks.operations.base import Measure, MisfitError, Operation, axis_index
from cnnviz_tui.networks.sizes import Shape, count, shape_text, size_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Concat(Operation):
    """Tensors side by side along one axis.

    Args:
        axis: which one; 1 are the channels of a batch.
    """

    axis: int = 1

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return the joined shape; the sizes along the axis add up, all others must agree.

        Raises:
            MisfitError: if they do not agree.
        """
        shapes = [shape for shape in inputs if shape is not None]
        if len(shapes) < len(inputs) or not shapes:
            return Measure(None, sight="unknown")
        first = shapes[0]
        if any(len(shape) != len(first) for shape in shapes):
            raise _disagree("concatenated", shapes, "they have different numbers of axes")
        axis = axis_index(self.axis, len(first))
        for place in range(len(first)):
            known = {shape[place] for shape in shapes} - {None}
            if place != axis and len(known) > 1:
                raise _disagree(
                    "concatenated",
                    shapes,
                    f"all sizes but those on axis {axis} must agree",
                    place,
                )
        along = [shape[axis] for shape in shapes]
        numbers = [size for size in along if size is not None]
        total = sum(numbers) if len(numbers) == len(along) else None
        output = (*first[:axis], total, *first[axis + 1 :])
        sizes = " + ".join(map(size_text, along))
        return Measure(output, formula=f"{sizes} = {size_text(total)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack(Operation):
    """Tensors of one shape side by side along a new axis.

    Args:
        axis: where the new axis goes.
    """

    axis: int = 0

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return the shape with the new axis.

        Raises:
            MisfitError: if the shapes differ.
        """
        shapes = [shape for shape in inputs if shape is not None]
        if len(shapes) < len(inputs) or not shapes:
            return Measure(None, sight="unknown")
        if len(set(shapes)) > 1:
            raise _disagree("stacked", shapes, "they must be alike")
        axis = axis_index(self.axis, len(shapes[0]) + 1)
        return Measure((*shapes[0][:axis], len(shapes), *shapes[0][axis:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Combine(Operation):
    """Addition, product and the like, number by number.

    Shapes are matched from the last axis on; an axis of 1, or a missing one, is repeated.

    Args:
        verb: what is done, for the error: "added".
    """

    verb: str = "added"

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return the common shape.

        Raises:
            MisfitError: if two sizes differ and neither is 1.
        """
        shapes = [shape for shape in inputs if shape is not None]
        if len(shapes) < len(inputs):
            return Measure(None)
        rank = max(map(len, shapes))
        padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
        output: list[int | None] = []
        for place, sizes in enumerate(zip(*padded, strict=True)):
            larger = {size for size in sizes if size != 1}
            known = larger - {None}
            if len(known) > 1:
                raise _disagree(self.verb, shapes, "they must have the same shape", place)
            output.append(known.pop() if known else None if larger else 1)
        return Measure(tuple(output))


@dataclass(frozen=True, slots=True, kw_only=True)
class MatMul(Operation):
    """The product of two stacks of matrices."""

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return the stack of products, ``(..., n, k) @ (..., k, m)`` to ``(..., n, m)``.

        Raises:
            MisfitError: if the inner sizes differ.
        """
        left, right = inputs
        if left is None or right is None or min(len(left), len(right)) < 2:
            return Measure(None, macs=None, sight="unknown")
        inner = {left[-1], right[-2]} - {None}
        if len(inner) > 1:
            raise _disagree(
                "multiplied",
                [left, right],
                "the last size of the first must be the last but one of the second",
            )
        stack = Combine(verb="multiplied").measure(left[:-2], right[:-2]).output
        output = None if stack is None else (*stack, left[-2], right[-1])
        numbers = count(output)
        shared = inner.pop() if inner else None
        macs = None if numbers is None or shared is None else numbers * shared
        return Measure(output, macs=macs, sight="unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain(Operation):
    """Operations one after the other that count as one layer, as a separable convolution does.

    Args:
        operations: the first one first; those behind it look at single positions.
    """

    operations: tuple[Operation, ...]

    def measure(self, *inputs: Shape | None) -> Measure:
        """Return what comes out of the last one, with the costs of all.

        Raises:
            MisfitError: if one of them does not fit.
        """
        first = result = self.operations[0].measure(*inputs)
        parameters, macs = [first.parameters], [first.macs]
        for operation in self.operations[1:]:
            result = operation.measure(result.output)
            parameters.append(result.parameters)
            macs.append(result.macs)
        return Measure(
            result.output,
            None if None in parameters else sum(one or 0 for one in parameters),
            None if None in macs else sum(one or 0 for one in macs),
            first.formula,
            first.sight,
        )


def _disagree(
    verb: str, shapes: Sequence[Shape], rule: str, place: int | None = None
) -> MisfitError:
    """Return the misfit of tensors that cannot be joined; ``place`` is an axis that differs."""
    texts = [shape_text(shape) for shape in shapes]
    if len(texts) > 4:
        texts = [*texts[:3], "…", texts[-1]]
    differing = ""
    usual = shapes[0]
    odd = next((shape for shape in shapes if shape != usual), usual)
    if place is not None and len({len(shape) for shape in shapes}) == 1:
        sizes = [shape[place] for shape in shapes]
        differing = f" (here {' and '.join(map(size_text, dict.fromkeys(sizes)))})"
        # The one that differs from most of the others is the one to look at.
        common = max(sizes, key=sizes.count)
        usual = shapes[sizes.index(common)]
        odd = next(shape for shape in shapes if shape[place] != common)
    return MisfitError(
        "join",
        f"Tensors of {' and '.join(texts)} cannot be {verb}: {rule}{differing}.",
        expected=usual,
        got=odd,
    )
