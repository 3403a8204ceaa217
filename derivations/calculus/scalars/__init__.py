"""Equality of scalar expressions: rational functions of atoms, of logarithms and of exponentials.

A zero difference of normal forms proves the equality wherever both sides are defined, which the rules of signs
must show. A difference that is not zero proves nothing: then points are tried, exactly or in certified balls.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from derivations.calculus.evidence import ALL_SIZES, Evidence, Verdict
from derivations.calculus.exact import seek
from derivations.calculus.expressions import Expr
from derivations.calculus.order.rules import every
from derivations.calculus.order.signs import Signs
from derivations.calculus.scalars.field import UndecidedError
from derivations.calculus.scalars.kernels import Kernels
from derivations.calculus.statements import Equal, Hypothesis, Statement

RESTARTS = 8


def shown(statement: Equal, signs: Signs) -> tuple[Statement, ...]:
    """What showing the equality needs. UndecidedError if it is not shown, or a side may be undefined."""
    if not statement.left.is_scalar:
        raise UndecidedError("the sides are not scalars")
    roots: dict[Expr, int] = {}
    for _ in range(RESTARTS):
        before, kernels = dict(roots), Kernels(signs, roots)
        left, right = kernels.normal(statement.left), kernels.normal(statement.right)
        if roots == before:
            break
    else:
        raise UndecidedError("the exponents have too many denominators")
    gap = kernels.field.add(left, kernels.field.mul(kernels.field.constant(-1), right))
    if not kernels.vanishes(gap):
        raise UndecidedError(
            "the normal forms differ, but no point was found that surely refutes the equality"
        )
    defined = every(map(signs.defined, (statement.left, statement.right)))
    if defined is None:
        raise UndecidedError(
            "a side may be undefined: is each denominator non-zero, each logarithm's body positive?"
        )
    return tuple(dict.fromkeys([*defined, *kernels.used]))


def decide(statement: Equal, hypotheses: Sequence[Hypothesis] = ()) -> Evidence:
    """Whether two scalars are equal: PROVED for all values, REFUTED at a point, or UNKNOWN.

    Sums, traces and the like are opaque: one generator a tree.
    """
    start, given = time.perf_counter(), [hypothesis.statement for hypothesis in hypotheses]
    verdict, used, detail, seen = Verdict.UNKNOWN, tuple[Statement, ...](), "", None
    try:
        verdict, used = Verdict.PROVED, shown(statement, Signs(given))
    except UndecidedError as reason:
        verdict, detail, seen = Verdict.UNKNOWN, str(reason), seek(statement, given)
    if seen:
        verdict, detail = Verdict.REFUTED, ""
    seconds = time.perf_counter() - start
    method = "point" if seen else "rational normal form"
    return Evidence(
        "scalars", method, ALL_SIZES, verdict, seconds, detail=detail, hypotheses=used, counterexample=seen
    )
