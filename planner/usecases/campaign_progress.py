"""How a campaign stands: its targets and their path, its sweeps, its townships."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from planner.model.campaign import Campaign, CampaignSweep, Target
from planner.model.indicator import Indicator
from planner.model.region import Region
from planner.model.units import DAYS_PER_WEEK
from planner.review.indicators import indicators
from planner.review.outcomes import Totals, totals
from planner.store import campaigns, outcomes, plans, register
from planner.usecases.campaign import this_day
from planner.usecases.context import Context, permit
from planner.usecases.in_force import InForce, in_force
from planner.usecases.review import Review, review
from planner.usecases.score import last_event
from planner.usecases.sweeps import done_sweeps

LOWER_IS_BETTER = ("first_terminated",)
NOWHERE = pd.Index([], dtype="str")


@dataclass(frozen=True)
class Path:
    """A target and the way to it.

    Attributes:
        points: day, numerator, denominator, value, low, high, without_largest, path: the year to each month's end and
            to the last day of the register; path: where the straight line from ``first`` to the target is on that day,
            NA before the campaign.
        first: the value at the start, or on the last day of a register that ends before.
        verdict: reached (the target itself) | on | behind | cannot_tell. why: of cannot_tell, catalogue
            ``campaign.why_<why>``.
    """

    target: Target
    spec: Indicator
    points: pd.DataFrame
    first: float | None
    verdict: str
    why: str | None


@dataclass(frozen=True)
class SweepState:
    """``state``: to_plan | planned (not adopted) | adopted | under_way | over | missed. ``planned``: visits of its
    plan; ``elsewhere``: townships that the plan goes to instead. ``review``: once its week has begun."""

    sweep: CampaignSweep
    state: str
    plan: InForce | None
    planned: int
    effort: Totals
    review: Review | None
    elsewhere: tuple[str, ...]


@dataclass(frozen=True)
class TownshipState:
    """``p_top`` of the newest score; ``last``: week of its last sweep, ``next``: of the next in the campaign."""

    code: str
    p_top: float | None
    last: date | None
    next: date | None
    times: int


@dataclass(frozen=True)
class CampaignState:
    """``as_of``: last day of the register (None: no case). ``gone``: codes that the region no longer has. ``overdue``:
    ids of tasks that are past their day."""

    campaign: Campaign
    today: date
    as_of: date | None
    paths: tuple[Path, ...]
    sweeps: tuple[SweepState, ...]
    townships: tuple[TownshipState, ...]
    gone: tuple[str, ...]
    overdue: tuple[str, ...]


def moved(ctx: Context) -> str:
    """Changes whenever a state may have changed, but for the campaign and the day: for whoever keeps one."""
    permit(ctx, "review.see")
    return campaigns.moved(ctx.engine)


def campaign_state(ctx: Context, campaign: Campaign) -> CampaignState:
    """Everything that can be said of a campaign today."""
    permit(ctx, "review.see")
    now = this_day(ctx)
    cases = register.cases(ctx.engine)
    as_of = None if cases.empty else min(now, last_event(cases).date())
    known = set(ctx.region.townships["code"])
    named = dict.fromkeys(code for sweep in campaign.sweeps for code in sweep.townships)
    return CampaignState(
        campaign,
        now,
        as_of,
        paths_of(cases, campaign, ctx.region, as_of) if as_of else (),
        tuple(sweep_state(ctx, sweep, now) for sweep in campaign.sweeps),
        _townships(ctx, campaign, now),
        tuple(code for code in named if code not in known),
        tuple(task.id for task in campaign.tasks if task.done_on is None and task.due < now),
    )


def paths_of(cases: pd.DataFrame, campaign: Campaign, region: Region, as_of: date) -> tuple[Path, ...]:
    """Each target's indicator of the county against the straight line to the target.

    Shares of cases are told apart from the line by Wilson's interval; money has none, so it must stand on one side of
    it with its largest case and without.

    Args:
        cases: CASE_TABLE. as_of: the last day that counts. A target for a formula that the region no longer has is
            passed over.
    """
    if not campaign.targets:
        return ()
    start = campaign.start
    first_day = pd.Timestamp(min(start - timedelta(days=1), as_of))
    ends = pd.date_range(pd.Timestamp(start) - pd.DateOffset(years=1), pd.Timestamp(as_of), freq="ME")
    known = {spec.code: spec for spec in region.indicators}
    targets = tuple(target for target in campaign.targets if target.indicator in known)
    specs = tuple(known[target.indicator] for target in targets)
    ended = cases[cases["status"] != "open"].reset_index(drop=True)
    nobody = pd.Series(pd.NA, index=ended.index, dtype="string")
    days, words = sorted({*ends, pd.Timestamp(as_of), first_day}), region.outcome_words
    tables = {day: indicators(ended, nobody, NOWHERE, day, specs, words=words) for day in days}
    return tuple(_path(tables, target, known[target.indicator], first_day, as_of < start) for target in targets)


def _path(
    tables: dict[pd.Timestamp, pd.DataFrame], target: Target, spec: Indicator, first_day: pd.Timestamp, not_begun: bool
) -> Path:
    points = pd.DataFrame([_point(table, target.indicator, day) for day, table in tables.items()])
    first = points.loc[points["day"] == first_day, "value"].item()
    share = (points["day"] - first_day) / (pd.Timestamp(target.by) - first_day)
    on_line = first + (target.value - first) * share.clip(upper=1.0)
    points = points.assign(path=on_line.where(points["day"] >= first_day))
    verdict, why = _verdict(points.iloc[-1], target, pd.isna(first), not_begun)
    return Path(target, spec, points, None if pd.isna(first) else float(first), verdict, why)


def _last_sweeps(ctx: Context) -> dict[str, date]:
    """Township -> week of its last sweep that was adopted and has begun."""
    return {code: done.week_start for done in done_sweeps(ctx) for code in done.townships}


def _point(table: pd.DataFrame, indicator: str, day: pd.Timestamp) -> dict[str, object]:
    county = table[(table["scope"] == "county") & (table["indicator"] == indicator)]
    row = county.iloc[0]
    names = ("numerator", "denominator", "value", "low", "high")
    return {"day": day, **{name: row[name] for name in names}, "without_largest": county.iloc[-1]["value"]}


def _verdict(now: "pd.Series[float]", target: Target, nothing: bool, not_begun: bool) -> tuple[str, str | None]:
    if not_begun:
        return "cannot_tell", "not_begun"
    if nothing or pd.isna(now["value"]):
        return "cannot_tell", "no_cases"
    sure = pd.notna(now["low"])
    ends = [now["low"], now["high"]] if sure else [now["value"], now["without_largest"]]
    sign = -1 if target.indicator in LOWER_IS_BETTER else 1
    worst, best = (end(sign * value for value in ends if pd.notna(value)) for end in (min, max))
    if worst >= sign * target.value:
        return "reached", None
    if worst >= sign * now["path"]:
        return "on", None
    if best < sign * now["path"]:
        return "behind", None
    return "cannot_tell", "interval" if sure else "largest"


def sweep_state(ctx: Context, sweep: CampaignSweep, now: date, judge: bool = True) -> SweepState:
    """How far one sweep is; reviewed where that can be asked and ``judge`` asks it."""
    permit(ctx, "review.see")
    plan = in_force(ctx, sweep.week_start)
    if plan is None:
        state = "missed" if now >= sweep.week_start + timedelta(days=DAYS_PER_WEEK) else "to_plan"
        return SweepState(sweep, state, None, 0, totals(outcomes.outcomes(ctx.engine, [])), None, ())
    made, _ = plans.load_plan(ctx.engine, plan.plan_id)
    driven = {route.township_code for route in made.routes if route.stops}
    effort = totals(outcomes.outcomes(ctx.engine, plans.family(ctx.engine, plan.plan_id)))
    begun = plan.by is not None and sweep.week_start <= now
    return SweepState(
        sweep,
        _state_of(sweep, plan, effort, now),
        plan,
        sum(len(route.stops) for route in made.routes),
        effort,
        review(ctx, plan.plan_id) if begun and judge else None,
        tuple(sorted(driven - set(sweep.townships))),
    )


def _state_of(sweep: CampaignSweep, plan: InForce, effort: Totals, now: date) -> str:
    if now >= sweep.week_start + timedelta(days=DAYS_PER_WEEK):
        return "over" if plan.by is not None or effort.visits else "missed"
    if plan.by is None:
        return "planned"
    return "under_way" if sweep.week_start <= now else "adopted"


def _townships(ctx: Context, campaign: Campaign, now: date) -> tuple[TownshipState, ...]:
    """The hottest first."""
    run, last = plans.latest_score(ctx.engine), _last_sweeps(ctx)
    p_top: dict[str, float] = {}
    if run is not None:
        p_top = dict(zip(run.hotspots.table["township_code"], run.hotspots.table["p_top"], strict=True))
    told = [
        TownshipState(code, p_top.get(code), last.get(code), _next(campaign.sweeps, code, now), _times(campaign, code))
        for code in ctx.region.townships["code"]
    ]
    return tuple(sorted(told, key=lambda one: (-(one.p_top or 0.0), one.code)))


def _next(sweeps: Sequence[CampaignSweep], code: str, now: date) -> date | None:
    return min(
        (sweep.week_start for sweep in sweeps if code in sweep.townships and sweep.week_start > now), default=None
    )


def _times(campaign: Campaign, code: str) -> int:
    return sum(code in sweep.townships for sweep in campaign.sweeps)
