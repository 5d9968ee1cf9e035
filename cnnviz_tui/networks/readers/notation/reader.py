"""From the notation's tree to nodes: definitions are put in, branches joined, names given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.graph import Argument, Node, Site, Span
from cnnviz_tui.networks.operations.base import Operation
from cnnviz_tui.networks.operations.joins import Combine, Concat
from cnnviz_tui.networks.readers.notation.layers import WORDS, WRITTEN, Given, field_of
from cnnviz_tui.networks.readers.notation.syntax import GROUPS, Definition, Item, Word, parse
from cnnviz_tui.networks.result import Reading
from cnnviz_tui.networks.sizes import Shape
from cnnviz_tui.networks.tracing import MOST_LAYERS, LayerError, Tracer

_MOST_ITEMS = 10 * MOST_LAYERS
"""So many items may come out of definitions and repetitions, those without layers included."""


def looks_like_notation(text: str) -> bool:
    """Return whether the text begins as a network in this notation does."""
    for line in text.splitlines():
        words = line.split("#")[0].replace("(", " ( ").replace("|", " | ").split()
        if not words:
            continue
        if words[0].endswith(":") and len(words) > 1 and words[0] not in ("else:", "try:"):
            words = words[1:]
        if words[0] == "def":
            return "=" in words and not line.rstrip().endswith(":")
        known = words[0] in WORDS or words[0] in (*GROUPS, "repeat", "identity")
        return known and (len(words) == 1 or words[1] != "=")
    return False


def read_notation(text: str, inputs: Sequence[Shape], name: str = "network") -> Reading:
    """Measure a network written in the notation.

    Args:
        text: the network.
        inputs: the shape of its input, batch included.
        name: what to call it.

    Raises:
        SourceError: if the text cannot be read.
    """
    tracer = Tracer(inputs)
    builder = _Builder(tracer, *parse(text))
    stop = None
    outputs: tuple[Shape | None, ...] = ()
    try:
        outputs = (tracer.shape(builder.build()),)
    except LayerError as error:
        stop = error
    return Reading("notation", name, tracer, outputs, stop, steps=builder.items)


class _Builder:
    """Walks over the tree and hands the layers to the tracer in the order of use."""

    def __init__(
        self, tracer: Tracer, definitions: Mapping[str, Definition], chain: tuple[Item, ...]
    ) -> None:
        self._tracer = tracer
        self._definitions = definitions
        self._main = chain
        self._numbers: dict[str, int] = {}
        self.items = 0

    def build(self) -> int:
        """Build everything and return the index of the last node."""
        if not self._main:
            raise SourceError("There is no layer in the network; write one, such as conv 6 5.")
        return self._chain(self._main, -1, "", {}, frozenset(self._definitions))

    def _chain(
        self,
        chain: Sequence[Item],
        source: int,
        prefix: str,
        values: Mapping[str, Word],
        known: frozenset[str],
    ) -> int:
        """Add a chain behind node ``source`` and return its last node."""
        for item in chain:
            source = self._item(item, source, prefix, values, known)
        return source

    def _item(
        self,
        item: Item,
        source: int,
        prefix: str,
        values: Mapping[str, Word],
        known: frozenset[str],
    ) -> int:
        """Add one item and return its last node."""
        self.items += 1
        if self.items > _MOST_ITEMS:
            raise SourceError(f"The network has more than {_MOST_ITEMS:,} items.", item.word.line)
        word = item.word.text
        inner = f"{prefix}{item.label}." if item.label else prefix
        if word in known:
            return self._defined(item, source, inner, values, known)
        if word == "repeat":
            for number in range(self._times(item, values)):
                source = self._chain(
                    _only_branch(item), source, f"{inner}{number + 1}.", values, known
                )
            return source
        if word == "identity":
            return source
        if word in GROUPS:
            return self._group(item, source, prefix, values, known)
        if word not in WORDS:
            raise self._no_such_word(item.word)
        if item.branches:
            raise SourceError(f"“{word}” takes no brackets.", item.word.line)
        return self._layer(item, source, prefix, values)

    def _defined(
        self,
        item: Item,
        source: int,
        prefix: str,
        values: Mapping[str, Word],
        known: frozenset[str],
    ) -> int:
        """Add what a defined word stands for."""
        definition = self._definitions[item.word.text]
        if len(item.arguments) != len(definition.parameters) or item.branches:
            wanted = " ".join((definition.name, *definition.parameters))
            raise SourceError(f"Write “{wanted}”, with a number for each.", item.word.line)
        given = [_resolved(word, values)[0] for word in item.arguments]
        # A word may use those that were defined before it, so nothing can stand for itself.
        names = list(self._definitions)
        earlier = frozenset(names[: names.index(definition.name)])
        bound = dict(zip(definition.parameters, given, strict=True))
        return self._chain(definition.chain, source, prefix, bound, earlier)

    def _times(self, item: Item, values: Mapping[str, Word]) -> int:
        """Return how often a repetition repeats."""
        texts = [_resolved(word, values)[0].text for word in item.arguments]
        if len(texts) != 1 or not texts[0].isdecimal() or len(texts[0]) > 6:
            raise SourceError("Write “repeat 3 (…)”, with one number.", item.word.line)
        return int(texts[0])

    def _group(
        self,
        item: Item,
        source: int,
        prefix: str,
        values: Mapping[str, Word],
        known: frozenset[str],
    ) -> int:
        """Add branches and what joins them."""
        word = item.word
        inner = f"{prefix}{item.label}." if item.label else prefix
        if not item.branches:
            raise SourceError(f"“{word.text}” needs branches: {word.text}(…, …).", word.line)
        ends = [
            self._chain(
                branch,
                source,
                f"{inner}{number + 1}." if item.label and len(item.branches) > 1 else inner,
                values,
                known,
            )
            for number, branch in enumerate(item.branches)
        ]
        if word.text == "side":
            return source
        operation: Operation = Concat() if word.text == "concat" else Combine()
        return self._tracer.add(
            Node(
                name=self._name(item, prefix),
                type=word.text,
                operation=operation,
                inputs=tuple(ends),
                line=word.line,
                call_line=word.line,
            )
        )

    def _layer(self, item: Item, source: int, prefix: str, values: Mapping[str, Word]) -> int:
        """Add one layer."""
        word = item.word
        layer = WORDS[word.text]
        numbers: list[str] = []
        settings: dict[str, str] = {}
        arguments: dict[str, Argument] = {}
        for argument in item.arguments:
            value, place = _resolved(argument, values)
            setting, sign, text = argument.text.partition("=")
            if sign:
                field = field_of(setting, word.line)
                settings[field] = value.text
            else:
                text = value.text
                field = layer.fields[len(numbers)] if len(numbers) < len(layer.fields) else ""
                numbers.append(text)
            arguments[field] = Argument(place, value.span if value.span != place else None)
        operation = layer.read(word.text, Given(tuple(numbers), settings, word.line))
        return self._tracer.add(
            Node(
                name=self._name(item, prefix),
                type=word.text,
                operation=operation,
                inputs=(source,),
                line=word.line,
                call_line=word.line,
                weights=self.items,
                site=Site(
                    Span(word.span.start, item.end),
                    arguments,
                    {field: text for field, text in WRITTEN.items() if field in layer.settings},
                    item.end,
                ),
            )
        )

    def _name(self, item: Item, prefix: str) -> str:
        """Return the label, or the word with a number: ``conv2`` is the second conv."""
        if item.label:
            return prefix + item.label
        key = prefix + item.word.text
        self._numbers[key] = self._numbers.get(key, 0) + 1
        return f"{key}{self._numbers[key]}"

    def _no_such_word(self, word: Word) -> SourceError:
        """Return the error for a word that is unknown, with the nearest known one."""
        from difflib import get_close_matches

        known = [*WORDS, *GROUPS, "repeat", "identity", *self._definitions]
        nearest = get_close_matches(word.text.lower(), known, n=1, cutoff=0.5)
        advice = f"did you mean “{nearest[0]}”?" if nearest else f"there are {', '.join(known)}."
        return SourceError(f"There is no layer “{word.text[:24]}”; {advice}", word.line)


def _only_branch(item: Item) -> tuple[Item, ...]:
    """Return the chain in the brackets of a repetition."""
    if len(item.branches) != 1:
        raise SourceError("Write “repeat 3 (…)”, with one chain in the brackets.", item.word.line)
    return item.branches[0]


def _resolved(word: Word, values: Mapping[str, Word]) -> tuple[Word, Span]:
    """Return what a word stands for, and where the word itself stands.

    ``k`` becomes the number that was given for k, and ``4*k`` four times as much; of ``pad=k``
    only what follows the sign is looked at.
    """
    setting, sign, text = word.text.partition("=")
    if not sign:
        text = setting
    place = Span(word.span.end - len(text), word.span.end)
    if text in values:
        return values[text], place
    first, times, second = text.partition("*")
    if times:
        factors = [values[one].text if one in values else one for one in (first, second)]
        if not all(one.isdecimal() and len(one) < 8 for one in factors):
            raise SourceError(f"“{text[:24]}” is no product of two numbers.", word.line)
        text = str(int(factors[0]) * int(factors[1]))
    return Word(text, place, word.line), place
