"""The networks of the museum: which is which, what each brought, which came first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

from cnnviz_tui.questions import Option, OrderQuestion
from cnnviz_tui.quiz.skill import Exercise, Skill
from cnnviz_tui.quiz.skills.asking import choice_exercise
from cnnviz_tui.quiz.skills.drawn_stack import sizes, text
from cnnviz_tui.quiz.skills.grids import block, prompt
from cnnviz_tui.walkthroughs.demonstration import Demonstration
from cnnviz_tui.walkthroughs.museum import EXHIBITS, RESULTS, Exhibit

if TYPE_CHECKING:
    from cnnviz_tui.networks.tracing import LayerTrace
    from cnnviz_tui.networks.zoo.catalogue import ZooNetwork

_FAMILIES = (
    "lenet5", "lenet5-1998", "alexnet", "zfnet", "nin", "vgg16", "googlenet", "resnet18",
    "squeezenet", "densenet121", "mobilenet_v1",
)  # fmt: skip
_SIBLINGS = (
    ("vgg11", "vgg13", "vgg16", "vgg19"),
    ("resnet18", "resnet34", "resnet50"),
    ("googlenet", "googlenet-aux", "googlenet-torchvision"),
    ("alexnet", "alexnet-one-column", "zfnet"),
    ("lenet5", "lenet5-1998"),
)
_WITH_DENSE = (
    "lenet5", "lenet5-1998", "alexnet", "alexnet-one-column", "zfnet", "vgg11", "vgg16", "vgg19",
    "googlenet", "resnet18", "resnet50", "densenet121", "mobilenet_v1",
)  # fmt: skip
_WEIGHTED = ("conv", "dwconv", "linear", "rbf")
_MOST_DRAWS = 200
_FEW_YEARS = 12
_SHARES = (0, 10, 25, 50, 75, 90)


@lru_cache(maxsize=32)
def _measured(name: str) -> tuple[LayerTrace, ...]:
    """The layers of a network of the zoo; the larger ones take a while to measure."""
    return _zoo(name).trace().layers


def _zoo(name: str) -> ZooNetwork:
    from cnnviz_tui.networks.zoo.catalogue import load

    return load(name)


def _first_layers(name: str) -> tuple[str, ...]:
    """The input and the first layers, with what each puts out."""
    network = _zoo(name)
    rows = [row for row in _measured(name) if row.type not in ("relu", "bn", "tanh")][:5]
    lines = [("input", text(network.input))]
    lines += [(row.type, text(sizes(row.output))) for row in rows]
    return tuple(f"{kind:<10} {shape}" for kind, shape in lines)


def _kinds(name: str) -> tuple[str, ...]:
    """How many layers of each kind there are, the most frequent first."""
    counts = Counter(row.type for row in _measured(name))
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(f"{kind:<15} {count:>4}" for kind, count in ordered)


def _totals(name: str) -> tuple[str, ...]:
    """Layers with weights, parameters and multiply-accumulates."""
    from cnnviz_tui.networks.result import total

    rows = _measured(name)
    weighted = sum(row.type in _WEIGHTED for row in rows)
    joins = sum(row.type in ("add", "concat") for row in rows)
    parameters = total([row.parameters for row in rows if not row.shared]) or 0
    macs = total([row.macs for row in rows]) or 0
    return (
        f"{'layers with filters or dense weights':<38} {weighted:>14,}",
        f"{'places where branches meet':<38} {joins:>14,}",
        f"{'parameters':<38} {parameters:>14,}",
        f"{'multiply-accumulates of one picture':<38} {macs:>14,}",
    )


def _unlike(other: Sequence[str], right: Sequence[str]) -> str:
    """A line in which another network's table differs."""
    for line in other:
        if line not in right:
            return f"That one has “{' '.join(line.split())}”."
    missing = next((line for line in right if line not in other), right[0])
    return f"That one has “{' '.join(missing.split())}” nowhere or at another place."


def _which(chance: Random, level: int) -> Exercise:
    describe = (_first_layers, _kinds, _totals)[level - 1]
    if level < 3:
        names = chance.sample(_FAMILIES, len(_FAMILIES))
    else:
        siblings = chance.choice(_SIBLINGS)
        names = chance.sample(siblings, len(siblings))
        names += chance.sample([n for n in _FAMILIES if n not in siblings], 2)
    tables: dict[str, tuple[str, ...]] = {}
    for name in names:
        table = describe(name)
        if table not in tables.values() and len(tables) < 4:
            tables[name] = table
    right = next(iter(tables))
    network = _zoo(right)
    options = [Option(network.title, right=True)]
    for name in list(tables)[1:]:
        unlike = _unlike(tables[name], tables[right])
        why = f"{unlike} This is {network.title}, {network.year}."
        options.append(Option(_zoo(name).title, feedback=why))
    asked = (
        "Which network begins like this?",
        "Which network consists of these layers?",
        "Which network is this?",
    )[level - 1]
    return choice_exercise(
        chance,
        prompt(asked, block(tables[right])),
        options,
        solution=(f"{network.title}, {network.year}. {network.about}",),
        hints=("Look at the input and at the largest filters or the kinds of layers.",),
        demonstration=Demonstration("zoo", model=right),
    )


def dense_share(chance: Random) -> Exercise:
    """Ask how much of a network's parameters its dense layers hold."""
    name = chance.choice(_WITH_DENSE)
    network = _zoo(name)
    rows = [row for row in _measured(name) if row.parameters and not row.shared]
    layers = [
        (row.name, sizes(row.input)[0], sizes(row.output)[0], row.parameters or 0)
        for row in rows
        if row.type == "linear"
    ]
    dense = sum(count for *_, count in layers)
    total = sum(row.parameters or 0 for row in rows)
    share = 100 * dense / total
    nearest = min(_SHARES, key=lambda one: abs(one - share))
    most = max(rows, key=lambda row: row.parameters or 0)
    right = (
        f"Its dense layers hold {dense:,} of {total:,} parameters, {share:.0f} %; the most of one "
        f"layer has {most.name}, {most.parameters:,}."
    )
    others = chance.sample([one for one in _SHARES if one != nearest], 3)
    options = [Option(f"nearest to {nearest} %", right=True)]
    options += [
        Option(f"nearest to {one} %", feedback=f"That is too {_amount(one, share)}. {right}")
        for one in others
    ]
    return choice_exercise(
        chance,
        prompt(
            f"{network.title} ({network.year}) has {total:,} parameters. These are its dense "
            "layers, every unit with a bias. Which share of the parameters do they hold?",
            block(
                f"{layer}: {inputs:,} inputs, {units:,} units" for layer, inputs, units, _ in layers
            ),
        ),
        options,
        solution=(
            *(
                f"{layer}: ({inputs:,} + 1)·{units:,} = {count:,}"
                for layer, inputs, units, count in layers
            ),
            right,
        ),
        hints=(
            "A dense layer has a weight for each input of each unit, and a bias for each unit.",
        ),
        demonstration=Demonstration("zoo", model=name),
    )


def _amount(given: int, share: float) -> str:
    return "much" if given > share else "little"


def _sentences(exhibit: Exhibit) -> list[str]:
    """What an exhibit brought, its own name left out."""
    shown = exhibit.brought.replace(exhibit.name, "…")
    return [f"{part.removesuffix('.')}." for part in shown.split(". ")]


def _brought(chance: Random, level: int) -> Exercise:
    if level == 2 and chance.random() < 0.4:
        return _error(chance)
    place = chance.randrange(len(EXHIBITS))
    exhibit = EXHIBITS[place]
    others = [one for one in EXHIBITS if one is not exhibit]
    if level == 3:
        # Neighbours in time are the easiest to mistake for each other.
        others = sorted(others, key=lambda one: abs(EXHIBITS.index(one) - place))[:4]
    else:
        others = [one for one in others if abs(EXHIBITS.index(one) - place) > 1]
    if level == 3 and chance.random() < 0.5:
        return _what_it_was(chance, exhibit, others)
    first, *more = _sentences(exhibit)
    # All that it brought, then the main thing, then a detail.
    told = (" ".join((first, *more)), first, chance.choice(more))[level - 1]
    options = [Option(_dated(exhibit, level), right=True)]
    for other in chance.sample(others, 3):
        why = f"{other.name}, {other.year}, brought this: {_sentences(other)[0]}"
        options.append(Option(_dated(other, level), feedback=why.replace("…", other.name)))
    return choice_exercise(
        chance,
        f"What is meant? “{told}”",
        options,
        solution=(f"{exhibit.name}, {exhibit.year}: {exhibit.source}.", exhibit.brought),
        hints=(f"It was in {exhibit.year}.",) if level > 1 else (),
        demonstration=Demonstration("zoo", model=exhibit.key),
    )


def _what_it_was(chance: Random, exhibit: Exhibit, others: Sequence[Exhibit]) -> Exercise:
    """Ask which detail belongs to an exhibit, among those of its neighbours in time."""
    options = [Option(chance.choice(_sentences(exhibit)[1:]), right=True)]
    details = [
        (other, sentence)
        for other in others
        for sentence in _sentences(other)[1:]
        if exhibit.name not in sentence
    ]
    options += [
        Option(sentence, feedback=f"That was {other.name}, {other.year}.")
        for other, sentence in chance.sample(details, 3)
    ]
    return choice_exercise(
        chance,
        f"What holds for {exhibit.name}, {exhibit.year}?",
        options,
        solution=(f"{exhibit.name}, {exhibit.year}: {exhibit.source}.", exhibit.brought),
        hints=(_sentences(exhibit)[0].replace("…", exhibit.name),),
        demonstration=Demonstration("zoo", model=exhibit.key),
    )


def _dated(exhibit: Exhibit, level: int) -> str:
    return f"{exhibit.name} ({exhibit.year})" if level == 1 else exhibit.name


def _error(chance: Random) -> Exercise:
    """Ask whose top-5 error it was."""
    known = [result for result in RESULTS if result.who not in ("winner", "AlexNet+")]
    result, *others = chance.sample(known, 4)
    options = [Option(_who(result.who), right=True)]
    options += [
        Option(_who(one.who), feedback=f"That was {one.error} %; {_who(result.who)} had "
               f"{result.error} %.")
        for one in others
    ]  # fmt: skip
    when = f" in {result.year}" if result.year else ""
    key = next((one.key for one in EXHIBITS if one.name == result.who), "imagenet")
    return choice_exercise(
        chance,
        f"Whose top-5 error on ImageNet was {result.error} %?",
        options,
        solution=(f"{_who(result.who)}: {result.error} %{when} ({result.source}).",),
        hints=("From year to year the error became smaller.",),
        demonstration=Demonstration("zoo", model=key),
    )  # fmt: skip


def _who(name: str) -> str:
    return "a person" if name == "human" else name


def _order(chance: Random, level: int) -> Exercise:
    count, gap = ((3, 3), (4, 1), (5, 1))[level - 1]
    chosen = [EXHIBITS[0], EXHIBITS[1], EXHIBITS[4], EXHIBITS[9], EXHIBITS[12]][:count]
    for _ in range(_MOST_DRAWS):
        drawn = sorted(chance.sample(EXHIBITS, count), key=lambda one: one.year)
        gaps = [later.year - earlier.year for earlier, later in pairwise(drawn)]
        if min(gaps) >= gap and (level < 3 or sum(gaps) <= _FEW_YEARS):
            chosen = drawn
            break
    shown = list(range(count))
    while shown == sorted(shown):
        chance.shuffle(shown)
    dates = ", ".join(f"{one.name} {one.year}" for one in chosen)
    question = OrderQuestion(
        id="",
        prompt="Which came first? Put them in order, the oldest first.",
        items=tuple(one.name for one in chosen),
        shown=tuple(shown),
        feedback=f"The years: {dates}.",
        hints=(f"{chosen[0].name} is of {chosen[0].year}.",),
        explanation=f"{dates}.",
    )
    story = (f"{one.year} {one.name}: {_sentences(one)[0]}" for one in chosen)
    lines = tuple(line.replace("…", "it") for line in story)
    return replace(
        Exercise(question=question, solution=lines),
        demonstration=Demonstration("zoo", model=chosen[0].key),
    )


SKILLS: tuple[Skill, ...] = (
    Skill(
        "which-architecture",
        "Which network is this",
        "Tell a network from its layers.",
        _which,
    ),
    Skill(
        "what-it-brought",
        "What did it bring",
        "Say which network or event a step forward belongs to.",
        _brought,
    ),
    Skill(
        "which-came-first",
        "Which came first",
        "Put networks and events in the order of time.",
        _order,
    ),
)
"""Part of the topic of networks."""
