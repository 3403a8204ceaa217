"""One step each of the fits of numeric.clustering, as they do it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from numeric.benchmark.timing import Action
from numeric.checks import Array, Integers
from numeric.clustering import Bernoullis, Gaussians, bernoulli_steps, gaussian_steps, kmeans, starts
from numeric.clustering.followed import MeansInMemory
from numeric.clustering.points import InMemory


def em_step(x: Array, pi: Array, mu: Array, sigma: Array, *, single: bool = False) -> tuple[float, Gaussians]:
    """An iteration for a Gaussian mixture."""
    sums, likelihood = gaussian_steps.expected(InMemory(x), Gaussians(pi, mu, sigma), single=single)
    return likelihood, sums.maximised()


def bernoulli_step(
    x: npt.NDArray[Any], pi: Array, theta: Array, *, single: bool = False
) -> tuple[float, Bernoullis]:
    """An iteration for a mixture of bits."""
    sums, likelihood = bernoulli_steps.expected(InMemory(x), Bernoullis(pi, theta), single=single)
    return likelihood, sums.maximised()


def start_of_means(x: Array, k: int) -> Array:
    """Centres (k, D) that a fit of K-means may start from."""
    return starts.plus_plus(starts.squared, x, k, np.random.default_rng(0))


def fit_of_means(x: Array, start: Array) -> Array:
    """The centres that K-means finds from there."""
    return kmeans(x, len(start), init=start)[0]


def lloyd_step(x: Array, mu: Array) -> Action:
    """A step of K-means; what is done once for a fit is done here."""
    steps = MeansInMemory.of(InMemory(x))
    return lambda: steps.updated(steps.assigned(mu), mu)


def labels(x: Array, mu: Array) -> Integers:
    """The nearest centre of each point."""
    steps = MeansInMemory.of(InMemory(x))
    return steps.labels(steps.assigned(mu), mu)
