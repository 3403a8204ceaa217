"""Judging a printed sheet: each line is transcribed as an expression, and its verdict is computed.

A line may hold, fail with a counterexample, hold only under a hypothesis that is missing in print, or be the
definition of a symbol. What fails is corrected, and the corrected line is a claim like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from derivations.calculus import instances
from derivations.calculus.evidence import Counterexample, Evidence, Verdict
from derivations.calculus.expressions import Expr, Member
from derivations.calculus.statements import Equal, Hypothesis, Statement
from derivations.proof.arguing import Context
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
    MISFIT = "does not agree with the lines after it"


@dataclass(frozen=True)
class Printed:
    """One relation or assertion of the sheet, as printed, and what was found of it.

    `latex` is the line as printed; `statement` its transcription. `needs` are the hypotheses missing in print,
    without which the counterexample applies. `corrected` is a claim that the rules show and the judge confirms; the
    small checker is not asked. `step` is the line as it was judged, with what it needs, in the `context` of what stands
    before it.
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
    step: Step | None = None
    context: Context | None = None

    @property
    def counterexample(self) -> Counterexample | None:
        """Where the line fails, or fails without the hypotheses that are missing in print."""
        return next((e.counterexample for e in self.evidence if e.counterexample is not None), None)


AS_PRINTED = {Verdict.PROVED: PrintedVerdict.HOLDS, Verdict.REFUTED: PrintedVerdict.FAILS}
FAULTS = {PrintedVerdict.FAILS: Fault.FALSE}


class Sheet:
    """The printed lines of one problem, judged as they are written down. `proof` holds definitions and corrections."""

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.lines: list[Printed] = []

    def define(
        self,
        where: str,
        latex: str,
        symbol: Member,
        body: Expr,
        why: str,
        *,
        uses: Sequence[Step] = (),
        given: Sequence[Hypothesis] = (),
        fault: Fault = Fault.NONE,
        corrected: Step | None = None,
    ) -> Step:
        """A line that introduces a symbol; `corrected` defines it in the way that the lines after it need."""
        step = self.proof.define(f"printed.{len(self.lines) + 1}", symbol, body, why, uses=uses, given=given)
        verdict = PrintedVerdict.DEFINITION
        self._record(Printed(where, latex, Equal(symbol, body), verdict, fault, why, corrected=corrected))
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
        Raises ProofError for needs without which the line holds as well, for a hypothesis that is neither given nor
        said to be needed, and for a correction that is missing, not proved, or offered for a line that holds.
        """
        uses, rewriting, given, needs = tuple(uses), tuple(rewriting), tuple(given), tuple(needs)
        claim = partial(self.proof.claim, statement=says, because=why)
        name = f"printed.{len(self.lines) + 1}"
        context = self.proof.context()
        found = claim(name, uses=uses, rewriting=rewriting, given=(*given, *needs), by=by)
        self._all_said(where, found, (*given, *needs), context.mentioned(says))
        verdict = AS_PRINTED.get(found.verdict, PrintedVerdict.UNKNOWN)
        usual, missing, evidence = FAULTS.get(verdict, Fault.NONE), tuple(needs), found.evidence
        if verdict is not PrintedVerdict.HOLDS:
            missing = ()
        if missing:
            definitions = [step for step in uses if step.kind == "definition"]
            bare = self._without(where, f"{name}.without", claim, needs, given, definitions)
            usual, evidence = Fault.HYPOTHESIS, (*bare.evidence, *evidence)
        line = Printed(where, latex, says, verdict, fault or usual, why, missing, evidence, corrected)
        entry = replace(line, step=found, context=context)
        self._record(entry)
        return entry

    def _without(
        self,
        where: str,
        name: str,
        claim: Callable[..., Step],
        needs: Sequence[Hypothesis],
        given: Sequence[Hypothesis],
        definitions: Sequence[Step],
    ) -> Step:
        """The line without what it is said to need, refuted; then ProofError for a need that is idle.

        Nothing is argued: lemmas may bring a hypothesis along. A need may follow from the others: then it only spares
        the reader an inference, and no counterexample to the line without it alone can be had.
        """
        bare = claim(name, uses=definitions, given=given)
        if bare.verdict is not Verdict.REFUTED:
            raise ProofError(f"{where}: no counterexample to the line without what it is said to need")
        for number, need in enumerate(needs if len(needs) > 1 else (), 1):
            others = [*given, *(other for other in needs if other != need)]
            known = self.proof.context().definitions
            follows = instances.check(need.statement, definitions=known, hypotheses=others)
            if follows.verdict is not Verdict.CHECKED:
                alone = claim(f"{name}.{number}", uses=definitions, given=others)
                if alone.verdict is not Verdict.REFUTED:
                    raise ProofError(f"{where}: hypothesis {number} of its needs makes no difference")
        return bare

    def _all_said(
        self, where: str, found: Step, said: Sequence[Hypothesis], definitions: Sequence[Step]
    ) -> None:
        """Raise ProofError if a line rests on a hypothesis that is neither said nor part of a definition in it."""
        known = {*said, *(h for step in definitions if step.kind == "definition" for h in step.assumed)}
        unsaid = [hypothesis for hypothesis in found.assumed if hypothesis not in known]
        if unsaid and found.verdict is Verdict.PROVED:
            raise ProofError(f"{where}: the line rests on {len(unsaid)} hypotheses that are not said")

    def _record(self, entry: Printed) -> None:
        """Add a line. Raises ProofError for a place named twice, or a correction that is missing, idle or not proved."""
        where, verdict, corrected = entry.where, entry.verdict, entry.corrected
        if where in {line.where for line in self.lines}:
            raise ProofError(f"{where}: two printed lines stand there")
        if corrected is not None and self.proof.step(corrected.id) is not corrected:
            raise ProofError(f"{where}: the correction is a step of another derivation")
        if corrected is not None and corrected.verdict is not Verdict.PROVED:
            raise ProofError(f"{where}: the correction is {corrected.verdict}")
        if corrected is None and verdict is PrintedVerdict.FAILS:
            raise ProofError(f"{where}: the line fails, and there is no correction")
        if corrected is not None and verdict is PrintedVerdict.HOLDS:
            raise ProofError(f"{where}: a correction is offered for a line that holds")
        self.lines.append(entry)
