"""The derivations of the sheet, each carried out once for all tests of a process.

A test of what a derivation holds asks here; a test of carrying it out does it itself.
"""

from __future__ import annotations

from functools import cache

from derivations import discovery
from derivations.proof.steps import Derivation


@cache
def derivation_of(name: str) -> Derivation:
    return discovery.derive_named(name)
