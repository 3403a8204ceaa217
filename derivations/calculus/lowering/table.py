"""One rule for each node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivations.calculus import expressions as ex
from derivations.calculus.expressions import Expr
from derivations.calculus.indices import operations
from derivations.calculus.indices.terms import CIRCLE, Poly, number, single, size_atom
from derivations.calculus.indices.theory import Theory
from derivations.calculus.lowering import algebra, assignments, functions, leaves, variables
from derivations.calculus.lowering.frame import Entry, Lowering, Scope, range_of

LOWER: dict[type[Expr], Callable[[Any, Lowering], Poly]] = {
    ex.Number: lambda e, low: number(e.value),
    ex.CirclePi: lambda e, low: single(CIRCLE),
    ex.Size: lambda e, low: size_atom(range_of(e)),
    ex.Zero: lambda e, low: Poly(),
    ex.Member: leaves.member,
    ex.Component: leaves.component,
    ex.Delta: leaves.kronecker,
    ex.Identity: leaves.identity,
    ex.Add: algebra.add,
    ex.Neg: lambda e, low: -low.here(e.body),
    ex.Mul: algebra.multiply,
    ex.Div: algebra.divide,
    ex.Pow: algebra.power,
    ex.MatMul: algebra.matmul,
    ex.Transpose: lambda e, low: low.at(e.body, (low.entry[1], low.entry[0])),
    ex.Trace: algebra.trace,
    ex.Sum: algebra.total,
    ex.Product: algebra.binding(operations.product),
    ex.Minimum: algebra.binding(operations.minimum),
    ex.First: algebra.first,
    ex.Median: algebra.median,
    ex.Ordered: leaves.ordered,
    ex.Bracket: leaves.bracket,
    ex.Abs: lambda e, low: operations.absolute(low.at(e.body), low.theory),
    ex.At: variables.value_put_in,
    ex.AssignmentSum: assignments.assignment_sum,
    ex.Inverse: functions.inverse,
    ex.LogDet: functions.log_det,
    ex.Det: functions.det,
    ex.Log: lambda e, low: operations.logarithm(low.at(e.body), low.theory),
    ex.Exp: functions.exponential,
    ex.LogSumExp: lambda e, low: low.at(ex.Log(ex.Sum(e.index, ex.Exp(e.body)))),
    ex.WeightedLog: functions.weighted_log,
    ex.Gradient: variables.gradient,
}


def lower(expr: Expr, theory: Theory, entry: Entry = (None, None), scope: Scope | None = None) -> Poly:
    """The value of a scalar, or of one entry of an array, in the kernel. Raises UndecidedError."""
    return Lowering(LOWER, theory, entry, scope or {}).here(expr)
