"""Ways to argue about limits: what they show is true, and what is false or not in their form they leave undecided."""

from __future__ import annotations

import pytest

from derivations.calculus import instances
from derivations.calculus.domains import NONNEGATIVE, POSITIVE
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import Bracket, Exp, Expr, Log, Sum, as_expr, scalar, scalars, sizes
from derivations.calculus.statements import Belongs, Equal, Hypothesis, LessEqual, Limit, Statement
from derivations.proof.methods import Goal, Method, argue
from derivations.proof.methods.limits import Composed, Decays
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

(K,) = sizes("K")
k, l = K.indices("k l")  # noqa: E741 (the field's letter)
v, w = scalar("v", "v", POSITIVE), scalar("w", "w", POSITIVE)
a, b, r = scalar("a", "a", NONNEGATIVE), scalar("b", "b", POSITIVE), scalar("r", "r")
c = scalars("c", "c", (K,), NONNEGATIVE)
p = scalars("p", "p", (K,), POSITIVE)
zero, one = as_expr(0), as_expr(1)


def is_zero(value: Expr) -> Expr:
    return Bracket(value, "=", zero)


def decay(rate: Expr) -> Expr:
    return Exp(-(rate / (2 * v)))


def to_zero(body: Expr, value: Expr) -> Limit:
    return Limit(body, v, "zero", value)


def verdict(method: Method, statement: Statement, *given: Statement) -> Verdict:
    return argue(method, Goal(statement, hypotheses=tuple(map(Hypothesis, given)))).verdict


DECAYING: dict[str, tuple[Statement, tuple[Statement, ...]]] = {
    "a rate that may be zero": (to_zero(decay(a), is_zero(a)), ()),
    "a positive rate": (to_zero(decay(b), is_zero(b)), ()),
    "a positive rate vanishes": (to_zero(decay(b), zero), ()),
    "every rate of a family": (to_zero(decay(c[k]), is_zero(c[k])), ()),
    "a rate known by a hypothesis": (to_zero(decay(r - a), is_zero(r - a)), (LessEqual(a, r),)),
    "a rate that a hypothesis makes positive": (to_zero(decay(r - a), zero), (LessEqual(a, r, True),)),
}


@pytest.mark.parametrize("name", DECAYING)
def test_exponentials_vanish_or_stay_one(name: str) -> None:
    statement, given = DECAYING[name]
    assert verdict(Decays(), statement, *given) is Verdict.PROVED
    hypotheses = tuple(map(Hypothesis, given))
    assert instances.check(statement, hypotheses=hypotheses).verdict is Verdict.CHECKED


NOT_DECAYING: dict[str, tuple[Statement, tuple[Statement, ...]]] = {
    "a rate that may be negative": (to_zero(decay(r), is_zero(r)), ()),
    "a rate of zero does not vanish": (to_zero(decay(a), zero), ()),
    "nor does it stay one": (to_zero(decay(a), one), ()),
    "another rate's truth": (to_zero(decay(a), is_zero(b)), ()),
    "the variable in the rate": (to_zero(decay(a * v), is_zero(a * v)), ()),
    "no minus sign": (to_zero(Exp(b / (2 * v)), zero), ()),
    "a denominator of either sign": (to_zero(Exp(-(b / (r * v))), zero), ()),
    "another variable": (to_zero(Exp(-(b / (2 * w))), zero), ()),
    "the other end": (Limit(decay(b), v, "infinity", zero), ()),
    "a variable kept from zero": (to_zero(decay(r - a), zero), (LessEqual(a * v, r * v, True),)),
    "no limit": (Equal(decay(b), zero), ()),
}


@pytest.mark.parametrize("name", NOT_DECAYING)
def test_nothing_else_vanishes(name: str) -> None:
    statement, given = NOT_DECAYING[name]
    assert verdict(Decays(), statement, *given) is Verdict.UNKNOWN


def test_what_a_definition_says_of_the_variable_is_seen() -> None:
    depends = {r.symbol: frozenset({v.symbol})}
    goal = Goal(to_zero(decay(r), zero), hypotheses=(Hypothesis(Belongs(r, POSITIVE)),), depends=depends)
    assert argue(Decays(), goal).verdict is Verdict.UNKNOWN
    goal = Goal(to_zero(r, r), depends=depends)
    assert argue(Composed(), goal).verdict is Verdict.UNKNOWN


@pytest.fixture(scope="module")
def proof() -> Proof:
    return Proof("limits", 0, "Limits", "", "", "")


@pytest.fixture(scope="module")
def part(proof: Proof) -> Step:
    return proof.claim("part", to_zero(decay(c[l]), is_zero(c[l])), "It vanishes or stays one.", by=Decays())


@pytest.fixture(scope="module")
def mass(proof: Proof) -> Step:
    """That the limit of the denominator is positive, which no rule of signs can tell."""
    body = Sum(l, p[l] * is_zero(c[l]))
    stated = Hypothesis(LessEqual(zero, body, True))
    return proof.claim("mass", stated.statement, "Some rate is zero.", given=[stated])


def test_limits_of_sums_products_and_quotients(part: Step) -> None:
    denominator = Sum(l, p[l] * decay(c[l]))
    composed = (
        (to_zero(v, zero), None),
        (to_zero(2 * v + a, a), None),
        (to_zero(a * v / (b + v), zero), None),
        (to_zero(denominator, Sum(l, p[l] * is_zero(c[l]))), None),
        (to_zero(b / (b + denominator), b / (b + Sum(l, p[l] * is_zero(c[l])))), None),
        (to_zero((v**2 + v) / v, one), 1 + v),
        (to_zero(1 / (b / (2 * v)), zero), 2 * v / b),
    )
    for statement, form in composed:
        assert verdict(Composed((part,), form), statement) is Verdict.PROVED, statement
        assert instances.check(statement).verdict is Verdict.CHECKED, statement


def test_what_is_no_limit_of_its_parts_is_not_shown(part: Step) -> None:
    total = Sum(l, p[l] * decay(c[l]))
    wrong: tuple[tuple[Statement, Expr | None], ...] = (
        (to_zero(v, one), None),
        (Limit(v, v, "infinity", zero), None),
        (to_zero(total, zero), None),
        (to_zero(total, Sum(l, p[l])), None),
        (to_zero(2 * v + a, a), v + a),
        (to_zero((v**2 + v) / v, zero), v),
        (to_zero(b / v, zero), None),
        (to_zero(1 / (r + v), 1 / r), None),
        (to_zero(w + v, zero), None),
        (to_zero(Exp(v), one), None),
        (to_zero(v * Log(r), zero), None),
        (to_zero(v / r, zero), None),
        (Limit(Sum(k, p[k]), p[k], "zero", zero), None),
        (Equal(v, zero), None),
    )
    for statement, form in wrong:
        assert verdict(Composed((part,), form), statement) is not Verdict.PROVED, statement


def test_a_denominator_shown_to_be_positive(part: Step, mass: Step) -> None:
    here, there = p[k] * decay(c[k]) / Sum(l, p[l] * decay(c[l])), Sum(l, p[l] * is_zero(c[l]))
    statement = to_zero(here, p[k] * is_zero(c[k]) / there)
    assert verdict(Composed((part,)), statement) is Verdict.UNKNOWN
    found = argue(Composed((part,), facts=(mass,)), Goal(statement))
    assert found.verdict is Verdict.PROVED
    assert LessEqual(zero, there, True) in found.hypotheses
    assert verdict(Composed((part,), facts=(part,)), statement) is Verdict.UNKNOWN


def test_a_hypothesis_may_not_keep_the_variable_from_its_limit(part: Step) -> None:
    assert verdict(Composed((part,), form=as_expr(3)), to_zero(v, as_expr(3)), Equal(v, as_expr(3))) is (
        Verdict.UNKNOWN
    )
