"""百日攻坚: propose a campaign, keep it, change its tasks, targets and sweeps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import uuid4

import numpy as np

from planner.errors import RequestError
from planner.model.campaign import Campaign, CampaignSweep, Kept, Promise, Rules, Target
from planner.model.units import BEIJING
from planner.scoring.rotation import Rotation, Stock, as_given, greedy, spread_out, together
from planner.store import campaigns
from planner.usecases.campaign_stock import Choices, Floats, choices, sweep_weeks
from planner.usecases.campaign_tasks import read_tasks
from planner.usecases.context import Context, permit
from planner.usecases.sweep import PlanRequest, named_townships

LIMITS = {
    "weeks": (1, 53),
    "sweeps": (1, 26),
    "rest_weeks": (1, 52),
    "most": (1, 26),
    "hot": (0.0, 1.0),
    "left": (0, 1),
}


@dataclass(frozen=True)
class CampaignRequest:
    """What the chief asks for. ``start``: a Monday; ``townships``: swept at a time (None: the policy's); the rest as in
    :class:`planner.model.campaign.Rules`."""

    name: str
    start: date
    weeks: int = 14
    sweeps: int = 5
    townships: int | None = None
    rest_weeks: int = 4
    most: int = 2
    hot: float = 0.25
    left: float = 0.5
    seed: int = 7


def propose(ctx: Context, request: CampaignRequest) -> Campaign:
    """Choose the townships of all sweeps together; nothing is kept but the score that it rests on.

    Raises:
        RequestError: a number out of range, no Monday, holidays, more sweeps than weeks, or rules no choice keeps.
        Impossible: there is no case.
    """
    permit(ctx, "campaign.manage")
    _require_in_range(request)
    rules = Rules(
        request.townships or ctx.policy.sweep.townships, request.rest_weeks, request.most, request.hot, request.left
    )
    weeks = sweep_weeks(ctx.region.calendar, request.start, request.weeks, request.sweeps)
    _require_townships(ctx, rules.townships)
    known = choices(ctx, weeks, rules.townships, rules.rest_weeks, request.seed)
    must = np.flatnonzero(known.p_top >= rules.hot).tolist()
    found = together(known.stock, rules, must, request.seed)
    return Campaign(
        id=uuid4().hex[:8],
        name=request.name.strip(),
        start=request.start,
        weeks=request.weeks,
        sweeps=_sweeps(known, found),
        rules=rules,
        promise=promise(known.stock, rules, must, known.p_top, found),
        as_of=known.as_of,
        seed=request.seed,
    )


def promise(stock: Stock, rules: Rules, must: Sequence[int], p_top: Floats, found: Rotation) -> Promise:
    """A choice beside the ways that a bureau might go instead."""
    plain = greedy(stock, rules, must)
    hottest = np.argsort(-p_top, kind="stable")[: rules.townships].tolist()
    return Promise(
        together=found.worth,
        bound=found.bound,
        greedy=plain.worth if plain else None,
        hottest=as_given(stock, [hottest] * stock.sweeps).worth,
        spread=spread_out(stock, rules.townships).worth,
    )


def keep(ctx: Context, campaign: Campaign) -> None:
    """From now on this proposal is a campaign."""
    permit(ctx, "campaign.manage")
    detail = f"{campaign.start} {len(campaign.sweeps)}"
    campaigns.save(ctx.engine, campaign, None, "made", detail, ctx.clock(), ctx.actor.name)


def kept(ctx: Context) -> list[Kept]:
    """All campaigns, the latest start first."""
    permit(ctx, "review.see")
    return campaigns.listed(ctx.engine)


def add_tasks(ctx: Context, of: Kept, text: str) -> int:
    """Tasks as people write or paste them, one a line: unit, what, due day. How many there were.

    Raises:
        RequestError: a line without its three parts, or a day that cannot be read. Overtaken: somebody changed it.
    """
    permit(ctx, "campaign.manage")
    tasks = read_tasks(text, of.campaign.start, of.campaign.end)
    _save(ctx, of, replace(of.campaign, tasks=(*of.campaign.tasks, *tasks)), "tasks_changed", f"+{len(tasks)}")
    return len(tasks)


def mark_tasks(ctx: Context, of: Kept, task_ids: Sequence[str], done: bool) -> None:
    """Tasks are done as of today, or open again."""
    permit(ctx, "campaign.manage")
    on = this_day(ctx) if done else None
    told = tuple(replace(task, done_on=on) if task.id in task_ids else task for task in of.campaign.tasks)
    _save(ctx, of, replace(of.campaign, tasks=told), "tasks_changed", f"{'done' if done else 'open'} {len(task_ids)}")


def drop_tasks(ctx: Context, of: Kept, task_ids: Sequence[str]) -> None:
    """Tasks that were a mistake go; earlier words of the campaign still hold them."""
    permit(ctx, "campaign.manage")
    left = tuple(task for task in of.campaign.tasks if task.id not in task_ids)
    _save(ctx, of, replace(of.campaign, tasks=left), "tasks_changed", f"-{len(task_ids)}")


def set_target(ctx: Context, of: Kept, target: Target) -> None:
    """What an indicator is to come to; another target for the same indicator is replaced.

    Raises:
        RequestError: no such indicator, no share between 0 and 1, or a day before the campaign's start.
    """
    permit(ctx, "campaign.manage")
    codes = [spec.code for spec in ctx.region.indicators]
    if target.indicator not in codes:
        raise RequestError("campaign_unknown_indicator", indicator=target.indicator, allowed="、".join(codes))
    if not 0 < target.value < 1:
        raise RequestError("campaign_target_out_of_range", value=f"{100 * target.value:g}")
    if target.by <= of.campaign.start:
        raise RequestError("campaign_target_too_early", by=target.by.isoformat(), start=of.campaign.start.isoformat())
    others = tuple(one for one in of.campaign.targets if one.indicator != target.indicator)
    told = replace(of.campaign, targets=(*others, target))
    _save(ctx, of, told, "targets_changed", f"{target.indicator} {target.value:g} {target.by}")


def drop_target(ctx: Context, of: Kept, indicator: str) -> None:
    """An indicator is no longer aimed at."""
    permit(ctx, "campaign.manage")
    left = tuple(one for one in of.campaign.targets if one.indicator != indicator)
    _save(ctx, of, replace(of.campaign, targets=left), "targets_changed", f"-{indicator}")


def set_sweep(ctx: Context, of: Kept, week_start: date, townships: Sequence[str]) -> None:
    """Other townships (codes or names) for one sweep, by the chief's own word; the rules are not asked.

    Raises:
        RequestError: no sweep in that week, no township, or one that the region does not have.
    """
    permit(ctx, "campaign.manage")
    weeks = [sweep.week_start for sweep in of.campaign.sweeps]
    if week_start not in weeks:
        raise RequestError("campaign_no_sweep", week=week_start.isoformat(), allowed="、".join(map(str, weeks)))
    codes = named_townships(ctx, tuple(dict.fromkeys(townships)))
    _require_townships(ctx, len(codes))
    told = tuple(replace(s, townships=codes) if s.week_start == week_start else s for s in of.campaign.sweeps)
    _save(ctx, of, replace(of.campaign, sweeps=told), "sweep_changed", f"{week_start} {' '.join(codes)}")


def plan_request(ctx: Context, sweep: CampaignSweep, seconds: float = 20.0) -> PlanRequest:
    """The request for the plan of one sweep: its townships and no others.

    Raises:
        RequestError: the region no longer has one of its townships.
    """
    permit(ctx, "plan.make")
    codes = named_townships(ctx, sweep.townships)
    return PlanRequest(week_start=sweep.week_start, townships=len(codes), must=codes, seconds=seconds)


def this_day(ctx: Context) -> date:
    """Today, by the clock on the wall."""
    permit(ctx, "review.see")
    return ctx.clock().astimezone(BEIJING).date()


def next_start(ctx: Context) -> date:
    """The coming Monday, for a form."""
    permit(ctx, "campaign.manage")
    day = this_day(ctx)
    return day + timedelta(days=7 - day.weekday())


def _save(ctx: Context, of: Kept, campaign: Campaign, deed: str, detail: str) -> None:
    campaigns.save(ctx.engine, campaign, of.version, deed, detail, ctx.clock(), ctx.actor.name)


def _sweeps(known: Choices, found: Rotation) -> tuple[CampaignSweep, ...]:
    """The hottest of a sweep first."""
    return tuple(
        CampaignSweep(week, tuple(known.codes[n] for n in sorted(chosen, key=lambda n: (-known.p_top[n], n))))
        for week, chosen in zip(known.weeks, found.sweeps, strict=True)
    )


def _require_in_range(request: CampaignRequest) -> None:
    if not request.name.strip():
        raise RequestError("campaign_unnamed")
    for name, (least, most) in LIMITS.items():
        value = getattr(request, name)
        if not least <= value <= most:
            raise RequestError("out_of_range", name=name, value=value, allowed=f"{least:g}-{most:g}")
    if request.sweeps > request.weeks:
        raise RequestError("campaign_more_sweeps_than_weeks", sweeps=request.sweeps, weeks=request.weeks)


def _require_townships(ctx: Context, count: int) -> None:
    if not 1 <= count <= len(ctx.region.townships):
        raise RequestError("too_few_townships", townships=count, most=len(ctx.region.townships))
