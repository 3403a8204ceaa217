"""What a quantity may be: the domains from which hypotheses, draws, test cases and error messages come.

A domain is declared once, with the symbol. It is pure data; every engine reads it in its own way: the
kernel turns `symmetric` or `sums_to_one` into rules, the judge draws values, the generator writes checks.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Domain:
    """The set of values a scalar, vector or matrix may take.

    `phrase` completes the sentence "the quantity ...". A family whose domain says `sums_to_one` sums to
    one over its last index (responsibilities over the components, mixture weights over the components).
    """

    name: str
    phrase: str
    positive: bool = False
    nonnegative: bool = False
    below_one: bool = False
    at_most_one: bool = False
    binary: bool = False
    sums_to_one: bool = False
    symmetric: bool = False
    definite: bool = False
    semidefinite: bool = False
    unit: bool = False
    label: bool = False

    @property
    def properties(self) -> tuple[str, ...]:
        """The names of the properties that its values have."""
        return tuple(field.name for field in fields(self)[2:] if getattr(self, field.name))

    @property
    def key(self) -> str:
        """All that tells two domains apart, in the key of a symbol."""
        return f"{self.name!r}|{self.phrase!r}:{'+'.join(self.properties)}"


REAL = Domain("real", "is real")
NONNEGATIVE = Domain("nonnegative", "is not negative", nonnegative=True)
POSITIVE = Domain("positive", "is positive", positive=True, nonnegative=True)
FRACTION = Domain(
    "fraction", "lies strictly between 0 and 1", positive=True, nonnegative=True, below_one=True
)
PROBABILITY = Domain("probability", "lies between 0 and 1", nonnegative=True, at_most_one=True)
BINARY = Domain("binary", "is 0 or 1", nonnegative=True, binary=True)
LABEL = Domain("label", "is the number of a component", label=True)

SIMPLEX = Domain(
    "simplex", "is not negative and sums to one over its last index", nonnegative=True, sums_to_one=True
)
OPEN_SIMPLEX = Domain(
    "open simplex",
    "is positive and sums to one over its last index",
    positive=True,
    nonnegative=True,
    sums_to_one=True,
)

ONE_HOT = Domain(
    "one-hot",
    "is 1 at one place of its last index and 0 elsewhere",
    nonnegative=True,
    binary=True,
    sums_to_one=True,
)
UNIT = Domain("unit vector", "has length one", unit=True)

SYMMETRIC = Domain("symmetric", "is symmetric", symmetric=True)
SEMIDEFINITE = Domain("semidefinite", "is positive semidefinite", symmetric=True, semidefinite=True)
DEFINITE = Domain("definite", "is positive definite", symmetric=True, semidefinite=True, definite=True)
INVERTIBLE = Domain("invertible", "is invertible")

# A closed table: what a domain says is what engines and pages make of it, so nobody makes one of his own.
DOMAINS = {
    domain.name: domain
    for domain in (
        REAL,
        NONNEGATIVE,
        POSITIVE,
        FRACTION,
        PROBABILITY,
        BINARY,
        LABEL,
        SIMPLEX,
        OPEN_SIMPLEX,
        ONE_HOT,
        UNIT,
        SYMMETRIC,
        SEMIDEFINITE,
        DEFINITE,
        INVERTIBLE,
    )
}


def is_known(domain: Domain) -> bool:
    """Whether a domain is a row of the table."""
    return DOMAINS.get(domain.name) == domain
