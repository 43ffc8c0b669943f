"""Route cards: issue one for a squad's day, bring back what was recorded on it."""

import base64
import binascii
import gzip
import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pandas as pd

from planner.errors import InputError
from planner.files.card_page import CardFacts, Translate, card_of_file, make_card, open_outcomes
from planner.model.units import BEIJING
from planner.store import cards, plans
from planner.store.cards import KeptCard
from planner.usecases.context import Context, permit
from planner.usecases.in_force import in_force
from planner.usecases.my_route import my_route
from planner.usecases.record import OutcomeTold, Recorded, record_outcomes

DIGITS = 16
"""Of a passphrase: 53 bits, and 19 more by the iterations of the key's derivation."""

HOURS_AFTER = 4
"""A card shows people until so long after the end of its day."""

MOST_TEXT = 4_000


@dataclass(frozen=True)
class IssuedCard:
    """``passphrase`` is told once and kept nowhere. ``gzip_bytes``: the size on the way to a phone."""

    card_id: str
    squad_id: str
    html: bytes
    passphrase: str
    gzip_bytes: int


@dataclass(frozen=True)
class BroughtBack:
    squad_id: str
    day: date
    recorded: Recorded


def issue_card(ctx: Context, plan_id: str, squad_id: str, day: date, t: Translate) -> IssuedCard:
    """A sealed page for a phone without a network. The look at people, and the card, are audited.

    Raises:
        RequestError: no such plan or route. Denied: not the actor's squad.
    """
    permit(ctx, "card.issue", squad_id)
    route = my_route(ctx, plan_id, squad_id, day)
    now = ctx.clock()
    expires = datetime.combine(day + timedelta(days=1), time(HOURS_AFTER), BEIJING)
    facts = CardFacts(secrets.token_hex(6), plan_id, squad_id, day, now, expires)
    digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    card = make_card(facts, route, ctx.region.outlines, digits, t)
    kept = KeptCard(facts.card_id, plan_id, squad_id, day, card.outcome_key)
    cards.save_card(ctx.engine, kept, expires, now, ctx.actor.name)
    spaced = " ".join(digits[n : n + 4] for n in range(0, DIGITS, 4))
    return IssuedCard(facts.card_id, squad_id, card.html, spaced, len(gzip.compress(card.html)))


def card_file(ctx: Context, card: IssuedCard) -> bytes:
    """The page of a card that was issued a moment ago, for whoever may still have it."""
    permit(ctx, "card.issue", card.squad_id)
    return card.html


def bring_back(ctx: Context, data: bytes) -> BroughtBack:
    """Take in an outcome file. The same file again changes nothing; a newer one of the card adds what is new.

    Raises:
        InputError: no outcome file, changed, or of a card that was not issued here.
    """
    card = cards.load_card(ctx.engine, card_of_file(data))
    permit(ctx, "outcome.record", card.squad_id)
    told = [_told(row) for row in open_outcomes(data, card.key)]
    recorded = record_outcomes(
        ctx, card.plan_id, card.squad_id, card.day, told, "card", card.card_id, superseded(ctx, card)
    )
    cards.save_return(ctx.engine, card.card_id, len(told), len(recorded.outcomes), ctx.clock(), ctx.actor.name)
    return BroughtBack(card.squad_id, card.day, recorded)


def bring_back_text(ctx: Context, text: str) -> BroughtBack:
    """The same for the text that a card offers to copy (base64).

    Raises:
        InputError: as :func:`bring_back`.
    """
    bare = "".join(text.split())
    try:
        data = base64.b64decode(bare, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise InputError("not_an_outcome_file", bytes=len(bare)) from problem
    if base64.b64encode(data).decode() != bare:  # a changed last letter may decode to the same bytes
        raise InputError("outcome_file_changed", card_id=card_of_file(data))
    return bring_back(ctx, data)


def superseded(ctx: Context, card: KeptCard) -> bool:
    """Whether the plan in force for its week has other visits for this squad on this day."""
    plan, _ = plans.load_plan(ctx.engine, card.plan_id)
    now = in_force(ctx, plan.week_start)
    if now is None or now.plan_id == plan.id:
        return False
    if now.by is None and now.plan_id not in plans.family(ctx.engine, plan.id):
        return False  # just the newest of the week: somebody's trial, which nobody drives
    other, _ = plans.load_plan(ctx.engine, now.plan_id)
    before, after = (
        {stop.visit_id for r in one.routes if (r.squad_id, r.day) == (card.squad_id, card.day) for stop in r.stops}
        for one in (plan, other)
    )
    return before != after


def cards_of_week(ctx: Context, week_start: date) -> pd.DataFrame:
    """One row per card of a week, newest first: as store.cards.list_cards, and state: out | superseded | expired."""
    permit(ctx, "plan.see")
    listed = cards.list_cards(ctx.engine)
    days = [week_start + timedelta(days=n) for n in range(7)]
    mine = listed[listed["day"].isin(days)].reset_index(drop=True)
    seen: set[tuple[str, date]] = set()
    states = []
    for row in mine.to_dict("records"):
        key = (row["squad_id"], row["day"])
        card = KeptCard(row["card_id"], row["plan_id"], row["squad_id"], row["day"], b"")
        old = key in seen or superseded(ctx, card)
        seen.add(key)
        states.append("superseded" if old else "expired" if row["expires"] < ctx.clock() else "out")
    return mine.assign(state=pd.array(states, dtype="str"))


def _told(row: dict[str, Any]) -> OutcomeTold:
    """A row of a card, whatever stands in it: texts are texts, and odd ones are marked later."""

    def text(name: str) -> str:
        return str(row.get(name) or "")[:MOST_TEXT]

    kinds = row.get("kinds")
    return OutcomeTold(
        outcome_id=text("id"),
        visit_id=text("visit"),
        kinds=tuple(str(kind) for kind in kinds) if isinstance(kinds, list) else (),
        happened=text("happened"),
        paid=text("paid"),
        fine=text("fine"),
        next_step=text("next") or "none",
        note=text("note"),
        corrects=text("corrects") or None,
    )
