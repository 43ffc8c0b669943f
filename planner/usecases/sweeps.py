"""Sweeps that were done, and the questions that the register can answer about them."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.errors import Impossible
from planner.model.indicator import OutcomeWords
from planner.model.sweep import SweepPlan
from planner.model.units import BEIJING, DAYS_PER_WEEK
from planner.review.baseline import LEAST_HISTORY, QUARTER
from planner.review.compare import Effect, Sweep, compare
from planner.review.weekly import Weekly, changed_townships, weekly
from planner.store import plans, register
from planner.usecases.context import Context, permit
from planner.usecases.remembered import remembered

Flags = npt.NDArray[np.bool_]

LEAST_OTHERS = 3
"""Townships under no sweep that the swept ones are compared with, at least."""


@dataclass(frozen=True)
class DoneSweep:
    """A plan that was adopted and whose week has begun. ``spread``: SPREADS."""

    plan_id: str
    week_start: date
    spread: str
    townships: tuple[str, ...]
    officer_days: int


@dataclass(frozen=True)
class Judged:
    """One question's answer, or why there is none (catalogue ``review.why_<why>``).

    ``holm``: p corrected for all outcomes looked at (Holm 1979); None where the question stands alone.
    """

    effect: Effect | None
    why: str | None = None
    holm: float | None = None


@dataclass(frozen=True)
class Known:
    """``township``: code by row of ``cases`` (CASE_TABLE), NA where not placed; ``codes``: the n townships."""

    cases: pd.DataFrame
    township: pd.Series
    codes: pd.Index
    sweeps: tuple[DoneSweep, ...]
    words: OutcomeWords


@dataclass(frozen=True)
class Question:
    """Did ``swept`` townships do otherwise than the rest of ``kept``?

    Attributes:
        touched: (weeks, n) weeks in which a township stood under another sweep.
        swept, kept: (n,). codes: the n townships.
    """

    told: Weekly
    touched: Flags
    swept: Flags
    kept: Flags
    codes: pd.Index

    @property
    def changed(self) -> Flags:
        """(n,) townships of which the register tells otherwise than before; they are left out."""
        return changed_townships(self.told.counts, self.told.start)

    def compared(self, weeks: int) -> Flags:
        """(n,) those kept that stand under no other sweep within the window, and the swept ones."""
        start = self.told.start
        return self.kept & (self.swept | ~self.touched[start : start + weeks].any(axis=0))


def done_sweeps(ctx: Context) -> tuple[DoneSweep, ...]:
    """Sweeps that can be asked about, oldest first."""
    permit(ctx, "review.see")
    return remembered(ctx, ("done_sweeps",), lambda: _done_sweeps(ctx))


def _done_sweeps(ctx: Context) -> tuple[DoneSweep, ...]:
    today = ctx.clock().astimezone(BEIJING).date()
    found = []
    for row in plans.adopted(ctx.engine).to_dict("records"):
        if row["week_start"] <= today:
            plan, _ = plans.load_plan(ctx.engine, row["plan_id"])
            found.append(done_sweep(ctx, plan))
    return tuple(sorted(found, key=lambda sweep: sweep.week_start))


def done_sweep(ctx: Context, plan: SweepPlan) -> DoneSweep:
    """A plan as a sweep that can be asked about."""
    sizes = {squad.id: squad.size for squad in ctx.region.squads}
    driven = [route for route in plan.routes if route.stops]
    townships = tuple(sorted({route.township_code for route in driven}))
    officer_days = sum(sizes.get(route.squad_id, 0) for route in driven)
    return DoneSweep(plan.id, plan.week_start, plan.spread, townships, officer_days)


def known_sweeps(ctx: Context) -> Known:
    """Raises Impossible: there is no register."""
    cases, placed = register.cases(ctx.engine), register.placed(ctx.engine)
    if cases.empty:
        raise Impossible("nothing_to_review")
    lead = placed[placed["lead"]].set_index("case_id")["township_code"]
    codes = pd.Index(ctx.region.townships["code"])
    return Known(cases, cases["case_id"].map(lead), codes, done_sweeps(ctx), ctx.region.outcome_words)


def question(known: Known, sweep: DoneSweep, measure: str) -> Question:
    """Did the townships of a sweep do otherwise than the rest of the county?"""
    monday = pd.Timestamp(sweep.week_start)
    told = weekly(known.cases, known.township, known.codes, monday, measure, known.words)
    changed = changed_townships(told.counts, told.start)
    swept = np.asarray(known.codes.isin(sweep.townships)) & ~changed
    return Question(told, _touched(known, sweep, told), swept, ~changed, known.codes)


def _touched(known: Known, sweep: DoneSweep, told: Weekly) -> Flags:
    """The quarter after each other sweep, in its townships. Squads spread over all are as ever: no sweep."""
    touched = np.zeros(told.counts.shape, bool)
    for other in known.sweeps:
        if other.plan_id != sweep.plan_id and other.spread != "spread":
            first = told.start + (other.week_start - sweep.week_start).days // DAYS_PER_WEEK
            touched[max(first, 0) : max(first + QUARTER, 0)] |= np.asarray(known.codes.isin(other.townships))
    return touched


def obstacle(asked: Question, weeks: int) -> str | None:
    """Why a window cannot be judged."""
    told, compared = asked.told, asked.compared(weeks)
    if told.start < LEAST_HISTORY:
        return "short_history"
    if told.start + weeks > len(told.counts):
        return "window_open"
    if not asked.swept.any():
        return "nobody_swept"
    if asked.swept[asked.kept].all():
        return "everybody_swept"
    return "few_others" if (compared & ~asked.swept).sum() < LEAST_OTHERS else None


def posed(asked: Question, weeks: int, among: Flags | None = None) -> Sweep | None:
    """The question for :mod:`planner.review.compare`; weeks that tell nothing are left out on both sides.

    Args:
        among: (n,) townships that it is about (default: those that may be compared).
    """
    told, kept = asked.told, asked.compared(weeks) if among is None else among
    if told.start < LEAST_HISTORY or not asked.swept.any() or asked.swept[kept].all():
        return None
    whole = ~told.missing
    start = int(whole[: told.start].sum())
    lost = int(told.missing[told.start : told.start + weeks].sum())
    at = np.ix_(whole, kept)
    waiting = told.waiting[at] if told.tells_waiting else None
    return Sweep(told.counts[at], asked.swept[kept], start, weeks - lost, asked.touched[at], waiting)


def judged(asked: Question, weeks: int) -> Judged:
    """The answer over a window, or why there is none."""
    why = obstacle(asked, weeks)
    sweep = None if why else posed(asked, weeks)
    if sweep is None or sweep.weeks < 1 or sweep.start < LEAST_HISTORY:
        return Judged(None, why or "weeks_missing")
    effect, start = compare(sweep), asked.told.start
    again = asked.touched[start : start + weeks, asked.swept].any()
    codes = ("weeks_missing",) * bool(asked.told.missing.any()) + ("swept_again",) * bool(again)
    return Judged(replace(effect, caveats=(*effect.caveats, *codes)))
