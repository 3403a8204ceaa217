"""Saying so: the terminal, the pages and the command line."""
