"""Questions: what is asked, how people type an answer, and what a wrong one tells about the way.

Lessons and the quiz ask the same kinds of question; the screen and plain text present them. Pure
Python: no numpy, no screen.
"""

from cnnviz_tui.questions.question import (
    LETTERS,
    Cell,
    CellQuestion,
    ChoiceQuestion,
    Grid,
    GridQuestion,
    NumberQuestion,
    Option,
    OrderQuestion,
    Question,
    Road,
    SeveralQuestion,
    Verdict,
    grid_lines,
)
from cnnviz_tui.questions.typed import (
    DOES_NOT_FIT,
    NoFit,
    Shape,
    UnclearAnswerError,
    Value,
    number_text,
    value_text,
)

__all__ = [
    "DOES_NOT_FIT",
    "LETTERS",
    "Cell",
    "CellQuestion",
    "ChoiceQuestion",
    "Grid",
    "GridQuestion",
    "NoFit",
    "NumberQuestion",
    "Option",
    "OrderQuestion",
    "Question",
    "Road",
    "SeveralQuestion",
    "Shape",
    "UnclearAnswerError",
    "Value",
    "Verdict",
    "grid_lines",
    "number_text",
    "value_text",
]
