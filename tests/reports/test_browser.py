"""The web page in a browser: nothing is asked for, nothing sticks out, and axe-core has nothing to say against it.

Skipped, with the reason, where there is no Chromium or no axe-core; what needs no browser is in test_web.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import browser
import pytest
import test_web

from reports.mathml import mathml

pytest.importorskip("math_core")
pytest.importorskip("ziamath")
pytest.importorskip("fontTools")
if browser.browser_path() is None:
    pytest.skip(browser.NO_BROWSER, allow_module_level=True)

AXE = browser.axe_source()
needs_axe = pytest.mark.skipif(AXE is None, reason=browser.NO_AXE)
WIDTHS = (375, 1280)
SIDEWAYS = """[...document.querySelectorAll('body *')].filter(e => !e.closest('.formula, .long, pre, .skip')
 && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.outerHTML.slice(0, 120))"""
UNDRAWN = """[...document.querySelectorAll('math')].filter(m => m.checkVisibility({contentVisibilityAuto: true}) &&
 !m.closest('details:not([open])') && !(m.getBoundingClientRect().width > 2)).map(m => m.getAttribute('alttext'))"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of page as a file."""
    found = tmp_path_factory.mktemp("pages")
    for name, make in test_web.MADE.items():
        (found / f"{name}.html").write_text(make(), "utf-8")
    return found


@pytest.fixture(scope="module")
def tab() -> Iterator[browser.Page]:
    with browser.page() as found:
        yield found


@pytest.mark.parametrize("name", test_web.MADE)
def test_a_page_opens_from_a_file_and_asks_for_nothing(tab: browser.Page, folder: Path, name: str) -> None:
    tab.look(1280)
    tab.open(folder / f"{name}.html")
    asked = [url for url in tab.requests if not url.startswith("data:font/woff;")]
    assert asked == [(folder / f"{name}.html").as_uri()]
    assert tab.complaints == []
    assert (
        tab.run("[...document.fonts].map(font => font.family + ' ' + font.status).join()")
        == "Formulas loaded"
    )


def test_a_request_would_be_noticed(tab: browser.Page, tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text('<title>x</title><img src="x.png"><script>throw 1</script>')
    tab.open(tmp_path / "x.html")
    assert len(tab.requests) == 2
    assert tab.complaints


@pytest.mark.parametrize("width", [320, 375, 640, 1280])
def test_nothing_sticks_out(tab: browser.Page, folder: Path, width: int) -> None:
    """On a telephone, in a small window, and at 1280 pixels zoomed to 200 or 400 %."""
    for name in ("several", "numbers", "errata"):
        tab.look(width)
        tab.open(folder / f"{name}.html")
        tab.run("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert tab.run(SIDEWAYS) == []
        assert tab.run(UNDRAWN) == []


def test_what_sticks_out_is_noticed(tab: browser.Page, tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text(
        '<title>x</title><p style="width: 2000px">x</p><math alttext="y"></math>'
    )
    tab.look(375)
    tab.open(tmp_path / "x.html")
    assert len(tab.run(SIDEWAYS)) == 1
    assert tab.run(UNDRAWN) == ["y"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@needs_axe
def test_axe_finds_no_violation(tab: browser.Page, folder: Path, width: int, dark: bool) -> None:
    for name in ("several", "numbers", "errata"):
        tab.look(width, dark)
        tab.open(folder / f"{name}.html")
        tab.run("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert tab.violations(str(AXE)) == []


@needs_axe
def test_axe_finds_a_planted_violation(tab: browser.Page, tmp_path: Path) -> None:
    text = '<title>x</title><h1>x</h1><h4>y</h4><p style="color: #aaa; background: #fff">pale</p>'
    (tmp_path / "x.html").write_text(text)
    tab.look(1280)
    tab.open(tmp_path / "x.html")
    found = {violation[0] for violation in tab.violations(str(AXE))}
    assert {"color-contrast", "heading-order", "html-has-lang"} <= found


@pytest.mark.parametrize(
    "latex", [r"\biggl(x\biggr)^{\T}", r"\biggl(x\biggr)_{d}", r"\biggl(x\biggr)_{d}^{2}"]
)
def test_a_large_delimiter_stays_large_with_a_script(tab: browser.Page, tmp_path: Path, latex: str) -> None:
    (tmp_path / "x.html").write_text(f"<title>x</title>{mathml(latex, True)}", "utf-8")
    tab.open(tmp_path / "x.html")
    left, right = tab.run("[...document.querySelectorAll('mo')].map(e => e.getBoundingClientRect().height)")
    assert left == right > 25


def test_keys_lead_through_the_page_and_the_focus_is_seen(tab: browser.Page, folder: Path) -> None:
    tab.look(1280)
    tab.open(folder / "one.html")
    for _ in range(4):
        tab.press("Tab")
        shown = tab.run(
            "(e => [getComputedStyle(e).outlineStyle, e.getBoundingClientRect().left >= 0])(document.activeElement)"
        )
        assert shown == ["solid", True]


def test_a_reader_hears_headings_landmarks_and_formulas(tab: browser.Page, folder: Path) -> None:
    tab.look(1280)
    tab.open(folder / "several.html")
    nodes = tab.send("Accessibility.getFullAXTree")["nodes"]
    heard = [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes if not n["ignored"]]
    roles = {role for role, _ in heard}
    assert {"main", "navigation", "region", "banner", "heading", "table", "link"} <= roles
    assert {"MathMLMath", "MathMLFraction", "MathMLSub", "MathMLOperator"} <= roles
    names = [name for role, name in heard if role in ("region", "heading", "link", "navigation")]
    assert all(names)
