"""A canvas as an SVG picture, without fonts or scripts from elsewhere."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from cnnviz_tui.render.canvas import Canvas, Run

CELL_WIDTH = 8.4
CELL_HEIGHT = 18.0
_BASELINE = 13.5
_FONT = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"


def svg_of(canvas: Canvas, title: str) -> str:
    """The canvas as an SVG document; every run of text is held to its cells' width.

    Half blocks are drawn as rectangles, because fonts leave gaps between them.
    """
    width, height = canvas.width * CELL_WIDTH, canvas.height * CELL_HEIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.1f} {height:.1f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="100%" height="100%" fill="{_hex(canvas.palette.background)}"/>',
        f'<g shape-rendering="crispEdges">{"".join(_backgrounds(canvas))}</g>',
        f'<g font-family="{_FONT}" font-size="14" xml:space="preserve">',
        *_texts(canvas),
        "</g></svg>",
    ]
    return "\n".join(parts) + "\n"


def _hex(colour: int) -> str:
    return f"#{colour:06x}"


def _rectangle(x: float, y: float, width: float, height: float, colour: int) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'fill="{_hex(colour)}"/>'
    )


def _backgrounds(canvas: Canvas) -> list[str]:
    found = []
    for y in range(canvas.height):
        x = 0
        for run in canvas.runs(y):
            left, top, width = x * CELL_WIDTH, y * CELL_HEIGHT, len(run.text) * CELL_WIDTH
            if run.background != canvas.palette.background:
                found.append(_rectangle(left, top, width, CELL_HEIGHT, run.background))
            for blocks in re.finditer("▀+", run.text):
                start, size = left + blocks.start() * CELL_WIDTH, len(blocks[0]) * CELL_WIDTH
                found.append(_rectangle(start, top, size, CELL_HEIGHT / 2, run.foreground))
            x += len(run.text)
    return found


def _texts(canvas: Canvas) -> list[str]:
    found = []
    for y in range(canvas.height):
        x = 0
        for run in canvas.runs(y):
            found += _words(run, x, y)
            x += len(run.text)
    return found


def _words(run: Run, x: int, y: int) -> list[str]:
    """The words of a run, each placed on its own, so that widths of spaces do not matter."""
    found = []
    start = 0
    text = run.text.replace("▀", " ")
    style = f' font-weight="{600}"' if run.bold else ""
    style += ' text-decoration="underline"' if run.underline else ""
    for word in text.split(" "):
        if word:
            found.append(
                f'<text x="{(x + start) * CELL_WIDTH:.1f}" '
                f'y="{y * CELL_HEIGHT + _BASELINE:.1f}" '
                f'textLength="{len(word) * CELL_WIDTH:.1f}" lengthAdjust="spacingAndGlyphs" '
                f'fill="{_hex(run.foreground)}"{style}>{escape(word)}</text>'
            )
        start += len(word) + 1
    return found
