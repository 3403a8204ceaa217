"""Problem 3 as printed: the verdicts that a reader of the sheet comes to, and what fails computed again by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from printed_values import Array, Values, fails_by_hand, inverse

from derivations.calculus import notation
from derivations.calculus.evidence import Verdict
from derivations.printed import printed_lines
from derivations.proof.printed import Fault, Printed, PrintedVerdict

HOLDS, FAILS, DEFINITION = PrintedVerdict.HOLDS, PrintedVerdict.FAILS, PrintedVerdict.DEFINITION
COUNTS, PRICE = "count[k] > 0", "lambda > 0"

# decided by reading the sheet: place, verdict, what is missing in print
EXPECTED: tuple[tuple[str, PrintedVerdict, tuple[str, ...]], ...] = (
    ("what is maximised", FAILS, ()),
    ("expected value, first line", FAILS, ()),
    ("expected value, second line", FAILS, ()),
    ("expected value, second line, brace L_x", FAILS, ()),
    ("expected value, third line", FAILS, ()),
    ("expected value, third line, brace L_x", FAILS, ()),
    ("expected value, third line, brace L_z", DEFINITION, ()),
    ("L_z does not depend on mu", HOLDS, ()),
    ("L_z does not depend on Sigma", HOLDS, ()),
    ("L_x does not depend on pi", HOLDS, ()),
    ("it is enough to maximise L_z", HOLDS, ()),
    ("the problem is convex", HOLDS, ()),
    ("constraint", HOLDS, ("pi[k] >= 0",)),
    ("L_z again", HOLDS, ()),
    ("N_k", DEFINITION, ()),
    ("L_z simplified", HOLDS, ()),
    ("Lagrangian", DEFINITION, ()),
    ("Lagrangian, derivative", FAILS, ()),
    ("Lagrangian, root", HOLDS, ()),
    ("Lagrangian, concave", HOLDS, ()),
    ("Lagrangian, maximum", HOLDS, (COUNTS, PRICE)),
    ("dual function, as a maximum", HOLDS, (COUNTS, PRICE)),
    ("dual function, where the maximum is attained", HOLDS, (COUNTS, PRICE)),
    ("dual function, value", HOLDS, (COUNTS, PRICE)),
    ("dual function, convex", HOLDS, ()),
    ("dual function, minimum", HOLDS, ()),
    ("dual function, derivative", HOLDS, ()),
    ("dual function, derivative simplified", HOLDS, ()),
    ("dual function, root", HOLDS, ()),
    ("update of pi", HOLDS, ()),
    ("it is enough to examine L_x", HOLDS, ()),
    ("L_x", DEFINITION, ()),
    ("L_x written out", FAILS, ()),
    ("derivative by mu_k", HOLDS, ("Sigma[k]^T = Sigma[k]",)),
    ("derivative by mu_k, simplified", HOLDS, ("Sigma[k]^T = Sigma[k]",)),
    ("root for mu_k", HOLDS, ()),
    ("root for mu_k, solved", HOLDS, (COUNTS,)),
    ("update of mu_k", HOLDS, (COUNTS,)),
    ("derivative by Sigma_k", FAILS, ()),
    ("derivative by Sigma_k, second line", HOLDS, ()),
    ("root for Sigma_k", HOLDS, ()),
    ("root for Sigma_k, solved", HOLDS, (COUNTS,)),
    ("update of Sigma_k", HOLDS, (COUNTS, "spread[k] is positive definite")),
    ("rule for a quadratic form", FAILS, ()),
    ("rule for an inverse", FAILS, ()),
    ("rule for a log determinant", HOLDS, ()),
)
AMISS_THOUGH_TRUE = {
    "Lagrangian": Fault.MISFIT,
    "dual function, convex": Fault.INFERENCE,
    "update of pi": Fault.UNPROVED,
    "derivative by Sigma_k, second line": Fault.INFERENCE,
}


@pytest.fixture(scope="module")
def lines() -> dict[str, Printed]:
    return {line.where.removeprefix("problem 3, "): line for line in printed_lines("gmm_mstep")}


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


# ----------------------------------------------------------------- what fails, computed by hand


class Mixture(Values):
    """The quantities of problem 3 at a counterexample, as plain arrays."""

    def __init__(self, at: Values) -> None:
        self.__dict__.update(at.__dict__)
        self.N, self.K, self.D = (self.sizes.get(name, 1) for name in "NKD")
        self.points, self.components = range(1, self.N + 1), range(1, self.K + 1)
        self.gamma = self.family("gamma")
        self.x, self.mu = self.family("x", self.D), self.family("mu", self.D)
        self.Sigma = self.family("Sigma", self.D, self.D)

    def log_density(self, i: int, k: int) -> float:
        gap, covariance = self.x[i,] - self.mu[k,], self.Sigma[k,]
        square = float(gap @ inverse(covariance) @ gap)
        log_det = np.linalg.slogdet(covariance.astype(float))[1]
        return -0.5 * (square + float(log_det) + self.D * float(np.log(2 * np.pi)))

    def expected(self, term: Callable[[int, int], float]) -> float:
        """The sum over points and components, weighted by the responsibilities."""
        return sum(float(self.gamma[i, k]) * term(i, k) for i in self.points for k in self.components)

    def log_pi(self, k: int) -> float:
        return float(np.log(float(self.family("pi")[k,])))

    @property
    def likelihood(self) -> float:
        return self.expected(lambda i, k: self.log_pi(k) + self.log_density(i, k))

    @property
    def prior(self) -> float:
        return self.expected(lambda i, k: self.log_pi(k))


Sides = tuple[Any, Any]


def what_is_maximised(at: Values) -> Sides:
    m, n = Mixture(at), at.index("n")
    return m.likelihood, sum(float(m.gamma[n, k]) * m.log_pi(k) for k in m.components)


def prior_alone(at: Values) -> Sides:
    return Mixture(at).likelihood, Mixture(at).prior


def brace(at: Values) -> Sides:
    m = Mixture(at)
    return m.expected(m.log_density), m.expected(lambda i, k: 1.0)


def third_line(at: Values) -> Sides:
    m = Mixture(at)
    return m.likelihood, m.expected(lambda i, k: 1.0) + m.prior


def lagrangian_derivative(at: Values) -> Sides:
    j, weights, price = at.index("j"), at.family("pi"), at.number("lambda")
    count = sum(value for (_, k), value in at.family("gamma").items() if k == j)
    return count / weights[j,] + price, count / weights[j,] - price


def density_written_out(at: Values) -> Sides:
    m, j = Mixture(at), at.index("j")
    log_det = float(np.linalg.slogdet(m.Sigma[j,].astype(float))[1])
    rest = m.D * float(np.log(2 * np.pi)) + log_det
    form = [float(m.mu[j,] @ inverse(m.Sigma[j,]) @ (m.x[i,] - m.mu[j,])) for i in m.points]
    right = -0.5 * sum(float(m.gamma[i, j]) * (one + rest) for i, one in zip(m.points, form, strict=True))
    return m.expected(m.log_density), right


def covariance_derivative(at: Values) -> Sides:
    m, j = Mixture(at), at.index("j")
    turned = inverse(m.Sigma[j,]).T
    left: Any = np.zeros((m.D, m.D))
    right: Any = np.zeros((m.D, m.D))
    for i in m.points:
        gap = m.x[i,] - m.mu[j,]
        square = np.outer(gap, gap)
        left = left - (m.gamma[i, j] * (turned - turned @ square @ turned)).astype(float) / 2
        right = right - (m.gamma[i, j] * (turned @ square + turned)).astype(float) / 2
    return left, right


def slope_of_quadratic_form(a: Array, matrix: Array) -> Array:
    """The derivative of a'Xa by each entry of a, from the double sum."""
    D = range(len(a))
    return np.array([sum((matrix[d, e] + matrix[e, d]) * a[e] for e in D) for d in D], dtype=object)


def quadratic_rule(at: Values) -> Sides:
    D = at.sizes["D"]
    slope = slope_of_quadratic_form(at.array("a", D), at.array("X", D, D))
    return slope[at.index("d") - 1], slope[at.index("e") - 1]


def inverse_rule(at: Values) -> Sides:
    D = at.sizes["D"]
    a, b, P = at.array("a", D), at.array("b", D), inverse(at.array("M", D, D))
    # d(a'Pb) = -(a'P) dM (Pb)
    left = -np.array([[(a @ P)[d] * (P @ b)[e] for e in range(D)] for d in range(D)], dtype=object)
    return left, -(P.T @ np.outer(b, a) @ P.T)


BY_HAND: dict[str, Callable[[Values], Sides]] = {
    "what is maximised": what_is_maximised,
    "expected value, first line": prior_alone,
    "expected value, second line": prior_alone,
    "expected value, second line, brace L_x": brace,
    "expected value, third line": third_line,
    "expected value, third line, brace L_x": brace,
    "Lagrangian, derivative": lagrangian_derivative,
    "L_x written out": density_written_out,
    "derivative by Sigma_k": covariance_derivative,
    "rule for a quadratic form": quadratic_rule,
    "rule for an inverse": inverse_rule,
}


def test_everything_that_fails_is_computed_by_hand() -> None:
    assert list(BY_HAND) == [where for where, verdict, _ in EXPECTED if verdict is FAILS]


@pytest.mark.parametrize("where", BY_HAND)
def test_what_fails_fails_by_hand_too(lines: dict[str, Printed], where: str) -> None:
    fails_by_hand(lines[where], BY_HAND[where])


@pytest.mark.parametrize("where", [*BY_HAND, "Lagrangian"])
def test_every_correction_is_proved(lines: dict[str, Printed], where: str) -> None:
    corrected = lines[where].corrected
    assert corrected is not None
    assert corrected.verdict is Verdict.PROVED
