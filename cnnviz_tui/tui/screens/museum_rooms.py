"""The side rooms of an exhibit, and two networks side by side."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from cnnviz_tui.networks.zoo.catalogue import load_all
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.explorer import KeyHint
from cnnviz_tui.render.floor_plan import UnitTarget
from cnnviz_tui.render.museum_rooms import paint_comparison, paint_room, room_height
from cnnviz_tui.tui.catalogue import explorer_of
from cnnviz_tui.tui.screens.museum_base import MuseumBase
from cnnviz_tui.tui.screens.painted import PaintedScreen
from cnnviz_tui.walkthroughs.floor_plan import floor_plan
from cnnviz_tui.walkthroughs.mechanism import mechanism
from cnnviz_tui.walkthroughs.museum_rooms import Room, rooms


class RoomScreen(MuseumBase):
    """The side rooms of a network.

    Args:
        network: its name in the zoo; it has rooms.
        index: the room to begin with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "walk(1)", "next room", key_display="→"),
        Binding("left", "walk(-1)", "previous room", key_display="←"),
        Binding("home", "walk(-100)", "first room"),
        Binding("end", "walk(100)", "last room"),
        Binding("down", "scroll(1)", "further down"),
        Binding("up", "scroll(-1)", "further up", key_display="↑"),
        Binding("pagedown", "scroll(10)", "ten lines down"),
        Binding("pageup", "scroll(-10)", "ten lines up"),
        Binding("tab", "layer(1)", "next layer of the module"),
        Binding("shift+tab", "layer(-1)", "previous layer of the module"),
        Binding("enter", "open", "open an explorer that shows it in detail"),
        *PaintedScreen.BINDINGS,
    ]

    mouse_help = "With the mouse: press a layer of a module; the wheel scrolls."

    def __init__(self, network: str, index: int = 0) -> None:
        super().__init__(name="museum")
        self.network = network
        self.rooms = rooms(network)
        self.index = index
        self.top = 0
        self._space = (80, 22)
        self.unit = self._units()[0] if self._units() else 0

    @property
    def room(self) -> Room:
        """The room one is in."""
        return self.rooms[self.index]

    @property
    def place(self) -> str:
        """Network and room."""
        return f"{self.network}-{self.room.key}"

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Network, room and which of how many."""
        title = f"{self.room.title} ({self.index + 1} of {len(self.rooms)})"
        return (self.network, title)

    @property
    def hints(self) -> tuple[KeyHint, ...]:
        """The keys of the last line."""
        found = []
        if len(self.rooms) > 1:
            found = [KeyHint("←", "back", "walk(-1)"), KeyHint("→", "next room", "walk(1)")]
        if self._units():
            found.append(KeyHint("tab", "next layer", "layer(1)"))
        if self._most_top():
            found.append(KeyHint("↓", "further", "scroll(1)"))
        if self._units() or self.room.explorer is not None:
            found.append(KeyHint("enter", "in detail", "open"))
        return (*found, KeyHint("?", "help", "show_help"))

    def _units(self) -> list[int]:
        """The layers of the module that is drawn, branch by branch."""
        if self.room.block is None:
            return []
        block = floor_plan(self.network).blocks[self.room.block]
        return [index for branch in block.branches for index in branch]

    def _most_top(self) -> int:
        """How far one can scroll."""
        width, height = self._space
        return max(room_height(width, self.room, floor_plan(self.network)) - height, 0)

    def paint_body(self, canvas: Canvas, y: int, height: int) -> None:
        """Texts, drawing, charts."""
        self._space = (canvas.width, height)
        self.top = min(self.top, self._most_top())
        plan = floor_plan(self.network)
        paint_room(canvas, y, height, self.room, plan, self.unit, self.top)

    def action_walk(self, by: int) -> None:
        """To another room."""
        self.index = min(max(self.index + by, 0), len(self.rooms) - 1)
        self.top = 0
        if self._units():
            self.unit = self._units()[0]
        self.redraw()

    def action_scroll(self, by: int) -> None:
        """Show what stands further down or up."""
        self.top = min(max(self.top + by, 0), self._most_top())
        self.redraw()

    def action_layer(self, by: int) -> None:
        """To another layer of the module; in a room without one, to another room."""
        units = self._units()
        if not units:
            self.action_walk(by)
            return
        self.unit = units[(units.index(self.unit) + by) % len(units)]
        self.redraw()

    def action_open(self) -> None:
        """The layer, or what the room is about, in an explorer."""
        if self._units():
            from cnnviz_tui.tui.screens.museum_exhibit import open_layer

            open_layer(self, self.network, self.unit)
        elif self.room.explorer is not None:
            name, preset = self.room.explorer
            self.app.push_screen(explorer_of(name, mechanism(name).preset(preset).setup))

    def pressed(self, target: object) -> None:
        """A layer of the module: go there, or open it if one is there."""
        if isinstance(target, UnitTarget):
            if target.index == self.unit:
                self.action_open()
            self.unit = target.index
            self.redraw()

    def turned(self, direction: int) -> None:
        """Scroll."""
        self.action_scroll(direction)


class ComparisonScreen(MuseumBase):
    """Two networks of the zoo side by side.

    Args:
        network: the one that stays.
        rival: the one it is compared with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,down", "walk(1)", "compare with the next network", key_display="→"),
        Binding("left,up", "walk(-1)", "compare with the previous network", key_display="←"),
        Binding("home", "walk(-100)", "compare with the oldest"),
        Binding("end", "walk(100)", "compare with the newest"),
        Binding("tab,x", "swap", "change places", key_display="tab"),
        *PaintedScreen.BINDINGS,
    ]

    mouse_help = "With the mouse: the wheel chooses the other network."

    def __init__(self, network: str, rival: str) -> None:
        super().__init__(name="museum")
        self.network = network
        self.rival = rival

    @property
    def place(self) -> str:
        """Both names."""
        return f"{self.network}-{self.rival}"

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Both names."""
        return (f"{self.network} beside {self.rival}",)

    @property
    def hints(self) -> tuple[KeyHint, ...]:
        """The keys of the last line."""
        return (
            KeyHint("←", "previous", "walk(-1)"),
            KeyHint("→", "next network", "walk(1)"),
            KeyHint("tab", "change places", "swap"),
            KeyHint("esc", "back up", "up"),
            KeyHint("?", "help", "show_help"),
        )

    def paint_body(self, canvas: Canvas, y: int, height: int) -> None:
        """Both drawings and the totals."""
        paint_comparison(canvas, y, height, floor_plan(self.network), floor_plan(self.rival))

    def action_walk(self, by: int) -> None:
        """Another rival."""
        others = [network.name for network in load_all() if network.name != self.network]
        at = min(max(others.index(self.rival) + by, 0), len(others) - 1)
        self.rival = others[at]
        self.redraw()

    def action_swap(self) -> None:
        """Change places."""
        self.network, self.rival = self.rival, self.network
        self.redraw()

    def turned(self, direction: int) -> None:
        """Another rival."""
        self.action_walk(direction)
