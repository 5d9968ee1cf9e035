"""Layers, networks and training on top of numpy."""

from cnnviz_tui.nn.lenet import MODELS, lenet5, lenet5_1998, load_lenet
from cnnviz_tui.nn.network import Network

__all__ = ["MODELS", "Network", "lenet5", "lenet5_1998", "load_lenet"]
