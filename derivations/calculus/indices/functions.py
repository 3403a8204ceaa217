"""Functions of indexed values, under canonical keys: powers, logarithms, exponentials, inverses.

An argument is kept in normal form with its free indices replaced by slots @0, @1, ...; the order of the
slots is the one with the smallest key, so that log(a_k b_l) is the same function however it was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations
from math import gcd, lcm

from derivations.calculus.indices.canonical import collected
from derivations.calculus.indices.terms import Atom, Head, Kind, Place, Poly, Term, UndecidedError

MAX_PERMUTED = 5


def slotted(
    poly: Poly, last: tuple[Place, ...] = ()
) -> tuple[Poly, tuple[Place, ...], tuple[tuple[int, ...], ...]]:
    """The argument with slots for its free places, the places in slot order, and the symmetries.

    The places in `last` take the last slots, in an order of their own.
    """
    free = sorted((p for p in poly.free_places() if p not in last), key=lambda p: (p.range, p.name))
    orders = permutations(free) if len(free) <= MAX_PERMUTED else [tuple(free)]
    found: dict[tuple[Place, ...], Poly] = {}
    for order in orders:
        if [p.range for p in order] != [p.range for p in free]:
            continue
        for tail in {last, last[::-1]}:
            places = (*order, *tail)
            names = {place: Place(f"@{n}", place.range) for n, place in enumerate(places)}
            found[places] = collected(poly.renamed(names))
    best = min(found, key=lambda places: (places[len(free) :] != last, found[places].key))
    same = [places for places, value in found.items() if value.key == found[best].key]
    symmetries = tuple(sorted(tuple(best.index(place) for place in places) for places in same))
    return found[best], best, symmetries if len(symmetries) > 1 else ()


def function(kind: Kind, *arguments: Poly, power: Fraction = Fraction(1), mark: str = "") -> Poly:
    """A function of scalar arguments as an atom. Several arguments share their slots; a mark tells variants apart."""
    if len(arguments) == 1:
        argument, places, symmetries = slotted(arguments[0])
        head = Head(kind, f"{kind}{mark}<{argument.key}>", symmetries, (argument,))
        return Poly(((Term((), (Atom(head, places, power),)), Fraction(1)),))
    slots, places = min((_shared(arguments, order) for order in _orders(arguments)), key=_joint_key)
    head = Head(kind, f"{kind}{mark}<{_joint_key((slots, places))}>", (), slots)
    return Poly(((Term((), (Atom(head, places, power),)), Fraction(1)),))


def _orders(arguments: tuple[Poly, ...], *without: Place) -> Iterator[tuple[Place, ...]]:
    """The orders of the free places, sorted by range, that are tried to find the canonical one."""
    found = {place for argument in arguments for place in argument.free_places()}
    free = sorted(found - {*without}, key=lambda place: (place.range, place.name))
    for order in permutations(free) if len(free) <= MAX_PERMUTED else (tuple(free),):
        if [place.range for place in order] == [place.range for place in free]:
            yield order


def _shared(
    arguments: tuple[Poly, ...], order: tuple[Place, ...]
) -> tuple[tuple[Poly, ...], tuple[Place, ...]]:
    """The arguments with slots for the places in that order."""
    names = {place: Place(f"@{n}", place.range) for n, place in enumerate(order)}
    return tuple(collected(argument.renamed(names)) for argument in arguments), order


def _joint_key(found: tuple[tuple[Poly, ...], tuple[Place, ...]]) -> str:
    return "; ".join(slot.key for slot in found[0])


def matrix_function(kind: Kind, argument: Poly, row: Place, column: Place, *, entries: bool) -> Poly:
    """A function of a matrix given by its entry at (row, column).

    With `entries` the value is a matrix and has the places (row, column) too (the inverse, and that of the
    transpose is the transpose of the inverse); without, a scalar (the log determinant), which is the
    same for the transpose. So of a matrix and its transpose the one with the smaller key is the argument.
    Raises UndecidedError for a matrix whose rows or whose columns are all alike.
    """
    if not {row, column} <= {*argument.free_places()}:
        raise UndecidedError("an inverse or a determinant of a matrix whose rows or columns are all alike")
    slots, places, symmetries = slotted(argument, (row, column))
    turned = slotted(argument.renamed({row: column, column: row}), (row, column))
    if turned[0].key < slots.key:
        slots, places, symmetries = turned
        places = (*places[:-2], places[-1], places[-2])
    if not entries:
        places = places[:-2]
        kept = {permutation[: len(places)] for permutation in symmetries}
        symmetries = tuple(sorted(kept)) if len(kept) > 1 else ()
    head = Head(kind, f"{kind} {row.range}<{slots.key}>", symmetries, (slots,))
    return Poly(((Term((), (Atom(head, places),)), Fraction(1)),))


def binding_function(kind: Kind, body: Poly, place: Place, *chosen: Place) -> Poly:
    """A function that binds an open place of its body (a product, a minimum); it may have places of its own."""
    slots, places, _ = slotted(body, (place,) if place in body.free_places() else ())
    head = Head(kind, f"{kind} {place.range}<{slots.key}>", (), (slots,))
    own = (*(p for p in places if p != place), *chosen)
    return Poly(((Term((), (Atom(head, own),)), Fraction(1)),))


def joint_binding_function(kind: Kind, arguments: tuple[Poly, ...], place: Place) -> Poly:
    """A function that binds an open place in all of its arguments, which share their other slots, too (a median)."""
    orders = ((*order, place) for order in _orders(arguments, place))
    slots, places = min((_shared(arguments, order) for order in orders), key=_joint_key)
    head = Head(kind, f"{kind} {place.range}<{_joint_key((slots, places))}>", (), slots)
    return Poly(((Term((), (Atom(head, places[:-1]),)), Fraction(1)),))


def content(poly: Poly) -> tuple[Fraction, tuple[Atom, ...], Poly]:
    """A polynomial as number * product of atoms * rest, the atoms common to all terms and free of bound places."""
    poly = collected(poly)
    if poly.is_zero:
        return Fraction(0), (), poly
    common: dict[tuple[Head, tuple[Place, ...]], Fraction] | None = None
    for term, _ in poly.terms:
        mine = {
            (atom.head, atom.places): atom.power
            for atom in term.atoms
            if not any(place.is_bound for place in atom.places)
        }
        if common is None:
            common = mine
        else:
            keys = common.keys() | mine.keys()
            least = {key: min(common.get(key, Fraction(0)), mine.get(key, Fraction(0))) for key in keys}
            common = {key: power for key, power in least.items() if power}
    atoms = tuple(Atom(head, places, power) for (head, places), power in (common or {}).items())
    inverse = Poly(((Term((), tuple(a._replace(power=-a.power) for a in atoms)), Fraction(1)),))
    rest = collected(inverse * poly)
    factor = _rational_content(rest)
    return factor, atoms, collected(rest.scaled(1 / factor))


def _rational_content(poly: Poly) -> Fraction:
    """The positive rational that makes the coefficients coprime integers; negative if all of them are negative."""
    coefficients = [c for _, c in poly.terms]
    size = Fraction(gcd(*(c.numerator for c in coefficients)), lcm(*(c.denominator for c in coefficients)))
    return -size if all(c < 0 for c in coefficients) else size
