"""What became of clues: their state by the last word on each, and the reward points of those who told them."""

from datetime import datetime

import pandas as pd

from planner.model.policy import RewardPolicy
from planner.model.units import FEN_PER_YUAN

STATE_OF = {
    "matched": "matched",
    "unmatched": "waiting",
    "joined": "joined",
    "dismissed": "dismissed",
    "confirmed": "confirmed",
}
"""Words that decide the state; the others are about plans."""

REWARDED = ("contact", "grid")
"""Channels whose people are rewarded (奖补)."""


def states(clues: pd.DataFrame, words: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """CLUE_TABLE with state (CLUE_STATES), case_ids (";"), reason, joined_to, plan (the last plan made for it, or ""),
    declined, and ``live``: it may still be followed.

    Args:
        words: CLUE_WORD_TABLE. now: local time.
    """
    deciding = words[words["word"].isin(STATE_OF)].drop_duplicates("clue_id", keep="last").set_index("clue_id")
    matched = words[words["word"] == "matched"].drop_duplicates("clue_id", keep="last").set_index("clue_id")
    planned = words[words["word"].isin(("accepted", "declined", "reopened"))].drop_duplicates("clue_id", keep="last")
    planned = planned.set_index("clue_id")
    state = _of(clues, deciding["word"].map(STATE_OF), "waiting")
    found = state.isin(("matched", "confirmed"))
    return clues.assign(
        state=state,
        case_ids=_of(clues, matched["case_ids"]).where(found, ""),
        reason=_of(clues, matched["reason"]).where(found, ""),
        joined_to=_of(clues, deciding["other"]).where(state == "joined", ""),
        plan=_of(clues, planned["other"]),
        declined=_of(clues, planned["word"]) == "declined",
        live=found & ~past(clues, now),
    )


def _of(clues: pd.DataFrame, told: "pd.Series[str]", otherwise: str = "") -> "pd.Series[str]":
    """What is told of each clue by its id."""
    return clues["clue_id"].map(told).astype("str").fillna(otherwise)


def past(clues: pd.DataFrame, now: datetime) -> "pd.Series[bool]":
    """Whether the time is over until which a clue was good (by row; False where none was said)."""
    today, minute = pd.Timestamp(now.date()), now.hour * 60 + now.minute
    until = clues["good_until"]
    over = (until == today) & (clues["until_min"].fillna(24 * 60) < minute).astype(bool)
    return ((until < today) | over).fillna(value=False)


def rewards(clues: pd.DataFrame, policy: RewardPolicy) -> pd.DataFrame:
    """Points by month and village contact: month (YYYY-MM), village_code, clues, useful, found, paid_fen, points.

    Args:
        clues: as of ``states``, and found (bool) and paid_fen: what visits to its cases brought afterwards. A clue that
            tells the same as an earlier one, or leads nowhere, earns nothing beyond being told.
    """
    told = clues[clues["channel"].isin(REWARDED) & clues["contact_village"].notna() & (clues["state"] != "joined")]
    counts = told["state"] != "dismissed"
    useful = counts & (told["found"] | (told["state"] == "confirmed"))
    bands = (told["paid_fen"] // (policy.yuan_per_band * FEN_PER_YUAN)).clip(upper=policy.most_bands)
    points = counts * policy.points_told + useful * policy.points_useful + counts * bands * policy.points_per_band
    table = told.assign(
        month=told["at"].dt.tz_convert("Asia/Shanghai").dt.strftime("%Y-%m"),
        village_code=told["contact_village"],
        useful=useful,
        points=points,
    )
    summed = table.groupby(["month", "village_code"], as_index=False).agg(
        clues=("clue_id", "size"),
        useful=("useful", "sum"),
        found=("found", "sum"),
        paid_fen=("paid_fen", "sum"),
        points=("points", "sum"),
    )
    capped = summed["points"].clip(upper=policy.most_a_month)
    return summed.assign(points=capped).sort_values(["month", "points"], ascending=[False, False], ignore_index=True)
