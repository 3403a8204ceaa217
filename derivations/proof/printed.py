"""Judging a printed sheet: each line is transcribed as an expression, and its verdict is computed.

A line may hold, fail with a counterexample, hold only under a hypothesis that is missing in print, or be the
definition of a symbol. What fails is corrected, and the corrected line is a claim like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from derivations.calculus.evidence import Counterexample, Evidence, Verdict
from derivations.calculus.expressions import Expr, Member
from derivations.calculus.statements import Equal, Hypothesis, Statement
from derivations.proof.methods import Method
from derivations.proof.proof import Proof, ProofError
from derivations.proof.steps import Step


class PrintedVerdict(StrEnum):
    """What is found of a printed line; the order is from worst to best."""

    FAILS = "FAILS"
    UNKNOWN = "UNKNOWN"
    HOLDS = "HOLDS"
    DEFINITION = "DEFINITION"

    @property
    def rank(self) -> int:
        return list(PrintedVerdict).index(self)


class Fault(StrEnum):
    """What is wrong with a line that does not simply hold."""

    NONE = ""
    FALSE = "false as printed"
    HYPOTHESIS = "true only under a hypothesis that is not stated"
    INFERENCE = "does not follow from what stands before it, although the conclusion holds"
    UNPROVED = "asserted, but not shown on the sheet"
    NOTATION = "sloppy notation"


@dataclass(frozen=True)
class Printed:
    """One relation or assertion of the sheet, as printed, and what was found of it.

    `latex` is the line as printed; `statement` its transcription. `needs` are the hypotheses missing in print,
    without which the counterexample applies. `corrected` is a claim that is PROVED.
    """

    where: str
    latex: str
    statement: Statement
    verdict: PrintedVerdict
    fault: Fault
    why: str
    needs: tuple[Hypothesis, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    corrected: Step | None = None

    @property
    def counterexample(self) -> Counterexample | None:
        """Where the line fails, or fails without the hypotheses that are missing in print."""
        return next((e.counterexample for e in self.evidence if e.counterexample is not None), None)


class Sheet:
    """The printed lines of one problem, judged as they are written down. `proof` holds definitions and corrections."""

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.lines: list[Printed] = []

    def define(self, where: str, latex: str, symbol: Member, body: Expr, why: str) -> Step:
        """A line that introduces a symbol."""
        step = self.proof.define(f"printed.{len(self.lines) + 1}", symbol, body, why)
        statement = Equal(symbol, body)
        self.lines.append(Printed(where, latex, statement, PrintedVerdict.DEFINITION, Fault.NONE, why))
        return step

    def line(
        self,
        where: str,
        latex: str,
        says: Statement,
        why: str,
        *,
        uses: Sequence[Step] = (),
        rewriting: Sequence[Step] = (),
        given: Sequence[Hypothesis] = (),
        needs: Sequence[Hypothesis] = (),
        by: Method | None = None,
        fault: Fault | None = None,
        corrected: Step | None = None,
    ) -> Printed:
        """A line that asserts something under the hypotheses `given` on the sheet.

        `needs` are hypotheses that the sheet does not state: with them the line must hold, and without them there
        must be a counterexample. `fault` says in which way a line is amiss that neither fails nor lacks a hypothesis.
        Raises ProofError if a correction is offered that is not proved, or for a line that holds.
        """
        name = f"printed.{len(self.lines) + 1}"
        bare = self._judged(f"{name}.bare", says, why, uses, rewriting, given, by)
        evidence, holds = bare.evidence, bare.verdict is Verdict.PROVED
        refuted = bare.verdict is Verdict.REFUTED
        lacking = False
        if needs and refuted:
            full = self._judged(f"{name}.full", says, why, uses, rewriting, (*given, *needs), by)
            lacking = holds = full.verdict is Verdict.PROVED
            evidence = (*bare.evidence, *full.evidence)
            refuted = refuted and not holds
        verdict = PrintedVerdict.UNKNOWN
        if holds:
            verdict = PrintedVerdict.HOLDS
        elif refuted:
            verdict = PrintedVerdict.FAILS
        if corrected is not None and corrected.verdict is not Verdict.PROVED:
            raise ProofError(f"{where}: the correction is {corrected.verdict}")
        found = Fault.FALSE if refuted else Fault.HYPOTHESIS if lacking else Fault.NONE
        missing = tuple(needs) if lacking else ()
        entry = Printed(where, latex, says, verdict, fault or found, why, missing, evidence, corrected)
        self.lines.append(entry)
        return entry

    def _judged(
        self,
        name: str,
        says: Statement,
        why: str,
        uses: Sequence[Step],
        rewriting: Sequence[Step],
        given: Sequence[Hypothesis],
        by: Method | None,
    ) -> Step:
        return self.proof.claim(name, says, why, uses=uses, rewriting=rewriting, given=given, by=by)
