"""Everything personal, table by table: sealed anew with the newest key, or taken away for good."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from planner.model.units import BEIJING
from planner.store import schema
from planner.store.audit import note
from planner.store.engine import reading, vault_of_engine, writing
from planner.store.frames import CHUNK, about
from planner.store.schema import ABOUT, SEALED
from planner.store.vault import renewed


def sealed_tables() -> list[sa.Table]:
    return [table for table in schema.metadata.sorted_tables if SEALED in table.c]


def reseal(engine: Engine, secret: bytes, at: datetime, by: str) -> int:
    """Open every sealed value and seal it with a new secret's key, in one transaction; how many there were.

    Raises:
        DeploymentError: a value does not open; nothing was changed.
    """
    old = vault_of_engine(engine)
    new, count = renewed(old, secret), 0
    with writing(engine) as connection:
        for table in sealed_tables():
            with _changeable(connection, table):
                for row in connection.execute(sa.select(table).where(_shut(table))).all():
                    name = about(table, *(getattr(row, part) for part in table.info[ABOUT]))
                    sealed = new.seal(old.unseal(row.sealed, name), name)
                    connection.execute(sa.update(table).where(_same(table, row)).values({SEALED: sealed}))
                    count += 1
        note(connection, at, by, "key.rotated", str(new.newest), str(count))
    return count


def oldest_key(engine: Engine) -> int | None:
    """Number of the oldest key that still seals something; None: nothing is sealed."""
    found = []
    with reading(engine) as connection:
        for table in sealed_tables():
            for (sealed,) in connection.execute(sa.select(table.c[SEALED]).where(_shut(table))):
                found.append(sealed[0])
    return min(found, default=None)


@dataclass(frozen=True)
class Forgotten:
    """Counts of what was taken away."""

    cases: int
    people: int
    clues: int
    outcomes: int
    imports: int
    cards: int


def forget(engine: Engine, before: date, at: datetime, by: str) -> Forgotten:
    """Take away what is personal of cases that were closed before a day, and of clues, outcomes, imports and cards
    of before that day. Case numbers, amounts, dates and places stay: figures of past sweeps keep their ground.
    """
    c, o, cl, i, k = (
        t.c for t in (schema.case_rows, schema.outcomes, schema.clues, schema.imports, schema.cards)
    )  # fmt: skip
    with writing(engine) as connection:
        query = sa.select(c.case_id).where(c.status == "closed", c.closed_on < before)
        cases = connection.scalars(query.order_by(c.case_id)).all()
        people = sum(_forget_people(connection, part) for part in _parts(cases))
        counts = [
            _empty(connection, table, old)
            for table, old in (
                (schema.clues, cl.good_until < before),
                (schema.outcomes, o.day < before),
                (schema.cards, k.day < before),
            )
        ]
        midnight = datetime.combine(before, time(), BEIJING)
        _empty(connection, schema.province_runs, schema.province_runs.c.at < midnight)
        old_imports = connection.scalars(sa.select(i.id).where(i.at < midnight)).all()
        for part in _parts(old_imports):
            rejected = schema.rejected_rows
            connection.execute(sa.delete(rejected).where(rejected.c.import_id.in_(part)))
        detail = f"{before} cases {len(cases)} people {people}"
        note(connection, at, by, "people.forgotten", before.isoformat(), detail)
    return Forgotten(len(cases), people, counts[0], counts[1], len(old_imports), counts[2])


def _forget_people(connection: Connection, case_ids: Sequence[str]) -> int:
    """Parties, remarks, decisions on places and the history of some cases."""
    gone = 0
    for table in (schema.party_rows, schema.case_history, schema.decisions):
        removed = connection.execute(sa.delete(table).where(table.c.case_id.in_(case_ids))).rowcount
        gone += removed if table is schema.party_rows else 0
    for table in (schema.case_rows, schema.case_actions):
        _empty(connection, table, table.c.case_id.in_(case_ids))
    return gone


def _empty(connection: Connection, table: sa.Table, which: sa.ColumnElement[bool]) -> int:
    with _changeable(connection, table):
        nothing = None if table.c[SEALED].nullable else b""
        changed: int = connection.execute(
            sa.update(table).where(which, _shut(table)).values({SEALED: nothing})
        ).rowcount
    return changed


@contextmanager
def _changeable(connection: Connection, table: sa.Table) -> Iterator[None]:
    """For a moment, and within the transaction, an append-only table lets itself be changed."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER'))
        yield
        connection.execute(sa.text(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER'))
        return
    query = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    triggers = connection.execute(query, {"table": table.name}).all()
    for trigger in triggers:
        connection.execute(sa.text(f'DROP TRIGGER "{trigger.name}"'))
    yield
    for trigger in triggers:
        connection.exec_driver_sql(trigger.sql)


def _shut(table: sa.Table) -> sa.ColumnElement[bool]:
    """Rows that hold something sealed."""
    return table.c[SEALED].is_not(None) & (table.c[SEALED] != b"")


def _same(table: sa.Table, row: sa.Row[tuple[object, ...]]) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == getattr(row, column.name) for column in table.primary_key))


def _parts(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    known = list(ids)
    for start in range(0, len(known), CHUNK):
        yield known[start : start + CHUNK]
