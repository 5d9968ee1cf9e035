"""The museum says what was published, in order, and computes everything else."""

from __future__ import annotations

import pytest

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.zoo.catalogue import load, names
from cnnviz_tui.walkthroughs.museum import (
    EXHIBITS,
    HUMAN,
    RESULTS,
    exhibit_named,
    riddle_solved,
)


def test_the_way_leads_from_1989_on_and_passes_every_network_of_the_zoo() -> None:
    years = [exhibit.year for exhibit in EXHIBITS]
    assert years[0] == 1989
    assert years == sorted(years)
    shown = [name for exhibit in EXHIBITS for name in exhibit.networks]
    assert sorted(shown) == names()


def test_an_exhibit_is_as_old_as_the_network_that_it_shows_first() -> None:
    for exhibit in EXHIBITS:
        if exhibit.networks:
            assert load(exhibit.networks[0]).year == exhibit.year, exhibit.key


def test_every_exhibit_tells_its_paper_and_what_it_brought() -> None:
    for exhibit in EXHIBITS:
        assert len(exhibit.source) > 10, exhibit.key
        assert len(exhibit.brought.split(". ")) >= 2, exhibit.key
        assert exhibit.brought.endswith("."), exhibit.key


def test_imagenets_errors_fall_below_what_people_reach_only_in_2015() -> None:
    errors = {result.year: result.error for result in RESULTS if result.year is not None}
    assert list(errors) == [2010, 2011, 2012, 2013, 2014, 2015]
    assert [year for year, error in errors.items() if error < HUMAN.error] == [2015]
    assert [r.error for r in RESULTS] == [28.2, 25.8, 16.4, 15.3, 11.7, 7.3, 6.7, 3.57, 5.1]
    assert all(result.source for result in RESULTS)


def test_the_errors_of_exhibits_are_those_of_the_chart() -> None:
    known = {result.error for result in RESULTS}
    assert {e.error for e in EXHIBITS if e.error is not None} <= known


def test_a_riddle_is_twelve_photographs_right_in_a_row() -> None:
    right = 1.0
    for _ in range(12):
        right *= 0.98914
    assert riddle_solved(0.98914) == pytest.approx(right)
    assert f"{100 * right:.0f} % of all cases" in next(
        e.brought for e in EXHIBITS if e.key == "asirra"
    )


def test_an_exhibit_is_found_by_its_name_or_by_that_of_one_of_its_networks() -> None:
    assert exhibit_named("vgg")[1] == "vgg16"
    exhibit, network = exhibit_named("VGG19")
    assert (exhibit.key, network) == ("vgg", "vgg19")
    assert exhibit_named("asirra")[1] == ""
    with pytest.raises(SourceError, match="no exhibit “vgg99”; there are convnet, lenet"):
        exhibit_named("vgg99")
