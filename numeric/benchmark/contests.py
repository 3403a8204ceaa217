"""Who is timed against whom, and at which sizes.

em          an iteration for a Gaussian mixture, in double and in single precision
kmeans      a whole fit from the same start, as anybody calls it
lloyd       one step of it, from nothing, after a rest: the first of a fit
steps       the same step in the midst of others like it; in a fit these know the one before, and are faster
kmedians    the update step
bernoulli   an iteration for a mixture of bits
dask        an iteration for points in files, by one process and by two
updates     every generated function beside the one written by hand, as it stands in numeric.handwritten
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import cycle

import numpy as np

from numeric.benchmark import byhand, data, ours, peers, targets
from numeric.benchmark.peers import GMMX, POMEGRANATE, SKLEARN
from numeric.benchmark.timing import LIMIT, Action, Comparison, Contest
from numeric.medians import medians_of_clusters

Sizes = tuple[int, int, int]  # N, D, K

DERIVED, SINGLE, BY_HAND, BY_HAND_SINGLE = "derived", "derived, single", "by hand", "by hand, single"
TEXTBOOK, BYTES, NUMPY = "textbook", "derived, bytes, single", "np.median"

EM: tuple[Sizes, ...] = (
    (100_000, 2, 3),
    (100_000, 8, 8),
    (100_000, 16, 16),
    (200_000, 32, 16),
    (1_000_000, 8, 8),
)
MEANS: tuple[Sizes, ...] = (*EM[:3], (100_000, 64, 64), EM[4])
MEDIANS: tuple[Sizes, ...] = (EM[1], EM[4])
BERNOULLI: tuple[Sizes, ...] = ((100_000, 784, 10),)
DASK: tuple[Sizes, ...] = ((4_000_000, 8, 8),)
LINES: tuple[Sizes, ...] = (  # for the plot: one size grows at a time
    *((count, 8, 8) for count in (1_000, 10_000, 100_000, 1_000_000)),
    *((100_000, dimensions, 8) for dimensions in (2, 4, 16, 32)),
    *((100_000, 8, components) for components in (2, 4, 16, 32)),
)


@dataclass(frozen=True)
class Group:
    """Contests of one kind: the sizes they are held at, and how one is made."""

    sizes: tuple[Sizes, ...]
    contest: Callable[[Sizes], Contest]

    def contests(self, most: int, given: Iterable[Sizes]) -> Iterator[Contest]:
        """At the sizes given, or at its own; with `most` points at most."""
        for sizes in at_most(given or self.sizes, most):
            yield self.contest(sizes)


def at_most(sizes: Iterable[Sizes], most: int) -> list[Sizes]:
    """The sizes with `most` points at most, each once."""
    return list(dict.fromkeys((min(count, most), dimensions, k) for count, dimensions, k in sizes))


def named(sizes: Sizes) -> dict[str, int]:
    return dict(zip("NDK", sizes, strict=True))


def em(sizes: Sizes) -> Contest:
    """An iteration of expectation maximisation for a Gaussian mixture with full covariances."""
    count, dimensions, components = sizes
    features = 1 + dimensions + dimensions * (dimensions + 1) // 2
    return Contest(
        "em",
        named(sizes),
        partial(_em, sizes),
        (
            Comparison(SKLEARN, DERIVED, targets.DOUBLE),
            Comparison(SKLEARN, SINGLE, targets.SINGLE),
            Comparison(POMEGRANATE, SINGLE),
            Comparison(GMMX, SINGLE),
            Comparison(DERIVED, BY_HAND, targets.SAME_FORMULATION),
            Comparison(SINGLE, BY_HAND_SINGLE, targets.SAME_FORMULATION),
            Comparison(DERIVED, LIMIT, targets.limit(dimensions)),
        ),
        work=(4.0 * count * features * components, float(count * components)),
        lean=(DERIVED, SINGLE),
    )


def _em(sizes: Sizes) -> dict[str, Action]:
    x, pi, mu, sigma = data.gaussians(*sizes)
    short = x.astype(np.float32)
    # in a fit no iteration meets the covariances of the one before: what is remembered of these must not help here
    turns = cycle((sigma, np.nextafter(sigma, np.inf)))
    return {
        DERIVED: lambda: ours.em_step(x, pi, mu, next(turns)),
        SINGLE: lambda: ours.em_step(short, pi, mu, next(turns), single=True),
        BY_HAND: lambda: byhand.em_step(x, pi, mu, sigma),
        BY_HAND_SINGLE: lambda: byhand.em_step(short, pi, mu, sigma, np.float32),
        **peers.em_steps(x, pi, mu, sigma),
    }


def kmeans(sizes: Sizes) -> Contest:
    """A fit of K-means from a start of k-means++, with the tolerance that both have by default."""
    return Contest("kmeans", named(sizes), partial(_kmeans, sizes), (_of_means(sizes),), lean=(DERIVED,))


def _kmeans(sizes: Sizes) -> dict[str, Action]:
    x, *_ = data.gaussians(*sizes)
    start = ours.start_of_means(x, sizes[2])
    return {DERIVED: lambda: ours.fit_of_means(x, start), **peers.fits_of_means(x, start)}


def lloyd(sizes: Sizes) -> Contest:
    """An assignment and an update of K-means, where nothing is known of an iteration before: the first of a fit."""
    return Contest(
        "lloyd", named(sizes), partial(_lloyd, sizes), (_of_means(sizes),), lean=(DERIVED,), rested=True
    )


def steps(sizes: Sizes) -> Contest:
    """The same, one after the other, though no fit has two of them."""
    return Contest("steps", named(sizes), partial(_lloyd, sizes), (Comparison(SKLEARN, DERIVED),))


def _lloyd(sizes: Sizes) -> dict[str, Action]:
    x, _, mu, _ = data.gaussians(*sizes)
    return {DERIVED: ours.lloyd_step(x, mu), **peers.means_steps(x, mu)}


def _of_means(sizes: Sizes) -> Comparison:
    is_bound = math.prod(sizes) <= targets.FEW_FLOPS
    return Comparison(SKLEARN, DERIVED, targets.MEANS if is_bound else targets.MEANS_WISHED)


def medians(sizes: Sizes) -> Contest:
    """The medians of clusters."""
    comparison = Comparison(NUMPY, DERIVED, targets.MEDIANS)
    return Contest("medians", named(sizes), partial(_medians, sizes), (comparison,))


def _medians(sizes: Sizes) -> dict[str, Action]:
    x, _, mu, _ = data.gaussians(*sizes)
    labels = ours.labels(x, mu)
    return {
        DERIVED: lambda: medians_of_clusters(x, labels, len(mu)),
        NUMPY: lambda: byhand.medians(x, labels, len(mu)),
    }


def bernoulli(sizes: Sizes) -> Contest:
    """An iteration of expectation maximisation for a mixture of bits."""
    return Contest(
        "bernoulli",
        named(sizes),
        partial(_bernoulli, sizes),
        (
            Comparison(TEXTBOOK, SINGLE, targets.BERNOULLI),
            Comparison(TEXTBOOK, DERIVED),
            Comparison(TEXTBOOK, BYTES),
            Comparison(DERIVED, BY_HAND, targets.SAME_FORMULATION),
            Comparison(SINGLE, BY_HAND_SINGLE, targets.SAME_FORMULATION),
        ),
        lean=(DERIVED, SINGLE, BYTES),
    )


def _bernoulli(sizes: Sizes) -> dict[str, Action]:
    bits, pi, theta = data.bits(*sizes)
    x, short = bits.astype(np.float64), bits.astype(np.float32)
    return {
        DERIVED: lambda: ours.bernoulli_step(x, pi, theta),
        SINGLE: lambda: ours.bernoulli_step(short, pi, theta, single=True),
        BYTES: lambda: ours.bernoulli_step(bits, pi, theta, single=True),
        BY_HAND: lambda: byhand.bernoulli_step(x, pi, theta),
        BY_HAND_SINGLE: lambda: byhand.bernoulli_step(short, pi, theta, np.float32),
        TEXTBOOK: lambda: byhand.bernoulli_textbook(x, pi, theta),
    }


GROUPS = {
    "em": Group(EM, em),
    "kmeans": Group(MEANS, kmeans),
    "lloyd": Group(MEANS, lloyd),
    "steps": Group(MEANS, steps),
    "medians": Group(MEDIANS, medians),
    "bernoulli": Group(BERNOULLI, bernoulli),
}
