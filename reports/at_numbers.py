"""Each step of a derivation at concrete numbers: both sides, as a student would work them out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivations.calculus import instances
from derivations.calculus.expressions import Expr, Member, Size, symbols_of
from derivations.calculus.instances import Snapshot
from derivations.calculus.notation import text_lines
from derivations.calculus.statements import Equal, expressions_of
from derivations.proof.steps import Derivation, Step
from reports.command import UsageError
from reports.terminal import Screen, Writer

Numbers = Snapshot | str  # both sides of a step at concrete numbers, or why there are none
LONGEST = 160  # characters of a value


def at_numbers(derivation: Derivation, steps: Sequence[Step], sizes: Mapping[str, int]) -> dict[str, Numbers]:
    """The steps at one instance of the sizes, by id. Raises UsageError for a size that the derivation has not."""
    known = _size_names(derivation)
    unknown = sorted(set(sizes) - known)
    if unknown:
        raise UsageError(
            f"{derivation.name} has no size {unknown[0]}; its sizes are {', '.join(sorted(known))}"
        )
    definitions = _definitions(derivation)
    return {step.id: _one(step, sizes, definitions) for step in steps}


def _one(step: Step, sizes: Mapping[str, int], definitions: Sequence[tuple[Member, Expr]]) -> Numbers:
    before = [pair for pair in definitions if pair[0] != _defined(step)]
    try:
        return instances.instance_table(step.statement, sizes, definitions=before, hypotheses=step.assumed)
    except ValueError as error:
        return str(error)


def as_text(derivation: Derivation, found: Mapping[str, Numbers], screen: Screen) -> str:
    """The numbers for a terminal, under each step its statement."""
    out = Writer(screen)
    numbers = {step.id: number for number, step in enumerate(derivation.steps, 1)}
    for name, shown in found.items():
        step = derivation.step(name)
        out.line()
        out.tagged(f"{numbers[name]:3}  ", step.verdict.value, f"  {name}")
        for line in text_lines(step.statement, screen.width - 9, screen.ascii):
            out.line(" " * 9 + line, "cyan")
        _sides(out, shown)
    return out.text


def _sides(out: Writer, shown: Numbers) -> None:
    if isinstance(shown, str):
        out.wrapped(f"not shown: {shown}", 5, "dim")
        return
    for name, value in shown.values.items():
        out.wrapped(f"{name} = {_short(value)}", 9, "dim")
    out.wrapped(f"left side:  {_short(shown.left)}", 5)
    out.wrapped(f"right side: {_short(shown.right)}", 5)


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
