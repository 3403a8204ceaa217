"""The audit: nothing false gets through, a sample is fair, a run goes on where it was stopped, the command says what it found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from derivations.audit import runner
from derivations.audit.equivalents import EQUIVALENT
from derivations.audit.judging import Outcome, outcome
from derivations.audit.mutants import mutants
from derivations.audit.runner import audit, sample, subjects
from derivations.audit.subjects import AXIOM_TABLE, PRINTED
from derivations.audit.summary import Summary, per_engine
from derivations.audit.third import opinion
from derivations.calculus import instances
from derivations.calculus.evidence import ALL_SIZES, Evidence, Verdict
from derivations.calculus.notation import text
from derivations.discovery import found
from derivations.proof.arguing import Context
from reports.audit import main


def test_no_false_statement_is_let_through() -> None:
    everything = [*(name for each in found() for name in (each, each + PRINTED)), AXIOM_TABLE]
    summary = Summary(tuple(audit(everything, 500, seed=3, processes=2)))
    assert summary.together.made == 500
    assert [(o.name, o.why) for o in summary.survivors] == []
    assert [o.name for o in summary.disagreements] == []
    assert [o.name for o in summary.unneeded] == []
    assert per_engine(summary.outcomes)["checker"].wrongly == 0
    assert summary.together.unknown <= 10
    assert summary.together.refuted >= 300


def test_a_false_statement_that_is_let_through_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """With engines that accept everything, the third evaluator is the last to see what is false."""
    accepted = Evidence("indices", "normal form", ALL_SIZES, Verdict.PROVED)
    checked = Evidence("instances", "exact", "values", Verdict.CHECKED)
    monkeypatch.setattr(Context, "argued", lambda *given: accepted)
    for judge in ("check", "necessity"):
        monkeypatch.setattr(instances, judge, lambda *given, **more: checked)
    summary = Summary(tuple(audit(["mixture_moments"], 40, seed=1)))
    assert summary.together.refuted == 0
    assert len(summary.survivors) > 20
    assert not summary.sound
    assert per_engine(summary.outcomes)["indices"].wrongly == len(summary.survivors)


def test_rules_that_show_what_instances_refute_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Together that is REFUTED, and yet the rules are wrong."""
    accepted = Evidence("indices", "normal form", ALL_SIZES, Verdict.PROVED)
    monkeypatch.setattr(Context, "argued", lambda *given: accepted)
    summary = Summary(tuple(audit(["mixture_moments"], 20, seed=1)))
    assert summary.survivors == []
    assert len(summary.disagreements) > 10
    assert not summary.sound


def test_a_sample_depends_on_its_seed_alone_and_is_fair() -> None:
    first, again, other = (
        [m.name for m, _ in zip(sample(["gmm_mstep"], seed), range(200), strict=False)] for seed in (1, 1, 2)
    )
    assert first == again != other
    claims = [name.split(":")[1] for name in first]
    assert max(map(claims.count, claims)) - min(map(claims.count, claims)) <= 1
    assert len({name.split(":")[2] for name in first}) > 15


def test_processes_make_no_difference() -> None:
    alone, together = (audit([AXIOM_TABLE], 24, seed=5, processes=p) for p in (1, 2))
    assert [(o.name, o.together) for o in alone] == [(o.name, o.together) for o in together]


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = audit([AXIOM_TABLE], 12, seed=5, state=tmp_path)
    (kept,) = tmp_path.iterdir()
    lines = kept.read_text("utf-8").splitlines()
    kept.write_text("\n".join(lines[:-1]) + "\n" + lines[-1][:20], "utf-8")  # stopped in the middle of a line
    judged: list[str] = []

    def counted(mutant: Any) -> Outcome | None:
        judged.append(mutant.name)
        return outcome(mutant)

    monkeypatch.setattr(runner, "outcome", counted)
    after = audit([AXIOM_TABLE], 12, seed=5, state=tmp_path)
    assert [(o.name, o.together) for o in after] == [(o.name, o.together) for o in before]
    assert len(judged) == 1
    monkeypatch.setattr(runner, "_digest", lambda: "other sources")
    audit([AXIOM_TABLE], 3, seed=5, state=tmp_path)
    assert len(judged) == 4


def test_a_mutant_that_takes_too_long_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(mutant: Any) -> None:
        while True:
            pass

    monkeypatch.setattr(runner, "LONGEST", 0.05)
    monkeypatch.setattr(runner, "outcome", endless)
    (found,) = audit([AXIOM_TABLE], 1)
    assert found.together is Verdict.UNKNOWN
    assert "too long" in found.why


@pytest.mark.parametrize("label", EQUIVALENT, ids=lambda label: ":".join(label[:2]))
def test_a_labelled_equivalent_is_a_mutant_and_the_third_evaluator_agrees(
    label: tuple[str, str, str],
) -> None:
    derivation, name, shown = label
    (subject,) = (one for one in subjects(derivation) if one.name == name)
    mutant = next(m for m in mutants(subject) if text(m.statement, ascii=True) == shown)
    found = outcome(mutant)
    assert found is not None
    assert found.accepted
    assert found.why == EQUIVALENT[label]
    assert opinion(mutant.statement, subject.definitions, subject.assumed).true
    assert EQUIVALENT[label].endswith(".")


def test_the_command_says_how_many_were_let_through(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--sample", "8", "--derivation", AXIOM_TABLE, "-j", "1"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("8 mutants in ")
    assert "together" in out


def test_json_has_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--sample", "8", "--derivation", AXIOM_TABLE, "-j", "1", "--json"]) == 0
    out, err = capsys.readouterr()
    figures = json.loads(out)
    assert err == ""
    assert figures["mutants"] == 8
    assert figures["mutants"] == figures["refuted"] + figures["unknown"] + figures["accepted"]
    assert figures["accepted"] == figures["equivalent"] + len(figures["survivors"])
    assert figures["per_engine"]["instances"]["made"] == 8


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--derivation", "gmm_mstpe"], "did you mean gmm_mstep?"),
        (["--sample", "many"], "expected a number of mutants, got 'many'"),
        (["-j", "0"], "expected a number of processes, got '0'"),
        (["--samples", "5"], "--samples"),
        (["--slip", "typo"], "invalid choice: 'typo'"),
    ],
)
def test_a_usage_error_is_one_line(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert complaint in err


def test_a_survivor_fails_the_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    false = Outcome("a:b:sign:0", "sign", "indices", *(Verdict.PROVED,) * 3, why="N=1: false")
    monkeypatch.setattr("reports.audit.audit", lambda *given: [false])
    assert main(["--sample", "1"]) == 1
    assert "Let through:\n  a:b:sign:0  (PROVED) N=1: false" in capsys.readouterr().out
