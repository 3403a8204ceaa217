"""What an author hands over is what it seems: trees of our own nodes with tuples in them, and one symbol a name.

A subclass of a node may say that it equals everything; a list hides what is in it from all that looks for symbols; and
two symbols of one name or letter are one to a reader. None of these is let into a derivation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from fractions import Fraction
from types import NoneType

from derivations.calculus import expressions, statements
from derivations.calculus.domains import Domain
from derivations.calculus.expressions import Index, Size, Symbol
from derivations.proof.axioms import Axiom
from derivations.proof.steps import Step


class ProofError(ValueError):
    """A derivation is written wrongly: an id used twice, a definition that is none, a step that is not there."""


KINDS = frozenset(
    kind
    for module in (expressions, statements)
    for kind in vars(module).values()
    if isinstance(kind, type) and is_dataclass(kind)
) | {Domain}
LEAVES = (str, int, bool, Fraction, NoneType)
KEPT = (Step, Axiom)  # looked at where they were made


def require_plain(where: str, *items: object) -> None:
    """Raise ProofError for anything that is not made of our own classes, tuples, strings and numbers alone."""
    for item in _parts(items):
        if type(item) not in KINDS and type(item) is not tuple and type(item) not in (*LEAVES, *KEPT):
            raise ProofError(f"{where}: a {type(item).__name__} has no place in a derivation")


def require_one_meaning(where: str, *items: object) -> None:
    """Raise ProofError if two symbols in these have a name or a letter in common, or two indices a name.

    A family may have the letter of a number: S_k and S look different.
    """
    meant: dict[tuple[str, str], object] = {}
    for item in _parts(items):
        for kind, name, meaning in _names(item):
            if meant.setdefault((kind, name), meaning) != meaning:
                raise ProofError(f"{where}: two {kind} are called {name}")


def _names(item: object) -> Iterator[tuple[str, str, object]]:
    match item:
        case Symbol(name, latex):
            yield "quantities", name, item
            yield "letters", f"{latex} {len(item.family)}", item
        case Size(name):
            yield "quantities", name, item
        case Index(name, size):
            yield "indices", name, size


def _parts(items: Iterable[object]) -> Iterator[object]:
    """All that is in some items, each object once."""
    waiting, seen = list(items), set[int]()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        if type(item) is tuple:
            waiting.extend(item)
        elif is_dataclass(item) and type(item) in KINDS:
            waiting.extend(getattr(item, field.name) for field in fields(item))
