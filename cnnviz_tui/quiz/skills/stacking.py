"""Small filters, stacked: how many see as much as a large one, and what that saves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import count
from math import ceil
from random import Random

from cnnviz_tui.questions import Road
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asking import number_exercise, road
from cnnviz_tui.quiz.skills.fields import field_shown, unpadded_layer
from cnnviz_tui.quiz.wording import counted
from cnnviz_tui.shapes.layers import Convolution
from cnnviz_tui.shapes.receptive import ReceptiveField, receptive_field, receptive_formula
from cnnviz_tui.walkthroughs.demonstration import Demonstration


def _how_many_layers(chance: Random, level: int) -> Exercise:
    if level < 3:
        window = chance.choice((3, 3, 5, 7))
        wanted = 1 + (window - 1) * chance.randint(*((2, 9), (10, 22))[level - 1])
    else:
        window = chance.choice((3, 5, 7))
        wanted = chance.choice((28, 32, 40, 48, 56, 64, 96, 112, 128, 224))
    seen, needed = ReceptiveField(), 0
    while seen.size < wanted:
        seen, needed = seen.through(unpadded_layer(window)), needed + 1
    reached = seen.size
    grows = window - 1
    right = f"1 + {needed}·({window} − 1) = {reached}"
    divided = ceil(Fraction(wanted, window))
    area = ceil(Fraction(wanted, window) ** 2)
    short = ceil(Fraction(wanted - window, grows))
    roads = [
        road(
            "added-fields",
            divided,
            f"You divided the sizes: {wanted}/{window}, so {divided}. The first layer sees "
            f"{window}, each further one only {grows} more: {right}.",
        ),
        road(
            "compared-areas",
            area,
            f"You compared areas: {wanted}·{wanted} over {window}·{window}, so {area}. Fields grow "
            f"by their sides, {grows} a layer: {right}.",
        ),
        road(
            "forgot-first-layer",
            short,
            f"You left the first layer out: ({wanted} − {window})/{grows}, so {short} more behind "
            f"it. With it: {right}.",
        ),
        road(
            "multiplied-fields",
            next(layers for layers in count(1) if window**layers >= wanted),
            f"You multiplied the sizes, as if each layer saw {window} times as much. It sees "
            f"{grows} more: {right}.",
        ),
        road(
            "one-pixel-a-layer",
            wanted - 1,
            f"You let every layer add 1. It adds {grows}, half of it at each side: {right}.",
        ),
    ]
    if level < 3:
        question = (
            f"How many layers of {window}x{window}, stride 1, have together the receptive field of "
            f"one layer of {wanted}x{wanted}?"
        )
    else:
        question = (
            f"How many layers of {window}x{window}, stride 1, does it take until a unit in the "
            f"middle can see all of a picture of {wanted}x{wanted}?"
        )
    return number_exercise(
        question,
        needed,
        roads=roads,
        hints=(
            f"The first layer sees {window}, two see {window + grows}.",
            f"How often do {grows} positions more go into {wanted} − 1?",
        ),
        solution=(
            f"Each layer of {window}x{window} adds {window} − 1 = {grows} to the 1 of a unit.",
            f"With {needed}: {right}",
        ),
        demonstration=field_shown([unpadded_layer(window)] * needed, [False] * needed),
    )


_CHANNELS: tuple[Sequence[int], ...] = (
    range(1, 21),
    (8, 12, 16, 20, 24, 30, 32, 40),
    (48, 50, 64, 96, 100, 128, 256),
)
"""The channels of the layers that are stacked, by level."""


@dataclass(frozen=True)
class _Saving:
    """A stack of 3x3 layers beside one layer of the same field, all of C channels in and out.

    Attributes:
        layers: how many 3x3 there are.
        channels: C.
        difference: whether what the stack saves is asked for, not what it has.
    """

    layers: int
    channels: int
    difference: bool

    @cached_property
    def side(self) -> int:
        """The field of the stack, and the filter of the one layer."""
        return receptive_field([unpadded_layer(3)] * self.layers).size

    def counts(self, *, bias: bool = False) -> tuple[int, int, int]:
        """The parameters of one 3x3, of the stack, of the one large layer."""
        small, large = (
            Convolution(self.channels, self.channels, window, bias=bias).parameters
            for window in (3, self.side)
        )
        return small, self.layers * small, large

    def asked(self, of_stack: int, of_large: int) -> int:
        """The number that is asked for, with these counts."""
        return of_large - of_stack if self.difference else of_stack

    @cached_property
    def right(self) -> str:
        """The right calculation."""
        C, (_, stack, large) = self.channels, self.counts()
        stacked = f"{self.layers}·3·3·{C}·{C}"
        if not self.difference:
            return f"{stacked} = {stack:,}"
        one = f"{self.side}·{self.side}·{C}·{C}"
        return f"{one} − {stacked} = {large:,} − {stack:,} = {large - stack:,}"

    @property
    def question(self) -> str:
        """What is asked about the stack."""
        if self.difference:
            return (
                f"how many weights fewer has the stack than one layer of {self.side}x{self.side}?"
            )
        return (
            "how many weights has the stack that sees as much as one layer of "
            f"{self.side}x{self.side}?"
        )


def _what_stacking_saves(chance: Random, level: int) -> Exercise:
    """The weights of a stack of 3x3 against one large filter with the same field."""
    saving = _Saving(
        chance.choice(((2,), (2, 3), (2, 3, 4))[level - 1]),
        chance.choice(_CHANNELS[level - 1]),
        level > 1 and chance.random() < 0.5,
    )
    layers, C, side = saving.layers, saving.channels, saving.side
    small, stack, large = saving.counts()
    formula = receptive_formula([unpadded_layer(3)] * layers)
    solution = [
        f"The stack sees {formula}, as {side}x{side} does.",
        f"One layer of 3x3: 3·3·{C}·{C} = {small:,}; {layers} of them: {stack:,}.",
    ]
    if saving.difference:
        solution.append(f"One of {side}x{side}: {large:,}.")
    return number_exercise(
        f"{layers} layers of 3x3 follow each other, stride 1, no biases; "
        f"{counted(C, 'channel')} {'goes' if C == 1 else 'go'} into every layer and "
        f"{'comes' if C == 1 else 'come'} out of it: {saving.question}",
        saving.asked(stack, large),
        roads=_saving_roads(saving),
        hints=(f"One layer of 3x3 has 3·3·{C}·{C} weights.", f"The stack's field: {formula}."),
        solution=(*solution, saving.right),
        demonstration=Demonstration(
            "field",
            typed={
                "stack": ", ".join(["3"] * layers),
                "rival": str(side),
                "channels": str(C),
            },
        ),
    )


def _saving_roads(saving: _Saving) -> list[Road]:
    C, right = saving.channels, saving.right
    small, stack, large = saving.counts()
    flat = saving.asked(saving.layers * 9, saving.side**2)
    one_filter = saving.asked(stack, large) // C
    one_layer = saving.asked(small, large)
    biased = saving.asked(*saving.counts(bias=True)[1:])
    other = stack if saving.difference else large
    return [
        road(
            "forgot-depth",
            flat,
            f"You counted one slice of one filter, which gives {flat}. There are {C} filters, each "
            f"{C} deep: {right}.",
        ),
        road(
            "forgot-filters",
            one_filter,
            f"You counted one filter a layer, which gives {one_filter:,}. There are {C}: {right}.",
        ),
        road(
            "took-wrong-layer",
            one_layer,
            f"You counted one layer of 3x3, {small:,} weights, which gives {one_layer:,}. There "
            f"are {saving.layers}: {right}.",
        ),
        road(
            "took-other-stack",
            other,
            f"{other:,} are the weights of the {'stack' if saving.difference else 'large filters'}"
            f". Asked: {right}.",
        ),
        road(
            "counted-bias",
            biased,
            f"You counted biases, which gives {biased:,}. There are none here: {right}.",
        ),
    ]


SKILLS: tuple[Skill, ...] = (
    Skill(
        "layers-for-field",
        "How many layers see as much",
        "How many small filters see as much as one large one.",
        _how_many_layers,
    ),
    Skill(
        "stacking-saves",
        "What stacking saves",
        "How many weights a stack of 3x3 has against one large filter.",
        _what_stacking_saves,
    ),
)
"""What this topic trains."""
