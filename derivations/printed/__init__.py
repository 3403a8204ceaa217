"""The printed sheet: each file transcribes the lines of one problem as they stand there, slips included.

A file, or a folder, is named like the derivation of its problem; its `lines()` judges the printed lines in the sheet's order.
A line in a chain of equations is related to the line before it; where that one fails, to the left side of the
display, so that one slip is not held against every line after it. Where a logarithm, a fraction or an inverse is
printed, that it can be taken is understood; what is missing in print is said only where the sheet itself allows a
case in which the line breaks down. The derivations need none of this, and it is judged only when asked for.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from derivations.proof.printed import Printed


def printed_lines(name: str) -> tuple[Printed, ...]:
    """The printed lines that a derivation answers, judged, in the sheet's order; none if there are none for it."""
    module = f"{__name__}.{name}"
    if not name.isidentifier() or find_spec(module) is None:
        return ()
    lines: tuple[Printed, ...] = import_module(module).lines()
    return lines
