"""Who is nearest to which centre: for a block of points, how many each centre has, and their sums.

|x - m|^2 = |x|^2 + (|m|^2 - 2 x'm), and the square of the point is the same for all centres: so one product of
matrices tells which is nearest. All is measured from an origin near the points. Where two centres are so near to each
other, compared with their distance from the origin, that the difference would be lost in rounding, the distances are
computed as they were derived.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from numeric.checks import Array, Integers
from numeric.clustering.starts import squared
from numeric.generated import kmeans_limit
from numeric.one_pass import Room, rooms
from numeric.stable import one_hot
from numeric.strips import product_over_rows, product_with_rows
from numeric.threads import Share

TOO_NEAR = 2e-6  # squared distance of two centres, relative to their distance from the origin: 1e-10 of it is rounding


@dataclass(frozen=True)
class Expanded:
    """Distances from the origin: (k, D) the centres times -2, and (k, 1) their squares."""

    origin: Array | None
    factors: Array
    squares: Array

    @classmethod
    def of(cls, mu: Array, origin: Array | None) -> Expanded:
        away = mu if origin is None else mu - origin
        return cls(origin, np.asfortranarray(-2 * away), np.sum(away**2, axis=1, keepdims=True))

    def loses_digits(self) -> bool:
        """Whether two centres differ by so little that rounding may decide between them."""
        between = self.squares + self.squares.T - self.factors @ self.factors.T / 2
        others = ~np.eye(len(between), dtype=np.bool_)
        return not (between[others] > TOO_NEAR * float(self.squares.max())).all()

    def scores(self, away: Array, out: Array) -> Array:
        """|x - m|^2 - |x|^2 for all centres m and points x, measured from the origin: (k, B)."""
        product_with_rows(self.factors, away, out)
        out += self.squares
        return out

    def sums(self, x: Array) -> Share:
        """For the points of a block: how many each centre has, and their sums, measured from the origin."""
        room = rooms.take(len(x))
        away = self._away(x, room)
        hot = self.scores(away, room("scores", len(self.squares)))  # and in its place, which is whose
        [least] = room("least", 1)
        np.minimum.reduce(hot, axis=0, out=least)
        np.equal(hot, least, out=hot, casting="unsafe")
        ones = least  # what was least is not needed any more; a product adds up faster than a sum
        ones.fill(1)
        counts = np.dot(hot, ones)
        if math.fsum(counts) > len(x):  # some point is equally near to two centres: the first counts
            first = np.argmin(self.scores(away, hot), axis=0)
            np.copyto(hot, one_hot(first, len(hot), np.bool_))
            counts = np.dot(hot, ones)
        sums = product_over_rows(hot, away)
        rooms.keep(room)
        return counts, sums

    def _away(self, x: Array, room: Room) -> Array:
        if self.origin is None:
            return x
        return np.subtract(x, self.origin, out=room("away", x.shape[1]).reshape(x.shape))

    def labels(self, x: Array) -> Integers:
        room = rooms.take(len(x))
        found: Integers = np.argmin(
            self.scores(self._away(x, room), room("scores", len(self.squares))), axis=0
        )
        rooms.keep(room)
        return found


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
