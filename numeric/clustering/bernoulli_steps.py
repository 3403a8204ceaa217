"""One iteration of expectation maximisation for a mixture of bits: sums over the points, and what follows.

Inside the cube the pass is one product of matrices with the logits, and one for the sums. Where a parameter is 0 or 1
the logit is infinite; then logarithms of zero are counted apart, at the price of three more products.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from numeric.checks import Array, Integers
from numeric.clustering.points import Points, collected, total
from numeric.generated import bernoulli_em, bernoulli_mixture
from numeric.stable import log_sum_exp, one_hot, safe_log
from numeric.threads import Share, added, cut, in_order

ROWS = 2**11  # of a block
EPS = float(np.finfo(np.float64).eps)
EPS_OF_SINGLE = float(np.finfo(np.float32).eps)
LIMIT_OF_TERMS = 1e-3  # rounding unit times the sizes of all terms; what is lost is some 50 times less


class Bernoullis(NamedTuple):
    """Weights (k,), and the probabilities (k, D) of a one."""

    pi: Array
    theta: Array


@dataclass(frozen=True)
class ByLogits:
    """The pass inside the cube, for points (n, D), in the precision of the parameters."""

    bias: Array
    logit: Array

    @classmethod
    def of(cls, mixture: Bernoullis, dtype: type[np.floating[Any]]) -> ByLogits:
        pi, theta = mixture
        bias, logit = bernoulli_mixture.bias(pi=pi, theta=theta), bernoulli_mixture.logit(theta)
        return cls(bias.astype(dtype), logit.astype(dtype, order="F"))  # for a faster product

    def loss_in_single(self) -> float:
        """What rounding to single precision may cost in the logarithms: an estimate, no bound."""
        terms = np.abs(self.bias) + np.sum(np.abs(self.logit), axis=1)
        return float(EPS_OF_SINGLE * terms.max())

    def __call__(self, x: Array) -> Share:
        return bernoulli_em.logit_sums(x, self.bias, self.logit)


@dataclass(frozen=True)
class Closed:
    """The pass for any parameters, 0 and 1 included."""

    mixture: Bernoullis

    def __call__(self, x: Array) -> Share:
        return bernoulli_em.closed_sums(x, *self.mixture)


@dataclass(frozen=True)
class Expected:
    """What the M-step needs of the points: counts (k,), and the sums (k, D) of the points by responsibilities."""

    count: Array
    on: Array

    def maximised(self) -> Bernoullis:
        """The M-step. Raises ValueError if a component has no points."""
        theta = bernoulli_mixture.theta_of_sums(on=self.on, count=self.count)
        return Bernoullis(self.count / np.sum(self.count), np.minimum(theta, 1))  # 1 may be rounded up

    def without(self, shares: Array, point: Array) -> Expected:
        """The same without the shares (k,) of one point (D,); with negative shares, with it."""
        return Expected(self.count - shares, np.maximum(self.on - shares[:, np.newaxis] * point, 0))


def expected(points: Points, mixture: Bernoullis, *, single: bool = False) -> tuple[Expected, float]:
    """The E-step: what the M-step needs, and the log-likelihood. In single precision where that is accurate.

    Raises ValueError where a point is impossible under every component.
    """
    count, on, likelihood = added(points.each(way(mixture, single=single)))
    return Expected(count, on), float(likelihood)


def way(mixture: Bernoullis, *, single: bool = False) -> ByLogits | Closed:
    """How to take the sums."""
    pi, theta = mixture
    if pi.min() <= 0 or theta.min() <= 0 or theta.max() >= 1:
        return Closed(mixture)
    long = ByLogits.of(mixture, np.float64)
    if single and long.loss_in_single() <= LIMIT_OF_TERMS:
        return ByLogits.of(mixture, np.float32)
    return long


def of_labels(x: Array, labels: Integers, k: int) -> Expected:
    """The sums where each point (n, D) belongs to one component alone."""
    return Expected(*added(in_order(lambda rows: _of_block(x[rows], labels[rows], k), cut(len(x), ROWS))))


def _of_block(x: Array, labels: Integers, k: int) -> Share:
    gamma = one_hot(labels, k, np.float64).T
    return bernoulli_mixture.count(gamma), bernoulli_mixture.on(gamma, x)


def common(points: Points) -> Array:
    """The mean (D,) of all points."""
    count, dimensions = points.shape
    [on] = total(points, _of_all, dimensions)
    return on / count


def _of_all(x: Array) -> Share:
    return (np.sum(x, axis=0),)


def worst_explained(points: Points, mixture: Bernoullis, most: int) -> tuple[Array, Array, Array]:
    """The points of lowest probability, at most so many, the lowest first: log-probabilities, responsibilities, points."""
    found = collected(points, partial(_worst_of_block, mixture, most), points.shape[1])
    explained, gamma, x = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(explained, kind="stable")[:most]
    return explained[order], gamma[order], x[order]


def _worst_of_block(mixture: Bernoullis, most: int, x: Array) -> tuple[Array, Array, Array]:
    pi, theta = mixture
    inside = np.clip(theta, EPS, 1 - EPS)  # to rank points, impossible ones too
    joint = safe_log(pi) + x @ np.log(inside).T + (1 - x) @ np.log1p(-inside).T
    explained = log_sum_exp(joint, axis=1)
    order = np.argsort(explained, kind="stable")[:most]
    return explained[order], bernoulli_mixture.gamma(pi, x[order], theta), x[order]


def not_binary(x: Array) -> str:
    """What is wrong with points, if anything: an entry that is neither 0 nor 1."""
    bad = (x != 0) & (x != 1)
    return f"expected zeros and ones, got {x[bad][0]}" if bad.any() else ""
