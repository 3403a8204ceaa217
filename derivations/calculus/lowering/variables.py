"""Derivatives by a variable, and values put in for one: where a symbol may be varied freely."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from derivations.calculus import expressions as ex
from derivations.calculus import order
from derivations.calculus.domains import (
    DEFINITE,
    FRACTION,
    INVERTIBLE,
    NONNEGATIVE,
    POSITIVE,
    REAL,
    SEMIDEFINITE,
    Domain,
)
from derivations.calculus.evidence import Evidence, Verdict
from derivations.calculus.expressions import Expr, Member, Size, Symbol
from derivations.calculus.indices.derivative import derivative
from derivations.calculus.indices.substitution import put_in
from derivations.calculus.indices.terms import Head, Place, Poly, some
from derivations.calculus.indices.theory import Theory, UndecidedError
from derivations.calculus.lowering.frame import Lowering, entry_of, places_of
from derivations.calculus.statements import (
    Belongs,
    Equal,
    Hypothesis,
    LessEqual,
    Statement,
    expressions_of,
)


def value_put_in(expr: Any, low: Lowering) -> Poly:
    member: Member = expr.variable
    _require_free(member.symbol, low.theory)
    _require_value(expr.value, member.symbol, low.theory)
    low.theory.require_apparent(expr.body, member.symbol)
    low.at(expr.value, entry_of(expr.value))  # it must be defined, even where nothing is left of the variable
    is_row = isinstance(member.shape[0], Size)

    def value(places: tuple[Place, ...]) -> Poly:
        row, column = (*places, None, None)[:2] if is_row else (None, *places, None)[:2]
        return low.at(expr.value, (row, column))

    return put_in(low.here(expr.body), member.symbol, value, low.theory)


def _require_value(value: Expr, symbol: Symbol, theory: Theory) -> None:
    """What is put in lies in the declared domain; nothing else may be assumed of the symbol it is put in for."""
    for hypothesis in theory.hypotheses:
        spoken_of = {other for expr in expressions_of(hypothesis.statement) for other in ex.symbols_of(expr)}
        if any(other == symbol or theory.rests_on(other, symbol) for other in spoken_of):
            raise UndecidedError(f"a hypothesis restricts {symbol.name}, for which a value is put in")
    if symbol.domain == REAL:
        return
    engine = VALUES.get(symbol.domain)
    found = engine(value, theory.hypotheses) if engine else None
    if found is None or found.verdict is not Verdict.PROVED:
        raise UndecidedError(f"the value put in for {symbol.name} is not known to lie in its domain")
    theory.need(*found.hypotheses)


# Domains that hold all around each of their values
OPEN = (REAL, POSITIVE, FRACTION, DEFINITE, INVERTIBLE)
JUMPS = (ex.Bracket, ex.First, ex.Median, ex.Ordered)

VALUES: dict[Domain, Callable[[Expr, Sequence[Hypothesis]], Evidence]] = {
    POSITIVE: order.positive,
    NONNEGATIVE: order.nonnegative,
    DEFINITE: order.definite,
    SEMIDEFINITE: order.semidefinite,
    INVERTIBLE: order.invertible,
}


def gradient(expr: Any, low: Lowering) -> Poly:
    member: Member = expr.variable
    marks, family = places_of(member.indices, low.scope)
    if "[" in marks:
        raise UndecidedError("derivative by a labelled member")
    _require_free(member.symbol, low.theory)
    _require_open(member.symbol, low.theory)
    low.theory.require_apparent(expr.body, member.symbol)
    entry = tuple(place for place in low.entry if place is not None)
    return derivative(low.at(expr.body), member.symbol, (*family, *entry), low.theory)


def _require_open(symbol: Symbol, theory: Theory) -> None:
    """A derivative looks to all sides: what is declared or assumed of its variable must hold beside every such place."""
    if has_edge(symbol.domain):
        inside = [h.statement for h in theory.hypotheses if _keeps_inside(h.statement, symbol)]
        if not inside:
            raise UndecidedError(
                f"{symbol.name} may lie at the edge of its domain: use a symbol that is free"
            )
        theory.need(inside[0])
    for statement in (hypothesis.statement for hypothesis in theory.hypotheses):
        exprs = expressions_of(statement)
        spoken_of = {other for expr in exprs for other in ex.symbols_of(expr)}
        if any(theory.rests_on(other, symbol) for other in spoken_of):
            raise UndecidedError(f"something is assumed of an abbreviation that depends on {symbol.name}")
        if symbol in spoken_of:
            jumps = any(isinstance(node, JUMPS) for expr in exprs for node in ex.walk(expr))
            if jumps or not _is_open(statement):
                raise UndecidedError(
                    f"what is assumed of {symbol.name} may hold at a place and not beside it"
                )


def has_edge(domain: Domain) -> bool:
    """Whether there are values of the domain beside which it ends."""
    return (
        (domain.nonnegative and not domain.positive)
        or (domain.at_most_one and not domain.below_one)
        or (domain.semidefinite and not domain.definite)
    ) and not (
        domain.sums_to_one or domain.unit or domain.binary
    )  # along which no derivative is taken at all


def _keeps_inside(statement: Statement, symbol: Symbol) -> bool:
    """Whether a hypothesis keeps all members of a symbol away from the edge of its domain."""
    if not isinstance(statement, Belongs) or not isinstance(statement.body, Member):
        return False
    indices, declared, given = statement.body.indices, symbol.domain, statement.domain
    is_of_all = all(isinstance(index, ex.Index) for index in indices) and len(set(indices)) == len(indices)
    is_away = (
        (given.positive or not declared.nonnegative)
        and (given.below_one or not declared.at_most_one)
        and (given.definite or not declared.semidefinite)
    )
    return statement.body.symbol == symbol and is_of_all and is_away and given in OPEN


def _is_open(statement: Statement) -> bool:
    """Whether a hypothesis holds all around each place where it holds; an equation is refused elsewhere, as a rule."""
    match statement:
        case Belongs(_, domain, _):
            return domain in OPEN
        case LessEqual(_, _, strict):
            return strict
    return isinstance(statement, Equal)


def _require_free(symbol: Symbol, theory: Theory) -> None:
    """A derivative varies its variable freely: no rule in use may hold only on a constraint surface."""
    if symbol in theory.definitions or symbol in theory.depends:
        raise UndecidedError(f"{symbol.name} is an abbreviation and cannot be varied")

    def speaks_of_it(head: Head) -> bool:
        return head.symbol is not None and (head.symbol == symbol or theory.rests_on(head.symbol, symbol))

    domain = symbol.domain
    constrained = domain.sums_to_one or domain.unit or domain.binary
    mentioned = any(
        some(Poly(((rule.pattern, Fraction(1)),)) + rule.replacement, speaks_of_it) for rule in theory.rules
    )
    if constrained or mentioned:
        raise UndecidedError(
            f"derivative by {symbol.name}, which is constrained here: use a symbol that is free"
        )
