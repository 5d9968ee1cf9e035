"""Activation functions: values, slopes, and what a chain of them leaves of a gradient."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, cast

from cnnviz_tui.questions import Option, number_text
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills import losses
from cnnviz_tui.quiz.skills.asking import choice_exercise, number_exercise, road
from cnnviz_tui.quiz.skills.grids import at_step, block, prompt
from cnnviz_tui.quiz.skills.reals import exact, roughly_apart, rounding
from cnnviz_tui.quiz.wording import counted
from cnnviz_tui.walkthroughs.demonstration import Demonstration

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.activation import ActivationStep, ActivationWalkthrough

_REACH = 6
_SLOPES_BELOW = ("0.01", "0.1", "0.2")
_MOST_DRAWS = 100
_SMALLEST = Fraction(1, 5000)


def _shown(function: str, bend: str = "", layers: int = 1, weight: str = "1") -> Demonstration:
    """The explorer of a function; α or β only where it has one."""
    chosen = {"function": function, "reach": str(_REACH), "layers": str(layers), "weight": weight}
    return Demonstration("activation", typed={**chosen, **({"alpha": bend} if bend else {})})


def _step(shown: Demonstration, x: Fraction) -> tuple[ActivationStep, Demonstration]:
    """The explorer's step at x, a multiple of a quarter, and the explorer there."""
    walk = cast("ActivationWalkthrough", shown.walkthrough())
    index = int((x + _REACH) * (len(walk) - 1) / (2 * _REACH))
    return walk.step(index), at_step(shown, index)


def _function_text(step: ActivationStep) -> str:
    """The function as a rule, its bend included."""
    function = step.walkthrough.function
    rule = f"{function.title}, f(a) = {function.formula}"
    if function.shape is not None:
        rule += f" with {function.shape.symbol} = {number_text(exact(step.walkthrough.shape))}"
    return rule


def _drawn(chance: Random, level: int) -> tuple[str, str, Fraction]:
    """A function, its bend and an argument."""
    if level == 1:
        function = chance.choice(("relu", "leaky-relu"))
        x = Fraction(chance.choice([n for n in range(-10, 11) if n]), 2)
    elif level == 2:
        function = chance.choice(("sigmoid", "tanh", "softplus"))
        x = Fraction(chance.randint(-8, 8), 2)
    else:
        function = chance.choice(("sigmoid", "tanh", "softplus", "elu", "gelu"))
        x = Fraction(chance.choice([n for n in range(-15, 16) if n % 2]), 4)
    return function, chance.choice(_SLOPES_BELOW) if function == "leaky-relu" else "", x


def _others(step: ActivationStep, *, slope: bool) -> Iterable[tuple[str, Fraction]]:
    """What functions that one takes for this one have at the same place."""
    import numpy as np

    from cnnviz_tui.walkthroughs.activation_functions import function_named

    for name in ("relu", "sigmoid", "tanh", "softplus"):
        other = function_named(name)
        if name != step.walkthrough.function.name:
            found = (other.slope if slope else other.value)(np.array([step.x]), 1.0)
            yield other.title, exact(float(found[0]))


def _worked_value(step: ActivationStep) -> str:
    """The function with its number filled in, and what it makes."""
    walk, text = step.walkthrough, number_text(exact(step.x))
    written = walk.function.written(text, step.x, walk.shape)
    parts = dict.fromkeys((f"f({text})", written, number_text(exact(step.value))))
    return " = ".join(parts)


def _worked_slope(step: ActivationStep) -> str:
    walk, text = step.walkthrough, number_text(exact(step.x))
    written = walk.function.slope_written(text, step.x, walk.shape)
    sign = "" if written.endswith(":") else " ="
    return f"f′({text}): {written}{sign} {number_text(exact(step.slope))}"


def _value(chance: Random, level: int) -> Exercise:
    function, bend, x = _drawn(chance, level)
    step, shown = _step(_shown(function, bend), x)
    answer, right = exact(step.value), f"{_worked_value(step)}."
    at = number_text(x)
    roads = [
        road("relu-of-negative", x, f"You let {at} through as it is. {right}")
        if x < 0 and function != "tanh"
        else road("", x, f"You left {at} as it is. {right}")
    ]
    if function == "leaky-relu" and x < 0:
        roads.insert(0, road("forgot-negative-slope", 0, f"You cut {at} off: max(0, {at}) = 0. "
                             f"This one scales it. {right}"))  # fmt: skip
    roads += [
        road("other-function", value, f"That is {title}, {number_text(value)} at {at}. {right}")
        for title, value in _others(step, slope=False)
    ]
    slope = exact(step.slope)
    roads.append(road("", slope, f"That is the slope there, {number_text(slope)}. {right}"))
    return number_exercise(
        f"The activation function is {_function_text(step)}. What is f({at})?" + rounding(answer),
        answer,
        roads=roughly_apart(answer, roads),
        hints=(f"Put {at} in for a: f(a) = {step.walkthrough.function.formula}.",),
        solution=(f"f(a) = {step.walkthrough.function.formula}", right),
        demonstration=shown,
    )


def _slope(chance: Random, level: int) -> Exercise:
    function, bend, x = _drawn(chance, level)
    step, shown = _step(_shown(function, bend), x)
    answer, value, at = exact(step.slope), exact(step.value), number_text(x)
    rule = f"f′(a) = {step.walkthrough.function.slope_formula}"
    right = f"{_worked_slope(step)}."
    roads = [
        road("value-for-slope", value, f"That is f({at}) = {number_text(value)}. {right}"),
        road("", x, f"You gave the argument. {right}"),
    ]
    if function == "leaky-relu" and x < 0:
        roads.append(road("forgot-negative-slope", 0, f"You took the slope of a plain ReLU, 0. "
                          f"{right}"))  # fmt: skip
    if function in {"sigmoid", "tanh"}:
        roads.append(
            road("forgot-inner-derivative", 1 - value,
                 f"You took 1 − f({at}) = {number_text(1 - value)}. {rule}. {right}")
        )  # fmt: skip
    roads += [
        road("other-function", one, f"That is the slope of {title}, {number_text(one)}. {right}")
        for title, one in _others(step, slope=True)
    ]
    return number_exercise(
        f"The activation function is {_function_text(step)}. What is its slope at {at}, f′({at})?"
        + rounding(answer),
        answer,
        roads=roughly_apart(answer, roads),
        hints=(f"{rule}.",),
        solution=(rule, right),
        demonstration=shown,
    )


def _table(name: str, places: Sequence[Fraction], *, slopes: bool) -> tuple[str, ...]:
    """A function's values or slopes at some places, as people write them."""
    import numpy as np

    from cnnviz_tui.walkthroughs.activation_functions import function_named

    function = function_named(name)
    bend = function.shape.usual if function.shape else 1.0
    x = np.array([float(place) for place in places])
    numbers = (function.slope if slopes else function.value)(x, bend)
    return tuple(number_text(exact(float(value), decimals=3)) for value in numbers)


def _which(chance: Random, level: int) -> Exercise:
    from cnnviz_tui.walkthroughs.activation_functions import function_named

    names = (
        ("sigmoid", "tanh", "relu"),
        ("sigmoid", "tanh", "relu", "softplus", "leaky-relu"),
        ("sigmoid", "tanh", "relu", "softplus", "leaky-relu", "elu", "gelu"),
    )[level - 1]
    chosen = chance.sample(names, min(4, len(names)))
    slopes = level == 3
    for _ in range(_MOST_DRAWS):
        places = [Fraction(n, 2) for n in sorted(chance.sample([-4, -3, -2, -1, 1, 2, 3, 4], 4))]
        tables = {name: _table(name, places, slopes=slopes) for name in chosen}
        if len({*tables.values()}) == len(tables) and places[0] < 0 < places[-1]:
            break
    right = chosen[0]
    heads = ["a", *map(number_text, places)]
    cells = ["f′(a)" if slopes else "f(a)", *tables[right]]
    widths = [max(len(head), len(cell)) for head, cell in zip(heads, cells, strict=True)]
    rows = (
        "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True))
        for row in (heads, cells)
    )
    options = [Option(function_named(right).title, right=True)]
    for name in chosen[1:]:
        differing = next(i for i, text in enumerate(tables[name]) if text != tables[right][i])
        title = function_named(name).title
        why = (
            f"{title[0].upper()}{title[1:]} has {tables[name][differing]} at "
            f"{heads[differing + 1]}, not {tables[right][differing]}."
        )
        options.append(Option(title, feedback=why, name="other-function"))
    function = function_named(right)
    rule = f"f′(a) = {function.slope_formula}" if slopes else f"f(a) = {function.formula}"
    bend = ""
    if function.shape is not None:
        bend = f" with {function.shape.symbol} = {number_text(exact(function.shape.usual))}"
    return choice_exercise(
        chance,
        prompt(
            f"Which activation function has these {'slopes' if slopes else 'values'}?", block(rows)
        ),
        options,
        solution=(function.about, f"It is {function.title}: {rule}{bend}."),
        hints=("Look at the negative numbers first.",),
        demonstration=_step(_shown(right), places[0])[1],
    )


def _steepest(chance: Random, level: int) -> Exercise:
    """Ask for the largest slope of a function of a scaled argument."""
    name = chance.choice(("sigmoid", "tanh", "relu") if level == 1 else ("sigmoid", "tanh"))
    inner = Fraction(chance.choice((1, 2, 4, 8) if level == 1 else (2, 4, 5, 8, 10)))
    outer = Fraction(1 if level == 1 else chance.choice((2, 3, 5, 10)))
    shift = 0
    if level == 3:
        inner, shift = inner / 2, chance.choice((-3, -2, -1, 1, 2, 3))
    step, _ = _step(_shown(name), Fraction(0))
    most = exact(step.walkthrough.steepest)
    letter = step.walkthrough.function.letter
    argument = "a" if inner == 1 else f"{number_text(inner)}·a"
    if shift:
        argument += f" {'+' if shift > 0 else '−'} {abs(shift)}"
    told = f"{'' if outer == 1 else number_text(outer) + '·'}{letter}({argument})"
    meant = ", with σ the sigmoid" if name == "sigmoid" else ""
    answer = outer * inner * most
    factors = [number_text(n) for n in (outer, inner) if n != 1] + [number_text(most)]
    where = "wherever its argument is positive" if name == "relu" else "where its argument is 0"
    right = f"The slope of {letter} is at most {number_text(most)}, {where}"
    right += f": {'·'.join(factors)} = {number_text(answer)}." if len(factors) > 1 else "."
    roads = [
        road("forgot-inner-derivative", outer * most,
             f"You left the inner derivative {number_text(inner)} out: "
             f"{number_text(outer * most)}. {right}"),
        road("other-function", outer * inner * (1 if most != 1 else Fraction(1, 4)),
             f"That is the largest slope with {'tanh' if most != 1 else 'a sigmoid'}. {right}"),
        road("value-for-slope", outer * exact(step.value), f"That is the value at 0. {right}"),
        road("", outer, f"You took {number_text(outer)}, the largest value or factor. {right}"),
        road("", inner * most, f"You left the factor {number_text(outer)} out. {right}"),
    ]  # fmt: skip
    return number_exercise(
        f"What is the largest slope of f(a) = {told}{meant}?",
        answer,
        roads=roads,
        hints=("A factor before a makes the curve steeper by that factor.",),
        solution=(
            f"{letter}′(a) = {step.walkthrough.function.slope_formula}",
            right,
        ),
        demonstration=_steepest_shown(name, outer, inner, shift),
    )  # fmt: skip


def _steepest_shown(name: str, outer: Fraction, inner: Fraction, shift: int) -> Demonstration:
    """Backpropagation through the function where it is steepest, at its last gradient."""
    at = Fraction(1) if name == "relu" else -shift / inner
    argument = "a" if inner == 1 else f"{float(inner):g}*a"
    if shift:
        argument += f" {'+' if shift > 0 else '-'} {abs(shift)}"
    expression = f"y = {'' if outer == 1 else f'{float(outer):g}*'}{name}({argument})"
    shown, walk = losses.graph(expression, {"a": at})
    return at_step(shown, walk.round_length - 2)


def _drawn_chain(chance: Random, level: int) -> tuple[str, str, Fraction, int, str]:
    """A function with its bend, what goes in, the number of layers, the weight between them."""
    if level == 1:
        function = chance.choice(("sigmoid", "sigmoid", "tanh"))
        return function, "", Fraction(0), chance.randint(2, 6), "1"
    if level == 2:
        return "sigmoid", "", Fraction(0), chance.randint(2, 6), chance.choice("2356")
    x, weight = Fraction(chance.choice((1, 2, 3))), chance.choice(("2", "3", "0.5"))
    if chance.random() < 0.5:
        return "relu", "", x, chance.randint(3, 6), weight
    return "leaky-relu", chance.choice(("0.1", "0.2")), -x, chance.randint(2, 4), weight


def _vanishing(chance: Random, level: int) -> Exercise:
    """Ask how much of a gradient gets through some layers."""
    for _ in range(_MOST_DRAWS):
        name, bend, x, layers, weight = _drawn_chain(chance, level)
        step, shown = _step(_shown(name, bend, layers, weight), x)
        one, w = exact(step.slope), Fraction(weight)
        answer = one * (w * one) ** (layers - 1) if level < 3 else exact(step.product, decimals=12)
        if answer > _SMALLEST:
            break
    slope = number_text(one)
    times = f"{slope}^{layers}" + (f"·{weight}^{layers - 1}" if w != 1 else "")
    weights = counted(layers - 1, "weight")
    right = f"{layers} slopes of {slope} and {weights} of {weight}: {times}"
    if w == 1:
        right = f"{layers} slopes of {slope}: {times}"
    right += f" = {number_text(answer)}."
    title = step.walkthrough.function.title
    with_bend = f" (slope {bend} below 0)" if bend else ""
    asked = (
        "How large can the factor at most be"
        if level < 3
        else f"The first gets a = {number_text(x)}. What is the factor"
    )
    between = f" and a weight of {weight} between neighbours" if w != 1 else ""
    roads = [
        road("one-layer-for-all", one, f"That is what one layer passes on. {right}"),
        road(
            "added-along-chain",
            layers * one,
            f"You added the slopes: {layers}·{slope}. Along a chain they multiply. {right}",
        ),
        road(
            "forgot-weights-of-chain",
            one**layers,
            f"You left the weights out: {slope}^{layers} = {number_text(one**layers)}. {right}",
        ),
        road(
            "",
            one**layers * w**layers,
            f"You counted {layers} weights; between {layers} layers there are fewer: "
            f"{layers - 1}. {right}",
        ),
        road(
            "one-layer-for-all",
            one * w,
            f"That is one layer with one weight: {slope}·{weight}. {right}",
        ),
    ]
    return number_exercise(
        f"A number goes through {layers} layers of {title}{with_bend}, one unit each{between}. "
        f"On the way back its gradient is multiplied by every slope and weight. {asked}, all in "
        f"all?{rounding(answer)}",
        answer,
        roads=roughly_apart(answer, roads),
        hints=("Along a chain slopes are multiplied.", f"Each slope is {slope} here."),
        solution=(
            f"The slope of {title} is {'at most ' if level < 3 else ''}{slope}"
            f"{' (at a = 0)' if level < 3 else ' at every layer here'}.",
            right,
        ),
        demonstration=shown,
    )


SKILLS: tuple[Skill, ...] = (
    Skill(
        "activation-value",
        "Values of activation functions",
        "Compute what an activation function makes of a number.",
        _value,
    ),
    Skill(
        "activation-slope",
        "Slopes of activation functions",
        "Compute the derivative of an activation function at a number.",
        _slope,
    ),
    Skill(
        "which-activation",
        "Which activation function is it",
        "Tell an activation function from a table of its values or slopes.",
        _which,
    ),
    Skill(
        "largest-slope",
        "The largest slope",
        "Say how steep an activation function can get.",
        _steepest,
    ),
    Skill(
        "vanishing-gradient",
        "What gets through many layers",
        "Compute what a chain of layers leaves of a gradient.",
        _vanishing,
    ),
    *losses.SKILLS,
)
"""From the value of a function to the gradient of a loss."""
