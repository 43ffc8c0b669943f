"""Which plan squads drive: the one that was adopted last for the week, else the newest of that week."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd

from planner.errors import RequestError
from planner.model.units import BEIJING, DAYS_PER_WEEK
from planner.store import plans
from planner.usecases.context import Context, permit
from planner.usecases.remembered import remembered


@dataclass(frozen=True)
class InForce:
    """``by`` and ``at``: who adopted it and when; None where nobody did and it is just the newest."""

    plan_id: str
    week_start: date
    by: str | None = None
    at: datetime | None = None


def adopt(ctx: Context, plan_id: str) -> None:
    """From now on squads drive this plan in its week.

    Raises:
        RequestError: no such plan. Denied: the actor may not say so.
    """
    permit(ctx, "plan.adopt")
    plan, _ = plans.load_plan(ctx.engine, plan_id)
    plans.adopt(ctx.engine, plan_id, plan.week_start, ctx.clock(), ctx.actor.name)


def undo_adoption(ctx: Context, plan_id: str) -> None:
    """Take back that a plan was adopted: the one adopted before it holds again, or else the newest of the week.

    Raises:
        RequestError: it is not the plan adopted last for its week. Denied: the actor may not say so.
    """
    permit(ctx, "plan.adopt")
    if not plans.undo_adoption(ctx.engine, plan_id, ctx.clock(), ctx.actor.name):
        raise RequestError("nothing_to_undo")


def in_force(ctx: Context, week_start: date | None = None) -> InForce | None:
    """The plan of a week (None: this week, else the next one planned, else the last); None where there is no plan."""
    return remembered(ctx, ("in force", week_start), lambda: _in_force(ctx, week_start))


def _in_force(ctx: Context, week_start: date | None) -> InForce | None:
    listed = plans.list_plans(ctx.engine)
    if week_start is None and not listed.empty:
        week_start = _week(listed["week_start"], ctx.clock().astimezone(BEIJING).date())
    of_week = listed[listed["week_start"] == week_start]
    if of_week.empty:
        return None
    said = plans.adopted(ctx.engine)
    for row in said[said["week_start"] == week_start].to_dict("records"):
        return InForce(row["plan_id"], row["week_start"], row["by"], row["at"])
    newest = of_week.iloc[0]
    return InForce(str(newest["id"]), newest["week_start"])


def _week(weeks: "pd.Series[date]", today: date) -> date:
    """The planned week that holds today, else the next, else the last one."""
    known = sorted(set(weeks))
    reached = [week for week in known if today < week + timedelta(days=DAYS_PER_WEEK)]
    return reached[0] if reached else known[-1]
