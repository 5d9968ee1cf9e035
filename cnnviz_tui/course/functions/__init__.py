"""What expressions in lessons can call, a module for each subject; `functions` lists them all.

A module is imported when the first of its functions is called: some need numpy, and a lesson
should be on the screen soon.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from cnnviz_tui.course.functions.function import Function

__all__ = ["function_named", "functions", "takes_long"]

_ROOM = "cnnviz_tui.course.functions."
_NAMES = {
    "sizes": (
        "output_size exact_size transposed_size same_padding conv_size pool_size conv_parameters "
        "conv_macs dense_parameters dense_macs flat adaptive_regions receptive_field"
    ),
    "grids": (
        "max_pool avg_pool adaptive_max_pool adaptive_avg_pool global_avg_pool conv flip "
        "transposed_conv toeplitz_row window dot cell row column total largest smallest "
        "place_of_largest size_of kernel picture"
    ),
    "activations": ("sigmoid tanh relu softplus leaky_relu elu gelu slope softmax cross_entropy"),
    "networks": "network trace exhibit fact riddle_solved lenet",
    "demonstrations": "step steps",
    "general": "round floor ceil abs min max sum sqrt exp log",
}
"""The names of each module's functions, in the order of the guide."""

_MODULE = {name: module for module, names in _NAMES.items() for name in names.split()}
_SLOW = {"grids", "activations", "demonstrations", "networks"}
"""They import numpy, or read and trace networks."""


def takes_long(name: str) -> bool:
    """Whether a first frame should not wait for a function."""
    return _MODULE.get(name) in _SLOW


def function_named(name: str) -> Function | None:
    """The function called `name`, imported now; None where there is none."""
    return _of_module(_MODULE[name])[name] if name in _MODULE else None


@cache
def functions() -> Mapping[str, Function]:
    """All functions by name, in the order of the guide."""
    found: dict[str, Function] = {}
    for module in _NAMES:
        found.update(_of_module(module))
    return MappingProxyType(found)


@cache
def _of_module(module: str) -> Mapping[str, Function]:
    computes = import_module(_ROOM + module).FUNCTIONS
    found = (Function.of(compute) for compute in computes)
    return {function.name: function for function in found}
