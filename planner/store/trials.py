"""Trials: what a coin said, kept once and never changed."""

from datetime import datetime

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy import Engine

from planner.errors import RequestError
from planner.model.trial import Trial
from planner.store import schema
from planner.store.audit import note
from planner.store.engine import reading, writing

TRIAL = TypeAdapter(Trial)


def trials(engine: Engine) -> tuple[Trial, ...]:
    """All of them, in the order of their first weeks."""
    with reading(engine) as connection:
        return tuple(sorted(_read(connection), key=lambda trial: trial.pairs[0]))


def save(engine: Engine, trial: Trial, at: datetime, by: str) -> None:
    """Keep a trial.

    Raises:
        RequestError: a week of it belongs to another trial, drawn perhaps a moment ago.
    """
    with writing(engine) as connection:
        for other in _read(connection):
            if both := sorted(set(trial.weeks) & set(other.weeks)):
                raise RequestError("trial_overlaps", week=both[0].isoformat(), trial=other.id)
        document = TRIAL.dump_json(trial).decode()
        connection.execute(sa.insert(schema.trials).values(id=trial.id, document=document, at=at, by=by))
        note(connection, at, by, "trial.drawn", trial.id, f"{trial.rule} {trial.seed} {len(trial.pairs)}")


def _read(connection: sa.Connection) -> list[Trial]:
    return [TRIAL.validate_json(document) for document in connection.scalars(sa.select(schema.trials.c.document))]
