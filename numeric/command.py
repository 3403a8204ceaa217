"""How the commands of this package end: a status, and one line on standard error for a user's mistake."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from derivations.discovery import DiscoveryError
from numeric.generator.errors import GeneratorError
from numeric.sources import UsageError

USAGE = 2
INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one line, like all others."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")


def command(main: Callable[[Sequence[str]], int]) -> int:
    """Runs `main` on the arguments of the command line and returns the status of the process."""
    if sys.stdout is None:  # closed from the beginning: whoever did that wants to see nothing
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (as long as the process)
    try:
        status = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print("error: standard output was closed before everything was written", file=sys.stderr)
        return USAGE
    except (UsageError, GeneratorError, DiscoveryError, OSError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
        return INTERRUPTED
    return status
