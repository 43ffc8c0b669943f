from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.model.place import PLACED_TABLE
from planner.model.policy import Policy, VisitPolicy
from planner.model.region import Calendar, Moratorium
from planner.model.tables import empty
from planner.scoring.worth import value_visits

POLICY = Policy()
WEEK = [date(2024, 6, 17 + day) for day in range(5)]
AS_OF = pd.Timestamp("2024-06-16")
ASHORE = Calendar({}, {}, (Moratorium("drift_net", date(2024, 5, 1), date(2024, 8, 1)),))
AT_SEA = Calendar({}, {}, (Moratorium("drift_net", date(2024, 7, 1), date(2024, 8, 1)),))
HALF = Calendar({}, {}, (*ASHORE.moratoria, Moratorium("trap", date(2024, 7, 1), date(2024, 8, 1))))


def value(register, calendar=ASHORE, policy=POLICY, as_of=AS_OF):
    return value_visits(register.cases, register.parties, register.placed, calendar, policy, WEEK, as_of)


def edited(register, case=None, party=None, place=None):
    """The register with some columns of its first rows set (a list per column, or one value for all)."""
    return replace(
        register,
        cases=CASE_TABLE.validate(register.cases.assign(**(case or {}))),
        parties=PARTY_TABLE.validate(register.parties.assign(**(party or {}))),
        placed=PLACED_TABLE.validate(register.placed.assign(**(place or {}))),
    )


@pytest.fixture(scope="module")
def plain(make_register):
    """Two open cases of one debtor in one village: 200,000 and 100,000 yuan owed, filed that day, nothing special."""
    flags = dict.fromkeys(
        ["livelihood", "group_case", "fisher", "found_by_sweep", "search_planned", "female_debtor"], False
    )
    case = {
        "filed_on": AS_OF, "closed_on": pd.NaT, "status": "open", "scope": "field", "clue_on": pd.NaT,
        "claimed_fen": [30_000_000, 10_000_000], "recovered_fen": [10_000_000, None], **flags,
    }  # fmt: skip
    place = {
        "township_code": "990200100", "village_code": "990200100200", "lon": 121.51, "lat": 29.03,
        "point_source": "village", "method": "village",
    }  # fmt: skip
    return edited(make_register(2, 1), case, {"name": "虚构人甲", "is_company": False, "id_hash": "h"}, place)


def only(register, **kwargs):
    visits, out = value(register, **kwargs)
    assert (len(visits), len(out)) == (1, 0)
    return visits.iloc[0]


def test_one_debtor_at_one_place_is_one_visit_with_every_factor(plain):
    visit = only(plain)
    assert visit["case_ids"] == "(2024)浙9902执1号;(2024)浙9902执2号"
    assert visit["claimed_fen"] == 30_000_000
    assert visit[["p_base", "f_season", "f_clue", "f_age", "f_place", "p_find"]].tolist() == [0.45, 1, 1, 1, 1, 0.45]
    assert visit["expected_fen"] == round(0.45 * 0.12 * 30_000_000)
    assert visit["points_money"] == pytest.approx(162.0)
    assert (visit["prize"], visit["duration_min"], visit["open_min"], visit["close_min"]) == (162, 35, 0, 1439)
    assert (visit["needs"], visit["papers"]) == ("", "summons")


def test_another_place_or_another_debtor_is_another_visit(plain):
    assert len(value(edited(plain, place={"village_code": ["990200100200", "990200100201"]}))[0]) == 2
    assert len(value(edited(plain, party={"id_hash": ["h", "g"]}))[0]) == 2


def test_without_id_the_name_within_the_village_joins(plain):
    nameless = edited(plain, party={"id_hash": None})
    assert only(nameless)["cases"] == 2
    assert len(value(edited(nameless, party={"name": ["虚构人甲", "虚构人乙"]}))[0]) == 2


@pytest.mark.parametrize(("calendar", "factor"), [(ASHORE, 1.5), (AT_SEA, 0.35), (HALF, (1.5 + 0.35) / 2)])
def test_season_moves_fishers_only(plain, calendar, factor):
    fisher = edited(plain, {"fisher": True})
    assert only(fisher, calendar=calendar)["f_season"] == pytest.approx(factor)
    assert only(plain, calendar=calendar)["f_season"] == 1


def test_a_storm_in_the_season_brings_fishers_ashore_for_its_days(plain):
    fisher = edited(plain, {"fisher": True})
    storm = replace(AT_SEA, harbour_days={WEEK[0]: "大风"})
    share = 1 / len(WEEK)
    assert only(fisher, calendar=storm)["f_season"] == pytest.approx(0.35 + (1.5 - 0.35) * share)
    assert only(plain, calendar=storm)["f_season"] == 1


def test_no_moratorium_on_record_leaves_fishers_alone(plain):
    assert only(edited(plain, {"fisher": True}), calendar=Calendar({}, {}, ()))["f_season"] == 1


def test_clue_fades_with_its_half_life_and_a_later_one_is_not_known(plain):
    fresh = only(edited(plain, {"clue_on": [AS_OF, pd.NaT]}))
    old = only(edited(plain, {"clue_on": [AS_OF - pd.Timedelta(days=14), pd.NaT]}))
    later = only(edited(plain, {"clue_on": [AS_OF + pd.Timedelta(days=1), pd.NaT]}))
    assert (fresh["f_clue"], fresh["points_clue"]) == (1.6, 15)
    assert (old["f_clue"], old["points_clue"]) == (pytest.approx(1.3), 7.5)
    assert (later["f_clue"], later["points_clue"]) == (1, 0)


def test_age_lowers_the_chance_to_its_floor_and_adds_points(plain):
    aged = only(edited(plain, {"filed_on": AS_OF - pd.Timedelta(days=720)}))
    assert aged["f_age"] == pytest.approx(0.8)
    assert aged["points_age"] == pytest.approx(2 * 720 / 365.25)
    ancient = only(edited(plain, {"filed_on": pd.Timestamp("1990-01-01")}))
    assert ancient["f_age"] == pytest.approx(0.6, abs=1e-4)
    assert ancient["points_age"] == 10


def test_chance_is_capped_and_one_case_does_not_steer_a_week(plain):
    rich = edited(plain, {"claimed_fen": 10**12, "clue_on": AS_OF, "fisher": True}, {"is_company": True})
    visit = only(rich)
    assert visit["p_find"] == 0.9
    assert visit["expected_fen"] == round(0.9 * 0.12 * POLICY.worth.cap_fen)


def test_livelihood_and_group_count_once_a_visit(plain):
    assert only(edited(plain, {"livelihood": True, "group_case": [True, False]}))["points_livelihood"] == 30


def test_company_is_visited_within_its_hours(plain):
    visit = only(edited(plain, party={"is_company": True}))
    assert (visit["open_min"], visit["close_min"]) == (8 * 60 + 30, 17 * 60 - visit["duration_min"])
    assert visit["p_base"] == 0.6


def test_search_asks_for_bailiffs_a_woman_and_papers(plain):
    visit = only(edited(plain, {"search_planned": [True, False]}))
    assert (visit["needs"], visit["papers"], visit["duration_min"]) == (
        "bailiff",
        "search_warrant;notice_to_attend",
        80,
    )
    assert only(edited(plain, {"search_planned": True, "female_debtor": True}))["needs"] == "female;bailiff"


def test_a_hundred_cases_still_fit_in_half_a_day(make_register, plain):
    many = make_register(107, 1)
    same = edited(
        many,
        {"status": "open", "scope": "field", "claimed_fen": 600_000, "recovered_fen": None, "search_planned": False},
        {"id_hash": "h", "is_company": False},
        plain.placed.iloc[0].drop(["case_id", "party_no"]).to_dict(),
    )
    assert only(same)["duration_min"] == VisitPolicy().minutes_most


def test_terminated_comes_back_with_a_clue_while_money_is_owed(plain):
    ended = edited(plain, {"status": "terminated", "closed_on": AS_OF})
    assert len(value(ended)[0]) == 0
    back = only(edited(ended, {"clue_on": AS_OF}))
    assert back["recovery_share"] == POLICY.worth.recovery_share_terminated
    paid = edited(ended, {"clue_on": AS_OF, "recovered_fen": 30_000_000})
    assert [len(table) for table in value(paid)] == [0, 0]


def test_recovery_share_of_a_mixed_visit_is_weighted_by_money(plain):
    mixed = only(edited(plain, {"status": ["open", "terminated"], "clue_on": AS_OF}))
    assert mixed["recovery_share"] == pytest.approx((2 * 0.12 + 0.05) / 3)


@pytest.mark.parametrize(
    ("case", "place", "reason"),
    [
        ({"scope": "online_control"}, {}, "online_control"),
        ({"scope": "unable"}, {"method": "outside", "township_code": None}, "unable"),
        ({"scope": "bankrupt", "recovered_fen": 10**9}, {}, "bankrupt"),
        ({"recovered_fen": 10**9}, {}, "nothing_owed"),
        ({}, {"method": "outside", "township_code": None, "lon": None, "lat": None}, "outside"),
        ({}, {"method": "none", "township_code": None, "lon": None, "lat": None}, "unplaced"),
        ({}, {"lead": False}, "unplaced"),
    ],
)
def test_out_of_field_says_why(plain, case, place, reason):
    visits, out = value(edited(plain, case, place=place))
    assert visits.empty
    assert out["reason"].tolist() == [reason] * 2


def test_a_claim_without_an_amount_is_still_visited(plain):
    visit = only(edited(plain, {"claimed_fen": None, "recovered_fen": None}))
    assert (visit["claimed_fen"], visit["prize"]) == (0, 1)


def test_the_best_known_point_of_a_debtor_is_taken(plain):
    visit = only(edited(plain, place={"point_source": ["village", "coordinates"], "lon": [121.51, 121.52]}))
    assert (visit["point_source"], visit["lon"], visit["f_place"]) == ("coordinates", 121.52, 1.1)


def test_a_seat_stands_for_a_debtor_only_poorly(plain):
    visit = only(edited(plain, place={"point_source": "township", "village_code": None}))
    assert (visit["cases"], visit["f_place"]) == (2, 0.4)
    assert visit["p_find"] == pytest.approx(0.45 * 0.4)


def test_no_cases_no_visits(make_register, plain):
    nothing = replace(plain, cases=empty(CASE_TABLE), parties=empty(PARTY_TABLE), placed=empty(PLACED_TABLE))
    assert [len(table) for table in value(nothing)] == [0, 0]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(count=st.integers(1, 120), seed=st.integers(0, 10**6), back=st.integers(0, 400))
def test_every_open_case_is_in_exactly_one_place(make_register, count, seed, back):
    register = make_register(count, seed)
    as_of = AS_OF - pd.Timedelta(days=back)
    before = [table.copy(deep=True) for table in (register.cases, register.parties, register.placed)]
    visits, out = value(register, as_of=as_of)
    listed = [*visits["case_ids"].str.split(";").explode(), *out["case_id"]]
    assert len(listed) == len(set(listed))
    cases = register.cases[register.cases["filed_on"] <= as_of]
    assert set(cases.loc[cases["status"] == "open", "case_id"]) <= set(listed) <= set(cases["case_id"])
    assert not set(cases.loc[cases["status"] == "closed", "case_id"]) & set(listed)
    points = visits[["points_money", "points_livelihood", "points_age", "points_clue"]].sum(axis=1)
    assert (abs(visits["prize"] - points.clip(lower=1)) <= 0.5 + 1e-9).all()
    assert int(visits["cases"].sum()) + len(out) == len(listed)
    for table, old in zip((register.cases, register.parties, register.placed), before, strict=True):
        pd.testing.assert_frame_equal(table, old)


def test_order_of_rows_does_not_matter(register):
    rng = np.random.default_rng(3)
    mixed = replace(
        register,
        **{
            name: table.iloc[rng.permutation(len(table))].reset_index(drop=True)
            for name, table in vars(register).items()
        },
    )
    for left, right in zip(value(register), value(mixed), strict=True):
        pd.testing.assert_frame_equal(left, right)


def test_visit_ids_stay_when_the_register_grows(register):
    half = replace(register, cases=register.cases.iloc[::2].reset_index(drop=True))
    whole, some = value(register)[0], value(half)[0]
    assert set(some["visit_id"]) <= set(whole["visit_id"])
