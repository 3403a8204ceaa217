"""The Gaussian component: its parameters, and the logarithm of its density."""

from __future__ import annotations

from fractions import Fraction

from derivations.calculus.domains import DEFINITE
from derivations.calculus.expressions import (
    CirclePi,
    Expr,
    Log,
    LogDet,
    Number,
    Size,
    inv,
    matrices,
    quadratic,
    vectors,
)
from derivations.lemmas.mixture import D, K

mu = vectors("mu", r"\mu", (K,), D)
Sigma = matrices("Sigma", r"\Sigma", (K,), D, DEFINITE)


def log_normal(point: Expr, mean: Expr, covariance: Expr) -> Expr:
    """log N(point | mean, covariance); the covariance (D, D) must be positive definite."""
    (dimension, _) = point.shape
    assert isinstance(dimension, Size)
    squared = quadratic(point - mean, inv(covariance))
    return -Number(Fraction(1, 2)) * (squared + LogDet(covariance) + dimension * Log(2 * CirclePi()))
