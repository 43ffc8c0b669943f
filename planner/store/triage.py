"""Where cases are worked, as people said: rows that are only added."""

from datetime import datetime

import pandas as pd
from sqlalchemy import Engine

from planner.model.triage import CASE_ACTION_TABLE
from planner.store import frames, schema
from planner.store.audit import note
from planner.store.engine import reading, writing


def actions(engine: Engine) -> pd.DataFrame:
    """CASE_ACTION_TABLE, in the order in which they were said."""
    with reading(engine) as connection:
        return frames.read_numbered(connection, schema.case_actions, CASE_ACTION_TABLE)


def save(engine: Engine, rows: pd.DataFrame, at: datetime, by: str) -> None:
    """Add rows of CASE_ACTION_TABLE, all or none."""
    with writing(engine) as connection:
        frames.append_numbered(connection, schema.case_actions, rows)
        for row in rows.to_dict("records"):
            note(connection, at, by, f"case.{row['action']}", row["case_id"], row["reason"])
