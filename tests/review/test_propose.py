"""Proposals against a simulator that knows the truth, and what a policy's factors mean."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.calibration import stays_made, told, truth_of, value, visits_made
from planner.files.policy import RANGES
from planner.model.policy import Policy
from planner.review.calibration import JUDGED, STAYS, pooled, reliability
from planner.review.factors import FIND_KEYS, chances, fit, parts
from planner.review.propose import KEYS, Proposal, propose

POLICY = Policy()
SEEDS = range(30)
NOBODY, NO_TIMES = pd.DataFrame(columns=list(JUDGED)), pd.DataFrame(columns=list(STAYS))


def named(proposals: tuple[Proposal, ...]) -> dict[str, Proposal]:
    return {one.key: one for one in proposals}


def test_without_outcomes_everything_is_too_few() -> None:
    told = propose(pooled([], JUDGED), pooled([], STAYS), POLICY, RANGES)
    assert tuple(one.key for one in told) == KEYS
    assert {one.reason for one in told} == {"too_few"}
    assert {one.visits for one in told} == {0}


def test_a_right_model_is_left_alone() -> None:
    wrong = [seed for seed in SEEDS if any(one.proposed is not None for one in told(seed, 300, 1.0, 0.0)[1])]
    assert len(wrong) <= 0.1 * len(SEEDS)


def test_the_interval_holds_the_truth_and_the_right_key_is_named() -> None:
    covered, due, strange = 0, 0, 0
    for seed in SEEDS:
        truth, proposals = told(seed, 400, 0.6, 0.0)
        one = named(proposals)["worth.p_find"]
        assert one.low is not None
        assert one.high is not None
        covered += one.low <= value(truth, one.key) <= one.high
        due += one.reason == "lower"
        strange += any(other.proposed is not None for other in proposals if other.key in KEYS[1:9])
        if one.proposed is not None:
            assert value(truth, one.key) * 0.85 < one.proposed < one.present
    assert covered >= 0.85 * len(SEEDS)
    assert due >= 0.9 * len(SEEDS)
    assert strange <= 0.1 * len(SEEDS)


def test_a_proposal_lies_between_what_is_and_where_outcomes_point() -> None:
    rows = visits_made(3, 1000, truth_of(POLICY, 0.6), POLICY)
    one = named(propose(rows, NO_TIMES, POLICY, RANGES))["worth.p_find"]
    assert one.proposed is not None
    assert one.estimate is not None
    assert one.estimate - 0.005 <= one.proposed < one.present


def test_a_value_taken_is_not_proposed_again() -> None:
    """Outcomes are read against the present policy, whatever was foretold at the time."""
    rows = visits_made(5, 800, truth_of(POLICY, 0.6), POLICY)
    first = named(propose(rows, NO_TIMES, POLICY, RANGES))["worth.p_find"]
    assert first.proposed is not None
    taken = replace(POLICY, worth=replace(POLICY.worth, p_find=first.proposed))
    again = named(propose(rows, NO_TIMES, taken, RANGES))["worth.p_find"]
    assert again.reason == "fits"


def test_one_wrong_factor_is_not_blamed_on_the_others() -> None:
    truth = replace(POLICY, worth=replace(POLICY.worth, place_township=0.9))
    rows = visits_made(1, 1500, truth, POLICY)
    proposals = propose(rows, NO_TIMES, POLICY, RANGES)
    assert [one.key for one in proposals if one.proposed is not None] == ["worth.place_township"]


def test_keys_of_the_same_visits_are_not_told_apart() -> None:
    rows = visits_made(1, 400, POLICY, POLICY)
    rows = rows[~rows["company"]].assign(start=7 * 60)
    assert named(propose(rows, NO_TIMES, POLICY, RANGES))["worth.hour_at_home"].reason == "mixed_up"


def test_minutes_that_are_longer_are_told_in_whole_minutes() -> None:
    stays = stays_made(2, 600, POLICY)
    longer = stays.assign(minutes=stays["minutes"] + 12 * (stays["kind"] == "minutes"))
    proposals = named(propose(NOBODY, longer, POLICY, RANGES))
    one = proposals["visit.minutes"]
    assert one.proposed is not None
    assert one.proposed == int(one.proposed)
    assert 36 <= one.proposed <= 44
    assert proposals["visit.minutes_company"].reason == "fits"
    few_days = longer[longer["squad_id"].isin(["S00", "S01"]) & (longer["day"] == longer["day"].min())]
    assert named(propose(NOBODY, few_days, POLICY, RANGES))["visit.minutes"].reason == "too_few"


def test_a_proposal_stays_within_what_a_policy_may_hold() -> None:
    stays = stays_made(2, 600, POLICY)
    limits = RANGES | {"visit.minutes": (1.0, 35.0)}
    one = named(propose(NOBODY, stays.assign(minutes=stays["minutes"] + 60), POLICY, limits))["visit.minutes"]
    assert one.proposed == 35.0


@pytest.mark.parametrize("factor", [0.4, 2.5])
def test_money_far_off_is_seen_with_many_visits(factor: float) -> None:
    rows = visits_made(4, 4000, truth_of(POLICY, factor), POLICY)
    rows = rows.assign(found=visits_made(4, 4000, POLICY, POLICY)["found"])
    rows["paid_fen"] = (rows["expected_if_found_fen"] * factor * rows["found"]).astype("int64")
    one = named(propose(rows, NO_TIMES, POLICY, RANGES))["worth.recovery_share"]
    assert one.reason == ("lower" if factor < 1 else "higher")
    assert one.low is not None
    assert one.high is not None
    assert one.low < one.present * factor < one.high


def test_nothing_paid_at_all_is_judged_too() -> None:
    rows = visits_made(4, 600, POLICY, POLICY).assign(paid_fen=0)
    one = named(propose(rows, NO_TIMES, POLICY, RANGES))["worth.recovery_share"]
    assert (one.low, one.estimate) == (0.0, 0.0)
    assert one.proposed is not None
    assert 0 < one.proposed < one.present


@settings(max_examples=40)
@given(st.integers(0, 50), st.sampled_from(FIND_KEYS), st.floats(-0.2, 0.2))
def test_the_slopes_of_chances_are_those_of_the_policy(seed: int, name: str, step: float) -> None:
    of = parts(visits_made(seed, 60, POLICY, POLICY))
    chance, shares = chances(of, POLICY.worth)
    small = 1e-6 * (1 if step >= 0 else -1)
    moved, _ = chances(of, replace(POLICY.worth, **{name: getattr(POLICY.worth, name) * np.exp(small)}))
    free = (chance < POLICY.worth.p_find_most - 1e-3) | (shares[name] == 0)
    assert np.allclose(np.log(moved / chance)[free] / small, shares[name][free], atol=1e-4)


def test_a_heavy_prior_keeps_the_present_value() -> None:
    rows = visits_made(7, 500, truth_of(POLICY, 0.5), POLICY)
    alone, drawn = (fit(parts(rows), POLICY.worth, ["p_find"], weight).values["p_find"] for weight in (0.0, 1e6))
    assert alone < 0.8 * POLICY.worth.p_find
    assert drawn == pytest.approx(POLICY.worth.p_find, rel=1e-3)


def test_reliability_counts_every_visit_in_one_bin() -> None:
    rows = visits_made(2, 500, POLICY, POLICY)
    fit = reliability(rows, POLICY.worth)
    assert fit.table["visits"].sum() == fit.visits == 500
    assert fit.table["found"].sum() == rows["found"].sum()
    assert (fit.table["share_low"] <= fit.table["share"]).all()
    assert (fit.table["share"] <= fit.table["share_high"]).all()
    assert fit.brier < fit.of_mean
    assert fit.error < 3 * fit.by_chance
    groups = fit.groups.set_index("group")
    assert groups.loc[["person", "company"], "visits"].sum() == 500
    assert groups.loc[["coordinates", "village", "township"], "found"].sum() == rows["found"].sum()


def test_a_sure_model_that_is_right_scores_nothing() -> None:
    rows = visits_made(2, 50, POLICY, POLICY)
    sure = rows.assign(chance=rows["found"].astype(float))
    fit = reliability(sure, POLICY.worth)
    assert fit.brier == fit.error == 0
