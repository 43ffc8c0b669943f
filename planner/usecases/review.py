"""Did a sweep work: what the register says afterwards, against what was to be expected without it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.errors import Impossible, RequestError
from planner.geo.neighbours import neighbours
from planner.model.indicator import OutcomeWords
from planner.model.sweep import SweepPlan
from planner.model.units import BEIJING, DAYS_PER_WEEK
from planner.review.compare import (
    FULL_HISTORY,
    LEAST_HISTORY,
    WINDOWS,
    YEAR,
    Effect,
    Sweep,
    compare,
    expected_path,
    pool,
    smallest_effect,
)
from planner.review.displacement import Change, Difference, displacement_difference
from planner.review.outcomes import Totals, totals
from planner.review.weekly import MEASURES, WHOLE_MONEY, Weekly, changed_townships, weekly
from planner.store import outcomes, plans, register
from planner.usecases.context import Context, permit

Flags = npt.NDArray[np.bool_]
QUARTER = 13


@dataclass(frozen=True)
class DoneSweep:
    """A plan that was adopted and whose week has begun."""

    plan_id: str
    week_start: date
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
class Review:
    """What can be said of one sweep, in the order in which it is said.

    Attributes:
        primary: the first of MEASURES over the longest window that is over.
        windows: (weeks, answer) of the primary measure; measures: (measure, answer) over ``weeks``, last the money
            without its cap, which no correction counts.
        before_after: log ratio of the swept townships, the window against as many weeks before it.
        rebound: mean of the same over past quarters in which the same number of hottest townships was not swept.
        path: code, week (0: of the sweep), counted, expected, low, high; swept townships, primary measure.
        near: neighbours of swept townships against those far away. drawn: the same in cases for each township.
        extra: cases more than expected in the county.
        smallest: the smallest true log effect that such a sweep shows in 80 of 100 cases.
        largest: cases whose money was capped. left_out: names of townships that changed. missing: weeks that tell
            nothing.
    """

    sweep: DoneSweep
    as_of: date
    weeks: int
    primary: Judged
    windows: tuple[tuple[int, Judged], ...]
    measures: tuple[tuple[str, Judged], ...]
    before_after: float | None
    rebound: float | None
    path: pd.DataFrame
    near: Judged
    drawn: Difference | None
    extra: float | None
    smallest: float | None
    effort: Totals
    largest: tuple[str, ...]
    left_out: tuple[str, ...]
    missing: tuple[date, ...]


@dataclass(frozen=True)
class _Known:
    cases: pd.DataFrame
    township: pd.Series
    codes: pd.Index
    sweeps: tuple[DoneSweep, ...]
    words: OutcomeWords


def done_sweeps(ctx: Context) -> tuple[DoneSweep, ...]:
    """Sweeps that can be asked about, oldest first."""
    permit(ctx, "review.see")
    today = ctx.clock().astimezone(BEIJING).date()
    found = []
    for row in plans.adopted(ctx.engine).to_dict("records"):
        if row["week_start"] <= today:
            plan, _ = plans.load_plan(ctx.engine, row["plan_id"])
            found.append(_done(ctx, plan))
    return tuple(sorted(found, key=lambda sweep: sweep.week_start))


def review(ctx: Context, plan_id: str) -> Review:
    """Everything that can be said of one sweep; what cannot be judged says why, and the rest is judged.

    Raises:
        RequestError: it was not adopted, or its week has not begun. Impossible: there is no register.
    """
    permit(ctx, "review.see")
    known = _known(ctx)
    sweep = next((one for one in known.sweeps if one.plan_id == plan_id), None)
    if sweep is None:
        raise RequestError("sweep_unknown", plan_id=plan_id)
    told = {measure: _weekly(known, sweep, measure) for measure in (*MEASURES, WHOLE_MONEY)}
    first = told[MEASURES[0]]
    changed = changed_townships(first.counts, first.start)
    swept = np.asarray(known.codes.isin(sweep.townships))
    over = [weeks for weeks in WINDOWS if first.start + weeks <= len(first.counts)]
    weeks = over[-1] if over else WINDOWS[-1]
    posed = _posed(known, sweep, first, swept & ~changed, ~changed, weeks)
    measures = _holm([(m, _judged(known, sweep, told[m], swept & ~changed, ~changed, weeks)) for m in MEASURES])
    beside = (WHOLE_MONEY, _judged(known, sweep, told[WHOLE_MONEY], swept & ~changed, ~changed, weeks))
    windows = tuple((w, _judged(known, sweep, first, swept & ~changed, ~changed, w)) for w in WINDOWS)
    primary = dict(windows)[weeks]
    whole = primary.effect is not None
    last = known.cases[["filed_on", "closed_on"]].max().max()
    return Review(
        sweep, last.date(), weeks, primary, windows, (*measures, beside),
        _before_after(first, swept & ~changed, weeks) if whole else None,
        _rebound(first, int(swept.sum()), weeks) if whole else None,
        _path(posed, known.codes[~changed]) if posed and whole else pd.DataFrame(),
        _near(ctx, known, sweep, first, swept, changed, weeks) if whole else Judged(None, primary.why),
        _drawn(ctx, known, first, swept, changed, weeks) if whole else None,
        _extra(posed) if posed and whole else None,
        smallest_effect(posed) if posed else None,
        totals(outcomes.outcomes(ctx.engine, plans.family(ctx.engine, plan_id))),
        told["money"].largest, tuple(ctx.region.township_name(code) for code in known.codes[changed]),
        tuple(sweep.week_start + timedelta(weeks=int(n) - first.start) for n in np.flatnonzero(first.missing)),
    )  # fmt: skip


def pooled(ctx: Context) -> Judged:
    """All sweeps of which a month or more is over, as one effect on the primary measure."""
    permit(ctx, "review.see")
    known, ready = _known(ctx), []
    for sweep in known.sweeps:
        told = _weekly(known, sweep, MEASURES[0])
        over = [weeks for weeks in WINDOWS if told.start + weeks <= len(told.counts)]
        changed = changed_townships(told.counts, told.start)
        swept = np.asarray(known.codes.isin(sweep.townships)) & ~changed
        if over and _why_not(told, swept, ~changed, over[-1]) is None:
            posed = _posed(known, sweep, told, swept, ~changed, over[-1])
            ready += [posed] if posed else []
    return Judged(pool(ready)) if len(ready) > 1 else Judged(None, "one_sweep")


def _known(ctx: Context) -> _Known:
    cases, placed = register.cases(ctx.engine), register.placed(ctx.engine)
    if cases.empty:
        raise Impossible("nothing_to_review")
    lead = placed[placed["lead"]].set_index("case_id")["township_code"]
    codes = pd.Index(ctx.region.townships["code"])
    return _Known(cases, cases["case_id"].map(lead), codes, done_sweeps(ctx), ctx.region.outcome_words)


def _done(ctx: Context, plan: SweepPlan) -> DoneSweep:
    sizes = {squad.id: squad.size for squad in ctx.region.squads}
    driven = [route for route in plan.routes if route.stops]
    townships = tuple(sorted({route.township_code for route in driven}))
    return DoneSweep(plan.id, plan.week_start, townships, sum(sizes.get(route.squad_id, 0) for route in driven))


def _weekly(known: _Known, sweep: DoneSweep, measure: str) -> Weekly:
    return weekly(known.cases, known.township, known.codes, pd.Timestamp(sweep.week_start), measure, known.words)


def _why_not(told: Weekly, swept: Flags, kept: Flags, weeks: int) -> str | None:
    if told.start < LEAST_HISTORY:
        return "short_history"
    if told.start + weeks > len(told.counts):
        return "window_open"
    if not swept.any():
        return "nobody_swept"
    return "everybody_swept" if swept[kept].all() else None


def _posed(known: _Known, sweep: DoneSweep, told: Weekly, swept: Flags, kept: Flags, weeks: int) -> Sweep | None:
    """The question for :mod:`planner.review.compare`; weeks that tell nothing are left out on both sides."""
    if told.start < LEAST_HISTORY or not swept.any() or swept[kept].all():
        return None
    before = np.zeros(len(told.counts), bool)
    for other in known.sweeps:
        first = told.start + (other.week_start - sweep.week_start).days // DAYS_PER_WEEK
        if first < told.start:
            before[max(first, 0) : first + QUARTER] = True
    whole = ~told.missing
    start = int(whole[: told.start].sum())
    lost = int(told.missing[told.start : told.start + weeks].sum())
    return Sweep(told.counts[whole][:, kept], swept[kept], start, weeks - lost, before[whole])


def _judged(known: _Known, sweep: DoneSweep, told: Weekly, swept: Flags, kept: Flags, weeks: int) -> Judged:
    why = _why_not(told, swept, kept, weeks)
    posed = None if why else _posed(known, sweep, told, swept, kept, weeks)
    if posed is None or posed.weeks < 1 or posed.start < LEAST_HISTORY:
        return Judged(None, why or "weeks_missing")
    effect = compare(posed)
    codes = ("weeks_missing",) if told.missing.any() else ()
    return Judged(replace(effect, caveats=(*effect.caveats, *codes)))


def _holm(told: list[tuple[str, Judged]]) -> tuple[tuple[str, Judged], ...]:
    """Corrected p values, step by step down from the smallest."""
    known = sorted((one.effect.p, m) for m, one in told if one.effect)
    corrected: dict[str, float] = {}
    highest = 0.0
    for n, (p, measure) in enumerate(known):
        highest = min(1.0, max(highest, p * (len(known) - n)))
        corrected[measure] = highest
    return tuple((m, replace(one, holm=corrected.get(m))) for m, one in told)


def _before_after(told: Weekly, swept: Flags, weeks: int) -> float:
    after = told.counts[told.start : told.start + weeks, swept].sum()
    before = told.counts[told.start - weeks : told.start, swept].sum()
    return float(np.log((after + 0.5) / (before + 0.5)))


def _rebound(told: Weekly, k: int, weeks: int) -> float | None:
    """What before/after says of quarters in which the hottest townships were not swept: a fall that nobody made."""
    found = []
    for origin in range(told.start - weeks, QUARTER, -QUARTER):
        before = told.counts[origin - QUARTER : origin].sum(axis=0)
        hot = np.argsort(before)[-k:]
        after = told.counts[origin : origin + weeks, hot].sum()
        same = told.counts[origin - weeks : origin, hot].sum()
        found.append(np.log((after + 0.5) / (same + 0.5)))
    return float(np.mean(found)) if found else None


def _path(posed: Sweep, codes: pd.Index) -> pd.DataFrame:
    """Week by week from a quarter before; the expected band from the sweep on."""
    told, low, high = expected_path(posed)
    rows = []
    for n in np.flatnonzero(posed.swept):
        for week in range(-QUARTER, posed.weeks):
            counted = int(posed.counts[posed.start + week, n])
            band = (told[week, n], low[week, n], high[week, n]) if week >= 0 else (None, None, None)
            rows.append((codes[int(n)], week, counted, *band))
    return pd.DataFrame(rows, columns=["code", "week", "counted", "expected", "low", "high"])


def _near(
    ctx: Context, known: _Known, sweep: DoneSweep, told: Weekly, swept: Flags, changed: Flags, weeks: int
) -> Judged:
    """Neighbours against far townships, the swept ones left out: work that was drawn away, or spread, shows here."""
    kept = ~swept & ~changed
    return _judged(known, sweep, told, _beside(ctx, known, swept) & kept, kept, weeks)


def _drawn(ctx: Context, known: _Known, told: Weekly, swept: Flags, changed: Flags, weeks: int) -> Difference | None:
    """Cases for each neighbour against each far township, the window against as many weeks of the year before it."""
    kept = ~swept & ~changed
    near = _beside(ctx, known, swept) & kept
    far = kept & ~near
    if not near.any() or not far.any():
        return None
    change = [
        Change(
            float(told.counts[told.start - YEAR : told.start, who].sum()),
            float(told.counts[told.start : told.start + weeks, who].sum()),
            weight=float(who.sum()), before_weeks=YEAR / weeks,
        )
        for who in (far, near)
    ]  # fmt: skip
    return displacement_difference(*change)


def _beside(ctx: Context, known: _Known, swept: Flags) -> Flags:
    """(n,) townships beside a swept one."""
    pairs = neighbours(ctx.region)
    mine = set(known.codes[swept])
    beside = {b for a, b in zip(pairs["a"], pairs["b"], strict=True) if a in mine}
    beside |= {a for a, b in zip(pairs["a"], pairs["b"], strict=True) if b in mine}
    return np.asarray(known.codes.isin(beside - mine))


def _extra(posed: Sweep) -> float:
    told, _, _ = expected_path(posed)
    seen = posed.counts[posed.start : posed.start + posed.weeks]
    return float(seen.sum() - told.sum())


__all__ = ["FULL_HISTORY", "Review", "done_sweeps", "pooled", "review"]
