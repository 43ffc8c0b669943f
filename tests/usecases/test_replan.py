"""The rest of a week planned again: what is done stays, what happened is minded, little else moves."""

from dataclasses import replace
from datetime import datetime, time

import pytest

from planner.errors import Denied, InputError, Overtaken, RequestError
from planner.model.sweep import SweepPlan
from planner.model.units import BEIJING
from planner.store import plans
from planner.usecases.accept import accept, squads_changed
from planner.usecases.context import Context
from planner.usecases.in_force import adopt, in_force
from planner.usecases.plan import plan
from planner.usecases.record import OutcomeTold, record_outcomes
from planner.usecases.replan import ReplanRequest, plan_changes, propose, replan
from planner.usecases.sweep import PlanRequest

NOON = 12 * 60


@pytest.fixture
def made(demo: Context) -> SweepPlan:
    """Three squads for six townships: they have work for all the week."""
    squads = tuple(squad.id for squad in demo.region.squads[:3])
    return plan(demo, PlanRequest(seconds=1.0, townships=6, squads=squads))


def stops(of: SweepPlan) -> dict[str, tuple[str, object, int]]:
    return {stop.visit_id: (r.squad_id, r.day, stop.start) for r in of.routes for stop in r.stops}


def test_nothing_happened_so_hardly_anything_moves(demo: Context, made: SweepPlan) -> None:
    again = replan(demo, ReplanRequest(made.id, made.days[2], seconds=1.0))
    assert again.parent == made.id
    past = {visit: where for visit, where in stops(made).items() if where[1] < made.days[2]}
    assert {visit: stops(again)[visit] for visit in past} == past
    changed = plan_changes(made, again)
    assert (changed["change"] == "dropped").mean() <= 0.5 or changed.empty
    assert again.prize >= 0.99 * made.prize
    assert again.prize <= again.bound
    assert plans.load_plan(demo.engine, again.id)[0] == again
    assert plans.load_plan(demo.engine, made.id)[0] == made


def test_at_noon_the_morning_stands_and_the_squad_goes_on_from_there(demo: Context, made: SweepPlan) -> None:
    day = made.days[1]
    again = replan(demo, ReplanRequest(made.id, day, NOON, seconds=1.0))
    morning = {v: w for v, w in stops(made).items() if w[1] < day or (w[1] == day and w[2] < NOON)}
    assert morning
    assert {visit: stops(again)[visit] for visit in morning} == morning
    for route in again.routes:
        if route.day == day:
            later = [stop for stop in route.stops if stop.visit_id not in morning]
            assert all(stop.start >= NOON for stop in later)
        times = [t for stop in route.stops for t in (stop.arrive, stop.start, stop.leave)]
        assert times == sorted(times)
        assert route.drive_minutes >= 0


def test_a_sick_squad_stays_at_home(demo: Context, made: SweepPlan) -> None:
    sick, day = made.routes[0].squad_id, made.days[1]
    absent = tuple((sick, later) for later in made.days[1:])
    again = replan(demo, ReplanRequest(made.id, day, absent=absent, seconds=1.0))
    assert not [r for r in again.routes if r.squad_id == sick and r.day >= day and r.stops]
    assert [r for r in again.routes if r.squad_id == sick and r.day < day]


def test_a_closed_case_is_not_visited_and_a_clue_is_followed(demo: Context, made: SweepPlan) -> None:
    _, visits = plans.load_plan(demo.engine, made.id)
    by_id = visits.set_index("visit_id")
    later = [v for v, w in stops(made).items() if w[1] > made.days[1] and ";" not in by_id["case_ids"][v]]
    settled = by_id["case_ids"][later[0]]
    again = replan(demo, ReplanRequest(made.id, made.days[1], closed=(settled,), seconds=1.0))
    assert later[0] not in stops(again)
    assert later[0] not in {u.visit_id for u in again.unserved}
    changed = plan_changes(made, again).set_index("visit_id")
    assert changed["change"][later[0]] == "dropped"
    unserved = [u.visit_id for u in made.unserved if u.reason == "township_not_chosen"]
    clue = by_id["case_ids"][unserved[0]].split(";")[0]
    before = by_id["prize"][unserved[0]]
    found = replan(demo, ReplanRequest(made.id, made.days[1], clues=(clue,), seconds=1.0))
    _, now = plans.load_plan(demo.engine, found.id)
    after = now.set_index("visit_id")["prize"][unserved[0]]
    assert after > before


def test_missed_visits_come_back_into_the_pool(demo: Context, made: SweepPlan) -> None:
    first = [visit for visit, where in stops(made).items() if where[1] == made.days[0]]
    again = replan(demo, ReplanRequest(made.id, made.days[1], missed=(first[0],), seconds=1.0))
    where = stops(again).get(first[0])
    assert where is None or where[1] >= made.days[1]
    assert first[0] in stops(again) or first[0] in {u.visit_id for u in again.unserved}


def test_pinned_visits_stay(demo: Context, made: SweepPlan) -> None:
    later = [visit for visit, where in stops(made).items() if where[1] >= made.days[2]]
    pinned = tuple(later[::3])
    again = replan(demo, ReplanRequest(made.id, made.days[2], pinned=pinned, seconds=1.0))
    assert {v: stops(again)[v][:2] for v in pinned} == {v: stops(made)[v][:2] for v in pinned}


@pytest.mark.parametrize(
    ("change", "error", "key"),
    [
        ({"plan_id": "none"}, RequestError, "unknown_plan"),
        ({"absent": (("none", None),)}, RequestError, "unknown_squad"),
        ({"no_boat": (("none", None),)}, RequestError, "unknown_ferry"),
        ({"closed": ("none",)}, InputError, "not_a_case_number"),
        ({"clues": ("(1999)浙0225执1号",)}, RequestError, "unknown_case"),
        ({"missed": ("none",)}, RequestError, "visit_not_planned"),
    ],
)
def test_what_nobody_knows_is_refused(demo: Context, made: SweepPlan, change, error, key) -> None:
    request = replace(ReplanRequest(made.id, made.days[1]), **change)
    with pytest.raises(error) as told:
        replan(demo, request)
    assert told.value.key == key
    assert len(plans.list_plans(demo.engine)) == 1


def test_a_day_of_another_week_and_an_officer_are_refused(demo: Context, made: SweepPlan) -> None:
    with pytest.raises(RequestError) as told:
        replan(demo, ReplanRequest(made.id, made.days[0].replace(year=2030)))
    assert told.value.key == "day_outside_week"
    officer = replace(demo, actor=replace(demo.actor, role="officer"))
    with pytest.raises(Denied):
        replan(officer, ReplanRequest(made.id, made.days[1]))


def test_a_proposal_is_looked_at_before_it_is_accepted(demo: Context, made: SweepPlan) -> None:
    adopt(demo, made.id)
    out = max((r for r in made.routes if r.day >= made.days[1]), key=lambda r: len(r.stops))
    request = ReplanRequest(made.id, made.days[1], absent=((out.squad_id, out.day),), seconds=1.0)
    first, second = propose(demo, request), propose(demo, request)
    assert plans.list_plans(demo.engine)["id"].tolist() == [made.id]
    accept(demo, first)
    found = in_force(demo, made.week_start)
    assert found is not None
    assert found.plan_id == first.plan.id
    assert out.squad_id in squads_changed(first)
    with pytest.raises(Overtaken):
        accept(demo, second)
    assert len(plans.list_plans(demo.engine)) == 2


def test_what_squads_told_of_is_done_whatever_the_clock_says(demo: Context, made: SweepPlan) -> None:
    day = made.days[1]
    route = max((r for r in made.routes if r.day == day), key=lambda r: len(r.stops))
    early = next(stop for stop in route.stops if stop.start >= NOON)
    at_noon = datetime.combine(day, time(12), BEIJING)
    there = replace(demo, clock=lambda: at_noon)
    told = OutcomeTold("o1", early.visit_id, ("not_found",), f"{day}T11:30")
    record_outcomes(there, made.id, route.squad_id, day, [told], "page")
    again = replan(there, ReplanRequest(made.id, day, NOON, seconds=1.0))
    squad, on, start = stops(again)[early.visit_id]
    assert (squad, on, start) == (route.squad_id, day, 11 * 60 + 30)
    assert sum(stop.visit_id == early.visit_id for r in again.routes for stop in r.stops) == 1
