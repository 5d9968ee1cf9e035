"""What a trace says: rows, totals, the error and how to mend it. Plain data, no layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from cnnviz_tui.networks.sizes import Shape, count
from cnnviz_tui.networks.tracing import LayerError, LayerTrace, Tracer
from cnnviz_tui.shapes.layers import BYTES_PER_NUMBER

Framework: TypeAlias = Literal["notation", "pytorch", "keras", "onnx"]
"""What a network was written in."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was assumed or could not be followed.

    Args:
        text: one sentence.
        line: where in the source.
    """

    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a source.

    Args:
        framework: what the source was written in.
        name: what the network is called.
        tracer: the rows as far as they fit.
        outputs: the shapes that come out; empty if the trace stopped.
        stop: where and why it stopped.
        notes: what was assumed.
        unused: parameters of layers that are made but never used.
        steps: how much work it was, for budgets.
    """

    framework: Framework
    name: str
    tracer: Tracer
    outputs: tuple[Shape | None, ...]
    stop: LayerError | None = None
    notes: tuple[Note, ...] = ()
    unused: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Fix:
    """A change with which the whole network fits; it has been traced.

    Args:
        text: the corrected piece of code, or what to do, in a few words.
        line: where it stands; None for another input.
        source: the whole corrected source; None for another input.
        inputs: the input shapes with which the source fits as it is; None for a correction.
    """

    text: str
    line: int | None = None
    source: str | None = None
    inputs: tuple[Shape, ...] | None = None


@dataclass(frozen=True, slots=True)
class TraceError:
    """The layer that does not fit.

    Args:
        layer: its name.
        type: what kind of layer it is.
        line: where it is made.
        call_line: where it is used.
        message: what arrived and what was wanted.
        why: how it came to that, one sentence or size a line.
        expected: what was wanted, a number or a shape.
        got: what arrived.
        fixes: verified changes, the smallest first.
    """

    layer: str
    type: str
    line: int | None
    call_line: int | None
    message: str
    why: tuple[str, ...]
    expected: int | Shape | None
    got: int | Shape | None
    fixes: tuple[Fix, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """What a network needs for a batch, in bytes of float32; None where sizes are unknown.

    Args:
        inference: the parameters, and the largest set of tensors that live at the same time.
        training: the parameters, a gradient for each, and every tensor of the forward pass, all
            kept for the backward pass. An optimiser with momentum adds one number a parameter,
            Adam two.
    """

    inference: int | None
    training: int | None


@dataclass(frozen=True, slots=True)
class Trace:
    """A network, measured as far as it fits.

    Args:
        framework: what the source was written in.
        name: what the network is called.
        inputs: the shapes of its inputs, batch included, in the framework's order.
        outputs: what comes out; empty where the trace stopped.
        layers: the rows, in the order of use.
        error: the layer that does not fit, if there is one.
        notes: what was assumed or could not be followed.
        unused_parameters: of layers that are made but never used.
    """

    framework: Framework
    name: str
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape | None, ...]
    layers: tuple[LayerTrace, ...]
    error: TraceError | None = None
    notes: tuple[Note, ...] = ()
    unused_parameters: int = 0

    @property
    def ok(self) -> bool:
        """Whether everything fits."""
        return self.error is None

    @property
    def total_parameters(self) -> int | None:
        """The trainable numbers of all layers that are used, shared ones counted once."""
        return total([row.parameters for row in self.layers if not row.shared])

    @property
    def fixed_weights(self) -> int:
        """Weights that training does not change."""
        return sum(row.fixed for row in self.layers if not row.shared)

    @property
    def total_macs(self) -> int | None:
        """The multiply-accumulates for one picture; 1 MAC = 2 FLOPs."""
        return total([row.macs for row in self.layers])

    @property
    def activation_bytes(self) -> int | None:
        """The memory of all outputs for one picture, in bytes of float32."""
        return total([row.activation_bytes for row in self.layers])

    def memory(self, batch: int = 1) -> Memory:
        """Return what the network needs for a batch of so many pictures."""
        parameters, activations = self.total_parameters, self.activation_bytes
        given = total([count(shape) for shape in self.inputs])
        peak = self._peak()
        if parameters is None or activations is None or given is None or peak is None:
            return Memory(None, None)
        weights = BYTES_PER_NUMBER * (parameters + self.fixed_weights)
        training = weights + BYTES_PER_NUMBER * parameters
        training += batch * (BYTES_PER_NUMBER * given + activations)
        return Memory(weights + batch * peak, training)

    def _peak(self) -> int | None:
        """Return the bytes of the largest set of tensors that one picture needs at a time."""
        homes = {-index - 1: -index - 1 for index in range(len(self.inputs))}
        sizes = {-i - 1: count(shape) for i, shape in enumerate(self.inputs)}
        last_use = dict.fromkeys(homes, -1)
        for index, row in enumerate(self.layers):
            sources = [homes[i] for i in row.node.inputs]
            # A view lives where its input lives.
            home = sources[0] if row.view and sources else index
            homes[index] = home
            if home == index:
                sizes[home] = count(row.output)
            for used in (*sources, home):
                last_use[used] = index
        if any(size is None for size in sizes.values()):
            return None
        live = sum(sizes[home] or 0 for home in homes if home < 0)
        peak = live
        freed: dict[int, list[int]] = {}
        for home, index in last_use.items():
            freed.setdefault(index, []).append(home)
        for index in range(len(self.layers)):
            if homes[index] == index:
                live += sizes[index] or 0
            peak = max(peak, live)
            live -= sum(sizes[home] or 0 for home in freed.get(index, []))
        return BYTES_PER_NUMBER * peak


def total(numbers: Sequence[int | None]) -> int | None:
    """Return the sum, None if one of the numbers is unknown."""
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None
