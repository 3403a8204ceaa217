"""One symbol for another throughout a statement, a hypothesis, a method or a step."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from derivations.calculus.domains import Domain
from derivations.calculus.expressions import Symbol
from derivations.proof.arguing import Argument
from derivations.proof.steps import Step

T = TypeVar("T")


@dataclass(frozen=True)
class Replacing:
    """`old` is replaced by `new` in whatever is built of frozen dataclasses and tuples."""

    old: Symbol
    new: Symbol

    def __call__(self, item: T) -> T:
        return cast(T, self._changed(item))

    def _changed(self, item: object) -> object:
        if isinstance(item, Symbol):
            return self.new if item == self.old else item
        if isinstance(item, tuple):
            return tuple(map(self._changed, item))
        if isinstance(item, Step):
            return replace(item, statement=self(item.statement), assumed=self(item.assumed))
        if isinstance(item, Argument):
            return Argument(self(item.method), self(item.uses), self(item.rewriting), self(item.given))
        if not is_dataclass(item) or isinstance(item, Domain | type):
            return item
        changed: dict[str, Any] = {f.name: self._changed(getattr(item, f.name)) for f in fields(item)}
        return replace(item, **changed) if changed else item
