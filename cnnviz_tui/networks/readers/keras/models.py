"""Inputs and models of Keras: ``Input``, ``Sequential``, ``Model``, and layers as functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cnnviz_tui.networks.operations.base import Operation
from cnnviz_tui.networks.operations.dense import Elementwise
from cnnviz_tui.networks.operations.joins import Concat
from cnnviz_tui.networks.operations.rearrange import Flatten
from cnnviz_tui.networks.readers.keras.layers import FUNCTIONS, LAYERS
from cnnviz_tui.networks.readers.python.builtins import STANDARD
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
)
from cnnviz_tui.networks.readers.torch.containers import CONTAINERS, METHODS, run_layer
from cnnviz_tui.networks.readers.torch.functions import FUNCTIONS as TORCH_FUNCTIONS
from cnnviz_tui.networks.sizes import BATCH, Shape, shape_text

_MODEL = "keras.Model"
_SEQUENTIAL = "keras.Sequential"


def shape_of(value: Value) -> Shape | None:
    """Return the shape that ``shape=`` or ``input_shape=`` says, batch included; None if none."""
    if isinstance(value, int):
        value = (value,)
    if not isinstance(value, (tuple, list)):
        return None
    sizes = [int(one) if isinstance(one, int) else None for one in value]
    return (BATCH, *sizes)


def take_input(reader: Core, declared: Shape | None, line: int | None) -> Shape | None:
    """Return the shape of an input: the one that was asked for, else the declared one."""
    if not reader.asked:
        return declared
    asked = reader.asked.pop(0)
    if declared is not None and asked != declared:
        turned = "; Keras puts the channels last" if set(asked) == set(declared) else ""
        reader.note(
            f"the source says {shape_text(declared)} for its input; {shape_text(asked)} was asked "
            f"for and is used{turned}.",
            line,
        )
    return asked


def _input(reader: Core, call: Call) -> Value:
    """``keras.Input(shape=(28, 28, 1))``."""
    given = call.keywords.get("shape", call.arguments[0] if call.arguments else None)
    if given is None and "batch_shape" in call.keywords:
        batch_shape = call.keywords["batch_shape"]
        given = batch_shape[1:] if isinstance(batch_shape, (tuple, list)) else None
    shape = take_input(reader, shape_of(given), call.line)
    if shape is None:
        reader.note("the shape of the input is not known.", call.line)
        return Tensor(None, line=call.line)
    return Tensor(shape, reader.tracer.add_input(shape), line=call.line)


def _sequential(reader: Core, call: Call) -> Value:
    """``keras.Sequential([...])``."""
    box = Instance(Name(_SEQUENTIAL), line=call.line)
    values = call.arguments[0] if call.arguments else call.keywords.get("layers", [])
    elements = reader.iterate(values or [], call.line)
    for element in [] if isinstance(elements, Unknown) else elements:
        box.items[str(len(box.items))] = element
    return box


def _model(reader: Core, call: Call) -> Value:
    """``keras.Model(inputs, outputs)``."""
    model = Instance(Name(_MODEL), line=call.line)
    inputs = call.keywords.get("inputs", call.arguments[0] if call.arguments else None)
    outputs = call.keywords.get("outputs", call.arguments[1] if len(call.arguments) > 1 else None)
    model.attributes["__inputs__"] = tensors_in([inputs])
    model.attributes["__outputs__"] = tensors_in([outputs])
    return model


def _add(reader: Core, call: Call) -> Value:
    """``model.add(layer)``."""
    owner, *values = call.arguments
    for value in values[:1]:
        owner.items[str(len(owner.items))] = value


def _build(reader: Core, call: Call) -> Value:
    """``model.build((None, 28, 28, 1))`` tells a Sequential its input."""
    owner, *values = call.arguments
    shape = values[0] if values else call.keywords.get("input_shape")
    if isinstance(owner, Instance) and isinstance(shape, (tuple, list)) and shape:
        owner.attributes["__shape__"] = tuple(shape[1:])


def _run_sequential(reader: Core, call: Call) -> Value:
    """Apply the layers of a Sequential one after the other; inputs among them are skipped."""
    module, *values = call.arguments
    value: Value = values[0] if values else Unknown("nothing", call.line)
    for child in module.items.values():
        if not isinstance(child, Tensor):
            value = reader.call(child, Call([value], {}, call.line))
    return value


def sequential_shape(model: Instance) -> Shape | None:
    """Return the input shape that a Sequential or its first layer says."""
    if "__shape__" in model.attributes:
        return shape_of(model.attributes["__shape__"])
    for child in model.items.values():
        if isinstance(child, Tensor):
            return child.shape
        if isinstance(child, Layer):
            settings = child.settings
            shape = settings.get("input_shape", settings.get("shape"))
            if shape is None and isinstance(settings.get("input_dim"), int):
                shape = (settings["input_dim"],)
            return shape_of(shape)
        if isinstance(child, Instance):
            return sequential_shape(child)
    return None


def _as_function(type_: str) -> Callable[[Core, Call], Value]:
    """Return a layer as a function of a list of tensors."""

    def run(reader: Core, call: Call) -> Value:
        settings = {k: v for k, v in call.keywords.items() if k != "inputs"}
        maker = LAYERS[f"keras.layers.{type_}"]
        layer = reader.call(maker, Call([], settings, call.line))
        given = call.arguments[:1] or [call.keywords.get("inputs")]
        return run_layer(reader, Call([layer, *given], {}, call.line))

    return run


def _on_tensor(type_: str, operation: Operation) -> Callable[[Core, Call], Value]:
    """Return a function of one tensor: ``tf.nn.relu``."""

    def run(reader: Core, call: Call) -> Value:
        tensors = tensors_in(call.arguments[:1])
        if not tensors or not reader.tracing:
            return Unknown(type_, call.line)
        return reader.operate(type_, operation, tensors, call.line)

    return run


def _concat(reader: Core, call: Call) -> Value:
    """``tf.concat([a, b], axis=-1)``."""
    tensors = tensors_in(call.arguments[:1])
    axis = call.keywords.get("axis", call.arguments[1] if len(call.arguments) > 1 else -1)
    if not tensors or not isinstance(axis, int) or not reader.tracing:
        return Unknown("concat", call.line)
    return reader.operate("concat", Concat(axis=int(axis)), tensors, call.line)


def _table(names: Sequence[str], handler: Callable[[Core, Call], Value]) -> dict[str, Native]:
    """Return one handler under several names."""
    return {name: Native(name.split(".")[-1], handler) for name in names}


_INPUTS = (
    "keras.Input",
    "keras.layers.Input",
    "keras.layers.InputLayer",
    "keras.models.Input",
)
_ELEMENTWISE = [
    "relu",
    "sigmoid",
    "tanh",
    "softmax",
    "gelu",
    "elu",
    "selu",
    "leaky_relu",
    "swish",
    "softplus",
    "dropout",
]

LIBRARY: dict[str, Native] = {
    **STANDARD,
    **METHODS,
    **LAYERS,
    **{name: one for name, one in CONTAINERS.items() if "ModuleList" in name},
    **_table(_INPUTS, _input),
    **_table((_SEQUENTIAL, "keras.models.Sequential"), _sequential),
    **_table((f"{_SEQUENTIAL}()", "keras.models.Sequential()"), _run_sequential),
    **_table((_MODEL, "keras.models.Model"), _model),
    **{f"keras.layers.{name}": Native(name, _as_function(cls)) for name, cls in FUNCTIONS.items()},
    **{
        f"{prefix}.{name}": Native(name, _on_tensor(name, Elementwise()))
        for prefix in ("tensorflow.nn", "keras.activations", "keras.ops", "tensorflow")
        for name in _ELEMENTWISE
    },
    **_table(("tensorflow.concat", "keras.ops.concatenate"), _concat),
    "tensorflow.add": Native("add", TORCH_FUNCTIONS["torch.add"].call),
    "keras.ops.add": Native("add", TORCH_FUNCTIONS["torch.add"].call),
    "tensorflow.reshape": Native("reshape", TORCH_FUNCTIONS["torch.reshape"].call),
    "keras.layers.flatten": Native("flatten", _on_tensor("flatten", Flatten())),
    "Tensor.shape=": TORCH_FUNCTIONS["Tensor.shape="],
    "Tensor.__getitem__": TORCH_FUNCTIONS["Tensor.__getitem__"],
    "Module.add": Native("add", _add),
    "Module.build": Native("build", _build),
    "layer()": Native("layer", run_layer),
}
"""Everything of Keras (and a little of TensorFlow) by full name."""

USUAL_NAMES: dict[str, Value] = {
    "keras": Name("keras"),
    "layers": Name("keras.layers"),
    "models": Name("keras.models"),
    "tf": Name("tensorflow"),
    "Sequential": Name(_SEQUENTIAL),
    "Model": Name(_MODEL),
    "Input": Name("keras.Input"),
    **{name.split(".")[-1]: Name(name) for name in LAYERS},
}
"""What a pasted piece of code means by these names where it does not import them."""
