"""Which updates are computed together, in one pass over the points: a table.

A fusion is made of formulas that were derived, and of nothing else; it says which formula takes the place of which
argument of the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivations.lemmas.gaussian import mu
from derivations.lemmas.mixture import k
from derivations.lemmas.natural_parameters import center
from derivations.lemmas.sufficient_statistics import origin
from derivations.proof.steps import Definition, Derivation, Update
from numeric.generator.fusion import Fusion, Output


@dataclass(frozen=True)
class Recipe:
    """A fusion by the names of updates, "derivation:update".

    The targets of `computed` are arguments of the outputs, or of each other: their formulas are put in.
    """

    name: str
    summary: str
    outputs: tuple[str, ...]
    computed: tuple[str, ...] = ()
    values: tuple[Definition, ...] = ()  # what else takes an argument's place
    places: tuple[str, ...] = ()  # updates that are 1 at one place, which is the result


SUMS = ("gmm_mstep:count", "gmm_mstep:first", "gmm_mstep:second")
STEP = (*SUMS, "gmm_estep:log_likelihood")
COUNTS = ("bernoulli_mixture:count", "bernoulli_mixture:on")

SCORE, NEAREST = ("kmeans_limit:score",), ("kmeans_limit:z_of_scores",)

RECIPES: dict[str, tuple[Recipe, ...]] = {
    "gmm_em": (
        Recipe(
            "centred_sums",
            "The E-step in natural parameters, and the sums for the M-step about the same centre.",
            STEP,
            ("gmm_estep:gamma", "gmm_estep:natural_log_joint"),
            (Definition(origin[k], center),),
        ),
        Recipe(
            "whitened_sums",
            "The E-step by whitened residuals, and the sums for the M-step about the means of now.",
            STEP,
            ("gmm_estep:gamma", "gmm_estep:log_joint"),
            (Definition(origin[k], mu[k]),),
        ),
        Recipe(
            "sums_about",
            "The E-step by whitened residuals, and the sums for the M-step about any origins.",
            STEP,
            ("gmm_estep:gamma", "gmm_estep:log_joint"),
        ),
        Recipe("weighted_sums", "The sums for the M-step, from responsibilities.", SUMS),
    ),
    "bernoulli_em": (
        Recipe(
            "logit_sums",
            "The E-step by logits, and the sums for the M-step. No parameter may be 0 or 1.",
            (*COUNTS, "bernoulli_mixture:natural_log_likelihood"),
            ("bernoulli_mixture:shares", "bernoulli_mixture:natural_log_joint"),
        ),
        Recipe(
            "closed_sums",
            "The E-step for any parameters, 0 and 1 included, and the sums for the M-step.",
            (*COUNTS, "bernoulli_mixture:log_likelihood"),
            ("bernoulli_mixture:gamma",),
        ),
    ),
    "kmeans_step": (
        Recipe("nearest", "The nearest centres, by scores.", (), SCORE, places=NEAREST),
        Recipe(
            "sums_of_nearest",
            "The nearest centres, by scores, and the sums for the update.",
            ("kmeans_limit:count", "kmeans_limit:total"),
            (*NEAREST, *SCORE),
            places=NEAREST,
        ),
    ),
}
TITLES = {
    "kmeans_step": "Lloyd's algorithm for K-means, assignment and sums in one pass",
    "gmm_em": "Expectation maximisation of the Gaussian mixture, E-step and M-step in one pass",
    "bernoulli_em": "Expectation maximisation of the Bernoulli mixture, E-step and M-step in one pass",
}
SOURCES = {  # the derivations that the recipes speak of
    "gmm_em": ("gmm_estep", "gmm_mstep"),
    "bernoulli_em": ("bernoulli_mixture",),
    "kmeans_step": ("kmeans_limit",),
}


def fusions(module: str, derivations: Mapping[str, Derivation]) -> tuple[Fusion, ...]:
    """The fusions that one generated module holds."""
    return tuple(_fusion(recipe, derivations) for recipe in RECIPES[module])


def _fusion(recipe: Recipe, derivations: Mapping[str, Derivation]) -> Fusion:
    computed = [_output(path, derivations).update for path in recipe.computed]
    definitions = (*(Definition(update.target, update.formula) for update in computed), *recipe.values)
    outputs = tuple(_output(path, derivations) for path in recipe.outputs)
    places = tuple(_output(path, derivations) for path in recipe.places)
    return Fusion(recipe.name, recipe.summary, outputs, definitions, places)


def _output(path: str, derivations: Mapping[str, Derivation]) -> Output:
    module, _, name = path.partition(":")
    updates: dict[str, Update] = {update.name: update for update in derivations[module].updates}
    return Output(module, updates[name])
