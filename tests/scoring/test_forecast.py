from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from planner.model.policy import ScorePolicy
from planner.scoring.forecast import YEAR_WEEKS, discounted, forecast_filings, recorded
from planner.scoring.past import weekly_filings

POLICY = ScorePolicy()
CODES = pd.Index(["a", "b"])


def test_discount_halves_every_half_life():
    total, periods = discounted(np.array([[4.0, 0.0], [0.0, 2.0], [1.0, 1.0]]), half_life=1)
    assert total.tolist() == [4 / 4 + 1, 2 / 2 + 1]
    assert periods == 1.75


FIRM = replace(POLICY, mix_cases=1e9)
"""Keeps to the plain shrunk rate that every forecast starts from."""


def test_rate_is_shrunk_to_the_county_by_exposure():
    counts = np.zeros((400, 2), dtype=np.int64)
    counts[0, 0], counts[-40:, 0] = 1, 3
    forecast = forecast_filings(counts, np.array([0.25, 0.75]), FIRM)
    total, weeks = discounted(counts, POLICY.half_life_weeks)
    own, county = total / weeks, total.sum() / weeks
    share = weeks / (weeks + POLICY.prior_weeks)
    expected = 4 * (share * own + (1 - share) * county * np.array([0.25, 0.75]))
    assert forecast.expected == pytest.approx(expected)
    assert forecast.expected.sum() == pytest.approx(4 * county)
    assert forecast.mix["exposure"] == pytest.approx(1 - share)


def test_the_mix_is_learnt_from_the_past():
    """Where rates stand still the long memory serves best, where they jump about the short one."""
    rng = np.random.default_rng(3)
    still = rng.poisson(rng.gamma(2.0, 4.0, 60), (200, 60))
    jumping = rng.poisson(np.repeat(rng.gamma(0.5, 16.0, (20, 60)), 10, axis=0))
    short = ("memory_4", "memory_9")
    told = [forecast_filings(counts, np.full(60, 1 / 60), POLICY).mix for counts in (still, jumping)]
    assert [sum(mix.values()) for mix in told] == pytest.approx([1, 1])
    assert sum(told[0][name] for name in short) < 0.2 < 0.5 < sum(told[1][name] for name in short)


def test_the_season_counts_where_it_comes_back():
    """Half of the areas file in summer, half in winter: only last year tells which comes next."""
    rng, weeks = np.random.default_rng(4), np.arange(52 * 6)
    wave = np.exp(1.5 * np.cos(2 * np.pi * weeks / YEAR_WEEKS)[:, None] * np.where(np.arange(40) % 2, 1, -1))
    seasonal, flat = rng.poisson(4 * wave), rng.poisson(np.full(wave.shape, 4.0))
    share = [forecast_filings(counts, np.full(40, 1 / 40), POLICY).mix["last_year"] for counts in (seasonal, flat)]
    assert share[0] > 0.3 > 0.15 > share[1]


def test_neighbours_count_where_they_know_more():
    """Pairs of areas share their rate, and each alone has few cases."""
    rng = np.random.default_rng(5)
    rates = np.repeat(rng.gamma(0.5, 0.4, 100), 2)
    counts, pairs = rng.poisson(rates, (60, 200)), sparse.csr_array(np.kron(np.eye(100), [[0, 1], [1, 0]]))
    told = forecast_filings(counts, np.full(200, 1 / 200), POLICY, pairs)
    alone = forecast_filings(counts, np.full(200, 1 / 200), POLICY)
    assert told.mix["neighbours"] > 0.15
    assert np.abs(told.expected - 4 * rates).sum() < np.abs(alone.expected - 4 * rates).sum()


def test_a_record_that_begins_late_is_not_taken_for_few_cases():
    counts = np.random.default_rng(6).poisson(5.0, (100, 3))
    counts[:80, 0] = 0
    forecast = forecast_filings(counts, np.full(3, 1 / 3), FIRM)
    assert forecast.expected[0] == pytest.approx(forecast.expected[1], rel=0.25)
    few = np.zeros((100, 3))
    few[-1] = 1
    assert recorded(few).all()


def test_interval_is_the_negative_binomial_one():
    """Against the compound by simulation: rates from the posterior, counts from the rates."""
    counts = np.random.default_rng(1).poisson([5.0, 1.0, 0.2], (150, 3))
    forecast = forecast_filings(counts, np.full(3, 1 / 3), POLICY)
    low, high = forecast.interval()
    rng = np.random.default_rng(2)
    drawn = rng.poisson(forecast.draws(rng, 200_000))
    for i in range(3):
        assert abs(np.quantile(drawn[:, i], 0.1) - low[i]) <= 1
        assert abs(np.quantile(drawn[:, i], 0.9) - high[i]) <= 1
    assert drawn.mean(axis=0) == pytest.approx(forecast.expected, rel=0.02)


def test_interval_covers_four_in_five_when_rates_stand_still():
    rng = np.random.default_rng(5)
    rates = rng.gamma(2.0, 1.0, 400)
    forecast = forecast_filings(rng.poisson(rates, (150, 400)), np.full(400, 1 / 400), POLICY)
    low, high = forecast.interval()
    after = rng.poisson(4 * rates)
    covered = ((low <= after) & (after <= high)).mean()
    # counts are whole and the model allows for drift, so the interval may cover more than it says, never much less
    assert stats.binom.cdf(covered * 400, 400, 0.8) > 0.01
    assert covered < 0.97


def test_draws_repeat_with_the_seed():
    forecast = forecast_filings(np.ones((10, 2), dtype=np.int64), np.array([0.5, 0.5]), POLICY)
    one, two = (forecast.draws(np.random.default_rng(9), 5) for _ in range(2))
    assert (one == two).all()


def test_no_filings_at_all_forecast_nothing():
    forecast = forecast_filings(np.zeros((3, 2), dtype=np.int64), np.array([0.5, 0.5]), POLICY)
    assert forecast.expected.tolist() == [0, 0]
    assert [ends.tolist() for ends in forecast.interval()] == [[0, 0], [0, 0]]


def test_weeks_count_back_from_the_day_and_leave_sweep_finds_out():
    as_of = pd.Timestamp("2024-06-16")
    days = [0, 6, 7, 7, 13, 20, -1]
    cases = pd.DataFrame(
        {
            "filed_on": [as_of - pd.Timedelta(days=d) for d in days],
            "found_by_sweep": [False, False, True, False, False, False, False],
            "series": pd.Series([pd.NA] * 7, dtype="string"),
        }
    )
    township = pd.Series(["a", "b", "a", "a", None, "b", "a"])
    assert weekly_filings(cases, township, CODES, as_of).tolist() == [[0, 1], [1, 0], [1, 1]]


def test_a_series_is_one_event_in_each_township():
    as_of = pd.Timestamp("2024-06-16")
    cases = pd.DataFrame(
        {
            "filed_on": [as_of - pd.Timedelta(days=d) for d in (1, 9, 8, 2, 2)],
            "found_by_sweep": [False, False, False, False, False],
            "series": ["wages", "wages", "wages", None, None],
        }
    ).astype({"series": "string"})
    township = pd.Series(["a", "a", "b", "a", "a"])
    assert weekly_filings(cases, township, CODES, as_of).tolist() == [[1, 1], [2, 0]]


def test_half_life_is_the_policys():
    counts = np.zeros((60, 2), dtype=np.int64)
    counts[0, 0] = counts[-1, 1] = 10
    short = forecast_filings(counts, np.array([0.5, 0.5]), replace(FIRM, half_life_weeks=4.0, prior_weeks=0.5)).expected
    long = forecast_filings(
        counts, np.array([0.5, 0.5]), replace(FIRM, half_life_weeks=400.0, prior_weeks=0.5)
    ).expected
    assert short[1] / short[0] > 3 * long[1] / long[0]
