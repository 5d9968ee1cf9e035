"""Handwritten digits: bundled samples, the drawing canvas, preparing a drawing for a network."""

from cnnviz_tui.digits.bundled import Digits, bundled, bundled_positions, bundled_training

__all__ = ["Digits", "bundled", "bundled_positions", "bundled_training"]
