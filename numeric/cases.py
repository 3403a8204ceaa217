"""Arguments for the cross-check: drawn from the declared domains, and directed at what goes wrong.

A case is a value for every argument of an update. All of them are made of whole numbers divided by powers
of two, by exact operations, from a generator whose stream is frozen: they are the same on every machine.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from derivations.calculus.expressions import Size, Symbol, symbols_of
from derivations.proof.steps import Update

Values = npt.NDArray[Any]
Arguments = dict[str, Values]
Counts = dict[str, int]

GRID = 2.0**20  # random numbers are multiples of its inverse, so that sums of a few are exact
MOST_WEIGHT = 1000


@dataclass(frozen=True)
class Case:
    name: str
    arguments: Arguments


def arguments_of(update: Update) -> tuple[Symbol, ...]:
    """The symbols for which the formula needs values, by name; what is defined is computed."""
    defined = {definition.symbol.symbol: definition.body for definition in update.definitions}
    found, waiting = set[Symbol](), [update.formula]
    while waiting:
        for symbol in symbols_of(waiting.pop()) - found:
            found.add(symbol)
            if symbol in defined:
                waiting.append(defined[symbol])
    return tuple(sorted(found - set(defined), key=lambda symbol: symbol.name))


def axes_of(symbol: Symbol) -> tuple[Size, ...]:
    """The axes of the array of all members of a family."""
    return (*symbol.family, *(dim for dim in symbol.shape if isinstance(dim, Size)))


# ------------------------------------------------------------------------------------- draws

Random = np.random.RandomState  # not the newest generator, but the one whose stream will never change
Draw = Callable[[Random, tuple[int, ...]], Values]


def spread(random: Random, shape: tuple[int, ...]) -> Values:
    """Numbers around zero, most of them below one: sums of four uniform ones."""
    uniform = np.floor(random.random_sample((4, *shape)) * GRID) / GRID
    return np.asarray(2 * (uniform[0] + uniform[1] + uniform[2] + uniform[3]) - 4)


def _uniform(random: Random, shape: tuple[int, ...]) -> Values:
    """Numbers strictly between 0 and 1."""
    return (np.floor(random.random_sample(shape) * (GRID - 1)) + 1) / GRID


def _weights(random: Random, shape: tuple[int, ...]) -> Values:
    """Positive numbers that sum to one over the last axis, up to rounding."""
    whole = np.floor(random.random_sample(shape) * MOST_WEIGHT) + 1
    return np.asarray(whole / whole.sum(axis=-1, keepdims=True))


def _probabilities(random: Random, shape: tuple[int, ...]) -> Values:
    """Numbers from 0 to 1, of which some are 0 and some 1."""
    return np.asarray(np.clip(_uniform(random, shape) * 1.25 - 0.125, 0, 1))


def _one_hot(random: Random, shape: tuple[int, ...]) -> Values:
    """A one in each row; every place has one, where there are rows enough."""
    rows = np.arange(int(np.prod(shape[:-1]))).reshape(shape[:-1])
    return np.asarray(np.arange(shape[-1]) == rows[..., np.newaxis] % shape[-1], np.float64)


def _definite(random: Random, shape: tuple[int, ...]) -> Values:
    """A A' + 1/8, computed exactly: the entries of A are multiples of 1/16."""
    root = np.round(spread(random, shape) * 16) / 16
    return _gram(root) + np.eye(shape[-1]) / 8


def _semidefinite(random: Random, shape: tuple[int, ...]) -> Values:
    """a a', of rank one."""
    return _gram(np.round(spread(random, (*shape[:-1], 1)) * 16) / 16)


def _gram(root: Values) -> Values:
    return np.asarray((root[..., :, np.newaxis, :] * root[..., np.newaxis, :, :]).sum(axis=-1))


def _symmetric(random: Random, shape: tuple[int, ...]) -> Values:
    square = spread(random, shape)
    return square + np.swapaxes(square, -2, -1)


def _invertible(random: Random, shape: tuple[int, ...]) -> Values:
    """Strictly dominated by the diagonal."""
    return spread(random, shape) + 4 * shape[-1] * np.eye(shape[-1])


def _unit(random: Random, shape: tuple[int, ...]) -> Values:
    """Vectors with one entry 1 or -1, or two of 3/5 and 4/5."""
    result = np.zeros(shape)
    places = random.randint(shape[-1], size=shape[:-1])
    result[(*np.indices(shape[:-1]), places)] = 1 if shape[-1] == 1 else 0.6
    if shape[-1] > 1:
        result[(*np.indices(shape[:-1]), (places + 1) % shape[-1])] = -0.8
    return result


DRAWS: dict[str, Draw] = {
    "real": spread,
    "nonnegative": lambda random, shape: np.abs(spread(random, shape)),
    "positive": lambda random, shape: 4 * _uniform(random, shape),
    "fraction": _uniform,
    "probability": _probabilities,
    "binary": lambda random, shape: np.round(_uniform(random, shape)),
    "simplex": _weights,
    "open simplex": _weights,
    "one-hot": _one_hot,
    "unit vector": _unit,
    "symmetric": _symmetric,
    "semidefinite": _semidefinite,
    "definite": _definite,
    "invertible": _invertible,
}


def drawn(symbol: Symbol, counts: Counts, random: Random) -> Values:
    """A value of the whole family, in the declared domain."""
    shape = tuple(counts[size.name] for size in axes_of(symbol))
    if symbol.labels is not None:
        return np.asarray(random.randint(counts[symbol.labels.name], size=shape))
    return np.asarray(DRAWS[symbol.domain.name](random, shape))


def counts_for(symbols: tuple[Symbol, ...], points: int, components: int, dimensions: int) -> Counts:
    """Sizes by the first letters of their names; a second family of components has one more."""
    by_letter = {"N": points, "K": components, "D": dimensions}
    sizes = dict.fromkeys(
        size for symbol in symbols for size in (*axes_of(symbol), symbol.labels) if size is not None
    )
    used: dict[str, int] = {}
    counts = {}
    for size in sorted(sizes, key=lambda size: size.name):
        letter = size.name[0]
        counts[size.name] = by_letter.get(letter, components) + used.get(letter, 0)
        used[letter] = used.get(letter, 0) + (by_letter.get(letter, 2) > 1)
    return counts


# ------------------------------------------------------------------------------------ directions

Change = Callable[[Symbol, Values], Values]


def is_place(symbol: Symbol) -> bool:
    """Whether it is a vector of data space: points, means."""
    return symbol.domain.name == "real" and symbol.shape[1] == 1 and isinstance(symbol.shape[0], Size)


def is_points(symbol: Symbol) -> bool:
    return is_place(symbol) and bool(symbol.family) and symbol.family[0].name[0] == "N"


def places(change: Callable[[Values], Values]) -> Change:
    return lambda symbol, values: change(values) if is_place(symbol) else values


def points(change: Callable[[Values], Values]) -> Change:
    return lambda symbol, values: change(values) if is_points(symbol) else values


def weights(change: Callable[[Values], Values]) -> Change:
    """For simplices that may have zeros."""
    return lambda symbol, values: change(values) if symbol.domain.name == "simplex" else values


def shares(change: Callable[[Values], Values]) -> Change:
    """For whatever says how much of a point belongs to a component."""
    names = ("simplex", "one-hot")
    return lambda symbol, values: change(values) if symbol.domain.name in names else values


def _nearly_flat(values: Values) -> Values:
    """The last coordinate the same as the first up to 2^-24."""
    return np.concatenate([values[..., :-1], values[..., :1] + values[..., -1:] * 2.0**-24], axis=-1)


def scaled(factors: Callable[[int], Values]) -> Change:
    """Other units for each dimension: places are multiplied by them, covariances on both sides."""

    def change(symbol: Symbol, values: Values) -> Values:
        if is_place(symbol):
            return np.asarray(values * factors(values.shape[-1]))
        if symbol.domain.semidefinite:
            units = factors(values.shape[-1])
            return np.asarray(values * units[:, np.newaxis] * units)
        return values

    return change


def _unequal_units(dimensions: int) -> Values:
    """From 2^-20 up to almost 2^20."""
    return 2.0 ** (np.round(40 * np.arange(dimensions) / dimensions) - 20)


def _faint(values: Values) -> Values:
    """The last component has a weight of 2^-40 everywhere, the first the rest."""
    result = np.zeros_like(values)
    result[..., -1] = 2.0**-40
    result[..., 0] += 1 - result.sum(axis=-1)
    result[..., 1:-1] = 0.125 / values.shape[-1]
    result[..., 0] -= result[..., 1:-1].sum(axis=-1)
    return result


def _last_is_empty(values: Values) -> Values:
    """The last component has no weight anywhere; the first takes it over."""
    result = values.copy()
    result[..., 0] += result[..., -1]
    result[..., -1] = 0
    return result


def _real_kind(dtype: type[np.floating[Any]]) -> Change:
    return lambda symbol, values: values if symbol.labels is not None else values.astype(dtype)


def _read_only(values: Values) -> Values:
    values.flags.writeable = False
    return values


@dataclass(frozen=True)
class Row:
    """A kind of case: sizes, and what is done to the values that were drawn."""

    name: str
    points: int = 7
    components: int = 3
    dimensions: int = 2
    change: Change = lambda symbol, values: values
    quick: bool = False

    def of(self, symbols: tuple[Symbol, ...]) -> Case:
        counts = counts_for(symbols, self.points, self.components, self.dimensions)
        random = Random(zlib.crc32(self.name.encode()))
        values = {s.name: self.change(s, drawn(s, counts, random)) for s in symbols}
        return Case(self.name, values)


ROWS = (
    Row("generic", quick=True),
    *(Row(f"generic, N={n} K={k} D={d}", n, k, d) for n in (4, 9) for k in (2, 5) for d in (2, 3)),
    Row("many points", 60, 2, 2),
    Row("one point", 1, 3, 2, quick=True),
    Row("one component", 6, 1, 3, quick=True),
    Row("one dimension", 6, 3, 1, quick=True),
    Row("one of each", 1, 1, 1),
    Row("fewer points than dimensions", 2, 2, 5, quick=True),
    Row("far from the origin, 1e6", change=places(lambda values: values + 1e6), quick=True),
    Row("far from the origin, 1e8", change=places(lambda values: values + 1e8)),
    Row("nearly singular scatter", change=places(_nearly_flat), quick=True),
    Row("nearly singular, far from the origin", change=places(lambda v: _nearly_flat(v) + 1e6)),
    Row("unequal scales", dimensions=4, change=scaled(_unequal_units)),
    Row("an outlier at 1e6", change=points(lambda v: np.concatenate([v[:1] * 1e6, v[1:]]))),
    Row("all points equal", change=points(lambda v: np.broadcast_to(v[:1], v.shape))),
    Row("all points twice", 8, change=points(lambda v: np.concatenate([v[:4], v[:4]]))),
    Row("certain responsibilities", change=weights(lambda v: _one_hot(Random(0), v.shape))),
    Row("weights of 1e-12", change=weights(_faint)),
    Row("an empty component", change=shares(_last_is_empty), quick=True),
    Row("huge numbers", change=scaled(lambda count: np.full(count, 2.0**100))),
    Row("tiny numbers", change=scaled(lambda count: np.full(count, 2.0**-100))),
    Row("single precision", change=_real_kind(np.float32)),
    Row("single precision, points only", change=points(lambda v: v.astype(np.float32))),
    Row("whole numbers", change=places(lambda values: np.round(values * 8).astype(np.int64))),
    Row("bytes", change=places(lambda values: np.round(np.abs(values) * 60).astype(np.uint8))),
    Row("columns first", change=lambda symbol, values: np.array(values, order="F")),
    Row("read-only", change=lambda symbol, values: _read_only(values)),
    Row("every other row", 14, change=points(lambda values: values.repeat(2, axis=0)[::2])),
)


def cases(update: Update, quick: bool = False) -> Iterator[Case]:
    """All cases of an update, the same in every run; with `quick`, a few of them."""
    symbols = arguments_of(update)
    for row in ROWS:
        if row.quick or not quick:
            yield row.of(symbols)
    if not quick and any(map(is_points, symbols)):
        yield iris_case(symbols)


def iris_case(symbols: tuple[Symbol, ...]) -> Case:
    """Measurements of 150 flowers as the points; vectors of the other families are some of them."""
    data = iris()
    row = replace(ROWS[0], name="iris", points=len(data), dimensions=data.shape[1])
    found = row.of(symbols).arguments
    for symbol in filter(is_place, symbols):
        count = found[symbol.name].shape[0] if symbol.family else 1
        picked = data if is_points(symbol) else data[:: len(data) // count][:count]
        found[symbol.name] = picked.reshape(found[symbol.name].shape)
    return Case("iris", found)


@cache
def iris() -> Values:
    """(150, 4) lengths and widths of sepals and petals of irises, in centimetres."""
    text = resources.files("numeric").joinpath("data/iris.csv").read_text("utf-8")
    return np.loadtxt(text.splitlines(), delimiter=",", comments="#")
