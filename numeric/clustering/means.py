"""K-means as sums over points: who is nearest to which centre, and what the next centres need, in one pass.

|x - m|^2 = |x|^2 + (|m|^2 - 2 x'm), and the square of the point is the same for all centres: so one product of
matrices tells which is nearest. All is measured from an origin near the points. Where two centres are so near to
each other, compared with their distance from the origin, that the difference would be lost in rounding, the
distances are computed as they were derived.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np

from numeric.checks import Array, Integers
from numeric.clustering.empty import moves
from numeric.clustering.points import Points, collected, stacked, total
from numeric.clustering.starts import squared
from numeric.generated import kmeans_limit
from numeric.stable import one_hot
from numeric.threads import Share, added

EPS = float(np.finfo(np.float64).eps)
OFFSET = 16.0  # an origin is taken out when its square is so many times the variance of the points
TOO_NEAR = 2e-6  # squared distance of two centres, relative to their distance from the origin: 1e-10 of it is rounding
CANCELLED = (
    1e-3  # objective, relative to the squares it is the difference of: below that it is added up directly
)


def error_of_a_mean(count: int, largest: float) -> float:
    """How far rounding may take a mean of numbers up to `largest`; errors of sums grow as sqrt(N) or less."""
    return 4 * EPS * math.sqrt(count) * largest


@dataclass(frozen=True)
class Expanded:
    """Distances from the origin: (k, D) the centres times -2, and (k, 1) their squares."""

    origin: Array | None
    factors: Array
    squares: Array

    @classmethod
    def of(cls, mu: Array, origin: Array | None) -> Expanded:
        away = mu if origin is None else mu - origin
        return cls(origin, -2 * away, np.sum(away**2, axis=1, keepdims=True))

    def scores(self, x: Array) -> Array:
        """|x - m|^2 - |x|^2 for all centres m, (k, B)."""
        away = x if self.origin is None else x - self.origin
        products: Array = np.matmul(self.factors, away.T)
        products += self.squares
        return products

    def loses_digits(self) -> bool:
        """Whether two centres differ by so little that rounding may decide between them."""
        between = self.squares + self.squares.T - self.factors @ self.factors.T / 2
        others = ~np.eye(len(between), dtype=np.bool_)
        return not (between[others] > TOO_NEAR * float(self.squares.max())).all()

    def sums(self, x: Array) -> Share:
        """For the points of a block: how many each centre has, their sums, and the sum of the smallest scores."""
        scores = self.scores(x)
        least: Array = np.min(scores, axis=0)
        hot = np.equal(scores, least, out=scores, casting="unsafe")  # 1 or 0, in the place of the scores
        counts: Array = np.sum(hot, axis=1)
        if np.sum(counts) > len(x):  # some point is equally near to two centres: the first counts
            hot = one_hot(self.labels(x), len(hot), x.dtype)
            counts = np.sum(hot, axis=1)
        return counts, hot @ x, np.sum(least)

    def labels(self, x: Array) -> Integers:
        found: Integers = np.argmin(self.scores(x), axis=0)
        return found


@dataclass(frozen=True)
class Direct:
    """Distances as they were derived, from differences."""

    mu: Array

    def sums(self, x: Array) -> Share:
        z = kmeans_limit.z(x, self.mu)
        return np.sum(z, axis=0), z.T @ x, np.sum(squared(x, self.mu[z.argmax(axis=1)]))

    def labels(self, x: Array) -> Integers:
        found: Integers = np.argmax(kmeans_limit.z(x, self.mu), axis=1)
        return found


@dataclass(frozen=True)
class Assigned:
    """What is left of an assignment of the points to the centres: counts (k,), sums (k, D), and the objective."""

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
    def slack(self) -> float:
        """By how much rounding may raise the objective: of first order, a mean that is off costs nothing."""
        count, dimensions = self.points.shape
        return count * dimensions * self.error**2 + 8 * EPS * self.squares

    def assigned(self, mu: Array) -> Assigned:
        """Every point to its nearest centre, the first of equals."""
        step = self.nearest(mu)
        counts, sums, scores = total(self.points, step.sums, self._width(mu))
        if isinstance(step, Direct):
            return Assigned(counts, sums, float(scores))
        objective = self.squares + float(scores)
        if objective < CANCELLED * self.squares:
            [exact] = total(self.points, partial(_own_distances, step, mu), self._width(mu))
            objective = float(exact)
        return Assigned(counts, sums, objective)

    def updated(self, assigned: Assigned, mu: Array) -> Array:
        """Every centre to the mean of its points; an empty cluster gets a point first, one that is far from `mu`."""
        counts, sums = assigned.counts.copy(), assigned.sums.copy()
        if not assigned.is_full:
            empty = int(np.count_nonzero(counts == 0))
            found = collected(self.points, partial(_far, self.nearest(mu), mu, empty), self._width(mu))
            far, labels, rows = (np.concatenate(parts) for parts in zip(*found, strict=True))
            owners = labels.copy()
            for place, target in moves(far, labels, counts):
                sums[owners[place]] -= rows[place]
                sums[target] = rows[place]
                owners[place] = target
        return sums / counts[:, np.newaxis]

    def nearest(self, mu: Array) -> Expanded | Direct:
        """How to find the nearest centres: fast, where that is accurate."""
        fast = Expanded.of(mu, self.origin)
        return Direct(mu) if fast.loses_digits() else fast

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


def _own_distances(step: Expanded, mu: Array, x: Array) -> Share:
    return (np.sum(squared(x, mu[step.labels(x)])),)


def _far(step: Expanded | Direct, mu: Array, most: int, x: Array) -> tuple[Array, Integers, Array]:
    """Of every cluster the `most` points farthest from its centre: distances, clusters, the points."""
    labels = step.labels(x)
    far = squared(x, mu[labels])
    order = np.lexsort((-far, labels))
    first = np.searchsorted(labels[order], labels[order])
    chosen = np.sort(order[np.arange(len(order)) - first < most])
    return far[chosen], labels[chosen], x[chosen]
