"""Instances near the places where an inequality, an equivalence or an optimum would fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import TypeAlias, cast

from flint import fmpq, fmpq_mat

from derivations.calculus.expressions import SCALAR, Expr, Index, Member, Symbol
from derivations.calculus.instances.arrays import Value, add, rows_of, scale, transpose
from derivations.calculus.instances.draws import STYLES, draw, sizes_in
from derivations.calculus.instances.evaluate import Env, Evaluator, Instance, Position, positions
from derivations.calculus.instances.numbers import ONE, ZERO, Number, Undefined
from derivations.calculus.instances.scope import Scope
from derivations.calculus.statements import Choice, Equal, Iff, LessEqual

Variant: TypeAlias = "tuple[Symbol, Instance]"  # what was changed, and the result
STEP = fmpq(1, 100)
# How far towards a new draw, and how many times as large, a value is moved in a search.
STEPS = ((ONE, ONE), (fmpq(1, 2), ONE), (fmpq(1, 10), ONE), (ZERO, fmpq(1, 4)), (ZERO, fmpq(4)))
# Forth and back by a little: where the slope is not zero, one of the two goes up.
NEAR = (fmpq(1, 10), fmpq(1, 10**6), fmpq(-1, 10**6))


def with_choices(instance: Instance, choices: Sequence[Choice], scope: Scope, env: Env) -> Instance:
    """The chosen values in the place of the drawn ones, for all members of each family, one choice by one."""
    for choice in choices:
        at = Evaluator(instance, scope)
        slots = [scope.slot(index) for index in choice.variable.indices if isinstance(index, Index)]
        members = {
            place: at.value(choice.value, {**env, **dict(zip(slots, place, strict=True))})
            for place in positions(choice.variable.symbol.family, instance.sizes)
        }
        instance = instance.with_values(choice.variable.symbol, members)
    return instance


# --------------------------------------------------------------------------- equivalences


def _moved(value: Value, row: int, column: int) -> Value:
    rows = rows_of(value)
    step: Value = [
        [STEP if (a, b) == (row % len(rows), column % len(rows[0])) else ZERO for b in range(len(rows[0]))]
        for a in range(len(rows))
    ]
    return add(value, step if isinstance(value, list) else STEP)


MISSES: tuple[Callable[[Value], Value], ...] = (
    lambda value: scale(ONE + STEP, value),
    lambda value: _moved(value, 0, 0),
    lambda value: _moved(value, -1, -1),
    lambda value: scale(-ONE, value),
    lambda value: scale(ZERO, value),
)


def around_equivalence(statement: Iff, at: Evaluator, env: Env, rng: Random) -> Iterator[Variant]:
    """Instances at which a side `member = value` is made true, near misses of each, and some with zeros.

    The member at hand is changed; then, because a domain may need it (weights that sum to one), all of them.
    """
    if not at.instance.values:
        return
    symbol = rng.choice(list(at.instance.values))
    yield symbol, at.instance.with_values(symbol, draw(symbol, at.instance.sizes, "zeros", rng))
    for side in (statement.left, statement.right):
        for member, value in _assignable(side, at.scope):
            try:
                yield from _hits_and_misses(member, value, at, env, rng)
            except Undefined:
                continue  # this value exists nowhere near; the statement itself is judged elsewhere
        if isinstance(side, Equal):
            yield from _roots(side, at, env, rng)
    yield from _partly_equated(at)


def _partly_equated(at: Evaluator) -> Iterator[Variant]:
    """A drawn family of scalars at a defined one of its kind, but for two places whose values are added up in one.

    Both sums over the last index are the same then, and so are some members, but not all.
    """
    pairs = [(symbol, other) for symbol in at.instance.values for other in _of_its_kind(symbol, at)]
    for symbol, other in pairs:
        last = at.instance.sizes[symbol.family[-1]] if symbol.family else 0
        if last > 2 and symbol.shape == SCALAR:
            try:
                members = with_choices(at.instance, [_equated(symbol, other)], at.scope, {}).values[symbol]
            except Undefined:
                continue
            for *row, place in members:
                if place == last - 1:
                    here, there = (*row, place), (*row, last)
                    members |= {here: add(members[here], members[there]), there: ZERO}
            yield symbol, at.instance.with_values(symbol, members)


def _assignable(side: Equal | LessEqual, scope: Scope) -> list[tuple[Member, Expr]]:
    pairs = ((side.left, side.right), (side.right, side.left))
    return [
        (member, value)
        for member, value in pairs
        if isinstance(member, Member) and scope.slot(member.symbol) not in scope.definitions
    ]


def _hits_and_misses(member: Member, value: Expr, at: Evaluator, env: Env, rng: Random) -> Iterator[Variant]:
    place: Position = tuple(at.position(index, env) for index in member.indices)
    target = at.value(value, env)
    for change in (lambda hit: hit, *rng.sample(MISSES, 2)):
        yield member.symbol, at.instance.with_values(member.symbol, {place: change(target)})
    if member.indices and all(isinstance(index, Index) for index in member.indices):
        yield member.symbol, with_choices(at.instance, [Choice(member, value)], at.scope, env)


def _roots(side: Equal, at: Evaluator, env: Env, rng: Random) -> Iterator[Variant]:
    """Instances at which an equation holds that is affine in a member of some symbol: one step of Newton's."""
    needs = at.scope.needs(side.left) | at.scope.needs(side.right)
    for symbol in at.instance.values:
        place = rng.choice(list(at.instance.values[symbol]))
        columns = len(rows_of(at.instance.values[symbol][place])[0])
        if at.scope.slot(symbol) in needs and columns == 1 and symbol.labels is None:
            try:
                root = _root(side, symbol, place, at, env)
            except Undefined:
                continue
            if root is not None:
                yield symbol, at.instance.with_values(symbol, {place: root})


def _root(side: Equal, symbol: Symbol, place: Position, at: Evaluator, env: Env) -> Value | None:
    """The value of a member that makes an affine equation hold; None if the engine's numbers do not tell."""
    value = at.instance.values[symbol][place]
    here, found = rows_of(value), _gap(side, at, env)
    if len(found) != len(here) or not all(isinstance(entry, fmpq) for entry in found):
        return None
    slopes = []
    for row in range(len(here)):
        moved = at.instance.with_values(symbol, {place: _stepped(value, row, ONE)})
        other = Evaluator(moved, at.scope)
        there = _gap(side, other, env)
        at.spend(other.work)
        slopes.append([b - a for a, b in zip(found, there, strict=True)])
    if not all(isinstance(entry, fmpq) for column in slopes for entry in column):
        return None
    matrix = fmpq_mat(cast("list[list[fmpq]]", transpose(slopes)))
    if matrix.det() == 0:
        return None
    steps = matrix.solve(fmpq_mat([[-cast(fmpq, gap)] for gap in found])).tolist()
    for row, (step,) in enumerate(steps):
        value = _stepped(value, row, step)
    return value


def _stepped(value: Value, row: int, step: fmpq) -> Value:
    if not isinstance(value, list):
        return value + step
    return [[entry + step if at == row else entry for entry in line] for at, line in enumerate(value)]


def _gap(side: Equal, at: Evaluator, env: Env) -> list[Number]:
    """The entries of the difference of two sides."""
    left, right = rows_of(at.value(side.left, env)), rows_of(at.value(side.right, env))
    return [a - b for r, s in zip(left, right, strict=True) for a, b in zip(r, s, strict=True)]


# --------------------------------------------------------------------------- inequalities


def matched(at: Evaluator) -> Iterator[Instance]:
    """The instance with a drawn family set to a defined one of its kind, then with every such family.

    Inequalities are tight where a variable takes the value that a definition has named.
    """
    pairs = [(symbol, other) for symbol in at.instance.values for other in _of_its_kind(symbol, at)]
    for some in [[pair] for pair in pairs] + ([pairs] if len(pairs) > 1 else []):
        try:
            yield with_choices(at.instance, [_equated(*pair) for pair in some], at.scope, {})
        except Undefined:
            continue


def _of_its_kind(symbol: Symbol, at: Evaluator) -> list[Symbol]:
    """The defined symbols of the same family and shape that have a value here."""
    scope = at.scope
    defined = [key for slot in scope.definitions if isinstance(key := scope.keys[slot], Symbol)]
    if symbol.labels is not None:
        return []  # no quantity is a number of a component
    alike = [other for other in defined if (other.family, other.shape) == (symbol.family, symbol.shape)]
    return [other for other in alike if _has_a_value(other, at)]


def _has_a_value(symbol: Symbol, at: Evaluator) -> bool:
    """Whether everything behind a definition was drawn, its sizes included."""
    definitions, own = at.scope.definitions, at.scope.slot(symbol)
    behind = at.scope.needs(definitions[own][1])
    drawn = [slot for slot in behind if isinstance(at.scope.keys[slot], Symbol)]
    if own not in at.scope.sizes_behind:
        bodies = [definitions[slot][1] for slot in (own, *behind) if slot in definitions]
        at.scope.sizes_behind[own] = frozenset(sizes_in(bodies))
    known = at.scope.sizes_behind[own] <= at.instance.sizes.keys()
    return known and all(slot in at.values or slot in definitions for slot in drawn)


def _equated(symbol: Symbol, other: Symbol) -> Choice:
    indices = tuple(Index(f"place {number}", size) for number, size in enumerate(symbol.family))
    return Choice(Member(symbol, indices), Member(other, indices))


def neighbour(instance: Instance, symbols: Sequence[Symbol], rng: Random) -> Variant:
    """The instance with one symbol drawn anew, moved towards a new draw, or made smaller or larger.

    A label has no size: it is always drawn anew.
    """
    symbol = rng.choice(symbols)
    share, factor = rng.choice(STEPS) if symbol.labels is None else (ONE, ONE)
    drawn = draw(symbol, instance.sizes, rng.choice(STYLES), rng)
    members = {
        place: add(scale((ONE - share) * factor, value), scale(share, drawn[place]))
        for place, value in instance.values[symbol].items()
    }
    return symbol, instance.with_values(symbol, members)


# --------------------------------------------------------------------------------- optima


def rivals(choices: Sequence[Choice], chosen: Instance, drawn: Instance, rng: Random) -> Iterator[Instance]:
    """Other values of the chosen variables: the drawn ones, one of each style, and some near the choice."""
    symbols = list(dict.fromkeys(choice.variable.symbol for choice in choices))
    yield drawn
    for style in STYLES:
        other = chosen
        for symbol in symbols:
            other = other.with_values(symbol, draw(symbol, chosen.sizes, style, rng))
        yield other
        if style == "generic":
            yield from (_between(chosen, other, share) for share in NEAR)
            if len(symbols) > 1:
                yield from (chosen.with_values(symbol, other.values[symbol]) for symbol in symbols)


def _between(chosen: Instance, other: Instance, share: fmpq) -> Instance:
    """The values of the choice, moved towards another instance's by a share of the way."""
    result = chosen
    for symbol, members in chosen.values.items():
        if other.values[symbol] is not members:
            mixed = {
                at: add(scale(ONE - share, value), scale(share, other.values[symbol][at]))
                for at, value in members.items()
            }
            result = result.with_values(symbol, mixed)
    return result
