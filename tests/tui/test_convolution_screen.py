"""A person explores a convolution: plays, steps, points, edits, chooses, resizes."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from textual.widgets import Input, OptionList

from cnnviz_tui.render.explorer import ActionTarget, SettingTarget, TimelineTarget
from cnnviz_tui.samples import input_from_file
from cnnviz_tui.tui.screens.convolution import ConvolutionScreen
from cnnviz_tui.tui.screens.dialogs import AskScreen, ChooseScreen, ReadScreen
from cnnviz_tui.walkthroughs.convolution_setup import CONVOLUTION, ConvolutionSetup

from .conftest import OpenExplorer, cell

# -- playing and stepping -------------------------------------------------------------------------


async def test_a_step_forth_shows_the_next_window_and_its_sum(explorer: OpenExplorer) -> None:
    async with explorer("no-padding-no-strides") as seen:
        assert "step  1 of 25" in seen.text
        await seen.press("right", "right")
        assert "step  3 of 25" in seen.text
        step = seen.screen.walkthrough[2]
        assert f"+ bias 0 = {step.formats.results.padded(step.value)}" in seen.text
        await seen.press("left")
        assert "step  2 of 25" in seen.text


async def test_up_and_down_move_by_a_row_of_the_output(explorer: OpenExplorer) -> None:
    async with explorer("no-padding-no-strides") as seen:
        await seen.press("down")
        assert seen.screen.step is not None
        assert seen.screen.step.output == (0, 1, 0)
        await seen.press("up")
        assert seen.screen.step.output == (0, 0, 0)


async def test_home_and_end_go_to_the_first_and_last_step(explorer: OpenExplorer) -> None:
    async with explorer("no-padding-no-strides") as seen:
        await seen.press("end")
        assert "step 25 of 25" in seen.text
        await seen.press("home")
        assert "step  1 of 25" in seen.text


async def test_space_plays_to_the_end_and_the_clock_stops_there(explorer: OpenExplorer) -> None:
    async with explorer("padding-strides") as seen:
        await seen.press("space")
        assert "▶" in seen.text
        for _ in range(200):
            await seen.pilot.pause(0.02)
            if not seen.screen.player.playing:
                break
        assert "step 16 of 16" in seen.text
        assert "‖" in seen.text


async def test_speed_changes_are_shown(explorer: OpenExplorer) -> None:
    async with explorer() as seen:
        assert "8/s" in seen.text
        await seen.press("plus")
        assert "15/s" in seen.text
        await seen.press("minus", "minus")
        assert "4/s" in seen.text


async def test_the_timeline_can_be_scrubbed(explorer: OpenExplorer) -> None:
    async with explorer() as seen:
        await seen.click(lambda t: isinstance(t, TimelineTarget) and t.share > 0.49)
        assert seen.screen.player.position == pytest.approx(48 / 2, abs=1)
        assert not seen.screen.player.playing


async def test_keys_named_in_the_last_line_can_be_clicked(explorer: OpenExplorer) -> None:
    async with explorer() as seen:
        await seen.click(lambda t: t == ActionTarget("move(1)"))
        assert "step  2 of 49" in seen.text
        await seen.click(lambda t: t == ActionTarget("show_help"))
        assert isinstance(seen.pilot.app.screen, ReadScreen)


# -- pointing -------------------------------------------------------------------------------------


async def test_pointing_at_an_output_cell_shows_its_sum_and_window(explorer: OpenExplorer) -> None:
    async with explorer("no-padding-no-strides") as seen:
        await seen.hover(cell("output", 4, 4))
        assert seen.screen.step is not None
        assert seen.screen.step.output == (0, 4, 4)
        rows = [line for line in seen.text.split("\n") if "[" in line.split("║")[0]]
        assert len(rows) == 3, "three rows of the input carry the window's brackets"
        assert "step  1 of 25" in seen.text, "pointing does not move the player"


async def test_pressing_an_output_cell_goes_there(explorer: OpenExplorer) -> None:
    async with explorer("no-padding-no-strides") as seen:
        await seen.click(cell("output", 2, 3))
        assert "step 14 of 25" in seen.text


async def test_pointing_at_an_input_cell_lights_up_all_it_feeds(explorer: OpenExplorer) -> None:
    async with explorer("no-padding-no-strides") as seen:
        await seen.press("end")
        await seen.hover(cell("input", 3, 3))
        assert "input (3, 3) = 1 feeds 3·3 = 9 of 25 output numbers" in seen.text
        await seen.hover(cell("input", 0, 0))
        assert "feeds 1·1 = 1 of 25" in seen.text
        assert "border count less" in seen.prose


async def test_pointing_at_a_weight_tells_that_it_is_shared(explorer: OpenExplorer) -> None:
    async with explorer("no-padding-no-strides") as seen:
        await seen.hover(cell("filter", 1, 0))
        assert "This weight, −2, is used at all 5·5 = 25 positions" in seen.prose


# -- changing numbers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letter", "typed", "expected"),
    [
        ("N", "9", "(9 − 3 + 2·1)/1 + 1 = 9"),
        ("F", "5", "(7 − 5 + 2·1)/1 + 1 = 5"),
        ("S", "2", "(7 − 3 + 2·1)/2 + 1 = 4"),
        ("P", "valid", "(7 − 3)/1 + 1 = 5"),
        ("D", "2", "(7 − 2·(3 − 1) − 1 + 2·1)/1 + 1 = 5"),
        ("K", "10", "(3·3·1 + 1)·10 = 100"),
        ("C", "3", "(3·3·3 + 1)·1 = 28"),
        ("b", "off", "3·3·1·1 = 9"),
        ("F", "3x5", "(7 − 5 + 2·1)/1 + 1 = 5"),
        ("P", "1,2,0,1", "(7 − 3 + 1 + 2)/1 + 1 = 8"),
    ],
)
async def test_every_number_can_be_typed(
    explorer: OpenExplorer, letter: str, typed: str, expected: str
) -> None:
    async with explorer() as seen:
        index = "NFSPDKCGb".index(letter)
        await seen.press("shift+tab", *["right"] * index, "enter")
        assert isinstance(seen.pilot.app.screen, AskScreen)
        await seen.type_into_dialog(typed)
        assert expected in seen.text


async def test_up_and_down_change_the_selected_setting(explorer: OpenExplorer) -> None:
    async with explorer() as seen:
        await seen.press("shift+tab", "right", "right", "up")
        assert "◂S 2▸" in seen.text
        assert "= 4 ✓" in seen.text
        await seen.press("down")
        assert "◂S 1▸" in seen.text


async def test_settings_change_with_the_mouse_alone(explorer: OpenExplorer) -> None:
    async with explorer() as seen:
        await seen.click(lambda t: t == SettingTarget(3))
        await seen.click(lambda t: t == SettingTarget(3, 1))
        assert "◂P 2▸" in seen.text
        await seen.click(lambda t: t == SettingTarget(3))
        assert isinstance(seen.pilot.app.screen, AskScreen)


async def test_a_setting_says_what_it_is_and_how_to_change_it(explorer: OpenExplorer) -> None:
    async with explorer() as seen:
        await seen.hover(lambda t: t == SettingTarget(3))
        assert "P is the padding. ↑ and ↓" in seen.prose
        await seen.press("shift+tab", "right")
        await seen.hover(lambda t: t == ActionTarget("show_help"))
        assert "F is the filter size." in seen.prose


async def test_a_bad_number_says_what_is_wrong_and_changes_nothing(explorer: OpenExplorer) -> None:
    async with explorer() as seen:
        await seen.press("shift+tab", "enter")
        await seen.pilot.press("ctrl+u", *"seven", "enter")
        await seen.pilot.pause()
        dialog = seen.pilot.app.screen
        assert isinstance(dialog, AskScreen)
        complaint = str(dialog.query_one("#complaint").render())
        assert "input size" in complaint
        assert "seven" in complaint
        await seen.press("escape")
        assert "N 7" in seen.text


async def test_typing_over_a_cell_changes_the_result_while_one_types(
    explorer: OpenExplorer,
) -> None:
    async with explorer("no-padding-no-strides") as seen:
        before = seen.screen.walkthrough[0].value
        await seen.press("tab", "right", "right", "9")
        assert isinstance(seen.pilot.app.screen, AskScreen)
        assert seen.screen.walkthrough[0].value == before + 9 * 1, "Sobel x has 1 at (0, 2)"
        await seen.press("enter")
        assert "input (0, 2) = 9" in seen.text


async def test_characters_typed_faster_than_the_dialog_opens_all_arrive(
    explorer: OpenExplorer,
) -> None:
    async with explorer("padding-strides") as seen:
        await seen.press("shift+tab")
        for character in "28":
            seen.screen.type_into(character)
        await seen.pilot.pause()
        assert isinstance(seen.pilot.app.screen, AskScreen)
        assert seen.pilot.app.screen.query_one(Input).value == "28"
        await seen.press("enter")
        assert "N 28" in seen.text


async def test_escape_takes_an_edit_back(explorer: OpenExplorer) -> None:
    async with explorer("no-padding-no-strides") as seen:
        before = seen.screen.walkthrough[0].value
        await seen.press("tab", "right", "right", "9", "escape")
        assert seen.screen.walkthrough[0].value == before


async def test_a_weight_and_the_bias_can_be_edited(explorer: OpenExplorer) -> None:
    async with explorer("no-padding-no-strides") as seen:
        await seen.press("tab", "tab", "enter")
        await seen.type_into_dialog("-0.5")
        assert float(seen.screen.walkthrough.weight[0, 0, 0, 0]) == -0.5
        assert "your own" in seen.text
        await seen.press("down", "down", "down", "enter")
        await seen.type_into_dialog("4")
        assert "+ bias 4" in seen.text


async def test_a_cell_pressed_twice_can_be_edited(explorer: OpenExplorer) -> None:
    async with explorer("no-padding-no-strides") as seen:
        await seen.click(cell("input", 1, 1))
        await seen.click(cell("input", 1, 1))
        dialog = seen.pilot.app.screen
        assert isinstance(dialog, AskScreen)
        assert dialog.query_one(Input).value == "1"


# -- sizes that do not fit ------------------------------------------------------------------------


async def test_a_stride_that_does_not_fit_shows_what_is_lost(explorer: OpenExplorer) -> None:
    async with explorer("does-not-fit") as seen:
        assert "⌊7/3⌋ = 2 ✗" in seen.text
        assert "░" in seen.text
        assert "never reaches 1 row and 1 column (░); S 2 or P 1 would fit." in " ".join(
            seen.text.split()
        )


async def test_a_filter_larger_than_the_input_explains_itself(explorer: OpenExplorer) -> None:
    async with explorer("no-padding-no-strides") as seen:
        await seen.press("shift+tab", "right", "enter")
        await seen.type_into_dialog("9")
        told = seen.prose
        assert "A filter of 9 does not fit into an input of 7" in told
        assert "input 7x7" in told
        assert "filter 9x9" in told
        await seen.press("escape", "space", "right", "end", "enter", "down", "c")
        await seen.press("shift+tab", "right", "right", "up")
        assert "◂P 1▸" in seen.text
        assert "step 1 of 1" in seen.text


async def test_groups_that_do_not_divide_are_refused_with_a_reason(explorer: OpenExplorer) -> None:
    async with explorer("depth") as seen:
        await seen.press("shift+tab", *["right"] * 7, "enter")
        await seen.pilot.press("ctrl+u", "2")
        await seen.pilot.pause()
        complaint = str(seen.pilot.app.screen.query_one("#complaint").render())
        assert "2 groups do not divide both C = 3 and K = 2" in complaint


# -- choosing -------------------------------------------------------------------------------------


async def test_choosing_previews_at_once_and_escape_goes_back(explorer: OpenExplorer) -> None:
    async with explorer("no-padding-no-strides") as seen:
        await seen.press("k")
        assert isinstance(seen.pilot.app.screen, ChooseScreen)
        await seen.press("down")
        assert seen.screen.setup.kernel == "sobel-y"
        await seen.press("escape")
        assert seen.screen.setup.kernel == "sobel-x"
        await seen.press("k", "down", "enter")
        assert seen.screen.setup.kernel == "sobel-y"


async def test_every_input_kernel_and_preset_can_be_chosen(explorer: OpenExplorer) -> None:
    async with explorer("digit") as seen:
        for key in ("i", "k", "p"):
            await seen.press(key)
            menu = seen.pilot.app.screen.query_one(OptionList)
            for _ in range(menu.option_count):
                await seen.press("down")
                assert "step" in seen.text
            await seen.press("escape")


async def test_channels_stand_side_by_side_with_one_partial_sum_each(
    explorer: OpenExplorer,
) -> None:
    async with explorer("depth") as seen:
        step = seen.screen.step
        assert step is not None
        assert seen.text.count("filter 3x3") == 3
        sums = [step.formats.results(float(value)) for value in step.partial_sums]
        shown = re.findall(r"→\s+(−?\d+)", seen.text)
        assert shown == sums
        assert "map 1 of 2 ◐○" in seen.text
        await seen.press("pagedown")
        assert "map 2 of 2 ●◐" in seen.text


async def test_the_slices_of_a_colour_picture_can_be_switched(explorer: OpenExplorer) -> None:
    async with explorer("parameters") as seen:
        assert "(5·5·3 + 1)·10 = 760" in seen.text
        assert "input 32x32x3" in seen.text
        await seen.press("right_square_bracket")
        assert "red" in seen.text
        await seen.press("right_square_bracket")
        assert "green" in seen.text


async def test_cells_can_be_numbers_shades_or_half_blocks(explorer: OpenExplorer) -> None:
    async with explorer("digit") as seen:
        assert "▀" in seen.text
        await seen.press("v")
        assert "▀" not in seen.text.split("output")[1].split("\n")[3]
        assert ".00" in seen.text


# -- code, help, saving ---------------------------------------------------------------------------


async def test_the_code_is_shown_and_copied(explorer: OpenExplorer) -> None:
    async with explorer("parameters") as seen:
        await seen.press("c")
        dialog = seen.pilot.app.screen
        assert isinstance(dialog, ReadScreen)
        assert "nn.Conv2d(3, 10, kernel_size=5, padding=2)" in dialog.text
        assert "layers.Conv2D(10, 5" in dialog.text
        assert "sliding_window_view" in dialog.text
        assert seen.pilot.app.clipboard == "nn.Conv2d(3, 10, kernel_size=5, padding=2)"
        await seen.press("k")
        assert seen.pilot.app.clipboard.startswith("layers.Conv2D(10, 5")


async def test_help_lists_the_keys_of_this_screen(explorer: OpenExplorer) -> None:
    async with explorer() as seen:
        await seen.press("question_mark")
        dialog = seen.pilot.app.screen
        assert isinstance(dialog, ReadScreen)
        for part in ("space", "play or pause", "choose the filter", "ctrl+q"):
            assert part in dialog.text


async def test_enter_lists_all_products_of_a_step(explorer: OpenExplorer) -> None:
    async with explorer("colour") as seen:
        await seen.press("enter")
        dialog = seen.pilot.app.screen
        assert isinstance(dialog, ReadScreen)
        assert dialog.text.count(" · ") == 75


async def test_s_saves_what_one_sees(
    explorer: OpenExplorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with explorer() as seen:
        await seen.press("s")
        saved = tmp_path / "cnnviz-convolution-1.svg"
        words = "".join(ElementTree.parse(saved).getroot().itertext())  # noqa: S314 - our own file
        assert "parameters" in words
        assert list(tmp_path.iterdir()) == [saved], "no temporary file stays behind"


async def test_saving_where_one_may_not_write_says_so(
    explorer: OpenExplorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    async with explorer() as seen:
        await seen.press("s")
        assert "Cannot write" in next(iter(seen.pilot.app._notifications)).message


# -- sizes and themes -----------------------------------------------------------------------------


async def test_resizing_while_playing_is_safe(explorer: OpenExplorer) -> None:
    async with explorer("colour") as seen:
        await seen.press("space")
        for size in ((200, 60), (80, 24), (60, 20), (10, 3), (120, 40)):
            await seen.pilot.resize_terminal(*size)
            await seen.pilot.pause(0.05)
            assert (seen.canvas.width, seen.canvas.height) == size
            small = size[0] < 80 or size[1] < 24
            assert ("cnnviz needs" in seen.prose) == (small and size[0] > 20)
        assert seen.screen.player.playing


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (200, 60)])
async def test_every_preset_is_complete_at_every_size(
    explorer: OpenExplorer, size: tuple[int, int]
) -> None:
    async with explorer("digit", size) as seen:
        async for walkthrough in seen.examples_at_their_end():
            height, width = walkthrough.map_size
            assert f"output {height}x{width}" in seen.text
            assert "parameters" in seen.text


async def test_the_theme_can_be_switched(explorer: OpenExplorer) -> None:
    async with explorer() as seen:
        dark = seen.canvas.palette
        await seen.press("f2")
        assert seen.canvas.palette != dark
        assert not seen.canvas.palette.dark


async def test_calm_is_respected(explorer: OpenExplorer) -> None:
    screen = ConvolutionScreen(CONVOLUTION.preset("digit").setup)
    async with explorer() as seen:
        seen.pilot.app.animation_level = "none"
        await seen.pilot.app.push_screen(screen)
        await seen.pilot.pause(0.2)
        assert not screen.player.playing
        assert screen.player.position == screen.walkthrough.telling_step()


async def test_ones_own_picture_is_offered_among_the_inputs(
    explorer: OpenExplorer, tmp_path: Path
) -> None:
    from PIL import Image

    Image.new("RGB", (40, 20), (255, 0, 0)).save(tmp_path / "mine.png")
    source = input_from_file(tmp_path / "mine.png")
    async with explorer(ConvolutionSetup.of(source)) as seen:
        assert "mine.png" in seen.text or "input 20x40x3" in seen.text
        assert seen.screen.setup.size == (20, 40)


async def test_escape_leads_out_of_a_part_and_then_home(explorer: OpenExplorer) -> None:
    async with explorer() as seen:
        await seen.press("tab", "escape")
        assert seen.screen.part == "player"
        await seen.press("escape")
        assert seen.pilot.app.screen.name == "home"
