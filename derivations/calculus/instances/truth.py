"""Whether a statement is true at one instance, and what its two sides are there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from flint import fmpq

from derivations.calculus.expressions import Expr, Index, free_indices
from derivations.calculus.instances.arrays import Value, rows_of, value_text
from derivations.calculus.instances.directed import with_choices
from derivations.calculus.instances.draws import in_order
from derivations.calculus.instances.evaluate import Env, Evaluator, positions
from derivations.calculus.instances.membership import at_most, below, equal, family_lies_in, lies_in
from derivations.calculus.instances.numbers import Undecided, Undefined, is_finite
from derivations.calculus.statements import (
    Belongs,
    Choice,
    Equal,
    Iff,
    InRange,
    LessEqual,
    Limit,
    Maximum,
    Statement,
)

Side: TypeAlias = "Value | str"


@dataclass(frozen=True)
class Finding:
    """The truth of a statement at one instance, its two sides, and whether only rationals were compared."""

    true: bool
    left: Side
    right: Side
    exact: bool


def _finding(true: bool, left: Value, right: Side) -> Finding:
    compared = [side for side in (left, right) if not isinstance(side, str)]
    exact = all(isinstance(entry, fmpq) for side in compared for row in rows_of(side) for entry in row)
    return Finding(true, left, right, exact)


def find(statement: Statement, at: Evaluator, env: Env) -> Finding:
    """Raises Undefined when a side has no value, Undecided or TooMuch when it cannot be told."""
    match statement:
        case Equal(left, right):
            first, second = at.value(left, env), at.value(right, env)
            return _finding(_same(first, second), first, second)
        case LessEqual(left, right, strict):
            low, high = at.number(left, env), at.number(right, env)
            return _finding(below(low, high) if strict else at_most(low, high), low, high)
        case Belongs():
            return _belongs(statement, at, env)
        case Iff(left, right):
            one, two = find(left, at, env), find(right, at, env)
            words = (str(one.true).lower(), str(two.true).lower())
            return Finding(one.true == two.true, *words, one.exact and two.exact)
        case InRange(_):
            return Finding(True, "", "", True)
        case Maximum() | Limit():
            raise ValueError("an optimum or a limit cannot be a hypothesis")


def _belongs(statement: Belongs, at: Evaluator, env: Env) -> Finding:
    body, domain, over = statement.body, statement.domain, statement.over
    if over is None:
        value = at.value(body, env)
        true = family_lies_in({(): value}, domain) if domain.sums_to_one else lies_in(value, domain)
        return _finding(_finite(value) and true, value, domain.phrase)
    slot = at.scope.slot(over)
    places = positions([over.size], at.instance.sizes)
    members = {place: at.value(body, {**env, slot: place[0]}) for place in places}
    shown: Value = [[entry] for value in members.values() for row in rows_of(value) for entry in row]
    return _finding(_finite(shown) and family_lies_in(members, domain), shown, domain.phrase)


def _finite(value: Value) -> bool:
    return all(is_finite(entry) for row in rows_of(value) for entry in row)


def _same(left: Value, right: Value) -> bool:
    """Entrywise; infinity is no value that an equation may have."""
    if not (_finite(left) and _finite(right)):
        raise Undefined("a side of an equation is infinite")
    pairs = zip(rows_of(left), rows_of(right), strict=True)
    return all(equal(a, b) for r, s in pairs for a, b in zip(r, s, strict=True))


def sides(statement: Statement, at: Evaluator, env: Env) -> tuple[str, str]:
    """Both sides as text, the undefined ones too."""
    match statement:
        case Equal(left, right) | LessEqual(left, right, _):
            return _expr_text(left, at, env), _expr_text(right, at, env)
        case Iff(left, right):
            return _truth_text(left, at, env), _truth_text(right, at, env)
        case Belongs(body, domain, None):
            return _expr_text(body, at, env), domain.phrase
        case Limit(body, _, _, value):
            return _expr_text(body, at, env), _expr_text(value, at, env)
        case Maximum(objective, choices):
            return _expr_text(objective, at, env), _told(lambda: _at_choices(objective, choices, at, env))
        case _:
            return _truth_text(statement, at, env), "true"


def _at_choices(objective: Expr, choices: tuple[Choice, ...], at: Evaluator, env: Env) -> str:
    chosen = with_choices(at.instance, choices[::-1], at.scope, env)
    return value_text(Evaluator(chosen, at.scope).value(objective, env))


def _expr_text(expr: Expr, at: Evaluator, env: Env) -> str:
    return _told(lambda: value_text(at.value(expr, env)))


def _truth_text(statement: Statement, at: Evaluator, env: Env) -> str:
    return _told(lambda: str(find(statement, at, env).true).lower())


def _told(compute: Callable[[], str]) -> str:
    try:
        return compute()
    except Undefined as reason:
        return f"undefined ({reason})"
    except Undecided:
        return "undecided"


def shown(at: Evaluator, env: Env) -> tuple[dict[str, int], dict[str, str]]:
    """The sizes by name; the values of free indices and of symbols as text."""
    sizes = {size.name: at.instance.sizes[size] for size in in_order(at.instance.sizes)}
    values = {at.scope.keys[slot].name: str(place) for slot, place in env.items()}
    for symbol, members in at.instance.values.items():
        listed = [f"{','.join(map(str, place))}: {value_text(value)}" for place, value in members.items()]
        values[symbol.name] = "{" + "; ".join(listed) + "}" if symbol.family else value_text(members[()])
    return sizes, values


def free_of(statement: Statement) -> frozenset[Index]:
    """The indices for all of whose values the statement is made."""
    match statement:
        case Equal(left, right) | LessEqual(left, right, _):
            return free_indices(left) | free_indices(right)
        case Belongs(body, _, over):
            return free_indices(body) - {over}
        case Iff(left, right):
            return free_of(left) | free_of(right)
        case Limit(body, variable, _, value):
            return free_indices(body) | free_indices(variable) | free_indices(value)
        case InRange(index):
            return frozenset({index})
        case Maximum(objective, choices):
            values = [free_indices(c.value) - frozenset(c.variable.indices) for c in choices]
            return free_indices(objective).union(*values)
