"""Sizes, parameters and costs of layers: exact arithmetic in pure Python, no numpy."""
