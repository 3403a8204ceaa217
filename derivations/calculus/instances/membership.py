"""When a value lies in a domain, one row a property, certified."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from flint import fmpq

from derivations.calculus.domains import INVERTIBLE, Domain
from derivations.calculus.instances.arrays import Rows, Value, determinant, rows_of, sums_of_minors, transpose
from derivations.calculus.instances.numbers import (
    ONE,
    ZERO,
    Number,
    Order,
    Undecided,
    compare,
    real,
    sign,
    total,
)


def equal(left: Number, right: Number) -> bool:
    """Equal exactly, or as balls that overlap and are narrower than the tolerance."""
    return compare(left, right) in (Order.EQUAL, Order.TOUCHING)


def at_most(left: Number, right: Number) -> bool:
    return compare(left, right) is not Order.GREATER


def below(left: Number, right: Number) -> bool:
    """Strictly smaller; balls that touch decide nothing."""
    order = compare(left, right)
    if order is Order.TOUCHING:
        raise Undecided("a strict inequality")
    return order is Order.LESS


def _is_symmetric(rows: Rows) -> bool:
    mirrored = transpose(rows)
    return all(equal(a, b) for r, s in zip(rows, mirrored, strict=True) for a, b in zip(r, s, strict=True))


def _is_definite(rows: Rows) -> bool:
    return all(below(ZERO, determinant([row[:n] for row in rows[:n]])) for n in range(1, len(rows) + 1))


def _is_invertible(rows: Rows) -> bool:
    return sign(determinant(rows)) != 0


def _is_semidefinite(rows: Rows) -> bool:
    """Of a symmetric matrix: then det(t + A) has no negative coefficient, so no positive root."""
    return all(at_most(ZERO, minors) for minors in sums_of_minors(rows))


def _is_label(entry: Number) -> bool:
    value = real(entry)
    return isinstance(value, fmpq) and value > 0 and value.q == 1


ENTRIES: dict[str, Callable[[Number], bool]] = {
    "positive": lambda entry: below(ZERO, entry),
    "nonnegative": lambda entry: at_most(ZERO, entry),
    "below_one": lambda entry: below(entry, ONE),
    "at_most_one": lambda entry: at_most(entry, ONE),
    "binary": lambda entry: equal(entry, ZERO) or equal(entry, ONE),
    "label": _is_label,
}
ARRAYS: dict[str, Callable[[Rows], bool]] = {
    "unit": lambda rows: equal(total(entry * entry for row in rows for entry in row), ONE),
    "symmetric": _is_symmetric,
    "definite": _is_definite,
    "semidefinite": _is_semidefinite,
}
IMPLIED = {"semidefinite": "definite"}  # a test that another one makes superfluous


def lies_in(value: Value, domain: Domain) -> bool:
    """Whether one value has every property of the domain but its sum, which concerns a family."""
    of_entries, of_arrays = _tests(domain)
    if not (of_entries or of_arrays):
        return True
    rows = rows_of(value)
    return all(test(entry) for test in of_entries for row in rows for entry in row) and all(
        test(rows) for test in of_arrays
    )


@cache
def _tests(domain: Domain) -> tuple[list[Callable[[Number], bool]], list[Callable[[Rows], bool]]]:
    """What has to hold of each entry, and of the whole value."""
    of_entries = [test for name, test in ENTRIES.items() if getattr(domain, name)]
    of_arrays = [
        test for name, test in ARRAYS.items() if getattr(domain, name) and not _implied(name, domain)
    ]
    return of_entries, [*of_arrays, _is_invertible] if domain == INVERTIBLE else of_arrays


def _implied(name: str, domain: Domain) -> bool:
    return name in IMPLIED and bool(getattr(domain, IMPLIED[name]))


def family_lies_in(members: dict[tuple[int, ...], Value], domain: Domain) -> bool:
    """Whether all members of a family lie in a domain; sums run over the last index (or a vector's entries)."""
    if not all(lies_in(value, domain) for value in members.values()):
        return False
    if not domain.sums_to_one:
        return True
    rows: dict[tuple[int, ...], list[Number]] = {}
    for at, value in members.items():
        rows.setdefault(at[:-1], []).extend(entry for row in rows_of(value) for entry in row)
    return all(equal(total(entries), ONE) for entries in rows.values())
