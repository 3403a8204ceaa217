"""Mutants of a statement: a slip at one node, another relation, a hypothesis dropped, a domain made larger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, Literal

from derivations.audit.operators import SLIPS, View
from derivations.audit.sameness import Reader
from derivations.audit.subjects import Subject
from derivations.calculus import domains
from derivations.calculus.domains import Domain
from derivations.calculus.expressions import (
    Binder,
    Expr,
    Member,
    Neg,
    ShapeError,
    Size,
    Symbol,
    free_indices,
    symbols_of,
    walk,
)
from derivations.calculus.statements import (
    Belongs,
    Choice,
    Equal,
    Hypothesis,
    Iff,
    LessEqual,
    Limit,
    Maximum,
    Statement,
    expressions_of,
)

DROPPED, LARGER = "dropped hypothesis", "larger domain"
OF_RELATIONS = (
    "the other way round",
    "strict for weak",
    "a smaller domain",
    "a sum over another index",
    "the wrong direction",
    "a minimum",
    "one side alone",
)
KINDS = (*SLIPS, *OF_RELATIONS, DROPPED, LARGER)
FIXED = ("variable", "chosen")  # fields in which only a symbol or an index may stand

LESS: dict[Domain, tuple[Domain, ...]] = {
    domains.REAL: (domains.NONNEGATIVE, domains.POSITIVE),
    domains.NONNEGATIVE: (domains.POSITIVE, domains.PROBABILITY),
    domains.POSITIVE: (domains.FRACTION,),
    domains.PROBABILITY: (domains.FRACTION,),
    domains.SIMPLEX: (domains.OPEN_SIMPLEX, domains.ONE_HOT),
    domains.SYMMETRIC: (domains.SEMIDEFINITE,),
    domains.SEMIDEFINITE: (domains.DEFINITE,),
}
MORE: dict[Domain, tuple[Domain, ...]] = {
    domains.NONNEGATIVE: (domains.REAL,),
    domains.POSITIVE: (domains.NONNEGATIVE, domains.REAL),
    domains.FRACTION: (domains.PROBABILITY, domains.REAL),
    domains.PROBABILITY: (domains.NONNEGATIVE, domains.REAL),
    domains.BINARY: (domains.PROBABILITY,),
    domains.SIMPLEX: (domains.NONNEGATIVE,),
    domains.OPEN_SIMPLEX: (domains.SIMPLEX, domains.POSITIVE),
    domains.ONE_HOT: (domains.SIMPLEX, domains.BINARY),
    domains.UNIT: (domains.REAL,),
    domains.SYMMETRIC: (domains.REAL,),
    domains.SEMIDEFINITE: (domains.SYMMETRIC,),
    domains.DEFINITE: (domains.SEMIDEFINITE, domains.INVERTIBLE),
    domains.INVERTIBLE: (domains.REAL,),
}


@dataclass(frozen=True)
class Mutant:
    """A changed statement in the place of a subject's, or the same one with fewer hypotheses.

    `number` tells the mutants of one subject and slip apart.
    """

    subject: Subject
    slip: str
    number: int
    statement: Statement
    dropped: Hypothesis | None = None
    larger: tuple[Symbol, Domain] | None = None

    @property
    def name(self) -> str:
        return f"{self.subject.derivation}:{self.subject.name}:{self.slip}:{self.number}"


def mutants(subject: Subject) -> list[Mutant]:
    """All mutants of a subject, in an order that does not change. Of those that say the same there is one."""
    reader, seen, counts = Reader(), set[Hashable](), Counter[str]()
    result = []
    for slip, statement in (*_relations(subject.statement), *_of_expressions(subject)):
        said = reader.says(statement)
        if said not in seen and statement != subject.statement:
            seen.add(said)
            result.append(Mutant(subject, slip, counts[slip], statement))
            counts[slip] += 1
    return [*result, *_of_hypotheses(subject), *_of_domains(subject)]


# -------------------------------------------------------------------------- slips in a formula


def _of_expressions(subject: Subject) -> Iterator[tuple[str, Statement]]:
    view = _view(subject)
    for expr, put_back in slots(subject.statement):
        for slip, changed in _everywhere(expr, view):
            with suppress(ShapeError):
                yield slip, put_back(changed)


def _view(subject: Subject) -> View:
    """What can be confused with what in a statement: its free indices, its symbols and those defined before it."""
    exprs = expressions_of(subject.statement)
    free = {index for expr in exprs for index in free_indices(expr)}
    symbols = {s for expr in (*exprs, *(p for p, _ in subject.definitions)) for s in symbols_of(expr)}
    sizes = {node for expr in exprs for node in walk(expr) if isinstance(node, Size)}
    sizes |= {size for symbol in symbols for size in symbol.family}
    return View(
        tuple(sorted(free, key=lambda index: (index.size.name, index.name))),
        tuple(sorted(symbols, key=lambda symbol: symbol.name)),
        tuple(sorted(sizes, key=lambda size: size.name)),
    )


def slots(statement: Statement) -> list[tuple[Expr, Callable[[Expr], Statement]]]:
    """The expressions of a statement in which a slip can be made, each with what puts another in its place."""
    match statement:
        case Equal() | LessEqual():
            return [(getattr(statement, side), partial(_with, statement, side)) for side in ("left", "right")]
        case Belongs(body):
            return [(body, partial(_with, statement, "body"))]
        case Limit(body, _, _, value):
            return [(body, partial(_with, statement, "body")), (value, partial(_with, statement, "value"))]
        case Iff():
            sides = [(side, slot) for side in ("left", "right") for slot in slots(getattr(statement, side))]
            return [(expr, partial(_with_side, statement, side, put)) for side, (expr, put) in sides]
        case Maximum(objective, choices):
            values = [(c.value, partial(_with_choice, statement, n)) for n, c in enumerate(choices)]
            return [(objective, partial(_with, statement, "objective")), *values]
        case _:
            return []


def _with(statement: Statement, field: str, new: object) -> Statement:
    changed: dict[str, Any] = {field: new}
    return replace(statement, **changed)


def _with_side(statement: Iff, side: str, put: Callable[[Expr], Statement], new: Expr) -> Statement:
    return _with(statement, side, put(new))


def _with_choice(statement: Maximum, number: int, value: Expr) -> Statement:
    variable = statement.choices[number].variable
    if value.shape != variable.shape:
        raise ShapeError("a choice of another shape")
    others = statement.choices
    return replace(statement, choices=(*others[:number], Choice(variable, value), *others[number + 1 :]))


def _everywhere(expr: Expr, view: View) -> Iterator[tuple[str, Expr]]:
    """The expression with one slip at its node or below."""
    for slip, made in SLIPS.items():
        for new in made(expr, view):
            if new != expr and new.shape == expr.shape:
                yield slip, new
    if expr.children:
        inner = _inside(expr, view)
        for part, put_back in _parts(expr):
            for slip, new in _everywhere(part, inner):
                with suppress(ShapeError):
                    yield slip, put_back(new)


def _inside(expr: Expr, view: View) -> View:
    """The view from below a node: the index that it binds can be seen there."""
    if isinstance(expr, Binder) and expr.index not in view.indices:
        return replace(view, indices=(*view.indices, expr.index))
    return view


def _parts(expr: Expr) -> Iterator[tuple[Expr, Callable[[Expr], Expr]]]:
    """The expressions below a node, each with what puts another in its place."""
    for field in fields(expr):
        held = getattr(expr, field.name)
        if isinstance(held, Expr) and field.name not in FIXED:
            yield held, partial(_with_child, expr, field.name)
        elif isinstance(held, tuple):
            for n, part in enumerate(held):
                if isinstance(part, Expr) and field.name != "indices":
                    yield part, partial(_with_part, expr, field.name, n)


def _with_child(expr: Expr, field: str, new: object) -> Expr:
    changed: dict[str, Any] = {field: new}
    return replace(expr, **changed)


def _with_part(expr: Expr, field: str, number: int, new: Expr) -> Expr:
    held = getattr(expr, field)
    return _with_child(expr, field, (*held[:number], new, *held[number + 1 :]))


# ------------------------------------------------------------------- other relations, fewer hypotheses


def _relations(statement: Statement) -> Iterator[tuple[str, Statement]]:
    match statement:
        case LessEqual(left, right, strict):
            yield "the other way round", LessEqual(right, left, strict)
            if not strict:
                yield "strict for weak", LessEqual(left, right, True)
        case Belongs(body, domain, over):
            for smaller in LESS.get(domain, ()):
                yield "a smaller domain", Belongs(body, smaller, over if smaller.sums_to_one else None)
            for other in sorted(free_indices(body) - {over}, key=str) if over else ():
                yield "a sum over another index", Belongs(body, domain, other)
        case Limit(body, variable, toward, value):
            turned: Literal["zero", "infinity"] = "infinity" if toward == "zero" else "zero"
            yield "the wrong direction", Limit(body, variable, turned, value)
        case Maximum(objective, choices):
            yield "a minimum", Maximum(Neg(objective), choices)
        case Iff(left, right):
            for side in (left, right):
                yield "one side alone", side
                for slip, changed in _relations(side):
                    yield slip, _with(statement, "left" if side is left else "right", changed)
        case _:
            pass


def _of_hypotheses(subject: Subject) -> Iterator[Mutant]:
    for number, hypothesis in enumerate(subject.assumed):
        if not hypothesis.witness:
            yield Mutant(subject, DROPPED, number, subject.statement, dropped=hypothesis)


def _of_domains(subject: Subject) -> Iterator[Mutant]:
    """The same statement about a symbol that may have more values than it is declared to have.

    Not of a symbol that is defined, nor of one whose values a hypothesis restricts or makes.
    """
    number = 0
    fixed = {pattern.symbol for pattern, _ in subject.definitions}
    stated = [hypothesis.statement for hypothesis in subject.assumed]
    fixed |= {s.body.symbol for s in stated if isinstance(s, Belongs) and isinstance(s.body, Member)}
    made = [choice for hypothesis in subject.assumed for choice in hypothesis.witness]
    fixed |= {s for choice in made for expr in (choice.variable, choice.value) for s in symbols_of(expr)}
    reached = subject.context.reach([subject.statement])
    for symbol in sorted(reached - fixed, key=lambda symbol: symbol.name):
        for domain in MORE.get(symbol.domain, ()) if symbol.labels is None else ():
            yield Mutant(subject, LARGER, number, subject.statement, larger=(symbol, domain))
            number += 1
