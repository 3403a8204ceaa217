"""The slips that the audit makes: what each changes, where, and of what."""

from __future__ import annotations

from dataclasses import replace

import pytest
from audit_symbols import (
    A,
    D,
    K,
    N,
    P,
    S,
    a,
    b,
    c,
    d,
    e,
    gamma,
    half,
    i,
    j,
    k,
    n,
    one,
    s,
    t,
    two,
    u,
    v,
    z,
    zero,
)

from derivations.audit.equivalents import KEPT
from derivations.audit.judging import outcome
from derivations.audit.mutants import DROPPED, KINDS, LARGER, mutants
from derivations.audit.operators import SLIPS, View
from derivations.audit.runner import sample, subjects
from derivations.audit.sameness import Reader
from derivations.audit.subjects import AXIOM_TABLE, PRINTED, Subject
from derivations.calculus import domains
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Bracket,
    Component,
    Delta,
    Div,
    Expr,
    Gradient,
    Identity,
    Log,
    LogDet,
    MatMul,
    Mul,
    Neg,
    Ordered,
    Pow,
    Product,
    Sum,
    Symbol,
    Trace,
    WeightedLog,
    Zero,
    inv,
)
from derivations.calculus.notation import text
from derivations.calculus.statements import (
    Belongs,
    Choice,
    Equal,
    Hypothesis,
    Iff,
    LessEqual,
    Limit,
    Maximum,
    Statement,
)
from derivations.discovery import found
from derivations.proof.arguing import Argument, Context
from derivations.proof.methods import NormalForm

VIEW = View((k, j, i, d, e), (Symbol("old", "o", (K,)), u), (D, K, N))

SAYS: tuple[tuple[str, Expr, Expr], ...] = (
    ("sign", a, Neg(a)),
    ("sign", Neg(a), a),
    ("factor two", a, Mul((two, a))),
    ("factor one half", v, Mul((half, v))),
    ("lost term", a + b + t, a + t),
    ("lost factor", Mul((a, b)), b),
    ("lost factor", MatMul((A, S)), A),
    ("lost factor", Div(a, t), a),
    ("extra factor", Div(a, t), Div(a, Mul((t, t)))),
    ("extra factor", Mul((a, b)), Mul((a, b, b))),
    ("another number", two, one),
    ("another power", Pow(a, two), a),
    ("another index", u[k], u[j]),
    ("another index", Delta(k, j), Delta(j, j)),
    ("another index", gamma[i, z[i]], gamma[n, z[i]]),
    ("another index", Gradient(a, u[k]), Gradient(a, u[j])),
    ("another index", Component(A, (d, e)), Component(A, (e, e))),
    ("exchanged indices", Component(A, (d, e)), Component(A, (e, d))),
    ("exchanged indices", Ordered(d, e), Ordered(e, d)),
    ("another bound variable", Sum(k, u[k]), Sum(j, u[k])),
    ("lost sum", Sum(k, u[k]), u[k]),
    ("range off by one", Sum(k, u[k]), Sum(k, (1 - Delta(k, j)) * u[k])),
    ("range off by one", N, N - 1),
    ("another range", N, K),
    ("lost delta", Delta(k, j), one),
    ("exchanged arguments", Div(a, t), Div(t, a)),
    ("exchanged arguments", Pow(a, two), Pow(two, a)),
    ("exchanged arguments", MatMul((A, S)), MatMul((S, A))),
    ("exchanged arguments", WeightedLog(s, t), WeightedLog(t, s)),
    ("exchanged arguments", Bracket(a, "<", b), Bracket(b, "<", a)),
    ("transpose", A, A.T),
    ("transpose", A.T, A),
    ("transpose", v.T @ v, MatMul((v, v.T))),
    ("inverse", inv(P), P),
    ("inverse", P, inv(P)),
    ("another function", Log(t), t),
    ("another function", LogDet(P), Trace(P)),
    ("another function", Bracket(a, "<", b), Bracket(a, "<=", b)),
    ("another function", Sum(k, u[k]), Product(k, u[k])),
    ("unit for zero", Zero((D, D)), Identity(D)),
    ("another quantity", u[k], Symbol("old", "o", (K,))[k]),
)


@pytest.mark.parametrize(("slip", "before", "after"), SAYS)
def test_a_slip_changes_what_it_says(slip: str, before: Expr, after: Expr) -> None:
    made = list(SLIPS[slip](before, View((n, *VIEW.indices), VIEW.symbols, VIEW.sizes)))
    assert after in made or (slip == "transpose" and made)
    assert before not in made


def test_every_slip_is_in_the_table_of_examples() -> None:
    assert {slip for slip, _, _ in SAYS} == set(SLIPS)


def a_subject(statement: Statement, *assumed: Statement) -> Subject:
    return Subject("sample", "claim", statement, tuple(map(Hypothesis, assumed)), Context())


def made(statement: Statement, slip: str, *assumed: Statement) -> list[Statement]:
    return [m.statement for m in mutants(a_subject(statement, *assumed)) if m.slip == slip]


def test_relations_are_changed_too() -> None:
    below = LessEqual(a, b)
    assert made(below, "strict for weak") == [LessEqual(a, b, strict=True)]
    assert made(below, "the other way round") == [LessEqual(b, a)]
    assert made(Limit(a, t, "zero", b), "the wrong direction") == [Limit(a, t, "infinity", b)]
    assert Belongs(a, domains.POSITIVE) in made(Belongs(a, domains.NONNEGATIVE), "a smaller domain")
    assert made(Belongs(c[k, j], domains.SIMPLEX, j), "a sum over another index") == [
        Belongs(c[k, j], domains.SIMPLEX, k)
    ]
    assert made(Maximum(a, (Choice(b, zero),)), "a minimum") == [Maximum(-a, (Choice(b, zero),))]
    assert made(Iff(Equal(a, b), Equal(b, t)), "one side alone") == [Equal(a, b), Equal(b, t)]


SAME: tuple[tuple[Statement, Statement], ...] = (
    (Equal(a, -(t * b)), Equal(a, t * -b)),
    (Equal(2 * a, b), Equal(a, half * b)),
    (Equal(a, b), Equal(b, a)),
    (LessEqual(2 * a, b), LessEqual(a, b / 2)),
    (Equal(-a + b, zero), Equal(zero, a - b)),
    (Equal(a * (b * t), one), Equal(t * a * b, one)),
    (Equal(Sum(k, 3 * u[k]), a), Equal(3 * Sum(k, u[k]), a)),
    (Equal((-A) @ (2 * S), A), Equal(-2 * (A @ S), A)),
    (Equal((-a) ** 2 / -t, b), Equal(-(a**2) / t, b)),
    (Iff(Equal(a, b), Equal(b, t)), Iff(Equal(t, b), Equal(a, b))),
)
DIFFERENT: tuple[tuple[Statement, Statement], ...] = (
    (LessEqual(a, b), LessEqual(-a, -b)),
    (LessEqual(a, b), LessEqual(b, a)),
    (LessEqual(a, b), LessEqual(a, b, strict=True)),
    (Equal(A @ S, A), Equal(S @ A, A)),
    (Equal(a**3, b), Equal((-a) ** 3, b)),
    (Equal(Log(2 * t), a), Equal(2 * Log(t), a)),
    (Equal(Sum(k, u[k]), a), Equal(Sum(k, u[j]), a)),
    (Equal(a - b, t), Equal(a + b, t)),
    (Equal(0 * a / t, zero), Equal(0 * a / b, zero)),
    (Limit(a, t, "zero", b), Limit(a, t, "infinity", b)),
    (Maximum(-a, (Choice(a, b),)), Maximum(a, (Choice(a, b),))),
)


def test_mutants_that_say_the_same_are_one() -> None:
    for first, second in SAME:
        reader = Reader()
        assert reader.says(first) == reader.says(second), (first, second)
    for first, second in DIFFERENT:
        reader = Reader()
        assert reader.says(first) != reader.says(second), (first, second)


def test_hypotheses_are_dropped_and_domains_made_larger() -> None:
    positive = Belongs(a, domains.POSITIVE)
    found = mutants(a_subject(LessEqual(zero, a * t), positive))
    assert [m.dropped for m in found if m.slip == "dropped hypothesis"] == [Hypothesis(positive)]
    larger = [m.larger for m in found if m.slip == "larger domain"]
    assert (t.symbol, domains.NONNEGATIVE) in larger
    assert all(symbol.name != "a" for symbol, _ in filter(None, larger))


def test_slips_are_made_at_every_node_of_every_part() -> None:
    found = made(Maximum(Sum(k, a + u[k]), (Choice(a, t + 1),)), "sign")
    assert Maximum(Sum(k, a + Neg(u[k])), (Choice(a, t + 1),)) in found
    assert Maximum(Sum(k, a + u[k]), (Choice(a, Neg(t) + 1),)) in found
    nested = made(Iff(Equal(a, zero), Equal(b + a, zero)), "lost term")
    assert nested == [Iff(Equal(a, zero), Equal(a, zero)), Iff(Equal(a, zero), Equal(b, zero))]


def test_printed_lines_that_hold_are_subjects() -> None:
    lines = subjects("gmm_mstep" + PRINTED)
    assert len(lines) > 20
    assert all(line.argument is not None for line in lines)


def test_mutants_of_the_sheet_are_at_least_five_thousand() -> None:
    assert sum(len(mutants(subject)) for name in found() for subject in subjects(name)) >= 5_000


def test_every_kind_of_slip_can_be_asked_for() -> None:
    made_of = {m.slip for name in found() for subject in subjects(name) for m in mutants(subject)}
    assert made_of <= set(KINDS)
    assert {m.slip for m in sample([AXIOM_TABLE], 0, LARGER)} == {LARGER}


def test_every_hypothesis_has_a_counterexample_without_it() -> None:
    """Those that have none are kept for a reason that is said."""
    kept = set()
    for name in (name for each in found() for name in (each, each + PRINTED)):
        for mutant in (m for subject in subjects(name) for m in mutants(subject) if m.slip == DROPPED):
            result = outcome(mutant)
            assert result is not None
            assert mutant.dropped is not None
            if result.together is not Verdict.REFUTED:
                assert result.together is not Verdict.PROVED, mutant.name
                kept.add((name, mutant.subject.name, text(mutant.dropped.statement, ascii=True)))
    assert kept == set(KEPT)


def test_a_derivative_by_a_symbol_of_a_larger_domain_is_that_of_the_larger_domain() -> None:
    """By a symmetric matrix it is symmetric, by a general one it is not: only the latter is -inv(M)' A inv(M)'."""
    statement = Equal(Gradient(Trace(inv(P) @ S), P), -(inv(P).T @ S @ inv(P).T))
    subject = replace(a_subject(statement), argument=Argument(NormalForm()))
    (mutant,) = (m for m in mutants(subject) if m.larger == (P.symbol, domains.INVERTIBLE))
    found = outcome(mutant)
    assert found is not None
    assert found.together is Verdict.PROVED
    assert found.equivalent
