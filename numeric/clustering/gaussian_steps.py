"""One iteration of expectation maximisation for a mixture of Gaussians: sums over the points, and what follows.

Of the points only sums are needed, and these add up: over blocks, over pieces, over machines. There are two ways to
take them. In natural parameters about one centre, a pass is two products of matrices; but a component that is many
of its own standard deviations away from the centre loses digits, by a share that the parameters tell beforehand. Where
that is too much, residuals are whitened component by component, and the sums are about the means of before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np

from numeric.checks import Array, Integers
from numeric.clustering.points import Points, collected, total
from numeric.generated import gmm_em, gmm_estep, gmm_mstep, mixture_moments
from numeric.stable import log_sum_exp, one_hot, upper_triangle
from numeric.threads import Share, added, cut, in_order

ROWS = 2**13  # of a block


class Precision(NamedTuple):
    """The rounding unit, and how much the centred form may lose, relative to one, before another way is taken."""

    eps: float
    limit: float


DOUBLE = Precision(float(np.finfo(np.float64).eps), 1e-12)
SINGLE = Precision(float(np.finfo(np.float32).eps), 1e-4)
LIMIT_OF_TERMS = 1e-3  # in single precision: what sizes of terms say is some 50 times what is lost


class Gaussians(NamedTuple):
    """Weights (k,), means (k, D), covariances (k, D, D)."""

    pi: Array
    mu: Array
    sigma: Array


@dataclass(frozen=True)
class Centred:
    """The pass in natural parameters about a centre, for points (n, D); in the precision of the parameters."""

    center: Array
    constant: Array
    linear: Array
    packed: Array

    @classmethod
    def of(cls, mixture: Gaussians, center: Array, dtype: type[np.floating[Any]]) -> Centred:
        """The centre must be a number of that precision."""
        pi, mu, sigma = mixture
        constant = gmm_estep.constant(pi=pi, mu=mu, center=center, Sigma=sigma)
        linear = gmm_estep.linear(Sigma=sigma, mu=mu, center=center)
        packed = gmm_estep.packed(sigma)
        return cls(*(values.astype(dtype) for values in (center, constant, linear, packed)))

    @property
    def precision(self) -> Precision:
        return DOUBLE if self.center.dtype == np.float64 else SINGLE

    def origin(self) -> Array:
        return np.broadcast_to(self.center.astype(np.float64), self.linear.shape)

    def __call__(self, x: Array) -> Share:
        return gmm_em.centred_sums(x, self.constant, self.linear, self.center, self.packed)


@dataclass(frozen=True)
class Whitened:
    """The pass by whitened residuals, with sums about the means."""

    mixture: Gaussians
    precision = DOUBLE

    def origin(self) -> Array:
        return self.mixture.mu

    def __call__(self, x: Array) -> Share:
        return gmm_em.whitened_sums(x, *self.mixture)


@dataclass(frozen=True)
class About:
    """The same with sums about other origins (k, D)."""

    mixture: Gaussians
    about: Array

    def origin(self) -> Array:
        return self.about

    def __call__(self, x: Array) -> Share:
        pi, mu, sigma = self.mixture
        return gmm_em.sums_about(x, origin=self.about, pi=pi, mu=mu, Sigma=sigma)


@dataclass(frozen=True)
class Expected:
    """What the M-step needs of the points: counts (k,), moments (k, D) and (k, D, D) about the origins (k, D)."""

    origin: Array
    count: Array
    first: Array
    second: Array

    def maximised(self) -> Gaussians:
        """The M-step. Raises ValueError if a component has no points."""
        return self._maximised

    @cached_property
    def _maximised(self) -> Gaussians:
        return Gaussians(
            gmm_mstep.pi_of_sums(self.count),
            gmm_mstep.mu_of_sums(origin=self.origin, first=self.first, count=self.count),
            gmm_mstep.Sigma_of_sums(second=self.second, count=self.count, first=self.first),
        )

    def without(self, shares: Array, point: Array) -> Expected:
        """The same without the shares (k,) of one point (D,); with negative shares, with it."""
        away = point - self.origin
        products = away[:, :, np.newaxis] * away[:, np.newaxis, :]
        return Expected(
            self.origin,
            self.count - shares,
            self.first - shares[:, np.newaxis] * away,
            self.second - shares[:, np.newaxis, np.newaxis] * products,
        )


def expected(
    points: Points, mixture: Gaussians, reg_covar: float = 0.0, *, single: bool = False
) -> tuple[Expected, float]:
    """The E-step: what the M-step needs, and the log-likelihood. In single precision where that is accurate.

    If the new components are so narrow, and so far from the origins, that the new covariances would be what is left
    of much larger numbers, the sums are taken once more, about the new means.
    """
    step = way(mixture, single=single)
    found, likelihood = summed(points, step)
    if found.count.all() and not _is_accurate(found, reg_covar, step.precision):
        means = gmm_mstep.mu_of_sums(origin=found.origin, first=found.first, count=found.count)
        found, likelihood = summed(points, About(mixture, means))
    return found, likelihood


def summed(points: Points, step: Centred | Whitened | About) -> tuple[Expected, float]:
    """One pass over the points."""
    count, first, second, likelihood = added(points.each(step))
    return Expected(step.origin(), count, first, second), float(likelihood)


def way(mixture: Gaussians, *, single: bool = False) -> Centred | Whitened:
    """How to take the sums: in single precision or in natural parameters only if these lose little."""
    if mixture.pi.min() <= 0:
        return Whitened(mixture)
    center = mixture_moments.mean(mixture.pi, mixture.mu)
    if single:
        short = Centred.of(mixture, center.astype(np.float32).astype(np.float64), np.float32)
        if loss_in_single(short, mixture) <= LIMIT_OF_TERMS:
            return short
    if loss(mixture, center) <= DOUBLE.limit:
        return Centred.of(mixture, center, np.float64)
    return Whitened(mixture)


def loss(mixture: Gaussians, center: Array) -> float:
    """What the centred form adds and takes away again, relative to one: an estimate, no bound."""
    return float(DOUBLE.eps * gmm_estep.distance(mixture.mu, center, mixture.sigma).max())


def loss_in_single(step: Centred, mixture: Gaussians) -> float:
    """The same in single precision, where also the condition of the covariances counts.

    It is the rounding unit times the sizes of all terms that are added up for a typical point, in the worst component.
    """
    spread = mixture_moments.covariance(mixture.pi, mixture.sigma, mixture.mu)
    size: Array = np.sqrt(np.diagonal(spread))
    products = np.sum(upper_triangle(np.abs(step.packed) * size[:, np.newaxis] * size), axis=1)
    terms = np.abs(step.constant) + np.abs(step.linear) @ size + products
    return float(SINGLE.eps * terms.max())


def _is_accurate(found: Expected, reg_covar: float, precision: Precision) -> bool:
    """Whether the new components are not too far from the origins, in their own standard deviations."""
    new = found.maximised()
    sigma = new.sigma + reg_covar * np.eye(new.mu.shape[1])
    shift = new.mu - found.origin
    try:
        whitened = np.linalg.solve(np.linalg.cholesky(sigma), shift[:, :, np.newaxis])
    except np.linalg.LinAlgError:
        return False
    return bool((precision.eps * np.sum(whitened**2, axis=(1, 2)) <= precision.limit).all())


# ------------------------------------------------------------------------ what is needed now and then


def of_labels(x: Array, labels: Integers, mu: Array) -> Expected:
    """The sums where each point (n, D) belongs to one component alone, about its mean or about `mu` (k, D)."""

    def about(origin: Array) -> Expected:
        blocks = cut(len(x), ROWS)
        shares = in_order(lambda rows: _of_block(x[rows], labels[rows], origin), blocks)
        return Expected(origin, *added(shares))

    found = about(mu)
    return found if _is_accurate(found, 0.0, DOUBLE) else about(found.maximised().mu)


def _of_block(x: Array, labels: Integers, mu: Array) -> Share:
    gamma = one_hot(labels, len(mu), np.float64).T
    return gmm_em.weighted_sums(gamma=gamma, x=x, origin=mu)


def common(points: Points) -> Gaussians:
    """All points as one component: their mean and covariance."""
    origin: Array = np.zeros((1, points.shape[1]))
    for _ in range(2):  # first about any origin, then about the mean
        found = Expected(origin, *total(points, partial(_of_all, origin), points.shape[1]))
        origin = found.maximised().mu
    return found.maximised()


def _of_all(origin: Array, x: Array) -> Share:
    return gmm_em.weighted_sums(gamma=np.ones((len(x), 1)), x=x, origin=origin)


def worst_explained(points: Points, mixture: Gaussians, most: int) -> tuple[Array, Array, Array]:
    """The points of lowest log-density, at most so many, the lowest first: log-densities, responsibilities, points."""
    width = mixture.mu.size
    found = collected(points, partial(_worst_of_block, mixture, most), width)
    explained, gamma, x = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(explained, kind="stable")[:most]
    return explained[order], gamma[order], x[order]


def _worst_of_block(mixture: Gaussians, most: int, x: Array) -> tuple[Array, Array, Array]:
    pi, mu, sigma = mixture
    joint = gmm_estep.log_joint(pi, x, mu, sigma)
    explained = log_sum_exp(joint, axis=1)
    order = np.argsort(explained, kind="stable")[:most]
    return explained[order], gmm_estep.gamma(pi, x[order], mu, sigma), x[order]
