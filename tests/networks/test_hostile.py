"""Hostile sources end in a clear sentence; nothing of them is executed.

The bound is on steps, which are counted, rather than on seconds; tests/benchmarks looks at those.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.readers.python.limits import MOST_STEPS, Budget
from cnnviz_tui.networks.result import Trace
from cnnviz_tui.networks.trace import trace

CLASS = """
import torch
import torch.nn as nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3)
        {init}
    def forward(self, x):
        x = self.c(x)
        {body}
        return x
"""


def traced(init: str = "pass", body: str = "pass") -> Trace:
    return trace(CLASS.format(init=init, body=body), [(3, 32, 32)])


@pytest.mark.parametrize(
    ("init", "body"),
    [
        ("pass", "while True: pass"),
        ("self.m = nn.Sequential(*[nn.ReLU() for _ in range(10**9)])", "pass"),
        ("pass", "for i in range(10**9): x = x + 1"),
        ("pass", "for i in range(10**6): x = torch.relu(x)"),
        ("l = [1]\n        for i in range(10**6): l = l + l", "pass"),
        ("l = 'ab' * 5000\n        for i in range(10**6): l[1:] in l", "pass"),
        ("a = 3\n        for i in range(10**6): a = a * a", "pass"),
        ("self.d = {i: i for i in range(10**7)}", "pass"),
        ("self.l = [0 for a in range(999) for b in range(999) for c in range(999) if a > 999]",
         "pass"),
        ("f = lambda n: 1 if n < 2 else f(n - 1) + f(n - 2)\n        f(40)", "pass"),
        ("f = lambda n: f(n)\n        f(3)", "pass"),
        ("self.m = nn.Sequential()\n        self.m.append(self.m)", "self.m(x)"),
        ("self.m = nn.Sequential(*[nn.ReLU()] * 11000)", "self.m(x)"),
    ],
)  # fmt: skip
def test_what_does_not_end_is_given_up(init: str, body: str) -> None:
    with pytest.raises(SourceError, match=r"gave up|does not end|too deeply"):
        traced(init, body)


@pytest.mark.parametrize(
    ("init", "what"),
    [
        ("nn.Sequential(*[0 for _ in range(10**9)])", "a sequence of more than"),
        ("[nn.ReLU()] * 10**9", "a sequence of more than"),
        ("'a' * 10**9", "a sequence of more than"),
        ("list(range(10**9))", "a sequence of more than"),
        ("sum(range(10**9))", "a sequence of more than"),
        ("range(10**30)", "a range without end"),
        ("10**10**10", "far too many digits"),
        ("1 << 10**9", "far too many digits"),
        ("pow(10, 10**9)", "far too many digits"),
        ("0x" + "f" * 9000, "far too many digits"),
        ("(-8) ** 0.5", "a complex number"),
    ],
)
def test_what_is_far_too_large_is_not_computed_and_named(init: str, what: str) -> None:
    result = traced(f"self.huge = {init}")
    assert result.ok
    assert any(what in note.text for note in result.notes)


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').system('touch {path}')",
        "exec(\"open('{path}', 'w')\")",
        "eval(\"open('{path}', 'w')\")",
        "open('{path}', 'w').write('x')",
    ],
)
def test_nothing_is_executed(expression: str, tmp_path: Path) -> None:
    path = tmp_path / "touched"
    result = traced(expression.format(path=path.as_posix()))
    assert result.ok
    assert not path.exists()
    assert any("is not run" in note.text for note in result.notes)


@pytest.mark.parametrize(
    "source",
    [
        "(" * 100_000,
        "-" * 100_000 + "1",
        "x = 1" + "+1" * 50_000,
        "x = y" + ".z" * 100_000,
        "x = " + "9" * 100_000,
        "x = 1\n" * 200_000,
        "while True:\n    pass\n",
        "import torch\0",
        "[" * 5000,
        "",
    ],
)
def test_deep_long_and_empty_sources_end_in_a_sentence(source: str) -> None:
    with pytest.raises(SourceError):
        trace(source, [(3, 8, 8)])


def test_nested_lists_are_compared_at_a_bounded_cost() -> None:
    body = "a = [1]\n        b = [1]\n        for i in range(60): a, b = [a, a], [b, b]\n"
    result = traced(body + "        self.width = 5 if a == b else 7\n        self.same = a == a")
    assert result.ok


def test_two_thousand_hostile_lines() -> None:
    functions = "\n".join(
        f"def f{i}(x):\n    while True:\n        x = [x] * 10**9" for i in range(700)
    )
    assert traced().ok
    assert trace(CLASS.format(init="pass", body="pass") + functions, [(3, 32, 32)]).ok
    with pytest.raises(SourceError, match="gave up"):
        trace("\n".join(["while True: x = [1] * 10**9"] * 2000), [(3, 8, 8)])


@pytest.mark.parametrize(
    "text",
    [
        "repeat 999999 (repeat 999999 (identity))",
        "repeat 999999 (relu)",
        "concat(" * 5000 + "relu" + ")" * 5000,
        "def a0 = relu | relu\n"
        + "\n".join(f"def a{i} = a{i - 1} | a{i - 1}" for i in range(1, 60))
        + "\na59",
        "conv 6 5 |" * 30_000,
    ],
)
def test_hostile_notation_ends_in_a_sentence(text: str) -> None:
    with pytest.raises(SourceError):
        trace(text, [(1, 8, 8)])


@pytest.mark.parametrize(
    "layer",
    ["nn.Conv2d(8, 10**15, 3)", "nn.Linear(30, 2**61 - 1)", "nn.ZeroPad2d(10**13)"],
)
def test_axes_longer_than_any_real_one_do_not_fit(layer: str) -> None:
    error = traced(f"self.d = {layer}", "x = self.d(x)").error
    assert error is not None
    assert "the limit" in error.message


def test_a_budget_names_the_line_where_it_ended() -> None:
    budget = Budget(10)
    budget.spend(10, 3)
    assert budget.spent == 10
    with pytest.raises(SourceError, match="Line 4: the trace gave up after 10 steps"):
        budget.spend(1, 4)


def test_the_corrections_have_a_budget_of_their_own() -> None:
    source = CLASS.format(
        init="self.l = nn.ModuleList([nn.Linear(1, 1) for _ in range(2500)])",
        body="for m in self.l: x = m(x)",
    )
    result = trace(source, [(3, 32, 32)])
    assert result.error is not None
    assert len(result.layers) == 1
    assert MOST_STEPS <= 100_000
