"""The zoo: every published number is what its file computes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.sizes import shape_list
from cnnviz_tui.networks.zoo.catalogue import load, load_all, names, parse

PUBLISHED = {
    "lenet5-1998": 60_000,
    "lenet5": 61_706,
    "alexnet": 60_965_224,
    "alexnet-one-column": 61_100_840,
    "vgg11": 132_863_336,
    "vgg13": 133_047_848,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
    "googlenet": 6_998_552,
    "googlenet-torchvision": 6_624_904,
    "resnet18": 11_689_512,
    "resnet50": 25_557_032,
}
"""The figures that the lecture and the issue name."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_figures_of_the_lecture(name: str) -> None:
    assert load(name).trace().total_parameters == PUBLISHED[name]


@pytest.mark.parametrize("name", names())
def test_every_file_traces_to_the_figures_in_its_head(name: str) -> None:
    network = load(name)
    trace = network.trace()
    assert trace.ok
    assert trace.total_macs is not None
    if network.parameters is not None:
        assert trace.total_parameters == network.parameters
    if network.gigamacs:
        digits = len(network.gigamacs.partition(".")[2])
        assert round(trace.total_macs / 10**9, digits) == float(network.gigamacs)


def test_all_networks_of_the_course_are_there_the_oldest_first() -> None:
    networks = load_all()
    assert [network.year for network in networks] == sorted(network.year for network in networks)
    assert {"zfnet", "nin", "squeezenet", "resnet34", "mobilenet_v1", "densenet121"} <= set(names())


def test_networks_without_a_published_count_follow_from_their_tables() -> None:
    # Filters times (window · channels + 1), layer by layer.
    zfnet = 96 * (49 * 3 + 1) + 256 * (25 * 96 + 1) + 384 * (9 * 256 + 1)
    zfnet += 384 * (9 * 384 + 1) + 256 * (9 * 384 + 1)
    zfnet += (36 * 256 + 1) * 4096 + 4097 * 4096 + 4097 * 1000
    assert load("zfnet").trace().total_parameters == zfnet
    nin = 96 * (121 * 3 + 1) + 2 * 96 * 97 + 256 * (25 * 96 + 1) + 2 * 256 * 257
    nin += 384 * (9 * 256 + 1) + 2 * 384 * 385 + 1024 * (9 * 384 + 1) + 1024 * 1025 + 1000 * 1025
    assert load("nin").trace().total_parameters == nin


def test_the_connection_table_of_c3() -> None:
    rows = {row.name: row for row in load("lenet5-1998").trace().layers}
    # 6 maps see 3, 9 see 4, one sees 6: 60 connections of 25 weights, and 16 biases.
    assert rows["c3"].parameters == 60 * 25 + 16
    assert rows["s2"].parameters == 12
    assert rows["output"].parameters == 0
    assert rows["output"].fixed == 840


def test_vggs_parameters_live_in_the_dense_layers() -> None:
    rows = load("vgg16").trace().layers
    dense = sum(row.parameters or 0 for row in rows if row.type == "linear")
    assert dense == 123_642_856


def test_auxiliary_classifiers_lead_out() -> None:
    plain, trained = load("googlenet").trace(), load("googlenet-aux").trace()
    assert shape_list(plain.outputs[0]) == shape_list(trained.outputs[0]) == [1000]
    extra = (trained.total_parameters or 0) - (plain.total_parameters or 0)
    assert extra == sum(128 * c + 128 + 2049 * 1024 + 1025 * 1000 for c in (512, 528))


def test_another_input_may_not_fit() -> None:
    trace = load("alexnet").trace((3, 64, 64))
    assert trace.error is not None
    assert trace.error.layer == "pool5"


def test_adding_a_network_is_adding_a_file(tmp_path: Path) -> None:
    (tmp_path / "tiny.net").write_text(
        "title: Tiny\nyear: 2020\nsource: here\nabout: small\ninput: 1x4x4\n---\nconv 2 3\n"
    )
    assert names(tmp_path) == ["tiny"]
    assert load("tiny", tmp_path).trace().total_parameters == 20


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("title: x\n---\nrelu", "lacks the key about"),
        ("colour: x\n---\nrelu", "write “key: value”"),
        ("title: x\nyear: x\nsource: s\nabout: a\ninput: 1x1\n---\nrelu", "year must be"),
        ("title: x\nyear: 1\nsource: s\nabout: a\ninput: 1x1\nrelu", "write “key: value”"),
    ],
)
def test_a_broken_file_is_named(text: str, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse("x", text)
    assert sentence in str(caught.value)


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(SourceError, match="did you mean “resnet50”"):
        load("resnet-50")
