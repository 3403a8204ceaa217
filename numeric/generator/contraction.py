"""The order in which a sum of products is multiplied out.

A contraction is a product of labelled arrays, summed over some labels. It is done pair by pair; among all
orders the cheapest is taken, by a cost that counts elements written and, at a discount, multiplications
inside matrix products. One rule comes from measurement: never a batch of tiny matrix products along the
points; there, arrays are multiplied entry by entry and summed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations

from derivations.calculus.expressions import Index
from numeric.generator.arrays import Arrays, Labelled
from numeric.generator.errors import GeneratorError
from numeric.generator.sizes import elements, is_long

MATRIX_PRODUCT_SPEED = 8.0  # multiplications in a matrix product in the time of one element written
MOST_FACTORS = 9  # the number of orders grows as 3 to this power

Labels = frozenset[Index]


@dataclass(frozen=True)
class Order:
    """A way to multiply out a set of factors, and its cost; a leaf has no parts."""

    factors: frozenset[int]
    labels: Labels  # of the result
    cost: float
    parts: tuple[Order, Order] | None = None


def contract(arrays: Arrays, factors: Sequence[Labelled], keep: Collection[Index]) -> Labelled:
    """The product of the factors, summed over every label that is not kept. Raises GeneratorError."""
    if len(factors) > MOST_FACTORS:
        raise GeneratorError(f"a product of {len(factors)} factors; at most {MOST_FACTORS} can be ordered")
    return _multiplied(arrays, factors, best_order([frozenset(f.labels) for f in factors], frozenset(keep)))


def best_order(factors: Sequence[Labels], keep: Labels) -> Order:
    """The cheapest order, by dynamic programming over sets of factors."""
    everything = range(len(factors))
    best: dict[frozenset[int], Order] = {}

    def remaining(chosen: frozenset[int]) -> Labels:
        outside = keep.union(*(factors[i] for i in everything if i not in chosen))
        return outside & frozenset().union(*(factors[i] for i in chosen))

    for count in range(1, len(factors) + 1):
        for chosen in map(frozenset, combinations(everything, count)):
            labels = remaining(chosen)
            if count == 1:
                (own,) = chosen
                cost = 0 if labels == factors[own] else elements(factors[own])
                best[chosen] = Order(chosen, labels, cost)
            else:
                orders = (_joined(best[part], best[chosen - part], labels) for part in _halves(chosen))
                best[chosen] = min(orders, key=lambda order: order.cost)
    return best[frozenset(everything)]


def _halves(chosen: frozenset[int]) -> list[frozenset[int]]:
    """The proper parts that hold the first factor, small ones first: one for each way to cut in two."""
    first, *others = sorted(chosen)
    return [frozenset((first, *part)) for count in range(len(others)) for part in combinations(others, count)]


def _joined(left: Order, right: Order, labels: Labels) -> Order:
    cost = left.cost + right.cost + elements(left.labels) + elements(right.labels) + elements(labels)
    union = left.labels | right.labels
    if union != labels:
        is_product = is_matrix_product(left.labels, right.labels, labels)
        cost += elements(union) / MATRIX_PRODUCT_SPEED if is_product else 2 * elements(union)
    return Order(left.factors | right.factors, labels, cost, (left, right))


def is_matrix_product(left: Labels, right: Labels, keep: Labels) -> bool:
    """Whether a pair is contracted by a matrix product rather than entry by entry."""
    batch = left & right & keep
    has_rows_or_columns = bool(left ^ right)
    return has_rows_or_columns and not any(is_long(label.size) for label in batch)


def _multiplied(arrays: Arrays, factors: Sequence[Labelled], order: Order) -> Labelled:
    if order.parts is None:
        (own,) = order.factors
        return _summed(arrays, factors[own], order.labels)
    left, right = (_multiplied(arrays, factors, part) for part in order.parts)
    summed = (set(left.labels) | set(right.labels)) - order.labels
    if not summed or not is_matrix_product(frozenset(left.labels), frozenset(right.labels), order.labels):
        return _summed(arrays, arrays.elementwise("multiply", left, right), order.labels)
    if any(is_long(label.size) for label in left.labels if label not in right.labels):
        left, right = right, left  # points go last
    return arrays.matrix_product(left, right, summed)


def _summed(arrays: Arrays, operand: Labelled, keep: Labels) -> Labelled:
    over = [label for label in operand.labels if label not in keep]
    return arrays.reduced("sum", operand, over) if over else operand


def multiplied(arrays: Arrays, factors: Sequence[Labelled]) -> Labelled:
    """The plain product of one or more arrays, small ones first."""
    ordered = sorted(factors, key=lambda factor: elements(factor.labels))
    return reduce(lambda left, right: arrays.elementwise("multiply", left, right), ordered)
