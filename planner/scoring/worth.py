"""What a visit to a debtor is worth, and why: every factor stays in its own column.

prize = p_find x recovery share x owed money (capped), in points, + points for livelihood, age and clue.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from planner.model.place import PLACED_TABLE
from planner.model.policy import Policy, VisitPolicy, WorthPolicy
from planner.model.region import Calendar
from planner.model.units import MINUTES_PER_DAY
from planner.model.visit import OUT_OF_FIELD_TABLE, VISIT_TABLE
from planner.scoring.grouping import group_cases
from planner.scoring.state import owed_fen

DAYS_PER_YEAR = 365.25


def value_visits(
    cases: pd.DataFrame,
    parties: pd.DataFrame,
    placed: pd.DataFrame,
    calendar: Calendar,
    policy: Policy,
    week_days: Sequence[date],
    as_of: pd.Timestamp,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Value one visit per debtor and place, for the days ``week_days``.

    Candidates are open cases, and terminated ones that have a clue and money still owed (终本 revival), filed on
    or before ``as_of``; clues after it are not known yet. A case the register says is closed is never visited,
    even if it closed after ``as_of``.

    Args:
        cases: CASE_TABLE. parties: PARTY_TABLE. placed: PLACED_TABLE.
        calendar: tells how much of the fishing gear lies ashore on each of ``week_days``.

    Returns:
        VISIT_TABLE, the highest prize first, and OUT_OF_FIELD_TABLE by case. Every candidate is in exactly one.
    """
    candidates = _candidates(cases, parties, placed, as_of)
    reason = _out_of_field_reason(candidates)
    out = candidates.loc[reason.notna(), ["case_id"]].assign(reason=reason.dropna())
    visits = group_cases(candidates[reason.isna()])
    visits = _valued(visits, _ashore(calendar, week_days), policy.worth)
    visits = _timed(visits, policy.visit)
    visits = visits.sort_values(["prize", "visit_id"], ascending=[False, True], ignore_index=True)
    return (
        VISIT_TABLE.validate(visits[list(VISIT_TABLE.columns)]),
        OUT_OF_FIELD_TABLE.validate(out.sort_values("case_id", ignore_index=True)),
    )


def _candidates(cases: pd.DataFrame, parties: pd.DataFrame, placed: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Cases that a visit might serve, with their lead debtor and place; ages in days."""
    owed = owed_fen(cases)
    clue_on = cases["clue_on"].where(cases["clue_on"] <= as_of)
    revived = (cases["status"] == "terminated") & clue_on.notna() & ~(owed == 0).fillna(False)
    wanted = (cases["filed_on"] <= as_of) & ((cases["status"] == "open") | revived)
    found = cases.assign(
        owed_fen=owed,
        revived=revived,
        age_days=(as_of - cases["filed_on"]).dt.days,
        clue_days=(as_of - clue_on).dt.days,
    )[wanted]
    place = placed.loc[placed["lead"], [n for n in PLACED_TABLE.columns if n not in ("lead", "matched")]]
    debtor = parties[["case_id", "party_no", "name", "is_company", "id_hash"]]
    joined = found.merge(place, on="case_id", how="left").merge(debtor, on=["case_id", "party_no"], how="left")
    return joined.assign(is_company=joined["is_company"].fillna(False).astype(bool))


def _out_of_field_reason(candidates: pd.DataFrame) -> pd.Series:
    """Why no visit can serve a case, by row; NA where one can. What the law says comes before where it is."""
    reason = candidates["scope"].where(candidates["scope"] != "field")
    reason = reason.mask(reason.isna() & (candidates["owed_fen"] == 0).fillna(False), "nothing_owed")
    reason = reason.mask(reason.isna() & (candidates["method"] == "outside").fillna(False), "outside")
    nowhere = candidates[["township_code", "lon", "lat"]].isna().any(axis=1)
    return reason.mask(reason.isna() & nowhere, "unplaced")


def _ashore(calendar: Calendar, week_days: Sequence[date]) -> float | None:
    """Mean share of fishing gear ashore over the week; None where no moratorium is on record."""
    if not calendar.moratoria or not week_days:
        return None
    return float(np.mean([calendar.ashore_share(day) for day in week_days]))


def _valued(visits: pd.DataFrame, ashore: float | None, policy: WorthPolicy) -> pd.DataFrame:
    """Add chances, expected money and points."""
    season = 1.0 if ashore is None else policy.season_at_sea + (policy.season_ashore - policy.season_at_sea) * ashore
    fresh = _halving(visits["clue_days"], policy.clue_half_life_days).fillna(0.0)
    still_there = _halving(visits["newest_days"], policy.age_half_life_days)
    place = {
        "coordinates": policy.place_coordinates,
        "village": policy.place_village,
        "township": policy.place_township,
    }
    visits = visits.assign(
        recovery_share=policy.recovery_share
        + (policy.recovery_share_terminated - policy.recovery_share) * visits["revived_share"],
        p_base=np.where(visits["is_company"], policy.p_find_company, policy.p_find),
        f_season=np.where(visits["fisher"], season, 1.0),
        f_clue=1 + (policy.clue_fresh - 1) * fresh,
        f_age=policy.age_floor + (1 - policy.age_floor) * still_there,
        f_place=visits["point_source"].map(place).astype(float),
        points_livelihood=policy.livelihood_points * visits["livelihood"] + policy.group_points * visits["group_case"],
        points_age=(policy.age_points_per_year * visits["oldest_days"] / DAYS_PER_YEAR).clip(
            upper=policy.age_points_most
        ),
        points_clue=policy.clue_points * fresh,
    )
    factors = visits[["p_base", "f_season", "f_clue", "f_age", "f_place"]].prod(axis=1)
    visits = visits.assign(p_find=factors.clip(upper=policy.p_find_most))
    expected = visits["p_find"] * visits["recovery_share"] * visits["claimed_fen"].clip(upper=policy.cap_fen)
    visits = visits.assign(expected_fen=expected.round(), points_money=expected / policy.fen_per_point)
    points = visits[["points_money", "points_livelihood", "points_age", "points_clue"]].sum(axis=1)
    return visits.assign(prize=points.round().clip(lower=1))


def _halving(days: pd.Series, half_life_days: float) -> pd.Series:
    """0.5 ** (days / half-life): 1 on the day itself, NaN where the day is not known."""
    return 0.5 ** (days.astype(float) / half_life_days)


def _timed(visits: pd.DataFrame, policy: VisitPolicy) -> pd.DataFrame:
    """Add how long a visit takes, when it may start, the skills and the papers it needs.

    At a company it starts in time to end by the close of business.
    """
    company, search = visits["is_company"], visits["search_planned"]
    base = np.maximum(
        np.where(company, policy.minutes_company, policy.minutes), np.where(search, policy.minutes_search, 0)
    )
    extra = policy.minutes_per_extra_case * (visits["cases"] - 1)
    duration = np.maximum(base, (base + extra).clip(upper=policy.minutes_most))
    last_start = np.maximum(policy.company_open, policy.company_close - duration)
    return visits.assign(
        duration_min=duration,
        open_min=np.where(company, policy.company_open, 0),
        close_min=np.where(company, last_start, MINUTES_PER_DAY - 1),
        needs=np.select([search & visits["female_debtor"], search], ["female;bailiff", "bailiff"], ""),
        papers=np.where(search, "search_warrant;notice_to_attend", "summons"),
    )
