"""Two layers side by side: which has more parameters, which takes more multiplications."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from random import Random

from cnnviz_tui.questions import Option
from cnnviz_tui.quiz.misconceptions import MISCONCEPTIONS
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asked_layers import layer_text, shape_text
from cnnviz_tui.quiz.skills.asking import choice_exercise
from cnnviz_tui.shapes.formulas import mac_formula, parameter_formula
from cnnviz_tui.shapes.layers import Convolution, Volume

Counted = Callable[[Convolution, Volume], int]
"""How many of something a layer has over an input."""


def _parameters(layer: Convolution, volume: Volume) -> int:
    return layer.parameters


def _macs(layer: Convolution, volume: Volume) -> int:
    return layer.macs(volume[1])


_Pair = tuple[tuple[Convolution, Volume], tuple[Convolution, Volume]]
_Tied = Callable[[Random, int, Convolution, int], _Pair]


def _as_many_parameters(chance: Random, level: int, layer: Convolution, side: int) -> _Pair:
    """The same layer over a larger input; at level 3 filters of 1x1 that are so much deeper."""
    channels, other, there = layer.in_channels, layer, 2 * side
    if level == 3:
        deep = prod(layer.window) * channels
        other, there = layer.changed(kernel_size=1, padding=0, in_channels=deep), side
    pair = ((layer, (channels, (side, side))), (other, (other.in_channels, (there, there))))
    return pair if chance.random() < 0.5 else (pair[1], pair[0])


def _as_many_products(chance: Random, level: int, layer: Convolution, side: int) -> _Pair:
    """C and K exchanged over the same input."""
    other = layer.changed(in_channels=layer.out_channels, out_channels=layer.in_channels)
    pair = (
        (layer, (layer.in_channels, (side, side))),
        (other, (other.in_channels, (side, side))),
    )
    return pair if chance.random() < 0.5 else (pair[1], pair[0])


@dataclass(frozen=True)
class _Subject:
    """What two layers are compared by.

    Attributes:
        what: its name.
        count: how many of it a layer has over an input.
        formula: the same written out.
        mistaken: what it is taken for, and the misconception's name.
        tied: makes a pair of layers that have as many out of one.
        hint: a nudge.
    """

    what: str
    count: Counted
    formula: Callable[[Convolution, Volume], str]
    mistaken: tuple[str, Counted]
    tied: _Tied
    hint: str

    def exercise(self, chance: Random, level: int) -> Exercise:
        """Two layers: which has more, or do they tie.

        Level 1 changes one thing; level 2 two that pull apart; level 3 everything at once, and
        no layer has more of everything.
        """
        pair = _two_layers(chance, level, self.tied)
        first, second = (self.count(*each) for each in pair)
        verdict = (
            f"{first:,} = {second:,}: both have as many."
            if first == second
            else f"{first:,} > {second:,}: the first has more."
            if first > second
            else f"{first:,} < {second:,}: the second has more."
        )
        lines = [
            f"The {name}: {self.formula(*each)}."
            for name, each in zip(("first", "second"), pair, strict=True)
        ]
        options = []
        for place, text in enumerate(("the first", "the second", "both have as many")):
            if place == _larger(first, second):
                options.append(Option(text, right=True))
                continue
            name = self._misjudged(place, pair)
            perhaps = f"Perhaps you {MISCONCEPTIONS[name]}. " if name else ""
            options.append(
                Option(text, feedback=f"{perhaps}{' '.join(lines)} {verdict}", name=name)
            )
        told = " ".join(
            f"The {name} layer: {shape_text(volume)}, {layer_text(layer)}."
            for name, (layer, volume) in zip(("first", "second"), pair, strict=True)
        )
        return choice_exercise(
            None,
            f"{told} Every filter has a bias. Which layer has more {self.what}?",
            options,
            hints=(self.hint, lines[0]),
            solution=(*lines, verdict),
        )

    def _misjudged(self, place: int, pair: _Pair) -> str:
        """The likeliest look at two layers that leads to a wrong option; empty where none does."""
        looks = (("forgot-depth", self._flat), self.mistaken, *_LOOKS)
        return next(
            (name for name, look in looks if place == _larger(look(*pair[0]), look(*pair[1]))), ""
        )

    def _flat(self, layer: Convolution, volume: Volume) -> int:
        """The count with filters one slice deep."""
        return self.count(layer.changed(in_channels=1), volume)


def _larger(first: int, second: int) -> int:
    """The place of the option that is right for two counts."""
    return 2 if first == second else 0 if first > second else 1


def _two_layers(chance: Random, level: int, tied: _Tied) -> _Pair:
    side = chance.choice((8, 10, 12) if level == 1 else (16, 24, 28, 32))
    channels = chance.choice((2, 3, 4) if level == 1 else (4, 8, 12, 16))
    filters = chance.choice((5, 6, 8) if level == 1 else (6, 10, 20, 24, 32))
    window = chance.choice((3, 5))
    layer = Convolution(channels, filters, window, padding=window // 2)
    if chance.random() < (0.2 if level == 1 else 0.3):
        return tied(chance, level, layer, side)
    volume = (channels, (side, side))
    if level == 1:
        other = chance.choice(
            (
                layer.changed(kernel_size=window + 2, padding=window // 2 + 1),
                layer.changed(out_channels=filters + 2),
                layer.changed(in_channels=channels + 2),
            )
        )
        pair = ((layer, volume), (other, (other.in_channels, (side, side))))
    elif level == 2:
        # A larger filter against more of the smaller ones.
        larger = layer.changed(kernel_size=window + 2, padding=window // 2 + 1)
        more = layer.changed(out_channels=filters * chance.choice((2, 3)))
        pair = ((larger, volume), (more, volume))
    else:
        strided = _strided(chance, filters)
        while not _pulls_apart(layer, strided):
            strided = _strided(chance, filters)
        there = chance.choice((16, 24, 28, 32, 48))
        pair = ((layer, volume), (strided, (strided.in_channels, (there, there))))
    return pair if chance.random() < 0.5 else (pair[1], pair[0])


def _strided(chance: Random, filters: int) -> Convolution:
    """A layer with other numbers than the first one's."""
    return Convolution(
        chance.choice((2, 4, 8, 16, 24)),
        max(filters // 2 * chance.choice((1, 2, 4, 8)), 2),
        chance.choice((1, 3, 5, 7)),
        stride=2,
        padding=0,
    )


def _pulls_apart(first: Convolution, second: Convolution) -> bool:
    """Whether one layer has more of some numbers that count, the other more of others."""
    looks = (
        (first.window[0], second.window[0]),
        (first.in_channels, second.in_channels),
        (first.out_channels, second.out_channels),
    )
    return any(a > b for a, b in looks) and any(a < b for a, b in looks)


_LOOKS: tuple[tuple[str, Counted], ...] = (
    ("judged-by-filter-size", lambda layer, volume: layer.window[0]),
    ("judged-by-number-of-filters", lambda layer, volume: layer.out_channels),
    ("judged-by-input", lambda layer, volume: prod(volume[1])),
)
"""What one may compare alone, the likeliest first."""


_PARAMETERS = _Subject(
    what="parameters",
    count=_parameters,
    formula=lambda layer, volume: parameter_formula(layer),
    mistaken=("macs-for-parameters", _macs),
    tied=_as_many_parameters,
    hint="Which numbers of a layer do not matter for its parameters?",
)
_MACS = _Subject(
    what="multiply-accumulates",
    count=_macs,
    formula=lambda layer, volume: mac_formula(layer, volume[1]),
    mistaken=("parameters-for-macs", _parameters),
    tied=_as_many_products,
    hint="Weights times positions of the output.",
)

SKILLS: tuple[Skill, ...] = (
    Skill(
        "compare-parameters",
        "Which has more parameters",
        "Which of two layers learns more numbers.",
        _PARAMETERS.exercise,
    ),
    Skill(
        "compare-macs",
        "Which multiplies more",
        "Which of two layers takes more multiply-accumulates.",
        _MACS.exercise,
    ),
)
"""What this topic trains."""
