"""Route cards that were issued, with the keys that open what they send back, and what was brought back."""

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Engine

from planner.errors import InputError
from planner.store import schema
from planner.store.audit import note
from planner.store.engine import reading, writing
from planner.store.frames import about, vault_of


@dataclass(frozen=True)
class KeptCard:
    card_id: str
    plan_id: str
    squad_id: str
    day: date
    key: bytes


def save_card(engine: Engine, card: KeptCard, expires: datetime, at: datetime, by: str) -> None:
    with writing(engine) as connection:
        sealed = vault_of(connection).seal(card.key, about(schema.cards, card.card_id))
        connection.execute(
            sa.insert(schema.cards).values(
                card_id=card.card_id, plan_id=card.plan_id, squad_id=card.squad_id, day=card.day, at=at, by=by,
                expires=expires, sealed=sealed,
            )
        )  # fmt: skip
        note(connection, at, by, "card.issued", card.card_id, f"{card.plan_id} {card.squad_id} {card.day}")


def load_card(engine: Engine, card_id: str) -> KeptCard:
    """Raises InputError: no such card was issued here."""
    c = schema.cards.c
    with reading(engine) as connection:
        row = connection.execute(sa.select(schema.cards).where(c.card_id == card_id)).one_or_none()
        if row is None:
            raise InputError("unknown_card", card_id=card_id)
        key = vault_of(connection).unseal(row.sealed, about(schema.cards, card_id))
    return KeptCard(card_id, row.plan_id, row.squad_id, row.day, key)


def save_return(engine: Engine, card_id: str, outcomes: int, added: int, at: datetime, by: str) -> None:
    """Write down that a card's file was brought back, with so many outcomes, of which so many were new."""
    with writing(engine) as connection:
        row = {"card_id": card_id, "at": at, "by": by, "outcomes": outcomes, "added": added}
        connection.execute(sa.insert(schema.card_returns).values(**row))
        note(connection, at, by, "card.brought_back", card_id, f"{outcomes} {added}")


def list_cards(engine: Engine) -> pd.DataFrame:
    """One row per card, newest first: card_id, plan_id, squad_id, day, at, by, expires, returned_at, outcomes."""
    c, r = schema.cards.c, schema.card_returns.c
    returned = sa.select(
        r.card_id, sa.func.max(r.at).label("returned_at"), sa.func.max(r.outcomes).label("outcomes")
    ).group_by(r.card_id)
    back = returned.subquery()
    listed = [c.card_id, c.plan_id, c.squad_id, c.day, c.at, c.by, c.expires, back.c.returned_at, back.c.outcomes]
    query = sa.select(*listed).outerjoin(back, back.c.card_id == c.card_id).order_by(c.at.desc())
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    return pd.DataFrame(rows, columns=[column.name for column in listed])
