"""Whole networks: what fits behind what, and where the parameters are."""

from __future__ import annotations

import re
from math import prod
from random import Random

from cnnviz_tui.questions import Option
from cnnviz_tui.quiz.skill import Exercise, QuizError, Skill
from cnnviz_tui.quiz.skills import architectures
from cnnviz_tui.quiz.skills.asking import choice_exercise, number_exercise, road
from cnnviz_tui.quiz.skills.drawn_stack import Stack, drawn_stack, sizes, text
from cnnviz_tui.quiz.skills.grids import block, prompt
from cnnviz_tui.shapes.formulas import parameter_formula
from cnnviz_tui.shapes.layers import Convolution

_CLASSES = (2, 5, 10, 20)
_MOST_DRAWS = 200


def _way(stack: Stack) -> tuple[str, ...]:
    """A line for each layer that slides, and for the flattening; how it gets to its size."""
    return tuple(
        f"{row.node.type}: {text(sizes(row.input))} → {text(sizes(row.output))}"
        + (f", {row.formula}" if row.formula and row.type != "Flatten" else "")
        for row in stack.rows
        if row.type not in ("ReLU", "Linear")
    )


def _counted(line: str) -> str:
    """The parameters of a convolution or a dense layer, worked out from its code."""
    given = [int(part) for part in re.findall(r"\d+", line.partition("(")[2])]
    if "Conv2d" in line:
        return parameter_formula(Convolution(given[0], given[1], given[2]))
    inputs, units = given
    return f"({inputs:,} + 1)·{units} = {(inputs + 1) * units:,}"


def _features(stack: Stack) -> int | None:
    """The number of features behind a stack of layers that may not fit."""
    return None if stack.output is None else prod(stack.output)


def _in_features(chance: Random, level: int) -> Exercise:
    classes = chance.choice(_CLASSES)
    stack = drawn_stack(chance, level, classes)
    *_, before, last = stack.rows
    answer = sizes(before.output)[0]
    volume = sizes(before.input)
    channels, area = volume[0], prod(volume[1:])
    right = f"{'·'.join(map(str, volume))} = {answer:,} numbers arrive."
    body = Stack(stack.lines[:-2], stack.input)
    roads = [
        road("forgot-flatten", channels, f"You counted the maps, {channels}. {right}"),
        road("forgot-depth", area, f"You counted one map, {area}. {right}"),
        road("", classes, f"That is what leaves the layer. {right}"),
    ]
    bare = tuple(re.sub(r", padding=\d+", "", line) for line in body.lines)
    slow = tuple(re.sub(r", stride=\d+", "", line) for line in body.lines)
    others = (
        ("", body.without("MaxPool2d"), "left pooling out"),
        ("forgot-padding", Stack(bare, body.input), "left the padding out"),
        ("forgot-stride", Stack(slow, body.input), "left the stride of the convolution out"),
    )
    for name, other, done in others:
        features = _features(other)
        if features is not None and other != body:
            shape = "·".join(map(str, other.output or ()))
            roads.append(road(name, features, f"You {done}: {shape} = {features:,}. {right}"))
    lines = (*stack.lines[:-1], f"nn.Linear(?, {classes})")
    return number_exercise(
        prompt(
            f"The input is {text(stack.input)}, channels first. Which number stands for the "
            "question mark?",
            block(lines),
        ),
        answer,
        roads=roads,
        hints=("Follow the size from layer to layer.", _way(stack)[0]),
        solution=(*_way(stack), f"{last.node.type}: {right}"),
        demonstration=stack.shown,
    )


def _broken(chance: Random, level: int) -> Exercise:
    """Show a stack with one layer that does not fit, its lines as the options."""
    for _ in range(_MOST_DRAWS):
        fitting = drawn_stack(chance, level, chance.choice(_CLASSES))
        place, line = _break(chance, fitting, level)
        stack = fitting.with_line(place, line)
        error = stack.traced.error
        if error is not None and len(stack.rows) == place and line != fitting.lines[place]:
            break
    else:
        raise QuizError("No layer was found that breaks this network: take another seed.")
    here = f"At line {place}: {error.message}"
    options = []
    for number, code in enumerate(stack.lines):
        row = fitting.rows[number]
        fits = f"It fits: {text(sizes(row.input))} arrive, {text(sizes(row.output))} leave."
        if number > place:
            fits = f"It would fit, had line {place} fitted."
        why = "" if number == place else f"{fits} {here}"
        options.append(Option(f"{number}: {code}", right=number == place, feedback=why))
    return choice_exercise(
        None,
        f"The input is {text(stack.input)}, channels first. One line of this nn.Sequential does "
        "not fit what arrives. Which one?",
        options,
        solution=(*_way(stack), f"{here} It would fit as {fitting.lines[place]}."),
        hints=("Follow the size from line to line.", (_way(stack) or _way(fitting))[0]),
        demonstration=stack.shown,
    )


def _break(chance: Random, stack: Stack, level: int) -> tuple[int, str]:
    """A place and a line for it that takes something else than what arrives."""
    last = len(stack.lines) - 1
    convolutions = [i for i, line in enumerate(stack.lines) if "Conv2d" in line]
    if level == 1 or chance.random() < 0.5:
        place = chance.choice((*convolutions, last) if level == 1 else convolutions[1:])
    else:
        place = last
    line = stack.lines[place]
    taken = int(re.findall(r"\d+", line.partition("(")[2])[0])
    volume = sizes(stack.rows[-2].input)
    if place == last:
        slip = Stack(stack.lines[:-2], stack.input).without("MaxPool2d")
        wrong = [volume[0], prod(volume[1:]), _features(slip) or 0, taken // 2, 2 * taken]
    else:
        made = int(re.findall(r"\d+", line)[2])
        wrong = [made, 3 if taken == 1 else 1, 2 * taken, stack.input[1]]
    choices = [number for number in wrong if number not in (taken, 0)]
    return place, line.replace(f"({taken},", f"({chance.choice(choices)},", 1)


def _missing(chance: Random, level: int) -> Exercise:
    """Show a stack with a gap; one option fills it so that everything fits."""
    for _ in range(_MOST_DRAWS):
        stack = drawn_stack(chance, level, chance.choice(_CLASSES))
        places = [i for i, line in enumerate(stack.lines) if "Conv2d" in line or "Pool" in line]
        place = chance.choice(places)
        right = stack.lines[place]
        arriving, leaving = (
            sizes(shape) for shape in (stack.rows[place].input, stack.rows[place].output)
        )
        wrong: dict[str, str] = {}
        for line in _candidates(chance, right, arriving[0], leaving[0]):
            if line == right or len(wrong) == 3:
                continue
            # At level 1 one step is asked for, then all layers behind it have to fit.
            alone, whole = Stack((line,), arriving), stack.with_line(place, line)
            fits = alone.output == leaving if level == 1 else whole.traced.ok
            if not fits:
                wrong[line] = _made(alone)
        if len(wrong) == 3:
            break
    else:
        raise QuizError("No layers were found to choose among: take another seed.")
    shown = [*stack.lines[:place], "?", *stack.lines[place + 1 :]]
    so = f"{right} makes {text(leaving)} of {text(arriving)}."
    formula = stack.rows[place].formula
    if level == 1:
        asked = f"What turns {text(arriving)} into {text(leaving)} (channels first)?"
        stack = Stack((right,), arriving)
    else:
        asked = prompt(
            f"The input is {text(stack.input)}, channels first. Which layer stands for the "
            "question mark, so that all fits?",
            block(shown),
        )
    options = [Option(right, right=True)]
    options += [
        Option(line, feedback=f"{said} {text(arriving)} arrives, {text(leaving)} must leave.")
        for line, said in wrong.items()
    ]
    return choice_exercise(
        chance,
        asked,
        options,
        solution=(*_way(stack), f"{formula}.", so) if level > 1 else (f"{formula}.", so),
        hints=(f"{text(arriving)} arrives.", f"{text(leaving)} must leave."),
        demonstration=stack.shown,
    )


def _made(alone: Stack) -> str:
    """What a layer makes of what arrives, or why it cannot take it."""
    if alone.traced.error is not None:
        return alone.traced.error.message
    return f"It makes {text(alone.output or ())} of it."


def _candidates(chance: Random, right: str, channels: int, maps: int) -> list[str]:
    """Layers that one could take for the right one, in an order by chance."""
    found = [
        f"nn.Conv2d({channels}, {maps}, {filter_}{rest})"
        for filter_ in (3, 5)
        for rest in ("", f", padding={filter_ // 2}", ", stride=2", ", stride=2, padding=1")
    ]
    found += [f"nn.MaxPool2d({side})" for side in (2, 3, 4)]
    found += [f"nn.Conv2d({channels}, {2 * maps}, 3, padding=1)"]
    if "Conv2d" in right:
        found += [right.replace(f"({channels}, {maps},", f"({maps}, {channels},")]
    chance.shuffle(found)
    return found


def _most_parameters(chance: Random, level: int) -> Exercise:
    if level == 3:
        return architectures.dense_share(chance)
    for _ in range(_MOST_DRAWS):
        stack = _two_dense(chance) if level == 2 else drawn_stack(chance, 2, chance.choice((2, 10)))
        rows = [row for row in stack.rows if row.parameters]
        counts = [row.parameters or 0 for row in rows]
        if counts.count(max(counts)) == 1 and len({row.node.line for row in rows}) == len(rows):
            break
    most = max(rows, key=lambda row: row.parameters or 0)
    names = {row.name: stack.lines[int(row.name)] for row in rows}
    total = stack.traced.total_parameters or 0
    right = f"Line {most.name}, {names[most.name]}, has {most.parameters:,} of {total:,}."
    largest = max(rows, key=lambda row: prod(sizes(row.output)))
    options = []
    for row in rows:
        name = "size-for-parameters" if row.name == largest.name != most.name else ""
        why = "" if row is most else f"It has {_counted(names[row.name])}. {right}"
        code = f"{row.name}: {names[row.name]}"
        options.append(Option(code, right=row is most, feedback=why, name=name))
    return choice_exercise(
        None,
        prompt(
            f"The input is {text(stack.input)}, channels first. Which layer has the most "
            "parameters?",
            block(f"{number}: {line}" for number, line in enumerate(stack.lines)),
        ),
        options,
        solution=(*(f"{line}: {_counted(line)}" for line in names.values()), right),
        hints=("Weights are F·F·C for each filter, in a dense layer one for each input.",),
        demonstration=stack.shown,
    )


def _two_dense(chance: Random) -> Stack:
    """A deeper stack with two dense layers, or with the mean of each map in front of one."""
    stack = drawn_stack(chance, 2, 10)
    if chance.random() < 0.5:
        body = stack.lines[:-2]
        maps = sizes(stack.rows[-3].output)[0]
        wide = chance.choice((32, 64))
        head = (
            f"nn.Conv2d({maps}, {wide}, 3, padding=1)",
            "nn.ReLU()",
            "nn.AdaptiveAvgPool2d(1)",
            "nn.Flatten()",
            f"nn.Linear({wide}, 10)",
        )
        return Stack((*body, *head), stack.input)
    features = sizes(stack.rows[-2].output)[0]
    hidden = chance.choice((16, 32, 84, 120))
    dense = (f"nn.Linear({features}, {hidden})", "nn.ReLU()", f"nn.Linear({hidden}, 10)")
    return Stack((*stack.lines[:-1], *dense), stack.input)


SKILLS: tuple[Skill, ...] = (
    Skill(
        "in-features",
        "in_features after a stack",
        "Say how many features arrive at a dense layer.",
        _in_features,
    ),
    Skill(
        "broken-layer",
        "Find the broken layer",
        "Find the layer that does not fit what arrives.",
        _broken,
    ),
    Skill(
        "missing-layer",
        "Fill in the missing layer",
        "Choose the layer that makes a network fit.",
        _missing,
    ),
    Skill(
        "most-parameters",
        "Where the parameters are",
        "Say which layers of a network hold its parameters.",
        _most_parameters,
    ),
    *architectures.SKILLS,
)
"""From one layer that fits to the networks of the museum."""
