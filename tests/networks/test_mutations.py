"""Sources with words deleted, doubled and swapped: always a trace or a sentence, never a crash."""

from __future__ import annotations

import random
import re

import pytest

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.result import Trace
from cnnviz_tui.networks.trace import trace
from tests.networks.sources import (
    CIFAR_CLASS,
    INCEPTION,
    KERAS_FUNCTIONAL,
    KERAS_LENET,
    MNIST_EXAMPLE,
    RESIDUAL,
    VGG_LOOP,
)

SOURCES = [
    CIFAR_CLASS, MNIST_EXAMPLE, VGG_LOOP, RESIDUAL, INCEPTION, KERAS_LENET, KERAS_FUNCTIONAL,
]  # fmt: skip
STRANGERS = (
    *("None", "[]", "{}", "()", "0", "-1", "1.5", "'a'", "x", "self", "nn", "torch", "range"),
    *("super()", "x.shape", "x.view", "x.size()", "x.T", "x[0]", "lambda:0", "len"),
    *("bool()", "max()", "hasattr()", "callable()", "dict()", "torch.permute()", "F.relu()"),
)
WORD = re.compile(r"\w+|[^\w\s]|\s+")


def mutated(seed: int) -> str:
    """Return a source with one to four words changed."""
    chance = random.Random(seed)
    words = WORD.findall(chance.choice(SOURCES))
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(words))
        change = chance.choice(["delete", "swap", "stranger", "insert"])
        if change == "delete":
            words[place] = ""
        elif change == "swap":
            words[place] = words[chance.randrange(len(words))]
        elif change == "stranger":
            words[place] = chance.choice(STRANGERS)
        elif words[place] in "(,[=":
            words[place] += chance.choice(STRANGERS) + ","
    return "".join(words)


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_changed_sources_end_in_a_trace_or_a_sentence(first: int) -> None:
    for seed in range(first, first + 50):
        try:
            result: Trace | None = trace(mutated(seed), [(3, 32, 32)], suggest=seed % 5 == 0)
        except SourceError as error:
            result = None
            sentence = str(error)
            assert sentence, mutated(seed)
            assert "Traceback" not in sentence
        assert result is None or result.ok or result.error is not None
