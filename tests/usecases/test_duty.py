"""The board by the clock: where squads should be, who is late, what has come in; and which plan is in force."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from planner.errors import RequestError
from planner.model.outcome import PAPER_STATES
from planner.model.sweep import SweepPlan
from planner.model.units import BEIJING
from planner.usecases.approve import decide_papers, states_of
from planner.usecases.context import Context
from planner.usecases.duty import LATE_MINUTES, duty
from planner.usecases.in_force import adopt, in_force
from planner.usecases.plan import plan
from planner.usecases.record import OutcomeTold, record_outcomes
from planner.usecases.sweep import PlanRequest


@pytest.fixture
def demo(planned: Context) -> Context:
    """An installation with one plan."""
    return planned


def at(ctx: Context, made: SweepPlan, days: int, minute: int = 0) -> Context:
    midnight = datetime.combine(made.week_start, datetime.min.time(), BEIJING)
    return replace(ctx, clock=lambda: midnight + timedelta(days=days, minutes=minute))


def test_squads_go_out_are_late_and_come_home(demo: Context, made: SweepPlan) -> None:
    route = max(made.routes, key=lambda route: len(route.stops))
    first, last = route.stops[0], route.stops[-1]

    def state(minute: int) -> str:
        board = duty(demo, made.id, route.day, minute)
        return next(squad.state for squad in board.squads if squad.squad_id == route.squad_id)

    assert state(route.leave_base - 1) == "before"
    assert state(first.start) == "visiting"
    assert state(first.leave + LATE_MINUTES) == "late"
    evening = at(demo, made, (route.day - made.week_start).days, 24 * 60 - 1)
    told = [OutcomeTold(f"o{n}", stop.visit_id, ("found",), f"{route.day}T10:00") for n, stop in enumerate(route.stops)]
    record_outcomes(evening, made.id, route.squad_id, route.day, told, "page")
    assert state(last.leave + LATE_MINUTES + 600) == "home"
    board = duty(evening, made.id, route.day)
    squad = next(squad for squad in board.squads if squad.squad_id == route.squad_id)
    assert (squad.told, squad.found, squad.late, squad.planned) == (len(told), len(told), 0, len(told))
    assert board.today.visits == len(told)


def test_the_clock_counts_on_the_day_itself_only(demo: Context, made: SweepPlan) -> None:
    assert duty(at(demo, made, 0, 620), made.id, made.days[0]).minute == 620
    assert duty(at(demo, made, 0, 620), made.id, made.days[1]).minute == 0
    assert duty(at(demo, made, 1, 620), made.id, made.days[0]).minute == 24 * 60


def test_the_adopted_plan_is_in_force_else_the_newest(demo: Context, made: SweepPlan) -> None:
    later = plan(demo, PlanRequest(seconds=1.0, spread="spread"))
    found = in_force(demo)
    assert found is not None
    assert (found.plan_id, found.by) == (later.id, None)
    adopt(demo, made.id)
    for days in (-40, 0, 6, 90):
        found = in_force(at(demo, made, days))
        assert found is not None
        assert (found.plan_id, found.by) == (made.id, demo.actor.name)
    with pytest.raises(RequestError, match="unknown_plan"):
        adopt(demo, "nothing")


def test_a_word_on_papers_holds_until_it_is_taken_back(demo: Context, made: SweepPlan) -> None:
    paper = (next(route.stops[0].visit_id for route in made.routes if route.stops), "summons")
    seen = []
    for state in PAPER_STATES:
        decide_papers(demo, made.id, [paper], state)
        seen.append(states_of(demo, made.id)[paper])
    assert tuple(seen) == PAPER_STATES
    with pytest.raises(RequestError, match="paper_not_needed"):
        decide_papers(demo, made.id, [("nothing", "summons")], "approved")
    with pytest.raises(RequestError, match="unknown_paper_state"):
        decide_papers(demo, made.id, [paper], "burnt")
