"""What a seventh reading found: a domain assumed of what is being defined, and what is assumed of what is varied.

The judge sees none of it: `mask` is 1 only where K is 23, a size that it does not draw. So the rules are alone.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from derivations.calculus.domains import DEFINITE, POSITIVE
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Add,
    Bracket,
    Identity,
    Mul,
    Neg,
    Number,
    Sum,
    Trace,
    inv,
    matrix,
    scalar,
    sizes,
)
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, LessEqual, Limit, Maximum
from derivations.proof.axioms import SPECTRAL_TRACE, TANGENT
from derivations.proof.facts import EIGENVALUES, A, B
from derivations.proof.methods import Gap, Instance, Membership
from derivations.proof.methods.limits import Composed
from derivations.proof.methods.maxima import Bound
from derivations.proof.proof import Proof, ProofError
from derivations.proof.steps import Step

K, D = sizes("K D")
(d,) = D.indices("d")
zero, one = Number(Fraction(0)), Number(Fraction(1))
mask = Bracket(K * K, "=", Number(Fraction(529)))
x, q = scalar("x", "x"), scalar("q", "q")
u, v, w = (scalar(name, name, POSITIVE) for name in "uvw")
S = matrix("S", "S", D, domain=DEFINITE)
smaller = 1 - 2 * mask  # positive, but for K = 23


@pytest.fixture
def proof() -> Proof:
    return Proof("varied", 9, "", "", "", "")


# --------------------------------------------------------------------------- what is defined

OF_ITSELF: dict[str, Callable[[Proof], Step]] = {
    "by an equation": lambda proof: proof.define("w", w, smaller, "", given=[Hypothesis(Equal(smaller, w))]),
    "by an inequality": lambda proof: proof.define(
        "w", w, smaller, "", given=[Hypothesis(LessEqual(w, smaller))]
    ),
    "by a hint": lambda proof: proof.define("w", w, smaller, "", by=Membership(form=w)),
    "by a witness": lambda proof: proof.define(
        "w", w, smaller, "", given=[Hypothesis(LessEqual(zero, q), (Choice(q, w),))]
    ),
    "of a matrix": lambda proof: proof.define(
        "S", S, smaller * Identity(D), "", given=[Hypothesis(Equal(smaller * Identity(D), S))]
    ),
}


@pytest.mark.parametrize("name", OF_ITSELF)
def test_a_definition_assumes_nothing_of_itself(proof: Proof, name: str) -> None:
    with pytest.raises(ProofError, match="assumes something of itself"):
        OF_ITSELF[name](proof)


# ---------------------------------------------------------------------------- what is varied


def positive_under(proof: Proof, hypothesis: Hypothesis) -> Step:
    """That q is positive, under a hypothesis that says that it is larger than something not negative."""
    assert isinstance(hypothesis.statement, LessEqual)
    low = hypothesis.statement.left
    form = Add((Add((q, Neg(low))), low))
    return proof.claim("q > 0", Belongs(q, POSITIVE), "", by=Membership(form=form), given=[hypothesis])


def test_an_instance_of_a_maximum_leaves_what_is_varied_free(proof: Proof) -> None:
    objective = -((x - u - 1) ** 2)
    bound = proof.claim("bound", LessEqual(objective, zero), "", by=Gap((x - u - 1) ** 2))
    lemma = proof.claim("lemma", Maximum(objective, (Choice(x, u + 1),)), "", by=Bound(bound))
    assert lemma.verdict is Verdict.PROVED
    tied = positive_under(proof, Hypothesis(LessEqual(x**2 * mask, q, strict=True)))
    assert tied.verdict is Verdict.PROVED
    found = proof.apply("false", lemma, ((u, q),), "", facts=[tied])
    assert found.verdict is Verdict.CHECKED
    free = Proof("free", 9, "", "", "", "")
    bound = free.claim("bound", LessEqual(objective, zero), "", by=Gap((x - u - 1) ** 2))
    lemma = free.claim("lemma", Maximum(objective, (Choice(x, u + 1),)), "", by=Bound(bound))
    untied = positive_under(free, Hypothesis(LessEqual(w, q, strict=True)))
    assert free.apply("true", lemma, ((u, q),), "", facts=[untied]).verdict is Verdict.PROVED


def test_an_instance_of_a_limit_leaves_what_is_varied_free(proof: Proof) -> None:
    lemma = proof.claim("lemma", Limit(u * v, v, "zero", zero), "", by=Composed())
    assert lemma.verdict is Verdict.PROVED
    tied = positive_under(proof, Hypothesis(LessEqual(v * mask, q, strict=True)))
    assert proof.apply("false", lemma, ((u, q),), "", facts=[tied]).verdict is Verdict.CHECKED


def test_an_instance_of_a_limit_whose_value_is_defined_under_a_hypothesis(proof: Proof) -> None:
    lemma = proof.claim("lemma", Limit(u * v, v, "zero", zero), "", by=Composed())
    tied = Hypothesis(LessEqual(v * mask, q, strict=True))
    form = Add((Add((q, Neg(v * mask))), v * mask))
    proof.define("w", w, q, "", given=[tied], by=Membership(form=form))
    found = proof.claim("false", Limit(w * v, v, "zero", zero), "", by=Instance(((u, w),), lemma))
    assert found.verdict is Verdict.CHECKED


def test_eigenvalues_tie_the_matrices_that_they_belong_to(proof: Proof) -> None:
    total = Sum(d, EIGENVALUES[d])
    trace = proof.axiom("trace", SPECTRAL_TRACE, "")
    chosen = ((1 + mask) * total / D) * A
    objective = Mul((Trace(inv(A) @ B) - total, Trace(B) - Trace(chosen)))
    bound = proof.claim("bound", LessEqual(zero, zero), "")
    member = proof.claim("member", Belongs(chosen, DEFINITE), "")
    statement = Maximum(objective, (Choice(B, chosen),))
    found = proof.claim("false", statement, "", by=Bound(bound, (member,)), rewriting=[trace])
    assert found.verdict is not Verdict.PROVED


# ----------------------------------------------------------------------------- what is cited


def test_a_cited_fact_inherits_what_its_values_assume(proof: Proof) -> None:
    assumed = Hypothesis(Belongs(smaller, POSITIVE))
    proof.define("w", w, smaller, "", given=[assumed])
    cited = proof.axiom("tangent", TANGENT, "", [w])
    assert cited.assumed == (assumed,)
    assert assumed.statement in cited.hypotheses
