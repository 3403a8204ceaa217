"""Values at which a claim is tried: generic ones, and ones directed at where a claim could fail.

Ties, zeros and empty components, vertices and singular matrices, everything equal, ill-conditioned, extreme
and tiny values, as far as the domain of each symbol allows; sizes that differ, and sizes of one. All values
are exact, and the same seed gives the same draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from itertools import islice
from math import prod
from random import Random

from flint import fmpq

from derivations.calculus.domains import INVERTIBLE, Domain
from derivations.calculus.expressions import Size, Symbol
from derivations.calculus.instances.arrays import (
    Rows,
    Value,
    add,
    identity,
    multiply,
    rows_of,
    scale,
    transpose,
)
from derivations.calculus.instances.evaluate import Instance, Position, positions
from derivations.calculus.instances.membership import lies_in
from derivations.calculus.instances.numbers import HALF, ONE, ZERO, Number, TooLong, divide

TRIES = 60

# ---------------------------------------------------------------------------------- sizes

ROLES = {"N": 0, "M": 0, "K": 1, "L": 1, "D": 2, "E": 2}  # by first letter: points, components, dimensions
FULL = (5, 4, 3)
FULL_ASSIGNMENTS = (3, 3, 3)  # a sum over all maps has K^N terms
STYLES = ("generic", "ties", "zeros", "null", "vertex", "plain", "extreme", "tiny")
UNITS = "units"  # -1, 0 and 1 alone: where polynomials of few variables vanish by chance
MIXTURES = {
    "mixed": STYLES,
    "probe": ("generic", "ties", "zeros", "vertex", "extreme", UNITS),
}  # one for each symbol
FULL_STYLES = ("generic", "mixed", *STYLES[1:])

# The sizes of the draws (N, K, D) and the styles drawn at each; `mixed` picks a style for each symbol.
PLAN: list[tuple[tuple[int, int, int], tuple[str, ...]]] = [
    ((1, 1, 1), ("generic", "mixed", "null")),
    ((1, 3, 2), ("generic", "zeros")),
    ((3, 1, 3), ("generic", "mixed")),
    ((4, 2, 1), ("generic", "tiny")),
    ((2, 2, 4), ("generic", "mixed")),
    ((4, 3, 3), ("zeros", "mixed")),
    (FULL, FULL_STYLES),
]
VERY_LARGE = (97, 89, 83)
# What a plan of few sizes does not see: one size that is large, and two of a kind that are equal or far apart (by how
# much the second one is larger).
LONE = ((1, 2, 5), (2, 7, 1), (9, 2, 1))
PAIRS = (((2, 3, 1), 0), ((3, 2, 2), 0), ((2, 1, 2), 3), ((4, 3, 2), -1), ((9, 2, 1), -2))
LARGEST_NAMED = 40  # a number in a statement up to which sizes are tried at it and beside it
PLAN_ASSIGNMENTS = [*PLAN[:3], ((4, 2, 2), ("generic", "zeros")), (FULL_ASSIGNMENTS, FULL_STYLES)]


def sizes_in(item: object) -> set[Size]:
    """Every size in a statement, an expression or a collection of them."""
    if isinstance(item, Size):
        return {item}
    if isinstance(item, tuple | list | set | frozenset):
        return {size for part in item for size in sizes_in(part)}
    if is_dataclass(item) and not isinstance(item, Domain):
        return {size for field in fields(item) for size in sizes_in(getattr(item, field.name))}
    return set()


def in_order(sizes: Iterable[Size]) -> list[Size]:
    """Points, components, dimensions; then by name."""
    return sorted(sizes, key=lambda size: (ROLES.get(size.name[0], 0), size.name))


def numbers_of(sizes: set[Size], row: tuple[int, int, int], step: int = 1) -> dict[Size, int]:
    """A number for each size; of several of a kind each is larger than the one before, by one so that none are confused."""
    seen: dict[int, int] = {}
    result = {}
    for size in in_order(sizes):
        role = ROLES.get(size.name[0], 0)
        result[size] = max(1, row[role] + step * seen.get(role, 0))
        seen[role] = seen.get(role, 0) + 1
    return result


def schedule(
    sizes: set[Size], assignments: bool = False, is_light: bool = False
) -> list[tuple[dict[Size, int], str]]:
    """Sizes and style of each draw, the smallest sizes first; very large ones too for what is light."""
    plan = PLAN_ASSIGNMENTS if assignments else PLAN
    numbered = [(numbers_of(sizes, row), style) for row, styles in plan for style in styles]
    if is_light:
        numbered.append((numbers_of(sizes, VERY_LARGE), "generic"))
    return sorted(numbered, key=lambda item: prod(item[0].values()))


def other_sizes(sizes: set[Size], named: Iterable[fmpq]) -> list[tuple[dict[Size, int], str]]:
    """Draws at other sizes, at those that a statement names and beside them; the smallest first."""
    has_pairs = len({ROLES.get(size.name[0], 0) for size in sizes}) < len(sizes)
    found = [numbers_of(sizes, row) for row in LONE]
    found += [numbers_of(sizes, row, step) for row, step in PAIRS if has_pairs]
    for number in named:
        if number.q == 1 and max(FULL_ASSIGNMENTS) < number <= LARGEST_NAMED:
            for near in range(int(number.p) - 1, int(number.p) + 2):
                rows = ((near, 2, 1), (2, near, 1), (2, 2, near))
                found += [numbers_of(sizes, row, step) for row in rows for step in (0, 1)]
    different = [found[n] for n in range(len(found)) if found[n] not in found[:n]]
    return [(numbers, "generic") for numbers in sorted(different, key=lambda row: prod(row.values()))]


def draws(
    symbols: Iterable[Symbol],
    plan: Iterable[tuple[dict[Size, int], str]],
    seed: int = 0,
    domains: Mapping[Symbol, Domain] | None = None,
) -> Iterator[Instance]:
    """An instance for each row of the plan; `domains` replaces the declared domain of some symbols."""
    ordered = sorted(symbols, key=lambda symbol: symbol.name)
    for number, (sizes, style) in enumerate(plan):
        rng = Random(f"{seed}/{number}")
        values = {}
        try:
            for symbol in ordered:
                own = rng.choice(MIXTURES[style]) if style in MIXTURES else style
                values[symbol] = draw(symbol, sizes, own, rng, (domains or {}).get(symbol))
        except TooLong:
            continue  # a family of too many members at these sizes
        yield Instance(sizes, values, style=style)


def draw(
    symbol: Symbol, sizes: dict[Size, int], style: str, rng: Random, domain: Domain | None = None
) -> dict[Position, Value]:
    """A value for every member of a symbol, in its domain."""
    domain = domain or symbol.domain
    places = positions(symbol.family, sizes)
    if domain.sums_to_one:
        return _summing_to_one(symbol, domain, places, sizes, style, rng)
    if symbol.labels is not None:
        top = sizes[symbol.labels]
        same = rng.randint(1, top)
        return {at: fmpq(same if style in ("ties", "null") else rng.randint(1, top)) for at in places}
    rows, columns = (dim if isinstance(dim, int) else sizes[dim] for dim in symbol.shape)
    pool = [_array(rows, columns, domain, style, rng) for _ in range(2 if style == "ties" else len(places))]
    members = [rng.choice(pool) for _ in places] if style == "ties" else pool
    is_array = symbol.shape != (1, 1)
    return {at: value if is_array else value[0][0] for at, value in zip(places, members, strict=True)}


# -------------------------------------------------------------------------------- scalars

SCALARS: dict[str, Callable[[Random], fmpq]] = {
    "generic": lambda rng: fmpq(rng.choice((-1, 1)) * rng.randint(1, 12), rng.randint(1, 7)),
    "ties": lambda rng: fmpq(rng.choice((-3, -2, -1, 1, 2, 3, 4))),  # of different symbols too
    "tiny": lambda rng: fmpq(rng.choice((-1, 1)) * rng.randint(1, 12), rng.randint(100, 700)),
    "zeros": lambda rng: rng.choice((ZERO, ZERO, fmpq(1, 1000), fmpq(rng.randint(-5, 5), 3))),
    "null": lambda rng: ZERO,
    "vertex": lambda rng: rng.choice((ZERO, ONE, fmpq(999, 1000))),
    "plain": lambda rng: ONE,
    "extreme": lambda rng: rng.choice((fmpq(1, 1000), fmpq(-1000), fmpq(1000), fmpq(997, 1000))),
    UNITS: lambda rng: fmpq(rng.randint(-1, 1)),
}
INSIDE = ("generic", "ties", "null", "extreme")  # styles in which a closed interval is drawn without its ends


def _scalar(domain: Domain, style: str, rng: Random) -> Number:
    if domain.binary:
        return fmpq(rng.randint(0, 1)) if style != "plain" else ONE
    ends = (ZERO, ONE) if domain.at_most_one and style in INSIDE else ()
    for attempt in range(TRIES):
        value = SCALARS[style if attempt < TRIES // 3 else "generic"](rng)
        if lies_in(value, domain) and value not in ends:
            return value
    if not lies_in(HALF, domain):
        raise ValueError(f"found no value that {domain.phrase}")
    return HALF


def _summing_to_one(
    symbol: Symbol, domain: Domain, places: list[Position], sizes: dict[Size, int], style: str, rng: Random
) -> dict[Position, Value]:
    """Each row of a family over its last index, or the entries of a vector, divided by their sum."""
    last = symbol.family[-1] if symbol.family else symbol.shape[0]
    if isinstance(last, int) or symbol.shape != ((1, 1) if symbol.family else (last, 1)):
        raise ValueError(f"{symbol.name} is to sum to one, but is neither a family of scalars nor a vector")
    count = sizes[last]
    empty = rng.randrange(count)
    turn = rng.sample(range(count), count) if style == "vertex" else range(count)
    rows = [
        _weights(count, empty, turn[row % count], domain, style, rng)
        for row in range(len(places) // count or 1)
    ]
    if not symbol.family:
        return {(): [[weight] for weight in rows[0]]}
    entries = [weight for row in rows for weight in row]
    return dict(zip(places, entries, strict=True))


def _weights(count: int, empty: int, turn: int, domain: Domain, style: str, rng: Random) -> list[Number]:
    """Weights that sum to one: a vertex, an empty component, all equal, very unequal, or generic.

    Of vertices each has its turn, so that with enough rows no component is empty.
    """
    weights = [ONE if style in ("plain", "ties") else fmpq(rng.randint(1, 30)) for _ in range(count)]
    lowest = fmpq(1, 1000) if domain.positive else ZERO
    if domain.binary or style in ("vertex", "extreme"):
        least = fmpq(1, 1000) if style == "extreme" and not domain.binary else lowest
        weights = [least] * count
        weights[turn if style == "vertex" else rng.randrange(count)] = ONE
    elif style == UNITS:
        weights = [ONE if place == empty else rng.choice((ONE, lowest)) for place in range(count)]
    elif style in ("zeros", "null") and count > 1:
        weights[empty] = lowest
    total = sum(weights, ZERO)
    return [divide(weight, total) for weight in weights]


# --------------------------------------------------------------------------------- arrays


def _array(rows: int, columns: int, domain: Domain, style: str, rng: Random) -> Rows:
    """A matrix of that domain; a scalar is a matrix with one entry."""
    if domain.unit:
        return _unit(rows, style, rng)
    if domain.symmetric:
        return MATRICES[domain.definite, domain.semidefinite][style](rows, rng)
    for attempt in range(TRIES):
        now = style if attempt < TRIES // 3 else "generic"
        value = [[_scalar(domain, now, rng) for _ in range(columns)] for _ in range(rows)]
        if rows == columns and now == "plain" and lies_in(identity(rows), domain):
            return identity(rows)
        if domain != INVERTIBLE or lies_in(value, domain):
            return value
    return identity(rows)


def _unit(rows: int, style: str, rng: Random) -> Rows:
    """A rational vector of length one: a basis vector, or the image of a rational point of the plane."""
    place = rng.randrange(rows)
    point = [ZERO if style in ("null", "vertex") else fmpq(rng.randint(-4, 4), 2) for _ in range(rows - 1)]
    square, sign = sum((x * x for x in point), ZERO), rng.choice((-1, 1))
    others = [2 * x / (square + 1) for x in point]
    return [[sign * x] for x in (*others[:place], (square - 1) / (square + 1), *others[place:])]


def _gram(size: int, rank: int, shift: fmpq, rng: Random) -> Rows:
    """A A' + shift I, where A has that many columns: of that rank at most when the shift is zero."""
    factor: Rows = [[fmpq(rng.randint(-3, 3), rng.randint(1, 2)) for _ in range(rank)] for _ in range(size)]
    return rows_of(add(multiply(factor, transpose(factor)), scale(shift, identity(size))))


def _diagonal(entries: list[fmpq]) -> Rows:
    return [[x if a == b else ZERO for b in range(len(entries))] for a, x in enumerate(entries)]


def _turned(entries: list[fmpq], rng: Random) -> Rows:
    """L diag(entries) L' with a random unit lower triangular L."""
    size = len(entries)
    lower: Rows = [[fmpq(a == b or (b < a) * rng.randint(-1, 1)) for b in range(size)] for a in range(size)]
    return multiply(multiply(lower, _diagonal(entries)), transpose(lower))


def _symmetric(size: int, rng: Random) -> Rows:
    rows: Rows = [[fmpq(rng.randint(-6, 6), rng.randint(1, 3)) for _ in range(size)] for _ in range(size)]
    return rows_of(add(rows, transpose(rows)))


def _spread(size: int) -> list[fmpq]:
    return [(fmpq(1, 1000), fmpq(1000), ONE)[a % 3] for a in range(size)]


def _picked(size: int, rng: Random, *values: int) -> list[fmpq]:
    return [fmpq(rng.choice(values)) for _ in range(size)]


Maker = Callable[[int, Random], Rows]
POSITIVE_DEFINITE: dict[str, Maker] = {
    "generic": lambda size, rng: _gram(size, size, fmpq(1, 2), rng),
    "ties": lambda size, rng: _gram(size, size, fmpq(1), rng),
    "zeros": lambda size, rng: _diagonal(_picked(size, rng, 1, 2, 5)),
    "null": lambda size, rng: rows_of(scale(fmpq(1, 1000), identity(size))),
    "vertex": lambda size, rng: _gram(size, 1, fmpq(1, 1000), rng),
    "plain": lambda size, rng: identity(size),
    "tiny": lambda size, rng: rows_of(scale(fmpq(1, 100), _gram(size, size, fmpq(1, 2), rng))),
    "extreme": lambda size, rng: _turned(_spread(size), rng),
    UNITS: lambda size, rng: _turned(_picked(size, rng, 1), rng),
}
POSITIVE_SEMIDEFINITE: dict[str, Maker] = POSITIVE_DEFINITE | {
    "ties": lambda size, rng: _gram(size, max(size - 1, 1), ZERO, rng),
    "zeros": lambda size, rng: _diagonal(_picked(size, rng, 0, 0, 1, 3)),
    "null": lambda size, rng: _diagonal([ZERO] * size),
    "vertex": lambda size, rng: _gram(size, 1, ZERO, rng),
    UNITS: lambda size, rng: _turned(_picked(size, rng, 0, 1), rng),
}
ONLY_SYMMETRIC: dict[str, Maker] = POSITIVE_SEMIDEFINITE | {
    "generic": _symmetric,
    "ties": _symmetric,
    "tiny": lambda size, rng: rows_of(scale(fmpq(1, 100), _symmetric(size, rng))),
    "zeros": lambda size, rng: _diagonal(_picked(size, rng, -2, 0, 0, 1)),
    "extreme": lambda size, rng: _turned([-x for x in _spread(size)], rng),
    UNITS: lambda size, rng: _turned(_picked(size, rng, -1, 0, 1), rng),
}
MATRICES: dict[tuple[bool, bool], dict[str, Maker]] = {
    (True, True): POSITIVE_DEFINITE,
    (False, True): POSITIVE_SEMIDEFINITE,
    (False, False): ONLY_SYMMETRIC,
}


PROBES = (  # sizes (N, K, D), as many as have no factor in common with the number of styles
    (2, 2, 2),
    (1, 2, 1),
    (2, 2, 1),
    (4, 2, 3),
    (1, 3, 2),
    (2, 3, 2),
    (5, 3, 2),
)
PROBE_STYLES = ("probe", "ties", UNITS, "probe", "zeros")


def probes(sizes: set[Size], count: int) -> list[tuple[dict[Size, int], str]]:
    """Many draws at small sizes: where an inequality is tight, or two values tie, by chance."""
    numbered = [numbers_of(sizes, row) for row in PROBES]
    return [(numbered[n % len(PROBES)], PROBE_STYLES[n % len(PROBE_STYLES)]) for n in range(count)]


def extra(sizes: dict[Size, int], count: int) -> list[tuple[dict[Size, int], str]]:
    """More draws at full sizes, for hypotheses that few draws satisfy."""
    styles = islice(("generic", "mixed") * count, count)
    return [(sizes, style) for style in styles]
