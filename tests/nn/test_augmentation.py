"""Augmentation changes a digit as another hand would, and never into something else."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz_tui.digits import bundled
from cnnviz_tui.nn.augmentation import Augmentation, change_thickness, sample

NOTHING = Augmentation(rotation=0, scale=0, shear=0, shift=0, elastic=0, thickness=0)


def blob() -> np.ndarray:
    """A bright cell a little off the centre."""
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 10:13, 14:17] = 255
    return image


def centre(image: np.ndarray) -> tuple[float, float]:
    total = image.sum()
    rows, columns = np.indices(image.shape)
    return float((image * rows).sum() / total), float((image * columns).sum() / total)


def test_zero_amounts_change_nothing() -> None:
    images = bundled().images[:20]
    changed = NOTHING.apply(images, np.random.default_rng(0))
    np.testing.assert_allclose(changed, images / 255, atol=1e-5)


def test_equal_generators_give_equal_pictures_and_each_picture_its_own_change() -> None:
    images = np.repeat(bundled().images[:1], 8, axis=0)
    first, again = (Augmentation().apply(images, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert len({image.tobytes() for image in first}) == 8


def test_values_stay_in_range_and_most_ink_stays_on_the_paper() -> None:
    images = bundled().images
    changed = Augmentation().apply(images, np.random.default_rng(1))
    assert changed.dtype == np.float32
    assert changed.min() >= 0
    assert changed.max() <= 1 + 1e-6
    kept = changed.sum() / (images / 255).sum()
    assert 0.85 < kept < 1.15


@pytest.mark.parametrize(
    ("amounts", "furthest"),
    [({"shift": 3.0}, 3 * 2**0.5), ({"rotation": 90.0}, 5.2), ({"scale": 0.5}, 3.0)],
)
def test_each_amount_moves_a_blob_no_further_than_it_says(
    amounts: dict[str, float], furthest: float
) -> None:
    augmentation = Augmentation(**{**dict.fromkeys(vars(NOTHING), 0.0), **amounts})
    images = np.repeat(blob(), 60, axis=0)
    moved = augmentation.apply(images, np.random.default_rng(2))
    distances = [np.hypot(*np.subtract(centre(image), (11, 15))) for image in moved]
    assert 0.3 * furthest < max(distances) <= furthest + 0.05


def test_sampling_between_pixels_is_bilinear_and_black_outside() -> None:
    pixels = np.array([[[1.0, 2.0], [3.0, 5.0]]], np.float32)
    rows = np.array([[[0, 0.5, 1, -0.5, -7, 1.5]]], np.float32)
    columns = np.array([[[0, 0.5, 0.25, 0, 0, 1]]], np.float32)
    got = sample(pixels, rows, columns)[0, 0]
    np.testing.assert_allclose(got, [1, 2.75, 3.5, 0.5, 0, 2.5])


def test_thickness_grows_and_shrinks_strokes_by_a_pixel_on_each_side() -> None:
    stroke = np.zeros((4, 9, 9), np.float32)
    stroke[:, :, 3:6] = 1
    stroke[:, [0, 8]] = 0
    thick, thin, half, same = change_thickness(stroke, np.array([1, -1, 0.5, 0], np.float32))
    np.testing.assert_array_equal(thick[4], [0, 0, 1, 1, 1, 1, 1, 0, 0])
    np.testing.assert_array_equal(thin[4], [0, 0, 0, 0, 1, 0, 0, 0, 0])
    np.testing.assert_array_equal(half[4], [0, 0, 0.5, 1, 1, 1, 0.5, 0, 0])
    np.testing.assert_array_equal(same, stroke[0])
