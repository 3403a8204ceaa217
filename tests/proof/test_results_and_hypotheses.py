"""What an eighth reading found: hypotheses lost on the way, and results that are not what code is made of.

As in `test_what_is_varied.py`, `mask` is 1 only at a size that the judge does not draw.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivations.calculus.domains import LABEL, POSITIVE, SIMPLEX
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Add,
    Bracket,
    Expr,
    First,
    Neg,
    Number,
    Sum,
    Symbol,
    scalar,
    scalars,
    sizes,
)
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, Iff, LessEqual, Limit, Maximum
from derivations.proof.arguing import Argument
from derivations.proof.methods import Gap, Instance, Membership, argue
from derivations.proof.methods.limits import Composed
from derivations.proof.methods.maxima import Bound
from derivations.proof.proof import Proof, ProofError
from numeric.generator import GeneratorError, source

K, D = sizes("K D")
k, l = K.indices("k l")  # noqa: E741 (the field's letter)
zero, one = Number(Fraction(0)), Number(Fraction(1))
mask = Bracket(K * K, "=", Number(Fraction(529)))
smaller = 1 - 2 * mask  # positive, but for K = 23
q, y = scalar("q", "q"), scalar("y", "y")
a, r, s, t, u, v, w = (scalar(name, name, POSITIVE) for name in "arstuvw")
x = scalars("x", "x", (K,))
h = scalars("h", "h", (K, K))


@pytest.fixture
def proof() -> Proof:
    return Proof("lost", 9, "", "", "", "")


def larger_than(low: Expr, high: Expr) -> Membership:
    """That what is at least something positive is positive."""
    return Membership(form=Add((Add((high, Neg(low))), low)))


# -------------------------------------------------------------------------- hypotheses


def test_a_definition_inherits_what_its_hypotheses_rest_on(proof: Proof) -> None:
    first = Hypothesis(Belongs(smaller, POSITIVE))
    proof.define("w", w, smaller, "", given=[first])
    second = Hypothesis(LessEqual(w, smaller))
    made = proof.define("v", v, smaller, "", given=[second], by=larger_than(w, smaller))
    assert set(made.assumed) == {first, second}
    found = proof.claim("smaller", Belongs(smaller, POSITIVE), "", uses=[made], by=Membership(form=v))
    assert first in found.assumed


def test_what_is_varied_is_seen_through_two_definitions(proof: Proof) -> None:
    tied = Hypothesis(LessEqual(r * mask, q, strict=True))
    proof.define("s", s, q, "", given=[tied], by=larger_than(r * mask, q))
    proof.define("t", t, q, "", given=[Hypothesis(LessEqual(s, q))], by=larger_than(s, q))
    lemma = proof.claim("lemma", Limit(a * r, r, "zero", zero), "", by=Composed())
    assert lemma.verdict is Verdict.PROVED
    found = proof.claim("false", Limit(t * r, r, "zero", zero), "", by=Instance(((a, t),), lemma))
    assert found.verdict is not Verdict.PROVED


def test_a_sum_over_another_index_is_not_declared(proof: Proof) -> None:
    g, e = (Symbol(name, name, (K, K), domain=SIMPLEX) for name in "ge")
    p = scalars("p", "p", (K,), SIMPLEX)
    value = (1 - mask) * (one / K) + mask * p[l]
    member = proof.claim("member", Belongs(value, SIMPLEX, l), "")
    bound = proof.claim("bound", LessEqual(zero, zero), "")
    other_way = Hypothesis(Belongs(g[k, l], SIMPLEX, k), (Choice(g[k, l], one / K),))
    statement = Maximum(zero, (Choice(e[l, k], g[k, l]), Choice(g[k, l], value)))
    found = proof.claim("false", statement, "", given=[other_way], by=Bound(bound, (member,)))
    assert member.verdict is Verdict.PROVED
    assert found.verdict is not Verdict.PROVED


# ----------------------------------------------------------------------------- results


def test_what_is_defined_is_not_varied(proof: Proof) -> None:
    """By the rules themselves, before the judge says so."""
    b = scalar("b", "b")
    proof.define("b", b, 2 * q, "")
    bound = proof.claim("bound", LessEqual(-(b**2), zero), "", by=Gap(b**2))
    goal = proof.context().goal(Maximum(-(b**2), (Choice(b, zero),)), Argument(Bound(bound)))
    found = argue(Bound(bound), goal)
    assert (found.verdict, found.detail) == (Verdict.UNKNOWN, "b is defined and cannot be varied")


def test_what_is_defined_is_nothing_else(proof: Proof) -> None:
    b = scalar("b", "b")
    made = proof.define("b", b, 2 * q, "")
    tripled = proof.claim("tripled", Equal(3 * q, q + 2 * q), "")
    with pytest.raises(ProofError, match="b is defined, and is nothing else"):
        proof.update("b", b, q + 2 * q, tripled, being=3 * q)
    same = proof.claim("same", Iff(Equal(2 * b, 2 * y), Equal(b, y)), "")
    with pytest.raises(ProofError, match="does not say"):
        proof.update("b", b, y, same)
    proof.update("b", b, 2 * q, made)


def test_the_best_value_is_one_that_the_quantity_can_take(proof: Proof) -> None:
    best = proof.claim("best", LessEqual((-one + 1) ** 2, (u + 1) ** 2), "", by=Gap((u + 1) ** 2))
    assert best.verdict is Verdict.PROVED
    with pytest.raises(ProofError, match="that the best value is positive is not shown"):
        proof.update("u", u, -one, best)
    nearer = proof.claim("nearer", LessEqual((one - 1) ** 2, (u - 1) ** 2), "", by=Gap((u - 1) ** 2))
    proof.update("u", u, one, nearer)


def test_a_quantity_with_the_name_of_a_size_is_no_argument(proof: Proof) -> None:
    kappa, c, f = scalar("K", r"\kappa"), scalar("c", "c"), scalar("f", "f")
    made = proof.define("c", c, kappa, "")
    total = proof.claim("total", Equal(Sum(k, x[k] + c), Sum(k, x[k]) + K * c), "")
    with pytest.raises(ProofError, match="two quantities are called K"):
        proof.update("f", f, Sum(k, x[k]) + K * c, total, [made])


label = Symbol("z", "z", (K,), domain=LABEL, labels=K)
TWICE: dict[str, tuple[Symbol, Expr]] = {
    "an entry at a label that runs along": (Symbol("f", "f", (K,)), h[k, label[k]]),
    "a sum of such entries": (Symbol("f", "f"), Sum(k, h[k, label[k]])),
    "the first of a row that is chosen": (Symbol("f", "f", (K,)), First(l, h[l, k], k)),
}


@pytest.mark.parametrize("name", TWICE)
def test_no_code_is_made_where_two_axes_are_one(proof: Proof, name: str) -> None:
    symbol, formula = TWICE[name]
    target = symbol[(k,) if symbol.family else ()]
    made = proof.define("f", target, formula, "")
    proof.update("f", target, formula, made)
    with pytest.raises(GeneratorError, match="stands beside the index that it runs with"):
        source(proof.finish())
