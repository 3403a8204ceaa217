"""Arguments that must be refused: a good case with one thing wrong, and the arguments that may be blamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from derivations.calculus.expressions import Symbol
from numeric.cases import Arguments, Case, axes_of

Values = npt.NDArray[Any]


@dataclass(frozen=True)
class BadCase:
    """What is wrong, the arguments, and the names of which one must stand in the message."""

    name: str
    arguments: dict[str, Any]
    blamed: tuple[str, ...]


def _put(value: float) -> Callable[[Values], Values]:
    """The first entry replaced."""

    def change(values: Values) -> Values:
        result = np.array(values, np.float64)
        result.flat[0] = value
        return result

    return change


def _shift_weight(values: Values) -> Values:
    """Still summing to one, and in the sum over all rows still positive, but with a negative entry."""
    result = np.array(values, np.float64)
    rows = result.reshape(-1, result.shape[-1])
    rows[0, 0] += rows[0, -1] + 0.125
    rows[0, -1] = -0.125
    return result


def _all_ones(values: Values) -> Values:
    return np.ones(values.shape)


def _lopsided(values: Values) -> Values:
    result = np.array(values, np.float64)
    result[..., 0, -1] += 1
    return result


ALWAYS: tuple[tuple[str, Callable[[Values], Any]], ...] = (
    ("one axis too many", lambda values: values[np.newaxis]),
    ("text", lambda values: values.astype(str)),
    ("rows of unequal length", lambda values: [[1.0], [1.0, 2.0]]),
)

ARRAYS: tuple[tuple[str, Callable[[Values], Any]], ...] = (
    ("one axis too few", lambda values: values[0]),
    ("no entries", lambda values: values[:0]),
)

FLOATS: tuple[tuple[str, Callable[[Values], Any]], ...] = (
    ("NaN", _put(float("nan"))),
    ("infinity", _put(float("inf"))),
    ("complex numbers", lambda values: values + 1j),
)

NEGATIVE = ("a negative entry", _put(-0.25))
ZERO = ("a zero", _put(0.0))
UNFAIR = ("a sum that is not one", lambda values: values * 0.75)
OPPOSITE = ("a negative eigenvalue", lambda values: -values)
ASYMMETRIC = ("an asymmetric matrix", _lopsided)

BY_DOMAIN: dict[str, tuple[tuple[str, Callable[[Values], Any]], ...]] = {
    "real": (),
    "nonnegative": (NEGATIVE,),
    "positive": (NEGATIVE, ZERO),
    "probability": (NEGATIVE, ("a two", _put(2.0))),
    "fraction": (NEGATIVE, ZERO, ("a one", _put(1.0))),
    "binary": (("a half", _put(0.5)), ("a two", _put(2.0))),
    "label": (("a label below the first", lambda v: v - v.max() - 1), ("a label too high", lambda v: v + 99)),
    "simplex": (UNFAIR, ("a negative weight", _shift_weight)),
    "open simplex": (UNFAIR, ("a negative weight", _shift_weight)),
    "one-hot": (("a half", lambda values: values / 2), ("two ones", _all_ones), ("no one", np.zeros_like)),
    "unit vector": (("a longer vector", lambda values: values * 2),),
    "symmetric": (ASYMMETRIC,),
    "semidefinite": (OPPOSITE, ASYMMETRIC),
    "definite": (OPPOSITE, ASYMMETRIC, ("a singular matrix", lambda values: values * 0)),
    "invertible": (("a singular matrix", lambda values: values * 0),),
}


def bad_cases(symbols: tuple[Symbol, ...], good: Case) -> Iterator[BadCase]:
    """Everything that can be wrong with one argument, or between two. `good` has at least two of everything."""
    for symbol in symbols:
        values = good.arguments[symbol.name]
        more = (ARRAYS if values.ndim else (), FLOATS if symbol.labels is None else ())
        changes = (*ALWAYS, *more[0], *more[1], *BY_DOMAIN[symbol.domain.name])
        if symbol.labels is not None and not any(symbol.labels in axes_of(other) for other in symbols):
            changes = changes[:-1]  # nothing says how many labels there are
        for what, change in changes:
            yield _changed(good.arguments, symbol.name, what, change(values), (symbol.name,))
        yield from _wrong_sizes(symbols, symbol, good.arguments)


def _wrong_sizes(symbols: tuple[Symbol, ...], symbol: Symbol, arguments: Arguments) -> Iterator[BadCase]:
    """An axis one too short, where another axis of the arguments has the same size."""
    for axis, size in enumerate(axes_of(symbol)):
        sharing = tuple(other.name for other in symbols for own in axes_of(other) if own == size)
        if len(sharing) > 1:
            values = np.delete(arguments[symbol.name], -1, axis)
            if symbol.domain.sums_to_one and axis == values.ndim - 1:
                values = values / values.sum(axis=-1, keepdims=True)
            yield _changed(arguments, symbol.name, f"{size.name} one too small", values, sharing)


def _changed(arguments: Arguments, name: str, what: str, value: object, blamed: tuple[str, ...]) -> BadCase:
    return BadCase(f"{name}: {what}", {**arguments, name: value}, blamed)
