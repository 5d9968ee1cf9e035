"""One network of the museum: step through its layers, compare it, enter its side rooms."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from cnnviz_tui.networks.zoo.catalogue import load_all
from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.explorer import KeyHint, Setting
from cnnviz_tui.render.floor_plan import UnitTarget
from cnnviz_tui.render.museum_exhibit import paint_exhibit
from cnnviz_tui.render.trace import layer_lines
from cnnviz_tui.tui.catalogue import explorer_of
from cnnviz_tui.tui.screens.dialogs import Choice, ChooseScreen, ReadScreen
from cnnviz_tui.tui.screens.gradients import GradientsScreen
from cnnviz_tui.tui.screens.museum_base import MuseumBase
from cnnviz_tui.tui.screens.museum_rooms import ComparisonScreen, RoomScreen
from cnnviz_tui.tui.screens.painted import PaintedScreen
from cnnviz_tui.walkthroughs.floor_plan import floor_plan
from cnnviz_tui.walkthroughs.museum import Exhibit
from cnnviz_tui.walkthroughs.museum_rooms import rooms
from cnnviz_tui.walkthroughs.traced_layer import layer_setup

_OF_GRADIENTS = ("vgg", "resnet")


def open_layer(screen: MuseumBase, network: str, index: int) -> None:
    """Open a layer in its explorer, or tell what is known of it where no explorer shows it."""
    plan = floor_plan(network)
    row = plan.units[index].main
    place = next(i for i, each in enumerate(plan.trace.layers) if each is row)
    opened = layer_setup(plan.trace, place)
    if opened is None:
        screen.app.push_screen(ReadScreen(row.name, Text("\n".join(layer_lines(row)))))
        return
    screen.app.push_screen(explorer_of(opened.mechanism, opened.setup))
    if opened.less:
        screen.notify(f"{row.name}: {opened.less}", markup=False, timeout=8)


class ExhibitScreen(MuseumBase):
    """An exhibit.

    Args:
        exhibit: one that has networks.
        network: which of them is shown first; the exhibit's first one without.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,down", "step(1)", "next layer", key_display="→"),
        Binding("left,up", "step(-1)", "previous layer", key_display="←"),
        Binding("tab,pagedown", "block(1)", "next block", key_display="tab"),
        Binding("shift+tab,pageup", "block(-1)", "previous block", key_display="shift+tab"),
        Binding("home", "step(-100000)", "first layer"),
        Binding("end", "step(100000)", "last layer"),
        Binding("enter", "open", "open the layer in its explorer"),
        Binding("i", "enter_room", "side rooms: what is special here, computed"),
        Binding("x", "compare", "compare with another network"),
        Binding("n", "other", "the next network of this exhibit"),
        Binding("b", "brought", "the paper and what it brought"),
        Binding("g", "gradients", "vanishing gradients (VGG, ResNet)"),
        *PaintedScreen.BINDINGS,
    ]

    mouse_help = "With the mouse: press a layer in drawing or table, press it again to open it."

    def __init__(self, exhibit: Exhibit, network: str = "") -> None:
        super().__init__(name="museum")
        self.exhibit = exhibit
        self.network = network or exhibit.networks[0]
        self.unit = 0

    @property
    def place(self) -> str:
        """The network that is shown."""
        return self.network

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The network's title."""
        return (floor_plan(self.network).network.title,)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Year and error."""
        year = Setting("year", str(floor_plan(self.network).network.year))
        if self.exhibit.error is None or self.network != self.exhibit.networks[0]:
            return (year,)
        return (year, Setting("top-5 error", f"{self.exhibit.error:g} %"))

    @property
    def hints(self) -> tuple[KeyHint, ...]:
        """The keys of the last line: those that lead somewhere from here."""
        found = [KeyHint("enter", "open layer", "open")]
        if rooms(self.network):
            found.append(KeyHint("i", "inside", "enter_room"))
        found.append(KeyHint("x", "compare", "compare"))
        if len(self.exhibit.networks) > 1:
            found.append(KeyHint("n", "variant", "other"))
        if self.exhibit.key in _OF_GRADIENTS:
            found.append(KeyHint("g", "gradients", "gradients"))
        else:
            found.append(KeyHint("b", "what it brought", "brought"))
        return (*found, KeyHint("?", "help", "show_help"))

    def paint_body(self, canvas: Canvas, y: int, height: int) -> None:
        """Drawing, table, sums."""
        paint_exhibit(canvas, y, height, self.exhibit, floor_plan(self.network), self.unit)

    def _go(self, unit: int) -> None:
        self.unit = min(max(unit, 0), len(floor_plan(self.network).units) - 1)
        self.redraw()

    def action_step(self, by: int) -> None:
        """To another layer."""
        self._go(self.unit + by)

    def action_block(self, by: int) -> None:
        """To the first layer of another block."""
        plan = floor_plan(self.network)
        block = min(max(plan.block_of(self.unit) + by, 0), len(plan.blocks) - 1)
        self._go(plan.blocks[block].units[0])

    def action_open(self) -> None:
        """The layer in its explorer."""
        open_layer(self, self.network, self.unit)

    def action_enter_room(self) -> None:
        """Into the side rooms; first into that of the block one stands at."""
        found = rooms(self.network)
        if not found:
            self.notify("This exhibit has no side rooms.", timeout=2)
            return
        here = floor_plan(self.network).block_of(self.unit)
        first = next((i for i, room in enumerate(found) if room.block == here), 0)
        self.app.push_screen(RoomScreen(self.network, first))

    def action_compare(self) -> None:
        """Choose another network and stand them side by side."""
        others = [network for network in load_all() if network.name != self.network]
        year = floor_plan(self.network).network.year
        chosen = [next((n.name for n in others if n.year > year), others[-1].name)]

        def choose(key: str) -> None:
            chosen[0] = key

        def opened(kept: bool | None) -> None:
            if kept:
                self.app.push_screen(ComparisonScreen(self.network, chosen[0]))

        choices = [Choice(n.name, f"{n.year}  {n.title}", n.about) for n in others]
        self.app.push_screen(ChooseScreen("compare with", choices, chosen[0], choose), opened)

    def action_other(self) -> None:
        """The next network of this exhibit."""
        networks = self.exhibit.networks
        self.network = networks[(networks.index(self.network) + 1) % len(networks)]
        self._go(0)

    def action_brought(self) -> None:
        """The paper and what it brought."""
        network = floor_plan(self.network).network
        text = f"{network.source}\n\n{self.exhibit.brought}\n\n{network.title}: {network.about}"
        self.app.push_screen(ReadScreen(f"{self.exhibit.name}, {network.year}", Text(text)))

    def action_gradients(self) -> None:
        """Open the experiment, as deep as this network."""
        if self.exhibit.key in _OF_GRADIENTS:
            self.app.push_screen(GradientsScreen(floor_plan(self.network).depth))

    def pressed(self, target: object) -> None:
        """A layer: go there, or open it if one is there."""
        if isinstance(target, UnitTarget):
            if target.index == self.unit:
                self.action_open()
            else:
                self._go(target.index)

    def turned(self, direction: int) -> None:
        """Step through the layers."""
        self.action_step(direction)
