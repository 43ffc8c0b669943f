"""The review of a sweep on two pages for a meeting. No names of people; every file is audited."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from planner.files.bars import Panel
from planner.files.printing import Translate, review_sheet
from planner.store import audit
from planner.usecases.context import Context, permit
from planner.usecases.review import Review, review
from planner.usecases.review_words import (
    before_lines,
    caveat_lines,
    effort_rows,
    extra_line,
    largest_line,
    measure_rows,
    near_lines,
    rank_line,
    rate_rows,
    smallest_line,
    verdict_line,
    window_rows,
)

MOST_PANELS = 9
"""Townships whose weeks are drawn."""


def review_pdf(ctx: Context, plan_id: str, t: Translate) -> bytes:
    """PDF: what can be said of one sweep, in the order in which a chief asks.

    Raises:
        RequestError, Impossible: as :func:`planner.usecases.review.review`. Denied: the actor may not export.
    """
    permit(ctx, "export")
    told = review(ctx, plan_id)
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "review.exported", plan_id, "pdf")
    return review_sheet(review_told(told, ctx.region.township_names, ctx.region.name, t), t)


def review_told(told: Review, names: Mapping[str, str], region: str, t: Translate) -> dict[str, Any]:
    """What the two pages say, in words, rows and numbers."""
    codes = told.sweep.townships
    panels = _panels(told, names)
    return {
        "region": region,
        "plan_id": told.sweep.plan_id,
        "week": told.sweep.week_start,
        "townships": "、".join(names[code] for code in codes) or "—",
        "as_of": told.as_of,
        "verdict": verdict_line(told, t),
        "effect": told.primary.effect,
        "caveats": caveat_lines(told, t),
        "rank": rank_line(told, t),
        "before": before_lines(told, t),
        "county": [line for line in (extra_line(told, t),) if line],
        "near": near_lines(told, t),
        "windows": _table(window_rows(told, t)),
        "panels": panels[:MOST_PANELS],
        "more_panels": len(panels[MOST_PANELS:]),
        "measures": _table(measure_rows(told, t)),
        "rates": _table(rate_rows(told, t)) if told.rates else None,
        "largest": largest_line(told, t),
        "effort": effort_rows(told, t),
        "smallest": smallest_line(told, t),
        "method": t("review_sheet.method").strip().splitlines(),
    }


def _panels(told: Review, names: Mapping[str, str]) -> list[Panel]:
    if told.path.empty:
        return []
    panels = []
    for code, rows in told.path.groupby("code", sort=False):
        band = rows.dropna()
        expected = list(zip(band["week"], band["expected"], band["low"], band["high"], strict=True))
        panels.append(Panel(names[str(code)], rows["week"].tolist(), rows["counted"].tolist(), expected))
    return panels


def _table(frame: pd.DataFrame) -> dict[str, Any]:
    return {"columns": list(frame.columns), "rows": frame.to_numpy().tolist()}
