"""How many cases each township will file, and how sure that is.

A township's rate is a mix of what several memories expect: exponentially weighted rates of short and long half-lives,
the county's rate x exposure, the same weeks of last year, and its neighbours. The shares of the mix are not negative
and are learnt from the register's own past: each past week is forecast from the weeks before it, and the shares are
those of greatest Poisson likelihood (EM), held by a gamma prior to a plain shrunk rate of one half-life. Where the past
is thin the prior decides; where it is rich the past does. What does not help gets no share.

Uncertainty: the rate is taken as gamma. A discounted gamma-Poisson rate S / W has variance S / W^2, twice the sampling
variance of S / W: the second half pays for the drift since (Smith 1979, A generalization of the Bayesian steady
forecasting model, JRSS B 41). The mix, a weighted sum of past counts, gets twice its own sampling variance likewise,
and that of a change of a few per cent that no mix could have seen: it is what is unsure where cases are many. Filings
of a coming period are then negative binomial.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse, stats
from scipy.signal import lfilter

from planner.model.policy import ScorePolicy
from planner.model.units import DAYS_PER_WEEK

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

YEAR_WEEKS = 365.25 / DAYS_PER_WEEK
INTERVAL = (0.10, 0.90)
TINY = 1e-9

MEMORIES = (4.0, 9.0, 17.0, 35.0, 70.0, 210.0)
"""Half-lives in weeks, beside the policy's own."""

SEASON_WEEKS = 4.0
"""Last year's weeks so far on either side of this one tell its season."""

SURPRISE = 30.0
LEAST_CASES = 10
"""A township's record is taken to begin with its first case where chance would hardly have kept it empty until then:
so many cases expected before, at the rate since, which so many cases of it do not count for."""

EM_STEPS = 100


@dataclass(frozen=True)
class Forecast:
    """Posterior of each area's filing rate per period, Gamma(shape, rate); arrays (n,).

    Attributes:
        periods: how many the forecast speaks of.
        mix: component -> its share of the forecast. Components: memory_<weeks>, exposure, last_year, neighbours.
    """

    shape: Floats
    rate: Floats
    periods: float
    mix: Mapping[str, float]

    @property
    def expected(self) -> Floats:
        """Filings expected over the horizon (n,)."""
        return self.periods * self.shape / self.rate

    def interval(self) -> tuple[Floats, Floats]:
        """80 % prediction interval of the filings over the horizon, (n,) each."""
        chance = self.rate / (self.rate + self.periods)
        low, high = (np.asarray(stats.nbinom.ppf(q, np.maximum(self.shape, TINY), chance)) for q in INTERVAL)
        return low, high

    def draws(self, rng: np.random.Generator, count: int) -> Floats:
        """Expected filings over the horizon, drawn from the posterior (count, n)."""
        return self.periods * rng.gamma(self.shape, 1 / self.rate, (count, len(self.shape)))


def discounted(counts: Counts | Floats, half_life: float) -> tuple[Floats, float]:
    """Counts (periods, n), oldest first, and periods, both halved every ``half_life`` periods: ((n,), periods)."""
    weights = 0.5 ** (np.arange(len(counts))[::-1] / half_life)
    return np.asarray(weights @ counts, dtype=np.float64), float(weights.sum())


def forecast_filings(
    counts: Counts | Floats,
    exposure: Floats,
    policy: ScorePolicy,
    near: sparse.csr_array | None = None,
    period_weeks: float = 1.0,
) -> Forecast:
    """Forecast the coming horizon from past counts.

    Args:
        counts: (periods, n), oldest first. exposure: (n,) expected shares of filings, sum to 1.
        near: (n, n), the mean over each area's neighbours; None where none are known.
        period_weeks: length of a period.
    """
    counts = np.asarray(counts, dtype=np.float64)
    memories = [policy.half_life_weeks / period_weeks, *(weeks / period_weeks for weeks in MEMORIES)]
    seen = recorded(counts)
    rates = np.array([_rates(counts, seen, half_life) for half_life in memories])
    others = {"exposure": rates[0].sum(axis=1, keepdims=True) * exposure}
    if (year := round(YEAR_WEEKS / period_weeks)) < len(counts):
        others["last_year"] = _last_year(counts, rates[0], year, max(1, round(SEASON_WEEKS / period_weeks)))
    if near is not None:
        others["neighbours"] = np.asarray((near @ rates[0].T).T)
    components = np.concatenate([rates, np.array(list(others.values()))])
    prior = _prior(len(components), len(memories), counts, memories[0], policy.prior_weeks / period_weeks)
    shares = _learnt(components, counts, prior, policy.mix_cases, round(policy.mix_weeks / period_weeks))
    mean = shares @ components[:, -1]
    ratio = _variance_ratio(shares, mean, counts, seen, memories) + policy.unseen_change**2 * mean
    names = [f"memory_{half_life * period_weeks:g}" for half_life in memories]
    return Forecast(
        shape=mean / ratio,
        rate=1 / ratio,
        periods=policy.horizon_days / DAYS_PER_WEEK / period_weeks,
        mix=_told([*names, *others], shares * components[:, -1].sum(axis=1)),
    )


def recorded(counts: Floats) -> npt.NDArray[np.bool_]:
    """Whether an area's filings were on record in a period (periods, n).

    A tribunal's cases may join the register years after the others'. Zeros before its first case are no record then.
    """
    periods = len(counts)
    first = np.where(counts.any(axis=0), np.argmax(counts > 0, axis=0), 0)
    since = np.maximum(counts.sum(axis=0) - LEAST_CASES, 0) / np.maximum(periods - first, 1)
    first = np.where(since * first > SURPRISE, first, 0)
    return np.asarray(np.arange(periods)[:, None] >= first)


def _rates(counts: Floats, seen: npt.NDArray[np.bool_], half_life: float) -> Floats:
    """Exponentially weighted counts per period, as known before each period and after the last (periods + 1, n)."""
    pole = [1.0, -(0.5 ** (1 / half_life))]
    total, periods = (np.asarray(lfilter([1.0], pole, x, axis=0)) for x in (counts, seen.astype(np.float64)))
    return np.concatenate([np.zeros((1, counts.shape[1])), total / np.maximum(periods, 1)])


def _last_year(counts: Floats, otherwise: Floats, year: int, reach: int) -> Floats:
    """Mean of the periods around the same one a year before; ``otherwise`` where that lies before the record."""
    sums = np.concatenate([np.zeros((1, counts.shape[1])), counts.cumsum(axis=0)])
    at = np.arange(year, len(counts) + 1) - year
    first, last = np.maximum(at - reach, 0), np.minimum(at + reach + 1, at + year)
    found = otherwise.copy()
    found[year:] = (sums[last] - sums[first]) / (last - first)[:, None]
    return found


def _prior(components: int, memories: int, counts: Floats, half_life: float, prior_periods: float) -> Floats:
    """The plain shrunk rate: the policy's half-life, and the exposure with the weight of ``prior_periods``."""
    _, periods = discounted(counts[:, :1], half_life)
    prior = np.zeros(components)
    prior[[0, memories]] = np.array([periods, prior_periods]) / (periods + prior_periods)
    return prior


def _learnt(components: Floats, counts: Floats, prior: Floats, prior_cases: float, look: int) -> Floats:
    """Shares (J,) of greatest posterior density over the last ``look`` periods.

    Each past period's forecasts are scaled to its total: what differs between areas is learnt, not the county's swings.

    Args:
        components: (J, periods + 1, n). prior_cases: weight of the prior, in cases.
    """
    first = max(1, len(counts) - look)
    past, told = components[:, first:-1], counts[first:]
    swing = told.sum(axis=1) / np.maximum(past[0].sum(axis=1), TINY)
    past = (past * swing[None, :, None]).reshape(len(components), -1)
    known = past.any(axis=0)
    past, filed = past[:, known], told.reshape(-1)[known]
    weight = past.sum(axis=1)
    shares = 0.3 * prior + 0.7 / len(prior)
    for _ in range(EM_STEPS):
        drawn = past @ (filed / np.maximum(shares @ past, TINY))
        shares = (prior_cases * prior + shares * drawn) / (prior_cases + weight)
    return np.asarray(shares, dtype=np.float64)


def _variance_ratio(
    shares: Floats, mean: Floats, counts: Floats, seen: npt.NDArray[np.bool_], memories: list[float]
) -> Floats:
    """Variance / mean of each area's rate (n,); parts that are not its own counts are taken to be as sure as these."""
    back = np.arange(len(counts))[::-1, None]
    weights = np.zeros_like(counts)
    for share, half_life in zip(shares[: len(memories)], memories, strict=True):
        decay = 0.5 ** (back / half_life)
        weights += share * decay * seen / np.maximum((decay * seen).sum(axis=0), 1)
    own = (weights * counts).sum(axis=0)
    variance = 2 * (weights**2 * counts).sum(axis=0)
    usual = variance.sum() / max(own.sum(), TINY) or 1.0
    return np.asarray(np.where(mean > 0, (variance + usual * (mean - own)) / np.maximum(mean, TINY), 1.0))


def _told(names: list[str], parts: Floats) -> dict[str, float]:
    total = parts.sum()
    return {name: float(part / total) for name, part in zip(names, parts, strict=True)} if total else {}
