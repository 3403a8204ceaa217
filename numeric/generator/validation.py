"""The checks at the head of a generated function: from the declared domains, the divisions, the hypotheses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from derivations.calculus.expressions import Expr, Member, Number, Size, Sum, Symbol
from derivations.calculus.notation import text
from derivations.calculus.statements import Belongs, LessEqual, Statement
from numeric.generator.errors import GeneratorError
from numeric.generator.facts import is_nonnegative, is_positive
from numeric.generator.names import safe
from numeric.generator.plan import Plan
from numeric.generator.sizes import noun

DOMAIN_CHECKS: dict[str, tuple[str, ...]] = {
    "real": (),
    "nonnegative": ("nonnegative",),
    "positive": ("positive",),
    "fraction": ("positive", "below_one"),
    "probability": ("nonnegative", "at_most_one"),
    "binary": ("binary",),
    "label": (),
    "simplex": ("nonnegative", "sums_to_one"),
    "open simplex": ("positive", "sums_to_one"),
    "one-hot": ("binary", "sums_to_one"),
    "unit vector": ("unit",),
    "symmetric": ("symmetric",),
    "semidefinite": ("semidefinite",),
    "definite": ("definite",),
    "invertible": ("invertible",),
}


def axes_of(symbol: Symbol) -> tuple[Size, ...]:
    """The axes of the array that holds a whole family."""
    return (*symbol.family, *(dim for dim in symbol.shape if isinstance(dim, Size)))


def argument_checks(arguments: Iterable[Symbol]) -> Iterator[str]:
    """Statements that turn each argument into an array of numbers that fit the others and their domain."""
    ordered = sorted(arguments, key=lambda symbol: symbol.labels is not None)
    for symbol in ordered:
        name = safe(symbol.name)
        axes = " ".join(size.name for size in axes_of(symbol))
        if symbol.labels is None:
            yield f'{name} = checks.array("{name}", {name}, "{axes}", sizes)'
        else:
            yield f'{name} = checks.labels("{name}", {name}, "{axes}", sizes, "{symbol.labels.name}")'
        if symbol.domain.name not in DOMAIN_CHECKS:
            raise GeneratorError(f"{symbol.name}: there is no check for the domain {symbol.domain.name}")
        yield from (f'checks.{check}("{name}", {name})' for check in DOMAIN_CHECKS[symbol.domain.name])


def size_statements(arguments: Iterable[Symbol], wanted: Iterable[Size]) -> Iterator[str]:
    """Statements that read the sizes off the arguments: the whole shape of one at once, where all of it is new."""
    missing = set(wanted)
    for symbol in arguments:
        name, axes = safe(symbol.name), axes_of(symbol)
        if len(axes) > 1 and len(missing.intersection(axes)) == len(axes):
            yield f"{', '.join(safe(size.name) for size in axes)} = {name}.shape"
        else:
            for size in dict.fromkeys(axes):
                if size in missing:
                    yield f"{safe(size.name)} = {name}.shape[{axes.index(size)}]"
        missing.difference_update(axes)
    for size in missing:
        raise GeneratorError(f"no argument says how large {size.name} is")


@dataclass(frozen=True)
class Requirement:
    """What must be positive, or at least not zero, for the formula to have a value."""

    expr: Expr
    number: int


def requirements(plan: Plan, hypotheses: Iterable[Statement]) -> list[Requirement]:
    """Divisors that their domains allow to be zero, and what the derivation assumes to be positive."""
    found = {
        array.number: expr
        for expr, array in plan.divisors
        if not is_positive(expr) and not plan.program[array.number].long_axes
    }
    for hypothesis in hypotheses:
        member = assumed_positive(hypothesis)
        if member is not None and member.symbol in plan.bases:
            found.setdefault(plan.bases[member.symbol].number, member)
    return [Requirement(expr, number) for number, expr in found.items()]


def assumed_positive(hypothesis: Statement) -> Member | None:
    """The quantity that a hypothesis says is positive, if that is what it says."""
    match hypothesis:
        case LessEqual(Number(value), Member() as member, strict=True) if value >= 0:
            return member
        case Belongs(Member() as member, domain, _) if domain.positive:
            return member
        case _:
            return None


def requirement_check(plan: Plan, requirement: Requirement) -> str:
    """The statement that checks it, with {name} for the array."""
    expr = requirement.expr
    called = text(expr, ascii=True)
    if isinstance(expr, Member):
        called = expr.symbol.name
        if expr.symbol in plan.definitions:
            expr = plan.definitions[expr.symbol].body
    match expr:
        case Sum(index, Member(symbol, (_, group))) if symbol.domain.nonnegative and index != group:
            size = symbol.family[1]
            one, members = noun(size)[0], noun(index.size)[1]
            return f'checks.positive_totals("{safe(symbol.name)}", {{name}}, "{one}", "{members}")'
        case _:
            signed = is_nonnegative(requirement.expr) or is_nonnegative(expr)
            return f'checks.{"positive" if signed else "nonzero"}("{called}", {{name}})'
