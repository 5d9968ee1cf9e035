"""The stage of a convolution shows everything, in every size, without colours too."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.convolution import ConvolutionScene, SliceTarget
from cnnviz_tui.render.explorer import ActionTarget
from cnnviz_tui.render.grid import CellMode, CellTarget
from cnnviz_tui.render.palette import DARK, LIGHT, Palette, contrast
from cnnviz_tui.samples import input_named
from cnnviz_tui.walkthroughs.base import text_of
from cnnviz_tui.walkthroughs.convolution_setup import ConvolutionSetup
from tests.render.frames import SIZES, painted, view_of
from tests.walkthroughs.convolutions import PRESETS, SETUPS

BOTH = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
EVERY_PRESET = pytest.mark.parametrize("name", PRESETS)
EVERY_SIZE = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


def squeezed(text: str) -> str:
    """A text without any spaces, so that line ends do not matter."""
    return "".join(text.split())


def some_indices(setup: ConvolutionSetup, most: int = 25) -> list[int]:
    """First, last, and some steps between."""
    length = len(setup.build())
    return sorted({*range(0, length, max(length // most, 1)), length - 1})


def cells_in_brackets(canvas: Canvas, grid: str) -> set[tuple[int, int]]:
    """(row, column) of the cells of a grid that stand between brackets in the plain text."""
    found = set()
    for y in range(canvas.height):
        text = canvas.line_text(y)
        for opening in re.finditer(r"\[", text):
            closing = text.find("]", opening.start())
            for x in range(opening.start() + 1, closing):
                target = canvas.target_at(x, y)
                if isinstance(target, CellTarget) and target.grid == grid and text[x] != " ":
                    found.add((target.row, target.column))
    return found


@EVERY_PRESET
@EVERY_SIZE
@BOTH
def test_every_preset_shows_all_its_words_in_every_size(
    name: str, size: tuple[int, int], palette: Palette
) -> None:
    setup = SETUPS[name]
    walkthrough = setup.build()
    for index in (0, len(walkthrough) // 2, len(walkthrough) - 1):
        canvas = painted(setup, index, size, palette)
        step = walkthrough[index]
        stripped = squeezed(canvas.text)
        for formula in walkthrough.formulas:
            assert squeezed(text_of(formula)) in stripped
        below = squeezed(canvas.text.split("\n", size[1] - 8)[-1])
        assert any(squeezed(text_of(written)) in below for written in step.sums)
        assert squeezed(f"= {walkthrough.formats.results(step.value)}") in below
        assert squeezed(step.caption) in below
        assert f"step{index + 1}of{len(walkthrough)}" in stripped
        top = canvas.line_text(0)
        for symbol in "NFSPDKCGb":
            assert re.search(rf"{symbol} \S+", top)


@EVERY_PRESET
@EVERY_SIZE
def test_input_filter_and_output_are_all_on_the_stage(name: str, size: tuple[int, int]) -> None:
    setup = SETUPS[name]
    walkthrough = setup.build()
    text = painted(setup, len(walkthrough) // 2, size).text
    rows, columns = walkthrough.map_size
    assert f"output {rows}x{columns}" in text
    assert re.search(r"input \d+x\d+|red|green|blue|slice 1", text)
    height, width = walkthrough.kernel_size
    assert f"filter {height}x{width}" in text


def places(canvas: Canvas, grouped: bool) -> list[tuple[str, int, int]]:
    """Every title and the ends of the timeline, with where they stand.

    Which slice is shown alone depends on the group that the filter reads, its place does not.
    """
    names = r"input \d+x\d+|output \d+x\d+|(?:red|green|blue|slice \d) \d+x|├|┤"
    if not grouped:
        names += r"|filter \d+x\d+|\+ bias|window"
    return [
        (re.sub("red|green|blue", "slice", found[0]), found.start(), y)
        for y, text in enumerate(canvas.text.split("\n"))
        if not canvas.height - 5 <= y <= canvas.height - 3  # where the caption speaks of windows
        for found in re.finditer(names, text)
    ]


@EVERY_PRESET
@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["small", "large"])
def test_nothing_jumps_while_it_plays(name: str, size: tuple[int, int]) -> None:
    setup = SETUPS[name]
    grouped = setup.groups > 1
    seen = {tuple(places(painted(setup, i, size), grouped)) for i in some_indices(setup)}
    assert len(seen) == 1
    assert len(seen.pop()) >= 4


@EVERY_PRESET
def test_the_plain_text_alone_lets_one_find_the_window_and_the_newest_output(name: str) -> None:
    setup = SETUPS[name].changed(size=(7, 7))
    walkthrough = setup.build()
    view = view_of(setup, CellMode.DIGITS)
    for index in some_indices(setup, 12):
        step = walkthrough[index]
        canvas = painted(setup, index, (200, 60), view=view)
        if setup.channels == 1:
            window = {(row, column) for row in step.rows for column in step.columns}
            assert cells_in_brackets(canvas, "input") == window
        assert cells_in_brackets(canvas, "output") == {step.output[1:]}


def test_the_numbers_in_the_window_are_those_of_the_sum() -> None:
    setup = SETUPS["padding-strides"]
    walkthrough = setup.build()
    for index in range(len(walkthrough)):
        canvas = painted(setup, index, view=view_of(setup, CellMode.DIGITS))
        inside = []
        for text in canvas.text.split("\n"):
            found = re.search(r"\[([^\]]*)\]", text[:30])
            if found:
                inside += [0.0 if cell == "·" else float(cell) for cell in found[1].split()]
        assert inside == walkthrough[index].patch.ravel().tolist()


@pytest.mark.parametrize("mode", CellMode)
@EVERY_PRESET
@EVERY_SIZE
def test_every_mode_can_be_chosen_in_every_size(
    mode: CellMode, name: str, size: tuple[int, int]
) -> None:
    setup = SETUPS[name]
    canvas = painted(setup, len(setup.build()) // 2, size, view=view_of(setup, mode))
    assert "output" in canvas.text
    targets = [canvas.target_at(x, y) for y in range(size[1]) for x in range(0, size[0], 2)]
    grids = {target.grid for target in targets if isinstance(target, CellTarget)}
    assert {"input", "output"} <= grids


def test_the_room_decides_what_cells_are_made_of() -> None:
    """Numbers where there is room, shades where there is less, half blocks in the least."""
    digit, letter = SETUPS["digit"], SETUPS["no-padding-no-strides"]
    assert "▀" in painted(digit, 300, (80, 24)).text
    assert "▀" not in painted(digit, 300, (200, 60)).text.replace("▀" * 9, "")
    assert "[" in painted(letter, 3, (80, 24)).text


def test_outputs_appear_one_after_the_other() -> None:
    setup = SETUPS["no-padding-no-strides"]
    walkthrough = setup.build()
    for index in (0, 7, 24):
        canvas = painted(setup, index)
        shown = set()
        for y in range(canvas.height):
            for found in re.finditer(r"−?\d+", canvas.line_text(y)):
                target = canvas.target_at(found.end() - 1, y)
                if isinstance(target, CellTarget) and target.grid == "output":
                    shown.add((target.row, target.column))
                    value = float(found[0].replace("−", "-"))
                    assert value == walkthrough.output[0, target.row, target.column]
        assert shown == {walkthrough.position_of(i)[1:] for i in range(index + 1)}


def test_padding_is_drawn_and_named() -> None:
    text = painted(SETUPS["padding-no-strides"]).text
    assert "input 7x7 (+1)" in text
    assert text.count("·") > 30
    assert "(padded)" in painted(SETUPS["digit"].changed(size=(7, 7), padding=(1, 2))).text


def test_lost_cells_are_hatched_in_every_mode() -> None:
    for mode in (CellMode.DIGITS, CellMode.SHADES):
        setup = SETUPS["does-not-fit"]
        assert "░" in painted(setup, view=view_of(setup, mode)).text
    wide = SETUPS["does-not-fit"].changed(size=(8, 8))
    assert "░" in painted(wide, view=view_of(wide, CellMode.HALF)).text


def test_pointing_at_an_input_cell_lights_up_what_it_feeds() -> None:
    setup = SETUPS["no-padding-no-strides"]
    walkthrough = setup.build()
    last = len(walkthrough) - 1
    for cell in ((0, 0), (3, 3), (6, 2)):
        view = view_of(setup, pointed=CellTarget("input", 0, *cell))
        rows, columns = walkthrough.fed_by(*cell)
        fed = {(i, j) for i in rows for j in columns}
        found = cells_in_brackets(painted(setup, last, view=view), "output")
        assert found == fed | {walkthrough[last].output[1:]}


def test_pointing_at_a_weight_shows_the_number_it_is_multiplied_with() -> None:
    setup = SETUPS["no-padding-no-strides"]
    view = view_of(setup, pointed=CellTarget("filter", 0, 1, 2))
    canvas = painted(setup, 6, view=view)
    step = setup.build()[6]
    for y in range(canvas.height):
        for found in re.finditer("›(.)‹", canvas.line_text(y)):
            target = canvas.target_at(found.start() + 1, y)
            if isinstance(target, CellTarget) and target.grid == "input":
                assert (target.row, target.column) == (step.rows[1], step.columns[2])
                return
    pytest.fail("no input cell has the cursor's signs")


def test_the_cursor_can_stand_on_filter_and_bias() -> None:
    setup = SETUPS["no-padding-no-strides"]
    on_filter = painted(setup, view=view_of(setup, cursor=CellTarget("filter", 0, 0, 0)))
    assert "›−1‹" in on_filter.text
    on_bias = painted(setup, view=view_of(setup, cursor=CellTarget("bias", 0, 0, 0)))
    assert "›+ bias 0‹" in on_bias.text


@pytest.mark.parametrize("name", ["depth", "colour"])
def test_every_slice_shows_its_partial_sum(name: str) -> None:
    setup = SETUPS[name]
    walkthrough = setup.build()
    index = len(walkthrough) // 2
    text = painted(setup, index, (200, 60)).text
    for partial in walkthrough[index].partial_sums:
        assert walkthrough.formats.results(float(partial)) in text


def test_the_colour_picture_adds_its_slices_up_beside_it() -> None:
    setup = SETUPS["colour"]
    canvas = painted(setup, 500)
    step = setup.build()[500]
    for channel, word in enumerate(("red", "green", "blue")):
        y = next(y for y in range(3, 17) if f"{word:<6} " in canvas.line_text(y)[30:])
        x = canvas.line_text(y).index(word)
        assert canvas.target_at(x, y) == SliceTarget(channel)
        shown = step.formats.results(float(step.partial_sums[channel]))
        assert shown in canvas.line_text(y)


def test_a_slice_that_the_filter_does_not_read_says_so() -> None:
    text = painted(SETUPS["depthwise"], 300, (200, 60)).text
    assert text.count("not read") == 2


def test_maps_stack_up_with_a_sign_for_each() -> None:
    setup = SETUPS["colour"]
    per_map = len(setup.build()) // 6
    canvas = painted(setup, 2 * per_map + 5, (160, 50))
    assert "map 3 of 6 ●●◐○○○" in canvas.text
    y = next(y for y in range(50) if "●●◐" in canvas.line_text(y))
    target = canvas.target_at(canvas.line_text(y).index("◐"), y)
    assert target == CellTarget("output", 2, 27, 27)


def test_titles_open_what_they_name() -> None:
    canvas = painted(SETUPS["no-padding-no-strides"])
    for word, action in (("input", "choose_input"), ("filter", "choose_kernel")):
        y = next(y for y in range(2, 24) if word in canvas.line_text(y))
        x = canvas.line_text(y).index(word)
        assert canvas.target_at(x, y) == ActionTarget(action)


@EVERY_SIZE
@BOTH
def test_a_filter_that_does_not_fit_is_shown_beside_the_picture(
    size: tuple[int, int], palette: Palette
) -> None:
    setup = SETUPS["no-padding-no-strides"].changed(kernel_size=(9, 9))
    canvas = painted(setup, 0, size, palette)
    assert "✗ A filter of 9 does not fit into an input of 7" in canvas.text
    assert "input 7x7" in canvas.text
    assert "filter 9x9" in canvas.text
    assert "no step to show" in canvas.text


@pytest.mark.parametrize(
    "choices",
    [
        {"size": (1, 1), "kernel_size": (1, 1)},
        {"size": (1, 40), "kernel_size": (1, 5)},
        {"size": (60, 1), "kernel_size": (3, 1)},
        {"size": (200, 200), "kernel_size": (11, 11), "stride": (4, 4)},
        {"size": (7, 7), "padding": 30},
        {"size": (32, 32), "channels": 8, "filters": 16, "groups": 4},
        {"size": (9, 9), "channels": 64, "filters": 64},
        {"size": (32, 32), "kernel_size": (32, 32)},
        {"size": (5, 5), "filters": 64, "bias": None},
    ],
    ids=str,
)
@EVERY_SIZE
def test_odd_setups_are_painted_too(choices: dict[str, object], size: tuple[int, int]) -> None:
    setup = SETUPS["no-padding-no-strides"].changed(**choices)
    length = len(setup.build())
    for mode in (None, *CellMode):
        canvas = painted(setup, length // 2, size, view=view_of(setup, mode))
        assert "output" in canvas.text
        result = setup.build()[length // 2]
        assert squeezed(f"= {result.formats.results(result.value)}") in squeezed(canvas.text)


@EVERY_PRESET
@BOTH
def test_all_words_and_numbers_can_be_read(name: str, palette: Palette) -> None:
    setup = SETUPS[name]
    for size in ((80, 24), (200, 60)):
        canvas = painted(setup, len(setup.build()) // 2, size, palette)
        for y in range(canvas.height):
            for run in canvas.runs(y):
                if re.search(r"[^\W_]", run.text):
                    assert contrast(run.foreground, run.background) >= 4.5, run


def test_no_product_is_torn_apart_at_the_end_of_a_line() -> None:
    for name in PRESETS:
        for index in some_indices(SETUPS[name], 6):
            for text in painted(SETUPS[name], index).text.split("\n")[18:20]:
                assert not text.strip().startswith("·")
                assert not text.strip().endswith("·")


def test_small_pictures_of_input_and_output_for_the_home_screen() -> None:
    setup = SETUPS["digit"]
    walkthrough = setup.build()
    canvas = Canvas(60, 16, DARK)
    scene = ConvolutionScene(walkthrough, walkthrough[-1], view_of(setup))
    scene.paint_pictures(canvas, 1, 0)
    assert canvas.text.startswith(" input")
    assert "output" in canvas.text.split("\n")[0]
    assert canvas.text.count("▀") == 28 * 14 + 26 * 13


def test_a_digit_looks_like_itself_in_half_blocks() -> None:
    """The stage shows the picture and no other, pixel by pixel."""
    setup = SETUPS["digit"]
    canvas = painted(setup, 0)
    pixels = input_named("digit-7").make(28, 28, 1)[0]
    lit = np.zeros((28, 28), dtype=bool)
    for y in range(canvas.height):
        for x in range(canvas.width):
            target = canvas.target_at(x, y)
            if isinstance(target, CellTarget) and target.grid == "input":
                ink = int(canvas.ink[y, x])
                lit[target.row, target.column] = (ink & 0xFF) > 0x80
                lit[target.row + 1, target.column] = (ink >> 24 & 0xFF) > 0x80
    window = np.zeros((28, 28), dtype=bool)
    window[:3, :3] = True
    bright = pixels > 0.6
    dark = pixels < 0.4
    assert lit[bright & ~window].all()
    assert not lit[dark & ~window].any()
