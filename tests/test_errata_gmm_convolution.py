"""Problem 7 as printed: the verdicts that a reader of the sheet comes to, and what fails computed again by hand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import exp
from typing import Any

import numpy as np
import pytest
from printed_values import Array, Values, fails_by_hand, inverse

from derivations.calculus import notation
from derivations.printed import printed_lines
from derivations.proof.printed import Fault, Printed, PrintedVerdict

HOLDS, DEFINITION = PrintedVerdict.HOLDS, PrintedVerdict.DEFINITION
INDEPENDENT_VECTORS, INDEPENDENT_COMPONENTS = "slope = 0", "chance[k,l] = pi_y[l]"

# decided by reading the sheet: place, verdict, what is missing in print
EXPECTED: tuple[tuple[str, PrintedVerdict, tuple[str, ...]], ...] = (
    ("density of x", DEFINITION, ()),
    ("density of y", DEFINITION, ()),
    ("the random variable z", DEFINITION, ()),
    ("drawing z", HOLDS, ()),
    ("distribution for one pair", HOLDS, (INDEPENDENT_VECTORS,)),
    ("number of pairs", HOLDS, ()),
    ("probability of a pair", HOLDS, (INDEPENDENT_COMPONENTS,)),
    ("a mixture of Kx Ky Gaussians", HOLDS, ()),
    ("reference to an argument", HOLDS, ()),
    ("density of z", HOLDS, (INDEPENDENT_COMPONENTS,)),
)
AMISS_THOUGH_TRUE = {
    "the random variable z": Fault.NOTATION,
    "reference to an argument": Fault.NOTATION,
}


@pytest.fixture(scope="module")
def lines() -> dict[str, Printed]:
    return {line.where.removeprefix("problem 7, "): line for line in printed_lines("gmm_convolution")}


def test_every_line_is_judged_in_the_order_of_the_sheet(lines: dict[str, Printed]) -> None:
    assert list(lines) == [where for where, _, _ in EXPECTED]


@pytest.mark.parametrize(("where", "verdict", "needs"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_the_verdict_is_that_of_a_reader(
    lines: dict[str, Printed], where: str, verdict: PrintedVerdict, needs: tuple[str, ...]
) -> None:
    line = lines[where]
    assert line.verdict is verdict
    assert tuple(notation.text(need.statement, ascii=True) for need in line.needs) == needs
    assert line.fault is AMISS_THOUGH_TRUE.get(where, Fault.HYPOTHESIS if needs else Fault.NONE)


# ----------------------------------------------------------------- what fails, computed by hand

Sides = tuple[Any, Any]


def gaussian_mgf(t: Array, mean: Array, covariance: Array) -> float:
    """E[exp(t'x)] of a Gaussian."""
    return exp(t @ mean + t @ covariance @ t / 2)


def dependent_vectors(at: Values) -> Sides:
    """E[exp(t'(x + y))] of y = mu_y + A (x - mu_x) + e, and that of a Gaussian with the covariances added."""
    D, k, l = at.sizes["D"], at.index("k"), at.index("l")  # noqa: E741
    t, A, R = at.array("t", D), at.array("slope", D, D), at.array("rest", D, D)
    mean_x, mean_y = at.family("mu_x", D)[k,], at.family("mu_y", D)[l,]
    covariance = at.family("Sigma_x", D, D)[k,]
    assert (A != 0).any()
    # t'x + t'y is (t + A't)'x plus something independent of x
    drawn = gaussian_mgf(t + A.T @ t, mean_x, covariance) * gaussian_mgf(t, mean_y - A @ mean_x, R)
    return drawn, gaussian_mgf(t, mean_x + mean_y, covariance + A @ covariance @ A.T + R)


def weight_of_y(at: Values, l: int) -> Fraction:  # noqa: E741
    """The probability of a component of y, whatever that of x is."""
    pi, chance = at.family("pi_x"), at.family("chance")
    return sum((pi[j,] * chance[j, l] for j in range(1, at.sizes["Kx"] + 1)), Fraction(0))


def dependent_components(at: Values) -> Sides:
    k, l = at.index("k"), at.index("l")  # noqa: E741
    pi, chance = at.family("pi_x"), at.family("chance")
    return pi[k,] * chance[k, l], pi[k,] * weight_of_y(at, l)


def density(point: Array, mean: Array, covariance: Array) -> float:
    gap = point - mean
    scale = np.linalg.det(2 * np.pi * covariance.astype(float))
    return exp(-gap @ inverse(covariance) @ gap / 2) / float(np.sqrt(scale))


def density_of_dependent_components(at: Values) -> Sides:
    D, pi, chance = at.sizes["D"], at.family("pi_x"), at.family("chance")
    mean_x, mean_y = at.family("mu_x", D), at.family("mu_y", D)
    cov_x, cov_y = at.family("Sigma_x", D, D), at.family("Sigma_y", D, D)
    sides = np.zeros(2)
    for k, l in chance:  # noqa: E741
        normal = density(at.array("point", D), mean_x[k,] + mean_y[l,], cov_x[k,] + cov_y[l,])
        sides += [float(pi[k,] * chance[k, l]) * normal, float(pi[k,] * weight_of_y(at, l)) * normal]
    return sides[0], sides[1]


BY_HAND: dict[str, Callable[[Values], Sides]] = {
    "distribution for one pair": dependent_vectors,
    "probability of a pair": dependent_components,
    "density of z": density_of_dependent_components,
}


@pytest.mark.parametrize("where", BY_HAND)
def test_what_fails_fails_by_hand_too(lines: dict[str, Printed], where: str) -> None:
    fails_by_hand(lines[where], BY_HAND[where])


def test_every_counterexample_is_computed_by_hand(lines: dict[str, Printed]) -> None:
    assert {where for where, line in lines.items() if line.counterexample is not None} == set(BY_HAND)
