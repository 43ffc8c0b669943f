"""What the store holds: a profile of the register."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from planner.model.units import FEN_PER_YUAN
from planner.store import imports, register
from planner.usecases.context import Context, permit
from planner.usecases.remembered import remembered
from planner.usecases.score import last_event

AMOUNT_STEPS = (0, 10_000, 50_000, 100_000, 500_000, 1_000_000, 10_000_000)
"""Lower ends of the classes of claimed amounts, yuan; nothing claimed is a class of its own."""

MOST_CAUSES = 10

OF_CASES = ("cause", "claimed_fen", "due_on", "department", "handler")
OF_DEBTORS = ("id_hash", "phone", "residence", "service", "domicile", "x")


@dataclass(frozen=True)
class RegisterProfile:
    """Attributes:
    imported_at: the newest import. as_of: the latest filing or ending.
    counts: cases, open, terminated, doubtful (placed with less confidence than the policy asks for).
    by_month: filings by month (index YYYY-MM). by_method: cases by how their lead debtor was placed.
    by_year: cases by year of filing (columns open, terminated, closed). by_type: cases by case type.
    by_cause: cause, cases, open_cases: the MOST_CAUSES most frequent.
    by_township: township_code, cases, open_cases, claimed_yuan (open), the largest first; NA: not placed or outside.
    missing: field, missing, of: cells left blank, of all cases or of all debtors.
    amounts: from_yuan (NA: nothing claimed), cases, open_cases.
    """

    imported_at: datetime
    as_of: pd.Timestamp
    counts: dict[str, int]
    by_month: "pd.Series[int]"
    by_method: "pd.Series[int]"
    by_year: pd.DataFrame
    by_type: "pd.Series[int]"
    by_cause: pd.DataFrame
    by_township: pd.DataFrame
    missing: pd.DataFrame
    amounts: pd.DataFrame


def register_profile(ctx: Context) -> RegisterProfile | None:
    """None where nothing was imported yet."""
    permit(ctx, "score.see")
    return remembered(ctx, ("register_profile",), lambda: _profile(ctx))


def _profile(ctx: Context) -> RegisterProfile | None:
    newest = imports.latest_at(ctx.engine)
    if newest is None:
        return None
    cases, placed = register.cases(ctx.engine), register.placed(ctx.engine)
    if cases.empty:
        return None
    lead = placed[placed["lead"]]
    open_ids = cases.loc[cases["status"] == "open", "case_id"]
    doubtful = lead["case_id"].isin(open_ids) & (lead["confidence"] < ctx.policy.gazetteer.queue_below)
    return RegisterProfile(
        imported_at=newest,
        as_of=last_event(cases),
        counts={
            "cases": len(cases),
            "open": len(open_ids),
            "terminated": int((cases["status"] == "terminated").sum()),
            "doubtful": int(doubtful.sum()),
        },
        by_month=cases.groupby(cases["filed_on"].dt.strftime("%Y-%m")).size(),
        by_method=lead["method"].value_counts(),
        by_year=_by_year(cases),
        by_type=cases["case_type"].value_counts(),
        by_cause=_by_cause(cases),
        by_township=_by_township(cases, lead),
        missing=_missing(ctx, cases),
        amounts=_amounts(cases),
    )


def _by_year(cases: pd.DataFrame) -> pd.DataFrame:
    counts = pd.crosstab(cases["filed_on"].dt.year, cases["status"])
    return counts.reindex(columns=["open", "terminated", "closed"], fill_value=0).rename_axis("year").reset_index()


def _by_cause(cases: pd.DataFrame) -> pd.DataFrame:
    groups = cases.assign(open_cases=cases["status"] == "open").groupby("cause")
    table = groups.agg(cases=("case_id", "size"), open_cases=("open_cases", "sum")).reset_index()
    return table.sort_values("cases", ascending=False, ignore_index=True).head(MOST_CAUSES)


def _by_township(cases: pd.DataFrame, lead: pd.DataFrame) -> pd.DataFrame:
    placed = cases.merge(lead[["case_id", "township_code"]], on="case_id", how="left")
    is_open = placed["status"] == "open"
    told = placed.assign(open_cases=is_open, claimed_yuan=placed["claimed_fen"].where(is_open, 0) / FEN_PER_YUAN)
    groups = told.groupby("township_code", dropna=False)
    table = groups.agg(
        cases=("case_id", "size"), open_cases=("open_cases", "sum"), claimed_yuan=("claimed_yuan", "sum")
    )
    return table.reset_index().sort_values("cases", ascending=False, ignore_index=True)


def _missing(ctx: Context, cases: pd.DataFrame) -> pd.DataFrame:
    debtors = register.parties(ctx.engine).query("role == 'debtor'")
    rows = [
        (field, int(table[field].isna().sum()), len(table))
        for table, fields in ((cases, OF_CASES), (debtors, OF_DEBTORS))
        for field in fields
    ]
    return pd.DataFrame(rows, columns=["field", "missing", "of"])


def _amounts(cases: pd.DataFrame) -> pd.DataFrame:
    yuan = cases["claimed_fen"].astype("float64") / FEN_PER_YUAN
    ends = pd.cut(yuan, [*AMOUNT_STEPS, float("inf")], right=False, labels=list(AMOUNT_STEPS)).astype("Int64")
    table = cases.assign(from_yuan=ends, open_cases=cases["status"] == "open").groupby("from_yuan", dropna=False)
    return table.agg(cases=("case_id", "size"), open_cases=("open_cases", "sum")).reset_index()
