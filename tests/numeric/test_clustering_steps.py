"""The fast steps of the clustering functions are those that were derived; bits; what is held in memory."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cluster_data import DATA, FITS, Points, blobs
from sklearn.exceptions import ConvergenceWarning

from numeric import medians
from numeric.clustering import Bernoullis, bernoulli_em, bernoulli_steps, kmeans, points
from numeric.clustering.followed import FEW, OFTEN, Followed, MeansInMemory
from numeric.clustering.means import Means
from numeric.clustering.nearest import Direct, Scored
from numeric.clustering.points import InMemory
from numeric.generated import kmeans_limit
from numeric.generated import kmedians as kmedians_steps
from numeric.medians import medians_of_clusters, weighted_median
from numeric.threads import threads_of_a_pass

pytestmark = pytest.mark.filterwarnings(
    "error", f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"
)


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
