"""Questions: what is asked, how people type an answer, and what a wrong one tells about the way.

Lessons and the quiz ask the same kinds of question; the screen and plain text present them. Pure
Python: no numpy, no screen.
"""

from cnnviz_tui.questions.grids import Cell, CellQuestion, Grid, GridQuestion, grid_lines
from cnnviz_tui.questions.number import NumberQuestion, Road
from cnnviz_tui.questions.options import (
    LETTERS,
    ChoiceQuestion,
    Option,
    OrderQuestion,
    SeveralQuestion,
)
from cnnviz_tui.questions.question import Question, Verdict
from cnnviz_tui.questions.typed import UnclearAnswerError
from cnnviz_tui.questions.written import (
    DOES_NOT_FIT,
    NoFit,
    Shape,
    Value,
    cell_text,
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
    "cell_text",
    "grid_lines",
    "number_text",
    "value_text",
]
