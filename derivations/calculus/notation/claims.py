"""How statements look: one or more rows, each a left side, a relation and a right side."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from derivations.calculus.expressions import Expr, Member, Sum, free_indices, walk
from derivations.calculus.notation.pieces import Level
from derivations.calculus.notation.printer import Printer
from derivations.calculus.statements import (
    Belongs,
    Choice,
    Equal,
    Iff,
    InRange,
    LessEqual,
    Limit,
    Maximum,
    Statement,
)


class Row(NamedTuple):
    """A line of a display, before it is folded. Without a relation, the left part introduces the right."""

    left: str
    relation: str
    right: str


def rows(printer: Printer, statement: Statement) -> list[Row]:
    """The statement as rows that a page aligns at their relations."""
    relations = printer.style.relations
    match statement:
        case Equal(left, right):
            return [Row(printer.whole(left), relations["="], printer.whole(right))]
        case LessEqual(left, right, strict):
            return [Row(printer.whole(left), relations["<" if strict else "<="], printer.whole(right))]
        case Belongs(_, domain, _):
            return [MEMBERSHIP.get(domain.name, _in_words)(printer, statement)]
        case InRange(index):
            between = f"{printer.index(index)} {relations['<=']} {printer.style.size(index.size.name)}"
            return [Row("1", relations["<="], between)]
        case Iff(left, right):
            return [Row("", "", flat(printer, left)), Row(relations["iff"], "", flat(printer, right))]
        case Limit(body, variable, toward, value):
            return [Row(_limit(printer, body, variable, toward), relations["="], printer.whole(value))]
        case Maximum(objective, choices):
            return _maximum(printer, objective, choices)


def flat(printer: Printer, statement: Statement) -> str:
    """The statement on one line."""
    return printer.style.gap.join(" ".join(filter(None, row)) for row in rows(printer, statement))


def _limit(printer: Printer, body: Expr, variable: Member, toward: str) -> str:
    place = printer.style.relations["above zero" if toward == "zero" else "infinity"]
    shown = printer.standing(printer.piece(body), Level.PRODUCT)
    return printer.style.limit(printer.whole(variable), place) + shown.text


def _maximum(printer: Printer, objective: Expr, choices: tuple[Choice, ...]) -> list[Row]:
    """Where the largest value is attained. A family of which the objective has other members, too, is named as a whole."""
    style = printer.style
    variables = style.relations["comma"].join(
        _variable(printer, choice.variable, objective) for choice in choices
    )
    values = style.relations["and"].join(
        f"{printer.whole(choice.variable)} {style.relations['=']} {printer.whole(choice.value)}"
        for choice in choices
    )
    return [
        Row(style.maximum(variables), "", printer.whole(objective)),
        Row(style.words("is attained at") + style.after_words, "", values),
    ]


def _variable(printer: Printer, variable: Member, objective: Expr) -> str:
    members = {
        node for node in walk(objective) if isinstance(node, Member) and node.symbol == variable.symbol
    }
    alone = members == {variable} and set(variable.indices) <= free_indices(objective)
    indices = printer.indices(variable.indices) if alone else ()
    return printer.style.member(variable.symbol, indices, ())


# ------------------------------------------------------------------------------ membership in a domain


def _in_words(printer: Printer, statement: Belongs) -> Row:
    return Row(printer.whole(statement.body), printer.style.words(statement.domain.phrase), "")


def _compared(relation: str) -> Callable[[Printer, Belongs], Row]:
    """A comparison with zero, or words in a style that has no sign for it."""

    def row(printer: Printer, statement: Belongs) -> Row:
        if relation not in printer.style.relations:
            return _in_words(printer, statement)
        return Row(printer.whole(statement.body), printer.style.relations[relation], "0")

    return row


def _one_of(*values: str) -> Callable[[Printer, Belongs], Row]:
    def row(printer: Printer, statement: Belongs) -> Row:
        relations = printer.style.relations
        values_ = relations["open set"] + ",".join(values) + relations["close set"]
        return Row(printer.whole(statement.body), relations["in"], _space(printer, values_, statement.body))

    return row


def _space(printer: Printer, values: str, body: Expr) -> str:
    """The set of arrays with such values that the body belongs to."""
    sizes = [printer.style.size(size.name) for size in body.shape if not isinstance(size, int)]
    relations = printer.style.relations
    return relations["space"] % (values, relations["by"].join(sizes)) if sizes else values


def _label(printer: Printer, statement: Belongs) -> Row:
    """A label lies between 1 and the number of components."""
    match statement.body:
        case Member(symbol, _) if symbol.labels is not None:
            size = printer.style.size(symbol.labels.name)
            return _one_of("1", printer.style.relations["dots"], size)(printer, statement)
        case _:
            return _in_words(printer, statement)


def _simplex(relation: str) -> Callable[[Printer, Belongs], Row]:
    def row(printer: Printer, statement: Belongs) -> Row:
        if statement.over is None:
            return _in_words(printer, statement)
        relations = printer.style.relations
        total = printer.whole(Sum(statement.over, statement.body))
        return Row(
            printer.whole(statement.body),
            relations[relation],
            f"0{relations['and']}{total} {relations['=']} 1",
        )

    return row


def _symmetric(printer: Printer, statement: Belongs) -> Row:
    return Row(
        printer.atom(statement.body).text + printer.style.transpose,
        printer.style.relations["="],
        printer.whole(statement.body),
    )


def _unit(printer: Printer, statement: Belongs) -> Row:
    relations = printer.style.relations
    return Row(relations["length"] % printer.whole(statement.body), relations["="], "1")


def _real(printer: Printer, statement: Belongs) -> Row:
    relations = printer.style.relations
    space = _space(printer, relations["real"], statement.body)
    return Row(printer.whole(statement.body), relations["in"], space)


MEMBERSHIP: dict[str, Callable[[Printer, Belongs], Row]] = {
    "real": _real,
    "nonnegative": _compared(">="),
    "positive": _compared(">"),
    "fraction": lambda printer, statement: Row(
        printer.whole(statement.body), printer.style.relations["in"], "(0,1)"
    ),
    "probability": lambda printer, statement: Row(
        printer.whole(statement.body), printer.style.relations["in"], "[0,1]"
    ),
    "binary": _one_of("0", "1"),
    "label": _label,
    "simplex": _simplex(">="),
    "open simplex": _simplex(">"),
    "unit vector": _unit,
    "symmetric": _symmetric,
    "semidefinite": _compared("semidefinite"),
    "definite": _compared("definite"),
}
