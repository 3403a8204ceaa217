"""How evidence becomes a verdict."""

from __future__ import annotations

from collections.abc import Iterable

from derivations.calculus.evidence import ALL_SIZES, Evidence, Verdict

CHECKER = "checker"  # the engine that goes through a finished derivation


def judge(evidence: Iterable[Evidence]) -> Verdict:
    """The verdict of a claim from all that was found about it. Disagreement is not outvoted.

    Whatever the small checker has been asked about and does not accept is not PROVED; that it accepts is no evidence of
    another kind. Hypotheses that no draw satisfied may contradict each other: then nothing is known, whatever follows
    from them.
    """
    everything = tuple(evidence)
    found = [item for item in everything if item.engine != CHECKER]
    refused = any(e.engine == CHECKER and e.verdict is not Verdict.PROVED for e in everything)
    if any(item.verdict is Verdict.REFUTED for item in found):
        return Verdict.REFUTED
    if any(item.verdict is Verdict.UNKNOWN and item.draws == 0 for item in found):
        return Verdict.UNKNOWN
    provers = {e.engine for e in found if e.verdict is Verdict.PROVED and e.scope == ALL_SIZES}
    agreeing = {e.engine for e in found if e.verdict in (Verdict.PROVED, Verdict.CHECKED)}
    if provers and len(agreeing) > 1 and not refused:
        return Verdict.PROVED
    if agreeing - provers:
        return Verdict.CHECKED
    return Verdict.UNKNOWN


def weakest(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of several verdicts; UNKNOWN when there are none."""
    return min(verdicts, key=lambda verdict: verdict.rank, default=Verdict.UNKNOWN)
