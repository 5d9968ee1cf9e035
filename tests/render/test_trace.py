"""A trace on a canvas: table, volumes, totals and lesson, at every size, with every sign."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.networks.result import Trace
from cnnviz_tui.networks.sizes import BATCH, batched
from cnnviz_tui.networks.trace import trace
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.network_cells import memory_cell, shortened
from cnnviz_tui.render.palette import DARK
from cnnviz_tui.render.trace import (
    FixTarget,
    TraceLook,
    failing_line,
    layer_lines,
    paint_trace,
    remark_on,
)
from cnnviz_tui.render.trace_layers import RowTarget, TracePicture
from cnnviz_tui.render.volumes import Box, Extent, VolumeScale, extent_of, paint_volumes
from cnnviz_tui.samples.models import MODELS
from cnnviz_tui.shapes.notation import parse_lengths

SIZES = ((80, 10), (80, 15), (80, 24), (85, 46), (200, 60))


def traced(name: str, *, broken: bool = False) -> Trace:
    """One of the classic models, traced."""
    model = next(model for model in MODELS if model.name == name)
    inputs = [parse_lengths(model.input)] if model.input else []
    return trace(model.broken if broken else model.source, inputs)


def painted(
    result: Trace | None, look: TraceLook | None = None, size: tuple[int, int] = (85, 46)
) -> Canvas:
    canvas = Canvas(*size, DARK)
    picture = None if result is None else TracePicture(result)
    paint_trace(canvas, picture, TraceLook() if look is None else look)
    return canvas


def line_with(canvas: Canvas, part: str) -> str:
    return next(line for line in canvas.text.split("\n") if part in line)


def test_the_table_says_what_the_trace_says() -> None:
    result = traced("lenet")
    canvas = painted(result, size=(200, 60))
    assert "✓ fits: 1×28×28 → 10" in canvas.text
    conv2 = line_with(canvas, "   conv2    Conv2d")
    for cell in ("6×14×14", "16×10×10", "2,416", "240,000", "6.4 kB", "14", "(14 − 5)/1 + 1 = 10"):
        assert cell in conv2
    assert (
        "61,706 parameters · 416,520 MACs = 833,040 FLOPs · "
        f"{memory_cell(result.memory().inference)} to infer · "
        f"{memory_cell(result.memory().training)} to train, one picture"
    ) in canvas.text


def test_a_shared_layer_s_parameters_are_counted_once_and_stand_in_brackets() -> None:
    source = "from torch import nn\na = nn.Linear(8, 8)\nmodel = nn.Sequential(a, nn.ReLU(), a)\n"
    canvas = painted(trace(source, [(8,)]))
    assert "(72)" in canvas.text
    assert "72 parameters · 128 MACs" in canvas.text


@pytest.mark.parametrize("size", SIZES)
def test_columns_go_before_a_line_grows_too_long(size: tuple[int, int]) -> None:
    result = traced("resnet")
    for row in range(0, TracePicture(result).rows, 5):
        canvas = painted(result, TraceLook(row=row), size)
        name = result.layers[row].name
        assert name in canvas.text
        header = line_with(canvas, "output")
        assert "parameters" in header


def test_the_cursor_s_row_is_always_in_view() -> None:
    result = traced("resnet")
    for row, layer in enumerate(result.layers):
        canvas = painted(result, TraceLook(row=row), (80, 12))
        lines = [line for line in canvas.text.split("\n") if line.startswith("▸")]
        assert [layer.name in line for line in lines] == [True]
        assert f"▸ {row + 1} of 27   {layer.name}" in canvas.text


def test_the_lesson_stands_beside_the_table_of_what_did_fit() -> None:
    canvas = painted(traced("lenet", broken=True), TraceLook(row=7))
    for part in (
        "✗ fc1 (Linear), made in line 11, used in line 19, does not fit",
        "pool_1",
        "The layer takes 2,304 features, but 400 arrive.",
        "2,304 would be 16×12×12; what arrives is 16×5×5.",
        "line 11   nn.Linear(400, 120)",
        "takes 2304",
        "so far 2,572 parameters",
    ):
        assert part in canvas.text
    assert line_with(canvas, "▸✗ fc1 ").split() == ["▸✗", "fc1", "Linear", "400", "✗"]


def test_in_little_room_the_parts_take_turns() -> None:
    result = traced("lenet", broken=True)
    text = painted(result, TraceLook("text", row=7), (80, 10)).text
    assert "but 400 arrive" in text
    assert "nn.Linear(400, 120)" in text
    assert "fc1" in text.split("what would fit")[1]
    table = painted(result, TraceLook("table", row=0), (80, 10)).text
    assert "conv1" in table
    assert "would fit" not in table
    fixes = painted(result, TraceLook("fixes"), (80, 10)).text
    assert "▸ line 11" in fixes
    assert "16×5×5" in fixes
    assert "…" in fixes
    volumes = painted(result, TraceLook("table", volumes=True), (80, 14)).text
    assert "┌" in volumes
    assert "16×10×10" in volumes


def test_what_cannot_be_read_leaves_the_last_table_standing() -> None:
    look = TraceLook(failure="Line 3: this bracket is never closed.", busy=True)
    text = painted(traced("lenet"), look).text
    assert "✗ Line 3: this bracket is never closed." in text
    assert "last version that could be read" in " ".join(text.split()).replace("tracing … ", "")
    assert "tracing …" in text
    assert "conv2" in text


def test_before_the_first_model_it_says_what_to_do() -> None:
    text = painted(None).text
    assert "Paste a model" in text
    assert "ctrl+o" in text


def test_rows_and_fixes_can_be_pressed() -> None:
    result = traced("lenet", broken=True)
    canvas = painted(result)
    rows = {target.index for _, _, target in canvas.spots_of(RowTarget)}  # type: ignore[attr-defined]
    fixes = {target.index for _, _, target in canvas.spots_of(FixTarget)}  # type: ignore[attr-defined]
    assert rows == set(range(TracePicture(result).rows))
    assert fixes == {0, 1}


def test_the_misfit_in_a_few_words() -> None:
    error = traced("lenet", broken=True).error
    assert error is not None
    assert remark_on(error) == "✗ wants 2304, gets 400"
    assert remark_on(replace(error, got=None)) == ""
    assert failing_line(error) == 11
    assert failing_line(replace(error, line=None)) == 19


def test_notes_are_shown_where_there_is_room_for_them() -> None:
    source = (
        "import torch, mystery\nfrom torch import nn\n\n"
        "class Net(nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n        self.a = nn.Linear(4, 2)\n"
        "    def forward(self, x):\n        return mystery.twist(self.a(x))\n"
    )
    result = trace(source, [(4,)])
    assert result.notes
    assert "· line 9" in painted(result).text


def test_other_people_s_signs_take_one_cell_each() -> None:
    result = trace("from torch import nn\nmodel = nn.Sequential(nn.Linear(4, 2))\n", [(4,)])
    row = result.layers[0]
    wide = replace(row, node=replace(row.node, name="層\u202e1"))
    text = painted(replace(result, layers=(wide,))).text
    assert "??1" in text
    assert layer_lines(row)[0] == "Linear: 4 → 2"
    assert "arithmetic   (4 + 1)·2 = 10" in layer_lines(row)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_model_paints_at_every_size(model: object, size: tuple[int, int]) -> None:
    name = model.name  # type: ignore[attr-defined]
    for broken in (False, True):
        result = traced(name, broken=broken)
        for part in ("text", "table", "fixes"):
            canvas = painted(result, TraceLook(part, TracePicture(result).rows - 1), size)
            assert ("✗" in canvas.text) == broken


# -- volumes --------------------------------------------------------------------------------------


def test_extents_of_volumes_vectors_and_what_nobody_knows() -> None:
    assert extent_of(batched((6, 28, 28)), channels_last=False) == Extent(28, 6)
    assert extent_of(batched((28, 28, 6)), channels_last=True) == Extent(28, 6)
    assert extent_of(batched((6, 4, 9)), channels_last=False) == Extent(6, 6)
    assert extent_of(batched((400,)), channels_last=False) == Extent(1, 400)
    assert extent_of(batched(()), channels_last=False) == Extent(1, 1)
    assert extent_of((BATCH, 6, None, 4), channels_last=False) is None
    assert extent_of((4 * BATCH, 256), channels_last=False) is None
    assert extent_of(None, channels_last=False) is None


@given(
    st.lists(st.builds(Extent, st.floats(1, 1e6), st.integers(1, 10**9)), min_size=2, max_size=8)
)
def test_larger_volumes_are_never_drawn_smaller(extents: list[Extent]) -> None:
    scale = VolumeScale.of([None, *extents])
    for one in extents:
        assert 1 <= scale.rows(one, 9) <= 9
        assert 1 <= scale.columns(one, 16) <= 16
        assert len(scale.bar(one, 10)) == scale.columns(one, 10)
        for other in extents:
            if one.side <= other.side:
                assert scale.rows(one, 9) <= scale.rows(other, 9)
            if one.channels <= other.channels:
                assert scale.columns(one, 16) <= scale.columns(other, 16)
    assert max(scale.rows(one, 9) for one in extents) in {9, 1}


def test_heights_and_widths_go_with_the_logarithm() -> None:
    scale = VolumeScale(side=256, channels=256)
    assert [scale.rows(Extent(side, 1), 9) for side in (1, 2, 16, 256)] == [1, 2, 5, 9]
    assert [scale.columns(Extent(1, c), 9) for c in (1, 2, 16, 256)] == [1, 2, 5, 9]
    assert scale.bar(Extent(256, 16), 9) == "█████"
    assert scale.bar(Extent(1, 1), 9) == "▁"
    assert scale.bar(None, 9) == "?"


def test_the_marked_box_is_in_view_and_framed_twice() -> None:
    boxes = [
        Box(f"layer{i}", f"{2**i}×8×8", Extent(8, 2**i), RowTarget(i), DARK.output, marked=i == 9)
        for i in range(12)
    ]
    canvas = Canvas(60, 10, DARK)
    scale = VolumeScale.of(box.extent for box in boxes)
    paint_volumes(canvas, (0, 0, 60, 10), boxes, 9, scale)
    assert "layer9" in canvas.text
    assert "512×8×8" in canvas.text
    assert canvas.text.count("╔") == 1
    assert "‹" in canvas.text
    assert RowTarget(9) in [target for _, _, target in canvas.spots_of(RowTarget)]


def test_a_box_of_unknown_size_says_so() -> None:
    canvas = Canvas(40, 8, DARK)
    boxes = [
        Box("a", "?", None, RowTarget(0), DARK.output),
        Box("b", "takes 4", None, RowTarget(1), DARK.wrong, fails=True),
    ]
    scale = VolumeScale.of([])
    paint_volumes(canvas, (0, 0, 40, 8), boxes, 1, scale)
    assert " ? " in canvas.text
    assert "✗ b" in canvas.text
    paint_volumes(canvas, (0, 0, 40, 2), boxes, 1, scale)


# -- cells ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "text"),
    [(None, "?"), (0, ""), (999, "999 B"), (18_816, "18.8 kB"), (2_500_000, "2.5 MB"),
     (3_100_000_000, "3.1 GB")],
)  # fmt: skip
def test_memory_is_written_in_powers_of_a_thousand(number: int | None, text: str) -> None:
    assert memory_cell(number) == text


def test_long_names_keep_their_end() -> None:
    assert shortened("features.denseblock1.conv2", 10) == "…ck1.conv2"
    assert shortened("conv1", 10) == "conv1"
