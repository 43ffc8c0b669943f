"""What stands of all that was said of visits, and what it comes to."""

from dataclasses import dataclass

import pandas as pd

from planner.model.outcome import AWAY, OUTCOMES

FOUND_KINDS = frozenset(OUTCOMES) - AWAY


@dataclass(frozen=True)
class Totals:
    """Of outcomes that stand. ``kinds``: outcome -> visits; ``held``: outcomes that wait for a person."""

    visits: int
    found: int
    kinds: dict[str, int]
    paid_fen: int
    fine_fen: int
    held: int


def standing(told: pd.DataFrame) -> pd.DataFrame:
    """The rows of OUTCOME_TABLE that count, in the order of their coming.

    A row counts unless it is marked, or a later row that counts stands in its place, or a later row withdrew it.
    To withdraw a correction is to let the row before it stand again.
    """
    return told[told["outcome_id"].isin(_alive(told)) & (told["marks"] == "") & ~told["withdrawn"]]


def held(told: pd.DataFrame) -> pd.DataFrame:
    """The marked rows on which nobody has decided yet."""
    return told[told["outcome_id"].isin(_alive(told)) & (told["marks"] != "")]


def alive(told: pd.DataFrame) -> pd.DataFrame:
    """What stands and what is held, in the order of their coming, with ``stands``: the others wait for a person."""
    rows = told[told["outcome_id"].isin(_alive(told)) & ((told["marks"] != "") | ~told["withdrawn"])]
    return rows.assign(stands=rows["marks"] == "")


def totals(told: pd.DataFrame) -> Totals:
    """Of OUTCOME_TABLE, with all its corrections."""
    return totals_of(standing(told), len(held(told)))


def totals_of(stand: pd.DataFrame, waiting: int = 0) -> Totals:
    """Of rows that stand already; ``waiting``: how many wait for a person."""
    kinds = stand["kinds"].str.split(";").explode().value_counts()
    found = stand["kinds"].map(lambda text: not FOUND_KINDS.isdisjoint(text.split(";"))).astype(bool)
    return Totals(
        visits=stand["visit_id"].nunique(),
        found=stand.loc[found, "visit_id"].nunique(),
        kinds={kind: int(kinds.get(kind, 0)) for kind in OUTCOMES},
        paid_fen=int(stand["paid_fen"].sum()),
        fine_fen=int(stand["fine_fen"].sum()),
        held=waiting,
    )


def _alive(told: pd.DataFrame) -> set[str]:
    """Ids of the rows that no later row of the same visit has put aside, the newest read first."""
    corrects = told["corrects"].where(told["corrects"].notna(), "")
    visits = dict(zip(told["outcome_id"], told["visit_id"], strict=True))
    earlier = {
        outcome_id: before if visits.get(before) == visits[outcome_id] else ""
        for outcome_id, before in zip(told["outcome_id"], corrects, strict=True)
    }
    gone: set[str] = set()
    correcting = told.loc[told["corrects"].fillna("") != "", ["outcome_id", "marks", "withdrawn"]]
    for row in reversed(correcting.to_dict("records")):
        outcome_id: str = row["outcome_id"]
        if outcome_id in gone:
            continue
        if row["withdrawn"]:
            gone.add(earlier[outcome_id])
        elif row["marks"] == "":
            gone |= _chain(outcome_id, earlier)
    return set(earlier) - gone


def _chain(outcome_id: str, earlier: dict[str, str]) -> set[str]:
    """All that a row stands in the place of."""
    found: set[str] = set()
    at = earlier[outcome_id]
    while at and at not in found:
        found.add(at)
        at = earlier.get(at, "")
    return found
