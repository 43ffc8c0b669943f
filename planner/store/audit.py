"""Who saw or did what, when. Rows are only added, each sealed with the hash of the one before."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from planner.store import schema
from planner.store.engine import reading, writing


def note(connection: Connection, at: datetime, by: str, action: str, subject: str, detail: str) -> None:
    """Add a row within a transaction of :func:`planner.store.engine.writing` that is under way."""
    audit = schema.audit
    before = connection.scalar(sa.select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)) or ""
    row = {"at": at, "by": by, "action": action, "subject": subject, "detail": detail}
    connection.execute(sa.insert(audit).values(**row, hash=_seal(before, at, by, action, subject, detail)))


def record(engine: Engine, at: datetime, by: str, action: str, subject: str, detail: str = "") -> None:
    with writing(engine) as connection:
        note(connection, at, by, action, subject, detail)


def last(engine: Engine, by: str, action: str) -> str | None:
    """The subject of the latest row of a person and an action."""
    a = schema.audit.c
    query = sa.select(a.subject).where(a.by == by, a.action == action).order_by(a.id.desc()).limit(1)
    with reading(engine) as connection:
        return connection.scalar(query)


LOOKS = (
    "sign_in.begun",
    "sign_in.ended",
    "sign_in.refused",
    "names.shown",
    "case.history_seen",
    "backup.made",
    "tour.step",
)
"""What is written down and changes nothing that the store knows; so does whatever was ``exported``."""


def last_deed(engine: Engine) -> str:
    """The seal of the last row that may have changed something: it names the state of all that the store knows."""
    a = schema.audit.c
    changed = a.action.not_in(LOOKS) & a.action.not_like("%exported")
    with reading(engine) as connection:
        return connection.scalar(sa.select(a.hash).where(changed).order_by(a.id.desc()).limit(1)) or ""


def entries(engine: Engine) -> pd.DataFrame:
    """All rows, oldest first: id, at, by, action, subject, detail, hash."""
    return pd.DataFrame(_rows(engine), columns=[column.name for column in schema.audit.columns])


def first_broken(engine: Engine) -> int | None:
    """The id of the first row that does not follow from those before it: it, or a row before it, was tampered with.

    Rows cut off at the end leave no trace here; whoever must exclude that keeps the last hash elsewhere.
    """
    before = ""
    for row in _rows(engine):
        if row.hash != _seal(before, row.at, row.by, row.action, row.subject, row.detail):
            return int(row.id)
        before = row.hash
    return None


def _rows(engine: Engine) -> Sequence[sa.Row[Any]]:
    with reading(engine) as connection:
        return connection.execute(sa.select(schema.audit).order_by(schema.audit.c.id)).all()


def _seal(before: str, at: datetime, *facts: str) -> str:
    """sha256 over the hash before and the row, its time in UTC."""
    sealed = json.dumps([before, at.astimezone(UTC).isoformat(), *facts], ensure_ascii=False)
    return hashlib.sha256(sealed.encode()).hexdigest()
