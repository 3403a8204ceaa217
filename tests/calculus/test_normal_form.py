"""Equations that the normal form decides, one or more for each of its rules, and as many that are false.

Each is put before the judge too: what is true holds at its instances, what is false does not.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivations.calculus import instances
from derivations.calculus.domains import (
    BINARY,
    DEFINITE,
    FRACTION,
    INVERTIBLE,
    LABEL,
    NONNEGATIVE,
    ONE_HOT,
    POSITIVE,
    SIMPLEX,
    SYMMETRIC,
    UNIT,
)
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Abs,
    AssignmentSum,
    At,
    Bracket,
    Delta,
    Exp,
    Expr,
    Gradient,
    Identity,
    Log,
    LogDet,
    Minimum,
    Number,
    Product,
    Sum,
    Symbol,
    Trace,
    inv,
    matrices,
    matrix,
    scalar,
    scalars,
    sizes,
    sum_over,
    vector,
    vectors,
)
from derivations.calculus.indices.terms import symbol_key
from derivations.calculus.indices.theory import Theory, UndecidedError
from derivations.calculus.lowering import prove_equal, theory
from derivations.calculus.statements import Belongs, Equal, Hypothesis, LessEqual, Statement
from derivations.proof.axioms import JACOBI

N, K, D = sizes("N K D")
i, n = N.indices("i n")
k, j = K.indices("k j")
d, e = D.indices("d e")
a, b, c = (scalar(name, name) for name in "abc")
p, q = (scalar(name, name, POSITIVE) for name in "pq")
share = scalar("share", "s", FRACTION)
bit = scalars("bit", "b", (N,), BINARY)
z = scalars("z", "z", (N, K), ONE_HOT)
gamma = scalars("gamma", r"\gamma", (N, K), SIMPLEX)
weight = scalars("weight", "w", (N,), NONNEGATIVE)
f, g = scalars("f", "f", (N,)), scalars("g", "g", (N,))
r = scalars("r", "r", (N,), POSITIVE)
F = scalars("F", "F", (N, K))
label = Symbol("label", "c", (N,), domain=LABEL, labels=K)
u, v = vector("u", "u", D), vector("v", "v", D)
unit = vector("unit", "e", D, domain=UNIT)
x = vectors("x", "x", (N,), D)
A, B = (matrix(name, name, D) for name in "AB")
S = matrix("S", "S", D, domain=SYMMETRIC)
P, Q = (matrix(name, name, D, domain=DEFINITE) for name in "PQ")
X = matrix("X", "X", D, domain=INVERTIBLE)
C = matrices("C", "C", (K,), D, DEFINITE)
zero, one, two, half = (Number(Fraction(value)) for value in (0, 1, 2, Fraction(1, 2)))

TRUE: dict[str, tuple[Expr, Expr]] = {
    # powers and quotients
    "an even power does not see a sign": (1 / (p + q + p * q) ** 2, 1 / (-p - q - p * q) ** 2),
    "an odd power does": (1 / (p + q + p * q), -1 / (-p - q - p * q)),
    "a quotient of a quotient": (1 / (1 / (p + q)), p + q),
    "a quotient of quotients, squared": (1 / (1 / (p + q)) ** 2, p * p + 2 * p * q + q * q),
    "what is shared is cleared": (p / (p + q) + q / (p + q), one),
    "and to a power": (p / (p + q) ** 2 + q / (p + q) ** 2, 1 / (p + q)),
    "what bits are": (bit[i] ** 3, bit[i]),
    "a product of ones in a row": (z[i, k] * z[i, j], Delta(k, j) * z[i, k]),
    "a square of a one in a row": (Sum(k, z[i, k] * z[i, k]), one),
    "weights add up": (Sum(k, gamma[i, k] * f[i]), f[i]),
    "a length of one": (unit.T @ unit, one),
    "a sum counts": (sum_over(i, k, a), N * K * a),
    # logarithms and exponentials
    "a logarithm of a product": (
        Log(6 * p * q**2),
        Log(two) + Log(Number(Fraction(3))) + Log(p) + 2 * Log(q),
    ),
    "of a quotient": (Log(p / (4 * q)), Log(p) - Log(q) - 2 * Log(two)),
    "of an exponential": (Log(Exp(a) * p), a + Log(p)),
    "of a reciprocal of a sum": (Log(1 / (p + q)), -Log(p + q)),
    "of a product with a sum": (Log(p * (p + q)), Log(p) + Log(p + q)),
    "an exponential of a sum": (Exp(a + 2 * Log(p) - b), Exp(a) * p**2 / Exp(b)),
    "a product of exponentials": (Product(i, Exp(f[i])), Exp(Sum(i, f[i]))),
    "products side by side": (Product(i, f[i]) * Product(n, g[n]), Product(i, f[i] * g[i])),
    "a product of positive ones": (Log(Product(i, r[i])), Sum(i, Log(r[i]))),
    # signs
    "the size of what is positive": (Abs(p + q), p + q),
    "of what is negative": (Abs(-p - q), p + q),
    "of a difference": (Abs(2 * (a - b)), 2 * Abs(b - a)),
    "of an opposite": (Abs(-a), Abs(a)),
    "a relation that is scaled": (Bracket(2 * a, "<", 2 * b), Bracket(a, "<", b)),
    "an equation that is turned": (Bracket(a, "=", b), Bracket(b, "=", a)),
    "a relation of numbers": (Bracket(one, "<=", one) + Bracket(one, "<", one) + Bracket(two, "=", one), one),
    "what is not negative beside what is": (Abs(p + weight[i]), p + weight[i]),
    "a smallest of what is scaled by one": (Minimum(k, F[i, k] + 0 * a), Minimum(j, F[i, j])),
    # matrices
    "a matrix times its inverse": (u.T @ X @ inv(X) @ v, u.T @ v),
    "an inverse of an inverse": (inv(inv(X)) @ u, X @ u),
    "an inverse of a multiple": (inv(p * X) @ u, inv(X) @ u / p),
    "an inverse of the identity": (inv(Identity(D)) @ u, u),
    "an inverse times a sum": (inv(P + Q) @ (P + Q) @ u, u),
    "an inverse in a family": (Sum(k, inv(C[k]) @ C[k]) @ u, K * u),
    "an inverse of what is symmetric": (inv(P).T @ u, inv(P) @ u),
    "the logarithm of the determinant of a multiple": (LogDet(p * X), D * Log(p) + LogDet(X)),
    "of an inverse": (LogDet(inv(X)), -LogDet(X)),
    "of an inverse of a sum": (LogDet(inv(P + Q)), -LogDet(P + Q)),
    "of an inverse in a family": (Sum(k, LogDet(inv(C[k]))), -Sum(j, LogDet(C[j]))),
    "of twice the identity": (LogDet(2 * Identity(D)), D * Log(two)),
    "a trace of a product": (Trace(A @ B), Trace(B @ A)),
    "a trace of a symmetric one": (Trace(A @ S), Trace(A.T @ S)),
    # derivatives
    "the slope of a power": (Gradient(Log(p) ** 3, p), 3 * Log(p) ** 2 / p),
    "the slope of a reciprocal of a sum": (Gradient(1 / (p + q) ** 2, p), -2 / (p + q) ** 3),
    "the slope of an exponential": (Gradient(Exp(a * b), a), b * Exp(a * b)),
    "the slope of an inverse": (Gradient(u.T @ inv(X) @ v, X), -inv(X).T @ u @ v.T @ inv(X).T),
    "the slope of the inverse of a sum": (
        Gradient(u.T @ inv(P + p * Q) @ v, p) + u.T @ inv(P + p * Q) @ Q @ inv(P + p * Q) @ v,
        zero,
    ),
    "the slope of a logarithm of a determinant": (Gradient(LogDet(X), X), inv(X).T),
    "the slope by a symmetric matrix": (Gradient(u.T @ S @ v, S), half * (u @ v.T + v @ u.T)),
    "the slope of one member of a family": (Gradient(Sum(k, Trace(C[k] @ C[k])), C[j]), 2 * C[j]),
    "the slope of a sum": (Gradient(Sum(i, f[i] ** 2 * g[i]), f[n]), 2 * f[n] * g[n]),
    # assignments
    "how many assignments there are": (AssignmentSum(label, Product(i, one)), Product(i, K * one)),
    "assignments that are weighted": (
        AssignmentSum(label, Product(i, F[i, label[i]])),
        Product(i, Sum(k, F[i, k])),
    ),
    "an average over assignments": (
        AssignmentSum(label, Product(i, gamma[i, label[i]]) * Sum(n, F[n, label[n]])),
        sum_over(i, k, gamma[i, k] * F[i, k]),
    ),
    "for one point": (
        AssignmentSum(label, Product(i, gamma[i, label[i]]) * F[n, label[n]]),
        Sum(k, gamma[n, k] * F[n, k]),
    ),
}
FALSE: dict[str, tuple[Expr, Expr]] = {
    # powers and quotients
    "an even power has no factor": (1 / (p + q + p * q) ** 2, 2 / (-p - q - p * q) ** 2),
    "an odd power sees a sign": (1 / (p + q + p * q), 1 / (-p - q - p * q)),
    "a quotient of a quotient, squared": (1 / (1 / (p + q)) ** 2, p + q),
    "what is not shared is not cleared": (p / (p + q) + q / (p + 2 * q), one),
    "a number that is no bit": (share**2, share),
    "ones in a row are one": (z[i, k] * z[i, j], Delta(k, j)),
    "bits are not one-hot": (bit[i] * bit[n], Delta(i, n) * bit[i]),
    "weights do not add up over points": (Sum(i, gamma[i, k]), one),
    "nor do their squares": (Sum(k, gamma[i, k] ** 2), one),
    "only a length of one": (u.T @ u, one),
    "a sum counts once": (Sum(i, a), N * K * a),
    # logarithms and exponentials
    "a logarithm of a sum": (Log(p + q), Log(p) + Log(q)),
    "a logarithm of a product with a sum": (Log(p * (p + q)), Log(p) * Log(p + q)),
    "a logarithm of a quotient": (Log(p / (4 * q)), Log(p) - Log(q) + 2 * Log(two)),
    "a logarithm of a reciprocal": (Log(1 / (p + q)), Log(p + q)),
    "an exponential of a sum": (Exp(a + 2 * Log(p) - b), Exp(a) * p**2 * Exp(b)),
    "a product of exponentials": (Product(i, Exp(f[i])), Sum(i, Exp(f[i]))),
    "a product of sums": (Product(i, f[i] + g[i]), Product(i, f[i]) + Product(i, g[i])),
    # signs
    "what may be negative": (Abs(a), a),
    "what may be negative beside what is not": (Abs(p + a), p + a),
    "the size of a difference": (Abs(a - b), Abs(a) - Abs(b)),
    "a relation that is turned": (Bracket(a, "<", b), Bracket(b, "<", a)),
    "a relation with a negative factor": (Bracket(-a, "<", -b), Bracket(a, "<", b)),
    "strict and weak": (Bracket(bit[i], "<", one), Bracket(bit[i], "<=", one)),
    # matrices
    "a matrix that commutes": (u.T @ A @ B @ v, u.T @ B @ A @ v),
    "an inverse of a sum": (inv(P + Q) @ u, inv(P) @ u + inv(Q) @ u),
    "an inverse of a multiple": (inv(p * X) @ u, p * inv(X) @ u),
    "another's inverse": (u.T @ P @ inv(Q) @ v, u.T @ v),
    "an inverse of a general matrix": (inv(X).T @ u, inv(X) @ u),
    "an inverse in a family": (Sum(k, inv(C[k]) @ C[j]) @ u, K * u),
    "the logarithm of the determinant of a multiple": (LogDet(p * X), Log(p) + LogDet(X)),
    "the logarithm of a determinant of an inverse": (LogDet(inv(P + Q)), LogDet(P + Q)),
    "the logarithm of a determinant of a sum": (LogDet(P + Q), LogDet(P) + LogDet(Q)),
    "a trace of a product": (Trace(A @ B), Trace(A.T @ B)),
    # derivatives
    "the slope of a power": (Gradient(Log(p) ** 3, p), 3 * Log(p) ** 2),
    "the slope of a reciprocal": (Gradient(1 / (p + q) ** 2, p), -1 / (p + q) ** 3),
    "the slope of an inverse": (Gradient(u.T @ inv(X) @ v, X), inv(X).T @ u @ v.T @ inv(X).T),
    "the slope of an inverse, turned": (Gradient(u.T @ inv(X) @ v, X), -inv(X) @ u @ v.T @ inv(X)),
    "the slope of a logarithm of a determinant": (Gradient(LogDet(X), X), inv(X)),
    "the slope by a symmetric matrix": (Gradient(u.T @ S @ v, S), u @ v.T),
    "the slope of another member of a family": (Gradient(Sum(k, Trace(C[k] @ C[k])), C[j]), 2 * K * C[j]),
    # assignments
    "assignments are more than components": (AssignmentSum(label, Product(i, one)), Sum(k, one)),
    "an average over assignments": (
        AssignmentSum(label, Product(i, gamma[i, label[i]]) * Sum(n, F[n, label[n]])),
        sum_over(i, k, F[i, k]),
    ),
    "of what does not sum to one": (
        AssignmentSum(label, Product(i, F[i, label[i]]) * Sum(n, F[n, label[n]])),
        sum_over(i, k, F[i, k] * F[i, k]),
    ),
}


# Equations under hypotheses, and with abbreviations that are not unfolded: what each depends on.
Abbreviations = dict[Symbol, frozenset[Symbol]]
short = scalar("short", "m")
of_a: Abbreviations = {short.symbol: frozenset({a.symbol})}
square_of_a = (Gradient(a * a, a), 2 * a)
ASSUMED: dict[str, tuple[tuple[Expr, Expr], list[Statement], Abbreviations, bool]] = {
    "a slope": (square_of_a, [], {}, True),
    "a slope under a strict bound": (square_of_a, [LessEqual(a, b, strict=True)], {}, True),
    "a slope at an edge": (square_of_a, [LessEqual(a, b)], {}, False),
    "a slope beside another's edge": (square_of_a, [LessEqual(c, b)], {}, True),
    "a slope along an equation": (square_of_a, [Equal(a * b, c)], {}, False),
    "a slope beside another equation": (square_of_a, [Equal(c * b, b)], {}, True),
    "a slope where an abbreviation is bounded": (
        square_of_a,
        [LessEqual(short, b, strict=True)],
        of_a,
        False,
    ),
    "a slope where an abbreviation is fixed": (square_of_a, [Equal(short * b, c)], of_a, False),
    "a slope of an abbreviation": ((Gradient(a * short, a), short), [], of_a, False),
    "a slope of another's abbreviation": ((Gradient(b * short, b), short), [], of_a, True),
    "a value of the domain": ((At(Log(p), p, q * q), 2 * Log(q)), [], {}, True),
    "a value outside the domain": ((At(Abs(p), p, -q), -q), [], {}, False),
    "a value that a hypothesis places": (
        (At(Log(p), p, c), Log(c)),
        [LessEqual(zero, c, strict=True)],
        {},
        True,
    ),
    "a value against a hypothesis": ((At(p, p, q), q), [LessEqual(p, one, strict=True)], {}, False),
    "a number that is not zero": ((c / c, one), [LessEqual(zero, c, strict=True)], {}, True),
    "a number that may be zero": ((c / c, one), [LessEqual(zero, c)], {}, False),
    "an even power of a difference": (
        (1 / (p - q) ** 2, 1 / (q - p) ** 2),
        [LessEqual(p, q, strict=True)],
        {},
        True,
    ),
    "an odd power of a difference": (
        (1 / (p - q) ** 3, 1 / (q - p) ** 3),
        [LessEqual(p, q, strict=True)],
        {},
        False,
    ),
    "an odd power of a difference, with its sign": (
        (1 / (p - q) ** 3, -1 / (q - p) ** 3),
        [LessEqual(p, q, strict=True)],
        {},
        True,
    ),
    "a number that equals another": ((c * b, b), [Equal(c, one)], {}, True),
}


def shown(left: Expr, right: Expr, using: Theory | None = None) -> bool:
    try:
        return prove_equal(Equal(left, right), using or theory((), ())).is_zero
    except UndecidedError:
        return False


@pytest.mark.parametrize("name", ASSUMED)
def test_what_is_assumed_is_heeded(name: str) -> None:
    (left, right), statements, depends, expected = ASSUMED[name]
    using = theory((), [Hypothesis(statement) for statement in statements], depends=depends)
    assert shown(left, right, using) is expected


def test_what_was_needed_is_listed() -> None:
    using = theory((), ())
    assert shown(z[i, k] * z[i, j], Delta(k, j) * z[i, k], using)
    assert list(using.used) == [Belongs(z[i, k], ONE_HOT, k)]
    assert shown(Gradient(LogDet(X), X), inv(X).T, using)
    assert list(using.axioms) == [JACOBI.name]
    using = theory((), ())
    assert shown(Log(1 - share), Log(1 - share), using)
    assert list(using.used) == [Belongs(share, FRACTION)]


def test_families_over_other_sizes_are_other_symbols() -> None:
    of_points, of_components = (scalars("same", "s", (size,))[of].symbol for size, of in ((N, i), (K, k)))
    of_kinds, of_places = (Symbol("same", "s", (N,), domain=LABEL, labels=size) for size in (K, D))
    assert len({symbol_key(symbol) for symbol in (of_points, of_components, of_kinds, of_places)}) == 4


def test_nothing_is_varied_of_which_an_equation_in_use_speaks() -> None:
    for spoken_of, expected in ((short, False), (c, True)):
        using = theory((), (), equations=[Equal(spoken_of * b, b)], depends=of_a)
        assert shown(*square_of_a, using) is expected


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_shown(name: str) -> None:
    left, right = TRUE[name]
    assert shown(left, right)
    assert instances.check(Equal(left, right)).verdict is Verdict.CHECKED


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_not(name: str) -> None:
    left, right = FALSE[name]
    assert not shown(left, right)
    assert instances.check(Equal(left, right)).verdict is Verdict.REFUTED
