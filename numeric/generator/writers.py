"""One row for each kind of operation: how it is written."""

from __future__ import annotations

import ast
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from derivations.calculus.expressions import Size
from numeric.generator.names import MATH, NUMPY
from numeric.generator.operations import LEAVES, Operation
from numeric.generator.python import (
    axes,
    binary,
    call,
    everything,
    number,
    path,
    product,
    subscript,
    transposed,
)

if TYPE_CHECKING:
    from numeric.generator.emit import Emitter, Scope

Write = Callable[["Emitter", Operation, "Scope"], ast.expr]


def _operands(emitter: Emitter, operation: Operation, scope: Scope) -> list[ast.expr]:
    return [emitter.value(operand, scope) for operand in operation.operands]


def _operator(symbol: ast.operator) -> Write:
    def write(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
        left, right = _operands(emitter, operation, scope)
        return binary(left, symbol, right)

    return write


def _function(name: str) -> Write:
    def write(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
        is_constant = name in MATH and emitter.is_constant(operation.operands[0])
        return call((MATH if is_constant else emitter.names)[name], *_operands(emitter, operation, scope))

    return write


def _helper(name: str) -> Write:
    return lambda emitter, operation, scope: emitter.helper(name, *_operands(emitter, operation, scope))


def _indicator(name: str) -> Write:
    def write(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
        return emitter.helper(name, *_operands(emitter, operation, scope), emitter.dtype())

    return write


def _reduction(name: str) -> Write:
    def write(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
        (body,) = _operands(emitter, operation, scope)
        return call(emitter.names[name], body, axis=axes(cast(tuple[int, ...], operation.detail)))

    return write


def _log_sum_exp(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    (body,) = _operands(emitter, operation, scope)
    return emitter.helper("log_sum_exp", body, axis=axes(cast(tuple[int, ...], operation.detail)))


def _softmax(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    (body,) = _operands(emitter, operation, scope)
    axis, name = operation.detail
    return emitter.helper("softmax", ast.Constant(str(name)), body, axis=number(cast(int, axis)))


def _multiply(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    left, right = _operands(emitter, operation, scope)
    if operation.operands[0] == operation.operands[1]:
        return binary(left, ast.Pow(), ast.Constant(2))
    return binary(left, ast.Mult(), right)


def _negative(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    (body,) = _operands(emitter, operation, scope)
    return ast.UnaryOp(ast.USub(), body)


def _leaf(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    return emitter.leaf(operation, scope, tuple(range(len(operation.shape))))


def _number(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    return number(cast(Fraction, operation.detail[0]))


def _size(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    return ast.Name(emitter.size_name(cast(Size, operation.detail[0])))


def _view(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    """Axes in another order, some of length one dropped, some of length one put in."""
    arrangement = cast("tuple[int | None, ...]", operation.detail)
    kept = [axis for axis in arrangement if axis is not None]
    source = emitter.program[operation.operands[0]]
    order = tuple(sorted(kept).index(axis) for axis in kept)
    if source.kind in LEAVES:
        node = emitter.leaf(source, scope, order)
    else:
        node = emitter.value(operation.operands[0], scope)
        if len(kept) < len(source.shape):
            ones = [everything() if axis in kept else ast.Constant(0) for axis in range(len(source.shape))]
            node = subscript(node, ones)
        node = transposed(node, order, emitter.names)
    if len(kept) == len(arrangement):
        return node
    return subscript(
        node, [path(emitter.names["newaxis"]) if a is None else everything() for a in arrangement]
    )


def _reshape(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    """Groups of axes folded into one or unfolded; in a block the axis of the points is left to NumPy (-1)."""
    (body,) = _operands(emitter, operation, scope)
    groups = cast("tuple[tuple[Size, ...], ...]", operation.detail)
    sizes: list[ast.expr] = []
    for group in groups:
        has_points = scope.region is not None and scope.region.points in group
        sizes.append(number(-1) if has_points else product([emitter.size_name(size) for size in group]))
    return call(emitter.names["reshape"], body, ast.Tuple(sizes))


def _repeat(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    (body,) = _operands(emitter, operation, scope)
    sizes = [ast.Name(emitter.size_name(cast(Size, size))) for size in operation.shape]
    return call(NUMPY["array"], call(NUMPY["broadcast_to"], body, ast.Tuple(list[ast.expr](sizes))))


def _identity(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    count = ast.Name(emitter.size_name(cast(Size, operation.detail[0])))
    return emitter.helper("identity", count, emitter.dtype())


def _ordered(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    return emitter.helper(
        "ordered", ast.Name(emitter.size_name(cast(Size, operation.detail[0]))), emitter.dtype()
    )


def _diagonal(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    (body,) = _operands(emitter, operation, scope)
    return call(NUMPY["diagonal"], body, axis1=number(-2), axis2=number(-1))


def _take(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    values, positions = _operands(emitter, operation, scope)
    return call(NUMPY["take"], values, positions, axis=number(0))


def _cholesky(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    (body,) = _operands(emitter, operation, scope)
    return emitter.helper("cholesky", ast.Constant(str(operation.detail[0])), body)


def _one_hot(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    (positions,) = _operands(emitter, operation, scope)
    count = ast.Name(emitter.size_name(cast(Size, operation.shape[0])))
    return emitter.helper("one_hot", positions, count, emitter.dtype())


WRITERS: dict[str, Write] = {
    "argument": _leaf,
    "labels": _leaf,
    "number": _number,
    "size": _size,
    "circle_pi": lambda emitter, operation, scope: path(emitter.names["circle_pi"]),
    "identity": _identity,
    "view": _view,
    "reshape": _reshape,
    "repeat": _repeat,
    "add": _operator(ast.Add()),
    "subtract": _operator(ast.Sub()),
    "multiply": _multiply,
    "divide": _operator(ast.Div()),
    "power": _operator(ast.Pow()),
    "matmul": _operator(ast.MatMult()),
    "negative": _negative,
    "sqrt": _function("sqrt"),
    "exp": _function("exp"),
    "log": _function("log"),
    "det": _function("det"),
    "inverse": _function("inverse"),
    "sum": _reduction("sum"),
    "product": _reduction("product"),
    "log_sum_exp": _log_sum_exp,
    "safe_log": _helper("safe_log"),
    "softmax": _softmax,
    "is_zero": _helper("is_zero"),
    "log_or_zero": _helper("log_or_zero"),
    "unless_positive": _helper("unless_positive"),
    "weighted_log": _helper("weighted_log"),
    "weighted_median": _helper("weighted_median"),
    "inverse_factor": _helper("inverse_factor"),
    "log_det_from": _helper("log_det_from"),
    "log_abs_det": _helper("log_abs_det"),
    "ordered": _ordered,
    "equal": _indicator("equal"),
    "less": _indicator("less"),
    "at_most": _indicator("at_most"),
    "absolute": _function("absolute"),
    "minimum": _reduction("minimum"),
    "first_smallest": _reduction("first_smallest"),
    "diagonal": _diagonal,
    "take": _take,
    "cholesky": _cholesky,
    "one_hot": _one_hot,
}
