"""A backup: every table as lines of JSON in one zip file, with counts and checksums, taken in one look while others
work. What is sealed stays sealed. It is the same for every kind of database, so that one restores into the other."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from pydantic import BaseModel, ValidationError
from sqlalchemy import Connection, Engine

from planner.errors import FileUnreadable, Impossible
from planner.store.engine import migrate, reading, revisions, writing

FORMAT = 1
MANIFEST = "manifest.json"
VERSIONS = "alembic_version"
ROWS_AT_ONCE = 5_000


class Kept(BaseModel):
    rows: int
    sha256: str


class Manifest(BaseModel):
    """``revision``: of the schema. ``audit_hash``: of the last row of the audit log."""

    format: int
    at: datetime
    revision: str
    audit_hash: str
    tables: dict[str, Kept]


@dataclass(frozen=True)
class Compared:
    """A table as the backup has it, and as it stands in the database now."""

    table: str
    kept: Kept
    found: Kept


def write_backup(engine: Engine, out: BinaryIO, at: datetime) -> Manifest:
    """Raises DeploymentError: the database cannot be read."""
    with reading(engine) as connection, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        tables = {}
        for table in _tables(connection):
            with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as file:
                tables[table.name] = _written(_lines(connection, table), file)
        revision = MigrationContext.configure(connection).get_current_revision() or ""
        last = connection.scalar(sa.text("SELECT hash FROM audit ORDER BY id DESC LIMIT 1")) or ""
        manifest = Manifest(format=FORMAT, at=at, revision=revision, audit_hash=last, tables=tables)
        archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
    return manifest


def restore(engine: Engine, file: BinaryIO) -> list[Compared]:
    """Fill an empty database from a backup, in one transaction, and compare every table with it.

    Raises:
        Impossible: the database is not empty. FileUnreadable: no backup, damaged, or a table does not compare.
    """
    archive, manifest = _opened(file)
    with reading(engine) as connection:
        if names := sorted(sa.inspect(connection).get_table_names()):
            raise Impossible("restore_not_empty", tables=", ".join(names[:5]))
    with archive:
        _require_sound(archive, manifest)
        if manifest.revision not in revisions():
            raise FileUnreadable("backup_too_new", format=manifest.revision)
        migrate(engine, manifest.revision)
        with writing(engine) as connection:
            for table in _tables(connection):
                _fill(connection, table, _rows(archive, table))
            compared = _compare(connection, manifest)
            if wrong := [one.table for one in compared if one.kept != one.found]:
                raise FileUnreadable("restore_differs", tables=", ".join(wrong))
    migrate(engine)
    return compared


def verify(file: BinaryIO) -> Manifest:
    """A backup's manifest, its tables checked against it; raises FileUnreadable."""
    archive, manifest = _opened(file)
    with archive:
        _require_sound(archive, manifest)
    return manifest


def _opened(file: BinaryIO) -> tuple[zipfile.ZipFile, Manifest]:
    try:
        archive = zipfile.ZipFile(file)
        manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except (zipfile.BadZipFile, KeyError, ValidationError, OSError) as problem:
        raise FileUnreadable("not_a_backup") from problem
    if manifest.format != FORMAT:
        raise FileUnreadable("backup_too_new", format=manifest.format)
    return archive, manifest


def _require_sound(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    for name, kept in manifest.tables.items():
        try:
            with archive.open(f"{name}.jsonl") as file:
                found = _digested(file)
        except (KeyError, zipfile.BadZipFile, OSError, EOFError) as problem:
            raise FileUnreadable("backup_damaged", table=name) from problem
        if found != kept:
            raise FileUnreadable("backup_damaged", table=name)


def _tables(connection: Connection) -> list[sa.Table]:
    """As they are in the database, whatever its schema's age, those that others refer to first."""
    found = sa.MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != VERSIONS]


def _lines(connection: Connection, table: sa.Table) -> Iterator[bytes]:
    """A row a line, by the primary key; keys are compared as bytes, so that databases agree on the order."""
    key = [_bytewise(connection, column) for column in table.primary_key]
    rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(sa.select(table).order_by(*key))
    for row in rows.mappings():
        plain = {name: _plain(value) for name, value in row.items()}
        yield json.dumps(plain, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _bytewise(connection: Connection, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    if connection.dialect.name == "postgresql" and isinstance(column.type, sa.Text | sa.String):
        return sa.collate(column, "C")
    return column


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _python(value: Any) -> Any:
    match value:
        case {"bytes": text}:
            return base64.b64decode(text)
        case {"at": text}:
            return datetime.fromisoformat(text)
        case {"day": text}:
            return date.fromisoformat(text)
    return value


def _written(lines: Iterable[bytes], file: Any) -> Kept:
    digest, count = hashlib.sha256(), 0
    for line in lines:
        digest.update(line)
        file.write(line)
        count += 1
    return Kept(rows=count, sha256=digest.hexdigest())


def _digested(lines: Iterable[bytes]) -> Kept:
    return _written(lines, io.BytesIO())


def _rows(archive: zipfile.ZipFile, table: sa.Table) -> Iterator[dict[str, Any]]:
    with archive.open(f"{table.name}.jsonl") as file:
        for line in file:
            yield {name: _python(value) for name, value in json.loads(line).items()}


def _fill(connection: Connection, table: sa.Table, rows: Iterator[dict[str, Any]]) -> None:
    """Add all rows; those that refer to others of their own table come after them."""
    of_itself = [(fk.parent.name, fk.column.name) for fk in table.foreign_keys if fk.column.table is table]
    part: list[dict[str, Any]] = []
    for row in _parents_first(rows, *of_itself[0]) if of_itself else rows:
        part.append(row)
        if len(part) == ROWS_AT_ONCE:
            connection.execute(sa.insert(table), part)
            part = []
    if part:
        connection.execute(sa.insert(table), part)
    number = table.primary_key.columns.values()
    if connection.dialect.name == "postgresql" and len(number) == 1 and isinstance(number[0].type, sa.Integer):
        told = {"table": f'"{table.name}"', "column": number[0].name}
        top = f'(SELECT max("{number[0].name}") FROM "{table.name}")'  # noqa: S608 - names of our own schema
        connection.execute(sa.text(f"SELECT setval(pg_get_serial_sequence(:table, :column), {top})"), told)


def _parents_first(rows: Iterable[dict[str, Any]], child: str, parent: str) -> Iterator[dict[str, Any]]:
    waiting, known = list(rows), {None}
    while waiting:
        ready = [row for row in waiting if row[child] in known]
        if not ready:
            raise FileUnreadable("not_a_backup")
        known |= {row[parent] for row in ready}
        waiting = [row for row in waiting if row[parent] not in known]
        yield from ready


def _compare(connection: Connection, manifest: Manifest) -> list[Compared]:
    found = {table.name: _digested(_lines(connection, table)) for table in _tables(connection)}
    nothing = Kept(rows=0, sha256="")
    return [Compared(name, kept, found.get(name, nothing)) for name, kept in manifest.tables.items()]
