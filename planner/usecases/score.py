"""Say which townships are hot."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import pandas as pd

from planner.errors import Impossible
from planner.geo.neighbours import neighbours
from planner.model.hotspot import Selection
from planner.model.policy import Policy
from planner.model.score_run import ScoreRun
from planner.scoring.choose import choose
from planner.scoring.rank import score_townships
from planner.scoring.worth import value_visits
from planner.store import imports, plans, policy_words, register
from planner.usecases.caseload import debtors_of, known_cases
from planner.usecases.context import Context, permit
from planner.usecases.week import next_working_week, working_days

SEED = 7


@dataclass(frozen=True)
class ScoreRequest:
    """``as_of``: no later filing is used (default: the latest in the register); ``k``: how many are asked for."""

    as_of: date | None = None
    k: int | None = None
    seed: int = SEED


def score(ctx: Context, request: ScoreRequest | None = None) -> ScoreRun:
    """Rank every township and save the run.

    Raises:
        Impossible: the store holds no case.
    """
    permit(ctx, "score.run")
    request = request or ScoreRequest()
    cases, placed = known_cases(ctx), register.placed(ctx.engine)
    if cases.empty:
        raise Impossible("no_cases")
    parties = debtors_of(ctx, cases)
    as_of = pd.Timestamp(request.as_of) if request.as_of else last_event(cases)
    week = working_days(ctx.region.calendar, next_working_week(ctx.region.calendar, as_of.date()))
    visits, out_of_field = value_visits(cases, parties, placed, ctx.region.calendar, ctx.policy, week, as_of)
    k = request.k or ctx.policy.sweep.townships
    pairs = neighbours(ctx.region)
    hotspots = score_townships(cases, placed, visits, ctx.region, pairs, ctx.policy.score, as_of, k, request.seed)
    return plans.save_score(ctx.engine, hotspots, visits, out_of_field, at=ctx.clock(), by=ctx.actor.name)


def last_event(cases: pd.DataFrame) -> pd.Timestamp:
    """The latest day that the register speaks of: a filing or an ending."""
    return pd.Timestamp(cases[["filed_on", "closed_on"]].max().max())


def latest(ctx: Context) -> ScoreRun | None:
    """The newest score run, if any."""
    permit(ctx, "score.see")
    return plans.latest_score(ctx.engine)


def latest_import(ctx: Context) -> datetime | None:
    """When a register was last imported."""
    permit(ctx, "score.see")
    return imports.latest_at(ctx.engine)


def outdated(ctx: Context, run: ScoreRun) -> str | None:
    """What came after the run was made and may change it (catalogue ``hotspots.outdated_<what>``): a ``register``, or
    another ``policy`` than stood then."""
    newest = latest_import(ctx)
    if newest is not None and newest > run.created_at:
        return "register"
    if policy_words.standing(ctx.engine) != policy_words.standing(ctx.engine, run.created_at):
        return "policy"
    return None


def preview_choice(
    ctx: Context,
    run: ScoreRun,
    k: int,
    must: Sequence[str] = (),
    never: Sequence[str] = (),
    spread: str = "concentrate",
) -> Selection:
    """The areas that a sweep would take, each with its reason."""
    permit(ctx, "score.see")
    policy = with_sweep(ctx.policy, spread, k)
    return choose(run.hotspots, policy.sweep, must, never, explore=policy.score.explore_slots)


def with_sweep(policy: Policy, spread: str, townships: int) -> Policy:
    """The policy with another spread and number of townships."""
    return replace(policy, sweep=replace(policy.sweep, spread=spread, townships=townships))
