"""What can go wrong with a notebook as a whole; the message is one line for the user."""

from __future__ import annotations


class NotebookError(Exception):
    """A notebook that cannot be read or run, or whose source is not what it should be."""
