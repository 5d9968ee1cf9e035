"""cnnviz: see every number inside a convolutional network, step by step, in a terminal."""

__version__ = "0.1.0"
