"""The application that a screen or a widget belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from cnnviz_tui.tui.app import CnnvizApp


def cnnviz_of(node: MessagePump) -> CnnvizApp:
    """The application of a screen or a widget, with what it has beyond Textual's."""
    app: CnnvizApp = node.app  # type: ignore[assignment]
    return app
