"""A person traces a model: types it, reads where it breaks, mends it, opens its layers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, Static

from cnnviz_tui.render.explorer import ActionTarget
from cnnviz_tui.render.trace import FixTarget
from cnnviz_tui.render.trace_layers import RowTarget
from cnnviz_tui.samples.models import MODELS, variants
from cnnviz_tui.tui.app import CnnvizApp
from cnnviz_tui.tui.catalogue import catalogue
from cnnviz_tui.tui.model_source import Answer, Request, answer_to
from cnnviz_tui.tui.screens.convolution import ConvolutionScreen
from cnnviz_tui.tui.screens.dense import DenseScreen
from cnnviz_tui.tui.screens.dialogs import ReadScreen
from cnnviz_tui.tui.screens.home import HomeScreen
from cnnviz_tui.tui.screens.pooling import PoolingScreen
from cnnviz_tui.tui.screens.trace import TraceScreen
from cnnviz_tui.tui.widgets.canvas_view import CanvasView

LINE = "conv 6 5 pad=2 | relu | maxpool 2 | flatten | linear 10"


class Person:
    """Hands and eyes before the screen."""

    def __init__(self, pilot: Pilot[None], screen: TraceScreen) -> None:
        self.pilot = pilot
        self.screen = screen

    @property
    def text(self) -> str:
        """What stands beside or below the model."""
        canvas = self.screen.view.canvas
        assert canvas is not None
        return canvas.text

    def area_line(self, number: int) -> str:
        """A line of the model as it is shown, with its gutter."""
        area = self.screen.area
        return area.render_line(number - 1 - round(area.scroll_y)).text.rstrip()

    async def settled(self) -> None:
        """Wait until what is typed has been traced."""
        await until(
            self.pilot,
            lambda: self.screen.answered == self.screen.request and not self.screen.look.busy,
        )

    async def press(self, *keys: str) -> None:
        """Press keys and wait for the trace."""
        await self.pilot.press(*keys)
        await self.pilot.pause()
        await self.settled()

    async def click(self, matches: Callable[[object], bool], *, view: str = "#frame") -> None:
        """Press the mouse on what matches."""
        widget = self.screen.query_one(view, CanvasView)
        assert widget.canvas is not None
        for y in range(widget.canvas.height):
            for x in range(widget.canvas.width):
                target = widget.canvas.target_at(x, y)
                if target is not None and matches(target):
                    await self.pilot.mouse_down(widget, offset=(x, y))
                    await self.pilot.mouse_up(widget)
                    await self.pilot.pause()
                    return
        raise AssertionError("nothing like that can be pressed")


async def until(pilot: Pilot[None], done: Callable[[], bool]) -> None:
    """Wait for something that happens on another thread."""
    for _ in range(500):
        if done():
            return
        await pilot.pause(0.02)
    raise AssertionError("it did not happen")


@asynccontextmanager
async def tracing(
    text: str | None = None,
    inputs: str = "",
    model: str = "",
    size: tuple[int, int] = (80, 24),
) -> AsyncIterator[Person]:
    """The screen on a model, traced."""
    screen = TraceScreen(text, inputs, model)
    async with CnnvizApp(screen).run_test(size=size) as pilot:
        person = Person(pilot, screen)
        await pilot.pause()  # laid out
        await person.settled()
        yield person


# -- reading and mending --------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_typing_a_model_shows_its_table_and_then_where_it_breaks(
    size: tuple[int, int],
) -> None:
    async with tracing("", "1x28x28", size=size) as person:
        assert "Paste a model" in person.text
        await person.press("t", *"conv 6 5")
        assert "✓ fits: 1×28×28 → 6×24×24" in person.text
        assert "156 parameters" in person.text
        await person.press(*" | conv 3 99")
        assert "✗ conv2 (conv)" in person.text
        assert "does not fit" in person.text
        assert "99" in person.text
        assert person.screen.trace is not None
        assert [row.name for row in person.screen.trace.layers] == ["conv1"]
        assert "1✗" in person.area_line(1)


async def test_the_line_the_reason_and_the_fix_and_then_it_fits() -> None:
    async with tracing() as person:
        assert "✗ fc1 (Linear), made in line 11, used in line 19, does not fit" in person.text
        assert "11✗" in person.area_line(11)
        assert person.area_line(11).endswith("✗ wants 2304, gets 400")
        await person.press("f")
        assert "The layer takes 2,304 features, but 400 arrive." in person.text
        assert "2,304 would be 16×12×12" in person.text
        assert "▸ line 11   nn.Linear(400, 120)" in person.text
        await person.press("enter")
        assert person.screen.area.text == MODELS[0].source
        assert "✓ fits: 1×28×28 → 10" in person.text
        assert "61,706 parameters" in person.text
        assert person.screen.title_of_text == "LeNet-5 in PyTorch, broken, edited"
        assert "✗" not in person.area_line(11)
        await person.press("t", "ctrl+z")
        assert person.screen.area.text == MODELS[0].broken
        assert "does not fit" in person.text


async def test_another_input_is_a_fix_too_and_goes_into_the_field() -> None:
    async with tracing() as person:
        await person.press("f", "down", "enter")
        assert person.screen.query_one("#trace-inputs", Input).value == "1x56x56"
        assert "✓ fits: 1×56×56 → 10" in person.text
        assert person.screen.area.text == MODELS[0].broken


async def test_a_fix_can_be_applied_with_the_mouse_alone() -> None:
    async with tracing(size=(160, 50)) as person:
        await person.click(lambda target: target == FixTarget(0))
        assert person.screen.look.part == "fixes"
        await person.click(lambda target: target == FixTarget(0))
        await person.settled()
        assert "✓ fits" in person.text


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
async def test_every_broken_example_is_mended_by_its_first_fix(model: object) -> None:
    name = model.name  # type: ignore[attr-defined]
    broken = next(one for one in variants() if one.key == f"{name}-broken")
    async with tracing(broken.text, broken.input) as person:
        assert "does not fit" in person.text
        await person.press("f", "enter")
        assert "✓ fits" in person.text


async def test_the_table_grows_with_the_text_and_keeps_the_last_that_could_be_read() -> None:
    async with tracing("conv 6 5", "1x28x28") as person:
        await person.press("t", "end", *" | relu")
        assert person.screen.trace is not None
        assert [row.name for row in person.screen.trace.layers] == ["conv1", "relu1"]
        await person.press(*"x")
        assert "✗" in person.text.split("\n")[0]
        assert "relux" in person.text
        assert "relu1" in person.text
        assert "1✗" in person.area_line(1)
        await person.press("backspace")
        assert "✓ fits" in person.text


async def test_an_emptied_text_begins_anew() -> None:
    async with tracing("conv 6 5", "1x28x28") as person:
        await person.press("t", "f7", "delete")
        assert "Paste a model" in person.text


async def test_enter_keeps_the_indentation() -> None:
    async with tracing("class Net(nn.Module):\n    def __init__(self):", "1x28x28") as person:
        await person.press("t", "ctrl+end", "down", "end", "enter", *"pass", "enter", *"x = 1")
        assert person.screen.area.text.split("\n")[2:] == ["        pass", "        x = 1"]


async def test_input_and_model_are_edited_in_fields() -> None:
    source = (
        "from torch import nn\n"
        "small = nn.Sequential(nn.Conv2d(1, 4, 3))\n"
        "large = nn.Sequential(nn.Conv2d(1, 64, 3), nn.ReLU())\n"
    )
    async with tracing(source, "1x9x9", "small") as person:
        assert "✓ fits: 1×9×9 → 4×7×7" in person.text
        await person.press("tab", "ctrl+u", *"1x12x12", "tab", "ctrl+u", *"large", "enter")
        assert "✓ fits: 1×12×12 → 64×10×10" in person.text
        assert person.screen.focused is person.screen.view
        await person.press("tab", "ctrl+u", *"1xq")
        assert "must be a whole number" in person.text
        assert "64×10×10" in person.text


# -- moving ---------------------------------------------------------------------------------------


async def test_tab_goes_round_the_parts_and_escape_goes_up() -> None:
    async with tracing() as person:
        parts = []
        for _ in range(5):
            await person.press("tab")
            focused = person.screen.focused
            assert focused is not None
            parts.append((person.screen.look.part, focused.id))
        assert parts == [
            ("fixes", "frame"),
            ("table", "trace-inputs"),
            ("table", "trace-model"),
            ("text", "trace-text"),
            ("table", "frame"),
        ]
        await person.press("shift+tab")
        assert person.screen.look.part == "text"
        await person.press("p", "s", "question_mark")
        assert "ps?" in person.screen.area.text
        await person.press("escape")
        assert person.screen.look.part == "table"
        await person.pilot.press("escape")
        await person.pilot.pause()
        assert isinstance(person.pilot.app.screen, HomeScreen)


async def test_the_cursor_in_the_table_shows_the_line_and_the_arithmetic() -> None:
    async with tracing() as person:
        await person.press("home")
        assert "▸ 1 of 8   conv1, made in line 8, used in line 16: (28 − 5 + 2·2)/1" in person.text
        assert " 8›" in person.area_line(8)
        await person.press("down", "down", "down")
        assert " 9›" in person.area_line(9)
        await person.press("t")
        assert person.screen.area.cursor_location == (8, 0)
        await person.press("escape", "end", "up")
        assert person.screen.look.row == 6


async def test_the_volumes_take_the_table_s_place() -> None:
    async with tracing(LINE, "1x28x28") as person:
        assert "┌" not in person.text
        await person.press("v", "down", "down")
        assert "╔" in person.text
        assert "6×14×14" in person.text
        assert "parameters ·" in person.text
        await person.press("v")
        assert "parameters   " in person.text


# -- opening layers -------------------------------------------------------------------------------


async def test_enter_on_a_convolution_opens_the_explorer_with_its_numbers() -> None:
    code = "conv 6 5 stride=2 pad=1 | relu | conv 8 3"
    async with tracing(code, "3x21x17") as person:
        await person.press("home")
        await person.pilot.press("enter")
        await person.pilot.pause()
        explorer = person.pilot.app.screen
        assert isinstance(explorer, ConvolutionScreen)
        setup = explorer.setup
        assert (setup.size, setup.kernel_size) == ((21, 17), (5, 5))
        assert (setup.stride, setup.padding, setup.dilation) == ((2, 2), 1, (1, 1))
        assert (setup.channels, setup.filters, setup.groups) == (3, 6, 1)
        canvas = explorer.view.canvas
        assert canvas is not None
        assert "conv1" in canvas.text
        assert "parameters (5·5·3 + 1)·6 = 456" in canvas.text
        await person.pilot.press("escape")
        await person.pilot.pause()
        assert person.pilot.app.screen is person.screen
        assert person.screen.look.row == 0


async def test_pooling_dense_and_other_layers_open_too() -> None:
    async with tracing(LINE, "1x28x28") as person:
        for row, kind in ((2, PoolingScreen), (4, DenseScreen), (1, ReadScreen)):
            await person.press("home", *["down"] * row)
            await person.pilot.press("enter")
            await person.pilot.pause()
            opened = person.pilot.app.screen
            assert isinstance(opened, kind)
            if isinstance(opened, ReadScreen):
                assert "relu: 6×28×28 → 6×28×28" in opened.text
                assert "memory       18.8 kB" in opened.text
            if isinstance(opened, DenseScreen):
                assert (opened.setup.channels, opened.setup.size) == (6, (14, 14))
            await person.pilot.press("escape")
            await person.pilot.pause()


async def test_n_lists_what_could_not_be_followed() -> None:
    source = "from torch import nn\nmodel = nn.Sequential(nn.Linear(4, 2), nn.Mystery())\n"
    async with tracing(source, "4") as person:
        assert person.screen.trace is not None
        notes = person.screen.trace.notes
        assert notes
        await person.pilot.press("n")
        await person.pilot.pause()
        screen = person.pilot.app.screen
        assert isinstance(screen, ReadScreen)
        assert all(note.text in screen.text for note in notes)


async def test_what_an_explorer_leaves_out_is_said() -> None:
    async with tracing("conv 512 3 pad=1", "256x14x14") as person:
        await person.press("home")
        await person.pilot.press("enter")
        await person.pilot.pause()
        said = [note.message for note in person.pilot.app._notifications]
        assert said == [
            "conv1: Shown with 64 of 256 channels, 64 of 512 filters, as much as fits here."
        ]


async def test_a_row_opens_with_the_mouse_alone() -> None:
    async with tracing(LINE, "1x28x28", size=(160, 50)) as person:
        await person.click(lambda target: target == RowTarget(2))
        assert person.screen.look.row == 2
        await person.click(lambda target: target == RowTarget(2))
        assert isinstance(person.pilot.app.screen, PoolingScreen)


async def test_enter_on_the_layer_that_does_not_fit_goes_to_its_fixes() -> None:
    async with tracing() as person:
        assert person.screen.look.row == 7
        await person.press("enter")
        assert person.screen.look.part == "fixes"


# -- examples and files ---------------------------------------------------------------------------


async def test_an_example_is_shown_at_once_and_escape_takes_it_back() -> None:
    async with tracing(LINE, "1x28x28") as person:
        await person.pilot.press("p")
        await person.pilot.pause()
        await person.pilot.press("down", "down")
        await person.settled()
        assert person.screen.area.text == variants()[2].text
        await person.press("escape")
        assert person.screen.area.text == LINE
        await person.pilot.press("p", "end")
        await person.press("enter")
        assert person.screen.area.text == variants()[-1].text
        assert person.screen.query_one("#trace-inputs", Input).value == ""
        assert "does not fit" in person.text


async def test_a_file_is_opened_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_bytes(b"\xef\xbb\xbfconv 6 5 |\r\nrelu\x1b[31m\r\n")
    async with tracing(LINE, "1x28x28", "net") as person:
        await person.pilot.press("t", "ctrl+o")
        await person.pilot.pause()
        await person.press(*"a.py", "enter")
        assert person.screen.area.text == "conv 6 5 |\nrelu [31m\n"
        assert person.screen.title_of_text == "a.py"
        assert person.screen.fields.values == ("1x28x28", "")


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("missing.py", "there is no such file"),
        ("folder", "that is no file"),
        ("a.onnx", "is no UTF-8 text"),
        ("huge.py", "has more than 2,000,000 bytes"),
    ],
)
async def test_what_cannot_be_opened_is_said_and_nothing_changes(
    name: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.onnx").write_bytes(b"\x08\x07\xff\xfe")
    (tmp_path / "huge.py").write_bytes(b" " * 2_000_001)
    async with tracing(LINE, "1x28x28") as person:
        await person.pilot.press("ctrl+o")
        await person.pilot.pause()
        await person.pilot.press(*name, "enter")
        await person.pilot.pause()
        said = person.pilot.app.screen.query_one("#complaint", Static).visual
        assert complaint in str(said)
        await person.press("escape")
        assert person.screen.area.text == LINE
        assert "✓ fits" in person.text


async def test_pasting_outside_of_the_text_replaces_it() -> None:
    async with tracing() as person:
        person.screen.view.post_message(events.Paste("conv 4 3\r\n| relu\x07"))
        await person.pilot.pause()
        await person.settled()
        assert person.screen.area.text == "conv 4 3\n| relu "
        await person.press("t", "ctrl+z")
        assert person.screen.area.text == MODELS[0].broken


# -- hostile texts, sizes, themes -----------------------------------------------------------------


async def test_only_the_newest_of_many_texts_is_traced_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    traced: list[str] = []

    def counted(request: Request) -> Answer:
        traced.append(request.text)
        return answer_to(request)

    monkeypatch.setattr("cnnviz_tui.tui.screens.trace_base.answer_to", counted)
    async with tracing("conv 6 5", "1x28x28") as person:
        await person.press("t", "end", *" | maxpool 2")
        assert traced[0] == "conv 6 5"
        assert traced[-1] == person.screen.area.text == "conv 6 5 | maxpool 2"
        assert len(traced) < 10


async def test_hostile_text_ends_in_a_sentence_and_typing_goes_on() -> None:
    text = "from torch import nn\nwhile True:\n    pass\nmodel = nn.Linear(4, 2)\n"
    async with tracing(text, "4") as person:
        assert person.screen.look.failure or person.screen.trace is not None
        await person.press("t", "f7", "delete", *"linear 2")
        assert "✓ fits: 4 → 2" in person.text


async def test_a_terminal_that_is_too_small_says_so_and_recovers() -> None:
    async with tracing(size=(160, 50)) as person:
        await person.pilot.resize_terminal(60, 12)
        await person.pilot.pause()
        assert "cnnviz needs" in " ".join(person.text.split())
        await person.pilot.resize_terminal(80, 24)
        await person.pilot.pause()
        assert "does not fit" in person.text
        assert person.screen.area.display
        assert not person.screen.has_class("-wide")


async def test_beside_each_other_where_there_is_room() -> None:
    async with tracing(size=(160, 50)) as person:
        assert person.screen.has_class("-wide")
        area, view = person.screen.area.region, person.screen.view.region
        assert area.y == view.y
        assert area.right <= view.x
        for part in ("┌", "1×28×28", "layer", "would fit", "so far"):
            assert part in person.text
        await person.pilot.press("f2")
        await person.pilot.pause()
        assert "would fit" in person.text


async def test_help_names_every_key_and_s_saves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with tracing() as person:
        await person.press("s")
        assert "fc1" in (tmp_path / "cnnviz-trace.svg").read_text()
        await person.pilot.press("question_mark")
        await person.pilot.pause()
        screen = person.pilot.app.screen
        assert isinstance(screen, ReadScreen)
        for part in ("ctrl+o", "open a file", "examples", "volumes", "Paste outside"):
            assert part in screen.text


async def test_the_keys_of_the_last_line_can_be_pressed() -> None:
    async with tracing() as person:
        await person.click(lambda target: target == ActionTarget("to_fixes"), view="#trace-keys")
        assert person.screen.look.part == "fixes"


def test_home_lists_it() -> None:
    entry = next(entry for entry in catalogue() if entry.name == "trace")
    assert entry.group == "Networks"
    assert isinstance(entry.open(), TraceScreen)
