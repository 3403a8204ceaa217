"""A derivation as the small checker reads it, and what it says of each step.

What a step states is written field by field, as it stands. How it is argued is put into the few ways that the checker
knows, with steps in between where one is needed. Nothing of that is trusted: the checker sees whether it follows, and
it is asked at the end whether what it has accepted is what the step says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from derivations.checker.ledger import Ledger, Written
from derivations.checker.reading import open_entry
from derivations.checker.sums import Atom, Place, Term, merged
from derivations.checker.trees import (
    ONE,
    SCALAR,
    ZERO,
    Tree,
    changed,
    difference,
    free_indices,
    matching,
    opened,
    respelled,
    shape,
    walk,
)
from derivations.checker.writing import written
from derivations.proof import facts as table
from derivations.proof.axioms import AXIOMS
from derivations.proof.steps import Step

AUXILIARY = ", for another step)"
Put = Callable[[Written, Ledger], Iterator[Written]]


def _renamed(record: Written) -> Written:
    """The record with names that an author could have written in the place of those for opened indices."""
    parts = (record.statement, record.assumed, record.way)
    names = {node: ("Index", f"opened_{node[1][1:]}", node[2]) for node in walk(parts) if _is_opened(node)}
    statement, assumed, way = respelled(parts, names)
    return replace(record, statement=statement, assumed=assumed, way=way)


def _is_opened(node: Tree) -> bool:
    return bool(node[0] == "Index" and node[1][0] == "$")


# ------------------------------------------------------------------------------ one step


def records(step: Step, ledger: Ledger) -> Iterator[Written]:
    """The step as written, after the steps that its argument needs in between."""
    return map(_renamed, _records(step, ledger))


def _records(step: Step, ledger: Ledger) -> Iterator[Written]:
    record = Written(step.id, step.kind, written(step.statement), _assumed(step))
    argument = step.argument
    if step.kind == "axiom":
        yield replace(record, way=(step.rule, _values(step)))
    elif argument is not None:
        way = written(argument.method)
        uses = tuple(one.id for one in argument.uses)
        record = replace(record, way=way, uses=uses, rewriting=tuple(one.id for one in argument.rewriting))
        yield from PUT[way[0]](record, ledger) if way[0] in PUT else [_as_it_stands(record)]


def _assumed(step: Step) -> tuple[Tree, ...]:
    return tuple(written(hypothesis.statement) for hypothesis in step.assumed)


def _values(step: Step) -> tuple[tuple[Tree, Tree], ...]:
    """The values for the variables of a cited fact that make the statement of the step."""
    axiom, found = AXIOMS[step.rule], dict[Tree, Tree]()
    variables = {variable[1]: variable for variable in written(axiom.variables)}

    def match(pattern: Any, tree: Any) -> None:
        if isinstance(pattern, tuple) and pattern[:1] == ("Member",) and pattern[1] in variables:
            found.setdefault(variables[pattern[1]], tree)
        elif isinstance(pattern, tuple) and isinstance(tree, tuple):
            for one, other in zip(pattern, tree, strict=False):
                match(one, other)

    match(written(axiom.statement), written(step.statement))
    return tuple(found.items())


def _as_it_stands(record: Written) -> Written:
    """A way that the checker knows, too: under the name that it has there."""
    way, *fields = record.way
    return replace(record, way=(NAMES.get(way, way), *fields))


def _normal_form(record: Written, ledger: Ledger) -> Iterator[Written]:
    """Sums over assignments are replaced by what they are equal to; without any, nothing is to be done."""
    steps = [*_distributed(record, record.statement), *_half_sums(record, record.statement)]
    slopes = tuple(("Step", name) for name in record.uses if _is_slope(_said(ledger, name)))
    if not steps:
        yield replace(record, way=("normal_forms", *(slopes if "At" in _kinds(record.statement) else ())))
        return
    yield from steps
    plain = tuple(name for name in record.rewriting if not _drawn(_said(ledger, name)))
    equations = (("Step", step.id) for step in steps if not step.id.endswith(AUXILIARY))
    yield replace(record, way=("normal_forms", *equations), rewriting=plain)


def _said(ledger: Ledger, name: str) -> Tree:
    """What a step states; nothing if it is not accepted, which the checker will say."""
    statement: Tree = ledger.accepted.get(("Step", name), (("",), ()))[0]
    return statement


def _drawn(tree: Tree) -> bool:
    return "AssignmentSum" in _kinds(tree)


def _is_slope(tree: Tree) -> bool:
    """Whether it says what a derivative is, or an entry of one."""
    return bool(tree[0] == "Equal" and "Gradient" in (tree[1][0], tree[1][1][0]))


def _kinds(tree: Tree) -> set[str]:
    return {node[0] for node in walk(tree)}


def _distributed(record: Written, tree: Tree) -> Iterator[Written]:
    """What each sum over assignments in a formula is equal to."""
    for n, node in enumerate(node for node in walk(tree) if node[0] == "AssignmentSum"):
        _, labels, body = node
        (points,), components = labels[3], labels[6]
        parts = (*_ranges(points, components), (written(table.z), labels))
        first, *rest = body[1] if body[0] == "Mul" else (body,)
        component = ("Index", "c", components)
        point, weight = first[1], _chosen(first[2], labels, first[1], component)
        values = [(_of("both", parts, point, component), weight)]
        total: Tree = ("Product", point, ("Sum", component, weight))
        name = "distributive law"
        for other in rest:
            if other[0] == "Sum":
                value = changed(_chosen(other[2], labels, other[1], component), {other[1]: point})
                values.append((_of("other", parts, point, component), value))
                total = ("Sum", point, ("Sum", component, ("Mul", (weight, value))))
                name = "expectation"
            else:
                index = next(i for i in sorted(free_indices(other)) if i[2] == points)
                value = _chosen(other, labels, index, component)
                values.append((_of("chosen", parts, component), value))
                total = ("Sum", component, ("Mul", (changed(weight, {point: index}), value)))
                name = "marginal"
        facts: tuple[Tree, ...] = ()
        if rest:
            rows = ("Equal", ("Sum", component, weight), ONE)
            row = f"{record.id} ({n}: rows{AUXILIARY}"
            yield replace(record, id=row, statement=rows, way=("normal_forms",), rewriting=())
            facts = (("Step", row),)
        way = ("instance", tuple(values), ("Fact", name), facts, parts)
        equal = ("Equal", node, total)
        yield replace(record, id=f"{record.id} ({name} {n})", statement=equal, way=way, rewriting=())


def _half_sums(record: Written, tree: Tree) -> Iterator[Written]:
    """Half of a square summed, where the other half is the same."""
    found = (node for node in walk(tree) if node[0] == "Sum" and node[2][0] == "Sum")
    for n, node in enumerate(changed(node, {}) for node in found):
        _, one, (_, other, body) = node
        factors = body[1] if body[0] == "Mul" else (body,)
        half = ("Ordered", one, other)
        if half not in factors:
            continue
        rest = ("Mul", tuple(factor for factor in factors if factor != half) or (ONE,))
        parts, swap = _ranges(one[2]), changed(rest, {one: other, other: one})
        name = f"{record.id} ({n}: half of a square)"
        whole = ("Sum", one, ("Sum", other, ("Mul", (half, rest))))
        yield replace(record, id=f"{name} in order", statement=("Equal", node, whole), way=("normal_forms",))
        same = f"{record.id} ({n}: symmetry{AUXILIARY}"
        yield replace(record, id=same, statement=("Equal", rest, swap), way=("normal_forms",))
        square = ("Sum", one, ("Sum", other, ("Mul", (("Add", (ONE, ("Delta", one, other))), rest))))
        way = (
            "instance",
            ((_of("pairs", parts, one, other), rest),),
            ("Fact", "half of a square"),
            (("Step", same),),
            parts,
        )
        equal = ("Equal", whole, ("Div", square, ("Number", 2)))
        yield replace(record, id=name, statement=equal, way=way)


def _chosen(tree: Tree, labels: Tree, point: Tree, component: Tree) -> Tree:
    return tuple(changed(tree, {("Member", labels, (point,)): component}))


def _ranges(points: Tree, components: Tree | None = None) -> tuple[tuple[Tree, Tree], ...]:
    """The ranges of a meaning under the names that they have here."""
    pairs = ((written(table.P), points), (written(table.Q), components))
    return tuple((name, size) for name, size in pairs if size is not None)


def _of(name: str, parts: tuple[tuple[Tree, Tree], ...], *indices: Tree) -> Tree:
    """A member of the family of that name in the meanings, over the ranges that they have here."""
    symbol = respelled(written(getattr(table, name)), dict(parts))
    return ("Member", symbol[1] if symbol[0] == "Member" else symbol, indices)


def _signs(record: Written, ledger: Ledger) -> Iterator[Written]:
    _, left, right, _ = record.statement
    yield replace(record, way=("gap", difference(right, left), ()))


def _solved(record: Written, ledger: Ledger) -> Iterator[Written]:
    """F (a - b) G = s (unknown - value): the same as a - b between the inverses of F and G, times s."""
    _, unknown, left, right = record.way
    _, (_, one, other), _ = record.statement
    reader = ledger.goal(record).reader
    product = difference(one, other)
    for factor, turn in ((left, 1), (right, -1)):
        if factor is not None:
            kind = "Mul" if shape(factor) == SCALAR else "MatMul"
            product = (kind, (factor, product)[::turn])
    entry = open_entry(product)
    ((whole, _),) = reader.value(unknown, entry).terms
    terms = ((set(term.atoms), term.bound, c) for term, c in reader.normal(product, entry).terms)
    own = merged(whole.atoms)
    slope = [(Term(bound, tuple(atoms - {*own})), c) for atoms, bound, c in terms if {*own} <= atoms]
    inverses = (_inverse(left), None if right is None else _inverse(right))
    yield replace(record, way=("factor", *inverses, _formula(slope)))


def _inverse(tree: Tree) -> Tree:
    return ("Div", ONE, tree) if shape(tree) == SCALAR else ("Inverse", tree)


def _formula(terms: Iterable[tuple[Term, Fraction]]) -> Tree:
    """Sums of products of entries, written as a formula."""
    return ("Add", tuple(_product(term, coefficient) for term, coefficient in terms))


def _product(term: Term, coefficient: Fraction) -> Tree:
    names = {
        p: ("Index", p.name.replace("#", "bound"), ("Size", p.range)) for a in term.atoms for p in a.places
    }
    factors = tuple(("Pow", _entry(atom, names), ("Number", atom.power)) for atom in term.atoms)
    formula: Tree = ("Mul", (("Number", coefficient), *factors))
    for place in term.bound:
        formula = ("Sum", names[place], formula)
    return formula


def _entry(atom: Atom, names: dict[Place, Tree]) -> Tree:
    """An atom as the entry of a member of a family, or as a size."""
    if atom.head.kind == "size":
        return ("Size", atom.head.key.split()[1])
    assert atom.head.symbol is not None
    family = len(atom.head.symbol[3])
    places = [names[place] for place in atom.places]
    member = ("Member", atom.head.symbol, tuple(places[:family]))
    return ("Component", member, tuple(places[family:])) if places[family:] else member


def _summed(record: Written, ledger: Ledger) -> Iterator[Written]:
    _, step, over = record.way
    yield replace(record, way=("gap", ZERO, ((ONE, step, over),)))


def _rewritten(record: Written, ledger: Ledger) -> Iterator[Written]:
    _, inequality, left, right = record.way
    names = (*record.rewriting, left[1], right[1])
    yield replace(record, way=("gap", ZERO, ((ONE, inequality, ()),)), rewriting=names)


def _replaced(record: Written, ledger: Ledger) -> Iterator[Written]:
    yield replace(record, way=("normal_forms", record.way[1]))


def _cases(record: Written, ledger: Ledger) -> Iterator[Written]:
    yield replace(record, way=("cases", *record.way[1]))


def _composed(record: Written, ledger: Ledger) -> Iterator[Written]:
    yield replace(record, way=("composed", *record.way[1:3]))


def _term_of_sum(record: Written, ledger: Ledger) -> Iterator[Written]:
    """The sum of all other terms is what is missing."""
    _, term, total, _ = record.statement
    index, body = opened(total)
    free = (i for i in sorted(free_indices(term)) if i[2] == index[2])
    own = next((i for i in free if matching(changed(body, {index: i}), term) is not None), index)
    others = ("Mul", (("Add", (ONE, ("Neg", ("Delta", index, own)))), body))
    yield replace(record, way=("gap", ("Sum", index, others), ()))


def _of_minimum(record: Written, ledger: Ledger) -> Iterator[Written]:
    names = {"LessEqual": "smallest", "Equal": "value at the first", "Belongs": "one is first"}
    kind = record.statement[0]
    name = "first of equals" if kind == "LessEqual" and record.statement[1][0] == "Mul" else names[kind]
    index, body = opened(next(node for node in walk(record.statement) if node[0] in ("Minimum", "First")))
    parts = _ranges(index[2])
    yield replace(record, way=("instance", ((_of("f", parts, index), body),), ("Fact", name), (), parts))


def _shifted(record: Written, ledger: Ledger) -> Iterator[Written]:
    _, left, right = record.statement
    first = left[0] == "First"
    index, body = opened(left)
    other = right if first else right[1][-1]
    lower = changed(other[2], {other[1]: index})
    differ = ("Equal", body, ("Add", (record.way[1], lower)))
    yield replace(record, id=f"{record.id} (shift)", statement=differ, way=("normal_forms",))
    parts = _ranges(index[2])
    values = ((_of("f", parts, index), body), (_of("g", parts, index), lower), (_of("a", ()), record.way[1]))
    name = "first of shifted" if first else "smallest of shifted"
    facts = (("Step", f"{record.id} (shift)"),)
    yield replace(record, way=("instance", values, ("Fact", name), facts, parts))


def _of_median(record: Written, ledger: Ledger) -> Iterator[Written]:
    index, body = opened(record.statement[1][1][1])
    weight, bracket = body[1]
    below = bracket[3][0] == "Median"
    parts = _ranges(index[2])
    values = ((_of("f", parts, index), bracket[1 if below else 3]), (_of("w", parts, index), weight))
    fact = ("Fact", "below the median" if below else "above the median")
    yield replace(record, way=("instance", values, fact, (), parts))


def _tight(record: Written, ledger: Ledger) -> Iterator[Written]:
    """Forth over the reals, from the bound and the sign of the sum; back by putting equals in the place of equals."""
    _, one, other = record.statement
    squares = other[1]
    outer, inner = opened(squares)
    index, (_, (_, (own, (_, value))), _) = opened(inner)
    sign, forth, members, back = (f"{record.id} ({word})" for word in ("sign", "forth", "members", "back"))
    bound, given = record.way[1], (*record.assumed, other)
    yield replace(record, id=sign, statement=("LessEqual", ZERO, squares, False), way=("gap", squares, ()))
    way = ("cases", bound, ("Step", sign))
    yield replace(record, id=forth, statement=other, assumed=(*record.assumed, one), way=way, uses=())
    parts = _ranges(outer[2], index[2])
    values = ((_of("both", parts, outer, index), own), (_of("other", parts, outer, index), value))
    equal = ("instance", values, ("Fact", "squares vanish"), (), parts)
    yield replace(record, id=members, statement=("Equal", own, value), assumed=given, way=equal, uses=())
    names = (*record.rewriting, members)
    yield replace(record, id=back, statement=one, assumed=given, way=("normal_forms",), rewriting=names)
    yield replace(record, way=("both", ("Step", forth), ("Step", back)))


# The ways that are the same, and those that have to be put into others.
NAMES = {
    "Factor": "factor",
    "Gap": "gap",
    "Membership": "membership",
    "Instance": "instance",
    "Bound": "maximum",
    "Squeezed": "squeezed",
}
PUT: dict[str, Put] = {
    "NormalForm": _normal_form,
    "Solved": _solved,
    "Signs": _signs,
    "Summed": _summed,
    "Rewritten": _rewritten,
    "Replaced": _replaced,
    "Cases": _cases,
    "Composed": _composed,
    "TermOfSum": _term_of_sum,
    "OfMinimum": _of_minimum,
    "Shifted": _shifted,
    "OfMedian": _of_median,
    "Tight": _tight,
}
