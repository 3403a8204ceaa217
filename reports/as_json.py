"""The records of a derivation as JSON: the shape that other tools rely on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from derivations.proof.verdicts import weakest
from reports.errata import PrintedView, ProblemErrata, counts
from reports.view import AxiomView, DerivationView, EvidenceView, StepView, UpdateView

Json = dict[str, Any]


def dump(value: Any) -> str:
    """Indented JSON that ends with a line break; NaN and infinity are refused rather than written."""
    return json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def problems(views: Sequence[DerivationView], seconds: float) -> Json:
    """All derivations together."""
    return {
        "verdict": weakest(view.verdict for view in views).value,
        "seconds": round(seconds, 3),
        "derivations": [derivation(view) for view in views],
    }


def derivation(view: DerivationView) -> Json:
    return {
        "name": view.name,
        "problem": view.problem,
        "title": view.title,
        "verdict": view.verdict.value,
        "seconds": round(view.seconds, 3),
        "hypotheses": [formula.portable for formula in view.hypotheses],
        "axioms": [_axiom(axiom) for axiom in view.axioms],
        "steps": [step(item) for item in view.steps],
        "updates": [_update(update) for update in view.updates],
        "as_printed": [printed(line) for line in view.as_printed],
    }


def errata(problems: Sequence[ProblemErrata], seconds: float) -> Json:
    """The printed sheet alone, without the derivations."""
    lines = [line for problem in problems for line in problem.lines]
    return {
        "seconds": round(seconds, 3),
        "counts": {verdict.value: number for verdict, number in counts(lines).items()},
        "derivations": [
            {"name": p.name, "title": p.title, "as_printed": [printed(line) for line in p.lines]}
            for p in problems
        ],
    }


def printed(view: PrintedView) -> Json:
    """One printed line; what there is none of is null."""
    example = view.counterexample
    return {
        "where": view.where,
        "printed": view.printed.source,
        "transcribed": view.transcribed.portable,
        "verdict": view.verdict.value,
        "fault": view.fault.value,
        "needs": [formula.portable for formula in view.needs],
        "counterexample": None if example is None else asdict(example),
        "corrected": None if view.corrected is None else view.corrected.portable,
        "why": view.why,
    }


def step(view: StepView) -> Json:
    return {
        "id": view.id,
        "kind": view.kind,
        "latex": view.formula.portable,
        "reason": view.reason,
        "verdict": view.verdict.value,
        "uses": list(view.uses),
        "rule": view.rule,
        "axioms": list(view.axioms),
        "hypotheses": [formula.portable for formula in view.hypotheses],
        "evidence": [_evidence(item) for item in view.evidence],
    }


def _axiom(view: AxiomView) -> Json:
    return {
        "name": view.name,
        "statement": view.text if view.formula is None else view.formula.portable,
        "citation": view.citation,
        "status": view.status,
    }


def _evidence(view: EvidenceView) -> Json:
    found: Json = {
        "engine": view.engine,
        "method": view.method,
        "scope": view.scope,
        "verdict": view.verdict.value,
        "seconds": round(view.seconds, 4),
    }
    if view.draws is not None:
        found["draws"] = view.draws
    if view.detail:
        found["detail"] = view.detail
    if view.counterexample is not None:
        found["counterexample"] = asdict(view.counterexample)
    return found


def _update(view: UpdateView) -> Json:
    found: Json = {"name": view.name, "latex": view.formula.portable}
    if view.code is not None:
        found["generated"] = view.code.generated
        if view.code.handwritten is not None:
            found["handwritten"] = view.code.handwritten
    if view.crosscheck is not None:
        found["crosscheck"] = {
            "cases": view.crosscheck.cases,
            "max_error": view.crosscheck.max_error,
            "bound": view.crosscheck.bound,
            "verdict": view.crosscheck.verdict,
        }
    return found
