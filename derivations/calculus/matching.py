"""When does a hypothesis speak of an expression? When the two trees differ in the names of indices only.

A statement holds for all values of its free indices, so a hypothesis on N[k] speaks of N[j] too. Bound indices
may be called anything, but a free index never stands for one that the matched expression binds itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import product
from typing import TypeAlias

from derivations.calculus.expressions import Binder, Expr, Index, IndexLike, free_indices
from derivations.calculus.statements import Statement, expressions_of, renamed

Bound: TypeAlias = "tuple[tuple[Index, Index], ...]"


def matches(pattern: Expr, expr: Expr) -> bool:
    """Whether renaming free indices of the pattern, within their ranges, gives the expression."""
    return _match(pattern, expr, {}, ())


def _match(pattern: object, found: object, free: dict[Index, Index], bound: Bound) -> bool:
    if isinstance(pattern, Index) and isinstance(found, Index):
        return _match_index(pattern, found, free, bound)
    if type(pattern) is not type(found):
        return False
    if isinstance(pattern, tuple) and isinstance(found, tuple):
        return len(pattern) == len(found) and all(
            _match(p, f, free, bound) for p, f in zip(pattern, found, strict=True)
        )
    if not isinstance(pattern, Expr):
        return pattern == found
    inside: tuple[str, ...] = ()
    inner = bound
    if isinstance(pattern, Binder) and isinstance(found, Binder):
        inside, inner = ("index", *pattern.scoped), (*bound, (pattern.index, found.index))
    return all(
        _match(getattr(pattern, f.name), getattr(found, f.name), free, inner if f.name in inside else bound)
        for f in fields(pattern)
    )


def _match_index(pattern: Index, found: Index, free: dict[Index, Index], bound: Bound) -> bool:
    if pattern.size != found.size:
        return False
    for inner_pattern, inner_found in reversed(bound):
        if pattern == inner_pattern or found == inner_found:
            return pattern == inner_pattern and found == inner_found
    return free.setdefault(pattern, found) == found


def indices_in(statements: Iterable[Statement]) -> frozenset[Index]:
    """The free indices of the statements."""
    exprs = (expr for statement in statements for expr in expressions_of(statement))
    return frozenset(index for expr in exprs for index in free_indices(expr))


def instances(statement: Statement, indices: Iterable[Index]) -> Iterator[Statement]:
    """The statement at all values of its free indices among the given ones (and its own)."""
    own = sorted(indices_in([statement]), key=lambda index: (index.name, index.size.name))
    among = sorted(indices, key=lambda index: (index.name, index.size.name))
    choices = [[o, *(i for i in among if i.size == o.size and i != o)] for o in own]
    for picked in product(*choices):
        mapping: dict[IndexLike, IndexLike] = dict(zip(own, picked, strict=True))
        yield renamed(statement, mapping)
