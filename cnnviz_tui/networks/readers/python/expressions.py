"""The half of the interpreter that evaluates expressions."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from cnnviz_tui.networks.operations.joins import Combine
from cnnviz_tui.networks.readers.python.core import tensors_in
from cnnviz_tui.networks.readers.python.limits import (
    SIGNS,
    RefusedError,
    arithmetic,
    repeated,
    require_few_digits,
    require_short,
)
from cnnviz_tui.networks.readers.python.statements import Statements
from cnnviz_tui.networks.readers.python.values import (
    Call,
    Instance,
    Name,
    Scope,
    Tensor,
    Typed,
    Unknown,
    Value,
    is_module,
    same,
)

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
}
_VERBS = {"Add": "added", "Sub": "subtracted", "Mult": "multiplied", "Div": "divided"}
_NAMES = {"Add": "add", "Sub": "sub", "Mult": "mul", "Div": "div"}


class Expressions(Statements):
    """Evaluates expressions."""

    def evaluate(self, node: ast.expr, scope: Scope) -> Value:
        """Return the value of an expression; one that we do not know is ``Unknown``."""
        self.budget.spend(1, node.lineno)
        method = getattr(self, f"_eval_{type(node).__name__}", None)
        if method is None:
            return Unknown(self.source.code(node), node.lineno)
        try:
            return method(node, scope)
        except RefusedError as error:
            return self._refuse(error, node)

    def _refuse(self, error: RefusedError, node: ast.expr) -> Unknown:
        """Return what stands for something that is far too large, and say so."""
        self.warn(f"{self.source.code(node)} would be {error}; it is not computed.", node.lineno)
        return Unknown(self.source.code(node), node.lineno)

    def _eval_Constant(self, node: ast.Constant, scope: Scope) -> Value:  # noqa: N802
        value = node.value
        if isinstance(value, (str, bytes)):
            require_short(len(value))
        if type(value) is int:
            require_few_digits(value)
            typed = Typed(value)
            typed.node = node
            return typed
        return value

    def _eval_Attribute(self, node: ast.Attribute, scope: Scope) -> Value:  # noqa: N802
        return self.attribute(self.evaluate(node.value, scope), node.attr, node.lineno)

    def _eval_Tuple(self, node: ast.Tuple, scope: Scope) -> Value:  # noqa: N802
        elements = self._elements(node.elts, scope)
        return elements if isinstance(elements, Unknown) else tuple(elements)

    def _eval_List(self, node: ast.List, scope: Scope) -> Value:  # noqa: N802
        return self._elements(node.elts, scope)

    _eval_Set = _eval_List  # noqa: N815

    def _elements(self, nodes: Sequence[ast.expr], scope: Scope) -> list[Value] | Unknown:
        """Return the elements of a display, starred ones spread out."""
        values: list[Value] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                more = self.iterate(self.evaluate(node.value, scope), node.lineno)
                if isinstance(more, Unknown):
                    return more
                require_short(len(values) + len(more))
                self.budget.spend(len(more), node.lineno)
                values += more
            else:
                values.append(self.evaluate(node, scope))
        return values

    def _eval_Dict(self, node: ast.Dict, scope: Scope) -> Value:  # noqa: N802
        result: dict[Any, Value] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            content = self.evaluate(value, scope)
            if key is None:
                if isinstance(content, dict):
                    result.update(content)
                continue
            name = self.evaluate(key, scope)
            if isinstance(name, (str, int, float, Name, type(None))):
                result[name] = content
        return result

    def _eval_JoinedStr(self, node: ast.JoinedStr, scope: Scope) -> Value:  # noqa: N802
        parts = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                value = self.evaluate(part.value, scope)
                if isinstance(value, Unknown):
                    return value
                parts.append(text_of(value))
            elif isinstance(part, ast.Constant):
                parts.append(str(part.value))
        require_short(sum(map(len, parts)))
        return "".join(parts)

    def _eval_UnaryOp(self, node: ast.UnaryOp, scope: Scope) -> Value:  # noqa: N802
        value = self.evaluate(node.operand, scope)
        if isinstance(node.op, ast.Not):
            return value if isinstance(value, Unknown) else not self.truth(value, None, node.lineno)
        if isinstance(value, (int, float)):
            if isinstance(node.op, ast.USub):
                return -value
            if isinstance(node.op, ast.UAdd):
                return +value
            return ~value if isinstance(value, int) else Unknown("~", node.lineno)
        return value

    def _eval_BoolOp(self, node: ast.BoolOp, scope: Scope) -> Value:  # noqa: N802
        value: Value = None
        undecided: Unknown | None = None
        is_and = isinstance(node.op, ast.And)
        for one in node.values:
            value = self.evaluate(one, scope)
            if isinstance(value, Unknown):
                undecided = undecided or value
            elif self.truth(value, one, node.lineno) != is_and:
                # One false part decides an and, one true part an or, whatever the others are.
                return value
        return undecided or value

    def _eval_IfExp(self, node: ast.IfExp, scope: Scope) -> Value:  # noqa: N802
        chosen = self.truth(self.evaluate(node.test, scope), node.test, node.lineno)
        return self.evaluate(node.body if chosen else node.orelse, scope)

    def _eval_Lambda(self, node: ast.Lambda, scope: Scope) -> Value:  # noqa: N802
        return self.function(node, "lambda", scope)

    def _eval_NamedExpr(self, node: ast.NamedExpr, scope: Scope) -> Value:  # noqa: N802
        value = self.evaluate(node.value, scope)
        self.assign(node.target, value, scope)
        return value

    def _eval_BinOp(self, node: ast.BinOp, scope: Scope) -> Value:  # noqa: N802
        left = self.evaluate(node.left, scope)
        right = self.evaluate(node.right, scope)
        return self.binary(type(node.op).__name__, left, right, node)

    def binary(self, operator: str, left: Value, right: Value, node: ast.expr | ast.stmt) -> Value:
        """Return the result of a binary operator on any two values.

        Raises:
            RefusedError: if it would be far too large.
            LayerError: if Python itself would fail.
        """
        line = node.lineno
        if isinstance(left, Tensor) or isinstance(right, Tensor):
            return self._tensor_binary(operator, left, right, line)
        for one in (left, right):
            if isinstance(one, Unknown):
                return one
        if isinstance(left, (int, float)) and isinstance(right, (int, float)):
            try:
                return arithmetic(operator, left, right)
            except (ArithmeticError, TypeError, ValueError) as error:
                self.fail(f"{self.source.code(node)}: {error}.", line)
        if operator == "Mult":
            if isinstance(left, int):
                left, right = right, left
            if isinstance(left, (list, tuple, str)) and isinstance(right, int):
                result = repeated(left, right)
                self.budget.spend(len(result), line)
                return result
        if operator == "Add" and type(left) is type(right) and isinstance(left, (list, tuple, str)):
            require_short(len(left) + len(right))
            self.budget.spend((len(left) + len(right)) // 8, line)
            return left + right
        if operator == "Mod" and isinstance(left, str):
            return _filled(left, right)
        if operator == "BitOr" and isinstance(left, dict) and isinstance(right, dict):
            return {**left, **right}
        return Unknown(f"{SIGNS.get(operator, '@')} of such values", line)

    def _tensor_binary(self, operator: str, left: Value, right: Value, line: int) -> Value:
        """Combine tensors, or a tensor and a number."""
        if isinstance(left, Tensor) and isinstance(right, Tensor):
            if not self.tracing:
                return Unknown("a tensor outside of the model", line)
            if operator == "MatMult":
                from cnnviz_tui.networks.operations.joins import MatMul

                return self.operate("matmul", MatMul(), [left, right], line)
            verb = _VERBS.get(operator, "combined")
            name = _NAMES.get(operator, operator.lower())
            return self.operate(name, Combine(verb=verb), [left, right], line)
        tensor, other = (left, right) if isinstance(left, Tensor) else (right, left)
        if isinstance(other, Unknown):
            self.note(f"“{other.what}” is taken for a single number in this calculation.", line)
        return tensor

    def _eval_Compare(self, node: ast.Compare, scope: Scope) -> Value:  # noqa: N802
        left = self.evaluate(node.left, scope)
        for op, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(comparator, scope)
            result = self._compare(type(op).__name__, left, right, node)
            if isinstance(result, (Unknown, Tensor)) or not result:
                return result
            left = right
        return True

    def _compare(self, operator: str, left: Value, right: Value, node: ast.Compare) -> Value:
        """Return one comparison."""
        line = node.lineno
        if operator in ("Is", "IsNot"):
            if isinstance(left, Unknown) or isinstance(right, Unknown):
                return left if isinstance(left, Unknown) else right
            return (_identical(left, right)) == (operator == "Is")
        for one in (left, right):
            if isinstance(one, (Unknown, Tensor)) and operator not in ("In", "NotIn"):
                return one
        if operator in ("Eq", "NotEq"):
            equal = same(left, right, lambda steps: self.budget.spend(steps, line))
            return equal == (operator == "Eq")
        if operator in ("In", "NotIn"):
            return self._contains(left, right, operator == "In", line)
        try:
            return bool(_COMPARISONS[operator](left, right))
        except TypeError:
            return Unknown(self.source.code(node), line)

    def _contains(self, element: Value, container: Value, wanted: bool, line: int) -> Value:
        """Return whether an element is in a container."""
        if isinstance(container, Unknown) or isinstance(element, Unknown):
            return container if isinstance(container, Unknown) else element
        if isinstance(container, str):
            return (isinstance(element, str) and element in container) == wanted
        if isinstance(container, range):
            return (isinstance(element, int) and element in container) == wanted
        if isinstance(container, Instance):
            return (str(element) in container.items) == wanted
        elements = self.iterate(container, line)
        if isinstance(elements, Unknown):
            return elements
        spend: Callable[[int], None] = lambda steps: self.budget.spend(steps, line)  # noqa: E731
        return any(same(element, one, spend) for one in elements) == wanted

    def truth(self, value: Value, node: ast.expr | None, line: int) -> bool:
        """Decide a condition; one that we do not know counts as false, and is named."""
        if isinstance(value, (Unknown, Tensor)):
            what = self.source.code(node) if node is not None else "a condition"
            self.note(f"whether {what} cannot be decided; it is taken as false.", line)
            return False
        if isinstance(value, (bool, int, float, str, list, tuple, dict, range, type(None))):
            return bool(value)
        if isinstance(value, Instance):
            return bool(value.items) if value.library.endswith(("List", "Dict")) else True
        return True

    def _eval_Subscript(self, node: ast.Subscript, scope: Scope) -> Value:  # noqa: N802
        owner = self.evaluate(node.value, scope)
        key = self.evaluate(node.slice, scope)
        return self.item(owner, key, node)

    def item(self, owner: Value, key: Value, node: ast.Subscript) -> Value:
        """Return ``owner[key]``.

        Raises:
            LayerError: if Python itself would fail.
        """
        line = node.lineno
        code = self.source.code(node, 40)
        if isinstance(owner, Tensor):
            getter = self.attribute(owner, "__getitem__", line)
            return self.call(getter, Call([key], {}, line, what=code))
        if isinstance(owner, Name):
            # A type such as list[int] or Optional[Tensor].
            return owner
        if isinstance(owner, Unknown) or isinstance(key, Unknown):
            return owner if isinstance(owner, Unknown) else key
        if isinstance(owner, Instance) and owner.items:
            return self._child(owner, key, node)
        problem = ""
        if isinstance(owner, (list, tuple, str, range)) and isinstance(key, (int, slice)):
            try:
                return owner[key]
            except IndexError:
                problem = f"there are only {len(owner)} elements"
            except (TypeError, ValueError):
                return Unknown(code, line)
        elif isinstance(owner, dict) and isinstance(key, (str, int, float, Name, type(None))):
            if key in owner:
                return owner[key]
            problem = f"there is no key {text_of(key)}"
        if problem:
            self.fail(f"{code}: {problem}.", line)
        return Unknown(code, line)

    def _child(self, owner: Instance, key: Value, node: ast.Subscript) -> Value:
        """Return a layer of a container by place or key, or some of them."""
        layers = list(owner.items.values())
        if isinstance(key, slice):
            part = Instance(owner.cls, line=owner.line)
            chosen = layers[key] if _plain_slice(key) else []
            part.items = {str(i): layer for i, layer in enumerate(chosen)}
            return part
        if isinstance(key, int) and -len(layers) <= key < len(layers):
            return layers[key]
        if str(key) not in owner.items:
            what = f"{self.source.code(node)}: there are only {len(layers)} layers."
            self.fail(what, node.lineno)
        return owner.items[str(key)]

    def _eval_Slice(self, node: ast.Slice, scope: Scope) -> Value:  # noqa: N802
        ends = [
            None if one is None else self.evaluate(one, scope)
            for one in (node.lower, node.upper, node.step)
        ]
        return slice(*ends)

    def _eval_Starred(self, node: ast.Starred, scope: Scope) -> Value:  # noqa: N802
        return self.evaluate(node.value, scope)

    def _eval_ListComp(  # noqa: N802
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope
    ) -> Value:
        values = []
        inner = Scope(scope)
        for _ in self._rounds(node.generators, inner):
            values.append(self.evaluate(node.elt, inner))
            require_short(len(values))
        return values

    _eval_SetComp = _eval_ListComp  # noqa: N815
    _eval_GeneratorExp = _eval_ListComp  # noqa: N815

    def _eval_DictComp(self, node: ast.DictComp, scope: Scope) -> Value:  # noqa: N802
        result: dict[Any, Value] = {}
        inner = Scope(scope)
        for _ in self._rounds(node.generators, inner):
            key = self.evaluate(node.key, inner)
            if isinstance(key, (str, int, float, Name)):
                result[key] = self.evaluate(node.value, inner)
        return result

    def _rounds(self, generators: Sequence[ast.comprehension], scope: Scope) -> Iterator[None]:
        """Run the loops of a comprehension; a loop over the unknown has no rounds."""
        if not generators:
            yield
            return
        first, *others = generators
        elements = self.iterate(self.evaluate(first.iter, scope), first.iter.lineno)
        if isinstance(elements, Unknown):
            self.note(
                f"the loop over {self.source.code(first.iter)} is skipped.", first.iter.lineno
            )
            return
        for element in elements:
            self.budget.spend(1, first.iter.lineno)
            self.assign(first.target, element, scope)
            if all(self.truth(self.evaluate(test, scope), test, test.lineno) for test in first.ifs):
                yield from self._rounds(others, scope)

    def _eval_Call(self, node: ast.Call, scope: Scope) -> Value:  # noqa: N802
        function = self.evaluate(node.func, scope)
        arguments = self._elements(node.args, scope)
        if isinstance(arguments, Unknown):
            return arguments
        keywords: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self.evaluate(keyword.value, scope)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
            elif isinstance(value, dict):
                keywords.update((key, one) for key, one in value.items() if isinstance(key, str))
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            keywords["__scope__"] = scope
        return self.call(function, Call(arguments, keywords, node.lineno, node))

    def _eval_Yield(self, node: ast.Yield, scope: Scope) -> Value:  # noqa: N802
        value = None if node.value is None else self.evaluate(node.value, scope)
        collected = scope.find("__yielded__")
        if collected is not None:
            collected.names["__yielded__"].append(value)
            require_short(len(collected.names["__yielded__"]))


def text_of(value: Value) -> str:
    """Return a value as text, without a way to make it huge."""
    if isinstance(value, (int, float, str, bool, type(None))):
        return str(value)
    if isinstance(value, Name):
        return value.dotted.split(".")[-1]
    if is_module(value):
        return str(value.type)
    return "…"


def _filled(pattern: str, values: Value) -> Value:
    """Return what the operator % makes of a text; widths are refused."""
    elements = list(values) if isinstance(values, tuple) else [values]
    if tensors_in(elements) or pattern.count("%") != len(elements):
        return Unknown("a formatted text", None)
    for element in elements:
        for sign in ("%d", "%s", "%i", "%r"):
            before, found, after = pattern.partition(sign)
            if found and "%" not in before:
                pattern = before + text_of(element).replace("%", "") + after
                break
        else:
            return Unknown("a formatted text", None)
    return pattern


def _identical(left: Value, right: Value) -> bool:
    """Return whether two values are one; numbers and names are where they are equal."""
    if isinstance(left, (int, str, Name)) and type(left) is type(right):
        return bool(left == right)
    return left is right


def _plain_slice(one: slice) -> bool:
    """Return whether a slice is made of numbers that a list takes."""
    ends = (one.start, one.stop, one.step)
    return all(end is None or isinstance(end, int) for end in ends) and one.step != 0
