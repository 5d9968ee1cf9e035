"""What a person can choose about a convolution by its definition: a signal, a kernel, positions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, cast

import numpy as np

from cnnviz_tui.samples import KERNELS, input_named, kernel_named
from cnnviz_tui.walkthroughs.mechanism import (
    ChoiceField,
    Field,
    LengthField,
    Mechanism,
    Preset,
    SetupError,
)
from cnnviz_tui.walkthroughs.numbers import parse_value, short
from cnnviz_tui.walkthroughs.signal import MODES, Array, Mode, SignalWalkthrough

Rows = tuple[tuple[float, ...], ...]
Pair = tuple[int, int]

MOST_SIDE = 128
MOST_KERNEL = 31
MOST_PRODUCTS = 5_000_000
_OWN = "own"

_SIGNALS: dict[str, tuple[str, Rows]] = {
    "impulse": ("a single 1", ((0, 0, 0, 1, 0, 0, 0),)),
    "step": ("from 0 to 1", ((0, 0, 0, 0, 1, 1, 1, 1),)),
    "ramp": ("rising evenly", ((0, 1, 2, 3, 4, 5, 6),)),
    "triangle": ("up and down", ((0, 1, 2, 3, 2, 1, 0),)),
    "pulse": ("three 2s", ((0, 0, 2, 2, 2, 0, 0),)),
    "numbers": ("1, 2, 3", ((1, 2, 3),)),
    "zigzag": ("a rough line", ((1, 3, 1, 4, 2, 5, 2, 4, 1, 3, 1),)),
}
_PICTURES = ("shape-dot", "shape-edge", "shape-square", "letter-X", "letter-A", "digit-7")
_KERNELS: dict[str, tuple[str, Rows]] = {
    "echo": ("loud, then fainter: not symmetric", ((3, 2, 1),)),
    "smooth": ("a weighted average: symmetric", ((1, 2, 1),)),
    "slope": ("right minus left: antisymmetric", ((-1, 0, 1),)),
    "delay": ("one place later", ((0, 1),)),
    "half-echo": ("a copy, and half of it behind", ((0, 1, 0.5),)),
    "mean": ("the plain sum of three", ((1, 1, 1),)),
}
_PICTURE_KERNELS = tuple(kernel.name for kernel in KERNELS if kernel.name != "random")


@lru_cache(maxsize=64)
def signal_rows(name: str) -> Rows:
    """The numbers of a signal or picture.

    Raises:
        ValueError: there is none of that name.
    """
    if name in _SIGNALS:
        return _SIGNALS[name][1]
    source = input_named(name)
    return rows_of(source.make(*source.size, 1)[0])


@lru_cache(maxsize=64)
def kernel_rows(name: str) -> Rows:
    """The numbers of a kernel, three by three for those of pictures.

    Raises:
        ValueError: there is none of that name.
    """
    if name in _KERNELS:
        return _KERNELS[name][1]
    return rows_of(kernel_named(name).make(3, 3, np.random.default_rng(0)))


def rows_of(values: Array) -> Rows:
    """An array (rows, columns) as tuples of plain numbers."""
    return tuple(tuple(round(float(value), 6) for value in row) for row in values)


def signal_names() -> Mapping[str, str]:
    """All signals and pictures that have a name."""
    pictures = {name: input_named(name).title for name in _PICTURES}
    return {**{name: about for name, (about, _) in _SIGNALS.items()}, **pictures}


def kernel_names() -> Mapping[str, str]:
    """All kernels that have a name."""
    pictures = {name: kernel_named(name).about for name in _PICTURE_KERNELS}
    return {**{name: about for name, (about, _) in _KERNELS.items()}, **pictures}


@dataclass(frozen=True)
class SignalSetup:
    """A signal, a kernel and the positions to compute.

    Attributes:
        signal: f, one row for a signal with one axis, several for a picture.
        kernel: g.
        mode: full, same or valid.
        title: what the setup shows, where it has a name.
    """

    signal: Rows
    kernel: Rows
    mode: str = "full"
    title: str = ""

    def __post_init__(self) -> None:
        for name, (height, width), most in (
            ("signal", self.size, MOST_SIDE),
            ("kernel", self.kernel_size, MOST_KERNEL),
        ):
            if not (1 <= height <= most and 1 <= width <= most):
                raise SetupError(
                    f"The {name} must have 1 to {most} rows and columns here, not {height}x{width}."
                )
        if self.mode not in MODES:
            raise SetupError(f"There is no mode “{self.mode}”: take one of {', '.join(MODES)}.")
        (height, width), (rows, columns) = self.size, self.kernel_size
        if self.mode == "valid" and (rows > height or columns > width):
            raise SetupError(
                f"A kernel of {rows}x{columns} never lies within a signal of {height}x{width}: "
                "take the mode full or same."
            )
        if (height + rows) * (width + columns) * rows * columns > MOST_PRODUCTS:
            raise SetupError(
                f"That is more than the {MOST_PRODUCTS:,} products this shows: make the signal or "
                "the kernel smaller."
            )

    @property
    def size(self) -> Pair:
        """N as (rows, columns) of the signal."""
        return len(self.signal), len(self.signal[0])

    @property
    def kernel_size(self) -> Pair:
        """F as (rows, columns) of the kernel."""
        return len(self.kernel), len(self.kernel[0])

    def changed(self, **choices: Any) -> SignalSetup:
        """This setup with other choices; `size` and `kernel_size` cut or fill up with zeros.

        Raises:
            SetupError: the choices cannot be; the sentence says why and what can.
        """
        known = dict(choices)
        for lengths, numbers, most in (
            ("size", "signal", MOST_SIDE),
            ("kernel_size", "kernel", MOST_KERNEL),
        ):
            if lengths in known:
                height, width = known.pop(lengths)
                if max(height, width) > most:
                    raise SetupError(
                        f"The {numbers} must have 1 to {most} rows and columns here, "
                        f"not {height}x{width}."
                    )
                known[numbers] = _resized(known.get(numbers, getattr(self, numbers)), height, width)
        return replace(self, **{"title": "", **known})

    def with_number(self, which: str, row: int, column: int, value: float) -> SignalSetup:
        """One number of the `signal` or the `kernel` typed by hand."""
        rows = [list(each) for each in getattr(self, which)]
        rows[row][column] = value
        return self.changed(**{which: tuple(tuple(each) for each in rows)})

    def build(self) -> SignalWalkthrough:
        """The walkthrough of this setup."""
        return SignalWalkthrough(
            np.array(self.signal, dtype=np.float32),
            np.array(self.kernel, dtype=np.float32),
            cast(Mode, self.mode),
        )


def _resized(rows: Rows, height: int, width: int) -> Rows:
    return tuple(
        tuple(rows[i][j] if i < len(rows) and j < len(rows[0]) else 0.0 for j in range(width))
        for i in range(height)
    )


def _name_of(rows: Rows, names: Mapping[str, str], find: Any) -> str:
    return next((name for name in names if find(name) == rows), _OWN)


@dataclass(frozen=True, slots=True)
class NumbersField(Field[SignalSetup]):
    """All numbers at once: spaces between them, a semicolon between rows."""

    attribute: str

    def text(self, setup: SignalSetup) -> str:
        """As one would type them."""
        rows: Rows = getattr(setup, self.attribute)
        return "; ".join(" ".join(short(value, 6) for value in row) for row in rows)

    def typed(self, setup: SignalSetup, text: str) -> SignalSetup:
        """Read `1 2 3` or `1 2; 3 4`."""
        if len(text) > 20 * MOST_SIDE * MOST_SIDE:
            raise SetupError(f"These are more numbers than the {self.name} can have.")
        rows = tuple(
            tuple(parse_value(word, self.name) for word in row.split()) for row in text.split(";")
        )
        if not rows[0] or len({len(row) for row in rows}) > 1:
            raise SetupError(f"The {self.name} needs rows of the same length: give {self.hint}.")
        return setup.changed(**{self.attribute: rows})

    def candidates(self, setup: SignalSetup, direction: int) -> Iterator[SignalSetup]:
        """There is no next one."""
        return iter(())


@dataclass(frozen=True, slots=True)
class SignalLengthField(LengthField[SignalSetup]):
    """A length; one number means one row as long as there is one row."""

    def text(self, setup: SignalSetup) -> str:
        """`7` for one row of 7 or for a square, else `5x7`."""
        height, width = getattr(setup, self.attribute)
        # Without arguments, super() does not find its class in a dataclass with slots.
        return str(width) if height == 1 else LengthField.text(self, setup)

    def typed(self, setup: SignalSetup, text: str) -> SignalSetup:
        """Read `7` or `5x7`."""
        if getattr(setup, self.attribute)[0] == 1 and text.strip().isdecimal():
            return LengthField.typed(self, setup, f"1x{text.strip()}")
        return LengthField.typed(self, setup, text)

    def candidates(self, setup: SignalSetup, direction: int) -> Iterator[SignalSetup]:
        """One longer or shorter, along every axis that there is."""
        height, width = getattr(setup, self.attribute)
        if height > 1:
            yield from LengthField.candidates(self, setup, direction)
        elif width + direction >= self.least:
            yield setup.changed(**{self.attribute: (height, width + direction)})


FIELDS: tuple[Field[SignalSetup], ...] = (
    ChoiceField(
        "",
        "signal",
        "signal",
        "a name, for example impulse",
        names=signal_names,
        current=lambda setup: _name_of(setup.signal, signal_names(), signal_rows),
        choose=lambda setup, name: setup.changed(signal=signal_rows(name)),
    ),
    NumbersField("", "signal-numbers", "signal", "numbers such as 0 1 2, rows after ;", "signal"),
    ChoiceField(
        "",
        "kernel",
        "kernel",
        "a name, for example echo",
        names=kernel_names,
        current=lambda setup: _name_of(setup.kernel, kernel_names(), kernel_rows),
        choose=lambda setup, name: setup.changed(kernel=kernel_rows(name)),
    ),
    NumbersField("", "kernel-numbers", "kernel", "numbers such as 3 2 1, rows after ;", "kernel"),
    SignalLengthField("N", "size", "size of the signal", "a number, or rows x columns", "size"),
    SignalLengthField(
        "F", "filter", "size of the kernel", "a number, or rows x columns", "kernel_size"
    ),
    ChoiceField(
        "m",
        "mode",
        "mode",
        "full, same or valid",
        names=lambda: {str(name): about for name, about in MODES.items()},
        current=lambda setup: setup.mode,
        choose=lambda setup, name: setup.changed(mode=name),
    ),
)


def presets() -> tuple[Preset[SignalSetup], ...]:
    """From a single 1, which shows the flip, to pictures; then kernels for which it is needless."""
    return (
        _preset(
            "impulse",
            "a single 1",
            "Convolution writes g where the 1 is; cross-correlation writes it backwards.",
            "impulse",
            "echo",
        ),
        _preset(
            "smooth",
            "a symmetric kernel",
            "A kernel that reads the same both ways: the two operations agree.",
            "zigzag",
            "smooth",
        ),
        _preset(
            "slope",
            "an antisymmetric kernel",
            "Right minus left becomes left minus right: the results differ in sign.",
            "triangle",
            "slope",
        ),
        _preset(
            "half-echo",
            "1 2 3 with 0 1 0.5",
            "Three numbers and a half echo: 0, 1, 2.5, 4, 1.5.",
            "numbers",
            "half-echo",
        ),
        _preset(
            "dot",
            "a single dot",
            "In two dimensions the flip is half a turn: the dot becomes the kernel.",
            "shape-dot",
            "emboss",
            "same",
            (5, 5),
        ),
        _preset(
            "sobel",
            "an edge detector",
            "Sobel x is antisymmetric: flipped, it finds the same edges with the other sign.",
            "shape-edge",
            "sobel-x",
            "same",
            (6, 6),
        ),
        _preset(
            "gaussian",
            "a blur",
            "A blur is symmetric: nobody notices whether it was flipped.",
            "shape-square",
            "gaussian",
            "same",
            (5, 5),
        ),
        _preset(
            "digit",
            "a digit",
            "A handwritten 7 and a kernel that lights it from the top left.",
            "digit-7",
            "emboss",
            "same",
            (16, 16),
        ),
    )


def _preset(
    name: str,
    title: str,
    about: str,
    signal: str,
    kernel: str,
    mode: str = "full",
    size: Pair | None = None,
) -> Preset[SignalSetup]:
    rows = signal_rows(signal)
    if size is not None:
        rows = rows_of(input_named(signal).make(*size, 1)[0])
    return Preset(name, title, about, SignalSetup(rows, kernel_rows(kernel), mode, title))


SIGNAL: Mechanism[SignalSetup] = Mechanism(
    name="signal",
    title="convolution by its definition",
    about="Flip, shift, multiply, sum: convolution beside the cross-correlation of networks.",
    fields=FIELDS,
    presets=presets,
)
