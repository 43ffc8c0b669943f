"""The monthly bulletin of a campaign (简报), as a PDF. It names nobody; every copy is audited."""

import re
from datetime import date, timedelta
from typing import Any

import pandas as pd

from planner.errors import RequestError
from planner.files.path_sketch import path_sketch
from planner.files.printing import bulletin as printed
from planner.model.campaign import Campaign, Task
from planner.model.region import Region
from planner.model.units import DAYS_PER_WEEK
from planner.review.indicators import indicators
from planner.store import audit, campaigns, register
from planner.usecases.campaign import this_day
from planner.usecases.campaign_progress import NOWHERE, SweepState, paths_of, sweep_state
from planner.usecases.campaign_words import Translate, effort_line, names_of, path_line, task_state, verdict_of
from planner.usecases.context import Context, permit
from planner.usecases.indicator_words import indicator_rows
from planner.usecases.score import last_event

MOST_TASKS = 14
"""Tasks of each kind that are printed; the rest are counted."""

NEXT_SWEEPS = 3


def bulletin_months(campaign: Campaign, now: date) -> list[date]:
    """First days of the months that a bulletin can speak of, the latest first: those that the campaign has begun."""
    last = min(campaign.end, max(now, campaign.start))
    months = pd.period_range(pd.Timestamp(campaign.start), pd.Timestamp(last), freq="M")
    return [month.start_time.date() for month in months][::-1]


def bulletin(ctx: Context, campaign_id: str, month: str, t: Translate) -> bytes:
    """The bulletin of a month (YYYY-MM). Sweeps are judged by the register as it is now, indicators as of the month's
    last day or the register's.

    Raises:
        RequestError: no such campaign, or a month that it does not reach. DeploymentError: as printing.route_sheets.
    """
    permit(ctx, "review.see")
    permit(ctx, "export")
    campaign = campaigns.load(ctx.engine, campaign_id).campaign
    first = _month(campaign, month, this_day(ctx))
    told = _told(ctx, campaign, first, t)
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "campaign.exported", campaign.id, f"{first:%Y-%m}")
    return printed(told, t)


def _month(campaign: Campaign, month: str, now: date) -> date:
    known = bulletin_months(campaign, now)
    found = re.fullmatch(r"(\d{4})-(\d{1,2})", month.strip())
    asked = next((day for day in known if found and (day.year, day.month) == tuple(map(int, found.groups()))), None)
    if asked is None:
        allowed = "、".join(f"{day:%Y-%m}" for day in known[::-1])
        raise RequestError("campaign_month_outside", month=month, allowed=allowed)
    return asked


def _told(ctx: Context, campaign: Campaign, first: date, t: Translate) -> dict[str, Any]:
    now, last = this_day(ctx), (pd.Timestamp(first) + pd.offsets.MonthEnd(0)).date()
    names = ctx.region.township_names
    sweeps = [
        sweep_state(ctx, sweep, now, judge=first <= sweep.week_start <= last)
        for sweep in campaign.sweeps
        if sweep.week_start <= last
    ]
    inside = [one for one in sweeps if one.sweep.week_start >= first]
    ahead = [sweep for sweep in campaign.sweeps if sweep.week_start > last][:NEXT_SWEEPS]
    cases, cut = register.cases(ctx.engine), min(last, now)
    as_of = None if cases.empty else min(cut, last_event(cases).date())
    return {
        "campaign": campaign,
        "region": ctx.region.name,
        "month": f"{first:%Y-%m}",
        "as_of": as_of,
        "made_on": now,
        "week": min(campaign.weeks, max(0, (cut - campaign.start).days // DAYS_PER_WEEK + 1)),
        "over": sum(one.state == "over" for one in sweeps),
        "indicators": _indicators(cases, ctx.region, as_of, t) if as_of else [],
        "effort": effort_line(inside, t) if inside else None,
        "sweeps": [_sweep_row(one, names, t) for one in inside],
        "paths": _paths(cases, campaign, ctx.region, as_of, t) if as_of else [],
        "tasks": _tasks(campaign.tasks, first, cut, t),
        "ahead": [(sweep.week_start, names_of(sweep.townships, names)) for sweep in ahead],
    }


def _indicators(cases: pd.DataFrame, region: Region, as_of: date, t: Translate) -> list[dict[Any, Any]]:
    nobody = pd.Series(pd.NA, index=cases.index, dtype="string")
    specs, words = [spec for spec in region.indicators if spec.headline], region.outcome_words
    table = indicators(cases, nobody, NOWHERE, pd.Timestamp(as_of), specs, words=words)
    return indicator_rows(table[table["scope"] == "county"], specs, t).to_dict("records")


def _sweep_row(one: SweepState, names: dict[str, str], t: Translate) -> dict[str, object]:
    return {
        "week": one.sweep.week_start,
        "townships": names_of(one.sweep.townships, names),
        "state": t(f"campaign.state_{one.state}"),
        "visits": f"{one.effort.visits:,} / {one.planned:,}" if one.plan else "—",
        "found": f"{one.effort.found:,}" if one.effort.visits else "—",
        "verdict": verdict_of(one, t),
    }


def _paths(cases: pd.DataFrame, campaign: Campaign, region: Region, as_of: date, t: Translate) -> list[tuple[str, str]]:
    """Sentence and drawing of each target, as of the bulletin's day."""
    return [
        (path_line(path, t), path_sketch(path.points, path.first, path.target.value, path.target.by))
        for path in paths_of(cases, campaign, region, as_of)
    ]


def _tasks(tasks: tuple[Task, ...], first: date, cut: date, t: Translate) -> list[dict[str, Any]]:
    """Tasks by kind as of a day: overdue, done in the month, due within the next four weeks."""
    open_then = [task for task in tasks if task.done_on is None or task.done_on > cut]
    soon = cut + timedelta(weeks=4)
    kinds = {
        "overdue": [task for task in open_then if task.due < cut],
        "done": [task for task in tasks if task.done_on and first <= task.done_on <= cut],
        "soon": [task for task in open_then if cut <= task.due <= soon],
    }
    return [
        {
            "title": t(f"campaign.tasks_{kind}", count=len(found)),
            "more": max(0, len(found) - MOST_TASKS),
            "rows": [
                (task.unit, task.what, f"{task.due}",
                 task_state(task.due, task.done_on if task not in open_then else None, cut, t))
                for task in sorted(found, key=lambda task: task.due)[:MOST_TASKS]
            ],
        }
        for kind, found in kinds.items()
        if found
    ]  # fmt: skip
