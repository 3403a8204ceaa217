"""python -m reports.notebook: write the notebooks from their sources; with --check, say which are stale."""

from __future__ import annotations

import sys
from pathlib import Path

from reports.command import FAILED, FINE, carry_out, parser
from reports.files import write_whole
from reports.notebook import source


def main() -> int:
    """0 if every notebook is written, or was fresh."""
    options = parser("reports.notebook", "Write the notebooks from their sources.")
    options.add_argument("--check", action="store_true", help="say which are stale, and write nothing")
    check = options.parse_args().check
    stale = list(stale_notebooks())
    for path, text in stale:
        if check:
            print(f"{path.name} is stale: run python -m reports.notebook", file=sys.stderr)
        else:
            write_whole(path, text.encode("utf-8"))
    return FAILED if check and stale else FINE


def stale_notebooks() -> list[tuple[Path, str]]:
    """The files that are missing or not what their source says, and what they should hold."""
    found = []
    for made in source.ALL:
        path, text = Path(str(source.folder())) / made.file, source.written(source.notebook(made))
        if not path.exists() or path.read_text("utf-8") != text:
            found.append((path, text))
    return found


if __name__ == "__main__":
    raise SystemExit(carry_out("reports.notebook", main))
