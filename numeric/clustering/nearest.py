"""Who is nearest to which centre: for a block of points the clusters, how many points each has, and their sums.

|x - m|^2 = |x|^2 + (|m|^2 - 2 x'm), and the square of the point is the same for all centres: so one product of
matrices tells which is nearest. All is measured from an origin near the points. Where two centres are so near to each
other, compared with their distance from the origin, that the difference would be lost in rounding, the distances are
computed as they were derived.

From one iteration to the next few points change their cluster, and only these change the sums.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from numeric.checks import Array, Integers
from numeric.clustering.starts import squared
from numeric.generated import kmeans_limit
from numeric.one_pass import Room, rooms
from numeric.stable import one_hot
from numeric.strips import product_over_rows, product_with_rows
from numeric.threads import Share

BITS = np.dtype(np.bool_)
Bits = npt.NDArray[np.bool_]
FEW = 4  # changes, times so many at most the points: else the sums are taken anew
TOO_NEAR = 2e-6  # squared distance of two centres, relative to their distance from the origin: 1e-10 of it is rounding


@dataclass(frozen=True)
class Clusters:
    """Of a block of points the clusters (B,), how many points each has (k,), and their sums (k, D) from the origin."""

    labels: Integers
    counts: Array
    sums: Array

    def changed(self, away: Array, labels: Integers) -> Clusters | None:
        """The same for other clusters of the same points, measured from the origin; None if many points change."""
        places = np.flatnonzero(labels != self.labels)
        if FEW * len(places) > len(labels):
            return None
        count = len(self.counts)
        now, before = (one_hot(of[places], count, away.dtype) for of in (labels, self.labels))
        change = now - before
        return Clusters(labels, self.counts + np.sum(change, axis=1), self.sums + change @ away[places])


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

    def clusters(self, x: Array, before: Clusters | None = None) -> Clusters:
        """Every point of a block to its nearest centre; from the clusters that it had with other centres, if given."""
        room = rooms.take(len(x))
        away = self._away(x, room)
        scores = self.scores(away, room("scores", len(self.squares)))
        is_nearest = self._is_nearest(scores, room)
        labels = _first(is_nearest, room)
        found = before.changed(away, labels) if before is not None else None
        if found is None:
            hot, [ones] = scores, room("least", 1)  # whose numbers are not needed any more
            np.copyto(hot, is_nearest)
            ones.fill(1)
            counts = np.dot(hot, ones)
            if math.fsum(counts) > len(x):  # some point is equally near to two centres
                np.copyto(hot, one_hot(labels, len(hot), BITS))
                counts = np.dot(hot, ones)
            found = Clusters(labels, counts, product_over_rows(hot, away))
        rooms.keep(room)
        return found

    def sums(self, x: Array) -> Share:
        """For the points of a block: how many each centre has, and their sums, measured from the origin."""
        found = self.clusters(x)
        return found.counts, found.sums

    def labels(self, x: Array) -> Integers:
        """The cluster of each point of a block."""
        room = rooms.take(len(x))
        scores = self.scores(self._away(x, room), room("scores", len(self.squares)))
        found = _first(self._is_nearest(scores, room), room)
        rooms.keep(room)
        return found

    def _is_nearest(self, scores: Array, room: Room) -> Bits:
        """Which centres are nearest to which point (k, B): one, or several at the same distance."""
        [least] = room("least", 1)
        np.minimum.reduce(scores, axis=0, out=least)
        found: Bits = np.equal(scores, least, out=room("is_nearest", len(scores), BITS))
        return found

    def _away(self, x: Array, room: Room) -> Array:
        if self.origin is None:
            return x
        return np.subtract(x, self.origin, out=room("away", x.shape[1]).reshape(x.shape))


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


def _first(is_nearest: Bits, room: Room) -> Integers:
    """Of every column (k, B) the first row that is set: the largest of numbers that fall from row to row."""
    count = len(is_nearest)
    falling = np.arange(count, 0, -1).astype(np.min_scalar_type(count))[:, np.newaxis]
    numbered = room("numbered", count, falling.dtype)
    largest: Integers = np.maximum.reduce(
        np.multiply(is_nearest.view(np.uint8), falling, out=numbered), axis=0
    )
    np.subtract(falling[0], largest, out=largest)
    return largest


def _from(origin: Array | None, x: Array) -> Array:
    return x if origin is None else x - origin
