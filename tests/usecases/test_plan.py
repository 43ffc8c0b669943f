from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from planner.errors import Cancelled, Denied, Impossible, PlannerError, RequestError
from planner.model.job import SILENCE
from planner.store import plans
from planner.usecases import jobs
from planner.usecases.context import Context
from planner.usecases.export import plan_file
from planner.usecases.plan import plan
from planner.usecases.show import compare, list_plans, plan_view
from planner.usecases.sweep import PlanRequest

QUICK = PlanRequest(seconds=1.0)


def test_concentrated_plan_goes_only_where_it_was_told(demo: Context) -> None:
    made = plan(demo, replace(QUICK, must=("大徐镇",), never=("石浦镇",), townships=2))
    names = {demo.region.township_name(route.township_code) for route in made.routes}
    assert "大徐镇" in names
    assert "石浦镇" not in names
    assert len(made.selection) == 2
    assert names <= {demo.region.township_name(code) for code, _ in made.selection}
    assert 0 < made.prize <= made.bound
    planned = [stop.visit_id for route in made.routes for stop in route.stops]
    assert len(planned) == len(set(planned)) == made.effect.visits
    assert {u.visit_id for u in made.unserved}.isdisjoint(planned)


def test_who_must_be_visited_is_and_who_must_not_is_not(demo: Context) -> None:
    """The least worth of a full plan's unserved visits is asked for, and one that was on it is left out."""
    few = replace(QUICK, townships=3, squads=(demo.region.squads[0].id,))
    made = plan(demo, few)
    _, visits = plans.load_plan(demo.engine, made.id)
    cases = visits.set_index("visit_id")["case_ids"].str.split(";").str[0]
    prize = visits.set_index("visit_id")["prize"]
    elsewhere = [u.visit_id for u in made.unserved if u.reason == "township_not_chosen"]
    base = {base.id: base for base in demo.region.bases}[demo.region.squads[0].base_id]
    near = set(base.jurisdiction)
    codes = visits.set_index("visit_id")["township_code"]
    wanted = min((v for v in elsewhere if codes[v] in near), key=lambda v: prize[v])
    unwanted = made.routes[0].stops[0].visit_id
    again = plan(demo, replace(few, visit=(cases[wanted],), leave_out=(cases[unwanted],)))
    served = {stop.visit_id for route in again.routes for stop in route.stops}
    assert wanted in served or "required_unserved" in again.warnings
    assert wanted in served
    assert unwanted not in served
    assert {u.visit_id for u in again.unserved if u.reason == "left_out"} == {unwanted}
    _, kept = plans.load_plan(demo.engine, again.id)
    assert again.prize == sum(kept.set_index("visit_id")["prize"][list(served)])
    with pytest.raises(PlannerError):
        plan(demo, replace(few, visit=("(1999)浙0225执1号",)))


def test_spread_plan_covers_more_townships_and_both_are_stored(demo: Context) -> None:
    massed, thin = plan(demo, QUICK), plan(demo, replace(QUICK, spread="spread"))
    assert len({r.township_code for r in thin.routes}) > len({r.township_code for r in massed.routes})
    first, second = compare(demo, massed.id, thin.id)
    assert (first.plan, second.plan) == (massed, thin)
    assert set(list_plans(demo)["id"]) == {massed.id, thin.id}


def test_stored_plan_reads_back_whole_with_its_rows(demo: Context) -> None:
    made = plan(demo, QUICK)
    loaded, visits = plans.load_plan(demo.engine, made.id)
    assert loaded == made
    view = plan_view(demo, made.id, people=True)
    assert len(view.rows) == made.effect.visits
    assert view.rows["debtor"].notna().all()
    assert set(view.rows["visit_id"]) <= set(visits["visit_id"])
    assert "debtor" not in plan_view(demo, made.id).rows


def test_names_are_for_those_who_may_see_them(demo: Context) -> None:
    made = plan(demo, QUICK)
    planner = replace(demo, actor=replace(demo.actor, role="planner"))
    assert "debtor" not in plan_view(planner, made.id).rows
    with pytest.raises(Denied):
        plan_view(planner, made.id, people=True)
    with pytest.raises(Denied):
        plan_file(planner, made.id, "xlsx", lambda key, **_: key)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"week_start": date(2026, 11, 24)}, "not_a_monday"),
        ({"spread": "everywhere"}, "unknown_spread"),
        ({"townships": 0}, "too_few_townships"),
        ({"must": ("不存在镇",)}, "unknown_township"),
        ({"squads": ("S99",)}, "unknown_squad"),
        ({"squads": ()}, "no_squads"),
        ({"seconds": 0.0}, "out_of_range"),
    ],
)
def test_requests_that_cannot_be_are_told_why(demo: Context, change: dict[str, Any], key: str) -> None:
    with pytest.raises(PlannerError) as told:
        plan(demo, replace(QUICK, **change))
    assert told.value.key == key
    assert list_plans(demo).empty


def test_week_of_holidays_has_its_own_message(demo: Context) -> None:
    monday = date(2026, 11, 30)
    off = {monday + timedelta(days=n): "示例假期" for n in range(7)}
    closed = replace(
        demo, region=replace(demo.region, calendar=replace(demo.region.calendar, holidays=off, workdays={}))
    )
    with pytest.raises(Impossible) as told:
        plan(closed, replace(QUICK, week_start=monday))
    assert told.value.key == "no_working_day"
    assert "示例假期" in str(told.value.params["holidays"])


def test_squad_of_one_is_refused(demo: Context) -> None:
    alone = replace(demo.region.squads[0], officers=demo.region.squads[0].officers[:1])
    region = replace(demo.region, squads=(alone, *demo.region.squads[1:]))
    with pytest.raises(Impossible) as told:
        plan(replace(demo, region=region), QUICK)
    assert told.value.key == "squad_too_small"


def test_nothing_to_plan_without_cases(ctx: Context) -> None:
    with pytest.raises(Impossible) as told:
        plan(ctx, QUICK)
    assert told.value.key == "no_cases"


def test_cancelled_plan_is_not_stored(demo: Context) -> None:
    def stop(stage: str, share: float) -> None:
        if stage == "route":
            raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        plan(demo, QUICK, stop)
    assert list_plans(demo).empty


def test_job_runs_to_its_plan(demo: Context) -> None:
    spawned: list[str] = []
    job_id = jobs.start_plan(replace(demo, spawn=spawned.append), QUICK)
    assert spawned == [job_id]
    assert jobs.state(demo, job_id).state == "queued"
    jobs.run(demo, job_id)
    job = jobs.state(demo, job_id)
    assert (job.state, job.share) == ("done", 1.0)
    assert job.result == list_plans(demo)["id"].item()


def test_job_that_is_cancelled_stores_nothing(demo: Context) -> None:
    job_id = jobs.start_plan(replace(demo, spawn=lambda _: None), QUICK)
    jobs.cancel(demo, job_id)
    jobs.run(demo, job_id)
    assert jobs.state(demo, job_id).state == "cancelled"
    assert list_plans(demo).empty


def test_job_that_fails_tells_why(demo: Context) -> None:
    job_id = jobs.start_plan(replace(demo, spawn=lambda _: None), replace(QUICK, must=("不存在镇",)))
    jobs.run(demo, job_id)
    job = jobs.state(demo, job_id)
    assert (job.state, job.error_key, job.error_params) == ("failed", "unknown_township", {"township": "不存在镇"})


def test_silent_job_is_marked_dead(demo: Context) -> None:
    job_id = jobs.start_plan(replace(demo, spawn=lambda _: None), QUICK)
    later = replace(demo, clock=lambda: demo.clock() + SILENCE * 2)
    assert jobs.state(later, job_id).error_key == "job_died"


@pytest.mark.parametrize(
    ("kind", "magic"), [("xlsx", b"PK"), ("gpkg", b"SQLite format 3"), ("html", b"<!DOCTYPE html>")]
)
def test_plan_is_taken_out_as_files(demo: Context, kind: str, magic: bytes) -> None:
    made = plan(demo, QUICK)
    assert plan_file(demo, made.id, kind, lambda key, **_: key).startswith(magic)


def test_unknown_format_is_refused(demo: Context) -> None:
    with pytest.raises(RequestError):
        plan_file(demo, "any", "pdf", lambda key, **_: key)
