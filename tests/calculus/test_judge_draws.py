"""What the judge draws, and whether it lies in the domain that it is drawn for."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations
from random import Random
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from judge_symbols import BILINEAR, A, D, K, N, Sigma, as_float, gamma, numpy_of, pi, u, x, z

from derivations.calculus import expressions as ex
from derivations.calculus.domains import (
    BINARY,
    DEFINITE,
    DOMAINS,
    FRACTION,
    INVERTIBLE,
    LABEL,
    NONNEGATIVE,
    ONE_HOT,
    OPEN_SIMPLEX,
    POSITIVE,
    SEMIDEFINITE,
    SIMPLEX,
    SYMMETRIC,
    UNIT,
    Domain,
)
from derivations.calculus.expressions import Gradient, Size, Symbol
from derivations.calculus.instances import STYLES, Instance, check, draws, schedule
from derivations.calculus.instances.arrays import determinant, multiply, transpose
from derivations.calculus.instances.draws import FULL, numbers_of
from derivations.calculus.instances.membership import family_lies_in, lies_in
from derivations.calculus.statements import Equal

ALL_DOMAINS = sorted(DOMAINS.values(), key=lambda domain: domain.name)


def symbol_of(domain: Domain) -> Symbol:
    if domain.symmetric or domain == INVERTIBLE:
        return ex.matrices("m", "m", (K,), D, domain)
    if domain.unit:
        return ex.vectors("m", "m", (K,), D, domain)
    return Symbol("m", "m", (N, K), domain=domain, labels=K if domain.label else None)


@pytest.mark.parametrize("domain", ALL_DOMAINS, ids=lambda domain: domain.name)
def test_draws_lie_in_their_domain(domain: Domain) -> None:
    symbol = symbol_of(domain)
    styles = set()
    for seed in range(4):
        for drawn in draws([symbol], schedule({N, K, D}), seed):
            styles.add(drawn.style)
            assert family_lies_in(drawn.values[symbol], domain), (drawn.style, drawn.values)
    assert styles == {*STYLES, "mixed"}


def test_sizes_of_the_schedule() -> None:
    sizes = [{size.name: number for size, number in row.items()} for row, _ in schedule({N, K, D})]
    assert {"N": 5, "K": 4, "D": 3} in sizes
    for name in "NKD":
        assert any(row[name] == 1 for row in sizes)
    assert any(row["N"] < row["D"] for row in sizes)
    assert {row["N"] % 2 for row in sizes} == {0, 1}
    assert sizes == sorted(sizes, key=lambda row: math.prod(row.values()))
    numbered = numbers_of({Size("Kx"), Size("Ky"), D}, FULL)
    assert numbered[Size("Kx")] != numbered[Size("Ky")]
    assert all(row[K] ** row[N] <= 27 for row, _ in schedule({N, K}, assignments=True))


def entries(drawn: Instance, symbol: Symbol) -> list[Any]:
    return [as_float(value) for value in drawn.values[symbol].values()]


DIRECTED: list[tuple[str, Symbol, Callable[[Any, list[Any]], bool]]] = [
    ("duplicate points", x, lambda m, all_: any((m[b] == m[c]).all() for b in range(5) for c in range(b))),
    ("a zero coordinate", x, lambda m, all_: bool((m == 0).any())),
    ("an empty component", gamma, lambda m, all_: bool((m.sum(0) == 0).any() and (m.sum(0) > 0).sum() > 1)),
    ("one-hot rows", gamma, lambda m, all_: bool((m.max(1) == 1).all())),
    ("uniform rows", gamma, lambda m, all_: bool((m == 0.25).all())),
    ("all points zero", x, lambda m, all_: not m.any()),
    ("a narrow cloud", x, lambda m, all_: bool(0 < abs(m).max() < 0.15)),
    ("a vertex", pi, lambda m, all_: bool(m.max() == 1)),
    ("a zero weight", pi, lambda m, all_: bool((m == 0).sum() == 1)),
    ("generic weights", pi, lambda m, all_: len(set(m)) == 4 and bool((m > 0).all())),
    ("the identity", Sigma, lambda m, all_: bool((m == np.eye(3)).all())),
    ("a diagonal matrix", Sigma, lambda m, all_: bool((m[0] == np.diag(np.diag(m[0]))).all() and m[0].max() > 1)),
    ("ill-conditioned", Sigma, lambda m, all_: bool(np.linalg.cond(m[0]) > 1e5)),
    ("an asymmetric matrix", A.symbol, lambda m, all_: bool((m != m.T).any())),
    ("a singular matrix", A.symbol, lambda m, all_: bool(abs(np.linalg.det(m)) < 1e-12)),
    ("a singular semidefinite matrix", Symbol("P", "P", (), (D, D), SEMIDEFINITE),
     lambda m, all_: bool(0 < np.linalg.matrix_rank(m) < 3)),
    ("an indefinite symmetric matrix", Symbol("P", "P", (), (D, D), SYMMETRIC),
     lambda m, all_: bool(np.linalg.eigvalsh(m).prod() != 0 and np.ptp(np.sign(np.linalg.eigvalsh(m))) == 2)),
    ("a basis vector", Symbol("b", "b", (), (D, 1), UNIT), lambda m, all_: bool(abs(m).max() == 1)),
    ("a generic unit vector", Symbol("b", "b", (), (D, 1), UNIT), lambda m, all_: bool((m != 0).all())),
    ("near one", Symbol("f", "f", (), domain=FRACTION), lambda m, all_: bool(m > 0.99)),
    ("all in one component", z, lambda m, all_: len(set(m)) == 1),
    ("both bits", Symbol("b", "b", (N,), domain=BINARY), lambda m, all_: set(m) == {0, 1}),
    ("a one-hot family", Symbol("h", "h", (N, K), domain=ONE_HOT),
     lambda m, all_: bool((m.max(1) == 1).all())),
]  # fmt: skip


@pytest.mark.parametrize(("symbol", "seen"), [row[1:] for row in DIRECTED], ids=[row[0] for row in DIRECTED])
def test_directed_draws_occur(symbol: Symbol, seen: Callable[[Any, list[Any]], bool]) -> None:
    full = [(row, style) for row, style in schedule({N, K, D}) if row == {N: 5, K: 4, D: 3}]
    arrays_ = [
        numpy_of(drawn, symbol).squeeze() for seed in range(3) for drawn in draws([symbol], full, seed)
    ]
    assert any(seen(array, arrays_) for array in arrays_)


def test_the_seed_decides_the_draws() -> None:
    plan = schedule({N, K, D})
    first, again, other = (list(draws([x, Sigma, gamma], plan, seed)) for seed in (3, 3, 4))
    assert first == again
    assert first != other
    claim = Equal(Gradient(BILINEAR, u), 2 * A @ u)
    assert check(claim, seed=5) == check(claim, seed=5)


MEMBERS: list[tuple[Domain, object, bool]] = [
    (POSITIVE, fmpq(0), False),
    (POSITIVE, fmpq(1, 9), True),
    (NONNEGATIVE, fmpq(0), True),
    (NONNEGATIVE, fmpq(-1, 9), False),
    (FRACTION, fmpq(1), False),
    (BINARY, fmpq(1, 2), False),
    (LABEL, fmpq(3), True),
    (LABEL, fmpq(1, 2), False),
    (SYMMETRIC, [[fmpq(1), fmpq(2)], [fmpq(3), fmpq(1)]], False),
    (DEFINITE, [[fmpq(1), fmpq(1)], [fmpq(1), fmpq(1)]], False),
    (SEMIDEFINITE, [[fmpq(1), fmpq(1)], [fmpq(1), fmpq(1)]], True),
    (SEMIDEFINITE, [[fmpq(0), fmpq(0)], [fmpq(0), fmpq(-1)]], False),
    (DEFINITE, [[fmpq(2), fmpq(1)], [fmpq(1), fmpq(1)]], True),
    (DEFINITE, [[fmpq(2), fmpq(1)], [fmpq(0), fmpq(1)]], False),
    (UNIT, [[fmpq(3, 5)], [fmpq(4, 5)]], True),
    (UNIT, [[fmpq(3, 5)], [fmpq(3, 5)]], False),
    (INVERTIBLE, [[fmpq(1), fmpq(1)], [fmpq(1), fmpq(1)]], False),
]


@pytest.mark.parametrize(("domain", "value", "inside"), MEMBERS)
def test_membership(domain: Domain, value: Any, inside: bool) -> None:
    assert lies_in(value, domain) is inside


BITS = 300  # of a ball


def by_all_minors(rows: list[list[Any]]) -> bool:
    """The definition that school teaches: 2^n determinants."""
    chosen = (kept for n in range(1, len(rows) + 1) for kept in combinations(range(len(rows)), n))
    minors: list[Any] = [determinant([[rows[a][b] for b in kept] for a in kept]) for kept in chosen]
    return all(minor >= 0 for minor in minors)


def balls(rows: list[list[Any]]) -> list[list[Any]]:
    return [[arb(entry) for entry in row] for row in rows]


def test_semidefinite_is_what_all_principal_minors_say() -> None:
    """Of small whole numbers, singular and indefinite ones among them; for balls as for rational numbers."""
    rng, seen = Random(1), set[bool]()
    for size in (1, 2, 3, 4):
        for _ in range(100):
            factor: Any = [[fmpq(rng.choice((-1, 0, 0, 1, 2))) for _ in range(size)] for _ in range(size)]
            square: Any = multiply(factor, transpose(factor))
            square[0][0] -= rng.choice((0, 0, 1))
            expected = by_all_minors(square)
            assert lies_in(square, SEMIDEFINITE) is expected
            with ctx.workprec(BITS):
                assert lies_in(balls(square), SEMIDEFINITE) is expected
            seen.add(expected)
    assert seen == {True, False}


def test_a_large_matrix_is_no_burden() -> None:
    """It has 16 million principal minors; one that is not semidefinite differs from one that is in one entry."""
    ones: list[list[Any]] = [[fmpq(1)] * 24 for _ in range(24)]
    assert lies_in(ones, SEMIDEFINITE)
    with ctx.workprec(BITS):
        assert lies_in(balls(ones), SEMIDEFINITE)
    ones[23][23] = fmpq(99, 100)
    assert not lies_in(ones, SEMIDEFINITE)


def test_a_row_of_a_simplex_sums_over_the_last_index() -> None:
    rows: dict[tuple[int, ...], Any] = {
        (1, 1): fmpq(1, 2),
        (1, 2): fmpq(1, 2),
        (2, 1): fmpq(1),
        (2, 2): fmpq(0),
    }
    assert family_lies_in(rows, SIMPLEX)
    assert not family_lies_in(rows, OPEN_SIMPLEX)
    assert not family_lies_in({**rows, (2, 2): fmpq(1, 9)}, SIMPLEX)
