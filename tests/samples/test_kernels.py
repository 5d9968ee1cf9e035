"""Every classic filter keeps what defines it, whatever its size."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnviz_tui.samples import KERNELS, bank, kernel_named, weights_of
from cnnviz_tui.samples.kernels import binomial, slope

Array = NDArray[np.float32]

SIZES = [(height, width) for height in range(1, 8) for width in range(1, 8)]
LARGER = [(height, width) for height, width in SIZES if height > 1 and width > 1]


def made(name: str, height: int, width: int, seed: int = 0) -> Array:
    """The weights of one kernel."""
    return kernel_named(name).make(height, width, np.random.default_rng(seed))


def test_every_kernel_comes_in_every_size_as_finite_float32() -> None:
    for kernel in KERNELS:
        for size in SIZES:
            weights = made(kernel.name, *size)
            assert weights.shape == size
            assert weights.dtype == np.float32
            assert np.isfinite(weights).all()


@pytest.mark.parametrize("name", ["box", "gaussian", "sharpen", "identity"])
def test_filters_that_keep_the_brightness_sum_to_one(name: str) -> None:
    for size in SIZES:
        assert made(name, *size).sum(dtype=np.float64) == pytest.approx(1, abs=1e-6)


def test_box_weighs_all_cells_alike() -> None:
    for height, width in SIZES:
        assert np.ptp(made("box", height, width)) == 0


def test_gaussian_is_symmetric_separable_and_heaviest_in_the_centre() -> None:
    for height, width in SIZES:
        weights = made("gaussian", height, width).astype(np.float64)
        assert np.array_equal(weights, weights[::-1, ::-1])
        np.testing.assert_allclose(
            weights, np.outer(weights.sum(axis=1), weights.sum(axis=0)), atol=1e-7
        )
        assert weights[height // 2, width // 2] == weights.max()
    np.testing.assert_allclose(made("gaussian", 3, 3) * 16, [[1, 2, 1], [2, 4, 2], [1, 2, 1]])


def test_sobel_of_three_is_the_textbook_filter() -> None:
    textbook = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert made("sobel-x", 3, 3).tolist() == textbook
    assert made("sobel-y", 3, 3).tolist() == np.transpose(textbook).tolist()


def test_sobel_is_antisymmetric_whole_and_blind_to_brightness() -> None:
    for height, width in SIZES:
        weights = made("sobel-x", height, width)
        assert np.array_equal(weights[:, ::-1], -weights)
        assert np.array_equal(weights[::-1], weights)
        assert np.array_equal(weights, np.round(weights))
        assert weights.sum() == 0
        assert np.array_equal(made("sobel-y", width, height), weights.T)


def test_sobel_answers_positively_where_it_gets_brighter() -> None:
    """The meanings that captions give to the signs are true."""
    for height, width in LARGER:
        brighter_right = np.tile(np.arange(width, dtype=np.float32), (height, 1))
        assert (made("sobel-x", height, width) * brighter_right).sum() > 0
        brighter_below = np.tile(np.arange(height, dtype=np.float32)[:, None], (1, width))
        assert (made("sobel-y", height, width) * brighter_below).sum() > 0


def test_edges_sum_to_zero_and_set_the_centre_against_all_others() -> None:
    for height, width in SIZES:
        weights = made("edges", height, width)
        assert weights.sum() == 0
        assert weights[height // 2, width // 2] == height * width - 1
        assert (weights == -1).sum() == height * width - 1
    assert made("edges", 3, 3).tolist() == [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]


def test_sharpen_of_three_is_the_textbook_filter() -> None:
    assert made("sharpen", 3, 3).tolist() == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]


def test_emboss_falls_through_the_centre_from_top_left_to_bottom_right() -> None:
    assert made("emboss", 3, 3).tolist() == [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]
    for height, width in SIZES:
        weights = made("emboss", height, width)
        centre = weights[height // 2, width // 2]
        assert centre == 1
        if height % 2 and width % 2:
            opposite = weights + weights[::-1, ::-1]
            opposite[height // 2, width // 2] = 0
            assert not opposite.any()


def test_identity_is_a_single_one_in_the_centre() -> None:
    for height, width in SIZES:
        weights = made("identity", height, width)
        assert weights[height // 2, width // 2] == 1
        assert np.count_nonzero(weights) == 1


def test_random_weights_are_small_whole_numbers_that_the_seed_decides() -> None:
    assert set(made("random", 7, 7).ravel().tolist()) == {-1, 0, 1}
    assert np.array_equal(made("random", 5, 5, seed=3), made("random", 5, 5, seed=3))
    assert not np.array_equal(made("random", 5, 5, seed=3), made("random", 5, 5, seed=4))


def test_rows_of_pascals_triangle_and_their_slopes() -> None:
    assert [binomial(n).tolist() for n in (1, 2, 3, 5)] == [
        [1], [1, 1], [1, 2, 1], [1, 4, 6, 4, 1],
    ]  # fmt: skip
    assert [slope(n).tolist() for n in (1, 2, 3, 4, 5)] == [
        [0], [-1, 1], [-1, 0, 1], [-1, -1, 1, 1], [-1, -2, 0, 2, 1],
    ]  # fmt: skip


def test_a_bank_goes_on_through_the_list_and_begins_again() -> None:
    classic = [kernel.name for kernel in KERNELS if kernel.name != "random"]
    names = [kernel.name for kernel in bank("box", 2 * len(classic))]
    start = classic.index("box")
    assert names == [*classic[start:], *classic, *classic[:start]]


def test_a_random_bank_is_random_throughout() -> None:
    assert [kernel.name for kernel in bank("random", 4)] == ["random"] * 4


def test_classic_filters_read_every_slice_alike_and_random_ones_do_not() -> None:
    classic = weights_of(bank("sobel-x", 3), 4, 3, 5, seed=1)
    assert classic.shape == (3, 4, 3, 5)
    assert classic.dtype == np.float32
    assert (classic == classic[:, :1]).all()
    chance = weights_of(bank("random", 3), 4, 3, 5, seed=1)
    slices = {chance[k, c].tobytes() for k in range(3) for c in range(4)}
    assert len(slices) == 12
    assert np.array_equal(chance, weights_of(bank("random", 3), 4, 3, 5, seed=1))


def test_names_are_unique_and_every_kernel_says_what_it_does() -> None:
    assert len({kernel.name for kernel in KERNELS}) == len(KERNELS)
    assert all(kernel.about.endswith(".") and kernel.title for kernel in KERNELS)
    without_meaning = [kernel.name for kernel in KERNELS if kernel.meaning is None]
    assert without_meaning == ["random"]


def test_an_unknown_kernel_is_one_sentence_that_lists_the_choices() -> None:
    with pytest.raises(ValueError, match="no kernel called 'sobel'") as caught:
        kernel_named("sobel")
    text = str(caught.value)
    assert "\n" not in text
    assert all(kernel.name in text for kernel in KERNELS)
