"""Networks: of the zoo, of the museum, of a source in our notation, and the trained LeNet.

The course writes sizes as height x width x channels, so outputs are given in that order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz_tui.course.functions.kinds import Number, Text
from cnnviz_tui.course.functions.value import Record, Size, Value, from_data
from cnnviz_tui.course.problem import nearest
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.shapes.notation import parse_lengths

if TYPE_CHECKING:
    from cnnviz_tui.networks.result import Trace
    from cnnviz_tui.networks.sizes import Shape
    from cnnviz_tui.networks.tracing import LayerTrace

_ACCURACY = re.compile(r"^\| MNIST's [\d,]+ test digits read rightly \|(.+)\|$", re.MULTILINE)
_ERRORS = re.compile(r"^\| errors among them \|(.+)\|$", re.MULTILINE)
_MODELS = ("lenet5", "lenet5-1998")


def network(name: Text) -> Record:
    """A network of the zoo: .parameters, .macs, .layers, .layer("conv1"), .share_of("fc")."""
    from cnnviz_tui.networks.zoo.catalogue import load

    found = load(name)
    return _traced(
        f"network {name}",
        _zoo_trace(name),
        {
            "title": lambda: found.title,
            # A text, since a number would be written 2,012.
            "year": lambda: str(found.year),
            "source": lambda: found.source,
            "about": lambda: found.about,
        },
    )


def trace(source: Text, input: Text) -> Record:  # noqa: A002 - the trace viewer's own word
    """A network in our notation and its input, channels first: .output, .parameters, .problem."""
    return _traced("the traced network", _trace(source, input), {})


def exhibit(name: Text) -> Record:
    """A stop of the museum: .name, .year, .error (top-5, in per cent), .source."""
    from cnnviz_tui.walkthroughs.museum import exhibit_named

    found, _ = exhibit_named(name)
    fields: dict[str, Callable[[], Value]] = {
        "name": lambda: found.name,
        "year": lambda: str(found.year),
        "source": lambda: found.source,
    }
    if found.error is not None:
        fields["error"] = lambda: from_data(found.error)
    return Record(f"exhibit {found.key}", fields)


def fact(name: Text) -> Value:
    """A number that the museum tells, such as "asirra-human" or "imagenet-pictures"."""
    from cnnviz_tui.walkthroughs import museum

    facts: dict[str, object] = {
        "asirra-photographs": museum.ASIRRA_PHOTOGRAPHS,
        "asirra-human": museum.ASIRRA_HUMAN,
        "asirra-odds": museum.ASIRRA_ODDS,
        "kaggle-2014": museum.KAGGLE_2014,
        "imagenet-pictures": museum.IMAGENET_PICTURES,
        "imagenet-classes": museum.IMAGENET_CLASSES,
        "human-error": museum.HUMAN.error,
    }
    if name not in facts:
        raise ShapeError(f"There is no fact “{name[:20]}”: {nearest(name, facts)}")
    return from_data(facts[name])


def riddle_solved(share: Number) -> Value:
    """How often a whole Asirra riddle is solved by who reads a share, 0 to 1, of photographs."""
    from cnnviz_tui.walkthroughs.museum import ASIRRA_PHOTOGRAPHS

    if not 0 <= share <= 1:
        raise ShapeError("share must be 0 to 1: divide per cent by 100.")
    return from_data(float(share) ** ASIRRA_PHOTOGRAPHS)


def lenet(model: Text = "lenet5") -> Record:
    """The trained LeNet, "lenet5" or "lenet5-1998": .parameters, .accuracy (0 to 1), .errors."""
    if model not in _MODELS:
        raise ShapeError(f"There is no trained “{model[:20]}”: {nearest(model, _MODELS)}")
    return Record(
        f"the trained {model}",
        {
            "parameters": lambda: _zoo_parameters(model),
            "accuracy": lambda: _of_card(_ACCURACY, model, " %") / 100,
            "errors": lambda: _of_card(_ERRORS, model),
        },
    )


FUNCTIONS = (network, trace, exhibit, fact, riddle_solved, lenet)
"""In the order of the guide."""


@lru_cache(maxsize=32)
def _zoo_trace(name: str) -> Trace:
    from cnnviz_tui.networks.zoo.catalogue import load

    return load(name).trace()


@lru_cache(maxsize=32)
def _trace(source: str, sizes: str) -> Trace:
    from cnnviz_tui.networks import trace as tracing

    return tracing.trace(source, [parse_lengths(sizes, "input")], suggest=False)


def _traced(title: str, found: Trace, about: Mapping[str, Callable[[], Value]]) -> Record:
    """A trace as a record; where it stops there is no output and there are no totals."""
    from cnnviz_tui.networks.operations.dense import Linear
    from cnnviz_tui.networks.operations.windows import Conv, DepthwiseConv, TableConv

    fields: dict[str, Callable[[], Value]] = dict(about)
    rows = found.layers
    if found.inputs:
        fields["input"] = lambda: _size(found.inputs[0])
    fields["fits"] = lambda: found.ok
    missing = ""
    if found.error is not None:
        problem = found.error
        fields["problem"] = lambda: problem.message
        fields["problem_layer"] = lambda: problem.layer
        missing = f" It does not fit at {problem.layer}: {problem.message}"
    else:
        weighted = [
            row
            for row in rows
            if isinstance(row.node.operation, (Conv, DepthwiseConv, TableConv, Linear))
        ]
        dense = [row for row in weighted if isinstance(row.node.operation, Linear)]
        fields |= {
            "problem": lambda: "",
            "output": lambda: _size(found.outputs[0]),
            "layers": lambda: Fraction(len(weighted)),
            "convolutions": lambda: Fraction(len(weighted) - len(dense)),
            "dense_layers": lambda: Fraction(len(dense)),
            "rows": lambda: Fraction(len(rows)),
            **_counts(
                parameters=found.total_parameters,
                macs=found.total_macs,
                activation_bytes=found.activation_bytes,
                memory=found.memory().inference,
                training_memory=found.memory().training,
            ),
        }

    def layer(name: Text) -> Record:
        """A layer: .input, .output, .parameters, .macs, .formula, .receptive_field."""
        for row in rows:
            if row.name == name:
                return _layer(row)
        raise ShapeError(
            f"There is no layer “{name[:20]}”: {nearest(name, [r.name for r in rows])}"
        )

    def share_of(name: Text) -> Fraction:
        """The share, 0 to 1, of the parameters in layers whose names begin so."""
        counted = [row for row in rows if not row.shared]
        if not any(row.name.startswith(name) for row in counted):
            known = nearest(name, [row.name for row in rows])
            raise ShapeError(f"No layer's name begins with “{name[:20]}”: {known}")
        part = sum(row.parameters or 0 for row in counted if row.name.startswith(name))
        return Fraction(part, max(1, sum(row.parameters or 0 for row in counted)))

    return Record(title, fields, {"layer": layer, "share_of": share_of}, missing)


def _layer(row: LayerTrace) -> Record:
    fields: dict[str, Callable[[], Value]] = {
        "name": lambda: row.name,
        "type": lambda: row.type,
        "formula": lambda: row.formula,
        **_counts(parameters=row.parameters, macs=row.macs),
    }
    if row.input is not None:
        fields["input"] = lambda: _size(row.input)
    if row.output is not None:
        fields["output"] = lambda: _size(row.output)
    if row.receptive_field is not None:
        fields["receptive_field"] = lambda: _lengths(row.receptive_field or ())
    return Record(f"layer {row.name}", fields)


def _counts(**counts: int | None) -> dict[str, Callable[[], Value]]:
    """Those of the counts that are known."""
    return {
        name: lambda count=count: Fraction(count)  # type: ignore[misc]
        for name, count in counts.items()
        if count is not None
    }


def _size(shape: Shape | None) -> Size | Fraction:
    """A shape as the course writes it: channels last, without the batch.

    Raises:
        ShapeError: a size is unknown.
    """
    from cnnviz_tui.networks.sizes import without_batch

    sizes = [size for size in without_batch(shape or ()) if size is not None]
    if shape is None or len(sizes) < len(without_batch(shape)):
        raise ShapeError("The size is not known here: take another layer.")
    if len(sizes) == 1:
        return Fraction(sizes[0])
    return (*sizes[1:], sizes[0]) if len(sizes) == 3 else tuple(sizes)


def _lengths(lengths: tuple[int, ...]) -> Size | Fraction:
    return Fraction(lengths[0]) if len(set(lengths)) == 1 else lengths


def _zoo_parameters(model: str) -> Fraction:
    return Fraction(_zoo_trace(model).total_parameters or 0)


def _of_card(row: re.Pattern[str], model: str, unit: str = "") -> Fraction:
    """A number of the card that lies beside the weights."""
    import cnnviz_tui.nn

    card = Path(cnnviz_tui.nn.__file__).with_name("weights") / "README.md"
    found = row.search(card.read_text(encoding="utf-8"))
    if found is None:
        raise ShapeError("The card of the trained networks lacks this number: restore README.md.")
    entry = found[1].split("|")[_MODELS.index(model)].strip().removesuffix(unit)
    return Fraction(entry)
