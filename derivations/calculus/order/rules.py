"""What gives an expression its sign: one small rule a kind of node, for scalars and matrices alike.

A scalar is a matrix with one row and one column: it is not negative exactly if it is positive semidefinite, and
positive exactly if it is positive definite. So one table carries both. A rule is asked whether sign * expr is
positive semidefinite (strict: definite), asks the same of the parts, and answers with the statements it needed.
A rule that applies has also shown that the expression is defined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from derivations.calculus import expressions as ex
from derivations.calculus.domains import Domain
from derivations.calculus.expressions import Expr, Index, Member
from derivations.calculus.statements import Belongs, Statement

if TYPE_CHECKING:
    from derivations.calculus.order.signs import Signs

Used: TypeAlias = "tuple[Statement, ...] | None"  # what was needed to show something; None: it was not shown
Rule: TypeAlias = "Callable[[Any, int, bool, Signs], Used]"


def every(parts: Iterable[Used]) -> Used:
    """All that the parts used, if every part was shown."""
    found: dict[Statement, None] = {}
    for part in parts:
        if part is None:
            return None
        found.update(dict.fromkeys(part))
    return tuple(found)


def first(parts: Iterable[Used]) -> Used:
    """What the first part that was shown used."""
    return next((part for part in parts if part is not None), None)


def when(condition: bool) -> Used:
    """Shown without any hypothesis, if the condition is true."""
    return () if condition else None


def declaration(member: Member) -> Belongs:
    """The declared domain of a member, as a statement."""
    last = member.indices[-1] if member.indices and member.symbol.domain.sums_to_one else None
    return Belongs(member, member.symbol.domain, last if isinstance(last, Index) else None)


def bit(expr: Expr) -> Used:
    """Whether the value is 0 or 1: an entry of something binary, a truth value, or one less such a value."""
    member = expr.base if isinstance(expr, ex.Component) else expr
    match member:
        case ex.Member(symbol, _) if symbol.domain.binary and expr.is_scalar:
            return (declaration(member),)
        case ex.Add((ex.Number(one), ex.Neg(body))) if one == 1:
            return bit(body)
    return when(isinstance(expr, TRUTH_VALUES))


def grants(domain: Domain, scalar: bool, strict: bool) -> bool:
    """Whether a value of the domain is positive semidefinite (strict: definite)."""
    if domain.definite or (scalar and domain.positive):
        return True
    return not strict and (domain.semidefinite or (scalar and domain.nonnegative))


def number(expr: ex.Number, sign: int, strict: bool, signs: Signs) -> Used:
    return when(sign * expr.value > 0 or (expr.value == 0 and not strict))


def positive(expr: Expr, sign: int, strict: bool, signs: Signs) -> Used:
    """Sizes are at least 1; the circle's constant and the identity matrix are positive; so is exp, if defined."""
    return every([when(sign > 0), signs.defined(expr)])


def zero_or_one(expr: Expr, sign: int, strict: bool, signs: Signs) -> Used:
    """A delta and its like are not negative, and that is all that is known; the zero matrix has both signs."""
    return every([when(not strict and (sign > 0 or isinstance(expr, ex.Zero))), signs.defined(expr)])


def absolute(expr: ex.Abs, sign: int, strict: bool, signs: Signs) -> Used:
    return every([when(sign > 0), signs.invertible(expr.body) if strict else signs.defined(expr.body)])


def member(expr: Member, sign: int, strict: bool, signs: Signs) -> Used:
    granted = sign > 0 and grants(expr.symbol.domain, expr.is_scalar, strict)
    return (declaration(expr),) if granted else None


def component(expr: ex.Component, sign: int, strict: bool, signs: Signs) -> Used:
    """An entry of an array of positive numbers, or on the diagonal of a definite matrix."""
    diagonal = len(expr.indices) == 2 and expr.indices[0] == expr.indices[1]
    shown = signs.holds(expr.base, sign, strict) if diagonal else None
    if shown is None and isinstance(expr.base, Member) and sign > 0:
        domain = expr.base.symbol.domain
        entrywise = domain.positive or (domain.nonnegative and not strict)
        return (declaration(expr.base),) if entrywise else None
    return shown


def add(expr: ex.Add, sign: int, strict: bool, signs: Signs) -> Used:
    """Terms of one sign; and constants that outweigh terms of at most one, as in 1 - theta > 0."""
    margin, weak, strong = Fraction(0), list[Used](), list[Used]()
    for term in expr.terms:
        body, turned = (term.body, -sign) if isinstance(term, ex.Neg) else (term, sign)
        if isinstance(body, ex.Number):
            margin += turned * body.value
        elif (part := signs.holds(body, turned, False)) is not None:
            weak.append(part)
            strong.append(signs.holds(body, turned, True) if strict else None)
        else:
            margin -= 1
            weak.append(signs.at_most_one(body, False) if turned < 0 else None)
            strong.append(signs.at_most_one(body, True) if turned < 0 and strict else None)
    enough = margin > 0 or (margin == 0 and not strict)
    return every([*weak, () if enough else first(strong) if margin == 0 else None])


def product_sign(parts: Iterable[tuple[Expr, bool]], sign: int, signs: Signs) -> Used:
    """Whether the signs of the factors (each with whether it must be strict) multiply to the given one."""
    found: list[Used] = []
    for factor, strict in parts:
        plus = signs.holds(factor, 1, strict)
        found.append(signs.holds(factor, -1, strict) if plus is None else plus)
        sign = -sign if plus is None else sign
    return every(found) if sign > 0 else None


def mul(expr: ex.Mul, sign: int, strict: bool, signs: Signs) -> Used:
    """Signs multiply; equal scalar factors are squares."""
    parts, squares = list[tuple[Expr, bool]](), list[Used]()
    for factor in dict.fromkeys(expr.factors):
        count = expr.factors.count(factor)
        if count % 2:
            parts.append((factor, strict))
        if count > 1:
            squares.append(signs.invertible(factor) if strict else signs.defined(factor))
    return every([product_sign(parts, sign, signs), *squares])


def div(expr: ex.Div, sign: int, strict: bool, signs: Signs) -> Used:
    return product_sign([(expr.numerator, strict), (expr.denominator, True)], sign, signs)


def power(expr: ex.Pow, sign: int, strict: bool, signs: Signs) -> Used:
    """Even powers of anything real, odd powers by the sign of the base, other powers of positive numbers."""
    match expr.exponent:
        case ex.Number(n) if n.denominator == 1 and n.numerator % 2 == 0:
            return every([when(sign > 0), signs.invertible(expr.base) if strict else signs.defined(expr)])
        case ex.Number(n) if n.denominator == 1:
            return signs.holds(expr.base, sign, strict or n < 0)
    return every([when(sign > 0), signs.holds(expr.base, 1, strict), signs.defined(expr)])


def flat(expr: Expr, turned: bool = False) -> tuple[Expr, ...]:
    """The factors of a product of matrices, with transposition moved to the factors."""
    match expr:
        case ex.MatMul(factors):
            return tuple(f for factor in factors[:: -1 if turned else 1] for f in flat(factor, turned))
        case ex.Transpose(body):
            return flat(body, not turned)
    return (ex.Transpose(expr),) if turned else (expr,)


def joined(factors: tuple[Expr, ...]) -> Expr:
    return factors[0] if len(factors) == 1 else ex.MatMul(factors)


def mirrored(left: Expr, right: Expr) -> Used:
    """Whether left is the transpose of right, as written or because it is declared symmetric."""
    if flat(left) == flat(right, turned=True):
        return ()
    core = left.body if isinstance(left, ex.Inverse) else left
    symmetric = left == right and isinstance(core, Member) and core.symbol.domain.symmetric
    return (declaration(core),) if symmetric and isinstance(core, Member) else None


def matmul(expr: ex.MatMul, sign: int, strict: bool, signs: Signs) -> Used:
    """A'A, and the congruence A'SA with S of known sign; definite only if A is invertible."""
    factors, outer = flat(expr), list[Used]()
    while len(factors) > 1 and (mirror := mirrored(factors[0], factors[-1])) is not None:
        outer += [mirror, signs.invertible(factors[-1]) if strict else signs.defined(factors[-1])]
        factors = factors[1:-1]
    core = signs.holds(factors[0], sign, strict) if len(factors) == 1 else when(not factors and sign > 0)
    return every([core, *outer])


def like_body(expr: Any, sign: int, strict: bool, signs: Signs) -> Used:
    return signs.holds(expr.body, sign, strict)


def unlike_body(expr: ex.Neg, sign: int, strict: bool, signs: Signs) -> Used:
    return signs.holds(expr.body, -sign, strict)


def inverse(expr: ex.Inverse, sign: int, strict: bool, signs: Signs) -> Used:
    return signs.holds(expr.body, sign, True)


def trace(expr: ex.Trace, sign: int, strict: bool, signs: Signs) -> Used:
    """The trace of a (semi)definite matrix, or of the product of two, in any cyclic order."""
    factors = flat(expr.body)
    turns = [factors[n:] + factors[:n] for n in range(len(factors))]
    splits = [(joined(t[:n]), joined(t[n:])) for t in turns for n in range(1, len(factors))]
    products = (every([signs.holds(a, 1, strict), signs.holds(b, sign, strict)]) for a, b in splits)
    return first([signs.holds(expr.body, sign, strict), first(products)])


def positive_if_body_is(expr: Any, sign: int, strict: bool, signs: Signs) -> Used:
    """The determinant of a definite matrix, a product over a range."""
    return every([when(sign > 0), signs.holds(expr.body, 1, strict)])


def range_sum(expr: ex.Sum, sign: int, strict: bool, signs: Signs) -> Used:
    """Terms of one sign (there is at least one); weights that sum to one, some perhaps 0, on positive terms."""
    shown = signs.holds(expr.body, sign, strict)
    factors = expr.body.factors if isinstance(expr.body, ex.Mul) else (expr.body,)
    if shown is None and isinstance(factors[0], Member) and is_weight(factors[0], expr.index):
        rest = product_sign([(factor, True) for factor in factors[1:]], sign, signs)
        return every([(declaration(factors[0]),), rest])
    return shown


def is_weight(expr: Member, index: Index) -> bool:
    """Whether the member is not negative and sums to one over the index."""
    domain, others = expr.symbol.domain, expr.indices[:-1]
    summed = expr.indices[-1:] == (index,) and all(isinstance(i, Index) and i != index for i in others)
    return summed and domain.sums_to_one and domain.nonnegative


def assignments(expr: ex.AssignmentSum, sign: int, strict: bool, signs: Signs) -> Used:
    return signs.without(expr.labels).holds(expr.body, sign, strict)


CONE: dict[type[Expr], Rule] = {
    ex.Number: number,
    ex.Size: positive,
    ex.CirclePi: positive,
    ex.Identity: positive,
    ex.Exp: positive,
    ex.Zero: zero_or_one,
    ex.Delta: zero_or_one,
    ex.Ordered: zero_or_one,
    ex.Bracket: zero_or_one,
    ex.First: zero_or_one,
    ex.Abs: absolute,
    ex.Member: member,
    ex.Component: component,
    ex.Add: add,
    ex.Neg: unlike_body,
    ex.Mul: mul,
    ex.Div: div,
    ex.Pow: power,
    ex.MatMul: matmul,
    ex.Transpose: like_body,
    ex.Inverse: inverse,
    ex.Trace: trace,
    ex.Det: positive_if_body_is,
    ex.Product: positive_if_body_is,
    ex.Minimum: like_body,
    ex.Sum: range_sum,
    ex.AssignmentSum: assignments,
}

# A defined node of this kind is invertible (for a scalar: not zero) if these parts of it are.
INVERTIBLE_IF: dict[type[Expr], Callable[[Any], tuple[Expr, ...]]] = {
    ex.Neg: lambda e: (e.body,),
    ex.Abs: lambda e: (e.body,),
    ex.Mul: lambda e: e.factors,
    ex.Div: lambda e: (e.numerator,),
    ex.Pow: lambda e: (e.base,),
    ex.MatMul: lambda e: e.factors,
    ex.Transpose: lambda e: (e.body,),
    ex.Inverse: lambda e: (e.body,),
    ex.Det: lambda e: (e.body,),
    ex.Product: lambda e: (e.body,),
}

# Nodes that are defined whenever their parts are.
TOTAL: frozenset[type[Expr]] = frozenset(
    {ex.Number, ex.Size, ex.CirclePi, ex.Identity, ex.Zero, ex.Delta, ex.Member, ex.Component, ex.Add, ex.Neg}
    | {ex.Mul, ex.MatMul, ex.Transpose, ex.Trace, ex.Det, ex.Exp, ex.Sum, ex.Product, ex.LogSumExp}
    | {ex.Ordered, ex.Bracket, ex.First, ex.Abs, ex.Minimum, ex.Median}
)

# Nodes whose value is 0 or 1.
TRUTH_VALUES = (ex.Delta, ex.Ordered, ex.Bracket, ex.First)
