"""An author's formulas, statements and ways of arguing as records: field by field, as they stand."""

from __future__ import annotations

from dataclasses import fields
from typing import Any


def written(what: Any) -> Any:
    """A record of it: a node is (kind, field, ...), a domain its name, a step ("Step", its id)."""
    kind = type(what).__name__
    if kind == "Domain":
        return (kind, what.name)
    if kind == "Step":
        return ("Step", what.id)
    if isinstance(what, tuple | list):
        return tuple(map(written, what))
    if hasattr(what, "__dataclass_fields__"):
        return (kind, *(written(getattr(what, field.name)) for field in fields(what)))
    return what
