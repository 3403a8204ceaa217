"""The walk from a formula's tree to labelled arrays; what each kind of node means is in the tables of rules.

Every sub-expression becomes an array whose axes are labelled by its free indices and, for a vector or a
matrix, by a row and a column index. Matrix notation is gone after this: a transpose exchanges two labels,
a product sums over one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from derivations.calculus.expressions import Dim, Expr, Index, IndexLike, Member, Size, Symbol, at, symbols_of
from derivations.calculus.notation import text
from derivations.proof.steps import Definition, Update
from numeric.generator.arrays import Arrays, Labelled
from numeric.generator.errors import GeneratorError
from numeric.generator.products import Product, multiplied_out

Axis = Index | None
Lower = Callable[["Planner", Any, Axis, Axis], Labelled]
Gather = Callable[["Planner", Any, Axis, Axis, Product], None]


@dataclass(frozen=True)
class Rules:
    """What kinds of nodes mean: arrays, factors of a product, or why they are refused."""

    lowering: Mapping[type[Expr], Lower]
    gathering: Mapping[type[Expr], Gather]
    refused: Mapping[type[Expr], str]


@dataclass
class Planner:
    """The state of one lowering: the program, the definitions in use, what was divided by."""

    update: Update
    rules: Rules
    bases: dict[Symbol, Labelled] = field(default_factory=dict)  # the arrays of the definitions in use
    divisors: list[tuple[Expr, Labelled]] = field(default_factory=list)
    count: int = 0
    stacks: bool = False  # whether terms that are linear in features of the points become one matrix product

    def __post_init__(self) -> None:
        self.definitions = {d.symbol.symbol: d for d in self.update.definitions}
        self.arrays = Arrays(dimensions(self.update))

    # ------------------------------------------------------------------------------- labels

    def fresh(self, size: Size, name: str = "axis") -> Index:
        """An index that stands nowhere else: no author writes a point in a name."""
        self.count += 1
        return Index(f"{name}.{self.count}", size)

    def axis(self, dim: Dim) -> Axis:
        """A new index along a row or a column; none where there is just one."""
        return self.fresh(dim) if isinstance(dim, Size) else None

    def target(self) -> tuple[tuple[Index, ...], tuple[Axis, Axis]]:
        """The indices of the target's family, and those of its rows and columns."""
        member = self.update.target
        family = tuple(index for index in member.indices if isinstance(index, Index))
        if len(set(family)) < len(member.indices):
            raise self.refusal(member, "the target needs an index of its own for each of its families")
        rows, columns = member.shape
        return family, (self.axis(rows), self.axis(columns))

    def whole(self, operand: Labelled, labels: tuple[Index, ...]) -> int:
        """The operand with exactly these axes: repeated along those on which it does not depend."""
        if unbound := [label.name for label in operand.labels if label not in labels]:
            raise self.refusal(self.update.target, f"the formula has indices {unbound} that it has not")
        if set(operand.labels) == set(labels):
            return self.arrays.view(operand, labels, broadcast=False)
        return self.arrays.repeated(operand, labels).number

    def refusal(self, expr: Expr, why: str) -> GeneratorError:
        return GeneratorError(f"{self.update.name}: {type(expr).__name__} {text(expr, ascii=True)}: {why}")

    # ------------------------------------------------------------------------------ the walk

    def lower(self, expr: Expr, row: Axis = None, column: Axis = None) -> Labelled:
        """The array of an expression; `row` and `column` label its axes if it is a vector or a matrix."""
        kind = type(expr)
        if kind in self.rules.gathering:
            product = Product()
            self.gather(expr, row, column, product)
            return multiplied_out(self.arrays, product)
        if kind not in self.rules.lowering:
            raise self.refusal(expr, self.rules.refused.get(kind, "there is no array operation for it"))
        return self.rules.lowering[kind](self, expr, row, column)

    def gather(self, expr: Expr, row: Axis, column: Axis, into: Product) -> None:
        """Add the factors of an expression to a product."""
        if type(expr) in self.rules.gathering:
            self.rules.gathering[type(expr)](self, expr, row, column, into)
        else:
            into.factors.append(self.lower(expr, row, column))

    def blamed(self, expr: Expr, sizes: Sequence[Size]) -> str:
        """The argument to name when an expression over these sizes has no value: the first that has such an axis."""
        inside = reading_order(replace(self.update, formula=expr))
        fitting = [symbol for symbol in inside if any(size in symbol.family for size in sizes)]
        return (*fitting, *inside)[0].name

    # ---------------------------------------------------------------------- families, indices

    def base(self, symbol: Symbol) -> tuple[Labelled, tuple[Index, ...], tuple[Axis, Axis]]:
        """The array of a whole family, with the labels of its indices, its row and its column.

        For a definition it is computed, once, and keeps the name it has on the page.
        """
        family = tuple(self.fresh(size) for size in symbol.family)
        row, column = self.axis(symbol.shape[0]), self.axis(symbol.shape[1])
        if symbol not in self.definitions:
            labels = (*family, *(label for label in (row, column) if label is not None))
            kind = "argument" if symbol.labels is None else "labels"
            return self.arrays.leaf(kind, labels, symbol), family, (row, column)
        definition: Definition = self.definitions[symbol]
        body = at(definition.body, dict(zip(definition.symbol.indices, family, strict=True)))
        found = self.lower(body, row, column)
        if self.arrays.program[found.number].operands:
            self.arrays.program.names.setdefault(found.number, symbol.name)
        self.bases[symbol] = found
        return found, family, (row, column)

    def selected(self, operand: Labelled, labels: Sequence[Index], indices: Sequence[IndexLike]) -> Labelled:
        """The operand with its labels replaced by the indices that stand in a formula.

        A label z_i in an index's place takes entries; an index that stands twice takes a diagonal.
        """
        taken = {label for label in operand.labels if label not in labels}
        for label, index in zip(labels, indices, strict=True):
            if label not in operand.labels:
                continue  # the family does not depend on this index
            if isinstance(index, Member):
                operand = self.arrays.taken(operand, label, self.lower(index))
            elif index in taken:
                twin = self.fresh(index.size)
                operand = operand.relabelled({label: twin})
                operand = self.arrays.diagonal(operand, index, twin)
            else:
                operand = operand.relabelled({label: index})
                taken.add(index)
        return operand


def dimensions(update: Update) -> set[Size]:
    """The sizes of the vectors and matrices of an update."""
    expressions = (update.formula, *(d.body for d in update.definitions))
    shapes = {dim for expr in expressions for symbol in symbols_of(expr) for dim in symbol.shape}
    return {dim for dim in shapes if isinstance(dim, Size)}


def reading_order(update: Update) -> tuple[Symbol, ...]:
    """The symbols that the formula needs values for, in the order in which one reads it.

    A definition is read where its symbol stands, a label where it stands in an index's place.
    """
    bodies = {definition.symbol.symbol: definition.body for definition in update.definitions}
    found: dict[Symbol, None] = {}
    read: set[Symbol] = set()

    def visit(expr: Expr) -> None:
        here = [expr.symbol] if isinstance(expr, Member) else []
        others = symbols_of(expr).difference(*map(symbols_of, expr.children), here)
        for symbol in (*here, *sorted(others, key=lambda symbol: symbol.name)):
            if symbol not in bodies:
                found[symbol] = None
            elif symbol not in read:
                read.add(symbol)
                visit(bodies[symbol])
        for child in expr.children:
            visit(child)

    visit(update.formula)
    return tuple(found)


def given(label: Axis) -> Index:
    """A row or column label that is there, because the expression is a matrix."""
    assert label is not None
    return label
