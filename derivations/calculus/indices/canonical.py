"""One name for every way of writing a term: bound indices are renamed canonically, atoms sorted.

A term falls into components that share bound indices; each is named on its own and the results are
sorted. Inside a component, colours are refined from what each index sees; a tie is broken by trying each
index of the smallest class first, except twins, whose exchange changes nothing. An index once named is
fixed, and the rest falls into smaller components: many alike quadratic forms cost no more than one each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from derivations.calculus.indices.terms import Atom, Place, Poly, Term, UndecidedError

Labels = dict[Place, str]
MAX_NAMINGS = (
    5_000  # components named on the way to the name of one term: many ties, each tried in every order
)


def canonical(term: Term) -> Term:
    """The same term with canonical bound names #0, #1, ... and sorted atoms of minimal place order.

    Raises UndecidedError if too many of its indices look alike.
    """
    atoms = merged(term.atoms)
    _, order = _arranged(atoms, frozenset(term.bound), {}, iter(range(MAX_NAMINGS)))
    unused = [place for place in term.bound if place not in order]
    names = {place: Place(f"#{n}", place.range) for n, place in enumerate([*order, *sorted(unused)])}
    tidy = sorted((least(atom.renamed(names)) for atom in atoms), key=lambda atom: atom.key)
    return Term(tuple(names.values()), tuple(tidy))


def least(atom: Atom) -> Atom:
    """The atom with the smallest of the orders of its places that mean the same."""
    if len(atom.head.symmetries) < 2:
        return atom
    return Atom(atom.head, min(atom.variants()), atom.power)


def merged(atoms: tuple[Atom, ...]) -> tuple[Atom, ...]:
    """Equal atoms joined by adding their powers; a power of zero is dropped."""
    powers: dict[tuple[object, ...], Fraction] = {}
    kept: dict[tuple[object, ...], Atom] = {}
    for atom in map(least, atoms):
        key = (atom.head, atom.places)
        kept.setdefault(key, atom)
        powers[key] = powers.get(key, Fraction(0)) + atom.power
    return tuple(kept[key]._replace(power=power) for key, power in powers.items() if power)


def collected(poly: Poly) -> Poly:
    """Like terms joined under canonical names, sorted; the result carries a key that decides equality."""
    poly.require_small()
    found: dict[Term, Fraction] = {}
    for term, coefficient in poly.terms:
        name = canonical(term)
        found[name] = found.get(name, Fraction(0)) + coefficient
    keyed = sorted((term.key, term, c) for term, c in found.items() if c)
    return Poly(tuple((term, c) for _, term, c in keyed), " + ".join(f"{c}{key}" for key, _, c in keyed))


def components(
    atoms: tuple[Atom, ...], open_: frozenset[Place]
) -> list[tuple[tuple[Atom, ...], frozenset[Place]]]:
    """The atoms in groups that share open bound indices; an atom without any is a group of its own."""
    groups: list[tuple[list[Atom], set[Place]]] = []
    for atom in atoms:
        mine = {place for place in atom.places if place in open_}
        joined, shared = [atom], set(mine)
        for group in [g for g in groups if g[1] & mine]:
            groups.remove(group)
            joined = group[0] + joined
            shared |= group[1]
        groups.append((joined, shared))
    return [(tuple(group), frozenset(shared)) for group, shared in groups]


def _arranged(
    atoms: tuple[Atom, ...], open_: frozenset[Place], labels: Labels, namings: Iterator[int]
) -> tuple[str, list[Place]]:
    """The canonical text of the atoms and the order in which it names their open indices."""
    parts = [_component(group, shared, labels, namings) for group, shared in components(atoms, open_)]
    parts.sort(key=lambda part: part[0])
    return "*".join(text for text, _ in parts), [place for _, order in parts for place in order]


def _component(
    atoms: tuple[Atom, ...], open_: frozenset[Place], labels: Labels, namings: Iterator[int]
) -> tuple[str, list[Place]]:
    if next(namings, None) is None:
        raise UndecidedError(f"a term of which more than {MAX_NAMINGS} parts were named")
    if not open_:
        (atom,) = atoms
        return _labelled(atom, labels), []
    best: tuple[str, list[Place]] | None = None
    for place in _candidates(atoms, open_, labels):
        inner = {**labels, place: f"#{len(labels)}"}
        text, order = _arranged(atoms, open_ - {place}, inner, namings)
        if best is None or text < best[0]:
            best = (text, [place, *order])
    assert best is not None
    return f"({best[1][0].range}:{best[0]})", best[1]


def _labelled(atom: Atom, labels: Labels) -> str:
    texts = min(tuple(labels.get(place, place.name) for place in order) for order in atom.variants())
    return f"{atom.head.key}^{atom.power}[{','.join(texts)}]"


def _candidates(atoms: tuple[Atom, ...], open_: frozenset[Place], labels: Labels) -> list[Place]:
    """The indices of the first class of the finest colouring, one of each set of twins."""
    colours = _refined(atoms, open_, labels)
    sizes = Counter(colours.values())
    chosen = min(set(colours.values()), key=lambda colour: (sizes[colour], colour))
    cell = sorted(place for place in open_ if colours[place] == chosen)
    kept: list[Place] = []
    for place in cell:
        if not any(_twins(atoms, place, other) for other in kept):
            kept.append(place)
    return kept


def _twins(atoms: tuple[Atom, ...], left: Place, right: Place) -> bool:
    swap = {left: right, right: left}
    return Counter(map(least, atoms)) == Counter(least(atom.renamed(swap)) for atom in atoms)


def _refined(atoms: tuple[Atom, ...], open_: frozenset[Place], labels: Labels) -> dict[Place, int]:
    """Colours of the open indices, refined until they split no further."""
    colours = dict.fromkeys(open_, 0)
    count = 0
    while True:
        seen = {place: _view(atoms, place, colours, labels) for place in open_}
        ranks = {view: rank for rank, view in enumerate(sorted(set(seen.values())))}
        colours = {place: ranks[view] for place, view in seen.items()}
        if len(ranks) == count:
            return colours
        count = len(ranks)


def _view(
    atoms: tuple[Atom, ...], place: Place, colours: dict[Place, int], labels: Labels
) -> tuple[str, ...]:
    """How the atoms look from one index: itself, the colours of open indices, the names of the others."""

    def seen(other: Place) -> str:
        if other == place:
            return "*"
        return f"~{colours[other]}" if other in colours else labels.get(other, other.name)

    views = [
        f"{atom.head.key}^{atom.power}" + str(min(tuple(map(seen, order)) for order in atom.variants()))
        for atom in atoms
        if place in atom.places
    ]
    return (place.range, str(colours[place]), *sorted(views))
