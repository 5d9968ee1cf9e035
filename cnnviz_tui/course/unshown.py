"""Marks of Markdown that lessons do not show: pictures, HTML, TeX, links that are not to terms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt

from cnnviz_tui.course.table import Place, Table, inside

_EXPRESSION = re.compile(r"\{\{.*?\}\}")
_CODE = re.compile(r"(?<![`\\])(`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)\1(?!`)", re.DOTALL)
_ESCAPE = re.compile(r"\\[!-/:-@\[-`{-~]")
_CODE_BLOCKS = {"fence", "code_block"}

_ELEMENTS = (
    "a|abbr|article|audio|b|big|blockquote|body|br|button|caption|center|cite|code|dd|del|details|"
    "div|dl|dt|em|embed|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|"
    "input|ins|kbd|li|link|main|mark|math|meta|nav|object|ol|p|picture|pre|q|s|samp|script|section|"
    "small|source|span|strong|style|sub|summary|sup|svg|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|"
    "var|video"
)
_ATTRIBUTE = r"""\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=]+)"""
_TEX_COMMANDS = (
    "alpha|approx|bar|beta|begin|bf|cdot|delta|dots|end|epsilon|eta|exp|frac|gamma|geq?|hat|in|"
    "infty|int|lambda|lceil|ldots|left|leq?|lfloor|ln|log|mathbb|mathbf|mathcal|mathrm|max|min|mu|"
    "nabla|neq?|partial|pi|prod|rceil|rfloor|rightarrow|right|rm|sigma|sqrt|sum|tanh|text|theta|"
    "tilde|times|to|vec"
)

_TEX = "There are no formulas in TeX: write it in Unicode, such as (N − F + 2P)/S + 1."
_HTML = "There is no HTML: it would be shown as it stands. Write *emphasis*, **strong** or `code`."
_PICTURE = "There are no pictures: say it in words, or show it with a viz block."
_LINK = "Links lead to the glossary only, [text](term:name): this one is lost. Write the address."
_DEFINITION = "This line is lost, for links lead to the glossary only: write the address as text."

# TeX first: its round brackets are escapes to Markdown.
_BRACKETED_TEX = re.compile(r"\\\([^\n]+?\\\)")
_MARKS = (
    (re.compile(r"!\[[^\]]*\][(\[]"), _PICTURE),
    (re.compile(r"(?<![!\]])\[[^\[\]]*\]\((?!\s*<?term:)[^()\n]*\)"), _LINK),
    (
        re.compile(
            r"^ {0,3}(?=\[[^\]\n]+\]:[ \t]*\S+(?:[ \t]+[\"'(][^\n]*)?[ \t]*$)", re.MULTILINE
        ),
        _DEFINITION,
    ),
    (re.compile(rf"</?(?:{_ELEMENTS})(?:{_ATTRIBUTE})*\s*/?>|<!--", re.IGNORECASE), _HTML),
    (re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z]{2,8}\d{0,2});"), _HTML),
    (re.compile(r"(?<![\w$])\$\$?(?:[^$\s]+|[^$\s][^$\n]*[\\^_{}=][^$\n]*)\$(?!\d)"), _TEX),
    (re.compile(rf"\\(?:{_TEX_COMMANDS})(?![A-Za-z])"), _TEX),
)

_TEXTS = ("question", "hints", "explanation", "otherwise", "feedback", "text", "items")


def unshown(text: str) -> Iterator[tuple[int, int, str]]:
    """Row from 0, column from 1, and what is said of every mark that a lesson does not show.

    Code and `{{ expressions }}` are left alone, and so is what stands behind a backslash.

    Args:
        text: Markdown as it is written.
    """
    seen = _blanked(_EXPRESSION, _without_code_blocks(text))
    seen = _blanked(_CODE, seen)
    found = {match.start(): _TEX for match in _BRACKETED_TEX.finditer(seen)}
    seen = _blanked(_ESCAPE, _blanked(_BRACKETED_TEX, seen))
    for pattern, message in _MARKS:
        found |= {match.start(): message for match in pattern.finditer(seen)}
        seen = _blanked(pattern, seen)
    for start, message in sorted(found.items()):
        yield seen.count("\n", 0, start), start - (seen.rfind("\n", 0, start) + 1) + 1, message


def unshown_in(table: Table) -> Iterator[tuple[Place, str]]:
    """The same for every text of a quiz block, with its place in the file."""
    tables = [(table.values, table.places)]
    for key, inner in table.inner.items():
        entries = table.values.get(key)
        if isinstance(entries, list):
            tables += zip(entries, inner, strict=False)
    for values, places in tables:
        for key in _TEXTS:
            written = values.get(key)
            where = places.get(key, table.place)
            if isinstance(written, str):
                for _, column, message in unshown(written):
                    # On which of several lines it stands in the file is not known.
                    yield (where if "\n" in written else inside(where, column)), message
            elif isinstance(written, list):
                for one in written:
                    if isinstance(one, str):
                        yield from ((where, message) for _, _, message in unshown(one))


@cache
def _parser() -> MarkdownIt:
    # Only blocks are of interest.
    return MarkdownIt("commonmark").disable("inline")


def _without_code_blocks(text: str) -> str:
    lines = text.split("\n")
    for token in _parser().parse(text):
        if token.type in _CODE_BLOCKS and token.map:
            for row in range(*token.map):
                lines[row] = " " * len(lines[row])
    return "\n".join(lines)


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    """The text with blanks for what a pattern finds; lines stay where they are."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
