"""`python -m numeric.benchmark`."""

import sys

from numeric.benchmark.run import main
from numeric.command import command

if __name__ == "__main__":
    sys.exit(command(main))
