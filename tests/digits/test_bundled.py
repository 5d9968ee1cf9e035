"""The digits in the package are MNIST's, evenly chosen, and nobody can spoil them."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz_tui.digits import bundled, bundled_positions, bundled_training


def test_every_digit_is_there_fifty_times() -> None:
    images, labels = bundled()
    assert images.shape == (500, 28, 28)
    assert images.dtype == np.uint8
    assert labels.dtype == np.int64
    assert np.bincount(labels).tolist() == [50] * 10


def test_training_digits_are_balanced_and_none_is_a_test_digit() -> None:
    test, training = bundled(), bundled_training()
    assert np.bincount(training.labels).tolist() == [500] * 10
    seen = {image.tobytes() for image in training.images}
    assert not any(image.tobytes() in seen for image in test.images)


def test_samples_span_the_whole_test_set_in_its_order() -> None:
    positions = bundled_positions()
    assert (np.diff(positions) > 0).all()
    assert positions[0] < 100
    assert positions[-1] > 9_700


def test_ink_is_white_on_black_and_centred_as_mnist_was() -> None:
    images = bundled().images.astype(np.float64)
    assert (images[:, 0, 0] == 0).all()
    rows, columns = np.mgrid[:28, :28]
    weight = images.sum(axis=(1, 2))
    assert np.abs((images * rows).sum(axis=(1, 2)) / weight - 14).max() < 1.5
    assert np.abs((images * columns).sum(axis=(1, 2)) / weight - 14).max() < 1.5


def test_shared_arrays_cannot_be_changed() -> None:
    images, _ = bundled()
    with pytest.raises(ValueError, match="read-only"):
        images[0, 0, 0] = 1
    assert bundled().images is images
