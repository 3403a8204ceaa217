"""What the value of each node depends on, seen through definitions."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields
from typing import cast

from derivations.calculus import expressions as ex
from derivations.calculus.expressions import Expr, Index, Member, Size, Symbol


@dataclass(slots=True)
class Node:
    """What is worth knowing of a node before it is evaluated many times."""

    expr: Expr
    needs: frozenset[int]  # the slots of its free indices and of its symbols, seen through definitions
    scalar: bool
    slots: tuple[int, ...]  # of the symbol and the indices, for a member of a family that is not defined


class Scope:
    """What the value of each node depends on: small integers, slots, that stand for indices and symbols."""

    def __init__(self, definitions: Sequence[tuple[Member, Expr]] = ()) -> None:
        self.keys: list[Index | Symbol] = []
        self._slots: dict[Index | Symbol, int] = {}
        self._by_id: dict[int, tuple[object, int]] = {}
        self.nodes: dict[int, Node] = {}
        self._open: set[int] = set()
        self.definitions: dict[int, tuple[tuple[int, ...], Expr]] = {}
        self.sizes_behind: dict[int, frozenset[Size]] = {}  # of definitions, as far as they were asked for
        for pattern, body in definitions:
            _check_definition(pattern, body)
            inner = tuple(self.slot(cast(Index, index)) for index in pattern.indices)
            self.definitions[self.slot(pattern.symbol)] = (inner, body)

    def slot(self, key: Index | Symbol) -> int:
        """The slot of an index or symbol. Found by identity, because hashing a symbol is slow."""
        known = self._by_id.get(id(key))
        if known is None:
            if key not in self._slots:
                self._slots[key] = len(self.keys)
                self.keys.append(key)
            known = self._by_id[id(key)] = (key, self._slots[key])
        return known[1]

    def needs(self, expr: Expr) -> frozenset[int]:
        """The slots of the free indices and of the symbols, seen through definitions."""
        return self.node(expr).needs

    def node(self, expr: Expr) -> Node:
        known = self.nodes.get(id(expr))
        if known is None:
            needs = frozenset(self._slots_in(expr))
            known = self.nodes[id(expr)] = Node(expr, needs, expr.is_scalar, self._slots_of_member(expr))
        return known

    def _slots_of_member(self, expr: Expr) -> tuple[int, ...]:
        if not isinstance(expr, Member) or self.slot(expr.symbol) in self.definitions:
            return ()
        indices = [self.slot(index) for index in expr.indices if isinstance(index, Index)]
        return (self.slot(expr.symbol), *indices) if len(indices) == len(expr.indices) else ()

    def _slots_in(self, part: object) -> AbstractSet[int]:
        match part:
            case Index():
                return {self.slot(part)}
            case Symbol():
                return {self.slot(part)} | self._slots_of_definition(part)
            case tuple():
                return {slot for item in part for slot in self._slots_in(item)}
            case ex.First(index, body, chosen):
                return (self.needs(body) - {self.slot(index)}) | self._slots_in(chosen)
            case ex.Binder(index, _):
                inside = {slot for child in part.children for slot in self.needs(child)}
                return inside - {self.slot(index)}
            case ex.AssignmentSum(labels, body):
                return self.needs(body) - {self.slot(labels)}
            case ex.At(body, _, value):
                return self.needs(body) - {self.slot(part.member.symbol)} | self.needs(value)
            case Expr():
                return {slot for f in fields(part) for slot in self._slots_in(getattr(part, f.name))}
        return set()

    def _slots_of_definition(self, symbol: Symbol) -> AbstractSet[int]:
        slot = self.slot(symbol)
        if slot not in self.definitions:
            return set()
        if slot in self._open:
            raise ValueError(f"{symbol.name} is defined by itself")
        self._open.add(slot)
        indices, body = self.definitions[slot]
        found = self.needs(body) - set(indices)
        self._open.discard(slot)
        return found


def _check_definition(pattern: Member, body: Expr) -> None:
    name, own = pattern.symbol.name, set(pattern.indices)
    if len(own) < len(pattern.indices) or not all(isinstance(index, Index) for index in own):
        raise ValueError(f"the definition of {name} needs different indices on its left")
    stray = sorted(index.name for index in ex.free_indices(body) - own)
    if stray:
        raise ValueError(f"the definition of {name} leaves the index {', '.join(stray)} free")
    if pattern.shape != body.shape:
        raise ValueError(
            f"{name} has the shape {ex.names(pattern.shape)}, its definition {ex.names(body.shape)}"
        )
