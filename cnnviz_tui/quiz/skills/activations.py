"""Activation functions: values, slopes, and what a chain of them leaves of a gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, cast

from cnnviz_tui.questions import Option, number_text
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills import losses
from cnnviz_tui.quiz.skills.asking import choice_exercise, number_exercise, road
from cnnviz_tui.quiz.skills.grids import at_step, block, factor, prompt
from cnnviz_tui.quiz.skills.reals import exact, roughly_apart, rounding, shown_parts
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
        # GELU is a or 0 further out, to three figures.
        reach = 9 if function == "gelu" else 15
        x = Fraction(chance.choice([n for n in range(-reach, reach + 1) if n % 2]), 4)
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


def _parts(step: ActivationStep, *, slope: bool) -> tuple[list[Fraction], list[str]]:
    """The numbers that a formula takes from other functions, and as they are written."""
    name, x = step.walkthrough.function.name, exact(step.x)
    value, steepness = exact(step.value), exact(step.slope)
    parts: list[Fraction] = []
    calculate: Callable[..., Fraction] = Fraction
    if name == "gelu":
        # Φ and φ out of the function's own value and slope: a·Φ and Φ + a·φ.
        parts = [value / x]
        calculate = lambda below: x * below  # noqa: E731 - one of four
        if slope:
            parts.append((steepness - parts[0]) / x)
            calculate = lambda below, density: below + x * density  # noqa: E731
    elif slope and name == "sigmoid":
        parts, calculate = [value], lambda one: one * (1 - one)
    elif slope and name == "tanh":
        parts, calculate = [value], lambda one: 1 - one * one
    return parts, shown_parts(parts, (steepness if slope else value, calculate)) if parts else []


def _written(step: ActivationStep, *, slope: bool) -> str:
    """The function, or its slope, with its numbers filled in."""
    walk, x = step.walkthrough, exact(step.x)
    at, (_, texts) = number_text(x), _parts(step, slope=slope)
    if walk.function.name == "gelu":
        return f"{texts[0]} + {factor(x)}·{texts[1]}" if slope else f"{at}·{texts[0]}"
    if texts and walk.function.name == "sigmoid":
        return f"{texts[0]}·(1 − {texts[0]})"
    if texts:
        return f"1 − {f'({texts[0]})' if step.value < 0 else texts[0]}²"
    return (walk.function.slope_written if slope else walk.function.written)(at, step.x, walk.shape)


def _worked_value(step: ActivationStep) -> str:
    """The function with its number filled in, and what it makes."""
    parts = (f"f({number_text(exact(step.x))})", _written(step, slope=False),
             number_text(exact(step.value)))  # fmt: skip
    return " = ".join(dict.fromkeys(parts))


def _worked_slope(step: ActivationStep) -> str:
    written = _written(step, slope=True)
    sign = "" if written.endswith(":") else " ="
    return f"f′({number_text(exact(step.x))}): {written}{sign} {number_text(exact(step.slope))}"


def _given(step: ActivationStep, *, slope: bool) -> str:
    """What nobody has in the head: the normal distribution where a function takes it."""
    if step.walkthrough.function.name != "gelu":
        return ""
    _, texts = _parts(step, slope=slope)
    at = number_text(exact(step.x))
    named = zip(("Φ", "φ"), texts, strict=False)
    return ", where " + " and ".join(f"{letter}({at}) = {text}" for letter, text in named)


def _at_a_place(chance: Random, level: int, *, slope: bool) -> tuple[ActivationStep, Demonstration]:
    """A function at a place where three figures of what it takes are enough."""
    for _ in range(_MOST_DRAWS):
        function, bend, x = _drawn(chance, level)
        step, shown = _step(_shown(function, bend), x)
        parts, texts = _parts(step, slope=slope)
        if texts == [number_text(part) for part in parts]:
            break
    return step, shown


def _value(chance: Random, level: int) -> Exercise:
    step, shown = _at_a_place(chance, level, slope=False)
    function, x = step.walkthrough.function.name, exact(step.x)
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
        f"The activation function is {_function_text(step)}{_given(step, slope=False)}. What is "
        f"f({at})?{rounding(answer)}",
        answer,
        roads=roughly_apart(answer, roads),
        hints=(f"Put {at} in for a: f(a) = {step.walkthrough.function.formula}.",),
        solution=(f"f(a) = {step.walkthrough.function.formula}", right),
        demonstration=shown,
    )


def _slope(chance: Random, level: int) -> Exercise:
    step, shown = _at_a_place(chance, level, slope=True)
    function, x = step.walkthrough.function.name, exact(step.x)
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
        f"The activation function is {_function_text(step)}{_given(step, slope=True)}. What is "
        f"its slope at {at}, f′({at})?{rounding(answer)}",
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
    inner = Fraction(chance.choice(range(1, 11) if level == 1 else (2, 4, 5, 8, 10)))
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
        function = chance.choice(("sigmoid", "sigmoid", "sigmoid", "tanh"))
        return function, "", Fraction(0), chance.randint(2, 5), "1"
    if level == 2 and chance.random() < 0.2:
        return "tanh", "", Fraction(0), chance.randint(3, 6), chance.choice(("0.5", "2", "3"))
    if level == 2:
        return "sigmoid", "", Fraction(0), chance.randint(2, 6), chance.choice("234568")
    x, weight = Fraction(chance.choice((1, 2, 3))), chance.choice(("2", "3", "0.5"))
    if chance.random() < 0.5:
        return "relu", "", x, chance.randint(3, 6), weight
    return "leaky-relu", chance.choice(("0.1", "0.2")), -x, chance.randint(2, 4), weight


def _reaching(chance: Random) -> Exercise:
    """Ask how much of a gradient reaches the first of some layers with weights of 1."""
    name, bend, x, layers, weight = _drawn_chain(chance, 1)
    arriving = chance.choice((4, 8, 16, 32, 64, 128, 256))
    step, shown = _step(_shown(name, bend, layers, weight), x)
    one = exact(step.slope)
    answer, slope, title = arriving * one**layers, number_text(one), step.walkthrough.function.title
    right = f"{layers} slopes of {slope}: {arriving}·{slope}^{layers} = {number_text(answer)}."
    added = arriving * layers * one
    roads = [
        road(
            "one-layer-for-all",
            arriving * one,
            f"That is what one layer passes on: {arriving}·{slope} = "
            f"{number_text(arriving * one)}. {right}",
        ),
        road(
            "added-along-chain",
            added,
            f"You added the slopes: {arriving}·{layers}·{slope} = {number_text(added)}. Along a "
            f"chain they multiply. {right}",
        ),
        road("", one**layers, f"That is the factor, without the {arriving} that arrive. {right}"),
    ]
    return number_exercise(
        f"A number goes through {layers} layers of {title}, one unit each; all weights are 1. "
        f"Behind the last layer its gradient is {arriving}. On the way back every layer "
        "multiplies it by its slope. How large can it at most be in front of the first layer?"
        + rounding(answer),
        answer,
        roads=roughly_apart(answer, roads),
        hints=("Along a chain slopes are multiplied.", f"Each slope is at most {slope} here."),
        solution=(f"The slope of {title} is at most {slope} (at a = 0).", right),
        demonstration=shown,
    )


def _vanishing(chance: Random, level: int) -> Exercise:
    """Ask how much of a gradient gets through some layers."""
    if level == 1:
        return _reaching(chance)
    for _ in range(_MOST_DRAWS):
        name, bend, x, layers, weight = _drawn_chain(chance, level)
        step, shown = _step(_shown(name, bend, layers, weight), x)
        one, w = exact(step.slope), Fraction(weight)
        answer = one * (w * one) ** (layers - 1) if level < 3 else exact(step.product, decimals=12)
        if answer > _SMALLEST:
            break
    slope = number_text(one)
    weights = counted(layers - 1, "weight")
    right = (
        f"{layers} slopes of {slope} and {weights} of {weight}: {slope}^{layers}·"
        f"{weight}^{layers - 1} = {number_text(answer)}."
    )
    title = step.walkthrough.function.title
    with_bend = f" (slope {bend} below 0)" if bend else ""
    asked = (
        "How large can the factor at most be"
        if level < 3
        else f"The first gets a = {number_text(x)}. What is the factor"
    )
    between = f" and a weight of {weight} between neighbours"
    roads = [
        road("one-layer-for-all", one, f"That is what one layer passes on. {right}"),
        road(
            "added-along-chain",
            layers * one,
            f"You added the slopes: {layers}·{slope} = {number_text(layers * one)}. Along a chain "
            f"they multiply. {right}",
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
            f"That is one layer with one weight: {slope}·{weight} = {number_text(one * w)}. "
            f"{right}",
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
