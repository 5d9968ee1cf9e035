"""Containers of layers, and the methods that every module has."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cnnviz_tui.networks.graph import Node
from cnnviz_tui.networks.readers.python.core import Core, tensors_in
from cnnviz_tui.networks.readers.python.values import (
    Call,
    Instance,
    Layer,
    Name,
    Native,
    Tensor,
    Unknown,
    Value,
    is_module,
)


def walk(root: Layer | Instance, name: str = "") -> Iterator[tuple[str, Layer | Instance]]:
    """Yield a module and all modules in it with their full names, each once, parents first."""
    seen: set[int] = set()
    todo = [(name, root)]
    while todo:
        path, module = todo.pop()
        if id(module) in seen:
            continue
        seen.add(id(module))
        yield path, module
        if isinstance(module, Instance):
            children = [
                (".".join(filter(None, (path, child))), one) for child, one in module.children()
            ]
            todo.extend(reversed(children))


def name_modules(root: Layer | Instance) -> None:
    """Tell every module in a model its name."""
    for name, module in walk(root):
        module.name = module.name or name


def run_layer(reader: Core, call: Call) -> Value:
    """Apply a layer to the tensors that it is given."""
    layer, *values = call.arguments
    if not isinstance(layer, Layer):
        return Unknown("a layer", call.line)
    if not reader.tracing:
        return Unknown("a layer outside of the model", call.line)
    tensors: list[Tensor] = []
    for value in (*values, *call.keywords.values()):
        if isinstance(value, (Tensor, list, tuple)):
            tensors += tensors_in([value])
        elif isinstance(value, Unknown):
            tensors.append(reader.lose(value.what, [], value.line or call.line))
        break
    if not tensors:
        reader.fail(f"{layer.name or layer.type} is called without a tensor.", call.line)
    fed = None
    if call.node is not None and call.node.args and call.node.end_lineno is not None:
        fed = reader.source.span(call.node.args[0])
    node = Node(
        name=layer.name or layer.type.lower(),
        type=layer.type,
        operation=layer.operation,
        inputs=tuple(reader.place(tensor) for tensor in tensors),
        line=layer.line,
        call_line=call.line,
        weights=layer.key,
        site=layer.site,
        fed=fed,
    )
    return reader.apply(node, tensors)


def _container(name: str) -> Callable[[Core, Call], Value]:
    """Return what makes a Sequential, ModuleList or ModuleDict."""

    def make(reader: Core, call: Call) -> Value:
        box = Instance(Name(f"torch.nn.{name}"), line=call.line)
        values: Value = call.arguments
        if len(values) == 1 and not is_module(values[0]):
            values = values[0]
        if isinstance(values, Unknown):
            reader.note(f"the layers of {name} are not known ({values.what}).", call.line)
            return values
        if isinstance(values, dict):
            box.items.update((str(key), one) for key, one in values.items())
            return box
        if name == "Sequential" and values is not call.arguments:
            reader.fail(
                "nn.Sequential takes layers, not a list of them; write nn.Sequential(*layers).",
                call.line,
            )
        elements = reader.iterate(values, call.line)
        for element in [] if isinstance(elements, Unknown) else elements:
            if isinstance(element, (tuple, list)) and len(element) == 2 and name != "Sequential":
                box.items[str(element[0])] = element[1]
            else:
                box.items[str(len(box.items))] = element
        return box

    return make


def _run_sequential(reader: Core, call: Call) -> Value:
    """Apply the layers of a Sequential one after the other."""
    module, *values = call.arguments
    value: Value = values[0] if values else Unknown("nothing", call.line)
    named = [child for name, child in module.children() if name not in module.items]
    # A layer that is not known is called as well, so that it is named.
    for child in (*module.items.values(), *named):
        value = reader.call(child, Call([value], {}, call.line))
    return value


def _append(reader: Core, call: Call) -> Value:
    """``append`` of a container."""
    owner, *values = call.arguments
    for value in values[:1]:
        owner.items[str(len(owner.items))] = value
    return owner


def _extend(reader: Core, call: Call) -> Value:
    """``extend`` of a container."""
    owner, *values = call.arguments
    elements = reader.iterate(values[0], call.line) if values else []
    for value in [] if isinstance(elements, Unknown) else elements:
        owner.items[str(len(owner.items))] = value
    return owner


def _insert(reader: Core, call: Call) -> Value:
    """``insert`` of a ModuleList."""
    owner, *rest = call.arguments
    if len(rest) == 2 and isinstance(rest[0], int):
        layers = list(owner.items.values())
        layers.insert(rest[0], rest[1])
        owner.items = {str(i): layer for i, layer in enumerate(layers)}
    return owner


def _add_module(reader: Core, call: Call) -> Value:
    """``add_module`` and ``register_module``."""
    owner, name, value = (*call.arguments, *call.keywords.values(), None, None)[:3]
    if isinstance(owner, Instance) and isinstance(name, str):
        box = owner.items if owner.library != "torch.nn.Module" else owner.attributes
        box[name] = value


def _register(reader: Core, call: Call) -> Value:
    """``register_parameter`` and ``register_buffer``."""
    owner, name, value = (*call.arguments, *call.keywords.values(), None, None)[:3]
    if isinstance(owner, Instance) and isinstance(name, str):
        owner.attributes[name] = value


def _items(part: Callable[[str, Value], Value]) -> Callable[[Core, Call], Value]:
    """Return ``items``, ``keys`` or ``values`` of a container, or the children of a module."""

    def listed(reader: Core, call: Call) -> Value:
        owner = call.arguments[0]
        if not isinstance(owner, Instance):
            return []
        return [part(name, child) for name, child in owner.children()]

    return listed


def _modules(part: Callable[[str, Value], Value]) -> Callable[[Core, Call], Value]:
    """Return ``modules`` or ``named_modules``."""

    def listed(reader: Core, call: Call) -> Value:
        found = [part(name, module) for name, module in walk(call.arguments[0])]
        reader.budget.spend(len(found), call.line)
        return found

    return listed


def _itself(reader: Core, call: Call) -> Value:
    """Return the module: ``eval()``, ``to(device)`` and the like change no shape."""
    return call.arguments[0]


def _nothing(reader: Core, call: Call) -> Value:
    """Return an empty list: parameters, as initialisers loop over them."""
    return []


def _run_module(reader: Core, call: Call) -> Value:
    """Call ``forward`` of a module by name."""
    owner, *values = call.arguments
    return reader.call(owner, Call(values, call.keywords, call.line, call.node))


CONTAINERS = {
    f"torch.nn.{name}": Native(name, _container(name))
    for name in ("Sequential", "ModuleList", "ModuleDict")
} | {"torch.nn.Sequential()": Native("Sequential", _run_sequential)}
"""What makes containers, and what runs them."""

_METHODS: dict[str, Callable[[Core, Call], Value]] = {
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "add_module": _add_module,
    "register_module": _add_module,
    "register_buffer": _register,
    "register_parameter": _register,
    "items": _items(lambda name, child: (name, child)),
    "named_children": _items(lambda name, child: (name, child)),
    "keys": _items(lambda name, child: name),
    "values": _items(lambda name, child: child),
    "children": _items(lambda name, child: child),
    "modules": _modules(lambda name, module: module),
    "named_modules": _modules(lambda name, module: (name, module)),
    "parameters": _nothing,
    "named_parameters": _nothing,
    "buffers": _nothing,
    "forward": _run_module,
    **dict.fromkeys(
        [
            "eval",
            "train",
            "to",
            "cuda",
            "cpu",
            "half",
            "float",
            "double",
            "apply",
            "requires_grad_",
            "share_memory",
        ],
        _itself,
    ),
    "load_state_dict": _itself,
    "state_dict": lambda reader, call: Unknown("state_dict", call.line),
    "__call__": _run_module,
}
METHODS = {f"Module.{name}": Native(name, method) for name, method in _METHODS.items()}
"""The methods of modules and containers."""
