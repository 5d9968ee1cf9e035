"""An activation function, one input a step: its output, its slope, and ten of them in a row.

The steps go along x from left to right. Each also sends its x through a chain of layers that have
this function and one weight each, and multiplies their slopes: what is left of the gradient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui.walkthroughs.activation_functions import Activation, Values
from cnnviz_tui.walkthroughs.activation_text import caption_of, formulas_of, sums_of
from cnnviz_tui.walkthroughs.base import Line, Step, Walkthrough
from cnnviz_tui.walkthroughs.numbers import NumberFormat

Array = NDArray[np.float32]

INTERVALS = 48
"""Steps along x, so that a range of −6 to 6 goes in quarters and 0 is among them."""
FLAT = 0.01
"""A slope below this counts as saturated: less than a hundredth of the gradient gets through."""
_SAMPLES = 960


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One layer of the chain.

    Attributes:
        input: the number that goes into its function.
        output: what comes out.
        slope: the function's derivative at the input.
        factor: what the layer multiplies the gradient by: the slope, times the weight behind it.
        left: the product of the factors of all layers so far.
    """

    input: float
    output: float
    slope: float
    factor: float
    left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationStep(Step):
    """One place on the curve.

    Attributes:
        x: the input.
        value: the function's output there.
        slope: its derivative there.
        chain: the layers that the number goes through, the first of them at x.
        walkthrough: what the step belongs to.
    """

    x: float
    value: float
    slope: float
    chain: tuple[ChainLink, ...]
    walkthrough: ActivationWalkthrough = field(repr=False)

    @property
    def saturated(self) -> bool:
        """Whether hardly any gradient gets through."""
        return abs(self.slope) < FLAT

    @property
    def product(self) -> float:
        """The derivative of the whole chain with respect to x."""
        return self.chain[-1].left

    @property
    def sums(self) -> tuple[Line, ...]:
        """The function and its slope with the numbers filled in, and the product of the slopes."""
        return sums_of(self)

    @property
    def data(self) -> Mapping[str, object]:
        """The step as plain values, for `--json`."""
        return {
            "step": self.index,
            "function": self.walkthrough.function.name,
            "x": self.x,
            "value": self.value,
            "slope": self.slope,
            "saturated": self.saturated,
            "layer_inputs": [link.input for link in self.chain],
            "factors": [link.factor for link in self.chain],
            "product": self.product,
            "caption": self.caption,
        }


class ActivationWalkthrough(Walkthrough[ActivationStep]):
    """An activation function seen along x, on a feature map and in a chain of layers.

    Args:
        function: which function.
        shape: its α or β; unused where it has none.
        reach: x goes from −reach to reach.
        layers: how many layers the chain has.
        weight: by what a layer's output is multiplied on its way to the next.
        before: float32 (height, width), the feature map that the function is applied to.
    """

    def __init__(
        self,
        function: Activation,
        shape: float,
        reach: float,
        layers: int,
        weight: float,
        before: Array,
    ) -> None:
        self.function = function
        self.shape = shape
        self.reach = reach
        self.layers = layers
        self.weight = weight
        self.before = before

    @property
    def title(self) -> str:
        """What is being walked through."""
        return f"activation {self.function.title}"

    @property
    def formulas(self) -> tuple[Line, ...]:
        """The function, its derivative, and the most that the chain can pass on."""
        return formulas_of(self)

    def __len__(self) -> int:
        return INTERVALS + 1

    def x_of(self, index: int) -> float:
        """The input that step `index` looks at."""
        return self.reach * (2 * index / INTERVALS - 1)

    def index_of(self, x: float) -> int:
        """The step nearest to an input; beyond the range its first or last step."""
        place = (x / self.reach + 1) / 2 * INTERVALS
        return min(max(round(place), 0), INTERVALS)

    def step(self, index: int) -> ActivationStep:
        """Compute the function, its slope and the chain at one input."""
        return self.at(self.x_of(index), index)

    def at(self, x: float, index: int) -> ActivationStep:
        """The same for any input, as step `index`."""
        chain = self.chain(x)
        step = ActivationStep(
            index=index,
            caption="",
            x=x,
            value=chain[0].output,
            slope=chain[0].slope,
            chain=chain,
            walkthrough=self,
        )
        object.__setattr__(step, "caption", caption_of(step))
        return step

    def chain(self, x: float) -> tuple[ChainLink, ...]:
        """The layers that x goes through: a₁ = x, then aₗ₊₁ = w·f(aₗ)."""
        links: list[ChainLink] = []
        number, left = x, 1.0
        for layer in range(self.layers):
            value, slope = self._at(number)
            factor = slope if layer == 0 else self.weight * slope
            left *= factor
            links.append(ChainLink(number, value, slope, factor, left))
            number = self.weight * value
        return tuple(links)

    def _at(self, x: float) -> tuple[float, float]:
        inputs = np.array([x])
        value = self.function.value(inputs, self.shape)
        return float(value[0]), float(self.function.slope(inputs, self.shape)[0])

    @cached_property
    def curve(self) -> tuple[Values, Values, Values]:
        """(x, output, slope) along the whole range, finely: float, each of one length."""
        x = np.linspace(-self.reach, self.reach, _SAMPLES + 1)
        return x, self.function.value(x, self.shape), self.function.slope(x, self.shape)

    @cached_property
    def steepest(self) -> float:
        """The largest slope within the range."""
        return float(self.curve[2].max())

    @property
    def steepens(self) -> bool:
        """Whether the slope is largest at an end of the range, and grows on beyond it."""
        slope = self.curve[2]
        end = max(float(slope[0] - slope[1]), float(slope[-1] - slope[-2]))
        return end > 0 and max(slope[0], slope[-1]) == slope.max()

    @cached_property
    def flat(self) -> tuple[tuple[float, float], ...]:
        """The stretches of x, (from, to), where the function is saturated."""
        x, _, slope = self.curve
        saturated = np.concatenate(([False], np.abs(slope) < FLAT, [False]))
        edges = np.flatnonzero(np.diff(saturated.astype(np.int8)))
        return tuple(
            (float(x[start]), float(x[stop - 1]))
            for start, stop in zip(edges[0::2], edges[1::2], strict=True)
        )

    @cached_property
    def after(self) -> Array:
        """The feature map behind the function: float32 (height, width)."""
        return self.function.value(self.before.astype(np.float64), self.shape).astype(np.float32)

    @cached_property
    def flat_share(self) -> float:
        """The share of the map's numbers, 0 to 1, at which the function is saturated."""
        slopes = self.function.slope(self.before.astype(np.float64), self.shape)
        return float((np.abs(slopes) < FLAT).mean())

    def near(self, index: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """(rows, columns) of the map's numbers that are nearer to this step than to any other.

        What lies beyond the range belongs to the first or the last step.
        """
        places = np.rint((self.before.astype(np.float64) / self.reach + 1) / 2 * INTERVALS)
        rows, columns = np.nonzero(np.clip(places, 0, INTERVALS) == index)
        return tuple(rows.tolist()), tuple(columns.tolist())

    @cached_property
    def format(self) -> NumberFormat:
        """How the maps' numbers are written."""
        return NumberFormat.of(self.before, self.after, most_decimals=1)

    @cached_property
    def left_between(self) -> tuple[float, float]:
        """The least and the most that is left of the gradient after any number of layers.

        Over all steps; 1 lies between them, and what is below 1e-30 does not count.
        """
        number = np.array([self.x_of(i) for i in range(len(self))])
        left = np.ones_like(number)
        found = [left]
        for layer in range(self.layers):
            factor = self.function.slope(number, self.shape) * (self.weight if layer else 1.0)
            left = np.abs(left * factor)
            found.append(left[left > 1e-30])
            number = self.weight * self.function.value(number, self.shape)
        everything = np.concatenate(found)
        return float(everything.min()), float(everything.max())
