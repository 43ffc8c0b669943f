"""集中还是分散: a coin decides week by week, once; what its weeks have shown so far."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

import numpy as np
import pandas as pd

from planner.errors import Impossible, RequestError
from planner.model.trial import RULES, Trial
from planner.model.units import BEIJING, DAYS_PER_WEEK
from planner.review.coin import LEAST_ESTIMATE, LEAST_PAIRS, Answer, Pairs, analyse, draw
from planner.review.weekly import MEASURES, Weekly, weekly
from planner.store import plans, register, trials
from planner.usecases.context import Context, permit
from planner.usecases.in_force import in_force
from planner.usecases.sweeps import done_sweep
from planner.usecases.week import weeks_in_pairs, whole_week

MOST_PAIRS = 26
"""A year."""

MOST_LETTERS = 40
SEEDS = 10**9
COUNTY = pd.Index(["county"])


@dataclass(frozen=True)
class DrawRequest:
    """``start``: a Monday ahead. ``townships``: how many a concentrated week is massed on (None: the policy's).
    ``seed``: a number agreed on in public beforehand; None: this machine's randomness."""

    start: date
    pairs: int = 12
    townships: int | None = None
    name: str = ""
    seed: int | None = None


@dataclass(frozen=True)
class TrialWeek:
    """One week of a trial.

    Attributes:
        state: counted | waiting (for its pair) | ahead (not over in the register) | missing (nothing was entered) |
            holiday (the calendar has one now) | alone (its pair is missing) (catalogue ``trial.state_<state>``).
        plan_id, spread: of the plan in force; None: there is none.
        officer_days: planned ones; None without a plan.
        counted: cases of the whole county; None where the week does not tell.
    """

    monday: date
    drawn: str
    state: str
    plan_id: str | None
    spread: str | None
    officer_days: int | None
    counted: int | None

    @property
    def obeyed(self) -> bool | None:
        """None: nobody has planned it."""
        return None if self.spread is None else self.spread == self.drawn


@dataclass(frozen=True)
class TrialTold:
    """What can be said of a trial now.

    Attributes:
        over: every week is over in the register; only then is there a verdict, because whoever looks early and often
            finds something that is not there.
        why: why there is no answer (catalogue ``trial.why_<why>``).
        cases, days: of the concentrated and of the spread weeks of complete pairs; ``days`` only where all are known.
        unknown_days: complete pairs whose officer-days count as equal because a plan is not there.
    """

    trial: Trial
    as_of: date
    weeks: tuple[TrialWeek, ...]
    complete: int
    answer: Answer | None
    over: bool
    why: str | None
    cases: tuple[int, int]
    days: tuple[int, int] | None
    unknown_days: int

    @property
    def verdict(self) -> str:
        return self.answer.verdict if self.answer and self.over else "cannot_tell"


def draw_trial(ctx: Context, request: DrawRequest) -> Trial:
    """Throw the coin for every pair of weeks, and keep what it said for good.

    Raises:
        RequestError: the weeks lie in the past, belong to another trial, or are too few to show anything.
        Impossible: the calendar does not reach so far.
    """
    permit(ctx, "trial.draw")
    pairs = planned_pairs(ctx, request)
    seed = secrets.randbelow(SEEDS) if request.seed is None else request.seed
    trial = Trial(
        id=uuid4().hex[:8], name=request.name.strip(), pairs=pairs, concentrate=draw(pairs, seed), seed=seed,
        rule=RULES[0], townships=request.townships or ctx.policy.sweep.townships, measure=MEASURES[0],
        drawn_at=ctx.clock(), by=ctx.actor.name,
    )  # fmt: skip
    trials.save(ctx.engine, trial, trial.drawn_at, trial.by)
    return trial


def planned_pairs(ctx: Context, request: DrawRequest) -> tuple[tuple[date, date], ...]:
    """The weeks a trial would have; refused for the same reasons as :func:`draw_trial`."""
    permit(ctx, "review.see")
    today, most = _today(ctx), len(ctx.region.townships)
    if not LEAST_PAIRS <= request.pairs <= MOST_PAIRS:
        raise RequestError("trial_pairs", pairs=request.pairs, least=LEAST_PAIRS, most=MOST_PAIRS)
    if request.townships is not None and not 1 <= request.townships < most:
        raise RequestError("trial_townships", townships=request.townships, most=most - 1)
    if request.seed is not None and not 0 <= request.seed < SEEDS:
        raise RequestError("out_of_range", name="seed", value=request.seed, allowed=f"0-{SEEDS - 1}")
    if len(request.name.strip()) > MOST_LETTERS:
        raise RequestError("out_of_range", name="name", value=len(request.name), allowed=f"0-{MOST_LETTERS}")
    if request.start <= today:
        raise RequestError("trial_in_past", start=request.start.isoformat(), today=today.isoformat())
    pairs = weeks_in_pairs(ctx.region.calendar, request.start, request.pairs)
    mine = {monday for pair in pairs for monday in pair}
    for other in trials.trials(ctx.engine):
        if both := sorted(mine & set(other.weeks)):
            raise RequestError("trial_overlaps", week=both[0].isoformat(), trial=other.id)
    return pairs


def list_trials(ctx: Context) -> tuple[Trial, ...]:
    """All trials, in the order of their weeks."""
    permit(ctx, "review.see")
    return trials.trials(ctx.engine)


def drawn_spread(ctx: Context, week_start: date) -> str | None:
    """What a coin said of a week (model.policy.SPREADS); None: it belongs to no trial."""
    permit(ctx, "plan.see")
    return next((told for one in trials.trials(ctx.engine) if (told := one.drawn(week_start))), None)


def trial_told(ctx: Context, trial_id: str) -> TrialTold:
    """A trial's weeks and what they say, analysed as drawn whatever was planned.

    Raises:
        RequestError: no such trial. Impossible: there is no register.
    """
    permit(ctx, "review.see")
    trial = next((one for one in trials.trials(ctx.engine) if one.id == trial_id), None)
    if trial is None:
        raise RequestError("unknown_trial", trial=trial_id)
    told, as_of = county_weeks(ctx, trial.pairs[0][0], trial.measure)
    weeks = _weeks(ctx, trial, told)
    complete = [pair for pair in zip(weeks[::2], weeks[1::2], strict=True) if pair[0].state == "counted"]
    pairs = _pairs([pair if pair[0].drawn == "concentrate" else pair[::-1] for pair in complete])
    why = _why_not(ctx, trial, weeks, pairs)
    unknown = int((~pairs.known).sum())
    return TrialTold(
        trial, as_of, weeks, len(complete),
        answer=None if why else analyse(pairs),
        over=all(week.state not in ("ahead", "waiting") for week in weeks),
        why=why,
        cases=(int(pairs.concentrated.sum()), int(pairs.spread.sum())),
        days=(int(pairs.days[:, 0].sum()), int(pairs.days[:, 1].sum())) if complete and not unknown else None,
        unknown_days=unknown,
    )  # fmt: skip


def county_weeks(ctx: Context, monday: date | None, measure: str) -> tuple[Weekly, date]:
    """What the whole county did week by week, cases without a known place among them; and how far the register goes.

    Args:
        monday: where counting starts (None: after the last whole week).

    Raises:
        Impossible: there is no register.
    """
    permit(ctx, "review.see")
    cases = register.cases(ctx.engine)
    if cases.empty:
        raise Impossible("nothing_to_review")
    everywhere = pd.Series(COUNTY[0], index=cases.index)
    last: date = cases[["filed_on", "closed_on"]].max().max().date()
    first, words = pd.Timestamp(monday or after_last_week(last)), ctx.region.outcome_words
    return weekly(cases, everywhere, COUNTY, first, measure, words), last


def _weeks(ctx: Context, trial: Trial, told: Weekly) -> tuple[TrialWeek, ...]:
    found = []
    for pair in trial.pairs:
        states = [_state(ctx, trial, told, monday) for monday in pair]
        for monday, state, other in zip(pair, states, states[::-1], strict=True):
            if state == "told":
                state = {"told": "counted", "ahead": "waiting"}.get(other, "alone")
            found.append(_week(ctx, trial, told, monday, state))
    return tuple(found)


def _state(ctx: Context, trial: Trial, told: Weekly, monday: date) -> str:
    number = _number(trial, told, monday)
    if not whole_week(ctx.region.calendar, monday):
        return "holiday"
    if number >= len(told.counts):
        return "ahead"
    return "missing" if told.missing[number] else "told"


def _week(ctx: Context, trial: Trial, told: Weekly, monday: date, state: str) -> TrialWeek:
    number = _number(trial, told, monday)
    drawn = "concentrate" if monday in trial.concentrate else "spread"
    counted = int(told.counts[number, 0]) if state in ("counted", "waiting", "alone") else None
    driven = in_force(ctx, monday)
    if driven is None:
        return TrialWeek(monday, drawn, state, None, None, None, counted)
    plan, _ = plans.load_plan(ctx.engine, driven.plan_id)
    return TrialWeek(monday, drawn, state, plan.id, plan.spread, done_sweep(ctx, plan).officer_days, counted)


def _number(trial: Trial, told: Weekly, monday: date) -> int:
    return told.start + (monday - trial.pairs[0][0]).days // DAYS_PER_WEEK


def _pairs(complete: list[tuple[TrialWeek, ...]]) -> Pairs:
    counted = np.array([[week.counted for week in pair] for pair in complete], np.int64).reshape(-1, 2)
    days = np.array([[week.officer_days or np.nan for week in pair] for pair in complete], float).reshape(-1, 2)
    return Pairs(counted[:, 0], counted[:, 1], days)


def _why_not(ctx: Context, trial: Trial, weeks: tuple[TrialWeek, ...], pairs: Pairs) -> str | None:
    if _today(ctx) < trial.pairs[0][0]:
        return "not_begun"
    if all(week.state in ("ahead", "holiday") for week in weeks):
        return "register_ends"
    if len(pairs.spread) < LEAST_ESTIMATE:
        return "few_pairs"
    return None if pairs.spread.sum() and pairs.concentrated.sum() else "no_cases"


def _today(ctx: Context) -> date:
    return ctx.clock().astimezone(BEIJING).date()


def after_last_week(as_of: date) -> date:
    """The Monday after the last week that a register tells whole: one that ends on a Friday tells all of it."""
    weekend = as_of + timedelta(days=3)
    return weekend - timedelta(days=weekend.weekday())
