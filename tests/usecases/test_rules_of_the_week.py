"""Shifts and vehicles hold in a plan, in a replan of it, and in questions to it."""

from collections import Counter
from dataclasses import replace

import pytest

from planner.i18n import translator
from planner.model.policy import DutyPolicy, Policy, VisitPolicy
from planner.model.sweep import SweepPlan
from planner.usecases.context import Context
from planner.usecases.figures import warning_lines
from planner.usecases.plan import plan
from planner.usecases.replan import ReplanRequest, replan
from planner.usecases.show import plan_view
from planner.usecases.sweep import PlanRequest
from planner.usecases.what_if import what_if

DUTY = DutyPolicy(early_share=0.2, late_share=0.4)
POLICY = Policy(duty=DUTY, visit=VisitPolicy(minutes=120, minutes_company=120, minutes_search=150))
"""Visits so long that every squad-day has work."""
VEHICLES = 2


@pytest.fixture
def ruled(demo: Context) -> Context:
    """Early and late shifts, and two vehicles for the four squads of the bureau."""
    bases = tuple(replace(b, vehicles=VEHICLES) if b.id == "bureau" else b for b in demo.region.bases)
    return replace(demo, region=replace(demo.region, bases=bases), policy=POLICY)


@pytest.fixture
def made(ruled: Context) -> SweepPlan:
    squads = tuple(squad.id for squad in ruled.region.squads if squad.base_id == "bureau")
    return plan(ruled, PlanRequest(seconds=1.0, townships=12, squads=squads))


def require_kept(made: SweepPlan) -> None:
    assert set(Counter(route.day for route in made.routes).values()) == {VEHICLES}
    hours = {shift.name: (shift.start, shift.end) for shift in DUTY.shifts}
    for route in made.routes:
        assert any(start <= route.leave_base and route.reach_base <= end for start, end in hours.values())


def test_plan_keeps_them_and_says_who_stays(ruled: Context, made: SweepPlan) -> None:
    require_kept(made)
    assert "no_vehicle:10" in made.warnings
    assert any("10 个组日" in line for line in warning_lines(made, translator("zh")))
    load = plan_view(ruled, made.id).load.set_index("squad_id")
    assert load["late_days"].sum() > 0
    assert load["early_days"].sum() > 0
    assert set(load["days_out"]) == {2, 3}


def test_replan_keeps_them_and_disturbs_little(ruled: Context, made: SweepPlan) -> None:
    again = replan(ruled, ReplanRequest(made.id, made.days[2], seconds=1.0))
    require_kept(again)
    assert again.squads == made.squads
    before = {(route.squad_id, route.day) for route in made.routes if route.stops}
    after = {(route.squad_id, route.day) for route in again.routes if route.stops}
    assert before <= after
    assert again.effect.visits >= made.effect.visits


def test_replan_at_noon_keeps_the_late_shift_late(ruled: Context, made: SweepPlan) -> None:
    again = replan(ruled, ReplanRequest(made.id, made.days[1], 12 * 60, seconds=1.0))
    require_kept(again)


def test_one_more_squad_and_one_more_day_leave_the_rest_as_it_is(ruled: Context, made: SweepPlan) -> None:
    for answer in (what_if(ruled, made.id, base_id="bureau"), what_if(ruled, made.id, more_days=1)):
        assert answer.prize_with >= answer.prize >= 0.99 * made.prize
