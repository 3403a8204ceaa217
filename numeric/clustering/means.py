"""K-means as sums over points: of an assignment the counts and sums of the clusters, from which all else follows.

Who is nearest to which centre is found in numeric.clustering.nearest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np

from numeric.checks import Array, Integers
from numeric.clustering.arguments import SMALLEST
from numeric.clustering.empty import moves
from numeric.clustering.nearest import Direct, Scored
from numeric.clustering.points import Points, collected, stacked, total
from numeric.clustering.starts import squared
from numeric.threads import Share, added

EPS = float(np.finfo(np.float64).eps)
SUMS = (
    32  # what rounding may do to sums of squares, in units: a product of matrices adds thousands one by one
)
OFFSET = 16.0  # an origin is taken out when its square is so many times the variance of the points
CANCELLED = (
    1e-3  # objective, relative to the squares it is the difference of: below that it is added up directly
)


def error_of_a_mean(count: int, largest: float) -> float:
    """How far rounding may take a mean of numbers up to `largest`; errors of sums grow as sqrt(N) or less."""
    return 4 * EPS * math.sqrt(count) * largest


@dataclass(frozen=True)
class Assigned:
    """What is left of an assignment of the points to the centres: counts (k,), sums (k, D) from the origin, the objective."""

    counts: Array
    sums: Array
    objective: float

    @property
    def is_full(self) -> bool:
        """Whether no cluster is empty."""
        return bool(self.counts.all())

    def agrees(self, other: Assigned) -> bool:
        """Whether both give every centre the same mean, as they do if no point has changed its cluster."""
        return np.array_equal(self.counts, other.counts) and np.array_equal(self.sums, other.sums)


@dataclass(frozen=True)
class Means:
    """The two steps for points anywhere, none of which is stored for every pair of a point and a centre."""

    points: Points
    origin: Array | None
    squares: float  # of the distances of all points from the origin, added up
    spread: float  # the mean variance of the columns
    error: float  # how far rounding may take a mean

    @classmethod
    def of(cls, points: Points) -> Self:
        count, dimensions = points.shape
        found = collected(points, _size, dimensions)
        [whole] = added([(total,) for total, _ in found])
        center, largest = whole / count, max(largest for _, largest in found)
        [about_center] = total(points, partial(_squares, center), 2 * dimensions)
        offset = count * float(center @ center)
        is_off = offset > OFFSET * about_center
        return cls(
            points,
            center if is_off else None,
            float(about_center) + (0 if is_off else offset),
            float(about_center) / (count * dimensions),
            error_of_a_mean(count, largest),
        )

    @property
    def least_spread(self) -> float:
        """Squares of smaller numbers are lost, or lose digits."""
        return SMALLEST**2

    @property
    def slack(self) -> float:
        """By how much rounding may raise the objective: of first order, a mean that is off costs nothing."""
        count, dimensions = self.points.shape
        return count * dimensions * self.error**2 + SUMS * EPS * self.squares

    def assigned(self, mu: Array, before: Assigned | None = None) -> Assigned:
        """Every point to its nearest centre, the first of equals. Of the iteration before nothing is needed here."""
        step = self.nearest(mu)
        if isinstance(step, Direct):
            counts, sums, distances = total(self.points, step.sums, self._width(mu))
            return Assigned(counts, sums, float(distances))
        counts, sums = added(self.points.each(step.sums))
        return Assigned(counts, sums, self._objective(step, mu, counts, sums))

    def _objective(self, step: Scored, mu: Array, counts: Array, sums: Array) -> float:
        objective = self.squares + float(counts @ step.squares - 2 * np.sum(step.mu * sums))
        if objective >= CANCELLED * self.squares:
            return objective
        [exact] = total(self.points, partial(_own_distances, step, mu), self._width(mu))
        return float(exact)

    def updated(self, assigned: Assigned, mu: Array) -> Array:
        """Every centre to the mean of its points; an empty cluster gets a point first, one that is far from `mu`."""
        counts, sums = assigned.counts.copy(), assigned.sums.copy()
        if not assigned.is_full:
            empty = int(np.count_nonzero(counts == 0))
            found = collected(self.points, partial(_far, self.nearest(mu), mu, empty), self._width(mu))
            far, labels, rows = (np.concatenate(parts) for parts in zip(*found, strict=True))
            rows = rows if self.origin is None else rows - self.origin
            owners = labels.copy()
            for place, target in moves(far, labels, counts):
                sums[owners[place]] -= rows[place]
                sums[target] = rows[place]
                owners[place] = target
        means: Array = sums / counts[:, np.newaxis]
        return means if self.origin is None else means + self.origin

    def nearest(self, mu: Array) -> Scored | Direct:
        """How to find the nearest centres: fast, where that is accurate."""
        fast = Scored.of(mu, self.origin)
        return Direct(self.origin, mu) if fast.loses_digits() else fast

    def moved(self, mu: Array, before: Array) -> float:
        """The sum of the squared distances of the centres from where they were."""
        return float(np.sum(squared(mu, before)))

    def labels(self, assigned: Assigned, mu: Array) -> Integers:
        """The cluster (N,) of each point."""
        return stacked(self.points, self.nearest(mu).labels, self._width(mu))

    def _width(self, mu: Array) -> int:
        return sum(mu.shape)


# ------------------------------------------------------------------------------- of one block


def _size(x: Array) -> tuple[Array, float]:
    """The sum of the points, and the largest size of a coordinate."""
    return np.sum(x, axis=0), max(-float(x.min()), float(x.max()))


def _squares(center: Array, x: Array) -> Share:
    return (np.sum(squared(x, center)),)


def _own_distances(step: Scored, mu: Array, x: Array) -> Share:
    return (np.sum(squared(x, mu[step.labels(x)])),)


def _far(step: Scored | Direct, mu: Array, most: int, x: Array) -> tuple[Array, Integers, Array]:
    """Of every cluster the `most` points farthest from its centre: distances, clusters, the points."""
    labels = step.labels(x)
    far = squared(x, mu[labels])
    order = np.lexsort((-far, labels))
    first = np.searchsorted(labels[order], labels[order])
    chosen = np.sort(order[np.arange(len(order)) - first < most])
    return far[chosen], labels[chosen], x[chosen]
