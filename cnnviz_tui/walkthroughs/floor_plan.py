"""A traced network as people speak of it: layers with what follows them, blocks, branches.

A trace has a row for every ReLU and every batch normalisation. Here a *unit* is a convolution,
pooling, dense layer or join together with the element-wise layers behind it, and a *block* is what
the network's description repeats under one name, with its branches told apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cnnviz_tui.networks.operations.dense import Elementwise, Linear, Norm
from cnnviz_tui.networks.operations.joins import Combine, Concat
from cnnviz_tui.networks.operations.rearrange import Flatten
from cnnviz_tui.networks.operations.windows import Conv, DepthwiseConv, TableConv
from cnnviz_tui.networks.result import Trace
from cnnviz_tui.networks.sizes import Shape, without_batch
from cnnviz_tui.networks.tracing import LayerTrace
from cnnviz_tui.networks.zoo.catalogue import ZooNetwork, load
from cnnviz_tui.shapes.axis import per_axis

_FOLLOWS = (Elementwise, Norm, Flatten)
_CONVOLUTIONS = (Conv, DepthwiseConv, TableConv)
_WEIGHTED = (*_CONVOLUTIONS, Linear)
_JOINS = (Concat, Combine)


@dataclass(frozen=True, slots=True)
class Unit:
    """A layer and the element-wise layers behind it.

    Attributes:
        name: what the description calls the layer.
        rows: all of it, the layer itself first.
    """

    name: str
    rows: tuple[LayerTrace, ...]

    @property
    def main(self) -> LayerTrace:
        """The layer itself."""
        return self.rows[0]

    @property
    def output(self) -> Shape:
        """What the layer puts out."""
        return self.main.output or ()

    @property
    def block(self) -> str:
        """The name of the block that it belongs to; its own where it stands alone."""
        return self.name.rpartition(".")[0] or self.name

    @property
    def kind(self) -> str:
        """What it is: ``conv 3×3/2``, ``maxpool 2×2/2``, ``linear``."""
        operation, word = self.main.node.operation, self.main.type
        size = getattr(operation, "kernel_size", None)
        if size is None:
            return word
        height, width = per_axis(size, 2, "kernel size")
        stride = getattr(operation, "stride", None) or size
        down = per_axis(stride, 2, "stride")[0]
        return f"{word} {height}×{width}" + (f"/{down}" if down > 1 else "")

    @property
    def followers(self) -> str:
        """The layers behind it, in order."""
        return ", ".join(row.type for row in self.rows[1:])

    @property
    def parameters(self) -> int:
        """The trainable numbers."""
        return sum(row.parameters or 0 for row in self.rows if not row.shared)

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one picture."""
        return sum(row.macs or 0 for row in self.rows)

    @property
    def memory(self) -> int:
        """Bytes of float32 of all its outputs for one picture."""
        return sum(row.activation_bytes or 0 for row in self.rows)

    @property
    def family(self) -> str:
        """What it is counted as: convolutions, dense layers, or all the rest."""
        operation = self.main.node.operation
        if isinstance(operation, _CONVOLUTIONS):
            return "convolutions"
        return "dense layers" if isinstance(operation, Linear) else "everything else"


@dataclass(frozen=True, slots=True)
class Block:
    """Units that belong together. All numbers are indices of the plan's units.

    Attributes:
        name: what the description calls it.
        units: all of it.
        stem: what comes before the branches.
        branches: the ways side by side, each in order; an empty one is the input itself.
        join: where the branches meet; None where there are none.
    """

    name: str
    units: tuple[int, ...]
    stem: tuple[int, ...] = ()
    branches: tuple[tuple[int, ...], ...] = ()
    join: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What one family of layers has of the whole."""

    family: str
    parameters: int
    macs: int
    memory: int


@dataclass(frozen=True)
class FloorPlan:
    """A network of the zoo, traced and taken apart.

    Attributes:
        network: its description.
        trace: every row.
        units: all units, in the order of use.
        blocks: all blocks, likewise.
    """

    network: ZooNetwork
    trace: Trace
    units: tuple[Unit, ...]
    blocks: tuple[Block, ...]

    @property
    def parameters(self) -> int:
        """The trainable numbers of the network."""
        return self.trace.total_parameters or 0

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one picture."""
        return self.trace.total_macs or 0

    @property
    def memory(self) -> int:
        """Bytes of float32 of all activations of one picture."""
        return self.trace.activation_bytes or 0

    @property
    def weighted(self) -> int:
        """How many convolutions and dense layers there are."""
        return sum(isinstance(row.node.operation, _WEIGHTED) for row in self.trace.layers)

    @property
    def depth(self) -> int:
        """Convolutions and dense layers on the longest way to any output.

        This is how networks are named: the shortcuts of ResNet-18 do not count.
        """
        depths: list[int] = []
        for row in self.trace.layers:
            before = max((depths[i] for i in row.node.inputs if i >= 0), default=0)
            depths.append(before + isinstance(row.node.operation, _WEIGHTED))
        return max(depths)

    def block_of(self, unit: int) -> int:
        """The index of the block that a unit belongs to."""
        return next(i for i, block in enumerate(self.blocks) if unit in block.units)

    def label(self, unit: int) -> str:
        """What a unit is called: by its block's name where it is all of the block."""
        alone = len(self.blocks[self.block_of(unit)].units) == 1
        return self.units[unit].block if alone else self.units[unit].name

    def shares(self) -> tuple[Share, ...]:
        """What convolutions, dense layers and all the rest have of the whole."""
        families = dict.fromkeys(("convolutions", "dense layers", "everything else"))
        return tuple(
            Share(
                family,
                sum(unit.parameters for unit in chosen),
                sum(unit.macs for unit in chosen),
                sum(unit.memory for unit in chosen),
            )
            for family in families
            for chosen in [[unit for unit in self.units if unit.family == family]]
        )

    def modules(self) -> tuple[int, ...]:
        """The indices of the blocks whose branches are concatenated: the Inception modules."""
        return tuple(
            i
            for i, block in enumerate(self.blocks)
            if block.join is not None
            and isinstance(self.units[block.join].main.node.operation, Concat)
            and len(block.branches) == 4
        )


@lru_cache(maxsize=32)
def floor_plan(name: str) -> FloorPlan:
    """The plan of the network that the zoo calls `name`.

    Raises:
        SourceError: there is no such network.
    """
    network = load(name)
    trace = network.trace()
    units, owner = _units(trace)
    return FloorPlan(network, trace, units, _blocks(units, owner))


def _units(trace: Trace) -> tuple[tuple[Unit, ...], list[int]]:
    """The units, and the index of each row's unit."""
    owner: list[int] = []
    rows: list[list[LayerTrace]] = []
    for row in trace.layers:
        source = row.node.inputs[0] if row.node.inputs else -1
        if isinstance(row.node.operation, _FOLLOWS) and source >= 0:
            owner.append(owner[source])
            rows[owner[source]].append(row)
        else:
            owner.append(len(rows))
            rows.append([row])
    return tuple(Unit(each[0].name, tuple(each)) for each in rows), owner


def _blocks(units: tuple[Unit, ...], owner: list[int]) -> tuple[Block, ...]:
    members: dict[str, list[int]] = {}
    for index, unit in enumerate(units):
        members.setdefault(unit.block, []).append(index)
    return tuple(_block(name, units, tuple(inside), owner) for name, inside in members.items())


def _sources(units: tuple[Unit, ...], unit: int, owner: list[int]) -> list[int]:
    """The units that feed a unit; −1 is the picture."""
    return [owner[i] if i >= 0 else -1 for i in units[unit].main.node.inputs]


def _block(name: str, units: tuple[Unit, ...], inside: tuple[int, ...], owner: list[int]) -> Block:
    joins = [i for i in inside if isinstance(units[i].main.node.operation, _JOINS)]
    if not joins:
        return Block(name, inside)
    join = joins[-1]
    ways: list[list[int]] = []
    for source in _sources(units, join, owner):
        way: list[int] = []
        while source in inside:
            way.insert(0, source)
            source = _sources(units, source, owner)[0]
        ways.append(way)
    shared = {unit for way in ways for unit in way if sum(unit in other for other in ways) > 1}
    branches = tuple(tuple(unit for unit in way if unit not in shared) for way in ways)
    return Block(name, inside, tuple(sorted(shared)), branches, join)


def weights_text(row: LayerTrace) -> str:
    """How a layer's parameters come about: ``(3·3·64 + 1)·128 = 73,856``; empty if it has none.

    A filter of F×F reaches through the C/G channels of its group and adds a bias; there are K.
    """
    operation, shape = row.node.operation, without_batch(row.input or ())
    if isinstance(operation, Conv) and shape and shape[0] is not None:
        height, width = per_axis(operation.kernel_size, 2, "kernel size")
        channels = shape[0] // operation.groups
        one = f"{height}·{width}·{channels}"
        bias = " + 1" if operation.bias else ""
        filters = operation.out_channels
        number = (height * width * channels + operation.bias) * filters
        text = f"({one}{bias})·{filters}" if bias else f"{one}·{filters}"
        return f"{text} = {number:,}" if number == row.parameters else ""
    if isinstance(operation, Linear):
        return row.formula
    return ""


def positions_text(row: LayerTrace) -> str:
    """How a convolution's MACs come about: each weight is used once at every output position."""
    operation, shape = row.node.operation, without_batch(row.output or ())
    if not isinstance(operation, (Conv, DepthwiseConv)) or len(shape) != 3 or not row.macs:
        return ""
    height, width = shape[1] or 0, shape[2] or 0
    weights = row.macs // (height * width)
    return f"{weights:,} weights × {height}×{width} positions = {row.macs:,}"
