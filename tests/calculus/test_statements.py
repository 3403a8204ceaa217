"""Laws of the statements: what fits, what is bound, and that renaming and instantiating cannot capture."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sample_symbols import A, K, N, i, k, l, v, z

from derivations.calculus.domains import OPEN_SIMPLEX, POSITIVE, SIMPLEX
from derivations.calculus.expressions import (
    Add,
    Exp,
    Expr,
    Index,
    IndexLike,
    Log,
    Member,
    Neg,
    ShapeError,
    Sum,
    as_expr,
    scalar,
    scalars,
)
from derivations.calculus.statements import (
    Belongs,
    Choice,
    Equal,
    Hypothesis,
    Iff,
    InRange,
    LessEqual,
    Maximum,
    Statement,
    expressions_of,
    instantiated,
    mapped,
    renamed,
)

(j,) = N.indices("j")
k_ = Index("k'", K)

s, t, u = (scalar(name, name) for name in "stu")
b = scalars("b", "b", (K,))
c = scalars("c", "c", (K, K))
weight = scalars("weight", "w", (K,), POSITIVE)
pi = scalars("pi", r"\pi", (K,), OPEN_SIMPLEX)

# ------------------------------------------------------------------------------ what fits

MISFITS: tuple[tuple[Callable[[], object], tuple[str, ...]], ...] = (
    (lambda: Equal(v, s), ("(D, 1)", "(1, 1)")),
    (lambda: Equal(v, v.T), ("(D, 1)", "(1, D)")),
    (lambda: Equal(v @ v.T, v), ("(D, D)", "(D, 1)")),
    (lambda: LessEqual(s, v), ("(1, 1)", "(D, 1)")),
    (lambda: LessEqual(A, A), ("(D, D)",)),
)


@pytest.mark.parametrize(("build", "said"), MISFITS)
def test_what_does_not_fit_is_refused_with_both_shapes(
    build: Callable[[], object], said: tuple[str, ...]
) -> None:
    with pytest.raises(ShapeError) as refusal:
        build()
    for words in said:
        assert words in str(refusal.value)


def test_nothing_is_decided_while_a_statement_is_built() -> None:
    for statement in (Equal(s, s), Equal(s + t, t + s), LessEqual(s, s + 1), Iff(Equal(s, t), Equal(t, s))):
        assert not isinstance(statement, bool)
    assert Equal(s, t) != Equal(t, s)
    assert LessEqual(s, t) != LessEqual(s, t, strict=True)


gibbs = Maximum(Sum(k, weight[k] * Log(pi[k])), (Choice(pi[k], weight[k] / Sum(l, weight[l])),))

READ: tuple[tuple[Statement, tuple[Expr, ...]], ...] = (
    (Equal(s, t), (s, t)),
    (LessEqual(s, t, strict=True), (s, t)),
    (Belongs(s, POSITIVE), (s,)),
    (Iff(Equal(s, t), LessEqual(t, u)), (s, t, t, u)),
    (InRange(k), ()),
    (gibbs, (gibbs.objective, pi[k], gibbs.choices[0].value)),
)


@pytest.mark.parametrize(("statement", "expected"), READ)
def test_the_expressions_of_a_statement(statement: Statement, expected: tuple[Expr, ...]) -> None:
    assert expressions_of(statement) == expected


@pytest.mark.parametrize("statement", [row[0] for row in READ])
def test_changing_nothing_gives_the_same_statement(statement: Statement) -> None:
    assert mapped(statement, lambda expr: expr) == statement
    assert renamed(statement, {}) == statement
    assert instantiated(statement, ()) == statement
    assert hash(mapped(statement, lambda expr: expr)) == hash(statement)


def test_a_change_reaches_every_expression() -> None:
    assert mapped(Iff(Equal(s, t), LessEqual(t, u)), Exp) == Iff(
        Equal(Exp(s), Exp(t)), LessEqual(Exp(t), Exp(u))
    )


def test_an_optimum_evaluates_its_objective_at_the_choices() -> None:
    found = gibbs.value
    assert found == Sum(k, weight[k] * Log(weight[k] / Sum(l, weight[l])))


def test_hypotheses_are_told_apart_by_their_witness() -> None:
    assert Hypothesis(Equal(s, t)) == Hypothesis(Equal(s, t))
    assert Hypothesis(Equal(s, t)) != Hypothesis(Equal(s, t), (Choice(s, t),))


# ------------------------------------------------------------------------------- renaming

RENAMED: tuple[tuple[Statement, dict[IndexLike, IndexLike], Statement], ...] = (
    (Equal(b[k], b[l]), {k: l, l: k}, Equal(b[l], b[k])),
    (LessEqual(b[k], s, strict=True), {k: l}, LessEqual(b[l], s, strict=True)),
    (Iff(Equal(b[k], s), Equal(b[l], t)), {k: l}, Iff(Equal(b[l], s), Equal(b[l], t))),
    (InRange(k), {k: l}, InRange(l)),
    (InRange(k), {l: k}, InRange(k)),
    (Belongs(weight[k], POSITIVE), {k: l}, Belongs(weight[l], POSITIVE)),
    (Belongs(weight[k], POSITIVE), {k: z[i]}, Belongs(weight[z[i]], POSITIVE)),
    # `over` is bound: it is not renamed, and it steps aside
    (Belongs(c[l, k], SIMPLEX, over=k), {l: k_}, Belongs(c[k_, k], SIMPLEX, over=k)),
    (Belongs(c[l, k], SIMPLEX, over=k), {k: l}, Belongs(c[l, k], SIMPLEX, over=k)),
    (Belongs(c[l, k], SIMPLEX, over=k), {l: k}, Belongs(c[k, k_], SIMPLEX, over=k_)),
    # so are the indices of a chosen variable
    (Maximum(b[l] * s, (Choice(b[k], c[k, l]),)), {k: l}, Maximum(b[l] * s, (Choice(b[k], c[k, l]),))),
    (Maximum(b[l] * s, (Choice(b[k], c[k, l]),)), {l: k}, Maximum(b[k] * s, (Choice(b[k_], c[k_, k]),))),
)  # fmt: skip


@pytest.mark.parametrize(("statement", "mapping", "expected"), RENAMED)
def test_renaming(statement: Statement, mapping: dict[IndexLike, IndexLike], expected: Statement) -> None:
    assert renamed(statement, mapping) == expected


def test_a_label_needs_no_range_condition() -> None:
    with pytest.raises(ShapeError, match="z is a label"):
        renamed(InRange(k), {k: z[i]})


# --------------------------------------------------------------------------- instantiating

INSTANCES: tuple[tuple[Statement, tuple[tuple[Member, Expr], ...], Statement], ...] = (
    (LessEqual(Log(t), t - 1), ((t, s / u),), LessEqual(Log(s / u), s / u - 1)),
    (LessEqual(Log(t), t - 1), ((t, t + 1),), LessEqual(Log(t + 1), Add((t + 1, Neg(as_expr(1)))))),
    (Equal(s, t), ((s, t), (t, s)), Equal(t, s)),
    (Equal(s + t, u), ((s, t), (t, u), (u, s)), Equal(t + u, s)),
    (Equal(b[k], s), ((b[l], weight[l] * t),), Equal(weight[k] * t, s)),
    (Equal(Sum(k, b[k]), s), ((s, weight[k]),), Equal(Sum(k_, b[k_]), weight[k])),
    (Belongs(c[l, k], SIMPLEX, over=k), ((c[k, l], b[k] * b[l]),), Belongs(b[l] * b[k], SIMPLEX, over=k)),
    (
        Maximum(s * Log(pi[k]), (Choice(pi[k], weight[k]),)),
        ((s, t), (weight[k], b[k] / u)),
        Maximum(t * Log(pi[k]), (Choice(pi[k], b[k] / u),)),
    ),
)


@pytest.mark.parametrize(("statement", "values", "expected"), INSTANCES)
def test_instantiating(
    statement: Statement, values: tuple[tuple[Member, Expr], ...], expected: Statement
) -> None:
    assert instantiated(statement, values) == expected


def test_indices_that_a_statement_binds_step_aside_from_a_value() -> None:
    over = instantiated(Belongs(s * b[k], SIMPLEX, over=k), ((s, weight[k]),))
    assert over == Belongs(weight[k] * b[k_], SIMPLEX, over=k_)
    best = instantiated(Maximum(s * pi[l], (Choice(pi[k], s * b[k]),)), ((s, weight[k]),))
    assert best == Maximum(weight[k] * pi[l], (Choice(pi[k_], weight[k] * b[k_]),))


REFUSED: tuple[tuple[Statement, tuple[Member, Expr], str], ...] = (
    (Equal(s, t), (s, v), "(D, 1)"),
    (gibbs, (pi[k], b[k]), "pi varies there"),
    (gibbs, (weight[k], pi[k]), "weight: pi varies there"),
)


@pytest.mark.parametrize(("statement", "value", "said"), REFUSED)
def test_a_value_that_changes_what_is_meant_is_refused(
    statement: Statement, value: tuple[Member, Expr], said: str
) -> None:
    with pytest.raises(ShapeError) as refusal:
        instantiated(statement, (value,))
    assert said in str(refusal.value)
