"""Array operations by position: what a generated function does, before it is text.

An operation knows the operations it works on and the shape of its result, but no index names. So
x_i - mu_k and x_j - mu_l are one operation, and common sub-expressions fall together by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from derivations.calculus.expressions import Size
from numeric.generator.sizes import is_long

LEAVES = ("argument", "labels")  # the kinds of operations that are arguments

Dimension = Size | tuple[Size, ...] | None  # several folded into one; None: an axis of length one


def sizes_of(dimension: Dimension) -> tuple[Size, ...]:
    """The sizes whose product an axis has."""
    if dimension is None:
        return ()
    return dimension if isinstance(dimension, tuple) else (dimension,)


@dataclass(frozen=True)
class Operation:
    """One array operation; `kind` is a row of the emitter's table, `detail` what that row needs to know."""

    kind: str
    operands: tuple[int, ...] = ()
    shape: tuple[Dimension, ...] = ()
    detail: tuple[object, ...] = ()

    @property
    def long_axes(self) -> tuple[int, ...]:
        return tuple(axis for axis, size in enumerate(self.shape) if any(map(is_long, sizes_of(size))))

    @property
    def is_wide(self) -> bool:
        """Whether it has the points and another axis: too large to be kept whole."""
        return bool(self.long_axes) and sum(len(sizes_of(size)) for size in self.shape) > 1


@dataclass
class Program:
    """The operations of one function, each once, operands before the operations that use them."""

    operations: list[Operation] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)  # of definitions, which keep theirs
    _numbers: dict[Operation, int] = field(default_factory=dict)

    def add(self, operation: Operation) -> int:
        """The number of the operation, which is entered unless it is known."""
        number = self._numbers.setdefault(operation, len(self.operations))
        if number == len(self.operations):
            self.operations.append(operation)
        return number

    def __getitem__(self, number: int) -> Operation:
        return self.operations[number]

    def below(self, *numbers: int) -> Iterator[int]:
        """The operations and all they depend on, each once."""
        seen, waiting = set[int](), list(numbers)
        while waiting:
            found = waiting.pop()
            if found not in seen:
                seen.add(found)
                yield found
                waiting.extend(self[found].operands)
