"""Questions to a stored plan: why is this visit not on it, and what would more squads, days or townships bring?"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from planner.errors import Impossible, RequestError
from planner.files.policy import policy_from_json
from planner.geo.travel import anchors, travel_matrix
from planner.model.hotspot import Choice, Selection
from planner.model.region import Squad
from planner.model.sweep import Solution, SweepPlan, SweepProblem
from planner.routing.cheapest import cheapest_way
from planner.routing.problem import build_problem
from planner.routing.replan import Standing, replan
from planner.routing.timeline import time_route
from planner.store import plans
from planner.usecases.context import Context, permit
from planner.usecases.sweep import named_squads, named_townships, shift_reaches, visit_places

SECONDS = 2.0
"""Of search, at most, with and without what is asked for. Market days make days unlike, and laying them out slow."""

EXTRA = "+1"
"""Marks the squad that a question adds."""


@dataclass(frozen=True)
class WhyNot:
    """The cheapest way to serve a visit: squad, day, the visits that would give way, and points lost in all.

    ``reason`` is why it is not on the plan; ``squad_id`` is None where no route could hold it.
    """

    visit_id: str
    reason: str
    squad_id: str | None = None
    day: date | None = None
    dropped: tuple[str, ...] = ()
    cost: int = 0


@dataclass(frozen=True)
class WhatIf:
    """What a plan collects with and without what was asked for, after the same search; points and visits."""

    prize: int
    prize_with: int
    visits: int
    visits_with: int

    @property
    def gain(self) -> int:
        return self.prize_with - self.prize


@dataclass(frozen=True)
class _Posed:
    problem: SweepProblem
    standing: Standing
    visits: pd.DataFrame
    squads: tuple[Squad, ...]
    days: tuple[date, ...]


def why_not(ctx: Context, plan_id: str, visit_id: str) -> WhyNot:
    """Why a visit is not on a plan, and what it would cost to put it there.

    Raises:
        RequestError: no such plan, or the visit is none of its unserved ones.
    """
    permit(ctx, "plan.see")
    plan, visits = _wanted(*plans.load_plan(ctx.engine, plan_id))
    reasons = {unserved.visit_id: unserved.reason for unserved in plan.unserved}
    if visit_id not in reasons:
        raise RequestError("visit_not_unserved", visit=visit_id, plan_id=plan_id)
    if reasons[visit_id] == "left_out":
        return WhyNot(visit_id, "left_out")
    posed = _posed(ctx, plan, visits)
    number = int(np.flatnonzero(visits["visit_id"] == visit_id)[0])
    way = cheapest_way(posed.problem, _as_planned(posed), number)
    if way is None:
        return WhyNot(visit_id, reasons[visit_id])
    day = posed.problem.squad_days[way.squad_day]
    dropped = tuple(visits["visit_id"].iloc[list(way.dropped)])
    return WhyNot(visit_id, reasons[visit_id], posed.squads[day.squad].id, posed.days[day.day], dropped, way.cost)


def what_if(
    ctx: Context, plan_id: str, base_id: str | None = None, township: str | None = None, more_days: int = 0
) -> WhatIf:
    """What one more squad at a base, one more township, or working days after the week would bring.

    Raises:
        RequestError: no such plan, base or township. Impossible: nothing was asked for.
    """
    permit(ctx, "plan.see")
    if base_id is None and township is None and more_days <= 0:
        raise Impossible("nothing_asked")
    plan, visits = _wanted(*plans.load_plan(ctx.engine, plan_id))
    as_it_is = _posed(ctx, plan, visits)
    asked = _posed(ctx, plan, visits, _one_more(ctx, base_id), more_days, township)
    prize, made = _searched(ctx, as_it_is, plan.seed)
    # what can be done without it can be done with it, also where the search did not find it again
    prize_with, made_with = max((prize, made), _searched(ctx, asked, plan.seed))
    return WhatIf(prize, prize_with, made, made_with)


def _wanted(plan: SweepPlan, visits: pd.DataFrame) -> tuple[SweepPlan, pd.DataFrame]:
    """The plan and its visits without those that were left out on purpose."""
    out = [unserved.visit_id for unserved in plan.unserved if unserved.reason == "left_out"]
    return plan, visits[~visits["visit_id"].isin(out)].reset_index(drop=True)


def _searched(ctx: Context, posed: _Posed, seed: int) -> tuple[int, int]:
    found = replan(posed.problem, posed.standing, (), 0, seed, SECONDS, ctx.timer)
    return found.prize, sum(len(route.stops) for route in found.routes)


def _one_more(ctx: Context, base_id: str | None) -> tuple[Squad, ...]:
    """A squad like the first of the base, under another name."""
    if base_id is None:
        return ()
    bases = {base.id for base in ctx.region.bases}
    like = next((squad for squad in ctx.region.squads if squad.base_id == base_id), None)
    if base_id not in bases or like is None:
        raise RequestError("unknown_base", base=base_id, allowed="、".join(sorted(bases)))
    return (replace(like, id=like.id + EXTRA, days_off=()),)


def _posed(
    ctx: Context,
    plan: SweepPlan,
    visits: pd.DataFrame,
    extra: tuple[Squad, ...] = (),
    more_days: int = 0,
    township: str | None = None,
) -> _Posed:
    """The whole week of a stored plan as a problem again, perhaps with more in it, and what the plan has for it."""
    policy = policy_from_json(plan.policy)
    squads = (*named_squads(ctx, plan.squad_ids), *extra)
    days = (*plan.days, *(plan.days[-1] + timedelta(days=n) for n in range(1, more_days + 1)))
    more = named_townships(ctx, (township,)) if township else ()
    choices = dict.fromkeys((*(code for code, _ in plan.selection), *more))
    places = pd.concat([anchors(ctx.region), visit_places(ctx, visits)], ignore_index=True)
    matrix = travel_matrix(places, ctx.region, policy.travel)
    shifts = shift_reaches(ctx.region, policy)
    duty = policy.duty
    tireless = replace(policy, duty=replace(duty, max_days_in_a_row=max(duty.max_days_in_a_row, len(days))))
    selection = Selection(tuple(Choice(code, "must_visit") for code in choices))
    problem = build_problem(visits, ctx.region, selection, matrix, shifts, tireless, days, squads)
    problem = replace(
        problem,
        least_days=np.zeros_like(problem.least_days),
        most_days=np.where(problem.chosen, len(problem.squad_days), 0).astype(np.int32),
    )
    return _Posed(problem, _standing(ctx, plan, problem, visits, squads, days), visits, squads, days)


def _standing(
    ctx: Context,
    plan: SweepPlan,
    problem: SweepProblem,
    visits: pd.DataFrame,
    squads: tuple[Squad, ...],
    days: tuple[date, ...],
) -> Standing:
    number = {visit_id: n for n, visit_id in enumerate(visits["visit_id"])}
    town = {code: t for t, code in enumerate(ctx.region.townships["code"])}
    at = {(squads[day.squad].id, days[day.day]): n for n, day in enumerate(problem.squad_days)}
    routes = {at[route.squad_id, route.day]: route for route in plan.routes if (route.squad_id, route.day) in at}
    return Standing(
        {n: town[route.township_code] for n, route in routes.items()},
        {n: tuple(number[stop.visit_id] for stop in route.stops) for n, route in routes.items()},
    )


def _as_planned(posed: _Posed) -> Solution:
    standing = posed.standing
    routes = tuple(
        time_route(posed.problem, n, standing.assigned[n], visits)
        for n, visits in sorted(standing.routes.items())
        if visits and posed.problem.squad_days[n].access[standing.assigned[n]] is not None
    )
    return Solution(routes, 0, 0, "stored", 0, 0)
