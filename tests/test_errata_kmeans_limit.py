"""Problem 6 as printed: the verdicts that a reader of the sheet comes to, and what fails computed again by hand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import exp
from typing import Any

import numpy as np
import pytest
from printed_values import Values, fails_by_hand

from derivations.calculus import notation
from derivations.calculus.evidence import Verdict
from derivations.printed import printed_lines
from derivations.proof.printed import Fault, Printed, PrintedVerdict

HOLDS, FAILS, DEFINITION = PrintedVerdict.HOLDS, PrintedVerdict.FAILS, PrintedVerdict.DEFINITION
NO_TIES = "1[distance[i,l] = sum_j z[i,j] distance[i,j]] = z[i,l]"
WEIGHT = "sum_j pi[j] z[i,j] > 0"
POINTS = "sum_i z[i,k] > 0"

# decided by reading the sheet: place, verdict, what is missing in print
EXPECTED: tuple[tuple[str, PrintedVerdict, tuple[str, ...]], ...] = (
    ("covariances", DEFINITION, ()),
    ("equation 1", FAILS, ()),
    ("equation 2", HOLDS, ()),
    ("equation 3", HOLDS, ()),
    ("equation 4", FAILS, ()),
    ("closest centre, sign", HOLDS, ()),
    ("closest centre, equality", HOLDS, (NO_TIES,)),
    ("closest centre, denominator", HOLDS, (NO_TIES,)),
    ("closest centre, argument for k = l", HOLDS, ()),
    ("closest centre, arguments for k != l", HOLDS, (NO_TIES,)),
    ("other centre, sign", HOLDS, ()),
    ("other centre, limit", HOLDS, ()),
    ("other centre, denominator", HOLDS, (WEIGHT,)),
    ("one-hot responsibilities", HOLDS, (NO_TIES, WEIGHT)),
    ("step 1", HOLDS, ()),
    ("step 2", HOLDS, (POINTS,)),
    ("weights", HOLDS, (NO_TIES, WEIGHT)),
    ("conclusion", HOLDS, (NO_TIES, WEIGHT, POINTS)),
)
AMISS_THOUGH_TRUE = {"equation 2": Fault.NOTATION, "equation 3": Fault.NOTATION}


@pytest.fixture(scope="module")
def lines() -> dict[str, Printed]:
    return {line.where.removeprefix("problem 6, "): line for line in printed_lines("kmeans_limit")}


def test_every_line_is_judged_in_the_order_of_the_sheet(lines: dict[str, Printed]) -> None:
    assert list(lines) == [where for where, _, _ in EXPECTED]


@pytest.mark.parametrize(("where", "verdict", "needs"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_the_verdict_is_that_of_a_reader(
    lines: dict[str, Printed], where: str, verdict: PrintedVerdict, needs: tuple[str, ...]
) -> None:
    line = lines[where]
    assert line.verdict is verdict
    assert tuple(notation.text(need.statement, ascii=True) for need in line.needs) == needs
    usual = Fault.FALSE if verdict is FAILS else Fault.HYPOTHESIS if needs else Fault.NONE
    assert line.fault is AMISS_THOUGH_TRUE.get(where, usual)


@pytest.mark.parametrize("where", [where for where, verdict, _ in EXPECTED if verdict is FAILS])
def test_every_correction_is_proved(lines: dict[str, Printed], where: str) -> None:
    corrected = lines[where].corrected
    assert corrected is not None
    assert corrected.verdict is Verdict.PROVED


# ----------------------------------------------------------------- what fails, computed by hand

Sides = tuple[Any, Any]


class Centres(Values):
    """The quantities of problem 6 at a counterexample."""

    def __init__(self, at: Values) -> None:
        self.__dict__.update(at.__dict__)
        self.N, self.K, self.D = (self.sizes[name] for name in "NKD")
        self.components = range(1, self.K + 1)
        self.x, self.mu, self.v = self.family("x", self.D), self.family("mu", self.D), self.number("v")

    def squared(self, i: int) -> dict[int, Fraction]:
        """The squared distances of a point from the centres."""
        gaps = {k: self.x[i,] - self.mu[k,] for k in self.components}
        return {k: gap @ gap for k, gap in gaps.items()}

    def marked(self, name: str, i: int) -> int:
        """The component that is marked by a one."""
        found = [k for (n, k), value in self.family(name).items() if n == i and value == 1]
        assert len(found) == 1
        return found[0]

    def closest(self, i: int) -> int:
        """The centre that z marks; none is closer."""
        k, squared = self.marked("z", i), self.squared(i)
        assert squared[k] == min(squared.values())
        return k

    def weights(self) -> dict[int, Fraction]:
        return {k: Fraction(str(weight)) for (k,), weight in self.family("pi").items()}

    def responsibilities(self, i: int, weights: dict[int, Fraction]) -> dict[int, float]:
        """Equation 3; a common factor is taken out, so that nothing overflows."""
        squared = self.squared(i)
        least = min(squared[k] for k, weight in weights.items() if weight)
        terms = {k: float(w) * exp(-(squared[k] - least) / (2 * self.v)) for k, w in weights.items() if w}
        return {k: terms.get(k, 0.0) / sum(terms.values()) for k in self.components}


def density(at: Centres, i: int, k: int) -> float:
    """N(x_i | mu_k, v I)."""
    return float(exp(-at.squared(i)[k] / (2 * at.v)) * float(2 * np.pi * at.v) ** -(at.D / 2))


def numerator_alone(values: Values) -> Sides:
    at, i, k = Centres(values), values.index("i"), values.index("k")
    joint = {j: float(weight) * density(at, i, j) for j, weight in at.weights().items()}
    return joint[k] / sum(joint.values()), joint[k]


def both_signs_alike(values: Values) -> Sides:
    at, i, k = Centres(values), values.index("i"), values.index("k")
    squared, weights = at.squared(i), at.weights()
    terms = [weights[j] / weights[k] * exp(-(squared[j] + squared[k]) / (2 * at.v)) for j in at.components]
    return at.responsibilities(i, weights)[k], 1 / sum(terms)


def argument(at: Centres, i: int, of: int, k: int) -> Fraction:
    squared = at.squared(i)
    return (-squared[of] + squared[k]) / (2 * at.v)


def equality_for_another(values: Values) -> Sides:
    at, i, other = Centres(values), values.index("i"), values.index("l")
    k = at.closest(i)
    return argument(at, i, other, k) == 0, other == k


def denominator_for_the_closest(values: Values) -> Sides:
    at, i = Centres(values), values.index("i")
    k, weights = at.closest(i), at.weights()
    return sum(weights[j] / weights[k] * exp(argument(at, i, j, k)) for j in at.components), 1


def reciprocal_for_another(values: Values) -> Sides:
    at, i = Centres(values), values.index("i")
    k, weights = at.marked("other", i), at.weights()
    assert at.squared(i)[at.closest(i)] < at.squared(i)[k]
    terms = [weights[j] / weights[k] * exp(argument(at, i, j, k)) for j in at.components if weights[j]]
    return 1 / sum(terms), 0


def responsibility_and_assignment(values: Values) -> Sides:
    at, i, k = Centres(values), values.index("i"), values.index("k")
    return at.responsibilities(i, at.weights())[k], at.closest(i) == k


def difference_to_equal_weights(values: Values) -> Sides:
    at, i, k = Centres(values), values.index("i"), values.index("k")
    alike = dict.fromkeys(at.components, Fraction(1, at.K))
    at.closest(i)
    return at.responsibilities(i, at.weights())[k] - at.responsibilities(i, alike)[k], 0


BY_HAND: dict[str, Callable[[Values], Sides]] = {
    "equation 1": numerator_alone,
    "equation 4": both_signs_alike,
    "closest centre, equality": equality_for_another,
    "closest centre, denominator": denominator_for_the_closest,
    "other centre, denominator": reciprocal_for_another,
    "one-hot responsibilities": responsibility_and_assignment,
    "weights": difference_to_equal_weights,
}


@pytest.mark.parametrize("where", BY_HAND)
def test_what_fails_fails_by_hand_too(lines: dict[str, Printed], where: str) -> None:
    fails_by_hand(lines[where], BY_HAND[where])


def centres(line: Printed) -> Centres:
    assert line.counterexample is not None
    return Centres(Values(line.counterexample))


def test_limits_are_tried_where_the_variance_is_tiny(lines: dict[str, Printed]) -> None:
    for where in (
        "closest centre, denominator",
        "other centre, denominator",
        "one-hot responsibilities",
        "weights",
    ):
        assert 0 < centres(lines[where]).v <= Fraction(1, 10**20)


def test_the_argument_of_a_centre_equally_near_does_not_decrease(lines: dict[str, Printed]) -> None:
    at = centres(lines["closest centre, arguments for k != l"])
    i, other = at.index("i"), at.index("l")
    k, smaller = at.closest(i), at.number("smaller")
    assert other != k
    assert 0 < smaller < at.v
    assert argument(at, i, other, k) == argument(at, i, other, k) * at.v / smaller == 0


def test_a_centre_without_points_has_no_average(lines: dict[str, Printed]) -> None:
    for where in ("step 2", "conclusion"):
        line = lines[where]
        assert line.counterexample is not None
        values = Values(line.counterexample)
        sizes, z = values.sizes, values.family("z")
        counts = {k: sum(z[i, k] for i in range(1, sizes["N"] + 1)) for k in range(1, sizes["K"] + 1)}
        assert 0 in counts.values()
        if where == "conclusion":
            assert counts[values.index("k")] == 0
        assert line.counterexample.right.startswith("undefined")


# ------------------------------------------------- every hypothesis that is missing, on its own


def shares(weights: list[float], squared: list[float], variance: float) -> list[float]:
    terms = [w * exp(-(r - min(squared)) / (2 * variance)) for w, r in zip(weights, squared, strict=True)]
    return [term / sum(terms) for term in terms]


def test_ties_share_a_point_by_their_weights() -> None:
    assert shares([0.2, 0.6, 0.2], [1, 1, 4], 1e-3) == pytest.approx([0.25, 0.75, 0])


def test_without_weight_the_closest_centre_gets_nothing() -> None:
    weights, squared = np.array([0.0, 0.5, 0.5]), np.array([1.0, 2.0, 3.0])
    terms = weights * np.exp(-(squared - 2) / 2e-3)
    assert (terms / terms.sum()).tolist() == pytest.approx([0, 1, 0])


def test_with_all_of_them_the_limit_is_the_assignment() -> None:
    assert shares([0.9, 0.1], [1.01, 1.0], 1e-4) == pytest.approx([0, 1])
    # but a variance is positive, and then no responsibility is quite zero or one
    assert all(0 < share < 1 for share in shares([0.9, 0.1], [1.01, 1.0], 1e-3))
