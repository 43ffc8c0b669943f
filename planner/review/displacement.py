"""Weighted displacement difference: was work drawn away to, or from, the neighbours?

Wheeler and Ratcliffe, Crime Science 7:11 (2018): the change of treated counts less that of control counts, plus the
change of counts in the displacement area less that of its control; counts are taken as Poisson. Areas may be weighed
by size, time by the length of its window, and kinds by their harm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.959964


@dataclass(frozen=True)
class Change:
    """Counts before and after; ``weight`` divides both (area), ``before_weeks`` and ``after_weeks`` their windows."""

    before: float
    after: float
    weight: float = 1.0
    before_weeks: float = 1.0
    after_weeks: float = 1.0

    @property
    def difference(self) -> float:
        return (self.after / self.after_weeks - self.before / self.before_weeks) / self.weight

    @property
    def variance(self) -> float:
        return (self.after / self.after_weeks**2 + self.before / self.before_weeks**2) / self.weight**2


@dataclass(frozen=True)
class Difference:
    """Counts more (or fewer) than in the comparison, with its standard error and 95 % interval."""

    value: float
    error: float

    @property
    def low(self) -> float:
        return self.value - Z * self.error

    @property
    def high(self) -> float:
        return self.value + Z * self.error


def displacement_difference(
    control: Change, treated: Change, near_control: Change | None = None, near: Change | None = None
) -> Difference:
    """Treated less control, and the neighbours less theirs."""
    parts = [treated, *([near] if near else [])], [control, *([near_control] if near_control else [])]
    value = sum(one.difference for one in parts[0]) - sum(one.difference for one in parts[1])
    return Difference(value, sqrt(sum(one.variance for side in parts for one in side)))


def harm_weighted(parts: Sequence[tuple[float, Difference]]) -> Difference:
    """Several kinds, each (weight, difference)."""
    value = sum(weight * one.value for weight, one in parts)
    return Difference(value, sqrt(sum((weight * one.error) ** 2 for weight, one in parts)))
