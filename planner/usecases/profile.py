"""What the store holds: a profile of the register."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from planner.store import register
from planner.usecases.context import Context, permit
from planner.usecases.score import last_event


@dataclass(frozen=True)
class RegisterProfile:
    """Attributes:
    imported_at: the newest import. as_of: the latest filing or ending.
    counts: cases, open, terminated, doubtful (placed with less confidence than the policy asks for).
    by_month: filings by month (index YYYY-MM). by_method: cases by how their lead debtor was placed.
    """

    imported_at: datetime
    as_of: pd.Timestamp
    counts: dict[str, int]
    by_month: pd.Series
    by_method: pd.Series


def register_profile(ctx: Context) -> RegisterProfile | None:
    """None where nothing was imported yet."""
    permit(ctx, "score.see")
    newest = register.latest_import(ctx.engine)
    if newest is None:
        return None
    cases, placed = register.cases(ctx.engine), register.placed(ctx.engine)
    lead = placed[placed["lead"]]
    open_ids = cases.loc[cases["status"] == "open", "case_id"]
    doubtful = lead["case_id"].isin(open_ids) & (lead["confidence"] < ctx.policy.gazetteer.queue_below)
    return RegisterProfile(
        imported_at=newest[0],
        as_of=last_event(cases),
        counts={
            "cases": len(cases),
            "open": len(open_ids),
            "terminated": int((cases["status"] == "terminated").sum()),
            "doubtful": int(doubtful.sum()),
        },
        by_month=cases.groupby(cases["filed_on"].dt.strftime("%Y-%m")).size(),
        by_method=lead["method"].value_counts(),
    )
