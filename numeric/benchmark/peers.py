"""The libraries of others, where they are installed: one step each, from the same parameters."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np

from numeric.benchmark.timing import Action
from numeric.checks import Array
from numeric.threads import one_blas_thread, threads

PACKAGES = {"scikit-learn": "sklearn"}  # what is shown, and what is imported


def missing() -> list[str]:
    """The peers that are not installed."""
    return [name for name, package in PACKAGES.items() if find_spec(package) is None]


def em_steps(x: Array, pi: Array, mu: Array, sigma: Array) -> dict[str, Action]:
    """An iteration of expectation maximisation for a Gaussian mixture."""
    found: dict[str, Action] = {}
    if "scikit-learn" not in missing():
        found["scikit-learn"] = lambda: sklearn_em(x, pi, mu, sigma)
    return found


def sklearn_em(x: Array, pi: Array, mu: Array, sigma: Array) -> Any:
    """The two steps of scikit-learn. It has no public ones; these are what its `fit` calls in its loop."""
    from sklearn.mixture import GaussianMixture

    model = GaussianMixture(len(pi), reg_covar=0)
    model.weights_, model.means_, model.covariances_ = pi, mu, sigma
    factors = np.linalg.inv(np.linalg.cholesky(sigma))
    model.precisions_cholesky_ = np.swapaxes(factors, 1, 2)
    likelihood, log_shares = model._e_step(x)
    model._m_step(x, log_shares)
    return likelihood * len(x), (model.weights_, model.means_, model.covariances_)


def means_steps(x: Array, mu: Array) -> dict[str, Action]:
    """An iteration of Lloyd's algorithm for K-means."""
    if "scikit-learn" in missing():
        return {}
    return {"scikit-learn": lambda: sklearn_lloyd(x, mu)}


def sklearn_lloyd(x: Array, mu: Array) -> Array:
    """scikit-learn's step: the function that its `fit` calls, with as many threads as ours."""
    from sklearn.cluster._k_means_lloyd import lloyd_iter_chunked_dense

    count = len(mu)
    found = np.zeros_like(mu)
    weights, labels = np.zeros(count), np.full(len(x), -1, np.int32)
    with one_blas_thread():
        lloyd_iter_chunked_dense(x, np.ones(len(x)), mu, found, weights, labels, np.zeros(count), threads())
    return found
