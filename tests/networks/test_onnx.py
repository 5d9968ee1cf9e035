"""ONNX files: built here with the package itself, measured by our reader."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.readers.onnx import trace_onnx
from cnnviz_tui.networks.sizes import shape_list


def model(
    nodes: Sequence[Any], weights: Mapping[str, Sequence[int]], sizes: Sequence[Any]
) -> bytes:
    """Return a file with weights of the given shapes; all values are 0."""
    onnx = pytest.importorskip("onnx", reason="the extra onnx is not installed")
    numpy = pytest.importorskip("numpy")
    float_, helper = onnx.TensorProto.FLOAT, onnx.helper
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", float_, sizes)],
        [helper.make_tensor_value_info("y", float_, None)],
        [
            onnx.numpy_helper.from_array(numpy.zeros(shape, dtype="float32"), name)
            for name, shape in weights.items()
        ],
    )
    data: bytes = helper.make_model(graph).SerializeToString()
    return data


def node(kind: str, inputs: str, output: str, **settings: Any) -> Any:
    onnx = pytest.importorskip("onnx", reason="the extra onnx is not installed")
    return onnx.helper.make_node(kind, inputs.split(), [output], name=output, **settings)


def lenet(first: int = 1) -> bytes:
    nodes = [
        node("Conv", "x w1 b1", "c1", kernel_shape=[5, 5], pads=[2, 2, 2, 2]),
        node("Relu", "c1", "r1"),
        node("MaxPool", "r1", "p1", kernel_shape=[2, 2], strides=[2, 2]),
        node("Conv", "p1 w2 b2", "c2"),
        node("AveragePool", "c2", "p2", kernel_shape=[2, 2], strides=[2, 2]),
        node("Flatten", "p2", "f"),
        node("Gemm", "f w3 b3", "d1", transB=1),
        node("MatMul", "d1 w4", "d2"),
        node("Add", "d2 b4", "y"),
    ]
    weights = {
        "w1": (6, first, 5, 5), "b1": (6,), "w2": (16, 6, 5, 5), "b2": (16,),
        "w3": (120, 400), "b3": (120,), "w4": (120, 10), "b4": (10,),
    }  # fmt: skip
    return model(nodes, weights, ["N", 1, 28, 28])


def test_a_lenet_is_measured() -> None:
    result = trace_onnx(lenet())
    assert result.ok
    assert result.notes == ()
    assert [shape_list(row.output) for row in result.layers] == [
        [6, 28, 28], [6, 28, 28], [6, 14, 14], [16, 10, 10], [16, 5, 5], [400], [120], [10], [10],
    ]  # fmt: skip
    assert result.total_parameters == 156 + 2416 + 48120 + 1210
    assert result.total_macs == 117_600 + 240_000 + 48_000 + 1_200


def test_another_input_may_not_fit() -> None:
    error = trace_onnx(lenet(), [(1, 32, 32)]).error
    assert error is not None
    assert (error.layer, error.expected, error.got) == ("d1", 400, 576)
    channels = trace_onnx(lenet(first=3)).error
    assert channels is not None
    assert channels.layer == "c1"


def test_a_residual_block_with_normalisation_groups_and_a_reshape() -> None:
    onnx = pytest.importorskip("onnx", reason="the extra onnx is not installed")
    target = onnx.helper.make_tensor("shape", onnx.TensorProto.INT64, [2], [1, -1])
    nodes = [
        onnx.helper.make_node("Constant", [], ["to"], value=target),
        node("Conv", "x w", "c", group=4, auto_pad="SAME_UPPER", strides=[1, 1]),
        node("BatchNormalization", "c s b m v", "n"),
        node("Add", "n x", "a"),
        node("Concat", "a x", "j", axis=1),
        node("GlobalAveragePool", "j", "g"),
        node("Reshape", "g to", "y"),
    ]
    weights = {"w": (8, 2, 3, 3), "s": (8,), "b": (8,), "m": (8,), "v": (8,)}
    result = trace_onnx(model(nodes, weights, [1, 8, 6, 6]))
    assert result.ok
    assert result.total_parameters == 144 + 16
    assert shape_list(result.outputs[0]) == [16]


def test_shared_weights_count_once_and_unknown_nodes_are_named() -> None:
    nodes = [
        node("Conv", "x w", "a"),
        node("Conv", "a w", "b"),
        node("Mystery", "b", "y"),
    ]
    result = trace_onnx(model(nodes, {"w": (3, 3, 1, 1)}, [1, 3, 4, 4]))
    assert [row.shared for row in result.layers] == [False, True, False]
    assert [row.parameters for row in result.layers] == [9, 9, None]
    assert "Mystery" in result.notes[0].text


@pytest.mark.parametrize("data", [b"", b"no network at all", b"\x08\x07"])
def test_what_is_no_network_is_refused(data: bytes) -> None:
    pytest.importorskip("onnx", reason="the extra onnx is not installed")
    with pytest.raises(SourceError, match="ONNX"):
        trace_onnx(data)


def test_without_the_extra_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(SourceError, match=r"pip install 'cnnviz-tui\[onnx\]'"):
        trace_onnx(b"")
