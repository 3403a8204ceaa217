"""To SymPy: a tree of ours at concrete sizes, as explicit scalars and matrices of SymPy symbols.

Members become symbols such as gamma_1_2, entries x_1_2, with what their domains say as assumptions; symmetric
matrices share symbols. Sums are written out and derivatives are taken entry by entry, so nothing symbolic in the
sizes is left for SymPy to be wrong about.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add, mul
from typing import Any, TypeAlias

from derivations.calculus import expressions as ex
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import Dim, Expr, Index, IndexLike, Member, Size, Symbol
from derivations.calculus.order import definite
from derivations.calculus.sympy_bridge.errors import BridgeError

LARGEST_SUM = 256  # assignments of labels

Place: TypeAlias = "tuple[int, ...]"
Definitions: TypeAlias = "Sequence[tuple[Member, Expr]]"


def to_sympy(
    expr: Expr,
    sizes: Mapping[str, int],
    indices: Mapping[Index, int] | None = None,
    definitions: Definitions = (),
) -> Any:
    """A scalar as a SymPy expression, an array as a SymPy Matrix of shape (rows, columns).

    `sizes` gives each size a number, `indices` each free index a value from 1; a defined symbol is replaced by its
    definition. BridgeError names what is missing or has no counterpart.
    """
    env: Env = {index: value for index, value in (indices or {}).items()}  # noqa: C416
    return Explicit(dict(sizes), {}, definitions).value(expr, env)


@dataclass(frozen=True)
class Explicit:
    """Trees at concrete sizes. `places` remembers which entry of which symbol a SymPy symbol stands for."""

    sizes: dict[str, int]
    places: dict[Any, tuple[Symbol, Place]]
    definitions: Definitions = ()

    def size(self, dim: Dim) -> int:
        if not isinstance(dim, Size):
            return dim
        try:
            return self.sizes[dim.name]
        except KeyError:
            given = ", ".join(self.sizes) or "none"
            raise BridgeError(f"the size {dim.name} has no number; sizes given: {given}") from None

    def range(self, size: Size) -> range:
        return range(1, self.size(size) + 1)

    def at(self, index: IndexLike, env: Env) -> int:
        """The value of an index, or of a label that stands in an index's place."""
        key = (
            index
            if isinstance(index, Index)
            else (index.symbol, tuple(self.at(i, env) for i in index.indices))
        )
        if key not in env:
            name = index.name if isinstance(index, Index) else index.symbol.name
            raise BridgeError(f"the index {name} has no value")
        return env[key]

    def symbol(self, symbol: Symbol, place: Place) -> Any:
        """The SymPy symbol for one entry; an entry below the diagonal of a symmetric matrix is the one above."""
        import sympy

        if symbol.domain.symmetric:
            place = (*place[:-2], *sorted(place[-2:]))
        domain, diagonal = symbol.domain, len(place) > 1 and place[-1] == place[-2]
        positive = domain.positive or (domain.definite and diagonal)
        assumed = (
            {"positive": True}
            if positive
            else {"nonnegative": True}
            if domain.nonnegative
            else {"real": True}
        )
        found = sympy.Symbol("_".join([symbol.name, *map(str, place)]), **assumed)
        if self.places.setdefault(found, (symbol, place)) != (symbol, place):
            raise BridgeError(f"{found} would stand for two different things; rename {symbol.name}")
        return found

    def value(self, expr: Expr, env: Env) -> Any:
        if type(expr) not in RULES:
            raise BridgeError(f"{type(expr).__name__} has no counterpart in SymPy")
        return RULES[type(expr)](expr, self, env)

    def array(self, shape: ex.Shape, entry: Callable[[int, int], Any]) -> Any:
        """A scalar for a scalar shape, else a matrix; entries are counted from 1."""
        import sympy

        if shape == ex.SCALAR:
            return entry(1, 1)
        rows, columns = map(self.size, shape)
        return sympy.Matrix(rows, columns, lambda row, column: entry(row + 1, column + 1))

    def member(self, expr: Member, env: Env) -> Any:
        symbol, place = expr.symbol, tuple(self.at(index, env) for index in expr.indices)
        for pattern, body in self.definitions:
            if pattern.symbol == symbol:
                inner: Env = {index: at for index, at in zip(pattern.indices, place, strict=True)}  # noqa: C416
                return self.value(body, inner)
        if symbol.labels is not None or symbol.domain.label:
            raise BridgeError(f"the label {symbol.name} is not a number")
        return self.array(
            expr.shape, lambda row, column: self.symbol(symbol, place + tail(expr, row, column))
        )

    def gradient(self, expr: ex.Gradient, env: Env) -> Any:
        """The derivative by each entry; off the diagonal of a symmetric variable, half of it counts for each."""
        import sympy

        member, body = expr.member, self.value(expr.body, env)
        if any(pattern.symbol == member.symbol for pattern, _ in self.definitions):
            raise BridgeError(f"{member.symbol.name} is defined; a derivative is taken by what is not")
        variables = replace(self, definitions=()).member(member, env)

        def slope(row: int, column: int) -> Any:
            variable = variables if member.is_scalar else variables[row - 1, column - 1]
            twice = member.symbol.domain.symmetric and row != column
            return sympy.diff(body, variable) / (2 if twice else 1)

        return self.array(member.shape, slope)

    def put_in(self, expr: ex.At, env: Env) -> Any:
        body, value = self.value(expr.body, env), self.value(expr.value, env)
        variable = self.member(expr.member, env)
        pairs = {variable: value} if expr.member.is_scalar else dict(zip(variable, value, strict=True))
        return body.xreplace(pairs)


Env: TypeAlias = "dict[object, int]"  # of indices; and of labels, by their symbol and place
Rule: TypeAlias = "Callable[[Any, Explicit, Env], Any]"


def tail(expr: Member, row: int, column: int) -> Place:
    """What the place of an entry adds to that of the member."""
    rows, columns = expr.shape
    return () if expr.is_scalar else (row,) if columns == 1 else (column,) if rows == 1 else (row, column)


def folded(operation: Callable[[Any, Any], Any], field: str) -> Rule:
    return lambda expr, at, env: reduce(operation, [at.value(part, env) for part in getattr(expr, field)])


def ranged(operation: Callable[[Any, Any], Any]) -> Rule:
    def rule(expr: Any, at: Explicit, env: Env) -> Any:
        values = [at.value(expr.body, {**env, expr.index: n}) for n in at.range(expr.index.size)]
        return reduce(operation, values)

    return rule


def function(name: str) -> Rule:
    def rule(expr: Any, at: Explicit, env: Env) -> Any:
        import sympy

        return getattr(sympy, name)(at.value(expr.body, env))

    return rule


def number(expr: ex.Number, at: Explicit, env: Env) -> Any:
    import sympy

    return sympy.Rational(expr.value.numerator, expr.value.denominator)


def size(expr: Size, at: Explicit, env: Env) -> Any:
    import sympy

    return sympy.Integer(at.size(expr))


def circle_pi(expr: ex.CirclePi, at: Explicit, env: Env) -> Any:
    import sympy

    return sympy.pi


def truth(holds: Callable[[int, int], bool]) -> Rule:
    def rule(expr: Any, at: Explicit, env: Env) -> Any:
        import sympy

        return sympy.Integer(holds(at.at(expr.left, env), at.at(expr.right, env)))

    return rule


def component(expr: ex.Component, at: Explicit, env: Env) -> Any:
    place = [at.at(index, env) - 1 for index in expr.indices]
    return at.value(expr.base, env)[place[0], place[1] if len(place) > 1 else 0]


def matmul(expr: ex.MatMul, at: Explicit, env: Env) -> Any:
    """The product; a factor with one row and one column is a number and scales."""
    result = reduce(mul, [at.value(factor, env) for factor in expr.factors])
    return result[0, 0] if expr.is_scalar and hasattr(result, "shape") else result


def transpose(expr: ex.Transpose, at: Explicit, env: Env) -> Any:
    body = at.value(expr.body, env)
    return body if expr.is_scalar else body.T


def inverse(expr: ex.Inverse, at: Explicit, env: Env) -> Any:
    """The matrix of cofactors, transposed, over the determinant."""
    body = at.value(expr.body, env)
    if expr.is_scalar:
        return 1 / body
    whole = laplace(body)
    return at.array(expr.shape, lambda row, column: cofactor(body, column - 1, row - 1) / whole)


def trace(expr: ex.Trace, at: Explicit, env: Env) -> Any:
    body = at.value(expr.body, env)
    return body if expr.body.is_scalar else body.trace()


def determinant(expr: ex.SquareFunction, at: Explicit, env: Env) -> Any:
    body = at.value(expr.body, env)
    return body if expr.body.is_scalar else laplace(body)


def laplace(matrix: Any) -> Any:
    """The determinant along the first row: for small matrices, and without SymPy's simplifying on the way."""
    if matrix.rows == 1:
        return matrix[0, 0]
    return reduce(add, [matrix[0, column] * cofactor(matrix, 0, column) for column in range(matrix.cols)])


def cofactor(matrix: Any, row: int, column: int) -> Any:
    import sympy

    minor = laplace(matrix.minor_submatrix(row, column)) if matrix.rows > 1 else sympy.Integer(1)
    return (-1) ** (row + column) * minor


def identity(expr: ex.Identity | ex.Zero, at: Explicit, env: Env) -> Any:
    """The identity matrix, or an array of zeros."""
    import sympy

    diagonal = isinstance(expr, ex.Identity)
    return at.array(expr.shape, lambda row, column: sympy.Integer(diagonal and row == column))


def log_determinant(expr: ex.LogDet, at: Explicit, env: Env) -> Any:
    """log det where the matrix is known to be definite, else half of log det^2, which SymPy can differentiate."""
    import sympy

    value = determinant(expr, at, env)
    sure = definite(expr.body).verdict is Verdict.PROVED
    return sympy.log(value) if sure else sympy.log(value**2) / 2


def weighted_log(expr: ex.WeightedLog, at: Explicit, env: Env) -> Any:
    import sympy

    weight, body = at.value(expr.weight, env), at.value(expr.body, env)
    value = weight * sympy.log(body)
    return value if body.is_positive else sympy.Piecewise((0, sympy.Eq(weight, 0)), (value, True))


def bracket(expr: ex.Bracket, at: Explicit, env: Env) -> Any:
    import sympy

    relation = {"<": sympy.Lt, "<=": sympy.Le, "=": sympy.Eq}[expr.relation]
    return sympy.Piecewise((1, relation(at.value(expr.left, env), at.value(expr.right, env))), (0, True))


def first(expr: ex.First, at: Explicit, env: Env) -> Any:
    """1 where every value before the chosen one is larger, and none after it is smaller."""
    import sympy

    chosen = at.at(expr.chosen, env)
    values = [at.value(expr.body, {**env, expr.index: n}) for n in at.range(expr.index.size)]
    least = values[chosen - 1]
    before = [sympy.Lt(least, value) for value in values[: chosen - 1]]
    after = [sympy.Le(least, value) for value in values[chosen:]]
    return sympy.Piecewise((1, sympy.And(*before, *after)), (0, True))


def log_sum_exp(expr: ex.LogSumExp, at: Explicit, env: Env) -> Any:
    import sympy

    return sympy.log(RULES[ex.Sum](replace(expr, body=ex.Exp(expr.body)), at, env))


def smallest(left: Any, right: Any) -> Any:
    import sympy

    return sympy.Min(left, right)


def assignments(expr: ex.AssignmentSum, at: Explicit, env: Env) -> Any:
    labels = expr.labels
    points, components = at.range(labels.family[0]), at.range(labels.labels or labels.family[0])
    if len(components) ** len(points) > LARGEST_SUM:
        raise BridgeError(f"{len(components)}^{len(points)} assignments are too many to write out")
    chosen = itertools.product(components, repeat=len(points))
    envs = [{**env, **{(labels, (i,)): n for i, n in zip(points, one, strict=True)}} for one in chosen]
    return reduce(add, [at.value(expr.body, inner) for inner in envs])


RULES: dict[type[Expr], Rule] = {
    ex.Number: number,
    ex.Size: size,
    ex.CirclePi: circle_pi,
    ex.Member: lambda expr, at, env: at.member(expr, env),
    ex.Delta: truth(int.__eq__),
    ex.Ordered: truth(int.__le__),
    ex.Component: component,
    ex.Add: folded(add, "terms"),
    ex.Neg: lambda expr, at, env: -at.value(expr.body, env),
    ex.Mul: folded(mul, "factors"),
    ex.Div: lambda expr, at, env: at.value(expr.numerator, env) / at.value(expr.denominator, env),
    ex.Pow: lambda expr, at, env: at.value(expr.base, env) ** at.value(expr.exponent, env),
    ex.MatMul: matmul,
    ex.Transpose: transpose,
    ex.Inverse: inverse,
    ex.Trace: trace,
    ex.Det: determinant,
    ex.LogDet: log_determinant,
    ex.Identity: identity,
    ex.Zero: identity,
    ex.Log: function("log"),
    ex.Exp: function("exp"),
    ex.Abs: function("Abs"),
    ex.Bracket: bracket,
    ex.WeightedLog: weighted_log,
    ex.Sum: ranged(add),
    ex.Product: ranged(mul),
    ex.First: first,
    ex.Minimum: ranged(smallest),
    ex.LogSumExp: log_sum_exp,
    ex.AssignmentSum: assignments,
    ex.Gradient: lambda expr, at, env: at.gradient(expr, env),
    ex.At: lambda expr, at, env: at.put_in(expr, env),
}
