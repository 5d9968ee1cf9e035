"""Corrections that were tried: every one is written into the source and traced again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cnnviz_tui.networks.edits import proposals
from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.result import Fix, Reading
from cnnviz_tui.networks.sizes import Shape, has_batch, shape_text
from cnnviz_tui.networks.tracing import LayerError
from cnnviz_tui.shapes.errors import ShapeError

Read = Callable[[str, tuple[Shape, ...], int], Reading]
"""Reads a source with certain inputs, in so many steps at most."""

_MOST_FIXES = 3
_MOST_READINGS = 40
_MOST_STEPS = 80_000
_STEPS_A_LAYER = 5
_LONGEST_CHAIN = 3
_LARGEST_PICTURE = 1024


@dataclass(slots=True)
class _Purse:
    """What may still be spent on trying.

    Args:
        readings: how many more sources may be read.
        steps: how many more steps the interpreter may take.
    """

    readings: int = _MOST_READINGS
    steps: int = _MOST_STEPS


class Mender:
    """Looks for corrections of a source that does not fit.

    Args:
        read: how to read it again.
        source: the text.
        inputs: the shapes of its inputs.
    """

    def __init__(self, read: Read, source: str, inputs: tuple[Shape, ...]) -> None:
        self._read = read
        self._source = source
        self._inputs = inputs
        self._purse = _Purse()
        self._notes = 0

    def fixes(self, reading: Reading) -> tuple[Fix, ...]:
        """Return corrections with which everything fits, the smallest first.

        Args:
            reading: the trace that stopped.
        """
        stop = reading.stop
        if stop is None:
            return ()
        self._notes = len(reading.notes)
        found: list[Fix] = []
        inputs_first = stop.misfit.reason == "channels last"
        sources = (
            [self._other_inputs(reading, stop), self._corrections(reading)]
            if inputs_first
            else [self._corrections(reading), self._other_inputs(reading, stop)]
        )
        for number, fixes in enumerate(sources):
            # Room is kept for another input behind the corrections.
            room = _MOST_FIXES - (number == 0 and not inputs_first)
            for fix in fixes:
                if all(fix.text != other.text for other in found):
                    found.append(fix)
                if len(found) >= room:
                    break
        return tuple(found)

    def _corrections(self, reading: Reading) -> Iterator[Fix]:
        """Yield corrected sources."""
        for source, labels in self._settled(self._source, reading, (), _LONGEST_CHAIN):
            text = "; ".join(
                label if i == 0 else f"and in line {line} {label}"
                for i, (line, label) in enumerate(labels)
            )
            yield Fix(text, labels[0][0], source)

    def _settled(
        self, source: str, reading: Reading, labels: tuple[tuple[int, str], ...], depth: int
    ) -> Iterator[tuple[str, tuple[tuple[int, str], ...]]]:
        """Yield sources that fit after one edit, or after further ones behind the first."""
        if reading.stop is None:
            return
        for edit in proposals(reading, reading.stop, source):
            corrected = edit.apply(source)
            again = self._again(corrected, self._inputs)
            if again is None:
                continue
            done = (*labels, edit.label(source))
            if again.stop is None:
                yield corrected, done
            elif edit.leads and depth > 1 and _is_further(again, reading):
                # The next misfit follows from this edit: mend it in the most direct way.
                for settled in self._settled(corrected, again, done, depth - 1):
                    yield settled
                    break

    def _again(self, source: str, inputs: tuple[Shape, ...]) -> Reading | None:
        """Read a source once more; None if that fails or too much was spent."""
        purse = self._purse
        if purse.readings <= 0 or purse.steps <= 0:
            return None
        purse.readings -= 1
        try:
            reading = self._read(source, inputs, purse.steps)
        except SourceError as error:
            if "gave up" in str(error):
                purse.steps = 0
            return None
        except ShapeError:
            return None
        purse.steps -= reading.steps + _STEPS_A_LAYER * len(reading.tracer.rows)
        # A change behind which nothing can be followed mends nothing.
        return reading if len(reading.notes) <= self._notes else None

    def _other_inputs(self, reading: Reading, stop: LayerError) -> Iterator[Fix]:
        """Yield other inputs with which the source fits as it is."""
        if len(self._inputs) != 1 or not has_batch(self._inputs[0]) or len(self._inputs[0]) != 4:
            return
        channels_last = reading.tracer.channels_last
        for shape in self._shapes(reading, stop, channels_last):
            again = self._again(self._source, (shape,))
            if again is not None and again.stop is None:
                size = shape_text(shape).replace("×", "x")
                yield Fix(f"another input: --input {size}", None, None, (shape,))
                return

    def _shapes(self, reading: Reading, stop: LayerError, channels_last: bool) -> Iterator[Shape]:
        """Yield input shapes that are worth a try."""
        batch, one, two, three = self._inputs[0]
        if stop.misfit.reason == "channels last":
            yield (batch, three, one, two) if not channels_last else (batch, two, three, one)
        height, width = (one, two) if channels_last else (two, three)
        channels = three if channels_last else one
        expected = stop.misfit.expected
        at_input = stop.misfit.reason == "channels" and -1 in stop.node.inputs
        if at_input and isinstance(expected, int):
            channels = expected
            yield _picture(batch, channels, height, width, channels_last)
        if height != width or height is None or channels is None:
            return
        if stop.misfit.reason in ("features", "view", "vanishes", "batch"):
            found = self._size(batch, channels, height, channels_last)
            if found is not None:
                yield _picture(batch, channels, found, found, channels_last)

    def _size(self, batch: int | None, channels: int, size: int, channels_last: bool) -> int | None:
        """Return the size of a square picture that fits, by halving: sizes grow with the input."""
        low, high = 1, min(max(4 * size, 64), _LARGEST_PICTURE)
        best = None
        while low <= high:
            middle = (low + high) // 2
            shape = _picture(batch, channels, middle, middle, channels_last)
            again = self._again(self._source, (shape,))
            if again is None:
                return best
            if again.stop is None:
                # The smallest one that fits is wanted, but the nearest is kind.
                best = middle
                if middle <= size:
                    low = middle + 1
                else:
                    high = middle - 1
            elif _is_too_large(again.stop):
                high = middle - 1
            else:
                low = middle + 1
        return best


def _picture(
    batch: int | None, channels: int, height: int | None, width: int | None, channels_last: bool
) -> Shape:
    """Return an input shape in the order of the framework."""
    return (batch, height, width, channels) if channels_last else (batch, channels, height, width)


def _is_too_large(stop: LayerError) -> bool:
    """Return whether a misfit comes of an input that is too large rather than too small."""
    expected, got = stop.misfit.expected, stop.misfit.got
    return isinstance(expected, int) and isinstance(got, int) and got > expected


def _is_further(again: Reading, before: Reading) -> bool:
    """Return whether a trace came further than another, or to another misfit of the same layer."""
    if again.stop is None or before.stop is None or before.stop.misfit.reason == "batch":
        return True
    if len(again.tracer.rows) != len(before.tracer.rows):
        return len(again.tracer.rows) > len(before.tracer.rows)
    return again.stop.misfit.reason != before.stop.misfit.reason
