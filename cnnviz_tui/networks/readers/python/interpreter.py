"""Calls, objects and attributes: what makes the interpreter follow classes."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from cnnviz_tui.networks.errors import SourceError
from cnnviz_tui.networks.readers.python.builtins import BUILTINS
from cnnviz_tui.networks.readers.python.core import tensors_in
from cnnviz_tui.networks.readers.python.expressions import Expressions
from cnnviz_tui.networks.readers.python.limits import DEEPEST_CALL
from cnnviz_tui.networks.readers.python.methods import attribute_of_plain
from cnnviz_tui.networks.readers.python.statements import ReturnSignal
from cnnviz_tui.networks.readers.python.values import (
    Bound,
    Call,
    Function,
    Instance,
    Layer,
    Name,
    Native,
    Scope,
    Super,
    Tensor,
    Unknown,
    UserClass,
    Value,
)

_FORWARD = ("forward", "call")
"""The methods that PyTorch's and Keras's modules run when they are called."""

_NEVER_RUN = {"__import__", "eval", "exec", "compile", "open", "os.system"}


class Interpreter(Expressions):
    """Evaluates a source; see the package's docstring."""

    def _eval_Name(self, node: ast.Name, scope: Scope) -> Value:  # noqa: N802
        found = scope.find(node.id)
        if found is not None:
            return found.names[node.id]
        if node.id in BUILTINS:
            return BUILTINS[node.id]
        return Unknown(node.id, node.lineno)

    def call(self, function: Value, call: Call) -> Value:
        """Call anything; what cannot be followed gives ``?``."""
        self.budget.spend(1, call.line)
        match function:
            case Function():
                return self.run_function(function, call)
            case Bound():
                call.arguments[:0] = function.arguments
                call.prefix += len(function.arguments)
                call.keywords = {**function.keywords, **call.keywords}
                return self.call(function.function, call)
            case Native():
                return self.run_native(function, call)
            case UserClass():
                return self.create(function, call)
            case Instance():
                return self.run_module(function, call)
            case Layer():
                return self.run_layer(function, call)
            case Name():
                return self.call_library(function, call)
        return self._call_unknown(function, call)

    def _call_unknown(self, function: Value, call: Call) -> Value:
        """Return what comes out of something that we do not know."""
        what = self.describe(function, call)
        if what in _NEVER_RUN:
            self.warn(f"{what} is not run: a source is only read.", call.line)
        tensors = tensors_in(list(call.values()))
        if tensors and self.tracing:
            return self.lose(what, tensors, call.line)
        if any(isinstance(value, (list, dict)) and value for value in call.values()):
            self.note(f"{what} cannot be followed; it may change what it is given.", call.line)
        return Unknown(f"{what}(…)", call.line)

    def call_library(self, name: Name, call: Call) -> Value:
        """Call something of a library, if we know it."""
        native = self.libraries.get(name.dotted)
        return self._call_unknown(name, call) if native is None else self.run_native(native, call)

    def run_native(self, native: Native, call: Call) -> Value:
        """Call something that we wrote ourselves.

        Raises:
            LayerError: if arguments are missing, where Python itself would fail.
        """
        if len(call.arguments) + len(call.keywords) < native.least:
            self.fail(f"{native.name}() is called without an argument that it needs.", call.line)
        return native.call(self, call)

    def run_function(self, function: Function, call: Call) -> Value:
        """Run a function of the source."""
        self.calls += 1
        if self.calls > DEEPEST_CALL:
            raise SourceError(
                f"calls are nested deeper than {DEEPEST_CALL}; the recursion here does not end.",
                call.line,
            )
        try:
            scope = Scope(function.scope, self._bound(function, call))
            if function.owner is not None:
                scope.names["__class__"] = function.owner
            node = function.node
            if isinstance(node, ast.Lambda):
                return self.evaluate(node.body, scope)
            if function.yields:
                scope.names["__yielded__"] = []
            try:
                self.run(node.body, scope)
            except ReturnSignal as signal:
                if not function.yields:
                    return signal.value
            return scope.names["__yielded__"] if function.yields else None
        finally:
            self.calls -= 1

    def _bound(self, function: Function, call: Call) -> dict[str, Value]:
        """Return the values of the parameters.

        Raises:
            LayerError: if the arguments do not suit, where Python itself would fail.
        """
        spec = function.node.args
        names = [one.arg for one in (*spec.posonlyargs, *spec.args)]
        values = dict(zip(names, call.arguments, strict=False))
        extra = call.arguments[len(names) :]
        if spec.vararg is not None:
            values[spec.vararg.arg] = tuple(extra)
        elif extra:
            self.fail(
                f"{function.name}() takes {len(names)} arguments, but {len(call.arguments)} are "
                "given.",
                call.line,
            )
        allowed = {*names, *(one.arg for one in spec.kwonlyargs)}
        rest = {}
        for name, value in call.keywords.items():
            if name in allowed:
                values[name] = value
            elif spec.kwarg is not None:
                rest[name] = value
            elif not name.startswith("__"):
                self.fail(f"{function.name}() has no argument “{name}”.", call.line)
        if spec.kwarg is not None:
            values[spec.kwarg.arg] = rest
        for name in (*names, *(one.arg for one in spec.kwonlyargs)):
            if name not in values:
                if name not in function.defaults:
                    self.fail(f"{function.name}() is called without “{name}”.", call.line)
                values[name] = function.defaults[name]
        return values

    def create(self, cls: UserClass, call: Call) -> Value:
        """Return a new object of a class of the source."""
        instance = Instance(cls, line=call.line)
        init = cls.find("__init__")
        if isinstance(init, Function):
            call.arguments.insert(0, instance)
            self.run_function(init, call)
        else:
            self.initialise(instance, call)
        return instance

    def initialise(self, instance: Instance, call: Call) -> None:
        """Do what the ``__init__`` of the library class does from which a class is derived."""
        native = self.libraries.get(instance.library)
        if native is None:
            return
        made = native.call(self, call)
        if isinstance(made, Layer):
            instance.base = made
        elif isinstance(made, Instance):
            instance.items.update(made.items)

    def run_module(self, module: Instance, call: Call) -> Value:
        """Call an object: its ``forward``, or what its library class does."""
        if isinstance(module.cls, UserClass):
            for name in (*_FORWARD, "__call__"):
                forward = module.cls.find(name)
                if isinstance(forward, Function):
                    if not self.tracing and tensors_in(list(call.values())):
                        return Unknown("a module outside of the model", call.line)
                    return self.run_function(
                        forward,
                        Call([module, *call.arguments], call.keywords, call.line, None, name),
                    )
        return self.run_library(module, call)

    def run_library(self, module: Instance, call: Call) -> Value:
        """Do what the library class does that a module is, or is derived from."""
        if module.base is not None:
            module.base.name = module.base.name or module.name
            return self.run_layer(module.base, call)
        native = self.libraries.get(f"{module.library}()")
        if native is not None:
            return native.call(
                self, Call([module, *call.arguments], call.keywords, call.line, call.node)
            )
        what = f"{module.type} has no forward; calling it"
        tensors = tensors_in(list(call.values()))
        if tensors and self.tracing:
            return self.lose(what, tensors, call.line)
        return Unknown(what, call.line)

    def run_layer(self, layer: Layer, call: Call) -> Value:
        """Call a layer of a library."""
        return self.libraries["layer()"].call(
            self, Call([layer, *call.arguments], call.keywords, call.line, call.node)
        )

    def attribute(self, value: Value, name: str, line: int | None) -> Value:
        """Return an attribute of anything.

        Raises:
            LayerError: if a module of the source has none of this name.
        """
        match value:
            case Name():
                return Name(f"{value.dotted}.{name}")
            case Instance():
                return self._of_instance(value, name, line)
            case Layer():
                return self._of_layer(value, name, line)
            case Tensor():
                return self._of_tensor(value, name, line)
            case UserClass():
                if name == "__name__":
                    return value.name
                member = value.find(name)
                if isinstance(member, Function) and member.kind == "classmethod":
                    return Bound(member, (value,))
                return Unknown(f"{value.name}.{name}", line) if member is None else member
            case Super():
                return self._of_super(value, name, line)
            case Function():
                return value.name if name == "__name__" else Unknown(name, line)
            case Unknown():
                return Unknown(f"{value.what}.{name}", value.line)
        native = attribute_of_plain(value, name)
        return Unknown(name, line) if native is None else native

    def _of_instance(self, owner: Instance, name: str, line: int | None) -> Value:
        """Return an attribute of an object."""
        if name in owner.attributes:
            return owner.attributes[name]
        if isinstance(owner.cls, UserClass):
            member = owner.cls.find(name)
            if isinstance(member, Function):
                return self._method(member, owner, line)
            if member is not None or any(name in one.members for one in owner.cls.lineage()):
                return member
        if name == "__class__":
            return owner.cls
        if name in owner.items:
            return owner.items[name]
        native = self.libraries.get(f"Module.{name}")
        if native is not None:
            return Bound(native, (owner,))
        if name == "training":
            return False
        if owner.base is not None and name in owner.base.settings:
            return owner.base.settings[name]
        if owner.library in ("torch.nn.Module",) and not name.startswith("_"):
            from difflib import get_close_matches

            nearest = get_close_matches(name, owner.attributes, n=1, cutoff=0.5)
            advice = f"; did you mean self.{nearest[0]}?" if nearest else "."
            self.fail(f"{owner.type} has no attribute “{name}”{advice}", line)
        return Unknown(f"{owner.type}.{name}", line)

    def _method(self, member: Function, owner: Instance, line: int | None) -> Value:
        """Return a method of an object as attribute access sees it."""
        if member.kind == "property":
            return self.run_function(member, Call([owner], {}, line))
        if member.kind == "staticmethod":
            return member
        return Bound(member, (owner.cls if member.kind == "classmethod" else owner,))

    def _of_layer(self, layer: Layer, name: str, line: int | None) -> Value:
        """Return an attribute of a layer: its settings, and what all modules have."""
        if name == "bias" and layer.settings.get(name) is False:
            return None
        if name in ("weight", "bias"):
            return Tensor(None, trained=True, line=layer.line)
        if name in layer.settings:
            return layer.settings[name]
        if name == "training":
            return False
        native = self.libraries.get(f"Module.{name}")
        if native is not None:
            return Bound(native, (layer,))
        return Unknown(f"{layer.type}.{name}", line)

    def _of_tensor(self, tensor: Tensor, name: str, line: int | None) -> Value:
        """Return an attribute of a tensor: a method, or one of a few facts."""
        native = self.libraries.get(f"Tensor.{name}")
        if native is not None:
            return Bound(native, (tensor,))
        fact = self.libraries.get(f"Tensor.{name}=")
        if fact is not None:
            return fact.call(self, Call([tensor], {}, line))
        # Calling a method that nobody knows loses the tensor, which is noted then.
        return Bound(Name(f"Tensor.{name}"), (tensor,))

    def _of_super(self, value: Super, name: str, line: int | None) -> Value:
        """Return a method of the class behind the one that calls ``super()``."""
        lineage = list(value.owner.lineage())[1:]
        for one in lineage:
            if name in one.members:
                member = one.members[name]
                return Bound(member, (value.instance,)) if isinstance(member, Function) else member
        if name == "__init__":
            return Native(name, lambda reader, call: reader.initialise(value.instance, call))
        if name in _FORWARD or name == "__call__":
            return Native(name, lambda reader, call: reader.run_library(value.instance, call))
        native = self.libraries.get(f"Module.{name}")
        if native is not None:
            return Bound(native, (value.instance,))
        return Unknown(f"super().{name}", line)

    def iterate(self, value: Value, line: int | None) -> Sequence[Value] | Unknown:
        """Return the elements of anything that a loop can run over."""
        if isinstance(value, range):
            # Every round costs a step, so a long range ends by itself.
            return value
        if isinstance(value, (list, tuple)):
            # A copy: the loop may change the list.
            self.budget.spend(len(value) // 16, line)
            return list(value)
        if isinstance(value, (dict, str)):
            return list(value)
        if isinstance(value, Instance) and value.library.endswith("Dict"):
            return list(value.items)
        if isinstance(value, Instance) and value.items:
            return list(value.items.values())
        if isinstance(value, Instance) and value.library.endswith(("List", "Sequential")):
            return []
        if isinstance(value, Unknown):
            return value
        return Unknown("what a tensor is made of" if isinstance(value, Tensor) else "a loop", line)
