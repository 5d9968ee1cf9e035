"""Handwritten digits: bundled samples, the drawing canvas, preparing a drawing for a network."""
