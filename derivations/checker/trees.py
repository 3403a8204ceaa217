"""Formulas and statements as written down: tuples (kind, field, ...); their shapes, indices, and values put in.

A record is read as it stands, so nothing is taken on trust: `shape` refuses what makes no sense. What a node binds is
in the table BINDS; whoever goes beneath a binder renames its index, so that nothing is ever captured.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

Tree: TypeAlias = tuple[Any, ...]
Names: TypeAlias = Mapping[Tree, Tree]
Symbols: TypeAlias = frozenset[Tree]
Values: TypeAlias = Mapping[Tree, tuple[tuple[Tree, ...], Tree]]


class RefusedError(Exception):
    """What is written does not follow, or makes no sense; the message says what is missing."""


def require(condition: object, complaint: str) -> None:
    if not condition:
        raise RefusedError(complaint)


# Which field of a node is bound in which others. A choice binds the indices of its variable in its value.
BINDS: dict[str, tuple[int, tuple[int, ...]]] = {
    **dict.fromkeys(("Sum", "Product", "LogSumExp", "Minimum", "First"), (1, (2,))),
    "Median": (1, (2, 3)),
    "Belongs": (3, (1,)),
}
# What each domain says of its values. None is empty, whatever the sizes are.
_SIGNS = {"real": "", "nonnegative": "nonnegative", "positive": "nonnegative positive"}
_BETWEEN = "nonnegative at_most_one"
_BOUNDED = {"probability": _BETWEEN, "fraction": f"{_BETWEEN} positive below_one"}
_FINITE = {"binary": "nonnegative binary", "label": "label", "one-hot": "nonnegative binary sums_to_one"}
_ROWS = {"simplex": "nonnegative sums_to_one", "open simplex": "nonnegative positive sums_to_one"}
_MATRICES = {"symmetric": "symmetric", "invertible": "invertible", "semidefinite": "symmetric semidefinite"}
_OTHERS = {"definite": "symmetric semidefinite definite", "unit vector": "unit"}
_WORDS = _SIGNS | _BOUNDED | _FINITE | _ROWS | _MATRICES | _OTHERS
SAYS = {("Domain", name): frozenset(words.split()) for name, words in _WORDS.items()}
LEAVES = ("Symbol", "Size", "Number", "Identity", "Zero", "Domain")
SCALAR, ZERO, ONE = (1, 1), ("Number", 0), ("Number", 1)
_fresh = itertools.count()


# ------------------------------------------------------------------------------ walking


def is_leaf(tree: object) -> bool:
    """A name, a number, a symbol with all that it is made of: what is not looked into."""
    return not isinstance(tree, tuple) or not tree or tree[0] in LEAVES


def walk(tree: Any) -> Iterator[Tree]:
    """Every node, indices and symbols included."""
    if isinstance(tree, tuple) and tree and isinstance(tree[0], str):
        yield tree
    for part in () if is_leaf(tree) else tree:
        yield from walk(part)


@lru_cache(maxsize=65536)
def symbols_of(tree: Any) -> Symbols:
    """The symbols in a formula, or in several."""
    return frozenset(node for node in walk(tree) if node[0] == "Symbol")


def properties(symbol: Tree) -> frozenset[str]:
    """What the declared domain of a symbol says."""
    return SAYS[symbol[5]]


def open_index(index: Tree) -> Tree:
    """An index that occurs nowhere else, with the same range."""
    return ("Index", f"${next(_fresh)}", index[2])


def _bound(tree: Tree) -> tuple[tuple[Tree, ...], tuple[int, ...]]:
    """The indices that a node binds, and the fields in which they stand for themselves."""
    if tree[0] == "Choice":
        return tree[1][2], (1, 2)
    position, scope = BINDS.get(tree[0], (0, ())) if isinstance(tree[0], str) else (0, ())
    return ((tree[position],), (position, *scope)) if scope and tree[position] else ((), ())


def changed(tree: Any, names: Names, member: Callable[[Tree], Tree] | None = None, depth: int = -1) -> Any:
    """The tree with free indices (and labels) renamed, and with `member` applied to every member.

    Bound indices get names of their own, so nothing is captured: new ones, or those that tell their depth.
    """
    if is_leaf(tree):
        return tree
    if tree[0] in ("Index", "Member") and (tree[0] == "Index" or tree in names):
        return names.get(tree, tree)
    inner, deeper, (bound, scope) = names, depth, _bound(tree)
    for index in bound:
        new = open_index(index) if depth < 0 else ("Index", f"~{deeper}", index[2])
        inner, deeper = {**inner, index: new}, deeper + (depth >= 0)
    where = ((inner, member, deeper) if n in scope else (names, member, depth) for n in range(len(tree)))
    result = tuple(changed(part, *how) for part, how in zip(tree, where, strict=True))
    return member(result) if member is not None and tree[0] == "Member" else result


def alpha(tree: Any) -> Any:
    """The tree with bound indices named after their depth: two that mean the same as written are equal."""
    return changed(tree, {}, None, 0)


@lru_cache(maxsize=65536)
def opened(tree: Tree) -> tuple[Tree, ...]:
    """A binder's index and what it binds it in, under a new name: to be looked at without the binder."""
    position, scope = BINDS[tree[0]]
    new = open_index(tree[position])
    return (new, *(changed(tree[n], {tree[position]: new}) for n in scope))


@lru_cache(maxsize=65536)
def free_indices(tree: Any) -> Symbols:
    if is_leaf(tree) or tree[0] == "Index":
        return frozenset() if is_leaf(tree) else frozenset({tree})
    bound, scope = _bound(tree)
    below = ((n, free_indices(part)) for n, part in enumerate(tree))
    return frozenset[Tree]().union(*(found.difference(bound if n in scope else ()) for n, found in below))


def put_in(tree: Tree, values: Values) -> Tree:
    """The tree with values in the place of symbols, all at once: `values` has (indices, an expression in them).

    Raises RefusedError where a symbol has a meaning of its own: is varied, or summed over.
    """
    beneath = set(values).union(*(symbols_of(value) for _, value in values.values()))
    require(not beneath & varied(tree), "a value for, or of, what is varied there")

    def member(found: Tree) -> Tree:
        pattern, value = values.get(found[1], ((), found))
        return changed(value, dict(zip(pattern, found[2], strict=True))) if found[1] in values else found

    return tuple(alpha(changed(tree, {}, member)))


@lru_cache(maxsize=65536)
def varied(tree: Tree) -> Symbols:
    """The symbols that have a meaning of their own somewhere in a formula or a statement."""
    places = {"AssignmentSum": 1, "Gradient": 2, "At": 2, "Choice": 1, "Limit": 2}
    found = (node[places[node[0]]] for node in walk(tree) if node[0] in places)
    return frozenset(one if one[0] == "Symbol" else one[1] for one in found)


def respelled(tree: Any, names: Names) -> Any:
    """The tree with parts of it, such as sizes, under other names."""
    if not isinstance(tree, tuple):
        return tree
    return names[tree] if tree in names else tuple(respelled(part, names) for part in tree)


def matching(pattern: Tree, tree: Tree) -> Names | None:
    """What the free indices of a pattern stand for in the tree, if that is all in which they differ."""
    names: dict[Tree, Tree] = {}

    def match(one: Any, other: Any) -> bool:
        if is_leaf(one) or is_leaf(other):
            return bool(one == other)
        if one[0] == "Index" and other[0] == "Index":
            if "~" in (one[1][0], other[1][0]):  # bound
                return bool(one == other)
            return bool(one[2] == other[2] and names.setdefault(one, other) == other)
        return len(one) == len(other) and all(map(match, one, other))

    return names if match(alpha(pattern), alpha(tree)) else None


def matches(pattern: Tree, tree: Tree) -> bool:
    """Whether what is said of all free indices of the pattern speaks of the tree."""
    return matching(pattern, tree) is not None


# --------------------------------------------------------------------------------- shapes

SCALARS = ("Pow", "Log", "Exp", "Abs", "WeightedLog", "Bracket", "Product", "LogSumExp", "Minimum", "Median")
SQUARES = ("Inverse", "Trace", "LogDet")


def index_range(index: Tree) -> Tree:
    """The range of an index, or of a label in its place."""
    if index[0] == "Member" and index[1][6] and shape(index):
        return tuple(index[1][6])
    require(index[0] == "Index", "what is no index stands for one")
    return tuple(index[2])


def is_family(tree: Tree) -> bool:
    """Whether a formula stands for all members of a family: each of its indices is another one."""
    plain = tree[0] == "Member" and all(index[0] == "Index" for index in tree[2])
    return plain and len({*tree[2]}) == len(tree[2])


@lru_cache(maxsize=65536)
def shape(tree: Tree) -> tuple[Any, Any]:
    """(rows, columns) of a formula: sizes or 1. Raises RefusedError if its parts do not fit."""
    kind, *parts = tree
    match tree:
        case ("Number", Fraction() | int()) | ("CirclePi",) | ("Size", str()):
            return SCALAR
        case ("Zero", (rows, columns)) | ("Identity", rows as columns):
            require(all(size == 1 or size[0] == "Size" for size in (rows, columns)), "an array of no size")
            return (rows, columns)
        case ("Member", ("Symbol", _, _, family, (rows, columns), _, _), indices):
            require(tuple(map(index_range, indices)) == family, "indices over other ranges")
            return shape(("Zero", (rows, columns)))
        case ("Component", base, indices):
            expected = tuple(size for size in shape(base) if size != 1)
            require(tuple(map(index_range, indices)) == expected, "an entry at indices over other ranges")
            return SCALAR
        case ("Delta" | "Ordered", left, right) | ("First", left, _, right):
            require(index_range(left) == index_range(right), "indices over two ranges compared")
            require(kind != "First" or shape(tree[2]) == SCALAR, "the first of several arrays")
            return SCALAR
        case ("Add", (first, *terms)):
            require(all(shape(term) == shape(first) for term in terms), "terms of several shapes")
            return shape(first)
        case ("Mul", factors):
            arrays = [factor for factor in factors if shape(factor) != SCALAR]
            require(factors and len(arrays) <= 1, "a product of two arrays")
            return shape(arrays[0]) if arrays else SCALAR
        case ("MatMul", (first, *factors)):
            fits = all(shape(one)[1] == shape(two)[0] for one, two in itertools.pairwise((first, *factors)))
            require(fits, "factors that do not fit")
            return (shape(first)[0], shape((first, *factors)[-1])[1])
        case ("Div", above, below):
            require(shape(below) == SCALAR, "a denominator that is no scalar")
            return shape(above)
        case ("Transpose", body):
            return shape(body)[::-1]
        case ("Neg", body) | ("Sum" | "AssignmentSum", _, body):
            return shape(body)
        case (str(), body) if kind in SQUARES:
            require(shape(body)[0] == shape(body)[1] != 1, "a function of square matrices")
            return shape(body) if kind == "Inverse" else SCALAR
        case ("Gradient", body, ("Member", *_) as variable):
            require(shape(body) == SCALAR, "a derivative of an array")
            return shape(variable)
        case ("At", body, ("Member", *_) as variable, value):
            require(shape(variable) == shape(value), "a value of another shape")
            return shape(body)
        case (str(), *_) if kind in SCALARS and (kind != "Bracket" or tree[2] in ("<", "<=", "=")):
            formulas = [part for part in parts if isinstance(part, tuple) and part[0] != "Index"]
            require(all(shape(part) == SCALAR for part in formulas), f"{kind} of an array")
            return SCALAR
    raise RefusedError(f"no formula is called {kind!r}")


def difference(left: Tree, right: Tree) -> Tree:
    return ("Neg", right) if left == ZERO else ("Add", (left, ("Neg", right)))
