"""Job rows: how far long work is, and the wish to cancel it."""

import json
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from planner.errors import RequestError
from planner.model.job import Job
from planner.store import schema
from planner.store.engine import reading, writing

OPEN = ("queued", "running")
"""States of a job that has not ended."""


def queue(engine: Engine, kind: str, request: str, at: datetime, by: str) -> str:
    """Add a job; returns its id."""
    job_id = uuid4().hex[:12]
    with writing(engine) as connection:
        connection.execute(
            sa.insert(schema.jobs).values(
                id=job_id,
                kind=kind,
                request=request,
                state="queued",
                cancel_wanted=False,
                stage="queued",
                share=0.0,
                at=at,
                by=by,
                heartbeat=at,
            )
        )
    return job_id


def load(engine: Engine, job_id: str) -> Job:
    """Raises RequestError: no such job."""
    with reading(engine) as connection:
        return _load(connection, job_id)


def _load(connection: Connection, job_id: str) -> Job:
    row = connection.execute(sa.select(schema.jobs).where(schema.jobs.c.id == job_id)).one_or_none()
    if row is None:
        raise RequestError("unknown_job", job_id=job_id)
    return Job(
        id=row.id,
        kind=row.kind,
        request=row.request,
        state=row.state,
        cancel_wanted=row.cancel_wanted,
        stage=row.stage,
        share=row.share,
        result=row.result,
        error_key=row.error_key,
        error_params=json.loads(row.error_params or "{}"),
        created_at=row.at,
        created_by=row.by,
        heartbeat=row.heartbeat,
    )


def under_way(engine: Engine, kind: str, by: str) -> str | None:
    """The id of the newest job of a kind that a person asked for and that has not ended."""
    j = schema.jobs.c
    query = sa.select(j.id).where(j.kind == kind, j.by == by, j.state.in_(OPEN)).order_by(j.at.desc()).limit(1)
    with reading(engine) as connection:
        return connection.scalar(query)


def advance(engine: Engine, job_id: str, stage: str, share: float, at: datetime) -> bool:
    """Write down how far a job is; True where it must stop: it is to be cancelled, or was given up for dead."""
    job = _change(engine, job_id, state="running", stage=stage, share=share, heartbeat=at)
    return job.cancel_wanted or job.ended


def want_cancel(engine: Engine, job_id: str) -> None:
    _change(engine, job_id, cancel_wanted=True)


def finish(engine: Engine, job_id: str, result: str, at: datetime) -> None:
    _change(engine, job_id, state="done", stage="done", share=1.0, result=result, heartbeat=at)


def stop(engine: Engine, job_id: str, at: datetime) -> None:
    _change(engine, job_id, state="cancelled", heartbeat=at)


def fail(engine: Engine, job_id: str, key: str, params: dict[str, object], at: datetime) -> None:
    told = json.dumps(params, default=str, ensure_ascii=False)
    _change(engine, job_id, state="failed", error_key=key, error_params=told, heartbeat=at)


def _change(engine: Engine, job_id: str, **values: object) -> Job:
    """Ended jobs stay as they ended. Raises RequestError: no such job."""
    jobs = schema.jobs
    open_job = (jobs.c.id == job_id) & jobs.c.state.in_(OPEN)
    with writing(engine) as connection:
        connection.execute(sa.update(jobs).where(open_job).values(**values))
        return _load(connection, job_id)
