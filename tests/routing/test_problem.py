"""From region words to indices: squad-days, shares of squad-days, and the messages when it cannot be."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import Impossible
from planner.model.hotspot import Choice, Selection
from planner.model.place import Reach, TravelMatrix
from planner.model.policy import DutyPolicy, Policy, SweepPolicy, WorthPolicy
from planner.model.region import (
    ALIAS_TABLE,
    TOWNSHIP_TABLE,
    VILLAGE_TABLE,
    Base,
    Calendar,
    Officer,
    Region,
    Squad,
)
from planner.model.sweep import Access, SquadDay
from planner.model.tables import empty
from planner.model.visit import VISIT_TABLE, chance_at
from planner.routing.problem import build_problem
from planner.routing.roster import working_days_of
from planner.routing.share import attainable, share_days
from planner.routing.simulate import simulate, visit_draws
from planner.routing.solve import solve
from planner.routing.words import objective_parts, planned_routes, unserved_visits
from tests.routing.problems import ints

WEEK = tuple(date(2024, 6, day) for day in range(3, 8))
CODES = ("330225001", "330225002")
ISLAND_BOAT = Reach("pier:f1", "pier:f1", 540, 960, 480, 1020, "f1")


def squad(number: int, size: int = 3, off: tuple[date, ...] = ()) -> Squad:
    officers = tuple(Officer(f"o{number}{i}", f"示例{number}{i}", "clerk", ("female",)) for i in range(size))
    return Squad(f"s{number}", f"示例组{number}", "b1", officers, off)


def region() -> Region:
    townships = pd.DataFrame(
        {
            "code": CODES,
            "name": ["甲镇", "乙岛乡"],
            "seat_lon": [121.8, 121.9],
            "seat_lat": [29.4, 29.3],
            "area_km2": [10.0, 10.0],
            "villages": [2, 1],
            "exposure": [0.5, 0.5],
            "fishing": [False, True],
            "landmass": ["main", "island"],
        }
    )
    base = Base("b1", "示例庭", "tribunal", 121.8, 29.4, (CODES[0],))
    return Region(
        code="330225",
        name="示例县",
        name_en="Example",
        schematic=True,
        metric_crs="EPSG:4549",
        townships=TOWNSHIP_TABLE.validate(townships),
        villages=empty(VILLAGE_TABLE),
        aliases=empty(ALIAS_TABLE),
        outlines=gpd.GeoDataFrame(),
        bases=(base,),
        squads=(squad(1), squad(2)),
        links=(),
        calendar=Calendar({}, {}, ()),
    )


def visits(count: int = 8) -> pd.DataFrame:
    n = np.arange(count)
    table = pd.DataFrame(
        {
            "visit_id": [f"v{i}" for i in n],
            "case_ids": [f"(2024)浙0225执{i}号" for i in n],
            "cases": 1,
            "party_no": 1,
            "township_code": [CODES[i % 2] for i in n],
            "village_code": [None if i == 0 else f"330225001{i % 3:03d}" for i in n],
            "lon": 121.8,
            "lat": 29.4,
            "point_source": "village",
            "claimed_fen": 10_000_000,
            "recovery_share": 0.1,
            "p_base": 0.5,
            **dict.fromkeys(("f_season", "f_clue", "f_age", "f_place"), 1.0),
            "p_find": 0.5,
            "expected_fen": 500_000,
            "points_money": 50.0,
            "points_livelihood": 0.0,
            "points_age": 5.0,
            "points_clue": 0.0,
            "prize": 55,
            "duration_min": 30,
            "open_min": 480,
            "close_min": 1020,
            "needs": ["female" if i == 3 else "" for i in n],
            "papers": "",
        }
    )
    return VISIT_TABLE.validate(table)


def matrix(count: int = 8) -> TravelMatrix:
    names = ("base:b1", "pier:f1", *(f"visit:v{i}" for i in range(count)))
    return TravelMatrix(names, ints(10 * (1 - np.eye(len(names)))), True)


REACHES = {
    "day": {("b1", CODES[0]): Reach("base:b1", "base:b1", 480, 1020, 480, 1020, None), ("b1", CODES[1]): ISLAND_BOAT}
}
BOTH = Selection(tuple(Choice(code, "highest_score") for code in CODES))


def build(policy: Policy | None = None, selection: Selection = BOTH, days=WEEK, squads=None, reaches=None):
    squads = (squad(1), squad(2)) if squads is None else squads
    return build_problem(visits(), region(), selection, matrix(), reaches or REACHES, policy or Policy(), days, squads)


def test_squad_days_carry_reach_skills_and_jurisdiction() -> None:
    problem = build(squads=(squad(1, off=(WEEK[0],)), squad(2)))
    assert len(problem.squad_days) == 9
    day = problem.squad_days[0]
    assert (day.squad, day.day, day.skills, day.home) == (0, 1, 1, (True, False))
    assert day.access == (Access(0, 0, 480, 1020, 0, 0, None), Access(1, 1, 540, 960, 60, 60, "f1"))
    assert problem.travel[0, 1] == 10
    assert problem.travel[0, 0] == 0
    assert problem.village[0] == -1
    assert problem.needs.tolist() == [0, 0, 0, 1, 0, 0, 0, 0]


def test_early_shift_takes_its_share() -> None:
    early = {("b1", code): Reach("base:b1", "base:b1", 300, 840, 300, 840, None) for code in CODES}
    policy = Policy(duty=DutyPolicy(early_share=0.4))
    starts = [day.duty_start for day in build(policy, reaches=REACHES | {"early": early}).squad_days]
    assert starts.count(300) == 4
    assert len({tuple(starts[i : i + 5]) for i in (0, 5)}) == 1


def test_each_impossible_week_has_its_own_error() -> None:
    with pytest.raises(Impossible, match="squad_too_small"):
        build(squads=(squad(1, size=1),))
    with pytest.raises(Impossible, match="no_squad_day"):
        build(squads=(squad(1, off=WEEK),))
    with pytest.raises(Impossible, match="no_visit_chosen"):
        build(selection=Selection((), CODES))


@given(st.sets(st.integers(1, 14)), st.integers(1, 5))
def test_rest_after_days_in_a_row(off: set[int], most: int) -> None:
    days = [date(2024, 6, day) for day in range(1, 15)]
    worked = set(working_days_of(squad(1, off=tuple(date(2024, 6, day) for day in off)), days, most))
    assert not worked & {day - 1 for day in off}
    assert not any(set(range(first, first + most + 1)) <= worked for first in range(14))


def day_with(*reach: bool) -> SquadDay:
    access = Access(0, 0, 480, 1020, 0, 0)
    return SquadDay(0, 0, 480, 1020, 0, tuple(access if can else None for can in reach), (True,) * len(reach))


CODES4 = ("a", "b", "c", "d")
DAYS10 = (day_with(True, True, True, True),) * 10
CHOSEN = Selection((Choice("a", "highest_score"), Choice("b", "must_visit")))


@pytest.mark.parametrize(
    ("spread", "least", "most"),
    [
        ("concentrate", [5, 5, 0, 0], [10, 10, 0, 0]),
        ("spread", [2, 2, 2, 2], [3, 3, 3, 3]),
        ("mixed", [3, 3, 2, 2], [6, 6, 2, 2]),
    ],
)
def test_spreads(spread: str, least: list[int], most: list[int]) -> None:
    share = share_days(CHOSEN, CODES4, DAYS10, np.array([4.0, 3, 2, 1]), SweepPolicy(spread=spread))
    assert (share.least.tolist(), share.most.tolist()) == (least, most)


def test_concentration_stays_within_the_chosen_and_left_out_stay_out() -> None:
    share = share_days(replace(CHOSEN, left_out=("c",)), CODES4, DAYS10, np.ones(4), SweepPolicy(spread="spread"))
    assert share.chosen.tolist() == [True, True, False, True]
    share = share_days(CHOSEN, CODES4, DAYS10, np.array([1.0, 0, 1, 1]), SweepPolicy())
    assert share.chosen.tolist() == [True, False, False, False]


def test_squad_days_that_cannot_be_had_are_not_owed() -> None:
    days = (day_with(True, False), day_with(True, False), day_with(True, True))
    assert attainable(ints([2, 2]), days).tolist() == [2, 1]
    assert attainable(ints([1, 3]), days).tolist() == [1, 1]


def test_a_plan_in_words() -> None:
    """Concentrated on the island: the boat's times are those of the base, the legs those of the matrix."""
    policy = Policy(sweep=SweepPolicy(min_squad_days=1))
    problem = build(policy, selection=Selection((Choice(CODES[1], "highest_score"),)))
    solution = solve(problem, 1, 0.0, lambda: 0.0, iterations=200)
    squads = (squad(1), squad(2))
    routes = planned_routes(problem, solution, visits(), region(), WEEK, squads)
    assert sum(len(route.stops) for route in routes) == 4
    assert {(route.leave_base, route.reach_base, route.link_id) for route in routes} == {(480, 1020, "f1")}
    assert sum(route.drive_minutes for route in routes) == 10 * (4 + len(routes))
    unserved = unserved_visits(problem, solution, visits())
    assert [(left.visit_id, left.reason) for left in unserved] == [
        (f"v{i}", "township_not_chosen") for i in (0, 2, 4, 6)
    ]
    parts = dict(objective_parts(problem, solution, visits()))
    assert parts["points_money"] + parts["points_age"] == solution.prize == 4 * 55
    assert parts["loans"] == -problem.loan_cost * len(routes)
    effect = simulate(routes, visits(), squads, WorthPolicy(), seed=1, draws=4000)
    assert effect.visits == 4
    assert effect.finds_mean == pytest.approx(4 * 0.5, abs=0.06)
    assert effect.recovered_fen_mean == pytest.approx(4 * 500_000, rel=0.1)
    assert effect.finds_low <= effect.finds_mean <= effect.finds_high
    assert effect.visit_officer_hours == 3 * 4 * 0.5


def test_plans_share_the_luck_of_a_visit() -> None:
    first, again = visit_draws("v1", 7, 100), visit_draws("v1", 7, 100)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, visit_draws("v2", 7, 100))
    assert not np.array_equal(first, visit_draws("v1", 8, 100))


def test_people_are_home_early_and_late() -> None:
    policy = WorthPolicy()
    noon, dawn, evening = (chance_at(0.4, minute, policy) for minute in (12 * 60, 6 * 60, 18 * 60))
    assert noon == 0.4
    assert dawn == evening == pytest.approx(0.4 * policy.hour_at_home)
    assert chance_at(0.89, 6 * 60, policy) == policy.p_find_most
