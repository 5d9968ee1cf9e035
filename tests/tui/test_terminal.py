"""cnnviz in a real pseudo-terminal: start, resize, quit, kill; what the terminal is left with."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)

import pexpect
import pyte

LONGEST_WAIT = 20.0


class Terminal:
    """A program in a pseudo-terminal, and what its screen shows."""

    def __init__(self, *arguments: str, width: int = 80, height: int = 24, **env: str) -> None:
        self.screen = pyte.Screen(width, height)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "cnnviz_tui", *arguments],
            dimensions=(height, width),
            env={**os.environ, "TERM": "xterm-256color", **env},
            timeout=LONGEST_WAIT,
        )

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(self.screen.display)

    def read(self) -> None:
        """Take in what the program has written, waiting a moment for it."""
        try:
            data = self.child.read_nonblocking(65536, timeout=0.1)
        except pexpect.TIMEOUT:
            return
        self.raw += data
        self.stream.feed(data)

    def wait_for(self, part: str) -> None:
        """Read until the screen shows `part`."""
        deadline = time.monotonic() + LONGEST_WAIT
        while part not in self.text:
            assert time.monotonic() < deadline, f"never saw {part!r} in:\n{self.text}"
            self.read()

    def resize(self, width: int, height: int) -> None:
        """Make the terminal another size, as a window manager does."""
        self.screen.resize(height, width)
        self.child.setwinsize(height, width)

    def wait_for_end(self) -> int | None:
        """Read until the program ends; its exit code, None when a signal ended it."""
        deadline = time.monotonic() + LONGEST_WAIT
        while self.child.isalive():
            assert time.monotonic() < deadline, f"still running:\n{self.text}"
            try:
                self.read()
            except pexpect.EOF:
                self.child.wait()
        try:
            while True:
                self.read()
        except pexpect.EOF:
            pass
        self.child.close()
        code: int | None = self.child.exitstatus
        return code


@pytest.fixture
def opened() -> Iterator[list[Terminal]]:
    """Terminals that are closed after the test, whatever happens."""
    terminals: list[Terminal] = []
    yield terminals
    for terminal in terminals:
        terminal.child.close(force=True)


def test_the_first_command_shows_a_filter_at_work_and_quits_cleanly(
    opened: list[Terminal],
) -> None:
    terminal = Terminal()
    opened.append(terminal)
    terminal.wait_for("products:")
    terminal.wait_for("The course, from the dense layer")
    terminal.child.send("\x11")  # ctrl+q
    assert terminal.wait_for_end() == 0
    assert b"\x1b[?1049l" in terminal.raw, "the terminal's own screen is back"
    assert b"\x1b[?25h" in terminal.raw, "the cursor is visible again"
    assert b"\x1b[?1000l" in terminal.raw, "the mouse belongs to the terminal again"
    assert "Traceback" not in terminal.raw.decode(errors="replace")


def test_the_explorer_plays_and_follows_the_window(opened: list[Terminal]) -> None:
    terminal = Terminal("play", "conv", "--preset", "padding-no-strides")
    opened.append(terminal)
    terminal.wait_for("step  5 of 49")
    terminal.resize(60, 20)
    terminal.wait_for("60x20")
    terminal.resize(120, 40)
    terminal.wait_for("output 7x7")
    terminal.child.send(" ")
    terminal.wait_for("‖")
    terminal.child.send("\x1b[F")  # end
    terminal.wait_for("step 49 of 49")
    terminal.child.send("\x11")
    assert terminal.wait_for_end() == 0


THREE = [
    (8, 7), (10, 5), (14, 4), (18, 5), (19, 8), (17, 11), (13, 13),
    (17, 14), (20, 17), (19, 21), (14, 23), (10, 22), (7, 20),
]  # fmt: skip
"""A 3 as a person's hand draws it, in cells of the sheet: (x, y)."""


def test_a_three_drawn_with_the_mouse_is_read_as_a_three(opened: list[Terminal]) -> None:
    terminal = Terminal("play", "lenet", "--preset", "draw")
    opened.append(terminal)
    terminal.wait_for("Nothing is drawn yet.")
    rows = terminal.text.split("\n")
    top = next(y for y, row in enumerate(rows) if "draw here" in row) + 1
    left = rows[top - 1].index("draw here")
    points = [(left + x + 1, top + y // 2 + 1) for x, y in THREE]
    # Buttons as xterm reports them (SGR): 0 pressed, 32 moved while pressed, m released.
    terminal.child.send(f"\x1b[<0;{points[0][0]};{points[0][1]}M")
    for x, y in points[1:]:
        terminal.child.send(f"\x1b[<32;{x};{y}M")
    terminal.child.send(f"\x1b[<0;{points[-1][0]};{points[-1][1]}m")
    terminal.wait_for("it reads 3")
    terminal.child.send("u")
    terminal.wait_for("Nothing is drawn yet.")
    terminal.child.send("\x11")
    assert terminal.wait_for_end() == 0


def test_a_termination_signal_gives_the_terminal_back(opened: list[Terminal]) -> None:
    terminal = Terminal("play", "conv", "--paused")
    opened.append(terminal)
    terminal.wait_for("of 676")
    terminal.child.kill(signal.SIGTERM)
    assert terminal.wait_for_end() == 128 + signal.SIGTERM
    assert "Traceback" not in terminal.raw.decode(errors="replace")
    assert b"\x1b[?1049l" in terminal.raw


def test_no_color_is_respected_and_nothing_is_lost(opened: list[Terminal]) -> None:
    terminal = Terminal(
        "play", "conv", "--preset", "no-padding-no-strides", "--paused", NO_COLOR="1"
    )
    opened.append(terminal)
    terminal.wait_for("step  1 of 25")
    assert terminal.text.count("[") >= 4, "three rows of the window and the newest output"
    cells = [cell for row in terminal.screen.buffer.values() for cell in row.values()]
    shades = {cell.fg for cell in cells} | {cell.bg for cell in cells}
    coloured = {s for s in shades if len(s) == 6 and len({s[0:2], s[2:4], s[4:6]}) > 1}
    assert not coloured, f"colours in spite of NO_COLOR: {coloured}"
    terminal.child.send("\x11")
    assert terminal.wait_for_end() == 0
