"""What a generated function says of itself: formula, step, shapes, and what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derivations.calculus.expressions import Symbol
from derivations.calculus.notation import text, text_lines
from derivations.calculus.statements import Equal
from derivations.proof.steps import Definition, Derivation, Update
from numeric.generator.fusion import FusedPlan
from numeric.generator.names import safe
from numeric.generator.plan import Plan
from numeric.generator.validation import axes_of

WIDTH = 96  # of a formula


def docstring(derivation: Derivation, planned: Plan, raises: Iterable[str]) -> list[str]:
    """What is computed, from which step, with which shapes, and what is refused."""
    update = planned.update
    first, *formula = text_lines(Equal(update.target, update.formula), WIDTH)
    defined = [line for d in update.definitions for line in where(d)]
    return [
        first,
        *formula,
        *(["", *defined] if defined else []),
        "",
        f"Step {update.step} of derivations/{derivation.name}.py.",
        *ends(planned.arguments, [shape_text([size.name for size in planned.shape])], raises),
    ]


def ends(arguments: Iterable[Symbol], results: Iterable[str], raises: Iterable[str]) -> list[str]:
    """What goes in, what comes out, what is refused."""
    return [
        *("", "Args:", *(f"    {described(symbol)}" for symbol in arguments)),
        *("", "Returns:", *(f"    {result}" for result in results)),
        *("", "Raises:", *(f"    {line}" for line in raises)),
    ]


def fused_docstring(planned: FusedPlan, how: Iterable[str], raises: Iterable[str]) -> list[str]:
    """What is computed, how, from which steps, with which shapes, and what is refused."""
    fusion, updates = planned.fusion, planned.fusion.updates
    formulas = [line for u in updates for line in text_lines(Equal(u.target, u.formula), WIDTH)]
    read = {d.symbol.symbol.name: d for d in fusion.known}
    given = {update.target.symbol for update in updates}
    used = [line for d in read.values() if d.symbol.symbol not in given for line in where(d)]
    steps = [f"{o.update.step} of derivations/{o.derivation}.py" for o in fusion.results]
    results = [
        _result(u, shape_text([size.name for size in shape]), is_place=place < planned.labelled)
        for place, (u, shape) in enumerate(zip(updates, planned.shapes, strict=True))
    ]
    return [
        fusion.summary,
        "",
        *(f"    {line}" for line in formulas),
        *(["", *(f"    {line}" for line in used)] if used else []),
        "",
        *how,
        "",
        *(f"Step {step}." for step in dict.fromkeys(steps)),
        *ends(planned.arguments, results, raises),
    ]


def _result(update: Update, shape: str, *, is_place: bool) -> str:
    if not is_place:
        return f"{safe(update.name)}: {shape}"
    last = text(update.target.indices[-1])
    return f"places: {shape}, the {last} at which {update.target.symbol.name} is 1, counted from 0"


def where(definition: Definition) -> list[str]:
    """A definition; where the code calls it by another name than the page, that too."""
    first, *others = text_lines(definition.statement, WIDTH - 6)
    return [f"where {first}", *(f"      {line}" for line in others)]


def described(symbol: Symbol) -> str:
    shape = shape_text([size.name for size in axes_of(symbol)])
    phrase = "" if symbol.domain.name == "real" else f", {symbol.domain.phrase}"
    if symbol.labels is not None:
        phrase = f", labels from 0 to {symbol.labels.name} - 1"
    return f"{safe(symbol.name)}: {shape}{phrase}"


def shape_text(names: Sequence[str]) -> str:
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"


def escaped(text: str) -> str:
    """Text that stands in a docstring as it is read: whatever an author wrote, it does not end the docstring."""
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def quoted(lines: Sequence[str]) -> list[str]:
    """The lines of a docstring, in quotes."""
    first, *others = map(escaped, lines)
    return [f'"""{first}', *others, '"""'] if others else [f'"""{first}"""']


def indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}".rstrip() for line in lines]
