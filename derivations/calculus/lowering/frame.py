"""What every rule of lowering is given: the theory, the entry that is wanted, the places of bound indices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from derivations.calculus import expressions as ex
from derivations.calculus import order
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import Expr, Index, IndexLike, Size
from derivations.calculus.indices.terms import Place, Poly, open_like, symbol_key
from derivations.calculus.indices.theory import Theory, UndecidedError

Scope: TypeAlias = "dict[Index, Place]"


Entry: TypeAlias = "tuple[Place | None, Place | None]"
Rules: TypeAlias = "Mapping[type[Expr], Callable[[Any, Lowering], Poly]]"


def range_of(size: Size) -> str:
    """The name of a size, which is a range. Raises UndecidedError for a name that keys could take for something else."""
    if not size.name.isidentifier():
        raise UndecidedError(f"a size cannot be called {size.name!r} here")
    return size.name


def place_of(index: Index, scope: Scope) -> Place:
    """The place of an author's index. Raises UndecidedError for a name like those the kernel makes for itself."""
    if not index.name.rstrip("'").isidentifier():
        raise UndecidedError(f"an index cannot be called {index.name!r} here")
    return scope.get(index, Place(index.name, range_of(index.size)))


def open_place(size: ex.Dim) -> Place | None:
    """A new open place for a dimension; None for a dimension of one."""
    return open_like(Place("%", range_of(size))) if isinstance(size, Size) else None


def entry_of(expr: Expr) -> Entry:
    """Open places for the row and the column of an expression."""
    rows, columns = expr.shape
    return (open_place(rows), open_place(columns))


def places_of(indices: tuple[IndexLike, ...], scope: Scope) -> tuple[str, tuple[Place, ...]]:
    """The places of an index list; a label z[i] contributes its own, and its name marks the head."""
    marks: list[str] = []
    places: list[Place] = []
    for index in indices:
        if isinstance(index, Index):
            marks.append(".")
            places.append(place_of(index, scope))
        else:
            mark, inner = places_of(index.indices, scope)
            marks.append(f"{symbol_key(index.symbol)}[{mark}]")
            places.extend(inner)
    return ",".join(marks), tuple(places)


class Lowering:
    """What a rule is given; and the way from it to the rules for the parts of its node."""

    def __init__(self, rules: Rules, theory: Theory, entry: Entry, scope: Scope) -> None:
        self.rules, self.theory, self.entry, self.scope = rules, theory, entry, scope

    def at(self, expr: Expr, entry: Entry = (None, None)) -> Poly:
        """A part at an entry of its own; a scalar has none. Raises UndecidedError."""
        return Lowering(self.rules, self.theory, entry, self.scope).here(expr)

    def here(self, expr: Expr) -> Poly:
        """A part with the shape of the whole: at the same entry. Raises UndecidedError."""
        rule = self.rules.get(type(expr))
        if rule is None:
            raise UndecidedError(f"the kernel does not know {type(expr).__name__}")
        return rule(expr, self)

    def inside(self, index: Index, body: Expr) -> tuple[Poly, Place]:
        """A binder's body, with an open place for its index."""
        place = open_like(Place("%", range_of(index.size)))
        inner = Lowering(self.rules, self.theory, self.entry, {**self.scope, index: place})
        return inner.here(body), place

    def square(self, body: Expr) -> tuple[Poly, Place, Place]:
        """An entry of an invertible matrix at open places; the hypothesis is recorded."""
        self._require_invertible(body)
        row, column = entry_of(body)
        if row is None or column is None:
            raise UndecidedError("a one-by-one matrix is written as a scalar")
        return self.at(body, (row, column)), row, column

    def _require_invertible(self, body: Expr) -> None:
        found = order.invertible(body, self.theory.hypotheses)
        if found.verdict is not Verdict.PROVED:
            raise UndecidedError("inverse or log determinant of a matrix that is not known to be invertible")
        self.theory.need(*found.hypotheses)
