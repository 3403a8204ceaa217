"""TeX cannot read or write outside its folder, start programs, or outlive its time, whatever the document says."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pypdf
import pytest
from tex_engines import every_engine

from reports import tex_engine
from reports.tex_engine import Engine, TexError

SECRET = "a secret of the machine"


def document(body: str) -> str:
    fonts = r"\usepackage[T1]{fontenc}\usepackage{lmodern}\usepackage{graphicx}"
    return rf"\documentclass{{article}}{fonts}\begin{{document}}start {body} end\end{{document}}"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file that no document may read, in a folder that none may write to."""
    (tmp_path / "secret.txt").write_text(SECRET)
    return tmp_path / "secret.txt"


READING = (  # what does not stop TeX, and gives nothing; FILE is the secret
    r"\newread\r\openin\r=FILE \ifeof\r closed\else\read\r to\x {\detokenize\expandafter{\x}}\fi",
    r"\newread\s\openin\s=|ls \ifeof\s closed\else\read\s to\x {\detokenize\expandafter{\x}}\fi",
    r"\IfFileExists{FILE}{there}{closed}",
    r"[\pdffilesize{FILE}]",
    r"[\pdffiledump offset 0 length 20 {FILE}]",
    r"[\pdfmdfivesum file {FILE}]",
    r"[\pdffilemoddate{FILE}]",
    r"\immediate\write18{touch FILE-18}",
)


@every_engine
def test_nothing_outside_is_read_and_no_program_started(engine: str, outside: Path) -> None:
    body = "\n\n".join(READING).replace("FILE", str(outside))
    made = tex_engine.typeset(document(body), tex_engine.engine(engine))
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made.pdf)).pages)
    assert text.count("closed") == 3
    assert text.replace(" ", "").count("[]") == 4
    assert "secret" not in text
    assert [path.name for path in outside.parent.iterdir()] == ["secret.txt"]


@every_engine
@pytest.mark.parametrize(
    "body",
    [
        r"\input{FILE}",
        r'\input|"cat FILE"',
        r"\immediate\openout5=FILE-written \immediate\write5{x}",
        r"\immediate\openout5=../written \immediate\write5{x}",
        r"\pdfximage{FILE}",
    ],
)
def test_what_is_outside_stops_the_document(engine: str, body: str, outside: Path) -> None:
    with pytest.raises(TexError) as caught:
        tex_engine.typeset(document(body.replace("FILE", str(outside))), tex_engine.engine(engine))
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [path.name for path in outside.parent.iterdir()] == ["secret.txt"]


@pytest.mark.skipif(os.name != "posix", reason="groups of processes")
def test_a_time_limit_ends_the_children_too(tmp_path: Path) -> None:
    """Planted: an engine that starts a program of its own and waits for ever."""
    program = f"sleep 600 & echo $! > '{tmp_path}/child'; wait"
    endless = Engine("endless", ("/bin/sh", "-c", program))
    with pytest.raises(TexError, match="endless was stopped after 1 seconds"):
        tex_engine.typeset("", endless, seconds=1)
    child = int((tmp_path / "child").read_text())
    for _ in range(50):
        if _is_gone(child):
            return
        time.sleep(0.1)
    raise AssertionError("the child is still there")


def _is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{process}/status")
    return status.exists() and "State:\tZ" in status.read_text()
