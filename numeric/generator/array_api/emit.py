"""Array operations as statements in names of the Array API standard: the rows that differ, and the body of a function."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import cast

from derivations.calculus.expressions import Size, Symbol
from numeric.generator.array_api.names import HELPERS, REFUSED, STANDARD
from numeric.generator.emit import Emitter, Scope
from numeric.generator.emit_fused import IN_PLACE, in_one_go, pair
from numeric.generator.errors import NotInStandardError
from numeric.generator.names import safe
from numeric.generator.operations import Operation, Program
from numeric.generator.python import axes, call, everything, source_of, subscript
from numeric.generator.regions import refuse_pairs_of_points
from numeric.generator.writers import WRITERS, Write

LIBRARY = "xp"


class ArrayApiEmitter(Emitter):
    """Writes the body of a pure function: all points at once, nothing in place."""

    names = STANDARD
    annotated = ()

    def __init__(self, program: Program, results: Iterable[int], arguments: Iterable[Symbol]) -> None:
        self.arguments = tuple(arguments)
        super().__init__(program, results, self.arguments, {}, {})
        self.writers = {**WRITERS, **PURE}

    def body(self) -> list[str]:
        """The statements, the return statement last, indented by four blanks. Raises NotInStandardError."""
        for key in self.program.below(*self.results):
            refuse_pairs_of_points(self.program, key)
        scope = Scope(None, " " * 4)
        if len(self.results) > 1:
            names = [source_of(self.named(key, scope)) for key in self.results]
            scope.write(f"return {', '.join(names)}")
        else:
            [result] = map(self.checked, self.results)
            shape = self.shape_text(self.program[result].shape, scope)
            scope.write(f"return {source_of(self.returned(result, scope))}", shape)
        return scope.lines

    def is_part(self, key: int, node: ast.expr) -> bool:
        """As for NumPy; but axes are changed only of what has a name, since here that takes a call."""
        is_seen_through = self.program[self.user.get(key, key)].kind == "view"
        return super().is_part(key, node) and not is_seen_through

    def checked(self, key: int) -> int:
        """The operation, if it makes an array: the functions of the standard take no plain numbers."""
        if self.is_constant(key):
            raise NotInStandardError(f"{self.program[key].kind} of numbers alone makes no array")
        return key

    def helper(self, name: str, *arguments: ast.expr, **keywords: ast.expr) -> ast.expr:
        assert name in HELPERS
        self.helpers.add(name)
        return call(name, ast.Name(LIBRARY), *arguments, **keywords)

    def like(self) -> ast.expr:
        """An argument of whose precision and on whose device an array is to be made."""
        for symbol in self.arguments:
            if symbol.labels is None:
                return ast.Name(safe(symbol.name))
        raise NotInStandardError("no argument says in which precision a matrix of numbers is to be made")


# ------------------------------------------------------------------------------------ operands


def _array(emitter: Emitter, key: int, scope: Scope) -> ast.expr:
    """The value of an operation, which must be an array."""
    assert isinstance(emitter, ArrayApiEmitter)
    return emitter.value(emitter.checked(key), scope)


def _function(name: str) -> Write:
    """A function of one array."""
    return lambda emitter, operation, scope: call(
        STANDARD[name], _array(emitter, operation.operands[0], scope)
    )


def _helper(name: str) -> Write:
    return lambda emitter, operation, scope: emitter.helper(
        name, *(_array(emitter, operand, scope) for operand in operation.operands)
    )


# ---------------------------------------------------------------------------------------- rows


def _indicator(relation: ast.cmpop) -> Write:
    def write(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
        left, right = operation.operands
        found = ast.Compare(_array(emitter, left, scope), [relation], [emitter.value(right, scope)])
        return call(STANDARD["astype"], found, emitter.dtype())

    return write


def _made(name: str) -> Write:
    """A matrix of numbers that no argument holds."""

    def write(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
        assert isinstance(emitter, ArrayApiEmitter)
        count = ast.Name(emitter.size_name(cast(Size, operation.detail[0])))
        return emitter.helper(name, count, emitter.like())

    return write


def _repeat(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    sizes = [ast.Name(emitter.size_name(cast(Size, size))) for size in operation.shape]
    body = _array(emitter, operation.operands[0], scope)
    return call(STANDARD["broadcast_to"], body, ast.Tuple(list[ast.expr](sizes)))


def _shares(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    """Softmax, or log-sum-exp; both in one go where both are wanted."""
    both = pair(emitter, operation)
    if both is not None:
        return in_one_go(emitter, operation, both, scope)
    along = cast("tuple[int, ...]", operation.detail[:1])
    return emitter.helper(operation.kind, emitter.value(operation.operands[0], scope), axis=axes(along))


def _stack(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    """Features on top of each other; the constant one has as many columns as the others."""
    is_one = [emitter.program[operand].kind == "number" for operand in operation.operands]
    found = [
        None if one else emitter.named(operand, scope)
        for operand, one in zip(operation.operands, is_one, strict=True)
    ]
    other = next(node for node in found if node is not None)
    if any(is_one):
        row = subscript(other, [ast.Slice(upper=ast.Constant(1)), everything()])
        ones = emitter.unused("ones")
        shape = emitter.shape_text((None, *operation.shape[1:]), scope)
        scope.write(f"{ones} = {source_of(call(STANDARD['ones_like'], row))}", shape)
    parts = [ast.Name(ones) if node is None else node for node in found]
    return call(STANDARD["concatenate"], ast.List(list[ast.expr](parts)), axis=ast.Constant(0))


def _refused(why: str) -> Write:
    def write(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
        raise NotInStandardError(why)

    return write


PURE: Mapping[str, Write] = {
    "absolute": _function("absolute"),
    "cholesky": _function("cholesky"),
    "diagonal": _function("diagonal"),
    "identity": _made("identity"),
    "ordered": _made("ordered"),
    "repeat": _repeat,
    "equal": _indicator(ast.Eq()),
    "less": _indicator(ast.Lt()),
    "at_most": _indicator(ast.LtE()),
    **{
        kind: _helper(kind)
        for kind in ("safe_log", "is_zero", "log_or_zero", "weighted_log", "pair_products")
    },
    "take": _helper("taken"),
    "softmax": _shares,
    "log_sum_exp": _shares,
    "stack": _stack,
    **{kind: IN_PLACE[kind] for kind in ("side_by_side", "upper_triangle", "part")},
    **{kind: _refused(why) for kind, why in REFUSED.items()},
}
