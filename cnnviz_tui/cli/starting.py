"""How a command that opens a screen starts soon."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """Look for no garbage while modules are imported, nor later on in what they hold.

    None of it is garbage, but there is much of it: with the screens' modules, looking took a
    tenth of the time until the first question (tests/benchmarks/test_first_question.py).
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()
