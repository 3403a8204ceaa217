"""What a hypothesis speaks of: the trees that it matches, those that it must not, and the instances that it has."""

from __future__ import annotations

import pytest
from sample_symbols import K, N, a, b, count, gamma, i, j, k, l, mu, n, pi, v, x, y, z

from derivations.calculus.domains import NONNEGATIVE
from derivations.calculus.expressions import (
    Bracket,
    Delta,
    Exp,
    Expr,
    First,
    Index,
    Log,
    Median,
    Minimum,
    Sum,
    as_expr,
    scalars,
)
from derivations.calculus.matching import indices_in, instances, matches
from derivations.calculus.statements import Equal, LessEqual

square = scalars("square", "s", (K, K), NONNEGATIVE)
density = scalars("density", "f", (N, K))

PAIRS: list[tuple[Expr, Expr, bool]] = [
    (count[k], count[j], True),
    (Delta(j, k), Delta(k, k), True),
    (Delta(k, k), Delta(j, k), False),
    (Sum(k, count[k]), Sum(j, count[j]), True),
    (Sum(i, gamma[i, k]), Sum(i, gamma[i, j]), True),
    (Sum(j, square[j, k]), Sum(k, square[k, k]), False),
    (Sum(j, square[j, k]), Sum(k, square[k, j]), True),
    (square[j, k], square[k, j], True),
    (gamma[i, k], density[i, k], False),
    (First(k, count[k], j), First(j, count[j], k), True),
    (Sum(k, count[k]) * First(j, count[j], j), Sum(k, count[k]) * First(k, count[k], k), True),
    (count[j] * First(j, count[j], j), count[k] * First(k, count[k], j), False),
    (count[k], count[z[i]], False),
    (a, b, False),
    (x + y, y + x, False),
    (x + y, x + y + x, False),
    (x + y, x - y, False),
    (x * y, x + y, False),
    (Log(x), Exp(x), False),
    (as_expr(2), as_expr(3), False),
    (x, as_expr(2), False),
    (count[k], pi[k], False),
    (count[k], mu[k].T @ mu[k], False),
    (gamma[i, k] - gamma[i, j], gamma[n, l] - gamma[n, l], True),
    (gamma[i, k] - gamma[n, k], gamma[i, k] - gamma[n, j], False),
    (gamma[i, k] - gamma[i, j], gamma[i, k] - gamma[n, j], False),
    (Bracket(x, "<", y), Bracket(x, "<=", y), False),
    (Sum(k, count[k]), Minimum(k, count[k]), False),
    (Sum(k, count[k]), Sum(i, gamma[i, k]), False),
    (Sum(k, square[k, j]), Sum(j, square[k, j]), False),
    (Sum(k, Sum(j, square[k, j])), Sum(j, Sum(k, square[j, k])), True),
    (Sum(k, Sum(j, square[k, j])), Sum(j, Sum(k, square[k, j])), False),
    (Sum(k, Sum(k, square[k, k])), Sum(j, Sum(l, square[l, l])), True),
    (Sum(k, Sum(k, square[k, k])), Sum(j, Sum(l, square[j, l])), False),
    (Median(k, count[k], pi[k]), Median(j, count[j], pi[j]), True),
    (Median(k, count[k], pi[k]), Median(k, count[k], pi[j]), False),
    (First(k, count[k], j), First(l, count[l], l), True),
    (First(j, count[j], j), First(k, count[k], l), True),
    (v.T @ v, v @ v.T, False),
]


@pytest.mark.parametrize(("pattern", "found", "expected"), PAIRS)
def test_hypotheses_match_up_to_the_names_of_indices(pattern: Expr, found: Expr, expected: bool) -> None:
    assert matches(pattern, found) is expected


def test_an_index_of_another_range_does_not_match() -> None:
    assert not matches(Delta(k, j), Delta(i, Index("i'", N)))


def test_the_instances_of_a_statement_are_those_at_all_its_indices() -> None:
    statement = LessEqual(gamma[i, k], count[k])
    found = set(instances(statement, [i, n, j]))
    assert found == {LessEqual(gamma[one, two], count[two]) for one in (i, n) for two in (k, j)}
    assert list(instances(statement, [])) == [statement]
    assert list(instances(Equal(x, y), [i, k])) == [Equal(x, y)]


def test_what_a_sum_binds_has_no_instances() -> None:
    statement = Equal(Sum(k, gamma[i, k]), x)
    assert indices_in([statement]) == {i}
    assert set(instances(statement, [k, n])) == {statement, Equal(Sum(k, gamma[n, k]), x)}
    assert indices_in([Equal(count[z[i]], x), Equal(count[k], x)]) == {i, k}
