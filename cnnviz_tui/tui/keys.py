"""Keys as people call them: in the last line of a screen, and in its help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType

from cnnviz_tui.render.window import KeyHint

if TYPE_CHECKING:
    from cnnviz_tui.render.palette import Palette

_EVERYWHERE = (("F2", "light or dark"), ("ctrl+p", "all commands"), ("ctrl+q", "quit"))

_NAMES = {
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "pagedown": "page down",
    "pageup": "page up",
}


def named_keys(bindings: Iterable[BindingType]) -> Iterator[tuple[str, str]]:
    """Each key as people call it, and what it does."""
    for binding in bindings:
        if isinstance(binding, Binding):
            yield binding.key_display or _name(binding.key), binding.description


def keys_help(keys: Iterable[tuple[str, str]]) -> Text:
    """Keys and what they do, a line each, and those that do the same everywhere."""
    text = Text()
    for key, what in (*keys, *_EVERYWHERE):
        text.append(f"{key:>12}", style="bold")
        text.append(f"  {what}\n")
    return text


def key_line(hints: Iterable[KeyHint], palette: Palette) -> Text:
    """The last line of a screen that is not painted; a click on a key does the same."""
    line = Text()
    for hint in hints:
        start = len(line)
        line.append(hint.key, f"bold #{palette.filter:06x}").append(f" {hint.label}")
        # Textual would paint what has a "@click" as a link, in one colour and underlined.
        line.stylize(Style(meta={"@mouse.up": f"screen.{hint.action}"}), start)
        line.append("  ")
    return line


def _name(key: str) -> str:
    return _NAMES.get(key, key.upper() if key[:1] == "f" and key[1:].isdecimal() else key)
