"""The hand-written M-step: a worked example, laws, and what it refuses. It is the reference, so it is simple."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sample_updates as m

from derivations.proof.steps import Update
from numeric.bad_input import BadCase, bad_cases
from numeric.cases import ROWS, Random, arguments_of, drawn
from numeric.crosscheck import wrong_message
from numeric.handwritten import gmm_mstep

# three points on a line, the middle one shared by both components
GAMMA = [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
X = [[0.0, 1.0], [3.0, 1.0], [9.0, 4.0]]
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "pi": gmm_mstep.pi,
    "mu": gmm_mstep.mu,
    "Sigma": gmm_mstep.Sigma,
}


def test_a_worked_example() -> None:
    assert gmm_mstep.pi(GAMMA).tolist() == [0.5, 0.5]
    assert gmm_mstep.mu(GAMMA, X).tolist() == [[1.0, 1.0], [7.0, 3.0]]
    first, second = gmm_mstep.Sigma(GAMMA, X, [[1.0, 1.0], [7.0, 3.0]])
    assert np.allclose(first, [[2.0, 0.0], [0.0, 0.0]])
    assert np.allclose(second, [[8.0, 4.0], [4.0, 2.0]])


@pytest.fixture
def drawn_values() -> dict[str, Any]:
    symbols = arguments_of(m.COVARIANCES)
    return {s.name: drawn(s, {"N": 40, "K": 3, "D": 4}, Random(5)) for s in symbols}


def test_the_covariance_is_that_of_the_definition(drawn_values: dict[str, Any]) -> None:
    gamma, x, mu = (drawn_values[name] for name in ("gamma", "x", "mu"))
    for k, found in enumerate(gmm_mstep.Sigma(gamma, x, mu)):
        outer = sum(gamma[i, k] * np.outer(x[i] - mu[k], x[i] - mu[k]) for i in range(len(x)))
        assert np.allclose(found, outer / gamma[:, k].sum(), rtol=1e-12)


def test_one_component_gives_the_sample_moments(drawn_values: dict[str, Any]) -> None:
    x = drawn_values["x"]
    everything = np.ones((len(x), 1))
    means = gmm_mstep.mu(everything, x)
    assert gmm_mstep.pi(everything).tolist() == [1.0]
    assert np.allclose(means[0], x.mean(axis=0))
    assert np.allclose(gmm_mstep.Sigma(everything, x, means)[0], np.cov(x.T, bias=True))


def test_the_moments_move_with_the_points(drawn_values: dict[str, Any]) -> None:
    gamma, x = drawn_values["gamma"], drawn_values["x"]
    shift = np.arange(4.0)
    means = gmm_mstep.mu(gamma, x)
    assert np.allclose(gmm_mstep.mu(gamma, x + shift), means + shift)
    assert np.allclose(gmm_mstep.Sigma(gamma, x + shift, means + shift), gmm_mstep.Sigma(gamma, x, means))


def test_the_weights_sum_to_one_even_with_an_empty_component() -> None:
    assert gmm_mstep.pi([[0.25, 0.75, 0.0], [1.0, 0.0, 0.0]]).tolist() == [0.625, 0.375, 0.0]


def test_lists_and_whole_numbers_are_taken() -> None:
    assert gmm_mstep.mu([[1], [1]], [[1], [2]]).tolist() == [[1.5]]


def test_single_precision_stays_single() -> None:
    gamma, x = np.array(GAMMA, np.float32), np.array(X, np.float32)
    means = gmm_mstep.mu(gamma, x)
    assert {means.dtype, gmm_mstep.pi(gamma).dtype, gmm_mstep.Sigma(gamma, x, means).dtype} == {x.dtype}


def _bad(update: Update) -> list[Any]:
    symbols = arguments_of(update)
    found = bad_cases(symbols, ROWS[0].of(symbols))
    return [pytest.param(update.name, case, id=f"{update.name}-{case.name}") for case in found]


@pytest.mark.parametrize(("name", "case"), [row for update in m.MSTEP.updates for row in _bad(update)])
def test_bad_input_is_refused_in_a_line_that_names_the_argument(name: str, case: BadCase) -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        FUNCTIONS[name](**case.arguments)
    assert wrong_message(str(caught.value), case.blamed) == ""


def test_an_empty_component_has_no_mean() -> None:
    with pytest.raises(ValueError, match="component 1"):
        gmm_mstep.mu([[1.0, 0.0], [1.0, 0.0]], [[1.0], [2.0]])
