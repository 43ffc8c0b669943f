"""Plan a one-week sweep: choose areas, lay squads over them, route every day, check, store."""

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from uuid import uuid4

import numpy as np
import pandas as pd

from planner import __version__
from planner.errors import PlanRefused
from planner.files.policy import policy_json
from planner.model.place import TravelMatrix
from planner.model.progress import Progress, silent, within
from planner.model.road import RoadsUsed
from planner.model.sweep import PlannedRoute, Solution, SweepPlan, SweepProblem, Unserved
from planner.routing.check import check
from planner.routing.markets import market_days_of
from planner.routing.roster import working
from planner.routing.simulate import simulate
from planner.routing.solve import solve
from planner.routing.words import objective_parts, planned_routes, unserved_visits
from planner.store import plans
from planner.usecases.context import Context, permit
from planner.usecases.sweep import PlanRequest, Sweep, pose, prepare

ENGINES = ("numpy", "numba", "ortools", "scikit-learn")
"""Packages whose version may change a plan."""


def plan(ctx: Context, request: PlanRequest, progress: Progress = silent) -> SweepPlan:
    """Make, check and store a plan.

    Raises:
        RequestError: the request names what does not exist. Impossible: nothing can be planned.
        PlanRefused: the checker found violations; nothing was stored. Cancelled: by ``progress``.
    """
    permit(ctx, "plan.make")
    progress("score", 0.0)
    sweep = prepare(ctx, request)
    progress("matrix", 0.05)
    problem, matrix = pose(ctx, sweep)
    required = np.flatnonzero(sweep.visits["visit_id"].isin(sweep.required)).tolist()
    searching, engine = within(progress, 0.1, 0.9), request.engine
    solution = solve(
        problem, request.seed, request.seconds, ctx.timer, searching, request.steps, required=required, engine=engine
    )
    progress("check", 0.92)
    require_sound(problem, solution)
    progress("simulate", 0.95)
    made = plan_document(ctx, sweep, problem, solution, matrix)
    progress("save", 0.99)
    visits = pd.concat([sweep.visits, sweep.left_out], ignore_index=True)
    plans.save_plan(ctx.engine, made, visits, sweep.run.id, at=ctx.clock(), by=ctx.actor.name)
    return made


def require_sound(problem: SweepProblem, solution: Solution) -> None:
    """Raises PlanRefused where the independent checker finds a violation."""
    if violations := check(problem, solution):
        first = violations[0]
        raise PlanRefused("plan_refused", count=len(violations), rule=first.rule, detail=first.detail)


def plan_document(
    ctx: Context, sweep: Sweep, problem: SweepProblem, solution: Solution, matrix: TravelMatrix
) -> SweepPlan:
    """A solver's answer as a plan that explains itself: reasons, expectation, inputs and versions."""
    visits, squads, request = sweep.visits, sweep.squads, sweep.request
    routes = planned_routes(problem, solution, visits, ctx.region, sweep.days, squads)
    policy = policy_json(sweep.policy)
    return SweepPlan(
        id=uuid4().hex[:8],
        parent=None,
        region_code=ctx.region.code,
        week_start=sweep.week_start,
        days=sweep.days,
        spread=request.spread,
        selection=tuple((choice.township_code, choice.reason) for choice in sweep.selection.choices),
        routes=routes,
        unserved=(
            *unserved_visits(problem, solution, visits),
            *(Unserved(visit_id, "left_out") for visit_id in sweep.left_out["visit_id"]),
        ),
        prize=solution.prize,
        bound=solution.bound,
        objective=objective_parts(problem, solution, visits),
        effect=simulate(routes, visits, squads, sweep.policy.worth, request.seed),
        travel_estimated=matrix.estimated,
        solver=solution.solver,
        seed=solution.seed,
        versions=versions(),
        input_digest=_digest(sweep, policy, matrix.roads),
        policy=policy,
        warnings=_warnings(ctx, sweep, problem, routes),
        squads=tuple(squad.id for squad in squads),
        roads=matrix.roads,
    )


def versions() -> tuple[tuple[str, str], ...]:
    """(package, version) of what may change a plan."""
    return (("planner", __version__), *((name, version(name)) for name in ENGINES))


def _digest(sweep: Sweep, policy: str, roads: RoadsUsed | None) -> str:
    """sha256 over what the plan was made from: visits, areas, squads, days, policy, roads."""
    inputs = [
        sweep.visits.to_json(orient="split", double_precision=6),
        json.dumps([sweep.selection.codes, [s.id for s in sweep.squads], [d.isoformat() for d in sweep.days]]),
        policy,
        *([roads.digest] if roads else []),
    ]
    return hashlib.sha256("\n".join(inputs).encode()).hexdigest()


def _warnings(ctx: Context, sweep: Sweep, problem: SweepProblem, routes: Sequence[PlannedRoute]) -> tuple[str, ...]:
    """What is allowed but must be said: ``<code>`` or ``<code>:<count>`` (catalogue ``warning.<code>``)."""
    duty = sweep.policy.duty
    starts = [stop.start for route in routes for stop in route.stops]
    at_home = len(working(sweep.squads, sweep.days, duty)) - len(problem.squad_days)
    codes = ctx.region.townships["code"].tolist()
    closed, held = market_days_of(problem, codes, sweep.days, ctx.region.calendar)
    said = {
        "early_visits": any(start < duty.warn_before for start in starts),
        "idle_squad_days": sum(1 for route in routes if route.stops) < len(problem.squad_days),
        f"no_vehicle:{at_home}": at_home > 0,
        f"market_closed:{closed}": closed > 0,
        f"market_held:{held}": held > 0,
        "required_unserved": not set(sweep.required) <= {stop.visit_id for r in routes for stop in r.stops},
        "late_visits": any(start >= duty.warn_after for start in starts),
    }
    return tuple(code for code, holds in said.items() if holds)
