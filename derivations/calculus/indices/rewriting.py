"""The normal form: deltas contracted, unused sums counted, rules applied, like terms collected.

The knowledge is in the table REDUCTIONS (one function a rule) and in the rules that inverses, reciprocals
and declared domains bring with them. Rewriting is bounded; what does not come to rest is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache

from derivations.calculus.domains import Domain
from derivations.calculus.expressions import Size, Symbol
from derivations.calculus.indices.canonical import canonical, collected, merged
from derivations.calculus.indices.functions import binding_function
from derivations.calculus.indices.terms import (
    DELTA,
    MAX_EXPANDED_POWER,
    ONE,
    ORDERED,
    Atom,
    Head,
    Place,
    Poly,
    Term,
    delta,
    number,
    open_like,
    single,
    size_atom,
    symbol_key,
)
from derivations.calculus.indices.theory import Rule, Theory, UndecidedError, argument_at, declared

MAX_REWRITES = 5_000
MAX_ATOMS = 100  # of one term: what has grown so long is not coming to rest
MAX_TRIES = 2_000  # ways of laying one rule over a term of many atoms that are alike
HALF = Fraction(1, 2)


def normal_form(poly: Poly, theory: Theory) -> Poly:
    """The polynomial rewritten until no rule applies, in canonical names. Raises UndecidedError if it never rests."""
    waiting = list(poly.terms)
    done: list[tuple[Term, Fraction]] = []
    for _ in range(MAX_REWRITES):
        if not waiting:
            return collected(Poly(tuple(done)))
        term, coefficient = waiting.pop()
        reduced = _reduced(term, theory)
        if reduced is None:
            done.append((term, coefficient))
        elif any(len(new.atoms) > MAX_ATOMS for new, _ in reduced.terms):
            raise UndecidedError(f"a term of more than {MAX_ATOMS} factors")
        else:
            waiting.extend((new, coefficient * c) for new, c in reduced.terms)
    raise UndecidedError(f"no normal form after {MAX_REWRITES} rewrites")


def _reduced(term: Term, theory: Theory) -> Poly | None:
    for reduction in REDUCTIONS:
        result = reduction(term, theory)
        if result is not None:
            return result
    return None


def _one(term: Term) -> Poly:
    return Poly(((term, ONE),))


# ------------------------------------------------------------------------ the single rules


def _merge(term: Term, theory: Theory) -> Poly | None:
    """x^a x^b = x^(a+b); for a quantity that is 0 or 1, x^n = x."""
    atoms = tuple(_idempotent(atom, theory) for atom in merged(term.atoms))
    return _one(Term(term.bound, atoms)) if atoms != term.atoms else None


def _idempotent(atom: Atom, theory: Theory) -> Atom:
    if atom.power <= 1 or atom.power.denominator != 1:
        return atom
    symbol = atom.head.symbol
    if atom.head.kind == "symbol" and symbol is not None and symbol.domain.binary:
        theory.need(declared(atom, symbol.domain))
        return atom._replace(power=ONE)
    return atom._replace(power=ONE) if atom.head.kind in ("delta", "ordered", "bracket", "first") else atom


def _open_group(term: Term, theory: Theory) -> Poly | None:
    """1 / (1 / p) = p: what stood in a denominator, and no longer does, is multiplied out."""
    for atom in term.atoms:
        whole = atom.power.denominator == 1 and 0 < atom.power <= MAX_EXPANDED_POWER
        if atom.head.kind == "group" and whole:
            rest = tuple(a for a in term.atoms if a is not atom)
            lower = (atom._replace(power=atom.power - 1),) if atom.power > 1 else ()
            return _one(Term(term.bound, (*rest, *lower))) * argument_at(atom)
    return None


def _contract(term: Term, theory: Theory) -> Poly | None:
    """sum_u delta_uw f(u) = f(w), where u and w have the same range; delta_ww = 1."""
    for atom in term.atoms:
        if atom.head != DELTA:
            continue
        if atom.power < 0:
            raise UndecidedError("division by a Kronecker delta")
        left, right = atom.places
        rest = Term(term.bound, tuple(a for a in term.atoms if a is not atom))
        if left == right:
            return _one(rest)
        for gone, kept in ((left, right), (right, left)):
            if gone.is_bound and gone.range == kept.range and gone in term.bound:
                if kept not in term.bound:
                    theory.need_range(kept)
                bound = tuple(p for p in rest.bound if p != gone)
                return _one(Term(bound, tuple(a.renamed({gone: kept}) for a in rest.atoms)))
    return None


def _symmetrise(term: Term, theory: Theory) -> Poly | None:
    """sum_uw [u <= w] (f(u, w) + f(w, u)) = sum_uw f(u, w) + sum_u f(u, u), and [w <= w] = 1.

    So of f(u, w) and f(w, u) under [u <= w] the one with the smaller key is kept; if they are alike, neither is.
    """
    for atom in term.atoms:
        if atom.head != ORDERED:
            continue
        left, right = atom.places
        rest = tuple(a for a in term.atoms if a is not atom)
        if left == right:
            return _one(Term(term.bound, rest))
        if not {left, right} <= set(term.bound) or left.range != right.range:
            continue  # the two change places only if they run over the same range
        turned = Term(term.bound, (*(a.renamed({left: right, right: left}) for a in rest), atom))
        both = Poly(
            ((Term(term.bound, rest), ONE), (Term(term.bound, (*rest, Atom(DELTA, atom.places))), ONE))
        )
        here, there = canonical(term), canonical(turned)
        if here == there:
            return both.scaled(HALF)
        if there.key < here.key:
            return both - _one(turned)
    return None


def _count(term: Term, theory: Theory) -> Poly | None:
    """A sum over an index that does not occur is the size of its range."""
    used = {place for atom in term.atoms for place in atom.places}
    for place in term.bound:
        if place not in used:
            rest = Term(tuple(p for p in term.bound if p != place), term.atoms)
            return _one(rest) * size_atom(place.range)
    return None


def _apply_rules(term: Term, theory: Theory) -> Poly | None:
    """The first rule that matches: the equations of the theory, then those that the atoms bring along."""
    heads = {atom.head for atom in term.atoms}
    for rule in (
        *theory.rules,
        *(rule for head in sorted(heads, key=lambda h: h.key) for rule in own_rules(head)),
    ):
        if any(atom.head not in heads for atom in rule.pattern.atoms):
            continue
        for names, rest in matches(rule.pattern, term):
            theory.need(*rule.needs)
            return _one(rest) * rule.replacement.renamed(names)
    return None


def _join_products(term: Term, theory: Theory) -> Poly | None:
    """prod_d f(d) times prod_d g(d) = prod_d f(d) g(d)."""
    opened = {place: open_like(place) for place in term.bound}
    factors = [atom for atom in term.renamed(opened).atoms if _is_product(atom)]
    ranges = {_multiplied(atom).range for atom in factors}
    for range_ in sorted(ranges):
        same = [atom for atom in factors if _multiplied(atom).range == range_]
        if sum(atom.power for atom in same) < 2:
            continue
        place, body = open_like(Place("%", range_)), number(1)
        for atom in same:
            inner = _product_at(atom, place)
            for _ in range(int(atom.power)):
                body = body * inner
        rest = tuple(atom for atom in term.renamed(opened).atoms if atom not in same)
        joined = _one(Term((), rest)) * binding_function("product", normal_form(body, theory), place)
        back = {new: old for old, new in opened.items()}
        return Poly(tuple((Term(term.bound + t.bound, t.atoms), c) for t, c in joined.renamed(back).terms))
    return None


def _is_product(atom: Atom) -> bool:
    """Whether an atom is a product over a range, to a positive whole power, whose factors differ."""
    if atom.head.kind != "product" or atom.power < 1 or atom.power.denominator != 1:
        return False
    return len(atom.head.arguments[0].free_places()) > len(atom.places)


def _multiplied(atom: Atom) -> Place:
    """The slot of the index over which a product is taken: the last."""
    slot = f"@{len(atom.places)}"
    return next(place for place in atom.head.arguments[0].free_places() if place.name == slot)


def _product_at(atom: Atom, place: Place) -> Poly:
    """The factor of a product at an open place."""
    slots = {Place(f"@{n}", p.range): p for n, p in enumerate((*atom.places, place))}
    return atom.head.arguments[0].renamed(slots)


REDUCTIONS: tuple[Callable[[Term, Theory], Poly | None], ...] = (
    _merge,
    _open_group,
    _contract,
    _symmetrise,
    _count,
    _join_products,
    _apply_rules,
)


# ------------------------------------------------------------------- rules of single heads


@lru_cache(maxsize=4096)
def own_rules(head: Head) -> tuple[Rule, ...]:
    """The rules that come with an atom: a matrix times its inverse, 1/p times p, declared sums."""
    if head.kind == "inverse":
        return tuple(_inverse_rules(head))
    if head.kind == "group":
        return tuple(_reciprocal_rules(head))
    if head.kind == "symbol" and head.symbol is not None:
        return tuple(_domain_rules(head, head.symbol, head.symbol.domain))
    return ()


def _inverse_rules(head: Head) -> Iterator[Rule]:
    """inv(M)_ab M_bc = delta_ac and M_ab inv(M)_bc = delta_ac, solved for the leading term of M."""
    argument = _with_variables(head.arguments[0])
    slots = len(head.arguments[0].free_places())
    ranges = {p.name: p.range for p in argument.free_places()}
    row, column = f"?{slots - 2}", f"?{slots - 1}"
    family = tuple(Place(f"?{n}", ranges[f"?{n}"]) for n in range(slots - 2))
    middle, left, right = (Place(name, ranges[row]) for name in ("#m", "?left", "?right"))
    for inverse_first in (True, False):
        ends = (middle, right) if inverse_first else (left, middle)
        matrix = argument.renamed({Place(row, ranges[row]): ends[0], Place(column, ranges[row]): ends[1]})
        inverse = (left, middle) if inverse_first else (middle, right)
        yield from _solved(matrix, single(head, (*family, *inverse)), delta(left, right), middle)


def _reciprocal_rules(head: Head) -> Iterator[Rule]:
    """1/p times the leading term of p is 1 minus 1/p times the rest."""
    argument = _with_variables(head.arguments[0])
    places = tuple(sorted(argument.free_places(), key=lambda place: int(place.name[1:])))
    yield from _solved(argument, single(head, places, Fraction(-1)), number(1), None)


def _solved(value: Poly, partner: Poly, product: Poly, middle: Place | None) -> Iterator[Rule]:
    """From partner * value = product (summed over `middle`): partner * leading = (product - partner * rest) / c.

    The leading term is one of the highest degree, so that what replaces it does not contain it again.
    """
    candidates = [item for item in value.terms if any(a.head != DELTA for a in item[0].atoms)]
    if not candidates:
        return
    leading = max(candidates, key=lambda item: _degree(item[0]))  # the first of those
    (term, coefficient), ((other, _),) = leading, partner.terms
    rest = partner * Poly(tuple(item for item in value.terms if item is not leading))
    bound = term.bound if middle is None else (*term.bound, middle)
    rest = rest if middle is None else rest.summed(middle)
    pattern = Term(bound, merged(other.atoms + term.atoms))
    yield Rule(pattern, (product - rest).scaled(1 / coefficient))


def _degree(term: Term) -> Fraction:
    return sum((atom.power for atom in term.atoms), Fraction(0))


def _domain_rules(head: Head, symbol: Symbol, domain: Domain) -> Iterator[Rule]:
    """sum_k gamma_ik = 1 on the simplex; z_ik z_il = delta_kl z_ik if it is one-hot; v'v = 1 for a unit vector.

    What sums to one is a family of scalars, over its last index, or the entries of a vector.
    """
    entries = [dim for dim in symbol.shape if isinstance(dim, Size)]
    ranges = [size.name for size in (*symbol.family, *entries)]
    if not ranges or head.key != symbol_key(symbol):
        return
    *outer, last = (Place(f"?{n}", name) for n, name in enumerate(ranges))
    bound = Place("#s", last.range)
    if domain.sums_to_one and len(entries) == (0 if symbol.family else 1):
        atom = Atom(head, (*outer, bound))
        yield Rule(Term((bound,), (atom,)), number(1), (declared(atom, domain),))
        if domain.binary:
            one, two = (Atom(head, (*outer, Place(name, last.range))) for name in ("?one", "?two"))
            both = single(head, one.places) * delta(one.places[-1], two.places[-1])
            yield Rule(Term((), (one, two)), both, (declared(one, domain),))
    if domain.unit and len(entries) == 1:
        atom = Atom(head, (*outer, bound), Fraction(2))
        yield Rule(Term((bound,), (atom,)), number(1), (declared(atom, domain),))


def _with_variables(argument: Poly) -> Poly:
    """Slots @n as pattern variables ?n."""
    return argument.renamed({p: Place("?" + p.name[1:], p.range) for p in argument.free_places()})


# ------------------------------------------------------------------------------- matching


def matches(pattern: Term, term: Term) -> Iterator[tuple[dict[Place, Place], Term]]:
    """The ways to find the pattern in the term: what its places stand for, and what remains of the term.

    Raises UndecidedError if there are too many to be tried.
    """
    tries = iter(range(MAX_TRIES))
    for names, rest in _match_atoms(pattern.atoms, term.atoms, {}, frozenset(term.bound), tries):
        inner = {names[place] for place in pattern.bound}
        outer = {place for atom in rest for place in atom.places}
        outer |= {new for old, new in names.items() if old not in pattern.bound}
        if len(inner) == len(pattern.bound) and not inner & outer:
            yield names, Term(tuple(p for p in term.bound if p not in inner), rest)


def _match_atoms(
    wanted: tuple[Atom, ...],
    atoms: tuple[Atom, ...],
    names: dict[Place, Place],
    bound: frozenset[Place],
    tries: Iterator[int],
) -> Iterator[tuple[dict[Place, Place], tuple[Atom, ...]]]:
    if not wanted:
        yield names, atoms
        return
    first, *others = wanted
    for n, atom in enumerate(atoms):
        left = atom.power - first.power
        if atom.head != first.head or left * atom.power < 0 or atom.power * first.power < 0:
            continue
        rest = (*atoms[:n], *((atom._replace(power=left),) if left else ()), *atoms[n + 1 :])
        for order in atom.variants():
            if next(tries, None) is None:
                raise UndecidedError(f"more than {MAX_TRIES} ways to lay a rule over a term")
            extended = _unified(first.places, order, names, bound)
            if extended is not None:
                yield from _match_atoms(tuple(others), rest, extended, bound, tries)


def _unified(
    pattern: tuple[Place, ...], places: tuple[Place, ...], names: dict[Place, Place], bound: frozenset[Place]
) -> dict[Place, Place] | None:
    names = dict(names)
    for wanted, found in zip(pattern, places, strict=True):
        if wanted.name[0] in "?#":
            fits = wanted.range == found.range and (wanted.name[0] == "?" or found in bound)
            if not fits or names.setdefault(wanted, found) != found:
                return None
        elif wanted != found:
            return None
    return names
