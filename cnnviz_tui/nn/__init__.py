"""Layers, networks and training on top of numpy."""
