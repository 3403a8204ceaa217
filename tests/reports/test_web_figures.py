"""Figures on a web page: plain shapes with names of their own, in the page's colours."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from reports import web_figures
from reports.figures import DRAWINGS, Drawing

DRAWING = Drawing("sample", "sample", "A sample.")
SHAPES = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 72 36">
<metadata><x/></metadata><defs><style>*{}</style><path id="m1" d="M 0.12345 1
L 2 3"/><clipPath id="p1"><rect width="1" height="1"/></clipPath></defs>
<g id="patch_1" clip-path="url(#p1)"><path d="M0 0" style="fill: #ffffff; stroke: #000000; stroke-width: 0.5"/></g>
<!-- a comment --><path style="fill: #dddddd" d="M1 1"/>
<use xlink:href="#m1" x="1" transform="scale(0.015625)"/></svg>"""


def picture(monkeypatch: pytest.MonkeyPatch, source: str) -> ElementTree.Element:
    monkeypatch.setattr(Drawing, "rendered", lambda self, form: source.encode())
    return ElementTree.fromstring(web_figures.drawn(DRAWING, "name", "label"))


def test_a_figure_becomes_plain_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    found = picture(monkeypatch, SHAPES)
    assert {e.tag for e in found.iter()} == {"svg", "defs", "path", "clipPath", "rect", "g", "use"}
    assert [e.get("id") for e in found.iter() if e.get("id")] == ["name-m1", "name-p1"]
    assert [e.get("clip-path") for e in found.iter("g")] == ["url(#name-p1)"]
    assert [(e.get("href"), e.get("transform")) for e in found.iter("use")] == [
        ("#name-m1", "scale(0.015625)")
    ]
    first, second, third = found.iter("path")
    assert first.get("d") == "M 0.12 1 L 2 3"
    assert (second.get("fill"), second.get("stroke")) == ("none", "currentColor")
    assert third.get("class") == "shade"
    assert not [e for e in found.iter() if "style" in e.attrib]
    assert (found.get("role"), found.get("aria-labelledby"), found.get("width")) == ("img", "label", "72pt")


@pytest.mark.parametrize(
    ("planted", "words"),
    [
        ("<text>x</text>", "holds the element text"),
        ("<image/>", "holds the element image"),
        ('<path style="behavior: url(x)"/>', "has the style behavior"),
    ],
)
def test_more_than_shapes_is_refused(monkeypatch: pytest.MonkeyPatch, planted: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        picture(monkeypatch, SHAPES.replace("<!-- a comment -->", planted))


def test_the_figures_of_the_sheet_are_made_of_shapes() -> None:
    pytest.importorskip("matplotlib")
    first = web_figures.drawn(DRAWINGS[0], "name", "label")
    assert first == web_figures.drawn(DRAWINGS[0], "name", "label")
    assert "#000000" not in first
    assert "#ffffff" not in first
