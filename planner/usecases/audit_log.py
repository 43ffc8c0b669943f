"""The audit log, read and checked."""

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from planner.model.units import BEIJING
from planner.store import audit
from planner.usecases.context import Context, permit


@dataclass(frozen=True)
class Verified:
    """``broken``: id of the first row that does not follow from those before; None: the chain is whole.

    ``last_hash``: kept elsewhere, it shows later whether rows were cut off at the end.
    """

    rows: int
    broken: int | None
    last_hash: str
    at: datetime


def verify(ctx: Context) -> Verified:
    """Check the whole chain."""
    permit(ctx, "audit.see")
    rows = audit.entries(ctx.engine)
    last = str(rows["hash"].iloc[-1]) if len(rows) else ""
    return Verified(len(rows), audit.first_broken(ctx.engine), last, ctx.clock())


def entries(
    ctx: Context, by: str | None = None, action: str | None = None, since: date | None = None, until: date | None = None
) -> pd.DataFrame:
    """Rows of a person, an action and days (Beijing, both included), newest first; columns of store.audit.entries."""
    permit(ctx, "audit.see")
    rows = audit.entries(ctx.engine)
    days = pd.Series([at.astimezone(BEIJING).date() for at in rows["at"]], index=rows.index, dtype=object)
    fits = pd.Series(True, index=rows.index)
    for given, seen in ((by, rows["by"]), (action, rows["action"])):
        fits &= (seen == given) if given else True
    fits &= (days >= since) if since else True
    fits &= (days <= until) if until else True
    return rows[fits.astype(bool)].iloc[::-1].reset_index(drop=True)
