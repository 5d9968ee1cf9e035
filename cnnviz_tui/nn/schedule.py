"""Schedules: the learning rate of each step, as a function of how far training has come."""

from __future__ import annotations

from math import cos, pi
from typing import Literal, TypeAlias

Schedule: TypeAlias = Literal["constant", "step", "one-cycle"]

WARM_UP = 0.3
"""Part of a one-cycle run in which the rate rises."""
START_DIVISOR = 25
"""A one-cycle run starts at the peak rate divided by this."""
END_DIVISOR = 10_000
"""... and ends at its starting rate divided by this."""
DROPS = 3
"""How often the step schedule divides the rate by `DROP_FACTOR`."""
DROP_FACTOR = 10**0.5


def learning_rate(schedule: Schedule, peak: float, step: int, total: int) -> float:
    """Return the learning rate of one step.

    Args:
        schedule: `constant`; `step`, divided by √10 after each quarter of the run; `one-cycle`,
            a cosine from peak / 25 up to the peak and down to almost nothing, Smith and
            Topin (2018).
        peak: the highest rate of the run.
        step: which step, counted from 0.
        total: steps in the run.

    Raises:
        ValueError: there is no such schedule.
    """
    if schedule == "constant":
        return peak
    if schedule == "step":
        return peak / DROP_FACTOR ** min(DROPS, step * (DROPS + 1) // max(total, 1))
    if schedule != "one-cycle":
        raise ValueError(f"there is no schedule {schedule!r}; use constant, step or one-cycle")
    start = peak / START_DIVISOR
    turn = WARM_UP * total - 1
    if step <= turn:
        return _cosine(start, peak, step / turn if turn > 0 else 1)
    return _cosine(peak, start / END_DIVISOR, (step - turn) / max(total - 1 - turn, 1))


def _cosine(a: float, b: float, part: float) -> float:
    return b + (a - b) * (1 + cos(pi * min(max(part, 0), 1))) / 2
