"""The clustering functions: against scikit-learn step by step, against exhaustive search, and as a caller meets them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import datasets
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from numeric import medians
from numeric.checks import Array
from numeric.clustering import (
    Bernoullis,
    Gaussians,
    NotMonotoneError,
    bernoulli_em,
    bernoulli_steps,
    em,
    gmm_log_probability,
    gmm_sample,
    gmm_sum,
    kmeans,
    kmedians,
    lloyd,
    points,
)
from numeric.clustering.arguments import distinct_up_to
from numeric.clustering.followed import FEW, OFTEN, Followed, MeansInMemory
from numeric.clustering.means import Assigned, Means
from numeric.clustering.nearest import Direct, Scored
from numeric.clustering.points import InMemory
from numeric.clustering.runs import Options, Trace
from numeric.generated import bernoulli_mixture, gmm_mstep, kmeans_limit
from numeric.generated import kmedians as kmedians_steps
from numeric.handwritten import bernoulli_mixture as by_hand
from numeric.handwritten import gmm_convolution
from numeric.medians import medians_of_clusters, weighted_median
from numeric.threads import threads_of_a_pass

Points = np.ndarray[Any, np.dtype[Any]]
EPS = float(np.finfo(np.float64).eps)

pytestmark = pytest.mark.filterwarnings(
    "error", f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"
)


def blobs(count: int, dimensions: int, groups: int, seed: int = 0) -> Points:
    """Overlapping groups of points, of unequal sizes and shapes."""
    random = np.random.default_rng(seed)
    centers = random.normal(scale=4, size=(groups, dimensions))
    shapes = random.normal(size=(groups, dimensions, dimensions))
    of = random.choice(groups, size=count, p=random.dirichlet(np.full(groups, 5.0)))
    x: Points = centers[of] + np.einsum("nij,nj->ni", shapes[of], random.normal(size=(count, dimensions)))
    return x


DATA: dict[str, Callable[[], Points]] = {
    "iris": lambda: np.asarray(datasets.load_iris().data),
    "wine": lambda: np.asarray(datasets.load_wine().data),
    "digits": lambda: np.asarray(datasets.load_digits().data)[::2],
    "synthetic": lambda: blobs(5000, 4, 6),
}
SMALL = blobs(200, 2, 3)


def averages(x: Points, k: int) -> Points:
    """Centres to start from that are no points, so that no point is equally near to two of them."""
    return np.random.default_rng(1).dirichlet(np.full(len(x), 0.05), size=k) @ x


# --------------------------------------------------------------------------- against scikit-learn


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


# ------------------------------------------------------------------- against searches, and by hand


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


# ------------------------------------------------------------------------- as a caller meets them


def test_the_pixels_of_a_picture() -> None:
    picture = datasets.load_sample_image("flower.jpg")[::8, ::8]
    X = picture.reshape(-1, 3)
    mu, z = kmeans(X, 5)
    assert mu.shape == (5, 3)
    assert mu[z].reshape(picture.shape).dtype == np.float64
    pi, means, sigma = em(X, 5, tol=1e-3)
    log_p = gmm_log_probability(X, pi, means, sigma)
    assert means[log_p.argmax(axis=1)].shape == X.shape
    assert gmm_sample(len(X), pi, means, sigma).reshape(X.shape).std() > 10


PIXELS = np.random.default_rng(6).integers(0, 256, size=(240, 3)).astype(np.uint8)


def kinds_of_input(folder: Path) -> dict[str, Points]:
    np.save(folder / "x.npy", PIXELS.astype(np.float64))
    frozen = PIXELS.astype(np.float64)
    frozen.flags.writeable = False
    return {
        "uint8": PIXELS,
        "int16": PIXELS.astype(np.int16),
        "float32": PIXELS.astype(np.float32),
        "by columns": np.asfortranarray(PIXELS, np.float64),
        "every second": np.repeat(PIXELS, 2, axis=0)[::2],
        "backwards in memory": PIXELS[::-1].copy()[::-1],
        "big-endian": PIXELS.astype(">f8"),
        "read-only": frozen,
        "mapped": np.load(folder / "x.npy", mmap_mode="r"),
    }


ALGORITHMS: dict[str, Callable[..., Any]] = {
    "kmeans": kmeans,
    "kmedians": kmedians,
    "em": em,
    "bernoulli_em": lambda X, k, **options: bernoulli_em(X > 127, k, **options),
}


@pytest.mark.parametrize("name", ALGORITHMS)
def test_the_kind_of_input_does_not_matter(name: str, tmp_path: Path) -> None:
    wanted = ALGORITHMS[name](PIXELS.astype(np.float64), 4)
    for kind, x in kinds_of_input(tmp_path).items():
        before = np.array(x)
        found = ALGORITHMS[name](x, 4)
        assert np.array_equal(before, x), kind
        for ours, other in zip(found, wanted, strict=True):
            # the order in memory may change the order of a sum
            assert np.allclose(ours, other, rtol=1e-9, atol=1e-9), kind
            assert ours.dtype == other.dtype, kind


def test_parameters_may_be_float32() -> None:
    pi, mu, sigma = em(PIXELS, 7)
    short = Gaussians(*(values.astype(np.float32) for values in (pi, mu, sigma)))
    short.sigma[:, 0, 1] *= 1 + 2e-7
    wanted = gmm_log_probability(PIXELS, pi, mu, sigma)
    assert np.allclose(gmm_log_probability(PIXELS, *short), wanted, rtol=1e-4)
    assert np.allclose(gmm_sample(9, *short), gmm_sample(9, pi, mu, sigma), rtol=1e-3)
    assert np.allclose(gmm_sum(*short, *short).sigma[0], 2 * sigma[0], rtol=1e-5)
    em(PIXELS, 7, init=short, max_iterations=2)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_results_are_reproducible_and_seeds_differ(name: str) -> None:
    run = ALGORITHMS[name]
    first, again, other = run(PIXELS, 5), run(PIXELS, 5, seed=0), run(PIXELS, 5, seed=3)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))
    drawn = run(PIXELS, 5, seed=np.random.default_rng(3))
    assert all(np.array_equal(a, b) for a, b in zip(drawn, other, strict=True))


@pytest.mark.parametrize("name", ALGORITHMS)
def test_history_progress_and_limits(name: str) -> None:
    run, history, told = ALGORITHMS[name], list[float](), list[tuple[int, float]]()
    run(PIXELS, 3, tol=0, max_iterations=40, history=history, progress=lambda *seen: told.append(seen))
    assert told == list(enumerate(history, start=1))
    assert len(history) == 40
    stopped: list[float] = []
    run(PIXELS, 3, tol=1e-2, max_iterations=40, history=stopped)
    assert stopped == history[: len(stopped)]
    assert 1 <= len(stopped) < 40


def test_progress_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    kmeans(SMALL, 2, progress=True, max_iterations=2, tol=0)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("iteration 1: objective ")
    assert len(err.splitlines()) == 2


@pytest.mark.parametrize("name", ALGORITHMS)
def test_of_several_runs_the_best_counts(name: str) -> None:
    sign = 1 if name.startswith("k") else -1
    ends = []
    random = np.random.default_rng(0)
    for _ in range(6):
        history: list[float] = []
        ALGORITHMS[name](PIXELS, 6, seed=random, history=history)
        ends.append(history[-1])
    best: list[float] = []
    ALGORITHMS[name](PIXELS, 6, restarts=6, history=best)
    assert best[-1] == sign * min(sign * end for end in ends)
    assert len(set(ends)) > 1


def test_assignments_are_to_the_nearest_centre() -> None:
    for run, power in ((kmeans, 2), (kmedians, 1)):
        mu, z = run(SMALL, 4, max_iterations=2)
        distances = (np.abs(SMALL[:, np.newaxis] - mu) ** power).sum(axis=2)
        assert np.array_equal(z, distances.argmin(axis=1))
        assert z.dtype == np.intp


# ------------------------------------------------------------------------------------------- laws

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


# -------------------------------------------------------------------------------- planted errors


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


# ------------------------------------------------------------------------- empty and degenerate


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


def test_points_so_near_that_squared_distances_vanish() -> None:
    x = 1e-200 * np.arange(1.0, 7.0)[:, np.newaxis]
    mu, _ = kmeans(x, 3)
    assert len(np.unique(mu)) == 3


# ---------------------------------------------------------------------------------- bad arguments

NAN = np.where(np.arange(400).reshape(200, 2) == 7, np.nan, SMALL)
FITS: dict[str, Callable[..., Any]] = {
    "kmeans": kmeans,
    "kmedians": kmedians,
    "em": em,
    "bernoulli_em": bernoulli_em,
}
BITS = (SMALL > 0).astype(np.int64)

BAD_FOR_ALL: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("X", {"X": NAN}, "nan"),
    ("X", {"X": np.where(np.isnan(NAN), np.inf, NAN)}, "inf"),
    ("X", {"X": BITS[0]}, "(2,)"),
    ("X", {"X": BITS.reshape(10, 20, 2)}, "(10, 20, 2)"),
    ("X", {"X": np.empty((0, 2))}, "(0, 2)"),
    ("X", {"X": np.empty((5, 0))}, "(5, 0)"),
    ("X", {"X": [["a", "b"]]}, "<U1"),
    ("X", {"X": BITS + 1j}, "complex128"),
    ("X", {"X": [[1, 2], [3]]}, "unequal length"),
    ("X", {"X": np.ma.masked_less(BITS, 1)}, "masked"),
    ("X", {"X": BITS * 1e200}, "1e+200"),
    ("k", {"k": 0}, "0"),
    ("k", {"k": -3}, "-3"),
    ("k", {"k": 2.5}, "2.5"),
    ("k", {"k": True}, "True"),
    ("k", {"k": "3"}, "'3'"),
    ("k", {"k": 201}, "201"),
    ("k", {"k": 5}, "distinct points of X, 4, got 5"),
    ("tol", {"tol": -1e-3}, "-0.001"),
    ("tol", {"tol": float("nan")}, "nan"),
    ("tol", {"tol": None}, "None"),
    ("max_iterations", {"max_iterations": 0}, "0"),
    ("max_iterations", {"max_iterations": 1.5}, "1.5"),
    ("restarts", {"restarts": 0}, "0"),
    ("seed", {"seed": -1}, "-1"),
    ("seed", {"seed": None}, "None"),
    ("init", {"init": "random"}, "'random'"),
    ("progress", {"progress": 3}, "3"),
    ("history", {"history": ()}, "tuple"),
)
OTHER_BAD: tuple[tuple[Callable[..., Any], str, dict[str, Any], str], ...] = (
    (kmeans, "init", {"init": np.ones((3, 2))}, "(3, 2)"),
    (kmedians, "init", {"init": np.ones((2, 3))}, "(2, 3)"),
    (kmeans, "init", {"init": np.full((2, 2), np.nan)}, "nan"),
    (kmeans, "restarts", {"init": np.ones((2, 2)), "restarts": 3}, "3"),
    (em, "init", {"init": np.ones((3, 2))}, "(3, 2)"),
    (em, "init", {"init": (np.ones(2), np.ones((2, 2)))}, "length 2"),
    (em, "pi of init", {"init": ([0.5, 0.6], np.ones((2, 2)), [np.eye(2)] * 2)}, "1.1"),
    (em, "mu of init", {"init": ([0.5, 0.5], np.ones((2, 3)), [np.eye(2)] * 2)}, "(2, 3)"),
    (em, "sigma of init", {"init": ([0.5, 0.5], np.ones((2, 2)), -np.ones((2, 2, 2)))}, "-2"),
    (em, "reg_covar", {"reg_covar": -1}, "-1"),
    (em, "reg_covar", {"X": np.outer(np.arange(9.0), [1, 2]), "reg_covar": 0}, "component 0"),
    (em, "reg_covar", {"X": [[0, 1], [0, 2], [0, 5.0]], "reg_covar": 0}, "singular"),
    (bernoulli_em, "X", {"X": [[0.5, 1], [0, 1]]}, "0.5"),
    (bernoulli_em, "init", {"init": np.ones((2, 2))}, "ndarray"),
    (bernoulli_em, "theta of init", {"init": ([0.5, 0.5], 2 * np.ones((2, 2)))}, "2.0"),
    (bernoulli_em, "init", {"init": ([0.5, 0.5], np.zeros((2, 2)))}, "0 for some"),
    (gmm_log_probability, "X", {"X": NAN}, "nan"),
    (gmm_log_probability, "X", {"X": np.ones((4, 3))}, "(2, 2)"),
    (gmm_log_probability, "pi", {"pi": [1.0]}, "(2, 2)"),
    (gmm_log_probability, "sigma", {"sigma": np.zeros((2, 2, 2))}, "0.0"),
    (gmm_sample, "N", {"N": 0}, "0"),
    (gmm_sample, "pi", {"pi": [-0.5, 1.5]}, "-0.5"),
    (gmm_sample, "sigma", {"sigma": -np.ones((2, 2, 2))}, "-2"),
    (gmm_sample, "seed", {"seed": 0.5}, "0.5"),
    (gmm_sum, "mu_y", {"mu_y": np.ones((2, 3))}, "(2, 3)"),
    (gmm_sum, "sigma_x", {"sigma_x": np.zeros((2, 2, 2))}, "0.0"),
)
MIXTURE: dict[str, Any] = {"pi": [0.5, 0.5], "mu": np.ones((2, 2)), "sigma": [np.eye(2)] * 2}
GOOD: dict[Callable[..., Any], dict[str, Any]] = {
    **{run: {"X": BITS, "k": 2} for run in FITS.values()},
    gmm_log_probability: {"X": BITS, **MIXTURE},
    gmm_sample: {"N": 3, **MIXTURE},
    gmm_sum: {f"{name}_{of}": value for of in "xy" for name, value in MIXTURE.items()},
}


@pytest.mark.parametrize("run", GOOD)
def test_the_good_arguments_are_good(run: Callable[..., Any]) -> None:
    run(**GOOD[run])


@pytest.mark.parametrize(
    ("run", "name", "changes", "got"),
    [*((run, *case) for run in FITS.values() for case in BAD_FOR_ALL), *OTHER_BAD],
)
def test_bad_arguments_are_refused_by_name(
    run: Callable[..., Any], name: str, changes: dict[str, Any], got: str
) -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        run(**{**GOOD[run], **changes})
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{name}: ") or (name in message and "as in" in message)
    assert got in message


# ------------------------------------------------------------- the fast steps are those that were derived


def one_hot(labels: Points, count: int) -> Points:
    hot: Points = (labels[:, np.newaxis] == np.arange(count)).astype(np.float64)
    return hot


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e8])
@pytest.mark.parametrize("name", DATA)
def test_a_pass_of_k_means_is_the_two_steps_that_were_derived(name: str, offset: float) -> None:
    x = DATA[name]() + offset
    mu = x[:: len(x) // 4][:4] + 0.003  # near points, so that none is without any
    steps = Means.of(InMemory(x))
    found = steps.assigned(mu)
    z = kmeans_limit.z(x, mu)
    assert isinstance(steps.nearest(mu), Scored)
    assert np.array_equal(found.counts, z.sum(axis=0))
    assert np.allclose(steps.updated(found, mu), kmeans_limit.mu(z, x), rtol=1e-13)
    assert found.objective == pytest.approx(direct(x, mu), rel=1e-9)


def direct(x: Points, mu: Points) -> float:
    return float(((x[:, np.newaxis] - mu) ** 2).sum(axis=2).min(axis=1).sum())


def test_centres_that_rounding_cannot_tell_apart_are_told_apart() -> None:
    """Two pairs of near groups, far from each other: the products of matrices see no more than the pairs."""
    random = np.random.default_rng(4)
    groups = np.array([[0.0, 0.0], [1.0, 0.0], [1e9, 0.0], [1e9 + 1, 0.0]])
    x = groups[random.integers(4, size=3000)] + 1e-3 * random.normal(size=(3000, 2))
    steps = Means.of(InMemory(x))
    assert isinstance(steps.nearest(groups), Direct)
    found = steps.assigned(groups)
    assert np.array_equal(steps.labels(found, groups), kmeans_limit.z(x, groups).argmax(axis=1))
    assert found.objective == pytest.approx(direct(x, groups), rel=1e-9)
    assert not np.array_equal(Scored.of(groups, steps.origin).labels(x), steps.labels(found, groups))


@pytest.mark.parametrize("k", [1, 2, 7, 300])
@pytest.mark.parametrize("offset", [0, 1000])
def test_from_one_iteration_to_the_next_the_sums_are_those_taken_anew(
    k: int, offset: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole numbers, so there are ties, and sums have no rounding; several blocks; centres that move far and little."""
    monkeypatch.setattr(points, "MOST_ROWS", 1024)
    random = np.random.default_rng(k)
    x = random.integers(-9, 9, size=(5000, 3)) + float(offset)
    steps = MeansInMemory.of(InMemory(x))
    mu = x[random.choice(len(x), k, replace=False)]
    before = None
    for step in (0.0, 4.0, 0.5, 0.0, 0.25, 0.0):
        mu = mu + step * random.integers(-1, 2, size=mu.shape)
        found, anew = steps.assigned(mu, before), steps.assigned(mu)
        labels = steps.labels(found, mu)
        assert labels.dtype == np.intp
        assert np.array_equal(labels, steps.labels(anew, mu))
        assert np.array_equal(found.counts, anew.counts)
        assert np.allclose(found.sums, anew.sums, rtol=1e-12, atol=1e-9)
        assert found.objective == pytest.approx(direct(x, mu), rel=1e-12)
        if not offset:  # else the origin is no whole number, and rounding decides ties
            assert found.agrees(anew)
            assert np.array_equal(labels, ((x[:, np.newaxis] - mu) ** 2).sum(axis=2).argmin(axis=1))
        before = found
    assert isinstance(found, Followed) or k == 300  # of which some are too near to each other


def test_few_changes_are_added_up_alone() -> None:
    x = blobs(4000, 3, 4)
    steps = MeansInMemory.of(InMemory(x))
    mu = x[:4]
    first = steps.assigned(mu)
    assert isinstance(first, Followed)
    assert first.changes == len(x)
    again = steps.assigned(mu, first)
    assert isinstance(again, Followed)
    assert again.changes == 0
    wrong = replace(again, counts=again.counts + 1)  # what is given is believed, not taken anew
    near = steps.assigned(mu * 1.02, wrong)
    assert isinstance(near, Followed)
    assert 0 < near.changes < len(x) / FEW
    assert near.counts.sum() == len(x) + 4
    assert steps.assigned(mu[::-1], wrong).counts.sum() == len(x)  # but of many changes it is


def test_of_equally_near_centres_the_first_counts() -> None:
    x = np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 5.0]])
    mu = np.array([[3.0, 0.0], [-1.0, 0.0], [3.0, 0.0]])
    origin = np.array([1.0, 1.0])
    for step in (Direct(None, mu), Direct(origin, mu), Scored.of(mu, None), Scored.of(mu, origin)):
        assert step.labels(x).tolist() == [1, 0, 0]
        counts, sums, *_ = map(np.asarray, step.sums(x))
        assert counts.tolist() == [2, 1, 0]
        whole = sums if step.origin is None else sums + counts[:, np.newaxis] * origin
        assert whole.tolist() == [[3.0, 5.0], [0.0, 0.0], [0.0, 0.0]]


def test_a_small_objective_keeps_its_digits() -> None:
    x = np.repeat([[0.0, 1.0], [1e4, 7.0], [5e5, 0.0]], 50, axis=0) + 1e-6 * blobs(150, 2, 1)
    mu = x[::50]
    assert Means.of(InMemory(x)).assigned(mu).objective == pytest.approx(direct(x, mu), rel=1e-9)


@pytest.mark.parametrize("count", [1, 3, 300])
def test_the_medians_of_clusters_are_those_that_were_derived(count: int) -> None:
    random = np.random.default_rng(count)
    x = random.integers(-9, 9, size=(1000, 3)) + 0.5
    labels = random.integers(count, size=1000)
    assert np.array_equal(
        medians_of_clusters(x, labels, count), weighted_median(x.T, one_hot(labels, count).T)
    )
    if count < 300:
        assert np.array_equal(
            medians_of_clusters(x, labels, count), kmedians_steps.mu(x, one_hot(labels, count))
        )


@pytest.mark.parametrize("held", [1, 100, 10**6])
@pytest.mark.parametrize("rows", [1, 70, 10**6])
def test_columns_of_clusters_are_taken_in_parts(
    held: int, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(medians, "HELD", held)
    monkeypatch.setattr(medians, "ROWS", rows)
    x = np.random.default_rng(0).normal(size=(500, 3))
    labels = np.random.default_rng(1).integers(4, size=500)
    wanted = [np.sort(x[labels == k], axis=0)[(np.sum(labels == k) - 1) // 2] for k in range(4)]
    assert np.array_equal(medians_of_clusters(x, labels, 4), wanted)


def test_followed_sums_are_taken_anew_now_and_then() -> None:
    x = np.linspace(1, 2, 4096)[:, np.newaxis]
    steps, before = MeansInMemory.of(InMemory(x)), None
    ages = []
    for turn in range(2 * OFTEN):
        before = steps.assigned(np.array([[1.2], [1.7]]) + 1e-4 * turn, before)
        assert isinstance(before, Followed)
        ages.append(before.age)
    assert ages[0] == 0 < ages[-1]
    assert max(ages) == OFTEN
    assert ages[ages.index(OFTEN) + 1] == 0


def test_the_result_does_not_depend_on_threads() -> None:
    x = blobs(30_000, 3, 5)
    for name, run in FITS.items():
        found = []
        for number in (1, 2, 3):
            with threads_of_a_pass(number):
                found.append(run(x > 0 if name == "bernoulli_em" else x, 4, max_iterations=5))
        for other in found[1:]:
            assert all(np.array_equal(a, b) for a, b in zip(found[0], other, strict=True)), name


# -------------------------------------------------------------------------- bits, in one pass


def bits(count: int = 2000, dimensions: int = 30) -> Points:
    random = np.random.default_rng(9)
    rates = random.uniform(0.05, 0.95, (4, dimensions))
    x: Points = (random.random((count, dimensions)) < rates[random.integers(4, size=count)]).astype(np.uint8)
    return x


def test_bits_in_single_precision_are_near_and_are_not_those_in_double() -> None:
    x = bits()
    short, long = bernoulli_em(x, 4, single=True), bernoulli_em(x, 4)
    assert 1e-12 < float(np.abs(short.theta - long.theta).max()) < 1e-4
    assert np.abs(short.pi - long.pi).max() < 1e-4
    assert short.theta.dtype == np.float64


def test_single_precision_is_not_used_where_its_certificate_does_not_hold() -> None:
    pi, theta = np.array([0.5, 0.5]), np.array([np.full(20, 1e-300), np.full(20, 0.5)])
    theta[0, 0] = 1 - 1e-16
    far = Bernoullis(pi, theta)
    near = Bernoullis(pi, np.clip(theta, 0.1, 0.9))
    for mixture, dtype in ((far, np.float64), (near, np.float32)):
        way = bernoulli_steps.way(mixture, single=True)
        assert isinstance(way, bernoulli_steps.ByLogits)
        assert way.bias.dtype == way.logit.dtype == dtype
    assert isinstance(
        bernoulli_steps.way(Bernoullis(pi, np.round(theta)), single=True), bernoulli_steps.Closed
    )


def test_bytes_are_not_converted_as_a_whole() -> None:
    x = np.repeat(bits(), 40, axis=0)
    start = bernoulli_em(x[:2000], 3, max_iterations=2)
    tracemalloc.start()
    bernoulli_em(x, 3, init=start, max_iterations=2)
    extra = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert extra < 0.7 * 8 * x.size


def test_mapped_points_are_never_copied_as_a_whole(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", blobs(400_000, 8, 4))
    x = np.load(tmp_path / "x.npy", mmap_mode="r")
    start = np.array(x[:4])
    tracemalloc.start()
    kmeans(x, 4, init=start, max_iterations=3)
    extra = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert extra < 8 * x.size / 2  # of which the labels are a quarter
