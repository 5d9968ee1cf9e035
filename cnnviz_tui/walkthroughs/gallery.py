"""A gallery of filters: one filter a step, and what it makes of the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cnnviz_tui import ops
from cnnviz_tui.walkthroughs.base import Line, Step, Walkthrough
from cnnviz_tui.walkthroughs.gallery_filters import Filter, Likeness, likeness
from cnnviz_tui.walkthroughs.gallery_text import caption_of, formulas_of, sums_of
from cnnviz_tui.walkthroughs.numbers import NumberFormat

Array = NDArray[np.float32]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryStep(Step):
    """One filter and its answers.

    Attributes:
        filter: which filter, from 0; None for the energy of the first two.
        answers: its answer at every place, float32 (height, width).
        strongest: (row, column) of the answer that is farthest from 0.
        walkthrough: what the step belongs to.
    """

    filter: int | None
    answers: Array
    strongest: Pair
    walkthrough: GalleryWalkthrough = field(repr=False)

    @property
    def sums(self) -> tuple[Line, ...]:
        """The strongest answer as a sum of products."""
        return sums_of(self, self.strongest, "strongest answer")

    @property
    def data(self) -> Mapping[str, object]:
        """The step as plain values, for `--json`."""
        walkthrough = self.walkthrough
        return {
            "step": self.index,
            "filter": walkthrough.labels[self.index],
            "weights": None if self.filter is None else self.weights.tolist(),
            "strongest": list(self.strongest),
            "value": float(self.answers[self.strongest]),
            "smallest": float(self.answers.min()),
            "largest": float(self.answers.max()),
            "moved": walkthrough.change_when_moved(self.index),
            "caption": self.caption,
        }

    @property
    def weights(self) -> Array:
        """The filter's weights; of the energy, those of the first filter of its pair."""
        return self.walkthrough.filters[self.filter or 0].weights

    def window(self, row: int, column: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The rows and columns of the picture that one answer is made of, some of them outside."""
        height, width = self.weights.shape
        top, left = row - (height - 1) // 2, column - (width - 1) // 2
        return tuple(range(top, top + height)), tuple(range(left, left + width))


class GalleryWalkthrough(Walkthrough[GalleryStep]):
    """Filters on a picture, one after the other.

    Args:
        picture: float32 (height, width); around it, its border goes on, so that no edge appears.
        filters: the filters, all of one size.
        energy: whether a last step takes the root of the squared answers of the first two.
        formula: how the filters are made, in one line.
    """

    def __init__(
        self, picture: Array, filters: tuple[Filter, ...], *, energy: bool = False, formula: str
    ) -> None:
        self.picture = picture
        self.filters = filters
        self.energy = energy
        self.formula = formula

    @property
    def title(self) -> str:
        """What is being walked through."""
        return "gallery of filters"

    @property
    def formulas(self) -> tuple[Line, ...]:
        """How the filters are made."""
        return formulas_of(self)

    @property
    def labels(self) -> tuple[str, ...]:
        """What each step is called, in at most nine characters."""
        return (*(each.label for each in self.filters), *(["energy"] if self.energy else []))

    def __len__(self) -> int:
        return len(self.filters) + self.energy

    def _answers_to(self, picture: Array) -> Array:
        """Every filter's answers to a picture, then the energy: float32 (steps, height, width)."""
        bank = np.stack([each.weights for each in self.filters])
        height, width = bank.shape[1:]
        pads = ((height - 1) // 2, height // 2), ((width - 1) // 2, width // 2)
        around = np.pad(picture, pads, mode="edge")
        answers: Array = ops.conv2d(around[None, None], bank[:, None])[0]
        if self.energy:
            energy = np.sqrt(answers[0] ** 2 + answers[1] ** 2)
            answers = np.concatenate([answers, energy[None]]).astype(np.float32)
        return answers

    @cached_property
    def answers(self) -> Array:
        """Every step's answers at every place: float32 (steps, height, width)."""
        return self._answers_to(self.picture)

    @cached_property
    def _moved(self) -> Array:
        """The answers to the picture moved one pixel to the right."""
        moved = np.zeros_like(self.picture)
        moved[:, 1:] = self.picture[:, :-1]
        return self._answers_to(moved)

    def change_when_moved(self, index: int) -> float:
        """How much a step's answers change when the picture moves by one pixel.

        The mean size of the change, as a share of the mean size of the answers.
        """
        size = float(np.abs(self.answers[index]).mean())
        change = float(np.abs(self._moved[index] - self.answers[index]).mean())
        return change / size if size else 0.0

    @cached_property
    def likenesses(self) -> tuple[Likeness, ...]:
        """Of every filter, the Gabor filter that it is most like."""
        return tuple(likeness(each.weights) for each in self.filters)

    def step(self, index: int) -> GalleryStep:
        """The answers of filter `index`."""
        answers = self.answers[index]
        row, column = np.unravel_index(int(np.abs(answers).argmax()), answers.shape)
        step = GalleryStep(
            index=index,
            caption="",
            filter=index if index < len(self.filters) else None,
            answers=answers,
            strongest=(int(row), int(column)),
            walkthrough=self,
        )
        object.__setattr__(step, "caption", caption_of(step))
        return step

    def patch(self, rows: tuple[int, ...], columns: tuple[int, ...]) -> NDArray[np.float64]:
        """The picture's numbers where rows and columns cross; its border goes on outside."""
        height, width = self.picture.shape
        down, across = np.array(rows).clip(0, height - 1), np.array(columns).clip(0, width - 1)
        return np.asarray(self.picture[np.ix_(down, across)], dtype=np.float64)

    @cached_property
    def formats(self) -> tuple[NumberFormat, NumberFormat]:
        """How the picture and the answers are written."""
        return NumberFormat.of(self.picture), NumberFormat.of(self.answers)
