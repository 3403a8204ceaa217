"""What a proof may use: definitions to unfold, equations to rewrite with, facts about signs.

A theory remembers every hypothesis that was really needed; that is how claims come to list theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from derivations.calculus.domains import Domain
from derivations.calculus.expressions import Expr, Index, Member, Size, Symbol, symbols_of
from derivations.calculus.indices.canonical import collected
from derivations.calculus.indices.functions import content, slotted
from derivations.calculus.indices.terms import (
    Atom,
    Place,
    Poly,
    Term,
    UndecidedError,
    open_like,
    single,
    symbol_key,
)
from derivations.calculus.statements import Belongs, Hypothesis, InRange, Statement

__all__ = [
    "Rule",
    "Theory",
    "UndecidedError",
    "argument_at",
    "declared",
    "is_weight",
    "opened",
    "standard_indices",
]


FactKey: TypeAlias = tuple[str, tuple[str, ...]]


def fact_key(poly: Poly) -> FactKey:
    """What tells a value apart from others, whatever its free indices are called: its slots, and their ranges."""
    slots, places, _ = slotted(poly)
    return slots.key, tuple(place.range for place in places)


@dataclass(frozen=True)
class Rule:
    """The term `pattern` may be replaced. Its places named ? match any index of their range; its bound
    places match bound indices that occur nowhere else in the term."""

    pattern: Term
    replacement: Poly
    needs: tuple[Statement, ...] = ()


@dataclass
class Theory:
    """Everything an all-sizes argument rests on, and what of it was used.

    `depends` says of each defined symbol, unfolded or not, which symbols its value depends on. `infinite` allows
    weighted logarithms that may be minus infinity.
    """

    definitions: dict[Symbol, tuple[Member, Expr]] = field(default_factory=dict)
    hypotheses: tuple[Hypothesis, ...] = ()
    rules: list[Rule] = field(default_factory=list)
    positive_facts: dict[FactKey, tuple[Statement, ...]] = field(default_factory=dict)
    depends: Mapping[Symbol, frozenset[Symbol]] = field(default_factory=dict)
    infinite: bool = False
    used: dict[Statement, None] = field(default_factory=dict)
    axioms: dict[str, None] = field(default_factory=dict)

    def need(self, *statements: Statement) -> None:
        """Record hypotheses that a rule relied on."""
        self.used.update(dict.fromkeys(statements))

    def rely_on(self, axiom: str) -> None:
        """Record a cited fact, by its name in the table of axioms."""
        self.axioms[axiom] = None

    @contextmanager
    def extended(self, allowed: bool) -> Iterator[None]:
        """Weighted logarithms may be minus infinity inside, if that is allowed."""
        before, self.infinite = self.infinite, allowed
        try:
            yield
        finally:
            self.infinite = before

    def require_apparent(self, expr: Expr, symbol: Symbol) -> None:
        """Raises UndecidedError if the value depends on the symbol through a definition that is not unfolded.

        The tree is asked, before any rule is used: a rule may hold only where the symbol has the value it has outside.
        """
        for other in symbols_of(expr):
            if other in self.definitions:
                self.require_apparent(self.definitions[other][1], symbol)
            elif self.rests_on(other, symbol):
                raise UndecidedError(f"an abbreviation that is not unfolded depends on {symbol.name}")

    def rests_on(self, other: Symbol, symbol: Symbol) -> bool:
        """Whether the value of a defined symbol depends on another symbol."""
        return symbol in self.depends.get(other, ())

    def need_range(self, place: Place) -> None:
        """Record that a free index lies in its range; slots and bound indices always do."""
        if place.name[0] not in "#@?%":
            self.need(InRange(Index(place.name, Size(place.range))))

    # ------------------------------------------------------------------------------- signs

    def positive(self, poly: Poly) -> bool:
        """Whether the value is certainly positive; then the hypotheses for it are recorded."""
        poly = collected(poly)
        if self._known(poly) or self._one_minus_fraction(poly):
            return True
        if self._sum_of_positives(poly):
            return True
        factor, atoms, rest = content(poly)
        if not atoms or factor <= 0:
            return False
        return all(self.positive_atom(atom) for atom in atoms) and self.positive(rest)

    def nonzero(self, poly: Poly) -> bool:
        """Whether the value certainly differs from zero."""
        poly = collected(poly)
        if self.positive(poly) or self.positive(-poly):
            return True
        _, atoms, rest = content(poly)
        return bool(atoms) and all(map(self._nonzero_atom, atoms)) and self.nonzero(rest)

    def _nonzero_atom(self, atom: Atom) -> bool:
        if atom.head.kind == "group":
            return self.nonzero(argument_at(opened(atom)))
        return self.positive_atom(atom)

    def positive_atom(self, atom: Atom) -> bool:
        """Whether an atom is certainly positive, whatever its power."""
        kind = atom.head.kind
        if kind in ("size", "circle", "exp"):
            return True
        if kind == "symbol":
            symbol = atom.head.symbol
            if symbol is not None and symbol.domain.positive:
                self.need(declared(atom, symbol.domain))
                return True
            return self._known(collected(single(atom.head, opened(atom).places)))
        if kind == "group":
            return self.positive(argument_at(opened(atom)))
        return False

    def _nonnegative_atom(self, atom: Atom) -> bool:
        if atom.power.denominator == 1 and atom.power.numerator % 2 == 0:
            return True
        symbol = atom.head.symbol
        if atom.head.kind == "symbol" and symbol is not None and symbol.domain.nonnegative:
            self.need(declared(atom, symbol.domain))
            return True
        return atom.head.kind in ("delta", "ordered", "bracket", "abs", "first") or self.positive_atom(atom)

    def _sum_of_positives(self, poly: Poly) -> bool:
        if poly.is_zero or any(coefficient <= 0 for _, coefficient in poly.terms):
            return False
        before = dict(self.used)
        if any(self._positive_term(term) for term, _ in poly.terms) and all(
            self._nonnegative_atom(atom) for term, _ in poly.terms for atom in term.atoms
        ):
            return True
        self.used = before
        return False

    def _positive_term(self, term: Term) -> bool:
        """Whether a sum is positive: all factors are, or weights that sum to one stand before positive ones."""
        weights = [atom for atom in term.atoms if is_weight(atom, term)]
        if not all(self.positive_atom(atom) for atom in term.atoms if atom not in weights):
            return False
        for atom in weights:
            assert atom.head.symbol is not None
            self.need(declared(atom, atom.head.symbol.domain))
        return True

    def _one_minus_fraction(self, poly: Poly) -> bool:
        if len(poly.terms) != 2:
            return False
        coefficients = {len(term.atoms): c for term, c in poly.terms}
        if coefficients != {0: Fraction(1), 1: Fraction(-1)}:
            return False
        term = next(term for term, _ in poly.terms if term.atoms)
        (atom,), symbol = term.atoms, term.atoms[0].head.symbol
        if term.bound or atom.power != 1 or symbol is None or not symbol.domain.below_one:
            return False
        self.need(declared(atom, symbol.domain))
        return True

    def _known(self, poly: Poly) -> bool:
        """Whether a hypothesis says that the value is positive."""
        if poly.is_zero or not self.positive_facts:
            return False
        for scale in (abs(poly.terms[0][1]), Fraction(1)):
            key = fact_key(poly.scaled(1 / scale))
            if key in self.positive_facts:
                self.need(*self.positive_facts[key])
                return True
        return False


def is_weight(atom: Atom, term: Term) -> bool:
    """Whether the factor is not negative and sums to one over a bound index that no other such factor has.

    Of several, each sums to one over an index of its own: sum_kl pi_k rho_l f_kl is positive if every f_kl is.
    """
    symbol, index = atom.head.symbol, atom.places[-1] if atom.places else None
    if symbol is None or index not in term.bound or atom.power != 1 or atom.head.key != symbol_key(symbol):
        return False
    weights = [a for a in term.atoms if a.head.symbol is not None and a.head.symbol.domain.sums_to_one]
    alone = not any(index in other.places for other in weights if other is not atom)
    family = symbol.shape == (1, 1) and atom.places.count(index) == 1
    return alone and family and symbol.domain.sums_to_one and symbol.domain.nonnegative


def declared(atom: Atom, domain: Domain) -> Belongs:
    """The hypothesis that a symbol's values lie in its declared domain, written with standard indices."""
    symbol = atom.head.symbol
    assert symbol is not None
    indices = standard_indices(symbol)
    over = indices[-1] if domain.sums_to_one and indices else None
    return Belongs(Member(symbol, indices), domain, over)


def opened(atom: Atom) -> Atom:
    """The atom with open places for its bound ones, to be looked at by itself."""
    return atom.renamed({place: open_like(place) for place in atom.places if place.is_bound})


def standard_indices(symbol: Symbol) -> tuple[Index, ...]:
    """Indices for speaking of a whole family: the letter that goes with each size, primed when repeated."""
    letters = {"N": "i", "K": "k", "D": "d"}
    found: list[Index] = []
    for size in symbol.family:
        index = Index(letters.get(size.name[0], size.name[0].lower()), size)
        while index.name in (other.name for other in found):
            index = Index(index.name + "'", size)
        found.append(index)
    return tuple(found)


def argument_at(atom: Atom, number_: int = 0) -> Poly:
    """A function's argument with the atom's places put into the slots."""
    argument = atom.head.arguments[number_]
    return argument.renamed({Place(f"@{n}", p.range): p for n, p in enumerate(atom.places)})
