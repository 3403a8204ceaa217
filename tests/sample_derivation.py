"""A small derivation that proves nothing, for testing how derivations are shown: every verdict, every kind of step.

Run as a program it is a derivation's main, so that whole processes can be tested on it.
"""

from __future__ import annotations

import os
import time
from fractions import Fraction
from pathlib import Path

from derivations.calculus.domains import DEFINITE, POSITIVE, SIMPLEX
from derivations.calculus.evidence import ALL_SIZES, Counterexample, Evidence, Verdict
from derivations.calculus.expressions import (
    CirclePi,
    Expr,
    Gradient,
    Log,
    LogDet,
    Sum,
    inv,
    matrices,
    quadratic,
    scalars,
    sizes,
    sum_over,
    vectors,
)
from derivations.calculus.statements import Belongs, Choice, Equal, LessEqual, Maximum
from derivations.proof.axioms import JACOBI
from derivations.proof.steps import Definition, Derivation, Step, Update

N, K, D = sizes("N K D")
(i,) = N.indices("i")
j, k = K.indices("j k")
x = vectors("x", "x", (N,), D)
mu = vectors("mu", r"\mu", (K,), D)
Sigma = matrices("Sigma", r"\Sigma", (K,), D, DEFINITE)
gamma = scalars("gamma", r"\gamma", (N, K), SIMPLEX)
count = scalars("count", "N", (K,))
half = Fraction(1, 2)
log_density = -half * (quadratic(x[i] - mu[k], inv(Sigma[k])) + LogDet(Sigma[k]) + D * Log(2 * CirclePi()))
objective = sum_over(i, k, gamma[i, k] * log_density)
positive = Belongs(count[k], POSITIVE)

HOSTILE = (
    r"\write18{touch hacked} \input{/etc/passwd} } { $x_1 & % # ~ ^ \end{document} <b>&amp;</b> "
    "[bold red]no[/] ?` -- ``'' \x07 naïve Łódź αβ ≤ 漢 🙂 \u202e ((( x ))) ((* if *))"
)


def proved(engine: str = "indices") -> tuple[Evidence, ...]:
    return (
        Evidence(engine, "normal form", ALL_SIZES, Verdict.PROVED, 0.25),
        Evidence("instances", "exact", "N=5, K=4, D=3", Verdict.CHECKED, 0.5, draws=24),
    )


def step(name: str, statement: object, verdict: Verdict, **more: object) -> Step:
    values: dict[str, object] = {
        "id": name,
        "kind": "claim",
        "statement": statement,
        "reason": "Add up over the components; only mu_k and Sigma_k^-1 matter.",
        "rule": "normal form",
        "evidence": proved(),
        "own": verdict,
        "verdict": verdict,
        "section": "The objective",
    }
    return Step(**(values | more))  # type: ignore[arg-type]


def weighted_mean() -> Expr:
    return Sum(i, gamma[i, k] * x[i]) / count[k]


def good_steps() -> tuple[Step, ...]:
    """A definition, an axiom and proved claims."""
    gradient = Equal(Gradient(objective, mu[j]), Sum(i, gamma[i, j] * (inv(Sigma[j]) @ (x[i] - mu[j]))))
    assert JACOBI.statement is not None
    return (
        step("counts", Equal(count[k], Sum(i, gamma[i, k])), Verdict.PROVED, kind="definition", evidence=()),
        step(
            "jacobi", JACOBI.statement, Verdict.PROVED, kind="axiom", rule=JACOBI.name, axioms=(JACOBI.name,)
        ),
        step("mu.gradient", gradient, Verdict.PROVED, uses=("counts", "jacobi"), section="The means"),
        step(
            "mu.maximum",
            Maximum(objective, (Choice(mu[k], weighted_mean()),)),
            Verdict.PROVED,
            uses=("counts", "mu.gradient"),
            hypotheses=(positive,),
            section="The means",
        ),
    )


def doubtful_steps() -> tuple[Step, ...]:
    """One claim each that is merely checked, undecided, and refuted."""
    checked = (Evidence("instances", "balls", "N=5, K=4, D=3", Verdict.CHECKED, 0.5, draws=18),)
    nothing = (Evidence("order", "signs", ALL_SIZES, Verdict.UNKNOWN, 0.1, detail="no rule applies"),)
    example = Counterexample({"N": 2, "K": 1}, {"gamma": "[[1/3], [2/3]]", "x": HOSTILE}, "7/3", "-1")
    refuted = (
        Evidence("instances", "exact", "N=2, K=1", Verdict.REFUTED, 0.1, draws=3, counterexample=example),
    )
    return (
        step("checked", LessEqual(count[k], N), Verdict.CHECKED, evidence=checked),
        step("unknown", LessEqual(N, count[k]), Verdict.UNKNOWN, evidence=nothing),
        step("refuted", Equal(count[k], Sum(k, count[k])), Verdict.REFUTED, evidence=refuted),
    )


def made(
    steps: tuple[Step, ...], text: str = "The weighted averages are a global maximum for every Sigma_k."
) -> Derivation:
    definition = Definition(count[k], Sum(i, gamma[i, k]))
    update = Update("mu", mu[k], weighted_mean(), "mu.maximum", (definition,))
    return Derivation(
        name="sample_derivation",
        problem=9,
        title="A sample",
        theorem=text,
        setting="N points in D dimensions.",
        source="Nobody, Nowhere (1999)",
        steps=steps,
        updates=(update,),
        seconds=0.125,
    )


def derive() -> Derivation:
    """All of it proved. In a test of interruption, it takes its time."""
    if "SAMPLE_BEGUN" in os.environ:
        Path(os.environ["SAMPLE_BEGUN"]).touch()
    time.sleep(float(os.environ.get("SAMPLE_SECONDS", "0")))
    return made(good_steps())


def derive_doubtful() -> Derivation:
    """With claims that failed."""
    return made((*good_steps(), *doubtful_steps()))


def derive_hostile() -> Derivation:
    """With text from outside in every place that holds text."""
    hostile = tuple(
        step(
            f"{HOSTILE}{number}",
            Equal(count[k], count[k]),
            Verdict.PROVED,
            reason=HOSTILE,
            rule=HOSTILE,
            section=HOSTILE,
        )
        for number in range(2)
    )
    found = made((*good_steps(), *hostile, *doubtful_steps()), HOSTILE)
    return Derivation(
        found.name, 9, HOSTILE, HOSTILE, HOSTILE, HOSTILE, found.steps, found.updates, found.seconds
    )


if __name__ == "__main__":
    from reports.cli import main_derivation

    raise SystemExit(main_derivation(derive))
