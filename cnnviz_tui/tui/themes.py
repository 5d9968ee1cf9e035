"""The visual language's palettes as Textual themes, so that dialogs match the stage."""

from __future__ import annotations

from textual.theme import Theme

from cnnviz_tui.render.palette import DARK, LIGHT, Colour, Palette

DARK_THEME = "cnnviz-dark"
LIGHT_THEME = "cnnviz-light"


def _hex(colour: Colour) -> str:
    return f"#{colour:06x}"


def _theme(name: str, palette: Palette) -> Theme:
    return Theme(
        name=name,
        dark=palette.dark,
        primary=_hex(palette.input),
        secondary=_hex(palette.filter),
        accent=_hex(palette.output),
        warning=_hex(palette.filter),
        error=_hex(palette.wrong),
        success=_hex(palette.right),
        foreground=_hex(palette.text),
        background=_hex(palette.background),
        surface=_hex(palette.surface),
        panel=_hex(palette.surface),
    )


THEMES = (_theme(DARK_THEME, DARK), _theme(LIGHT_THEME, LIGHT))
