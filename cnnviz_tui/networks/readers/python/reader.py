"""From a Python source to a measured network: read the file, find the model, follow its forward."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.graph import Node
from cnnviz_tui.networks.operations.base import MisfitError
from cnnviz_tui.networks.operations.dense import Invalid
from cnnviz_tui.networks.operations.rearrange import Reshape
from cnnviz_tui.networks.readers.python.core import RaisedError, tensors_in
from cnnviz_tui.networks.readers.python.interpreter import Interpreter
from cnnviz_tui.networks.readers.python.limits import LONGEST_SOURCE, Budget
from cnnviz_tui.networks.readers.python.statements import (
    BreakSignal,
    ContinueSignal,
    ReturnSignal,
)
from cnnviz_tui.networks.readers.python.values import (
    Call,
    Function,
    Instance,
    Layer,
    Native,
    Scope,
    Source,
    Tensor,
    UserClass,
    Value,
)
from cnnviz_tui.networks.readers.torch.containers import name_modules, walk
from cnnviz_tui.networks.result import Reading, total
from cnnviz_tui.networks.sizes import Shape, has_batch, shape_text, size_text, split_batch
from cnnviz_tui.networks.tracing import LayerError, Tracer


@dataclass(frozen=True, slots=True)
class Program:
    """A source that was read: its names, and what was made of them.

    Args:
        reader: the interpreter, with all names of the file.
        tree: the syntax tree.
    """

    reader: Interpreter
    tree: ast.Module


def parse(text: str) -> ast.Module:
    """Return the syntax tree of a source.

    Raises:
        SourceError: if it is too long, too deep or no Python.
    """
    if len(text) > LONGEST_SOURCE:
        raise SourceError(
            f"The source has {len(text):,} characters; more than {LONGEST_SOURCE:,} are not read."
        )
    try:
        # Odd but valid code must not make the terminal talk.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (RecursionError, MemoryError):
        raise SourceError("The source is nested too deeply to be read.") from None
    except SyntaxError as error:
        what = (error.msg or "it is no Python").rstrip(".")
        raise SourceError(f"The source is no valid Python: {what}.", error.lineno) from None
    except ValueError as error:
        raise SourceError(f"The source is no valid Python: {error}.") from None


def load(
    text: str,
    libraries: Mapping[str, Native],
    usual_names: Mapping[str, Value],
    tracer: Tracer,
    budget: Budget,
    *,
    tracing: bool = False,
    asked: Sequence[Shape] = (),
) -> Program:
    """Read a file: its definitions, and the statements outside of functions.

    Args:
        text: the source.
        libraries: what is known of libraries.
        usual_names: what names mean that the source does not import.
        tracer: where layers go.
        budget: the steps that may be taken.
        tracing: whether layers are applied while the file is read, as in Keras.
        asked: input shapes that take the place of those that the source says.

    Raises:
        SourceError: if it cannot be read.
        LayerError: if a layer does not fit, when tracing.
    """
    tree = parse(text)
    reader = Interpreter(Source(text), libraries, budget, tracer)
    reader.globals.outer = Scope(None, dict(usual_names))
    reader.tracing = tracing
    reader.quiet = not tracing
    reader.asked = list(asked)
    for statement in tree.body:
        _run_top(reader, statement, tracing=tracing)
    return Program(reader, tree)


def _run_top(reader: Interpreter, statement: ast.stmt, *, tracing: bool) -> None:
    """Run one statement outside of functions; one that fails is skipped."""
    try:
        reader.run([statement], reader.globals)
    except LayerError:
        if tracing:
            raise
    except (RaisedError, ReturnSignal, BreakSignal, ContinueSignal):
        pass


def find_model(program: Program, model: str | None) -> tuple[str, Value]:
    """Return the model of a file, and its name.

    Args:
        program: the file.
        model: ``Net``, ``Net(num_classes=10)`` or a variable; by default the variable ``model``,
            else the last class of a module, else the last module that was made.

    Raises:
        SourceError: if there is none.
        LayerError: if it cannot be made.
    """
    reader = program.reader
    names = reader.globals.names
    if model is not None:
        return model, _named_model(program, model)
    if isinstance(names.get("model"), (Layer, Instance)):
        return "model", names["model"]
    classes = [one for one in names.values() if isinstance(one, UserClass) and _is_module(one)]
    if classes:
        chosen = max(classes, key=lambda one: one.line)
        _require_arguments(program, chosen)
        return chosen.name, _made(reader, chosen, [], {}, chosen.line)
    made = [(name, one) for name, one in names.items() if isinstance(one, (Layer, Instance))]
    if made:
        name, value = made[-1]
        return value.type if name == "_" else name, value
    raise SourceError(
        "There is no model in the source: no class with a forward, no nn.Sequential, no variable "
        "“model”."
    )


def _is_module(cls: UserClass) -> bool:
    """Return whether a class is a network or a part of one."""
    base = cls.library_base()
    dotted = getattr(base, "dotted", "")
    forward = any(isinstance(cls.find(name), Function) for name in ("forward", "call"))
    return forward or (dotted.startswith("torch.nn.") and dotted != "torch.nn.Module")


def _require_arguments(program: Program, cls: UserClass) -> None:
    """Raise a SourceError if a class cannot be made without arguments."""
    init = cls.find("__init__")
    missing = _missing(init) if isinstance(init, Function) else []
    if not missing:
        return
    ready = [
        name
        for name, one in program.reader.globals.names.items()
        if isinstance(one, Function) and not name.startswith("_") and not _missing(one)
    ]
    example = f"{ready[0]}()" if ready else f"{cls.name}({missing[0]}=…)"
    raise SourceError(
        f"The class {cls.name} needs “{missing[0]}” to be made; say what to trace, for example "
        f"with --model '{example}'.",
        cls.line,
    )


def _missing(function: Function) -> list[str]:
    """Return the parameters that a call must give, ``self`` aside."""
    spec = function.node.args
    names = [one.arg for one in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    if function.owner is not None:
        names = names[1:]
    return [name for name in names if name not in function.defaults]


def _named_model(program: Program, model: str) -> Value:
    """Return the model that was asked for.

    Raises:
        SourceError: if it is not written as a name or a call of one, or there is none.
    """
    reader = program.reader
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(model.strip()[:1000], mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        tree = ast.Constant(None)
    called = isinstance(tree, ast.Call)
    name = tree.func if isinstance(tree, ast.Call) else tree
    if not isinstance(name, ast.Name):
        raise SourceError(
            f"The model “{model[:40]}” is no name and no call with constants; write for example "
            "Net or Net(num_classes=10)."
        )
    value = reader.globals.names.get(name.id)
    if value is None:
        known = [
            key
            for key, one in reader.globals.names.items()
            if isinstance(one, (UserClass, Function, Instance, Layer)) and key != "_"
        ]
        raise SourceError(
            f"There is no “{name.id}” in the source"
            + (f"; there are {', '.join(known[:12])}." if known else ".")
        )
    if isinstance(value, (Layer, Instance)) and not called:
        return value
    arguments, keywords = [], {}
    if isinstance(tree, ast.Call):
        try:
            arguments = [ast.literal_eval(one) for one in tree.args]
            keywords = {one.arg or "": ast.literal_eval(one.value) for one in tree.keywords}
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            raise SourceError(
                f'The arguments of “{model[:40]}” must be constants, such as 10 or "max".'
            ) from None
    if not isinstance(value, (UserClass, Function)):
        raise SourceError(f"“{name.id}” is no class, function or layer of the source.")
    return _made(reader, value, arguments, keywords, getattr(value, "line", None))


def _made(
    reader: Interpreter,
    maker: Value,
    arguments: Sequence[Value],
    keywords: Mapping[str, Value],
    line: int | None,
) -> Value:
    """Make a model by calling a class or function of the source."""
    reader.quiet = False
    value = reader.call(maker, Call(list(arguments), dict(keywords), line, what="the model"))
    if not isinstance(value, (Layer, Instance)):
        raise SourceError("What was named makes no model that could be traced.", line)
    return value


def follow(reader: Interpreter, name: str, model: Value, inputs: Sequence[Shape]) -> Reading:
    """Call a model with its inputs and return the measured network.

    Raises:
        SourceError: if the trace had to be given up.
    """
    tracer = reader.tracer
    reader.tracing, reader.quiet = True, False
    name_modules(model)
    tensors = [Tensor(shape, -1 - i) for i, shape in enumerate(inputs)]
    line = getattr(model, "line", None)
    value = reader.call(model, Call(list(tensors), {}, line, what=name))
    if isinstance(value, dict):
        value = list(value.values())
    found = tensors_in([value])
    outputs = tuple(tensor.shape for tensor in found)
    if not found:
        reader.note("what comes out of the model cannot be followed.", line)
        outputs = (None,)
    require_whole_batch(tracer, outputs)
    return Reading(
        "keras" if tracer.channels_last else "pytorch",
        name,
        tracer,
        outputs,
        None,
        tuple(reader.notes),
        _unused(model, tracer),
        reader.budget.spent,
    )


def read_model(program: Program, model: str | None, inputs: Sequence[Shape]) -> Reading:
    """Find the model of a file and follow it; a layer that does not fit is part of the answer.

    Raises:
        SourceError: if there is no model, or the trace had to be given up.
    """
    reader = program.reader
    name = model or "model"
    try:
        name, value = find_model(program, model)
        return follow(reader, name, value, inputs)
    except LayerError as error:
        return stopped(name, reader, error)
    except RaisedError as error:
        return stopped(name, reader, raised(error))
    except RecursionError:
        raise SourceError("The source is nested too deeply to be followed.") from None


def stopped(name: str, reader: Interpreter, error: LayerError) -> Reading:
    """Return the reading that ends at a layer that does not fit."""
    return Reading(
        "keras" if reader.tracer.channels_last else "pytorch",
        name,
        reader.tracer,
        (),
        error,
        tuple(reader.notes),
        0,
        reader.budget.spent,
    )


def raised(error: RaisedError) -> LayerError:
    """Return the end of a trace at an error that the source itself raises."""
    where, _, text = str(error).partition(": ")
    line = int(where.split()[-1])
    message = f"The model itself raises an error: {text}"
    node = Node("model", "raise", Invalid(message=message), (), line, line)
    return LayerError(node, MisfitError("value", message), ())


def require_whole_batch(tracer: Tracer, outputs: Sequence[Shape | None]) -> None:
    """Raise a LayerError if pictures of a batch got mixed on the way to the outputs."""
    if not tracer.inputs or not has_batch(tracer.inputs[0]):
        return
    for output in outputs:
        if not output or output[0] is None or output[0] in (1, tracer.inputs[0][0]):
            continue
        if split_batch(output[0]) == (0, output[0]) and len(output) < 2:
            continue
        for row in reversed(tracer.rows):
            shape = row.input
            views = isinstance(row.node.operation, Reshape) and has_batch(shape)
            if views and row.output and row.output[0] == output[0]:
                wanted = split_batch(row.output[0])[1] * (row.output[-1] or 1)
                raise LayerError(
                    row.node,
                    MisfitError(
                        "batch",
                        f"{shape_text(shape)} of one picture becomes {size_text(output[0])} rows "
                        f"of {size_text(row.output[-1])}: the view takes one picture for several.",
                        expected=wanted,
                        got=row.output[-1],
                        argument="sizes",
                        wanted=wanted if len(row.output) == 2 else None,
                    ),
                    (shape,),
                )


def _unused(model: Value, tracer: Tracer) -> int:
    """Return the parameters of layers that are made but never used."""
    used = {row.node.weights for row in tracer.rows}
    numbers = []
    for _, module in walk(model):
        if isinstance(module, Layer) and module.key not in used:
            try:
                numbers.append(module.operation.measure(None).parameters or 0)
            except MisfitError:
                continue
    return total(numbers) or 0
