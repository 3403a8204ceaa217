"""The symbols that tests of the calculus speak of: sizes, indices, the quantities of a mixture, one of each kind.

A test that is about a declaration makes its own; names that differ in nothing but the letter are not added.
"""

from __future__ import annotations

from derivations.calculus.domains import (
    DEFINITE,
    FRACTION,
    LABEL,
    NONNEGATIVE,
    POSITIVE,
    SIMPLEX,
    SYMMETRIC,
)
from derivations.calculus.expressions import (
    Symbol,
    matrices,
    matrix,
    scalar,
    scalars,
    sizes,
    vector,
    vectors,
)

N, K, D = sizes("N K D")
i, n = N.indices("i n")
j, k, l = K.indices("j k l")  # noqa: E741 (the sheet's letters)
d, e = D.indices("d e")

# a mixture
point = vectors("point", "x", (N,), D)
z = Symbol("z", "z", (N,), domain=LABEL, labels=K)
gamma = scalars("gamma", r"\gamma", (N, K), SIMPLEX)
pi = scalars("pi", r"\pi", (K,), SIMPLEX)
mu = vectors("mu", r"\mu", (K,), D)
Sigma = matrices("Sigma", r"\Sigma", (K,), D, DEFINITE)
count = scalars("count", "N", (K,), NONNEGATIVE)

# numbers, a vector and matrices
x, y = scalar("x", "x"), scalar("y", "y")
a = scalar("a", "a", NONNEGATIVE)
b = scalar("b", "b", POSITIVE)
theta = scalar("theta", r"\theta", FRACTION)
v = vector("v", "v", D)
A, B = matrix("A", "A", D), matrix("B", "B", D)
S = matrix("S", "S", D, domain=DEFINITE)
M = matrix("M", "M", D, domain=SYMMETRIC)
