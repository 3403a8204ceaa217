"""Derivatives by an entry of a symbol, and values put in for all of its entries: where a symbol may be varied freely.

By a symmetric symbol the derivative is the symmetric one: dS_ab / dS_cd = (d_ac d_bd + d_ad d_bc) / 2.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from derivations.checker import functions, sums
from derivations.checker.rewriting import normal_form
from derivations.checker.sums import Atom, Head, Place, Value, argument_of, one_atom, open_like, product_of
from derivations.checker.trees import Tree, is_family, properties, require, says_of, symbols_of

if TYPE_CHECKING:
    from derivations.checker.reading import Entry, Reader

Places = tuple[Place, ...]
OPEN = ("real", "positive", "fraction", "definite", "invertible")  # hold all around each of their values


def gradient(reader: Reader, tree: Tree, entry: Entry) -> Value:
    """The derivative of a scalar by the entry of a member.

    What is declared or assumed of the symbol must hold beside each value, too: a derivative looks to all sides.
    """
    _, body, (_, symbol, indices) = tree
    inside = symbol[5][1] in OPEN
    for hypothesis in _require_free(reader, body, symbol):
        kind, found, *domain = hypothesis
        require(kind == "Belongs" and domain[0][1] in OPEN and found[0] == "Member", "what may not be varied")
        firm = "symmetric" not in domain[0][2] or "symmetric" in properties(found[1])
        require(firm, "what is definite among symmetric matrices only")
        own = is_family(found) and found[1] == symbol
        inside = inside or (own and {*symbol[5][2]} <= says_of(domain[0]))
    require(inside, f"{symbol[1]} may lie at the edge of its domain")
    places = (*map(reader.place, indices), *(place for place in entry if place is not None))
    return derivative(reader, reader.value(body), symbol, places)


def _require_free(reader: Reader, body: Tree, symbol: Tree) -> list[Tree]:
    """Nothing says what the symbol is, openly or hidden in an abbreviation. What is assumed of it."""
    for formula in (body, *reader.equations):
        reader.require_apparent(formula, symbol)
    tied = properties(symbol) & {"sums_to_one", "unit", "binary", "label"}
    require(not tied and symbol not in reader.depends, f"{symbol[1]} is constrained, or defined")
    found = []
    for hypothesis in reader.hypotheses:
        spoken_of = symbols_of(hypothesis)
        hidden = any(symbol in reader.depends.get(other, ()) for other in spoken_of)
        require(not hidden, f"something is assumed of an abbreviation that depends on {symbol[1]}")
        found += [hypothesis] if symbol in spoken_of else []
    return found


def value_put_in(reader: Reader, tree: Tree, entry: Entry) -> Value:
    """The body, all derivatives in it taken, with a value for a symbol that may have any value."""
    _, body, (_, symbol, indices), given = tree
    free = not _require_free(reader, body, symbol) and symbol[5][1] == "real" and not indices
    require(free, f"a value for {symbol[1]}, which may not have any value")

    def value(places: Places) -> Value:
        row, column = (*places, None, None)[:2] if symbol[4][0] != 1 else (None, *places, None)[:2]
        return reader.value(given, (row, column))

    value(tuple(open_like(Place("%", size[1])) for size in symbol[4] if size != 1))  # it must be defined

    def with_value(whole: Value) -> Value:
        return _termwise(reader, whole, lambda atoms: sums.times(map(atom_with_value, atoms)))

    def atom_with_value(atom: Atom) -> Value:
        if atom.head.symbol == symbol:
            require(atom.head.kind == "symbol", "a value for a labelled member")
            return functions.power(normal_form(value(atom.places), reader.rules), atom.power)
        if not _contains(atom.head, symbol):
            return product_of([atom])
        inner = with_value(argument_of(atom))
        if atom.head.kind == "exp":
            return functions.exponential(inner.scaled(atom.power), reader.is_positive_atom)
        require(reader.is_positive(inner), "a logarithm or a divisor that a value makes not positive")
        if atom.head.kind == "log":
            return functions.power(functions.logarithm(inner, reader.is_positive_atom), atom.power)
        require(atom.head.kind == "group", f"a value put into {atom.head.kind}")
        return functions.power(inner, atom.power)

    return with_value(reader.value(body, entry))


def _termwise(reader: Reader, whole: Value, change: Callable[[tuple[Atom, ...]], Value]) -> Value:
    """The value with the product in each term changed, beneath its sums."""
    result = Value()
    for term, coefficient in normal_form(whole, reader.rules).terms:
        atoms, places = sums.opened_term(term)
        result = result + sums.summed_over(change(atoms).scaled(coefficient), *places)
    return normal_form(result, reader.rules)


def _contains(head: Head, symbol: Tree) -> bool:
    beneath = (found for part in head.arguments for found in sums.heads(part))
    return head.symbol == symbol or any(found.symbol == symbol for found in beneath)


# ---------------------------------------------------------------------------- derivatives


def derivative(reader: Reader, whole: Value, symbol: Tree, places: Places) -> Value:
    """The derivative by the entry of a symbol at these places: the product rule under each sum."""

    def product_rule(atoms: tuple[Atom, ...]) -> Value:
        result = Value()
        for n, atom in enumerate(atoms):
            lower = (atom._replace(power=atom.power - 1),) if atom.power != 1 else ()
            rest = product_of((*atoms[:n], *lower, *atoms[n + 1 :])).scaled(atom.power)
            inner = _slope(reader, atom, symbol, places)
            result = result + rest * inner if inner.terms else result
        return result

    return _termwise(reader, whole, product_rule)


def _slope(reader: Reader, atom: Atom, symbol: Tree, places: Places) -> Value:
    """The derivative of an atom to the first power."""
    head = atom.head
    if head.symbol == symbol:
        require(head.kind == "symbol", "a derivative by a labelled member")
        orders = [*Atom(head, places).orders()] if head.symmetries else [places]
        pairs = (zip(atom.places, by, strict=True) for by in orders)
        deltas = (sums.times(one_atom(sums.DELTA, pair) for pair in each) for each in pairs)
        return sum(deltas, Value()).scaled(Fraction(1, len(orders)))
    if not _contains(head, symbol):
        return Value()

    def slope(value: Value) -> Value:
        return derivative(reader, value, symbol, places)

    if head.kind == "log":
        return functions.power(argument_of(atom), -1) * slope(argument_of(atom))
    if head.kind == "exp":
        return one_atom(head, atom.places) * slope(argument_of(atom))
    if head.kind == "group":
        return slope(argument_of(atom))
    require(head.kind in ("inverse", "logdet"), f"no derivative of {head.kind}")
    *family, row, column = sorted(head.arguments[0].free, key=lambda place: int(place.name[1:]))
    left, right = open_like(row), open_like(column)
    if head.kind == "inverse":  # dP = -P dM P for the inverse P of M
        *family, row, column = atom.places
        inner = slope(argument_of(atom._replace(places=(*family, left, right))))
        around = one_atom(head, (*family, row, left)) * inner * one_atom(head, (*family, right, column))
        return sums.summed_over(around, left, right).scaled(-1)
    matrix = argument_of(atom, left, right)  # d log|det M| = tr(M^-1 dM), Jacobi's formula
    turned = functions.inverse(matrix, left, right, (right, left))
    return sums.summed_over(turned * slope(matrix), left, right)
