"""How many cases each township will file: an exponentially weighted rate, shrunk towards the county.

The rate of township i is Gamma(shape S_i + w m_i, rate W + w): S_i and W are the filings and the weeks seen, both
discounted by age, m_i = county rate x exposure_i, and w the weight of that prior in weeks. Discounting by a power keeps
the gamma-Poisson pair conjugate while rates drift (Smith 1979, A generalization of the Bayesian steady forecasting
model, JRSS B 41). Filings of a coming period are then negative binomial.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from planner.model.policy import ScorePolicy

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

DAYS_PER_WEEK = 7
INTERVAL = (0.10, 0.90)
TINY = 1e-9


@dataclass(frozen=True)
class Forecast:
    """Posterior of each area's filing rate per week, Gamma(shape, rate); arrays (n,)."""

    shape: Floats
    rate: Floats
    horizon_weeks: float

    @property
    def expected(self) -> Floats:
        """Filings expected over the horizon (n,)."""
        return self.horizon_weeks * self.shape / self.rate

    def interval(self) -> tuple[Floats, Floats]:
        """80 % prediction interval of the filings over the horizon, (n,) each."""
        chance = self.rate / (self.rate + self.horizon_weeks)
        low, high = (np.asarray(stats.nbinom.ppf(q, np.maximum(self.shape, TINY), chance)) for q in INTERVAL)
        return low, high

    def draws(self, rng: np.random.Generator, count: int) -> Floats:
        """Expected filings over the horizon, drawn from the posterior (count, n)."""
        return self.horizon_weeks * rng.gamma(self.shape, 1 / self.rate, (count, len(self.shape)))


def weekly_filings(cases: pd.DataFrame, township: pd.Series, codes: pd.Index, as_of: pd.Timestamp) -> Counts:
    """Filings by week and township, (weeks, n), the week that ends on ``as_of`` last.

    Cases that a sweep brought up are left out: counting them would send the next sweep where the last one was.

    Args:
        cases: CASE_TABLE. township: code by row of ``cases``, NA where not placed. codes: the n townships.
    """
    counted = (cases["filed_on"] <= as_of) & ~cases["found_by_sweep"]
    weeks_ago = (as_of - cases.loc[counted, "filed_on"]).dt.days.to_numpy() // DAYS_PER_WEEK
    column = codes.get_indexer(pd.Index(township[counted]))
    weeks = int(weeks_ago.max(initial=0)) + 1
    counts = np.zeros((weeks, len(codes)), dtype=np.int64)
    placed = column >= 0
    np.add.at(counts, (weeks - 1 - weeks_ago[placed], column[placed]), 1)
    return counts


def discounted(counts: Counts | Floats, half_life: float) -> tuple[Floats, float]:
    """Counts (periods, n), oldest first, and periods, both halved every ``half_life`` periods: ((n,), periods)."""
    weights = 0.5 ** (np.arange(len(counts))[::-1] / half_life)
    return np.asarray(weights @ counts, dtype=np.float64), float(weights.sum())


def forecast_filings(counts: Counts | Floats, exposure: Floats, policy: ScorePolicy) -> Forecast:
    """Forecast from weekly counts (weeks, n), oldest first. ``exposure`` (n,): expected shares, sum to 1."""
    total, weeks = discounted(counts, policy.half_life_weeks)
    prior_mean = total.sum() / weeks * exposure
    return Forecast(
        shape=total + policy.prior_weeks * prior_mean,
        rate=np.full(len(total), weeks + policy.prior_weeks),
        horizon_weeks=policy.horizon_days / DAYS_PER_WEEK,
    )
