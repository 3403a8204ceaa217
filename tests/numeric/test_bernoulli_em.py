"""The Bernoulli mixture in one pass: what the generated sums are, in both precisions and for any kind of number."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from numeric.blocks import rows_of_a_block
from numeric.generated import bernoulli_em
from numeric.generated import bernoulli_mixture as updates
from numeric.stable import shares_and_log_total

Values = npt.NDArray[Any]

RANDOM = np.random.default_rng(1)
THETA = RANDOM.uniform(0.05, 0.95, (4, 9))
PI = RANDOM.dirichlet(np.full(4, 3.0))
X = (RANDOM.random((300, 9)) < THETA[RANDOM.integers(4, size=300)]).astype(np.float64)


def by_logits(x: Values, dtype: Any = np.float64) -> tuple[Values, Values, float]:
    bias, logit = updates.bias(PI, THETA).astype(dtype), updates.logit(THETA).astype(dtype)
    return bernoulli_em.logit_sums(x, bias, logit)


def one_by_one(x: Values, pi: Values, theta: Values) -> tuple[Values, Values, float]:
    gamma = updates.gamma(pi, x, theta)
    return updates.count(gamma), updates.on(gamma, x), updates.log_likelihood(pi, x, theta)


def apart(found: Any, wanted: Any) -> float:
    return max(float(np.max(np.abs(a - b)) / np.max(np.abs(b))) for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_one_pass_gives_what_the_updates_give(rows: int) -> None:
    with rows_of_a_block(rows):
        assert apart(by_logits(X), one_by_one(X, PI, THETA)) < 1e-13
        assert apart(bernoulli_em.closed_sums(X, PI, THETA), one_by_one(X, PI, THETA)) < 1e-13


def test_parameters_may_be_zero_and_one_in_the_closed_form() -> None:
    theta, x = THETA.copy(), X.copy()
    theta[0, 2], theta[1, 2], theta[:, 5], x[:, 5], theta[2, 7] = 0, 1, 0, 0, 1
    assert apart(bernoulli_em.closed_sums(x, PI, theta), one_by_one(x, PI, theta)) < 1e-13
    x[3, 5] = 1
    with pytest.raises(ValueError, match=r"x: expected .* a positive probability"):
        bernoulli_em.closed_sums(x, PI, theta)


@pytest.mark.parametrize("kind", [np.bool_, np.uint8, np.int64, np.float32])
def test_bits_of_any_kind_give_the_same(kind: Any) -> None:
    for dtype in (np.float32, np.float64):
        assert apart(by_logits(X.astype(kind), dtype), by_logits(X, dtype)) == 0
    closed = bernoulli_em.closed_sums(X.astype(kind), PI, THETA)
    assert apart(closed, bernoulli_em.closed_sums(X, PI, THETA)) < 1e-14


def test_single_precision_is_single_and_near() -> None:
    assert 1e-10 < apart(by_logits(X, np.float32), by_logits(X)) < 1e-5


def test_arrays_of_a_block_have_places_of_their_own() -> None:
    source = bernoulli_em.__file__
    with open(source, encoding="utf-8") as file:
        text = file.read().split("def closed_sums")[1]
    places = [line.split("room(")[1].split(",")[0] for line in text.splitlines() if "room(" in line]
    assert len(places) == len(set(places)) == 4


def test_no_share_in_single_precision_is_subnormal() -> None:
    logs = np.array([[0, 0, -3], [-90, -77.99, -np.inf]], np.float32)
    shares, totals = shares_and_log_total("x", logs.copy())
    assert shares[1, 0] == shares[1, 2] == 0
    assert shares[1, 1] == 0 or shares[1, 1] >= np.finfo(np.float32).tiny
    assert np.allclose(totals, [0, 0, -3])
    double, _ = shares_and_log_total("x", np.array([[0.0], [-90.0]]))
    assert double[1, 0] == np.exp(-90)
