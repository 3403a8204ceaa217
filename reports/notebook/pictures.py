"""Pictures from outside, decoded and written anew, so that TeX gets a plain PNG of a known size."""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass, field

from PIL import Image, UnidentifiedImageError

LARGEST = 24_000_000  # dots
WIDEST, HIGHEST = 5.8, 6.5  # inches on a page
USUAL = 96.0  # dots per inch, where a picture does not say
KNOWN = ("image/png", "image/jpeg")


class PictureError(ValueError):
    """Not a picture that can be shown; the message says why."""


@dataclass
class Pictures:
    """The pictures of one document, by the names of their files."""

    prefix: str
    files: dict[str, bytes] = field(default_factory=dict)

    def add(self, content: str) -> str:
        """The LaTeX that shows a picture, given in base64. Raises PictureError."""
        picture, wide, high = _decoded(content)
        name = f"{self.prefix}-{len(self.files) + 1}.png"
        self.files[name] = picture
        return rf"\wbpicture{{{_width(wide, high):.2f}in}}{{{name}}}" + "\n"


def _decoded(content: str) -> tuple[bytes, float, float]:
    """The picture as a PNG without transparency, and its size in inches."""
    try:
        data = base64.b64decode("".join(content.split()), validate=True)
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as found:
            if found.width * found.height > LARGEST:
                raise PictureError(f"{found.width} x {found.height} dots are too many")
            dots = found.info.get("dpi", (USUAL, USUAL))
            on_white = Image.new("RGBA", found.size, "white")
            on_white.alpha_composite(found.convert("RGBA"))
    except (
        OSError,
        ValueError,
        SyntaxError,
        binascii.Error,
        UnidentifiedImageError,
        Image.DecompressionBombError,
    ):
        raise PictureError("it is no PNG or JPEG, or a damaged one") from None
    written = io.BytesIO()
    on_white.convert("RGB").save(written, "PNG", optimize=False)
    density = [float(value) if 20 <= float(value) <= 2400 else USUAL for value in dots]
    return written.getvalue(), found.width / density[0], found.height / density[1]


def _width(wide: float, high: float) -> float:
    """As it is, or smaller, so that it fits on a page."""
    return wide * min(1.0, WIDEST / wide, HIGHEST / high)
