"""The values of the kernel: sums of products of indexed atoms over symbolic ranges.

A term is a product of atoms summed over bound indices; a polynomial is a list of terms with rational
coefficients. Vectors, matrices, responsibilities, Kronecker deltas and functions are all atoms, so that
transposing and cycling a trace are nothing but renamings of bound indices.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, NamedTuple

from derivations.calculus.expressions import Symbol

Kind = Literal[
    "symbol",
    "delta",
    "ordered",
    "size",
    "circle",
    "log",
    "exp",
    "abs",
    "group",
    "inverse",
    "logdet",
    "weightedlog",
    "product",
    "bracket",
    "minimum",
    "first",
    "median",
]
ONE = Fraction(1)
MAX_PRODUCT = 2_000  # terms
MAX_EXPANDED_POWER = 12
MAX_BITS = 10_000  # of a coefficient


class UndecidedError(Exception):
    """The kernel cannot go on; the message says what is missing."""


class Place(NamedTuple):
    """An index in a place of an atom, with its range. Bound names begin with #, slots with @,
    pattern variables with ?, places still open while a tree is lowered with %."""

    name: str
    range: str

    @property
    def is_bound(self) -> bool:
        return self.name[0] == "#"


@dataclass(frozen=True, eq=False)
class Head:
    """What an atom is, without its indices: a symbol, or a function of canonical arguments.

    Places of a function are the slots @0, @1, ... of its arguments. `symmetries` are the permutations of
    places that leave the atom as it is (all of them, the identity included).
    """

    kind: Kind
    key: str
    symmetries: tuple[tuple[int, ...], ...] = ()
    arguments: tuple[Poly, ...] = ()
    symbol: Symbol | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Head) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


class Atom(NamedTuple):
    head: Head
    places: tuple[Place, ...]
    power: Fraction = ONE

    def variants(self) -> Iterator[tuple[Place, ...]]:
        """The orders of its places that mean the same."""
        if not self.head.symmetries:
            yield self.places
        for permutation in self.head.symmetries:
            yield tuple(self.places[n] for n in permutation)

    def renamed(self, names: dict[Place, Place]) -> Atom:
        return Atom(self.head, tuple(names.get(p, p) for p in self.places), self.power)

    @property
    def key(self) -> str:
        return f"{self.head.key}^{self.power}[{','.join(p.name for p in self.places)}]"


class Term(NamedTuple):
    """A product of atoms, summed over its bound places."""

    bound: tuple[Place, ...]
    atoms: tuple[Atom, ...]

    def renamed(self, names: dict[Place, Place]) -> Term:
        return Term(tuple(names.get(p, p) for p in self.bound), tuple(a.renamed(names) for a in self.atoms))

    @property
    def key(self) -> str:
        ranges = ",".join(f"{p.name}:{p.range}" for p in self.bound)
        return f"({ranges}|{'*'.join(atom.key for atom in self.atoms)})"


UNIT_TERM = Term((), ())
_numbers = itertools.count()


def fresh(range_: str) -> Place:
    """A bound place that occurs nowhere else."""
    return Place(f"#{next(_numbers)}", range_)


def open_like(place: Place) -> Place:
    """A place that is free for now and occurs nowhere else, with the range of the given one."""
    return Place(f"%{next(_numbers)}", place.range)


@dataclass(frozen=True)
class Poly:
    """A sum of terms with rational coefficients; as made by the arithmetic here, not yet in normal form."""

    terms: tuple[tuple[Term, Fraction], ...] = ()
    key: str = field(default="", compare=False)

    def __add__(self, other: Poly) -> Poly:
        return Poly(self.terms + other.terms)

    def __neg__(self) -> Poly:
        return self.scaled(Fraction(-1))

    def __sub__(self, other: Poly) -> Poly:
        return self + -other

    def __mul__(self, other: Poly) -> Poly:
        """The product; the bound names of the right factor are made apart from those of the left.

        Raises UndecidedError if it is too long ever to come to rest.
        """
        if len(self.terms) * len(other.terms) > MAX_PRODUCT:
            raise UndecidedError(f"a product of more than {MAX_PRODUCT} terms")
        products = []
        for left, a in self.terms:
            for right, b in other.terms:
                moved = apart(right)
                products.append((Term(left.bound + moved.bound, left.atoms + moved.atoms), a * b))
        return Poly(tuple(products))

    def require_small(self) -> None:
        """Raises UndecidedError if a coefficient is so long that it cannot even be written down."""
        if any(c.numerator.bit_length() + c.denominator.bit_length() > MAX_BITS for _, c in self.terms):
            raise UndecidedError("a number of very many digits")

    def scaled(self, factor: Fraction) -> Poly:
        return Poly(tuple((term, factor * c) for term, c in self.terms)) if factor else ZERO

    def summed(self, place: Place) -> Poly:
        """The sum over a place that is bound and occurs free in the terms."""
        return Poly(tuple((Term((*term.bound, place), term.atoms), c) for term, c in self.terms))

    def renamed(self, names: dict[Place, Place]) -> Poly:
        """Free places renamed; bound places are made apart first, so nothing is captured."""
        return Poly(tuple((apart(term).renamed(names), c) for term, c in self.terms))

    def free_places(self) -> tuple[Place, ...]:
        """The places that are not bound, in order of appearance."""
        found = (p for term, _ in self.terms for atom in term.atoms for p in atom.places)
        return tuple(dict.fromkeys(p for p in found if not p.is_bound))

    @property
    def is_zero(self) -> bool:
        return not self.terms


ZERO = Poly()


def number(value: Fraction | int) -> Poly:
    return Poly(((UNIT_TERM, Fraction(value)),)) if value else ZERO


def single(head: Head, places: Iterable[Place] = (), power: Fraction = ONE) -> Poly:
    """The polynomial that is one atom."""
    return Poly(((Term((), (Atom(head, tuple(places), power),)), ONE),))


def bind(poly: Poly, place: Place) -> Poly:
    """The sum over an open place, which becomes bound."""
    bound = fresh(place.range)
    return poly.renamed({place: bound}).summed(bound)


def apart(term: Term) -> Term:
    """The term with fresh bound names."""
    if not term.bound:
        return term
    return term.renamed({place: fresh(place.range) for place in term.bound})


def some(poly: Poly, test: Callable[[Head], bool]) -> bool:
    """Whether any atom, inside function arguments too, has a head that passes the test."""
    return any(
        test(atom.head) or any(some(argument, test) for argument in atom.head.arguments)
        for term, _ in poly.terms
        for atom in term.atoms
    )


SWAP = ((0, 1), (1, 0))
DELTA = Head("delta", "delta", SWAP)
ORDERED = Head("ordered", "ordered")
CIRCLE = Head("circle", "circle-pi")


def delta(left: Place, right: Place) -> Poly:
    return single(DELTA, (left, right))


def symbol_key(symbol: Symbol) -> str:
    """The key of a symbol's atom when plain indices, no labels, stand in its places.

    It tells apart what an author calls by one name: a key is all that the normal form compares.
    """
    ranges = [size.name for size in symbol.family]
    shape = [getattr(dim, "name", "") for dim in symbol.shape]
    labels = "" if symbol.labels is None else symbol.labels.name
    return f"symbol {symbol.name}<{symbol.latex!r}|{symbol.domain.key}|{ranges}|{shape}|{labels!r}>"


def size_atom(name: str) -> Poly:
    return single(Head("size", f"size {name}"))
