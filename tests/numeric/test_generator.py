"""The generator: what it writes, that it computes what the formula says, and what it refuses."""

from __future__ import annotations

import ast
import importlib
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sample_updates as m
from derived import derivation_of
from generated_modules import function_of, text_of
from hypothesis import given
from hypothesis import strategies as st

from derivations import discovery
from derivations.calculus.domains import DOMAINS, REAL, SIMPLEX, Domain
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Add,
    AssignmentSum,
    At,
    Delta,
    Exp,
    Expr,
    Gradient,
    Index,
    LogSumExp,
    Member,
    Mul,
    Neg,
    Number,
    Pow,
    Product,
    Sum,
    Symbol,
    as_expr,
    free_indices,
    scalar,
    scalars,
    walk,
)
from derivations.calculus.statements import Belongs, LessEqual
from derivations.proof.steps import Derivation, Update
from numeric import checks, generate, sources
from numeric.blocks import rows_of_a_block
from numeric.cases import Counts, Random, arguments_of, drawn
from numeric.crosscheck import allowed_errors, differences
from numeric.generator import GeneratorError, contraction, emit, source
from numeric.generator.contraction import Order, best_order
from numeric.generator.emit_fused import IN_PLACE
from numeric.generator.names import ATTRIBUTES, COMPOSED, HELPERS, MATH, NUMPY, SPECIAL, UFUNCS, WORDS, safe
from numeric.generator.plan import RULES, plan
from numeric.generator.python import source_of
from numeric.generator.validation import DOMAIN_CHECKS
from numeric.generator.writers import WRITERS
from numeric.reference import evaluate

EVERY_UPDATE = (*m.SHEET, m.NEAREST, *m.OTHERS)
BY_NAME = pytest.mark.parametrize("update", EVERY_UPDATE, ids=lambda update: update.name)


# --------------------------------------------------------------------------------- the text


@BY_NAME
def test_generated_code_uses_only_names_of_the_tables(update: Update) -> None:
    tree = ast.parse(text_of(update))
    dotted = {ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    known = {*NUMPY.values(), *MATH.values(), "np.linalg", "npt.ArrayLike", "checks.Sizes"}
    known |= {f"checks.{name}" for name in vars(checks)}
    strange = {name for name in dotted - known if name.rpartition(".")[2] not in ATTRIBUTES}
    assert strange == set()


@BY_NAME
def test_generated_code_has_no_loops(update: Update) -> None:
    loops = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.SetComp)
    assert not any(isinstance(node, loops) for node in ast.walk(ast.parse(text_of(update))))


@BY_NAME
def test_generated_code_is_the_same_every_time(update: Update) -> None:
    assert text_of(update) == text_of(update)


@pytest.mark.parametrize("name", [*NUMPY.values(), *MATH.values(), *UFUNCS.values()])
def test_every_name_that_may_be_emitted_exists(name: str) -> None:
    root, *parts = name.split(".")
    found: object = importlib.import_module({"np": "numpy", "math": "math"}[root])
    for part in parts:
        found = getattr(found, part)


@pytest.mark.parametrize(("name", "module"), HELPERS.items())
def test_every_helper_exists(name: str, module: str) -> None:
    assert callable(getattr(importlib.import_module(module), name))


def test_every_check_exists() -> None:
    assert all(callable(getattr(checks, name)) for names in DOMAIN_CHECKS.values() for name in names)


def test_every_attribute_exists() -> None:
    assert all(hasattr(np.empty(1), name) for name in ATTRIBUTES)


def test_the_tables_speak_of_operations_that_there_are() -> None:
    kinds = {*WRITERS, *IN_PLACE, "pair_products"}
    assert set(WORDS) | set(COMPOSED) | {kind for kind, *_ in SPECIAL} <= kinds
    assert kinds <= set(WORDS) | set(emit.INLINE)
    assert set(UFUNCS) <= set(WRITERS)


def test_every_domain_has_its_checks() -> None:
    assert set(DOMAIN_CHECKS) == set(DOMAINS)


def test_generated_files_are_formatted(tmp_path: Path) -> None:
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    if ruff is None:
        pytest.skip("ruff is not installed")
    for update in EVERY_UPDATE:
        (tmp_path / f"{update.name}.py").write_text(text_of(update), "utf-8")
    settings = ["--config", str(Path(__file__).parents[2] / "pyproject.toml"), str(tmp_path)]
    for arguments in (["format", "--check"], ["check", "--extend-ignore", "I001"]):
        done = subprocess.run([ruff, *arguments, *settings], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_docstring_says_shapes_formula_and_step() -> None:
    function = _functions(source(m.MSTEP))["Sigma"]
    text = ast.get_docstring(function) or ""
    for part in ("Σ[k] = ", "where N[k] = ∑_i γ[i,k]", "Step Sigma.root", "gamma: (N, K)", "(K, D, D)"):
        assert part in text


def test_whatever_a_title_holds_it_stays_inside_the_docstring() -> None:
    title = 'a \\write18 \\N \\x """ + 1 + """'
    tree = ast.parse(source(replace(m.MSTEP, title=title)))
    assert (ast.get_docstring(tree) or "").startswith(title)
    assert [type(node) for node in tree.body].count(ast.Expr) == 1


def _functions(text: str) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}


def test_every_intermediate_has_its_shape_behind_it() -> None:
    body = text_of(m.RESPONSIBILITIES).partition("N = ")[2].splitlines()[1:]
    assigned = [line for line in body if " = " in line]
    assert assigned
    assert all("# (" in line for line in assigned)


# -------------------------------------------------------------------------- how it is computed


def test_common_parts_are_computed_once_even_under_other_index_names() -> None:
    """log pi_k + log N(x_i | k) stands in the formula for k, and for j inside the log-sum-exp."""
    text = text_of(m.RESPONSIBILITIES)
    assert text.count("x_rows - mu") == 1
    assert text.count("inverse_factor(") == 1
    assert text.count("whitening_of_Sigma @") == 1
    assert text.count("np.log(pi)") == 1


def test_an_exponential_over_a_sum_of_its_kind_is_a_softmax() -> None:
    assert 'softmax("x", ' in text_of(m.RESPONSIBILITIES)
    other = m.update("f", m.gamma[m.i, m.k], Exp(m.s[m.i, m.k] - LogSumExp(m.j, 2 * m.s[m.i, m.j])))
    assert "softmax" not in text_of(other)


def test_sums_of_logarithms_are_matrix_products_even_where_one_is_infinite() -> None:
    text = text_of(m.SURE_BERNOULLI)
    assert text.count(" @ ") == 4
    assert "weighted_log" not in text


def test_definitions_keep_their_names() -> None:
    assert "    n: Array = np.sum(gamma, axis=0)  # (K,)" in source(m.MSTEP)


def test_nothing_of_points_times_components_times_dimensions_is_kept(tmp_path: Path) -> None:
    points, components, dimensions = 20_000, 8, 8
    whole = 8 * points * components * dimensions
    counts = {"N": points, "K": components, "D": dimensions}
    assert _peak(m.COVARIANCES, tmp_path, counts) < whole / 2
    assert _peak(m.RESPONSIBILITIES, tmp_path, counts) < whole / 2


def _peak(update: Update, folder: Path, counts: Counts) -> int:
    """The most memory that is in use at once while a generated function runs, in bytes."""
    arguments = {s.name: drawn(s, counts, Random(1)) for s in arguments_of(update)}
    function = function_of(update, folder)
    tracemalloc.start()
    try:
        function(**arguments)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _letters(text: str) -> frozenset[Index]:
    sizes = {"i": m.N, "k": m.K, "d": m.D, "e": m.D}
    return frozenset(Index(letter, sizes[letter]) for letter in text)


def _written(order: Order) -> str:
    """An order with its pairs in brackets, factors by number."""
    if order.parts is None:
        return str(min(order.factors))
    return "(" + " ".join(sorted(map(_written, order.parts))) + ")"


@pytest.mark.parametrize(
    ("factors", "keep", "expected"),
    [
        pytest.param("ik id", "kd", "(0 1)", id="weighted mean"),
        pytest.param("ik ikd ike", "kde", "((0 1) 2)", id="weighted scatter: weights go into one side"),
        pytest.param("id kde ie", "ik", "((0 2) 1)", id="quadratic form: features of the points first"),
        pytest.param("kde kd ke", "k", "((0 1) 2)", id="quadratic form of the means"),
        pytest.param("ik i d", "kd", "((0 1) 2)", id="what has no points comes last"),
    ],
)
def test_the_cheapest_order_is_taken(factors: str, keep: str, expected: str) -> None:
    assert _written(best_order([_letters(f) for f in factors.split()], _letters(keep))) == expected


def test_points_are_never_the_batch_of_a_matrix_product() -> None:
    left, right = _letters("id"), _letters("ikd")
    assert not contraction.is_matrix_product(left, right, _letters("ik"))
    assert contraction.is_matrix_product(_letters("kd"), _letters("kde"), _letters("ke"))


# ------------------------------------------------------------------------------ what it refuses

pairs_of_points = Sum(m.i, Sum(m.m, Exp(-(m.x[m.i].T @ m.x[m.m]))))

REFUSED: tuple[tuple[str, Update, str], ...] = (
    ("a derivative", m.update("f", m.result("f"), Gradient(m.c * m.c, m.c)), "Gradient .*derivation"),
    ("assignments", m.update("f", m.result("f"), AssignmentSum(m.z, m.pi[m.z[m.i]])), "AssignmentSum"),
    ("a value put in", m.update("f", m.result("f"), At(m.c, m.c, m.r)), "At .*"),
    ("pairs of points", m.update("f", m.result("f"), pairs_of_points), "N x N"),
    ("an unknown size", m.update("f", m.result("f", m.k), Number(m.half.value)), "how large K is"),
    ("a free index", m.update("f", m.result("f"), m.v[m.k]), "indices"),
    ("unlike ranges", m.update("f", m.result("f", m.i, m.k), Delta(m.i, m.k)), "different ranges"),
    ("a sum of nothing", m.update("f", m.result("f"), LogSumExp(m.k, m.c)), "does not depend on k"),
    ("too many factors", m.update("f", m.result("f"), Sum(m.k, Mul((m.v[m.k],) * 10))), "10 factors"),
    (
        "points last",
        m.update("f", m.result("f", m.k, m.i), Exp(m.gamma[m.i, m.k]) + m.gamma[m.i, m.k]),
        "first",
    ),
    ("a product of points", m.update("f", m.result("f", m.k), Product(m.i, 1 + m.s[m.i, m.k])), "all points"),
)


@pytest.mark.parametrize(("update", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_would_make_bad_code_is_refused_by_name(update: Update, words: str) -> None:
    with pytest.raises(GeneratorError, match=words):
        text_of(update)


def test_a_domain_without_a_check_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    new = Domain("strange", "is strange")
    monkeypatch.setitem(DOMAINS, "strange", new)
    strange = scalar("strange", "s", new)
    with pytest.raises(GeneratorError, match="no check for the domain strange"):
        text_of(m.update("f", m.result("f"), strange + 1))


def test_a_step_that_there_is_not_is_refused() -> None:
    update = m.update("f", m.result("f"), m.c, step="f.nowhere")
    with pytest.raises(GeneratorError, match=r"no step f\.nowhere"):
        source(Derivation("f", 3, "", "", "", "", (), (update,)))


# ------------------------------------------------------------------------------- what it checks


def test_divisors_and_hypotheses_become_checks() -> None:
    assert "checks.positive_totals" not in text_of(m.WEIGHTS)
    assert 'checks.positive_totals("gamma", n, "component", "points")' in text_of(m.MEANS)
    for assumed in (
        Belongs(m.n[m.k], DOMAINS["positive"]),
        LessEqual(Number(m.half.value * 0), m.n[m.k], True),
    ):
        text = source(m.derivation("f", m.WEIGHTS, hypotheses=[assumed]))
        assert 'checks.positive_totals("gamma", n, "component", "points")' in text


@pytest.mark.parametrize("domain", [d for d in DOMAINS.values() if not d.label], ids=lambda d: d.name)
def test_values_of_a_domain_pass_its_checks(domain: Domain) -> None:
    is_matrix = domain.symmetric or domain.name == "invertible"
    shape = (m.D if is_matrix or domain.unit else 1, m.D if is_matrix else 1)
    symbol = Symbol("q", "q", (m.N, m.K), shape, domain)
    for seed in range(5):
        value = drawn(symbol, {"N": 4, "K": 3, "D": 3}, Random(seed))
        for name in DOMAIN_CHECKS[domain.name]:
            getattr(checks, name)("q", value)


# ------------------------------------------------------------------- random formulas, to 50 digits

FAMILIES = (
    scalars("f_nk", "f", (m.N, m.K), SIMPLEX),
    scalars("f_kd", "f", (m.K, m.D)),
    scalars("f_nd", "f", (m.N, m.D)),
    scalars("f_n", "f", (m.N,)),
    scalars("f_k", "f", (m.K,), REAL),
    scalars("f_dd", "f", (m.D, m.D)),
)
INDICES = {m.N: (m.i,), m.K: (m.k, m.j), m.D: (m.d, m.e)}
EVERY_INDEX = [index for indices in INDICES.values() for index in indices]
ANCHOR = Sum(m.i, FAMILIES[0][m.i, m.k] + Sum(m.d, FAMILIES[2][m.i, m.d]))


def leaves() -> st.SearchStrategy[Expr]:
    members = [Member(family, indices) for family in FAMILIES for indices in _choices(family.family)]
    return st.sampled_from(members) | st.integers(-3, 3).map(as_expr)


def _choices(sizes: tuple[object, ...]) -> Iterator[tuple[Index, ...]]:
    if not sizes:
        yield ()
        return
    for rest in _choices(sizes[1:]):
        for index in INDICES[sizes[0]]:  # type: ignore[index]
            yield (index, *rest)


def summed(body: Expr, over: Collection[Index]) -> Expr:
    for index in sorted(free_indices(body).intersection(over), key=lambda index: index.name):
        body = Sum(index, body)
    return body


def grown(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    pairs = st.tuples(inner, inner)
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    binders = st.sampled_from(EVERY_INDEX)
    return st.one_of(
        several.map(Add),
        several.map(Mul),
        inner.map(Neg),
        st.tuples(binders, inner).map(lambda pair: Sum(*pair)),
        st.tuples(binders, pairs).map(lambda pair: Sum(pair[0], Mul(pair[1]))),
        inner.map(lambda body: Pow(body, Number(m.half.value * 4))),
        inner.map(lambda body: Exp(-(body * body))),
        pairs.map(lambda pair: pair[0] / (2 + Pow(pair[1], Number(m.half.value * 4)))),
    )


def closed(body: Expr) -> Expr:
    """Every index summed but k, in which the formula is made to depend on every size."""
    return summed(body, free_indices(body) - {m.k}) + ANCHOR


def formulas() -> st.SearchStrategy[Expr]:
    return st.recursive(leaves(), grown, max_leaves=8).map(closed)


def contractions() -> st.SearchStrategy[Expr]:
    """Products of members, of differences and of exponentials, summed over some of their indices."""
    members = st.sampled_from([Member(f, indices) for f in FAMILIES for indices in _choices(f.family)])
    differences = st.tuples(members, members).map(lambda pair: pair[0] - pair[1])
    factors = st.one_of(members, members, differences, members.map(Exp))
    products = st.lists(factors, min_size=2, max_size=5).map(lambda found: Mul(tuple(found)))
    divided = st.tuples(products, members).map(lambda pair: pair[0] / (2 + pair[1] * pair[1]))
    some = st.lists(st.booleans(), min_size=len(EVERY_INDEX), max_size=len(EVERY_INDEX))
    chosen = some.map(lambda flags: {index for index, flag in zip(EVERY_INDEX, flags, strict=True) if flag})
    return st.tuples(products | divided, chosen).map(lambda pair: summed(*pair))


@given(formulas())
def test_fuzz_generated_code_has_the_value_of_the_formula(
    tmp_path_factory: pytest.TempPathFactory, formula: Expr
) -> None:
    agrees(m.update("f", m.result("f", m.k), formula), tmp_path_factory.mktemp("fuzz"))


@given(contractions())
def test_fuzz_contractions_have_the_value_of_the_formula(
    tmp_path_factory: pytest.TempPathFactory, formula: Expr
) -> None:
    order = {m.N: 0, m.K: 1, m.D: 2}
    family = sorted(free_indices(formula), key=lambda index: (order[index.size], index.name))
    target = m.result("f", *family)
    whole = formula + 0 * Sum(m.k, ANCHOR)
    agrees(m.update("f", target, whole), tmp_path_factory.mktemp("fuzz"))


def agrees(update: Update, folder: Path) -> None:
    """The generated function has the value of the formula, whole and in blocks, unless it may be refused."""
    try:
        function = function_of(update, folder)
    except GeneratorError:
        return  # which formulas must be refused, and how, is tested above
    counts = {"N": 5, "K": 3, "D": 2}
    arguments = {s.name: drawn(s, counts, Random(7)) for s in arguments_of(update)}
    reference = evaluate(update, arguments)
    allowed = 4 * allowed_errors(reference, np.dtype(np.float64))
    for rows in (2, 5):
        with rows_of_a_block(rows):
            found = np.asarray(function(**arguments))
        assert found.shape == reference.values.shape
        assert np.all(differences(found, reference.values) <= allowed)


# ------------------------------------------------------------------------------ files and commands


def test_what_is_committed_is_fresh() -> None:
    ours = [derivation_of(name) for name, item in discovery.found().items() if item.ours]
    assert generate.problems(generate.sources_of(ours)) == []


def test_missing_stale_and_orphan_files_are_found_and_mended(tmp_path: Path) -> None:
    expected = {"a.py": "1\n", "b.py": "2\n"}
    assert [line.split()[1:3] for line in generate.problems(expected, tmp_path)] == [["is", "missing:"]] * 2
    generate.write(expected, tmp_path)
    assert generate.problems(expected, tmp_path) == []
    (tmp_path / "a.py").write_text("3\n")
    (tmp_path / "c.py").write_text("")
    (tmp_path / "__init__.py").write_text("")
    stale, orphan = generate.problems(expected, tmp_path)
    assert "a.py is stale: run `python -m numeric.generate`" in stale
    assert "c.py belongs to no derivation" in orphan
    done = generate.write(expected, tmp_path)
    assert any("removed" in line for line in done)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["__init__.py", "a.py", "b.py"]


def test_where_nothing_can_be_written_one_line_says_so(tmp_path: Path) -> None:
    with pytest.raises(sources.UsageError, match=r"cannot write to .*checkout") as caught:
        generate.write({"a.py": ""}, tmp_path / "nowhere")
    assert "\n" not in str(caught.value)


def test_a_refuted_step_makes_no_code() -> None:
    step = m.MSTEP.steps[0]
    refuted = type(step)(**{**step.__dict__, "verdict": Verdict.REFUTED})
    with pytest.raises(GeneratorError, match=r"pi\.root is refuted"):
        generate.source(Derivation("f", 3, "", "", "", "", (refuted,), (m.WEIGHTS,)))


def test_the_digest_knows_the_formula_and_the_hypotheses() -> None:
    def digest(*updates: Update, **others: list[Belongs]) -> str:
        return source(m.derivation("f", *updates, **others)).splitlines()[2]

    doubled = m.update("pi", m.pi[m.k], 2 * m.n[m.k] / m.N, [m.COUNTS])
    positive = [Belongs(m.n[m.k], DOMAINS["positive"])]
    assert len({digest(m.WEIGHTS), digest(doubled), digest(m.WEIGHTS, hypotheses=positive)}) == 3


def test_the_command_checks(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "load", lambda names=None: [])
    monkeypatch.setattr(generate, "problems", lambda expected: ["x.py is stale: run it"])
    assert generate.main(["--check"]) == 1
    assert capsys.readouterr().out == "x.py is stale: run it\n"


# ---------------------------------------------------------------------------------- small parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f('a')", 'f("a")'),
        ("x ** 2", "x**2"),
        ("2 ** x", "2**x"),
        ("x[0] ** 2", "x[0] ** 2"),
        ("f(x) ** 2", "f(x) ** 2"),
        ("x ** f(2)", "x ** f(2)"),
        ("f(x).T ** 2", "f(x).T ** 2"),
    ],
)
def test_expressions_are_written_as_a_formatter_would(text: str, expected: str) -> None:
    assert source_of(ast.parse(text, mode="eval").body) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("lambda", "lambda_"), ("k'", "k_"), ("mu", "mu"), ("np", "np_"), ("2x", "_2x"), ("rows", "rows_")],
)
def test_names_of_symbols_become_identifiers(name: str, expected: str) -> None:
    assert safe(name) == expected


def test_a_symbol_with_an_awkward_name_is_generated(tmp_path: Path) -> None:
    awkward = scalars("lambda", "l", (m.N,))
    update = m.update("f", m.result("f"), Sum(m.i, awkward[m.i] * awkward[m.i]))
    assert function_of(update, tmp_path)(np.arange(4.0)) == 14.0


def test_arguments_come_in_the_order_of_the_formula() -> None:
    assert [symbol.name for symbol in plan(m.COVARIANCES).arguments] == ["gamma", "x", "mu"]


def test_every_kind_of_node_is_tried() -> None:
    """Each rule of the generator stands in some formula of the samples."""
    nodes = {type(node) for update in EVERY_UPDATE for node in walk(update.formula)}
    assert {*RULES.lowering, *RULES.gathering} <= nodes
