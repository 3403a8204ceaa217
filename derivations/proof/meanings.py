"""What the names of our language mean, as statements: for the small checker, which knows of these nothing else.

Each holds for all values of the families f, g, w over a range of any size, and for all of its free indices: an author's
formulas are values of theirs. They are definitions or a line of school mathematics, and no derivation has to state them.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivations.calculus.domains import LABEL, NONNEGATIVE, ONE_HOT
from derivations.calculus.expressions import (
    AssignmentSum,
    Bracket,
    Delta,
    Expr,
    First,
    Index,
    Median,
    Minimum,
    Ordered,
    Product,
    Sum,
    Symbol,
    as_expr,
    scalar,
    scalars,
    sizes,
    sum_over,
)
from derivations.calculus.statements import Belongs, Equal, LessEqual, Statement


@dataclass(frozen=True)
class Meaning:
    """A statement, and what it assumes."""

    statement: Statement
    assumed: tuple[Statement, ...] = ()


P, Q = sizes("P Q")
i, j, k, m = P.indices("i j k m")
(c,) = Q.indices("c")
a = scalar("a", "a")
f, g, chosen = scalars("f", "f", (P,)), scalars("g", "g", (P,)), scalars("chosen", "c", (Q,))
w = scalars("w", "w", (P,), NONNEGATIVE)
both, other = scalars("both", "b", (P, Q)), scalars("other", "o", (P, Q))
pairs = scalars("pairs", "p", (P, P))
z = Symbol("z", "z", (P,), domain=LABEL, labels=Q)

_least, _median = Minimum(m, f[m]), Median(m, f[m], w[m])
_differ = (Equal(f[m], a + g[m]),)
_drawn, _rows = Product(i, both[i, z[i]]), (Equal(Sum(c, both[i, c]), as_expr(1)),)


def _first(index: Index) -> Expr:
    return First(m, f[m], index)


def _outside(low: Expr, high: Expr) -> LessEqual:
    return LessEqual(2 * Sum(i, w[i] * Bracket(low, "<", high)), Sum(i, w[i]))


MEANINGS = {
    "smallest": Meaning(LessEqual(_least, f[k])),
    "value at the first": Meaning(Equal(Sum(k, _first(k) * f[k]), _least)),
    "one is first": Meaning(Belongs(_first(k), ONE_HOT, k)),
    "first of equals": Meaning(LessEqual(_first(j) * Bracket(f[j], "=", f[k]), Ordered(j, k))),
    "first of shifted": Meaning(Equal(_first(k), First(m, g[m], k)), _differ),
    "smallest of shifted": Meaning(Equal(_least, a + Minimum(m, g[m])), _differ),
    "below the median": Meaning(_outside(f[i], _median)),
    "above the median": Meaning(_outside(_median, f[i])),
    "squares vanish": Meaning(
        Equal(both[i, c], other[i, c]),
        (Equal(Sum(i, Sum(c, (both[i, c] - other[i, c]) ** 2)), as_expr(0)),),
    ),
    "half of a square": Meaning(
        Equal(
            Sum(i, Sum(j, Ordered(i, j) * pairs[i, j])),
            Sum(i, Sum(j, (1 + Delta(i, j)) * pairs[i, j])) / 2,
        ),
        (Equal(pairs[i, j], pairs[j, i]),),
    ),
    "distributive law": Meaning(Equal(AssignmentSum(z, _drawn), Product(i, Sum(c, both[i, c])))),
    "marginal": Meaning(
        Equal(AssignmentSum(z, _drawn * chosen[z[j]]), Sum(c, both[j, c] * chosen[c])), _rows
    ),
    "expectation": Meaning(
        Equal(
            AssignmentSum(z, _drawn * Sum(i, other[i, z[i]])),
            sum_over(i, c, both[i, c] * other[i, c]),
        ),
        _rows,
    ),
}
