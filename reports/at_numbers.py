"""Each step of a derivation at concrete numbers: both sides, as a student would work them out by hand."""

from __future__ import annotations

from collections.abc import Sequence

from derivations.calculus import instances
from derivations.calculus.expressions import Expr, Member, Size, symbols_of
from derivations.calculus.statements import Equal, expressions_of
from derivations.proof.steps import Derivation, Step
from reports.command import UsageError
from reports.terminal import Screen, Writer

LONGEST = 160  # characters of a value


def at_numbers(derivation: Derivation, steps: Sequence[Step], sizes: dict[str, int], screen: Screen) -> str:
    """The steps at one instance of the sizes. Raises UsageError for a size that the derivation has not."""
    known = _size_names(derivation)
    unknown = sorted(set(sizes) - known)
    if unknown:
        raise UsageError(
            f"{derivation.name} has no size {unknown[0]}; its sizes are {', '.join(sorted(known))}"
        )
    out = Writer(screen)
    definitions = _definitions(derivation)
    numbers = {step.id: number for number, step in enumerate(derivation.steps, 1)}
    for step in steps:
        out.line()
        out.tagged(f"{numbers[step.id]:3}  ", step.verdict.value, f"  {step.id}")
        _one(out, step, sizes, definitions)
    return out.text


def _one(out: Writer, step: Step, sizes: dict[str, int], definitions: Sequence[tuple[Member, Expr]]) -> None:
    from derivations.calculus.notation import text_lines

    for line in text_lines(step.statement, out.screen.width - 9, out.screen.ascii):
        out.line(" " * 9 + line, "cyan")
    before = [pair for pair in definitions if pair[0] != _defined(step)]
    try:
        found = instances.instance_table(step.statement, sizes, definitions=before, hypotheses=step.assumed)
    except ValueError as error:
        out.wrapped(f"not shown: {error}", 5, "dim")
        return
    for name, value in found.values.items():
        out.wrapped(f"{name} = {_short(value)}", 9, "dim")
    out.wrapped(f"left side:  {_short(found.left)}", 5)
    out.wrapped(f"right side: {_short(found.right)}", 5)


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else value[:LONGEST] + " ..."


def _definitions(derivation: Derivation) -> list[tuple[Member, Expr]]:
    return [
        (step.statement.left, step.statement.right)
        for step in derivation.steps
        if step.kind == "definition"
        and isinstance(step.statement, Equal)
        and isinstance(step.statement.left, Member)
    ]


def _defined(step: Step) -> Member | None:
    """The symbol that the step introduces: its own definition must not be put in."""
    left = step.statement.left if step.kind == "definition" and isinstance(step.statement, Equal) else None
    return left if isinstance(left, Member) else None


def _size_names(derivation: Derivation) -> set[str]:
    dimensions = {
        size
        for step in derivation.steps
        for expr in expressions_of(step.statement)
        for symbol in symbols_of(expr)
        for size in (*symbol.family, *symbol.shape)
    }
    return {size.name for size in dimensions if isinstance(size, Size)}
