"""Unsound rules, planted in the engines by hand: who sees them.

Each row is a fault in a rule, and a false statement that the faulty rule shows. Two evaluators that share no code
with the rules see it: the judge of instances refutes the statement, and is not outvoted; and the third evaluator,
written for the audit alone, finds it false as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest

from derivations.audit.third import opinion
from derivations.calculus import lowering, order
from derivations.calculus import scalars as scalar_algebra
from derivations.calculus.domains import INVERTIBLE, NONNEGATIVE, POSITIVE, SIMPLEX
from derivations.calculus.evidence import ALL_SIZES, Evidence, Verdict
from derivations.calculus.expressions import (
    At,
    Delta,
    Exp,
    Expr,
    Gradient,
    Identity,
    Inverse,
    Log,
    LogDet,
    MatMul,
    Member,
    Mul,
    Neg,
    Number,
    Ordered,
    Sum,
    Trace,
    Transpose,
    WeightedLog,
    inv,
    matrix,
    scalar,
    scalars,
    sizes,
    sum_over,
    vector,
)
from derivations.calculus.indices import derivative, functions, operations, rewriting, terms, theory
from derivations.calculus.indices.terms import DELTA, SWAP, Poly, Term, number
from derivations.calculus.lowering import algebra, leaves, variables
from derivations.calculus.lowering import functions as lowering_functions
from derivations.calculus.order import rules, signs, solver
from derivations.calculus.scalars.kernels import Kernels
from derivations.calculus.statements import (
    Belongs,
    Choice,
    Equal,
    Iff,
    InRange,
    LessEqual,
    Maximum,
    Statement,
)
from derivations.proof import methods
from derivations.proof.methods import Bound, Cases, Factor, Gap, Method, equations, instance
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

N, K, D = sizes("N K D")
(i,) = N.indices("i")
k, j = K.indices("k j")
d, e = D.indices("d e")
zero, one, two = (Number(Fraction(value)) for value in (0, 1, 2))
a, b = scalar("a", "a"), scalar("b", "b")
t = scalar("t", "t", POSITIVE)
weight, chance = scalar("weight", "w", NONNEGATIVE), scalar("chance", "p", NONNEGATIVE)
u, w = scalars("u", "u", (K,)), scalars("w", "w", (K,))
pi = scalars("pi", r"\pi", (K,), SIMPLEX)
masses = scalars("masses", "m", (K,), NONNEGATIVE)
v = vector("v", "v", D)
A, B = matrix("A", "A", D), matrix("B", "B", D)
M, P = (matrix(name, name, D, domain=INVERTIBLE) for name in "MP")
infinite = WeightedLog(weight, chance)

Patch = pytest.MonkeyPatch


def claimed(statement: Statement, by: Method | None = None) -> Step:
    return Proof("planted", 0, "", "", "", "").claim("false", statement, "", by=by)


@dataclass(frozen=True)
class Fault:
    """A fault in a rule, and a false statement that it lets through the rules."""

    plant: Callable[[Patch], None]
    statement: Statement
    by: Method | None = None


def lowered(kind: type[Expr], rule: Callable[[Any, Any], Poly]) -> Callable[[Patch], None]:
    return lambda patch: patch.setitem(lowering.LOWER, kind, rule)


def sloped(kind: str, rule: Callable[..., Poly]) -> Callable[[Patch], None]:
    return lambda patch: patch.setitem(derivative.SLOPES, kind, rule)


def replaced(module: object, name: str, new: object) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(module, name, new)


def ruled(kind: type[Expr], rule: Callable[..., Any]) -> Callable[[Patch], None]:
    return lambda patch: patch.setitem(rules.CONE, kind, rule)


def contracted_between_any_ranges(term: Term, using: theory.Theory) -> Poly | None:
    for atom in term.atoms:
        if atom.head == DELTA and atom.places[0] in term.bound and atom.places[0] != atom.places[1]:
            gone, kept = atom.places
            rest = tuple(other.renamed({gone: kept}) for other in term.atoms if other is not atom)
            bound = tuple(place for place in term.bound if place != gone)
            return Poly(((Term(bound, rest), Fraction(1)),))
    return None


def without_reduction(name: str, instead: Callable[..., Any]) -> Callable[[Patch], None]:
    kept = tuple(rule for rule in rewriting.REDUCTIONS if rule.__name__ != name)
    return replaced(rewriting, "REDUCTIONS", (instead, *kept))


def symmetric_member(expr: Member, low: lowering.Lowering) -> Poly:
    poly = leaves.member(expr, low)
    if expr.shape != (D, D):
        return poly
    (((bound, (atom,)), coefficient),) = poly.terms
    head = replace(atom.head, symmetries=SWAP)
    return Poly(((Term(bound, (atom._replace(head=head),)), coefficient),))


def ordered_counted_half(term: Term, using: theory.Theory) -> Poly | None:
    for atom in term.atoms:
        if atom.head == terms.ORDERED:
            rest = Term(term.bound, tuple(other for other in term.atoms if other is not atom))
            return Poly(((rest, Fraction(1, 2)),))
    return None


def sums_to_one(head: terms.Head) -> tuple[theory.Rule, ...]:
    """Every family of scalars over the components sums to one."""
    if head.kind != "symbol" or head.symbol is None or head.symbol.family != (K,):
        return ()
    place = terms.Place("#s", "K")
    return (theory.Rule(Term((place,), (terms.Atom(head, (place,)),)), number(1)),)


def has_length_one(head: terms.Head) -> tuple[theory.Rule, ...]:
    """Every vector has length one."""
    if head.kind != "symbol" or head.symbol is None or head.symbol.shape != (D, 1):
        return ()
    place = terms.Place("#s", "D")
    return (theory.Rule(Term((place,), (terms.Atom(head, (place,), Fraction(2)),)), number(1)),)


def proved(*given: object, **more: object) -> Evidence:
    return Evidence("order", "signs", ALL_SIZES, Verdict.PROVED)


def jacobi_untransposed(atom: terms.Atom, slope: derivative.Slope, using: theory.Theory) -> Poly:
    slots = terms.open_like(terms.Place("%", "D")), terms.open_like(terms.Place("%", "D"))
    entry = theory.argument_at(terms.Atom(atom.head, (*atom.places, *slots)))
    product = operations.inverse(entry, *slots, using) * slope(entry)
    return terms.bind(terms.bind(product, slots[0]), slots[1])


def inverse_in_the_same_order(expr: Inverse, low: lowering.Lowering) -> Poly:
    if isinstance(expr.body, MatMul):
        return low.here(MatMul(tuple(map(Inverse, expr.body.factors))))
    return lowering_functions.inverse(expr, low)


def trace_of_each(expr: Trace, low: lowering.Lowering) -> Poly:
    if isinstance(expr.body, MatMul):
        return low.at(Mul(tuple(map(Trace, expr.body.factors))))
    return algebra.trace(expr, low)


def sum_of_exponentials(argument: Poly, using: theory.Theory) -> Poly:
    result = Poly()
    for term, coefficient in rewriting.normal_form(argument, using).terms:
        result = result + functions.function("exp", Poly(((term, coefficient),)))
    return result


def best(objective: Expr, variable: Expr, value: Expr, bound: LessEqual, by: Method) -> Callable[[], Step]:
    """An optimum shown by a bound."""

    def make() -> Step:
        proof = Proof("planted", 0, "", "", "", "")
        step = proof.claim("bound", bound, "", by=by)
        assert isinstance(variable, Member)
        return proof.claim("false", Maximum(objective, (Choice(variable, value),)), "", by=Bound(step))

    return make


def instance_outside_the_domain() -> Step:
    proof = Proof("planted", 0, "", "", "", "")
    lemma = proof.claim("lemma", Equal(Log(t) - Log(t), zero), "")
    return proof.apply("false", lemma, ((t, a),), "")


def nothing(*given: object, **more: object) -> None:
    return None


FAULTS: dict[str, Fault] = {
    "a transpose that does nothing": Fault(
        lowered(Transpose, lambda expr, low: low.here(expr.body)), Equal(A.T @ v, A @ v)
    ),
    "a sign lost": Fault(lowered(Neg, lambda expr, low: low.here(expr.body)), Equal(-a, a)),
    "d X^-1 without its sign": Fault(
        sloped("inverse", lambda *given: -derivative._inverse(*given)),
        Equal(Gradient(v.T @ inv(M) @ v, M), inv(M).T @ v @ v.T @ inv(M).T),
    ),
    "the derivative of a logarithm without its denominator": Fault(
        sloped("log", lambda atom, slope, using: slope(theory.argument_at(atom))),
        Equal(Gradient(Log(t), t), one),
    ),
    "the derivative of an exponential without its factor": Fault(
        sloped("exp", lambda atom, slope, using: slope(theory.argument_at(atom))),
        Equal(Gradient(Exp(a), a), one),
    ),
    "Jacobi's formula without its transpose": Fault(
        sloped("logdet", jacobi_untransposed), Equal(Gradient(LogDet(M), M), inv(M))
    ),
    "a delta contracted between unequal ranges": Fault(
        without_reduction("_contract", contracted_between_any_ranges),
        Equal(sum_over(i, k, Delta(i, k) * u[k]), Sum(k, u[k])),
    ),
    "a delta contracted with an index that may lie outside of the range": Fault(
        without_reduction("_contract", contracted_between_any_ranges), Equal(Sum(k, Delta(i, k)), one)
    ),
    "a symmetric flag on a general matrix": Fault(lowered(Member, symmetric_member), Equal(A, A.T)),
    "one half for every ordered pair": Fault(
        without_reduction("_symmetrise", ordered_counted_half),
        Equal(sum_over(d, e, Ordered(d, e) * (v[d] * v[e])), sum_over(d, e, v[d] * v[e]) / 2),
    ),
    "an unused sum that counts for nothing": Fault(
        replaced(rewriting, "size_atom", lambda name: number(1)), Equal(Sum(i, a), a)
    ),
    "the simplex rule for every family": Fault(
        replaced(rewriting, "own_rules", sums_to_one), Equal(Sum(k, masses[k]), one)
    ),
    "the unit rule for every vector": Fault(
        replaced(rewriting, "own_rules", has_length_one), Equal(v.T @ v, one)
    ),
    "a logarithm split without positivity": Fault(
        replaced(theory.Theory, "positive_atom", lambda self, atom: True), Equal(Log(a * b), Log(a) + Log(b))
    ),
    "a reciprocal of what may be zero": Fault(
        replaced(theory.Theory, "nonzero", lambda self, poly: True), Equal(a / a, one)
    ),
    "an inverse of any matrix": Fault(replaced(order, "invertible", proved), Equal(inv(A) @ A, Identity(D))),
    "the inverse of a product in the same order": Fault(
        lowered(Inverse, inverse_in_the_same_order), Equal(inv(M @ P), inv(M) @ inv(P))
    ),
    "the trace of a product as a product of traces": Fault(
        lowered(Trace, trace_of_each), Equal(Trace(A @ B), Trace(A) * Trace(B))
    ),
    "a scalar taken out of a determinant once": Fault(
        replaced(operations, "size_atom", lambda name: number(1)),
        Equal(LogDet(t * M), Log(t) + LogDet(M)),
    ),
    "the exponential of a sum as a sum": Fault(
        replaced(operations, "exponential", sum_of_exponentials), Equal(Exp(a + b), Exp(a) + Exp(b))
    ),
    "bound names that are not kept apart": Fault(
        replaced(terms, "apart", lambda term: term), Equal(Sum(k, u[k]) ** 2, Sum(k, u[k] ** 2))
    ),
    "a derivative along a constraint": Fault(
        replaced(variables, "_require_free", nothing), Equal(Gradient(Sum(k, pi[k]), pi[j]), zero)
    ),
    "a value put in outside of the domain": Fault(
        replaced(variables, "_require_value", nothing), Equal(At(Log(t) - Log(t) + t, t, -one), -one)
    ),
    "infinite logarithms that cancel": Fault(
        replaced(operations, "vanishes_with", lambda *given: True), Equal(infinite - infinite, zero)
    ),
    "the sign of a negative": Fault(ruled(Neg, rules.like_body), LessEqual(zero, -t)),
    "the sign of a product without those of its factors": Fault(
        ruled(Mul, lambda *given: ()), LessEqual(zero, a * b)
    ),
    "a gap whose sign nobody asks": Fault(
        replaced(methods.Goal, "signed", nothing), LessEqual(a, zero), Gap(-a)
    ),
    "an equivalence by a factor that may be zero": Fault(
        replaced(equations, "require_invertible", nothing), Iff(Equal(a * b, zero), Equal(b, zero)), Factor(a)
    ),
    "z3 asked without whether the sides are defined": Fault(
        replaced(solver.Encoder, "claimed", lambda self, statement: self.relation(statement, [], [])),
        LessEqual(Log(a), Log(a)),
        Cases(),
    ),
    "membership that is not argued": Fault(
        replaced(methods.Membership, "argue", nothing), Belongs(a, POSITIVE)
    ),
    "evidence without work": Fault(replaced(methods.NormalForm, "argue", nothing), Equal(a, b)),
}


@pytest.fixture(autouse=True)
def _no_rules_from_elsewhere() -> Iterator[None]:
    rewriting.own_rules.cache_clear()
    yield
    rewriting.own_rules.cache_clear()


def seen_by_the_judge(make: Callable[[], Step], plant: Callable[[Patch], None], patch: Patch) -> None:
    """Without the fault the statement is not shown; with it, it is, and the judge has the last word."""
    before = make()
    assert before.evidence[0].verdict is not Verdict.PROVED
    plant(patch)
    rewriting_rules = getattr(rewriting.own_rules, "cache_clear", None)
    if rewriting_rules is not None:
        rewriting_rules()
    argued, *_, judged = make().evidence
    assert argued.verdict is Verdict.PROVED, argued.detail
    assert judged.verdict is Verdict.REFUTED
    assert make().own is Verdict.REFUTED


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_planted_in_a_rule_is_seen(name: str, monkeypatch: Patch) -> None:
    fault = FAULTS[name]
    seen_by_the_judge(lambda: claimed(fault.statement, fault.by), fault.plant, monkeypatch)


@pytest.mark.parametrize("name", FAULTS)
def test_the_third_evaluator_sees_what_a_fault_lets_through(name: str) -> None:
    found = opinion(FAULTS[name].statement)
    assert not found.true
    assert "too few points" not in found.detail


@pytest.mark.parametrize(
    "name", ["a sign lost", "the exponential of a sum as a sum", "evidence without work"]
)
def test_the_algebra_of_scalars_sees_faults_of_the_kernel(name: str, monkeypatch: Patch) -> None:
    FAULTS[name].plant(monkeypatch)
    found = {evidence.engine: evidence.verdict for evidence in claimed(FAULTS[name].statement).evidence}
    assert found["indices"] is Verdict.PROVED
    assert found["scalars"] is Verdict.REFUTED


def test_a_fault_in_the_algebra_of_scalars_shows_nothing_by_itself(monkeypatch: Patch) -> None:
    """It is asked only about what the kernel has shown."""
    monkeypatch.setattr(Kernels, "sign", lambda self, factor: 1)
    monkeypatch.setattr(signs.Signs, "_defined", lambda self, expr: ())
    split = Equal(Log(a * b), Log(a) + Log(b))
    assert scalar_algebra.decide(split).verdict is Verdict.PROVED
    assert {evidence.engine for evidence in claimed(split).evidence} == {"indices", "instances"}
    assert claimed(split).own is Verdict.REFUTED


def test_there_are_faults_enough() -> None:
    assert len(FAULTS) >= 25


def test_a_range_condition_that_is_forgotten_is_missed(monkeypatch: Patch) -> None:
    """The range of an index is part of its type; what is forgotten is missing among the hypotheses."""
    picked = Equal(Sum(k, Delta(j, k) * u[k]), u[j])
    assert InRange(j) in claimed(picked).hypotheses
    monkeypatch.setattr(theory.Theory, "need_range", nothing)
    assert InRange(j) not in claimed(picked).hypotheses


def test_an_optimum_outside_of_the_domain_is_seen(monkeypatch: Patch) -> None:
    objective = -((t + 1) ** 2)
    outside = best(objective, t, -one, LessEqual(objective, -((-one + 1) ** 2)), Gap((t + 1) ** 2))
    seen_by_the_judge(outside, replaced(Bound, "_require_admissible", nothing), monkeypatch)


def test_an_optimum_that_moves_with_its_variable_is_seen(monkeypatch: Patch) -> None:
    objective = -(a * a)
    moving = best(objective, a, a / 2, LessEqual(objective, -(a / 2 * (a / 2))), Gap(3 * a**2 / 4))
    seen_by_the_judge(moving, replaced(methods.Goal, "reach", lambda self, *exprs: frozenset()), monkeypatch)


def test_an_instance_outside_of_the_domain_is_seen(monkeypatch: Patch) -> None:
    plant = replaced(instance, "_require_domain", nothing)
    seen_by_the_judge(instance_outside_the_domain, plant, monkeypatch)


def test_what_rests_on_a_fault_falls_with_it(monkeypatch: Patch) -> None:
    """The verdict of a derivation is that of its weakest step: nothing that was refuted is outvoted by later ones."""
    FAULTS["a transpose that does nothing"].plant(monkeypatch)
    proof = Proof("planted", 0, "", "", "", "")
    wrong = proof.claim("wrong", FAULTS["a transpose that does nothing"].statement, "")
    later = proof.claim("later", Equal(a + a, 2 * a), "", uses=[wrong])
    assert later.own is Verdict.PROVED
    assert later.verdict is Verdict.REFUTED
    assert proof.finish().verdict is Verdict.REFUTED


def test_entries_of_a_single_matrix_do_not_multiply(monkeypatch: Patch) -> None:
    """The places of a product are opened one by one: with one place for all, a product is taken entry by entry."""
    monkeypatch.setattr(algebra, "open_place", lambda size: terms.Place("%same", "D"))
    found = claimed(Equal(Trace(A @ B @ A), Sum(d, A[d, d] * B[d, d] * A[d, d])))
    assert found.own is Verdict.REFUTED
