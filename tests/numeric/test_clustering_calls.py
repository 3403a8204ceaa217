"""The clustering functions as a caller meets them: kinds of input, seeds, history, progress, restarts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cluster_data import PIXELS, SMALL, Points
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning

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

pytestmark = pytest.mark.filterwarnings(
    "error", f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"
)


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
