"""Measuring a network node by node: every shape, parameter, MAC and receptive field on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.graph import Node
from cnnviz_tui.networks.operations.base import MisfitError, Sight
from cnnviz_tui.networks.sizes import LARGEST_SIZE, Shape, count, split_batch, without_batch
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.layers import BYTES_PER_NUMBER
from cnnviz_tui.shapes.receptive import ReceptiveField

MOST_LAYERS = 10_000
"""A network of more layers than this is a slip or an attack."""

Field = tuple[ReceptiveField, ...]


@dataclass(frozen=True, slots=True)
class LayerTrace:
    """One row of a trace: a layer in use, measured. Shapes hold the batch; ``sizes`` drops it.

    Args:
        node: what was measured.
        input: the shape of the (first) input, in the framework's order.
        output: the shape of the output.
        parameters: the layer's trainable numbers; None if unknown. A layer that is used twice
            says so in both rows, ``shared`` is set in the second.
        macs: multiply-accumulates for one picture; None if unknown.
        formula: the arithmetic of the sizes.
        receptive_field: how many input positions one number sees along each axis of the
            picture; None where it has no one size.
        shared: whether an earlier row has counted the parameters already.
        fixed: weights that training does not change.
        view: whether the output is the input's own memory.
    """

    node: Node
    input: Shape | None
    output: Shape | None
    parameters: int | None
    macs: int | None
    formula: str
    receptive_field: tuple[int, ...] | None
    shared: bool = False
    fixed: int = 0
    view: bool = False

    @property
    def name(self) -> str:
        """What the source calls the layer."""
        return self.node.name

    @property
    def type(self) -> str:
        """What kind of layer it is, in the source's word."""
        return self.node.type

    @property
    def activation_bytes(self) -> int | None:
        """The memory of the output for one picture, in bytes of float32; a view needs none."""
        if self.view:
            return 0
        numbers = count(self.output)
        return None if numbers is None else BYTES_PER_NUMBER * numbers


class LayerError(ShapeError):
    """The trace ends here: a node does not fit.

    Args:
        node: which one.
        misfit: why.
        shapes: what arrived.
    """

    def __init__(self, node: Node, misfit: MisfitError, shapes: tuple[Shape | None, ...]) -> None:
        super().__init__(str(misfit))
        self.node = node
        self.misfit = misfit
        self.shapes = shapes


class Tracer:
    """Takes the nodes of a network one by one and measures each.

    Args:
        inputs: the shapes of the network's inputs, batch included.
        channels_last: whether pictures are H x W x C, as in Keras.
    """

    def __init__(self, inputs: Sequence[Shape], *, channels_last: bool = False) -> None:
        self.inputs = list(inputs)
        self.channels_last = channels_last
        self.rows: list[LayerTrace] = []
        self.names: dict[str, int] = {}
        self._weighed: set[int] = set()
        self._fields: list[Field | None] = []

    def add_input(self, shape: Shape) -> int:
        """Add one more input and return its index, −1 for the first."""
        self.inputs.append(shape)
        return -len(self.inputs)

    def shape(self, index: int) -> Shape | None:
        """Return what node ``index`` puts out; −1 is the first input."""
        return self.inputs[-index - 1] if index < 0 else self.rows[index].output

    def add(self, node: Node, shapes: Sequence[Shape | None] | None = None) -> int:
        """Measure one more node and return its index.

        Args:
            node: it is renamed where its name was used before: ``relu``, ``relu_1``.
            shapes: what arrives, by default what its inputs put out.

        Raises:
            LayerError: if it does not fit.
            SourceError: if there are too many layers.
        """
        if len(self.rows) >= MOST_LAYERS:
            raise SourceError(
                f"The network has more than {MOST_LAYERS:,} layers; the trace gave up there."
            )
        node = self._named(node)
        arrived = tuple(map(self.shape, node.inputs) if shapes is None else shapes)
        try:
            measure = node.operation.measure(*arrived)
            _require_reasonable(measure.output)
        except MisfitError as misfit:
            raise LayerError(node, misfit, arrived) from None
        seen = self._field(node, measure.sight)
        self._fields.append(seen)
        key = node.weights
        self.rows.append(
            LayerTrace(
                node=node,
                input=arrived[0] if arrived else (),
                output=measure.output,
                parameters=measure.parameters,
                macs=measure.macs,
                formula=measure.formula,
                receptive_field=None if seen is None else tuple(one.size for one in seen),
                shared=key is not None and key in self._weighed,
                fixed=measure.fixed,
                view=measure.view,
            )
        )
        if key is not None:
            self._weighed.add(key)
        return len(self.rows) - 1

    def _named(self, node: Node) -> Node:
        """Return the node under a name that no other has."""
        times = self.names.get(node.name, 0)
        self.names[node.name] = times + 1
        if not times:
            return node
        return self._named(replace(node, name=f"{node.name}_{times}"))

    def _input_field(self, index: int) -> Field | None:
        """Return what node ``index`` sees of the first input."""
        if index >= 0:
            return self._fields[index]
        return tuple(ReceptiveField() for _ in range(max(0, len(self.inputs[-index - 1]) - 2)))

    def _field(self, node: Node, sight: Sight) -> Field | None:
        """Return what a number behind the node sees, the widest of what its inputs see."""
        fields = [self._input_field(index) for index in node.inputs]
        if sight == "unknown" or not fields or any(one is None for one in fields):
            return None
        if sight == "everything":
            return tuple(ReceptiveField(size) for size in self._picture())
        joined = _joined([one for one in fields if one is not None])
        if joined is None or isinstance(sight, str):
            return joined
        if len(joined) != len(sight):
            return None
        return tuple(one.through(axis) for one, axis in zip(joined, sight, strict=True))

    def _picture(self) -> tuple[int, ...]:
        """Return the spatial sizes of the first input."""
        sizes = without_batch(self.inputs[0])
        return tuple(size or 0 for size in (sizes[:-1] if self.channels_last else sizes[1:]))


def _joined(fields: Iterable[Field]) -> Field | None:
    """Return the field that spans all of these, None if they do not move in step."""
    joined, *others = fields
    for other in others:
        if other == joined:
            continue
        if len(other) != len(joined):
            return None
        spans = []
        for one, two in zip(joined, other, strict=True):
            if one.jump != two.jump:
                return None
            start = min(one.start, two.start)
            end = max(one.start + one.size, two.start + two.size)
            spans.append(ReceptiveField(end - start, one.jump, start))
        joined = tuple(spans)
    return joined


def _require_reasonable(shape: Shape | None) -> None:
    """Raise a MisfitError if an axis is longer than any real one."""
    for size in shape or ():
        if size is not None and split_batch(size)[1] > LARGEST_SIZE:
            raise MisfitError("value", f"An axis would be longer than {LARGEST_SIZE:,}, the limit.")
