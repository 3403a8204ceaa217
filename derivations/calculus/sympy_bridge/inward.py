"""From SymPy: an expression that a SymPy user brings, as a tree of ours.

Only what means the same on both sides is carried over; everything else is refused by name. SymPy rewrites while it
builds, by the assumptions of its symbols: a symbol may therefore not be assumed to be more there than it is here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias

from derivations.calculus import expressions as ex
from derivations.calculus.domains import REAL, Domain
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import Dim, Expr, Index, Member, Number, ShapeError, Size, Symbol
from derivations.calculus.order import definite
from derivations.calculus.sympy_bridge.errors import BridgeError

Name: TypeAlias = "Expr | Symbol | Index"
Names: TypeAlias = "Mapping[str, Name]"
Rule: TypeAlias = "Callable[[Any, Names], Expr]"

ALLOWED: dict[str, Callable[[Domain], bool]] = {
    "positive": lambda domain: domain.positive,
    "nonnegative": lambda domain: domain.nonnegative,
    "integer": lambda domain: domain.binary,
    "negative": lambda domain: False,
    "nonpositive": lambda domain: False,
    "imaginary": lambda domain: False,
}


def from_sympy(expr: Any, names: Names) -> Expr:
    """The expression as a tree; `names` says what SymPy's names stand for here.

    A name may stand for a size, an index that nothing binds, an expression, or (of an IndexedBase) a family.
    BridgeError names what cannot be carried over.
    """
    for kind in type(expr).__mro__:
        if kind.__name__ in RULES:
            try:
                return RULES[kind.__name__](expr, names)
            except ShapeError as error:
                raise BridgeError(f"{expr}: {error}") from None
    known = ", ".join(sorted(RULES))
    raise BridgeError(f"{type(expr).__name__} in {expr} cannot be carried over; what can: {known}")


def named(expr: Any, names: Names) -> Name:
    name = str(getattr(expr, "name", expr))
    if name not in names:
        raise BridgeError(f"{name} is not among the names given: {', '.join(sorted(names)) or 'none'}")
    return names[name]


def not_more(expr: Any, domain: Domain) -> None:
    """BridgeError if SymPy assumes of the symbol what its domain does not say."""
    for assumption, allowed in ALLOWED.items():
        if getattr(expr, f"is_{assumption}") and not allowed(domain):
            raise BridgeError(f"{expr} is assumed {assumption} in SymPy, but here it {domain.phrase}")


def symbol(expr: Any, names: Names) -> Expr:
    found = named(expr, names)
    if not isinstance(found, Expr):
        kind = "a family, which needs indices" if isinstance(found, Symbol) else "an index and no number"
        raise BridgeError(f"{expr} stands for {kind}")
    if isinstance(found, Member):
        not_more(expr, found.symbol.domain)
    elif not isinstance(found, Size):
        not_more(expr, REAL)
    return found


def indexed(expr: Any, names: Names) -> Expr:
    found = named(expr.base, names)
    family = found.symbol if isinstance(found, Member) else found
    if not isinstance(family, Symbol) or len(family.family) != len(expr.indices):
        raise BridgeError(f"{expr.base} does not stand for a family with {len(expr.indices)} indices")
    not_more(expr, family.domain)
    return family[tuple(index(i, names) for i in expr.indices)]


def index(expr: Any, names: Names) -> Index:
    found = named(expr, names)
    if not isinstance(found, Index):
        raise BridgeError(f"{expr} is no index here")
    return found


def bound(node: Callable[[Index, Expr], Expr]) -> Rule:
    """A sum or product over indices that run from 1 to a size; the last limit is the outermost in SymPy."""

    def rule(expr: Any, names: Names) -> Expr:
        inside, indices = dict(names), list[Index]()
        for variable, low, high in reversed(expr.limits):
            size = named(high, inside)
            if low != 1 or not isinstance(size, Size):
                raise BridgeError(f"{variable} runs from {low} to {high}; expected 1 to a size")
            indices.append(Index(str(variable.name), size))
            inside[indices[-1].name] = indices[-1]
        return reduce(
            lambda body, index: node(index, body), reversed(indices), from_sympy(expr.function, inside)
        )

    return rule


def number(expr: Any, names: Names) -> Expr:
    return Number(Fraction(int(expr.p), int(expr.q)))


def add(expr: Any, names: Names) -> Expr:
    return ex.Add(tuple(from_sympy(term, names) for term in expr.as_ordered_terms()))


def mat_add(expr: Any, names: Names) -> Expr:
    return ex.Add(tuple(from_sympy(term, names) for term in expr.args))


def mul(expr: Any, names: Names) -> Expr:
    """A product, with negative powers below the line and a sign in front."""
    coefficient, rest = expr.as_coeff_Mul()
    if coefficient.is_negative:
        return ex.Neg(from_sympy(-expr, names))
    above, below = list[Expr](), list[Expr]()
    for factor in ([] if coefficient == 1 else [coefficient]) + list(rest.as_ordered_factors()):
        exponent = factor.as_base_exp()[1]
        under = exponent.is_Rational and exponent.is_negative and not factor.is_Rational
        (below if under else above).append(from_sympy(1 / factor if under else factor, names))
    top = product(above) if above else ex.as_expr(1)
    return ex.Div(top, product(below)) if below else top


def product(factors: list[Expr]) -> Expr:
    return reduce(lambda left, right: left * right, factors)


def mat_mul(expr: Any, names: Names) -> Expr:
    coefficient, matrices = expr.as_coeff_matrices()
    result = reduce(lambda left, right: left @ right, (from_sympy(m, names) for m in matrices))
    if coefficient == 1:
        return result
    return ex.Neg(result) if coefficient == -1 else from_sympy(coefficient, names) * result


def power(expr: Any, names: Names) -> Expr:
    base, exponent = expr.as_base_exp()
    if exponent.is_Rational and exponent.is_negative:
        return ex.Div(ex.as_expr(1), from_sympy(1 / expr, names))
    return ex.Pow(from_sympy(base, names), from_sympy(exponent, names))


def log(expr: Any, names: Names) -> Expr:
    """log of a determinant is our log |det| only where the determinant is known to be positive."""
    body = from_sympy(expr.args[0], names)
    if isinstance(body, ex.Det) and definite(body.body).verdict is Verdict.PROVED:
        return ex.LogDet(body.body)
    return ex.Log(body)


def matrix(expr: Any, names: Names) -> Expr:
    found = named(expr, names)
    if not isinstance(found, Expr):
        raise BridgeError(f"{expr} stands for no single matrix here")
    shapes = ", ".join(map(str, expr.shape)), ", ".join(map(dim_name, found.shape))
    if shapes[0] != shapes[1]:
        raise BridgeError(f"{expr} has the shape ({shapes[0]}) in SymPy, but ({shapes[1]}) here")
    return found


def dim_name(dim: Dim) -> str:
    return dim.name if isinstance(dim, Size) else str(dim)


def dim(expr: Any, names: Names) -> Dim:
    found = named(expr, names) if expr != 1 else 1
    if not isinstance(found, Size | int):
        raise BridgeError(f"{expr} is not a size here")
    return found


def identity(expr: Any, names: Names) -> Expr:
    size = dim(expr.shape[0], names)
    return ex.Identity(size) if isinstance(size, Size) else ex.as_expr(1)


def zero(expr: Any, names: Names) -> Expr:
    return ex.Zero((dim(expr.shape[0], names), dim(expr.shape[1], names)))


def unary(node: Callable[[Expr], Expr]) -> Rule:
    return lambda expr, names: node(from_sympy(expr.args[0], names))


RULES: dict[str, Rule] = {
    "Rational": number,
    "Pi": lambda expr, names: ex.CirclePi(),
    "Exp1": lambda expr, names: ex.Exp(ex.as_expr(1)),
    "Symbol": symbol,
    "Indexed": indexed,
    "Add": add,
    "Mul": mul,
    "Pow": power,
    "exp": unary(ex.Exp),
    "log": log,
    "Abs": unary(ex.Abs),
    "Sum": bound(ex.Sum),
    "Product": bound(ex.Product),
    "MatrixSymbol": matrix,
    "MatMul": mat_mul,
    "MatAdd": mat_add,
    "Transpose": unary(ex.Transpose),
    "Inverse": unary(ex.Inverse),
    "Trace": unary(ex.Trace),
    "Determinant": unary(ex.Det),
    "Identity": identity,
    "ZeroMatrix": zero,
}
