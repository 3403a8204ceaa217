"""Sums over all assignments of points to components, by the distributive law."""

from __future__ import annotations

from typing import Any

from derivations.calculus import expressions as ex
from derivations.calculus.expressions import Expr, Index, Member, Symbol
from derivations.calculus.indices.canonical import collected
from derivations.calculus.indices.rewriting import normal_form
from derivations.calculus.indices.terms import Poly, number
from derivations.calculus.indices.theory import UndecidedError
from derivations.calculus.lowering.frame import Lowering


def assignment_sum(expr: Any, low: Lowering) -> Poly:
    """sum over all assignments of prod_i a(i, z_i): the product of the sums (distributive law).

    Where the factors sum to one over the components, all points but one sum to one. So a factor f(z_i) beside the
    product leaves sum_k a(i, k) f(k), and a factor sum_i f(i, z_i) leaves sum_i sum_k a(i, k) f(i, k).
    """
    low.theory.require_apparent(expr.body, expr.labels)
    parts = expr.body.factors if isinstance(expr.body, ex.Mul) else (expr.body,)
    products = [part for part in parts if isinstance(part, ex.Product)]
    others = [part for part in parts if not isinstance(part, ex.Product)]
    if len(products) != 1 or len(others) > 1:
        raise UndecidedError(
            "a sum over assignments of something else than a product times a sum over points"
        )
    weights, component = _chosen(products[0], expr.labels)
    if not others:
        return low.here(ex.Product(weights.index, ex.Sum(component, weights.body)))
    total = normal_form(low.at(ex.Sum(component, weights.body)), low.theory)
    if total != collected(number(1)):
        raise UndecidedError("the weights of the assignments are not known to sum to one")
    if not isinstance(others[0], ex.Sum):
        return low.here(_for_one_point(others[0], expr.labels, weights, component))
    return low.here(_for_all_points(others[0], expr.labels, weights, component))


def _for_all_points(total: ex.Binder, labels: Symbol, weights: ex.Binder, component: Index) -> Expr:
    """sum_i sum_k a(i, k) f(i, k), under indices that stand nowhere else."""
    values, chosen = _chosen(total, labels)
    taken = set[Index]().union(*(_bound_indices(e) | ex.free_indices(e) for e in (weights, values)))
    taken |= {component, chosen}
    point = ex.fresh_index(values.index, frozenset(taken))
    fresh = ex.fresh_index(component, frozenset(taken | {point}))
    weight = ex.at(weights.body, {weights.index: point, component: fresh})
    return ex.sum_over(point, fresh, weight * ex.at(values.body, {values.index: point, chosen: fresh}))


def _for_one_point(value: Expr, labels: Symbol, weights: ex.Binder, component: Index) -> Expr:
    """sum_k a(i, k) f(k), where f depends on the assignment of the point i alone."""
    taken = frozenset(_bound_indices(value) | ex.free_indices(value) | ex.free_indices(weights.body))
    fresh = ex.fresh_index(component, taken)
    points = [index for index in ex.free_indices(value) if index.size == labels.family[0]]
    for point in sorted(points, key=lambda index: index.name):
        chosen = ex.at(value, {Member(labels, (point,)): fresh})
        if labels not in ex.symbols_of(chosen):
            weight = ex.at(weights.body, {weights.index: point, component: fresh})
            return ex.Sum(fresh, weight * chosen)
    raise UndecidedError("a factor that depends on the assignment of more than one point")


def _chosen(node: ex.Binder, labels: Symbol) -> tuple[ex.Binder, Index]:
    """A binder over points with a component index put in the place of the label of its point."""
    assert labels.labels is not None
    if node.index.size != labels.family[0]:
        raise UndecidedError("a product or a sum over another range than that of the points")
    taken = ex.free_indices(node.body) | {node.index}
    component = ex.fresh_index(Index("k", labels.labels), frozenset(taken | _bound_indices(node.body)))
    body = ex.at(node.body, {Member(labels, (node.index,)): component})
    if labels in ex.symbols_of(body):
        raise UndecidedError("a factor depends on the assignment of another point")
    return type(node)(node.index, body), component


def _bound_indices(expr: Expr) -> set[Index]:
    return {node.index for node in ex.walk(expr) if isinstance(node, ex.Binder)}
