"""Inequalities: signs by structure, for all sizes; comparisons of scalars and case splits, by z3."""

from derivations.calculus.order.signs import (
    defined,
    definite,
    invertible,
    nonnegative,
    positive,
    semidefinite,
)
from derivations.calculus.order.solver import Lemma, cover, decide

__all__ = [
    "Lemma",
    "cover",
    "decide",
    "defined",
    "definite",
    "invertible",
    "nonnegative",
    "positive",
    "semidefinite",
]
