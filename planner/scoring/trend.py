"""How a township's filings have moved in two years, against the county's own path.

Model: a township's count in period t is Poisson with mean path_t exp(a + b x_t), the count of the others Poisson with
mean path_t, and the path is free. Given both together, the township's part is binomial with logit a + b x_t; so what
moves the whole county (a season, a campaign) drops out, and that the others' counts are uncertain too is paid for.
Fitted by Firth's penalised likelihood (Biometrika 80, 1993), which stays finite where all cases fall in a few periods.
Cases come in batches: the likelihood ratio is divided by Pearson's dispersion (McCullagh and Nelder 1989, 4.5), never
less than 1, and then held against F in place of chi-squared.

Two x are tried: time (rising, falling), and the last quarter against all before (a new high); the one that tells the
counts better names the trend. The false discovery rate is held over both and all townships.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from planner.model.units import DAYS_PER_WEEK
from planner.scoring.portrait import adjusted

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

TRENDS = ("rising", "falling", "steady", "new_high", "too_few")
"""``too_few``: no change is seen, and too few cases were filed to see a doubling within a year."""

PERIOD_WEEKS = 4
PERIODS = 26
RECENT = 3
"""Periods of the last quarter."""
PERIODS_LEAST = 8
"""With fewer periods on record no trend is looked for."""
CASES_LEAST = 10

YEAR_PERIODS = 365.25 / DAYS_PER_WEEK / PERIOD_WEEKS
FALSE_DISCOVERIES = 0.05
LEVEL = 0.95
POWER = 0.80
FACTOR_MOST = 1000.0
STEADY_PATH = 1e6
"""Count of the others where there are none: a path known to be level."""
SURPRISE = 7.0
"""A township's record begins with its first case where so many were expected before it (its cases joined late)."""
MANY = 1e6
"""Degrees of freedom of what is known."""
NEWTON_STEPS = 40
STEP_MOST = 2.0
TOLERANCE = 1e-8


@dataclass(frozen=True)
class _Fit:
    """One x for every township, arrays (n,): slope and its standard error (dispersion paid), gain in log likelihood
    over no slope (penalised), and p."""

    slope: Floats
    error: Floats
    gain: Floats
    p: Floats
    degrees: Floats


def four_weekly(weekly: Whole) -> Whole:
    """Counts (26, n) of the last 104 weeks from weekly ones (weeks, n); zeros before the first."""
    weeks = PERIODS * PERIOD_WEEKS
    last = weekly[-weeks:]
    padded = np.concatenate([np.zeros((weeks - len(last), weekly.shape[1]), dtype=np.int64), last])
    return np.asarray(padded.reshape(PERIODS, PERIOD_WEEKS, -1).sum(axis=1))


def trends(counts: Whole, codes: pd.Index) -> pd.DataFrame:
    """The trend of every township.

    Args:
        counts: (periods, n) filings in 4-week periods, oldest first.

    Returns:
        One row per township, in the order of ``codes``: township_code; trend (one of TRENDS); change_per_year, low,
        high: per cent a year against the county, and its 95 % interval, cut at a factor of ``FACTOR_MOST``; p,
        p_adjusted of that change; recent_ratio: the last quarter's level over that before, against the county;
        p_recent, p_recent_adjusted; cases (filings in the window). Estimates are NA below ``CASES_LEAST`` cases or
        ``PERIODS_LEAST`` periods on record.
    """
    own, both = _against_the_rest(np.asarray(counts, dtype=np.float64))
    periods = len(own)
    time = np.asarray((np.arange(periods) - (periods - 1) / 2) / YEAR_PERIODS, dtype=np.float64)
    recent = np.asarray(np.arange(periods) >= periods - RECENT, dtype=np.float64)
    enough = (own.sum(axis=0) >= CASES_LEAST) & ((both > 0).sum(axis=0) >= PERIODS_LEAST)
    slope, step = (_where(enough, _fit(own, both, x)) for x in (time, recent))
    p_slope, p_step = np.split(adjusted(np.concatenate([slope.p, step.p])), 2)
    reach = np.asarray(stats.t.ppf((1 + LEVEL) / 2, slope.degrees)) * slope.error
    return pd.DataFrame(
        {
            "township_code": codes.astype(str),
            "trend": _named(slope, step, p_slope, p_step, own, both),
            "change_per_year": _per_cent(slope.slope),
            "low": _per_cent(slope.slope - reach),
            "high": _per_cent(slope.slope + reach),
            "p": slope.p,
            "p_adjusted": p_slope,
            "recent_ratio": 1 + _per_cent(step.slope) / 100,
            "p_recent": step.p,
            "p_recent_adjusted": p_step,
            "cases": counts.sum(axis=0).astype(np.int64),
        }
    )


def _per_cent(slope: Floats) -> Floats:
    """A slope of the logarithm as a change in per cent, (n,)."""
    most = np.log(FACTOR_MOST)
    return np.asarray(100 * np.expm1(np.clip(slope, -most, most)))


def _against_the_rest(counts: Floats) -> tuple[Floats, Floats]:
    """Own counts, and those with the rest of the county, (periods, n) each; both 0 before a township's record.

    A township that joined the record late is no part of the others' path, or they would seem to fall when it joins.
    """
    periods = np.arange(len(counts))[:, None]
    first = np.where(counts.any(axis=0), np.argmax(counts > 0, axis=0), 0)
    since = counts.sum(axis=0) / np.maximum(len(counts) - first, 1)
    county_first = int(np.argmax(counts.any(axis=1)))
    late = since * (first - county_first) > SURPRISE
    path = np.where(late, 0.0, counts)
    rest = path.sum(axis=1, keepdims=True) - path
    rest = np.where(rest.sum(axis=0) > 0, rest, STEADY_PATH)
    both = np.where((periods < first) & late | (periods < county_first), 0.0, counts + rest)
    return counts, both


def _fit(own: Floats, both: Floats, x: Floats) -> _Fit:
    """Logistic regression of own of both (periods, n) on x (periods,), a township a column."""
    share = np.clip(own.sum(axis=0) / np.maximum(both.sum(axis=0), 1), 1e-12, 1 - 1e-12)
    level = np.log(share) - np.log1p(-share)
    start = np.stack([level, np.zeros_like(level)])
    plain = _maximise(own, both, x, start, free_slope=False)
    free = _maximise(own, both, x, plain, free_slope=True)
    gain = np.maximum(_likelihood(own, both, x, free) - _likelihood(own, both, x, plain), 0.0)
    chance, weight = _chance(both, x, free)
    dispersion, degrees = _dispersion(own, both, chance, weight)
    a, b, c = _information(weight, x)
    error = np.sqrt(dispersion * a / np.maximum(a * c - b**2, 1e-300))
    p = np.asarray(stats.f.sf(2 * gain / dispersion, 1, degrees))
    return _Fit(free[1], error, gain, p, degrees)


def _dispersion(own: Floats, both: Floats, chance: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Variance over the binomial one, at least 1, and its degrees of freedom; (n,) each.

    A township's own is known badly from 26 periods; it is pulled to the county's (as Smyth 2004, Linear models and
    empirical Bayes methods, pools variances; the weights are fixed here): one below half-way, one above a quarter of
    the way, for its cases may come in batches.
    """
    squares = np.divide((own - both * chance) ** 2, weight, out=np.zeros_like(own), where=weight > 0).sum(axis=0)
    degrees = np.maximum((both > 0).sum(axis=0) - 2.0, 1.0)
    county = squares.sum() / max(degrees.sum(), 1.0)
    own_dispersion = squares / degrees
    weight_own = np.where(own_dispersion > county, 0.75, 0.5)
    dispersion = weight_own * own_dispersion + (1 - weight_own) * county
    return np.maximum(dispersion, 1.0), np.where(dispersion > 1, degrees / weight_own, MANY)


def _maximise(own: Floats, both: Floats, x: Floats, start: Floats, free_slope: bool) -> Floats:
    """Newton steps on Firth's score, (2, n): level and slope; the slope stays 0 unless it is free."""
    found = start.copy()
    for _ in range(NEWTON_STEPS):
        chance, weight = _chance(both, x, found)
        a, b, c = _information(weight, x)
        inverse = 1 / np.maximum(a * c - b**2, 1e-300)
        leverage = weight * (c - 2 * b * x[:, None] + a * x[:, None] ** 2) * inverse
        rest = own - both * chance + leverage * (0.5 - chance)
        up, along = rest.sum(axis=0), x @ rest
        if free_slope:
            move = np.stack([c * up - b * along, a * along - b * up]) * inverse
        else:
            move = np.stack([up / np.maximum(a, 1e-300), np.zeros_like(up)])
        found = found + np.clip(move, -STEP_MOST, STEP_MOST)
        if np.abs(move).max(initial=0.0) < TOLERANCE:
            break
    return found


def _chance(both: Floats, x: Floats, found: Floats) -> tuple[Floats, Floats]:
    """Chance that a case is the township's, and the binomial variance; (periods, n) each."""
    chance = 1 / (1 + np.exp(-np.clip(found[0] + x[:, None] * found[1], -40, 40)))
    return chance, both * chance * (1 - chance)


def _information(weight: Floats, x: Floats) -> tuple[Floats, Floats, Floats]:
    """Sums of weight, weight x and weight x^2, (n,) each."""
    return weight.sum(axis=0), x @ weight, x**2 @ weight


def _likelihood(own: Floats, both: Floats, x: Floats, found: Floats) -> Floats:
    """Penalised log likelihood (n,), less a constant."""
    line = np.clip(found[0] + x[:, None] * found[1], -40, 40)
    _, weight = _chance(both, x, found)
    a, b, c = _information(weight, x)
    plain = (own * line - both * np.logaddexp(0, line)).sum(axis=0)
    return np.asarray(plain + 0.5 * np.log(np.maximum(a * c - b**2, 1e-300)))


def _where(enough: npt.NDArray[np.bool_], fit: _Fit) -> _Fit:
    """NaN where there is not enough to tell."""
    slope, error, gain, p = (np.where(enough, values, np.nan) for values in (fit.slope, fit.error, fit.gain, fit.p))
    return _Fit(slope, error, gain, p, fit.degrees)


def _named(slope: _Fit, step: _Fit, p_slope: Floats, p_step: Floats, own: Floats, both: Floats) -> Whole:
    """The trend of each township, (n,) of TRENDS."""
    moved = p_slope <= FALSE_DISCOVERIES
    high = (p_step <= FALSE_DISCOVERIES) & (step.slope > 0) & _highest(own, both)
    new_high = high & ~(moved & (slope.gain >= step.gain))
    doubling = np.log(2) / (stats.norm.ppf((1 + LEVEL) / 2) + stats.norm.ppf(POWER))
    blind = ~(slope.error <= doubling)
    named = np.select(
        [new_high, moved & (slope.slope > 0), moved & (slope.slope < 0), blind],
        ["new_high", "rising", "falling", "too_few"],
        "steady",
    )
    return np.asarray(named)


def _highest(own: Floats, both: Floats) -> npt.NDArray[np.bool_]:
    """Whether the last quarter's part of the county is above that of every quarter before, (n,)."""
    quarters = len(own) // RECENT
    if quarters < 2:
        return np.zeros(own.shape[1], dtype=bool)
    last = slice(len(own) - quarters * RECENT, None)
    mine, all_ = (x[last].reshape(quarters, RECENT, -1).sum(axis=1) for x in (own, both))
    part = np.divide(mine, all_, out=np.zeros_like(mine), where=all_ > 0)
    return np.asarray(part[-1] > part[:-1].max(axis=0))
