"""Arrays whose axes carry index names, and how operations line them up.

Operations are by position; a Labelled array says which index runs along which axis. Every operation here
aligns its operands by name, so that the code above never counts axes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from derivations.calculus.expressions import Index, Size
from numeric.generator.errors import GeneratorError
from numeric.generator.operations import Dimension, Operation, Program
from numeric.generator.sizes import is_long


@dataclass(frozen=True)
class Labelled:
    """The result of an operation, with an index for each of its axes; along other indices it is constant."""

    number: int
    labels: tuple[Index, ...] = ()

    def relabelled(self, mapping: dict[Index, Index]) -> Labelled:
        return Labelled(self.number, tuple(mapping.get(label, label) for label in self.labels))


class Arrays:
    """Enters operations on labelled arrays into a program.

    `dimensions` are the sizes of vectors and matrices. Results have the axes of families first, then those
    of vectors and matrices, then the points: reductions run fastest over leading axes of large arrays, and
    matrix products over trailing ones.
    """

    def __init__(self, dimensions: Collection[Size]) -> None:
        self.program = Program()
        self._dimensions = dimensions

    # ------------------------------------------------------------------------------ leaves

    def leaf(self, kind: str, labels: tuple[Index, ...] = (), *detail: object) -> Labelled:
        """An operation without operands: an argument, a number, a size, an identity matrix."""
        return self._enter(kind, (), labels, *detail)

    def number(self, value: Fraction) -> Labelled:
        return self.leaf("number", (), value)

    # --------------------------------------------------------------------------- operations

    def repeated(self, operand: Labelled, labels: tuple[Index, ...]) -> Labelled:
        """The operand with more axes, along which it is constant."""
        return self._enter("repeat", (self.view(operand, labels, broadcast=True),), labels)

    def one_hot(self, positions: Labelled, index: Index) -> Labelled:
        """1 where an array of labels has the value that the index names, else 0."""
        return self._enter("one_hot", (positions.number,), (index, *positions.labels))

    def elementwise(self, kind: str, *operands: Labelled) -> Labelled:
        labels = operands[0].labels if len(operands) == 1 else self._arranged(operands)
        return self._enter(kind, tuple(self.view(o, labels, broadcast=True) for o in operands), labels)

    def reduced(self, kind: str, operand: Labelled, over: Collection[Index]) -> Labelled:
        """A sum, product or log-sum-exp over some of the axes."""
        axes = tuple(axis for axis, label in enumerate(operand.labels) if label in over)
        kept = tuple(label for label in operand.labels if label not in over)
        return self._enter(kind, (operand.number,), kept, *axes)

    def softmax(self, operand: Labelled, along: Index, name: str) -> Labelled:
        """exp(a) / sum exp(a) along an axis; `name` is the argument to blame where every exp(a) is zero."""
        axis = operand.labels.index(along)
        return self._enter("softmax", (operand.number,), operand.labels, axis, name)

    def matrix_product(self, left: Labelled, right: Labelled, over: Collection[Index]) -> Labelled:
        """The sum over the labels `over` of left times right, as one batched matrix product."""
        shared = [label for label in left.labels if label in right.labels]
        batch = tuple(label for label in shared if label not in over)
        summed = tuple(label for label in shared if label in over)
        rows = tuple(label for label in left.labels if label not in shared)
        columns = tuple(label for label in right.labels if label not in shared)
        first = self._folded(left, batch, (rows, summed))
        second = self._folded(right, batch, (summed, columns))
        return self._unfolded(self.program.add(self._product(first, second)), batch, (rows, columns))

    def matrix_function(
        self, kind: str, operand: Labelled, row: Index, column: Index, *detail: object
    ) -> Labelled:
        """A function from square matrices to square matrices; the last two axes become row and column."""
        batch = tuple(label for label in operand.labels if label not in (row, column))
        whole = self.view(operand, (*batch, row, column), broadcast=False)
        return self._enter(kind, (whole,), (*batch, row, column), *detail)

    def matrix_number(self, kind: str, operand: Labelled, row: Index, column: Index) -> Labelled:
        """A function from square matrices to numbers, such as a determinant."""
        batch = tuple(label for label in operand.labels if label not in (row, column))
        whole = self.view(operand, (*batch, row, column), broadcast=False)
        return self._enter(kind, (whole,), batch)

    def diagonal(self, operand: Labelled, first: Index, second: Index) -> Labelled:
        """The entries at which two axes agree, along `first`."""
        kept = tuple(label for label in operand.labels if label not in (first, second))
        whole = self.view(operand, (*kept, first, second), broadcast=False)
        return self._enter("diagonal", (whole,), (*kept, first))

    def weighted_median(self, values: Labelled, weights: Labelled, along: Index) -> Labelled:
        """Medians of the values along an axis, for each of several kinds of weights."""
        kinds, places = (tuple(n for n in o.labels if n != along) for o in (weights, values))
        operands = (
            self.view(values, (*places, along), broadcast=False),
            self.view(weights, (*kinds, along), broadcast=False),
        )
        return self._enter("weighted_median", operands, (*kinds, *places))

    def taken(self, operand: Labelled, along: Index, positions: Labelled) -> Labelled:
        """The entries of `operand` along an axis at the positions that an array of labels names."""
        rest = tuple(label for label in operand.labels if label != along)
        whole = self.view(operand, (along, *rest), broadcast=False)
        return self._enter("take", (whole, positions.number), (*positions.labels, *rest))

    # --------------------------------------------------------------------------- alignment

    def view(self, operand: Labelled, labels: tuple[Index, ...], broadcast: bool) -> int:
        """The operand with its axes in the order of `labels`, of length one where it has none.

        Leading axes of length one are left to NumPy's broadcasting if the caller can bear it.
        """
        where = {label: axis for axis, label in enumerate(operand.labels)}
        arrangement = [where.get(label) for label in labels]
        while broadcast and arrangement and arrangement[0] is None:
            arrangement.pop(0)
        return self._view(operand.number, tuple(arrangement))

    def _view(self, number: int, arrangement: tuple[int | None, ...]) -> int:
        shape = self.program[number].shape
        if arrangement == tuple(range(len(shape))):
            return number
        new = tuple(None if axis is None else shape[axis] for axis in arrangement)
        return self.program.add(Operation("view", (number,), new, arrangement))

    def _folded(
        self, operand: Labelled, batch: tuple[Index, ...], groups: tuple[tuple[Index, ...], ...]
    ) -> tuple[int, tuple[Dimension, ...]]:
        """The operand as a stack of matrices: the batch, then one axis for each group of labels."""
        placed = tuple(label for group in groups for label in (group or (None,)))
        where = {label: axis for axis, label in enumerate(operand.labels)}
        arrangement = tuple(None if label is None else where[label] for label in (*batch, *placed))
        number = self._view(operand.number, arrangement)
        if all(len(group) <= 1 for group in groups):
            return number, self.program[number].shape
        sizes = tuple(tuple(label.size for label in group) for group in groups)
        return self._reshaped(number, (*((label.size,) for label in batch), *sizes))

    def _reshaped(
        self, number: int, groups: tuple[tuple[Size, ...], ...]
    ) -> tuple[int, tuple[Dimension, ...]]:
        shape = tuple(group[0] if len(group) == 1 else group or None for group in groups)
        return self.program.add(Operation("reshape", (number,), shape, groups)), shape

    def _product(
        self, left: tuple[int, tuple[Dimension, ...]], right: tuple[int, tuple[Dimension, ...]]
    ) -> Operation:
        shape = (*left[1][:-1], right[1][-1])
        return Operation("matmul", (left[0], right[0]), shape)

    def _unfolded(
        self, number: int, batch: tuple[Index, ...], groups: tuple[tuple[Index, ...], ...]
    ) -> Labelled:
        """A stack of matrices with the groups as axes of their own again."""
        labels = (*batch, *(label for group in groups for label in group))
        if any(len(group) > 1 for group in groups):
            number, _ = self._reshaped(number, tuple((label.size,) for label in labels))
        elif not all(groups):
            kept = [axis for axis, group in enumerate(groups, len(batch)) if group]
            number = self._view(number, (*range(len(batch)), *kept))
        return Labelled(number, labels)

    def _arranged(self, operands: Iterable[Labelled]) -> tuple[Index, ...]:
        seen = dict.fromkeys(label for operand in operands for label in operand.labels)
        return tuple(sorted(seen, key=self._rank))

    def _rank(self, label: Index) -> int:
        return 2 if is_long(label.size) else int(label.size in self._dimensions)

    def _enter(
        self, kind: str, operands: tuple[int, ...], labels: tuple[Index, ...], *detail: object
    ) -> Labelled:
        if len(set(labels)) < len(labels):
            raise GeneratorError(
                "a label, or what is chosen, stands beside the index that it runs with: name it apart"
            )
        shape = tuple(label.size for label in labels)
        return Labelled(self.program.add(Operation(kind, operands, shape, detail)), labels)
