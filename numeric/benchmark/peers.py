"""The libraries of others, where they are installed: one step each, from the same parameters.

scikit-learn is in the extra `bench`. pomegranate and gmmx bring torch and jax along, so whoever wants them beside ours
installs them; both compute in single precision.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np

from numeric.benchmark.timing import Action
from numeric.checks import Array
from numeric.threads import one_blas_thread, threads

SKLEARN, POMEGRANATE, GMMX = "scikit-learn", "pomegranate", "gmmx"
PACKAGES = {
    SKLEARN: "sklearn",
    POMEGRANATE: "pomegranate",
    GMMX: "gmmx",
}  # what is shown, and what is imported


Iteration = tuple[float, tuple[Array, ...]]  # the log-likelihood before, and the parameters after
Step = Callable[[], Iteration]


def missing() -> list[str]:
    """The peers that are not installed."""
    return [name for name, package in PACKAGES.items() if find_spec(package) is None]


def em_steps(x: Array, pi: Array, mu: Array, sigma: Array) -> dict[str, Action]:
    """An iteration of expectation maximisation for a Gaussian mixture."""
    steps = {SKLEARN: sklearn_em, POMEGRANATE: pomegranate_em, GMMX: gmmx_em}
    absent = missing()
    return {name: step(x, pi, mu, sigma) for name, step in steps.items() if name not in absent}


def sklearn_em(x: Array, pi: Array, mu: Array, sigma: Array) -> Step:
    """The two steps of scikit-learn. It has no public ones; these are what its `fit` calls in its loop."""
    from sklearn.mixture import GaussianMixture

    def step() -> Iteration:
        model = GaussianMixture(len(pi), reg_covar=0)
        model.weights_, model.means_, model.covariances_ = pi, mu, sigma
        factors = np.linalg.inv(np.linalg.cholesky(sigma))
        model.precisions_cholesky_ = np.swapaxes(factors, 1, 2)
        likelihood, log_shares = model._e_step(x)
        model._m_step(x, log_shares)
        return likelihood * len(x), (model.weights_, model.means_, model.covariances_)

    return step


def pomegranate_em(x: Array, pi: Array, mu: Array, sigma: Array) -> Step:
    """The two steps of pomegranate, from parameters and points that torch has already."""
    import torch
    from pomegranate.distributions import Normal
    from pomegranate.gmm import GeneralMixtureModel

    points, weights, means, covariances = (torch.tensor(np.float32(part)) for part in (x, pi, mu, sigma))

    def step() -> Iteration:
        components = [Normal(*pair) for pair in zip(means.clone(), covariances.clone(), strict=True)]
        model = GeneralMixtureModel(components, priors=weights.clone())
        likelihood = model.summarize(points)
        model.from_summaries()
        normals = model.distributions
        found = model.priors, torch.stack([n.means for n in normals]), torch.stack([n.covs for n in normals])
        return float(likelihood), tuple(part.detach().numpy() for part in found)

    return step


def gmmx_em(x: Array, pi: Array, mu: Array, sigma: Array) -> Step:
    """One iteration of gmmx, compiled, from parameters and points that jax has already."""
    import jax
    from gmmx import EMFitter, GaussianMixtureModelJax

    points = jax.numpy.asarray(np.float32(x))
    parts = [jax.numpy.asarray(np.float32(part)) for part in (pi, mu, sigma)]
    model = GaussianMixtureModelJax.from_squeezed(means=parts[1], covariances=parts[2], weights=parts[0])
    fitter = EMFitter(max_iter=1, tol=0, reg_covar=0)

    def step() -> Iteration:
        found = fitter.fit(points, model)
        gmm = found.gmm
        parameters = gmm.weights_numpy, gmm.means_numpy, gmm.covariances.values_numpy
        return float(found.log_likelihood) * len(x), parameters

    return step


def fits_of_means(x: Array, start: Array) -> dict[str, Action]:
    """K-means from these centres (k, D), with the tolerance of the library."""
    if SKLEARN in missing():
        return {}
    return {SKLEARN: lambda: sklearn_kmeans(x, start)}


def sklearn_kmeans(x: Array, start: Array) -> Array:
    """The centres that scikit-learn finds."""
    from sklearn.cluster import KMeans

    found: Array = KMeans(len(start), init=start, n_init=1).fit(x).cluster_centers_
    return found


def means_steps(x: Array, mu: Array) -> dict[str, Action]:
    """An iteration of Lloyd's algorithm for K-means."""
    if SKLEARN in missing():
        return {}
    return {SKLEARN: lambda: sklearn_lloyd(x, mu)}


def sklearn_lloyd(x: Array, mu: Array) -> Array:
    """scikit-learn's step: the function that its `fit` calls, with as many threads as ours."""
    from sklearn.cluster._k_means_lloyd import lloyd_iter_chunked_dense

    count = len(mu)
    found = np.zeros_like(mu)
    weights, labels = np.zeros(count), np.full(len(x), -1, np.int32)
    with one_blas_thread():
        lloyd_iter_chunked_dense(x, np.ones(len(x)), mu, found, weights, labels, np.zeros(count), threads())
    return found
