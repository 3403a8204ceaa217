"""What tests of the judge speak of, and how they ask it: sizes, quantities of every domain, instances."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, fmpq

from derivations.calculus import expressions as ex
from derivations.calculus.domains import DEFINITE, INVERTIBLE, LABEL, NONNEGATIVE, POSITIVE, SIMPLEX
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import Member, Size, Sum, Symbol, Zero, as_expr, matrix, scalar, vector
from derivations.calculus.instances import Instance, check, draws
from derivations.calculus.statements import Hypothesis, LessEqual, Statement

N, K, D, E = ex.sizes("N K D E")
i, n = N.indices("i n")
k, j = K.indices("k j")
d, e = D.indices("d e")
x = ex.vectors("x", "x", (N,), D)
mu = ex.vectors("mu", "mu", (K,), D)
Sigma = ex.matrices("Sigma", "Sigma", (K,), D, DEFINITE)
gamma = ex.scalars("gamma", "gamma", (N, K), SIMPLEX)
pi = ex.scalars("pi", "pi", (K,), SIMPLEX)
a = ex.scalars("a", "a", (N, K))
z = Symbol("z", "z", (N,), domain=LABEL, labels=K)
N_ = ex.scalars("N_", "N", (K,))
u, v = vector("u", "u", D), vector("v", "v", D)
A, B, C = (matrix(name, name, D) for name in "ABC")
R = matrix("R", "R", D, E)
X = matrix("X", "X", D, domain=INVERTIBLE)
S = matrix("S", "S", D, domain=DEFINITE)
s, t = scalar("s", "s"), scalar("t", "t")
p, q = scalar("p", "p", POSITIVE), scalar("q", "q", POSITIVE)
w = scalar("w", "w", NONNEGATIVE)
ZERO, HALF = as_expr(0), as_expr(Fraction(1, 2))
COUNTS = [(N_[k], Sum(i, gamma[i, k]))]
POSITIVE_COUNTS = Hypothesis(LessEqual(ZERO, N_[k], strict=True))
BILINEAR = u.T @ A @ u
MEAN = Sum(i, gamma[i, j] * x[i]) / N_[j]
VECTOR_ZERO = Zero((D, 1))


def verdict(statement: Statement, **more: Any) -> Verdict:
    return check(statement, **more).verdict


def instance_of(*symbols: Symbol | Member, style: str = "generic", seed: int = 1, **sizes: int) -> Instance:
    """A drawn instance of these symbols at these sizes."""
    plan = [({Size(name): number for name, number in sizes.items()}, style)]
    owned = [symbol.symbol if isinstance(symbol, Member) else symbol for symbol in symbols]
    return next(draws(owned, plan, seed))


def as_float(value: object) -> Any:
    if isinstance(value, list):
        return np.array([[as_float(entry) for entry in row] for row in value])
    if isinstance(value, fmpq):
        return int(value.p) / int(value.q)
    assert isinstance(value, arb)
    return float(value.mid())


def numpy_of(instance: Instance, symbol: Symbol | Member) -> Any:
    """All members of a symbol in one NumPy array, columns as vectors."""
    symbol = symbol.symbol if isinstance(symbol, Member) else symbol
    members = instance.values[symbol]
    shape = [instance.sizes[size] for size in symbol.family]
    entries = np.array([as_float(members[at]) for at in members])
    whole = entries.reshape((*shape, *entries.shape[1:]))
    return whole[..., 0] if symbol.shape[1] == 1 and symbol.shape[0] != 1 else whole
