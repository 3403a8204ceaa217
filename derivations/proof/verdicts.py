"""How evidence becomes a verdict."""

from __future__ import annotations

from collections.abc import Iterable

from derivations.calculus.evidence import ALL_SIZES, Evidence, Verdict

MEANING = {
    Verdict.PROVED: "shown for all sizes and all values the hypotheses allow, by a rule-based engine, and "
    "confirmed by another engine that could have refuted it",
    Verdict.CHECKED: "true wherever it was tried, at fixed sizes; there is no argument for all sizes",
    Verdict.REFUTED: "a concrete counterexample is attached: sizes, values and both sides",
    Verdict.UNKNOWN: "could not be decided",
}


def judge(evidence: Iterable[Evidence]) -> Verdict:
    """The verdict of a claim from all that was found about it. Disagreement is not outvoted.

    Hypotheses that no draw satisfied may contradict each other: then nothing is known, whatever follows from them.
    """
    found = tuple(evidence)
    if any(item.verdict is Verdict.REFUTED for item in found):
        return Verdict.REFUTED
    if any(item.verdict is Verdict.UNKNOWN and item.draws == 0 for item in found):
        return Verdict.UNKNOWN
    provers = {e.engine for e in found if e.verdict is Verdict.PROVED and e.scope == ALL_SIZES}
    agreeing = {e.engine for e in found if e.verdict in (Verdict.PROVED, Verdict.CHECKED)}
    if provers and len(agreeing) > 1:
        return Verdict.PROVED
    if agreeing - provers:
        return Verdict.CHECKED
    return Verdict.UNKNOWN


def weakest(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of several verdicts; UNKNOWN when there are none."""
    return min(verdicts, key=lambda verdict: verdict.rank, default=Verdict.UNKNOWN)
