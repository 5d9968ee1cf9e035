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

__all__ = ["function_named", "functions"]

_ROOM = "cnnviz_tui.course.functions."
_SIZES = [
    "output_size",
    "exact_size",
    "transposed_size",
    "same_padding",
    "conv_size",
    "pool_size",
    "conv_parameters",
    "conv_macs",
    "dense_parameters",
    "dense_macs",
    "flat",
    "adaptive_regions",
    "receptive_field",
]
_GENERAL = ["round", "floor", "ceil", "abs", "min", "max", "sum", "sqrt", "exp", "log"]
_LIGHT = {**dict.fromkeys(_SIZES, "sizes"), **dict.fromkeys(_GENERAL, "general")}
"""Where functions stand that need no numpy."""

_MODULES = ("sizes", "grids", "activations", "networks", "demonstrations", "general")
"""In the order of the guide."""


def function_named(name: str) -> Function | None:
    """The function called `name`, imported now; None where there is none."""
    if name in _LIGHT:
        return _of_module(_LIGHT[name])[name]
    return functions().get(name)


@cache
def functions() -> Mapping[str, Function]:
    """All functions by name, in the order of the guide."""
    found: dict[str, Function] = {}
    for module in _MODULES:
        found.update(_of_module(module))
    return MappingProxyType(found)


@cache
def _of_module(module: str) -> Mapping[str, Function]:
    computes = import_module(_ROOM + module).FUNCTIONS
    found = (Function.of(compute) for compute in computes)
    return {function.name: function for function in found}
