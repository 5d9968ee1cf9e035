"""What can be chosen about LeNet at work: the picture, what is done to it and to the network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.digits import NothingDrawnError, bundled, prepare
from cnnviz_tui.nn import Network, load_lenet
from cnnviz_tui.nn.activation import ReLU, Sigmoid, Tanh
from cnnviz_tui.nn.layer import Layer
from cnnviz_tui.nn.pool import AvgPool2d, MaxPool2d
from cnnviz_tui.samples import ImageFileError, read_image
from cnnviz_tui.walkthroughs.lenet import ForwardWalkthrough
from cnnviz_tui.walkthroughs.mechanism import (
    ChoiceField,
    CountField,
    Field,
    Mechanism,
    Preset,
    SetupError,
    ValueField,
)

Array = NDArray[np.float32]

ACTIVATIONS: dict[str, type[Layer]] = {"relu": ReLU, "tanh": Tanh, "sigmoid": Sigmoid}
POOLINGS: dict[str, type[MaxPool2d] | type[AvgPool2d]] = {"max": MaxPool2d, "avg": AvgPool2d}
HIDDEN_SIDE = 8
HIDDEN_PACE = 4
_MISLEADING_ANGLES = (0.0, 15.0, -15.0, 30.0, -30.0, 45.0, -45.0)
_HIDING_PLACES = (28 - HIDDEN_SIDE) // HIDDEN_PACE + 1
MOST_SHIFT = 14


@dataclass(frozen=True, eq=False)
class LenetSetup:
    """A picture before LeNet, and what is done to both.

    Attributes:
        drawing: float32 (28, 28), white ink on black, as it was drawn or read; None for nothing.
        source: where the drawing comes from: `digit-7`, a file's name, or `drawn`.
        activation: `relu` as trained, or another to see what breaks.
        pooling: `max` as trained, or `avg`.
        angle: degrees, counter-clockwise.
        shift: cells (down, right).
        noise: standard deviation of what is added to each pixel.
        hidden: 0, or the number of the place that a black square covers.
        title: what the setup shows, where it has a name.
    """

    drawing: Array | None
    source: str
    activation: str = "relu"
    pooling: str = "max"
    angle: float = 0.0
    shift: tuple[int, int] = (0, 0)
    noise: float = 0.0
    hidden: int = 0
    title: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.noise <= 2:
            raise SetupError(f"The noise must be 0 to 2, not {self.noise:g}.")
        if max(map(abs, self.shift)) > MOST_SHIFT:
            raise SetupError(f"The shift must be at most {MOST_SHIFT} cells each way.")
        if not 0 <= self.hidden <= _HIDING_PLACES**2:
            raise SetupError(f"The hidden place must be 0 to {_HIDING_PLACES**2}.")

    def changed(self, **choices: Any) -> LenetSetup:
        """This setup with other choices.

        Raises:
            SetupError: they cannot be.
        """
        return replace(self, **{"title": "", **choices})

    def with_drawing(self, drawing: Array, source: str) -> LenetSetup:
        """Another picture, brought into the form that the network expects; empty is allowed."""
        try:
            prepared: Array | None = prepare(drawing)
        except NothingDrawnError:
            prepared = None
        return self.changed(drawing=prepared, source=source)

    def with_digit(self, name: str) -> LenetSetup:
        """One of the bundled digits, which need no preparing."""
        return self.changed(drawing=bundled_digit(name), source=name)

    def image(self) -> Array | None:
        """The picture that the network gets, float32 (28, 28) in 0..1; None where there is none."""
        if self.drawing is None:
            return None
        picture = self.drawing
        if self.angle:
            picture = _turned(picture, self.angle)
        if any(self.shift):
            picture = _shifted(picture, *self.shift)
        if self.noise:
            rough = np.random.default_rng(0).normal(0, self.noise, picture.shape)
            picture = np.clip(picture + rough, 0, 1).astype(np.float32)
        if self.hidden:
            down, across = divmod(self.hidden - 1, _HIDING_PLACES)
            picture = picture.copy()
            top, left = down * HIDDEN_PACE, across * HIDDEN_PACE
            picture[top : top + HIDDEN_SIDE, left : left + HIDDEN_SIDE] = 0
        return picture

    def build(self) -> ForwardWalkthrough:
        """The way of the picture through the network."""
        return ForwardWalkthrough(network_with(self.activation, self.pooling), self.image())


@lru_cache(maxsize=8)
def network_with(activation: str, pooling: str) -> Network:
    """The trained LeNet-5, with another activation or pooling in the place of its own."""
    network = load_lenet()
    if (activation, pooling) == ("relu", "max"):
        return network

    def swapped(_: str, layer: Layer) -> Layer:
        if isinstance(layer, ReLU):
            return ACTIVATIONS[activation]()
        if isinstance(layer, MaxPool2d):
            return POOLINGS[pooling](layer.size, layer.stride)
        return layer

    return network.replace_layers(swapped)


def bundled_digit(name: str) -> Array:
    """The digit called `digit-D` (the first of its kind) or `sample-N`, float32 (28, 28) in 0..1.

    Raises:
        SetupError: there is no such digit.
    """
    images, labels = bundled()
    kind, _, number = name.partition("-")
    if kind == "digit" and number in set("0123456789"):
        index = int(np.flatnonzero(labels == int(number))[0])
    elif kind == "sample" and number.isdecimal() and int(number) < len(images):
        index = int(number)
    else:
        raise SetupError(
            f"There is no digit “{name}”: take digit-0 to digit-9 or sample-0 to "
            f"sample-{len(images) - 1}."
        )
    pixels: Array = (images[index] / 255).astype(np.float32)
    return pixels


@lru_cache(maxsize=1)
def mistakes() -> tuple[tuple[int, float], ...]:
    """(index, angle) of bundled test digits that the trained network misreads.

    As they are first; a good network reads nearly all of those, so then turned further and
    further, until it errs.
    """
    images, labels = bundled()
    pixels: Array = (images / 255).astype(np.float32)
    found: list[tuple[int, float]] = []
    for angle in _MISLEADING_ANGLES:
        turned = np.stack([_turned(picture, angle) for picture in pixels]) if angle else pixels
        read = network_with("relu", "max").predict(turned)
        found += [(int(i), angle) for i in np.flatnonzero(read != labels)]
    return tuple(found)


def _turned(picture: Array, degrees: float) -> Array:
    from PIL import Image

    turned = Image.fromarray(picture).rotate(degrees, Image.Resampling.BILINEAR)
    return np.asarray(turned, dtype=np.float32).copy()


def _shifted(picture: Array, down: int, right: int) -> Array:
    moved = np.zeros_like(picture)
    rows, columns = picture.shape
    moved[max(down, 0) : rows + min(down, 0), max(right, 0) : columns + min(right, 0)] = picture[
        max(-down, 0) : rows - max(down, 0), max(-right, 0) : columns - max(right, 0)
    ]
    return moved


class ShiftField(Field[LenetSetup]):
    """Cells down and to the right, which may be negative."""

    def text(self, setup: LenetSetup) -> str:
        """`0,0`."""
        return ",".join(str(cells).replace("-", "−") for cells in setup.shift)

    def typed(self, setup: LenetSetup, text: str) -> LenetSetup:
        """Read `2,-1`: down, right."""
        try:
            down, right = (int(part.replace("−", "-")) for part in text.split(","))
        except ValueError:
            raise SetupError(f"The shift “{text}” is not known: give {self.hint}.") from None
        return setup.changed(shift=(down, right))

    def candidates(self, setup: LenetSetup, direction: int) -> Iterator[LenetSetup]:
        """One cell to the right or to the left."""
        down, right = setup.shift
        if abs(right + direction) <= MOST_SHIFT:
            yield setup.changed(shift=(down, right + direction))


class DigitField(Field[LenetSetup]):
    """A bundled digit."""

    def text(self, setup: LenetSetup) -> str:
        """Its name."""
        return setup.source

    def typed(self, setup: LenetSetup, text: str) -> LenetSetup:
        """Read `digit-7` or `sample-123`."""
        return setup.with_digit(text)


class DigitImageField(Field[LenetSetup]):
    """A picture of a digit in a file."""

    def text(self, setup: LenetSetup) -> str:
        """The file's name, where the picture is one."""
        return "" if setup.source.startswith(("digit-", "sample-", "drawn")) else setup.source

    def typed(self, setup: LenetSetup, text: str) -> LenetSetup:
        """Read and prepare the picture."""
        path = Path(text).expanduser()
        try:
            planes = read_image(path)
        except ImageFileError as error:
            raise SetupError(f"{error}.") from error
        picture = planes[0] if len(planes) == 1 else np.moveaxis(planes, 0, -1)
        return setup.with_drawing(picture.astype(np.float32), path.name)


def _choice(symbol: str, option: str, name: str, names: dict[str, str]) -> ChoiceField[LenetSetup]:
    return ChoiceField(
        symbol,
        option,
        name,
        " or ".join(names),
        names=lambda: names,
        current=lambda setup: str(getattr(setup, option)),
        choose=lambda setup, value: setup.changed(**{option: value}),
    )


FIELDS: tuple[Field[LenetSetup], ...] = (
    DigitField("", "input", "digit", "digit-0 to digit-9, or sample-0 and so on"),
    DigitImageField("", "image", "picture", "the path of a picture of a digit"),
    _choice(
        "f",
        "activation",
        "activation function",
        {
            "relu": "As trained.",
            "tanh": "Not what these weights were trained with: see what breaks.",
            "sigmoid": "Not what these weights were trained with: see what breaks.",
        },
    ),
    _choice(
        "pool",
        "pooling",
        "pooling",
        {"max": "As trained.", "avg": "The mean of each window instead of its maximum."},
    ),
    ValueField("turn", "angle", "angle", "degrees, counter-clockwise", "angle", pace=5.0),
    ShiftField("shift", "shift", "shift", "cells down and right, such as 2,−1"),
    ValueField("noise", "noise", "noise", "a number from 0 to 2", "noise", pace=0.1),
    CountField(
        "hide", "hidden", "hidden place", f"0 to {_HIDING_PLACES**2}; 0 hides nothing", "hidden",
        least=0,
    ),
)  # fmt: skip


def presets() -> tuple[Preset[LenetSetup], ...]:
    """Digits to begin with; drawing one's own is the point."""
    examples = (
        ("three", "a three goes through LeNet", "Every layer of a trained network at work."),
        ("draw", "draw a digit", "An empty sheet: draw with the mouse, or with arrows and space."),
        ("upside-down", "a six turned around", "The network knows no nine that once was a six."),
        ("noisy", "a digit in noise", "How much noise can it bear? Change it and see."),
    )
    setups = (
        LenetSetup(None, "drawn").with_digit("sample-16"),
        LenetSetup(None, "drawn"),
        LenetSetup(None, "drawn").with_digit("digit-6").changed(angle=180.0),
        LenetSetup(None, "drawn").with_digit("digit-5").changed(noise=0.3),
    )
    return tuple(
        Preset(name, title, about, replace(setup, title=title))
        for (name, title, about), setup in zip(examples, setups, strict=True)
    )


LENET: Mechanism[LenetSetup] = Mechanism(
    name="lenet",
    title="LeNet",
    about="Draw a digit and see every unit of every layer of a trained LeNet react.",
    fields=FIELDS,
    presets=presets,
)
