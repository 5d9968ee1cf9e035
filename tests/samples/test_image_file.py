"""A person's own picture is read as it looks, or refused in one sentence."""

from __future__ import annotations

import io
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from cnnviz_tui.samples import ImageFileError, image_file, read_image

RED = (255, 0, 0)


def saved(path: Path, picture: Image.Image, **options: Any) -> Path:
    """Write a picture and return where."""
    picture.save(path, **options)
    return path


def refusal(path: Path) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(ImageFileError) as caught:
        read_image(path)
    text = str(caught.value)
    assert "\n" not in text
    assert str(path) in text
    return text


def gradient() -> NDArray[np.uint8]:
    """Different numbers in every cell, 5 high and 7 wide."""
    return np.arange(0, 210, 6, dtype=np.uint8).reshape(5, 7)


def noisy(height: int = 9, width: int = 12) -> Image.Image:
    """A colour picture that does not compress to nothing."""
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3))
    return Image.fromarray(pixels.astype(np.uint8))


def test_grey_pixels_become_one_channel_from_0_to_1(tmp_path: Path) -> None:
    picture = read_image(saved(tmp_path / "grey.png", Image.fromarray(gradient())))
    assert picture.shape == (1, 5, 7)
    assert picture.dtype == np.float32
    np.testing.assert_allclose(picture[0], gradient() / 255, atol=1e-6)


def test_colour_pixels_become_three_channels_in_the_order_red_green_blue(tmp_path: Path) -> None:
    pixels = np.stack([gradient(), gradient() + 20, gradient() + 40], axis=-1)
    picture = read_image(saved(tmp_path / "colour.png", Image.fromarray(pixels)))
    assert picture.shape == (3, 5, 7)
    assert picture.dtype == np.float32
    np.testing.assert_allclose(picture, pixels.transpose(2, 0, 1) / 255, atol=1e-6)


def test_transparency_is_laid_over_black(tmp_path: Path) -> None:
    half = Image.new("RGBA", (4, 4), (255, 255, 255, 51))
    picture = read_image(saved(tmp_path / "half.png", half))
    assert picture.shape == (3, 4, 4)
    np.testing.assert_allclose(picture, 0.2, atol=0.003)


def test_grey_with_transparency_stays_one_channel(tmp_path: Path) -> None:
    picture = read_image(saved(tmp_path / "la.png", Image.new("LA", (4, 3), (255, 102))))
    assert picture.shape == (1, 3, 4)
    np.testing.assert_allclose(picture, 0.4, atol=0.003)


def test_dark_grey_with_a_transparent_value_stands_on_white(tmp_path: Path) -> None:
    grey = Image.fromarray(np.array([[200, 100]], dtype=np.uint8))
    picture = read_image(saved(tmp_path / "trns.png", grey, transparency=200))
    np.testing.assert_allclose(picture, [[[1, 100 / 255]]], atol=1e-6)


@pytest.mark.parametrize("transparency", [0, bytes([0, 255])])
def test_a_palette_with_transparency_stands_on_what_shows_it(
    tmp_path: Path, transparency: int | bytes
) -> None:
    indexed = Image.fromarray(np.array([[0, 1]], dtype=np.uint8)).convert("P")
    indexed.putpalette([255, 255, 255, 255, 0, 0])
    picture = read_image(saved(tmp_path / "p.png", indexed, transparency=transparency))
    assert picture.shape == (3, 1, 2)
    assert picture[:, 0, 0].tolist() == [1, 1, 1]
    assert picture[:, 0, 1].tolist() == [1, 0, 0]


def test_light_ink_on_nothing_stands_on_black(tmp_path: Path) -> None:
    pixels = np.zeros((4, 4, 4), dtype=np.uint8)
    pixels[1, :] = 255
    picture = read_image(saved(tmp_path / "light.png", Image.fromarray(pixels)))
    assert picture[:, 1, :].min() == 1
    assert picture[:, 0, :].max() == 0


def test_dark_ink_on_nothing_stands_on_white(tmp_path: Path) -> None:
    pixels = np.zeros((4, 4, 4), dtype=np.uint8)
    pixels[1, :, 3] = 255
    picture = read_image(saved(tmp_path / "dark.png", Image.fromarray(pixels)))
    assert picture[:, 1, :].max() == 0
    assert picture[:, 0, :].min() == 1


def test_a_palette_without_transparency_shows_its_colours(tmp_path: Path) -> None:
    indexed = Image.new("P", (2, 2), 1)
    indexed.putpalette([0, 0, 0, 0, 255, 0])
    picture = read_image(saved(tmp_path / "p.gif", indexed))
    assert picture[:, 0, 0].tolist() == [0, 1, 0]


def test_one_bit_pictures_are_black_and_white(tmp_path: Path) -> None:
    pixels = np.array([[True, False, True]])
    picture = read_image(saved(tmp_path / "bits.png", Image.fromarray(pixels)))
    assert picture.tolist() == [[[1, 0, 1]]]


def test_sixteen_bit_pictures_keep_their_range(tmp_path: Path) -> None:
    pixels = np.array([[0, 1000, 65535]], dtype=np.uint16)
    picture = read_image(saved(tmp_path / "deep.png", Image.fromarray(pixels)))
    np.testing.assert_allclose(picture, [[[0, 1000 / 65535, 1]]], atol=1e-6)
    dark = np.array([[0, 200]], dtype=np.uint16)
    picture = read_image(saved(tmp_path / "dark.png", Image.fromarray(dark)))
    np.testing.assert_allclose(picture, [[[0, 200 / 65535]]], atol=1e-6)


def test_a_jpeg_is_close_to_what_was_saved(tmp_path: Path) -> None:
    red = saved(tmp_path / "red.jpg", Image.new("RGB", (16, 8), RED), quality=95)
    picture = read_image(red)
    assert picture.shape == (3, 8, 16)
    np.testing.assert_allclose(picture[:, 4, 8], [1, 0, 0], atol=0.02)


def test_cmyk_is_shown_as_colour(tmp_path: Path) -> None:
    path = saved(tmp_path / "print.jpg", Image.new("CMYK", (8, 8), (0, 255, 255, 0)))
    assert read_image(path)[:, 4, 4] == pytest.approx([1, 0, 0], abs=0.05)


def test_the_camera_s_rotation_is_undone(tmp_path: Path) -> None:
    turned = Image.fromarray(np.array([[10, 20, 30], [40, 50, 60]], dtype=np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6  # the picture must be turned clockwise to stand upright
    picture = read_image(saved(tmp_path / "turned.png", turned, exif=exif))
    assert (picture[0] * 255).round().tolist() == [[40, 10], [50, 20], [60, 30]]


def test_float_pictures_are_cut_to_0_to_1_and_have_no_holes(tmp_path: Path) -> None:
    pixels = np.array([[0.25, math.nan, 1.0]], dtype=np.float32)
    picture = read_image(saved(tmp_path / "float.tiff", Image.fromarray(pixels)))
    assert picture.tolist() == [[[0.25, 0, 1]]]


def test_only_the_first_picture_of_an_animation_is_read(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (3, 3), colour) for colour in (RED, (0, 0, 255))]
    path = saved(tmp_path / "moving.gif", frames[0], save_all=True, append_images=frames[1:])
    assert read_image(path)[:, 1, 1].tolist() == [1, 0, 0]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "nothing.png")


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)


def test_a_text_file_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "notes.png"
    path.write_text("not a picture")
    assert "not a picture that can be read" in refusal(path)


def test_an_empty_file_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "empty.png"
    path.touch()
    assert "not a picture that can be read" in refusal(path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs rights that can be denied")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = saved(tmp_path / "secret.png", noisy())
    path.chmod(0)
    assert "Permission denied" in refusal(path)


def test_a_large_file_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path / "heavy.png", noisy())
    monkeypatch.setattr(image_file, "MOST_BYTES", path.stat().st_size - 1)
    monkeypatch.setattr(Image, "open", lambda *_: pytest.fail("it was opened"))
    assert f"at most {path.stat().st_size - 1:,} bytes" in refusal(path)


def test_too_many_pixels_are_refused_before_they_are_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path / "wide.png", Image.new("L", (50, 20)))
    monkeypatch.setattr(image_file, "MOST_PIXELS", 999)
    text = refusal(path)
    assert "50x20" in text
    assert "at most 999 pixels" in text


@pytest.mark.parametrize("limit", [100, 600])
def test_pillow_s_own_limit_gives_the_same_kind_of_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """Pillow warns above its limit and refuses above twice as much; neither may be seen."""
    path = saved(tmp_path / "bomb.png", Image.new("L", (50, 20)))
    monkeypatch.setattr(image_file, "MOST_PIXELS", 999)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
    assert "at most 999 pixels" in refusal(path)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF"])
def test_a_truncated_file_is_a_picture_or_one_sentence(tmp_path: Path, kind: str) -> None:
    buffer = io.BytesIO()
    noisy().save(buffer, kind)
    content = buffer.getvalue()
    path = tmp_path / f"cut.{kind.lower()}"
    refused = 0
    for length in range(0, len(content), max(len(content) // 40, 1)):
        path.write_bytes(content[:length])
        try:
            assert read_image(path).shape == (3, 9, 12)
        except ImageFileError:
            refusal(path)
            refused += 1
    assert refused > 10


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF"])
def test_a_damaged_file_is_a_picture_or_one_sentence(tmp_path: Path, kind: str) -> None:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    options = {"exif": exif} if kind in {"PNG", "JPEG", "WEBP", "TIFF"} else {}
    noisy().save(buffer, kind, **options)
    content = np.frombuffer(buffer.getvalue(), dtype=np.uint8)
    generator = np.random.default_rng(1)
    path = tmp_path / f"damaged.{kind.lower()}"
    shown = 0
    for _ in range(60):
        spoiled = content.copy()
        # Headers are short and decide most: half of the damage falls there.
        reach = generator.choice([min(64, content.size), content.size])
        spoiled[generator.integers(0, reach, size=3)] = generator.integers(0, 256, size=3)
        path.write_bytes(spoiled.tobytes())
        try:
            picture = read_image(path)
        except ImageFileError:
            refusal(path)
        else:
            shown += 1
            assert picture.dtype == np.float32
            assert picture.ndim == 3
            assert np.isfinite(picture).all()
    assert shown < 60
