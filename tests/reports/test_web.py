"""The web page: whole, linked, escaped, and asking for nothing; what a browser thinks of it is in test_browser."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from sample_derivation import HOSTILE, Sigma, derive, derive_doubtful, derive_hostile, good_steps, k, made

from derivations.calculus.domains import INVERTIBLE
from derivations.calculus.evidence import Counterexample, Verdict
from derivations.calculus.expressions import Symbol, inv
from derivations.calculus.statements import Belongs, Equal
from derivations.proof.printed import Fault, PrintedVerdict
from reports import web
from reports.at_numbers import at_numbers
from reports.errata import PrintedView, ProblemErrata
from reports.formula import Formula, PrintedLatex
from reports.generated_code import Code, Crosscheck
from reports.prose import Vocabulary
from reports.view import DerivationView, view
from reports.web_graph import BOX, picture

pytest.importorskip("math_core")
pytest.importorskip("ziamath")
pytest.importorskip("fontTools")

VOID = {"meta", "link", "br", "hr", "img", "input", "wbr"}
FETCHING = {"script", "link", "img", "iframe", "object", "embed", "audio", "video", "source", "base", "form"}
TEXTUAL = {"annotation", "style"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    inside: tuple[str, ...]  # the tags it stands in, the outermost first


class Page(HTMLParser):
    """What stands on a page: elements in their order, and the text that a reader sees."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.open: list[str] = []
        self.strays: list[str] = []
        self.words: list[str] = []
        self.style = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.elements.append(Element(tag, found, tuple(self.open)))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.strays.append(tag)

    def handle_data(self, data: str) -> None:
        if not TEXTUAL & set(self.open):
            self.words.append(data)
        if "style" in self.open:
            self.style += data

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def values(self, attribute: str) -> list[str]:
        return [e.attributes[attribute] for e in self.elements if attribute in e.attributes]


# ------------------------------------------------------------------- what every page has to keep


def unbalanced(page: Page) -> list[str]:
    return [*page.strays, *page.open]


def repeated_ids(page: Page) -> list[str]:
    return [name for name, number in Counter(page.values("id")).items() if number > 1]


def broken_links(page: Page) -> list[str]:
    """Links that lead out of the page, or to no place on it."""
    places = {f"#{name}" for name in page.values("id")}
    return [target for target in (*page.values("href"), *page.values("xlink:href")) if target not in places]


def skipped_headings(page: Page) -> list[str]:
    """Headings that are more than a level below the one before, and any but the first of the top level."""
    levels = [int(e.tag[1]) for e in page.elements if re.fullmatch("h[1-6]", e.tag)]
    first = [] if levels[:1] == [1] else ["the first heading is not h1"]
    return first + [f"h{a} then h{b}" for a, b in pairwise(levels) if b > a + 1 or b == 1]


def requests(page: Page) -> list[str]:
    """Whatever could fetch, run or send something."""
    tags = [e.tag for e in page.all(*FETCHING)]
    handlers = [name for e in page.elements for name in e.attributes if name.startswith("on")]
    fetched = [value for name in ("src", "srcset", "action", "data") for value in page.values(name)]
    urls = [url for url in re.findall(r"url\(([^)]*)\)", page.style) if not url.startswith("data:font/")]
    return [*tags, *handlers, *fetched, *urls, *re.findall("@import", page.style)]


def loose_policy(page: Page) -> list[str]:
    """A content-security policy that is missing, comes late, or allows more than our style and our font."""
    rules = [e.attributes["content"] for e in page.all("meta") if "http-equiv" in e.attributes]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    wanted = f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'; form-action 'none'"
    styled = page.values("style")
    late = [e.tag for e in page.elements[: page.elements.index(page.all("style")[0])] if e.tag in FETCHING]
    return [*([] if rules == [wanted] else rules or ["no policy"]), *styled, *late]


def silent_formulas(page: Page) -> list[str]:
    """Formulas without their LaTeX."""
    silent = [e for e in page.all("math") if not e.attributes.get("alttext", "").strip()]
    annotated = len(page.all("annotation")) - len(page.all("math"))
    return [*(str(e.inside) for e in silent), *([f"{annotated} annotations too many"] if annotated else [])]


def nameless_landmarks(page: Page) -> list[str]:
    """Landmarks that are missing, doubled, or without a name of their own; boxes with a role but no name."""
    once = [tag for tag in ("main", "title") if len([e for e in page.all(tag) if "svg" not in e.inside]) != 1]
    ids = set(page.values("id"))
    named = [e.tag for e in page.all("nav", "section") if not _named(e, ids)]
    grouped = [e.tag for e in page.elements if "role" in e.attributes and not _named(e, ids)]
    return [*once, *named, *grouped]


def _named(element: Element, ids: set[str]) -> bool:
    return "aria-label" in element.attributes or element.attributes.get("aria-labelledby") in ids


CHECKS = (
    unbalanced,
    repeated_ids,
    broken_links,
    skipped_headings,
    requests,
    loose_policy,
    silent_formulas,
    nameless_landmarks,
)


# ------------------------------------------------------------------------------------- the pages


def hostile_line() -> PrintedView:
    """A printed line about which every field that can hold text holds hostile text."""
    sentence = PrintedLatex(r"\text{a sentence with $x < 1$ & <b>more</b>}")
    formula = Formula(good_steps()[0].statement)
    example = Counterexample({"N": 2}, {HOSTILE: HOSTILE}, HOSTILE, HOSTILE)
    words = Vocabulary.of([])
    return PrintedView(
        HOSTILE,
        sentence,
        formula,
        PrintedVerdict.FAILS,
        Fault.FALSE,
        HOSTILE,
        (formula,),
        example,
        formula,
        words,
    )


def hostile_view() -> DerivationView:
    found = view(derive_hostile())
    code = Code("numeric.generated.sample:mu", None, f"def mu(x):\n    return 1  # {HOSTILE}")
    checked = Crosscheck(7, 1e-16, 2e-15, True, ("50 digits",))
    updates = tuple(replace(update, code=code, crosscheck=checked) for update in found.updates)
    sound = replace(hostile_line(), verdict=PrintedVerdict.HOLDS, fault=Fault.NONE, corrected=None)
    return replace(found, name=HOSTILE, updates=updates, as_printed=(hostile_line(), sound))


def doubtful_view() -> DerivationView:
    return replace(view(derive_doubtful()), title="A doubtful sample")


def numbers() -> str:
    derivation = derive()
    beside = at_numbers(derivation, derivation.steps, {"N": 2, "K": 2, "D": 1})
    return web.page([view(derivation)], "A sample", beside=beside)


MADE: dict[str, Callable[[], str]] = {
    "one": lambda: web.page([view(derive())], "A sample"),
    "several": lambda: web.page([hostile_view(), doubtful_view(), view(derive())], HOSTILE),
    "brief": lambda: web.page([hostile_view(), view(derive())], HOSTILE, full=False),
    "numbers": numbers,
    "errata": lambda: web.errata_page([ProblemErrata("p", HOSTILE, (hostile_line(),) * 2)], HOSTILE),
}


@dataclass
class Made:
    """Pages by name, each made once."""

    sources: dict[str, str] = field(default_factory=dict)

    def source(self, name: str) -> str:
        if name not in self.sources:
            self.sources[name] = MADE[name]()
        return self.sources[name]

    def page(self, name: str) -> Page:
        return Page(self.source(name))


@pytest.fixture(scope="module")
def pages() -> Made:
    return Made()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", MADE)
def test_every_page_keeps_the_rules(pages: Made, name: str, check: Callable[[Page], list[str]]) -> None:
    assert check(pages.page(name)) == []


@pytest.mark.parametrize(
    ("check", "planted"),
    [
        (unbalanced, "<p><b>x</p>"),
        (repeated_ids, '<p id="a"></p><p id="a"></p>'),
        (broken_links, '<a href="#nowhere">x</a>'),
        (broken_links, '<a href="https://example.org/">x</a>'),
        (skipped_headings, "<h1>x</h1><h3>y</h3>"),
        (skipped_headings, "<h2>x</h2>"),
        (requests, "<script>1</script>"),
        (requests, '<p onclick="x">y</p>'),
        (requests, "<style>a { background: url(https://example.org/x.png) }</style>"),
        (loose_policy, "<style></style>"),
        (loose_policy, '<meta http-equiv="Content-Security-Policy" content="default-src *"><style></style>'),
        (silent_formulas, "<math><mi>x</mi></math>"),
        (silent_formulas, '<math alttext="x"><mi>x</mi></math>'),
        (nameless_landmarks, "<title>x</title><main></main><nav></nav>"),
        (nameless_landmarks, "<title>x</title>"),
    ],
)
def test_the_rules_notice_a_planted_fault(check: Callable[[Page], list[str]], planted: str) -> None:
    assert check(Page(planted))


def test_hostile_text_is_shown_as_text(pages: Made) -> None:
    for name in ("several", "errata"):
        found = pages.page(name)
        assert "<b>&amp;</b>" in found.text
        assert r"\write18{touch hacked}" in found.text
        assert "((( x )))" in found.text
        assert not [e for e in found.all("b") if "title" in e.inside]


def test_every_claim_verdict_and_counterexample_is_on_the_page(pages: Made) -> None:
    found = pages.page("several")
    for verdict in Verdict:
        assert [e for e in found.elements if e.attributes.get("class") == f"badge {verdict}"]
    assert all(f"({9}.{number})" in found.text for number in range(1, 8))
    for words in (
        "Counterexample at",
        "7/3",
        "24 exact instances up to",
        "50-digit",
        "2 · 10⁻¹⁵",
        "definition",
    ):
        assert words in found.text, words


def test_a_refuted_step_is_unfolded(pages: Made) -> None:
    unfolded = [e for e in pages.page("several").all("details") if "open" in e.attributes]
    assert unfolded
    assert not [e for e in pages.page("one").all("details") if "open" in e.attributes]


def test_steps_are_linked_back_and_forth(pages: Made) -> None:
    source = pages.source("one")
    steps = {part.split('"', 1)[0]: part for part in source.split('<div class="step" id="')[1:]}
    gradient, counts = steps["sample_derivation.mu.gradient"], steps["sample_derivation.counts"]
    assert re.search(r'From <a href="#sample_derivation\.counts"[^>]*>9\.1</a>', gradient)
    assert re.search(r'Used by <a href="#sample_derivation\.mu\.gradient"[^>]*>9\.3</a>', counts)


def test_the_map_has_a_link_to_every_step_it_shows(pages: Made) -> None:
    found = pages.page("one")
    linked = [e.attributes["href"] for e in found.all("a") if "svg" in e.inside]
    assert linked == [f"#sample_derivation.{step.id}" for step in derive().steps]
    drawn = picture(view(derive()))
    assert drawn is not None
    assert len(found.all("path")) == len(drawn.lines) > 0
    assert picture(view(replace(made(good_steps()[:2]), updates=()))) is None


def test_lines_of_the_map_end_at_boxes() -> None:
    drawn = picture(view(derive()))
    assert drawn is not None
    wide, high = BOX
    upper = {(box.x + wide / 2, box.y) for box in drawn.boxes}
    lower = {(box.x + wide / 2, box.y + high) for box in drawn.boxes}
    for line in drawn.lines:
        numbers = [float(number) for number in re.findall(r"[\d.]+", line)]
        assert tuple(numbers[:2]) in lower
        assert tuple(numbers[-2:]) in upper
    assert all(
        0 <= x <= drawn.width - wide and 0 <= y <= drawn.height - high
        for x, y in [(box.x, box.y) for box in drawn.boxes]
    )


def test_in_brief_there_is_no_evidence_and_no_code(pages: Made) -> None:
    found = pages.page("brief")
    assert not found.all("details", "pre")
    assert "Counterexample at" in found.text


def test_numbers_stand_beside_their_steps(pages: Made) -> None:
    found = pages.page("numbers")
    shown = [e for e in found.elements if e.attributes.get("class") == "instance"]
    assert len(shown) == len(derive().steps)
    assert found.text.count("left side") == found.text.count("right side") > 0


def test_the_same_bytes_twice(pages: Made) -> None:
    assert web.page([view(derive())], "A sample") == pages.source("one")


def test_a_name_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        web.environment().get_template("document.html.jinja").render(chapters=[])
    with pytest.raises(UndefinedError):
        web.environment().from_string("{{ view.no_such_thing }}").render(view=view(derive()))


def test_mathematics_is_taken_from_formulas_only() -> None:
    with pytest.raises(TypeError, match="only formulas"):
        web.display("x")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="only printed lines"):
        web.printed("x")  # type: ignore[arg-type]


def test_words_in_a_formula_are_words_of_the_sentence() -> None:
    shown = web.inline(Formula(Belongs(inv(Sigma[k]), INVERTIBLE)))
    assert shown.endswith("</math> is invertible")
    assert r"\text" not in shown


def test_no_template_switches_escaping_off() -> None:
    folder = Path(web.__file__).parent / "templates"
    found = {path.name: path.read_text("utf-8") for path in folder.glob("*.html.jinja")}
    assert len(found) >= 6
    assert not [name for name, text in found.items() if re.search(r"\|\s*safe\b|autoescape|style=", text)]


def test_a_letter_that_cannot_be_shown_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    from reports.cli import main_derivation

    strange = Symbol("s", r"\href{javascript:alert(1)}{x}")[()]
    step = replace(good_steps()[0], id="strange", statement=Equal(strange, strange))
    assert main_derivation(lambda: made((*good_steps(), step)), ["--html"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "cannot be shown as MathML" in err
