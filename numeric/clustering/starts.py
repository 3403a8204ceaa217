"""Where an algorithm starts: centres drawn far from each other (k-means++), or those that the caller gives.

Source: Arthur and Vassilvitskii, k-means++: the advantages of careful seeding (2007). Of a few candidates for
each centre, the one that leaves the least is kept, as the authors suggest and as scikit-learn does.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from numeric.blocks import stack_blocks
from numeric.checks import Array, Integers
from numeric.clustering import arguments
from numeric.clustering.arguments import Start

Distance = Callable[[Array, Array], Array]  # of points (B, D) to centres, one for all or one each: (B,)


def squared(points: Array, centers: Array) -> Array:
    """The squared Euclidean distances."""
    difference = points - centers
    result: Array = np.einsum("id,id->i", difference, difference)
    return result


def absolute(points: Array, centers: Array) -> Array:
    """The L1 distances."""
    result: Array = np.einsum("id->i", np.abs(points - centers))
    return result


def to_one(distance: Distance, x: Array, center: Array) -> Array:
    """The distances (N,) of all points, of any kind of number, to one centre."""
    return stack_blocks(lambda rows: distance(np.asarray(x[rows], np.float64), center), *x.shape)


def to_own(distance: Distance, x: Array, mu: Array, labels: Integers) -> Array:
    """The distances (N,) of the points to the centres of their clusters."""

    def own(rows: slice) -> Array:
        return distance(np.asarray(x[rows], np.float64), mu.take(labels[rows], axis=0))

    return stack_blocks(own, *x.shape)


def plus_plus(distance: Distance, x: Array, k: int, random: np.random.Generator) -> Array:
    """k distinct points (k, D): each is drawn in proportion to its distance to the nearest that was drawn before."""
    chosen = [int(random.integers(len(x)))]
    nearest = to_one(distance, x, x[chosen[0]].astype(np.float64))
    for _ in range(k - 1):
        candidates = _drawn(x, nearest, chosen, 2 + int(math.log(k)), random)
        left = [np.minimum(nearest, to_one(distance, x, x[place].astype(np.float64))) for place in candidates]
        totals = [float(values.sum()) for values in left]
        first = totals.index(min(totals))
        chosen.append(int(candidates[first]))
        nearest = left[first]
    return np.array(x[chosen], np.float64)


def centers_from(init: Start, distance: Distance, x: Array, k: int) -> Callable[[np.random.Generator], Array]:
    """The centres (k, D) to start from, as a function of the source of random numbers. Raises ValueError."""
    if arguments.is_text(init):
        return lambda random: plus_plus(distance, x, k, random)
    given = centers(init, k, x)
    return lambda random: given


def _drawn(x: Array, nearest: Array, chosen: list[int], count: int, random: np.random.Generator) -> Integers:
    """Places of points, in proportion to `nearest`; where all of that vanished in rounding, of any new point."""
    up_to = np.cumsum(nearest)
    if up_to[-1] > 0:
        found = np.searchsorted(up_to, random.uniform(size=count) * up_to[-1], side="right")
        last: Integers = np.minimum(found, np.flatnonzero(nearest)[-1])  # the sum may have been rounded up
        return last
    new = np.ones(len(x), np.bool_)
    for place in chosen:
        new &= (x != x[place]).any(axis=1)
    return random.choice(np.flatnonzero(new), size=count)


def centers(init: npt.ArrayLike, k: int, x: Array) -> Array:
    """The centres (k, D) that the caller gives, as a copy. Raises ValueError."""
    if init is None:
        raise ValueError(f"init: expected {arguments.PLUS_PLUS!r} or a given start, got None")
    found = arguments.numbers("init", init, "k D", {"k": (k, "k"), "D": (x.shape[1], "X")})
    arguments.not_too_large("init", arguments.size_of(found))
    return np.array(found)
