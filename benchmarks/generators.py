"""Counties that never were, whose sweeps have an effect that is known. Each is ``seed -> Simulated``.

``benchmarks.review --generator module:function`` takes any such function: it may also return a plain tuple or dict of
the same fields. ``levels`` thinks of townships as levels that wander; ``events`` of cases that come in series, wait,
and are closed one by one. ``lively`` and ``own_seasons`` are harder than what was tuned on.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Simulated:
    """One county and its sweep.

    Attributes:
        counts: (weeks, townships) of what is counted, whole numbers.
        neighbours: (townships, townships) bool.
        swept: numbers of the swept townships.
        start: week in which the sweep begins (counts from there on are after).
        effect: true log effect on what is counted in swept townships over the window.
        weeks: length of the window.
    """

    counts: npt.NDArray[np.int64]
    neighbours: npt.NDArray[np.bool_]
    swept: tuple[int, ...]
    start: int
    effect: float
    weeks: int = 13


TOWNSHIPS, BEFORE, WINDOW, SWEPT = 18, 104, 13, 3


def levels(seed: int, effect: float = 0.0) -> Simulated:
    """Gamma levels, an AR(1) of each township's log level, a season, a county shock; the hottest three are swept."""
    rng = np.random.default_rng(seed)
    weeks = BEFORE + WINDOW
    base = rng.gamma(4.0, 1.2, TOWNSHIPS)
    wander = np.empty((weeks, TOWNSHIPS))
    state = rng.normal(0, 0.30, TOWNSHIPS)
    for week in range(weeks):
        state = 0.94 * state + rng.normal(0, 0.30 * np.sqrt(1 - 0.94**2), TOWNSHIPS)
        wander[week] = state
    t = np.arange(weeks)
    county = 0.15 * np.sin(2 * np.pi * t / 52 + rng.uniform(0, 6)) + np.cumsum(rng.normal(0, 0.015, weeks))
    mean = base * np.exp(wander + county[:, None])
    counts = rng.poisson(mean)
    hot = hottest(counts[:BEFORE])
    counts[BEFORE:, hot] = rng.poisson(mean[BEFORE:, hot] * np.exp(effect))
    return Simulated(counts, ring(TOWNSHIPS), tuple(int(k) for k in hot), BEFORE, effect)


def events(seed: int, effect: float = 0.0) -> Simulated:
    """Cases come one by one and in series, wait a lognormal time, and are closed unless a holiday moves them on;
    counted are closings, and a sweep closes more of them."""
    rng = np.random.default_rng(seed + 1_000_003)
    weeks, warm = BEFORE + WINDOW, 60
    rate = rng.lognormal(1.4, 0.45, TOWNSHIPS)
    closed = np.zeros((warm + weeks, TOWNSHIPS), np.int64)
    for town in range(TOWNSHIPS):
        filed = rng.poisson(rate[town], warm + weeks)
        for week in np.flatnonzero(rng.random(warm + weeks) < 0.05):
            filed[week] += rng.geometric(0.12)  # a series of one creditor
        for week, count in enumerate(filed):
            waits = rng.lognormal(2.3, 0.7, count)
            done = (week + waits).astype(int)
            np.add.at(closed[:, town], done[done < warm + weeks], 1)
    holidays = rng.random(warm + weeks) < 0.04
    for week in np.flatnonzero(holidays[:-1]):
        moved = closed[week] // 2
        closed[week] -= moved
        closed[week + 1] += moved
    counts = closed[warm:]
    hot = hottest(counts[:BEFORE])
    after = counts[BEFORE:, hot]
    more = (
        rng.poisson(np.maximum(np.expm1(effect), 0) * after) if effect >= 0 else -rng.binomial(after, -np.expm1(effect))
    )
    counts[BEFORE:, hot] = after + more
    return Simulated(counts, ring(TOWNSHIPS), tuple(int(k) for k in hot), BEFORE, effect)


def lively(seed: int, effect: float = 0.0) -> Simulated:
    """Levels drawn a little anew each quarter, and weeks that are lively or quiet as a whole (negative binomial)."""
    rng = np.random.default_rng(seed + 2_000_003)
    weeks = BEFORE + WINDOW
    level = rng.gamma(3.0, 1.5, TOWNSHIPS) * np.repeat(rng.gamma(40, 1 / 40, (weeks // 13, TOWNSHIPS)), 13, axis=0)
    return _negative_binomial(rng, level, effect)


def own_seasons(seed: int, effect: float = 0.0) -> Simulated:
    """Some townships live from the sea: they have a season of their own."""
    rng = np.random.default_rng(seed + 3_000_017)
    depth = np.where(rng.random(TOWNSHIPS) < 0.3, 0.6, 0.1)
    season = np.sin(2 * np.pi * np.arange(BEFORE + WINDOW) / 52 + rng.uniform(0, 6))
    return _negative_binomial(rng, rng.gamma(4.0, 1.2, TOWNSHIPS) * np.exp(depth * season[:, None]), effect, size=50.0)


def _negative_binomial(
    rng: np.random.Generator, level: npt.NDArray[np.float64], effect: float, size: float = 4.0
) -> Simulated:
    counts = rng.negative_binomial(size, size / (size + level))
    hot = hottest(counts[:BEFORE])
    after = level[BEFORE:, hot] * np.exp(effect)
    counts[BEFORE:, hot] = rng.negative_binomial(size, size / (size + after))
    return Simulated(counts, ring(TOWNSHIPS), tuple(int(k) for k in hot), BEFORE, effect)


def hottest(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The three townships with most in the last quarter: chosen because they were high."""
    return np.sort(np.argsort(counts[-WINDOW:].sum(axis=0))[-SWEPT:])


def ring(n: int) -> npt.NDArray[np.bool_]:
    """Each township beside the next."""
    beside = np.zeros((n, n), bool)
    at = np.arange(n)
    beside[at, (at + 1) % n] = beside[(at + 1) % n, at] = True
    return beside
