"""From formulas as written to sums of products of their entries, with whatever that needs shown on the way.

A vector or matrix is read at the places of one entry. Definitions that may be unfolded are; hypotheses and equations
give rules. A quotient, a logarithm, an inverse is read only where it is shown to be defined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

from derivations.checker import functions, sums, trees
from derivations.checker.order import Order, is_bit
from derivations.checker.rewriting import Rule, equation_rule, normal_form
from derivations.checker.sums import Atom, Head, Place, Value, content, number, one_atom, product_of
from derivations.checker.trees import SCALAR, RefusedError, Symbols, Tree, Values, properties, require, shape

Trees: TypeAlias = Iterable[Tree]
Depends: TypeAlias = Mapping[Tree, Symbols]
Entry: TypeAlias = tuple[Any, Any]  # the places of the row and of the column, or None where there is but one
HERE: Entry = (None, None)
MOST_DIVISORS = 6
REAL = ("Domain", "real")
OPEN = ("real", "positive", "fraction", "definite", "invertible")  # hold all around each of their values


def open_entry(tree: Tree) -> Entry:
    rows, columns = (None if size == 1 else sums.open_like(Place("%", size[1])) for size in shape(tree))
    return (rows, columns)


class Reader:
    """Reads formulas under hypotheses and definitions; `depends` says on which symbols each defined one rests."""

    def __init__(self, hypotheses: Trees, definitions: Values, equations: Trees, depends: Depends) -> None:
        self.hypotheses = tuple(sorted(hypotheses, key=lambda h: h[0] != "Equal"))
        self.definitions, self.depends, self.extended = definitions, depends, False
        self.equations = tuple(equations)
        self.order, self.rules, self.facts = Order(self.hypotheses, self.defined), list[Rule](), set[str]()
        for given in (*self.hypotheses, *self.equations):
            with suppress(RefusedError):  # what cannot be read is not used
                match given:
                    case ("Equal", left, right):
                        entry = open_entry(left)
                        self.rules += equation_rule(self.normal(left, entry), self.normal(right, entry))
                    case ("Belongs", body, domain, None) if shape(body) == SCALAR:
                        self._learn(body, trees.SAYS[domain])
        for symbol, (_, body) in definitions.items():
            with suppress(RefusedError):
                self._learn(body, properties(symbol))  # which was shown when it was defined

    def _learn(self, tree: Tree, says: Iterable[str]) -> None:
        for word, positive in (("positive", tree), ("below_one", trees.difference(trees.ONE, tree))):
            if word in says:
                self.facts.add(_fact_key(self.normal(positive)))

    # ------------------------------------------------------------------------ what is shown

    def normal(self, tree: Tree, entry: Entry = HERE) -> Value:
        return normal_form(self.value(tree, entry), self.rules)

    def equal(self, left: Tree, right: Tree, extended: bool = False) -> None:
        """Show that two sides are defined and agree; `extended`: as formulas, where logarithms may be infinite."""
        require(shape(left) == shape(right), "two sides of different shapes")
        entry, self.extended = open_entry(left), extended
        try:
            gap = normal_form(self.value(left, entry) - self.value(right, entry), self.rules)
        finally:
            self.extended = False
        for _ in range(MOST_DIVISORS):
            atoms = (a for term, _ in gap.terms for a in term.atoms if a.head.kind == "group" and a.power < 0)
            for divisor in [a for a in atoms if a == sums.opened_atom(a)][:1]:
                times = product_of([divisor._replace(power=-divisor.power)])
                gap = normal_form(gap * times, self.rules)
        require(not gap.terms, f"a remainder of {len(gap.terms)} terms: {gap.key[:300]}")

    def defined(self, tree: Tree) -> bool:
        """Whether a formula is defined and finite: whether it can be read."""
        with suppress(RefusedError):
            self.finite(tree, open_entry(tree))
            return True
        return False

    def finite(self, tree: Tree, entry: Entry = HERE) -> Value:
        """The normal form of what may not be infinite, wherever it stands."""
        before, self.extended = self.extended, False
        try:
            return self.normal(tree, entry)
        finally:
            self.extended = before

    def holds(self, tree: Tree, strict: bool) -> bool:
        """Whether a scalar is not negative (strict: positive), a matrix semidefinite (definite), as it stands or unfolded."""
        return any(self.order.holds(form, 1, strict) for form in (tree, self.unfolded(tree)))

    def positive(self, tree: Tree) -> bool:
        return self.holds(tree, True) or self.is_positive(self.normal(tree))

    def nonzero(self, tree: Tree) -> bool:
        """Whether a scalar is not zero, or a matrix invertible."""
        seen = any(map(self.order.invertible, (tree, self.unfolded(tree))))
        if seen or shape(tree) != SCALAR:
            return seen
        value = self.normal(tree)
        return self.is_positive(value) or self.is_positive(value.scaled(-1))

    def unfolded(self, tree: Tree) -> Tree:
        """The tree with all definitions that may be unfolded put in."""

        def member(found: Tree) -> Tree:
            if found[1] not in self.definitions:
                return found
            pattern, body = self.definitions[found[1]]
            return tuple(trees.changed(body, dict(zip(pattern, found[2], strict=True)), member))

        return tuple(trees.changed(tree, {}, member)) if self.definitions else tree

    def is_positive(self, value: Value) -> bool:
        """Whether a value in normal form is known to be positive, from hypotheses and from its factors."""
        if not value.terms or _fact_key(value) in self.facts:
            return bool(value.terms)
        factor, atoms, rest = content(value)
        beneath = [atom for term, _ in rest.terms for atom in sums.opened_term(term)[0]]
        summed = all(c * factor > 0 for _, c in rest.terms) and all(map(self.is_positive_atom, beneath))
        known = summed or _fact_key(rest.scaled(factor)) in self.facts
        return known and all(map(self.is_positive_atom, atoms))

    def is_positive_atom(self, atom: Atom) -> bool:
        head, atom = atom.head, sums.opened_atom(atom)
        if head.kind == "group":
            return self.is_positive(sums.argument_of(atom))
        declared = head.symbol is not None and "positive" in properties(head.symbol)
        known = declared or head.kind in ("size", "circle", "exp")
        return known or _fact_key(one_atom(head, atom.places)) in self.facts

    def split(self, tree: Tree) -> tuple[Value, Value]:
        """A scalar as what is positive times the rest."""
        value = self.finite(tree)
        if self.positive(tree):
            return value, number(1)
        factor, atoms, rest = content(value)
        sure = [atom for atom in atoms if self.is_positive_atom(atom)]
        others = product_of(atom for atom in atoms if atom not in sure).scaled(1 if factor > 0 else -1)
        return product_of(sure).scaled(abs(factor)), normal_form(others * rest, self.rules)

    def require_apparent(self, tree: Tree, symbol: Tree) -> None:
        """The value must not depend on the symbol through a definition that is not unfolded: there it means another."""
        for other in trees.symbols_of(self.unfolded(tree)):
            require(symbol not in self.depends.get(other, ()), "an abbreviation that hides what is varied")

    # ------------------------------------------------------------------------------ reading

    def value(self, tree: Tree, entry: Entry = HERE) -> Value:
        """The value of a scalar, or of one entry of an array. Raises RefusedError if it is not shown to be defined."""
        require(tree[0] in READ, f"the checker does not read {tree[0]}")
        return READ[tree[0]](self, tree, HERE if shape(tree) == SCALAR else entry)

    def place(self, index: Tree) -> Place:
        require(index[0] == "Index" and index[1][0] != "~", "a label stands where only an index may")
        return Place(index[1], index[2][1])


def _fact_key(value: Value) -> str:
    """The key of a value up to a positive factor and the names of its free places."""
    require(value.terms, "a hypothesis says that zero is positive")
    return sums.function("fact", value.scaled(1 / abs(value.terms[0][1]))).head.key


# ---------------------------------------------------------------------------- one rule a kind of node


def _member(reader: Reader, tree: Tree, entry: Entry) -> Value:
    _, symbol, indices = tree
    if symbol in reader.definitions:
        return reader.value(reader.unfolded(tree), entry)
    marks, places = _marked(reader, indices)
    require([p is None for p in entry] == [n == 1 for n in shape(tree)], "an entry of another shape")
    places += tuple(place for place in entry if place is not None)
    kind, symmetries = "labelled" if marks else "symbol", list[tuple[int, ...]]()
    if "symmetric" in properties(symbol) and shape(tree)[0] == shape(tree)[1] != 1:
        *family, row, column = range(len(places))
        symmetries = [(*family, row, column), (*family, column, row)]
    return one_atom(Head(kind, f"{kind} {symbol}{marks}", tuple(symmetries), (), symbol), places)


def _marked(reader: Reader, indices: tuple[Tree, ...]) -> tuple[str, tuple[Place, ...]]:
    """The places of indices; a label z[i] contributes its own, and its name marks the head."""
    marks, places = "", tuple[Place, ...]()
    for n, index in enumerate(indices):
        inner, found = _marked(reader, index[2]) if index[0] == "Member" else ("", (reader.place(index),))
        marks += f"[{n}: {index[1]}{inner} of {len(found)}]" if index[0] == "Member" else ""
        places += found
    return marks, places


def _component(reader: Reader, tree: Tree, entry: Entry) -> Value:
    places = (*map(reader.place, tree[2]), None)
    return reader.value(tree[1], (places[0], places[1]))


def _matmul(reader: Reader, tree: Tree, entry: Entry) -> Value:
    joints = [open_entry(factor)[1] for factor in tree[1][:-1]]
    entries = zip(tree[1], [entry[0], *joints], [*joints, entry[1]], strict=True)
    result = sums.times(reader.value(factor, (row, column)) for factor, row, column in entries)
    return sums.summed_over(result, *(joint for joint in joints if joint is not None))


def _reciprocal(reader: Reader, tree: Tree) -> Value:
    require(reader.nonzero(tree), "division by what is not known to differ from zero")
    return functions.power(reader.normal(tree), -1)


def _power(reader: Reader, tree: Tree, entry: Entry) -> Value:
    _, base, exponent = tree
    if exponent[0] == "Number" and exponent[1] == int(exponent[1]):
        value = _reciprocal(reader, base) if exponent[1] < 0 else reader.normal(base)
        return functions.power(value, abs(exponent[1]))
    if reader.positive(base):
        return reader.value(("Exp", ("Mul", (exponent, ("Log", base)))))
    require(is_bit(exponent), "a power of what may be zero or negative")
    return number(1) + reader.value(exponent) * (reader.value(base) - number(1))


def _inside(reader: Reader, tree: Tree, entry: Entry = HERE) -> tuple[Value, Place]:
    """What a binder binds its index in, with an open place for it."""
    index, body = trees.opened(tree)[:2]
    return reader.value(body, entry), reader.place(index)


def _range_product(reader: Reader, tree: Tree, entry: Entry) -> Value:
    """The exponential of a sum of logarithms, as far as the factors are positive; a function of the others."""
    index, body = trees.opened(tree)
    place, (sure, unsure) = reader.place(index), reader.split(body)
    logarithms = sums.summed_over(functions.logarithm(sure, reader.is_positive_atom), place)
    result = functions.exponential(normal_form(logarithms, reader.rules))
    require(unsure.is_one or place in unsure.free, "a power of what may be zero or negative")
    return result if unsure.is_one else result * product_of([sums.function("product", unsure, last=(place,))])


def _choice(reader: Reader, tree: Tree, entry: Entry) -> Value:
    """The smallest value, its first index, the median: functions of which only the definition says more."""
    index, *parts = trees.opened(tree)
    own = (reader.place(tree[3]),) if tree[0] == "First" else ()
    last = (reader.place(index),)
    return product_of([sums.function(tree[0].lower(), *map(reader.normal, parts), last=last, own=own)])


def _bracket(reader: Reader, tree: Tree, entry: Entry) -> Value:
    return functions.of("bracket", reader.normal(trees.difference(tree[1], tree[3])), mark=tree[2])


def _logarithm(reader: Reader, tree: Tree, entry: Entry) -> Value:
    match tree:
        case (_, ("Member", symbol, _) as body) if symbol in reader.definitions:
            return reader.value(("Log", reader.unfolded(body)))
    require(reader.positive(tree[1]), "the logarithm of what is not known to be positive")
    return functions.logarithm(reader.normal(tree[1]), reader.is_positive_atom)


def _exponential(reader: Reader, tree: Tree, entry: Entry) -> Value:
    """exp of a sum is a product; of a weighted logarithm, which may be infinite, a power of a bit."""
    match tree[1]:
        case ("Add", terms):
            return reader.value(("Mul", tuple(("Exp", term) for term in terms)))
        case ("Sum", index, body) if not reader.defined(trees.opened(tree[1])[1]):
            return reader.value(("Product", index, ("Exp", body)))
        case ("WeightedLog", weight, body) if is_bit(weight) and reader.order.holds(body, 1, False):
            return reader.value(("Pow", body, weight))
    return functions.exponential(reader.finite(tree[1]))


def _weighted_log(reader: Reader, tree: Tree, entry: Entry) -> Value:
    """weight * log(body), and minus infinity where only the body is zero: kept whole for the part that may be zero."""
    _, weight, body = tree
    value = reader.normal(weight)
    if reader.positive(body):
        return value * functions.logarithm(reader.normal(body), reader.is_positive_atom)
    signed = reader.order.holds(weight, 1, False) and reader.order.holds(body, 1, False)
    require(signed, "a weighted logarithm of what may be negative")
    if not value.terms:
        return value
    sure, unsure = reader.split(body)
    if not reader.extended:
        # the weight must vanish wherever the body does: it has every factor of it that may be zero
        own = [a[:2] for a in content(value)[1] if a.power > 0]
        _, atoms, rest = content(unsure)
        alike = rest.is_one or rest.key == content(value)[2].key
        require(alike and all(atom[:2] in own for atom in atoms), "a logarithm that may be infinite")
    whole = functions.of("weightedlog", value, unsure)
    return value * functions.logarithm(sure, reader.is_positive_atom) + whole


def _of_matrix(reader: Reader, tree: Tree, entry: Entry) -> Value:
    """An entry of an inverse, or a log determinant; of a product factor by factor."""
    kind, body = tree[0], reader.unfolded(tree[1])
    inverse = kind == "Inverse"
    match body:
        case ("MatMul", factors) if len({*map(shape, factors)}) == 1:
            parts = tuple((kind, factor) for factor in factors[::-1])
            return reader.value(("MatMul" if inverse else "Add", parts), entry)
        case ("Mul", factors) if len(factors) > 1:
            scale: Tree = ("Mul", tuple(factor for factor in factors if shape(factor) == SCALAR))
            matrix = next((kind, factor) for factor in factors if shape(factor) != SCALAR)
            if inverse:
                return reader.value(("Div", matrix, scale), entry)
            return sums.size_of(shape(body)[0][1]) * reader.value(("Log", scale)) + reader.value(matrix)
        case ("Identity", _):
            return reader.value(body, entry) if inverse else Value()
    require(reader.nonzero(tree[1]), "a matrix that is not known to be invertible")
    if body[0] == "Inverse":
        return reader.value(body[1], entry) if inverse else reader.value(("LogDet", body[1])).scaled(-1)
    row, column = open_entry(body)
    entries = reader.normal(body, (row, column))
    return functions.of_matrix(kind.lower(), entries, row, column, *(entry if inverse else ()))


def _trace(reader: Reader, tree: Tree, entry: Entry) -> Value:
    place = open_entry(tree[1])[0]
    return sums.summed_over(reader.value(tree[1], (place, place)), place)


# --------------------------------------------------------------------------- what may be varied


def _gradient(reader: Reader, tree: Tree, entry: Entry) -> Value:
    """The derivative of a scalar by the entry of a member.

    What is declared or assumed of the symbol must hold beside each value, too: a derivative looks to all sides.
    """
    _, body, (_, symbol, indices) = tree
    inside = symbol[5][1] in OPEN
    for hypothesis in _require_free(reader, body, symbol):
        kind, found, *domain = hypothesis
        require(kind == "Belongs" and domain[0][1] in OPEN and found[0] == "Member", "what may not be varied")
        firm = "symmetric" not in trees.SAYS[domain[0]] or "symmetric" in properties(found[1])
        require(firm, "what is definite among symmetric matrices only")
        own = trees.is_family(found) and found[1] == symbol
        inside = inside or (own and properties(symbol) <= trees.SAYS[domain[0]])
    require(inside, f"{symbol[1]} may lie at the edge of its domain")
    places = (*map(reader.place, indices), *(place for place in entry if place is not None))
    return functions.derivative(reader.value(body), symbol, places, reader.rules)


def _require_free(reader: Reader, body: Tree, symbol: Tree) -> list[Tree]:
    """Nothing says what the symbol is, openly or hidden in an abbreviation. What is assumed of it."""
    for formula in (body, *reader.equations):
        reader.require_apparent(formula, symbol)
    tied = properties(symbol) & {"sums_to_one", "unit", "binary", "label"}
    require(not tied and symbol not in reader.depends, f"{symbol[1]} is constrained, or defined")
    found = []
    for hypothesis in reader.hypotheses:
        spoken_of = trees.symbols_of(hypothesis)
        hidden = any(symbol in reader.depends.get(other, ()) for other in spoken_of)
        require(not hidden, f"something is assumed of an abbreviation that depends on {symbol[1]}")
        found += [hypothesis] if symbol in spoken_of else []
    return found


def _value_put_in(reader: Reader, tree: Tree, entry: Entry) -> Value:
    """The body with a value for a symbol that may have any value, and by which nothing in the body is varied."""
    _, body, (_, symbol, indices), value = tree
    free = not _require_free(reader, body, symbol) and symbol[5] == REAL and not indices
    require(free and reader.defined(value), f"a value for {symbol[1]}, which may not have any value")
    return reader.value(trees.put_in(reader.unfolded(body), {symbol: ((), value)}), entry)


READ: dict[str, Callable[[Reader, Tree, Entry], Value]] = {
    "Number": lambda reader, tree, entry: number(tree[1]),
    "CirclePi": lambda reader, tree, entry: one_atom(Head("circle", "circle")),
    "Size": lambda reader, tree, entry: sums.size_of(tree[1]),
    "Zero": lambda reader, tree, entry: Value(),
    "Identity": lambda reader, tree, entry: one_atom(sums.DELTA, entry),
    "Delta": lambda reader, tree, entry: one_atom(sums.DELTA, map(reader.place, tree[1:])),
    "Ordered": lambda reader, tree, entry: one_atom(sums.ORDERED, map(reader.place, tree[1:])),
    "Member": _member,
    "Component": _component,
    "Neg": lambda reader, tree, entry: reader.value(tree[1], entry).scaled(-1),
    "Add": lambda reader, tree, entry: sum((reader.value(term, entry) for term in tree[1]), Value()),
    "Mul": lambda reader, tree, entry: sums.times(reader.value(factor, entry) for factor in tree[1]),
    "Div": lambda reader, tree, entry: reader.value(tree[1], entry) * _reciprocal(reader, tree[2]),
    "Pow": _power,
    "MatMul": _matmul,
    "Transpose": lambda reader, tree, entry: reader.value(tree[1], entry[::-1]),
    "Trace": _trace,
    **dict.fromkeys(("Inverse", "LogDet"), _of_matrix),
    "Sum": lambda reader, tree, entry: sums.summed_over(*_inside(reader, tree, entry)),
    "Product": _range_product,
    "Log": _logarithm,
    "Exp": _exponential,
    "LogSumExp": lambda reader, tree, entry: reader.value(("Log", ("Sum", tree[1], ("Exp", tree[2])))),
    "WeightedLog": _weighted_log,
    "Abs": lambda reader, tree, entry: functions.of("abs", reader.normal(tree[1])),
    "Bracket": _bracket,
    **dict.fromkeys(("Minimum", "First", "Median"), _choice),
    "Gradient": _gradient,
    "At": _value_put_in,
}
