"""What several problems of the sheet share: the mixture and its symbols, and lemmas that are derived once."""
