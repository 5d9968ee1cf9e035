"""What the learner has done: answers, places in lessons, memory cards and exams, in SQLite.

    with open_progress() as progress:
        progress.record(Answer("stride-1", "right", "lesson", lesson="stride"))

Nothing is opened or read when this is imported, and nobody's name is kept.
"""

from cnnviz_tui.progress.keeping import Progress, open_progress
from cnnviz_tui.progress.location import data_folder, database_file
from cnnviz_tui.progress.records import Answer, Card, Exam, Place, ProgressError

__all__ = [
    "Answer",
    "Card",
    "Exam",
    "Place",
    "Progress",
    "ProgressError",
    "data_folder",
    "database_file",
    "open_progress",
]
