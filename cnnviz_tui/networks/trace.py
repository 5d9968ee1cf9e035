"""``trace``: a network's source in, every size on the way out. Start here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.result import Fix, Reading, Trace, TraceError
from cnnviz_tui.networks.sizes import LARGEST_SIZE, Shape, batched

Reader = Callable[[str, tuple[Shape, ...], int], Reading]

_MOST_STEPS = 100_000
_PYTHON = re.compile(r"^\s*(?:import|from|class)\s+\w", re.MULTILINE)
_KERAS = re.compile(r"^\s*(?:import|from)\s+(?:keras|tensorflow)\b", re.MULTILINE)
_TORCH = re.compile(r"^\s*(?:import|from)\s+torch\b", re.MULTILINE)
_KERAS_NAMES = re.compile(r"\b(?:keras|layers|tf)\.\w|\bConv2D\(|\bDense\(")


def trace(
    text: str,
    inputs: Sequence[Sequence[int]] = (),
    *,
    model: str | None = None,
    name: str = "network",
    suggest: bool = True,
) -> Trace:
    """Measure a network, layer by layer, as far as it fits.

    Nothing in the text is executed or imported. The text is our one-line notation, PyTorch or
    Keras; which of them is seen from the text itself.

    Args:
        text: the source.
        inputs: the shape of each input, without the batch, in the framework's order: channels
            first for PyTorch and our notation, channels last for Keras. Keras sources often say
            it themselves.
        model: which class, function (with constant arguments) or variable of the source; None
            for the variable ``model``, else the last module class.
        name: what to call a network that has no name of its own.
        suggest: whether to look for corrections of a network that does not fit.

    Raises:
        SourceError: if the text holds no network, or an input shape is missing.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise SourceError("The source holds zero bytes; it is no text.")
    shapes = tuple(batched(_checked(sizes)) for sizes in inputs)
    reader = _reader(text, model, name)
    reading = reader(text, shapes, _MOST_STEPS)
    fixes: tuple[Fix, ...] = ()
    if reading.stop is not None and suggest:
        # What fits, as most networks do, is measured without loading what mends.
        from cnnviz_tui.networks.fixes import Mender

        fixes = Mender(reader, text, tuple(reading.tracer.inputs)).fixes(reading)
    return finished(reading, fixes)


def finished(reading: Reading, fixes: tuple[Fix, ...] = ()) -> Trace:
    """Return the trace of a reading, its error explained.

    Args:
        reading: what was read.
        fixes: corrections of it.
    """
    error = None
    stop = reading.stop
    if stop is not None:
        from cnnviz_tui.networks.lesson import why

        misfit = stop.misfit
        error = TraceError(
            layer=stop.node.name,
            type=stop.node.type,
            line=stop.node.line,
            call_line=stop.node.call_line,
            message=str(misfit),
            why=why(reading, stop),
            expected=misfit.expected,
            got=misfit.got,
            fixes=fixes,
        )
    return Trace(
        framework=reading.framework,
        name=reading.name,
        inputs=tuple(reading.tracer.inputs),
        outputs=reading.outputs,
        layers=tuple(reading.tracer.rows),
        error=error,
        notes=reading.notes,
        unused_parameters=reading.unused,
    )


def _checked(sizes: Sequence[int]) -> Sequence[int]:
    """Return the sizes of an input if they can be ones.

    Raises:
        SourceError: if one is less than 1 or far too large.
    """
    for size in sizes:
        if not 1 <= size <= LARGEST_SIZE:
            raise SourceError(f"An input size must be from 1 to {LARGEST_SIZE:,}.")
    return sizes


def _reader(text: str, model: str | None, name: str) -> Reader:
    """Return what reads a text of this kind; nothing else is imported."""
    if not _PYTHON.search(text):
        from cnnviz_tui.networks.readers.notation.reader import looks_like_notation, read_notation

        if looks_like_notation(text):
            if model is not None:
                raise SourceError("A network in our notation has no models to name; leave it out.")

            def notation(source: str, inputs: tuple[Shape, ...], steps: int) -> Reading:
                _require_input(inputs)
                if len(inputs) > 1:
                    raise SourceError("A network in our notation has one input; give one shape.")
                return read_notation(source, inputs, name)

            return notation
    if is_keras(text):
        from cnnviz_tui.networks.readers.keras.reader import read_keras

        return lambda source, inputs, steps: read_keras(source, inputs, model, steps)

    from cnnviz_tui.networks.readers.torch.reader import read_torch

    def torch(source: str, inputs: tuple[Shape, ...], steps: int) -> Reading:
        _require_input(inputs)
        return read_torch(source, inputs, model, steps)

    return torch


def is_keras(text: str) -> bool:
    """Return whether a Python source is written in Keras rather than in PyTorch."""
    if _TORCH.search(text):
        return False
    return bool(_KERAS.search(text) or ("nn." not in text and _KERAS_NAMES.search(text)))


def _require_input(inputs: tuple[Shape, ...]) -> None:
    """Raise a SourceError unless the shape of an input is known."""
    if not inputs:
        raise SourceError(
            "The input's shape is missing; give it as channels x height x width, for example "
            "--input 1x28x28."
        )
