"""The account of past imports: what came, what was rejected and still waits to be mended, what columns mean here."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine

from planner.errors import RequestError
from planner.model.report import ColumnRule, ImportOutcome, ImportRecord, ImportReport, RejectedRow
from planner.store import schema
from planner.store.audit import note
from planner.store.engine import reading, writing
from planner.store.frames import about, vault_of
from planner.store.marks import mark_of, number_of
from planner.store.register import newest_import

MOST_ASKED = 5_000

REPORT = TypeAdapter(ImportReport)
OUTCOME = TypeAdapter(ImportOutcome)


def latest_at(engine: Engine) -> datetime | None:
    """When the newest import was made."""
    with reading(engine) as connection:
        row = connection.execute(sa.select(schema.imports.c.at).order_by(schema.imports.c.at.desc()).limit(1)).first()
    return row.at if row else None


def latest_datum(engine: Engine) -> str | None:
    """What the coordinates of the newest register that had any were taken for."""
    query = sa.select(schema.imports.c.outcome).order_by(schema.imports.c.at.desc())
    with reading(engine) as connection:
        outcomes = (OUTCOME.validate_json(text) for text in connection.scalars(query))
        return next((outcome.datum for outcome in outcomes if outcome.points), None)


def is_made_up(engine: Engine) -> bool | None:
    """Whether the people of the register are made up, as its first import said; None: nothing was imported yet."""
    with reading(engine) as connection:
        return made_up_in(connection)


def made_up_in(connection: Connection) -> bool | None:
    """The same, within a transaction that is under way."""
    i = schema.imports.c
    first = connection.scalar(sa.select(i.outcome).order_by(i.at, i.id).limit(1))
    return None if first is None else OUTCOME.validate_json(first).made_up


def load(engine: Engine, import_id: str | None = None) -> ImportRecord | None:
    """One import, or the newest (None where nothing was imported yet). Personal data.

    Raises:
        RequestError: no such import.
    """
    i = schema.imports
    query = sa.select(i).where(i.c.id == import_id) if import_id else sa.select(i).order_by(i.c.at.desc()).limit(1)
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
        vault = vault_of(connection)
    if row is None and import_id:
        raise RequestError("unknown_import", import_id=import_id)
    if row is None:
        return None
    report = REPORT.validate_json(vault.unseal(row.sealed, about(i, row.id)))
    return ImportRecord(row.id, row.at, row.by, report, OUTCOME.validate_json(row.outcome))


def count_waiting(engine: Engine, import_id: str | None = None) -> int:
    """How many rejected rows of an import, or of all, nobody has mended yet."""
    r = schema.rejected_rows.c
    query = sa.select(sa.func.count()).where(r.mended_by.is_(None))
    with reading(engine) as connection:
        return connection.scalar(query.where(r.import_id == import_id) if import_id else query) or 0


def with_waiting(engine: Engine) -> list[str]:
    """The imports of which rejected rows still wait, the newest first."""
    i, r = schema.imports.c, schema.rejected_rows.c
    waits = i.id.in_(sa.select(r.import_id).where(r.mended_by.is_(None)))
    with reading(engine) as connection:
        return list(connection.scalars(sa.select(i.id).where(waits).order_by(i.at.desc())))


def waiting(engine: Engine, import_id: str) -> dict[str, RejectedRow]:
    """The rejected rows of an import that nobody has mended yet, by their mark. Personal data."""
    r = schema.rejected_rows
    query = sa.select(r).where((r.c.import_id == import_id) & r.c.mended_by.is_(None)).order_by(r.c.id)
    with reading(engine) as connection:
        rows = connection.execute(query).all()
        vault = vault_of(connection)
    return {
        mark_of(vault, row.id): RejectedRow(
            row.sheet,
            row.row,
            tuple(json.loads(vault.unseal(row.sealed, about(r, import_id, row.sheet, row.row)))),
        )
        for row in rows
    }


def are_overtaken(engine: Engine, marks: Sequence[str]) -> bool:
    """Whether a whole register came in after an import that rejected one of these rows."""
    i, r = schema.imports.c, schema.rejected_rows.c
    with reading(engine) as connection:
        vault = vault_of(connection)
        numbers = [number for mark in marks if (number := number_of(vault, mark)) is not None][:MOST_ASKED]
        oldest = connection.scalar(
            sa.select(sa.func.min(i.at)).join(schema.rejected_rows, r.import_id == i.id).where(r.id.in_(numbers))
        )
        if oldest is None:
            return False
        later = connection.scalars(sa.select(i.outcome).where(i.at > oldest)).all()
    return any(OUTCOME.validate_json(text).whole for text in later)


def newest(engine: Engine) -> str | None:
    """The id of the newest import."""
    with reading(engine) as connection:
        return newest_import(connection)


def rules(engine: Engine, court: str) -> list[ColumnRule]:
    """What people of a court said its columns are, the latest word on each header."""
    c = schema.column_rules.c
    query = sa.select(c.header, c.field, c.unit).where(c.court == court).order_by(c.id)
    with reading(engine) as connection:
        latest: dict[str, Any] = {}
        for row in connection.execute(query):
            latest.pop(row.header, None)  # the latest word stands last
            latest[row.header] = row
    return [ColumnRule(row.header, row.field, row.unit) for row in latest.values() if row.field is not None]


def save_rules(
    engine: Engine, court: str, rules: Sequence[ColumnRule], forget: Sequence[str], at: datetime, by: str
) -> None:
    """Remember what columns are; a header in ``forget`` is from now on what the planner takes it for."""
    rows = [
        *({"header": rule.header, "field": rule.field, "unit": rule.unit} for rule in rules),
        *({"header": header, "field": None, "unit": None} for header in forget),
    ]
    if not rows:
        return
    with writing(engine) as connection:
        connection.execute(sa.insert(schema.column_rules), [row | {"court": court, "at": at, "by": by} for row in rows])
        note(connection, at, by, "columns.ruled", court, f"{len(rows)}")
