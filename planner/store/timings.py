"""Timings of a province's counties: immutable documents, which of them is adopted, and each county's share of it."""

from datetime import datetime

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy import Engine

from planner.errors import RequestError
from planner.model.together import CountyLoans, KeptTiming, TimingPlan
from planner.store import schema
from planner.store.audit import note
from planner.store.engine import reading, writing

TIMING = TypeAdapter(TimingPlan)
LOANS = TypeAdapter(CountyLoans)


def save(engine: Engine, plan: TimingPlan, at: datetime, by: str) -> None:
    """Keep a timing for good."""
    with writing(engine) as connection:
        values = {"id": plan.id, "document": TIMING.dump_json(plan).decode(), "at": at, "by": by}
        connection.execute(sa.insert(schema.timings).values(values))
        note(connection, at, by, "timing.made", plan.id, f"{len(plan.counties)} {len(plan.loans)}")


def listed(engine: Engine, most: int = 20) -> list[KeptTiming]:
    """The newest timings, the newest first, and the one in force wherever it stands."""
    t = schema.timings.c
    with reading(engine) as connection:
        adopted = connection.execute(sa.select(schema.timings_adopted).order_by(sa.desc("id")).limit(1)).one_or_none()
        newest = sa.select(t.id).order_by(t.at.desc(), t.id).limit(most)
        ids = [*connection.scalars(newest), *([adopted.timing_id] if adopted else [])]
        rows = connection.execute(sa.select(schema.timings).where(t.id.in_(ids)).order_by(t.at.desc(), t.id)).all()
    return [
        KeptTiming(
            TIMING.validate_json(row.document),
            row.at,
            row.by,
            adopted.at if adopted and adopted.timing_id == row.id else None,
        )
        for row in rows
    ]


def load(engine: Engine, timing_id: str) -> TimingPlan:
    """Raises RequestError: no such timing."""
    with reading(engine) as connection:
        t = schema.timings.c
        document = connection.scalar(sa.select(t.document).where(t.id == timing_id))
    if document is None:
        raise RequestError("unknown_timing", timing_id=timing_id)
    return TIMING.validate_json(document)


def adopt(engine: Engine, timing_id: str, at: datetime, by: str) -> None:
    """From now on this timing is in force."""
    with writing(engine) as connection:
        connection.execute(sa.insert(schema.timings_adopted).values(timing_id=timing_id, at=at, by=by))
        note(connection, at, by, "timing.adopted", timing_id, "")


def say_loans(engine: Engine, loans: CountyLoans, at: datetime, by: str) -> None:
    """What the adopted timing means for the county of this database."""
    with writing(engine) as connection:
        document = LOANS.dump_json(loans).decode()
        values = {"timing_id": loans.timing_id, "document": document, "at": at, "by": by}
        connection.execute(sa.insert(schema.county_loans).values(values))
        note(connection, at, by, "loans.told", loans.timing_id, f"{len(loans.guests)} {len(loans.away)}")


def loans(engine: Engine) -> list[CountyLoans]:
    """Every word on this county's loans, the oldest first: the last one stands."""
    w = schema.county_loans.c
    with reading(engine) as connection:
        return [LOANS.validate_json(row.document) for row in connection.execute(sa.select(w.document).order_by(w.id))]
