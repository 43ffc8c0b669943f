"""The portrait of each township: what lies there, how old, how much, how it changes."""

import pandas as pd

from planner.scoring.state import ended_on, was_open

YEAR_DAYS = 365


def profile_townships(
    cases: pd.DataFrame, township: pd.Series, visits: pd.DataFrame, townships: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """The descriptive columns of HOTSPOT_TABLE, by township code in the order of ``townships``.

    Args:
        cases: CASE_TABLE. township: code by row of ``cases``, NA where not placed.
        visits: VISIT_TABLE. townships: TOWNSHIP_TABLE.
    """
    codes = pd.Index(townships["code"].astype(str), name="township_code")
    cases = cases.assign(township_code=township, age_days=(as_of - cases["filed_on"]).dt.days, ended_on=ended_on(cases))

    def count(rows: pd.Series) -> pd.Series:
        return cases.loc[rows].groupby("township_code").size().reindex(codes, fill_value=0)

    open_rows = was_open(cases, as_of)
    open_by = cases[open_rows].groupby("township_code")
    visits_by = visits.groupby("township_code")
    filed_ago = cases["age_days"].where(~cases["found_by_sweep"])
    ended = cases["ended_on"].between(as_of - pd.Timedelta(days=YEAR_DAYS - 1), as_of) & (cases["age_days"] >= 0)
    area = pd.Series(townships["area_km2"].to_numpy(), index=codes)
    open_cases = count(open_rows)
    return pd.DataFrame(
        {
            "open_cases": open_cases,
            "workable_cases": visits_by["cases"].sum().reindex(codes, fill_value=0),
            "workable_fen": visits_by["expected_fen"].sum().reindex(codes, fill_value=0),
            "livelihood_cases": count(open_rows & cases["livelihood"]),
            "median_age_days": open_by["age_days"].median().reindex(codes),
            "claimed_fen": open_by["claimed_fen"].sum().reindex(codes, fill_value=0),
            "density_per_km2": (open_cases / area).where(area > 0, 0.0),
            "filings_last_year": count(filed_ago.between(0, YEAR_DAYS - 1)),
            "filings_year_before": count(filed_ago.between(YEAR_DAYS, 2 * YEAR_DAYS - 1)),
            "terminated_share": count(ended & (cases["status"] == "terminated")) / count(ended),
        },
        index=codes,
    )


def backlog_by_township(
    cases: pd.DataFrame, township: pd.Series, codes: pd.Index, as_of: pd.Timestamp, older_than_days: int
) -> pd.Series:
    """Open cases older than so many days, by township code."""
    old = was_open(cases, as_of) & ((as_of - cases["filed_on"]).dt.days > older_than_days)
    counted: pd.Series = township[old].value_counts().reindex(codes, fill_value=0)
    return counted
