"""A learnt baseline: what is to be expected of a township without a sweep, and how sure that is.

The level to be expected is the mean of 52 weeks, kept by a share a only from the county's mean, and pulled a share b
towards the last quarter; a and b are learnt from past weeks without sweeps, so that what was high by chance, in a
quarter or in a year, is expected to fall back. Weeks in which a township stood under another sweep (``touched``)
teach nothing and belong to no level.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

YEAR, QUARTER = 52, 13
STEP = 4
"""Weeks at least between two origins from which the past is foretold, so that a short window is learnt from every
phase of a quarter: courts close more at its end."""

FULL_HISTORY = 91
"""Weeks before the sweep from which on the baseline is learnt and not rough: a year and three quarters."""

LEAST_HISTORY = YEAR
LEAST_TOWNSHIPS = 4
"""Untouched townships that an origin must have to teach anything."""

GUESS = np.array([1.0, 0.5])
PRIOR_QUARTERS, PRIOR_KEEP = 1.0, 0.05
"""How many quarters' worth the starting guess of (a, b) weighs against what is learnt, and how much less that of a."""

GUESSED_SPREAD = 0.02


@dataclass(frozen=True)
class Baseline:
    """``keep``: a. ``pull``: b. ``spread``: variance of a township's level from quarter to quarter, relative to it,
    beyond chance in counting. ``dispersion``: (c, d) of the variance c m + d m^2 of weekly counts of mean m.
    ``origins``: past windows it was learnt from."""

    keep: float
    pull: float
    spread: float
    dispersion: tuple[float, float]
    origins: int

    def counting(self, told: Floats, weeks: int) -> Floats:
        """(n,) variance of what is counted in so many weeks, by chance alone, where ``told`` is expected."""
        common, clumped = self.dispersion
        return common * told + clumped * told**2 / weeks

    def noise(self, weeks: int) -> float:
        """Variance of counting in what is expected of a window, as a share of the same in what is then counted.

        Each week of the last quarter weighs (a - b) / 52 + b / 13 in the level, each earlier one (a - b) / 52.
        """
        early = (self.keep - self.pull) / YEAR
        return weeks * ((YEAR - QUARTER) * early**2 + QUARTER * (early + self.pull / QUARTER) ** 2)

    def expected(self, counts: Counts, origin: int, touched: Flags | None = None) -> Floats:
        """(n,) counts a week to be expected from ``origin`` on."""
        return _expected(*_levels(counts, origin, touched), (self.keep, self.pull))


def learn(counts: Counts, start: int, weeks: int = QUARTER, touched: Flags | None = None) -> Baseline:
    """The baseline from windows that end before ``start``.

    Args:
        counts: (weeks, n). weeks: length of the window that is to be foretold. touched: (weeks, n).
    """
    parts = []
    for origin in range(start - weeks, LEAST_HISTORY - 1, -max(weeks, STEP)):
        free = _free(counts, touched, origin - QUARTER, origin + weeks).all(axis=0)
        if free.sum() >= LEAST_TOWNSHIPS:
            levels = (level[free] for level in _levels(counts, origin, touched))
            parts.append((*levels, counts[origin : origin + weeks, free].sum(axis=0)))
    if not parts:
        return Baseline(float(GUESS[0]), float(GUESS[1]), GUESSED_SPREAD, (1.0, 0.0), 0)
    shares = _shares(parts)
    base = Baseline(*shares, 0.0, _dispersion(counts, start), len(parts))
    rest, mean = _foretold(parts, shares, weeks)
    # Method of moments: Var(seen - told) = counting * (1 + noise of what was foretold) + spread * mean^2.
    counting = base.counting(mean, weeks) * (1 + base.noise(weeks))
    spread = float(((rest**2 - counting) / mean**2 * mean).sum() / mean.sum())
    return replace(base, spread=max(spread, 0.0))


def _free(counts: Counts, touched: Flags | None, first: int, last: int) -> Flags:
    """(last - first, n) weeks in which a township stood under no other sweep."""
    if touched is None:
        return np.ones((last - first, counts.shape[1]), bool)
    free: Flags = ~touched[first:last]
    return free


def _levels(counts: Counts, origin: int, touched: Flags | None) -> tuple[Floats, Floats]:
    """(n,) mean counts a week over the free weeks of the year, and of the quarter, before a week."""
    year = _mean(counts, touched, origin - YEAR, origin, counts[origin - YEAR : origin].mean(axis=0))
    return year, _mean(counts, touched, origin - QUARTER, origin, year)


def _mean(counts: Counts, touched: Flags | None, first: int, last: int, otherwise: Floats) -> Floats:
    free = _free(counts, touched, first, last)
    weeks = free.sum(axis=0)
    mean: Floats = np.where(weeks > 0, (counts[first:last] * free).sum(axis=0) / np.maximum(weeks, 1), otherwise)
    return mean


def _expected(year: Floats, quarter: Floats, shares: tuple[float, float]) -> Floats:
    """(n,) counts a week: the year's level, drawn towards the county's mean and pulled towards the last quarter."""
    keep, pull = shares
    mean = year.mean()
    moved = quarter.sum() / max(float(year.sum()), 1e-9)
    now: Floats = mean + keep * (year - mean) + pull * (quarter / max(moved, 1e-9) - year)
    floored: Floats = np.maximum(now, 0.1 * year)
    return floored


def _shares(parts: Sequence[tuple[Floats, Floats, Counts]]) -> tuple[float, float]:
    """(a, b) by least squares, each township weighed by its level, drawn to (1, 1/2) where little is learnt.

    Within a quarter the county's own movement is taken out first.
    """
    matrix, right = np.zeros((2, 2)), np.zeros(2)
    for year, quarter, seen in parts:
        total, weight = max(float(year.sum()), 1e-9), 1 / np.maximum(year, 0.02)
        level = year - year.mean()
        change = quarter * (total / max(float(quarter.sum()), 1e-9)) - year
        became = seen * (total / max(float(seen.sum()), 1e-9)) - year.mean()
        columns = np.stack([level, change])
        matrix += (columns * weight) @ columns.T
        right += (columns * weight) @ became
    prior = np.diag(np.diag(matrix)) * (PRIOR_QUARTERS / len(parts)) * np.array([PRIOR_KEEP, 1.0]) + 1e-9 * np.eye(2)
    keep, pull = np.linalg.solve(matrix + prior, right + prior @ GUESS)
    return float(np.clip(keep, 0.0, 1.0)), float(np.clip(pull, 0.0, 1.0))


def _foretold(
    parts: Sequence[tuple[Floats, Floats, Counts]], shares: tuple[float, float], weeks: int
) -> tuple[Floats, Floats]:
    """What was counted less what would have been foretold, and that, of every township and origin."""
    rest, mean = [], []
    for year, quarter, seen in parts:
        told = _expected(year, quarter, shares) * weeks
        told = told * (seen.sum() / told.sum()) if told.sum() and seen.sum() else told
        rest.append(seen - told)
        mean.append(told)
    return np.concatenate(rest), np.maximum(np.concatenate(mean), 0.5)


def _dispersion(counts: Counts, start: int) -> tuple[float, float]:
    """(c, d) of the variance c m + d m^2 of weekly counts of mean m within quarters: series of cases make c large,
    weeks that are lively or quiet as a whole d (quasi-Poisson and negative binomial, Ver Hoef and Boveng, Ecology 88,
    2007). By least squares of variance over mean, each quarter of a township weighed alike; c >= 1, d >= 0.
    """
    last = counts[max(0, start - FULL_HISTORY) : start]
    quarters = last[len(last) % QUARTER :].reshape(-1, QUARTER, last.shape[1])
    means = quarters.mean(axis=1)
    known = means > 0.05
    if not known.any():
        return 1.0, 0.0
    level, ratio = means[known], quarters.var(axis=1, ddof=1)[known] / means[known]
    within = float(((level - level.mean()) ** 2).sum())
    steep = float(((level - level.mean()) * ratio).sum()) / within if within > 0 else 0.0
    level_mean, ratio_mean = float(level.mean()), float(ratio.mean())
    steep = min(max(steep, 0.0), max(ratio_mean - 1, 0.0) / level_mean)
    return max(1.0, ratio_mean - steep * level_mean), steep
