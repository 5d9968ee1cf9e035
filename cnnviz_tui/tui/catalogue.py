"""What can be opened: the one list behind home, the command palette and `cnnviz play NAME`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.screen import Screen


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be opened.

    Attributes:
        name: what one types.
        title: what people read.
        about: a sentence on what there is to see.
        group: the heading under which it stands.
        open: makes its screen.
    """

    name: str
    title: str
    about: str
    group: str
    open: Callable[[], Screen[None]]


def _convolution(preset: str) -> Callable[[], Screen[None]]:
    def make() -> Screen[None]:
        from cnnviz_tui.tui.screens.convolution import ConvolutionScreen
        from cnnviz_tui.walkthroughs.convolution_setup import preset_named

        return ConvolutionScreen(preset_named(preset).setup)

    return make


def catalogue() -> tuple[Entry, ...]:
    """Everything that can be opened, in the lecture's order."""
    from cnnviz_tui.walkthroughs.convolution_setup import presets

    return tuple(
        Entry(
            f"conv {preset.name}",
            preset.title,
            preset.about,
            "Convolution",
            _convolution(preset.name),
        )
        for preset in presets()
    )
