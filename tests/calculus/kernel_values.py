"""What a polynomial of the kernel is worth at an instance: written for the tests, by the definition of its atoms.

With it the kernel's value of any expression can be compared with the judge's, whether or not it is claimed to
equal anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import prod
from typing import TypeAlias

from flint import arb, arb_mat, fmpq, fmpq_mat

from derivations.calculus.indices.terms import Atom, Head, Place, Poly
from derivations.calculus.instances import Instance, Undecided

Real: TypeAlias = "fmpq | arb"
Where: TypeAlias = dict[Place, int]
ONE, ZERO = fmpq(1), fmpq(0)


def parts(atoms: Iterable[Atom], bound: Iterable[Place]) -> list[tuple[list[Atom], set[Place]]]:
    """The atoms grouped by the bound places that they share; an unused bound place is a group without atoms."""
    groups: list[tuple[list[Atom], set[Place]]] = [([], {place}) for place in bound]
    for atom in atoms:
        touched = [group for group in groups if group[1] & set(atom.places)]
        groups = [group for group in groups if group not in touched]
        joined = [one for group in touched for one in group[0]]
        groups.append(([*joined, atom], set().union(*(group[1] for group in touched))))
    return groups


def rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def integer_power(value: Real, exponent: int) -> Real:
    """By multiplication: the library's own power of a ball around zero is undefined."""
    result: Real = ONE
    for _ in range(abs(exponent)):
        result = result * value
    return result if exponent >= 0 else ONE / result


def sign(value: Real) -> int:
    """The sign, where it is certain."""
    if isinstance(value, fmpq):
        return int((value > 0) - (value < 0))
    if value.contains(0):
        raise Undecided("the sign of a ball around zero")
    return 1 if value > 0 else -1


def smallest(values: list[Real]) -> int:
    """The number of the first smallest value."""
    best = 0
    for number, value in enumerate(values):
        best = number if sign(value - values[best]) < 0 else best
    return best


class KernelValue:
    """Values of polynomials at one instance; positions count from 1."""

    def __init__(self, instance: Instance) -> None:
        self.values = {symbol.name: members for symbol, members in instance.values.items()}
        self.families = {symbol.name: len(symbol.family) for symbol in instance.values}
        self.sizes = {size.name: number for size, number in instance.sizes.items()}
        self._known: dict[tuple[str, tuple[int, ...]], Real] = {}

    def of(self, poly: Poly, where: Where) -> Real:
        """The value of the polynomial with its free places at the given positions."""
        total: Real = ZERO
        for term, coefficient in poly.terms:
            total = total + rational(coefficient) * self.summed(term.atoms, term.bound, where)
        return total

    def summed(self, atoms: Sequence[Atom], bound: Iterable[Place], where: Where) -> Real:
        """The sum over the bound places: the product of the sums of parts that share none of them."""
        value: Real = ONE
        for part, own in parts(atoms, bound):
            value = value * (self.part(part, own, where) if own else self.atom(part[0], where))
        return value

    def part(self, atoms: list[Atom], bound: set[Place], where: Where) -> Real:
        """The place that most atoms have is given its values in turn; the rest may then fall apart."""
        busy = max(sorted(bound), key=lambda place: sum(place in atom.places for atom in atoms))
        total: Real = ZERO
        for number in range(1, self.sizes[busy.range] + 1):
            total = total + self.summed(atoms, bound - {busy}, {**where, busy: number})
        return total

    def atom(self, atom: Atom, where: Where) -> Real:
        at = tuple(where[place] for place in atom.places)
        if atom.head.kind == "exp":
            return arb(self.argument(atom.head, at) * rational(atom.power)).exp()
        value = self.head(atom.head, at)
        assert atom.power.denominator == 1
        return integer_power(value, int(atom.power))

    def head(self, head: Head, at: tuple[int, ...]) -> Real:
        key = (head.key, at)
        if key not in self._known:
            self._known[key] = getattr(self, f"_{head.kind}")(head, at)
        return self._known[key]

    def argument(self, head: Head, at: tuple[int, ...], number: int = 0) -> Real:
        """The value of a function's argument, with positions for its slots @0, @1, ..."""
        argument = head.arguments[number]
        slots = {place: at[int(place.name[1:])] for place in argument.free_places()}
        return self.of(argument, slots)

    # ----------------------------------------------------------------------- kinds of atoms

    def _symbol(self, head: Head, at: tuple[int, ...]) -> Real:
        assert head.symbol is not None
        split = self.families[head.symbol.name]
        members, marks = at[:split], re.search(r">\[(.*)]$", head.key)
        if marks is not None:  # some of its indices are labels: z[.] stands for the value of z there
            names = re.findall(r"symbol (\w+)<[^>]*>\[\.]|\.", marks[1])
            members = tuple(map(self.position, names, members))
        value, entry = self.values[head.symbol.name][members], at[split:]
        if isinstance(value, list):  # rows; a column has one entry in each
            value = value[entry[0] - 1][entry[1] - 1 if len(entry) > 1 else 0]
        assert isinstance(value, fmpq | arb)
        return value

    def position(self, name: str, place: int) -> int:
        """The place itself, or what the family of labels of that name says there."""
        value = self.values[name][(place,)] if name else place
        assert isinstance(value, int | fmpq)
        return int(value)

    def _delta(self, head: Head, at: tuple[int, ...]) -> Real:
        return fmpq(at[0] == at[1])

    def _size(self, head: Head, at: tuple[int, ...]) -> Real:
        return fmpq(self.sizes[head.key.removeprefix("size ")])

    def _circle(self, head: Head, at: tuple[int, ...]) -> Real:
        return arb.pi()

    def _log(self, head: Head, at: tuple[int, ...]) -> Real:
        return arb(self.argument(head, at)).log()

    def _group(self, head: Head, at: tuple[int, ...]) -> Real:
        return self.argument(head, at)

    def _ordered(self, head: Head, at: tuple[int, ...]) -> Real:
        return fmpq(at[0] <= at[1])

    def _abs(self, head: Head, at: tuple[int, ...]) -> Real:
        value = self.argument(head, at)
        return -value if sign(value) < 0 else value

    def _bracket(self, head: Head, at: tuple[int, ...]) -> Real:
        """The argument is the left side minus the right one, up to a positive factor; for `=` up to any factor."""
        side, relation = sign(self.argument(head, at)), re.match(r"bracket(<=|<|=)<", head.key)
        assert relation is not None
        return fmpq({"<": side < 0, "<=": side <= 0, "=": side == 0}[relation[1]])

    def _weightedlog(self, head: Head, at: tuple[int, ...]) -> Real:
        weight, body = (self.argument(head, at, number) for number in (0, 1))
        return weight if sign(weight) == 0 else weight * arb(body).log()

    def each(self, head: Head, own: tuple[int, ...], number: int = 0) -> list[Real]:
        """The argument at every place that the function binds, which is its last slot."""
        over = re.match(r"[a-z]+ (\w+)<", head.key)
        assert over is not None
        places = range(1, self.sizes[over[1]] + 1)
        return [self.argument(head, (*own, place), number) for place in places]

    def _product(self, head: Head, at: tuple[int, ...]) -> Real:
        return prod(self.each(head, at), start=ONE)

    def _minimum(self, head: Head, at: tuple[int, ...]) -> Real:
        values = self.each(head, at)
        return values[smallest(values)]

    def _first(self, head: Head, at: tuple[int, ...]) -> Real:
        return fmpq(smallest(self.each(head, at[:-1])) == at[-1] - 1)

    def _median(self, head: Head, at: tuple[int, ...]) -> Real:
        """The smallest value with no more weight below it than at it and above, and the same the other way."""
        pairs = list(zip(self.each(head, at), self.each(head, at, 1), strict=True))
        pairs = [(value, weight) for value, weight in pairs if sign(weight) > 0]
        fitting = []
        for value, _ in pairs:
            sides = [(sign(other - value), weight) for other, weight in pairs]
            below, level, above = (sum((w for s, w in sides if s == side), ZERO) for side in (-1, 0, 1))
            if sign(level + above - below) >= 0 and sign(level + below - above) >= 0:
                fitting.append(value)
        return fitting[smallest(fitting)] if fitting else ZERO

    def _matrix(self, head: Head, family: tuple[int, ...]) -> fmpq_mat | arb_mat:
        (argument,) = head.arguments
        slots = (f"@{len(family)}", f"@{len(family) + 1}")
        size = next(self.sizes[p.range] for p in argument.free_places() if p.name in slots)
        numbers = range(1, size + 1)
        rows = [[self.argument(head, (*family, a, b)) for b in numbers] for a in numbers]
        exact = [[entry for entry in row if isinstance(entry, fmpq)] for row in rows]
        return fmpq_mat(exact) if exact == rows else arb_mat(rows)

    def _inverse(self, head: Head, at: tuple[int, ...]) -> Real:
        inverse: Real = self._matrix(head, at[:-2]).inv()[at[-2] - 1, at[-1] - 1]
        return inverse

    def _logdet(self, head: Head, at: tuple[int, ...]) -> Real:
        determinant = self._matrix(head, at).det()
        assert isinstance(determinant, fmpq | arb)
        return abs(arb(determinant)).log()
