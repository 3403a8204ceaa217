"""The clustering functions against scikit-learn step by step, against exhaustive search, and by hand."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from cluster_data import DATA, EPS, SMALL, Points, averages, blobs
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from numeric.clustering import (
    Gaussians,
    bernoulli_em,
    em,
    gmm_log_probability,
    gmm_sample,
    gmm_sum,
    kmeans,
    kmedians,
)
from numeric.handwritten import bernoulli_mixture as by_hand
from numeric.handwritten import gmm_convolution

pytestmark = pytest.mark.filterwarnings(
    "error", f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"
)


@pytest.mark.parametrize("name", DATA)
def test_k_means_is_that_of_scikit_learn_at_every_iteration(name: str) -> None:
    x, k = DATA[name](), 4
    start = averages(x, k)
    history: list[float] = []
    kmeans(x, k, init=start, tol=0, max_iterations=12, history=history)
    for iterations in range(1, 13):
        mu, z = kmeans(x, k, init=start, tol=0, max_iterations=iterations)
        peer = KMeans(k, init=start, n_init=1, max_iter=iterations, tol=0, algorithm="lloyd").fit(x)
        assert np.abs(mu - peer.cluster_centers_).max() <= 1e-9 * np.abs(x).max()
        assert np.array_equal(z, peer.labels_)
        assert history[iterations - 1] == pytest.approx(peer.inertia_, rel=1e-9)


@pytest.mark.parametrize("name", DATA)
def test_k_means_stops_when_scikit_learn_does(name: str) -> None:
    x, k = DATA[name](), 3
    start, history = averages(x, k), list[float]()
    kmeans(x, k, init=start, history=history)
    peer = KMeans(k, init=start, n_init=1, algorithm="lloyd").fit(x)
    # one that finds no change of assignments needs another iteration in scikit-learn to see it
    assert len(history) in (peer.n_iter_, peer.n_iter_ - 1)
    assert history[-1] == pytest.approx(peer.inertia_, rel=1e-9)


def apart(ours: Gaussians, peer: GaussianMixture) -> float:
    """The largest error: of weights, of means by standard deviations, of covariances by products of those."""
    deviations = np.sqrt(np.diagonal(peer.covariances_, axis1=1, axis2=2))
    units = deviations[:, :, np.newaxis] * deviations[:, np.newaxis, :]
    return max(
        float(np.abs(ours.pi - peer.weights_).max()),
        float((np.abs(ours.mu - peer.means_) / deviations).max()),
        float((np.abs(ours.sigma - peer.covariances_) / units).max()),
    )


def peer_of(x: Points, start: Gaussians, **options: Any) -> GaussianMixture:
    pi, mu, sigma = start
    return GaussianMixture(
        len(pi), weights_init=pi, means_init=mu, precisions_init=np.linalg.inv(sigma), **options
    ).fit(x)


@pytest.mark.parametrize(
    ("name", "reg_covar"),  # digits: the margins are constant, so without reg_covar there is no mixture
    [(name, reg_covar) for name in DATA for reg_covar in (1e-6, 0.0) if reg_covar or name != "digits"],
)
def test_the_mixture_is_that_of_scikit_learn_at_every_iteration(name: str, reg_covar: float) -> None:
    x, k = DATA[name](), 3
    start = em(x, k, max_iterations=1)
    history: list[float] = []
    em(x, k, init=start, tol=0, max_iterations=4, reg_covar=reg_covar, history=history)
    for iterations in range(1, 5):
        options: dict[str, Any] = {"reg_covar": reg_covar, "tol": 0}
        ours = em(x, k, init=start, max_iterations=iterations, **options)
        peer = peer_of(x, start, max_iter=iterations, **options)
        bound = 1e-9 + EPS * float(np.linalg.cond(peer.covariances_).max())
        assert apart(ours, peer) <= bound
        assert history[iterations - 1] == pytest.approx(peer.lower_bound_, rel=bound)


def test_the_mixture_stops_when_scikit_learn_does() -> None:
    x = DATA["iris"]()
    start, history = em(x, 3, max_iterations=1), list[float]()
    ours = em(x, 3, init=start, history=history)
    peer = peer_of(x, start)
    assert len(history) == peer.n_iter_
    assert apart(ours, peer) <= 1e-9


def test_the_comparison_sees_a_small_difference() -> None:
    x = DATA["iris"]()
    start = em(x, 3, max_iterations=1)
    ours = em(x, 3, init=start, tol=0, max_iterations=3)
    peer = peer_of(x, start, tol=0, max_iter=3)
    for field in Gaussians._fields:
        assert apart(ours._replace(**{field: getattr(ours, field) * (1 + 1e-7)}), peer) > 2e-9


def test_the_joint_densities_are_those_of_scikit_learn() -> None:
    x = DATA["wine"]()
    peer = GaussianMixture(3, random_state=0).fit(x)
    ours = gmm_log_probability(x, peer.weights_, peer.means_, peer.covariances_)
    assert ours.shape == (len(x), 3)
    assert np.array_equal(ours.argmax(axis=1), peer.predict(x))
    assert np.allclose(np.logaddexp.reduce(ours, axis=1), peer.score_samples(x), rtol=1e-9)


def smallest_objective(x: Points, k: int) -> float:
    """The lowest sum of L1 distances to medians over all assignments."""
    found = np.inf
    for labels in product(range(k), repeat=len(x)):
        groups = [x[np.equal(labels, c)] for c in range(k)]
        found = min(found, sum(float(np.abs(g - np.median(g, axis=0)).sum()) for g in groups if len(g)))
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("k", [2, 3])
def test_k_medians_finds_what_an_exhaustive_search_finds(seed: int, k: int) -> None:
    x = np.random.default_rng(seed).integers(0, 10, size=(7, 2))
    history: list[float] = []
    mu, z = kmedians(x, k, restarts=40, history=history)
    assert history[-1] == smallest_objective(x, k) == np.abs(x - mu[z]).sum()


def test_the_bernoulli_mixture_is_the_one_by_hand_at_every_iteration() -> None:
    random = np.random.default_rng(2)
    x = random.random((300, 6)) < random.random((3, 6))[random.integers(3, size=300)]
    pi: Points = np.array([0.2, 0.3, 0.5])
    theta: Points = random.uniform(0.25, 0.75, (3, 6))
    start, history = (pi, theta), list[float]()
    bernoulli_em(x, 3, init=start, tol=0, max_iterations=8, history=history)
    bits = x.astype(np.float64)
    for iterations in range(1, 9):
        likelihood = by_hand.log_likelihood(x=bits, pi=pi, theta=theta)
        assert history[iterations - 1] == pytest.approx(likelihood / len(x), rel=1e-12)
        gamma = by_hand.gamma(x=bits, pi=pi, theta=theta)
        pi, theta = by_hand.pi(gamma), by_hand.theta(gamma=gamma, x=bits)
        ours = bernoulli_em(x, 3, init=start, tol=0, max_iterations=iterations)
        assert np.allclose(ours.pi, pi, rtol=1e-12)
        assert np.allclose(ours.theta, theta, rtol=1e-12)


def test_the_sum_has_the_density_and_the_moments_of_the_sum() -> None:
    x, y = em(SMALL, 2), em(blobs(300, 2, 3, seed=4), 3)
    pi, mu, sigma = gmm_sum(*x, *y)
    assert (pi.shape, mu.shape, sigma.shape) == ((6,), (6, 2), (6, 2, 2))
    ours = np.logaddexp.reduce(gmm_log_probability(SMALL, pi, mu, sigma), axis=1)
    assert np.allclose(ours, gmm_convolution.log_density(SMALL, *x, *y), rtol=1e-12)
    assert np.allclose(pi @ mu, x.pi @ x.mu + y.pi @ y.mu)
    assert np.allclose(mu[1 * 3 + 2], x.mu[1] + y.mu[2])
    drawn = gmm_sample(40_000, *x, seed=1) + gmm_sample(40_000, *y, seed=2)
    assert np.allclose(drawn.mean(axis=0), pi @ mu, atol=6 * drawn.std(axis=0).max() / 200)


def test_samples_have_the_moments_of_the_mixture() -> None:
    pi, mu = np.array([0.25, 0.75, 0.0]), np.array([[0.0, 9.0], [5.0, -3.0], [1e9, 1e9]])
    sigma = np.array([[[4.0, 1.0], [1.0, 2.0]], [[1.0, 1.0], [1.0, 1.0]], np.eye(2)])
    drawn = gmm_sample(40_000, pi, mu, sigma)
    first = drawn[:, 1] > 3
    assert first.mean() == pytest.approx(0.25, abs=0.01)
    for members, mean, covariance in ((first, mu[0], sigma[0]), (~first, mu[1], sigma[1])):
        assert np.allclose(drawn[members].mean(axis=0), mean, atol=0.1)
        assert np.allclose(np.cov(drawn[members].T), covariance, atol=0.15)
    flat = drawn[~first] - mu[1]  # a singular covariance: a line
    assert np.allclose(flat[:, 0], flat[:, 1], atol=1e-7)
