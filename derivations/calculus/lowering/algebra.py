"""Sums and products, of numbers and of matrices, and what else binds an index."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derivations.calculus import expressions as ex
from derivations.calculus.expressions import Expr, Index
from derivations.calculus.indices import operations
from derivations.calculus.indices.rewriting import normal_form
from derivations.calculus.indices.terms import Place, Poly, bind, number
from derivations.calculus.indices.theory import Theory, UndecidedError
from derivations.calculus.lowering.frame import Lowering, open_place, place_of


def add(expr: Any, low: Lowering) -> Poly:
    result = Poly()
    for term in expr.terms:
        result = result + low.here(term)
    return result


def multiply(expr: Any, low: Lowering) -> Poly:
    result = number(1)
    for factor in expr.factors:
        result = result * (low.at(factor) if factor.is_scalar else low.here(factor))
    return result


def divide(expr: Any, low: Lowering) -> Poly:
    return low.here(expr.numerator) * _reciprocal(expr.denominator, low)


def _reciprocal(expr: Expr, low: Lowering) -> Poly:
    """One over a scalar; over a product factor by factor, over a power as a negative power of its base."""
    match expr:
        case ex.Mul(factors) if expr.is_scalar:
            result = number(1)
            for factor in factors:
                result = result * _reciprocal(factor, low)
            return result
        case ex.Pow(base, ex.Number(exponent)) if exponent > 0:
            return operations.power(low.at(base), -exponent, low.theory)
    return operations.power(low.at(expr), Fraction(-1), low.theory)


def power(expr: Any, low: Lowering) -> Poly:
    base, exponent = low.at(expr.base), normal_form(low.at(expr.exponent), low.theory)
    constant = [c for term, c in exponent.terms if not term.atoms]
    if len(exponent.terms) == len(constant):
        return operations.power(base, constant[0] if constant else Fraction(0), low.theory)
    if operations.is_bit(exponent, low.theory) and not low.theory.positive(base):
        return operations.chosen(exponent, base)
    return operations.exponential(exponent * operations.logarithm(base, low.theory), low.theory)


def matmul(expr: Any, low: Lowering) -> Poly:
    result = number(1)
    row, column = low.entry
    joints = [open_place(factor.shape[1]) for factor in expr.factors[:-1]]
    for factor, left, right in zip(expr.factors, [row, *joints], [*joints, column], strict=True):
        result = result * low.at(factor, (left, right))
    for joint in joints:
        result = result if joint is None else bind(result, joint)
    return result


def trace(expr: Any, low: Lowering) -> Poly:
    place = open_place(expr.body.shape[0])
    body = low.at(expr.body, (place, place))
    return body if place is None else bind(body, place)


def total(expr: Any, low: Lowering) -> Poly:
    return bind(*low.inside(expr.index, expr.body))


def binding(operation: Callable[[Poly, Place, Theory], Poly]) -> Callable[[Any, Lowering], Poly]:
    def rule(expr: Any, low: Lowering) -> Poly:
        body, place = low.inside(expr.index, expr.body)
        return operation(body, place, low.theory)

    return rule


def first(expr: Any, low: Lowering) -> Poly:
    body, place = low.inside(expr.index, expr.body)
    if not isinstance(expr.chosen, Index):
        raise UndecidedError("a label that is chosen by a minimum")
    return operations.first(body, place, place_of(expr.chosen, low.scope), low.theory)


def median(expr: Any, low: Lowering) -> Poly:
    body, place = low.inside(expr.index, expr.body)
    weight = low.inside(expr.index, expr.weight)
    return operations.median(body, weight[0].renamed({weight[1]: place}), place, low.theory)
