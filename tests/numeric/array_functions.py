"""The functions that the second printer writes, what they are made from, and what they are to be compared with."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
import sample_updates as models
from array_libraries import Library, Values
from derived import derivation_of

from derivations import discovery
from derivations.proof.steps import Update
from numeric import fusions, generate
from numeric.cases import ROWS, Arguments, Case, arguments_of, cases
from numeric.crosscheck import allowed_errors, differences, reference_of
from numeric.generator import array_api_source
from numeric.generator.fused_module import is_read_in_blocks
from numeric.generator.fusion import Fusion, fused_plan
from numeric.generator.names import safe
from numeric.reference import Reference, UndefinedError, evaluate_all

FOLDER = generate.FOLDER / generate.ARRAY_API
FILES = sorted(FOLDER.glob("[!_]*.py"))
REFUSED_UPDATES = {"kmedians:mu"}


@dataclass(frozen=True)
class Job:
    """A generated function, by what it is made from."""

    module: str
    name: str
    updates: tuple[Update, ...]  # one for each result
    fusion: Fusion | None = None

    @property
    def path(self) -> str:
        return f"{self.module}:{self.name}"

    @property
    def function(self) -> Callable[..., Any]:
        module = importlib.import_module(f"numeric.generated.array_api.{self.module}")
        found: Callable[..., Any] = getattr(module, self.name)
        return found

    @property
    def text(self) -> str:
        tree = ast.parse((FOLDER / f"{self.module}.py").read_text("utf-8"))
        return next(ast.unparse(node) for node in tree.body if getattr(node, "name", "") == self.name)

    def precision(self, case: Case) -> np.dtype[Any]:
        """That of the arguments; in a pass over the points, of the others. Whole numbers do not count."""
        symbols = fused_plan(self.fusion).arguments if self.fusion else arguments_of(self.updates[0])
        says = [s.name for s in symbols if not (self.fusion and is_read_in_blocks(s))]
        kinds = [case.arguments[name].dtype for name in says]
        return np.result_type(*[kind for kind in kinds if kind.kind == "f"] or [np.dtype(np.float64)])


@cache
def jobs() -> dict[str, Job]:
    found = {name: derivation_of(name) for name, item in discovery.found().items() if item.ours}
    updates = [Job(d.name, safe(u.name), (u,)) for d in found.values() for u in d.updates]
    fused = [Job(n, f.name, f.updates, f) for n in fusions.TITLES for f in fusions.fusions(n, found)]
    return {job.path: job for job in (*updates, *fused)}


PATHS = [
    f"{path.stem}:{node.name}"
    for path in FILES
    for node in ast.parse(path.read_text("utf-8")).body
    if isinstance(node, ast.FunctionDef)
]
WRITTEN = pytest.mark.parametrize("path", [path for path in PATHS if path not in REFUSED_UPDATES])


@cache
def expected(path: str) -> list[tuple[Case, list[Reference]]]:
    """The cross-check's cases of a function that its formulas admit, and what comes out, to 50 digits."""
    job = jobs()[path]
    if job.fusion is None:
        assumed = derivation_of(job.module).step(job.updates[0].step).hypotheses
        pairs = [(c, reference_of(job.updates[0], c.arguments, assumed)) for c in cases(job.updates[0])]
        return [(case, [reference]) for case, reference in pairs if reference is not None]
    symbols = fused_plan(job.fusion).arguments
    # far from the origin rounding decides which score is the smallest: who calls for places takes the origin out
    rows = [row for row in ROWS if not (job.fusion.places and "far from the origin" in row.name)]
    return [(case, found) for case in (row.of(symbols) for row in rows) if (found := _all(job, case))]


def _all(job: Job, case: Case) -> list[Reference]:
    try:
        return evaluate_all(job.updates, case.arguments)
    except UndefinedError:
        return []


def pure_text(update: Update) -> str:
    """A module with the function of one update."""
    return array_api_source(models.derivation("models", update))


def run(library: Library, function: Callable[..., Any], arguments: Arguments) -> tuple[Values, ...]:
    """The results of a function in a library, as values; what went in is as it was."""
    module = library.loaded()
    given = {name: library.array(module, values) for name, values in arguments.items()}
    found = function(**given)
    for name, values in arguments.items():
        assert np.array_equal(library.values(given[name]), values), f"{name} was changed"
    return tuple(map(library.values, found if isinstance(found, tuple) else (found,)))


def _ones_at(places: Values, count: int, dtype: np.dtype[Any]) -> Values:
    """What is told by places: 1 there, else 0."""
    ones: Values = (places[..., np.newaxis] == np.arange(count)).astype(dtype)
    return ones


def wrong(found: tuple[Values, ...], references: list[Reference], dtype: np.dtype[Any]) -> Iterator[str]:
    """What is not as it should be: shape, then precision, then values."""
    for given, reference in zip(found, references, strict=True):
        values = _ones_at(given, reference.values.shape[-1], dtype) if given.dtype.kind in "iu" else given
        if values.shape != reference.values.shape:
            yield f"shape {values.shape}, expected {reference.values.shape}"
        elif values.dtype != dtype:
            yield f"{values.dtype}, expected {dtype}"
        elif not np.all(differences(values, reference.values) <= allowed_errors(reference, dtype)):
            yield f"{values}, expected {reference.values.astype(float)}"
