"""What names mean, as the small checker takes it: each statement is tried by the judge, and a slip in it is refuted."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivations.calculus import instances
from derivations.calculus.evidence import Evidence, Verdict
from derivations.calculus.expressions import Expr, Number, Sum
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, LessEqual, Statement
from derivations.proof.facts import MEANINGS, Fact, a, both, c, f, g, i, j, m, other, pairs

# How values are drawn for which what is assumed holds.
DRAWN: dict[str, Choice] = {
    "first of shifted": Choice(f[m], a + g[m]),
    "smallest of shifted": Choice(f[m], a + g[m]),
    "squares vanish": Choice(both[i, c], other[i, c]),
    "half of a square": Choice(pairs[i, j], g[i] + g[j] + g[i] * g[j]),
    "marginal": Choice(both[i, c], (1 + other[i, c] ** 2) / Sum(c, 1 + other[i, c] ** 2)),
    "expectation": Choice(both[i, c], (1 + other[i, c] ** 2) / Sum(c, 1 + other[i, c] ** 2)),
}
TWO = Number(Fraction(2))


def judged(name: str, statement: Statement) -> Evidence:
    witness = (DRAWN[name],) if name in DRAWN else ()
    assumed = tuple(Hypothesis(one, witness) for one in MEANINGS[name].assumed)
    return instances.check(statement, definitions=(), hypotheses=assumed, probes=60)


@pytest.mark.parametrize("name", MEANINGS)
def test_a_meaning_is_true_wherever_it_is_tried(name: str) -> None:
    found = judged(name, MEANINGS[name].statement)
    assert found.verdict is Verdict.CHECKED, found.detail
    assert (found.draws or 0) > 3


def wrong(meaning: Fact) -> Statement:
    """The statement with a slip in it."""
    match meaning.statement:
        case Equal(left, right):
            return Equal(left, doubled(right))
        case LessEqual(left, right, _):
            return LessEqual(left, right, strict=True)
        case Belongs(body, domain, over):
            return Belongs(doubled(body), domain, over)
    raise AssertionError(meaning)


def doubled(expr: Expr) -> Expr:
    return TWO * expr


@pytest.mark.parametrize("name", MEANINGS)
def test_a_slip_in_a_meaning_is_refuted(name: str) -> None:
    assert judged(name, wrong(MEANINGS[name])).verdict is Verdict.REFUTED
