"""The half of the interpreter that runs statements."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Sequence

from cnnviz_tui.networks.readers.python.core import Core, RaisedError
from cnnviz_tui.networks.readers.python.limits import RefusedError
from cnnviz_tui.networks.readers.python.values import (
    Function,
    Instance,
    Name,
    Scope,
    Unknown,
    UserClass,
    Value,
)


class ReturnSignal(Exception):  # noqa: N818 - it is how a function ends, no error
    """A function returns.

    Args:
        value: what.
    """

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class BreakSignal(Exception):  # noqa: N818
    """A loop ends."""


class ContinueSignal(Exception):  # noqa: N818
    """A loop goes on with its next round."""


class Statements(Core):
    """Runs statements."""

    def run(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        """Run statements one after the other."""
        for statement in body:
            self.budget.spend(1, statement.lineno)
            method = getattr(self, f"_run_{type(statement).__name__}", None)
            if method is not None:
                method(statement, scope)
            else:
                self.note(f"“{type(statement).__name__}” is skipped.", statement.lineno)

    def _run_Expr(self, node: ast.Expr, scope: Scope) -> None:  # noqa: N802
        if isinstance(node.value, ast.Constant):
            return
        scope.names["_"] = self.evaluate(node.value, scope)

    def _run_Pass(self, node: ast.Pass, scope: Scope) -> None:  # noqa: N802
        pass

    def _run_Assign(self, node: ast.Assign, scope: Scope) -> None:  # noqa: N802
        value = self.evaluate(node.value, scope)
        for target in node.targets:
            self.assign(target, value, scope)

    def _run_AnnAssign(self, node: ast.AnnAssign, scope: Scope) -> None:  # noqa: N802
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value, scope), scope)

    def _run_AugAssign(self, node: ast.AugAssign, scope: Scope) -> None:  # noqa: N802
        target = node.target
        read = ast.copy_location(_as_load(target), target)
        old = self.evaluate(read, scope)
        new = self.evaluate(node.value, scope)
        operator = type(node.op).__name__
        if isinstance(old, list) and operator == "Add":
            elements = self.iterate(new, node.lineno)
            if isinstance(elements, Unknown):
                return
            self.budget.spend(len(elements), node.lineno)
            old.extend(elements)
            return
        self.assign(target, self.binary(operator, old, new, node), scope)

    @abstractmethod
    def binary(self, operator: str, left: Value, right: Value, node: ast.expr | ast.stmt) -> Value:
        """Return the result of a binary operator; the other half knows how."""

    @abstractmethod
    def truth(self, value: Value, node: ast.expr | None, line: int) -> bool:
        """Decide a condition; the other half knows how."""

    def assign(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Give a target of an assignment its value."""
        match target:
            case ast.Name():
                scope.assign(target.id, value)
            case ast.Attribute():
                owner = self.evaluate(target.value, scope)
                if isinstance(owner, Instance):
                    owner.attributes[target.attr] = value
                elif isinstance(owner, UserClass):
                    owner.members[target.attr] = value
            case ast.Subscript():
                self._assign_item(
                    self.evaluate(target.value, scope), self.evaluate(target.slice, scope), value
                )
            case ast.Starred():
                self.assign(target.value, value, scope)
            case ast.Tuple() | ast.List():
                self._unpack(target, value, scope)

    def _assign_item(self, owner: Value, key: Value, value: Value) -> None:
        """Do ``owner[key] = value`` where that is something that we know."""
        if isinstance(owner, list):
            if isinstance(key, int) and -len(owner) <= key < len(owner):
                owner[key] = value
        elif isinstance(owner, dict):
            if isinstance(key, (str, int, Name)):
                owner[key] = value
        elif isinstance(owner, Instance) and isinstance(key, (str, int)):
            owner.items[str(key)] = value

    def _unpack(self, target: ast.Tuple | ast.List, value: Value, scope: Scope) -> None:
        """Take a value apart: ``a, *b = value``."""
        elements = self.iterate(value, target.lineno)
        wanted = len(target.elts)
        starred = [i for i, one in enumerate(target.elts) if isinstance(one, ast.Starred)]
        if isinstance(elements, Unknown):
            for one in target.elts:
                self.assign(one, elements, scope)
            return
        values = list(elements)
        if starred and len(values) >= wanted - 1:
            at, tail = starred[0], wanted - starred[0] - 1
            middle = values[at : len(values) - tail]
            values = [*values[:at], middle, *values[len(values) - tail :]]
        if len(values) != wanted:
            self.fail(
                f"{len(values)} values cannot be unpacked into {wanted} names.", target.lineno
            )
        for one, element in zip(target.elts, values, strict=True):
            self.assign(one, element, scope)

    def _run_If(self, node: ast.If, scope: Scope) -> None:  # noqa: N802
        chosen = self.truth(self.evaluate(node.test, scope), node.test, node.lineno)
        self.run(node.body if chosen else node.orelse, scope)

    def _run_For(self, node: ast.For, scope: Scope) -> None:  # noqa: N802
        elements = self.iterate(self.evaluate(node.iter, scope), node.lineno)
        if isinstance(elements, Unknown):
            self.note(f"the loop over {self.source.code(node.iter)} is skipped.", node.lineno)
            return
        for element in elements:
            self.budget.spend(1, node.lineno)
            self.assign(node.target, element, scope)
            try:
                self.run(node.body, scope)
            except BreakSignal:
                return
            except ContinueSignal:
                continue
        self.run(node.orelse, scope)

    def _run_While(self, node: ast.While, scope: Scope) -> None:  # noqa: N802
        while True:
            self.budget.spend(1, node.lineno)
            if not self.truth(self.evaluate(node.test, scope), node.test, node.lineno):
                break
            try:
                self.run(node.body, scope)
            except BreakSignal:
                return
            except ContinueSignal:
                continue
        self.run(node.orelse, scope)

    def _run_Break(self, node: ast.Break, scope: Scope) -> None:  # noqa: N802
        raise BreakSignal

    def _run_Continue(self, node: ast.Continue, scope: Scope) -> None:  # noqa: N802
        raise ContinueSignal

    def _run_Return(self, node: ast.Return, scope: Scope) -> None:  # noqa: N802
        raise ReturnSignal(None if node.value is None else self.evaluate(node.value, scope))

    def _run_With(self, node: ast.With, scope: Scope) -> None:  # noqa: N802
        for item in node.items:
            value = self.evaluate(item.context_expr, scope)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value, scope)
        self.run(node.body, scope)

    def _run_Try(self, node: ast.Try, scope: Scope) -> None:  # noqa: N802
        try:
            self.run(node.body, scope)
        except RaisedError:
            if node.handlers:
                self.run(node.handlers[0].body, scope)
        else:
            self.run(node.orelse, scope)
        self.run(node.finalbody, scope)

    def _run_Raise(self, node: ast.Raise, scope: Scope) -> None:  # noqa: N802
        what = "an error" if node.exc is None else self.source.code(node.exc, 120)
        try:
            value = None if node.exc is None else self.evaluate(node.exc, scope)
        except RefusedError:
            value = None
        text = ""
        if isinstance(value, Unknown) and isinstance(node.exc, ast.Call) and node.exc.args:
            message = self.evaluate(node.exc.args[0], scope)
            text = message if isinstance(message, str) else ""
        raise RaisedError(f"line {node.lineno}: {text or what}")

    def _run_Assert(self, node: ast.Assert, scope: Scope) -> None:  # noqa: N802
        value = self.evaluate(node.test, scope)
        if not isinstance(value, Unknown) and not self.truth(value, node.test, node.lineno):
            raise RaisedError(f"line {node.lineno}: assert {self.source.code(node.test)} fails")

    def _run_Delete(self, node: ast.Delete, scope: Scope) -> None:  # noqa: N802
        for target in node.targets:
            if isinstance(target, ast.Name):
                scope.names.pop(target.id, None)

    def _run_Global(self, node: ast.Global, scope: Scope) -> None:  # noqa: N802
        for name in node.names:
            scope.foreign[name] = self.globals

    def _run_Nonlocal(self, node: ast.Nonlocal, scope: Scope) -> None:  # noqa: N802
        for name in node.names:
            outer = scope.outer.find(name) if scope.outer else None
            if outer is not None:
                scope.foreign[name] = outer

    def _run_Import(self, node: ast.Import, scope: Scope) -> None:  # noqa: N802
        for alias in node.names:
            if alias.asname:
                scope.assign(alias.asname, Name(library_name(alias.name)))
            else:
                first = alias.name.split(".")[0]
                scope.assign(first, Name(library_name(first)))

    def _run_ImportFrom(self, node: ast.ImportFrom, scope: Scope) -> None:  # noqa: N802
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                prefix = library_name(module) + "."
                for dotted in self.libraries:
                    rest = dotted.removeprefix(prefix)
                    if rest != dotted and "." not in rest:
                        scope.names.setdefault(rest, Name(dotted))
            else:
                scope.assign(
                    alias.asname or alias.name, Name(library_name(f"{module}.{alias.name}"))
                )

    def _run_FunctionDef(  # noqa: N802
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope
    ) -> None:
        kind = "function"
        for decorator in node.decorator_list:
            name = decorator.attr if isinstance(decorator, ast.Attribute) else ""
            name = decorator.id if isinstance(decorator, ast.Name) else name
            if name in ("property", "staticmethod", "classmethod", "cached_property"):
                kind = name.removeprefix("cached_")
            elif name == "setter":
                return
        scope.assign(node.name, self.function(node, node.name, scope, kind))

    _run_AsyncFunctionDef = _run_FunctionDef  # noqa: N815

    def function(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        name: str,
        scope: Scope,
        kind: str = "function",
    ) -> Function:
        """Return the function of a definition; its defaults are evaluated now, as Python does."""
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults = {
            one.arg: self.evaluate(value, scope)
            for one, value in zip(
                positional[len(positional) - len(arguments.defaults) :],
                arguments.defaults,
                strict=True,
            )
        }
        for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if default is not None:
                defaults[one.arg] = self.evaluate(default, scope)
        body = [] if isinstance(node, ast.Lambda) else node.body
        return Function(name, node, scope, defaults, kind, yields=_yields(body))

    def _run_ClassDef(self, node: ast.ClassDef, scope: Scope) -> None:  # noqa: N802
        bases = tuple(self.evaluate(base, scope) for base in node.bases)
        body = Scope(scope)
        cls = UserClass(node.name, bases, body.names, node.lineno)
        self.run(node.body, body)
        for member in body.names.values():
            if isinstance(member, Function):
                # Methods do not see the names of their class.
                member.owner = cls
                member.scope = scope
        scope.assign(node.name, cls)


def library_name(module: str) -> str:
    """Return the name under which we know a module: Keras has several."""
    for prefix in ("tensorflow.python.keras", "tensorflow.keras", "tf_keras", "tf.keras"):
        if module == prefix or module.startswith(prefix + "."):
            return "keras" + module.removeprefix(prefix)
    return module


def _yields(body: Sequence[ast.stmt]) -> bool:
    """Return whether a function's body yields; functions inside of it do not count."""
    todo: list[ast.AST] = list(body)
    while todo:
        one = todo.pop()
        if isinstance(one, ast.Yield):
            return True
        if not isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            todo.extend(ast.iter_child_nodes(one))
    return False


def _as_load(target: ast.expr) -> ast.expr:
    """Return the expression that reads what an assignment writes."""
    match target:
        case ast.Name():
            return ast.Name(target.id, ast.Load())
        case ast.Attribute():
            return ast.Attribute(target.value, target.attr, ast.Load())
        case ast.Subscript():
            return ast.Subscript(target.value, target.slice, ast.Load())
        case _:
            return target
