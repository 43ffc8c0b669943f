from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planner.errors import Impossible, RequestError
from planner.geo.neighbours import neighbours
from planner.model.case import CASE_TABLE
from planner.model.hotspot import PARTS
from planner.model.policy import Policy, ScorePolicy
from planner.model.tables import empty
from planner.scoring.rank import p_in_top, score_parts, score_townships, tie_groups
from planner.scoring.worth import value_visits

POLICY = Policy()


@pytest.fixture(scope="module")
def score(region, week, as_of):
    def run(register, policy=POLICY.score, as_of=as_of, k=3, seed=7, region=region):
        visits, _ = value_visits(
            register.cases, register.parties, register.placed, region.calendar, POLICY, week, as_of
        )
        return score_townships(
            register.cases, register.placed, visits, region, neighbours(region), policy, as_of, k, seed
        )

    return run


@pytest.fixture(scope="module")
def hotspots(score, register):
    return score(register)


def same(one, two):
    pd.testing.assert_frame_equal(one.table, two.table)
    pd.testing.assert_frame_equal(one.clusters, two.clusters)
    pd.testing.assert_frame_equal(one.points, two.points)
    assert one.unplaced == two.unplaced


def test_parts_add_to_the_score_and_the_county_to_a_hundred(hotspots):
    table = hotspots.table
    assert table[list(PARTS)].sum(axis=1).to_numpy() == pytest.approx(table["score"].to_numpy())
    assert table["score"].sum() == pytest.approx(100)
    weights = [45, 35, 10, 10]
    assert table[list(PARTS)].sum().tolist() == pytest.approx(weights)


def test_every_township_once_hottest_first(hotspots, region):
    table = hotspots.table
    assert sorted(table["township_code"]) == sorted(region.townships["code"])
    assert table["rank"].tolist() == list(range(1, 19))
    assert table["score"].is_monotonic_decreasing
    assert table["tie_group"].diff().dropna().isin([0, 1]).all()


@pytest.mark.parametrize("k", [1, 3, 18])
def test_chances_to_be_in_the_top_sum_to_k(score, register, k):
    assert score(register, k=k).table["p_top"].sum() == pytest.approx(k)


def test_townships_without_cases_stay_in_with_the_county_prior(hotspots, register):
    seen = set(register.placed["township_code"].dropna())
    bare = hotspots.table[~hotspots.table["township_code"].isin(seen)]
    assert len(bare) == 2
    assert (bare[["open_cases", "workable_fen", "filings_last_year"]] == 0).all(axis=None)
    assert (bare["expected_filings"] > 0).all()
    assert bare["terminated_share"].isna().all()


def test_profile_counts_agree_with_the_register(hotspots, register, as_of):
    lead = register.placed.set_index("case_id")["township_code"]
    cases = register.cases.assign(township=register.cases["case_id"].map(lead))
    here = cases[cases["township"] == hotspots.table["township_code"][0]]
    hottest = hotspots.table.iloc[0]
    open_here = here[(here["status"] == "open") | (here["closed_on"] > as_of)]
    assert hottest["open_cases"] == len(open_here)
    assert hottest["claimed_fen"] == open_here["claimed_fen"].sum()
    assert hottest["median_age_days"] == (as_of - open_here["filed_on"]).dt.days.median()
    assert hottest["density_per_km2"] == pytest.approx(len(open_here) / 100)
    filed = here[~here["found_by_sweep"]]
    last_year = filed["filed_on"] > as_of - pd.Timedelta(days=365)
    assert hottest["filings_last_year"] == last_year.sum()
    assert hottest["filings_year_before"] == (~last_year & (filed["filed_on"] > as_of - pd.Timedelta(days=730))).sum()
    ended = here[(here["closed_on"] > as_of - pd.Timedelta(days=365)) & (here["closed_on"] <= as_of)]
    assert hottest["terminated_share"] == pytest.approx((ended["status"] == "terminated").mean())


def test_workable_is_what_the_visits_hold(hotspots, register, region, week, as_of):
    visits, _ = value_visits(register.cases, register.parties, register.placed, region.calendar, POLICY, week, as_of)
    assert hotspots.table["workable_cases"].sum() == visits["cases"].sum() == len(hotspots.points)
    assert hotspots.table["workable_fen"].sum() == visits["expected_fen"].sum()


def test_nothing_after_the_day_leaks_in(score, register, as_of):
    earlier = as_of - pd.Timedelta(days=200)
    known = replace(register, cases=register.cases[register.cases["filed_on"] <= earlier].reset_index(drop=True))
    same(score(register, as_of=earlier), score(known, as_of=earlier))


def test_a_case_closed_later_was_open_on_the_day(score, register, as_of):
    earlier = as_of - pd.Timedelta(days=200)
    cases = register.cases
    then_open = (cases["filed_on"] <= earlier) & ((cases["status"] == "open") | (cases["closed_on"] > earlier))
    scored = score(register, as_of=earlier)
    assert scored.table["open_cases"].sum() + sum(scored.unplaced.values()) == then_open.sum()


def test_order_of_rows_and_townships_does_not_matter(score, hotspots, register, region):
    rng = np.random.default_rng(3)

    def mix(table):
        return table.iloc[rng.permutation(len(table))].reset_index(drop=True)

    mixed = replace(register, **{name: mix(table) for name, table in vars(register).items()})
    same(score(mixed, region=replace(region, townships=mix(region.townships))), hotspots)


def test_the_seed_moves_chances_but_not_the_score(score, hotspots, register):
    other = score(register, seed=8)
    pd.testing.assert_series_equal(other.table["score"], hotspots.table["score"])
    assert (other.table["p_top"] != hotspots.table["p_top"]).any()
    assert abs(other.table["p_top"] - hotspots.table["p_top"]).max() < 0.05


def test_sweep_finds_do_not_make_a_township_hotter(score, hotspots, register):
    found = register.cases["found_by_sweep"]
    without = replace(register, cases=register.cases[~found].reset_index(drop=True))
    pd.testing.assert_series_equal(
        score(without).table.set_index("township_code")["expected_filings"].sort_index(),
        hotspots.table.set_index("township_code")["expected_filings"].sort_index(),
    )


def test_a_part_that_is_zero_everywhere_gives_its_weight_away(score, register):
    plain = replace(register, cases=register.cases.assign(livelihood=False))
    table = score(plain).table
    assert table["part_livelihood"].sum() == 0
    assert table["score"].sum() == pytest.approx(100)


def test_digest_follows_the_policy(hotspots, score, register):
    assert score(register).params_digest == hotspots.params_digest
    assert score(register, policy=replace(POLICY.score, prior_weeks=9.0)).params_digest != hotspots.params_digest


def test_no_case_by_then(score, register, as_of):
    with pytest.raises(Impossible) as told:
        score(register, as_of=as_of - pd.Timedelta(days=5000))
    assert told.value.key == "no_case_by_then"
    with pytest.raises(Impossible):
        score(replace(register, cases=empty(CASE_TABLE)))


def test_no_case_placed(score, register):
    nowhere = register.placed.assign(township_code=pd.Series(pd.NA, index=register.placed.index, dtype="string"))
    with pytest.raises(Impossible) as told:
        score(replace(register, placed=nowhere))
    assert told.value.key == "no_case_placed"


@pytest.mark.parametrize("k", [0, 19])
def test_k_out_of_range(score, register, k):
    with pytest.raises(RequestError):
        score(register, k=k)


def test_only_found_cases_still_rank(score, register):
    """No filing at all (a sweep brought everything up): the other parts carry the score."""
    table = score(replace(register, cases=register.cases.assign(found_by_sweep=True))).table
    assert table["part_filings"].sum() == 0
    assert table["score"].sum() == pytest.approx(100)


def test_shares_by_hand():
    amounts = [np.array([3.0, 1.0]), np.array([0.0, 0.0]), np.array([1.0, 1.0]), np.array([0.0, 5.0])]
    parts = score_parts(amounts, ScorePolicy(weight_filings=0.4, weight_livelihood=0.3, weight_backlog=0.3))
    assert np.array(parts) == pytest.approx(np.array([[30, 10], [0, 0], [15, 15], [0, 30]]))


def test_nothing_that_weighs_scores_nothing(score, register):
    """All ended, all brought up by a sweep: every township is as hot as the other, and that is what is said."""
    ended = register.cases.assign(status="closed", closed_on=register.cases["filed_on"], found_by_sweep=True)
    table = score(replace(register, cases=ended)).table
    assert (table["score"] == 0).all()
    assert table["p_top"].tolist() == pytest.approx([3 / 18] * 18)
    assert (table["tie_group"] == 1).all()


def test_chances_and_ties_by_hand():
    draws = np.array([[3.0, 2.0, 1.0], [3.0, 1.0, 2.0], [2.0, 3.0, 1.0], [3.0, 2.0, 1.0]])
    assert p_in_top(draws, 1).tolist() == [0.75, 0.25, 0]
    assert p_in_top(draws, 2).tolist() == [1, 0.75, 0.25]
    assert p_in_top(np.array([[2.0, 1.0, 1.0]]), 2).tolist() == [1, 0.5, 0.5]
    assert tie_groups(draws, 0.75).tolist() == [1, 2, 3]
    assert tie_groups(draws, 0.8).tolist() == [1, 1, 1]
