"""Campaigns: each change is a new document of the same id, the last one stands."""

from datetime import datetime

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine

from planner.errors import Overtaken, RequestError
from planner.model.campaign import Campaign, Kept
from planner.store import schema
from planner.store.audit import note
from planner.store.engine import reading, writing

CAMPAIGN = TypeAdapter(Campaign)


def listed(engine: Engine) -> list[Kept]:
    """Every campaign as it stands, by its start, the latest first; of equal starts that said last goes first."""
    w = schema.campaign_words.c
    newest = sa.select(sa.func.max(w.id)).group_by(w.campaign_id)
    with reading(engine) as connection:
        rows = connection.execute(sa.select(w.id, w.document).where(w.id.in_(newest)).order_by(w.id.desc())).all()
    kept = [Kept(CAMPAIGN.validate_json(row.document), row.id) for row in rows]
    return sorted(kept, key=lambda one: one.campaign.start, reverse=True)


def load(engine: Engine, campaign_id: str) -> Kept:
    """Raises RequestError: no such campaign."""
    found = next((kept for kept in listed(engine) if kept.campaign.id == campaign_id), None)
    if found is None:
        raise RequestError("unknown_campaign", campaign_id=campaign_id)
    return found


def save(
    engine: Engine, campaign: Campaign, version: int | None, deed: str, detail: str, at: datetime, by: str
) -> None:
    """Add a word on a campaign. ``version``: of the word it changes, None for a new campaign.

    Raises:
        Overtaken: somebody else changed it since; nothing was saved.
    """
    document = CAMPAIGN.dump_json(campaign).decode()
    CAMPAIGN.validate_json(document)
    with writing(engine) as connection:
        if _newest(connection, campaign.id) != version:
            raise Overtaken("campaign_changed_meanwhile", name=campaign.name)
        connection.execute(
            sa.insert(schema.campaign_words).values(campaign_id=campaign.id, document=document, at=at, by=by)
        )
        note(connection, at, by, f"campaign.{deed}", campaign.id, detail)


def _newest(connection: Connection, campaign_id: str) -> int | None:
    w = schema.campaign_words.c
    newest: int | None = connection.scalar(sa.select(sa.func.max(w.id)).where(w.campaign_id == campaign_id))
    return newest


def moved(engine: Engine) -> str:
    """The newest import, score, plan, adoption and outcome: what the state of a campaign rests on."""
    newest = [
        schema.imports.c.at, schema.scores.c.at, schema.plans.c.at, schema.adoptions.c.id, schema.outcomes.c.number,
        schema.case_actions.c.number,
    ]  # fmt: skip
    with reading(engine) as connection:
        return " ".join(str(connection.scalar(sa.select(sa.func.max(column)))) for column in newest)
