"""Errors planted in the statements of the M-step: who sees them, and how.

A slip in any step is refuted, unless the result is true all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from derivations.audit.judging import outcome
from derivations.audit.mutants import Mutant, mutants
from derivations.audit.runner import sample, subjects
from derivations.calculus.evidence import Verdict

EACH = 4  # mutants of one claim; the audit tries them all

# ------------------------------------------------------------------------ slips in every claim


@pytest.mark.parametrize("claim", [subject.name for subject in subjects("gmm_mstep")])
def test_a_slip_is_refuted_unless_the_result_is_true(claim: str) -> None:
    found = []
    for mutant in islice(of_claim(claim), 2 * EACH):
        result = outcome(mutant)
        if result is None:
            continue
        found.append(result)
        strict = mutant.slip == "strict for weak"  # balls do not tell equal numbers from very close ones
        assert result.together is Verdict.REFUTED or result.equivalent or strict, result
        assert result.equivalent or result.rules is not Verdict.PROVED, result
        if len(found) == EACH:
            break
    assert len(found) >= min(EACH, 3)


def of_claim(name: str) -> Iterator[Mutant]:
    """The mutants of one claim, one slip after the other."""
    yield from (m for m in sample(["gmm_mstep"], seed=1) if m.subject.name == name)


def test_every_claim_has_mutants_of_many_kinds() -> None:
    for subject in subjects("gmm_mstep"):
        assert len({mutant.slip for mutant in mutants(subject)}) >= 5, subject.name
