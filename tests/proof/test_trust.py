"""What a verdict trusts: that it is read off the source and the evidence, and that the README says so today."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from derivations import discovery
from derivations.calculus.evidence import ALL_SIZES, Evidence, Verdict
from derivations.proof import trusted
from derivations.proof.steps import Derivation
from derivations.proof.trusted import CHECKER, DATA, JUDGE, RULES, parts
from reports import trust

ROUNDED = re.compile(r"\b(?:\d,)?\d+0\b")  # lines, to the ten
TOLERANCE = 0.1


@cache
def sheet() -> tuple[Derivation, ...]:
    ours = [discovery.derive_named(name) for name, item in discovery.found().items() if item.ours]
    return tuple(sorted(ours, key=lambda derivation: derivation.problem))


# -------------------------------------------------------------------------------- modules


def modules(side: str) -> set[str]:
    return {module for part in parts() if part.side == side for module in part.modules}


def test_what_judges_imports_none_of_the_rules() -> None:
    reached = set(trusted._reached(["derivations.calculus.instances"]))
    assert reached.isdisjoint(modules(RULES))
    assert reached >= modules(JUDGE)


def test_what_argues_imports_nothing_of_the_judge() -> None:
    for rules in (
        "derivations.calculus.lowering",
        "derivations.calculus.order",
        "derivations.calculus.scalars",
    ):
        assert set(trusted._reached([rules])).isdisjoint(modules(JUDGE))


def test_libraries_stand_where_they_are_imported() -> None:
    beneath = {part.name: part.libraries for part in parts()}
    assert beneath["index calculus, with the lowering of trees"] == ()
    assert beneath["ways of arguing"] == ()
    assert beneath["signs and case splits"] == ("python-flint", "z3")
    assert {library for part in parts() for library in part.libraries} == {"python-flint", "z3"}


def test_every_way_of_arguing_is_counted() -> None:
    folder = Path(trusted.__file__).parent / "methods"
    named = {f"derivations.proof.methods.{path.stem}" for path in folder.glob("[!_]*.py")}
    assert named <= {module for part in parts() for module in part.modules}


def test_no_derivation_is_among_what_is_trusted() -> None:
    named = {module for side in (RULES, JUDGE, DATA) for module in modules(side)}
    assert all(module.startswith(("derivations.calculus.", "derivations.proof")) for module in named)
    asking = {"derivations.proof.facts", "derivations.proof.checking", "derivations.proof.verdicts"}
    assert all(module in asking or module.startswith("derivations.checker") for module in modules(CHECKER))
    assert asking <= modules(CHECKER)


def test_a_module_that_is_in_no_part_is_noticed() -> None:
    with pytest.raises(LookupError, match="in no part"):
        trusted._part_of("derivations.elsewhere")


def test_lines_are_those_of_code(tmp_path: Path) -> None:
    source = '"""Docstring\nof two lines."""\n\n# a comment\nx = """text\nthat counts"""\n\n\ndef f():\n    """What."""\n    return x  # so\n'
    (tmp_path / "module.py").write_text(source, "utf-8")
    assert trusted._lines(tmp_path / "module.py") == 4


# ------------------------------------------------------------------------ evidence and axioms


@dataclass(frozen=True)
class Taken:
    id: str
    kind: str = "claim"
    uses: tuple[str, ...] = ()
    axioms: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Derived:
    name: str
    steps: tuple[Taken, ...]


PROVED = Evidence("order", "case split over the reals (z3)", ALL_SIZES, Verdict.PROVED)
UNKNOWN = replace(PROVED, verdict=Verdict.UNKNOWN)


def test_only_what_was_found_counts_as_work() -> None:
    steps = (
        Taken("a", evidence=(PROVED, PROVED)),
        Taken("b", evidence=(PROVED,)),
        Taken("c", evidence=(UNKNOWN,)),
    )
    assert trusted.work([Derived("d", steps)]) == (trusted.Work(PROVED.engine, PROVED.method, 2, "z3"),)


def test_a_cited_fact_enters_where_no_used_step_brings_it() -> None:
    fact = "Jacobi's formula"
    steps = (Taken("a", axioms=(fact,)), Taken("b", uses=("a",), axioms=(fact,)), Taken("c", axioms=(fact,)))
    (found,) = trusted.cited([Derived("d", steps)])
    assert found.enters == (("d", "a"), ("d", "c"))


def test_every_axiom_of_the_sheet_enters_somewhere() -> None:
    entered = {found.axiom for found in trusted.cited(sheet())}
    assert entered == {axiom for derivation in sheet() for axiom in derivation.axioms}


# ------------------------------------------------------------------------------ the README


def test_the_readme_says_what_is_trusted_today() -> None:
    """The wording to the letter, numbers to a tenth. If not: `make readme`."""
    readme = trust.README.read_text("utf-8")
    fresh = trust.with_section(readme, trust.section(sheet()))
    assert ROUNDED.sub("#", readme) == ROUNDED.sub("#", fresh)
    for said, now in zip(ROUNDED.findall(readme), ROUNDED.findall(fresh), strict=True):
        was, is_now = (int(number.replace(",", "")) for number in (said, now))
        assert abs(was - is_now) <= max(100, TOLERANCE * is_now)


def test_a_readme_without_marks_is_no_readme() -> None:
    with pytest.raises(ValueError, match="no marks"):
        trust.with_section("# Title\n", "section")
