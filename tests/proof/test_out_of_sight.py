"""False statements that look true to every draw: what is false in them is multiplied by a number that is 0 there.

An adversary wrote them. The judge cannot help: so the rules alone must not show them.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from derivations.calculus.domains import (
    DEFINITE,
    INVERTIBLE,
    LABEL,
    NONNEGATIVE,
    POSITIVE,
    REAL,
    SEMIDEFINITE,
    SIMPLEX,
)
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    AssignmentSum,
    At,
    Bracket,
    Delta,
    Expr,
    Gradient,
    Log,
    LogDet,
    Number,
    Product,
    Sum,
    Symbol,
    Trace,
    WeightedLog,
    Zero,
    inv,
    matrices,
    matrix,
    scalar,
    scalars,
    sizes,
    vector,
)
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, LessEqual, Limit, Maximum
from derivations.proof.methods import Bound, Cases, Gap
from derivations.proof.methods.limits import Composed
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

N, K, D = sizes("N K D")
i, m, p = N.indices("i m p")
k, j = K.indices("k j")
d, e = D.indices("d e")
a, b, c, x, y = (scalar(name, name) for name in "abcxy")
v = scalar("v", "v", POSITIVE)
z = Symbol("z", "z", (N,), domain=LABEL, labels=K)
f = scalars("f", "f", (K,))
ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))
EDGE = v * 0 + Number(Fraction(10**7)) ** 3  # in a form that names no such number
FAR = scalar("far", "far")
JUMP = Bracket(EDGE + FAR**2, "<=", b)  # 0 at every draw


def proof() -> Proof:
    return Proof("false", 9, "", "", "", "")


def claimed(left: Expr, right: Expr, *given: Hypothesis) -> Step:
    return proof().claim("false", Equal(left, right), "", given=given)


def row_put_in_for_a_row() -> Step:
    """The entries of a row stand in columns."""
    row, M = Symbol("r", "r", (), (1, D))[()], matrix("A", "A", D)
    w, u = vector("w", "w", D), vector("u", "u", D)
    return claimed(At(JUMP * (row @ w), row, u.T @ M), At(JUMP * (row @ w), row, u.T @ M.T))


def by_entries(body: Expr) -> Expr:
    B = matrix("B", "B", D)
    return Gradient(Sum(d, Sum(e, B[d, e] * body)), B)


S = matrices("S", "S", (D,), D, DEFINITE)
OF_INVERSES, OF_THEMSELVES = by_entries(inv(S[d])[d, e]), by_entries(S[d][d, e])
BOTH = [Hypothesis(Belongs(M, INVERTIBLE)) for M in (OF_INVERSES, OF_THEMSELVES)]


def inverse_of_rows_of_inverses() -> Step:
    """Each row is one of another inverse: the whole is no inverse."""
    return claimed(JUMP * inv(OF_INVERSES), JUMP * OF_THEMSELVES, BOTH[0])


def determinant_of_rows_of_inverses() -> Step:
    return claimed(JUMP * LogDet(OF_INVERSES), -JUMP * LogDet(OF_THEMSELVES), *BOTH)


def component_that_weights_speak_of() -> Step:
    """The component of the sum is another one than the free one in the weights."""
    g = scalars("g", "g", (N, K, K), SIMPLEX)
    mean = AssignmentSum(z, Product(i, g[i, k, z[i]]) * Sum(i, JUMP * f[z[i]]))
    return claimed(mean, Sum(i, Sum(j, g[i, j, j] * (JUMP * f[j]))))


def point_that_weights_speak_of() -> Step:
    h = scalars("h", "h", (N, N, K), SIMPLEX)
    mean = AssignmentSum(z, Product(i, h[m, i, z[i]]) * Sum(m, JUMP * f[z[m]]))
    return claimed(mean, Sum(i, Sum(j, h[i, i, j] * (JUMP * f[j]))))


def mean_of(part: Expr) -> Expr:
    pi = scalars("pi", "pi", (K,), SIMPLEX)
    return AssignmentSum(z, Product(i, pi[z[i]]) * part)


MATRICES = matrices("M", "M", (K,), D)


def mean_of_sums_of_matrices() -> Step:
    """A mean of matrices is a matrix, with entries of its own."""
    return claimed(mean_of(Sum(i, JUMP * MATRICES[z[i]])), mean_of(Sum(i, JUMP * MATRICES[z[i]].T)))


def mean_of_a_matrix() -> Step:
    return claimed(mean_of(JUMP * MATRICES[z[p]]), mean_of(JUMP * MATRICES[z[p]].T))


def slope_at_the_end_of_a_domain() -> Step:
    edge = scalar("x", "x", NONNEGATIVE)
    term = WeightedLog(edge + 1 - JUMP, edge + 1 - JUMP)
    return claimed(Gradient(term - term, edge), ZERO)


def slope_at_the_end_of_a_domain_that_a_hypothesis_repeats() -> Step:
    """That a number is real does not keep it away from zero."""
    edge = scalar("x", "x", NONNEGATIVE)
    term = WeightedLog(edge + 1 - JUMP, edge + 1 - JUMP)
    return claimed(Gradient(term - term, edge), ZERO, Hypothesis(Belongs(edge, REAL)))


def slope_where_one_of_many_is_kept_inside() -> Step:
    """Of the entries on the diagonal alone something is assumed."""
    edge = scalars("x", "x", (K, K), NONNEGATIVE)
    term = WeightedLog(edge[k, j] + 1 - JUMP, edge[k, j] + 1 - JUMP)
    others = scalars("y", "y", (K, K), NONNEGATIVE)
    inside = Delta(k, j) * v + (1 - Delta(k, j)) * others[k, j]
    given = Hypothesis(Belongs(edge[k, k], POSITIVE), (Choice(edge[k, j], inside),))
    return claimed(Gradient(term - term, edge[k, j]), ZERO, given)


def slope_at_a_singular_matrix() -> Step:
    edge = matrix("S", "S", D, domain=SEMIDEFINITE)
    term = WeightedLog(Trace(edge) + 1 - JUMP, Trace(edge) + 1 - JUMP)
    return claimed(Gradient(term - term, edge), Zero((D, D)))


def value_that_does_not_exist() -> Step:
    """What is put in must have a value, even where nothing is left of what it is put in for."""
    return claimed(At(x - x, x, 1 / (y - EDGE)), ZERO)


def limit_of_what_exists_elsewhere() -> Step:
    """A definition that is only mentioned restricts the variable."""
    made = proof()
    made.define("c", c, Log(v - JUMP), "", given=[Hypothesis(Belongs(v - JUMP, POSITIVE))])
    return made.claim("false", Limit(c - c, v, "zero", ZERO), "", by=Composed((), form=ZERO))


def best_where_it_is_not_allowed() -> Step:
    made = proof()
    made.define("c", c, Log(x - JUMP + 1), "", given=[Hypothesis(LessEqual(JUMP - 1, x, strict=True))])
    bound = made.claim("bound", LessEqual(-(x**2), ZERO), "", by=Gap(x**2))
    return made.claim("false", Maximum(-(x**2) + (c - c), (Choice(x, ZERO),)), "", by=Bound(bound))


FALSE = (
    row_put_in_for_a_row,
    inverse_of_rows_of_inverses,
    determinant_of_rows_of_inverses,
    component_that_weights_speak_of,
    point_that_weights_speak_of,
    mean_of_sums_of_matrices,
    mean_of_a_matrix,
    slope_at_the_end_of_a_domain,
    slope_at_the_end_of_a_domain_that_a_hypothesis_repeats,
    slope_where_one_of_many_is_kept_inside,
    slope_at_a_singular_matrix,
    value_that_does_not_exist,
    limit_of_what_exists_elsewhere,
    best_where_it_is_not_allowed,
)


@pytest.mark.parametrize("made", FALSE)
def test_it_is_not_shown(made: Callable[[], Step]) -> None:
    step = made()
    assert step.verdict is not Verdict.PROVED
    assert not any(found.verdict is Verdict.PROVED for found in step.evidence)


def test_what_a_lemma_assumes_of_all_components_is_not_forgotten_at_one() -> None:
    apart = Hypothesis(
        Belongs(f[k] - FAR, POSITIVE), (Choice(f[k], FAR + scalars("r", "r", (K,), POSITIVE)[k]),)
    )
    made = proof()
    total = LessEqual(ZERO, Sum(j, f[j] - FAR), strict=True)
    lemma = made.claim("lemma", total, "", by=Gap(Sum(j, f[j] - FAR)), given=[apart])
    claim = LessEqual(Bracket(ZERO, "<", f[k] - FAR), Bracket(ZERO, "<", Sum(j, f[j] - FAR)))
    assert apart in made.claim("claim", claim, "", by=Cases((lemma,)), given=[apart]).assumed


def test_a_value_is_put_in_for_the_symbol_that_is_meant() -> None:
    fake = scalar("a", "a (in its place)")
    made = proof()
    named = made.define("a", fake, ZERO, "")
    lemma = made.claim("lemma", Equal(JUMP * fake, ZERO), "", uses=[named])
    applied = made.apply("applied", lemma, ((a, Number(Fraction(5))),), "")
    assert applied.statement == lemma.statement


@pytest.mark.parametrize("written", [Number(Fraction(2)) ** 14, Number(Fraction(128)) * 128, -(ONE - 16385)])
def test_a_number_that_is_written_as_a_power_is_tried_by_the_judge(written: Expr) -> None:
    step = claimed(Bracket(written, "<=", b), ZERO)
    assert step.verdict is Verdict.REFUTED
