"""`cnnviz predict` reads many files, one line each, whatever is among them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from cnnviz_tui.cli import predict as module
from cnnviz_tui.cli.predict import command
from cnnviz_tui.digits import bundled
from cnnviz_tui.nn import load_lenet, save_weights


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A seven in every kind of file."""
    seven = bundled().images[0]
    assert bundled().labels[0] == 7
    large = Image.fromarray(255 - seven).resize((280, 280))
    nothing = Image.new("RGBA", (28, 28), (0, 0, 0, 0))
    nothing.putalpha(Image.fromarray(seven))
    paths = [tmp_path / name for name in ("a.png", "b.jpg", "c.npy", "d.bmp", "e.png", "f.png")]
    Image.fromarray(seven).save(paths[0])
    large.convert("RGB").save(paths[1], quality=60)
    np.save(paths[2], seven / 255)
    large.convert("1").save(paths[3])
    nothing.save(paths[4])
    large.convert("P").save(paths[5])
    return paths


def test_every_kind_of_file_is_read(files: list[Path]) -> None:
    result = run("--json", *files)
    assert result.exit_code == 0
    found = lines(result)
    assert [line["file"] for line in found] == [str(path) for path in files]
    for line in found:
        assert set(line) == {"file", "digit", "probability", "probabilities"}
        assert line["digit"] == 7
        assert line["probability"] == max(line["probabilities"]) > 0.5
        assert len(line["probabilities"]) == 10
        assert sum(line["probabilities"]) == pytest.approx(1, abs=1e-5)


def test_without_json_a_person_gets_a_sentence(files: list[Path]) -> None:
    result = run(files[0])
    assert result.stdout.startswith(f"{files[0]}: 7 (")
    assert result.stdout.rstrip().endswith("%)")


def test_broken_files_get_their_own_line_and_the_rest_go_on(
    files: list[Path], tmp_path: Path
) -> None:
    broken, blank, folder = tmp_path / "x.png", tmp_path / "blank.png", tmp_path / "folder"
    broken.write_bytes(files[0].read_bytes()[:60])
    Image.new("L", (30, 30), 200).save(blank)
    folder.mkdir()
    missing = tmp_path / "missing.png"
    text = tmp_path / "text.npy"
    text.write_text("not an array")
    given = [files[0], broken, missing, blank, folder, text, files[2]]
    result = run("--json", *given)
    assert result.exit_code == 1
    found = lines(result)
    assert [line["file"] for line in found] == [str(path) for path in given]
    assert [line.get("digit") for line in found] == [7, None, None, None, None, None, 7]
    assert "No such file" in found[2]["error"]
    assert found[3]["error"] == "nothing drawn"
    assert "NPY" in found[5]["error"]
    for line in found[1:6]:
        assert set(line) == {"file", "error"}
    spoken = run(*given)
    assert spoken.exit_code == 1
    assert len(spoken.stdout.splitlines()) == 2
    assert len(spoken.stderr.splitlines()) == 5


def test_pictures_over_the_limit_are_refused_before_they_are_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, array = tmp_path / "big.png", tmp_path / "big.npy"
    Image.new("1", (3000, 3000)).save(picture)
    np.save(array, np.zeros((3000, 3000), np.uint8))
    monkeypatch.setattr(module, "LARGEST_PICTURE", 8_000_000)

    def decode(*_: object) -> None:
        raise AssertionError("the picture was decoded")

    monkeypatch.setattr(Image.Image, "convert", decode)
    monkeypatch.setattr(np, "load", decode)
    for path in (picture, array):
        with pytest.raises(module.PictureError, match="3000x3000 is too large; at most 8 million"):
            module._picture(path, as_is=False)


def test_an_array_that_promises_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lie.npy"
    np.save(path, np.zeros((40, 40), np.uint8))
    path.write_bytes(path.read_bytes()[:-100])
    found = lines(run("--json", path))
    assert found[0]["error"] == "it is a damaged NPY file"


def test_pickled_arrays_are_never_loaded(tmp_path: Path) -> None:
    path = tmp_path / "objects.npy"
    np.save(path, np.array([[{"a": 1}]], dtype=object), allow_pickle=True)
    found = lines(run("--json", path))
    assert "Python objects" in found[0]["error"]


@pytest.mark.parametrize("count", [1, 300])
def test_many_files_read_as_each_alone(count: int, tmp_path: Path) -> None:
    images, labels = bundled()
    paths = []
    for number in range(count):
        paths.append(tmp_path / f"{number}.npy")
        np.save(paths[-1], images[number])
    found = lines(run("--json", "--as-is", *paths))
    probabilities = load_lenet().predict_proba(images[:count])
    np.testing.assert_allclose([line["probabilities"] for line in found], probabilities, atol=1e-5)
    right = np.mean([line["digit"] for line in found] == labels[:count])
    assert right > 0.97


def test_own_weights_are_used(files: list[Path], tmp_path: Path) -> None:
    network, path = load_lenet("lenet5-1998"), tmp_path / "mine.npz"
    network.vector[...] = 0
    save_weights(network, path)
    found = lines(run("--json", "--weights", path, files[0]))
    assert found[0]["probability"] < 0.5
    bad = run("--weights", files[0], files[0])
    assert bad.exit_code == 2
    assert "not a file of arrays" in bad.stderr


def test_as_is_wants_the_size_of_the_network(files: list[Path]) -> None:
    assert lines(run("--json", "--as-is", files[0]))[0]["digit"] == 7
    assert "28x28" in lines(run("--json", "--as-is", files[1]))[0]["error"]


def test_no_file_is_a_usage_error() -> None:
    assert run().exit_code == 2
