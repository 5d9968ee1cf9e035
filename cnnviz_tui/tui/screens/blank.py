"""A blank screen, so that all look at the lecturer."""

from __future__ import annotations

from textual import events
from textual.screen import Screen


class BlankScreen(Screen[None]):
    """Nothing."""

    def on_mount(self) -> None:
        """Black, whatever the theme."""
        self.styles.background = "black"

    def on_key(self, event: events.Key) -> None:
        """Any key ends it."""
        event.stop()
        self.dismiss()

    def on_click(self) -> None:
        """So does the mouse."""
        self.dismiss()
