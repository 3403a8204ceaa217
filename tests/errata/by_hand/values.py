"""A counterexample read back from its text as plain fractions, and how a line is held against what the hand computes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from derivations.calculus.evidence import Counterexample
from derivations.proof.printed import Printed

Array = npt.NDArray[Any]
Sides = tuple[Any, Any]
Check = Callable[[Printed], None]
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:/\d+)?")
Place = tuple[int, ...]


class Values:
    """The sizes and values at which a line fails."""

    def __init__(self, example: Counterexample) -> None:
        self.sizes, self._values = example.sizes, example.values
        self.left, self.right = (side_of(text) for text in (example.left, example.right))

    def index(self, name: str) -> int:
        return int(self._values[name])

    def number(self, name: str) -> Fraction:
        return Fraction(self._values[name])

    def array(self, name: str, *shape: int) -> Array:
        """A vector or a matrix, of exact fractions."""
        return as_array(value_of(self._values[name]), shape)

    def family(self, name: str, *shape: int) -> dict[Place, Any]:
        """The members of a family by their indices; scalars have no shape."""
        inside = self._values[name].removeprefix("{").removesuffix("}")
        members = (part.partition(":") for part in inside.split(";"))
        return {
            tuple(int(index) for index in place.split(",")): (
                as_array(value_of(value), shape) if shape else value_of(value)
            )
            for place, _, value in members
        }


def value_of(text: str) -> Any:
    """A number, or nested lists of numbers, as fractions."""
    return _fractions(json.loads(NUMBER.sub(lambda found: f'"{found[0]}"', text.strip())))


def _fractions(read: Any) -> Any:
    return [_fractions(item) for item in read] if isinstance(read, list) else Fraction(read)


def as_array(value: Any, shape: tuple[int, ...]) -> Array:
    return np.array(value, dtype=object).reshape(shape)


def side_of(text: str) -> Array | None:
    """A side's value in floating point; None where it is a truth value, undefined, or says a domain."""
    try:
        return np.array(value_of(text), dtype=float)
    except (json.JSONDecodeError, ValueError):
        return None


def values_of(line: Printed) -> Values:
    assert line.counterexample is not None
    return Values(line.counterexample)


def differ(sides: Callable[[Values], Sides]) -> Check:
    """Both sides, computed by hand, are those of the counterexample, and they differ."""

    def check(line: Printed) -> None:
        values = values_of(line)
        left, right = (np.array(side, dtype=float) for side in sides(values))
        assert values.left is not None
        assert values.right is not None
        np.testing.assert_allclose(left.ravel(), values.left.ravel(), rtol=1e-12)
        np.testing.assert_allclose(right.ravel(), values.right.ravel(), rtol=1e-12)
        assert not np.allclose(left, right, rtol=1e-9, atol=0)

    return check


def assert_undefined(line: Printed, side: str) -> None:
    assert line.counterexample is not None
    assert getattr(line.counterexample, side).startswith("undefined")


def inverse(matrix: Array) -> Array:
    """The inverse of a matrix of fractions, exactly, by elimination."""
    size = len(matrix)
    rows = [[*matrix[row], *(Fraction(int(row == column)) for column in range(size))] for row in range(size)]
    for column in range(size):
        pivot = next(row for row in range(column, size) if rows[row][column] != 0)
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [entry / rows[column][column] for entry in rows[column]]
        for row in range(size):
            if row != column:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return np.array([row[size:] for row in rows], dtype=object)
