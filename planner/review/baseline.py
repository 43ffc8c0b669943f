"""A learnt baseline: what is to be expected of a township without a sweep, and how sure that is.

The level to be expected is the mean of 52 weeks, kept by a share a only from the county's mean, pulled a share b
towards the last quarter, and a share c towards what it would be if it followed the cases that wait. a, b and c are
learnt from past weeks without sweeps, so that what was high by chance, in a quarter or in a year, is expected to fall
back, and where cases have piled up (there squads go) more is expected to end. Weeks in which a township stood under
another sweep (``touched``) teach nothing and belong to no level.
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

GUESS = np.array([1.0, 0.5, 0.5])
PRIOR = np.array([0.05, 1.0, 1.0])
"""How many origins' worth the starting guess of a, b and c weighs against what is learnt."""

MOST_SWOLLEN = 4.0
"""By how much more, or less, cases that wait may raise what is expected."""

GUESSED_SPREAD = 0.02


@dataclass(frozen=True)
class Baseline:
    """``shares``: a, b, c. ``spread``: variance of a township's level from quarter to quarter, relative to it,
    beyond chance in counting. ``dispersion``: (c, d) of the variance c m + d m^2 of weekly counts of mean m.
    ``origins``: past windows it was learnt from."""

    shares: tuple[float, float, float]
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
        keep, pull, _ = self.shares
        early = (keep - pull) / YEAR
        return weeks * ((YEAR - QUARTER) * early**2 + QUARTER * (early + pull / QUARTER) ** 2)

    def expected(self, past: "Past", origin: int) -> Floats:
        """(n,) counts a week to be expected from ``origin`` on."""
        return _expected(_levels(past, origin), np.array(self.shares))


@dataclass(frozen=True)
class Past:
    """What the register tells by week and township, (weeks, n) each.

    ``touched``: stood under another sweep. ``waiting``: cases that were open at the start of the week.
    """

    counts: Counts
    touched: Flags | None = None
    waiting: Counts | None = None

    def free(self, first: int, last: int) -> Flags:
        """(last - first, n) weeks in which a township stood under no other sweep."""
        if self.touched is None:
            return np.ones((last - first, self.counts.shape[1]), bool)
        free: Flags = ~self.touched[first:last]
        return free


def learn(past: Past, start: int, weeks: int = QUARTER) -> Baseline:
    """The baseline from windows of so many weeks that end before ``start``."""
    parts = []
    for origin in range(start - weeks, LEAST_HISTORY - 1, -max(weeks, STEP)):
        free = past.free(origin - QUARTER, origin + weeks).all(axis=0)
        if free.sum() >= LEAST_TOWNSHIPS:
            parts.append((_levels(past, origin)[:, free], past.counts[origin : origin + weeks, free].sum(axis=0)))
    if not parts:
        return Baseline(_triple(GUESS), GUESSED_SPREAD, (1.0, 0.0), 0)
    shares = _shares(parts)
    base = Baseline(_triple(shares), 0.0, _dispersion(past.counts, start), len(parts))
    rest, mean = _foretold(parts, shares, weeks)
    # Method of moments: Var(seen - told) = counting * (1 + noise of what was foretold) + spread * mean^2.
    counting = base.counting(mean, weeks) * (1 + base.noise(weeks))
    spread = float(((rest**2 - counting) / mean**2 * mean).sum() / mean.sum())
    return replace(base, spread=max(spread, 0.0))


def _triple(shares: Floats) -> tuple[float, float, float]:
    keep, pull, follow = map(float, shares)
    return keep, pull, follow


def _levels(past: Past, origin: int) -> Floats:
    """(3, n) counts a week before ``origin``: over the free weeks of the year, over those of the quarter, and of the
    year as they would be had they followed the cases that wait."""
    year = _mean(past, origin - YEAR, origin, past.counts[origin - YEAR : origin].mean(axis=0))
    quarter = _mean(past, origin - QUARTER, origin, year)
    if past.waiting is None:
        return np.stack([year, quarter, year])
    now = past.waiting[min(origin, len(past.waiting) - 1)]
    swollen = (now + 1) / (past.waiting[origin - YEAR : origin].mean(axis=0) + 1)
    return np.stack([year, quarter, year * np.clip(swollen, 1 / MOST_SWOLLEN, MOST_SWOLLEN)])


def _mean(past: Past, first: int, last: int, otherwise: Floats) -> Floats:
    free = past.free(first, last)
    weeks = free.sum(axis=0)
    total = (past.counts[first:last] * free).sum(axis=0)
    mean: Floats = np.where(weeks > 0, total / np.maximum(weeks, 1), otherwise)
    return mean


def _columns(levels: Floats) -> Floats:
    """(3, n) how far the year lies from the county's mean, and the quarter and the waiting cases from the year, the
    county's own movement taken out."""
    year = levels[0]
    total = max(float(year.sum()), 1e-9)
    change = [level * (total / max(float(level.sum()), 1e-9)) - year for level in levels[1:]]
    return np.stack([year - year.mean(), *change])


def _expected(levels: Floats, shares: Floats) -> Floats:
    """(n,) counts a week."""
    now: Floats = levels[0].mean() + shares @ _columns(levels)
    floored: Floats = np.maximum(now, 0.1 * levels[0])
    return floored


def _shares(parts: Sequence[tuple[Floats, Counts]]) -> Floats:
    """(3,) a, b and c by least squares, each township weighed by its level, drawn to a guess where little is learnt."""
    matrix, right = np.zeros((3, 3)), np.zeros(3)
    for levels, seen in parts:
        year, columns = levels[0], _columns(levels)
        weight = 1 / np.maximum(year, 0.02)
        became = seen * (max(float(year.sum()), 1e-9) / max(float(seen.sum()), 1e-9)) - year.mean()
        matrix += (columns * weight) @ columns.T
        right += (columns * weight) @ became
    prior = np.diag(np.diag(matrix) * PRIOR / len(parts) + 1e-9)
    shares: Floats = np.clip(np.linalg.solve(matrix + prior, right + prior @ GUESS), 0.0, 1.0)
    return shares


def _foretold(parts: Sequence[tuple[Floats, Counts]], shares: Floats, weeks: int) -> tuple[Floats, Floats]:
    """What was counted less what would have been foretold, and that, of every township and origin."""
    rest, mean = [], []
    for levels, seen in parts:
        told = _expected(levels, shares) * weeks
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
