"""The one error of this room."""

from __future__ import annotations


class ShapeError(ValueError):
    """Sizes that do not go together.

    Its text is one sentence for people: what was given, what was expected, how to mend it.
    """
