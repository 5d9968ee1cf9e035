"""Everything of PyTorch (and of Python's own library) that the interpreter knows, by full name."""

from __future__ import annotations

from cnnviz_tui.networks.readers.python.builtins import STANDARD
from cnnviz_tui.networks.readers.python.core import Core
from cnnviz_tui.networks.readers.python.values import Call, Name, Native, Value
from cnnviz_tui.networks.readers.torch.containers import CONTAINERS, METHODS, run_layer
from cnnviz_tui.networks.readers.torch.functions import FUNCTIONS
from cnnviz_tui.networks.readers.torch.layers import LAYERS


def _overwrite(reader: Core, call: Call) -> Value:
    """Set a keyword argument, as a helper does that torchvision's model files share."""
    keywords, name, value = (*call.arguments, None, None, None)[:3]
    if isinstance(keywords, dict) and isinstance(name, str):
        keywords[name] = value


LIBRARY: dict[str, Native] = {
    **STANDARD,
    **LAYERS,
    **CONTAINERS,
    **METHODS,
    **FUNCTIONS,
    "layer()": Native("layer", run_layer),
    # The name is theirs, misspelling included.
    "._utils._ovewrite_named_param": Native("overwrite", _overwrite),
}
"""From full names to what they do."""

USUAL_NAMES: dict[str, Value] = {
    "torch": Name("torch"),
    "nn": Name("torch.nn"),
    "F": Name("torch.nn.functional"),
    "OrderedDict": Name("collections.OrderedDict"),
    "partial": Name("functools.partial"),
    "math": Name("math"),
    "np": Name("numpy"),
    "Tensor": Name("torch.Tensor"),
}
"""What a pasted piece of code means by these names where it does not import them."""
