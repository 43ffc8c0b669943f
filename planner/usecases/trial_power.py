"""What evidence could show before anything is done: the next sweep, and weeks decided by a coin."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.errors import Impossible
from planner.model.units import BEIJING
from planner.review.coin import LEAST_PAIRS, power, smallest
from planner.review.compare import WINDOWS, smallest_effect
from planner.review.weekly import MEASURES
from planner.store import plans
from planner.usecases.context import Context, permit
from planner.usecases.remembered import remembered
from planner.usecases.score import latest, preview_choice
from planner.usecases.sweeps import DoneSweep, done_sweep, known_sweeps, obstacle, posed, question
from planner.usecases.trial import MOST_PAIRS, after_last_week, county_weeks
from planner.usecases.week import whole_week

CURVE = (LEAST_PAIRS, 8, 10, 12, 16, 20, MOST_PAIRS)
"""Numbers of pairs for which the power is told."""

LEAST_PAST, MOST_PAST = 20, 104
"""Past pairs needed to say anything, and weeks looked back on."""

MOST_PLANS = 10


@dataclass(frozen=True)
class Planned:
    """A sweep that is not done yet. ``source``: adopted | plan | hottest (catalogue ``trial.source_<source>``)."""

    source: str
    sweep: DoneSweep


@dataclass(frozen=True)
class Visible:
    """``smallest``: (weeks looked at afterwards, smallest true log effect seen in 80 of 100 cases). ``why``: why that
    cannot be told (catalogue ``trial.blind_<why>``)."""

    as_of: date
    smallest: tuple[tuple[int, float], ...]
    why: str | None = None


@dataclass(frozen=True)
class Past:
    """``pairs``: (m, 2) the county's cases in past weeks that followed each other. ``mean``: a week."""

    pairs: npt.NDArray[np.int64]
    mean: float
    as_of: date


def planned_sweeps(ctx: Context) -> tuple[Planned, ...]:
    """What could be done next: the adopted plan of the next week, the hottest townships now, other plans ahead."""
    permit(ctx, "review.see")
    return remembered(ctx, ("planned_sweeps",), lambda: _planned_sweeps(ctx))


def _planned_sweeps(ctx: Context) -> tuple[Planned, ...]:
    today = ctx.clock().astimezone(BEIJING).date()
    said = plans.adopted(ctx.engine)
    adopted = set(said.loc[said["week_start"] > today, "plan_id"])
    listed = plans.list_plans(ctx.engine)
    ahead = listed[listed["week_start"] > today].head(MOST_PLANS)
    ids = dict.fromkeys([*sorted(adopted), *ahead["id"]])
    found = [(plan_id, done_sweep(ctx, plans.load_plan(ctx.engine, plan_id)[0])) for plan_id in ids]
    run = latest(ctx)
    hottest = preview_choice(ctx, run, run.hotspots.k).codes if run else ()
    mine = [Planned("hottest", DoneSweep("", today, "concentrate", tuple(sorted(hottest)), 0))] if hottest else []
    first = sorted((sweep for plan_id, sweep in found if plan_id in adopted), key=lambda sweep: sweep.week_start)
    others = [Planned("plan", sweep) for plan_id, sweep in found if plan_id not in adopted]
    return (*(Planned("adopted", sweep) for sweep in first), *mine, *others)


def visible(ctx: Context, planned: Planned) -> Visible:
    """The smallest effect that a sweep could show, as if it began right after the register ends.

    Raises:
        Impossible: there is no register.
    """
    permit(ctx, "review.see")
    return remembered(ctx, ("visible", planned), lambda: _visible(ctx, planned))


def _visible(ctx: Context, planned: Planned) -> Visible:
    known = known_sweeps(ctx)
    last: date = known.cases[["filed_on", "closed_on"]].max().max().date()
    sweep = replace(planned.sweep, week_start=after_last_week(last))
    asked = question(known, sweep, MEASURES[0])
    why = obstacle(asked, 0)
    whole = None if why else posed(asked, WINDOWS[-1])
    if whole is None or whole.start < MOST_PAST // 2:
        return Visible(last, (), why or "short_history")
    return Visible(last, tuple((weeks, smallest_effect(replace(whole, weeks=weeks))) for weeks in WINDOWS))


def past_pairs(ctx: Context) -> Past:
    """The county's own past weeks, from which a trial's power is foretold; holidays and empty weeks left out.

    Raises:
        Impossible: there is no register, or it tells of too few weeks.
    """
    permit(ctx, "review.see")
    return remembered(ctx, ("past_pairs",), lambda: _past_pairs(ctx))


def _past_pairs(ctx: Context) -> Past:
    told, last = county_weeks(ctx, None, MEASURES[0])
    monday = after_last_week(last)
    numbers = np.arange(max(0, told.start - MOST_PAST), told.start)
    mondays = [(pd.Timestamp(monday) + pd.Timedelta(weeks=int(n) - told.start)).date() for n in numbers]
    fit = np.array([whole_week(ctx.region.calendar, day) for day in mondays], bool) & ~told.missing[numbers]
    total = told.counts[numbers, 0]
    both = fit[:-1] & fit[1:]
    pairs = np.stack([total[:-1], total[1:]], axis=1)[both]
    if len(pairs) < LEAST_PAST or not pairs.any():
        raise Impossible("trial_past_short", pairs=len(pairs), least=LEAST_PAST, as_of=last.isoformat())
    return Past(pairs, float(total[fit].mean()), last)


def power_curve(past: Past, effect: float) -> pd.DataFrame:
    """pairs, power: how often trials of so many pairs would find a true log effect."""
    return pd.DataFrame({"pairs": CURVE, "power": [power(past.pairs, pairs, effect) for pairs in CURVE]})


def power_before(past: Past, pairs: int, effect: float) -> tuple[float, float | None]:
    """Of one trial: its power for a true log effect, and the smallest that it finds in 80 of 100 cases."""
    return power(past.pairs, pairs, effect), smallest(past.pairs, pairs)
