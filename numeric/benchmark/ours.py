"""One step each of the fits of numeric.clustering, as they do it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from numeric.benchmark.timing import Action
from numeric.checks import Array, Integers
from numeric.clustering.means import Means
from numeric.clustering.points import InMemory
from numeric.generated import bernoulli_em, bernoulli_mixture, gmm_em, gmm_estep, gmm_mstep


def em_step(x: Array, pi: Array, mu: Array, sigma: Array, *, single: bool = False) -> tuple[float, Any]:
    """An iteration for a Gaussian mixture."""
    center = pi @ mu
    dtype = np.float32 if single else np.float64
    count, first, second, likelihood = gmm_em.centred_sums(
        x,
        gmm_estep.constant(pi, mu, center, sigma).astype(dtype),
        gmm_estep.linear(sigma, mu, center).astype(dtype),
        center.astype(dtype),
        gmm_estep.packed(sigma).astype(dtype),
    )
    return likelihood, (
        gmm_mstep.pi_of_sums(count),
        gmm_mstep.mu_of_sums(np.broadcast_to(center, mu.shape), first, count),
        gmm_mstep.Sigma_of_sums(second, count, first),
    )


def bernoulli_step(
    x: npt.NDArray[Any], pi: Array, theta: Array, *, single: bool = False
) -> tuple[float, Any]:
    """An iteration for a mixture of bits."""
    dtype = np.float32 if single else np.float64
    bias, logit = bernoulli_mixture.bias(pi, theta), bernoulli_mixture.logit(theta)
    count, on, likelihood = bernoulli_em.logit_sums(x, bias.astype(dtype), logit.astype(dtype))
    return likelihood, (count / len(x), bernoulli_mixture.theta_of_sums(on, count))


def lloyd_step(x: Array, mu: Array) -> Action:
    """A step of K-means; what is done once for a fit is done here."""
    steps = Means.of(InMemory(x))
    return lambda: steps.updated(steps.assigned(mu), mu)


def labels(x: Array, mu: Array) -> Integers:
    """The nearest centre of each point."""
    steps = Means.of(InMemory(x))
    return steps.labels(steps.assigned(mu), mu)
