"""How many false statements does the workbook let through? Mutants of its claims, and what its engines say of them."""
