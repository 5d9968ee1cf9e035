"""The description of a network: layers with their settings, and which output feeds which input.

Whatever a network is read from (one line of our notation, PyTorch, Keras, ONNX, the zoo), this is
what it becomes. A reader that needs sizes on the way, as Python code does, hands its nodes to the
``Tracer`` one by one; any other may hand them over all at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cnnviz_tui.networks.operations.base import Operation


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a source text.

    Args:
        start: the index of its first character.
        end: the index behind its last one.
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Argument:
    """Where a layer's setting stands in the source.

    Args:
        span: the expression that was written for it.
        origin: where the number itself was typed, if that is elsewhere.
    """

    span: Span
    origin: Span | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """Where a layer is made in the source, so that a corrected one can be written there.

    Args:
        span: the whole call, ``nn.Linear(400, 120)``.
        arguments: the settings that were written, by the names of the operation's fields.
        append: how a setting that was not written can be: from the field's name to what stands
            in front of its value, for example ``", padding="``.
        end: where it would be put in.
    """

    span: Span
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    append: Mapping[str, str] = field(default_factory=dict)
    end: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """One use of one layer.

    Args:
        name: what the source calls it, ``features.0``; every name occurs once.
        type: what kind of layer it is, in the source's own word.
        operation: what it does.
        inputs: the nodes whose outputs it takes; −1 is the network's input, −2 its second one.
        line: where the layer is made, counted from 1, if there are lines.
        call_line: where it is used.
        weights: nodes with the same key, unless None, share one set of parameters.
        site: where the layer is made, for corrections.
        fed: the expression that is given to the layer where it is used.
    """

    name: str
    type: str
    operation: Operation
    inputs: tuple[int, ...]
    line: int | None = None
    call_line: int | None = None
    weights: int | None = None
    site: Site | None = None
    fed: Span | None = None
