"""The normal form: deltas contracted, unused sums counted, rules applied until none applies.

A rule is an equation solved for one of its terms, with variables for its free places. Some come with the atoms: a
matrix times its inverse, 1/p times p, weights that sum to one. Rewriting is bounded; what never rests is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from derivations.checker import sums
from derivations.checker.sums import DELTA, Atom, Head, Names, Place, Term, Value, number, one_atom
from derivations.checker.trees import RefusedError, properties, require

MOST_STEPS, MOST_ATOMS, MOST_TRIES = 5_000, 100, 2_000
BITS = ("delta", "ordered", "bracket", "first")


class Rule(NamedTuple):
    pattern: Term
    replacement: Value


def normal_form(value: Value, rules: Sequence[Rule]) -> Value:
    """The value rewritten until nothing applies, under canonical names."""
    waiting, done = list(value.terms), list[tuple[Term, Fraction]]()
    for _ in range(MOST_STEPS):
        if not waiting:
            return sums.collected(Value(done))
        term, coefficient = waiting.pop()
        require(len(term.atoms) <= MOST_ATOMS, "a term that grows without end")
        term = Term(term.bound, tuple(map(_idempotent, sums.merged(term.atoms))))
        result = _contracted(term) or _counted(term) or _ruled(term, rules)
        if result is None:
            done.append((term, coefficient))
        else:
            waiting.extend((new, coefficient * c) for new, c in result.terms)
    raise RefusedError("a value that does not come to rest")


def _idempotent(atom: Atom) -> Atom:
    """x^n = x for what is 0 or 1, which is never divided by."""
    binary = atom.head.kind in BITS or (atom.head.symbol and "binary" in properties(atom.head.symbol))
    require(atom.power > 0 or atom.head.kind not in BITS, "division by what is 0 or 1")
    several = atom.power > 1 and atom.power.denominator == 1
    return atom._replace(power=Fraction(1)) if binary and several else atom


def _only(bound: tuple[Place, ...], *atoms: Atom) -> Value:
    return Value([(Term(bound, atoms), Fraction(1))])


def _contracted(term: Term) -> Value | None:
    """sum_u delta_uw f(u) = f(w), where u and w have the same range."""
    for atom in (atom for atom in term.atoms if atom.head == DELTA):
        left, right = atom.places
        for gone, kept in ((left, right), (right, left)):
            if left == right or (gone in term.bound and gone.range == kept.range):
                rest = (a.renamed({gone: kept}) for a in term.atoms if a is not atom)
                return _only(tuple(p for p in term.bound if p != gone or left == right), *rest)
    return None


def _counted(term: Term) -> Value | None:
    """A sum over a place that does not occur is the size of its range."""
    used = {place for atom in term.atoms for place in atom.places}
    for place in (place for place in term.bound if place not in used):
        return _only(tuple(p for p in term.bound if p != place), *term.atoms) * sums.size_of(place.range)
    return None


def _ruled(term: Term, rules: Sequence[Rule]) -> Value | None:
    """The first rule that matches: those given, then those that the atoms bring along."""
    present = {atom.head for atom in term.atoms}
    brought = (rule for head in sorted(present, key=lambda head: head.key) for rule in own_rules(head))
    for rule in (*rules, *brought):
        if all(atom.head in present for atom in rule.pattern.atoms):
            for names, rest in _found(rule.pattern, term):
                return _only(rest.bound, *rest.atoms) * rule.replacement.renamed(names)
    return None


def _found(pattern: Term, term: Term) -> Iterator[tuple[Names, Term]]:
    """The ways to find a pattern in a term: what its places stand for, and what remains of the term.

    What the pattern sums over must be summed over in the term, and occur nowhere else in it.
    """
    tries = iter(range(MOST_TRIES))

    def match(
        wanted: tuple[Atom, ...], atoms: tuple[Atom, ...], names: Names
    ) -> Iterator[tuple[Names, tuple[Atom, ...]]]:
        if not wanted:
            yield names, atoms
            return
        for n, atom in enumerate(atoms):
            left = atom.power - wanted[0].power
            if atom.head == wanted[0].head and left * atom.power >= 0 and atom.power * wanted[0].power > 0:
                rest = (*atoms[:n], *([atom._replace(power=left)] if left else ()), *atoms[n + 1 :])
                for order in atom.orders():
                    require(next(tries, None) is not None, "too many ways to lay a rule over a term")
                    more = dict(names)
                    if all(
                        fits(place, other, more) for place, other in zip(wanted[0].places, order, strict=True)
                    ):
                        yield from match(wanted[1:], rest, more)

    def fits(place: Place, other: Place, names: Names) -> bool:
        if place.name[0] not in "?#":
            return place == other
        free = place.range == other.range and (place.name[0] == "?" or other in term.bound)
        return free and names.setdefault(place, other) == other

    for names, rest in match(pattern.atoms, term.atoms, {}):
        inner = {names[place] for place in pattern.bound}
        outer = {place for atom in rest for place in atom.places}
        outer |= {new for old, new in names.items() if old not in pattern.bound}
        if len(inner) == len(pattern.bound) and not inner & outer:
            yield names, Term(tuple(p for p in term.bound if p not in inner), rest)


# ------------------------------------------------------------------- rules that atoms bring


@lru_cache(maxsize=4096)
def own_rules(head: Head) -> tuple[Rule, ...]:
    """A matrix times its inverse, 1/p times p, and what the domain of a symbol says."""
    if head.kind == "symbol":
        return tuple(_domain_rules(head))
    if head.kind not in ("inverse", "group"):
        return ()
    slots = sorted(head.arguments[0].free, key=lambda place: int(place.name[1:]))
    free = [Place(f"?{n}", place.range) for n, place in enumerate(slots)]
    argument = head.arguments[0].renamed(dict(zip(slots, free, strict=True)))
    if head.kind == "group":
        whole = Rule(Term((), (Atom(head, tuple(free)),)), argument)
        return (whole, *_solved(argument, one_atom(head, free, -1), number(1)))
    *family, row, column = free
    middle, left, right = (Place(name, row.range) for name in ("%m", "?left", "?right"))
    rules = list[Rule]()
    for first, last in (((left, middle), (middle, right)), ((middle, right), (left, middle))):
        matrix = argument.renamed({row: last[0], column: last[1]})
        rules += _solved(matrix, one_atom(head, (*family, *first)), one_atom(DELTA, (left, right)), middle)
    return tuple(rules)


def _solved(value: Value, partner: Value, product: Value, *middle: Place) -> Iterator[Rule]:
    """partner * value = product (summed over `middle`), solved for partner times a term of the highest degree."""
    degrees = [sum(a.power for a in term.atoms if a.head != DELTA) for term, _ in value.terms]
    if max(degrees) > 0:
        parts = [sums.summed_over(partner * Value([item]), *middle) for item in value.terms]
        leading = parts.pop(degrees.index(max(degrees)))
        yield rule_for(leading, product - sum(parts, Value()))


def rule_for(term: Value, rest: Value) -> Rule:
    """The rule that a single term is the rest."""
    ((pattern, coefficient),) = term.terms
    return Rule(Term(pattern.bound, sums.merged(pattern.atoms)), rest.scaled(1 / coefficient))


def _domain_rules(head: Head) -> Iterator[Rule]:
    """sum_k gamma_ik = 1 on the simplex; z_ik z_il = delta_kl z_ik if it is one-hot; v'v = 1 for a unit vector."""
    _, _, _, family, shape, _, _ = head.symbol or ()
    entries, says = [size for size in shape if size != 1], properties(head.symbol or ())
    ranges = [size[1] for size in (*family, *entries)]
    outer = [Place(f"?{n}", name) for n, name in enumerate(ranges[:-1])]
    one, two, bound = ((*outer, Place(name, ranges[-1])) if ranges else () for name in ("?one", "?two", "#s"))
    if "sums_to_one" in says and len(entries) == (0 if family else 1):
        yield Rule(Term(bound[-1:], (Atom(head, bound),)), number(1))
        if "binary" in says:
            both = one_atom(head, one) * one_atom(DELTA, (one[-1], two[-1]))
            yield Rule(Term((), (Atom(head, one), Atom(head, two))), both)
    if "unit" in says and len(entries) == 1:
        yield Rule(Term(bound[-1:], (Atom(head, bound, Fraction(2)),)), number(1))


def equation_rule(left: Value, right: Value) -> tuple[Rule, ...]:
    """An equation as a rule for a term of its left side that has all of its places; none if it says nothing."""
    if left.key == right.key:
        return ()
    names = {p: Place(f"?{n}", p.range) for n, p in enumerate(dict.fromkeys((*left.free, *right.free)))}
    left, right = left.renamed(names), right.renamed(names)
    for n, (term, _) in enumerate(left.terms):
        if term.atoms and set(names.values()) <= {p for atom in term.atoms for p in atom.places}:
            return (rule_for(Value([left.terms[n]]), right - Value(left.terms[:n] + left.terms[n + 1 :])),)
    raise RefusedError("an equation without a term that has all of its indices is no rule")
