"""Uniting records leads to the same, in whatever order and however often they come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.progress.database import open_memory
from cnnviz_tui.progress.records import Answer, Card, Exam, Place, Record
from cnnviz_tui.progress.store import key_of
from tests.progress.conftest import NOON

minutes = st.integers(0, 5).map(lambda number: NOON + timedelta(minutes=number))
steps = st.integers(0, 4)
few = st.sampled_from(["a", "b"])
records = st.one_of(
    st.builds(Answer, few, st.just("right"), st.just("quiz"), when=minutes),
    st.builds(Place, few, steps, steps, steps, finished=st.none() | minutes, seen=minutes),
    st.builds(Card, few, st.just("{}"), due=minutes, updated=minutes),
    st.builds(Exam, few, steps, steps, minutes, finished=st.none() | minutes, updated=minutes),
)


def version_of(record: Record) -> object:
    """What two versions of the same thing differ in at least: nobody writes twice at once."""
    if isinstance(record, Answer):
        return record
    return key_of(record), record.seen if isinstance(record, Place) else record.updated


def united(*batches: list[Record]) -> set[Record]:
    """What is kept after some imports."""
    store = open_memory([])
    for batch in batches:
        store.merge(batch)
    kept = store.records()
    store.close()
    assert len({key_of(record) for record in kept}) == len(kept)
    return set(kept)


@given(st.lists(records, max_size=12, unique_by=version_of), st.data())
def test_neither_order_nor_repetition_matters(some: list[Record], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(some))
    cut = data.draw(st.integers(0, len(some)))
    assert united(shuffled[cut:], some, shuffled[:cut]) == united(some)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_place_is_the_latest_and_its_progress_the_most(order: tuple[int, int, int]) -> None:
    places = [
        Place("stride", 9, finished=NOON + timedelta(hours=3), seen=NOON),
        Place("stride", 1, part=2, seen=NOON + timedelta(hours=2)),
        Place("stride", 4, finished=NOON, seen=NOON + timedelta(hours=1)),
    ]
    assert united([places[number] for number in order]) == {
        Place("stride", 1, 2, furthest=9, finished=NOON, seen=NOON + timedelta(hours=2))
    }


def test_what_is_united_is_united_whole_or_not_at_all() -> None:
    store = open_memory([])

    def half() -> Iterator[Record]:
        yield Place("stride")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        store.merge(half())
    assert store.records() == []
    store.close()
