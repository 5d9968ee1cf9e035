"""Where a walkthrough stands in time: play, pause, seek, speed. The clock is passed in."""

from __future__ import annotations

SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 240.0)
"""The speeds that one can choose, in steps per second."""


class Player:
    """The position in a walkthrough of `length` steps, and how it moves with time.

    Time is whatever the caller passes as `now`, in seconds, so that tests and exports need no
    clock. While playing, the position follows from the moment playing began: a late tick skips
    steps instead of falling behind.
    """

    def __init__(self, length: int, *, speed: float = 8.0) -> None:
        self._length = length
        self._position = 0
        self._speed = speed
        self._started: float | None = None
        self._started_at = 0

    @property
    def length(self) -> int:
        """The number of steps."""
        return self._length

    @property
    def position(self) -> int:
        """The step that is shown; 0 when there are no steps at all."""
        return self._position

    @property
    def playing(self) -> bool:
        """Whether the position moves with time."""
        return self._started is not None

    @property
    def speed(self) -> float:
        """Steps per second."""
        return self._speed

    @property
    def at_end(self) -> bool:
        """Whether the last step is shown."""
        return self._position >= self._length - 1

    def play(self, now: float) -> None:
        """Start to move; from the beginning again when the end was reached."""
        if self._length <= 1:
            return
        if self.at_end:
            self._position = 0
        self._anchor(now)

    def pause(self) -> None:
        """Stop where one is."""
        self._started = None

    def toggle(self, now: float) -> None:
        """Play when paused, pause when playing."""
        if self.playing:
            self.pause()
        else:
            self.play(now)

    def tick(self, now: float) -> bool:
        """Move to where `now` says; True when the position or the play state changed."""
        if self._started is None:
            return False
        passed = int((now - self._started) * self._speed + 1e-9)
        target = min(self._started_at + max(passed, 0), self._length - 1)
        moved = target != self._position
        self._position = target
        if self.at_end:
            self._started = None
            return True
        return moved

    def seek(self, position: int, now: float | None = None) -> None:
        """Go to a step (clamped); goes on playing from there if `now` is given, else pauses."""
        self._position = min(max(position, 0), max(self._length - 1, 0))
        if self._started is not None and now is not None and not self.at_end:
            self._anchor(now)
        else:
            self._started = None

    def move(self, steps: int) -> None:
        """Pause and go `steps` forth (or back, when negative)."""
        self.seek(self._position + steps)

    def change_speed(self, notches: int, now: float) -> None:
        """Choose a faster (positive) or slower speed out of `SPEEDS`, without a jump."""
        nearest = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - self._speed))
        self._speed = SPEEDS[min(max(nearest + notches, 0), len(SPEEDS) - 1)]
        if self.playing:
            self._anchor(now)

    def resize(self, length: int) -> None:
        """Take over a walkthrough of another length, keeping the position where possible."""
        self._length = length
        self._position = min(self._position, max(length - 1, 0))
        if self._started is not None:
            if length <= 1 or self.at_end:
                self._started = None
            else:
                self._started_at = min(self._started_at, length - 1)

    def _anchor(self, now: float) -> None:
        self._started = now
        self._started_at = self._position
