"""Time the sweeps of neighbouring counties together: ask the counties, choose, check, keep, adopt."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.metadata import version
from uuid import uuid4

import numpy as np
import pandas as pd

from planner import __version__
from planner.errors import Impossible, PlanRefused, RequestError
from planner.files.province_outlines import load_outlines
from planner.files.region import metric_crs_at
from planner.geo.borders import common_borders, drive_minutes
from planner.model.progress import Progress, silent
from planner.model.province import Province
from planner.model.together import CountyWeeks, KeptTiming, TimingPlan, TogetherPolicy, TogetherProblem
from planner.model.units import BEIJING
from planner.model.work import Failed
from planner.routing.together import EFFORT, alone, greedy, solve_together
from planner.routing.together_check import check_together
from planner.routing.together_problem import pose_together, way_minutes
from planner.store import province as runs
from planner.store import timings
from planner.usecases.context import Context, doors_of, permit
from planner.usecases.province import begin_plan
from planner.usecases.sweep import PlanRequest
from planner.usecases.together_gather import WeeksAsked, county_weeks
from planner.usecases.together_told import Asked, timing_plan
from planner.usecases.week import next_monday

LIMITS = {
    "weeks": (1, 26), "most_a_week": (1, 200), "minutes_most": (0, 240), "lend_most": (0, 20), "borrow_most": (0, 20),
    "moved_share": (0.0, 1.0), "elsewhere_share": (0.0, 1.0), "home_share": (0.0, 1.0),
}  # fmt: skip

WEEK_SECONDS = 10.0


@dataclass(frozen=True)
class TimingRequest:
    """``start``: a Monday, None: the next one. ``effort``: of the solver, its deterministic time."""

    start: date | None = None
    weeks: int = 6
    policy: TogetherPolicy = field(default_factory=TogetherPolicy)
    seed: int = 7
    effort: float = EFFORT


def time_counties(ctx: Context, request: TimingRequest, progress: Progress = silent) -> TimingPlan:
    """Choose a week for every county that was scored, and squads that help over borders; kept, not adopted.

    Raises:
        RequestError: a number out of range or no Monday. Impossible: no province, no county that was scored.
        PlanRefused: the checker found a broken rule; nothing was kept. Cancelled: by ``progress``.
    """
    permit(ctx, "province.run")
    posed = posed_timing(ctx, request, progress)
    problem = posed.problem
    progress("together_solve", 0.7)
    found = solve_together(problem, request.seed, request.effort)
    progress("together_check", 0.95)
    if broken := check_together(problem, found):
        rule, detail = broken[0]
        raise PlanRefused("plan_refused", count=len(broken), rule=rule, detail=detail)
    peers = alone(problem).points, greedy(problem).points
    made = timing_plan(uuid4().hex[:8], posed.asked, problem, posed.pairs, found, peers, _versions())
    timings.save(ctx.engine, made, ctx.clock(), ctx.actor.name)
    return made


@dataclass(frozen=True)
class PosedTiming:
    """``pairs``: the borders of the problem, as of planner.routing.together_problem.pose_together."""

    asked: Asked
    problem: TogetherProblem
    pairs: pd.DataFrame


def posed_timing(ctx: Context, request: TimingRequest, progress: Progress = silent) -> PosedTiming:
    """Ask every county that was scored, and pose the problem; raises as :func:`time_counties`."""
    permit(ctx, "province.run")
    province = doors_of(ctx).province
    weeks = _weeks(ctx, request)
    townships = runs.townships(ctx.engine, ("score", "plan"))
    if townships.empty:
        raise Impossible("together_no_county", counties=len(province.counties))
    progress("together_borders", 0.0)
    outlines = load_outlines(province)
    crs = metric_crs_at(float(outlines.geometry.iloc[0].centroid.x))
    touching = common_borders(outlines, crs)
    told, missing = _asked(ctx, province, weeks, touching, set(townships["county_code"]), request, progress)
    heat = dict(zip(townships["township_code"], townships["prize"] * townships["p_top"], strict=True))
    names = {county.code: county.name for county in province.counties}
    problem, pairs = pose_together(told, names, touching, heat, _minutes(ctx, told, crs), request.policy)
    asked = Asked(tuple(told), names, weeks, request.policy, request.seed, missing, _digest(told, pairs, request))
    return PosedTiming(asked, problem, pairs)


def kept_timings(ctx: Context) -> list[KeptTiming]:
    """The newest timings, the newest first, with the one in force."""
    permit(ctx, "province.see")
    return timings.listed(ctx.engine)


def timing_of(ctx: Context, timing_id: str) -> TimingPlan:
    """Raises RequestError: no such timing."""
    permit(ctx, "province.see")
    return timings.load(ctx.engine, timing_id)


def begin_week(ctx: Context, timing_id: str, week: date, seconds: float = WEEK_SECONDS) -> str:
    """Write down that the counties that a timing sweeps in a week are to be planned for it; the run's id, which
    planner.usecases.province.work_on does. ``seconds``: of search for each.

    Raises:
        RequestError: no such timing, or it sweeps no county in that week.
    """
    permit(ctx, "province.run")
    plan = timings.load(ctx.engine, timing_id)
    codes = [county.code for county in plan.counties if county.week == week]
    if not codes:
        raise RequestError("together_no_sweep", week=week.isoformat(), allowed="、".join(map(str, plan.weeks)))
    return begin_plan(ctx, PlanRequest(week_start=week, seconds=seconds), codes)


def _weeks(ctx: Context, request: TimingRequest) -> tuple[date, ...]:
    """The Mondays asked for. Raises RequestError."""
    given = {"weeks": request.weeks} | {name: getattr(request.policy, name) for name in LIMITS if name != "weeks"}
    for name, (least, most) in LIMITS.items():
        if given[name] is not None and not least <= given[name] <= most:
            raise RequestError("out_of_range", name=name, value=given[name], allowed=f"{least:g}-{most:g}")
    start = request.start or next_monday(ctx.clock().astimezone(BEIJING).date())
    if start.weekday() != 0:
        raise RequestError("not_a_monday", day=start.isoformat(), monday=next_monday(start).isoformat())
    return tuple(start + timedelta(weeks=week) for week in range(request.weeks))


def _asked(
    ctx: Context,
    province: Province,
    weeks: tuple[date, ...],
    touching: pd.DataFrame,
    scored: set[str],
    request: TimingRequest,
    progress: Progress,
) -> tuple[list[CountyWeeks], tuple[tuple[str, str], ...]]:
    """What the counties say, by code, and those that could say nothing, (code, key of the error)."""
    names = {county.code: county.name for county in province.counties}
    beside = touching.groupby("county_code")["other_code"].unique().to_dict()
    requests = [
        (code, WeeksAsked(weeks, request.policy.borrow_most, tuple(names[other] for other in beside.get(code, ()))))
        for code in names
        if code in scored
    ]
    told: list[CountyWeeks] = []
    missing = [(code, "together_not_scored") for code in names if code not in scored]

    def beat() -> None:
        progress("together_ask", 0.05 + 0.65 * (len(told) + len(missing)) / len(names))

    for code, came in doors_of(ctx).over(county_weeks, requests, ctx.actor, beat):
        if isinstance(came, Failed):
            missing.append((code, came.key))
        elif isinstance(came.value, CountyWeeks):
            told.append(came.value)
    if not told:
        raise Impossible("together_no_county", counties=len(names))
    return sorted(told, key=lambda county: county.code), tuple(sorted(missing))


def _minutes(ctx: Context, told: Sequence[CountyWeeks], crs: str) -> np.ndarray:
    """(c, c) minutes from a county's bureau to the areas of another."""
    bases = np.array([county.base for county in told], np.float64)
    places = [np.array([(lon, lat) for lon, lat, _ in county.areas], np.float64) for county in told]
    return way_minutes(told, [drive_minutes(bases, area, ctx.policy.travel, crs) for area in places])


def _digest(told: Sequence[CountyWeeks], pairs: pd.DataFrame, request: TimingRequest) -> str:
    return hashlib.sha256(f"{told}\n{pairs.to_csv(index=False)}\n{request}".encode()).hexdigest()


def _versions() -> tuple[tuple[str, str], ...]:
    return (("planner", __version__), *((name, version(name)) for name in ("numpy", "ortools")))
