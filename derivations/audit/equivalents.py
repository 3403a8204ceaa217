"""Mutants that were read one by one and are true all the same: derivation, claim, the mutant as text, and why.

A label holds for the mutant as it reads, not for its number, so that it cannot slip to another one. The third
evaluator has to agree with every row; a row is needed only where it cannot decide. A second table says why a claim
lists a hypothesis to which there is no counterexample.
"""

from __future__ import annotations

BOUND = "tr(Sigma[k]^-1 scatter[k]) - (log |det scatter[k]| - log det Sigma[k])"

EQUIVALENT: dict[tuple[str, str, str], str] = {
    ("gmm_mstep", "Sigma.bound", f"D - 1 <= {BOUND}"): "What is at least D is at least D - 1.",
    (
        "gmm_mstep",
        "Sigma.bound",
        "D <= tr((Sigma[k]^-1 scatter[k])^T) - (log |det scatter[k]| - log det Sigma[k])",
    ): "A matrix has the trace of its transpose.",
    (
        "gmm_mstep",
        "Sigma.bound",
        "D <= tr(scatter[k] Sigma[k]^-1) - (log |det scatter[k]| - log det Sigma[k])",
    ): "The trace of a product does not change when the factors are turned round in a circle.",
    (
        "gmm_mstep",
        "Sigma.bound",
        "D <= tr(Sigma[k]^-1 scatter[k]) - (log |det scatter[k]| - log |det(-Sigma[k])|)",
    ): "The determinants of a matrix and of its negative have the same absolute value.",
    (
        "gmm_mstep",
        "Sigma.bound",
        "D <= tr(Sigma[k]^-1 scatter[k]) - (log |det scatter[k]| - tr(Sigma[k]))",
    ): "The trace of a positive definite matrix exceeds its log determinant, so that the right side has only grown.",
    (
        "gmm_mstep",
        "Sigma.convention",
        "(2 + delta[d,e]) G[d,e] = 0 <=> G[d,e] = 0",
    ): "Two and three differ from zero as one and two do.",
    (
        "gmm_mstep",
        "Sigma.convention",
        "(2 - delta[d,e]) G[d,e] G[d,e] = 0 <=> G[d,e] = 0",
    ): "A square is zero where the number is.",
    (
        "gmm_mstep",
        "dual.convex",
        "0 < N / multiplier",
    ): "The multiplier is positive, and so is any power of it.",
    (
        "gmm_mstep",
        "dual.component",
        "count[k] log weight[k] <= count[k] count[k] / multiplier + multiplier weight[k] - count[k]",
    ): "A number exceeds its logarithm, so that the right side has only grown.",
    (
        "gmm_mstep",
        "pi.global",
        "sum_k count[k] log pi[k] <= count[k] log(count[k] / N)",
    ): "No term of the sum on the right was positive, so that each of them is at least the sum.",
    (
        "gmm_mstep",
        "Sigma.unbounded",
        "-(1/2) count[k] (tr(I_D S) - log |det(I_D + s v v^T)|) = -(1/2) count[k] tr(S) + (1/2) count[k] log(1 + s)",
    ): "In the direction v the scatter vanishes: that is why the trace stays as it is.",
    (
        "kmedians",
        "assignment.step",
        "sum_k 1[k = first argmin_l sum_d |x[i][d] - mu[l][d]|] sum_d |x[i][d] - mu[k][d]| <= "
        "sum_i sum_k z[i,k] sum_d |x[i][d] - mu[k][d]|",
    ): "The smallest distance of one point is at most the sum of the distances of all points.",
}

# Hypotheses to which there is no counterexample, and which a printed line needs all the same: where, and which.
KEPT: dict[tuple[str, str, str], str] = {
    (
        "gmm_mstep.printed",
        "43 (problem 3, update of Sigma_k)",
        "count[k] > 0",
    ): "The scatter is a sum with the weights that are counted: where it is positive definite, the count is not zero.",
}
