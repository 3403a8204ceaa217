"""The TeX engines of this machine, for tests that typeset."""

from __future__ import annotations

import pytest

from reports import tex_engine
from reports.tex_engine import NoEngineError


def _found() -> list[str]:
    found = []
    for name in ("embedded", "pdflatex"):
        try:
            found.append(tex_engine.engine(name).name)
        except NoEngineError:
            continue
    return found


ENGINES = _found()
needs_tex = pytest.mark.skipif(not ENGINES, reason="no TeX engine on this machine")
every_engine = pytest.mark.parametrize("engine", ENGINES)
