"""Which cases might leave the field plan, and which have: pure rules, each with its reason."""

import pandas as pd

from planner.model.policy import UrgePolicy


def out_now(actions: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    """The last row of CASE_ACTION_TABLE of each case that is out of the field today.

    An urged case is back on the day after its deadline.
    """
    last = actions.drop_duplicates("case_id", keep="last")
    over = (last["action"] == "urged") & (last["until"] < today)
    return last[(last["action"] != "back") & ~over].reset_index(drop=True)


def overdue(actions: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    """The last rows of urged cases whose deadline has passed without another word: they are visited again."""
    last = actions.drop_duplicates("case_id", keep="last")
    return last[(last["action"] == "urged") & (last["until"] < today)].reset_index(drop=True)


def to_urge(
    visits: pd.DataFrame, actions: pd.DataFrame, contacts: pd.DataFrame, policy: UrgePolicy, today: pd.Timestamp
) -> pd.DataFrame:
    """Visits whose debtor a village contact may move to pay first, the smallest claim first.

    Fit is a small claim without a search, a clue or a livelihood claim, in a village that has a contact, and not urged
    within the last ``again_after_days``.

    Args:
        visits: VISIT_TABLE. actions: CASE_ACTION_TABLE. contacts: CONTACT_TABLE.

    Returns:
        The rows of ``visits``, and reason (REASONS).
    """
    recent = actions[
        (actions["action"] == "urged")
        & (actions["at"].dt.tz_convert(None) > today - pd.Timedelta(days=policy.again_after_days))
    ]
    urged = set(recent["case_id"])
    known = set(contacts.loc[contacts["role"] == "contact", "village_code"].dropna())
    fresh = ~visits["case_ids"].str.split(";").map(lambda ids: not urged.isdisjoint(ids)).astype(bool)
    fit = (
        visits["claimed_fen"].between(1, policy.most_fen)
        & ~visits["papers"].str.contains("search_warrant")
        & (visits["points_clue"] == 0)
        & (visits["points_livelihood"] == 0)
        & visits["village_code"].isin(known)
        & fresh
    )
    found = visits[fit.fillna(value=False).astype(bool)].assign(reason="small_claim")
    return found.sort_values(["claimed_fen", "visit_id"], ignore_index=True)


def to_hand_over(told: pd.DataFrame) -> pd.DataFrame:
    """What outcomes propose for another team: case_ids, team, reason, one row per visit and team.

    Args:
        told: standing rows of OUTCOME_TABLE, and case_ids of their visits.
    """
    sealed = told["kinds"].str.contains("sealed")
    parts = [
        told[told["next_step"] == "asset_disposal"].assign(team="asset_disposal", reason="officers_propose"),
        told[sealed & (told["next_step"] != "asset_disposal")].assign(team="asset_disposal", reason="sealed_property"),
        told[told["next_step"] == "terminate"].assign(team="terminated", reason="officers_propose"),
    ]
    found = pd.concat(parts)[["visit_id", "case_ids", "team", "reason"]]
    return found[found["case_ids"] != ""].drop_duplicates(["visit_id", "team"]).reset_index(drop=True)


def for_relief(cases: pd.DataFrame) -> pd.DataFrame:
    """Open cases that cannot be enforced (执行不能) and whose creditors live by the money: case_id, reason."""
    fit = (cases["status"] == "open") & (cases["scope"] == "unable") & cases["livelihood"]
    return cases.loc[fit, ["case_id"]].assign(reason="livelihood_unable").reset_index(drop=True)
