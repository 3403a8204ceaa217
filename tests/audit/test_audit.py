"""The audit: what its operators change, what its third evaluator sees, and that nothing false gets through."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from derivations.audit import runner
from derivations.audit.equivalents import EQUIVALENT, KEPT
from derivations.audit.judging import Outcome, outcome
from derivations.audit.mutants import DROPPED, KINDS, LARGER, mutants
from derivations.audit.operators import SLIPS, View
from derivations.audit.runner import audit, sample, subjects
from derivations.audit.sameness import Reader
from derivations.audit.subjects import AXIOM_TABLE, PRINTED, Subject
from derivations.audit.summary import Summary, per_engine
from derivations.audit.third import opinion, values
from derivations.audit.third.grids import Grid
from derivations.audit.third.ground import forget
from derivations.audit.third.numbers import MINUS_INFINITY, NoValueError, context, log, plus, real, same
from derivations.audit.third.values import Point, value
from derivations.calculus import domains, instances
from derivations.calculus import expressions as ex
from derivations.calculus.evidence import ALL_SIZES, Evidence, Verdict
from derivations.calculus.expressions import (
    Abs,
    Add,
    AssignmentSum,
    At,
    Bracket,
    Component,
    Delta,
    Det,
    Div,
    Exp,
    Expr,
    First,
    Gradient,
    Identity,
    Log,
    LogDet,
    LogSumExp,
    MatMul,
    Median,
    Member,
    Minimum,
    Mul,
    Neg,
    Number,
    Ordered,
    Pow,
    Product,
    Sum,
    Symbol,
    Trace,
    WeightedLog,
    Zero,
    inv,
    matrix,
    quadratic,
    scalar,
    scalars,
    sizes,
    sum_over,
    vector,
    vectors,
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
from reports.audit import main

N, K, D = sizes("N K D")
i, n = N.indices("i n")
k, j = K.indices("k j")
d, e = D.indices("d e")
half, zero, one, two = (Number(Fraction(number)) for number in (Fraction(1, 2), 0, 1, 2))
a, b = scalar("a", "a"), scalar("b", "b")
s, t = scalar("s", "s", domains.NONNEGATIVE), scalar("t", "t", domains.POSITIVE)
u, w = scalars("u", "u", (K,)), scalars("w", "w", (K,), domains.NONNEGATIVE)
c = scalars("c", "c", (K, K))
pi, gamma = scalars("pi", r"\pi", (K,), domains.SIMPLEX), scalars("gamma", "g", (N, K), domains.SIMPLEX)
x, v = vectors("x", "x", (N,), D), vector("v", "v", D)
A, S = matrix("A", "A", D), matrix("S", "S", D, domain=domains.SYMMETRIC)
P = matrix("P", "P", D, domain=domains.DEFINITE)
z = Symbol("z", "z", (N,), domain=domains.LABEL, labels=K)


# ----------------------------------------------------------------------- nothing false gets through


def test_no_false_statement_is_let_through() -> None:
    everything = [*(name for each in found() for name in (each, each + PRINTED)), AXIOM_TABLE]
    summary = Summary(tuple(audit(everything, 500, seed=3, processes=2)))
    assert summary.together.made == 500
    assert [(o.name, o.why) for o in summary.survivors] == []
    assert [o.name for o in summary.disagreements] == []
    assert [o.name for o in summary.unneeded] == []
    assert summary.together.unknown <= 10
    assert summary.together.refuted >= 300


def test_a_false_statement_that_is_let_through_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """With engines that accept everything, the third evaluator is the last to see what is false."""
    accepted = Evidence("indices", "normal form", ALL_SIZES, Verdict.PROVED)
    checked = Evidence("instances", "exact", "values", Verdict.CHECKED)
    monkeypatch.setattr(Context, "argued", lambda *given: accepted)
    for judge in ("check", "necessity"):
        monkeypatch.setattr(instances, judge, lambda *given, **more: checked)
    summary = Summary(tuple(audit(["mixture_moments"], 40, seed=1)))
    assert summary.together.refuted == 0
    assert len(summary.survivors) > 20
    assert not summary.sound
    assert per_engine(summary.outcomes)["indices"].wrongly == len(summary.survivors)


def test_rules_that_show_what_instances_refute_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Together that is REFUTED, and yet the rules are wrong."""
    accepted = Evidence("indices", "normal form", ALL_SIZES, Verdict.PROVED)
    monkeypatch.setattr(Context, "argued", lambda *given: accepted)
    summary = Summary(tuple(audit(["mixture_moments"], 20, seed=1)))
    assert summary.survivors == []
    assert len(summary.disagreements) > 10
    assert not summary.sound


# -------------------------------------------------------------------------------------- operators

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


# ------------------------------------------------------------------------------ sampling and state


def test_a_sample_depends_on_its_seed_alone_and_is_fair() -> None:
    first, again, other = (
        [m.name for m, _ in zip(sample(["gmm_mstep"], seed), range(200), strict=False)] for seed in (1, 1, 2)
    )
    assert first == again != other
    claims = [name.split(":")[1] for name in first]
    assert max(map(claims.count, claims)) - min(map(claims.count, claims)) <= 1
    assert len({name.split(":")[2] for name in first}) > 15


def test_processes_make_no_difference() -> None:
    alone, together = (audit([AXIOM_TABLE], 24, seed=5, processes=p) for p in (1, 2))
    assert [(o.name, o.together) for o in alone] == [(o.name, o.together) for o in together]


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = audit([AXIOM_TABLE], 12, seed=5, state=tmp_path)
    (kept,) = tmp_path.iterdir()
    lines = kept.read_text("utf-8").splitlines()
    kept.write_text("\n".join(lines[:-1]) + "\n" + lines[-1][:20], "utf-8")  # stopped in the middle of a line
    judged: list[str] = []

    def counted(mutant: Any) -> Outcome | None:
        judged.append(mutant.name)
        return outcome(mutant)

    monkeypatch.setattr(runner, "outcome", counted)
    after = audit([AXIOM_TABLE], 12, seed=5, state=tmp_path)
    assert [(o.name, o.together) for o in after] == [(o.name, o.together) for o in before]
    assert len(judged) == 1
    monkeypatch.setattr(runner, "_digest", lambda: "other sources")
    audit([AXIOM_TABLE], 3, seed=5, state=tmp_path)
    assert len(judged) == 4


def test_a_mutant_that_takes_too_long_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(mutant: Any) -> None:
        while True:
            pass

    monkeypatch.setattr(runner, "LONGEST", 0.05)
    monkeypatch.setattr(runner, "outcome", endless)
    (found,) = audit([AXIOM_TABLE], 1)
    assert found.together is Verdict.UNKNOWN
    assert "too long" in found.why


@pytest.mark.parametrize("label", EQUIVALENT, ids=lambda label: ":".join(label[:2]))
def test_a_labelled_equivalent_is_a_mutant_and_the_third_evaluator_agrees(
    label: tuple[str, str, str],
) -> None:
    derivation, name, shown = label
    (subject,) = (one for one in subjects(derivation) if one.name == name)
    mutant = next(m for m in mutants(subject) if text(m.statement, ascii=True) == shown)
    found = outcome(mutant)
    assert found is not None
    assert found.accepted
    assert found.why == EQUIVALENT[label]
    assert opinion(mutant.statement, subject.definitions, subject.assumed).true
    assert EQUIVALENT[label].endswith(".")


# ------------------------------------------------------------------------------------- the command


def test_the_command_says_how_many_were_let_through(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--sample", "8", "--derivation", AXIOM_TABLE, "-j", "1"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("8 mutants in ")
    assert "together" in out


def test_json_has_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--sample", "8", "--derivation", AXIOM_TABLE, "-j", "1", "--json"]) == 0
    out, err = capsys.readouterr()
    figures = json.loads(out)
    assert err == ""
    assert figures["mutants"] == 8
    assert figures["mutants"] == figures["refuted"] + figures["unknown"] + figures["accepted"]
    assert figures["accepted"] == figures["equivalent"] + len(figures["survivors"])
    assert figures["per_engine"]["instances"]["made"] == 8


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--derivation", "gmm_mstpe"], "did you mean gmm_mstep?"),
        (["--sample", "many"], "expected a number of mutants, got 'many'"),
        (["-j", "0"], "expected a number of processes, got '0'"),
        (["--samples", "5"], "--samples"),
        (["--slip", "typo"], "invalid choice: 'typo'"),
    ],
)
def test_a_usage_error_is_one_line(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert complaint in err


def test_a_survivor_fails_the_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    false = Outcome("a:b:sign:0", "sign", "indices", *(Verdict.PROVED,) * 3, why="N=1: false")
    monkeypatch.setattr("reports.audit.audit", lambda *given: [false])
    assert main(["--sample", "1"]) == 1
    assert "Let through:\n  a:b:sign:0  (PROVED) N=1: false" in capsys.readouterr().out


# ------------------------------------------------------------------------------ the third evaluator


def fractions(rows: list[list[Any]]) -> Grid:
    return [[Fraction(entry) for entry in row] for row in rows]


def column(*entries: int) -> Grid:
    return fractions([[entry] for entry in entries])


POINT = Point(
    {N: 2, K: 3, D: 2},
    {
        a.symbol: {(): fractions([[3]])},
        b.symbol: {(): fractions([[-2]])},
        s.symbol: {(): fractions([[0]])},
        t.symbol: {(): fractions([[4]])},
        u: {(0,): fractions([[2]]), (1,): fractions([[-1]]), (2,): fractions([[-1]])},
        w: {(0,): fractions([[1]]), (1,): fractions([[0]]), (2,): fractions([[1]])},
        v.symbol: {(): column(1, 2)},
        x: {(0,): column(1, 0), (1,): column(3, 5)},
        A.symbol: {(): fractions([[1, 2], [3, 5]])},
        S.symbol: {(): fractions([[2, 1], [1, 3]])},
        z: {(0,): fractions([[2]]), (1,): fractions([[1]])},
    },
)
HERE: values.Env = {k: 1, j: 1, i: 0, n: 1, d: 0, e: 1}
BY_HAND: tuple[tuple[Expr, Any], ...] = (
    (N + K, 5),
    (Add((a, b)), 1),
    (Neg(a), -3),
    (Mul((a, b, b)), 12),
    (Div(a, t), Fraction(3, 4)),
    (Pow(b, Number(Fraction(-3))), Fraction(-1, 8)),
    (Pow(t, half), 2),
    (Delta(k, j), 1),
    (Delta(d, e), 0),
    (Ordered(d, e), 1),
    (Ordered(e, d), 0),
    (Component(A, (d, e)), 2),
    (Component(A.T, (d, e)), 3),
    (v.T @ A @ v, 1 + 4 + 6 + 20),
    (Trace(A @ S), 4 + 18),
    (Det(A), -1),
    (Component(inv(A), (d, e)), 2),
    (Component(Identity(D) + A, (d, d)), 2),
    (Component(Zero((D, D)), (d, d)), 0),
    (Abs(b), 2),
    (Bracket(b, "<", a), 1),
    (Bracket(a, "=", b), 0),
    (Bracket(a, "<=", a), 1),
    (Sum(k, u[k]), 0),
    (Product(k, u[k]), 2),
    (Minimum(k, u[k]), -1),
    (First(k, u[k], j), 1),
    (Sum(j, First(k, u[k], j)), 1),
    (Median(k, u[k], w[k]), -1),
    (Median(k, u[k], 0 * w[k]), 0),
    (u[z[i]], -1),
    (Sum(i, u[z[i]]), 1),
    (AssignmentSum(z, Product(i, u[z[i]] + 1)), (2 - 1 - 1 + 3) ** 2),
    (WeightedLog(s, s), 0),
    (WeightedLog(t, s), MINUS_INFINITY),
    (WeightedLog(two, one), 0),
    (At(a * b, b, a + 1), 12),
    (Gradient(a**3, a), 27),
    (Gradient(Gradient(a**3, a), a), 18),
    (Component(Gradient(quadratic(v, A), v), (d,)), 2 * 1 + 5 * 2),
    (Component(Gradient(Trace(A @ S), S), (d, e)), Fraction(5, 2)),
    (Component(Gradient(Trace(A @ S), A), (d, e)), 1),
    (Exp(Log(t)), 4),
    (Log(Exp(a)), 3),
    (LogSumExp(k, Log(w[k] + 1)), None),
    (LogDet(A), 0),
    (ex.CirclePi() - ex.CirclePi(), 0),
)


@pytest.mark.parametrize(("expr", "expected"), BY_HAND)
def test_the_third_evaluator_agrees_with_a_computation_by_hand(expr: Expr, expected: Any) -> None:
    ((found,),) = value(expr, POINT, {**HERE})
    expected = (
        log(Fraction(5))
        if expected is None
        else Fraction(expected)
        if isinstance(expected, int)
        else expected
    )
    assert same(found, expected, 1)


def test_the_third_evaluator_knows_every_node() -> None:
    def kinds(kind: type[Expr]) -> set[type[Expr]]:
        return {kind}.union(*(kinds(sub) for sub in kind.__subclasses__()))

    abstract = {Expr, ex.Binder, ex.SquareFunction, ex.ScalarFunction}
    ours = {kind for kind in kinds(Expr) if kind.__module__.startswith(ex.__name__)}
    assert set(values.RULES) == ours - abstract
    assert {type(node) for expr, _ in BY_HAND for node in ex.walk(expr)} >= set(values.RULES) - {Member}


UNDEFINED: tuple[Expr, ...] = (
    Div(a, s),
    Log(s),
    Log(b),
    Component(inv(v @ v.T), (d, e)),
    LogDet(v @ v.T),
    WeightedLog(b, t * 0),
    Pow(s, Number(Fraction(-1))),
    Pow(b, half),
    WeightedLog(t, s) - WeightedLog(t, s),
    Gradient(WeightedLog(t, s), t),
)


@pytest.mark.parametrize("expr", UNDEFINED)
def test_what_has_no_value_is_no_number(expr: Expr) -> None:
    with pytest.raises(NoValueError):
        value(expr, POINT, {**HERE})


def test_what_cancels_is_zero() -> None:
    third = real(Fraction(1, 3))
    assert plus(plus(third, third), plus(third, Fraction(-1))) == 0
    assert plus(context.mpf(10) ** -400, Fraction(0)) > 0


gap = LessEqual(Log(t), t - 1)
TRUE: tuple[Statement, ...] = (
    Equal((a + b) ** 2, a**2 + 2 * a * b + b**2),
    Equal(Sum(k, gamma[i, k]), one),
    Equal(Gradient(LogDet(P), P), inv(P)),
    gap,
    Iff(Equal(2 * a, b), Equal(a, b / 2)),
    Belongs(gamma[i, k], domains.SIMPLEX, k),
    Belongs(inv(P), domains.DEFINITE),
    Maximum(-((a - b) ** 2), (Choice(a, b),)),
    Maximum(Sum(k, WeightedLog(pi[k], pi[k])), (Choice(pi[k], Delta(k, j)),)),
    LessEqual(Gradient(Gradient(a + b, a), b), zero),
    Limit(Exp(-1 / t), t, "zero", zero),
    Limit(a / t, t, "infinity", zero),
)
FALSE: tuple[Statement, ...] = (
    Equal((a + b) ** 2, a**2 + b**2),
    Equal(A, A.T),
    Equal(Sum(k, w[k]), one),
    Equal(a / a, one),
    LessEqual(Log(t), t - 1, strict=True),
    LessEqual(Gradient(Gradient(a + b, a), b), zero, strict=True),
    LessEqual(zero, a),
    Iff(Equal(a * b, zero), Equal(a, zero)),
    Belongs(A, domains.SYMMETRIC),
    Belongs(S, domains.SEMIDEFINITE),
    Belongs(gamma[i, k], domains.SIMPLEX, i),
    Belongs(A, domains.INVERTIBLE),
    Maximum(-((a - b) ** 2), (Choice(a, 2 * b),)),
    Maximum(-((t + 1) ** 2), (Choice(t, -one),)),
    Limit(Exp(1 / t), t, "zero", zero),
    Limit(t, t, "infinity", zero),
)


@pytest.mark.parametrize("statement", TRUE)
def test_the_third_evaluator_finds_what_is_true(statement: Statement) -> None:
    found = opinion(statement)
    assert found.true, found
    assert found.points >= 20


@pytest.mark.parametrize("statement", FALSE)
def test_the_third_evaluator_finds_what_is_false(statement: Statement) -> None:
    assert not opinion(statement).true


def test_the_third_evaluator_heeds_hypotheses_definitions_and_witnesses() -> None:
    positive = Hypothesis(Belongs(a, domains.POSITIVE))
    assert opinion(Equal(a / a, one), hypotheses=[positive]).true
    assert isinstance(b, Member)
    assert opinion(Equal(b, a**2), definitions=[(b, a**2)]).true
    flat = Hypothesis(Equal(S @ v, Zero((D, 1))), (Choice(v, 0 * v),))
    assert opinion(Equal(quadratic(v, S), zero), hypotheses=[flat]).true
    impossible = Hypothesis(LessEqual(a**2, -one))
    found = opinion(Equal(a, b), hypotheses=[impossible])
    assert not found.true
    assert "too few" in found.detail


PLANTED: tuple[tuple[type[Expr], Callable[..., Any], Statement], ...] = (
    (
        ex.Transpose,
        lambda node, at, env: value(node.body, at, env),
        Equal(Trace(A.T @ A), sum_over(d, e, A[d, e] ** 2)),
    ),
    (Neg, lambda node, at, env: value(node.body, at, env), Equal(Add((a, Neg(a))), zero)),
    (Gradient, lambda node, at, env: [[Fraction(1)]], Equal(Gradient(a**2, a), 2 * a)),
    (Sum, lambda node, at, env: value(node.body, at, {**env, node.index: 0}), Equal(Sum(k, one), K)),
)


@pytest.mark.parametrize(("kind", "rule", "true"), PLANTED)
def test_a_fault_planted_in_the_third_evaluator_is_seen(
    kind: type[Expr], rule: Callable[..., Any], true: Statement, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert opinion(true).true
    monkeypatch.setitem(values.RULES, kind, rule)
    forget()
    assert not opinion(true).true
    forget()


def test_the_third_evaluator_confirms_every_claim() -> None:
    """Three evaluators, written apart: what is proved and checked is true for the third one too."""
    for subject in subjects("gmm_mstep"):
        found = opinion(subject.statement, subject.definitions, subject.assumed)
        assert found.true, (subject.name, found)
