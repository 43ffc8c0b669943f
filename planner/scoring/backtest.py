"""How well this very method would have chosen in the past: a rolling origin over the court's own filings.

Each past period is forecast from the weeks before it and nothing else; then its filings tell what the choice of k
townships caught. PEI (prediction efficiency index, Hunt 2016) is what was caught / the most that any k townships held.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.model.policy import ScorePolicy
from planner.model.units import DAYS_PER_WEEK
from planner.scoring.forecast import Floats, discounted, forecast_filings
from planner.scoring.past import Past

WARM_UP_WEEKS = 52
MOST_PERIODS = 26
LEAST_PERIODS = 6
BOOTSTRAPS = 4000
INTERVAL = (0.025, 0.975)

RIVALS = ("planner", "last_period", "last_year", "clairvoyant")
"""The method itself; last period's counts; the last 52 weeks' counts; the rate around the period seen from both sides,
as far as filings can be foreseen at all."""


@dataclass(frozen=True)
class Backtest:
    """Attributes:
    periods: one row per period, oldest first: first, last (days), filings, best (the most that k townships held),
        and what each of RIVALS caught.
    table: one row per rival: rival, hit_rate (caught / filings), pei (caught / best), both over all periods, lead
        (the planner's PEI less the rival's) and its 95 % interval lead_low, lead_high (paired bootstrap over periods).
    k: townships chosen.
    """

    periods: pd.DataFrame
    table: pd.DataFrame
    k: int

    @property
    def even(self) -> float:
        """The hit rate of k townships taken by lot."""
        return self.k / int(self.periods.attrs["townships"])


def backtest(past: Past, policy: ScorePolicy, k: int, seed: int) -> Backtest | None:
    """Test the forecast on the past, k townships a period; None where fewer than LEAST_PERIODS can be tested."""
    counts = past.counts
    weeks = max(1, round(policy.horizon_days / DAYS_PER_WEEK))
    count = min(MOST_PERIODS, (len(counts) - WARM_UP_WEEKS) // weeks)
    if count < LEAST_PERIODS:
        return None
    tie_break = np.random.default_rng(seed).random((count, counts.shape[1]))
    rows = []
    for n, start in enumerate(range(len(counts) - count * weeks, len(counts), weeks)):
        coming = counts[start : start + weeks].sum(axis=0)
        scores = _scores(past, start, weeks, policy)
        caught = {name: int(coming[_top(score, tie_break[n], k)].sum()) for name, score in scores.items()}
        first = past.as_of - pd.Timedelta(days=DAYS_PER_WEEK * (len(counts) - start) - 1)
        last = first + pd.Timedelta(days=DAYS_PER_WEEK * weeks - 1)
        best = int(np.sort(coming)[-k:].sum())
        rows.append({"first": first, "last": last, "filings": int(coming.sum()), "best": best, **caught})
    periods = pd.DataFrame(rows)
    periods.attrs["townships"] = counts.shape[1]
    return Backtest(periods, _compared(periods, seed), k)


def _scores(past: Past, start: int, weeks: int, policy: ScorePolicy) -> dict[str, Floats]:
    """What each of RIVALS expects of the period that begins with week ``start``."""
    known = past.counts[:start]
    before, _ = discounted(known, policy.half_life_weeks)
    after, _ = discounted(past.counts[: start + weeks - 1 : -1], policy.half_life_weeks)
    scores = (
        forecast_filings(known, past.exposure, policy, past.near).expected,
        known[-weeks:].sum(axis=0).astype(np.float64),
        known[-WARM_UP_WEEKS:].sum(axis=0).astype(np.float64),
        before + after,
    )
    return dict(zip(RIVALS, scores, strict=True))


def _top(score: Floats, tie_break: Floats, k: int) -> npt.NDArray[np.int64]:
    return np.lexsort((tie_break, -score))[:k]


def _compared(periods: pd.DataFrame, seed: int) -> pd.DataFrame:
    again = np.random.default_rng(seed).integers(0, len(periods), (BOOTSTRAPS, len(periods)))
    caught, best = periods[list(RIVALS)].to_numpy(dtype=float), periods["best"].to_numpy(dtype=float)
    pei = caught.sum(axis=0) / max(best.sum(), 1)
    drawn = caught[again].sum(axis=1) / np.maximum(best[again].sum(axis=1), 1)[:, None]
    low, high = np.quantile(drawn[:, [0]] - drawn, INTERVAL, axis=0)
    return pd.DataFrame(
        {
            "rival": RIVALS,
            "hit_rate": caught.sum(axis=0) / max(periods["filings"].sum(), 1),
            "pei": pei,
            "lead": pei[0] - pei,
            "lead_low": low,
            "lead_high": high,
        }
    )
