"""Whether a statement is true at a point, and whether a value lies in a domain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import partial
from itertools import combinations, pairwise, product
from random import Random

from derivations.audit.third import grids
from derivations.audit.third.draws import STYLES, members
from derivations.audit.third.grids import Grid
from derivations.audit.third.numbers import (
    ONE,
    ZERO,
    NoValueError,
    Number,
    context,
    is_close_call,
    is_infinite,
    less,
    plus,
    real,
    same,
    times,
)
from derivations.audit.third.values import Env, Place, Point, number, places, value
from derivations.calculus.domains import INVERTIBLE, Domain
from derivations.calculus.expressions import Expr, Gradient, Index, free_indices, walk
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

NEAR = (Fraction(1, 3), Fraction(1, 100), Fraction(1, 10**6))
TENDING = (4, 8, 16, 40, 100)  # powers of ten that a limit's variable goes through


def free_of(statement: Statement) -> frozenset[Index]:
    """The indices for all of whose values a statement is made."""
    match statement:
        case Equal(left, right) | LessEqual(left, right, _):
            return free_indices(left) | free_indices(right)
        case Belongs(body, _, over):
            return free_indices(body) - {over}
        case Iff(left, right):
            return free_of(left) | free_of(right)
        case Limit(body, _, _, limit):
            return free_indices(body) | free_indices(limit)
        case InRange(index):
            return frozenset({index})
        case Maximum(objective, choices):
            own = [free_indices(c.value) - frozenset(c.variable.indices) for c in choices]
            return free_indices(objective).union(*own)


def everywhere(statement: Statement, at: Point) -> Iterator[Env]:
    """All values of the statement's free indices."""
    indices = sorted(free_of(statement), key=lambda index: (index.name, index.size.name))
    for here in product(*(range(at.sizes[index.size]) for index in indices)):
        yield dict(zip(indices, here, strict=True))


def holds(statement: Statement, at: Point, env: Env, rng: Random) -> bool:
    """Raises NoValueError where a side has no value."""
    match statement:
        case Equal(left, right):
            sides = zip(_entries(value(left, at, env)), _entries(value(right, at, env)), strict=True)
            slack = _slack(left, right)
            return all(same(finite(a), finite(b), slack) for a, b in sides)
        case LessEqual(left, right, strict):
            low, high = number(left, at, env), number(right, at, env)
            if _slack(left, right) and same(low, high, 1):
                return not strict
            return less(low, high) if strict else not less(high, low)
        case Belongs(body, domain, None):
            alone = value(body, at, env)
            return in_domain({(): alone}, domain) if domain.sums_to_one else lies_in(alone, domain)
        case Belongs(body, domain, over):
            assert over is not None
            range_ = range(at.sizes[over.size])
            return in_domain({(here,): value(body, at, {**env, over: here}) for here in range_}, domain)
        case Iff(left, right):
            if any(_is_close(side, at, env) for side in (left, right)):
                raise CloseCallError
            return holds(left, at, env, rng) == holds(right, at, env, rng)
        case Maximum():
            return _optimal(statement, at, env, rng)
        case Limit():
            return _tends(statement, at, env)
        case InRange(_):
            return True


class CloseCallError(Exception):
    """Two sides differ by too little to say that they are equal, or that they are not."""


def _is_close(side: Statement, at: Point, env: Env) -> bool:
    if not isinstance(side, Equal) or _slack(side.left, side.right):
        return False
    pairs = zip(_entries(value(side.left, at, env)), _entries(value(side.right, at, env)), strict=True)
    return any(is_close_call(finite(a), finite(b)) for a, b in pairs)


def _slack(*sides: Expr) -> int:
    """1 where a side is a difference quotient: then what should be zero is only very small."""
    return int(any(isinstance(node, Gradient) for side in sides for node in walk(side)))


def _entries(grid: Grid) -> list[Number]:
    return [entry for row in grid for entry in row]


def finite(entry: Number) -> Number:
    if is_infinite(entry):
        raise NoValueError("an infinite side of an equation")
    return entry


# ---------------------------------------------------------------------------------- domains


def in_domain(found: dict[Place, Grid], domain: Domain) -> bool:
    """Whether all members of a family lie in a domain; what sums to one does so over the last index."""
    if not all(lies_in(grid, domain) for grid in found.values()):
        return False
    if not domain.sums_to_one:
        return True
    rows: dict[Place, list[Number]] = {}
    for place, grid in found.items():
        rows.setdefault(place[:-1], []).extend(_entries(grid))
    return all(same(grids.total(entries), ONE) for entries in rows.values())


def lies_in(grid: Grid, domain: Domain) -> bool:
    """Whether one value has every property of a domain but that of its sum."""
    entries = [finite(entry) for entry in _entries(grid)]
    checks: tuple[tuple[bool, Callable[[], bool]], ...] = (
        (domain.positive, lambda: all(less(ZERO, x) for x in entries)),
        (domain.nonnegative, lambda: all(not less(x, ZERO) for x in entries)),
        (domain.below_one, lambda: all(less(x, ONE) for x in entries)),
        (domain.at_most_one, lambda: all(not less(ONE, x) for x in entries)),
        (domain.binary, lambda: all(same(x, ZERO) or same(x, ONE) for x in entries)),
        (
            domain.label,
            lambda: all(isinstance(x, Fraction) and x.denominator == 1 and x > 0 for x in entries),
        ),
        (domain.unit, lambda: same(grids.total([times(x, x) for x in entries]), ONE)),
        (domain.symmetric, lambda: all(map(same, entries, _entries(grids.turned(grid))))),
        (domain.semidefinite, lambda: all(not less(minor, ZERO) for minor in _minors(grid))),
        (domain.definite, lambda: all(less(ZERO, minor) for minor in _minors(grid))),
        (domain == INVERTIBLE, lambda: grids.determinant(grid) != 0),
    )
    return all(check() for wanted, check in checks if wanted)


def _minors(grid: Grid) -> Iterator[Number]:
    for size in range(1, len(grid) + 1):
        for kept in combinations(range(len(grid)), size):
            yield grids.determinant([[grid[a][b] for b in kept] for a in kept])


# -------------------------------------------------------------------------- optima and limits


def chosen(at: Point, choices: Iterable[Choice], env: Env) -> Point:
    """The point with the choices put in, one after the other."""
    for choice in choices:
        found: dict[Place, Grid] = {}
        for place in places(choice.variable.symbol.family, at.sizes):
            here = dict(env)
            for index, spot in zip(choice.variable.indices, place, strict=True):
                assert isinstance(index, Index)
                here[index] = spot
            found[place] = value(choice.value, at, here)
        at = at.with_member(choice.variable.symbol, found)
    return at


def _optimal(statement: Maximum, at: Point, env: Env, rng: Random) -> bool:
    """No rival that is drawn, on the boundary or inside, and nothing on the way to one, has a larger value."""
    best = chosen(at, reversed(statement.choices), env)
    symbols = list(dict.fromkeys(choice.variable.symbol for choice in statement.choices))
    if not all(in_domain(best.values[symbol], symbol.domain) for symbol in symbols):
        return False
    top = number(statement.objective, best, env)
    for style in STYLES:
        rival = best
        for symbol in symbols:
            rival = rival.with_member(symbol, members(symbol, at.sizes, style, rng))
        for share in (Fraction(1), *NEAR):
            mixed = best
            for symbol in symbols:
                mixed = mixed.with_member(symbol, _between(best.values[symbol], rival.values[symbol], share))
            if not all(in_domain(mixed.values[symbol], symbol.domain) for symbol in symbols):
                continue
            if less(top, number(statement.objective, mixed, env)):
                return False
    return True


def _between(near: dict[Place, Grid], far: dict[Place, Grid], share: Fraction) -> dict[Place, Grid]:
    return {
        place: grids.added(grids.scaled(1 - share, grid), grids.scaled(share, far[place]))
        for place, grid in near.items()
    }


def _tends(statement: Limit, at: Point, env: Env) -> bool:
    """The distance from the limit falls along powers of ten, and is below 10^-6 in the end."""
    limit, distances = finite(number(statement.value, at, env)), []
    for power in TENDING:
        here = Fraction(10) ** (power if statement.toward == "infinity" else -power)
        tending = partial(at.with_member, statement.variable.symbol, {(): [[here]]})
        moved = at.nearby((statement.variable.symbol, here), tending)
        gap = plus(finite(number(statement.body, moved, env)), -limit)
        distances.append(abs(real(gap)))
    falling = all(b <= a for a, b in pairwise(distances))
    return bool(falling and distances[-1] < context.mpf(10) ** -6)
