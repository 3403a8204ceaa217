"""Files are written whole or not at all, and what cannot be written is said before any work is done."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

STDOUT = "-"


class UnwritableError(Exception):
    """A path that cannot be written; the message is one line for the user."""


def check_writable(target: str) -> None:
    """Raise UnwritableError if it is plain already that the file cannot be written."""
    if target == STDOUT:
        return
    if not target:
        raise UnwritableError("cannot write a file without a name; give one, or - for standard output")
    path = Path(target)
    folder = path.resolve().parent
    if path.is_dir():
        raise UnwritableError(f"cannot write {target}: it is a folder")
    if path.exists() and not os.access(path, os.W_OK):
        raise UnwritableError(f"cannot write {target}: it is write-protected")
    if not folder.is_dir():
        raise UnwritableError(f"cannot write {target}: there is no folder {folder}")
    if not os.access(folder, os.W_OK):
        raise UnwritableError(f"cannot write {target}: the folder {folder} is write-protected")


def write_whole(target: Path, content: bytes) -> None:
    """Write beside the target, then put it in place in one go; a failure leaves the old file as it was.

    Raises UnwritableError.
    """
    temporary: str | None = None
    target = target.resolve()  # a link keeps pointing where it points
    try:
        if target.exists() and not target.is_file():  # a device or a pipe is written into, not replaced
            target.write_bytes(content)
            return
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
    except OSError as error:
        raise UnwritableError(f"cannot write {target}: {error.strerror or error}") from None
    finally:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced, or those a new file gets."""
    try:
        return target.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
