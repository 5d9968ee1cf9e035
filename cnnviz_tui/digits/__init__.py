"""Handwritten digits: bundled samples, the drawing canvas, preparing a drawing for a network."""

from cnnviz_tui.digits.bundled import Digits, bundled, bundled_positions, bundled_training
from cnnviz_tui.digits.canvas import DigitCanvas
from cnnviz_tui.digits.preparing import NothingDrawnError, prepare, stroke_width

__all__ = [
    "DigitCanvas",
    "Digits",
    "NothingDrawnError",
    "bundled",
    "bundled_positions",
    "bundled_training",
    "prepare",
    "stroke_width",
]
