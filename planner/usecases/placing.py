"""The queue of doubtful placings, and what people decide about them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from planner.errors import RequestError
from planner.geo.place import candidates, place_cases, unknown_name
from planner.model.place import Candidate
from planner.store import audit, decisions, imports, register
from planner.store.decisions import Decision
from planner.usecases.context import Context, permit, region_with_learnt_aliases
from planner.usecases.remembered import remembered

__all__ = ["Decision", "PlacingQuestion", "decide_place", "placing_question", "placing_queue"]


NAME = re.compile(r"[一-鿿]{2,8}")
"""A name that can be taught."""


@dataclass(frozen=True)
class PlacingQuestion:
    """One debtor whose place a person is asked for. Personal data.

    Attributes:
        cases: cases in which the debtor stands.
        township_code, village_code, method, confidence, matched: how the debtor is placed now, as in PLACED_TABLE.
        addresses: kind -> text, in the policy's order of belief, those that are told.
        candidates: the best first; alias: the piece of an address that a decision could teach, if any.
    """

    case_id: str
    party_no: int
    debtor: str
    cases: int
    township_code: str | None
    village_code: str | None
    method: str
    confidence: float
    matched: str | None
    addresses: dict[str, str]
    candidates: tuple[Candidate, ...]
    alias: str | None


def placing_queue(ctx: Context) -> pd.DataFrame:
    """Debtors of open cases placed with less confidence than the policy asks for: who stands in most cases, and who
    owes most, first.

    Columns: case_id, party_no, township_code, confidence, method, cases, claimed_fen. One row per person and
    addresses; no personal data.
    """
    permit(ctx, "placing.decide")
    return remembered(ctx, ("placing_queue",), lambda: _queue(ctx))


def _queue(ctx: Context) -> pd.DataFrame:
    placed, cases = register.placed(ctx.engine), register.cases(ctx.engine)
    doubtful = placed[placed["lead"] & (placed["confidence"] < ctx.policy.gazetteer.queue_below)]
    open_cases = cases.loc[cases["status"] == "open", ["case_id", "claimed_fen"]]
    waiting = doubtful.merge(open_cases, on="case_id").merge(
        decisions.subjects_of(ctx.engine), on=["case_id", "party_no"]
    )
    groups = waiting.groupby("subject", sort=False)
    first = waiting.drop_duplicates("subject").set_index("subject")
    queue = first.assign(cases=groups.size(), claimed_fen=groups["claimed_fen"].sum())
    ordered = queue.sort_values(["cases", "claimed_fen", "case_id"], ascending=[False, False, True], ignore_index=True)
    return ordered[["case_id", "party_no", "township_code", "confidence", "method", "cases", "claimed_fen"]]


def placing_question(ctx: Context, case_id: str, party_no: int) -> PlacingQuestion:
    """What is told about one debtor's place, and where it may be. The look is audited.

    Raises:
        RequestError: no such party.
    """
    permit(ctx, "placing.decide")
    parties = register.parties(ctx.engine, [case_id])
    of_party = parties[parties["party_no"] == party_no]
    if of_party.empty:
        raise RequestError("unknown_party", case_id=case_id, party_no=party_no)
    party = of_party.iloc[0]
    placed = register.placed(ctx.engine, [case_id])
    now = placed[placed["party_no"] == party_no].astype("object").where(placed.notna(), None).iloc[0]
    told = {kind: str(party[kind]) for kind in ctx.policy.gazetteer.address_order if pd.notna(party[kind])}
    region = region_with_learnt_aliases(ctx)
    points: dict[str, object] = {axis: float(party[axis]) for axis in ("x", "y") if pd.notna(party[axis])}
    if points and (datum := imports.latest_datum(ctx.engine)):
        points["datum"] = datum
    found = candidates(told | points, region, ctx.policy.gazetteer)
    names = (unknown_name(text, region) for text in told.values())
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "names.shown", case_id, f"placing {party_no}")
    return PlacingQuestion(
        case_id=case_id,
        party_no=party_no,
        debtor=str(party["name"]),
        cases=len(decisions.same_subject(ctx.engine, case_id, party_no)),
        township_code=now["township_code"],
        village_code=now["village_code"],
        method=now["method"],
        confidence=float(now["confidence"]),
        matched=now["matched"],
        addresses=told,
        candidates=tuple(found),
        alias=next((name for name in names if name), None),
    )


def decide_place(ctx: Context, decision: Decision) -> int:
    """A person says where a debtor is; every case of that debtor with these addresses follows, and where a name was
    taught, every doubtful placing is looked at again. Returns how many cases are placed otherwise than before.

    Raises:
        RequestError: no such party or township, or the village is not in it.
    """
    permit(ctx, "placing.decide")
    _require_known(ctx, decision)
    if not decisions.same_subject(ctx.engine, decision.case_id, decision.party_no):
        raise RequestError("unknown_party", case_id=decision.case_id, party_no=decision.party_no)
    names = decisions.save_decision(ctx.engine, decision, at=ctx.clock(), by=ctx.actor.name)
    touched = set(decisions.same_subject(ctx.engine, decision.case_id, decision.party_no))
    if names:
        touched |= _named(ctx, names)
    return _place_again(ctx, touched)


def _named(ctx: Context, names: Sequence[str]) -> set[str]:
    """The cases that a name, learnt or unlearnt, may place otherwise."""
    placed = register.placed(ctx.engine)
    by_name = placed["matched"].fillna("").map(lambda matched: any(name in matched for name in names))
    return set(placed.loc[by_name | (placed["confidence"] < ctx.policy.gazetteer.queue_below), "case_id"])


def _place_again(ctx: Context, case_ids: Iterable[str]) -> int:
    parties = register.parties(ctx.engine, case_ids)
    decided = decisions.decided(ctx.engine, parties)
    datum = imports.latest_datum(ctx.engine)  # a few points alone would not tell
    fresh = place_cases(parties, region_with_learnt_aliases(ctx), ctx.policy.gazetteer, decided, datum=datum).table
    before = register.placed(ctx.engine, parties["case_id"].unique())
    decisions.replace_placings(ctx.engine, fresh, ctx.clock(), ctx.actor.name)
    both = before.merge(fresh, on=["case_id", "party_no"], suffixes=("", "_now"))
    moved = both["township_code"].fillna("") != both["township_code_now"].fillna("")
    moved |= both["village_code"].fillna("") != both["village_code_now"].fillna("")
    return int(both.loc[moved, "case_id"].nunique())


def _require_known(ctx: Context, decision: Decision) -> None:
    township, village = decision.township_code, decision.village_code
    if decision.alias and not NAME.fullmatch(decision.alias):
        raise RequestError("not_a_place_name", name=decision.alias)
    if township is None:
        return
    if township not in set(ctx.region.townships["code"]):
        raise RequestError("unknown_township", township=township)
    of_township = ctx.region.villages.loc[ctx.region.villages["township_code"] == township, "code"]
    if village is not None and village not in set(of_township):
        raise RequestError("unknown_village", village=village, township=township)
