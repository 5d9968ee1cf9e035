"""What reviews bring when the scheduler, chance or a round robin chooses them, at equal numbers.

Run with ``pytest tests/benchmarks/test_scheduling.py -n 0 -s``; the learners are seeded, so that
the figures are the same in every run.
"""

from __future__ import annotations

from statistics import mean

import pytest

from tests.quiz.forgetting import Curriculum, by_scheduler, in_random_order, in_turns

LEARNERS = 20
CURRICULA = {
    "40 skills, 60 days of 8 reviews": Curriculum(40, 60, 8),
    "74 skills, 60 days of 8 reviews": Curriculum(74, 60, 8),
    "40 skills, 120 days of 5 reviews": Curriculum(40, 120, 5),
}
WAYS = {"scheduler": by_scheduler, "random order": in_random_order, "round robin": in_turns}


@pytest.mark.parametrize("name", CURRICULA)
def test_the_scheduler_brings_more_than_chance_or_turns(name: str) -> None:
    print(f"\n{name}, {LEARNERS} learners: recall")
    outcomes = {
        way: [run(CURRICULA[name], seed) for seed in range(LEARNERS)] for way, run in WAYS.items()
    }
    for way, found in outcomes.items():
        end, average = mean(o.at_end for o in found), mean(o.on_average for o in found)
        print(f"  {way:<13} at the end {end:.1%}, on average {average:.1%}")
    for other in ("random order", "round robin"):
        better = [
            mine.at_end > theirs.at_end and mine.on_average > theirs.on_average
            for mine, theirs in zip(outcomes["scheduler"], outcomes[other], strict=True)
        ]
        print(f"  better than {other}: {sum(better)} of {LEARNERS} learners")
        assert all(better)
        assert {o.reviews for o in outcomes["scheduler"]} == {o.reviews for o in outcomes[other]}
