"""What a request for a plan means here: its week, squads, visits and areas, and the problem they pose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from planner.errors import Impossible, InputError, RequestError
from planner.geo.travel import anchors, reaches, travel_matrix
from planner.model.hotspot import Selection
from planner.model.place import TravelMatrix
from planner.model.policy import SPREADS, Policy
from planner.model.region import Region, Squad
from planner.model.score_run import ScoreRun
from planner.model.sweep import SweepProblem
from planner.register import canonical_case_number
from planner.routing.engines import ENGINES
from planner.routing.problem import Reaches, build_problem
from planner.routing.solve import OWN
from planner.scoring.choose import choose
from planner.scoring.worth import value_visits
from planner.store import register
from planner.usecases.caseload import debtors_of, known_cases
from planner.usecases.context import Context
from planner.usecases.score import ScoreRequest, score, with_sweep
from planner.usecases.week import next_working_week, working_days

SECONDS = (1.0, 600.0)
"""Allowed time for the search."""

STEPS = (1_000, 100_000_000)
"""Allowed steps instead."""


@dataclass(frozen=True)
class PlanRequest:
    """What the chief asks for. None means: the policy's or the region's own.

    ``week_start`` is a Monday (default: the week after the register's last filing); ``must`` and ``never``
    are township codes or names; ``squads`` ids; ``seconds`` limits the search. ``visit`` and ``leave_out`` are case
    numbers: their debtors are visited wherever that can be done, or not visited. ``engine`` makes the routes, a key of
    planner.routing.engines.ENGINES. With ``steps`` the search takes so many instead of ``seconds``: the same request on
    the same things then gives the same plan on every machine (our own engine only).
    """

    week_start: date | None = None
    spread: str = "concentrate"
    townships: int | None = None
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    squads: tuple[str, ...] | None = None
    seconds: float = 20.0
    seed: int = 7
    visit: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    engine: str = OWN
    steps: int | None = None


@dataclass(frozen=True)
class Sweep:
    """A request with everything looked up.

    ``visits``: VISIT_TABLE, those that may be made; ``left_out``: those that were asked not to be; ``required``: ids of
    those that were asked for.
    """

    request: PlanRequest
    policy: Policy
    run: ScoreRun
    days: tuple[date, ...]
    week_start: date
    squads: tuple[Squad, ...]
    visits: pd.DataFrame
    left_out: pd.DataFrame
    required: tuple[str, ...]
    selection: Selection


def prepare(ctx: Context, request: PlanRequest) -> Sweep:
    """Look up what a request names, value the visits of its week, choose its areas."""
    _require_in_range(ctx, request)
    k = request.townships or ctx.policy.sweep.townships
    policy = with_sweep(ctx.policy, request.spread, k)
    run = score(ctx, ScoreRequest(k=k, seed=request.seed))
    as_of = run.hotspots.as_of
    week_start = request.week_start or next_working_week(ctx.region.calendar, as_of.date())
    days = working_days(ctx.region.calendar, week_start)
    cases, placed = known_cases(ctx), register.placed(ctx.engine)
    visits, _ = value_visits(cases, debtors_of(ctx, cases), placed, ctx.region.calendar, policy, days, as_of)
    required = visits_of(visits, named_cases(request.visit, cases))
    unwanted = visits_of(visits, named_cases(request.leave_out, cases)) - required
    gone = visits["visit_id"].isin(unwanted)
    visits, left_out = visits[~gone].reset_index(drop=True), visits[gone].reset_index(drop=True)
    asked = visits.loc[visits["visit_id"].isin(required), "township_code"]
    must = tuple(dict.fromkeys((*named_townships(ctx, request.must), *asked)))
    never = named_townships(ctx, request.never)
    selection = choose(run.hotspots, policy.sweep, must, never, explore=policy.score.explore_slots)
    squads = tuple(squad for squad in named_squads(ctx, request.squads) if is_here(squad, days))
    return Sweep(request, policy, run, days, week_start, squads, visits, left_out, tuple(sorted(required)), selection)


def pose(ctx: Context, sweep: Sweep) -> tuple[SweepProblem, TravelMatrix]:
    """The week as a problem for the solver, and the travel times it was made with."""
    places = pd.concat([anchors(ctx.region), visit_places(ctx, sweep.visits)], ignore_index=True)
    matrix = travel_matrix(places, ctx.region, sweep.policy.travel)
    shifts = shift_reaches(ctx.region, sweep.policy)
    problem = build_problem(
        sweep.visits, ctx.region, sweep.selection, matrix, shifts, sweep.policy, sweep.days, sweep.squads
    )
    return problem, matrix


def shift_reaches(region: Region, policy: Policy, from_minute: int = 0) -> Reaches:
    """How squads reach townships on each shift in use, not leaving before a minute of the day."""
    return {
        shift.name: reaches(region, policy.travel, max(shift.start, from_minute), shift.end)
        for shift in policy.duty.shifts
    }


def named_townships(ctx: Context, given: Sequence[str]) -> tuple[str, ...]:
    """Codes of townships given by code or name. Raises RequestError: no such township."""
    codes = dict(zip(ctx.region.townships["name"], ctx.region.townships["code"], strict=True))
    for text in given:
        if text not in codes and text not in codes.values():
            raise RequestError("unknown_township", township=text)
    return tuple(codes.get(text, text) for text in given)


def named_cases(given: Sequence[str], cases: pd.DataFrame) -> set[str]:
    """Case numbers in any way of writing them. Raises InputError: not one; RequestError: no such case."""
    known, found = set(cases["case_id"]), set()
    for number in given:
        case_id = canonical_case_number(number)
        if case_id is None:
            raise InputError("not_a_case_number", number=number)
        if case_id not in known:
            raise RequestError("unknown_case", case_id=case_id)
        found.add(case_id)
    return found


def visits_of(visits: pd.DataFrame, cases: set[str]) -> set[str]:
    """Ids of the visits that hold one of the cases."""
    holds = visits["case_ids"].str.split(";").map(lambda ids: not cases.isdisjoint(ids)).astype(bool)
    return set(visits.loc[holds, "visit_id"])


def named_squads(ctx: Context, given: Sequence[str] | None) -> tuple[Squad, ...]:
    """Squads by id, all where none are named. Raises RequestError, or Impossible where there is none."""
    known = {squad.id: squad for squad in ctx.region.squads}
    for squad_id in given or ():
        if squad_id not in known:
            raise RequestError("unknown_squad", squad=squad_id, allowed="、".join(known))
    squads = ctx.region.squads if given is None else tuple(known[squad_id] for squad_id in dict.fromkeys(given))
    if not squads:
        raise Impossible("no_squads")
    return squads


def is_here(squad: Squad, days: Sequence[date]) -> bool:
    """Whether a squad is the county's own and not lent away on all of some days, or a guest on one of them."""
    lent = bool(squad.away) and set(days) <= set(squad.away)
    return not lent and (squad.days_on is None or not set(days).isdisjoint(squad.days_on))


def _require_in_range(ctx: Context, request: PlanRequest) -> None:
    if request.spread not in SPREADS:
        raise RequestError("unknown_spread", spread=request.spread, allowed=", ".join(SPREADS))
    if request.engine not in ENGINES:
        raise RequestError("unknown_engine", engine=request.engine, allowed=", ".join(ENGINES))
    most = len(ctx.region.townships)
    if request.townships is not None and not 1 <= request.townships <= most:
        raise RequestError("too_few_townships", townships=request.townships, most=most)
    least_s, most_s = SECONDS
    if not least_s <= request.seconds <= most_s:
        raise RequestError("out_of_range", name="seconds", value=request.seconds, allowed=f"{least_s:g}-{most_s:g}")
    least, many = STEPS
    if request.steps is not None and not (least <= request.steps <= many and request.engine == OWN):
        told = f"{least}-{many}（{OWN}）"
        raise RequestError("out_of_range", name="steps", value=request.steps, allowed=told)


def visit_places(ctx: Context, visits: pd.DataFrame) -> pd.DataFrame:
    """The places of visits: place_id (``visit:<visit_id>``), lon, lat, landmass."""
    landmass = ctx.region.townships.set_index("code")["landmass"]
    return pd.DataFrame(
        {
            "place_id": "visit:" + visits["visit_id"],
            "lon": visits["lon"],
            "lat": visits["lat"],
            "landmass": visits["township_code"].map(landmass),
        }
    )
