"""Problem 2: the components of two points that depend on each other."""

from __future__ import annotations

from itertools import product

from by_hand.values import Check, Sides, Values, differ


def two_points(at: Values) -> Sides:
    """The posterior of the components of two points, and the product of the posteriors of either."""
    g, prior, components = at.family("g"), at.family("prior"), range(1, at.sizes["K"] + 1)
    joint = {(k, j): prior[k,] * prior[j,] * g[k, j] for k, j in product(components, repeat=2)}
    total = sum(joint.values())
    first = sum(joint[at.index("k"), j] for j in components) / total
    second = sum(joint[k, at.index("j")] for k in components) / total
    return joint[at.index("k"), at.index("j")] / total, first * second


BY_HAND: dict[str, Check] = {"posterior, factors, reason": differ(two_points)}
