"""Layers, networks and training on top of numpy."""

from cnnviz_tui.nn.lenet import MODELS, lenet5, lenet5_1998, load_lenet
from cnnviz_tui.nn.network import Network
from cnnviz_tui.nn.unit import Unit, open_unit
from cnnviz_tui.nn.weights_file import StorageError, load_weights, model_of, save_weights

__all__ = [
    "MODELS",
    "Network",
    "StorageError",
    "Unit",
    "lenet5",
    "lenet5_1998",
    "load_lenet",
    "load_weights",
    "model_of",
    "open_unit",
    "save_weights",
]
