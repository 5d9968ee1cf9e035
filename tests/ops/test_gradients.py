"""Every gradient against difference quotients, and the comparison against wrong gradients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from cnnviz_tui import ops
from tests.ops.cases import CASES, LABELS, Case
from tests.ops.gradients import Array, check_gradients, spaced_numbers

Wrong = Callable[[Array, Array, Array], tuple[Array, Array]]


@pytest.mark.parametrize("case", CASES, ids=LABELS)
@pytest.mark.parametrize("seed", [0, 1])
def test_gradients_predict_how_the_output_changes(case: Case, seed: int) -> None:
    check_gradients(
        case.name, case.forward, case.backward, case.arrays, case.fresh_keywords(), seed
    )


def test_no_operation_is_left_out() -> None:
    with_gradient = {name.removesuffix("_backward") for name in ops.__all__ if "_backward" in name}
    assert {case.name for case in CASES} == with_gradient


def product(x: Array, w: Array) -> Array:
    return x @ w


def right(g: Array, x: Array, w: Array) -> tuple[Array, Array]:
    return g @ w.T, x.T @ g


def too_large(g: Array, x: Array, w: Array) -> tuple[Array, Array]:
    return 1.001 * (g @ w.T), x.T @ g


def transposed(g: Array, x: Array, w: Array) -> tuple[Array, Array]:
    return g @ w.T, (x.T @ g).T


def misplaced(g: Array, x: Array, w: Array) -> tuple[Array, Array]:
    return np.roll(g @ w.T, 1, axis=0), x.T @ g


def blind_to_the_upstream_gradient(g: Array, x: Array, w: Array) -> tuple[Array, Array]:
    return g @ w.T, x.T @ np.ones_like(g)


@pytest.mark.parametrize(
    ("wrong", "argument"),
    [
        (too_large, "x"),
        (transposed, "w"),
        (misplaced, "x"),
        (blind_to_the_upstream_gradient, "w"),
    ],
)
def test_the_comparison_catches_a_wrong_gradient_and_names_it(wrong: Wrong, argument: str) -> None:
    arrays: dict[str, Array | None] = {
        "x": spaced_numbers((3, 3), 1),
        "w": spaced_numbers((3, 3), 2),
    }
    check_gradients("product", product, right, arrays, {})
    with pytest.raises(AssertionError, match=f"product: the gradient for {argument} predicts"):
        check_gradients("product", product, wrong, arrays, {})
