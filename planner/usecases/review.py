"""Did a sweep work: what the register says afterwards, against what was to be expected without it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from planner.errors import RequestError
from planner.geo.neighbours import neighbours
from planner.model.indicator import Indicator
from planner.review.baseline import QUARTER, YEAR
from planner.review.compare import WINDOWS, expected_path, pool, smallest_effect
from planner.review.displacement import Change, Difference, displacement_difference
from planner.review.indicators import Share, shares_within
from planner.review.outcomes import Totals, totals
from planner.review.weekly import MEASURES, WHOLE_MONEY
from planner.scoring.forecast import forecast_filings
from planner.scoring.past import past_filings
from planner.store import outcomes, plans
from planner.usecases.context import Context, permit
from planner.usecases.remembered import remembered
from planner.usecases.sweeps import (
    DoneSweep,
    Flags,
    Judged,
    Known,
    Question,
    judged,
    known_sweeps,
    obstacle,
    posed,
    question,
)

SIDE_BY_SIDE = ("completed", "first_terminated")
"""执行完毕率 and 首执案件终本率: who ends more cases with nothing completes more of the rest."""


@dataclass(frozen=True)
class Rate:
    """An indicator of the window and of the same weeks of the year before. ``who``: swept | others."""

    who: str
    spec: Indicator
    now: Share
    before: Share


@dataclass(frozen=True)
class Review:
    """What can be said of one sweep, in the order in which it is said.

    Attributes:
        primary: the first of MEASURES over the longest window that is over and can be judged.
        windows: (weeks, answer) of the primary measure; measures: (measure, answer) over ``weeks``, last the money
            without its cap, which no correction counts.
        before_after: log ratio of the swept townships, the window against as many weeks before it.
        rebound: mean of the same over past quarters without a sweep, had the forecast chosen as many townships then.
        path: code, week (0: of the sweep), counted, expected, low, high; swept townships, primary measure.
        near: neighbours of swept townships against those far away. drawn: the same in cases for each township.
        extra: cases more than expected in the county. rates: SIDE_BY_SIDE, swept townships and others.
        smallest: the smallest true log effect that such a sweep shows in 80 of 100 cases.
        largest: cases whose money was capped. left_out: names of townships that changed. aside: of those
            that stood under another sweep within the window. missing: weeks that tell nothing.
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
    rates: tuple[Rate, ...]
    smallest: float | None
    effort: Totals
    largest: tuple[str, ...]
    left_out: tuple[str, ...]
    aside: tuple[str, ...]
    missing: tuple[date, ...]


def review(ctx: Context, plan_id: str) -> Review:
    """Everything that can be said of one sweep; what cannot be judged says why, and the rest is judged.

    Raises:
        RequestError: it was not adopted, or its week has not begun. Impossible: there is no register.
    """
    permit(ctx, "review.see")
    return remembered(ctx, ("review", plan_id), lambda: _review(ctx, plan_id))


def _review(ctx: Context, plan_id: str) -> Review:
    known = known_sweeps(ctx)
    sweep = next((one for one in known.sweeps if one.plan_id == plan_id), None)
    if sweep is None:
        raise RequestError("sweep_unknown", plan_id=plan_id)
    told = {measure: question(known, sweep, measure) for measure in (*MEASURES, WHOLE_MONEY)}
    asked = told[MEASURES[0]]
    windows = tuple((weeks, judged(asked, weeks)) for weeks in WINDOWS)
    weeks = _longest(windows, asked)
    primary = dict(windows)[weeks]
    whole = primary.effect is not None
    planned = posed(asked, weeks)
    missing = np.flatnonzero(asked.told.missing) - asked.told.start
    return Review(
        sweep, known.cases[["filed_on", "closed_on"]].max().max().date(), weeks, primary, windows,
        (*_holm([(m, judged(told[m], weeks)) for m in MEASURES]), (WHOLE_MONEY, judged(told[WHOLE_MONEY], weeks))),
        _before_after(asked, weeks) if whole else None,
        _rebound(ctx, known, sweep, asked, weeks) if whole else None,
        _path(asked, weeks) if whole else pd.DataFrame(),
        _near(ctx, asked, weeks) if whole else Judged(None, primary.why),
        _drawn(ctx, asked, weeks) if whole else None,
        _extra(asked, weeks) if whole else None,
        _rates(ctx, known, sweep, weeks) if whole else (),
        smallest_effect(planned) if planned else None,
        totals(outcomes.outcomes(ctx.engine, plans.family(ctx.engine, plan_id))),
        told["money"].told.largest,
        _names(ctx, asked, asked.changed),
        _names(ctx, asked, asked.kept & ~asked.compared(weeks)),
        tuple(sweep.week_start + timedelta(weeks=int(n)) for n in missing),
    )  # fmt: skip


def pooled(ctx: Context) -> Judged:
    """All sweeps of which a week or more can be judged, as one effect on the primary measure."""
    permit(ctx, "review.see")
    return remembered(ctx, ("pooled",), lambda: _pooled(ctx))


def _pooled(ctx: Context) -> Judged:
    known, ready = known_sweeps(ctx), []
    for sweep in known.sweeps:
        asked = question(known, sweep, MEASURES[0])
        ready += [one for w in WINDOWS if obstacle(asked, w) is None and (one := posed(asked, w))][-1:]
    return Judged(pool(ready)) if len(ready) > 1 else Judged(None, "one_sweep")


def _names(ctx: Context, asked: Question, who: Flags) -> tuple[str, ...]:
    return tuple(ctx.region.township_name(code) for code in asked.codes[who])


def _longest(windows: Sequence[tuple[int, Judged]], asked: Question) -> int:
    """The longest window that is over and can be judged; else that is over; else of all."""
    over = [weeks for weeks, _ in windows if asked.told.start + weeks <= len(asked.told.counts)]
    answered = [weeks for weeks, one in windows if one.effect is not None]
    return (answered or over or [WINDOWS[-1]])[-1]


def _holm(told: list[tuple[str, Judged]]) -> tuple[tuple[str, Judged], ...]:
    """Corrected p values, step by step down from the smallest."""
    known = sorted((one.effect.p, m) for m, one in told if one.effect)
    corrected: dict[str, float] = {}
    highest = 0.0
    for n, (p, measure) in enumerate(known):
        highest = min(1.0, max(highest, p * (len(known) - n)))
        corrected[measure] = highest
    return tuple((m, replace(one, holm=corrected.get(m))) for m, one in told)


def _before_after(asked: Question, weeks: int) -> float:
    start, of = asked.told.start, asked.told.counts[:, asked.swept]
    return _log_ratio(of[start : start + weeks].sum(), of[start - weeks : start].sum())


def _log_ratio(after: float, before: float) -> float:
    return float(np.log((after + 0.5) / (before + 0.5)))


def _rebound(ctx: Context, known: Known, sweep: DoneSweep, asked: Question, weeks: int) -> float | None:
    """What before/after says of quarters without a sweep in which the forecast would have chosen as many townships."""
    day_before = pd.Timestamp(sweep.week_start) - pd.Timedelta(days=1)
    past = past_filings(known.cases, known.township, ctx.region.townships, neighbours(ctx.region), day_before)
    start, counts = asked.told.start, asked.told.counts
    found = []
    for back in range(weeks, min(start - weeks, len(past.counts) - YEAR) + 1, QUARTER):
        expected = forecast_filings(past.counts[:-back], past.exposure, ctx.policy.score, past.near).expected
        hot = known.codes.get_indexer(past.codes[np.argsort(expected)[-len(sweep.townships) :]])
        origin = start - back
        if not asked.touched[origin - weeks : origin + weeks, hot].any():
            after, before = (counts[first : first + weeks, hot].sum() for first in (origin, origin - weeks))
            found.append(_log_ratio(after, before))
    return float(np.mean(found)) if found else None


def _path(asked: Question, weeks: int) -> pd.DataFrame:
    """Week by week from a quarter before; the expected band from the sweep on."""
    sweep, codes = posed(asked, weeks), asked.codes[asked.compared(weeks)]
    if sweep is None:
        return pd.DataFrame()
    told, low, high = expected_path(sweep)
    rows = []
    for n in np.flatnonzero(sweep.swept):
        for week in range(-QUARTER, sweep.weeks):
            counted = int(sweep.counts[sweep.start + week, n])
            band = (told[week, n], low[week, n], high[week, n]) if week >= 0 else (None, None, None)
            rows.append((codes[int(n)], week, counted, *band))
    return pd.DataFrame(rows, columns=["code", "week", "counted", "expected", "low", "high"])


def _near(ctx: Context, asked: Question, weeks: int) -> Judged:
    """Neighbours against far townships, the swept ones left out: work that was drawn away, or spread, shows here."""
    rest = asked.kept & ~asked.swept
    return judged(replace(asked, swept=_beside(ctx, asked) & rest, kept=rest), weeks)


def _drawn(ctx: Context, asked: Question, weeks: int) -> Difference | None:
    """Cases for each neighbour against each far township, the window against as many weeks of the year before it."""
    rest = asked.compared(weeks) & ~asked.swept
    near = _beside(ctx, asked) & rest
    far = rest & ~near
    if not near.any() or not far.any():
        return None
    start, counts = asked.told.start, asked.told.counts
    change = [
        Change(
            float(counts[start - YEAR : start, who].sum()), float(counts[start : start + weeks, who].sum()),
            weight=float(who.sum()), before_weeks=YEAR / weeks,
        )
        for who in (far, near)
    ]  # fmt: skip
    return displacement_difference(*change)


def _beside(ctx: Context, asked: Question) -> Flags:
    """(n,) townships beside a swept one."""
    pairs = neighbours(ctx.region)
    mine = set(asked.codes[asked.swept])
    beside = {b for a, b in zip(pairs["a"], pairs["b"], strict=True) if a in mine}
    beside |= {a for a, b in zip(pairs["a"], pairs["b"], strict=True) if b in mine}
    return np.asarray(asked.codes.isin(beside - mine))


def _extra(asked: Question, weeks: int) -> float | None:
    """Cases of the whole county beyond what was to be expected of it."""
    sweep = posed(asked, weeks, among=asked.kept)
    if sweep is None:
        return None
    told, _, _ = expected_path(sweep)
    return float(sweep.counts[sweep.start : sweep.start + sweep.weeks].sum() - told.sum())


def _rates(ctx: Context, known: Known, sweep: DoneSweep, weeks: int) -> tuple[Rate, ...]:
    """执行完毕率 with 终本率 beside it: as they are told, against no baseline."""
    swept, placed = known.township.isin(sweep.townships), known.township.isin(known.codes)
    monday = pd.Timestamp(sweep.week_start)
    spans = [(day, day + pd.Timedelta(days=7 * weeks - 1)) for day in (monday, monday - pd.Timedelta(weeks=YEAR))]
    specs = [spec for spec in ctx.region.indicators if spec.code in SIDE_BY_SIDE]
    rates = []
    for who, mine in (("swept", swept), ("others", placed & ~swept)):
        now, before = (shares_within(known.cases[mine], *span, specs, known.words) for span in spans)
        rates += [Rate(who, spec, now[spec.code], before[spec.code]) for spec in specs]
    return tuple(rates)
