"""Every generated function beside the one that is written by hand, on drawn arguments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from derivations.proof.steps import Derivation, Update
from numeric import sources
from numeric.benchmark.timing import Action, Comparison, Contest
from numeric.cases import Random, arguments_of, counts_for, drawn

GENERATED, BY_HAND = "generated", "by hand"
POINTS, COMPONENTS, DIMENSIONS = 100_000, 8, 8
SEED = 3


def contests(names: Iterable[str] | None, most: int) -> Iterator[Contest]:
    """Every update that is also written by hand, of the derivations of these names or of all. Raises UsageError."""
    for derivation in sources.load(names):
        for update in derivation.updates:
            if sources.handwritten(derivation, update) is not None:
                yield contest(derivation, update, min(POINTS, most))


def contest(derivation: Derivation, update: Update, points: int) -> Contest:
    """One update, generated and by hand."""
    sizes = counts_for(arguments_of(update), points, COMPONENTS, DIMENSIONS)
    name = f"{derivation.name}:{update.name}"
    return Contest(
        name, sizes, partial(_contenders, derivation, update, sizes), (Comparison(GENERATED, BY_HAND),)
    )


def _contenders(derivation: Derivation, update: Update, sizes: dict[str, int]) -> dict[str, Action]:
    random = Random(SEED)
    arguments = {symbol.name: drawn(symbol, sizes, random) for symbol in arguments_of(update)}
    functions = {
        GENERATED: sources.generated(derivation, update),
        BY_HAND: sources.handwritten(derivation, update),
    }
    return {name: partial(f, **arguments) for name, f in functions.items() if f is not None}
