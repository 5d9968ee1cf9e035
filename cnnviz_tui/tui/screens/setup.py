"""An explorer whose setup can be changed: fields, examples, cells, code, all with a way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from rich.text import Text
from textual.binding import Binding, BindingType

from cnnviz_tui.render.explorer import Frame, KeyHint, Setting, SettingTarget, Timeline
from cnnviz_tui.render.grid import CellMode, CellTarget
from cnnviz_tui.render.panels import Look
from cnnviz_tui.samples import KERNELS, InputSource
from cnnviz_tui.shapes.errors import ShapeError
from cnnviz_tui.tui.screens.dialogs import AskScreen, Choice, ChooseScreen, ReadScreen
from cnnviz_tui.tui.screens.explorer import ExplorerScreen
from cnnviz_tui.walkthroughs.base import Line, Step, Walkthrough, text_of
from cnnviz_tui.walkthroughs.mechanism import ChoiceField, Field, Mechanism, Setup
from cnnviz_tui.walkthroughs.numbers import parse_value, short

SetupT = TypeVar("SetupT", bound=Setup)
Change = Callable[[float], Any]

KEYS = (
    KeyHint("space", "play", "toggle_play"),
    KeyHint("← →", "step", "move(1)"),
    KeyHint("tab", "edit", "next_part"),
    KeyHint("p", "examples", "choose_preset"),
    KeyHint("?", "help", "show_help"),
)

_MODES: tuple[CellMode | None, ...] = (None, CellMode.DIGITS, CellMode.SHADES, CellMode.HALF)
_MODE_NAMES = {
    None: "cells as the room allows",
    CellMode.DIGITS: "cells as numbers",
    CellMode.SHADES: "cells as shades",
    CellMode.HALF: "cells as half blocks",
}


def input_choices(sources: Iterable[InputSource], *, sizes: bool = False) -> list[Choice]:
    """Inputs to choose from by their names, with `sizes` with what size they are by themselves."""
    return [
        Choice(s.name, s.title, f"{s.size[0]}x{s.size[1]}x{s.channels}" if sizes else "")
        for s in sources
    ]


def kernel_choices() -> list[Choice]:
    """All kernels to choose from by their names."""
    return [Choice(kernel.name, kernel.title, kernel.about) for kernel in KERNELS]


class SetupScreen(ExplorerScreen, Generic[SetupT]):
    """The explorer of one mechanism.

    A subclass names the mechanism, paints the stage (`scene`) and says which cells can be
    changed; everything else is the same for all mechanisms.

    Args:
        setup: what to begin with; the mechanism's first example if there is none.
        playing: whether to begin at once.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *ExplorerScreen.BINDINGS,
        Binding("p", "choose_preset", "choose an example"),
        Binding("v", "next_mode", "cells as numbers, shades or half blocks"),
    ]

    mechanism: ClassVar[Mechanism[Any]]
    keys: ClassVar[tuple[KeyHint, ...]] = KEYS
    parts: ClassVar[tuple[str, ...]] = ("player", "settings")

    def __init__(self, setup: SetupT | None = None, *, playing: bool = True) -> None:
        super().__init__(name=self.mechanism.title.replace(" ", "-"))
        self.setup: SetupT = setup if setup is not None else self.mechanism.presets()[0].setup
        self.walkthrough: Walkthrough[Any] = self.setup.build()
        self.mode: CellMode | None = None
        self.plays_at_start = playing
        self._field = 0
        self._changed = ""
        self._asking: AskScreen | None = None
        self._formulas_before = self._formula_texts()
        self.cursors: dict[str, CellTarget] = {}
        self.player.resize(len(self.walkthrough))

    def on_mount(self) -> None:
        """Begin to play, unless the person asked for calm."""
        if self.plays_at_start and self.app.animation_level != "none":
            self.action_toggle_play()

    # -- what a subclass may say ------------------------------------------------------------------

    def words(self) -> tuple[tuple[Line, ...], str]:
        """The sum and the caption: those of the step, unless something is pointed at."""
        step = self.step
        if step is None:
            return (), f"{self.walkthrough.problem} Press tab and change the numbers above."
        return step.sums, step.caption

    def index_at(self, target: CellTarget) -> int | None:
        """The step that a cell shows when it is pointed at or pressed; None for none."""
        return None

    def clamped(self, cell: CellTarget) -> CellTarget:
        """The cell nearest to a place that may lie outside of its grid."""
        return cell

    def first_cell(self, part: str) -> CellTarget:
        """Where the cursor of a part stands at first."""
        return CellTarget(part, 0, 0, 0)

    def part_of(self, cell: CellTarget) -> str:
        """The part whose cursor may stand on a cell; empty where none may."""
        return cell.grid if cell.grid in self.parts else ""

    def editable(self, cell: CellTarget) -> tuple[str, float, Change] | None:
        """What a cell is called, its number, and the setup with another number there."""
        return None

    def code(self) -> Mapping[str, str]:
        """The present setup as code, by the name of the library.

        Raises:
            ShapeError: there is none for this setup.
        """
        return {}

    def after_change(self) -> None:
        """Bring what depends on the setup up to date."""

    # -- what is shown ----------------------------------------------------------------------------

    @property
    def fields(self) -> Sequence[Field[Any]]:
        """The fields of the title line."""
        return [field for field in self.mechanism.fields if field.symbol]

    @property
    def shown_index(self) -> int:
        """The step on the stage: the one pointed at, else where the player is."""
        if self.pointed_cell is not None:
            index = self.index_at(self.pointed_cell)
            if index is not None:
                return index
        return self.player.position

    @property
    def step(self) -> Step | None:
        """The step on the stage; None where there is none."""
        return self.walkthrough[self.shown_index] if len(self.walkthrough) else None

    @property
    def cursor(self) -> CellTarget | None:
        """The cell that keys act on."""
        if self.part in {"player", "settings"}:
            return None
        return self.cursors.get(self.part) or self.first_cell(self.part)

    @property
    def pointed_cell(self) -> CellTarget | None:
        """The cell under the mouse."""
        return self.pointed if isinstance(self.pointed, CellTarget) else None

    @property
    def target(self) -> CellTarget | None:
        """The cell that is spoken of: under the mouse, else under the cursor."""
        return self.pointed_cell or self.cursor

    @property
    def look(self) -> Look:
        """How the person looks at the stage."""
        return Look(self.mode, self.cursor, self.pointed_cell, self.player.position)

    def frame(self) -> Frame:
        """Title, formulas, sum, caption."""
        sums, caption = self.words()
        caption = self._on_a_setting() or caption
        title = self.setup.title
        return Frame(
            breadcrumb=("cnnviz", self.mechanism.title, *([title] if title else [])),
            settings=tuple(Setting(f.symbol, f.text(self.setup)) for f in self.fields),
            selected=self._field if self.part == "settings" else None,
            changed=self._changed,
            formulas=self.walkthrough.formulas,
            before=self._formulas_before,
            sums=sums,
            caption=caption,
            timeline=Timeline(0, 0, playing=False, speed=0),
            keys=self.keys,
        )

    def _on_a_setting(self) -> str:
        """What the setting under the mouse or under the cursor is, and how to change it."""
        index = self._field if self.part == "settings" else None
        if isinstance(self.pointed, SettingTarget):
            index = self.pointed.index
        if index is None:
            return ""
        field = self.fields[index]
        name = f"{field.symbol} is the {field.name}"
        return f"{name}. ↑ and ↓ or the wheel change it; enter to type {field.hint}."

    def _formula_texts(self) -> tuple[str, ...]:
        return tuple(text_of(formula) for formula in self.walkthrough.formulas)

    # -- changing ---------------------------------------------------------------------------------

    def use(self, setup: SetupT, changed: str = "") -> None:
        """Show another setup; the player stays where it is as far as that exists."""
        self._formulas_before = self._formula_texts()
        self.setup = setup
        self.walkthrough = setup.build()
        self.player.resize(len(self.walkthrough))
        self._changed = changed
        self.pointed = None
        self.after_change()
        self.cursors = {
            part: cell for part, cell in self.cursors.items() if self.clamped(cell) == cell
        }
        self.after_moving()

    def attempt(self, change: Callable[[], SetupT], changed: str = "") -> str:
        """Make a change; returns what is wrong with it, or an empty string."""
        try:
            self.use(change(), changed)
        except ShapeError as error:
            return str(error)
        return ""

    def change_setting(self, index: int, direction: int) -> None:
        """Select a field; one up or down with a direction; press it again to type."""
        again = self.part == "settings" and self._field == index and direction == 0
        self.part, self._field = "settings", index
        if again:
            self._ask_for_field()
            return
        if direction:
            self._nudge(direction)
        self.redraw()

    def _nudge(self, direction: int) -> None:
        field = self.fields[self._field]
        complaint = self.attempt(lambda: field.nudged(self.setup, direction), field.symbol)
        if complaint:
            self.notify(complaint, severity="warning", markup=False)

    def move_cursor(self, down: int, right: int) -> None:
        """Move in the present part: over cells, or from field to field and up and down in it."""
        if self.part == "settings":
            self._field = (self._field + right) % len(self.fields)
            if down:
                self._nudge(-down)
            return
        cell = self.cursor
        if cell is not None:
            moved = CellTarget(cell.grid, cell.channel, cell.row + down, cell.column + right)
            self.cursors[self.part] = self.clamped(moved)

    def press(self, target: object) -> None:
        """Go to the step of a cell, or take the cell, and change it when it is taken already."""
        if not isinstance(target, CellTarget):
            return
        index = self.index_at(target)
        if index is not None:
            self.part = self.parts[0]
            self.player.seek(index)
            self.after_moving()
            return
        part = self.part_of(target)
        if not part or self.clamped(target) != target:
            return
        taken = self.part == part and self.cursors.get(part) == target
        self.part, self.cursors[part] = part, target
        self.player.pause()
        self.after_moving()
        if taken:
            self._ask_for_cell("")

    # -- asking -----------------------------------------------------------------------------------

    def action_open(self) -> None:
        """In a part: type a new value for the cell or field; else all of the step."""
        if self.part == "settings":
            self._ask_for_field()
        elif self.cursor is not None:
            self._ask_for_cell("")
        elif self.step is not None:
            self.player.pause()
            self.open_step()

    def open_step(self) -> None:
        """Show everything about the step that the stage has no room for."""

    def type_into(self, character: str) -> bool:
        """A digit, a sign or a point begins a new value in a part that takes one."""
        if character not in "0123456789.-−":
            return False
        if self.part == "settings":
            self._ask_for_field(character)
        elif self.cursor is not None:
            self._ask_for_cell(character)
        else:
            return False
        return True

    def ask(
        self, title: str, hint: str, value: str, attempt: Callable[[str], str], typed: str = ""
    ) -> None:
        """Ask for a value that takes effect while one types; escape takes it back."""
        if self._asking is not None:
            # Typed faster than the dialog came.
            self._asking.type_on(typed)
            return
        before = self.setup

        def restore(kept: bool | None) -> None:
            self._asking = None
            if not kept:
                self.use(before)

        self.player.pause()
        self._asking = AskScreen(title, hint, typed or value, attempt, selected=not typed)
        self.app.push_screen(self._asking, restore)

    def _ask_for_field(self, typed: str = "") -> None:
        self.ask_for(self.fields[self._field], typed)

    def action_ask_for(self, option: str) -> None:
        """Ask for the value of a field, whether or not the title line shows it."""
        self.ask_for(next(f for f in self.mechanism.fields if f.option == option))

    def ask_for(self, field: Field[Any], typed: str = "") -> None:
        """Ask for the value of a field, beginning with what was typed already."""
        if isinstance(field, ChoiceField):
            self.choose(
                field.name,
                [Choice(name, name, about) for name, about in field.names().items()],
                field.text(self.setup),
                lambda key: field.typed(self.setup, key),
            )
            return
        self.ask(
            f"{field.name} {field.symbol}".strip(),
            field.hint,
            field.text(self.setup),
            lambda text: self.attempt(lambda: field.typed(self.setup, text), field.symbol),
            typed,
        )

    def _ask_for_cell(self, typed: str) -> None:
        cell = self.cursor
        found = self.editable(cell) if cell else None
        if cell is None or found is None:
            return
        self.cursors[self.part] = cell
        name, value, change = found
        self.ask(
            name,
            "a number",
            short(value),
            lambda text: self.attempt(lambda: change(parse_value(text, name))),
            typed,
        )

    # -- choosing ---------------------------------------------------------------------------------

    def choose(
        self,
        title: str,
        choices: list[Choice],
        current: str,
        change: Callable[[str], SetupT],
        *,
        left: bool = False,
    ) -> None:
        """Choose one of several; the one under the cursor is shown at once."""
        if self.app.screen is not self:
            return
        before = self.setup

        def attempt(key: str) -> None:
            complaint = self.attempt(lambda: change(key))
            if complaint:
                self.notify(complaint, severity="warning", markup=False)

        def restore(kept: bool | None) -> None:
            if not kept:
                self.use(before)

        self.app.push_screen(ChooseScreen(title, choices, current, attempt, left=left), restore)

    def action_choose_preset(self) -> None:
        """One of the mechanism's examples."""
        presets = {preset.name: preset for preset in self.mechanism.presets()}
        choices = [Choice(p.name, p.title, p.about) for p in presets.values()]
        current = next((p.name for p in presets.values() if p.setup == self.setup), "")
        self.choose("examples", choices, current, lambda key: presets[key].setup)

    def action_next_mode(self) -> None:
        """Another way to draw cells."""
        self.mode = _MODES[(_MODES.index(self.mode) + 1) % len(_MODES)]
        self.notify(_MODE_NAMES[self.mode], timeout=2)
        self.redraw()

    def action_show_code(self) -> None:
        """The present setup as code, the first line copied."""
        try:
            snippets = self.code()
        except ShapeError as error:
            self.notify(str(error), severity="warning", markup=False)
            return
        if not snippets:
            return
        text = Text()
        for name, code in snippets.items():
            text.append(f"{name}\n", style="bold")
            text.append(f"{code}\n\n")
        first = next(iter(snippets))
        self.app.copy_to_clipboard(snippets[first])
        keys = {name[0].lower(): self._copier(code) for name, code in snippets.items()}
        others = " · ".join(f"{name[0].lower()} copies {name}" for name in snippets)
        title = f"this layer as code ({first} is copied)"
        subtitle = f"{others} · escape closes"
        self.app.push_screen(ReadScreen(title, text, subtitle=subtitle, keys=keys))

    def _copier(self, code: str) -> Callable[[], None]:
        def copy() -> None:
            self.app.copy_to_clipboard(code)
            self.notify("Copied to the clipboard.", timeout=2)

        return copy
