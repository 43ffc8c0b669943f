"""What people said of the policy: rows that are only added, the last word on each key stands."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Engine

from planner.store import schema
from planner.store.audit import note
from planner.store.engine import reading, writing

WORDS = ("id", "key", "value", "reason", "at", "by")
"""value: as JSON; None: what the file has."""


def say(engine: Engine, key: str, value: Any, reason: str, at: datetime, by: str) -> None:
    """One word on a key; ``value`` None: what stands in the file again."""
    told = None if value is None else json.dumps(value, ensure_ascii=False)
    with writing(engine) as connection:
        row = {"key": key, "value": told, "reason": reason, "at": at, "by": by}
        connection.execute(sa.insert(schema.policy_words).values(**row))
        note(connection, at, by, "policy.decided", key, f"{told or 'file'} {reason}")


def words(engine: Engine) -> pd.DataFrame:
    """WORDS, in the order in which they were said."""
    w = schema.policy_words
    with reading(engine) as connection:
        rows = connection.execute(sa.select(*(w.c[name] for name in WORDS)).order_by(w.c.id)).all()
    return pd.DataFrame(rows, columns=list(WORDS)).astype({"value": object})


def standing(engine: Engine, at: datetime | None = None) -> Mapping[str, Any]:
    """Key -> value, of the keys on which a word stands now, or stood ``at`` a moment."""
    w = schema.policy_words.c
    said = sa.true() if at is None else w.at <= at
    with reading(engine) as connection:
        rows = connection.execute(sa.select(w.key, w.value).where(said).order_by(w.id)).all()
    last = {row.key: row.value for row in rows}
    return {key: json.loads(value) for key, value in last.items() if value is not None}
