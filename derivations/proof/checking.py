"""A finished derivation, gone through once more by the small checker: a claim that it does not accept is not PROVED.

How a step was found it is not told: only what the step says, and records of how that follows, which are not trusted.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from derivations.calculus.evidence import ALL_SIZES, Evidence, Verdict
from derivations.checker.ledger import Ledger
from derivations.checker.writing import written
from derivations.proof.facts import CITED, MEANINGS
from derivations.proof.recording import records
from derivations.proof.steps import Step
from derivations.proof.verdicts import CHECKER, judge, weakest

ACCEPTED = "accepted by the small checker"


def new_ledger() -> Ledger:
    """A ledger with the cited facts and the meanings of names, and no step yet."""
    return Ledger({name: written(fact) for name, fact in {**CITED, **MEANINGS}.items()})


def complaint(ledger: Ledger, step: Step) -> str:
    """Have a step accepted: why it was not, or nothing."""
    try:
        for record in records(step, ledger):
            ledger.add(record)
    except TimeoutError:  # whoever has set a limit wants to know
        raise
    except Exception as reason:  # whatever else goes wrong, the step is not accepted
        return str(reason) or type(reason).__name__
    said = ledger.states(step.id, written(step.statement), written([one.statement for one in step.assumed]))
    return "" if said else "what was accepted is not what the step says"


def checked(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps with what the checker finds, and verdicts to match; what is not PROVED has no proof to follow."""
    ledger, done = new_ledger(), dict[str, Step]()
    for step in steps:
        own, evidence, start = step.own, step.evidence, time.perf_counter()
        if own is Verdict.PROVED:
            detail = complaint(ledger, step)
            found = Verdict.UNKNOWN if detail else Verdict.PROVED
            seconds = time.perf_counter() - start
            evidence = (*evidence, Evidence(CHECKER, ACCEPTED, ALL_SIZES, found, seconds, detail=detail))
            own = judge(evidence) if step.kind == "claim" else own
        verdict = weakest((own, *(done[name].verdict for name in step.uses)))
        done[step.id] = replace(step, evidence=evidence, own=own, verdict=verdict)
    return tuple(done.values())
