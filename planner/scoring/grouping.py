"""The cases of one debtor at one place make one visit."""

from hashlib import sha256

import pandas as pd

from planner.model.place import POINT_SOURCES

POINT_DECIMALS = 4
"""Degrees: points within about 10 m are one place."""


def group_cases(cases: pd.DataFrame) -> pd.DataFrame:
    """One row per debtor and place.

    Args:
        cases: CASE_TABLE joined with the lead debtor (name, is_company, id_hash, party_no), its place
            (PLACED_TABLE columns) and owed_fen, revived, age_days, clue_days.

    Returns:
        visit_id, case_ids, cases, party_no, is_company, place columns, claimed_fen (owed, all cases),
        revived_share (of the money owed; of the cases where nothing is known to be owed), newest_days,
        oldest_days, clue_days (latest clue), and the flags, true if true of any case.
    """
    cases = cases.assign(
        visit_id=_visit_ids(cases),
        owed_fen=cases["owed_fen"].fillna(0),
        point_rank=cases["point_source"].map({source: rank for rank, source in enumerate(POINT_SOURCES)}),
    ).sort_values(["visit_id", "owed_fen", "case_id"], ascending=[True, False, True])
    cases = cases.assign(revived_owed=cases["owed_fen"] * cases["revived"])
    visits = cases.groupby("visit_id", sort=True).agg(
        cases=("case_id", "size"),
        party_no=("party_no", "first"),
        claimed_fen=("owed_fen", "sum"),
        revived_owed=("revived_owed", "sum"),
        revived_cases=("revived", "mean"),
        newest_days=("age_days", "min"),
        oldest_days=("age_days", "max"),
        clue_days=("clue_days", "min"),
        **{
            name: (name, "any")
            for name in ("is_company", "livelihood", "group_case", "fisher", "search_planned", "female_debtor")
        },
    )
    by_money = visits["revived_owed"].astype(float) / visits["claimed_fen"].astype(float)
    visits = visits.assign(
        case_ids=_case_ids(cases), revived_share=by_money.where(visits["claimed_fen"] > 0, visits["revived_cases"])
    )
    return visits.join(_best_points(cases)).reset_index()


def _case_ids(cases: pd.DataFrame) -> pd.Series:
    """By visit, the case numbers; joined only where there are several: a call for each of all visits is slow."""
    several = cases["visit_id"].duplicated(keep=False)
    alone = cases[~several].set_index("visit_id")["case_id"]
    joined = cases[several].groupby("visit_id")["case_id"].agg(";".join).astype("str")
    return pd.Series(pd.concat([alone, joined]))


def _visit_ids(cases: pd.DataFrame) -> pd.Series:
    """Digest of debtor and place: by ID hash, else by name (within the place); by village, else by point.

    Two debtors of one name in one village are one visit where no ID number tells them apart.
    """
    points = cases["lon"].round(POINT_DECIMALS).astype(str) + "," + cases["lat"].round(POINT_DECIMALS).astype(str)
    place = cases["township_code"] + "/" + cases["village_code"].fillna(points)
    debtor = ("id:" + cases["id_hash"]).fillna("name:" + cases["name"]).fillna("case:" + cases["case_id"])
    keys = debtor + "@" + place
    digests = {key: sha256(key.encode()).hexdigest()[:16] for key in keys.unique()}
    return keys.map(digests)


def _best_points(cases: pd.DataFrame) -> pd.DataFrame:
    """Of each visit's cases, the point known best (coordinates before village before township)."""
    best = cases.sort_values(["visit_id", "point_rank"], kind="stable").drop_duplicates("visit_id")
    return best.set_index("visit_id")[["township_code", "village_code", "lon", "lat", "point_source"]]
