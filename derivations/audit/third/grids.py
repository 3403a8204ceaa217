"""Arrays of the third evaluator: rows of numbers; a scalar is one row with one number. Inverses by cofactors."""

from __future__ import annotations

from typing import TypeAlias

from derivations.audit.third.numbers import ONE, ZERO, NoValueError, Number, dot, over, plus, times

Grid: TypeAlias = list[list[Number]]


def scalar(number: Number) -> Grid:
    return [[number]]


def total(numbers: list[Number]) -> Number:
    result: Number = ZERO
    for number in numbers:
        result = plus(result, number)
    return result


def added(left: Grid, right: Grid) -> Grid:
    return [[plus(a, b) for a, b in zip(r, s, strict=True)] for r, s in zip(left, right, strict=True)]


def scaled(factor: Number, grid: Grid) -> Grid:
    return [[times(factor, entry) for entry in row] for row in grid]


def turned(grid: Grid) -> Grid:
    return [list(column) for column in zip(*grid, strict=True)]


def product(left: Grid, right: Grid) -> Grid:
    columns = turned(right)
    return [[dot(row, column) for column in columns] for row in left]


def unit(size: int) -> Grid:
    return [[ONE if a == b else ZERO for b in range(size)] for a in range(size)]


def determinant(grid: Grid) -> Number:
    """By cofactors of the first row: sizes are small."""
    if len(grid) == 1:
        return grid[0][0]
    if len(grid) == 2:
        (a, b), (c, d) = grid
        return plus(times(a, d), -times(b, c))
    return dot(grid[0], [cofactor(grid, 0, column) for column in range(len(grid))])


def cofactor(grid: Grid, row: int, column: int) -> Number:
    if len(grid) == 1:
        return ONE
    minor = [line[:column] + line[column + 1 :] for n, line in enumerate(grid) if n != row]
    found = determinant(minor)
    return -found if (row + column) % 2 else found


def inverse(grid: Grid) -> Grid:
    """The cofactors, transposed, over the determinant."""
    size = range(len(grid))
    cofactors = [[cofactor(grid, row, column) for column in size] for row in size]
    whole = dot(grid[0], cofactors[0])
    if whole == 0:
        raise NoValueError("the inverse of a singular matrix")
    return [[over(cofactors[column][row], whole) for column in size] for row in size]
