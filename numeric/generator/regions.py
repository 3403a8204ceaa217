"""What is computed in blocks of points.

An array that has the points as one axis and another axis besides is kept whole only if it is an argument
or the result. Everything else of that kind lives in a block of a few thousand points: either the block's
share of a sum over all points is added up, or the block's part of the result is put in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from derivations.calculus.expressions import Size
from numeric.generator.errors import GeneratorError
from numeric.generator.operations import LEAVES, Program, sizes_of
from numeric.generator.sizes import is_long, nominal

ADDITIVE = ("sum", "matmul")  # what is a sum over blocks when it is a sum over points


@dataclass(frozen=True)
class Region:
    """Operations that are done block by block, and how the blocks make up the result of `root`."""

    root: int
    inner: frozenset[int]  # the root included, arguments not
    how: str  # "sum" or "stack"
    points: Size
    width: tuple[Size, ...]  # the other axes of the largest array in a block


@dataclass(frozen=True)
class Pass:
    """One pass over the points, in blocks, in which several sums are added up, and labels are found."""

    roots: tuple[int, ...]
    inner: frozenset[int]
    points: Size
    places: tuple[int, ...]  # with an entry for each point


def one_pass(program: Program, results: Sequence[int]) -> Pass:
    """What is summed over the points for these results, or found for each, all in one pass. Raises GeneratorError."""
    below = sorted(program.below(*results))
    is_long_there = {n: bool(program[n].long_axes) for n in below}
    roots = tuple(
        n for n in below if not is_long_there[n] and any(is_long_there[o] for o in program[n].operands)
    )
    for n in below:
        refuse_pairs_of_points(program, n)
    for root in roots:
        _refuse_what_does_not_add_up(program, root)
    places = tuple(n for n in results if is_long_there[n])
    inner = frozenset(n for end in (*places, *roots) for n in _closure(program, end))
    [points] = {s for n in inner for d in program[n].shape for s in sizes_of(d) if is_long(s)}
    return Pass(roots, inner, points, places)


def widest(program: Program, found: Pass) -> tuple[Size, ...]:
    """The axes besides the points of the largest array in a block."""
    below = [n for n in found.inner if n not in found.roots and program[n].is_wide]
    return _width(program, max(sorted(below), key=lambda n: _elements(program, n)))


def _refuse_what_does_not_add_up(program: Program, root: int) -> None:
    kind = program[root].kind
    if kind not in ADDITIVE:
        raise GeneratorError(f"{kind} over all points of an array too large to be kept whole")


def regions(program: Program, result: int) -> dict[int, Region]:
    """The regions of a program, by their roots. Raises GeneratorError for arrays of points times points."""
    found = {}
    for number in sorted(program.below(result)):
        operation = program[number]
        refuse_pairs_of_points(program, number)
        ends = not operation.long_axes and any(program[o].long_axes for o in operation.operands)
        if ends or (number == result and operation.long_axes):
            region = _region(program, number)
            if region is not None:
                found[number] = region
    return found


def refuse_pairs_of_points(program: Program, number: int) -> None:
    operation = program[number]
    if len(operation.long_axes) > 1 or sum(map(is_long, sum(map(sizes_of, operation.shape), ()))) > 1:
        sizes = " x ".join(size.name for dimension in operation.shape for size in sizes_of(dimension))
        raise GeneratorError(f"{operation.kind} would need an array of {sizes}, quadratic in the points")


def _region(program: Program, root: int) -> Region | None:
    """The region that ends in `root`, or None if nothing in it is too large to be kept whole."""
    inner = frozenset(_closure(program, root))
    below = [n for n in inner if n != root and not _is_seen_argument(program, n)]
    wide = [n for n in below if program[n].is_wide]
    if not wide:
        return None
    how = "stack" if program[root].long_axes else "sum"
    if how == "sum":
        _refuse_what_does_not_add_up(program, root)
    if how == "stack" and program[root].long_axes != (0,):
        raise GeneratorError("the result is made in blocks of points; let the points be its first index")
    largest = max(wide, key=lambda n: _elements(program, n))
    (points,) = (
        size for dimension in program[largest].shape for size in sizes_of(dimension) if is_long(size)
    )
    return Region(root, inner, how, points, _width(program, largest))


def _closure(program: Program, root: int) -> Iterator[int]:
    """The root and what it needs that depends on the points, arguments excepted."""
    seen, waiting = set[int](), [root]
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        yield number
        for operand in program[number].operands:
            if program[operand].long_axes and program[operand].kind not in LEAVES:
                waiting.append(operand)


def _is_seen_argument(program: Program, number: int) -> bool:
    """Whether an operation is just an argument with its axes in another order."""
    operation = program[number]
    return operation.kind == "view" and program[operation.operands[0]].kind in LEAVES


def _elements(program: Program, number: int) -> int:
    return prod(map(nominal, _width(program, number)))


def _width(program: Program, number: int) -> tuple[Size, ...]:
    sizes = (size for dimension in program[number].shape for size in sizes_of(dimension))
    return tuple(size for size in sizes if not is_long(size))
