"""Clues, and what was said of them: rows that are only added."""

from datetime import datetime

import pandas as pd
from sqlalchemy import Engine

from planner.model.clue import CLUE_TABLE, CLUE_WORD_TABLE
from planner.store import frames, schema
from planner.store.audit import note
from planner.store.engine import reading, writing


def clues(engine: Engine) -> pd.DataFrame:
    """CLUE_TABLE, in the order of their coming."""
    with reading(engine) as connection:
        return frames.read_numbered(connection, schema.clues, CLUE_TABLE)


def words(engine: Engine) -> pd.DataFrame:
    """CLUE_WORD_TABLE, in the order in which they were said."""
    with reading(engine) as connection:
        return frames.read_numbered(connection, schema.clue_words, CLUE_WORD_TABLE)


def save(engine: Engine, told: pd.DataFrame, said: pd.DataFrame, at: datetime, by: str) -> None:
    """Add clues (CLUE_TABLE) and words on clues (CLUE_WORD_TABLE), all or none."""
    with writing(engine) as connection:
        for table, rows in ((schema.clues, told), (schema.clue_words, said)):
            if len(rows):
                frames.append_numbered(connection, table, rows)
        for row in told.to_dict("records"):
            note(connection, at, by, "clue.entered", row["clue_id"], row["channel"])
        for row in said.to_dict("records"):
            note(connection, at, by, f"clue.{row['word']}", row["clue_id"], row["reason"])
