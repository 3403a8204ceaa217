"""What is believed and not derived, as statements: facts that are cited, and what the names of our language mean.

The small checker knows of these names nothing else. A fact holds for all values of its symbols, over ranges of any
size, and for all of its free indices: an author's formulas are values of theirs. The sources of the cited facts, and
those that no statement of ours can express, stand in the table of axioms; the meanings are definitions or a line of
school mathematics, and no derivation has to state them.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivations.calculus import expressions as ex
from derivations.calculus.domains import DEFINITE, INVERTIBLE, LABEL, NONNEGATIVE, ONE_HOT, POSITIVE
from derivations.calculus.statements import Belongs, Equal, LessEqual, Limit, Statement


@dataclass(frozen=True)
class Fact:
    """A statement, what it assumes, and the symbols that it says to exist."""

    statement: Statement
    assumed: tuple[Statement, ...] = ()
    chosen: tuple[ex.Symbol, ...] = ()


(D,) = ex.sizes("D")
(d,) = D.indices("d")
s, t, r = ex.scalar("s", "s", NONNEGATIVE), ex.scalar("t", "t", POSITIVE), ex.scalar("r", "r", POSITIVE)
v, zero, one = ex.vector("v", "v", D), ex.as_expr(0), ex.as_expr(1)
A, B = ex.matrix("A", "A", D, domain=DEFINITE), ex.matrix("B", "B", D, domain=DEFINITE)
X, Y = ex.matrix("X", "X", D, domain=INVERTIBLE), ex.matrix("Y", "Y", D, domain=INVERTIBLE)
EIGENVALUES = ex.scalars("lambda", r"\lambda", (D,), POSITIVE)
_spectrum, _log_product = (EIGENVALUES,), ex.Sum(d, ex.Log(EIGENVALUES[d]))
_plus_square = ex.Identity(D) + s * (v @ v.T)

CITED = {
    "tangent of the logarithm": Fact(LessEqual(ex.Log(t), t - 1)),
    "spectral theorem (trace)": Fact(
        Equal(ex.Trace(ex.inv(A) @ B), ex.Sum(d, EIGENVALUES[d])), (), _spectrum
    ),
    "spectral theorem (determinant)": Fact(Equal(ex.LogDet(B), ex.LogDet(A) + _log_product), (), _spectrum),
    "matrix determinant lemma": Fact(Equal(ex.LogDet(_plus_square), ex.Log(1 + s * (v.T @ v)))),
    "Jacobi's formula": Fact(Equal(ex.Gradient(ex.LogDet(X), X), ex.inv(X).T)),
    "multiplicativity of the determinant": Fact(Equal(ex.LogDet(X @ Y), ex.LogDet(X) + ex.LogDet(Y))),
    "exponentials vanish": Fact(Limit(ex.Exp(-(t / r)), r, "zero", zero)),
}

P, Q = ex.sizes("P Q")
i, j, k, m = P.indices("i j k m")
(c,) = Q.indices("c")
a = ex.scalar("a", "a")
f, g, chosen = ex.scalars("f", "f", (P,)), ex.scalars("g", "g", (P,)), ex.scalars("chosen", "c", (Q,))
w = ex.scalars("w", "w", (P,), NONNEGATIVE)
both, other = ex.scalars("both", "b", (P, Q)), ex.scalars("other", "o", (P, Q))
pairs = ex.scalars("pairs", "p", (P, P))
z = ex.Symbol("z", "z", (P,), domain=LABEL, labels=Q)

_least, _median = ex.Minimum(m, f[m]), ex.Median(m, f[m], w[m])
_differ = (Equal(f[m], a + g[m]),)
_equal = (Equal(ex.sum_over(i, c, (both[i, c] - other[i, c]) ** 2), zero),)
_drawn, _rows = ex.Product(i, both[i, z[i]]), (Equal(ex.Sum(c, both[i, c]), one),)
_drawn_sum, _mean = ex.Sum(i, other[i, z[i]]), ex.sum_over(i, c, both[i, c] * other[i, c])
_same = (Equal(pairs[i, j], pairs[j, i]),)
_half = ex.sum_over(i, j, (one + ex.Delta(i, j)) * pairs[i, j]) / 2


def _first(index: ex.Index) -> ex.Expr:
    return ex.First(m, f[m], index)


def _outside(low: ex.Expr, high: ex.Expr) -> LessEqual:
    return LessEqual(2 * ex.Sum(i, w[i] * ex.Bracket(low, "<", high)), ex.Sum(i, w[i]))


MEANINGS = {
    "smallest": Fact(LessEqual(_least, f[k])),
    "value at the first": Fact(Equal(ex.Sum(k, _first(k) * f[k]), _least)),
    "one is first": Fact(Belongs(_first(k), ONE_HOT, k)),
    "first of equals": Fact(LessEqual(_first(j) * ex.Bracket(f[j], "=", f[k]), ex.Ordered(j, k))),
    "first of shifted": Fact(Equal(_first(k), ex.First(m, g[m], k)), _differ),
    "smallest of shifted": Fact(Equal(_least, a + ex.Minimum(m, g[m])), _differ),
    "below the median": Fact(_outside(f[i], _median)),
    "above the median": Fact(_outside(_median, f[i])),
    "squares vanish": Fact(Equal(both[i, c], other[i, c]), _equal),
    "half of a square": Fact(Equal(ex.sum_over(i, j, ex.Ordered(i, j) * pairs[i, j]), _half), _same),
    "distributive law": Fact(Equal(ex.AssignmentSum(z, _drawn), ex.Product(i, ex.Sum(c, both[i, c])))),
    "marginal": Fact(
        Equal(ex.AssignmentSum(z, _drawn * chosen[z[j]]), ex.Sum(c, both[j, c] * chosen[c])), _rows
    ),
    "expectation": Fact(Equal(ex.AssignmentSum(z, _drawn * _drawn_sum), _mean), _rows),
}
