"""Networks: stacks of layers followed by hand, and what the zoo and the museum say."""

from __future__ import annotations

import re
from math import prod

import pytest

from cnnviz_tui.networks.trace import trace
from cnnviz_tui.networks.zoo.catalogue import load, names
from cnnviz_tui.questions import OrderQuestion
from cnnviz_tui.quiz.skill import Exercise
from cnnviz_tui.walkthroughs.museum import EXHIBITS, RESULTS
from tests.quiz.exercises import roads_by_name, whole_answer
from tests.quiz.skills.arithmetic import equations
from tests.quiz.skills.reading import (
    MANY_SEEDS,
    all_drawn,
    block,
    choice_asked,
    numbers,
    right_option,
    wrong_options,
)

Sizes = tuple[int, ...]


class MisfitError(Exception):
    """A layer does not take what arrives."""


def option(line: str, name: str, default: int) -> int:
    found = re.search(rf"{name}=(\d+)", line)
    return int(found[1]) if found else default


def slid(size: int, window: int, stride: int, padding: int) -> int:
    """How many places a window has, one after the other."""
    found = sum(1 for start in range(-padding, size + padding - window + 1) if
                (start + padding) % stride == 0)  # fmt: skip
    if not found:
        raise MisfitError
    return found


def after(line: str, shape: Sizes) -> Sizes:
    """What a layer makes of a shape, channels first.

    Raises:
        MisfitError: it does not fit.
    """
    given = numbers(line.partition("(")[2].partition("padding")[0].partition("stride")[0])
    if "ReLU" in line:
        return shape
    if "Flatten" in line:
        return (prod(shape),)
    if "Adaptive" in line:
        return shape[0], given[0], given[0]
    if "Linear" in line:
        if shape != (given[0],):
            raise MisfitError
        return (given[1],)
    channels, height, width = shape
    if "MaxPool" in line:
        stride = given[1] if len(given) > 1 else given[0]
        return channels, slid(height, given[0], stride, 0), slid(width, given[0], stride, 0)
    if given[0] != channels:
        raise MisfitError
    stride, padding = option(line, "stride", 1), option(line, "padding", 0)
    return (given[1], slid(height, given[2], stride, padding),
            slid(width, given[2], stride, padding))  # fmt: skip


def through(lines: list[str], shape: Sizes) -> Sizes:
    """What all layers make of a shape."""
    for line in lines:
        shape = after(line, shape)
    return shape


def fits(lines: list[str], shape: Sizes) -> bool:
    try:
        through(lines, shape)
    except MisfitError:
        return False
    return True


def input_of(prompt: str) -> Sizes:
    found = re.search(r"\d+x\d+x\d+", prompt)
    assert found
    return tuple(numbers(found[0]))


def parameters(line: str) -> int:
    """A weight for each number that is read, and a bias, of each filter or unit."""
    given = numbers(line.partition("(")[2])
    if "Conv2d" in line:
        return given[1] * (given[0] * given[2] * given[2] + 1)
    return given[1] * (given[0] + 1) if "Linear" in line else 0


def test_in_features_are_followed_layer_by_layer() -> None:
    for exercise in all_drawn("networks", "in-features"):
        prompt = exercise.question.prompt
        *layers, last = block(prompt)
        assert "Linear(?" in last
        assert through(layers, input_of(prompt)) == (whole_answer(exercise),)


def test_forgetting_to_flatten_is_recognised() -> None:
    for exercise in all_drawn("networks", "in-features"):
        layers = block(exercise.question.prompt)[:-2]
        maps = through(layers, input_of(exercise.question.prompt))
        if prod(maps) != maps[0]:
            assert maps[0] in roads_by_name(exercise)["forgot-flatten"]


def test_the_broken_layer_is_the_first_that_does_not_fit() -> None:
    for exercise in all_drawn("networks", "broken-layer"):
        question = choice_asked(exercise)
        lines = [one.text.partition(": ")[2] for one in question.options]
        shape = input_of(question.prompt)
        for one, line in zip(question.options, lines, strict=True):
            if one.right:
                with pytest.raises(MisfitError):
                    after(line, shape)
                break
            shape = after(line, shape)


def test_the_mended_network_fits() -> None:
    for exercise in all_drawn("networks", "broken-layer"):
        question = choice_asked(exercise)
        lines = [one.text.partition(": ")[2] for one in question.options]
        place = next(i for i, one in enumerate(question.options) if one.right)
        mended = " ".join(exercise.solution).rpartition("It would fit as ")[2].removesuffix(".")
        assert fits([*lines[:place], mended, *lines[place + 1 :]], input_of(question.prompt))


def test_only_one_layer_fills_the_gap() -> None:
    for exercise in all_drawn("networks", "missing-layer"):
        prompt = exercise.question.prompt
        shape = input_of(prompt)
        if exercise.level == 1:
            first, last = re.findall(r"\d+x\d+x\d+", prompt)
            shape, goal = tuple(numbers(first)), tuple(numbers(last))
            assert after(right_option(exercise), shape) == goal
            for line in wrong_options(exercise):
                assert not fits([line], shape) or after(line, shape) != goal
            continue
        layers = block(prompt)
        place = layers.index("?")
        for line in (right_option(exercise), *wrong_options(exercise)):
            filled = [*layers[:place], line, *layers[place + 1 :]]
            assert fits(filled, shape) == (line == right_option(exercise))


def test_the_most_parameters_are_counted_layer_by_layer() -> None:
    for exercise in all_drawn("networks", "most-parameters"):
        if exercise.level == 3:
            continue
        counts = {text: parameters(text) for text in
                  (right_option(exercise), *wrong_options(exercise))}  # fmt: skip
        most = max(counts.values())
        assert [text for text, count in counts.items() if count == most] == [right_option(exercise)]
        lines = block(exercise.question.prompt)
        assert fits([line.partition(": ")[2] for line in lines], input_of(exercise.question.prompt))


def test_every_count_of_parameters_is_worked_out() -> None:
    for exercise in all_drawn("networks", "most-parameters"):
        if exercise.level == 3:
            continue
        said = " ".join(exercise.solution)
        for text in (right_option(exercise), *wrong_options(exercise)):
            line = text.partition(": ")[2]
            counted = next(equations(said.partition(f"{line}: ")[2]))
            assert counted[1] == parameters(line)


def test_every_size_on_the_way_is_worked_out() -> None:
    for exercise in all_drawn("networks", "in-features"):
        prompt = exercise.question.prompt
        shape, said = input_of(prompt), " ".join(exercise.solution)
        for line in block(prompt)[:-2]:
            if "ReLU" in line:
                continue
            before, shape = shape, after(line, shape)
            step = " → ".join("x".join(map(str, sizes)) for sizes in (before, shape))
            _, found, said = said.partition(f"{step}, ")
            assert found, (line, exercise.solution)
            heights = [value for _, value, _ in equations(said.partition(": ")[0])]
            assert {*shape[1:]} <= {*heights}


def shown_network(exercise: Exercise) -> str:
    shown = exercise.demonstration
    assert shown is not None
    assert shown.name == "zoo"
    return shown.model


def test_the_share_of_dense_layers_is_nearest_to_the_right_option() -> None:
    for exercise in all_drawn("networks", "most-parameters"):
        if exercise.level < 3:
            continue
        network = load(shown_network(exercise))
        rows = {row.name: row for row in network.trace().layers}
        dense = sum(row.parameters or 0 for row in rows.values() if row.type == "linear")
        share = 100 * dense / sum(row.parameters or 0 for row in rows.values())
        prompt = exercise.question.prompt
        assert network.title in prompt
        # All that it takes to work the share out is told.
        told = [numbers(line.partition(": ")[2].replace(",", "")) for line in block(prompt)]
        assert sum((inputs + 1) * units for inputs, units in told) == dense
        assert f"has {sum(row.parameters or 0 for row in rows.values()):,} parameters" in prompt
        right = numbers(right_option(exercise))[0]
        for text in wrong_options(exercise):
            assert abs(share - right) < abs(share - numbers(text)[0])


def test_drawn_stacks_open_in_the_tracer() -> None:
    for name in ("in-features", "missing-layer", "broken-layer"):
        for exercise in all_drawn("networks", name)[::9]:
            shown = exercise.demonstration
            assert shown is not None
            assert shown.name == "trace"
            found = trace(shown.model, [numbers(shown.input)], suggest=False)
            assert found.ok == (name != "broken-layer")
            assert "x".join(map(str, found.inputs[0][1:])) in exercise.question.prompt


def test_a_table_belongs_to_the_network_that_is_right() -> None:
    titles = {load(name).title: name for name in names()}
    for exercise in all_drawn("networks", "which-architecture")[::3]:
        network = load(titles[right_option(exercise)])
        assert titles[right_option(exercise)] == shown_network(exercise)
        lines = block(exercise.question.prompt)
        rows = network.trace().layers
        if exercise.level == 1:
            shapes = ["x".join(map(str, row.output[1:])) for row in rows if row.output]
            assert lines[0].split()[1] == "x".join(map(str, network.input))
            assert all(line.split()[1] in shapes for line in lines[1:])
        elif exercise.level == 2:
            for line in lines:
                kind, count = line.split()
                assert sum(row.type == kind for row in rows) == int(count)
        else:
            assert f"{network.trace().total_parameters:,}" in lines[2]
            assert f"{network.trace().total_macs:,}" in lines[3]


def test_other_networks_have_other_tables() -> None:
    # Every wrong option says a line that the printed table has not, or one that it alone has.
    for exercise in all_drawn("networks", "which-architecture"):
        printed = [" ".join(line.split()) for line in block(exercise.question.prompt)]
        for one in choice_asked(exercise).options:
            if not one.right:
                told = one.feedback.partition("“")[2].partition("”")[0]
                assert ("nowhere" in one.feedback) == (told in printed)


def test_what_is_told_was_brought_by_the_right_one_alone() -> None:
    for exercise in all_drawn("networks", "what-it-brought", MANY_SEEDS):
        prompt = exercise.question.prompt
        if prompt.startswith("Whose"):
            error = float(prompt.split()[-2])
            results = {("a person" if r.who == "human" else r.who): r.error for r in RESULTS}
            assert results[right_option(exercise)] == error
            assert all(results[text] != error for text in wrong_options(exercise))
            continue
        told = prompt.partition("“")[2].partition("”")[0]
        by_name = {one.name: one for one in EXHIBITS}
        if prompt.startswith("What holds for"):
            asked = by_name[prompt.removeprefix("What holds for ").rpartition(",")[0]]
            holds = [
                text
                for text in (right_option(exercise), *wrong_options(exercise))
                if text.rstrip(".") in asked.brought.replace(asked.name, "…")
            ]
            assert holds == [right_option(exercise)]
            continue
        right, *wrong = (
            by_name[text.partition(" (")[0]]
            for text in (right_option(exercise), *wrong_options(exercise))
        )
        assert told.replace("…", right.name).rstrip(".") in right.brought
        for other in wrong:
            assert told.replace("…", other.name).rstrip(".") not in other.brought


def test_the_third_level_asks_for_details_and_the_second_for_the_main_thing() -> None:
    told: dict[int, set[str]] = {1: set(), 2: set(), 3: set()}
    for exercise in all_drawn("networks", "what-it-brought", MANY_SEEDS):
        if "“" in exercise.question.prompt:
            told[exercise.level].add(exercise.question.prompt)
    assert min(map(len, told.values())) >= 10
    assert not told[2] & told[3]


def test_the_order_is_that_of_the_years_and_no_two_share_one() -> None:
    years = {one.name: one.year for one in EXHIBITS}
    for exercise in all_drawn("networks", "which-came-first", MANY_SEEDS):
        question = exercise.question
        assert isinstance(question, OrderQuestion)
        found = [years[item] for item in question.items]
        assert found == sorted(set(found))
        assert len(found) == exercise.level + 2
        assert question.mark(question.answer_text).right


def test_levels_grow_with_the_number_of_layers() -> None:
    lengths: dict[int, list[int]] = {1: [], 2: [], 3: []}
    for exercise in all_drawn("networks", "in-features"):
        lengths[exercise.level].append(len(block(exercise.question.prompt)))
    assert max(lengths[1]) < min(lengths[2])
    assert max(lengths[2]) < min(lengths[3])
