"""The third evaluator: written for the audit alone, in plain fractions and multiprecision numbers.

It shares no code with the rules or with the judge of instances. It knows the trees, the statements and the domains,
and decides whether a mutant that was let through is true all the same.
"""

from derivations.audit.third.opinion import Opinion, opinion

__all__ = ["Opinion", "opinion"]
