"""What holds of clustering for any data: laws, errors planted against them, and data that are empty or degenerate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from cluster_data import PIXELS, SMALL, Points, averages, blobs
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.exceptions import ConvergenceWarning

from numeric.checks import Array
from numeric.clustering import NotMonotoneError, bernoulli_em, em, kmeans, kmedians, lloyd
from numeric.clustering.arguments import distinct_up_to
from numeric.clustering.means import Assigned, Means
from numeric.clustering.points import InMemory
from numeric.clustering.runs import Options, Trace
from numeric.generated import bernoulli_mixture, gmm_mstep

pytestmark = pytest.mark.filterwarnings(
    "error", f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"
)


GRID = st.integers(2, 12).flatmap(
    lambda n: arrays(np.int8, st.tuples(st.just(n), st.integers(1, 3)), elements=st.integers(-3, 3))
)


@given(GRID, st.integers(1, 4), st.integers(0, 3))
def test_centres_on_any_data(x: Points, k: int, seed: int) -> None:
    k = min(k, len(np.unique(x, axis=0)))
    for run in (kmeans, kmedians):
        mu, z = run(x, k, seed=seed, max_iterations=20)
        scaled, same = run(4.0 * x, k, seed=seed, max_iterations=20)
        assert np.array_equal(scaled, 4 * mu)
        assert np.array_equal(z, same)
        assert np.isfinite(mu).all()
        assert len(np.unique(z)) == k


@given(GRID, st.integers(1, 4), st.integers(0, 3))
def test_mixtures_on_any_data(x: Points, k: int, seed: int) -> None:
    k = min(k, len(np.unique(x, axis=0)))
    pi, mu, sigma = em(x, k, seed=seed, max_iterations=20)
    assert pi.sum() == pytest.approx(1)
    assert np.isfinite(mu).all()
    assert np.linalg.eigvalsh(sigma).min() > 0
    k = min(k, len(np.unique(x > 0, axis=0)))
    weights, theta = bernoulli_em(x > 0, k, seed=seed, max_iterations=20)
    assert weights.sum() == pytest.approx(1)
    assert 0 <= theta.min() <= theta.max() <= 1


@pytest.mark.parametrize("offset", [0.0, 1e4, 1e8])
@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_the_objective_is_monotone_without_regularisation(offset: float, scale: float) -> None:
    x = (blobs(400, 3, 4, seed=8) + offset) * scale
    for k in (1, 2, 5):
        history: list[float] = []
        em(x, k, reg_covar=0, tol=0, max_iterations=60, history=history)
        assert len(history) == 60
        assert np.diff(history).min() >= -1e-9
        kmeans(x, k, tol=0, max_iterations=30)
        kmedians(x, k, tol=0, max_iterations=30)


@pytest.mark.parametrize("seed", range(6))
def test_points_at_the_resolution_of_their_numbers_are_no_false_alarm(seed: int) -> None:
    x = 1e9 + 2e-6 * np.random.default_rng(seed).normal(size=(12, 1))
    for k in (1, 2):
        em(x, k, reg_covar=0, tol=0, max_iterations=20)
        kmeans(x, k, tol=0, max_iterations=20)


class Wrong(Means):
    """Its centres are off."""

    def updated(self, assigned: Assigned, mu: Array) -> Array:
        return 1.05 * super().updated(assigned, mu) + 0.2


def test_an_objective_that_rises_is_an_error() -> None:
    start, _ = kmeans(SMALL, 3)
    options = Options(tol=0, max_iterations=10, restarts=1, progress=False)
    lloyd.run(Means.of(InMemory(SMALL)), start, options, Trace("objective", 1, False))
    with pytest.raises(NotMonotoneError, match="objective rose from"):
        lloyd.run(Wrong.of(InMemory(SMALL)), start, options, Trace("objective", 1, False))


def test_a_likelihood_that_falls_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    right = gmm_mstep.Sigma_of_sums
    monkeypatch.setattr(gmm_mstep, "Sigma_of_sums", lambda **sums: right(**sums) * 1.1)
    start = em(SMALL, 2, tol=1e-9)
    monkeypatch.setattr(gmm_mstep, "Sigma_of_sums", lambda **sums: right(**sums) * 1.3)
    with pytest.raises(NotMonotoneError, match="log-likelihood fell from"):
        em(SMALL, 2, init=start, tol=0, reg_covar=0)
    em(SMALL, 2, init=start, tol=0)  # with regularisation a fall is no error


def test_a_bernoulli_likelihood_that_falls_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    x = PIXELS > 127
    start = bernoulli_em(x, 2)
    monkeypatch.setattr(bernoulli_mixture, "theta_of_sums", lambda on, count: np.full((2, 3), 0.9))
    with pytest.raises(NotMonotoneError, match="log-likelihood fell from"):
        bernoulli_em(x, 2, init=start, tol=0)


@pytest.mark.parametrize("run", [kmeans, kmedians])
def test_empty_clusters_are_seeded_again(run: Callable[..., Any]) -> None:
    start = np.concatenate([SMALL[:1], np.full((4, 2), 1e6)])
    history: list[float] = []
    _, z = run(SMALL, 5, init=start, history=history)
    assert np.bincount(z, minlength=5).all()
    assert history == sorted(history, reverse=True)
    x = np.array([[0.0], [0.0], [5.0]])
    mu, z = run(x, 2, init=[[0.0], [0.0]])
    assert sorted(mu[:, 0]) == [0, 5]


def test_components_without_points_are_seeded_again() -> None:
    mu = np.concatenate([averages(SMALL, 2), [[1e7, 1e7]]])
    sigma = np.array([np.cov(SMALL.T), np.cov(SMALL.T), np.eye(2)])
    start = (np.array([0.5, 0.5, 0.0]), mu, sigma)
    for reg_covar in (1e-6, 0.0):
        found = em(SMALL, 3, init=start, reg_covar=reg_covar, max_iterations=30)
        assert found.pi.min() > 1e-3
        assert np.abs(found.mu).max() < 100
    bits = SMALL.mean(axis=0) < SMALL
    again = bernoulli_em(bits, 2, init=([1.0, 0.0], [[0.5, 0.4], [0.3, 0.2]]))
    assert again.pi.min() > 1e-3


def test_one_cluster_is_the_mean_the_median_and_the_sample() -> None:
    x = SMALL[:151]
    assert np.allclose(kmeans(x, 1)[0], x.mean(axis=0))
    assert np.array_equal(kmedians(x, 1)[0][0], np.median(x, axis=0))
    pi, mu, sigma = em(x, 1, reg_covar=0)
    assert pi.tolist() == [1]
    assert np.allclose(mu, x.mean(axis=0))
    assert np.allclose(sigma, np.cov(x.T, bias=True))


def test_as_many_clusters_as_distinct_points() -> None:
    x = np.repeat(np.arange(5.0)[:, np.newaxis] ** 2, 3, axis=0)
    for run in (kmeans, kmedians):
        mu, z = run(x, 5)
        assert np.array_equal(mu[z], x)
    assert np.isfinite(em(x, 5).sigma).all()


def test_distinct_points_are_counted_through_all_of_the_data() -> None:
    x = np.zeros((20_000, 2))
    x[9_000:, 1], x[-1, 0] = 1, 1
    for k in (3, 4):
        assert distinct_up_to(x, k) == 3
    with pytest.raises(ValueError, match="k: expected at most the number of distinct points of X, 3, got 4"):
        kmeans(x, 4)


def test_points_so_near_that_squared_distances_vanish_are_refused() -> None:
    near = 1e-200 * np.arange(1.0, 7.0)[:, np.newaxis]
    beside_ones = np.hstack([near, np.ones((6, 1))])
    for x, words in ((near, "size 1e-140 or more"), (beside_ones, "squared distances are not lost")):
        with pytest.raises(ValueError, match=f"X: expected .*{words}"):
            kmeans(x, 3)
        assert len(np.unique(kmedians(x, 3)[0])) >= 3
    scaled, labels = kmeans(near * 2.0**660, 3)
    assert len(np.unique(scaled)) == len(np.unique(labels)) == 3
    assert kmeans(np.ones((6, 2)), 1)[0].tolist() == [[1.0, 1.0]]
    assert kmeans(np.zeros((6, 2)), 1)[0].tolist() == [[0.0, 0.0]]
