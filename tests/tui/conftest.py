"""Helpers of the screen tests: open an explorer, press keys, read what is shown."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Generic, TypeVar

import pytest
from textual.pilot import Pilot

from cnnviz_tui.render.canvas import Canvas
from cnnviz_tui.render.grid import CellTarget
from cnnviz_tui.tui.app import CnnvizApp
from cnnviz_tui.tui.catalogue import explorer_of
from cnnviz_tui.tui.screens.convolution import ConvolutionScreen
from cnnviz_tui.tui.screens.setup import SetupScreen
from cnnviz_tui.walkthroughs.base import text_of
from cnnviz_tui.walkthroughs.convolution_setup import CONVOLUTION, ConvolutionSetup
from cnnviz_tui.walkthroughs.mechanism import mechanism

ScreenT = TypeVar("ScreenT", bound=SetupScreen[Any])


class Explorer(Generic[ScreenT]):
    """A running explorer and the hands and eyes of a person before it."""

    def __init__(self, pilot: Pilot[None], screen: ScreenT) -> None:
        self.pilot = pilot
        self.screen = screen

    @property
    def canvas(self) -> Canvas:
        """What the explorer shows."""
        canvas = self.screen.view.canvas
        assert canvas is not None
        return canvas

    @property
    def text(self) -> str:
        """What the explorer shows, as text."""
        return self.canvas.text

    @property
    def prose(self) -> str:
        """What the explorer shows as one line, for sentences that may be wrapped anywhere."""
        return " ".join(self.text.split())

    @property
    def line(self) -> Callable[[str], str]:
        """Find the line that contains a text."""
        return lambda part: next(each for each in self.text.split("\n") if part in each)

    async def press(self, *keys: str) -> None:
        """Press keys and wait until their effect is shown."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def examples_at_their_end(self) -> AsyncIterator[Any]:
        """Show the last step of each of the mechanism's examples; yields its walkthrough."""
        for preset in self.screen.mechanism.presets():
            self.screen.use(preset.setup)
            await self.press("end")
            walkthrough = preset.setup.build()
            assert f"step {len(walkthrough)} of {len(walkthrough)}" in self.text
            yield walkthrough

    def assert_words_are_complete(self) -> None:
        """Nothing of the formulas and of the step's caption is clipped."""
        formulas = map(text_of, self.screen.walkthrough.formulas)
        for words in (*formulas, self.screen.words()[1]):
            assert " ".join(words.split()) in self.prose

    async def type_into_dialog(self, text: str) -> None:
        """Type a value over the one in the dialog and keep it."""
        await self.pilot.press("ctrl+u", *text, "enter")
        await self.pilot.pause()

    def place_of(self, matches: Callable[[object], bool]) -> tuple[int, int]:
        """A place on the screen whose target matches."""
        for y in range(self.canvas.height):
            for x in range(self.canvas.width):
                target = self.canvas.target_at(x, y)
                if target is not None and matches(target):
                    return x, y
        raise AssertionError("nothing like that can be pointed at")

    async def click(self, matches: Callable[[object], bool]) -> None:
        """Press the mouse on what matches."""
        await self.pilot.mouse_down(self.screen.view, offset=self.place_of(matches))
        await self.pilot.mouse_up(self.screen.view)
        await self.pilot.pause()

    async def hover(self, matches: Callable[[object], bool]) -> None:
        """Move the mouse over what matches."""
        await self.pilot.hover(self.screen.view, offset=self.place_of(matches))
        await self.pilot.pause()


def cell(grid: str, row: int, column: int, channel: int = 0) -> Callable[[object], bool]:
    """Match one cell of a grid, as something that can be pointed at."""
    return lambda target: target == CellTarget(grid, channel, row, column)


OpenExplorer = Callable[..., AbstractAsyncContextManager[Explorer[ConvolutionScreen]]]
OpenMechanism = Callable[..., AbstractAsyncContextManager[Explorer[Any]]]


@pytest.fixture
def explorer() -> OpenExplorer:
    """Open the explorer on a preset or setup, paused, in a terminal of some size."""

    @asynccontextmanager
    async def opened(
        what: str | ConvolutionSetup = "padding-no-strides", size: tuple[int, int] = (80, 24)
    ) -> AsyncIterator[Explorer[ConvolutionScreen]]:
        setup = CONVOLUTION.preset(what).setup if isinstance(what, str) else what
        screen = ConvolutionScreen(setup, playing=False)
        app = CnnvizApp(screen)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Explorer(pilot, screen)

    return opened


@pytest.fixture
def open_mechanism() -> OpenMechanism:
    """Open the explorer of a mechanism on one of its presets or a setup, paused."""

    @asynccontextmanager
    async def opened(
        name: str, what: object = "", size: tuple[int, int] = (80, 24)
    ) -> AsyncIterator[Explorer[Any]]:
        setup = mechanism(name).set_up(what) if isinstance(what, str) else what
        screen = explorer_of(name, setup, playing=False)
        async with CnnvizApp(screen).run_test(size=size) as pilot:
            await pilot.pause()
            yield Explorer(pilot, screen)

    return opened
