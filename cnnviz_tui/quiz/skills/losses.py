"""The end of a network: gradients by the chain rule, softmax, cross-entropy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, cast

from cnnviz_tui.questions import Road, number_text
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asking import number_exercise, road
from cnnviz_tui.quiz.skills.grids import at_step, factor, sum_text
from cnnviz_tui.quiz.skills.reals import exact, roughly_apart, rounding, shown_parts
from cnnviz_tui.walkthroughs.demonstration import Demonstration

if TYPE_CHECKING:
    from cnnviz_tui.walkthroughs.backprop import BackpropWalkthrough

_MOST_DRAWS = 200


def graph(
    expression: str, values: Mapping[str, Fraction]
) -> tuple[Demonstration, BackpropWalkthrough]:
    """The explorer of an expression, and its walkthrough with every value and gradient."""
    texts = ", ".join(f"{name}={float(value):g}" for name, value in values.items())
    shown = Demonstration("backprop", typed={"expression": expression, "values": texts})
    return shown, cast("BackpropWalkthrough", shown.walkthrough())


def _numbers(walk: BackpropWalkthrough) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """Every node's value and gradient, by name."""
    found = walk.passes[0]
    names = [node.name for node in walk.expression.nodes]
    return (
        dict(zip(names, map(exact, found.values), strict=True)),
        dict(zip(names, map(exact, found.gradients), strict=True)),
    )


def _chain(chance: Random, level: int) -> Exercise:
    """Ask for one gradient of a small network."""
    for _ in range(_MOST_DRAWS):
        expression, values, asked = _small_network(chance, level)
        shown, walk = graph(expression, values)
        _, gradient = _numbers(walk)
        # A ReLU that passes nothing on is worth a question now and then.
        least = Fraction(1, 100) if level != 2 or chance.random() < 0.9 else 0
        if gradient["y"] and abs(gradient[asked]) >= least:
            break
    return _chain_exercise(walk, shown, expression, values, asked)


def _small_network(chance: Random, level: int) -> tuple[str, dict[str, Fraction], str]:
    """An expression, its variables, and the one that is asked for."""

    def some(*numbers: int) -> Fraction:
        return Fraction(chance.choice(numbers))

    values = {"w": some(-2, -1, 1, 2, 3), "x": some(-2, -1, 1, 2, 3), "b": some(-1, 0, 1, 2)}
    if level == 1:
        values |= {"t": some(0, 1, 2, 3)}
        return "y = w*x + b; L = (y - t)**2", values, chance.choice("wb")
    if level == 2:
        values |= {"t": some(0, 1, 2, 3)}
        return "a = w*x + b; y = relu(a); L = (y - t)**2", values, chance.choice("wbx")
    if chance.random() < 0.5:
        values |= {"t": some(0, 1)}
        return "a = w*x + b; y = sigmoid(a); L = (y - t)**2", values, chance.choice("wb")
    values |= {"v": some(-2, -1, 2, 3), "c": some(-1, 1, 2), "t": some(0, 1, 2)}
    return "a = w*x + b; h = relu(a); y = v*h + c; L = (y - t)**2", values, chance.choice("wbx")


def _chain_exercise(
    walk: BackpropWalkthrough,
    shown: Demonstration,
    expression: str,
    values: Mapping[str, Fraction],
    asked: str,
) -> Exercise:
    value, gradient = _numbers(walk)
    answer, y, t = gradient[asked], value["y"], values["t"]
    (shown_y,) = shown_parts([y], (gradient["y"], lambda one: 2 * (one - t)))
    lines = [
        f"Forward: {', '.join(f'{n} = {number_text(value[n])}' for n in 'ahyL' if n in value)}.",
        f"dL/dy = 2·(y − t) = 2·({shown_y} − {factor(t)}) = {number_text(gradient['y'])}",
    ]
    if "h" in value:
        lines.append(f"dL/dh = dL/dy·v = {number_text(gradient['h'])}")
    above, local = gradient["h" if "h" in value else "y"], Fraction(1)
    if "a" in value:
        local = gradient["a"] / above if above else Fraction()
        first, second = shown_parts([above, local], (gradient["a"], lambda one, two: one * two))
        lines.append(
            f"dL/da = {_bracketed(first)}·{second} = {number_text(gradient['a'])}, with the "
            f"activation's slope {second}"
        )
    before = gradient["a"] if "a" in value else gradient["y"]
    inner = {"w": values["x"], "x": values["w"], "b": Fraction(1)}[asked]
    (shown_before,) = shown_parts([before], (answer, lambda one: one * inner))
    inner_name = {"w": "x", "x": "w", "b": "1"}[asked]
    right = (
        f"dL/d{asked} = {_bracketed(shown_before)}·{factor(inner)} = {number_text(answer)}: the "
        f"gradient that arrives times {inner_name}."
    )
    roads = [
        road("forgot-square-slope", answer / 2,
             f"You left the 2 of the square's slope out: {number_text(answer / 2)}. {right}"),
        road("forgot-inner-derivative", gradient["y"],
             f"That is dL/dy. The chain goes on to {asked}. {right}"),
        road("forgot-inner-derivative", before,
             f"You left the last factor, {inner_name} = {number_text(inner)}, out. {right}"),
        road("", -answer, f"You turned the sign: it is y − t, not t − y. {right}"),
        road("", value["L"], f"That is the loss itself, {number_text(value['L'])}. {right}"),
    ]  # fmt: skip
    if local != 1:
        straight = above * inner
        roads.append(
            road("forgot-inner-derivative", straight,
                 f"You left the activation's slope {number_text(local)} out: "
                 f"{number_text(straight)}. {right}")
        )  # fmt: skip
    other = "b" if asked == "w" else "w"
    roads.append(road("", gradient[other], f"That is dL/d{other}. {right}"))
    parts = expression.replace("**2", "²").replace("*", "·").replace("-", "−").replace("; ", ", ")
    given = ", ".join(f"{name} = {number_text(n)}" for name, n in values.items())
    return number_exercise(
        f"{parts}, with {given}. What is dL/d{asked}?{rounding(answer)}",
        answer,
        roads=roughly_apart(answer, roads),
        hints=(lines[0], lines[1]),
        solution=(*lines, right),
        demonstration=at_step(shown, walk.round_length - 2),
    )


def _bracketed(text: str) -> str:
    """A written number as a factor: a negative one in brackets."""
    return f"({text})" if text.startswith("−") else text


def _logits(chance: Random, level: int) -> list[int]:
    """Scores of two to four classes, not all the same."""
    low, high, count = ((0, 4, 2), (0, 4, 3), (-2, 3, 4))[level - 1]
    while True:
        found = [chance.randint(low, high) for _ in range(count)]
        if len({*found}) > 1 and sum(found) != 0:
            return found


def _scores(logits: Sequence[int]) -> str:
    return ", ".join(number_text(Fraction(z)) for z in logits)


def _probabilities(logits: Sequence[int]) -> list[Fraction]:
    import numpy as np

    from cnnviz_tui import ops

    found = ops.softmax(np.array(logits, dtype=np.float64), dim=0)
    return [exact(float(p)) for p in found]


def _exponentials(logits: Sequence[int]) -> list[Fraction]:
    from math import exp

    return [exact(exp(z)) for z in logits]


def _loss_shown(logits: Sequence[int], right: int) -> tuple[Demonstration, BackpropWalkthrough]:
    """The explorer of softmax and cross-entropy, the right class as its first."""
    rest = [z for i, z in enumerate(logits) if i != right]
    others = " + ".join(f"exp(z{i + 2})" for i in range(len(rest)))
    names = {f"z{i + 1}": Fraction(z) for i, z in enumerate([logits[right], *rest])}
    return graph(f"e1 = exp(z1); p = e1/(e1 + {others}); -log(p)", names)


def _softmax(chance: Random, level: int) -> Exercise:
    logits = _logits(chance, level)
    asked = chance.randrange(len(logits))
    powers, shares = _exponentials(logits), _probabilities(logits)
    total, answer = sum(powers, Fraction()), shares[asked]
    z = number_text(Fraction(logits[asked]))
    *texts, whole = shown_parts(
        [*powers, total],
        (total, lambda *parts: sum(parts[:-1])),
        (answer, lambda *parts: parts[asked] / parts[-1]),
    )
    right = f"e^{z}/Σ = {texts[asked]}/{whole} = {number_text(answer)}."
    scores = sum(logits)
    roads = [
        road("forgot-normalising", powers[asked],
             f"You did not divide by the sum of all: {number_text(powers[asked])}. {right}"),
        road("forgot-exponential", Fraction(logits[asked], scores),
             f"You divided the scores themselves: {z}/{factor(Fraction(scores))}. {right}"),
        road("", Fraction(1, len(logits)), f"You shared evenly. {right}"),
        road("", exact(float(powers[asked] / (total - powers[asked]))),
             f"You left the class itself out of the sum. {right}"),
        *(road("wrong-class", share, f"That is class {i}. {right}")
          for i, share in enumerate(shares) if i != asked),
    ]  # fmt: skip
    shown, walk = _loss_shown(logits, asked)
    return number_exercise(
        f"A network gives the logits {_scores(logits)} for the classes 0 to {len(logits) - 1}. "
        f"What probability does softmax give class {asked}?{rounding(answer)}",
        answer,
        roads=roughly_apart(answer, roads),
        hints=("p = e^z divided by the sum of e^z over all classes.",
               f"e^{z} = {number_text(powers[asked])}"),
        solution=(
            f"The exponentials: {', '.join(texts)}; sum {whole}.",
            right,
        ),
        demonstration=at_step(shown, _forward_step(walk, "p")),
    )  # fmt: skip


def _forward_step(walk: BackpropWalkthrough, name: str) -> int:
    """The step that computes a node on the way forward."""
    places = [walk.expression.nodes[i].name for i in walk.expression.operations]
    return places.index(name)


def _given(chance: Random, level: int) -> tuple[list[int], list[Fraction], str]:
    """Logits, their probabilities, and how they are told; on the first level no logits.

    There three probabilities in tenths or twentieths come from nowhere.
    """
    if level > 1:
        logits = _logits(chance, level)
        return logits, _probabilities(logits), f"A network gives the logits {_scores(logits)}"
    whole = chance.choice((10, 20))
    first = chance.randint(1, whole - 3)
    second = chance.randint(1, whole - first - 1)
    shares = (first, second, whole - first - second)
    probabilities = [Fraction(share, whole) for share in shares]
    return [], probabilities, f"Softmax gives {', '.join(map(number_text, probabilities))}"


def _cross_entropy(chance: Random, level: int) -> Exercise:
    logits, probabilities, given = _given(chance, level)
    target = chance.randrange(len(probabilities))
    answer = _loss(logits, target) if logits else _minus_log(probabilities[target])
    (p,) = shown_parts([probabilities[target]], (answer, _minus_log))
    right = f"−log({p}) = {number_text(answer)}."
    roads = [
        road("probability-for-loss", probabilities[target], f"That is the probability. {right}"),
        road("", 1 - probabilities[target], f"You took 1 − {p}. {right}"),
        road("", -answer, f"You left the minus out; the logarithm of {p} is negative. {right}"),
        *(road("wrong-class", _minus_log(q), f"That is the loss if class {i} were right. {right}")
          for i, q in enumerate(probabilities) if i != target),
        road("", _minus_log(probabilities[target], base=10),
             f"You took the logarithm to base 10; it is the natural one. {right}"),
        road("", _minus_log(probabilities[target], base=2),
             f"You took the logarithm to base 2; it is the natural one. {right}"),
    ]  # fmt: skip
    demonstration = None
    solution = [f"Only the probability of the right class counts, {p}.", right]
    if logits:
        shown, walk = _loss_shown(logits, target)
        demonstration = at_step(shown, len(walk.expression.operations) - 1)
        solution.insert(0, f"Softmax: {', '.join(map(number_text, probabilities))}.")
    return number_exercise(
        f"{given} for the classes 0 to {len(probabilities) - 1}; class {target} is right. What is "
        f"the cross-entropy loss, with the natural logarithm?{rounding(answer)}",
        answer,
        roads=roughly_apart(answer, roads),
        hints=("The loss is −log p of the right class.", solution[0]),
        solution=solution,
        demonstration=demonstration,
    )


def _loss(logits: Sequence[int], target: int) -> Fraction:
    import numpy as np

    from cnnviz_tui import ops

    scores = np.array([logits], dtype=np.float64)
    return exact(float(ops.cross_entropy(scores, np.array([target]))))


def _minus_log(probability: Fraction, base: float | None = None) -> Fraction:
    from math import log

    natural = -log(probability)
    return exact(natural if base is None else natural / log(base))


def _loss_gradient(chance: Random, level: int) -> Exercise:
    """Ask for the gradient of the loss with respect to a logit."""
    logits, probabilities, given = _given(chance, level)
    count = len(probabilities)
    target, asked = chance.randrange(count), chance.randrange(count)
    p = probabilities[asked]
    answer = _gradient(logits, target, asked) if logits else p - int(asked == target)
    at = "the right class" if asked == target else "a wrong class"
    (shown,) = shown_parts([p], (answer, lambda one: one - int(asked == target)))
    rule = f"p − 1 = {shown} − 1" if asked == target else "p"
    right = f"Class {asked} is {at}: {rule} = {number_text(answer)}."
    roads: list[Road] = [
        road("forgot-target", p, f"You left the 1 of the right class out. {right}"),
        road("", p - 1, f"Only at the right class 1 is taken off. {right}"),
        road("", -answer, f"You turned the sign: it is p − t. {right}"),
        road("probability-for-loss", _minus_log(p), f"That is −log p, a loss. {right}"),
        road("", p * (1 - p), f"You took p·(1 − p), the slope of softmax alone. {right}"),
    ]
    demonstration = None
    solution = [
        "Softmax and cross-entropy together have the gradient p − t: t is 1 at the right class, "
        "else 0.",
        right,
    ]
    if logits:
        explorer, walk = _loss_shown(logits, target)
        demonstration = at_step(explorer, walk.round_length - 2)
        solution.insert(0, f"Softmax: {', '.join(map(number_text, probabilities))}.")
    everything = [q - int(i == target) for i, q in enumerate(probabilities)]
    if not logits:
        solution.insert(1, f"All of them together: {sum_text(everything)}.")
    return number_exercise(
        f"{given} for the classes 0 to {count - 1}; class {target} is right. What is the gradient "
        f"of the cross-entropy loss with respect to the logit of class {asked}?{rounding(answer)}",
        answer,
        roads=roughly_apart(answer, roads),
        hints=("It is the probability less the target.", solution[0]),
        solution=solution,
        demonstration=demonstration,
    )


def _gradient(logits: Sequence[int], target: int, asked: int) -> Fraction:
    import numpy as np

    from cnnviz_tui import ops

    scores = np.array([logits], dtype=np.float64)
    found = ops.cross_entropy_backward(1.0, scores, np.array([target]))
    return exact(float(found[0, asked]))


SKILLS: tuple[Skill, ...] = (
    Skill(
        "chain-rule",
        "A gradient by the chain rule",
        "Compute one gradient of a small network.",
        _chain,
    ),
    Skill("softmax", "Softmax", "Turn logits into a probability.", _softmax),
    Skill(
        "cross-entropy",
        "Cross-entropy",
        "Compute the loss of a prediction.",
        _cross_entropy,
    ),
    Skill(
        "loss-gradient",
        "The gradient of the loss",
        "Compute the gradient of the loss with respect to a logit.",
        _loss_gradient,
    ),
)
"""Part of the topic of activation functions."""
