"""Who saw or did what, when. Rows are only added."""

from datetime import datetime

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Engine

from planner.store import schema


def note(connection: sa.Connection, at: datetime, by: str, action: str, subject: str, detail: str) -> None:
    """Add a row within a transaction that is under way."""
    connection.execute(sa.insert(schema.audit).values(at=at, by=by, action=action, subject=subject, detail=detail))


def record(engine: Engine, at: datetime, by: str, action: str, subject: str, detail: str = "") -> None:
    with engine.begin() as connection:
        note(connection, at, by, action, subject, detail)


def entries(engine: Engine) -> pd.DataFrame:
    """All rows, oldest first."""
    with engine.connect() as connection:
        rows = connection.execute(sa.select(schema.audit).order_by(schema.audit.c.id)).all()
    return pd.DataFrame(rows, columns=[column.name for column in schema.audit.columns])
