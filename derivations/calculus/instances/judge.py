"""The independent judge: tries a claim at many instances and reports what it saw.

It can refute a claim, with a counterexample, or say that it held wherever it was tried; it never proves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from time import perf_counter
from typing import NamedTuple

from flint import ctx

from derivations.calculus.domains import Domain
from derivations.calculus.evidence import Evidence, Verdict
from derivations.calculus.expressions import Expr, Member, Symbol
from derivations.calculus.instances.draws import draws, in_order
from derivations.calculus.instances.evaluate import Evaluator
from derivations.calculus.instances.numbers import TooMuch, Undecided
from derivations.calculus.instances.setting import Dropped, Setting
from derivations.calculus.instances.trial import BITS, MORE, Failed, Trial
from derivations.calculus.instances.truth import shown, sides
from derivations.calculus.statements import Hypothesis, Iff, InRange, LessEqual, Statement

ENGINE = "instances"
LARGEST = 40  # size in a snapshot
Definitions = Sequence[tuple[Member, Expr]]


def check(
    statement: Statement,
    *,
    definitions: Definitions = (),
    hypotheses: Sequence[Hypothesis] = (),
    seed: int = 0,
    probes: int = 0,
) -> Evidence:
    """What the judge finds about a claim under its hypotheses: CHECKED, REFUTED or UNKNOWN.

    `probes` are further draws at small sizes, for a claim that nothing else speaks for.
    `definitions` are pairs of a pattern (N[k]) and its body in the pattern's indices; a defined symbol is
    evaluated and never drawn. Raises ValueError for definitions, choices or derivatives that make no sense.
    """
    if isinstance(statement, InRange):
        detail = "an index that has a value has it in its range"
        return Evidence(ENGINE, "exact", "values", Verdict.CHECKED, draws=0, detail=detail)
    started = perf_counter()
    try:
        trial = Trial(statement, Setting(statement, definitions, hypotheses), seed, probes)
        failure = trial.run()
    except RecursionError:
        return Evidence(ENGINE, "exact", "values", Verdict.UNKNOWN, detail="the formula is nested too deeply")
    return _evidence(trial, failure, *_verdict(trial, failure), seconds=perf_counter() - started)


def necessity(
    statement: Statement,
    which: Hypothesis | None = None,
    *,
    definitions: Definitions = (),
    hypotheses: Sequence[Hypothesis] = (),
    weakened: Mapping[Symbol, Domain] | None = None,
    seed: int = 0,
) -> Evidence:
    """Looks for a draw that violates one hypothesis alone, and where the statement fails or is ill-defined.

    REFUTED means that the hypothesis `which` is needed; UNKNOWN, that no such draw was found. `weakened`
    gives symbols a larger domain, of which only values outside the declared one are tried.
    """
    if which is None and not weakened:
        raise ValueError("name a hypothesis to violate, or a domain to weaken")
    started = perf_counter()
    others = tuple(hypothesis for hypothesis in hypotheses if hypothesis != which)
    trial = Trial(statement, Setting(statement, definitions, others, which, weakened), seed)
    failure = trial.run()
    verdict, detail = Verdict.UNKNOWN, f"the statement held at {len(trial.counted)} draws that violate it"
    if failure is not None:
        verdict, detail = Verdict.REFUTED, failure.detail
    return _evidence(trial, failure, verdict, detail, seconds=perf_counter() - started)


def _verdict(trial: Trial, failure: Failed | None) -> tuple[Verdict, str]:
    if failure is not None:
        return Verdict.REFUTED, failure.detail
    if not trial.enough:
        reasons = "; ".join(f"{reason} ({count} times)" for reason, count in trial.dropped.most_common(2))
        return Verdict.UNKNOWN, f"too few draws count, {len(trial.counted)}, or none at full sizes: {reasons}"
    if isinstance(trial.statement, LessEqual) and trial.statement.strict and trial.undecided:
        return Verdict.UNKNOWN, f"the sides may be equal at {trial.undecided} draws"
    if isinstance(trial.statement, Iff) and not trial.both_true:
        return Verdict.UNKNOWN, "no draw made the two sides true"
    return Verdict.CHECKED, ""


def _evidence(
    trial: Trial, failure: Failed | None, verdict: Verdict, detail: str, seconds: float
) -> Evidence:
    return Evidence(
        engine=ENGINE,
        method="exact" if trial.exact else "balls",
        scope=_scope_text(trial, failure),
        verdict=verdict,
        seconds=seconds,
        draws=len(trial.counted) + (failure is not None),
        detail=detail,
        hypotheses=tuple(hypothesis.statement for hypothesis in trial.setting.hypotheses),
        counterexample=failure.counterexample if failure else None,
    )


def _scope_text(trial: Trial, failure: Failed | None) -> str:
    """The largest sizes at which a draw counted, or those of the counterexample."""
    if failure is not None:
        sizes = failure.counterexample.sizes
    else:
        largest = max(trial.counted, key=lambda drawn: prod(drawn.sizes.values()), default=None)
        sizes = {size.name: largest.sizes[size] for size in in_order(largest.sizes)} if largest else {}
    return ", ".join(f"{name}={number}" for name, number in sizes.items()) or "values"


class Snapshot(NamedTuple):
    """A statement at one instance: sizes, values and both sides, as text."""

    sizes: dict[str, int]
    values: dict[str, str]
    left: str
    right: str


def instance_table(
    statement: Statement,
    sizes: Mapping[str, int],
    *,
    definitions: Definitions = (),
    hypotheses: Sequence[Hypothesis] = (),
    seed: int = 0,
) -> Snapshot:
    """Both sides of a statement at one instance of the given sizes; other sizes are the usual ones.

    The instance is generic, unless the hypotheses ask for something special such as ties.

    Raises ValueError for a size out of bounds or when no instance satisfies the hypotheses.
    """
    wrong = [f"{name}={number}" for name, number in sizes.items() if not 1 <= number <= LARGEST]
    if wrong:
        raise ValueError(f"sizes must lie between 1 and {LARGEST}, got {', '.join(wrong)}")
    setting = Setting(statement, definitions, hypotheses)
    chosen = {size: sizes.get(size.name, usual) for size, usual in setting.full.items()}
    plan = [(chosen, style) for style in ("generic", "mixed", "probe") for _ in range(MORE)]
    for drawn in draws(setting.symbols, plan, seed):
        try:
            with ctx.workprec(BITS):
                at = Evaluator(setting.prepared(drawn), setting.scope)
                env = setting.bindings(statement, at.instance)[-1]
                return Snapshot(*shown(at, env), *sides(statement, at, env))
        except (Dropped, Undecided):
            continue
        except TooMuch as error:
            raise ValueError(str(error)) from None
    raise ValueError("found no values of these sizes that satisfy the hypotheses")
