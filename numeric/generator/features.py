"""Several sums of products with points as one matrix product: coefficients times features, or weights times features.

A sum of terms such as w_k + h_k' z_i + sum_{d<=e} W_kde z_id z_ie is linear in the features (1, z_i, z_id z_ie) of
a point. Side by side they are one matrix (features, points), and the sum is one product with the coefficients.
Sums over the points, such as sum_i g_ik, sum_i g_ik z_i and sum_i g_ik z_i z_i', are one product with its transpose.
Products of two coordinates of one vector are symmetric: each pair is held once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivations.calculus.expressions import Add, Index, Size
from numeric.generator.arrays import Arrays, Labelled
from numeric.generator.operations import Dimension, Operation
from numeric.generator.planner import Axis, Planner
from numeric.generator.products import Product, multiplied_out
from numeric.generator.sizes import is_long, pairs

FEATURES = Size("P")  # how many there are: the sum of the parts

Axes = tuple[Index, ...]


@dataclass(frozen=True)
class Part:
    """One kind of feature: the operation that makes it (None for the constant 1), and the axes it has besides the points.

    With two axes these are the same coordinates twice, and the operation holds each pair once.
    """

    operation: int
    axes: Axes


def in_features(planner: Planner, expr: Add, row: Axis, column: Axis) -> Labelled | None:
    """The sum as one matrix product, if every term is coefficients times features, and two or more have features."""
    terms = []
    for term in expr.terms:
        product = Product()
        planner.gather(term, row, column, product)
        found = _split(planner.arrays, product)
        if found is None:
            return None
        terms.append(found)
    points = {label for _, _, label in terms if label is not None}
    families = {family for family, _, _ in [(_family(c, p), p, i) for c, p, i in terms]}
    if sum(bool(part.axes) for _, part, _ in terms) < 2 or len(points) != 1 or len(families) != 1:
        return None
    [family], [label] = families, points
    return _product(planner.arrays, [(c, p) for c, p, _ in terms], family, label)


def _family(coefficient: Labelled, part: Part) -> Axes:
    return tuple(label for label in coefficient.labels if label not in part.axes)


def _split(arrays: Arrays, product: Product) -> tuple[Labelled, Part, Index | None] | None:
    """A term as coefficients and a kind of feature; the label of the points, if it has any."""
    far = [f for f in product.factors if any(is_long(label.size) for label in f.labels)]
    near = [f for f in product.factors if f not in far]
    found = _feature(arrays, far)
    if found is None or product.divisors or set(found[0].axes) != set(product.summed):
        return None
    part, label = found
    if len(part.axes) == 2:
        triangle = [
            f for f in near if arrays.program[f.number].kind == "ordered" and set(f.labels) == {*part.axes}
        ]
        if len(triangle) != 1:
            return None
        near.remove(triangle[0])
        part = Part(part.operation, triangle[0].labels)
    rest = Product(product.coefficient, near)
    coefficient = multiplied_out(arrays, rest) if near else arrays.number(product.coefficient)
    return coefficient, part, label


def _feature(arrays: Arrays, factors: Sequence[Labelled]) -> tuple[Part, Index | None] | None:
    """What factors that depend on the points make: nothing, coordinates, or products of two of one vector."""
    if not factors:
        return Part(arrays.number(Fraction(1)).number, ()), None
    first, *others = factors
    label = next(label for label in first.labels if is_long(label.size))
    axes = [tuple(other for other in f.labels if other != label) for f in factors]
    if any(len(own) != 1 for own in axes) or any(label not in f.labels for f in factors):
        return None
    whole = arrays.view(first, (*axes[0], label), broadcast=False)
    if not others:
        return Part(whole, axes[0]), label
    [second, *more] = others
    if more or axes[0] == axes[1] or arrays.view(second, (*axes[1], label), broadcast=False) != whole:
        return None
    shape = (pairs(axes[0][0].size), label.size)
    return Part(arrays.program.add(Operation("pair_products", (whole,), shape)), (*axes[0], *axes[1])), label


def _product(arrays: Arrays, terms: Sequence[tuple[Labelled, Part]], family: Axes, points: Index) -> Labelled:
    """Coefficients side by side times features on top of each other."""
    rows = tuple(label.size for label in family)
    coefficients = [_flat(arrays, coefficient, part, family) for coefficient, part in terms]
    left = arrays.program.add(Operation("side_by_side", tuple(coefficients), (*rows, FEATURES)))
    right = _stacked(arrays, [part for _, part in terms], points)
    shape: tuple[Dimension, ...] = (*rows, points.size)
    return Labelled(arrays.program.add(Operation("matmul", (left, right), shape)), (*family, points))


def _flat(arrays: Arrays, coefficient: Labelled, part: Part, family: Axes) -> int:
    """Coefficients of one kind of features, along one axis."""
    number = arrays.view(coefficient, (*family, *(part.axes or (None,))), broadcast=False)
    if len(part.axes) < 2:
        return number
    shape = (*(label.size for label in family), pairs(part.axes[0].size))
    return arrays.program.add(Operation("upper_triangle", (number,), shape))


def _stacked(arrays: Arrays, parts: Sequence[Part], points: Index) -> int:
    """The features of all points, (P, N); `detail` says how many there are of each kind."""
    counts = tuple(_count(part) for part in parts)
    return arrays.program.add(
        Operation("stack", tuple(part.operation for part in parts), (FEATURES, points.size), counts)
    )


def _count(part: Part) -> Size | None:
    """How many features of this kind there are; None for one."""
    if not part.axes:
        return None
    return part.axes[0].size if len(part.axes) == 1 else pairs(part.axes[0].size)


# ------------------------------------------------------------------------------- sums over points


def moments(arrays: Arrays, products: Sequence[tuple[Product, Axes]]) -> list[Labelled] | None:
    """Sums over the points of weights times features, as parts of one product; None if they are something else.

    `products` are the sums, each with the labels that its result should have, its family first.
    """
    points = next((label for product, _ in products for label in product.summed), None)
    if points is None or not is_long(points.size):
        return None
    split = [_weighted(arrays, product, labels, points) for product, labels in products]
    found = [item for item in split if item is not None]
    weights = {weight for weight, _ in found}
    if len(found) != len(products) or len(weights) != 1:
        return None
    if all(len(part.axes) < 2 for _, part in found):
        return None  # coordinates alone are not worth a copy
    [left], family = weights, products[0][1][0]
    features = _stacked(arrays, [part for _, part in found], points)
    turned = arrays.program.add(Operation("view", (features,), (points.size, FEATURES), (1, 0)))
    whole = arrays.program.add(Operation("matmul", (left, turned), (family.size, FEATURES)))
    counts = tuple(_count(part) for _, part in found)
    return [
        Labelled(
            arrays.program.add(
                Operation("part", (whole,), tuple(label.size for label in labels), (n, *counts))
            ),
            labels,
        )
        for n, (_, labels) in enumerate(products)
    ]


def _weighted(arrays: Arrays, product: Product, labels: Axes, points: Index) -> tuple[int, Part] | None:
    """A sum over the points as weights (family, points), one for each point and member of the family, and features."""
    family, *_ = labels
    if (
        product.coefficient != 1
        or product.divisors
        or [label.size for label in product.summed] != [points.size]
    ):
        return None
    factors = [f.relabelled({product.summed[0]: points}) for f in product.factors]
    weights = [f for f in factors if family in f.labels]
    found = _feature(arrays, [f for f in factors if f not in weights])
    if found is None or len(weights) != 1 or {*found[0].axes, family} != set(labels):
        return None
    [weight] = weights
    if set(weight.labels) != {family, points}:
        return None
    return arrays.view(weight, (family, points), broadcast=False), found[0]
