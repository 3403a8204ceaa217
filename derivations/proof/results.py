"""What a step says a quantity is: the formulas from which code may be generated.

An equation gives its sides, an equivalence those of its last equation, an optimum what is chosen, and an inequality
f(formula) <= f(anything else) the formula that does best. Abbreviations are unfolded before formulas are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from derivations.calculus.expressions import Expr, Member, Number, Symbol, at, substitute, walk
from derivations.calculus.matching import matches
from derivations.calculus.statements import Equal, Iff, LessEqual, Maximum, Statement
from derivations.proof.steps import Definition

Bodies = Mapping[Symbol, Definition]


def says(statement: Statement, target: Member, formula: Expr, definitions: Iterable[Definition]) -> bool:
    """Whether a statement, or a definition of the target, says that the target is given by the formula."""
    bodies = {definition.symbol.symbol: definition for definition in definitions}
    if isinstance(statement, Maximum):
        formula = _where_chosen(formula, statement, target)
    wanted = unfolded(formula, bodies)
    given = [*_given(statement, target), *(d.body for d in bodies.values() if d.symbol == target)]
    if any(matches(unfolded(one, bodies), wanted) for one in given):
        return True
    return isinstance(statement, LessEqual) and _does_best(statement, wanted, bodies)


def _where_chosen(formula: Expr, statement: Maximum, target: Member) -> Expr:
    """The formula at the values that the optimum chooses for the other variables."""
    for choice in statement.choices:
        if choice.variable.symbol != target.symbol:
            formula = substitute(formula, choice.variable, choice.value)
    return formula


def _given(statement: Statement, target: Member) -> Iterator[Expr]:
    match statement:
        case Equal(left, right) | Iff(_, Equal(left, right)):
            yield from (left, right)
        case Maximum(_, choices):
            yield from (choice.value for choice in choices if choice.variable.symbol == target.symbol)


def _does_best(statement: LessEqual, wanted: Expr, bodies: Bodies) -> bool:
    """Whether the formula stands on the smaller side of an inequality, and on that side alone."""
    if isinstance(wanted, Number | Member):
        return False
    left, right = (unfolded(side, bodies) for side in (statement.left, statement.right))
    smaller, larger = (any(matches(node, wanted) for node in walk(side)) for side in (left, right))
    return smaller and not larger


def unfolded(expr: Expr, bodies: Bodies) -> Expr:
    """The expression with the body of every definition in the place of its symbol."""
    if isinstance(expr, Member) and expr.symbol in bodies:
        definition = bodies[expr.symbol]
        places = dict(zip(definition.symbol.indices, expr.indices, strict=True))
        return unfolded(at(definition.body, places), bodies)
    return expr.rebuilt(lambda child: unfolded(child, bodies))
