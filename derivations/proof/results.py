"""What a step says a quantity is: the formulas from which code may be generated.

An equation gives the other side of the quantity, or of a formula that was a result for it before; an optimum what is
chosen; and an inequality f(formula) <= f(anything else) the formula that does best. Abbreviations are unfolded before
formulas are compared, and indices are given the names that they have in the quantity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from derivations.calculus.expressions import (
    Expr,
    Index,
    Member,
    Number,
    Symbol,
    at,
    free_indices,
    substitute,
    sum_over,
    symbols_of,
    walk,
)
from derivations.calculus.matching import matches
from derivations.calculus.statements import Equal, Iff, LessEqual, Maximum, Statement
from derivations.proof.steps import Definition


@dataclass(frozen=True)
class Known:
    """What a proof has said so far: its definitions, the symbols it speaks of, the formulas that were results."""

    bodies: Mapping[Symbol, Definition]
    spoken_of: frozenset[Symbol]
    results: tuple[tuple[Member, Expr], ...]


def says(statement: Statement, target: Member, formula: Expr, known: Known) -> bool:
    """Whether a statement, or a definition of the target, says that the target is given by the formula."""
    if isinstance(statement, Maximum):
        formula = _where_chosen(formula, statement, target)
    wanted = unfolded(formula, known.bodies)
    if target.symbol in symbols_of(wanted):
        return False  # a quantity in terms of itself
    if target.symbol in known.bodies and not isinstance(statement, Equal):
        statement = known.bodies[target.symbol].statement  # what is defined is not chosen, and not solved for
    said = [*_said(statement, target, known), *((d.symbol, d.body) for d in known.bodies.values())]
    for member, value in said:
        if (
            member.symbol == target.symbol
            and _is_any(member)
            and _same(unfolded(_for(member, value, target), known.bodies), wanted)
        ):
            return True
    return isinstance(statement, LessEqual) and _does_best(statement, target, formula, known)


def _said(statement: Statement, target: Member, known: Known) -> Iterator[tuple[Member, Expr]]:
    """What the statement says that members of families are."""
    match statement:
        case Iff(before, after) if before == after:
            return
        case Equal(left, right) | Iff(_, Equal(left, right)):
            for one, other in ((left, right), (right, left)):
                if isinstance(one, Member):
                    yield one, other
                if _is_the_target(one, target, known):
                    yield target, other
        case Maximum(_, choices):
            for choice in choices:
                yield choice.variable, choice.value


def _is_the_target(expr: Expr, target: Member, known: Known) -> bool:
    """Whether an expression is the target by definition or as a result, or is all that gives it a meaning."""
    if target.symbol not in known.spoken_of:
        return True  # a name that only code has
    before = [
        _for(member, value, target)
        for member, value in known.results
        if member.symbol == target.symbol and _is_any(member)
    ]
    same = [unfolded(one, known.bodies) for one in (target, *before)]
    return any(_same(unfolded(expr, known.bodies), one) for one in same)


def _where_chosen(formula: Expr, statement: Maximum, target: Member) -> Expr:
    """The formula at the values that the optimum chooses for the other variables."""
    for choice in statement.choices:
        if choice.variable.symbol != target.symbol:
            formula = substitute(formula, choice.variable, choice.value)
    return formula


def _is_any(member: Member) -> bool:
    """Whether a member stands for all of its family: its indices are free, and each is another."""
    return len({index for index in member.indices if isinstance(index, Index)}) == len(member.indices)


def _for(member: Member, value: Expr, target: Member) -> Expr:
    """The value of a member with the indices of the target in the place of its own."""
    return at(value, dict(zip(member.indices, target.indices, strict=True)))


def _does_best(statement: LessEqual, target: Member, formula: Expr, known: Known) -> bool:
    """Whether an inequality compares the formula with every value of the target.

    A target that the inequality does not name is one that only code has: the formula stands on the smaller side alone.
    """
    bodies = known.bodies
    left, right = (unfolded(side, bodies) for side in (statement.left, statement.right))
    if target.symbol in known.spoken_of:
        best = unfolded(substitute(right, target, formula), bodies)
        return best != right and target.symbol not in symbols_of(best) and _same(best, left)
    wanted = unfolded(formula, bodies)
    if isinstance(wanted, Number | Member):
        return False
    smaller, larger = (any(matches(node, wanted) for node in walk(side)) for side in (left, right))
    return smaller and not larger


def _same(one: Expr, other: Expr) -> bool:
    """Whether two expressions differ in the names of bound indices only."""
    free = sorted(free_indices(one), key=_by_name)
    closed = (sum_over(*free, expr) for expr in (one, other))
    return free == sorted(free_indices(other), key=_by_name) and matches(*closed)


def _by_name(index: Index) -> tuple[str, str]:
    return index.name, index.size.name


def unfolded(expr: Expr, bodies: Mapping[Symbol, Definition]) -> Expr:
    """The expression with the body of every definition in the place of its symbol."""
    if isinstance(expr, Member) and expr.symbol in bodies:
        definition = bodies[expr.symbol]
        places = dict(zip(definition.symbol.indices, expr.indices, strict=True))
        return unfolded(at(definition.body, places), bodies)
    return expr.rebuilt(lambda child: unfolded(child, bodies))
