"""Sums of products of indexed atoms over symbolic ranges, and one name for every way of writing them.

A term is a product of atoms, summed over its bound places; a value is a sum of terms with rational coefficients.
A function is an atom whose head holds its arguments, with slots @0, @1, ... for their free places. Names are canonical:
of all orders of places the one that gives the smallest text is taken.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, reduce
from typing import NamedTuple

from derivations.checker.trees import Tree, require

MOST_ORDERS, MOST_TERMS = 6_000, 4_000
NOTHING = Fraction(0)
_numbers = itertools.count()


class Place(NamedTuple):
    """An index in a place of an atom: # bound, @ a slot, ? a variable of a rule, % still open."""

    name: str
    range: str


Names = dict[Place, Place]


@dataclass(frozen=True)
class Head:
    """What an atom is, without its places: a symbol, or a function of its arguments.

    `symmetries` are the orders of its places that mean the same, the identity first.
    """

    kind: str = field(compare=False)
    key: str
    symmetries: tuple[tuple[int, ...], ...] = field(default=(), compare=False)
    arguments: tuple[Value, ...] = field(default=(), compare=False)
    symbol: Tree | None = field(default=None, compare=False)


class Atom(NamedTuple):
    head: Head
    places: tuple[Place, ...]
    power: Fraction = Fraction(1)

    def orders(self) -> Iterator[tuple[Place, ...]]:
        """The orders of its places that mean the same."""
        yield self.places
        yield from (tuple(self.places[n] for n in order) for order in self.head.symmetries[1:])

    def renamed(self, names: Names) -> Atom:
        return Atom(self.head, tuple(names.get(p, p) for p in self.places), self.power)

    @property
    def key(self) -> str:
        return f"{self.head.key}^{self.power}[{','.join(map(':'.join, self.places))}]"


class Term(NamedTuple):
    bound: tuple[Place, ...]
    atoms: tuple[Atom, ...]

    def renamed(self, names: Names) -> Term:
        return Term(tuple(names.get(p, p) for p in self.bound), tuple(a.renamed(names) for a in self.atoms))

    @property
    def key(self) -> str:
        return f"({','.join(':'.join(p) for p in self.bound)}|{'*'.join(atom.key for atom in self.atoms)})"


class Value:
    """A sum of terms with rational coefficients."""

    def __init__(self, terms: Iterable[tuple[Term, Fraction]] = ()) -> None:
        self.terms = tuple(terms)
        require(len(self.terms) <= MOST_TERMS, "a sum of very many terms")

    def __add__(self, other: Value) -> Value:
        return Value(self.terms + other.terms)

    def __sub__(self, other: Value) -> Value:
        return self + other.scaled(-1)

    def __mul__(self, other: Value) -> Value:
        pairs = ((left, right) for left in self.terms for right in other.renamed({}).terms)
        return Value((Term(a.bound + b.bound, a.atoms + b.atoms), c * d) for (a, c), (b, d) in pairs)

    def scaled(self, factor: Fraction | int) -> Value:
        return Value((term, factor * c) for term, c in self.terms if factor)

    def renamed(self, names: Names) -> Value:
        """Free places renamed; the bound ones are made apart, so that nothing is captured."""
        apart = ((term.renamed({p: bound_like(p) for p in term.bound}), c) for term, c in self.terms)
        return Value((term.renamed(names), c) for term, c in apart)

    @cached_property
    def free(self) -> tuple[Place, ...]:
        """The places that are not bound, in order of appearance."""
        places = (p for term, _ in self.terms for atom in term.atoms for p in atom.places)
        return tuple(dict.fromkeys(p for p in places if p.name[0] != "#"))

    @cached_property
    def key(self) -> str:
        """Decides whether two values in normal form are the same."""
        return " + ".join(f"{c}{term.key}" for term, c in self.terms)

    @property
    def is_one(self) -> bool:
        return self.terms == ((Term((), ()), Fraction(1)),)


DELTA, ORDERED = Head("delta", "delta", ((0, 1), (1, 0))), Head("ordered", "ordered")


def number(value: Fraction | int) -> Value:
    return Value([(Term((), ()), Fraction(value))] if value else [])


def product_of(atoms: Iterable[Atom]) -> Value:
    return Value([(Term((), tuple(atoms)), Fraction(1))])


def one_atom(head: Head, places: Iterable[Place] = (), power: Fraction | int = 1) -> Value:
    return product_of([Atom(head, tuple(places), Fraction(power))])


def times(values: Iterable[Value]) -> Value:
    return reduce(Value.__mul__, values, number(1))


def size_of(name: str) -> Value:
    return one_atom(Head("size", f"size {name}"))


def bound_like(place: Place) -> Place:
    return Place(f"#{next(_numbers)}", place.range)


def open_like(place: Place) -> Place:
    return Place(f"%{next(_numbers)}", place.range)


def summed_over(value: Value, *places: Place) -> Value:
    """The sum over open places, which become bound."""
    for place in places:
        bound = bound_like(place)
        value = Value((Term((*t.bound, bound), t.atoms), c) for t, c in value.renamed({place: bound}).terms)
    return value


def opened_term(term: Term) -> tuple[tuple[Atom, ...], tuple[Place, ...]]:
    """The atoms of a term with open places for its bound ones, and these."""
    names = {place: open_like(place) for place in term.bound}
    return term.renamed(names).atoms, tuple(names.values())


def opened_atom(atom: Atom) -> Atom:
    """The atom with open places for its bound ones, to be looked at by itself."""
    return atom.renamed({p: open_like(p) for p in atom.places if p.name[0] == "#"})


def heads(value: Value) -> Iterator[Head]:
    """Every head, those inside arguments too."""
    for atom in (atom for term, _ in value.terms for atom in term.atoms):
        yield atom.head
        for argument in atom.head.arguments:
            yield from heads(argument)


# -------------------------------------------------------------------------- canonical names


def merged(atoms: Iterable[Atom]) -> tuple[Atom, ...]:
    """Equal atoms joined by adding their powers, each with the smallest order of its places."""
    powers: dict[tuple[Head, tuple[Place, ...]], Fraction] = {}
    for atom in atoms:
        key = (atom.head, min(atom.orders()))
        powers[key] = powers.get(key, NOTHING) + atom.power
    return tuple(Atom(*key, power) for key, power in powers.items() if power)


def collected(value: Value) -> Value:
    """Like terms joined, under canonical names and in a fixed order."""
    found: dict[str, tuple[Term, Fraction]] = {}
    for term, coefficient in value.terms:
        name = canonical(term)
        found[name.key] = (name, found.get(name.key, (name, NOTHING))[1] + coefficient)
    return Value(found[key] for key in sorted(found) if found[key][1])


def canonical(term: Term) -> Term:
    """The term with bound places #0, #1, ... in the order that gives the smallest text, and its atoms sorted."""
    atoms = merged(term.atoms)
    return min((_named(order, atoms) for order in _orders(term.bound)), key=lambda named: named.key)


def _named(order: Sequence[Place], atoms: tuple[Atom, ...]) -> Term:
    names = {place: Place(f"#{n}", place.range) for n, place in enumerate(order)}
    tidy = sorted(merged(atom.renamed(names) for atom in atoms), key=lambda atom: atom.key)
    return Term(tuple(names.values()), tuple(tidy))


def _orders(places: Sequence[Place]) -> Iterator[Sequence[Place]]:
    """The orders of places, those of one range after those of another."""
    alike = [[place for place in places if place.range == size] for size in sorted({p.range for p in places})]
    for n, order in enumerate(itertools.product(*map(itertools.permutations, alike))):
        require(n < MOST_ORDERS, "a term of which too many places look alike")
        yield [place for group in order for place in group]


# ---------------------------------------------------------------------------------- functions


def function(
    kind: str, *values: Value, mark: str = "", last: tuple[Place, ...] = (), own: tuple[Place, ...] = ()
) -> Atom:
    """A function as an atom: of the orders of its slots the one with the smallest key.

    The places in `last` take the last slots. Those in `own` are what the atom has in their stead: nothing where the
    function binds them (a product over a range), the entry that is meant where it is a matrix. Of a matrix and its
    transpose the one with the smaller key is the argument; the entry turns along.
    """
    free = sorted({p for value in values for p in value.free} - {*last}, key=lambda p: p[::-1])
    found: dict[str, list[tuple[tuple[Place, ...], tuple[Value, ...]]]] = {}
    for n, order in enumerate(itertools.permutations(free)):
        require(n < MOST_ORDERS, "a function of too many places")
        if [p.range for p in order] == [p.range for p in free]:
            for tail in dict.fromkeys((last, last[::-1] if len(last) == 2 else last)):
                places = (*order, *tail)
                names = {place: Place(f"@{n}", place.range) for n, place in enumerate(places)}
                slots = tuple(collected(value.renamed(names)) for value in values)
                found.setdefault("; ".join(slot.key for slot in slots), []).append((places, slots))
    key = min(found)
    places, slots = found[key][0]
    turned = places[len(free) :] != last and len(own) == 2
    mine = (*places[: len(free)], *(own[::-1] if turned else own))
    same = dict.fromkeys(tuple(places.index(p) for p in other[: len(mine)]) for other, _ in found[key])
    head = Head(kind, f"{kind}{mark} {[p.range for p in places]}<{key}>", tuple(same), slots)
    return Atom(head, mine)


def argument_of(atom: Atom, *more: Place) -> Value:
    """A function's first argument, with the atom's places, and more, put into the slots."""
    places = (*atom.places, *more)
    return atom.head.arguments[0].renamed({Place(f"@{n}", p.range): p for n, p in enumerate(places)})


def content(value: Value) -> tuple[Fraction, tuple[Atom, ...], Value]:
    """The value as number * atoms * rest, the atoms common to all terms and without bound places."""
    value = collected(value)
    require(value.terms, "what is zero stands where it may not")
    each = [[a for a in t.atoms if all(p.name[0] != "#" for p in a.places)] for t, _ in value.terms]
    powers = [{atom[:2]: atom.power for atom in atoms} for atoms in each]
    common = {key: min(found.get(key, NOTHING) for found in powers) for one in powers for key in one}
    atoms = tuple(Atom(*key, power) for key, power in common.items() if power)
    rest = collected(product_of(a._replace(power=-a.power) for a in atoms) * value)
    factor = rest.terms[0][1]
    return factor, atoms, rest.scaled(1 / factor)
