"""Problem 4 as printed: the verdicts that a reader of the sheet comes to, and what fails computed again by hand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import prod
from typing import Any

import pytest
from printed_values import Values, fails_by_hand

from derivations.calculus import notation
from derivations.calculus.evidence import Verdict
from derivations.printed import printed_lines
from derivations.proof.printed import Fault, Printed, PrintedVerdict

HOLDS, FAILS, DEFINITION = PrintedVerdict.HOLDS, PrintedVerdict.FAILS, PrintedVerdict.DEFINITION
ON, OFF, COUNT = (
    "sum_i gamma[i,k] x[i][d] > 0",
    "sum_i gamma[i,k] (1 - x[i][d]) > 0",
    "sum_i gamma[i,k] > 0",
)

# decided by reading the sheet: place, verdict, what is missing in print
EXPECTED: tuple[tuple[str, PrintedVerdict, tuple[str, ...]], ...] = (
    ("probability of an image", FAILS, ()),
    ("meaning of the parameters", HOLDS, ()),
    ("distribution of the components, first equation", DEFINITION, ()),
    ("distribution of the components, second equation", HOLDS, ()),
    ("the distribution is uniform", HOLDS, ()),
    ("responsibilities, first equation", DEFINITION, ()),
    ("responsibilities, second equation", HOLDS, ()),
    ("expected value, first line", HOLDS, ()),
    ("the constant", DEFINITION, ()),
    ("expected value, second line", HOLDS, ()),
    ("the constant is irrelevant", HOLDS, ()),
    ("expected value, second line, brace", DEFINITION, ()),
    ("derivative for one image, first line", HOLDS, ()),
    ("derivative for one image, second line", FAILS, ()),
    ("the parameters do not interact", HOLDS, ()),
    ("derivative, first equation", HOLDS, ()),
    ("derivative, second equation", HOLDS, ()),
    ("roots, of which expectation", FAILS, ()),
    ("roots, that there are any", HOLDS, (ON, OFF)),
    ("update", HOLDS, (COUNT,)),
    ("the root is optimal", HOLDS, ()),
)
# every line that fails does so by an index, a condition or a letter
AMISS = {
    "expected value, second line, brace": Fault.NOTATION,
    "the root is optimal": Fault.UNPROVED,
} | {where: Fault.NOTATION for where, verdict, _ in EXPECTED if verdict is FAILS}


@pytest.fixture(scope="module")
def lines() -> dict[str, Printed]:
    return {line.where.removeprefix("problem 4, "): line for line in printed_lines("bernoulli_mixture")}


def test_every_line_is_judged_in_the_order_of_the_sheet(lines: dict[str, Printed]) -> None:
    assert list(lines) == [where for where, _, _ in EXPECTED]


@pytest.mark.parametrize(("where", "verdict", "needs"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_the_verdict_is_that_of_a_reader(
    lines: dict[str, Printed], where: str, verdict: PrintedVerdict, needs: tuple[str, ...]
) -> None:
    line = lines[where]
    assert line.verdict is verdict
    assert tuple(notation.text(need.statement, ascii=True) for need in line.needs) == needs
    assert line.fault is AMISS.get(where, Fault.HYPOTHESIS if needs else Fault.NONE)


# ----------------------------------------------------------------- what fails, computed by hand


class Images(Values):
    """The quantities of problem 4 at a counterexample, as plain fractions."""

    def __init__(self, at: Values) -> None:
        self.__dict__.update(at.__dict__)
        self.N, self.K, self.D = (self.sizes[name] for name in "NKD")
        self.x = self.family("x", self.D)
        self.images, self.components = range(1, self.N + 1), range(1, self.K + 1)

    def pixel(self, i: int, d: int) -> Fraction:
        value: Fraction = self.x[i,][d - 1]
        return value

    def probability(self, i: int, k: int) -> Fraction:
        """The probability of image i under component k: theta where a pixel is on, 1 - theta where it is off."""
        theta = self.family("theta")
        pixels = range(1, self.D + 1)
        result: Fraction = prod(theta[k, d] if self.pixel(i, d) == 1 else 1 - theta[k, d] for d in pixels)
        return result

    def slope(self, i: int, j: int, e: int) -> Fraction:
        """The derivative of log p(x_i | z_i = j) by theta_je: 1 / theta for a pixel that is on, else -1 / (1 - theta)."""
        theta = self.family("theta")[j, e]
        result: Fraction = 1 / theta if self.pixel(i, e) == 1 else -1 / (1 - theta)
        return result


Sides = tuple[Any, Any]


def probability_of_an_image(at: Values) -> Sides:
    m, i, pi = Images(at), at.index("i"), at.family("pi")
    return sum(pi[k,] * m.probability(i, k) for k in m.components), m.probability(i, at.index("k"))


def derivative_for_one_image(at: Values) -> Sides:
    m, gamma = Images(at), at.family("gamma")
    i, j, e, k, d = (at.index(name) for name in "ijekd")
    theta = at.family("theta")[j, e]
    printed = gamma[i, k] * (m.pixel(i, d) / theta - (1 - m.pixel(i, d)) / (1 - theta))
    return gamma[i, j] * m.slope(i, j, e), printed


def over_the_prior(at: Values) -> Sides:
    m, gamma, j, e = Images(at), at.family("gamma"), at.index("j"), at.index("e")
    prior = sum(m.slope(i, j, e) / m.K for i in m.images)
    return prior, sum(gamma[i, j] * m.slope(i, j, e) for i in m.images)


BY_HAND: dict[str, Callable[[Values], Sides]] = {
    "probability of an image": probability_of_an_image,
    "derivative for one image, second line": derivative_for_one_image,
    "roots, of which expectation": over_the_prior,
}


def test_everything_that_fails_is_computed_by_hand() -> None:
    assert list(BY_HAND) == [where for where, verdict, _ in EXPECTED if verdict is FAILS]


@pytest.mark.parametrize("where", BY_HAND)
def test_what_fails_fails_by_hand_too(lines: dict[str, Printed], where: str) -> None:
    fails_by_hand(lines[where], BY_HAND[where])


@pytest.mark.parametrize("where", [*BY_HAND, "expected value, second line, brace"])
def test_every_correction_is_proved(lines: dict[str, Printed], where: str) -> None:
    corrected = lines[where].corrected
    assert corrected is not None
    assert corrected.verdict is Verdict.PROVED


def statistics(line: Printed) -> tuple[Fraction, Fraction]:
    """How much of component k has pixel d on, and off."""
    assert line.counterexample is not None
    at = Images(Values(line.counterexample))
    weights = {i: weight for (i, k), weight in at.family("gamma").items() if k == at.index("k")}
    on = sum((weight for i, weight in weights.items() if at.pixel(i, at.index("d")) == 1), Fraction(0))
    return on, sum(weights.values(), Fraction(0)) - on


def test_a_pixel_that_is_always_the_same_leaves_no_root(lines: dict[str, Printed]) -> None:
    on, off = statistics(lines["roots, that there are any"])
    assert min(on, off) == 0 < max(on, off)  # the slope, on / t - off / (1 - t), has one sign


def test_an_empty_component_has_no_update(lines: dict[str, Printed]) -> None:
    line = lines["update"]
    assert sum(statistics(line)) == 0
    assert line.counterexample is not None
    assert line.counterexample.right.startswith("undefined")
