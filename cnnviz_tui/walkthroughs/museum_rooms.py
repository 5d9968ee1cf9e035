"""The side rooms of the museum: one question each, answered by tracing networks.

Every number is measured on a trace: of the exhibit itself, or of a few layers written in our
notation for the comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cnnviz_tui.networks.operations.windows import Conv, TableConv
from cnnviz_tui.networks.result import Trace
from cnnviz_tui.networks.sizes import Shape, shape_text, without_batch
from cnnviz_tui.networks.trace import trace
from cnnviz_tui.shapes.axis import per_axis
from cnnviz_tui.walkthroughs.floor_plan import Block, FloorPlan, floor_plan

_BATCHES = (1, 16, 64, 256)


@dataclass(frozen=True, slots=True)
class Bar:
    """One value of a comparison.

    Attributes:
        label: what it belongs to.
        value: how much, in the unit of its chart.
        note: what stands behind it.
    """

    label: str
    value: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Values of one kind below each other.

    Attributes:
        title: what they are.
        unit: "parameters", "MACs" or "bytes".
        bars: the values.
    """

    title: str
    unit: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """A question and its answer.

    Attributes:
        key: what one types.
        title: the question, short.
        texts: the answer, a paragraph each.
        charts: the numbers.
        drawing: lines of signs, all of one letter's width.
        block: the block that is drawn with its branches, of the plan that it belongs to.
        explorer: a mechanism and its example that show the same in detail; None for none.
    """

    key: str
    title: str
    texts: tuple[str, ...]
    charts: tuple[Chart, ...]
    drawing: tuple[str, ...] = ()
    block: int | None = None
    explorer: tuple[str, str] | None = None


@lru_cache(maxsize=32)
def rooms(network: str) -> tuple[Room, ...]:
    """The side rooms of a network of the zoo; many have none."""
    plan = floor_plan(network)
    makers: dict[str, Callable[[FloorPlan], tuple[Room, ...]]] = {
        "lenet5-1998": _table_room,
        "alexnet": lambda plan: (_cards_room(plan), _counting_room(plan)),
        "alexnet-one-column": lambda plan: (_counting_room(plan),),
        "mobilenet_v1": lambda plan: (_separable_room(),),
    }
    if network.startswith("vgg"):
        return (_filters_room(2), _filters_room(3), _parameters_room(plan), _memory_room(plan))
    if network.startswith("googlenet"):
        return tuple(inception_room(plan, block) for block in plan.modules())
    return makers[network](plan) if network in makers else ()


def _measured(text: str, shape: Shape) -> Trace:
    """The trace of some layers on an input, channels first, without the batch."""
    return trace(text, [[size or 1 for size in without_batch(shape)]])


def _chart_of(unit: str, traces: dict[str, Trace]) -> Chart:
    parameters = unit == "parameters"
    bars = tuple(
        Bar(label, (each.total_parameters if parameters else each.total_macs) or 0)
        for label, each in traces.items()
    )
    return Chart(unit, unit, bars)


def per_cent(part: int, whole: int) -> str:
    """A share in per cent, with one decimal."""
    return f"{100 * part / whole:.1f} %"


# -- LeNet ----------------------------------------------------------------------------------------


def _table_room(plan: FloorPlan) -> tuple[Room, ...]:
    row = next(r for r in plan.trace.layers if isinstance(r.node.operation, TableConv))
    operation = row.node.operation
    assert isinstance(operation, TableConv)  # noqa: S101 - for the type checker
    height, width = per_axis(operation.kernel_size, 2, "kernel size")
    seen, maps = sum(operation.maps), len(operation.maps)
    full = _measured(f"conv {maps} {height}", row.input or ())
    counts = ", ".join(
        f"{operation.maps.count(number)} of them {number}" for number in sorted(set(operation.maps))
    )
    text = (
        f"The {maps} maps of {row.name} do not see all maps below: {counts}. That makes {seen} "
        f"kernels of {height}×{width} and {maps} biases, {height * width}·{seen} + {maps} = "
        f"{row.parameters:,} parameters. It saves work, and as different maps see different "
        "things, they cannot all become the same."
    )
    chart = Chart(
        "parameters",
        "parameters",
        (Bar("as published", row.parameters or 0), Bar("all see all", full.total_parameters or 0)),
    )
    return (Room("table", "who sees whom in C3?", (text,), (chart,)),)


# -- AlexNet --------------------------------------------------------------------------------------


def _cards_room(plan: FloorPlan) -> Room:
    whole = trace(plan.network.text.replace("groups=2", "groups=1"), [plan.network.input])
    rows = [row for row in plan.trace.layers if isinstance(row.node.operation, Conv)]
    alone = [row for row in rows if getattr(row.node.operation, "groups", 1) == 2]
    others = [r for r in whole.layers if r.name in {row.name for row in alone}]
    texts = (
        "It was trained on two graphics cards, so every layer was cut in two: half of the maps "
        "live on each card. "
        + " ".join(
            f"{row.name}: {_half(row.output)} maps each, "
            + ("from its own card only." if row in alone else "from all that is below.")
            for row in rows
        ),
        f"{_joined([row.name for row in alone])} are grouped convolutions with two groups: a "
        "filter reaches through half of the channels, which halves its weights. Without the cut "
        f"the network would have {whole.total_parameters:,} parameters instead of "
        f"{plan.parameters:,}, and {whole.total_macs:,} MACs instead of {plan.macs:,}.",
    )
    bars = []
    for row, other in zip(alone, others, strict=True):
        bars += [
            Bar(f"{row.name} in two", row.parameters or 0),
            Bar(f"{row.name} whole", other.parameters or 0),
        ]
    chart = Chart("parameters", "parameters", tuple(bars))
    return Room(
        "cards", "why two columns?", texts, (chart,), _cards(plan), explorer=("groups", "grouped")
    )


def _cards(plan: FloorPlan) -> tuple[str, ...]:
    """Both cards as two lines: how many maps each has, and where maps change cards."""
    units = [unit for unit in plan.units if unit.family != "everything else"][:-1]
    names, first, second = " " * 8, "card 1  ", "card 2  "
    for number, unit in enumerate(units):
        alone = getattr(unit.main.node.operation, "groups", 1) == 2
        if number:
            first += "────" if alone else "─╲╱─"
            second += "────" if alone else "─╱╲─"
            names += " " * 4
        maps = _half(unit.output)
        first += f"{maps:^6}"
        second += f"{maps:^6}"
        names += f"{unit.name:^6}"
    return names.rstrip(), first.rstrip(), second.rstrip()


def _half(shape: Shape | None) -> int:
    return (without_batch(shape or (0,))[0] or 0) // 2


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _counting_room(plan: FloorPlan) -> Room:
    units = [unit for unit in plan.units if unit.family != "everything else"]
    convolutions = [unit for unit in units if unit.family == "convolutions"]
    dense = [unit for unit in units if unit.family == "dense layers"]
    everything = len(plan.trace.layers)
    texts = (
        f"With weights: {len(convolutions)} convolutions and {len(dense)} dense layers, "
        f"{len(units)} layers. That is the paper's count.",
        f"Who says {len(units) - 1} leaves one out: the last dense layer is the output and no "
        f"hidden layer, so there are {len(units) - 1} hidden layers with weights.",
        f"A program counts everything that is called: with ReLU, pooling, dropout and the rest "
        f"the trace has {everything} rows. When someone quotes a number of layers, ask what was "
        "counted.",
    )
    chart = Chart(
        "parameters",
        "parameters",
        tuple(Bar(unit.name, unit.parameters, unit.kind) for unit in units),
    )
    return Room("counting", f"{len(units) - 1} layers or {len(units)}?", texts, (chart,))


# -- VGG ------------------------------------------------------------------------------------------


def _filters_room(count: int) -> Room:
    """`count` 3×3 layers against the one layer that sees as much."""
    channels, side = 256, 56
    shape = (channels, side, side)
    small = _measured(" | ".join([f"conv {channels} 3 pad=1"] * count), shape)
    seen = (small.layers[-1].receptive_field or (0,))[0]
    large = _measured(f"conv {channels} {seen} pad={seen // 2}", shape)
    words = {2: "two", 3: "three"}
    few, many = small.total_parameters or 0, large.total_parameters or 0
    text = (
        f"A number behind {words[count]} 3×3 layers sees {seen}×{seen} positions, just as one "
        f"{seen}×{seen} layer does. For C channels in and out that is {count}·9·C² = "
        f"{9 * count}·C² weights against {seen * seen}·C²: "
        f"{per_cent(many - few, many)} fewer parameters, biases included. And there are {count} "
        "ReLUs on the way instead of one."
    )
    traces = {f"{words[count]} 3×3": small, f"one {seen}×{seen}": large}
    charts = tuple(_chart_of(unit, traces) for unit in ("parameters", "MACs"))
    return Room(
        f"{words[count]}-3x3",
        f"{words[count]} 3×3 against one {seen}×{seen}",
        (text, f"The charts are for {channels} channels on {side}×{side} positions."),
        charts,
        explorer=("field", f"{words[count]}-3x3"),
    )


def _parameters_room(plan: FloorPlan) -> Room:
    shares = {share.family: share for share in plan.shares()}
    dense, convolutions = shares["dense layers"], shares["convolutions"]
    largest = max(plan.units, key=lambda unit: unit.parameters)
    texts = (
        f"Of {plan.parameters:,} parameters {dense.parameters:,} are in the dense layers: "
        f"{per_cent(dense.parameters, plan.parameters)}. {largest.name} alone has "
        f"{largest.parameters:,}, as it takes all of the last volume: {largest.main.formula}.",
        f"The work is elsewhere: the convolutions do "
        f"{per_cent(convolutions.macs, plan.macs)} of the MACs, because a filter is used at every "
        "position, a dense weight once.",
    )
    chart = Chart(
        "parameters",
        "parameters",
        tuple(
            Bar(plan.label(index), unit.parameters, unit.kind)
            for index, unit in enumerate(plan.units)
            if unit.parameters
        ),
    )
    return Room("parameters", "where do the parameters live?", texts, (chart,))


def _memory_room(plan: FloorPlan) -> Room:
    first = plan.units[0]
    texts = (
        f"The forward pass of one picture writes {plan.memory:,} bytes of activations. Training "
        "keeps them all for the backward pass; whoever only wants the answer may forget a volume "
        "as soon as the next layer has read it. Parameters are counted in both, with a gradient "
        "for each in training.",
        f"Large pictures are early: {plan.label(0)} alone puts out {shape_text(first.output)}, "
        f"which with its ReLU is {per_cent(first.memory, plan.memory)} of all activations.",
    )
    charts = (
        Chart(
            "memory by batch",
            "bytes",
            tuple(
                Bar(f"{batch:>3} {word}", (need.training if train else need.inference) or 0)
                for batch in _BATCHES
                for need in [plan.trace.memory(batch)]
                for train, word in ((False, "infer"), (True, "train"))
            ),
        ),
        Chart(
            "activations of one picture",
            "bytes",
            tuple(
                Bar(plan.label(index), unit.memory, shape_text(unit.output))
                for index, unit in enumerate(plan.units)
            ),
        ),
    )
    return Room("memory", "what does a forward pass need?", texts, charts)


# -- GoogLeNet ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Saving:
    """An Inception module with its 1×1 reductions and without.

    Attributes:
        reduced: the module as it is.
        naive: every branch works on all input channels; pooling passes them all on.
    """

    reduced: Trace
    naive: Trace


def saving_of(plan: FloorPlan, block: Block) -> Saving:
    """Trace a module with and without its reductions, on the input that it has."""
    units = plan.units
    ways = [[units[i] for i in branch] for branch in block.branches]
    shape = ways[0][0].main.input or ()

    def written(unit_index: int, way: int) -> str:
        unit = ways[way][unit_index]
        operation = unit.main.node.operation
        if not isinstance(operation, Conv):
            return "maxpool 3 stride=1 pad=1"
        size = per_axis(operation.kernel_size, 2, "kernel size")[0]
        bias = "" if operation.bias else " bias=no | bn"
        return f"conv {operation.out_channels} {size} pad={size // 2}{bias}"

    reduced = [" | ".join(written(i, w) for i in range(len(way))) for w, way in enumerate(ways)]
    # What stays without the 1×1 layers: the last of each way, and the pooling alone.
    naive = [written(-1, w) if w < len(ways) - 1 else written(0, w) for w in range(len(ways))]
    return Saving(
        _measured(f"concat({', '.join(reduced)})", shape),
        _measured(f"concat({', '.join(naive)})", shape),
    )


def inception_room(plan: FloorPlan, index: int) -> Room:
    """An Inception module from inside."""
    block = plan.blocks[index]
    saving = saving_of(plan, block)
    join = plan.units[block.join or 0]
    shape = plan.units[block.branches[0][0]].main.input or ()
    few, many = saving.reduced.total_parameters or 0, saving.naive.total_parameters or 0
    less, more = saving.reduced.total_macs or 0, saving.naive.total_macs or 0
    texts = (
        f"{shape_text(shape)} goes into four branches at once. Stride 1 and padding keep all maps "
        "of one size, so that they can be joined along the channels.",
        f"The 1×1 layers before the large filters and after pooling save {many - few:,} parameters "
        f"({per_cent(many - few, many)}) and {more - less:,} MACs "
        f"({per_cent(more - less, more)}). Without them pooling would pass all channels on, and "
        f"{shape_text(saving.naive.outputs[0])} instead of {shape_text(join.output)} would go to "
        "the next module.",
    )
    traces = {"with 1×1": saving.reduced, "without": saving.naive}
    charts = tuple(_chart_of(unit, traces) for unit in ("parameters", "MACs"))
    return Room(block.name, f"inside {block.name}", texts, charts, block=index)


# -- MobileNet ------------------------------------------------------------------------------------


def _separable_room() -> Room:
    channels, side = 512, 14
    shape = (channels, side, side)
    apart = _measured(f"dwconv 3 pad=1 | conv {channels} 1", shape)
    full = _measured(f"conv {channels} 3 pad=1", shape)
    text = (
        f"For {channels} channels in and out on {side}×{side} positions a 3×3 convolution needs "
        f"{full.total_macs:,} MACs. One 3×3 filter for each channel and 1×1 filters across them "
        f"need {apart.total_macs:,}: {per_cent(apart.total_macs or 0, full.total_macs or 1)}."
    )
    traces = {"taken apart": apart, "3×3 at once": full}
    charts = tuple(_chart_of(unit, traces) for unit in ("parameters", "MACs"))
    return Room(
        "separable", "a convolution taken apart", (text,), charts, explorer=("groups", "depthwise")
    )
