"""The backtest must see the past only, and say who would have chosen better."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from planner.model.policy import ScorePolicy
from planner.scoring.backtest import MOST_PERIODS, RIVALS, backtest
from planner.scoring.past import Past

POLICY = ScorePolicy()
AS_OF = pd.Timestamp("2024-06-16")


def past(counts: np.ndarray) -> Past:
    n = counts.shape[1]
    return Past(counts, np.full(n, 1 / n), sparse.csr_array((n, n)), pd.Index([f"{i}" for i in range(n)]), AS_OF)


def still(weeks: int = 208, seed: int = 1) -> Past:
    rng = np.random.default_rng(seed)
    return past(rng.poisson(rng.gamma(1.5, 1.0, 18), (weeks, 18)))


@pytest.fixture(scope="module")
def tested():
    return backtest(still(), POLICY, k=3, seed=1)


def test_periods_end_on_the_day_and_follow_one_another(tested):
    periods = tested.periods
    assert len(periods) == MOST_PERIODS
    assert periods["last"].iloc[-1] == AS_OF
    assert ((periods["last"] - periods["first"]).dt.days == 27).all()
    assert (periods["first"].iloc[1:].to_numpy() - periods["last"].iloc[:-1].to_numpy() == pd.Timedelta(days=1)).all()
    assert (periods[list(RIVALS)].le(periods["best"], axis=0)).all(axis=None)


def test_where_rates_stand_still_long_memory_beats_the_last_period(tested):
    table = tested.table.set_index("rival")
    assert table["lead"]["planner"] == table["lead_low"]["planner"] == 0
    assert table["lead_low"]["last_period"] > 0
    assert table["pei"]["clairvoyant"] >= table["pei"]["planner"] - 0.02
    assert table["hit_rate"]["planner"] > 2 * tested.even == 2 * 3 / 18


def test_nothing_of_a_period_is_used_to_forecast_it():
    """What a period and all later ones hold does not move the choice for it."""
    known = still()
    spoilt = known.counts.copy()
    spoilt[-4:] = np.random.default_rng(2).permuted(spoilt[-4:], axis=1)
    one, other = (backtest(past(c), POLICY, k=18, seed=1).periods for c in (known.counts, spoilt))
    assert one.iloc[:-1].equals(other.iloc[:-1])
    top = int(np.argmax(known.counts[:-4].sum(axis=0)))
    moved = known.counts.copy()
    moved[-4:] = 0
    moved[-4:, top] = 5
    assert backtest(past(moved), POLICY, k=1, seed=1).periods["planner"].iloc[-1] == 20


def test_too_short_a_past_is_not_tested():
    assert backtest(still(52 + 23), POLICY, k=3, seed=1) is None
    assert len(backtest(still(52 + 24), POLICY, k=3, seed=1).periods) == 6
    assert len(backtest(still(52 + 24), replace(POLICY, horizon_days=7), k=3, seed=1).periods) == 24


def test_the_interval_holds_nothing_where_two_methods_are_the_same():
    """An interval around a lead of a method over its equal covers 0 about 19 times of 20."""
    policy = replace(POLICY, half_life_weeks=520.0, mix_cases=1e9, prior_weeks=0.0)
    covered = []
    for seed in range(12):
        table = backtest(still(seed=seed), policy, k=3, seed=seed).table.set_index("rival")
        covered.append(table["lead_low"]["clairvoyant"] <= 0 <= table["lead_high"]["clairvoyant"])
    assert sum(covered) >= 9
