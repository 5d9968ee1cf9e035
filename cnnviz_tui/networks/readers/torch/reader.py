"""PyTorch sources: what the interpreter makes of them, with everything of ``torch`` at hand."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.readers.python.limits import MOST_STEPS, Budget
from cnnviz_tui.networks.readers.python.reader import load, read_model
from cnnviz_tui.networks.readers.torch.library import LIBRARY, USUAL_NAMES
from cnnviz_tui.networks.result import Reading
from cnnviz_tui.networks.sizes import Shape
from cnnviz_tui.networks.tracing import Tracer


def read_torch(
    text: str, inputs: Sequence[Shape], model: str | None = None, steps: int = MOST_STEPS
) -> Reading:
    """Measure a model written in PyTorch.

    Args:
        text: the source.
        inputs: the shapes of its inputs, batch included.
        model: which class, function or variable; None for the usual one.
        steps: how many steps may be taken.

    Raises:
        SourceError: if there is no model in it, or it takes too many steps.
    """
    tracer = Tracer(inputs)
    try:
        program = load(text, LIBRARY, USUAL_NAMES, tracer, Budget(steps))
    except RecursionError:
        raise SourceError("The source is nested too deeply to be followed.") from None
    return read_model(program, model, inputs)
