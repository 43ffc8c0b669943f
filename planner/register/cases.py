"""Rows of the cases sheets -> one row per case."""

from collections.abc import Sequence

import pandas as pd

from planner.model.report import RowIssue
from planner.register.rows import AMOUNTS, Table, is_among, issues_of, without_ids
from planner.register.values import amount_fen, day, read_column
from planner.register.vocabulary import columns, says, terms

DATES = ("due_on", "closed_on", "clue_on")
TEXTS = ("cause", "series", "source", "department", "handler", "closing", "closing_reason", "remark")

GROUP_LEAST = 5
"""So many cases of one series are a group."""


def clean_cases(
    tables: Sequence[Table], rows: pd.DataFrame
) -> tuple[pd.DataFrame, list[tuple[str, pd.DataFrame]], list[RowIssue]]:
    """One row per case, its texts, dates and amounts read.

    Args:
        rows: as from :func:`planner.register.rows.identified`.

    Returns:
        The cases (columns of CASE_TABLE and closing_reason; flags still missing); the rows that another row of
        the same case goes before, as (``duplicate_row`` | ``duplicate_case``, rows); the issues.
    """
    raw = rows
    rows, issues = without_ids(tables, rows, TEXTS)
    rows["filed_on"], impossible = read_column(rows["filed_on"], day, "datetime64[ns]")
    issues += issues_of(tables, raw[impossible], "bad_date", "filed_on", rejected=True)
    undated = rows["filed_on"].isna() & ~impossible
    issues += issues_of(tables, raw[undated], "no_filing_date", "filed_on", rejected=True)
    for field in DATES:
        rows[field], unreadable = read_column(rows[field], day, "datetime64[ns]")
        issues += issues_of(tables, raw[unreadable], "bad_date", field)
    for field in AMOUNTS:
        rows[field], unreadable = read_column(rows[field], amount_fen, "Int64")
        issues += issues_of(tables, raw[unreadable], "bad_amount", field)
    issues += issues_of(tables, raw[rows["closed_on"] < rows["filed_on"]], "closed_before_filed", "closed_on")
    rows = rows.assign(status=_status(rows))[rows["filed_on"].notna()]
    cases, repeats = _one_per_case(rows)
    return cases, repeats, issues


def _status(rows: pd.DataFrame) -> "pd.Series[str]":
    """open, unless a closing date or a way of closing is told; terminated where it is 终本."""
    told = rows["closing"].fillna("")
    closed = rows["closed_on"].notna() | ((told != "") & ~says(told, "not_closed"))
    terminated = closed & says(told + rows["closing_reason"].fillna(""), "terminated")
    status = pd.Series("open", index=rows.index, dtype="str").mask(closed, "closed")
    return status.mask(terminated, "terminated")


def _one_per_case(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, pd.DataFrame]]]:
    """Of several rows of one case the closed one wins, then the later closing, the later sheet, the fuller row.

    Which of them stands first does not matter, except between equal ones, where the first is kept.
    """
    several = rows.duplicated("case_id", keep=False)
    contested = rows[several]
    content = contested[[field for field in columns().case_fields if field != "case_id"]]
    rank = ["case_id", "_closed", "closed_on", "table", "_filled", "_content", "row"]
    ordered = contested.assign(
        _closed=contested["status"] != "open",
        _filled=content.notna().sum(axis=1),
        _content=[str(values) for values in content.itertuples(index=False, name=None)],
    ).sort_values(rank, ascending=[name != "row" for name in rank], na_position="first")
    repeated = ordered.duplicated("case_id", keep="last")
    winners = ordered[~repeated]
    same = ordered["_content"] == ordered["case_id"].map(winners.set_index("case_id")["_content"])
    extra = ["_closed", "_filled", "_content"]
    repeats = [
        ("duplicate_row", ordered[repeated & same].drop(columns=extra)),
        ("duplicate_case", ordered[repeated & ~same].drop(columns=extra)),
    ]
    return pd.concat([rows[~several], winners.drop(columns=extra)]), repeats


def flagged(cases: pd.DataFrame, debtors: pd.DataFrame) -> pd.DataFrame:
    """The cases with all flags and the scope that their texts and debtors tell.

    Args:
        debtors: case_id, fisher, female: one row per debtor.
    """
    remark = cases["remark"].fillna("")
    about = cases["cause"].fillna("") + " " + remark
    ending = remark + " " + cases["closing"].fillna("") + " " + cases["closing_reason"].fillna("")
    series = cases["series"].mask(cases["series"].isin([*terms()["no"], *terms()["yes"]]))
    shared = series.map(series.value_counts()) >= GROUP_LEAST
    return cases.assign(
        series=series,
        livelihood=says(about, "livelihood"),
        group_case=says(about, "group") | cases["series"].isin(terms()["yes"]) | shared,
        fisher=says(about, "fisher") | is_among(cases["case_id"], debtors.loc[debtors["fisher"], "case_id"]),
        female_debtor=is_among(cases["case_id"], debtors.loc[debtors["female"], "case_id"]),
        found_by_sweep=says(cases["source"].fillna("") + " " + remark, "found_by_sweep"),
        search_planned=says(remark, "search_planned"),
        scope=_scope(ending),
    )


def _scope(ending: "pd.Series[str]") -> "pd.Series[str]":
    scope = pd.Series("field", index=ending.index, dtype="str")
    for name in ("online_control", "unable", "bankrupt"):  # the last that fits counts
        scope = scope.mask(says(ending, name), name)
    return scope
