"""SymPy as a second judge of every derivation: it disagrees nowhere, and it would."""

from __future__ import annotations

from dataclasses import replace

import pytest
from derived import derivation_of

from derivations import discovery
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import Neg
from derivations.calculus.statements import Equal
from derivations.proof.replaying import replayed
from derivations.proof.steps import Derivation

# how many equations of each problem SymPy can follow, at least
FOLLOWED = {
    "kmedians": 12,
    "gmm_estep": 12,
    "gmm_mstep": 15,
    "bernoulli_mixture": 24,
    "mixture_moments": 15,
    "kmeans_limit": 9,
    "gmm_convolution": 20,
}


def test_every_derivation_is_replayed() -> None:
    assert set(FOLLOWED) == {name for name, item in discovery.found().items() if item.ours}


@pytest.mark.parametrize("name", FOLLOWED)
def test_sympy_agrees_wherever_it_can_follow(name: str) -> None:
    derivation = derivation_of(name)
    again = replayed(derivation)
    found = [e for step in again.steps for e in step.evidence if e.engine == "sympy"]
    assert {evidence.verdict for evidence in found} == {Verdict.CHECKED}
    assert len(found) >= FOLLOWED[name]
    assert again.verdict is derivation.verdict


def test_sympy_refutes_a_planted_sign_and_all_that_rests_on_it() -> None:
    derivation = derivation_of("gmm_mstep")
    step = derivation.step("mu.gradient")
    assert isinstance(step.statement, Equal)
    wrong = replace(step, statement=Equal(step.statement.left, Neg(step.statement.right)))
    planted: Derivation = replace(
        derivation, steps=tuple(wrong if one is step else one for one in derivation.steps)
    )
    again = replayed(planted)
    assert again.step("mu.gradient").verdict is Verdict.REFUTED
    assert again.verdict is Verdict.REFUTED
