"""The figures of the sheet as parts of a web page: vectors that follow the page's colours, by day and by night.

matplotlib writes a file with styles, metadata and names of its own. Here it becomes an `svg` element of plain
shapes: names are made the figure's own, what is black takes the colour of the text, what is white is left to
the page. What is not on the lists below is left out or refused.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from reports.figures import Drawing

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
SHAPES = frozenset(["svg", "g", "defs", "path", "use", "rect", "clipPath"])
LEFT_OUT = frozenset({"metadata", "style"})
ATTRIBUTES = frozenset(["id", "d", "transform", "x", "y", "width", "height", "viewBox", "clip-path"])
PROPERTIES = frozenset(
    [
        "fill",
        "fill-opacity",
        "stroke",
        "stroke-width",
        "stroke-opacity",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "opacity",
    ]
)
COLOURS = {"#000000": "currentColor", "#ffffff": "none", "#dddddd": "none"}
SHADE = "#dddddd"  # takes the colour of the page's own shading
FRACTION = re.compile(r"(\d+\.\d\d)\d+")
OWN_NAME = re.compile(r"#([\w.-]+)")


def drawn(drawing: Drawing, name: str, label: str) -> str:
    """A figure as an `svg` element. `name` begins its anchors, `label` is the anchor of what says what it shows.

    Raises ImportError without matplotlib, ValueError for a figure that is made of more than shapes.
    """
    root = ElementTree.fromstring(drawing.rendered("svg"))
    used = {target for element in root.iter() for target in _targets(element)}
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)
    plain = _plain(root, name)
    wide, high = (float(value) for value in root.attrib["viewBox"].split()[2:])
    plain.attrib |= {"width": f"{wide:g}pt", "height": f"{high:g}pt", "class": "drawing"}
    plain.attrib |= {"fill": "currentColor", "role": "img", "aria-labelledby": label}
    return ElementTree.tostring(plain, encoding="unicode")


def _targets(element: ElementTree.Element) -> list[str]:
    """The names that an element refers to."""
    return OWN_NAME.findall(element.get(LINK, "") + " " + element.get("clip-path", ""))


def _plain(element: ElementTree.Element, name: str) -> ElementTree.Element:
    """The element and all in it, of plain shapes."""
    tag = element.tag.removeprefix(SVG)
    if tag not in SHAPES:
        raise ValueError(f"a figure holds the element {tag}")
    made = ElementTree.Element(tag, _attributes(element, name))
    for child in element:
        if not isinstance(child.tag, str) or child.tag.removeprefix(SVG) in LEFT_OUT:
            continue  # a comment, or nothing that is seen
        made.append(_plain(child, name))
    return made


def _attributes(element: ElementTree.Element, name: str) -> dict[str, str]:
    found = {key: " ".join(v.split()) for key, v in element.attrib.items() if key in ATTRIBUTES}
    if "d" in found:
        found["d"] = FRACTION.sub(r"\1", found["d"])  # hundredths of a point are enough
    if "id" in found:
        found["id"] = f"{name}-{found['id']}"
    if LINK in element.attrib:
        found["href"] = element.attrib[LINK]
    for key in {"href", "clip-path"} & set(found):
        found[key] = OWN_NAME.sub(rf"#{name}-\1", found[key])
    return found | _properties(element.attrib.get("style", ""))


def _properties(style: str) -> dict[str, str]:
    """A style as attributes, in the page's colours."""
    pairs = [part.split(":", 1) for part in style.split(";") if part.strip()]
    found = {key.strip(): value.strip() for key, value in pairs}
    strange = set(found) - PROPERTIES
    if strange:
        raise ValueError(f"a figure has the style {strange.pop()}")
    shaded = {"class": "shade"} if found.get("fill") == SHADE else {}
    return {key: COLOURS.get(value, value) for key, value in found.items()} | shaded
