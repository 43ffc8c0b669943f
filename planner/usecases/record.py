"""Take in what became of visits. Nothing is dropped: what is unclear is kept, and counts when a person says so."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pandas as pd

from planner.errors import RequestError
from planner.model.outcome import AWAY, NEXT_STEPS, OUTCOME_TABLE, OUTCOMES
from planner.model.sweep import SweepPlan
from planner.model.units import BEIJING
from planner.register import typed_amount
from planner.review.outcomes import held, standing
from planner.store import outcomes, plans
from planner.usecases.context import Context, permit

MOST_TEXT = 2_000
"""Letters of a note that are kept."""

MUCH_MORE_THAN_OWED = 1.2
"""Interest and costs come on top of what the register says is owed; a 万 too many would come to more."""


@dataclass(frozen=True)
class OutcomeTold:
    """One word on a visit, as it was typed.

    ``happened`` is a local time (ISO, ``2026-11-24T10:20``); ``paid`` and ``fine`` are yuan; ``corrects`` the outcome
    in whose place it stands; ``withdrawn``: that one shall not count.
    """

    outcome_id: str
    visit_id: str
    kinds: tuple[str, ...]
    happened: str
    paid: str = ""
    fine: str = ""
    next_step: str = "none"
    note: str = ""
    corrects: str | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class Recorded:
    """``repeated``: outcomes that were known already. ``outcomes``: OUTCOME_TABLE, those that were added."""

    counted: int
    held: int
    repeated: int
    outcomes: pd.DataFrame


def record_outcomes(
    ctx: Context,
    plan_id: str,
    squad_id: str,
    day: date,
    told: Sequence[OutcomeTold],
    source: str,
    card_id: str | None = None,
    superseded: bool = False,
) -> Recorded:
    """Keep what a squad says of its day; ``superseded``: it went by a route that is no longer the plan's.

    Raises:
        RequestError: no such plan. Denied: the actor may not speak for this squad.
    """
    permit(ctx, "outcome.record", squad_id)
    plan, visits = plans.load_plan(ctx.engine, plan_id)
    known = outcomes.outcomes(ctx.engine, plans.family(ctx.engine, plan_id), [one.visit_id for one in told])
    owed = dict(zip(visits["visit_id"], visits["claimed_fen"], strict=True))
    here = _Here(plan, squad_id, day, owed, ctx.clock(), superseded)
    rows = pd.DataFrame(
        [_row(here, one, source, card_id, ctx.actor.name) for one in told], columns=list(OUTCOME_TABLE.columns)
    )
    rows = OUTCOME_TABLE.validate(_with_marks_of_order(rows.drop_duplicates("outcome_id"), known))
    fresh = outcomes.save_outcomes(ctx.engine, rows, ctx.actor.name, here.now, f"{plan_id} {squad_id} {day}", source)
    added = rows[rows["outcome_id"].isin(fresh)].reset_index(drop=True)
    waits = int((added["marks"] != "").sum())
    return Recorded(len(added) - waits, waits, len(told) - len(added), added)


def decide_outcome(ctx: Context, outcome_id: str, settled: OutcomeTold | None, new_id: str) -> None:
    """Say of a held outcome that it counts as ``settled`` has it, or (None) that it does not count.

    Raises:
        RequestError: no such outcome, or it is not held any more.
    """
    permit(ctx, "outcome.decide")
    told = outcomes.said_beside(ctx.engine, outcome_id)
    waiting = {row["outcome_id"]: row for row in held(told).to_dict("records")}
    if outcome_id not in waiting:
        raise RequestError("outcome_not_held", outcome_id=outcome_id)
    row = waiting[outcome_id]
    now = ctx.clock()
    changes = {
        "outcome_id": new_id,
        "at": now,
        "by": ctx.actor.name,
        "marks": "",
        "corrects": outcome_id,
        "source": "page",
    }
    if settled is None:
        changes["withdrawn"] = True
    else:
        moment = _moment(settled.happened)
        changes |= {
            "kinds": ";".join(settled.kinds),
            "paid_fen": typed_amount(settled.paid)[0],
            "fine_fen": typed_amount(settled.fine)[0],
            "next_step": settled.next_step,
            "note": settled.note or None,
            "withdrawn": False,
        } | ({"day": moment.date(), "minute": _minute(moment)} if moment else {})
    week = told[told["plan_id"].isin(plans.family(ctx.engine, row["plan_id"]))]
    aside = _put_aside(week, now) if settled else []
    decided = pd.DataFrame([*aside, row | changes])[list(OUTCOME_TABLE.columns)]
    detail = "declined" if settled is None else "accepted"
    outcomes.save_outcomes(ctx.engine, OUTCOME_TABLE.validate(decided), ctx.actor.name, now, outcome_id, detail)


def take_back_outcome(ctx: Context, outcome_id: str) -> None:
    """Undo one word on a visit: what stood, or waited, before it stands or waits again.

    Whoever may speak for the squad takes back what was recorded; to take back a decision on a held outcome is for those
    who decide.

    Raises:
        RequestError: no such outcome, or something was said after it.
    """
    told = outcomes.said_beside(ctx.engine, outcome_id)
    by_id = {row["outcome_id"]: row for row in told.to_dict("records")}
    row = by_id.get(outcome_id)
    permit(ctx, "outcome.record", row["squad_id"] if row else None)
    if row is None or told["outcome_id"].iloc[-1] != outcome_id:
        raise RequestError("nothing_to_undo")
    decided = by_id.get(row["corrects"])
    gone = told[told["outcome_id"] == outcome_id]
    if decided and decided["marks"]:
        permit(ctx, "outcome.decide")
        together = told[(told["at"] == row["at"]) & (told["by"] == row["by"])]
        gone = pd.concat([gone, together[together["withdrawn"] & (together["outcome_id"] != outcome_id)]])
    now = ctx.clock()
    rows = gone.assign(
        outcome_id=[uuid4().hex for _ in range(len(gone))], corrects=gone["outcome_id"], at=now, by=ctx.actor.name,
        withdrawn=True, marks="", source="page", card_id=None,
    )  # fmt: skip
    rows = OUTCOME_TABLE.validate(rows[list(OUTCOME_TABLE.columns)].reset_index(drop=True))
    outcomes.save_outcomes(ctx.engine, rows, ctx.actor.name, now, outcome_id, "taken back")


def _put_aside(told: pd.DataFrame, now: datetime) -> list[dict[Hashable, Any]]:
    """A visit has one word that counts: what stands of it is withdrawn when another is taken."""
    stand = standing(told)
    gone = stand.assign(outcome_id=[uuid4().hex for _ in range(len(stand))], corrects=stand["outcome_id"])
    return gone.assign(at=now, withdrawn=True, source="page").to_dict("records")


@dataclass(frozen=True)
class _Here:
    """What an outcome is read against."""

    plan: SweepPlan
    squad_id: str
    day: date
    owed: dict[str, int]
    now: datetime
    superseded: bool

    @property
    def stops(self) -> set[str]:
        mine = (route for route in self.plan.routes if (route.squad_id, route.day) == (self.squad_id, self.day))
        return {stop.visit_id for route in mine for stop in route.stops}


def _row(here: _Here, told: OutcomeTold, source: str, card_id: str | None, by: str) -> dict[str, object]:
    moment = _moment(told.happened)
    (paid, paid_clear), (fine, fine_clear) = typed_amount(told.paid), typed_amount(told.fine)
    unclear = [told.happened] * (moment is None) + [told.paid] * (not paid_clear) + [told.fine] * (not fine_clear)
    kinds = tuple(dict.fromkeys(told.kinds))
    marks = (
        []
        if told.withdrawn
        else [*_marks_of_words(here, told, kinds), *_marks_of_time(here, moment), *_marks_of_money(here, told, kinds)]
    )
    return {
        "outcome_id": told.outcome_id,
        "at": here.now,
        "by": by,
        "plan_id": here.plan.id,
        "visit_id": told.visit_id,
        "squad_id": here.squad_id,
        "day": moment.date() if moment else here.day,
        "minute": _minute(moment) if moment else None,
        "kinds": ";".join(kinds),
        "paid_fen": paid,
        "fine_fen": fine,
        "next_step": told.next_step if told.next_step in NEXT_STEPS else "none",
        "note": told.note[:MOST_TEXT] or None,
        "told": "；".join(unclear)[:MOST_TEXT] or None,
        "marks": ";".join(marks),
        "corrects": told.corrects,
        "withdrawn": told.withdrawn,
        "source": source,
        "card_id": card_id,
    }


def _marks_of_words(here: _Here, told: OutcomeTold, kinds: tuple[str, ...]) -> Iterable[str]:
    if here.superseded:
        yield "superseded_plan"
    if told.visit_id not in here.stops:
        yield "not_on_plan"
    if not kinds or not set(kinds) <= set(OUTCOMES) or told.next_step not in NEXT_STEPS:
        yield "kind_unknown"
    if len(kinds) > 1 and "not_found" in kinds and not set(kinds) <= AWAY:
        yield "kinds_conflict"


def _marks_of_time(here: _Here, moment: datetime | None) -> Iterable[str]:
    if moment is None:
        yield "time_unread"
    elif moment.date() < here.plan.week_start:
        yield "before_sweep"
    elif moment > here.now:
        yield "in_future"
    elif moment.date() != here.day:
        yield "other_day"


def _marks_of_money(here: _Here, told: OutcomeTold, kinds: tuple[str, ...]) -> Iterable[str]:
    (paid, paid_clear), (fine, fine_clear) = typed_amount(told.paid), typed_amount(told.fine)
    if (not paid_clear and paid is None) or (not fine_clear and fine is None):
        yield "amount_unread"
    elif not (paid_clear and fine_clear):
        yield "amount_unclear"
    if ("paid" in kinds) != bool(paid) and paid_clear:
        yield "amount_missing"
    if paid and paid > MUCH_MORE_THAN_OWED * here.owed.get(told.visit_id, paid):
        yield "more_than_owed"


def _with_marks_of_order(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Mark rows that speak again of a visit without standing in the place of what stands, or correct nothing of it."""
    stand = standing(known)
    spoken = set(stand["visit_id"])
    words = {pair for frame in (known, rows) for pair in zip(frame["outcome_id"], frame["visit_id"], strict=True)}
    marks = []
    for row in rows.to_dict("records"):
        found: list[str] = row["marks"].split(";") if row["marks"] else []
        corrects = _none_if_missing(row["corrects"])
        if corrects and (corrects, row["visit_id"]) not in words:
            found.append("corrects_unknown")
        elif not corrects and row["visit_id"] in spoken:
            found.append("told_twice")
        spoken.add(row["visit_id"])
        marks.append(";".join(found))
    return rows.assign(marks=marks)


def _moment(text: str) -> datetime | None:
    """A local time; None where it is none. A time zone is minded."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found.astimezone(BEIJING) if found.tzinfo else found.replace(tzinfo=BEIJING)


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _none_if_missing(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)
