"""A mechanism is set up by an example and what one would type into its fields."""

from __future__ import annotations

import pytest

from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.walkthroughs.mechanism import MECHANISMS, mechanism


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_mechanism_is_found_and_its_examples_can_be_walked_through(name: str) -> None:
    found = mechanism(name)
    assert found.name == name
    assert found.title
    assert found.about.endswith(".")
    presets = found.presets()
    assert len({preset.name for preset in presets}) == len(presets) > 0
    for preset in presets:
        assert preset.about.endswith(".")
        assert preset.setup.title == preset.title
        walkthrough = preset.setup.build()
        # An empty sheet to draw on has no steps, but says so.
        assert walkthrough[0].caption if len(walkthrough) else walkthrough.problem


@pytest.mark.parametrize("name", MECHANISMS)
def test_words_and_letters_of_a_mechanism_are_told_apart(name: str) -> None:
    fields = mechanism(name).fields
    names = [{field.option, field.symbol} - {""} for field in fields]
    assert len(set().union(*names)) == sum(map(len, names)), "no two fields share a name"
    assert all(field.name and field.hint for field in fields)


def test_an_unknown_mechanism_is_one_sentence_that_lists_the_others() -> None:
    with pytest.raises(ShapeError, match="no explorer “magic”") as caught:
        mechanism("magic")
    assert all(name in str(caught.value) for name in MECHANISMS)


def test_without_anything_said_the_first_example_is_set_up() -> None:
    convolution = mechanism("conv")
    assert convolution.set_up() == convolution.presets()[0].setup


def test_fields_are_typed_by_word_or_by_letter() -> None:
    by_word = mechanism("conv").set_up("does-not-fit", {"stride": "2", "padding": "1"})
    by_letter = mechanism("conv").set_up("does-not-fit", {"S": "2", "P": "1"})
    assert by_word == by_letter
    assert by_word.build().map_size == (4, 4)


def test_counts_come_before_the_groups_that_must_divide_them() -> None:
    """Nobody has to know in which order options must be given."""
    typed = {"groups": "2", "filters": "4", "channels": "6"}
    assert mechanism("conv").set_up("", typed).build().weight.shape[:2] == (4, 3)


def test_the_picture_comes_before_the_size_it_is_shown_in() -> None:
    setup = mechanism("conv").set_up("", {"size": "9", "input": "picture"})
    assert setup.build().input.shape == (3, 9, 9)


def test_an_unknown_option_is_one_sentence_that_lists_those_there_are() -> None:
    with pytest.raises(ShapeError, match="convolution has no “depth”") as caught:
        mechanism("conv").set_up("", {"depth": "3"})
    assert "stride" in str(caught.value)


def test_an_unknown_example_and_a_bad_value_are_sentences_too() -> None:
    with pytest.raises(ShapeError, match="no example “nothing”"):
        mechanism("conv").set_up("nothing")
    with pytest.raises(ShapeError, match="The stride must be"):
        mechanism("conv").set_up("", {"stride": "fast"})
