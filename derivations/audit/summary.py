"""The figures of an audit: how many mutants were refuted, undecided, accepted; for each engine alone, and together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from derivations.audit.judging import Outcome
from derivations.audit.mutants import DROPPED
from derivations.calculus.evidence import Verdict

ACCEPTED = (Verdict.PROVED, Verdict.CHECKED)


@dataclass(frozen=True)
class Tally:
    """Verdicts counted: `wrongly` are those accepted that are false, as far as anybody saw."""

    made: int
    refuted: int
    unknown: int
    accepted: int
    wrongly: int

    def as_json(self) -> dict[str, int]:
        return dict(vars(self))


def tally(found: Iterable[tuple[Verdict, bool]]) -> Tally:
    """From verdicts, each with whether the mutant is false."""
    rows = list(found)
    verdicts = Counter(verdict for verdict, _ in rows)
    return Tally(
        made=len(rows),
        refuted=verdicts[Verdict.REFUTED],
        unknown=verdicts[Verdict.UNKNOWN],
        accepted=sum(verdicts[verdict] for verdict in ACCEPTED),
        wrongly=sum(false for verdict, false in rows if verdict in ACCEPTED),
    )


def is_false(outcome: Outcome) -> bool:
    """Whether some engine, or the third evaluator, saw the mutant fail; accepted by one, nobody saw it hold."""
    taken = outcome.accepted or outcome.checker is Verdict.PROVED
    return outcome.together is Verdict.REFUTED or (taken and not outcome.equivalent)


def per_engine(outcomes: Sequence[Outcome]) -> dict[str, Tally]:
    """Each engine with the others switched off: the rules by the name of the engine that argued, and all of them."""
    alone = {"instances": tally((o.instances, is_false(o)) for o in outcomes)}
    alone["checker"] = tally((o.checker, is_false(o)) for o in outcomes if o.checker is not None)
    argued = [outcome for outcome in outcomes if outcome.engine]
    alone["rules"] = tally((o.rules, is_false(o)) for o in argued)
    for name in sorted({outcome.engine for outcome in argued}):
        alone[name] = tally((o.rules, is_false(o)) for o in argued if o.engine == name)
    return alone


@dataclass(frozen=True)
class Summary:
    """What an audit found."""

    outcomes: tuple[Outcome, ...]

    @property
    def together(self) -> Tally:
        return tally((o.together, is_false(o)) for o in self.outcomes)

    @property
    def equivalent(self) -> int:
        return sum(outcome.accepted and outcome.equivalent for outcome in self.outcomes)

    @property
    def survivors(self) -> list[Outcome]:
        """Accepted, and not known to be true: each is a soundness bug, or belongs in the table of equivalents."""
        return [outcome for outcome in self.outcomes if outcome.survives]

    @property
    def disagreements(self) -> list[Outcome]:
        """Shown by the rules or accepted by the checker, and refuted by the instances: one of them is wrong."""
        return [outcome for outcome in self.outcomes if outcome.disagreement]

    @property
    def hypotheses(self) -> list[Outcome]:
        """The claims with one hypothesis less."""
        return [outcome for outcome in self.outcomes if outcome.slip == DROPPED]

    @property
    def unneeded(self) -> list[Outcome]:
        """Claims that are PROVED without a hypothesis that they list."""
        return [outcome for outcome in self.hypotheses if outcome.together is Verdict.PROVED]

    @property
    def unrefuted(self) -> list[Outcome]:
        """Claims to which there is no counterexample without one of their hypotheses, nor a proof."""
        unknown = (Verdict.CHECKED, Verdict.UNKNOWN)
        return [outcome for outcome in self.hypotheses if outcome.together in unknown]

    @property
    def sound(self) -> bool:
        return not (self.survivors or self.disagreements)

    def by(self, key: str) -> dict[str, Tally]:
        """The verdicts together, by derivation or by slip."""
        groups: dict[str, list[Outcome]] = {}
        for outcome in self.outcomes:
            name = outcome.slip if key == "slip" else outcome.name.partition(":")[0]
            groups.setdefault(name, []).append(outcome)
        return {name: tally((o.together, is_false(o)) for o in rows) for name, rows in sorted(groups.items())}

    def as_json(self, seconds: float) -> dict[str, Any]:
        together = self.together
        return {
            "mutants": together.made,
            "refuted": together.refuted,
            "unknown": together.unknown,
            "accepted": together.accepted,
            "equivalent": self.equivalent,
            "survivors": [as_json(outcome) for outcome in self.survivors],
            "disagreements": [as_json(outcome) for outcome in self.disagreements],
            "hypotheses": len(self.hypotheses),
            "unneeded_hypotheses": [outcome.name for outcome in self.unneeded],
            "unrefuted_hypotheses": {outcome.name: outcome.why for outcome in self.unrefuted},
            "undecided": [outcome.name for outcome in self.outcomes if outcome.together is Verdict.UNKNOWN],
            "per_engine": {name: found.as_json() for name, found in per_engine(self.outcomes).items()},
            "per_derivation": {name: found.as_json() for name, found in self.by("derivation").items()},
            "per_slip": {name: found.as_json() for name, found in self.by("slip").items()},
            "seconds": round(seconds, 1),
        }


def as_json(outcome: Outcome) -> dict[str, str]:
    return {
        "name": outcome.name,
        "rules": outcome.rules.value,
        "instances": outcome.instances.value,
        "together": outcome.together.value,
        "why": outcome.why,
    }
