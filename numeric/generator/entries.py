"""The rules for what is computed entry by entry, reduced over an index, or looked up."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from itertools import combinations
from typing import Any

from derivations.calculus.expressions import (
    Abs,
    Add,
    Binder,
    Bracket,
    CirclePi,
    Component,
    Delta,
    Exp,
    Expr,
    First,
    Identity,
    Index,
    Log,
    LogSumExp,
    Median,
    Member,
    Minimum,
    Mul,
    Neg,
    Number,
    Ordered,
    Pow,
    Product,
    Size,
    WeightedLog,
    Zero,
    at,
)
from numeric.generator.arrays import Labelled
from numeric.generator.facts import is_positive
from numeric.generator.features import in_features
from numeric.generator.planner import Axis, Lower, Planner, given
from numeric.generator.products import Product as Gathered
from numeric.generator.products import multiplied_out
from numeric.generator.sizes import elements

# ------------------------------------------------------------------------------------- leaves


def member(planner: Planner, expr: Member, row: Axis, column: Axis) -> Labelled:
    found, family, axes = planner.base(expr.symbol)
    pairs = [(own, wanted) for own, wanted in zip(axes, (row, column), strict=True) if own is not None]
    own_labels, wanted_labels = [own for own, _ in pairs], [given(wanted) for _, wanted in pairs]
    return planner.selected(found, (*family, *own_labels), (*expr.indices, *wanted_labels))


def component(planner: Planner, expr: Component, row: Axis, column: Axis) -> Labelled:
    axes = [planner.axis(dim) for dim in expr.base.shape]
    base = planner.lower(expr.base, axes[0], axes[1])
    return planner.selected(base, [axis for axis in axes if axis is not None], expr.indices)


def size(planner: Planner, expr: Size, row: Axis, column: Axis) -> Labelled:
    return planner.arrays.leaf("size", (), expr)


def circle_pi(planner: Planner, expr: CirclePi, row: Axis, column: Axis) -> Labelled:
    return planner.arrays.leaf("circle_pi")


def zero(planner: Planner, expr: Zero, row: Axis, column: Axis) -> Labelled:
    return planner.arrays.number(Fraction(0))


def identity(planner: Planner, expr: Identity, row: Axis, column: Axis) -> Labelled:
    if row == column:
        return planner.arrays.number(Fraction(1))
    return planner.arrays.leaf("identity", (given(row), given(column)), expr.size)


def delta(planner: Planner, expr: Delta, row: Axis, column: Axis) -> Labelled:
    arrays = planner.arrays
    match expr.left, expr.right:
        case Index() as left, Index() as right if left == right:
            return arrays.number(Fraction(1))
        case Index() as left, Index() as right if left.size == right.size:
            return arrays.leaf("identity", (left, right), left.size)
        case (Member() as label, Index() as index) | (Index() as index, Member() as label):
            return arrays.one_hot(planner.lower(label), index)
        case Member() as left, Member() as right:
            return arrays.elementwise("equal", planner.lower(left), planner.lower(right))
        case _:
            raise planner.refusal(expr, "its indices run over different ranges")


def ordered(planner: Planner, expr: Ordered, row: Axis, column: Axis) -> Labelled:
    match expr.left, expr.right:
        case Index() as left, Index() as right if left.size == right.size and left != right:
            return planner.arrays.leaf("ordered", (left, right), left.size)
        case _:
            raise planner.refusal(expr, "it compares other things than two indices of one range")


# ------------------------------------------------------------------------------------- sums

Signed = tuple[int, Labelled]


def add(planner: Planner, expr: Add, row: Axis, column: Axis) -> Labelled:
    """Small terms are added before large ones, so that few passes are made over large arrays."""
    if planner.stacks:
        found = in_features(planner, expr, row, column)
        if found is not None:
            return found
    groups: dict[frozenset[Index], list[Signed]] = {}
    for term in expr.terms:
        product = Gathered()
        planner.gather(term, row, column, product)
        sign = product.split_sign()
        summand = multiplied_out(planner.arrays, product)
        groups.setdefault(frozenset(summand.labels), []).append((sign, summand))
    sums = [reduce(lambda a, b: _signed_sum(planner, a, b), group) for group in groups.values()]
    while len(sums) > 1:
        left, right = min(combinations(sums, 2), key=_cost_of_adding)
        sums = [item for item in sums if item not in (left, right)]
        sums.append(_signed_sum(planner, left, right))
    sign, result = sums[0]
    return result if sign > 0 else planner.arrays.elementwise("negative", result)


def _signed_sum(planner: Planner, left: Signed, right: Signed) -> Signed:
    """Two terms with their signs, as one: a difference is taken as such."""
    if left[0] == right[0]:
        return left[0], planner.arrays.elementwise("add", left[1], right[1])
    plus, minus = (left, right) if left[0] > 0 else (right, left)
    return 1, planner.arrays.elementwise("subtract", plus[1], minus[1])


def _cost_of_adding(pair: tuple[Signed, Signed]) -> tuple[bool, int]:
    """Best is a term that is put into one that has its axes already; then, a small result."""
    left, right = (set(labelled.labels) for _, labelled in pair)
    return not (left <= right or right <= left), elements(left | right)


# -------------------------------------------------------------------------------- functions


def function(kind: str) -> Lower:
    """A function of one scalar."""
    return lambda planner, expr, row, column: planner.arrays.elementwise(kind, planner.lower(expr.body))


def exp(planner: Planner, expr: Exp, row: Axis, column: Axis) -> Labelled:
    """exp(a - log sum exp a) is one operation, which loses nothing where a is large."""
    match expr.body:
        case Add((*terms, Neg(LogSumExp() as total))) if terms:
            numerator = terms[0] if len(terms) == 1 else Add(tuple(terms))
            found = softmax(planner, numerator, total)
            if found is not None:
                return found
    return planner.arrays.elementwise("exp", planner.lower(expr.body))


def softmax(planner: Planner, numerator: Expr, total: LogSumExp) -> Labelled | None:
    """Shares along an axis, if the numerator is one of the terms of the total."""
    found = planner.lower(numerator)
    label, body = bound(planner, total)
    unlike = [pair for pair in zip(found.labels, body.labels, strict=False) if pair[0] != pair[1]]
    if found.number != body.number or len(unlike) != 1 or unlike[0][1] != label:
        return None
    along = unlike[0][0]
    others = [other.size for other in found.labels if other != along]
    return planner.arrays.softmax(found, along, planner.blamed(total, others))


def power(planner: Planner, expr: Pow, row: Axis, column: Axis) -> Labelled:
    base = planner.lower(expr.base)
    if expr.exponent == Number(Fraction(1, 2)):
        return planner.arrays.elementwise("sqrt", base)
    if expr.exponent == Number(Fraction(-1)):
        return planner.arrays.elementwise("divide", planner.arrays.number(Fraction(1)), base)
    return planner.arrays.elementwise("power", base, planner.lower(expr.exponent))


def log(planner: Planner, expr: Log, row: Axis, column: Axis) -> Labelled:
    kind = "log" if is_positive(expr.body) else "safe_log"
    return planner.arrays.elementwise(kind, planner.lower(expr.body))


def weighted_log(planner: Planner, expr: WeightedLog, row: Axis, column: Axis) -> Labelled:
    """Where the logarithm is finite, a plain product, which may become a matrix product."""
    if is_positive(expr.body):
        return planner.lower(Mul((expr.weight, Log(expr.body))))
    return planner.arrays.elementwise("weighted_log", planner.lower(expr.weight), planner.lower(expr.body))


def bracket(planner: Planner, expr: Bracket, row: Axis, column: Axis) -> Labelled:
    kind = {"<": "less", "<=": "at_most", "=": "equal"}[expr.relation]
    return planner.arrays.elementwise(kind, planner.lower(expr.left), planner.lower(expr.right))


# ---------------------------------------------------------------------------------- binders


def bound(planner: Planner, expr: Binder) -> tuple[Index, Labelled]:
    """The body of a binder, with a new label for the index that is bound."""
    label = planner.fresh(expr.index.size, expr.index.name)
    body = planner.lower(at(expr.body, {expr.index: label}))
    if label not in body.labels:
        raise planner.refusal(expr, f"the body does not depend on {expr.index.name}")
    return label, body


def reduction(kind: str) -> Lower:
    """A binder that takes one number out of many along an axis."""

    def lower(planner: Planner, expr: Any, row: Axis, column: Axis) -> Labelled:
        label, body = bound(planner, expr)
        return planner.arrays.reduced(kind, body, [label])

    return lower


def first(planner: Planner, expr: First, row: Axis, column: Axis) -> Labelled:
    """The place of the smallest entry, compared with the index or label that is asked about."""
    label, body = bound(planner, expr)
    place = planner.arrays.reduced("first_smallest", body, [label])
    if isinstance(expr.chosen, Index):
        return planner.arrays.one_hot(place, expr.chosen)
    return planner.arrays.elementwise("equal", place, planner.lower(expr.chosen))


def median(planner: Planner, expr: Median, row: Axis, column: Axis) -> Labelled:
    """Values and weights with the index last; what both depend on besides it is refused."""
    label = planner.fresh(expr.index.size, expr.index.name)
    values, weights = (planner.lower(at(part, {expr.index: label})) for part in (expr.body, expr.weight))
    shared = set(values.labels) & set(weights.labels)
    if shared != {label}:
        raise planner.refusal(expr, f"values and weights should share {expr.index.name} and no other index")
    return planner.arrays.weighted_median(values, weights, label)


LOWERING: Mapping[type[Expr], Lower] = {
    Member: member,
    Component: component,
    Size: size,
    CirclePi: circle_pi,
    Zero: zero,
    Identity: identity,
    Delta: delta,
    Ordered: ordered,
    Add: add,
    Pow: power,
    Log: log,
    Exp: exp,
    Abs: function("absolute"),
    WeightedLog: weighted_log,
    Bracket: bracket,
    LogSumExp: reduction("log_sum_exp"),
    Product: reduction("product"),
    Minimum: reduction("minimum"),
    First: first,
    Median: median,
}
