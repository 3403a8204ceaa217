"""Several updates as one function: what they have in common is computed once, in one pass over the points.

A fusion takes updates of one or more derivations. Where one of them takes an argument that another computes (the
responsibilities), the formula of the other is put in its place, as a definition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivations.calculus.expressions import Size, Symbol
from derivations.proof.steps import Definition, Update
from numeric.generator.arrays import Arrays, Labelled
from numeric.generator.errors import GeneratorError
from numeric.generator.features import Axes, moments
from numeric.generator.operations import Program
from numeric.generator.plan import RULES
from numeric.generator.planner import Planner, dimensions, reading_order
from numeric.generator.products import Product
from numeric.generator.sizes import is_long


@dataclass(frozen=True)
class Output:
    """An update of a derivation, which is one of the results."""

    derivation: str
    update: Update


@dataclass(frozen=True)
class Fusion:
    """One function with several results: sums over the points that are added up in one pass.

    `definitions` say what the formulas of the outputs are to be computed from; together with the outputs' own.
    `places` are updates that are 1 at one place of their last index: of each point this place is a result, a label.
    """

    name: str
    summary: str
    outputs: tuple[Output, ...]
    definitions: tuple[Definition, ...] = ()
    places: tuple[Output, ...] = ()

    @property
    def known(self) -> tuple[Definition, ...]:
        """All definitions, each once; those of the fusion come first, and hold against the outputs' own."""
        found: dict[Symbol, Definition] = {d.symbol.symbol: d for d in self.definitions}
        for output in self.results:
            for definition in output.update.definitions:
                found.setdefault(definition.symbol.symbol, definition)
        return tuple(found.values())

    @property
    def results(self) -> tuple[Output, ...]:
        """What is given: places first."""
        return (*self.places, *self.outputs)

    @property
    def updates(self) -> tuple[Update, ...]:
        """The results, with all definitions."""
        return tuple(replace(output.update, definitions=self.known) for output in self.results)


@dataclass(frozen=True)
class FusedPlan:
    """The operations of a fusion, a result for each output, in order; the first `labelled` are places."""

    fusion: Fusion
    arguments: tuple[Symbol, ...]
    program: Program
    results: tuple[int, ...]
    shapes: tuple[tuple[Size, ...], ...]
    labelled: int = 0


def fused_plan(fusion: Fusion) -> FusedPlan:
    """The operations of a fusion. Raises GeneratorError for formulas that would not make good code."""
    updates = fusion.updates
    planner = Planner(updates[0], RULES, stacks=True)
    planner.arrays = Arrays({dim for update in updates for dim in dimensions(update)})
    labelled = len(fusion.places)
    places = [_place(planner, update) for update in updates[:labelled]]
    planned = [_Output(planner, update) for update in updates[labelled:]]
    sums = [output for output in planned if output.is_family]
    together = moments(planner.arrays, [(output.product(), output.labels) for output in sums])
    found = dict(zip(map(id, sums), together or (), strict=False))
    sums_of = tuple(_result(planner, output, found.get(id(output))) for output in planned)
    names = (update.name for update in updates[labelled:])
    planner.arrays.program.names.update(zip(sums_of, names, strict=True))
    results = (*(place.number for place in places), *sums_of)
    read = dict.fromkeys(s for update in updates for s in reading_order(update))
    arguments = tuple(sorted(read, key=lambda symbol: not any(map(is_long, symbol.family))))
    labels = [*(place.labels for place in places), *(output.labels for output in planned)]
    shapes = tuple(tuple(label.size for label in of_result) for of_result in labels)
    return FusedPlan(fusion, arguments, planner.arrays.program, results, shapes, labelled)


def _place(planner: Planner, update: Update) -> Labelled:
    """Where the 1 stands in an array of zeros and ones."""
    planner.update = update
    _, (row, column) = planner.target()
    found = planner.lower(update.formula, row, column)
    operation = planner.arrays.program[found.number]
    if operation.kind != "one_hot":
        raise GeneratorError(f"{update.name}: what is not 1 at one place alone has no place to be told")
    return Labelled(operation.operands[0], found.labels[1:])


def _result(planner: Planner, output: _Output, found: Labelled | None) -> int:
    planner.update = output.update
    if found is not None:
        return found.number
    return planner.whole(planner.lower(output.update.formula, output.row, output.column), output.labels)


class _Output:
    """An update to be planned: its labels, and its formula as a product."""

    def __init__(self, planner: Planner, update: Update) -> None:
        planner.update = update
        self.planner, self.update = planner, update
        self.family, (self.row, self.column) = planner.target()
        if any(is_long(label.size) for label in self.family):
            raise GeneratorError(
                f"{update.name}: what has an entry for each point cannot be summed over them"
            )

    @property
    def labels(self) -> Axes:
        return (*self.family, *(label for label in (self.row, self.column) if label is not None))

    @property
    def is_family(self) -> bool:
        return bool(self.family)

    def product(self) -> Product:
        product = Product()
        self.planner.gather(self.update.formula, self.row, self.column, product)
        return product
