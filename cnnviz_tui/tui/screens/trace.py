"""Trace a model while it is typed: layers, volumes, and the lesson where it does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cnnviz_tui.foreign_text import one_cell_each
from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.result import Trace
from cnnviz_tui.render.explorer import ActionTarget
from cnnviz_tui.render.trace import FixTarget, layer_lines, note_lines
from cnnviz_tui.render.trace_layers import RowTarget
from cnnviz_tui.samples.models import variants
from cnnviz_tui.tui.catalogue import explorer_of
from cnnviz_tui.tui.model_source import Request, as_typed, read_source, without_controls
from cnnviz_tui.tui.screens.dialogs import AskScreen, Choice, ChooseScreen, ReadScreen
from cnnviz_tui.tui.screens.trace_base import TraceBase
from cnnviz_tui.tui.widgets.canvas_view import CanvasView
from cnnviz_tui.tui.widgets.model_area import ModelArea
from cnnviz_tui.walkthroughs.traced_layer import layer_setup


class TraceScreen(TraceBase):
    """A model's text, and every size on the way through it: moving in it, opening, mending."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "next_part(1)", "to the next part: text, table, fixes, fields",
                priority=True),
        Binding("shift+tab", "next_part(-1)", "to the previous part", priority=True),
        Binding("down,right", "move(1)", "next layer or fix", key_display="↓ →"),
        Binding("up,left", "move(-1)", "previous layer or fix", key_display="↑ ←"),
        Binding("pagedown", "move(10)", "ten layers on"),
        Binding("pageup", "move(-10)", "ten layers back"),
        Binding("home", "move(-100000)", "first layer"),
        Binding("end", "move(100000)", "last layer"),
        Binding("enter", "open", "open the layer in its explorer, apply the fix"),
        Binding("f", "to_fixes", "to the fixes"),
        Binding("t", "edit", "to the text"),
        Binding("v", "toggle_volumes", "table or volumes, where there is no room for both"),
        Binding("n", "show_notes", "what was assumed or not followed"),
        Binding("p", "choose_example", "examples, each also broken"),
        Binding("ctrl+o", "ask_file", "open a file", priority=True, key_display="ctrl+o"),
        *TraceBase.BINDINGS,
    ]  # fmt: skip

    mouse_help = (
        "With the mouse: press a row to see where it is made, press it again to open its layer; "
        "press a fix, press it again to apply it. Paste outside of the text to replace it all. "
        "In the text: ctrl+z takes back, ctrl+y does it again, F7 selects all, escape leaves."
    )

    # -- moving -----------------------------------------------------------------------------------

    def _parts(self) -> Iterator[tuple[str, CanvasView | ModelArea | Input]]:
        """The parts in their order, and what has the focus in each."""
        yield "text", self.area
        yield "table", self.view
        if self._fixes:
            yield "fixes", self.view
        yield "inputs", self.fields.shape_field
        yield "model", self.fields.model_field

    def _present(self) -> str:
        """The part that keys act on now."""
        focused = self.focused
        for name, widget in self._parts():
            if widget is focused and (widget is not self.view or name == self.look.part):
                return name
        return "table"

    def enter_parts(self) -> None:
        """Begin with the table."""
        self.action_leave()

    def at_last_part(self, direction: int) -> bool:
        """Whether all parts were seen, from the table on."""
        return self._present() == ("text" if direction > 0 else "table")

    def action_next_part(self, direction: int = 1) -> None:
        """To the next part."""
        parts = dict(self._parts())
        names = list(parts)
        name = names[(names.index(self._present()) + direction) % len(names)]
        self._go(name, parts[name])

    def _go(self, name: str, widget: CanvasView | ModelArea | Input) -> None:
        self._show(part=name if name in {"text", "table", "fixes"} else "table")
        widget.focus()
        self._mark()

    @on(events.DescendantFocus)
    def _focused(self) -> None:
        """The mouse goes from part to part too."""
        editing = self.focused is self.area
        self.set_class(editing, "-editing")
        if editing != (self.look.part == "text"):
            self._show(part="text" if editing else "table")

    def action_to_fixes(self) -> None:
        """To the fixes, if there are any."""
        if self._fixes:
            self._go("fixes", self.view)
        else:
            fits = self.trace is None or self.trace.ok
            found = "There is nothing to mend." if fits else "No small change was found that fits."
            self.notify(found, timeout=3)

    def action_edit(self) -> None:
        """To the text, at the line that is marked."""
        line = self._line_of_row()
        if line is not None:
            self.area.move_cursor((line - 1, 0))
        self._go("text", self.area)

    def action_leave(self) -> None:
        """Out of the text or a field, to the table."""
        self._go("table", self.view)

    def action_up(self) -> None:
        """Out of a part first, then back to where one came from."""
        if self._present() != "table":
            self.action_leave()
        else:
            self.cnnviz.go_up()

    def action_move(self, by: int) -> None:
        """Another layer, or another fix."""
        if self.look.part == "fixes":
            self._show(fix=min(max(self.look.fix + by, 0), max(len(self._fixes) - 1, 0)))
        else:
            last = max(self.rows - 1, 0)
            self._show(row=min(max(self.look.row + by, 0), last))
        self._mark()

    def action_toggle_volumes(self) -> None:
        """The volumes in place of the table, and back."""
        self._show(volumes=not self.look.volumes)

    def action_undo(self) -> None:
        """Take the last edit of the text back."""
        self.area.undo()

    @on(CanvasView.Pressed)
    async def _pressed(self, event: CanvasView.Pressed) -> None:
        match event.target:
            case ActionTarget(action):
                await self.run_action(action)
            case RowTarget(index):
                again = self.look.part == "table" and self.look.row == index
                self._show(part="table", row=index)
                self._go("table", self.view)
                if again:
                    self.action_open()
            case FixTarget(index):
                again = self.look.part == "fixes" and self.look.fix == index
                self._show(part="fixes", fix=index)
                self._go("fixes", self.view)
                if again:
                    self.action_open()

    @on(CanvasView.Wheeled)
    def _wheeled(self, event: CanvasView.Wheeled) -> None:
        self.action_move(event.direction)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_leave()

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted outside of the text takes its place."""
        text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        self.use_text(without_controls(text), title="pasted")

    # -- opening ----------------------------------------------------------------------------------

    def use_text(self, text: str, inputs: str | None = None, *, title: str = "") -> None:
        """Put another model in place of the present one; that can be taken back.

        Args:
            text: the model.
            inputs: the shape of its input; without, the present one stays.
            title: what it is called.
        """
        self._title = title, text
        self.area.replace_all(text)
        # The name of a class or variable belongs to the text that is gone.
        self.fields.fill(self.fields.values[0] if inputs is None else inputs)
        self.area.scroll_home(animate=False)
        self._show(row=0)

    def action_open(self) -> None:
        """The layer under the cursor in its explorer, or the fix applied."""
        if self.look.part == "fixes":
            self._apply(self.look.fix)
        elif self.trace is None:
            return
        elif self.look.row < len(self.trace.layers):
            self._open_layer(self.trace, self.look.row)
        else:
            self.action_to_fixes()

    def _apply(self, index: int) -> None:
        """Write a fix into the text, or its input into the field."""
        if self.request != self.answered:
            self.notify("The text is just being traced; press again in a moment.", timeout=2)
            return
        fix = self._fixes[index]
        if fix.source is not None:
            self.area.replace_all(fix.source)
            where = "" if fix.line is None else f" in line {fix.line}"
            self.notify(f"Applied{where}: {fix.text}", markup=False, timeout=4)
        elif fix.inputs is not None:
            shapes = as_typed(fix.inputs)
            self.fields.shape_field.value = shapes
            self.notify(f"The input is {shapes} now.", timeout=4)

    def _open_layer(self, trace: Trace, index: int) -> None:
        name, opened = one_cell_each(trace.layers[index].name), layer_setup(trace, index)
        if opened is None:
            text = Text("\n".join(layer_lines(trace.layers[index])))
            self.app.push_screen(ReadScreen(name, text))
            return
        self.app.push_screen(explorer_of(opened.mechanism, opened.setup.changed(title=name)))
        if opened.less:
            self.notify(f"{name}: {opened.less}", markup=False, timeout=8)

    def action_show_notes(self) -> None:
        """What was assumed or could not be followed."""
        notes = note_lines(self.trace)
        if notes:
            text = Text("\n\n".join(notes))
            self.app.push_screen(ReadScreen("assumed, or not followed", text))
        else:
            self.notify("Nothing had to be assumed, everything could be followed.", timeout=3)

    def action_choose_example(self) -> None:
        """One of the classic models, whole or broken."""
        before, title = self.request, self._title
        found = {variant.key: variant for variant in variants()}
        choices = [Choice(one.key, one.title, one.about) for one in found.values()]
        current = next((key for key, one in found.items() if one.text == before.text), "")

        def attempt(key: str) -> None:
            self.use_text(found[key].text, found[key].input, title=found[key].title)

        self._ask(ChooseScreen("examples", choices, current, attempt, left=True), before, title)

    def action_ask_file(self) -> None:
        """Open a file by its path."""
        before, title = self.request, self._title

        def attempt(typed: str) -> str:
            path = Path(typed.strip()).expanduser()
            try:
                text = read_source(path)
            except (SourceError, RuntimeError) as error:
                return str(error)
            self.use_text(text, title=path.name)
            return ""

        screen = AskScreen("open a model", "the path of a Python or text file", "", attempt)
        self._ask(screen, before, title)

    def _ask(
        self, dialog: AskScreen | ChooseScreen, before: Request, title: tuple[str, str]
    ) -> None:
        """Open a dialog whose choices take effect at once; if it is left, all is as before."""

        def restore(kept: bool | None) -> None:
            if not kept:
                self.use_text(before.text)
                self._title = title
                self.fields.fill(before.inputs, before.model)

        self.app.push_screen(dialog, restore)
