"""How formulas look: a table of examples, and the law that different values never look the same."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_symbols import D, K, N, Sigma, d, e, gamma, i, j, k, mu, z

from derivations.calculus import expressions as ex
from derivations.calculus.domains import (
    DEFINITE,
    DOMAINS,
    OPEN_SIMPLEX,
    POSITIVE,
    REAL,
    SIMPLEX,
    Domain,
)
from derivations.calculus.expressions import (
    Expr,
    Index,
    Log,
    LogDet,
    Number,
    Sum,
    Symbol,
    Trace,
    inv,
    matrices,
    quadratic,
    scalar,
    scalars,
    sizes,
    sum_over,
    vectors,
)
from derivations.calculus.notation import (
    NotationError,
    latex,
    latex_display,
    latex_lines,
    latex_parts,
    text,
    text_lines,
)
from derivations.calculus.notation.letters import taken_apart
from derivations.calculus.notation.pieces import BREAKS
from derivations.calculus.notation.printer import NOTATION
from derivations.calculus.notation.widths import width
from derivations.calculus.statements import (
    Belongs,
    Choice,
    Equal,
    Iff,
    InRange,
    LessEqual,
    Limit,
    Maximum,
    Statement,
)

x = vectors("x", "x", (N,), D)
best = vectors("mu_star", r"\mu^{\star}", (K,), D)
general = matrices("A", "A", (K,), D)
pi = scalars("pi", r"\pi", (K,), OPEN_SIMPLEX)
count = scalars("Nk", "N", (K,), POSITIVE)
mean = vectors("xbar", r"\bar{x}", (K,), D)
lam = scalar("lambda", r"\lambda")
half = Fraction(1, 2)
residual = x[i] - mu[k]
form = quadratic(residual, inv(Sigma[k]))

EXAMPLES: list[tuple[Any, str, str, str]] = [
    (k, "k", "k", "k"),
    (Index("k'", K), "k'", "k′", "k'"),
    (x[i], r"\vct{x}_{i}", "x[i]", "x[i]"),
    (Sigma[k], r"\mat{\Sigma}_{k}", "Σ[k]", "Sigma[k]"),
    (gamma[i, k], r"\gamma_{ik}", "γ[i,k]", "gamma[i,k]"),
    (gamma[i, z[i]], r"\gamma_{i,z_{i}}", "γ[i,z[i]]", "gamma[i,z[i]]"),
    (x[i][d], "x_{id}", "x[i][d]", "x[i][d]"),
    (Sigma[k][d, e], r"\Sigma_{k,de}", "Σ[k][d,e]", "Sigma[k][d,e]"),
    (inv(Sigma[k])[d, e], r"(\mat{\Sigma}_{k}^{-1})_{de}", "(Σ[k]⁻¹)[d,e]", "(Sigma[k]^-1)[d,e]"),
    (best[k].T, r"(\vct{\mu}_{k}^{\star})^{\T}", "μ⋆[k]ᵀ", "mu_star[k]^T"),
    (mean[k], r"\vct{\bar{x}}_{k}", "x̄[k]", "xbar[k]"),
    (count[k], "N_{k}", "N[k]", "Nk[k]"),
    (scalar("weight", r"\tilde\pi"), r"\tilde\pi", "π̃", "weight"),
    (2 * ex.CirclePi(), r"2 \circlepi", "2 π", "2 pi"),
    (-(pi[k] + 1), r"-(\pi_{k} + 1)", "−(π[k] + 1)", "-(pi[k] + 1)"),
    (pi[k] - (pi[j] - 1), r"\pi_{k} - (\pi_{j} - 1)", "π[k] − (π[j] − 1)", "pi[k] - (pi[j] - 1)"),
    (lam + pi[k] * -2, r"\lambda + \pi_{k} (-2)", "λ + π[k] (−2)", "lambda + pi[k] (-2)"),
    (lam + (-2) * pi[k], r"\lambda - 2 \pi_{k}", "λ − 2 π[k]", "lambda - 2 pi[k]"),
    (Number(Fraction(2)) * 3, r"2 \cdot 3", "2 · 3", "2 * 3"),
    (half * lam, r"\frac{1}{2} \lambda", "½ λ", "(1/2) lambda"),
    (3 * ex.as_expr(half), r"3 \cdot \frac{1}{2}", "3 · ½", "3 * 1/2"),
    ((pi[k] ** 2) ** lam, r"(\pi_{k}^{2})^{\lambda}", "(π[k]²)^(λ)", "(pi[k]^2)^(lambda)"),
    ((-lam) ** 2, r"(-\lambda)^{2}", "(−λ)²", "(-lambda)^2"),
    (lam / (pi[k] * pi[j]), r"\frac{\lambda}{\pi_{k} \pi_{j}}", "λ / (π[k] π[j])", "lambda / (pi[k] pi[j])"),
    (
        lam / pi[k] / pi[j],
        r"\frac{\lambda / \pi_{k}}{\pi_{j}}",
        "(λ / π[k]) / π[j]",
        "(lambda / pi[k]) / pi[j]",
    ),
    (Log(lam), r"\log \lambda", "log λ", "log lambda"),
    (Log(pi[k] / lam), r"\log \frac{\pi_{k}}{\lambda}", "log(π[k] / λ)", "log(pi[k] / lambda)"),
    (Log(lam) * lam, r"(\log \lambda) \lambda", "(log λ) λ", "(log lambda) lambda"),
    (Log(Log(lam)), r"\log(\log \lambda)", "log(log λ)", "log(log lambda)"),
    (ex.WeightedLog(count[k], pi[k]), r"N_{k} \log \pi_{k}", "N[k] log π[k]", "Nk[k] log pi[k]"),
    (Sum(i, gamma[i, k]), r"\sum_{i=1}^{N} \gamma_{ik}", "∑_i γ[i,k]", "sum_i gamma[i,k]"),
    (Sum(i, lam), r"\sum_{i=1}^{N} \lambda", "∑_{i=1..N} λ", "sum_{i=1..N} lambda"),
    (Sum(k, pi[k] + 1), r"\sum_{k=1}^{K} (\pi_{k} + 1)", "∑_k (π[k] + 1)", "sum_k (pi[k] + 1)"),
    (Sum(k, pi[k]) + 1, r"\sum_{k=1}^{K} \pi_{k} + 1", "∑_k π[k] + 1", "sum_k pi[k] + 1"),
    (
        Sum(k, pi[k]) * lam,
        r"\biggl(\sum_{k=1}^{K} \pi_{k}\biggr) \lambda",
        "(∑_k π[k]) λ",
        "(sum_k pi[k]) lambda",
    ),
    (lam * Sum(k, pi[k]), r"\lambda \sum_{k=1}^{K} \pi_{k}", "λ ∑_k π[k]", "lambda sum_k pi[k]"),
    (
        ex.AssignmentSum(z, ex.Product(i, gamma[i, z[i]])),
        r"\sum_{z \in \{1,\dots,K\}^{N}} \prod_{i=1}^{N} \gamma_{i,z_{i}}",
        "∑_{z ∈ {1..K}^N} ∏_i γ[i,z[i]]",
        "sum_{z in {1..K}^N} prod_i gamma[i,z[i]]",
    ),
    (
        ex.LogSumExp(k, pi[k]),
        r"\log \sum_{k=1}^{K} \exp(\pi_{k})",
        "log ∑_k exp(π[k])",
        "log sum_k exp(pi[k])",
    ),
    (
        form,
        r"(\vct{x}_{i} - \vct{\mu}_{k})^{\T} \mat{\Sigma}_{k}^{-1} (\vct{x}_{i} - \vct{\mu}_{k})",
        "(x[i] − μ[k])ᵀ Σ[k]⁻¹ (x[i] − μ[k])",
        "(x[i] - mu[k])^T Sigma[k]^-1 (x[i] - mu[k])",
    ),
    (inv(general[k]).T, r"\mat{A}_{k}^{-\T}", "A[k]⁻ᵀ", "A[k]^-T"),
    (inv(general[k] @ general[j]), r"(\mat{A}_{k} \mat{A}_{j})^{-1}", "(A[k] A[j])⁻¹", "(A[k] A[j])^-1"),
    (general[k].T.T, r"(\mat{A}_{k}^{\T})^{\T}", "(A[k]ᵀ)ᵀ", "(A[k]^T)^T"),
    (LogDet(Sigma[k]), r"\logdet \mat{\Sigma}_{k}", "log det Σ[k]", "log det Sigma[k]"),
    (LogDet(general[k]), r"\log\,\lvert\det \mat{A}_{k}\rvert", "log |det A[k]|", "log |det A[k]|"),
    (Trace(Sigma[k]), r"\tr(\mat{\Sigma}_{k})", "tr(Σ[k])", "tr(Sigma[k])"),
    (ex.Identity(D), r"\mat{I}_{D}", "I_D", "I_D"),
    (ex.Zero((D, 1)), r"\vct{0}", "0", "0"),
    (ex.Delta(j, k), r"\delta_{jk}", "δ[j,k]", "delta[j,k]"),
    (
        ex.Gradient(Log(pi[k]), pi[j]),
        r"\frac{\partial \log \pi_{k}}{\partial \pi_{j}}",
        "∂/∂π[j] (log π[k])",
        "d/dpi[j] (log pi[k])",
    ),
    (
        ex.Gradient(ex.Gradient(lam**3, lam), lam),
        r"\frac{\partial^{2} \lambda^{3}}{\partial \lambda^{2}}",
        "∂²/∂λ² (λ³)",
        "d^2/dlambda^2 (lambda^3)",
    ),
    (
        ex.Gradient(Sum(i, gamma[i, k] * form), mu[k]),
        r"\frac{\partial}{\partial \vct{\mu}_{k}}\biggl(\sum_{i=1}^{N} \gamma_{ik} (\vct{x}_{i} - \vct{\mu}_{k})^{\T} "
        r"\mat{\Sigma}_{k}^{-1} (\vct{x}_{i} - \vct{\mu}_{k})\biggr)",
        "∂/∂μ[k] (∑_i γ[i,k] (x[i] − μ[k])ᵀ Σ[k]⁻¹ (x[i] − μ[k]))",
        "d/dmu[k] (sum_i gamma[i,k] (x[i] - mu[k])^T Sigma[k]^-1 (x[i] - mu[k]))",
    ),
    (
        ex.Gradient(ex.Gradient(lam * pi[k], lam), pi[k]),
        r"\frac{\partial^{2} \lambda \pi_{k}}{\partial \pi_{k}\,\partial \lambda}",
        "∂²/(∂π[k] ∂λ) (λ π[k])",
        "d^2/(dpi[k] dlambda) (lambda pi[k])",
    ),
    (
        LogDet(general[k] + 2 * general[j]),
        r"\log\,\lvert\det (\mat{A}_{k} + 2 \mat{A}_{j})\rvert",
        "log |det(A[k] + 2 A[j])|",
        "log |det(A[k] + 2 A[j])|",
    ),
    (ex.Ordered(d, e), r"\mathbf{1}[d \le e]", "1[d ≤ e]", "1[d <= e]"),
    (
        gamma[i, k] * ex.Bracket(x[i][d], "<", mu[k][d]),
        r"\gamma_{ik} \mathbf{1}[x_{id} < \mu_{kd}]",
        "γ[i,k] · 1[x[i][d] < μ[k][d]]",
        "gamma[i,k] * 1[x[i][d] < mu[k][d]]",
    ),
    (ex.Abs(lam - 1), r"\lvert \lambda - 1 \rvert", "|λ − 1|", "|lambda - 1|"),
    (
        ex.Abs(ex.Abs(lam) - 1),
        r"\lvert \lvert \lambda \rvert - 1 \rvert",
        "abs(|λ| − 1)",
        "abs(|lambda| - 1)",
    ),
    (ex.Abs(lam) ** 2, r"(\lvert \lambda \rvert)^{2}", "(|λ|)²", "(|lambda|)^2"),
    (
        ex.Minimum(k, pi[k] + 1),
        r"\min_{1 \le k \le K} (\pi_{k} + 1)",
        "min_k (π[k] + 1)",
        "min_k (pi[k] + 1)",
    ),
    (
        ex.First(k, pi[k], j),
        r"\mathbf{1}[j = \firstargmin_{k} \pi_{k}]",
        "1[j = first argmin_k π[k]]",
        "1[j = first argmin_k pi[k]]",
    ),
    (
        ex.Median(i, x[i][d], gamma[i, k]),
        r"\median_{i}(x_{id}; \gamma_{ik})",
        "median_i(x[i][d]; γ[i,k])",
        "median_i(x[i][d]; gamma[i,k])",
    ),
    (
        ex.At(ex.Gradient(lam**3, lam), lam, ex.as_expr(0)),
        r"\frac{\partial \lambda^{3}}{\partial \lambda}\Big|_{\lambda = 0}",
        "(∂/∂λ (λ³))|_{λ = 0}",
        "(d/dlambda (lambda^3))|_{lambda = 0}",
    ),
    (
        Limit(pi[k] + lam, lam, "zero", pi[k]),
        r"\lim_{\lambda \to 0^{+}} (\pi_{k} + \lambda) = \pi_{k}",
        "lim_{λ → 0+} (π[k] + λ) = π[k]",
        "lim_{lambda -> 0+} (pi[k] + lambda) = pi[k]",
    ),
    (
        Limit(1 / lam, lam, "infinity", ex.as_expr(0)),
        r"\lim_{\lambda \to \infty} \frac{1}{\lambda} = 0",
        "lim_{λ → ∞} 1 / λ = 0",
        "lim_{lambda -> infinity} 1 / lambda = 0",
    ),
    (Equal(lam, pi[k]), r"\lambda = \pi_{k}", "λ = π[k]", "lambda = pi[k]"),
    (LessEqual(lam, pi[k]), r"\lambda \le \pi_{k}", "λ ≤ π[k]", "lambda <= pi[k]"),
    (LessEqual(lam, pi[k], True), r"\lambda < \pi_{k}", "λ < π[k]", "lambda < pi[k]"),
    (
        Belongs(Sigma[k], DEFINITE),
        r"\mat{\Sigma}_{k} \succ 0",
        "Σ[k] is positive definite",
        "Sigma[k] is positive definite",
    ),
    (Belongs(count[k], POSITIVE), "N_{k} > 0", "N[k] > 0", "Nk[k] > 0"),
    (Belongs(x[i], REAL), r"\vct{x}_{i} \in \mathbf{R}^{D}", "x[i] ∈ ℝ^(D)", "x[i] in R^(D)"),
    (
        Belongs(pi[k], SIMPLEX, k),
        r"\pi_{k} \ge 0,\quad \sum_{k=1}^{K} \pi_{k} = 1",
        "π[k] ≥ 0, ∑_k π[k] = 1",
        "pi[k] >= 0, sum_k pi[k] = 1",
    ),
    (InRange(k), r"1 \le k \le K", "1 ≤ k ≤ K", "1 <= k <= K"),
    (
        Iff(Equal(lam, pi[k]), Equal(pi[k], lam)),
        r"\lambda = \pi_{k} \; \iff \pi_{k} = \lambda",
        "λ = π[k] ⇔ π[k] = λ",
        "lambda = pi[k] <=> pi[k] = lambda",
    ),
    (
        Maximum(Sum(k, count[k] * Log(pi[k])), (Choice(pi[k], count[k] / N),)),
        r"\max_{\pi} \sum_{k=1}^{K} N_{k} \log \pi_{k} \; \text{ is attained at}\  \pi_{k} = \frac{N_{k}}{N}",
        "max over π of ∑_k N[k] log π[k] is attained at π[k] = N[k] / N",
        "max over pi of sum_k Nk[k] log pi[k] is attained at pi[k] = Nk[k] / N",
    ),
]


@pytest.mark.parametrize(
    ("item", "in_latex", "in_unicode", "in_ascii"), EXAMPLES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_examples(item: Any, in_latex: str, in_unicode: str, in_ascii: str) -> None:
    assert latex(item) == in_latex
    assert text(item) == in_unicode
    assert text(item, ascii=True) == in_ascii


def test_ascii_is_ascii() -> None:
    assert all(text(item, ascii=True).isascii() for item, *_ in EXAMPLES)


def test_every_domain_can_be_shown() -> None:
    for domain in DOMAINS.values():
        for body in (z[i] if domain.label else lam, Sigma[k], pi[k]):
            over = k if domain.sums_to_one and body == pi[k] else None
            statement = Belongs(body, domain, over)
            assert latex(statement).count("{") == latex(statement).count("}")
            assert text(statement)


def test_a_domain_without_notation_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = Domain("odd", "is an odd number")
    monkeypatch.setitem(DOMAINS, "odd", odd)
    assert text(Belongs(lam, odd)) == "λ is an odd number"
    assert r"\text{ is an odd number}" in latex(Belongs(lam, odd))


def test_a_node_without_notation_is_refused() -> None:
    class Strange(Expr):
        pass

    with pytest.raises(NotationError, match="no notation for a Strange"):
        latex(lam + Strange())


def test_every_node_has_a_notation() -> None:
    abstract = {ex.SquareFunction, ex.ScalarFunction, ex.Binder}

    def below(kind: type[Expr]) -> Iterator[type[Expr]]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    nodes = {kind for kind in below(Expr) if kind.__module__.startswith(ex.__name__)} - abstract
    assert nodes == set(NOTATION)


@pytest.mark.parametrize(
    ("letter", "base", "above", "below"),
    [
        ("x", "x", "", ""),
        (r"\Sigma^{\star}", r"\Sigma", r"\star", ""),
        (r"\hat{\mu}^{(t+1)}_{\mathrm{new}}", r"\hat{\mu}", "(t+1)", r"\mathrm{new}"),
        (r"\bar{x_{1}}", r"\bar{x_{1}}", "", ""),
        (r"K_x", "K", "", "x"),
    ],
)
def test_letters_are_taken_apart(letter: str, base: str, above: str, below: str) -> None:
    found = taken_apart(letter)
    assert (found.base, found.above, found.below) == (base, above, below)


# --------------------------------------------------------------------------- breaking long formulas

LONG = sum_over(
    i,
    k,
    gamma[i, k] * (Log(pi[k]) - half * D * Log(2 * ex.CirclePi()) - half * LogDet(Sigma[k]) - half * form),
)


def test_a_long_sum_is_broken_at_its_terms() -> None:
    found = latex_lines(LONG, 20)
    assert len(found) > 1
    assert " ".join("".join(found).split()) == " ".join(latex(LONG).split())
    assert all(line.strip().startswith(("+", "-")) for line in found[1:])
    assert all(width(line) <= 20 for line in found)


def test_nothing_of_a_break_is_left_in_what_is_printed() -> None:
    for item in (LONG, Equal(LONG, LONG), Maximum(LONG, (Choice(pi[k], count[k]),))):
        assert not BREAKS.search(latex(item))
        assert not BREAKS.search(text(item))
    statement = Equal(LONG, LONG)
    assert not BREAKS.search(latex_display(statement, 15))
    assert not any(BREAKS.search(part) for row in latex_parts(statement) for part in row)
    assert not any(BREAKS.search(line) for line in text_lines(statement, 40))


def test_displays() -> None:
    assert latex_display(Equal(lam, pi[k])) == r"\lambda = \pi_{k}"
    aligned = latex_display(Equal(lam, LONG), 24)
    assert aligned.startswith("\\begin{aligned}\n  \\lambda & = \\sum")
    assert r"& \quad {} - \frac{1}{2}" in aligned
    stacked = latex_display(Equal(LONG, lam), 24)
    assert stacked.splitlines()[-2].strip() == r"& \qquad = \lambda"


def test_text_is_folded_to_the_width() -> None:
    found = text_lines(Equal(LONG, lam), 60)
    assert len(found) > 2
    assert max(map(len, found)) <= 60
    assert found[-1] == "  = λ"
    assert text_lines(Equal(lam, lam), 60) == ["λ = λ"]


def test_widths_are_in_order() -> None:
    assert width("x") < width("x_{i}") < width(r"\vct{x}_{i} + y")
    assert width(r"\frac{a + b}{c}") < width("a + b + c")


# ------------------------------------------------------- different values never look the same
#
# Random trees over a few leaves are pooled by what is printed; in each pool all values are the same. The
# values are of a made-up kind (log is a cubic): what is tested is how a formula is read, not analysis.

rng = random.Random(12)
(M,) = sizes("M")
s, t = M.indices("s t")
a, b = scalar("a", "a"), scalar("b", "b")
g = scalars("g", "g", (M,))
A = Symbol("A", "A", (M,), (D, D))
B = Symbol("B", "B", (), (D, D))[()]
u = Symbol("u", "u", (), (D, 1))[()]

VALUES = np.random.default_rng(5)
NUMBERS: dict[str, Any] = {
    "a": 1.7,
    "b": -0.6,
    "g": VALUES.normal(size=3),
    "A": VALUES.normal(size=(3, 3, 3)),
    "B": VALUES.normal(size=(3, 3)),
    "u": VALUES.normal(size=(3, 1)),
}


def value(expr: Expr, at: dict[Index, int]) -> Any:
    """The value of a tree as it is written, scalars as 1 x 1 arrays."""
    match expr:
        case Number(number):
            return np.array([[float(number)]])
        case ex.Member(symbol, indices):
            found = NUMBERS[symbol.name]
            for index in indices:
                assert isinstance(index, Index)
                found = found[at[index]]
            return np.atleast_2d(found)
        case ex.Sum(index, body):
            return sum(value(body, at | {index: n}) for n in range(3))
        case ex.Minimum(index, body):
            return np.min([value(body, at | {index: n}) for n in range(3)], axis=0)
        case ex.Product(index, body):
            return np.prod([value(body, at | {index: n}) for n in range(3)], axis=0)
    parts = [value(child, at) for child in expr.children]
    return READ[type(expr)](*parts)


def times(*factors: Any) -> Any:
    result = np.ones((1, 1))
    for factor in factors:
        result = result * factor
    return result


def inverted(body: Any) -> Any:
    if np.linalg.cond(body) > 1e6:
        raise np.linalg.LinAlgError("nearly singular")
    return np.linalg.inv(body)


def chained(*factors: Any) -> Any:
    result = factors[0]
    for factor in factors[1:]:
        result = result @ factor if result.shape[1] == factor.shape[0] else result * factor
    return result


READ: dict[type[Expr], Callable[..., Any]] = {
    ex.Add: lambda *terms: sum(terms),
    ex.Neg: lambda body: -body,
    ex.Mul: times,
    ex.MatMul: chained,
    ex.Div: lambda above, below: above / below,
    ex.Pow: lambda base, exponent: base**2 + 0.1 * exponent * base,
    ex.Log: lambda body: body**3 + 0.3,
    ex.Exp: lambda body: body**3 - 0.7 * body,
    ex.Abs: lambda body: abs(body),
    ex.Transpose: lambda body: body.T,
    ex.Inverse: inverted,
    ex.Trace: lambda body: np.trace(body).reshape(1, 1),
    ex.Det: lambda body: np.linalg.det(body).reshape(1, 1),
    ex.LogDet: lambda body: np.log(abs(np.linalg.det(body))).reshape(1, 1),
}

Choose = Callable[[int], int]


def scalar_tree(choose: Choose, depth: int, free: tuple[Index, ...]) -> Expr:
    """A random scalar tree; `choose(n)` gives a number below n."""
    if depth == 0:
        leaves = [a, b, Number(Fraction(2)), Number(Fraction(-1, 2)), *(g[index] for index in free)]
        return leaves[choose(len(leaves))]

    def sub(extra: tuple[Index, ...] = ()) -> Expr:
        return scalar_tree(choose, depth - 1 - choose(depth), (*free, *extra))

    index = s if s not in free else t
    options: list[Callable[[], Expr]] = [
        lambda: ex.Add((sub(), sub())),
        lambda: ex.Mul((sub(), sub())),
        lambda: ex.Mul((sub(), sub(), sub())),
        lambda: ex.Neg(sub()),
        lambda: ex.Div(sub(), sub()),
        lambda: ex.Pow(sub(), sub()),
        lambda: ex.Log(sub()),
        lambda: ex.Exp(sub()),
        lambda: ex.Abs(sub()),
        lambda: ex.Sum(index, sub((index,))),
        lambda: ex.Product(index, sub((index,))),
        lambda: ex.Minimum(index, sub((index,))),
        lambda: ex.Trace(matrix_tree(choose, depth - 1, free)),
        lambda: ex.LogDet(matrix_tree(choose, depth - 1, free)),
        lambda: ex.MatMul((u.T, matrix_tree(choose, depth - 1, free), u)),
        lambda: ex.Det(matrix_tree(choose, depth - 1, free)),
    ]
    return options[choose(len(options))]()


def matrix_tree(choose: Choose, depth: int, free: tuple[Index, ...]) -> Expr:
    if depth <= 0:
        leaves: list[Expr] = [B, *(A[index] for index in free)]
        return leaves[choose(len(leaves))]

    def sub(extra: tuple[Index, ...] = ()) -> Expr:
        return matrix_tree(choose, depth - 1 - choose(depth), (*free, *extra))

    index = s if s not in free else t
    options: list[Callable[[], Expr]] = [
        lambda: ex.Add((sub(), sub())),
        lambda: ex.MatMul((sub(), sub())),
        lambda: ex.Mul((scalar_tree(choose, depth - 1, free), sub())),
        lambda: ex.Mul((sub(), scalar_tree(choose, depth - 1, free))),
        lambda: ex.Div(sub(), scalar_tree(choose, depth - 1, free)),
        lambda: ex.Neg(sub()),
        lambda: ex.Transpose(sub()),
        lambda: ex.Inverse(sub()),
        lambda: ex.Sum(index, sub((index,))),
    ]
    return options[choose(len(options))]()


def pools(trees: list[Expr], show: Callable[[Expr], str]) -> dict[str, set[Expr]]:
    found: dict[str, set[Expr]] = defaultdict(set)
    for tree in trees:
        found[show(tree)].add(tree)
    return found


def disagreeing(trees: set[Expr]) -> list[Expr]:
    """Trees of one pool whose values differ; singular ones are left out."""
    kept: list[Expr] = []
    values: list[Any] = []
    for tree in trees:
        try:
            with np.errstate(all="ignore"):
                found = value(tree, {s: 0, t: 1})
        except np.linalg.LinAlgError:
            continue
        if np.isfinite(found).all() and abs(found).max() < 1e6:
            kept.append(tree)
            values.append(found)
    if all(np.allclose(values[0], other, rtol=1e-6, atol=1e-9) for other in values[1:]):
        return []
    return kept


STYLES: dict[str, Callable[[Expr], str]] = {
    "latex": latex,
    "unicode": text,
    "ascii": lambda tree: text(tree, ascii=True),
}


@pytest.fixture(scope="module")
def forest() -> list[Expr]:
    """Many small trees, each once: with few leaves, many of them nearly alike."""
    grown = (
        make(rng.randrange, depth, (s, t))
        for depth, number in ((1, 1500), (2, 9000), (3, 9000))
        for make in (scalar_tree, matrix_tree)
        for _ in range(number)
    )
    return list(dict.fromkeys(grown))


@pytest.mark.parametrize("style", STYLES)
def test_what_looks_the_same_is_the_same(style: str, forest: list[Expr]) -> None:
    found = pools(forest, STYLES[style])
    alike = {shown: trees for shown, trees in found.items() if len(trees) > 1}
    assert len(alike) > 100  # else this tests nothing
    for shown, trees in alike.items():
        assert not disagreeing(trees), (shown, disagreeing(trees))


def test_the_law_notices_lost_parentheses() -> None:
    """The checker fails when it should: without parentheses, different values look the same."""

    def careless(tree: Expr) -> str:
        return text(tree).replace("(", "").replace(")", "")

    found = pools([(a + b) * a, a + b * a, ex.Sum(s, g[s] + a), ex.Sum(s, g[s]) + a], careless)
    assert [len(disagreeing(trees)) for trees in found.values()] == [2, 2]


def misread(tree: Expr) -> Expr | None:
    """The tree that a missing pair of parentheses would confuse with this one."""
    match tree:
        case ex.Mul((ex.Add((p, q)), r)):
            return ex.Add((p, ex.Mul((q, r))))
        case ex.Sum(index, ex.Add((p, q))) if index not in ex.free_indices(q):
            return ex.Add((ex.Sum(index, p), q))
        case ex.Mul((ex.Sum(index, p), q)):
            return ex.Sum(index, ex.Mul((p, q)))
        case ex.Neg(ex.Add((p, q))):
            return ex.Add((ex.Neg(p), q))
        case ex.Pow(ex.Mul((p, q)), r):
            return ex.Mul((p, ex.Pow(q, r)))
        case ex.Pow(ex.Neg(p), r):
            return ex.Neg(ex.Pow(p, r))
        case ex.Mul((ex.Log(p), q)):
            return ex.Log(ex.Mul((p, q)))
        case ex.Div(p, ex.Mul((q, r))):
            return ex.Mul((ex.Div(p, q), r))
        case ex.Transpose(ex.MatMul((p, q))):
            return ex.MatMul((p, ex.Transpose(q)))
        case ex.Inverse(ex.MatMul((p, q))):
            return ex.MatMul((p, ex.Inverse(q)))
        case ex.Transpose(ex.Add((p, q))):
            return ex.Add((p, ex.Transpose(q)))
    return None


@given(st.data())
def test_a_moved_bracket_is_seen(data: st.DataObject) -> None:
    def choose(number: int) -> int:
        return data.draw(st.integers(0, number - 1))

    make = data.draw(st.sampled_from([scalar_tree, matrix_tree]))
    tree = make(choose, 3, (s, t))
    try:
        other = misread(tree)
    except ex.ShapeError:
        other = None
    variants = [tree] if other is None else [tree, other]
    for show in STYLES.values():
        for shown, trees in pools(variants, show).items():
            assert not disagreeing(trees), shown


def test_statements_are_all_covered() -> None:
    """Every kind of statement is among the examples."""
    shown = {type(item) for item, *_ in EXAMPLES}
    assert set(get_args(Statement)) <= shown
