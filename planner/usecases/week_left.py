"""What is left of a planned week: what stands as done, which squads may still go where, and the problem they pose."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from planner.errors import RequestError
from planner.files.policy import policy_from_json
from planner.geo.travel import anchors, travel_matrix
from planner.model.hotspot import Choice, Selection
from planner.model.place import TravelMatrix
from planner.model.policy import Policy
from planner.model.region import Squad
from planner.model.sweep import Access, PlannedRoute, PlannedVisit, SquadDay, SweepPlan, SweepProblem
from planner.review.outcomes import standing
from planner.routing.problem import build_problem
from planner.routing.replan import Standing
from planner.scoring.worth import value_visits
from planner.store import outcomes, plans, register
from planner.usecases.caseload import debtors_of, known_cases
from planner.usecases.context import Context
from planner.usecases.sweep import named_cases, named_squads, shift_reaches, visit_places, visits_of

SquadDate = tuple[str, date]
"""A squad's id and a day."""


@dataclass(frozen=True)
class ReplanRequest:
    """What has happened. From ``minute`` of ``day`` on everything is open; what began before is done as planned, and
    so is every visit of which a squad told.

    ``absent``: squads that do not work (id, day). ``no_boat``: ferries that do not go (link id, day). ``closed`` and
    ``clues``: case numbers settled since, and with a fresh clue. ``missed``: planned visits (ids) that were not made.
    ``pinned``: visits that stay on their squad's day. ``seconds`` limit the search.
    """

    plan_id: str
    day: date
    minute: int = 0
    absent: tuple[SquadDate, ...] = ()
    no_boat: tuple[tuple[str, date], ...] = ()
    closed: tuple[str, ...] = ()
    clues: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    seconds: float = 1.0
    seed: int = 7


@dataclass(frozen=True)
class WeekLeft:
    """Attributes:
    plan, before: the plan and its visits (VISIT_TABLE) as they were valued for it.
    done: squad and day -> the stops that stand.
    visits: VISIT_TABLE of the visits that are open, valued anew; rows are the problem's visits.
    problem, matrix: of the squad-days left. standing: what the plan has for them. pinned: visits of the problem.
    """

    plan: SweepPlan
    before: pd.DataFrame
    policy: Policy
    squads: tuple[Squad, ...]
    done: dict[SquadDate, tuple[PlannedVisit, ...]]
    visits: pd.DataFrame
    problem: SweepProblem
    matrix: TravelMatrix
    standing: Standing
    pinned: frozenset[int]


def week_left(ctx: Context, request: ReplanRequest) -> WeekLeft:
    """Look up what a request names and pose what is left.

    Raises:
        RequestError: no such plan, squad, ferry, case or visit, or a day outside the plan's week.
        Impossible: no visit or no squad-day is left.
    """
    plan, before = plans.load_plan(ctx.engine, request.plan_id)
    _require_known(ctx, plan, request)
    policy = policy_from_json(plan.policy)
    squads = named_squads(ctx, plan.squad_ids)
    told = _told(ctx, plan)
    done = {(route.squad_id, route.day): _made(route, request, told) for route in plan.routes}
    valued, with_clue = _valued(ctx, plan, policy, request)
    made = {stop.visit_id for stops in done.values() for stop in stops} | told.keys()
    unwanted = {unserved.visit_id for unserved in plan.unserved if unserved.reason == "left_out"} - with_clue
    visits = valued[~valued["visit_id"].isin(made | unwanted)].reset_index(drop=True)
    whereabouts = {key: stops[-1] for key, stops in done.items() if stops and key[1] == request.day}
    matrix = _matrix(ctx, policy, visits, before, whereabouts)
    problem = _problem(ctx, plan, policy, request, visits, with_clue, matrix, squads, whereabouts)
    return WeekLeft(
        plan, before, policy, squads, done, visits, problem, matrix,
        _standing(plan, problem, visits, squads),
        frozenset(np.flatnonzero(visits["visit_id"].isin(request.pinned)).tolist()),
    )  # fmt: skip


def _require_known(ctx: Context, plan: SweepPlan, request: ReplanRequest) -> None:
    if request.day not in plan.days:
        allowed = "、".join(day.isoformat() for day in plan.days)
        raise RequestError("day_outside_week", day=request.day.isoformat(), allowed=allowed)
    named_squads(ctx, tuple(squad for squad, _ in request.absent) or None)
    ferries = [link.id for link in ctx.region.links if link.kind == "ferry"]
    if unknown := [link for link, _ in request.no_boat if link not in ferries]:
        raise RequestError("unknown_ferry", ferry=unknown[0], allowed="、".join(ferries))
    planned = {stop.visit_id for route in plan.routes for stop in route.stops}
    if strange := [visit for visit in (*request.missed, *request.pinned) if visit not in planned]:
        raise RequestError("visit_not_planned", visit=strange[0], plan_id=plan.id)


def _told(ctx: Context, plan: SweepPlan) -> dict[str, int | None]:
    """The visits of which squads told what became of them in this week, and at what minute."""
    told = standing(outcomes.outcomes(ctx.engine, plans.family(ctx.engine, plan.id)))
    minutes = zip(told["visit_id"], told["minute"], strict=True)
    return {visit_id: None if pd.isna(minute) else int(minute) for visit_id, minute in minutes}


def _made(route: PlannedRoute, request: ReplanRequest, told: dict[str, int | None]) -> tuple[PlannedVisit, ...]:
    """The stops of a route that stand: those that were told of or began before the moment, but for the missed ones."""
    if route.day > request.day:
        return ()
    past = route.day < request.day
    stops = []
    for stop in route.stops:
        if stop.visit_id in request.missed:
            continue
        if past or stop.start < request.minute:
            stops.append(stop)
        elif stop.visit_id in told:
            stops.append(_early(stop, min(told[stop.visit_id] or request.minute, request.minute)))
    return tuple(sorted(stops, key=lambda stop: stop.start))


def _early(stop: PlannedVisit, minute: int) -> PlannedVisit:
    """A stop that was made before its time."""
    return replace(stop, arrive=minute, start=minute, leave=minute)


def _valued(ctx: Context, plan: SweepPlan, policy: Policy, request: ReplanRequest) -> tuple[pd.DataFrame, set[str]]:
    """The visits of the week as they are worth on the day, and those that hold a fresh clue."""
    cases, placed = known_cases(ctx), register.placed(ctx.engine)
    closed, clues = named_cases(request.closed, cases), named_cases(request.clues, cases)
    today = pd.Timestamp(request.day)
    cases = cases.assign(
        status=cases["status"].mask(cases["case_id"].isin(closed), "closed"),
        clue_on=cases["clue_on"].mask(cases["case_id"].isin(clues), today),
    )
    parties = debtors_of(ctx, cases)
    visits, _ = value_visits(cases, parties, placed, ctx.region.calendar, policy, plan.days, today)
    return visits, visits_of(visits, clues)


def _matrix(
    ctx: Context,
    policy: Policy,
    visits: pd.DataFrame,
    before: pd.DataFrame,
    whereabouts: dict[SquadDate, PlannedVisit],
) -> TravelMatrix:
    """Travel between bases, piers, open visits and the places where squads are."""
    here = before[before["visit_id"].isin([stop.visit_id for stop in whereabouts.values()])]
    places = [anchors(ctx.region), visit_places(ctx, visits), visit_places(ctx, here)]
    return travel_matrix(pd.concat(places, ignore_index=True), ctx.region, policy.travel)


def _problem(
    ctx: Context,
    plan: SweepPlan,
    policy: Policy,
    request: ReplanRequest,
    visits: pd.DataFrame,
    with_clue: set[str],
    matrix: TravelMatrix,
    squads: tuple[Squad, ...],
    whereabouts: dict[SquadDate, PlannedVisit],
) -> SweepProblem:
    elsewhere = set(visits.loc[visits["visit_id"].isin(with_clue), "township_code"]) - {c for c, _ in plan.selection}
    choices = [*plan.selection, *((code, "clue") for code in sorted(elsewhere))]
    selection = Selection(tuple(Choice(code, reason) for code, reason in choices))

    def posed(from_minute: int) -> SweepProblem:
        shifts = shift_reaches(ctx.region, policy, from_minute)
        return build_problem(visits, ctx.region, selection, matrix, shifts, policy, plan.days, squads)

    whole, late = posed(0), posed(request.minute) if request.minute else None
    place = {name: n for n, name in enumerate(matrix.place_ids)}
    left = []
    for n, day in enumerate(whole.squad_days):
        key = (squads[day.squad].id, plan.days[day.day])
        if key[1] < request.day or key in request.absent:
            continue
        if key in whereabouts:
            stop = whereabouts[key]
            left.append(
                _under_way(day, plan, key, ctx, max(stop.leave, request.minute), place[f"visit:{stop.visit_id}"])
            )
        else:
            today = late.squad_days[n] if late and key[1] == request.day else day
            left.append(_without_boats(today, {link for link, day_off in request.no_boat if day_off == key[1]}))
    return replace(
        whole,
        squad_days=tuple(left),
        least_days=np.zeros_like(whole.least_days),
        most_days=np.where(whole.chosen, len(left), 0).astype(np.int32),
    )


def _under_way(day: SquadDay, plan: SweepPlan, key: SquadDate, ctx: Context, minute: int, place: int) -> SquadDay:
    """A squad in the field: it goes on in its township from where it is."""
    township = next(route.township_code for route in plan.routes if (route.squad_id, route.day) == key)
    here = ctx.region.townships["code"].tolist().index(township)

    def onward(access: Access | None) -> Access | None:
        return access and replace(access, start_place=place, start=min(minute, access.end), outbound_minutes=0)

    access = tuple(onward(a) if t == here else None for t, a in enumerate(day.access))
    return replace(day, access=access)


def _without_boats(day: SquadDay, links: set[str]) -> SquadDay:
    return replace(day, access=tuple(a if a is None or a.link_id not in links else None for a in day.access))


def _standing(plan: SweepPlan, problem: SweepProblem, visits: pd.DataFrame, squads: tuple[Squad, ...]) -> Standing:
    """What the plan has for the squad-days that are left, without what is done, settled or out of reach."""
    number = {visit_id: n for n, visit_id in enumerate(visits["visit_id"])}
    routes = {(route.squad_id, route.day): route for route in plan.routes}
    town = {int(problem.township[n]): visits["township_code"].iloc[n] for n in range(problem.visits)}
    codes = {code: t for t, code in town.items()}
    assigned, kept = {}, {}
    for n, day in enumerate(problem.squad_days):
        route = routes.get((squads[day.squad].id, plan.days[day.day]))
        if route is None or (t := codes.get(route.township_code)) is None or day.access[t] is None:
            continue
        assigned[n] = t
        kept[n] = tuple(number[stop.visit_id] for stop in route.stops if stop.visit_id in number)
    return Standing(assigned, kept)
