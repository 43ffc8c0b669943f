"""What became of visits, and what was said of papers: rows that are only added."""

from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Engine

from planner.model.outcome import OUTCOME_TABLE
from planner.store import frames, schema
from planner.store.audit import note
from planner.store.engine import reading, writing


def outcomes(
    engine: Engine, plan_ids: Sequence[str] | None = None, visit_ids: Sequence[str] | None = None
) -> pd.DataFrame:
    """OUTCOME_TABLE of some plans and visits (None: of all), in the order of their coming."""
    o = schema.outcomes.c
    asked = ((o.plan_id, plan_ids), (o.visit_id, visit_ids))
    where = sa.and_(sa.true(), *(column.in_(ids) for column, ids in asked if ids is not None))
    with reading(engine) as connection:
        return frames.read_numbered(connection, schema.outcomes, OUTCOME_TABLE, where)


def said_beside(engine: Engine, outcome_id: str) -> pd.DataFrame:
    """OUTCOME_TABLE: all that was said of the visit of an outcome, in the order of its coming; empty: no such one."""
    o = schema.outcomes.c
    visit = sa.select(o.visit_id).where(o.outcome_id == outcome_id)
    with reading(engine) as connection:
        return frames.read_numbered(connection, schema.outcomes, OUTCOME_TABLE, o.visit_id.in_(visit))


def save_outcomes(engine: Engine, rows: pd.DataFrame, by: str, at: datetime, subject: str, detail: str) -> list[str]:
    """Add those of OUTCOME_TABLE that are not known yet; gives back their ids.

    A row that is known by its id changes nothing, whatever stands in it now.
    """
    with writing(engine) as connection:
        o = schema.outcomes.c
        ids = rows["outcome_id"].tolist()
        known = set(connection.scalars(sa.select(o.outcome_id).where(o.outcome_id.in_(ids))))
        fresh = rows[~rows["outcome_id"].isin(known)].drop_duplicates("outcome_id")
        if len(fresh):
            frames.append_numbered(connection, schema.outcomes, fresh)
            note(connection, at, by, "outcome.recorded", subject, f"{detail} {len(fresh)}".strip())
    return [str(outcome_id) for outcome_id in fresh["outcome_id"]]


def say_of_papers(
    engine: Engine, papers: Sequence[tuple[str, str]], state: str, week_start: date, at: datetime, by: str
) -> None:
    """Add one word on each of some papers (visit_id, paper) of a week."""
    rows = [
        {"visit_id": visit_id, "paper": paper, "state": state, "week_start": week_start, "at": at, "by": by}
        for visit_id, paper in papers
    ]
    with writing(engine) as connection:
        if rows:
            connection.execute(sa.insert(schema.paper_words), rows)
            note(connection, at, by, f"paper.{state}", week_start.isoformat(), str(len(rows)))


def paper_states(engine: Engine, week_start: date) -> dict[tuple[str, str], str]:
    """(visit_id, paper) -> the last word on it for that week; papers of which nothing was said are missing."""
    p = schema.paper_words.c
    query = sa.select(p.visit_id, p.paper, p.state).where(p.week_start == week_start).order_by(p.id)
    with reading(engine) as connection:
        return {(row.visit_id, row.paper): row.state for row in connection.execute(query)}
