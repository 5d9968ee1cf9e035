"""Grids in expressions, cell by cell in exact fractions: windows, kernels, places."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnnviz_tui.course.values import ExpressionError, Grid, Value, evaluate, value_text
from cnnviz_tui.samples.inputs import INPUTS
from cnnviz_tui.samples.kernels import KERNELS

ZERO = Fraction(0)
NUMBERS = st.fractions(-9, 9, max_denominator=12)


@st.composite
def grids(draw: st.DrawFn, most: int = 6) -> Grid:
    height, width = draw(st.integers(1, most)), draw(st.integers(1, most))
    rows = st.tuples(*[NUMBERS] * width)
    return draw(st.tuples(*[rows] * height))


def padded(grid: Grid, P: int) -> Grid:
    side = (ZERO,) * P
    blank = ((ZERO,) * (len(grid[0]) + 2 * P),) * P
    return (*blank, *((*side, *row, *side) for row in grid), *blank)


def windows(grid: Grid, height: int, width: int, S: int) -> list[list[list[Fraction]]]:
    """The numbers of each window, row of outputs by row of outputs."""
    return [
        [
            [grid[r + i][c + j] for i in range(height) for j in range(width)]
            for c in range(0, len(grid[0]) - width + 1, S)
        ]
        for r in range(0, len(grid) - height + 1, S)
    ]


def computed(expression: str, **names: Value) -> Value:
    return evaluate(expression, names)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        # The lecture's two examples.
        ("max_pool([[1,1,2,4],[5,6,7,8],[3,2,1,0],[1,2,3,4]], 2, 2)", "6 8; 3 4"),
        ("avg_pool([[2,2,7,3],[9,4,6,1],[8,5,2,4],[3,1,2,6]], 2)", "4.25 4.25; 4.25 3.5"),
        ("flip([[1, 2], [3, 4]])", "4 3; 2 1"),
        ("row([[1, 2], [3, 4]], 1)", "3, 4"),
        ("column([[1, 2], [3, 4]], 1)", "2, 4"),
        ("cell([[1, 2], [3, 4]], 1, 0)", "3"),
        ("window([[1, 2, 3], [4, 5, 6], [7, 8, 9]], 1, 0, 2)", "4 5; 7 8"),
        ("dot([[1, 2], [3, 4]], [[1, 0], [0, -1]])", "−3"),
        ("dot([1, 2], [3, 4])", "11"),
        ("total([[1, 2], [3, 1/2]])", "6.5"),
        ("largest([[1, 2], [3, -4]])", "3"),
        ("smallest([[1, 2], [3, -4]])", "−4"),
        ("place_of_largest([[1, 3], [3, -4]])", "(0, 1)"),
        ("place_of_largest([[1, 3], [4, -4]]).row", "1"),
        ("place_of_largest([[1, 3], [4, -4]]).column", "0"),
        ("size_of([[1, 2, 3], [4, 5, 6]])", "2x3"),
        ("kernel('sobel-x')", "−1 0 1; −2 0 2; −1 0 1"),
        ("cell(kernel('box'), 0, 0) == 1/9", "yes"),
        ("cell(kernel('gaussian'), 1, 1) == 4/16", "yes"),
        ("total(kernel('box', 7))", "1"),
        ("size_of(kernel('sobel-y', (3, 5)))", "3x5"),
        ("size_of(picture('digit-7'))", "28x28"),
        ("picture('shape-dot', 3)", "0 0 0; 0 1 0; 0 0 0"),
        # Zeros of the padding count in an average, as in PyTorch, and never win a maximum.
        ("avg_pool([[4]], 2, P=1)", "1"),
        ("max_pool([[-4]], 2, P=1)", "−4"),
    ],
)
def test_grids_known_by_hand(expression: str, text: str) -> None:
    assert value_text(evaluate(expression)) == text


@given(grids(), st.integers(1, 3), st.integers(1, 3))
def test_pooling_takes_the_largest_or_the_mean_of_each_window(grid: Grid, F: int, S: int) -> None:
    assume(min(len(grid), len(grid[0])) >= F)
    parts = windows(grid, F, F, S)
    largest = tuple(tuple(max(part) for part in row) for row in parts)
    mean = tuple(tuple(sum(part, ZERO) / F**2 for part in row) for row in parts)
    assert computed(f"max_pool(grid, {F}, S={S})", grid=grid) == largest
    assert computed(f"avg_pool(grid, {F}, S={S})", grid=grid) == mean


@given(grids(), grids(3), st.integers(1, 3), st.integers(0, 2), NUMBERS)
def test_a_convolution_is_a_sum_of_products_at_every_place(
    grid: Grid, kernel: Grid, S: int, P: int, bias: Fraction
) -> None:
    height, width = len(kernel), len(kernel[0])
    framed = padded(grid, P)
    assume(len(framed) >= height and len(framed[0]) >= width)
    weights = [weight for row in kernel for weight in row]
    expected = tuple(
        tuple(sum((x * w for x, w in zip(part, weights, strict=True)), bias) for part in row)
        for row in windows(framed, height, width, S)
    )
    call = f"conv(grid, kernel, S={S}, P={P}, bias=bias)"
    assert computed(call, grid=grid, kernel=kernel, bias=bias) == expected
    places = [(r, c) for r in range(len(expected)) for c in range(len(expected[0]))]
    flat = [number for row in grid for number in row]
    for i, (r, c) in enumerate(places):
        row = f"toeplitz_row(size_of(grid), kernel, {i}, S={S}, P={P})"
        entries = computed(row, grid=grid, kernel=kernel)
        assert isinstance(entries, tuple)
        assert len(entries) == len(flat)
        products = [x * w for x, w in zip(flat, entries, strict=True) if isinstance(w, Fraction)]
        assert sum(products, bias) == expected[r][c]


@given(grids(4), grids(3), st.integers(1, 3))
def test_a_transposed_convolution_stamps_the_kernel(grid: Grid, kernel: Grid, S: int) -> None:
    height = (len(grid) - 1) * S + len(kernel)
    width = (len(grid[0]) - 1) * S + len(kernel[0])
    canvas = [[ZERO] * width for _ in range(height)]
    for r, row in enumerate(grid):
        for c, number in enumerate(row):
            for i, weights in enumerate(kernel):
                for j, weight in enumerate(weights):
                    canvas[r * S + i][c * S + j] += number * weight
    found = computed(f"transposed_conv(grid, kernel, S={S})", grid=grid, kernel=kernel)
    assert found == tuple(map(tuple, canvas))
    if min(height, width) > 2:
        cut = tuple(tuple(line[1:-1]) for line in canvas[1:-1])
        call = f"transposed_conv(grid, kernel, S={S}, P=1)"
        assert computed(call, grid=grid, kernel=kernel) == cut


@given(grids(), st.integers(1, 5))
def test_adaptive_pooling_divides_the_grid_into_regions(grid: Grid, O: int) -> None:  # noqa: E741
    def part(N: int, i: int) -> slice:
        return slice(floor(Fraction(i * N, O)), ceil(Fraction((i + 1) * N, O)))

    regions = [
        [
            [one for row in grid[part(len(grid), i)] for one in row[part(len(row), j)]]
            for j in range(O)
        ]
        for i in range(O)
    ]
    mean = tuple(tuple(sum(cells, ZERO) / len(cells) for cells in row) for row in regions)
    largest = tuple(tuple(max(cells) for cells in row) for row in regions)
    assert computed(f"adaptive_avg_pool(grid, {O})", grid=grid) == mean
    assert computed(f"adaptive_max_pool(grid, {O})", grid=grid) == largest
    everything = [one for row in grid for one in row]
    assert computed("global_avg_pool(grid)", grid=grid) == sum(everything, ZERO) / len(everything)


def test_what_float64_cannot_hold_exactly_is_right_to_fifteen_digits() -> None:
    large = Fraction(10**9) + Fraction(1, 10**9)
    assert computed("conv(grid, grid)", grid=((large,),)) == ((Fraction(10**18),),)


def test_every_picture_and_kernel_can_be_named() -> None:
    for source in INPUTS:
        assert evaluate(f"size_of(picture('{source.name}', (5, 7)))") == (5, 7)
    for kernel in KERNELS:
        if kernel.name != "random":
            assert evaluate(f"size_of(kernel('{kernel.name}', 5))") == (5, 5)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("cell([[1, 2]], 1, 0)", "(1, 0) is not in a grid of 1x2: rows go from 0 to 0"),
        ("cell([[1, 2]], 0, -1)", "columns from 0 to 1"),
        ("row([[1, 2]], 1)", "There is no row 1"),
        ("column([[1, 2]], 2)", "There is no column 2"),
        ("window([[1, 2]], 0, 0, 2)", "A window of 2x2 at (0, 0) does not lie in a grid of 1x2"),
        ("dot([1, 2], [1, 2, 3])", "the same size"),
        ("max_pool([[1, 2], [3, 4]], 3)", "A filter of 3 does not fit into an input of 2"),
        ("conv([[1]], [[1]], P=10**6)", "A result of 2000001x2000001 cannot be"),
        ("conv([[1]], [[1]], S=10**6, P=10**6)", "A padded grid of 2000001x2000001 cannot be"),
        ("adaptive_avg_pool([[1]], 10**6)", "A result of 1000000x1000000 cannot be"),
        ("toeplitz_row(3, [[1, 2], [3, 4]], 4)", "The matrix has 4 rows: i must be 0 to 3"),
        ("toeplitz_row(1, [[1, 2], [3, 4]], 0)", "does not fit"),
        ("toeplitz_row(1000, [[1]], 0)", "The input of 1000x1000 cannot be"),
        ("kernel('sobelx')", "There is no kernel “sobelx”: did you mean “sobel-x”?"),
        ("kernel('random')", "There is no kernel “random”"),
        ("kernel('box', 99)", "F must be 1 to 15"),
        ("picture('digit-11')", "There is no picture “digit-11”: did you mean “digit-"),
        ("picture('digit-1', 1000)", "A picture of 1000x1000 cannot be"),
    ],
)
def test_what_cannot_be_is_said(expression: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(expression)
    assert said in str(caught.value)
