"""Papers and bailiffs of made-up plans; the load of squads."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.model.policy import DutyPolicy
from planner.model.region import Base, Calendar, Officer, Squad
from planner.model.sweep import SweepPlan
from planner.model.visit import PAPERS
from planner.routing.ahead import bailiffs_of, papers_of
from planner.routing.load import load_of
from tests.routing.plans import WEEK, plan, route
from tests.routing.test_problem import visits

HOLIDAY = Calendar({date(2024, 5, 31): "示例假期"}, {date(2024, 6, 1): "示例调休上班"}, ())
PLAIN = Calendar({}, {}, ())


def squad(name: str, base: str = "b1", bailiffs: int = 0) -> Squad:
    officers = tuple(Officer(f"{name}{n}", "示例", "clerk", ("bailiff",) if n < bailiffs else ()) for n in range(3))
    return Squad(name, name, base, officers)


SQUADS = (squad("s1", bailiffs=2), squad("s2", bailiffs=1), squad("s3", "b2"))


def valued(**changes: list[str]) -> pd.DataFrame:
    return visits(8).assign(**changes)


def test_each_paper_of_a_planned_visit_is_listed_once_and_due_before_the_week() -> None:
    table = valued(papers=["search_warrant;notice_to_attend", "summons", "", *["summons"] * 5])
    listed = papers_of(plan(route("s1", WEEK[0], ("v2", "v0")), route("s2", WEEK[1], ("v1",))), table, PLAIN)
    told = list(listed[["visit_id", "paper", "goes_to"]].itertuples(index=False, name=None))
    assert told == [
        ("v0", "search_warrant", "president"),
        ("v0", "notice_to_attend", "village"),
        ("v1", "summons", "president"),
    ]
    assert set(listed["due"]) == {pd.Timestamp(2024, 5, 31)}
    assert pd.isna(listed["village_code"][0])


def test_due_day_follows_the_calendar_of_the_region() -> None:
    listed = papers_of(plan(route("s1", WEEK[0], ("v1",))), valued(papers=["summons"] * 8), HOLIDAY)
    assert listed["due"][0] == pd.Timestamp(2024, 6, 1)


@given(st.lists(st.sets(st.sampled_from(PAPERS)), min_size=8, max_size=8), st.sets(st.integers(0, 7)))
def test_papers_are_those_of_the_planned_visits_and_no_others(needed: list[set[str]], planned: set[int]) -> None:
    made = plan(route("s1", WEEK[0], tuple(f"v{n}" for n in planned)))
    listed = papers_of(made, valued(papers=[";".join(sorted(papers)) for papers in needed]), PLAIN)
    wanted = {(f"v{n}", paper) for n in planned for paper in needed[n]}
    assert set(zip(listed["visit_id"], listed["paper"], strict=True)) == wanted


def bailiff_plan() -> SweepPlan:
    return plan(
        route("s1", WEEK[0], ("v0", "v1")),
        route("s2", WEEK[0], ("v2",)),
        route("s3", WEEK[0], ("v3",)),
        route("s1", WEEK[4], ("v4",)),
        route("s2", WEEK[4], ("v5",)),
    )


def test_a_squad_with_such_visits_needs_one_bailiff_a_day() -> None:
    table = valued(needs=["bailiff", "female;bailiff", "bailiff", "", "", "bailiff", "bailiff", ""])
    asked = bailiffs_of(bailiff_plan(), table, SQUADS, PLAIN, 3)
    told = asked[["base_id", "bailiffs", "own_bailiffs", "visits", "first_min", "last_min"]]
    assert list(told.itertuples(index=False, name=None)) == [
        ("b1", 2, 3, 3, 510, 580),
        ("b1", 1, 1, 1, 510, 540),
    ]
    assert list(asked["ask_by"]) == [pd.Timestamp(2024, 5, 29), pd.Timestamp(2024, 6, 4)]


def test_bailiffs_are_asked_for_so_many_working_days_ahead() -> None:
    table = valued(needs=["bailiff"] * 8)
    for lead, day in ((0, date(2024, 6, 3)), (1, date(2024, 6, 1)), (2, date(2024, 5, 30)), (3, date(2024, 5, 29))):
        assert bailiffs_of(bailiff_plan(), table, SQUADS, HOLIDAY, lead)["ask_by"][0] == pd.Timestamp(day)


def test_nothing_needed_is_an_empty_list() -> None:
    assert bailiffs_of(bailiff_plan(), valued(), SQUADS, PLAIN, 3).empty
    assert papers_of(bailiff_plan(), valued(), PLAIN).empty
    assert papers_of(plan(), valued(papers=["summons"] * 8), PLAIN).empty


def test_a_squad_the_region_no_longer_has_is_still_counted() -> None:
    asked = bailiffs_of(bailiff_plan(), valued(needs=["bailiff"] * 8), SQUADS[1:], PLAIN, 3)
    assert asked["bailiffs"].sum() == 5


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(1, 30))
def test_working_days_before_are_counted_back(day: date, count: int) -> None:
    before = HOLIDAY.working_day_before(day, count)
    between = pd.date_range(before, day, inclusive="left")
    assert HOLIDAY.works_on(before)
    assert sum(HOLIDAY.works_on(found.date()) for found in between) == count


BASES = (Base("b1", "甲", "tribunal", 0, 0, ("330225001",)), Base("b2", "乙", "tribunal", 0, 0, ("330225002",)))
DUTY = DutyPolicy(start=480, end=1020)


def test_load_counts_what_each_squad_did() -> None:
    made = plan(
        route("s1", WEEK[0], ("v0", "v1")),
        route("s1", WEEK[1], ("v2",), out=(300, 840)),
        route("s2", WEEK[0], ("v3",), "330225002", link="f1"),
        route("s2", WEEK[1], ("v4",), out=(810, 1320)),
        route("s3", WEEK[0], (), "330225002"),
        route("gone", WEEK[0], ("v5",), "330225002"),
    )
    load = load_of(made, BASES, SQUADS, DUTY)
    assert list(load.itertuples(index=False, name=None)) == [
        ("gone", 1, 540, 10, 1, 0, 0, 0, 0),
        ("s1", 2, 1080, 30, 3, 0, 0, 1, 0),
        ("s2", 2, 1050, 20, 2, 1, 1, 0, 1),
        ("s3", 0, 0, 0, 0, 0, 0, 0, 0),
    ]


@pytest.mark.parametrize("link", [None, "f1"])
def test_loads_add_up_to_the_plan(link: str | None) -> None:
    made = plan(*(route(f"s{n % 3 + 1}", WEEK[n % 5], (f"v{n}",), link=link) for n in range(8)))
    load = load_of(made, BASES, SQUADS, DUTY)
    assert load["visits"].sum() == 8
    assert load["drive_min"].sum() == 80
    assert load["island_days"].sum() == (8 if link else 0)
    assert load_of(plan(), BASES, SQUADS, DUTY).empty
