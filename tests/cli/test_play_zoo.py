"""`cnnviz play zoo` as text and as data."""

from __future__ import annotations

import json

from click.testing import CliRunner

from cnnviz_tui.cli import main
from cnnviz_tui.walkthroughs.museum import EXHIBITS


def run(*arguments: str) -> str:
    """What the command prints, if it succeeds."""
    result = CliRunner().invoke(main, ["play", "zoo", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_whole_museum_as_text() -> None:
    text = run("--plain")
    assert all(exhibit.brought in text for exhibit in EXHIBITS)
    assert "3.57 %  ResNet" in text
    assert "14,200,000 pictures" in text


def test_an_exhibit_as_text_with_its_layers_and_rooms() -> None:
    text = run("vgg19", "--plain")
    assert "VGG with 19 layers" in text
    assert "143,667,240 parameters" in text
    assert "138,357,544" not in text
    assert "two 3×3 against one 5×5" in text


def test_a_stop_without_a_network_as_text() -> None:
    assert "98.914 %" in run("asirra", "--plain")


def test_the_museum_as_data() -> None:
    data = json.loads(run("--json"))
    assert [e["key"] for e in data["exhibits"]] == [e.key for e in EXHIBITS]
    assert {"year": 2015, "error": 3.57}.items() <= data["top5_errors"][7].items()
    assert data["asirra"]["photographs"] == 12


def test_an_exhibit_as_data_adds_up() -> None:
    network = json.loads(run("googlenet", "--json"))["network"]
    assert network["total_parameters"] == 6_998_552
    assert sum(layer["parameters"] for layer in network["layers"]) == 6_998_552
    assert sum(share["macs"] for share in network["shares"].values()) == network["total_macs"]
    rooms = json.loads(run("googlenet", "--json"))["rooms"]
    assert rooms[0]["charts"][0]["values"] == {"with 1×1": 163_696, "without": 387_296}


def test_the_experiment_as_text_and_data() -> None:
    text = run("gradients", "--plain", "--depth", "5", "--seed", "7")
    assert "5 dense layers" in text
    assert len(text.splitlines()) == 1 + 4 + 1 + 5
    data = json.loads(run("gradients", "--json", "--depth", "5", "--seed", "7"))
    assert [len(sizes) for sizes in data["gradients"].values()] == [5] * 4
    assert run("gradients", "--json", "--seed", "7") == run("gradients", "--json", "--seed", "7")


def test_an_unknown_exhibit_is_a_usage_error_with_the_names() -> None:
    result = CliRunner().invoke(main, ["play", "zoo", "vgg17", "--plain"])
    assert result.exit_code == 2
    assert "no exhibit “vgg17”; there are convnet" in result.output
