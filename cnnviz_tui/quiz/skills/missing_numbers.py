"""The size formula read backwards: which padding, stride, filter or input it was."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from cnnviz_tui.questions import Road, number_text
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asking import number_exercise, road
from cnnviz_tui.quiz.skills.size_roads import convolution_shown, lengths
from cnnviz_tui.shapes.axis import Axis
from cnnviz_tui.shapes.formulas import size_formula
from cnnviz_tui.shapes.inverse import choices_for, size_keeping_padding
from cnnviz_tui.shapes.transposed import TransposedAxis

_BACKWARDS = "Write the size formula down, put in what is known, and solve it."


def _keeping_padding(chance: Random, level: int) -> Exercise:
    dilation = 1
    if level == 1:
        window, size = chance.choice((3, 5, 7)), chance.randint(7, 16)
    elif level == 2:
        window, size = chance.choice((3, 5, 7, 9, 11)), chance.choice((14, 28, 32, 56, 64))
    else:
        window, size = chance.choice((3, 5, 7)), chance.choice((32, 48, 64, 96))
        dilation = chance.randint(2, 4)
    padding, other = size_keeping_padding(window, dilation)
    total = padding + other
    axis = Axis(size, window, 1, padding, padding, dilation)
    spans = (
        "F = " + str(window) if dilation == 1 else f"{dilation}·({window} − 1) + 1 = {axis.reach}"
    )
    rule = "(F − 1)/2" if dilation == 1 else "D·(F − 1)/2"
    counted = f"({window} − 1)/2" if dilation == 1 else f"{dilation}·({window} − 1)/2"
    right = f"{counted} = {padding}"
    roads = [
        road(
            "both-sides-together",
            total,
            f"You gave the zeros of both sides together: {total}. P counts one side: {right}.",
        ),
        road(
            "took-filter-for-padding",
            window,
            f"You gave the filter's size: {window}. A border of {padding} is lost at each side, so "
            f"P = {right}.",
        ),
        road(
            "rounded-half-up",
            (axis.reach + 1) // 2,
            f"You took half of {axis.reach} rounded up: {(axis.reach + 1) // 2}. The cell in the "
            f"middle needs no zero: {right}.",
        ),
    ]
    fewer = [(0, "forgot-padding", "You took no padding")]
    fewer += [(padding - 1, "", f"You took one too few: {padding - 1}")] if padding > 1 else []
    for wrong, name, did in fewer:
        less = size_formula(axis.changed(before=wrong, after=wrong))
        roads.append(road(name, wrong, f"{did}; the output is {less} wide then. P = {right}."))
    roads.append(
        road(
            "took-half-of-filter",
            Fraction(axis.reach, 2),
            f"You took half of {axis.reach}: {axis.reach}/2 = "
            f"{number_text(Fraction(axis.reach, 2))}. The cell in the middle needs no zero: "
            f"{right}.",
        )
    )
    if dilation > 1:
        plain = size_keeping_padding(window)[0]
        roads.append(
            road(
                "forgot-dilation",
                plain,
                f"You left the dilation out: ({window} − 1)/2 = {plain}. With it the filter spans "
                f"{spans}: {right}.",
            )
        )
    holes = "" if dilation == 1 else f" with dilation {dilation}"
    return number_exercise(
        f"Input {lengths([size])}, filter {lengths([window])}{holes}, stride 1. Which padding P on "
        "every side keeps the size?",
        padding,
        roads=roads,
        hints=(
            "Without padding the border is lost, at each side as much.",
            f"The filter spans {spans} positions; all but one are lost together.",
        ),
        solution=(f"The size stays when P = {rule}.", f"P = {right}", f"{size_formula(axis)}"),
        demonstration=convolution_shown([axis]),
    )


def _giving_stride(chance: Random, level: int) -> Exercise:
    axis = _fitting(chance, level, least_stride=2)
    output = axis.output
    (choice,) = choices_for([axis], [output], padding=((axis.before, axis.after),))[:1]
    stride = choice.stride[0]
    right = f"{axis.travel}/({output} − 1) = {stride}"
    roads = [
        road(
            "forgot-minus-one",
            Fraction(axis.travel, output),
            f"You divided by the number of places: {axis.travel}/{output}. {output} places are "
            f"{output - 1} moves: {right}.",
        ),
        road(
            "forgot-filter",
            Fraction(axis.padded, output),
            f"You divided the whole input by the output: {axis.padded}/{output}. The window takes "
            f"{axis.window} of it, and the first place needs no move: {right}.",
        ),
        road(
            "forgot-filter",
            Fraction(axis.padded, output - 1),
            f"You left the filter's size out: {axis.padded}/{output - 1}. The window can move by "
            f"{axis.travel} only: {right}.",
        ),
    ]
    if axis.before:
        bare = axis.size - axis.window
        roads.append(
            road(
                "forgot-padding",
                Fraction(bare, output - 1),
                f"You left the padding out: {bare}/({output} − 1). With it the window can move by "
                f"{axis.travel}: {right}.",
            )
        )
    return number_exercise(
        f"Input {lengths([axis.size])}, filter {lengths([axis.window])}, {_padding(axis)}; the "
        f"output is {lengths([output])}, and every window fits. Which stride was it?",
        stride,
        roads=roads,
        hints=(_BACKWARDS, f"The window can move by {axis.travel} in all."),
        solution=(
            f"The window can move by N − F + 2P = {axis.travel}.",
            f"{output} places are {output - 1} moves: S = {right}",
            f"Check: {size_formula(axis)}.",
        ),
        demonstration=convolution_shown([axis]),
    )


def _filter_that_was(chance: Random, level: int) -> Exercise:
    axis = _fitting(chance, level)
    window = next(
        taps
        for taps in range(1, axis.padded + 1)
        if axis.changed(window=taps).fits and axis.changed(window=taps).output == axis.output
    )
    output, stride = axis.output, axis.stride
    moved = f"{stride}·({output} − 1)"
    padded = f"{axis.size} + 2·{axis.before}" if axis.before else f"{axis.size}"
    right = f"{padded} − {moved} = {window}"
    roads = [
        road(
            "forgot-plus-one",
            axis.padded - stride * output,
            f"You forgot the + 1 of the formula: {padded} − {stride}·{output} = "
            f"{axis.padded - stride * output}. {output} places are {output - 1} moves: {right}.",
        ),
        road(
            "padded-one-side",
            window - axis.before,
            f"You padded one side only: {axis.size} + {axis.before} − {moved} = "
            f"{window - axis.before}. Both sides are padded: {right}.",
        ),
        road(
            "forgot-padding",
            window - 2 * axis.before,
            f"You left the padding out: {axis.size} − {moved} = {window - 2 * axis.before}. With "
            f"it: {right}.",
        ),
        road(
            "forgot-stride",
            axis.padded - (output - 1),
            f"You left the stride out: {padded} − ({output} − 1) = {axis.padded - output + 1}. "
            f"Each move is {stride} long: {right}.",
        ),
    ]
    return number_exercise(
        f"Input {lengths([axis.size])}, stride {stride}, {_padding(axis)}; the output is "
        f"{lengths([output])}, and every window fits. How wide is the filter?",
        window,
        # Nobody believes a filter of no width.
        roads=[one for one in roads if isinstance(one.value, Fraction) and one.value > 0],
        hints=(_BACKWARDS, f"{output} places are {output - 1} moves of {stride}."),
        solution=(
            f"{output} places are {output - 1} moves of {stride}: {moved} = {axis.travel}.",
            f"What is left of the {'padded ' if axis.before else ''}input is the filter: "
            f"F = {right}",
            f"Check: {size_formula(axis)}.",
        ),
        demonstration=convolution_shown([axis]),
    )


def _input_that_was(chance: Random, level: int) -> Exercise:
    axis = _fitting(chance, level)
    # The transposed convolution makes the size of the input out of that of the output.
    back = TransposedAxis(axis.output, axis.window, axis.stride, axis.before, axis.after)
    more = back.changed(size=axis.output + 1)
    right = size_formula(back)
    roads = [
        road(
            "forgot-minus-one",
            more.output,
            f"You forgot the − 1: with {axis.output}·{axis.stride} it is {more.output}. "
            f"{axis.output} places are {axis.output - 1} moves: {right}.",
        ),
        *_input_roads(back, right),
    ]
    return number_exercise(
        f"Filter {lengths([axis.window])}, stride {axis.stride}, {_padding(axis)}; the output is "
        f"{lengths([axis.output])}, and every window fits. How wide was the input?",
        back.output,
        roads=roads,
        hints=(_BACKWARDS, f"{axis.output} places are {axis.output - 1} moves of {axis.stride}."),
        solution=(
            f"The moves and the filter span the {'padded ' if axis.before else ''}input.",
            f"N = (O − 1)·S{' − 2P' if axis.before else ''} + F: {right}",
            f"Check: {size_formula(axis)}.",
        ),
        demonstration=convolution_shown([axis]),
    )


def _input_roads(back: TransposedAxis, right: str) -> list[Road]:
    """The roads to the input's size that leave something out or turn its sign round."""
    roads = []
    if back.before:
        bare = back.changed(before=0, after=0)
        one = back.changed(after=0)
        added = bare.output + 2 * back.before
        roads += [
            road(
                "forgot-padding",
                bare.output,
                f"You left the padding out: {size_formula(bare)}. That is the padded input; "
                f"without its zeros: {right}.",
            ),
            road(
                "padded-one-side",
                one.output,
                f"You took the zeros of one side off: {size_formula(one)}. Both sides had them: "
                f"{right}.",
            ),
            road(
                "added-padding",
                added,
                f"You added the zeros: {bare.output} + 2·{back.before} = {added}. They belong to "
                f"the {bare.output} already; take them off: {right}.",
            ),
        ]
    if back.stride > 1:
        wrong = (back.size - 1) + back.window - 2 * back.before
        roads.append(
            road(
                "forgot-stride",
                wrong,
                f"You left the stride out, which gives {wrong}. Each of the {back.size - 1} moves "
                f"is {back.stride} long: {right}.",
            )
        )
    shorter = back.output - back.window
    roads.append(
        road(
            "forgot-filter",
            shorter,
            f"You left the filter out: {back.output} − {back.window} = {shorter}. The last place "
            f"still spans {back.window}: {right}.",
        )
    )
    return roads


def _fitting(chance: Random, level: int, least_stride: int = 1) -> Axis:
    """An axis in which every window fits, with at least two places."""
    if level == 1:
        window, moves, padding = chance.choice((2, 3, 4, 5)), chance.randint(2, 5), 0
        stride = chance.randint(least_stride, least_stride + 1)
    elif level == 2:
        window, stride = chance.choice((3, 5, 7)), chance.randint(least_stride, 3)
        padding, moves = chance.choice((0, 1, 2)), chance.randint(5, 15)
    else:
        window, stride = chance.choice((4, 6, 7, 8, 11)), chance.randint(2, 5)
        padding, moves = chance.choice((1, 2, 3)), chance.randint(8, 30)
    # A longer stride than the filter would skip positions.
    stride = min(stride, window)
    return Axis(moves * stride + window - 2 * padding, window, stride, padding, padding)


def _padding(axis: Axis) -> str:
    return f"padding {axis.before}" if axis.before else "no padding"


SKILLS: tuple[Skill, ...] = (
    Skill(
        "padding-that-keeps",
        "Which padding keeps the size",
        "How many zeros a side keep the output as large as the input.",
        _keeping_padding,
    ),
    Skill(
        "stride-that-was",
        "Which stride was it",
        "The stride that leads from one size to another.",
        _giving_stride,
    ),
    Skill(
        "filter-that-was",
        "Which filter was it",
        "The filter's size that leads from one size to another.",
        _filter_that_was,
    ),
    Skill(
        "input-that-was",
        "What went in",
        "The input's size that leads to an output.",
        _input_that_was,
    ),
)
"""What this topic trains."""
