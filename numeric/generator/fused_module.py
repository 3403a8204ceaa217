"""The text of a generated module of fusions: one function for each, with all its results."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from derivations.calculus.expressions import Size, Symbol
from numeric.generator.docstrings import fused_docstring, indented, quoted
from numeric.generator.emit_fused import FusedEmitter
from numeric.generator.features import FEATURES
from numeric.generator.fusion import FusedPlan, Fusion, fused_plan
from numeric.generator.module import MARK, RAISES, function_head, module_text
from numeric.generator.names import NUMPY, safe
from numeric.generator.sizes import is_long
from numeric.generator.validation import argument_checks, axes_of, size_statements

HOW = (
    "The results for some points and for others add up to those for both. The points, of any kind of real",
    "numbers, are read once, in blocks, and are not checked beyond that the sums are finite. Computed is in",
    "the precision of the other arguments, added up in double precision.",
)


def fused_source(title: str, fusions: Sequence[Fusion]) -> str:
    """The module with these functions. Raises GeneratorError for formulas that cannot be coded well."""
    functions = [_Function(fusion) for fusion in fusions]
    return module_text(header_of(f"{title}, as NumPy functions", fusions), functions)


def header_of(title: str, fusions: Iterable[Fusion], more: Iterable[str] = ()) -> list[str]:
    """The lines above the imports."""
    return [
        f"{MARK}: written by `python -m numeric.generate`",
        "# from the updates of several derivations; sha256 of the expressions:",
        f"# {digest(fusions)}",
        *quoted([f"{title}.", *more]),
    ]


def digest(fusions: Iterable[Fusion]) -> str:
    """sha256 of the expressions that the code is made from."""
    expressions = [
        (
            fusion.name,
            fusion.summary,
            [(o.derivation, o.update) for o in fusion.results],
            len(fusion.places),
            fusion.definitions,
        )
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
        if self.plan.labelled:
            kinds[: self.plan.labelled] = ["Integers"] * self.plan.labelled
            self.helpers.add("Integers")
        arguments = [f"{safe(symbol.name)}: npt.ArrayLike" for symbol in self.plan.arguments]
        self.lines = [
            *function_head(fusion.name, arguments, together(kinds)),
            *indented(quoted(fused_docstring(self.plan, HOW, [RAISES[0], f"{RAISES[1]}."]))),
            "    sizes: checks.Sizes = {}",
            *indented(_checks(self.plan)),
            *indented(_sizes(self.plan, emitter.sizes, emitter.features)),
            *indented(_dtype(self.plan)),
            *body,
        ]


def together(kinds: Sequence[str]) -> str:
    """The type of one result, or of several."""
    return kinds[0] if len(kinds) == 1 else f"tuple[{', '.join(kinds)}]"


def is_read_in_blocks(symbol: Symbol) -> bool:
    return any(map(is_long, symbol.family))


def _checks(plan: FusedPlan) -> Iterator[str]:
    for symbol in plan.arguments:
        if is_read_in_blocks(symbol):
            axes = " ".join(size.name for size in axes_of(symbol))
            yield f'{safe(symbol.name)} = checks.rows("{safe(symbol.name)}", {safe(symbol.name)}, "{axes}", sizes)'
    yield from argument_checks(symbol for symbol in plan.arguments if not is_read_in_blocks(symbol))


def _sizes(plan: FusedPlan, wanted: Iterable[Size], features: str) -> Iterator[str]:
    yield from size_statements(plan.arguments, [size for size in wanted if size != FEATURES])
    if features:
        yield f"{FEATURES.name} = {features}"


def _dtype(plan: FusedPlan) -> Iterator[str]:
    names = [safe(symbol.name) for symbol in plan.arguments if not is_read_in_blocks(symbol)]
    yield f"dtype = {NUMPY['result_type']}({', '.join(names)})"
