"""What expressions in lessons can call, a module for each subject; `functions` lists them all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from cnnviz_tui.course.functions import (
    activations,
    demonstrations,
    general,
    grids,
    networks,
    sizes,
)
from cnnviz_tui.course.functions.function import Function

__all__ = ["functions"]

_MODULES = (sizes, grids, activations, networks, demonstrations, general)


@cache
def functions() -> Mapping[str, Function]:
    """All functions by name, in the order of the guide."""
    found = (Function.of(compute) for module in _MODULES for compute in module.FUNCTIONS)
    return MappingProxyType({function.name: function for function in found})
