"""线索: what is known of clues, and what people say of them."""

import difflib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pandas as pd
import pandera.pandas as pa

from planner.errors import RequestError
from planner.model.clue import CLUE_TABLE, CLUE_WORD_TABLE, CLUE_WORDS
from planner.model.units import BEIJING
from planner.review.clues import STATE_OF, states
from planner.store import clues, plans, register
from planner.usecases.context import Context, permit

SAME_WORDS = 0.85
SAME_WITHIN = timedelta(days=14)
"""Two clues tell the same when their words are alike (difflib), or they mean the same case and are of one kind."""


def say(ctx: Context, clue_id: str, word: str, case_ids: Sequence[str] = (), other: str | None = None) -> None:
    """Add a person's word (CLUE_WORDS) on a clue.

    Raises:
        RequestError: no such clue, word or case, or it would be joined to itself.
    """
    permit(ctx, "clue.decide")
    known = set(clues.clues(ctx.engine)["clue_id"])
    if clue_id not in known or (word == "joined" and (other not in known or other == clue_id)):
        raise RequestError("unknown_clue", clue_id=clue_id if clue_id not in known else other)
    if word not in CLUE_WORDS:
        raise RequestError("unknown_clue_word", word=word, allowed="、".join(CLUE_WORDS))
    cases = set(register.cases(ctx.engine, case_ids)["case_id"]) if case_ids else set()
    if missing := [case_id for case_id in case_ids if case_id not in cases]:
        raise RequestError("unknown_case", case_id=missing[0])
    now = ctx.clock()
    said = [word_on(ctx, clue_id, word, now, case_ids, other, "person")]
    clues.save(ctx.engine, as_table([], CLUE_TABLE), as_table(said, CLUE_WORD_TABLE), now, ctx.actor.name)


def take_back(ctx: Context, clue_id: str) -> None:
    """Undo the last word on a clue, if a person said it, by saying what held before it.

    Raises:
        RequestError: nobody said anything of this clue, or a plan was made for it: that is taken back where it was
            adopted.
    """
    permit(ctx, "clue.decide")
    words = clues.words(ctx.engine)
    mine = words[words["clue_id"] == clue_id].to_dict("records")
    if not mine or mine[-1]["reason"] != "person" or mine[-1]["word"] in ("accepted", "reopened"):
        raise RequestError("nothing_to_undo")
    if mine[-1]["word"] == "declined":
        said: dict[str, Any] = word_on(ctx, clue_id, "reopened", ctx.clock())
    else:
        earlier = [{str(k): v for k, v in word.items()} for word in mine[:-1] if word["word"] in STATE_OF]
        said = earlier[-1] if earlier else word_on(ctx, clue_id, "unmatched", ctx.clock())
    now = ctx.clock()
    cases = tuple(filter(None, str(said["case_ids"]).split(";")))
    other = None if pd.isna(said["other"]) else str(said["other"])
    row = word_on(ctx, clue_id, str(said["word"]), now, cases, other, str(said["reason"]))
    clues.save(ctx.engine, as_table([], CLUE_TABLE), as_table([row], CLUE_WORD_TABLE), now, ctx.actor.name)


def known(ctx: Context) -> pd.DataFrame:
    """All clues with their state."""
    return states(clues.clues(ctx.engine), clues.words(ctx.engine), ctx.clock().astimezone(BEIJING))


def clue_days(ctx: Context) -> pd.DataFrame:
    """case_id, clue_on: the day of the latest live clue of each case; one of low trust counts as older."""
    live = known(ctx)
    live = live[live["live"]]
    older = pd.to_timedelta((live["trust"] == "low") * ctx.policy.worth.clue_low_trust_days, unit="D")
    days = live.assign(clue_on=live["seen_on"] - older, case_id=live["case_ids"].str.split(";")).explode("case_id")
    return days.groupby("case_id")["clue_on"].max().reset_index()


def cases_of_visits(ctx: Context, told: pd.DataFrame) -> "pd.Series[str]":
    """The cases (";") of the visit that each outcome tells of; "" where its plan has no such visit."""
    held: dict[str, str] = {}
    for plan_id in told["plan_id"].unique():
        _, visits = plans.load_plan(ctx.engine, plan_id)
        held |= dict(zip(visits["visit_id"], visits["case_ids"], strict=True))
    return told["visit_id"].map(held).fillna("").astype("str")


def all_debtors(ctx: Context) -> pd.DataFrame:
    """case_id, party_no, name, id_hash, township_code, village_code of all debtors."""
    parties, placed = register.parties(ctx.engine), register.placed(ctx.engine)
    people = parties.loc[parties["role"] == "debtor", ["case_id", "party_no", "name", "id_hash"]]
    keys = ["case_id", "party_no", "township_code", "village_code"]
    return people.merge(placed[keys], on=["case_id", "party_no"], how="left")


def alike(words: str, kind: str, cases: set[str], earlier: pd.DataFrame, now: datetime) -> tuple[tuple[str, ...], bool]:
    likeness = {}
    recent = earlier[earlier["at"] >= pd.Timestamp(now) - SAME_WITHIN]
    for clue in recent[~recent["state"].isin(("joined", "dismissed"))].to_dict("records"):
        ratio = difflib.SequenceMatcher(None, clue["words"], words).ratio()
        same_case = clue["kind"] == kind and not cases.isdisjoint(filter(None, clue["case_ids"].split(";")))
        if ratio >= SAME_WORDS or same_case:
            likeness[clue["clue_id"]] = ratio
    ordered = sorted(likeness, key=lambda clue_id: -likeness[clue_id])
    return tuple(ordered), bool(ordered) and likeness[ordered[0]] == 1.0


def word_on(
    ctx: Context, clue_id: str, word: str, at: datetime, case_ids: Sequence[str] = (), other: str | None = None,
    reason: str = "",
) -> dict[str, object]:  # fmt: skip
    return {
        "word_id": uuid4().hex, "clue_id": clue_id, "at": at, "by": ctx.actor.name, "word": word,
        "case_ids": ";".join(case_ids), "other": other, "reason": reason,
    }  # fmt: skip


def as_table(rows: Sequence[dict[str, object]], contract: pa.DataFrameSchema) -> pd.DataFrame:
    return contract.validate(pd.DataFrame(list(rows), columns=list(contract.columns)))
