import numpy as np
import pandas as pd
import pytest

from planner.scoring.trend import PERIOD_WEEKS, PERIODS, YEAR_PERIODS, four_weekly, trends

CODES = pd.Index([f"c{n}" for n in range(18)])
RATES = np.random.default_rng(0).gamma(2, 4, 18)
SEASON = 1 + 0.4 * np.sin(2 * np.pi * np.arange(PERIODS) / 13)[:, None]
MONTHLY_6 = 6 * 12 / YEAR_PERIODS
"""Six a month, in filings per 4 weeks."""
YEARS = np.arange(PERIODS) / YEAR_PERIODS


def county(rng: np.random.Generator) -> np.ndarray:
    """A county that breathes with the season, its townships alike."""
    return rng.poisson(RATES * SEASON)


def found(rng: np.random.Generator, rates: np.ndarray, times: int) -> pd.Series:
    """The trends found for a township of such rates in such a county."""
    names = []
    for _ in range(times):
        counts = county(rng)
        counts[:, 0] = rng.poisson(rates * SEASON[:, 0])
        names.append(trends(counts, CODES)["trend"].iloc[0])
    return pd.Series(names)


def test_where_all_go_with_the_county_hardly_any_is_called_rising():
    rng = np.random.default_rng(1)
    tables = [trends(county(rng), CODES) for _ in range(100)]
    moved = [table["trend"].isin(["rising", "falling", "new_high"]).sum() for table in tables]
    assert np.mean(np.array(moved) > 0) <= 0.08  # of counties with any false alarm; FDR says 0.05
    assert np.sum(moved) / (100 * 18) < 0.01


def test_batches_of_cases_are_no_trend():
    rng = np.random.default_rng(2)
    tables = [trends(rng.negative_binomial(2, 2 / (2 + RATES * SEASON)), CODES) for _ in range(100)]
    assert sum(table["trend"].isin(["rising", "new_high"]).sum() for table in tables) / (100 * 18) < 0.01


def test_a_doubling_within_a_year_is_found_at_six_a_month():
    """On average 6 a month over the two years, doubling every year."""
    rates = 2.0**YEARS
    names = found(np.random.default_rng(3), MONTHLY_6 * rates / rates.mean(), 100)
    assert names.isin(["rising", "new_high"]).mean() > 0.75
    assert (names == "rising").mean() > 0.7


def test_a_halving_within_a_year_is_found():
    rates = 0.5**YEARS
    names = found(np.random.default_rng(4), MONTHLY_6 * rates / rates.mean(), 100)
    assert (names == "falling").mean() > 0.75


def test_a_leap_in_the_last_quarter_is_a_new_high():
    rates = MONTHLY_6 * np.where(np.arange(PERIODS) >= PERIODS - 3, 2.5, 1.0)
    names = found(np.random.default_rng(5), rates, 100)  # in the thin season: 3 a month become 8
    assert (names == "new_high").mean() > 0.6
    assert names.isin(["falling", "steady"]).mean() < 0.35


def test_interval_covers_the_true_change():
    rng = np.random.default_rng(6)
    yearly, covered, estimates = 0.35, 0, []
    for _ in range(200):
        counts = rng.poisson(np.tile(RATES, (PERIODS, 1)))
        counts[:, 0] = rng.poisson(MONTHLY_6 * (1 + yearly) ** YEARS)
        row = trends(counts, CODES).iloc[0]
        covered += row["low"] <= 100 * yearly <= row["high"]
        estimates.append(row["change_per_year"])
    assert covered >= 182
    assert np.median(estimates) == pytest.approx(35, abs=6)


def test_estimate_against_a_level_rest_is_the_poisson_slope():
    """A township alone has no county beside it: a plain Poisson regression on time, solved here by its score."""
    own = np.array([5, 8, 6, 9, 12, 9, 13, 15, 14, 18])
    row = trends(own[:, None], pd.Index(["a"])).iloc[0]
    x = np.arange(10) / YEAR_PERIODS
    slope = np.log1p(row["change_per_year"] / 100)
    grid = np.linspace(slope - 0.5, slope + 0.5, 2001)
    likelihood = [(own * (b * x)).sum() - own.sum() * np.log(np.exp(b * x).sum()) for b in grid]
    assert slope == pytest.approx(grid[int(np.argmax(likelihood))], abs=0.02)


def test_few_cases_say_too_few_and_nothing_else():
    counts = np.tile([[20, 1]], (PERIODS, 1))
    counts[:, 1] = np.arange(PERIODS) < 5
    table = trends(counts, pd.Index(["a", "b"]))
    assert table["trend"].tolist()[1] == "too_few"
    assert table.loc[1, ["change_per_year", "low", "high", "p"]].isna().all()
    assert table["cases"].tolist() == [520, 5]


def test_a_few_quiet_cases_cannot_be_called_steady():
    counts = np.tile([[20, 0]], (PERIODS, 1))
    counts[::2, 1] = 1
    assert trends(counts, pd.Index(["a", "b"]))["trend"].tolist()[1] == "too_few"


def test_nearly_all_cases_in_the_last_period_stay_finite():
    counts = np.tile([[20, 30, 0]], (PERIODS, 1))
    counts[[0, -1], 2] = 1, 30
    row = trends(counts, pd.Index(["a", "b", "c"])).iloc[2]
    assert np.isfinite([row["recent_ratio"], row["change_per_year"]]).all()


def test_a_township_that_joins_the_register_late_moves_nobody():
    counts = county(np.random.default_rng(7))
    counts[:, 0] = 40 * SEASON[:, 0]
    counts[:14, 0] = 0
    assert set(trends(counts, CODES)["trend"]) <= {"steady", "too_few"}


@pytest.mark.parametrize("counts", [np.zeros((26, 3), int), np.zeros((26, 0), int), np.ones((3, 2), int)])
def test_hardly_any_record_is_too_few(counts):
    table = trends(counts, pd.Index([f"t{n}" for n in range(counts.shape[1])]))
    assert set(table["trend"]) <= {"too_few"}


def test_short_weekly_record_is_filled_with_zeros():
    weekly = np.ones((6, 2), dtype=np.int64)
    counts = four_weekly(weekly)
    assert counts.shape == (PERIODS, 2)
    assert counts[-2:].tolist() == [[2, 2], [PERIOD_WEEKS, PERIOD_WEEKS]]
    assert counts[:-2].sum() == 0
