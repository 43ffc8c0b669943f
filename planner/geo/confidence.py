"""How sure a placing is: evidence -> probability, by weights fitted on addresses whose truth is known.

A logistic model: P = share * sigmoid(sum of the weights of the evidence), where ``share`` is the part of an ambiguous
name (丹城 lies in two townships). Weights, and what they were fitted on, are in confidence.toml.
"""

import math
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files


@cache
def weights() -> dict[str, float]:
    text = files("planner.geo").joinpath("confidence.toml").read_text(encoding="utf-8")
    return {str(key): float(value) for key, value in tomllib.loads(text)["weights"].items()}


@cache
def _probability(evidence: tuple[str, ...]) -> float:
    known = weights()
    return 1.0 / (1.0 + math.exp(-sum(known.get(key, 0.0) for key in evidence)))


def probability(evidence: Iterable[str], share: float = 1.0) -> float:
    """Probability that the township (or that it is outside) is right. Evidence without a weight says nothing."""
    return share * _probability(tuple(evidence))
