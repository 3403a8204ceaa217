"""The text of a generated module of fusions: one function for each, with all its results."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from derivations.calculus.expressions import Size, Symbol
from derivations.calculus.notation import text_lines
from derivations.calculus.statements import Equal
from numeric.generator.emit_fused import FusedEmitter
from numeric.generator.features import FEATURES
from numeric.generator.fusion import FusedPlan, Fusion, fused_plan
from numeric.generator.module import (
    MARK,
    WIDTH,
    described,
    function_head,
    indented,
    module_text,
    quoted,
    shape_text,
    where,
)
from numeric.generator.names import NUMPY, safe
from numeric.generator.sizes import is_long
from numeric.generator.validation import argument_checks, axes_of, size_statements


def fused_source(title: str, fusions: Sequence[Fusion]) -> str:
    """The module with these functions. Raises GeneratorError for formulas that cannot be coded well."""
    functions = [_Function(fusion) for fusion in fusions]
    header = [
        f"{MARK}: written by `python -m numeric.generate`",
        "# from the updates of several derivations; sha256 of the expressions:",
        f"# {digest(fusions)}",
        f'"""{title}, as NumPy functions."""',
    ]
    helpers = {name for function in functions for name in function.helpers}
    return module_text(header, [function.lines for function in functions], helpers)


def digest(fusions: Iterable[Fusion]) -> str:
    """sha256 of the expressions that the code is made from."""
    expressions = [
        (fusion.name, fusion.summary, [(o.derivation, o.update) for o in fusion.outputs], fusion.definitions)
        for fusion in fusions
    ]
    return hashlib.sha256(repr(expressions).encode()).hexdigest()


class _Function:
    """One generated function: its lines, and the helpers it uses."""

    def __init__(self, fusion: Fusion) -> None:
        self.fusion, self.plan = fusion, fused_plan(fusion)
        emitter = FusedEmitter(self.plan)
        body = emitter.body()
        self.helpers = emitter.helpers
        kinds = ["Array" if shape else "float" for shape in self.plan.shapes]
        arguments = [f"{safe(symbol.name)}: npt.ArrayLike" for symbol in self.plan.arguments]
        self.lines = [
            *function_head(fusion.name, arguments, f"tuple[{', '.join(kinds)}]"),
            *indented(quoted(self.docstring())),
            "    sizes: checks.Sizes = {}",
            *indented(_checks(self.plan)),
            *indented(_sizes(self.plan, emitter.sizes, emitter.features)),
            *indented(_dtype(self.plan)),
            *body,
        ]

    def docstring(self) -> list[str]:
        """What is computed, from which steps, with which shapes, and what is refused."""
        updates = self.fusion.updates
        formulas = [line for u in updates for line in text_lines(Equal(u.target, u.formula), WIDTH)]
        read = {d.symbol.symbol.name: d for d in self.fusion.known}
        used = [line for d in read.values() for line in where(d)]
        steps = [f"{o.update.step} of derivations/{o.derivation}.py" for o in self.fusion.outputs]
        results = [
            f"    {safe(u.name)}: {shape_text([size.name for size in shape])}"
            for u, shape in zip(updates, self.plan.shapes, strict=True)
        ]
        return [
            self.fusion.summary,
            "",
            *(f"    {line}" for line in formulas),
            *(["", *(f"    {line}" for line in used)] if used else []),
            "",
            "The results for some points and for others add up to those for both. The points, of any kind of real",
            "numbers, are read once, in blocks, and are not checked beyond that the sums are finite. Computed is in",
            "the precision of the other arguments, added up in double precision.",
            "",
            *(f"Step {step}." for step in dict.fromkeys(steps)),
            "",
            "Args:",
            *(f"    {described(symbol)}" for symbol in self.plan.arguments),
            "",
            "Returns:",
            *results,
            "",
            "Raises:",
            "    ValueError: an argument does not have its shape, holds a number that is not finite, or is",
            "        not what is said above.",
        ]


def _is_read_in_blocks(symbol: Symbol) -> bool:
    return any(map(is_long, symbol.family))


def _checks(plan: FusedPlan) -> Iterator[str]:
    for symbol in plan.arguments:
        if _is_read_in_blocks(symbol):
            axes = " ".join(size.name for size in axes_of(symbol))
            yield f'{safe(symbol.name)} = checks.rows("{safe(symbol.name)}", {safe(symbol.name)}, "{axes}", sizes)'
    yield from argument_checks(symbol for symbol in plan.arguments if not _is_read_in_blocks(symbol))


def _sizes(plan: FusedPlan, wanted: Iterable[Size], features: str) -> Iterator[str]:
    yield from size_statements(plan.arguments, [size for size in wanted if size != FEATURES])
    if features:
        yield f"{FEATURES.name} = {features}"


def _dtype(plan: FusedPlan) -> Iterator[str]:
    names = [safe(symbol.name) for symbol in plan.arguments if not _is_read_in_blocks(symbol)]
    yield f"dtype = {NUMPY['result_type']}({', '.join(names)})"
