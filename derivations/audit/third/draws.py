"""Points at which the third evaluator tries a statement: values from declared domains, generic and directed.

A point is drawn in one of the styles of STYLES: generic fractions, repeated values (ties), zeros and empty
components, everything equal, values near and at the ends of a domain, and -1, 0, 1 alone, where polynomials vanish.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random

from derivations.audit.third import grids
from derivations.audit.third.grids import Grid, scalar
from derivations.audit.third.numbers import ONE, ZERO
from derivations.audit.third.values import Place, places
from derivations.calculus.domains import INVERTIBLE, Domain
from derivations.calculus.expressions import Size, Symbol

STYLES = ("generic", "ties", "zeros", "ones", "ends", "units")
KINDS = {
    "N": 0,
    "M": 0,
    "K": 1,
    "L": 1,
    "D": 2,
    "E": 2,
}  # points, components, dimensions, by the first letter
LARGE, LARGE_WITH_MAPS = (4, 3, 3), (3, 3, 3)
MORE = ((2, 2, 3), (1, 2, 3), (1, 2, 1))  # where more draws satisfy the hypotheses
SMALL = ((1, 3, 3), (1, 2, 3), (1, 2, 1), (4, 1, 3), (1, 1, 1), (3, 2, 4), (2, 3, 1))


def numbered(sizes: Sequence[Size], row: tuple[int, int, int]) -> dict[Size, int]:
    """A number for each size; a second size of a kind gets one more."""
    result: dict[Size, int] = {}
    for size in sorted(sizes, key=lambda size: size.name):
        kind = KINDS.get(size.name[0], 0)
        result[size] = row[kind] + sum(KINDS.get(other.name[0], 0) == kind for other in result)
    return result


def drawn(
    symbols: Sequence[Symbol], sizes: dict[Size, int], style: str, rng: Random
) -> dict[Symbol, dict[Place, Grid]]:
    """Values of that style; `mixed` takes another style for each symbol."""
    values = {}
    for symbol in sorted(symbols, key=lambda symbol: symbol.name):
        own = rng.choice(STYLES) if style == "mixed" else style
        values[symbol] = members(symbol, sizes, own, rng)
    return values


def members(symbol: Symbol, sizes: dict[Size, int], style: str, rng: Random) -> dict[Place, Grid]:
    """A value for each member of a symbol, in its domain."""
    at = places(symbol.family, sizes)
    if symbol.labels is not None:
        top = sizes[symbol.labels]
        return {place: scalar(Fraction(1 if style == "ties" else rng.randint(1, top))) for place in at}
    if symbol.domain.sums_to_one:
        return _shares(symbol, at, sizes, style, rng)
    rows, columns = (dim if isinstance(dim, int) else sizes[dim] for dim in symbol.shape)
    found = {place: array(rows, columns, symbol.domain, style, rng) for place in at}
    return dict.fromkeys(at, found[at[0]]) if style == "ties" and rng.random() < 0.5 else found


# ------------------------------------------------------------------------------------- numbers


def _fraction(rng: Random, low: int, high: int) -> Fraction:
    return Fraction(rng.randint(low, high), rng.randint(1, 5))


REALS: dict[str, Callable[[Random], Fraction]] = {
    "generic": lambda rng: _fraction(rng, -9, 9),
    "ties": lambda rng: Fraction(rng.choice((-1, 2, 2))),
    "zeros": lambda rng: rng.choice((ZERO, ZERO, Fraction(1), Fraction(-1, 3))),
    "ones": lambda rng: ONE,
    "ends": lambda rng: rng.choice((ZERO, Fraction(1, 100), Fraction(-50), Fraction(50))),
    "units": lambda rng: Fraction(rng.randint(-1, 1)),
}


def entry(domain: Domain, style: str, rng: Random) -> Fraction:
    """A number that has the properties of the domain."""
    if domain.binary:
        return Fraction(rng.randint(0, 1))
    if domain.below_one or domain.at_most_one:
        inner = (
            Fraction(rng.randint(1, 8), 9)
            if style != "ends"
            else rng.choice((Fraction(1, 99), Fraction(98, 99)))
        )
        edges = () if domain.positive else (ZERO,)
        tops = () if domain.below_one else (ONE,)
        return rng.choice((*edges, *tops, inner)) if style in ("zeros", "ends") else inner
    found = REALS[style](rng)
    if domain.positive or domain.nonnegative:
        found = abs(found)
    if domain.positive and found == 0:
        return Fraction(rng.randint(1, 7), rng.randint(1, 7))
    return found


def _shares(
    symbol: Symbol, at: list[Place], sizes: dict[Size, int], style: str, rng: Random
) -> dict[Place, Grid]:
    """Weights that sum to one over the last index, or the entries of a vector."""
    last = symbol.family[-1] if symbol.family else symbol.shape[0]
    count = last if isinstance(last, int) else sizes[last]
    rows = [weights(count, symbol.domain, style, rng) for _ in range(max(1, len(at) // count))]
    if not symbol.family:
        return {(): [[weight] for weight in rows[0]]}
    return {place: scalar(weight) for place, weight in zip(at, (w for row in rows for w in row), strict=True)}


def weights(count: int, domain: Domain, style: str, rng: Random) -> list[Fraction]:
    found = [Fraction(rng.randint(1, 9)) for _ in range(count)]
    if style in ("ones", "ties"):
        found = [ONE] * count
    least = Fraction(1, 500) if domain.positive else ZERO
    if domain.binary or style == "ends":
        found = [least] * count
        found[rng.randrange(count)] = ONE
    elif style in ("zeros", "units") and count > 1:
        found[rng.randrange(count)] = least
    return [weight / sum(found) for weight in found]


# -------------------------------------------------------------------------------------- arrays


def array(rows: int, columns: int, domain: Domain, style: str, rng: Random) -> Grid:
    if domain.unit:
        return _unit(rows, rng)
    if domain.semidefinite:
        return _definite(rows, style, rng, domain.definite)
    if domain.symmetric:
        found = array(rows, rows, Domain("", ""), style, rng)
        return grids.added(found, grids.turned(found))
    nothing = style == "zeros" and rng.random() < 0.3 and not domain.positive and domain != INVERTIBLE
    if nothing and (rows, columns) != (1, 1):
        return [[ZERO] * columns for _ in range(rows)]
    for _ in range(50):
        found = [[entry(domain, style, rng) for _ in range(columns)] for _ in range(rows)]
        if domain != INVERTIBLE or grids.determinant(found) != 0:
            return found
    return grids.unit(rows)


def _unit(rows: int, rng: Random) -> Grid:
    """A rational vector of length one: a point of a plane, seen from a pole of the sphere."""
    plane = [Fraction(rng.randint(-3, 3), 2) for _ in range(rows - 1)]
    square = sum((x * x for x in plane), ZERO)
    vector = [*(2 * x / (square + 1) for x in plane), (square - 1) / (square + 1)]
    rng.shuffle(vector)
    return [[x] for x in vector]


def _definite(size: int, style: str, rng: Random, strictly: bool) -> Grid:
    """B B' with few or many columns, and something on the diagonal if it has to be definite."""
    if style == "ones":
        return grids.unit(size)
    columns = max(1, size - 1) if style in ("zeros", "ends") else size
    factor: Grid = [
        [Fraction(rng.randint(-2, 2), rng.randint(1, 2)) for _ in range(columns)] for _ in range(size)
    ]
    found = grids.product(factor, grids.turned(factor))
    shift = Fraction(1, 50) if style == "ends" else Fraction(1, 2)
    return grids.added(found, grids.scaled(shift, grids.unit(size))) if strictly else found
