"""指挥中心: where each squad should be by the clock, what is done, what is late, what has come in."""

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from planner.model.sweep import PlannedRoute, SweepPlan
from planner.model.units import BEIJING
from planner.review.outcomes import Totals, held, standing, totals, totals_of
from planner.store import outcomes, plans
from planner.usecases.context import Context, permit

LATE_MINUTES = 30
"""A squad is late when a visit should have ended so long ago and nothing was heard of it."""

SQUAD_STATES = ("before", "driving", "visiting", "late", "home", "idle")
"""未出发, 在途, 走访中, 未报, 已返回, 无任务 (catalogue ``duty.<state>``)."""


@dataclass(frozen=True)
class SquadNow:
    """One squad at a minute of its day. ``at``: the visit it should be at or drive to; ``next_min``: when that starts
    or, once all is done, when it is home. ``late``: visits that should have ended and of which nothing was heard."""

    squad_id: str
    squad: str
    township: str
    state: str
    at: str | None  # village, or township
    next_min: int | None
    planned: int
    due: int
    told: int
    found: int
    late: int
    paid_fen: int


@dataclass(frozen=True)
class Duty:
    """``totals`` of the week so far, ``today`` of the day; ``latest``: rows of OUTCOME_TABLE, the newest first."""

    plan: SweepPlan
    day: date
    minute: int
    now: datetime
    squads: tuple[SquadNow, ...]
    today: Totals
    week: Totals
    latest: pd.DataFrame
    held: pd.DataFrame


def duty(ctx: Context, plan_id: str, day: date, minute: int | None = None) -> Duty:
    """The board of one day of a plan at a minute of that day (None: now; of another day its end or its beginning).

    Raises:
        RequestError: no such plan. Denied: the actor may not see it.
    """
    permit(ctx, "duty.see")
    plan, visits = plans.load_plan(ctx.engine, plan_id)
    told = outcomes.outcomes(ctx.engine, plans.family(ctx.engine, plan_id))
    now = ctx.clock().astimezone(BEIJING)
    at = _minute(now, day) if minute is None else minute
    stand = standing(told)
    places = _places(ctx, visits)
    routes = {route.squad_id: route for route in plan.routes if route.day == day}
    squads = tuple(
        _squad_now(ctx, squad.id, squad.name, routes.get(squad.id), stand, places, at)
        for squad in ctx.region.squads
        if squad.id in plan.squad_ids
    )
    of_day = told[told["day"] == pd.Timestamp(day)]
    waiting = held(told)
    return Duty(
        plan, day, at, now, squads, totals(of_day), totals_of(stand, len(waiting)),
        stand.iloc[::-1].reset_index(drop=True), waiting,
    )  # fmt: skip


def days_of_plan(ctx: Context, plan_id: str) -> tuple[date, ...]:
    """Raises RequestError: no such plan. Denied: the actor may not see it."""
    permit(ctx, "duty.see")
    return plans.load_plan(ctx.engine, plan_id)[0].days


def waiting_outcomes(ctx: Context, plan_id: str) -> pd.DataFrame:
    """OUTCOME_TABLE: what was told of a plan, or of those it comes from, and waits for a person."""
    permit(ctx, "duty.see")
    return held(outcomes.outcomes(ctx.engine, plans.family(ctx.engine, plan_id)))


def _minute(now: datetime, day: date) -> int:
    """The minute of ``day`` that it is: 0 while it has not begun, 24:00 once it is over."""
    if now.date() == day:
        return now.hour * 60 + now.minute
    return 0 if now.date() < day else 24 * 60


def _places(ctx: Context, visits: pd.DataFrame) -> dict[str, str]:
    """Visit -> its village, or its township."""
    villages = visits["village_code"].map(ctx.region.village_names)
    townships = visits["township_code"].map(ctx.region.township_names)
    return dict(zip(visits["visit_id"], villages.fillna(townships), strict=True))


def _squad_now(
    ctx: Context,
    squad_id: str,
    name: str,
    route: PlannedRoute | None,
    stand: pd.DataFrame,
    places: dict[str, str],
    minute: int,
) -> SquadNow:
    if route is None or not route.stops:
        return SquadNow(squad_id, name, "", "idle", None, None, 0, 0, 0, 0, 0, 0)
    ids = {stop.visit_id for stop in route.stops}
    of_squad = stand[stand["visit_id"].isin(ids)]
    mine, heard = totals_of(of_squad), set(of_squad["visit_id"])
    late = sum(stop.leave + LATE_MINUTES <= minute and stop.visit_id not in heard for stop in route.stops)
    ahead = next((stop for stop in route.stops if stop.leave > minute and stop.visit_id not in heard), None)
    return SquadNow(
        squad_id=squad_id,
        squad=name,
        township=ctx.region.township_name(route.township_code),
        state=_state(route, minute, late, ahead is not None and ahead.start <= minute),
        at=places[ahead.visit_id] if ahead else None,
        next_min=ahead.start if ahead else route.reach_base,
        planned=len(ids),
        due=sum(stop.leave <= minute for stop in route.stops),
        told=len(heard),
        found=mine.found,
        late=late,
        paid_fen=mine.paid_fen,
    )


def _state(route: PlannedRoute, minute: int, late: int, visiting: bool) -> str:
    if minute < route.leave_base:
        return "before"
    if late:
        return "late"
    if minute >= route.reach_base:
        return "home"
    return "visiting" if visiting else "driving"
