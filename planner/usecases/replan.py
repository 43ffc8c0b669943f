"""Plan the rest of a week again: a clue, a closed case, a sick officer, a missed boat."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

import pandas as pd

from planner.model.progress import Progress, silent, within
from planner.model.sweep import PlannedRoute, PlannedVisit, Solution, SweepPlan
from planner.routing.replan import replan as search
from planner.routing.simulate import simulate
from planner.routing.timeline import break_of, drive, to_work
from planner.routing.words import OBJECTIVE_PARTS, planned_routes, unserved_visits
from planner.store import plans
from planner.usecases.context import Context, permit
from planner.usecases.plan import require_sound, versions
from planner.usecases.week_left import ReplanRequest, SquadDate, WeekLeft, week_left

__all__ = ["ReplanRequest", "plan_changes", "replan"]

CHANGES = (
    "visit_id",
    "change",
    "squad_before",
    "day_before",
    "start_before",
    "squad_after",
    "day_after",
    "start_after",
)
KINDS = ("added", "dropped", "moved", "retimed")
RETIMED_MINUTES = 30
"""A visit that stays on its squad's day is told where it starts so much earlier or later."""


@dataclass(frozen=True)
class Proposal:
    """A plan that is not stored yet, its visits (VISIT_TABLE) and the plan that it would replace."""

    plan: SweepPlan
    visits: pd.DataFrame
    before: SweepPlan


def replan(ctx: Context, request: ReplanRequest, progress: Progress = silent) -> SweepPlan:
    """A new plan for what is left, saved; the old one stays, and what is done stays in the new one.

    Raises:
        RequestError, Impossible: as ``week_left``. PlanRefused: the checker found violations; nothing was stored.
    """
    proposal = propose(ctx, request, progress)
    save(ctx, proposal)
    return proposal.plan


def propose(ctx: Context, request: ReplanRequest, progress: Progress = silent) -> Proposal:
    """A new plan for what is left, to be looked at first: nothing is stored.

    Raises:
        RequestError, Impossible: as ``week_left``. PlanRefused: the checker found violations.
    """
    permit(ctx, "plan.make")
    progress("matrix", 0.05)
    left = week_left(ctx, request)
    cost = round(left.policy.sweep.change_points)
    solution = search(
        left.problem, left.standing, left.pinned, cost, request.seed, request.seconds, ctx.timer,
        within(progress, 0.1, 0.9),
    )  # fmt: skip
    progress("check", 0.92)
    require_sound(left.problem, solution)
    made, visits = _document(ctx, left, solution)
    return Proposal(made, visits, left.plan)


def save(ctx: Context, proposal: Proposal) -> None:
    """Store a proposed plan beside the one that it came from."""
    permit(ctx, "plan.make")
    run = plans.score_of_plan(ctx.engine, proposal.before.id)
    plans.save_plan(ctx.engine, proposal.plan, proposal.visits, run.id, at=ctx.clock(), by=ctx.actor.name)


def plan_changes(before: SweepPlan, after: SweepPlan) -> pd.DataFrame:
    """What a plan changes of another: CHANGES, one row per visit, by squad and day. ``change`` is one of KINDS."""
    old, new = _stops(before), _stops(after)
    rows = []
    for visit_id in sorted(old.keys() | new.keys()):
        was, now = old.get(visit_id), new.get(visit_id)
        if change := _change(was, now):
            rows.append((visit_id, change, *(was or (None, None, None)), *(now or (None, None, None))))
    table = pd.DataFrame(rows, columns=list(CHANGES))
    keys = table.assign(day=table["day_after"].fillna(table["day_before"]), squad=table["squad_after"])
    keys["squad"] = keys["squad"].fillna(table["squad_before"])
    return table.loc[keys.sort_values(["day", "squad", "visit_id"]).index].reset_index(drop=True)


Placed = tuple[str, object, int]


def _stops(plan: SweepPlan) -> dict[str, Placed]:
    return {stop.visit_id: (r.squad_id, r.day, stop.start) for r in plan.routes for stop in r.stops}


def _change(was: Placed | None, now: Placed | None) -> str | None:
    if was is None or now is None:
        return "added" if was is None else "dropped"
    if was[:2] != now[:2]:
        return "moved"
    return "retimed" if abs(was[2] - now[2]) >= RETIMED_MINUTES else None


def _document(ctx: Context, left: WeekLeft, solution: Solution) -> tuple[SweepPlan, pd.DataFrame]:
    """The new plan and its visits: those that stand as they were valued, the open ones as they are worth now."""
    planned = planned_routes(left.problem, solution, left.visits, ctx.region, left.plan.days, left.squads)
    routes = _merged(left, {(route.squad_id, route.day): route for route in planned})
    standing = [stop.visit_id for stops in left.done.values() for stop in stops]
    done = left.before[left.before["visit_id"].isin(standing)]
    told = {*left.visits["visit_id"], *done["visit_id"]}
    out = [u for u in left.plan.unserved if u.reason == "left_out" and u.visit_id not in told]
    left_out = left.before[left.before["visit_id"].isin([unserved.visit_id for unserved in out])]
    visits = pd.concat([left.visits, done, left_out], ignore_index=True)
    made = replace(
        left.plan,
        id=uuid4().hex[:8],
        parent=left.plan.id,
        routes=routes,
        unserved=(*unserved_visits(left.problem, solution, left.visits), *out),
        prize=solution.prize + int(done["prize"].sum()),
        bound=solution.bound + int(done["prize"].sum()),
        objective=_objective(ctx, left, routes, visits),
        effect=simulate(routes, visits, left.squads, left.policy.worth, solution.seed),
        travel_estimated=left.matrix.estimated,
        roads=left.matrix.roads,
        solver=solution.solver,
        seed=solution.seed,
        versions=versions(),
        warnings=tuple(code for code in left.plan.warnings if code != "idle_squad_days"),
    )
    return made, visits


def _merged(left: WeekLeft, planned: Mapping[SquadDate, PlannedRoute]) -> tuple[PlannedRoute, ...]:
    """Past days as they were, today's stops before the moment and after it in one route, then the days to come."""
    found = []
    keys = {(route.squad_id, route.day): route for route in left.plan.routes}
    order = {squad.id: n for n, squad in enumerate(left.squads)}
    for key in sorted(keys.keys() | planned.keys(), key=lambda key: (key[1], order[key[0]])):
        done, old, new = left.done.get(key, ()), keys.get(key), planned.get(key)
        if old is None or not done:
            found += [new] if new else []
        elif new is None:
            found.append(_home_after(left, key, old, done))
        else:
            minutes = _driven(done, old, left) + new.drive_minutes
            found.append(
                replace(old, stops=(*done, *new.stops), back=new.back, reach_base=new.reach_base, drive_minutes=minutes)
            )
    return tuple(found)


def _home_after(left: WeekLeft, key: SquadDate, old: PlannedRoute, done: tuple[PlannedVisit, ...]) -> PlannedRoute:
    """The route with what was made of it; a squad that is out drives home from its last stop."""
    out = [day for day in left.problem.squad_days if (left.squads[day.squad].id, left.plan.days[day.day]) == key]
    if len(done) == len(old.stops) or not out:
        return replace(old, stops=done)
    access = next((access for access in out[0].access if access is not None), None)
    last = f"visit:{done[-1].visit_id}"
    if access is None or last not in left.matrix.place_ids:
        return replace(old, stops=done)
    minutes = int(left.problem.travel[left.matrix.place_ids.index(last), access.end_place])
    back = drive(done[-1].leave, minutes, break_of(left.problem))
    home = access.end + access.inbound_minutes if access.link_id else back
    return replace(old, stops=done, back=back, reach_base=home, drive_minutes=_driven(done, old, left) + minutes)


def _driven(done: tuple[PlannedVisit, ...], old: PlannedRoute, left: WeekLeft) -> int:
    """Minutes on the road until the last stop made, the break taken out."""
    pause = break_of(left.problem)
    leaving = [old.depart, *(stop.leave for stop in done[:-1])]
    return sum(to_work(stop.arrive, pause) - to_work(leave, pause) for leave, stop in zip(leaving, done, strict=True))


def _objective(
    ctx: Context, left: WeekLeft, routes: tuple[PlannedRoute, ...], visits: pd.DataFrame
) -> tuple[tuple[str, float], ...]:
    """(part, points) of all stops, and loans."""
    rows = visits.set_index("visit_id").loc[[stop.visit_id for route in routes for stop in route.stops]]
    base_of = {squad.id: squad.base_id for squad in left.squads}
    home = {base.id: set(base.jurisdiction) for base in ctx.region.bases}
    lent = sum(route.township_code not in home[base_of[route.squad_id]] for route in routes)
    parts = tuple((part, float(rows[part].sum())) for part in OBJECTIVE_PARTS)
    return (*parts, ("loans", float(-left.problem.loan_cost * lent)))
