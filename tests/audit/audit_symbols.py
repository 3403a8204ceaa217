"""The symbols that tests of the audit speak of."""

from __future__ import annotations

from fractions import Fraction

from derivations.calculus import domains
from derivations.calculus.expressions import Number, Symbol, matrix, scalar, scalars, sizes, vector, vectors

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
