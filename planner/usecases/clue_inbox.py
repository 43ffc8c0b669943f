"""The clues as people work on them, what they led to, and the reward points of who told them."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from planner.errors import RequestError
from planner.model.units import BEIJING, FEN_PER_YUAN
from planner.register import Match, Tip, matches, tips_of_text
from planner.review.clues import rewards
from planner.review.outcomes import FOUND_KINDS, standing
from planner.store import audit, clues, outcomes
from planner.usecases.clues import alike, all_debtors, cases_of_visits, known
from planner.usecases.context import Context, permit


def inbox(ctx: Context, shown: frozenset[str] = frozenset()) -> pd.DataFrame:
    """All clues with their state (review.clues.states), found and paid_fen; the most pressing first. It tells of
    people: the look is written down, but for the clues (ids) that were ``shown`` to the actor just before."""
    permit(ctx, "clue.decide")
    told = with_results(ctx, known(ctx))
    if fresh := set(told["clue_id"]) - shown:
        audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "names.shown", "clues", str(len(fresh)))
    urgency = told["good_until"].fillna(pd.Timestamp.max.normalize())
    like = pd.Series([_like(row, told) for row in told.to_dict("records")], index=told.index, dtype="object")
    told = told.assign(urgency=urgency, like=like)
    return told.sort_values(["urgency", "at"], ascending=[True, False], ignore_index=True)


def _like(clue: dict[Hashable, Any], told: pd.DataFrame) -> tuple[str, ...]:
    """Earlier open clues that seem to tell the same as this one."""
    earlier = told[(told["at"] < clue["at"]) & told["state"].isin(("waiting", "matched"))]
    cases = set(filter(None, clue["case_ids"].split(";")))
    return alike(clue["words"], clue["kind"], cases, earlier, clue["at"])[0]


def found_for(ctx: Context, clue_id: str) -> list[Match]:
    """Whose a clue may be, as far as is known today.

    Raises:
        RequestError: no such clue.
    """
    permit(ctx, "clue.decide")
    told = clues.clues(ctx.engine)
    if clue_id not in set(told["clue_id"]):
        raise RequestError("unknown_clue", clue_id=clue_id)
    [row] = told[told["clue_id"] == clue_id].to_dict("records")
    persons: list[str] = [] if pd.isna(row["person"]) else str(row["person"]).split("、")
    [tip] = tips_of_text(" ".join(str(row["words"]).split()), persons, ctx.clock().astimezone(BEIJING)) or [Tip("")]
    township: str | None = None if pd.isna(row["township_code"]) else row["township_code"]
    village: str | None = None if pd.isna(row["village_code"]) else row["village_code"]
    return matches(tip.case_ids, persons, township, village, all_debtors(ctx))


def with_results(ctx: Context, told: pd.DataFrame) -> pd.DataFrame:
    """Add found and paid_fen: what visits to a clue's cases brought after it was taken in."""
    stand = standing(outcomes.outcomes(ctx.engine))
    stand = stand.assign(case_ids=cases_of_visits(ctx, stand))
    found, paid = [], []
    for clue in told.to_dict("records"):
        cases = set(filter(None, clue["case_ids"].split(";")))
        of_case = stand["case_ids"].map(lambda ids, cases=cases: not cases.isdisjoint(ids.split(";"))).astype(bool)
        mine = stand[of_case & (stand["at"] > clue["at"])]
        found.append(any(not FOUND_KINDS.isdisjoint(kinds.split(";")) for kinds in mine["kinds"]))
        paid.append(int(mine["paid_fen"].sum()))
    return told.assign(found=pd.array(found, dtype="bool"), paid_fen=pd.array(paid, dtype="Int64"))


def rewards_table(ctx: Context, told: pd.DataFrame) -> pd.DataFrame:
    """Reward points in words: month, township, village, clues, useful, found, paid_yuan, points. ``told``: of inbox."""
    permit(ctx, "clue.decide")
    points = rewards(told, ctx.policy.reward)
    villages = ctx.region.villages.set_index("code")
    return points.assign(
        village=points["village_code"].map(villages["name"]),
        township=points["village_code"].map(villages["township_code"]).map(ctx.region.township_names),
        paid_yuan=points["paid_fen"] // FEN_PER_YUAN,
    )
