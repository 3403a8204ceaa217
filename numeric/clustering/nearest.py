"""Who is nearest to which centre: the clusters of points, how many each has, and their sums.

By scores, as they were derived: |x - m|^2 = |x|^2 + (|m|^2 - 2 x'm), and the square of the point is the same for all
centres, so one product of matrices tells which is nearest. All is measured from an origin near the points. Where two
centres are so near to each other, compared with their distance from the origin, that the difference would be lost in
rounding, the distances are computed instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.checks import Array, Integers
from numeric.clustering.points import StackOfBlocks, TotalOfBlocks, in_double
from numeric.clustering.starts import squared
from numeric.generated import kmeans_limit, kmeans_step
from numeric.threads import Share

TOO_NEAR = 2e-6  # squared distance of two centres, relative to their distance from the origin: 1e-10 of it is rounding


@dataclass(frozen=True)
class Scored:
    """By scores, from an origin; `mu` (k, D) are the centres measured from there."""

    origin: Array | None
    mu: Array

    @classmethod
    def of(cls, mu: Array, origin: Array | None) -> Scored:
        return cls(origin, _from(origin, mu))

    @property
    def squares(self) -> Array:
        """|m|^2 of each centre (k,)."""
        return np.asarray(np.sum(self.mu**2, axis=1))

    def loses_digits(self) -> bool:
        """Whether two centres differ by so little that rounding may decide between them."""
        squares = self.squares
        between = squares[:, np.newaxis] + squares - 2 * (self.mu @ self.mu.T)
        np.fill_diagonal(between, np.inf)
        return not between.min() > TOO_NEAR * squares.max()

    def clusters(self, x: Array) -> tuple[Integers, Array, Array]:
        """The clusters (n,) of the points of a piece, how many points each has, and their sums from the origin."""
        if self.origin is None:
            return kmeans_step.sums_of_nearest(x, self.mu)
        counts, sums = self.sums(x)
        return self.labels(x), counts, sums

    def sums(self, x: Array) -> tuple[Array, Array]:
        """For the points of a piece: how many each centre has, and their sums, measured from the origin."""
        if self.origin is None:
            _, counts, sums = kmeans_step.sums_of_nearest(x, self.mu)
        else:
            counts, sums = TotalOfBlocks(self._sums_of_block, sum(self.mu.shape))(x)
        return counts, sums

    def labels(self, x: Array) -> Integers:
        """The cluster of each point of a piece, in few bytes."""
        if self.origin is None:
            return kmeans_step.nearest(x, self.mu)
        return StackOfBlocks(self._labels_of_block, sum(self.mu.shape))(x)

    def away(self, x: Array) -> Array:
        """Some points, measured from the origin."""
        return _from(self.origin, in_double(x))

    def _sums_of_block(self, x: Array) -> Share:
        return kmeans_step.sums_of_nearest(self.away(x), self.mu)[1:]

    def _labels_of_block(self, x: Array) -> Integers:
        return kmeans_step.nearest(self.away(x), self.mu)


@dataclass(frozen=True)
class Direct:
    """Distances as they were derived, from differences."""

    origin: Array | None
    mu: Array

    def sums(self, x: Array) -> Share:
        """Counts, sums measured from the origin, and the sum of the squared distances."""
        z = kmeans_limit.z(x, self.mu)
        sums = np.dot(z.T, _from(self.origin, x))
        return np.sum(z, axis=0), sums, np.sum(squared(x, self.mu[z.argmax(axis=1)]))

    def labels(self, x: Array) -> Integers:
        found: Integers = np.argmax(kmeans_limit.z(x, self.mu), axis=1)
        return found


def _from(origin: Array | None, x: Array) -> Array:
    return x if origin is None else x - origin
