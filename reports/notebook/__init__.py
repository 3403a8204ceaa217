"""Notebooks: made from one source, run, and typeset as the last problem of the sheet.

What a notebook holds is text from outside: it is escaped, its formulas pass a list of what is allowed, its
pictures are decoded and written anew, and what is too long is cut with a note.
"""
