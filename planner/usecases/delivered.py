"""Plan against done: what became of a sweep's visits, and what all sweeps together say of the policy."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

import pandas as pd

from planner.errors import RequestError
from planner.files.policy import RANGES, policy_from_json
from planner.model.policy import Policy
from planner.model.sweep import SweepPlan
from planner.model.units import BEIJING
from planner.review.calibration import JUDGED, STAYS, Reliability, judged, pooled, reliability, stays
from planner.review.delivered import Pace, largest, money_cap, pace, tally, visit_lines
from planner.review.outcomes import held
from planner.review.propose import KEYS, Proposal, propose
from planner.store import outcomes, plans
from planner.usecases.context import Context, permit
from planner.usecases.policy import policy_in_use
from planner.usecases.remembered import remembered

__all__ = ["Calibrated", "Delivered", "Proposal", "calibrated", "delivered"]


@dataclass(frozen=True)
class Delivered:
    """One sweep.

    Attributes:
        lines: LINES of :mod:`planner.review.delivered`, with what the legs give in ``pace``.
        total: TALLY, one row; by_squad, by_day, by_township: the same with squad_id, day or township_code.
        held: outcomes that wait for a person. cap_fen: above it money was capped; largest: cases above it.
    """

    plan: SweepPlan
    at: datetime
    lines: pd.DataFrame
    total: pd.DataFrame
    by_squad: pd.DataFrame
    by_day: pd.DataFrame
    by_township: pd.DataFrame
    pace: Pace
    held: int
    cap_fen: int
    largest: tuple[str, ...]


@dataclass(frozen=True)
class Calibrated:
    """All sweeps with outcomes.

    Attributes:
        reliability: None: no visit can be judged. sweeps: that were told of. visits: planned ones that were made.
        silent: planned visits whose day is over and of which nothing counts. policy: the present one.
    """

    reliability: Reliability | None
    proposals: tuple[Proposal, ...]
    sweeps: int
    visits: int
    silent: int
    policy: Policy


def delivered(ctx: Context, plan_id: str) -> Delivered:
    """Of an adopted plan; a replan that took its place answers for the whole week.

    Raises:
        RequestError: it was not adopted.
    """
    permit(ctx, "review.see")
    return replace(remembered(ctx, ("delivered", plan_id), lambda: _delivered(ctx, plan_id)), at=ctx.clock())


def _delivered(ctx: Context, plan_id: str) -> Delivered:
    if plan_id not in set(plans.adopted(ctx.engine)["plan_id"]):
        raise RequestError("sweep_unknown", plan_id=plan_id)
    plan, visits = plans.load_plan(ctx.engine, plan_id)
    told = outcomes.outcomes(ctx.engine, plans.family(ctx.engine, plan_id))
    policy = policy_from_json(plan.policy)
    lines = visit_lines(plan.routes, visits, told, policy.worth, _today(ctx))
    driven = pace(plan.routes, lines, (policy.duty.break_start, policy.duty.break_minutes))
    total, by_squad, by_day, by_township = (
        tally(lines, driven.legs, by) for by in ([], ["squad_id"], ["day"], ["township_code"])
    )
    return Delivered(
        plan, ctx.clock(), lines, total, by_squad, by_day, by_township, driven,
        len(held(told)), money_cap(lines["paid_fen"]), largest(lines),
    )  # fmt: skip


def calibrated(ctx: Context) -> Calibrated:
    """Whether chances, money and minutes come true, pooled over all sweeps with outcomes, and what to change."""
    permit(ctx, "review.see")
    return remembered(ctx, ("calibrated",), lambda: _calibrated(ctx))


def _calibrated(ctx: Context) -> Calibrated:
    rows, minutes, silent, sweeps = [], [], 0, 0
    for plan, visits, told in _sweeps_told(ctx):
        policy = policy_from_json(plan.policy)
        lines = visit_lines(plan.routes, visits, told, policy.worth, _today(ctx))
        legs = pace(plan.routes, lines, (policy.duty.break_start, policy.duty.break_minutes)).legs
        week = pd.Timestamp(plan.week_start)
        rows.append(judged(lines, visits, policy.worth, week))
        minutes.append(stays(legs, visits, policy.visit, week))
        silent += int(lines["why"].isin(["no_word", "held"]).sum())
        sweeps += 1
    table, now = pooled(rows, JUDGED), policy_in_use(ctx).policy
    told_minutes = pooled(minutes, STAYS)
    return Calibrated(
        reliability(table, now.worth) if len(table) else None,
        propose(table, told_minutes, now, {key: RANGES[key] for key in KEYS}),
        sweeps, len(table), silent, now,
    )  # fmt: skip


def _sweeps_told(ctx: Context) -> Iterator[tuple[SweepPlan, pd.DataFrame, pd.DataFrame]]:
    """Plan, VISIT_TABLE and OUTCOME_TABLE of each family of plans that outcomes were told of: the plan is the one
    that was adopted last, else the newest told of."""
    told = outcomes.outcomes(ctx.engine)
    adopted = list(plans.adopted(ctx.engine)["plan_id"])
    left = list(dict.fromkeys(told["plan_id"]))
    while left:
        family = plans.family(ctx.engine, left[0])
        named = [plan_id for plan_id in family if plan_id in left]
        chosen = [plan_id for plan_id in adopted if plan_id in family] or named
        left = [plan_id for plan_id in left if plan_id not in family]
        yield *plans.load_plan(ctx.engine, chosen[-1]), told[told["plan_id"].isin(family)]


def _today(ctx: Context) -> date:
    return ctx.clock().astimezone(BEIJING).date()
