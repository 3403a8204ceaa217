"""What the kernel knows of probabilities that may be 0 or 1: powers with exponents 0 and 1, logarithms that may be
minus infinity, products over a range. Every rule has identities that it must show and that the judge confirms, and
neighbours that are false, which the judge refutes and the kernel must not show.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from sample_symbols import D, K, N, a, d, e, gamma, i, j, k, n

from derivations.calculus import instances
from derivations.calculus.domains import (
    BINARY,
    FRACTION,
    NONNEGATIVE,
    POSITIVE,
    PROBABILITY,
)
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Bracket,
    Delta,
    Exp,
    Expr,
    Log,
    Number,
    Product,
    Sum,
    WeightedLog,
    scalar,
    scalars,
    vectors,
)
from derivations.calculus.statements import Belongs, Equal, Hypothesis, LessEqual, Statement
from derivations.proof.methods import Goal, Membership, Method, NormalForm, Summed, argue
from derivations.proof.proof import Proof, ProofError
from derivations.proof.steps import Step

zero, one, two = (Number(Fraction(value)) for value in (0, 1, 2))

x = vectors("x", "x", (N,), D, BINARY)
y = vectors("y", "y", (N,), D)
theta = scalars("theta", r"\theta", (K, D), PROBABILITY)
open_theta = scalars("open_theta", r"\theta", (K, D), FRACTION)
weight = scalars("weight", "w", (N,), NONNEGATIVE)
b = scalar("b", "b", NONNEGATIVE)
p = scalar("p", "p", PROBABILITY)
q = scalar("q", "q", PROBABILITY)

bit, other = x[i][d], 1 - x[i][d]
chance = theta[k, d] ** bit * (1 - theta[k, d]) ** other
log_chance = WeightedLog(bit, theta[k, d]) + WeightedLog(other, 1 - theta[k, d])
inside = Hypothesis(Belongs(theta[k, d], FRACTION))

TRUE: dict[str, tuple[Expr, Expr]] = {
    "a power with a bit": (theta[k, d] ** bit, 1 + bit * (theta[k, d] - 1)),
    "of any base": (y[i][d] ** bit, 1 - bit + bit * y[i][d]),
    "one less a bit": (theta[k, d] ** other, bit + other * theta[k, d]),
    "a truth value": (y[i][d] ** Bracket(y[i][e], "<", zero), 1 + Bracket(y[i][e], "<", zero) * (y[i][d] - 1)),
    "a delta": (y[i][d] ** Delta(d, e), 1 + Delta(d, e) * (y[i][d] - 1)),
    "the square of a bit": (theta[k, d] ** (bit * bit), theta[k, d] ** bit),
    "the probability of a pixel": (chance, bit * theta[k, d] + other * (1 - theta[k, d])),
    "exp of a logarithm that may be infinite": (Exp(WeightedLog(bit, theta[k, d])), theta[k, d] ** bit),
    "exp of a sum of them": (Exp(Sum(d, log_chance)), Product(d, chance)),
    "two products in one": (Product(d, theta[k, d]) * Product(e, theta[j, e]), Product(d, theta[k, d] * theta[j, d])),
    "the square of a product": (Product(d, theta[k, d]) ** 2, Product(d, theta[k, d] * theta[k, d])),
    "products under a sum": (
        Sum(k, gamma[i, k] * Product(d, theta[k, d]) * Product(d, x[i][d])),
        Sum(k, gamma[i, k] * Product(d, theta[k, d] * x[i][d])),
    ),
    "a fraction over a square": (one / (1 - open_theta[k, d]) ** 2, (1 - open_theta[k, d]) ** -2),
}  # fmt: skip

FALSE: dict[str, tuple[Expr, Expr]] = {
    "a power with a number": (theta[k, d] ** weight[i], 1 + weight[i] * (theta[k, d] - 1)),
    "zero to the zero is one": (theta[k, d] ** bit, bit * theta[k, d]),
    "the other bit": (theta[k, d] ** bit, 1 + other * (theta[k, d] - 1)),
    "twice a bit": (y[i][d] ** (2 * bit), 1 + 2 * bit * (y[i][d] - 1)),
    "exp of a weighted logarithm": (Exp(WeightedLog(weight[i], theta[k, d])), 1 + weight[i] * (theta[k, d] - 1)),
    "exp of minus infinity is no divisor": (Exp(log_chance) / Exp(log_chance), one),
    "the product of the sums": (Exp(Sum(d, log_chance)), Sum(d, chance)),
    "products over different points": (
        Product(d, x[i][d]) * Product(d, theta[k, d]),
        Product(d, x[n][d] * theta[k, d]),
    ),
    "a product of products over different ranges": (
        Product(k, theta[k, d]) * Product(e, theta[j, e]),
        Product(k, theta[k, d] * theta[k, d]),
    ),
    "a fraction over a square that may be zero": (one / (1 - theta[k, d]) ** 2, (1 - theta[k, d]) ** -2),
}  # fmt: skip


def proved(statement: Statement, *given: Hypothesis, by: Method | None = None) -> bool:
    return argue(by or NormalForm(), Goal(statement, (), given)).verdict is Verdict.PROVED


@pytest.mark.parametrize("name", TRUE)
def test_true_identities_are_shown_and_confirmed(name: str) -> None:
    statement = Equal(*TRUE[name])
    assert proved(statement)
    assert instances.check(statement).verdict is Verdict.CHECKED


@pytest.mark.parametrize("name", FALSE)
def test_false_neighbours_are_refuted_and_not_shown(name: str) -> None:
    statement = Equal(*FALSE[name])
    assert not proved(statement)
    assert instances.check(statement).verdict is Verdict.REFUTED


def test_inside_the_interval_powers_are_exponentials() -> None:
    logarithm = Equal(Log(chance), bit * Log(theta[k, d]) + other * Log(1 - theta[k, d]))
    assert proved(logarithm, inside)
    assert instances.check(logarithm, hypotheses=[inside]).verdict is Verdict.CHECKED
    assert not proved(logarithm)
    assert instances.check(logarithm).verdict is Verdict.REFUTED


# ------------------------------------------------------------------------- logarithms of what may be zero

PARTS = Sum(i, WeightedLog(gamma[i, k] * x[i][d], theta[k, d]))
WHOLE = WeightedLog(Sum(i, gamma[i, k] * x[i][d]), theta[k, d])


def test_weights_add_up_before_a_logarithm_that_may_be_infinite() -> None:
    """Below a bound both forms are the same; as an equation they are not, where both are minus infinity."""
    for left, right in ((PARTS, WHOLE), (WHOLE, PARTS)):
        assert proved(LessEqual(left, zero), Hypothesis(LessEqual(right, zero)), by=Summed(below(right), ()))
        assert not proved(Equal(left, right))
        assert instances.check(Equal(left, right)).verdict is Verdict.REFUTED


def test_weights_of_another_sign_do_not() -> None:
    mixed = WeightedLog(Sum(i, gamma[i, k] - weight[i]), theta[k, d])
    split = Sum(i, WeightedLog(gamma[i, k], theta[k, d])) - Sum(i, WeightedLog(weight[i], theta[k, d]))
    assert not proved(LessEqual(mixed, zero), Hypothesis(LessEqual(split, zero)), by=Summed(below(split), ()))


def below(value: Expr) -> Step:
    """A step that says that the value is not positive, for the methods that rest on one."""
    return Step("below", "claim", LessEqual(value, zero), "", "")


# ----------------------------------------------------------------------------------- membership

positive_total = Hypothesis(Belongs(a + b, POSITIVE))
share, rest = a / (a + b), b / (a + b)

MEMBERS: dict[str, tuple[bool, Belongs, Membership]] = {
    "a share": (True, Belongs(share, PROBABILITY), Membership(complement=rest)),
    "a share, no hint": (False, Belongs(share, PROBABILITY), Membership()),
    "a share, another complement": (False, Belongs(share, PROBABILITY), Membership(complement=share)),
    "a share inside": (False, Belongs(share, FRACTION), Membership(complement=rest)),
    "more than one": (False, Belongs(1 + a, PROBABILITY), Membership(complement=-a)),
    "a declared probability": (True, Belongs(p, PROBABILITY), Membership()),
    "its complement": (True, Belongs(1 - p, PROBABILITY), Membership(complement=p)),
    "a sum of two": (False, Belongs(p + q, PROBABILITY), Membership()),
    "a square": (True, Belongs(p * p - 2 * p * q + q * q, NONNEGATIVE), Membership((p - q) ** 2)),
    "a square, no hint": (False, Belongs(p * p - 2 * p * q + q * q, NONNEGATIVE), Membership()),
    "another square": (False, Belongs(p * p - 2 * p * q + q * q, NONNEGATIVE), Membership((p + q) ** 2)),
}


@pytest.mark.parametrize("name", MEMBERS)
def test_membership_is_read_off_the_hints_only_if_they_are_right(name: str) -> None:
    expected, statement, method = MEMBERS[name]
    assert proved(statement, positive_total, by=method) is expected


def test_a_definition_takes_the_hint_of_its_domain() -> None:
    def defined(by: Membership | None) -> Step:
        proof = Proof("test", 0, "", "", "", "")
        symbol = scalar("estimate", "e", PROBABILITY)
        return proof.define("estimate", symbol, share, "", given=[positive_total], by=by)

    assert defined(Membership(complement=rest)).kind == "definition"
    for wrong in (None, Membership(complement=share)):
        with pytest.raises(ProofError, match="declared to be probability"):
            defined(wrong)


DRAWN: tuple[Statement, ...] = (
    LessEqual(zero, p),
    LessEqual(p, one),
    LessEqual(WeightedLog(p, q), zero),
)
ONLY_INSIDE: tuple[Statement, ...] = (
    LessEqual(zero, p, strict=True),
    LessEqual(p, one, strict=True),
    Equal(WeightedLog(one, p), Log(p)),
)


def test_the_judge_draws_both_ends_of_the_interval_and_its_inside() -> None:
    for statement in DRAWN:
        assert instances.check(statement).verdict is Verdict.CHECKED
    for statement in ONLY_INSIDE:
        assert instances.check(statement).verdict is Verdict.REFUTED
        given = [Hypothesis(Belongs(p, FRACTION))]
        assert instances.check(statement, hypotheses=given).verdict is Verdict.CHECKED
