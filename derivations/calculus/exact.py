"""Values of scalar trees at rational points: exact where they are rational, else in certified balls.

This is what makes a counterexample of the rule-based engines certain: the statement is evaluated as written,
at a point of the declared domains that satisfies every hypothesis, and its failure is not a matter of rounding.
A point gives a rational to every *atom*: a scalar member such as N[k], an entry x[i][d], a size. Atoms with
different indices are different quantities; so a family whose members are tied to each other has no free atoms.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias, cast

import flint

from derivations.calculus.domains import BINARY, FRACTION, NONNEGATIVE, POSITIVE, PROBABILITY, REAL, Domain
from derivations.calculus.evidence import Counterexample
from derivations.calculus.expressions import (
    Abs,
    Add,
    Bracket,
    CirclePi,
    Component,
    Div,
    Exp,
    Expr,
    Index,
    Log,
    Member,
    Mul,
    Neg,
    Number,
    Pow,
    Size,
    WeightedLog,
)
from derivations.calculus.matching import indices_in, instances
from derivations.calculus.statements import Belongs, Equal, LessEqual, Statement, expressions_of

Value: TypeAlias = "flint.fmpq | flint.arb"
Point: TypeAlias = "Mapping[Expr, flint.fmpq]"

FREE = (REAL, NONNEGATIVE, POSITIVE, FRACTION, PROBABILITY, BINARY)
BITS = 200
LARGEST_BITS = 10_000  # of an exact power; larger ones are put into a ball


class InexactError(ArithmeticError):
    """The tree has no certain value here: it is undefined, or holds something that is not a scalar."""


def is_atom(expr: Expr) -> bool:
    """Whether a point gives the expression its value: a scalar member, an entry of a member, a size."""
    if isinstance(expr, Component):
        return isinstance(expr.base, Member)
    return isinstance(expr, Size) or (isinstance(expr, Member) and expr.is_scalar)


def atoms(exprs: Iterable[Expr]) -> tuple[Expr, ...]:
    """The atoms of scalar trees, in reading order."""
    return tuple(dict.fromkeys(atom for expr in exprs for atom in _atoms(expr)))


def _atoms(expr: Expr) -> Iterator[Expr]:
    if is_atom(expr):
        yield expr
    else:
        for child in expr.children:
            yield from _atoms(child)


def member_of(atom: Expr) -> Member | None:
    """The member that an atom is, or is an entry of; None for a size."""
    found = atom.base if isinstance(atom, Component) else atom
    return found if isinstance(found, Member) else None


def indices_of(atom: Expr) -> tuple[object, ...]:
    """The indices of an atom; a label may stand among them."""
    inner = atom.indices if isinstance(atom, Component) else ()
    member = member_of(atom)
    return (*(member.indices if member else ()), *inner)


def is_free(atom: Expr) -> bool:
    """Whether any value of its domain can be given to the atom, whatever the others are."""
    member = member_of(atom)
    if member is None:
        return True
    return member.symbol.domain in FREE and all(isinstance(index, Index) for index in indices_of(atom))


def rationals(numbers: Mapping[Expr, Fraction]) -> dict[Expr, flint.fmpq]:
    """A point of fractions as a point for `value`."""
    return {atom: flint.fmpq(number.numerator, number.denominator) for atom, number in numbers.items()}


def value(expr: Expr, point: Point) -> Value:
    """The value at the point; InexactError where it is undefined, ZeroDivisionError for an exact 0 in a denominator."""
    match expr:
        case _ if expr in point:
            return point[expr]
        case Number(number):
            return flint.fmpq(number.numerator, number.denominator)
        case CirclePi():
            return flint.arb.pi()
        case Add(terms):
            return sum((value(term, point) for term in terms[1:]), value(terms[0], point))
        case Neg(body):
            return -value(body, point)
        case Mul(factors):
            result: Value = flint.fmpq(1)
            for factor in factors:
                result = result * value(factor, point)
            return result
        case Div(numerator, denominator):
            return value(numerator, point) / value(denominator, point)
        case Pow(base, exponent):
            return _power(value(base, point), value(exponent, point))
        case Log(body):
            return _log(value(body, point))
        case Exp(body):
            return flint.arb(value(body, point)).exp()
        case Abs(body):
            return cast("Value", abs(value(body, point)))
        case Bracket(left, relation, right):
            return _bracket(value(right, point) - value(left, point), relation)
        case WeightedLog(weight, body):
            scale = value(weight, point)
            return scale if scale == 0 else scale * _log(value(body, point))
        case _:
            raise InexactError(f"{type(expr).__name__} has no value at a point of scalars")


def _log(number: Value) -> Value:
    if not number > 0:
        raise InexactError("the logarithm of a number that is not surely positive")
    return flint.arb(number).log()


def _bracket(gap: Value, relation: str) -> Value:
    """1 or 0, if it is certain which; the relation is of left to right, the gap is right less left."""
    sure = {"<": (gap > 0, gap <= 0), "<=": (gap >= 0, gap < 0), "=": (gap == 0, gap != 0)}[relation]
    if not any(sure):
        raise InexactError("a bracket whose sides are too close")
    return flint.fmpq(1 if sure[0] else 0)


def _power(base: Value, exponent: Value) -> Value:
    if isinstance(exponent, flint.fmpq) and exponent.q == 1:
        exact = isinstance(base, flint.fmpq) and base.height_bits() * abs(exponent) <= LARGEST_BITS
        return (base if exact else flint.arb(base)) ** int(exponent.p)
    if not base > 0:
        raise InexactError("a power of a number that is not surely positive")
    return flint.arb(base) ** flint.arb(exponent)


def contains(domain: Domain, number: Value) -> bool:
    """Whether the number surely lies in the domain, one of those in FREE."""
    if domain == BINARY:
        return bool(number == 0 or number == 1)
    bounds = [number > 0] if domain.positive else [number >= 0] if domain.nonnegative else []
    bounds += [number < 1] if domain.below_one else [number <= 1] if domain.at_most_one else []
    return domain in FREE and all(bounds)


def truth(statement: Statement, point: Point) -> bool | None:
    """Whether the statement surely holds, surely fails (at a point where it is defined), or neither."""
    try:
        match statement:
            case Equal(left, right):
                gap = value(left, point) - value(right, point)
                return bool(gap == 0) if isinstance(gap, flint.fmpq) else (False if gap != 0 else None)
            case LessEqual(left, right, strict):
                gap = value(right, point) - value(left, point)
                holds, fails = (gap > 0, gap <= 0) if strict else (gap >= 0, gap < 0)
                return True if holds else False if fails else None
            case Belongs(body, domain, None) if domain in FREE:
                return contains(domain, value(body, point)) or None
    except (InexactError, ZeroDivisionError):
        pass
    return None


def refutation(
    cases: Sequence[Sequence[Statement]], hypotheses: Sequence[Statement], numbers: Mapping[Expr, Fraction]
) -> Counterexample | None:
    """The point as a counterexample to "one of the cases holds", if it surely is one.

    Every atom must be free and lie in its domain, the hypotheses must surely hold, and each case must hold a
    statement that surely fails. Sizes are at least the number of indices: these stand for different components.
    """
    goals = [statement for case in cases for statement in case]
    used = atoms(expr for statement in (*goals, *hypotheses) for expr in expressions_of(statement))
    if any(atom not in numbers or not is_free(atom) for atom in used):
        return None
    with flint.ctx.workprec(BITS):
        point = rationals({atom: numbers[atom] for atom in used})
        sizes = least_sizes(used)
        admissible = all(_admissible(atom, number, sizes) for atom, number in point.items())
        if not admissible or any(truth(hypothesis, point) is not True for hypothesis in hypotheses):
            return None
        if not all(any(truth(statement, point) is False for statement in case) for case in cases):
            return None
        sizes |= {atom.name: int(number.p) for atom, number in point.items() if isinstance(atom, Size)}
        values = {text(atom): str(number) for atom, number in point.items() if not isinstance(atom, Size)}
        left, right = _sides(goals, point)
        return Counterexample(sizes, values, left, right)


def _sides(goals: Sequence[Statement], point: Point) -> tuple[str, str]:
    match goals:
        case [Equal(left, right) | LessEqual(left, right, _)]:
            return _shown(left, point), _shown(right, point)
    return "no case holds", "one of the cases should hold"


def _admissible(atom: Expr, number: flint.fmpq, least: Mapping[str, int]) -> bool:
    member = member_of(atom)
    if member is not None:
        return contains(member.symbol.domain, number)
    return bool(number.q == 1 and number >= least.get(text(atom), 1))


def least_sizes(used: Iterable[Expr]) -> dict[str, int]:
    """The smallest sizes at which the indices of the atoms can all be different."""
    found = {index for atom in used for index in indices_of(atom) if isinstance(index, Index)}
    return {
        size.name: sum(i.size == size for i in found) for size in sorted({i.size for i in found}, key=text)
    }


def text(atom: Expr) -> str:
    """An atom in plain text: N[k], x[i][d], K."""
    member = member_of(atom)
    if member is None:
        return atom.name if isinstance(atom, Size) else type(atom).__name__
    groups = [member.indices, atom.indices if isinstance(atom, Component) else ()]
    shown = [", ".join(i.name if isinstance(i, Index) else text(i) for i in group) for group in groups]
    return member.symbol.name + "".join(f"[{names}]" for names in shown if names)


def _shown(expr: Expr, point: Point) -> str:
    number = value(expr, point)
    return str(number) if isinstance(number, flint.fmpq) else number.str(20)


DRAWS: dict[Domain, Callable[[random.Random], Fraction]] = {
    REAL: lambda rng: Fraction(rng.randint(-19, 19), rng.randint(1, 7)),
    NONNEGATIVE: lambda rng: Fraction(rng.randint(0, 19), rng.randint(1, 7)),
    POSITIVE: lambda rng: Fraction(rng.randint(1, 19), rng.randint(1, 7)),
    FRACTION: lambda rng: Fraction(rng.randint(1, 18), 19),
    PROBABILITY: lambda rng: Fraction(rng.randint(0, 19), 19),
    BINARY: lambda rng: Fraction(rng.randint(0, 1)),
}
POINTS = 12


def seek(statement: Statement, hypotheses: Sequence[Statement]) -> Counterexample | None:
    """A point at which the statement surely fails, if one of a few that are drawn is such a point."""
    among = indices_in([statement, *hypotheses])
    known = [instance for hypothesis in hypotheses for instance in instances(hypothesis, among)]
    used = atoms(expr for one in (statement, *known) for expr in expressions_of(one))
    if not all(map(is_free, used)):
        return None
    rng, least = random.Random(0), least_sizes(used)
    for _ in range(POINTS):
        seen = refutation([[statement]], known, {atom: _draw(atom, least, rng) for atom in used})
        if seen:
            return seen
    return None


def _draw(atom: Expr, least: Mapping[str, int], rng: random.Random) -> Fraction:
    member = member_of(atom)
    if member is None:
        return Fraction(least.get(text(atom), 1) + rng.randint(0, 3))
    return DRAWS[member.symbol.domain](rng)
