"""The register's cases with what the field has learnt since laid over them: what every valuation of visits goes by."""

from typing import Any

import pandas as pd

from planner.review.outcomes import standing
from planner.store import imports, outcomes, register
from planner.usecases.clues import cases_of_visits, clue_days
from planner.usecases.context import Context
from planner.usecases.triage import out_today


def known_cases(ctx: Context) -> pd.DataFrame:
    """CASE_TABLE: payments that squads brought home since the last import count as recovered, live clues as clues (no
    later than the last event of the register: what is valued as of that day knows them), and what a village contact,
    another team or judicial relief has taken on is out of the field."""
    cases = with_clues(with_payments(register.cases(ctx.engine), payments(ctx)), clue_days(ctx))
    elsewhere = out_today(ctx).set_index("case_id")["action"]
    told = cases["case_id"].map(elsewhere).astype("str")
    return cases.assign(scope=cases["scope"].where(told.isna(), told))


def debtors_of(ctx: Context, cases: pd.DataFrame) -> pd.DataFrame:
    """PARTY_TABLE of those of CASE_TABLE that a visit might serve: the open ones, and others of which there is a clue.
    Nobody else's names are unsealed."""
    served = (cases["status"] == "open") | cases["clue_on"].notna()
    return register.parties(ctx.engine, cases.loc[served, "case_id"])


def with_clues(cases: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """``days``: case_id, clue_on."""
    if days.empty:
        return cases
    last = cases[["filed_on", "closed_on"]].max().max()
    told = cases["case_id"].map(days.set_index("case_id")["clue_on"]).clip(upper=last)
    return cases.assign(clue_on=pd.concat([cases["clue_on"], told], axis=1).max(axis=1))


def payments(ctx: Context) -> pd.DataFrame:
    """case_ids, paid_fen of the outcomes that came after the last register, which cannot know them."""
    told, newest = standing(outcomes.outcomes(ctx.engine)), imports.latest_at(ctx.engine)
    since = told["at"] > pd.Timestamp(newest) if newest else told["at"].notna()
    paid = told[since & (told["paid_fen"].fillna(0) > 0)]
    return pd.DataFrame({"case_ids": cases_of_visits(ctx, paid), "paid_fen": paid["paid_fen"]})


def with_payments(cases: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    """Each payment to the cases of its visit, in their order, up to what is owed in each; the last takes the rest."""
    if paid.empty:
        return cases
    numbered = cases.set_index("case_id")
    claimed: dict[Any, Any] = numbered["claimed_fen"].to_dict()
    recovered: dict[Any, Any] = numbered["recovered_fen"].to_dict()
    for case_ids, paid_fen in zip(paid["case_ids"], paid["paid_fen"], strict=True):
        _spread(case_ids.split(";"), int(paid_fen), claimed, recovered)
    return cases.assign(recovered_fen=cases["case_id"].map(recovered).astype("Int64"))


def _spread(case_ids: list[str], left: int, claimed: dict[Any, Any], recovered: dict[Any, Any]) -> None:
    """Change ``recovered`` by one payment."""
    for case_id in case_ids:
        if case_id not in recovered:
            continue
        known = 0 if pd.isna(recovered[case_id]) else recovered[case_id]
        owed = left if pd.isna(claimed[case_id]) else max(0, claimed[case_id] - known)
        share = left if case_id == case_ids[-1] else min(left, owed)
        recovered[case_id] = known + share
        left -= share
