"""What the steps of the gallery say."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from cnnviz_tui.walkthroughs.base import Line, Piece, Role, line
from cnnviz_tui.walkthroughs.numbers import short

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.gallery import GalleryStep, GalleryWalkthrough

_MOST_WRITTEN_PRODUCTS = 25
_DECIMALS = 2


def formulas_of(walkthrough: GalleryWalkthrough) -> tuple[Line, ...]:
    """How the filters are made."""
    return (line((walkthrough.formula, Role.FILTER)),)


def sums_of(step: GalleryStep, place: tuple[int, int], name: str) -> tuple[Line, ...]:
    """One answer as a sum of products, or as the root of two squares."""
    walkthrough = step.walkthrough
    value = float(step.answers[place])
    head = line((f"{name} {place}: ", Role.STRONG))
    if step.filter is None:
        even, odd = (float(walkthrough.answers[k][place]) for k in (0, 1))
        root = sqrt(even**2 + odd**2)
        return (
            (
                *head,
                Piece(f"√({_bracketed(even)}² + {_bracketed(odd)}²)", Role.INPUT),
                Piece(" = ", Role.STRONG),
                Piece(short(root, _DECIMALS), Role.OUTPUT),
            ),
        )
    rows, columns = step.window(*place)
    patch = walkthrough.patch(rows, columns)
    weights = step.weights
    result = (Piece(" = ", Role.STRONG), Piece(short(value, _DECIMALS), Role.OUTPUT))
    counted = (*head, Piece(f"{weights.size} products"), *result)
    if weights.size > _MOST_WRITTEN_PRODUCTS:
        return (counted,)
    pieces: list[Piece] = []
    for number, weight in zip(patch.ravel(), weights.ravel(), strict=True):
        if pieces:
            pieces.append(Piece(" + "))
        pieces += [
            Piece(short(float(number), _DECIMALS), Role.INPUT),
            Piece("·"),
            Piece(_bracketed(float(weight)), Role.FILTER),
        ]
    return (*head, *pieces, *result), counted


def _bracketed(value: float) -> str:
    text = short(value, _DECIMALS)
    return f"({text})" if text.startswith("−") else text


def caption_of(step: GalleryStep) -> str:
    """What the filter answers to, and what is known about such filters."""
    walkthrough = step.walkthrough
    change = walkthrough.change_when_moved(step.index)
    if step.filter is None:
        return (
            "A complex cell: it adds up the squares of both and does not care where exactly the "
            f"line lies. Move the picture one pixel: {change:.0%} change."
        )
    chosen = walkthrough.filters[step.filter]
    if walkthrough.energy:
        kind = "a line" if step.filter == 0 else "an edge"
        return (
            f"A simple cell for {kind}: it answers where light and dark fall on its stripes. "
            f"Move the picture one pixel: its answers change by {change:.0%}."
        )
    if chosen.label.endswith("°"):
        return (
            f"{chosen.about} Simple cells of the visual cortex have such fields (Hubel and "
            "Wiesel, 1962)."
        )
    if chosen.label.startswith("c1"):
        like = walkthrough.likenesses[step.filter]
        return (
            f"{chosen.about} Of all Gabor filters it is most like the one at {like.angle:.0f}°: "
            f"cosine {like.share:.2f}."
        )
    if chosen.meaning is not None:
        value = float(step.answers[step.strongest])
        meaning = chosen.meaning
        sign = meaning.positive if value > 0 else meaning.negative if value < 0 else meaning.zero
        return f"{chosen.about} {sign}"
    return chosen.about
