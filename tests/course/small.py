"""A small lesson for tests: a prediction, a question after its demonstration, a step of text."""

from __future__ import annotations

from pathlib import Path

from cnnviz_tui.course.lesson import Lesson
from cnnviz_tui.course.reading import read_lesson

SMALL = """+++
format_version = 1
id = "small"
title = "A small lesson"
goal = "count the places of a filter"
minutes = 5
+++

## Guess first

A 3x3 filter, a 7x7 picture, and [padding](term:padding) of none.

```quiz
id = "places"
kind = "number"
predict = true
question = "How many places are there side by side?"
answer = "output_size(7, 3)"
hints = ["Where does the first window begin?", "And the last?"]
explanation = "(7 − 3)/1 + 1 = {{ output_size(7, 3) }}."
otherwise = "Count the columns in which a window of 3 can begin."
[[wrong]]
answer = "7"
feedback = "That is the width of the picture."
[[wrong]]
answer = "4"
feedback = "That is how often it moves."
```

```viz
show = "conv"
set = { N = 7 }
print = [1, 25]
```

After the picture.

```quiz
id = "faster"
kind = "choice"
question = "What makes the output smaller?"
explanation = "A longer stride has fewer places."
[[options]]
text = "a longer stride"
right = true
[[options]]
text = "more filters"
feedback = "They make it deeper."
```

```notes
Let the room guess aloud.
```

## Only text

Nothing to do here.

## Pooling

```viz
show = "pool"
playing = false
```

Halved.
"""


def lesson(text: str = SMALL) -> Lesson:
    """The lesson that a text is."""
    reading = read_lesson(text, Path("01-small.md"))
    assert reading.problems == ()
    assert reading.lesson is not None
    return reading.lesson


def small_folder(folder: Path) -> Path:
    """A folder with the small lesson, one after it, and a glossary."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "01-small.md").write_text(SMALL, "utf-8")
    after = SMALL.replace('id = "small"', 'id = "after"').replace("A small lesson", "Afterwards")
    (folder / "02-after.md").write_text(after, "utf-8")
    (folder / "glossary.md").write_text("## padding\n\nZeros around a picture.\n", "utf-8")
    return folder
