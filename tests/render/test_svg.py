"""An SVG picture of a canvas stands alone and shows every character in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers.expat import ParserCreate

import pytest

from cnnviz_tui.render.canvas import BOLD, UNDERLINE, Canvas
from cnnviz_tui.render.palette import DARK, LIGHT, Palette
from cnnviz_tui.render.svg import CELL_HEIGHT, CELL_WIDTH, svg_of
from tests.render.frames import painted
from tests.walkthroughs.convolutions import PRESETS, SETUPS


@dataclass
class Element:
    """One element of a document."""

    name: str
    attributes: dict[str, str]
    text: str = field(default="")


def parsed(document: str) -> list[Element]:
    """The elements of a document in order; fails where it is not well-formed."""
    elements: list[Element] = []
    stack: list[Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        elements.append(Element(name, attributes))
        stack.append(elements[-1])

    def data(text: str) -> None:
        if stack:
            stack[-1].text += text

    parser = ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: stack.pop()
    parser.CharacterDataHandler = data
    parser.Parse(document.encode(), True)
    return elements


def text_in(document: str, width: int, height: int) -> list[str]:
    """The characters of a picture, put back where they stand."""
    rows = [[" "] * width for _ in range(height)]
    for element in parsed(document):
        if element.name == "text":
            x = round(float(element.attributes["x"]) / CELL_WIDTH)
            y = int(float(element.attributes["y"]) // CELL_HEIGHT)
            length = float(element.attributes["textLength"])
            assert length == pytest.approx(len(element.text) * CELL_WIDTH, abs=0.06)
            rows[y][x : x + len(element.text)] = element.text
    return ["".join(row) for row in rows]


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_every_character_is_in_the_picture_in_its_place(name: str, palette: Palette) -> None:
    canvas = painted(SETUPS[name], 3, (100, 30), palette)
    shown = text_in(svg_of(canvas, name), 100, 30)
    expected = [
        canvas.line_text(y).replace("▀", " ").replace("\u00a0", " ") for y in range(canvas.height)
    ]
    assert shown == expected


def test_nothing_is_fetched_from_elsewhere() -> None:
    document = svg_of(painted(SETUPS["colour"], 10), "colour")
    assert re.findall(r"https?:[^\"' ]*", document) == ["http://www.w3.org/2000/svg"]
    names = {element.name for element in parsed(document)}
    assert names == {"svg", "title", "rect", "g", "text"}
    assert "href" not in document
    assert "url(" not in document


def test_the_picture_is_as_large_as_its_cells_and_has_a_title() -> None:
    svg, title, ground = parsed(svg_of(Canvas(10, 4, LIGHT), "a < b & c"))[:3]
    assert svg.attributes["viewBox"] == f"0 0 {10 * CELL_WIDTH:.1f} {4 * CELL_HEIGHT:.1f}"
    assert svg.attributes["role"] == "img"
    assert title.text == "a < b & c"
    assert ground.attributes["fill"] == f"#{LIGHT.background:06x}"


def test_half_blocks_are_two_rectangles() -> None:
    canvas = Canvas(3, 1, DARK)
    canvas.write(1, 0, "▀", 0xFF0000, 0x0000FF)
    elements = [e for e in parsed(svg_of(canvas, "")) if e.name == "rect"][1:]
    lower, upper = (element.attributes for element in elements)
    assert (lower["fill"], upper["fill"]) == ("#0000ff", "#ff0000")
    assert float(upper["height"]) * 2 == float(lower["height"]) == CELL_HEIGHT
    assert lower["x"] == upper["x"] == f"{CELL_WIDTH:.1f}"


@pytest.mark.parametrize("text", ["▀▀x▀", "x▀▀", " ▀x▀ "])
def test_half_blocks_among_other_signs_are_all_drawn(text: str) -> None:
    canvas = Canvas(len(text), 1, DARK)
    canvas.write(0, 0, text, 0xFF0000)
    covered = set()
    for element in parsed(svg_of(canvas, "")):
        if element.name == "rect" and element.attributes.get("fill") == "#ff0000":
            first = round(float(element.attributes["x"]) / CELL_WIDTH)
            count = round(float(element.attributes["width"]) / CELL_WIDTH)
            covered |= set(range(first, first + count))
    assert covered == {x for x, mark in enumerate(text) if mark == "▀"}


def test_signs_with_a_meaning_in_xml_are_written_as_text() -> None:
    canvas = Canvas(12, 1, DARK)
    canvas.write(0, 0, '<a&b> "c"')
    assert text_in(svg_of(canvas, "</title>"), 12, 1) == ['<a&b> "c"   ']


def test_bold_and_underlined_text_stays_so() -> None:
    canvas = Canvas(8, 1, DARK)
    canvas.write(0, 0, "ab", 0x123456, None, BOLD)
    canvas.write(4, 0, "cd", None, None, UNDERLINE)
    bold, underlined = (e.attributes for e in parsed(svg_of(canvas, "")) if e.name == "text")
    assert (bold["font-weight"], bold["fill"]) == ("600", "#123456")
    assert underlined["text-decoration"] == "underline"
    assert "text-decoration" not in bold
