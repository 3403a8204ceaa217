"""A small proof checker that shares nothing with the engines: it goes through a derivation as it is written down.

It reads records (`writing`) of formulas (`trees`) into sums of products (`reading`, `functions`, `rewriting`,
`sums`), decides signs and comparisons (`order`), knows ten ways of arguing (`arguments`) and keeps account of what is
accepted under which hypotheses (`ledger`). It imports nothing of this program but itself, and z3.

What is cited elsewhere stands in its rules, too: Jacobi's formula and the product rule of determinants in how they are
read and differentiated, limits of sums, products, quotients and exponentials in two of the ways.
"""
