"""Keras sources: functional models are traced while the file is read, others when called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.readers.keras.models import (
    LIBRARY,
    USUAL_NAMES,
    sequential_shape,
    take_input,
)
from cnnviz_tui.networks.readers.python.core import RaisedError
from cnnviz_tui.networks.readers.python.interpreter import Interpreter
from cnnviz_tui.networks.readers.python.limits import MOST_STEPS, Budget
from cnnviz_tui.networks.readers.python.reader import find_model, follow, load, raised, stopped
from cnnviz_tui.networks.readers.python.values import Instance, Tensor, Value
from cnnviz_tui.networks.result import Reading
from cnnviz_tui.networks.sizes import Shape
from cnnviz_tui.networks.tracing import LayerError, Tracer


def read_keras(
    text: str, inputs: Sequence[Shape], model: str | None = None, steps: int = MOST_STEPS
) -> Reading:
    """Measure a model written in Keras.

    Args:
        text: the source.
        inputs: the shapes of its inputs, batch included, channels last; they take the place of
            those that the source says, and may be left out if it says them.
        model: which class, function or variable; None for the usual one.
        steps: how many steps may be taken.

    Raises:
        SourceError: if there is no model in it, its input is not known, or it takes too many
            steps.
    """
    tracer = Tracer((), channels_last=True)
    budget = Budget(steps)
    try:
        program = load(
            text, LIBRARY, USUAL_NAMES, tracer, budget, tracing=True, asked=tuple(inputs)
        )
        reader = program.reader
        try:
            name, value = find_model(program, model)
            return _measured(reader, name, value)
        except LayerError as error:
            return stopped(model or "model", reader, error)
        except RaisedError as error:
            return stopped(model or "model", reader, raised(error))
    except LayerError as error:
        return Reading("keras", "model", tracer, (), error, steps=budget.spent)
    except RecursionError:
        raise SourceError("The source is nested too deeply to be followed.") from None


def _measured(reader: Interpreter, name: str, model: Value) -> Reading:
    """Measure the chosen model alone, whatever else the file has built."""
    functional = isinstance(model, Instance) and model.attributes.get("__outputs__")
    if isinstance(model, Instance) and functional:
        return _functional(reader, name, model)
    shape = sequential_shape(model) if isinstance(model, Instance) else None
    # An Input among the layers has taken what was asked for already.
    shape = take_input(reader, shape, getattr(model, "line", None))
    if shape is None:
        raise SourceError(
            "The input's shape is missing, and the source does not say it; give it as height x "
            "width x channels, for example --input 28x28x1."
        )
    reader.tracer = Tracer((shape,), channels_last=True)
    return follow(reader, name, model, (shape,))


def _functional(reader: Interpreter, name: str, model: Instance) -> Reading:
    """Keep what lies between the inputs and the outputs of a functional model."""
    before = reader.tracer
    outputs: list[Tensor] = model.attributes["__outputs__"]
    needed: set[int] = set()
    todo = [tensor.index for tensor in outputs if tensor.index is not None]
    while todo:
        index = todo.pop()
        if index not in needed:
            needed.add(index)
            if index >= 0:
                todo.extend(before.rows[index].node.inputs)
    sources = sorted((index for index in needed if index < 0), reverse=True)
    after = Tracer([before.inputs[-index - 1] for index in sources], channels_last=True)
    places = {index: -1 - i for i, index in enumerate(sources)}
    for index in sorted(index for index in needed if index >= 0):
        node = before.rows[index].node
        places[index] = after.add(replace(node, inputs=tuple(places[i] for i in node.inputs)))
    return Reading(
        "keras",
        name,
        after,
        tuple(tensor.shape for tensor in outputs),
        None,
        tuple(reader.notes),
        0,
        reader.budget.spent,
    )
