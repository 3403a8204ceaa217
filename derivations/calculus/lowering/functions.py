"""Inverses and determinants of matrices, exponentials, and logarithms that may be minus infinity."""

from __future__ import annotations

from typing import Any

from derivations.calculus import expressions as ex
from derivations.calculus import order
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import Expr, Member
from derivations.calculus.indices import operations
from derivations.calculus.indices.rewriting import normal_form
from derivations.calculus.indices.terms import Poly
from derivations.calculus.indices.theory import Theory, UndecidedError
from derivations.calculus.lowering.frame import Lowering


def inverse(expr: Any, low: Lowering) -> Poly:
    if isinstance(expr.body, ex.MatMul) and all(f.shape == expr.body.shape for f in expr.body.factors):
        return low.here(ex.MatMul(tuple(ex.Inverse(factor) for factor in reversed(expr.body.factors))))
    body, row, column = low.square(expr.body)
    value = operations.inverse(body, row, column, low.theory)
    wanted_row, wanted_column = low.entry
    assert wanted_row is not None
    assert wanted_column is not None
    return value.renamed({row: wanted_row, column: wanted_column})


def log_det(expr: Any, low: Lowering) -> Poly:
    if isinstance(expr.body, ex.MatMul) and all(f.shape == expr.body.shape for f in expr.body.factors):
        low.theory.rely_on("multiplicativity of the determinant")
        return low.at(ex.Add(tuple(ex.LogDet(factor) for factor in expr.body.factors)))
    body, row, column = low.square(expr.body)
    return operations.log_determinant(body, row, column, low.theory)


def det(expr: Any, low: Lowering) -> Poly:
    """det A = exp log det A for a positive definite A."""
    found = order.definite(expr.body, low.theory.hypotheses)
    if found.verdict is not Verdict.PROVED:
        raise UndecidedError("determinant of a matrix that is not known to be positive definite")
    low.theory.need(*found.hypotheses)
    return operations.exponential(low.at(ex.LogDet(expr.body)), low.theory)


def weighted_log(expr: Any, low: Lowering) -> Poly:
    """weight * log(body). Where the body may be zero, a sum of non-negative weights is taken term by term.

    That is right at body zero too: both sides are minus infinity, or zero if every weight is.
    """
    body = normal_form(low.at(expr.body), low.theory)
    weight = _unfolded(expr.weight, low.theory)
    if low.theory.positive(body):
        return operations.weighted_log(low.at(weight), body, low.theory)
    _require_nonnegative(expr, low.theory)
    if not (low.theory.infinite or operations.vanishes_with(low.at(weight), body, low.theory)):
        raise UndecidedError("a logarithm that may be minus infinity")
    if not isinstance(weight, ex.Sum):
        return operations.weighted_log(low.at(weight), body, low.theory)
    index = ex.fresh_index(weight.index, ex.free_indices(expr.body) | ex.free_indices(weight))
    part = ex.at(weight.body, {weight.index: index})
    found = order.nonnegative(part, low.theory.hypotheses)
    if found.verdict is not Verdict.PROVED:
        return operations.weighted_log(low.at(weight), body, low.theory)
    low.theory.need(*found.hypotheses)
    with low.theory.extended(True):  # where a part is infinite, so is the whole
        return low.at(ex.Sum(index, ex.WeightedLog(part, expr.body)))


def _require_nonnegative(expr: ex.WeightedLog, theory: Theory) -> None:
    """The domain of a weighted logarithm: neither weight nor body is negative."""
    for part in (expr.weight, expr.body):
        found = order.nonnegative(part, theory.hypotheses)
        if found.verdict is not Verdict.PROVED:
            raise UndecidedError("a weighted logarithm of quantities that may be negative")
        theory.need(*found.hypotheses)


def must_be_finite(expr: Expr) -> tuple[Expr, ...]:
    """The parts in which no logarithm may be minus infinity, so that the whole is finite or minus infinity.

    Elsewhere weighted logarithms are only added, summed and scaled by positive numbers.
    """
    match expr:
        case ex.WeightedLog():
            return expr.children
        case ex.Add(terms):
            return tuple(part for term in terms for part in must_be_finite(term))
        case ex.Sum(_, body):
            return must_be_finite(body)
        case ex.Div(body, ex.Number(value)) if value > 0:
            return must_be_finite(body)
        case ex.Mul(factors) if sum(not _positive_number(factor) for factor in factors) == 1:
            return tuple(part for factor in factors for part in must_be_finite(factor))
    return (expr,) if any(isinstance(node, ex.WeightedLog) for node in ex.walk(expr)) else ()


def _positive_number(expr: Expr) -> bool:
    return isinstance(expr, ex.Number) and expr.value > 0


def exponential(expr: Any, low: Lowering) -> Poly:
    """exp of minus infinity is zero; of what may be undefined, nothing is known."""
    for part in must_be_finite(expr.body):
        low.at(part)
    with low.theory.extended(True):
        return operations.exponential(low.at(expr.body), low.theory)


def _unfolded(expr: Expr, theory: Theory) -> Expr:
    """The body of a definition in the place of its symbol."""
    while isinstance(expr, Member) and expr.symbol in theory.definitions:
        pattern, body = theory.definitions[expr.symbol]
        expr = ex.at(body, dict(zip(pattern.indices, expr.indices, strict=True)))
    return expr
