"""From trees to the kernel: every node as sums of products of its entries.

A scalar is lowered as it is, a vector or matrix at the places of one entry. The table LOWER has one
function a node. Whatever a rule needs (an invertible matrix, a positive argument) is asked of the theory,
which records it; what it cannot justify is undecided.
"""

from derivations.calculus.lowering.frame import Entry, Lowering, entry_of, place_of
from derivations.calculus.lowering.functions import must_be_finite
from derivations.calculus.lowering.table import LOWER, lower
from derivations.calculus.lowering.theories import prove_equal, theory

__all__ = [
    "LOWER",
    "Entry",
    "Lowering",
    "entry_of",
    "lower",
    "must_be_finite",
    "place_of",
    "prove_equal",
    "theory",
]
