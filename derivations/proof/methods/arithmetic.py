"""Differences, multiples and sums of expressions, as the ways of arguing write them."""

from __future__ import annotations

from derivations.calculus.expressions import Add, Expr, Index, Mul, Neg, Number, Sum, Zero


def difference(left: Expr, right: Expr) -> Expr:
    if (isinstance(right, Number) and right.value == 0) or isinstance(right, Zero):
        return left
    if isinstance(left, Number) and left.value == 0:
        return Neg(right)
    return Add((left, Neg(right)))


def summed(expr: Expr, over: tuple[Index, ...]) -> Expr:
    for index in over:
        expr = Sum(index, expr)
    return expr


def multiplied(expr: Expr, left: Expr, right: Expr | None) -> Expr:
    expr = Mul((left, expr)) if left.is_scalar else left @ expr
    if right is None:
        return expr
    return Mul((expr, right)) if right.is_scalar else expr @ right
