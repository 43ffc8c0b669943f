"""Opening the database, reading and writing it. SQLite in WAL by default; any SQLAlchemy URL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, NoSuchModuleError, ProgrammingError
from sqlalchemy.pool import ConnectionPoolEntry

from planner.errors import DeploymentError
from planner.store.vault import Vault, vault_of

BUSY_MS = 30_000
WRITER = 7_061_414
"""Key of the lock that a writer of PostgreSQL holds: any number that no other program of the database takes."""

MIGRATIONS = Path(__file__).parent / "migrations"


def open_engine(url: str, *secrets: bytes) -> Engine:
    """Open a database and bring its schema up to date.

    Args:
        secrets: the deployment's, oldest first; personal data is sealed with keys drawn from them.

    Raises:
        DeploymentError: the URL is wrong, its driver missing, the database cannot be reached or written,
            belongs to another program, or a newer planner has written it.
    """
    engine = connect(url, *secrets)
    try:
        migrate(engine)
    except DeploymentError:
        engine.dispose()
        raise
    return engine


def connect(url: str, *secrets: bytes) -> Engine:
    """A database as it is; raises as :func:`open_engine`."""
    location = _location(url)
    if location.get_backend_name() == "sqlite" and location.database and not location.database.startswith("file:"):
        _make_folder(Path(location.database).parent)
    return _engine(location, vault_of(*secrets))


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the database. Raises DeploymentError: it cannot be read."""
    view = engine
    if engine.dialect.name == "postgresql":  # whose statements would else each see a state of their own
        view = engine.execution_options(isolation_level="REPEATABLE READ")
    with _told(engine), view.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: all of it or nothing, one writer after the other.

    Raises:
        DeploymentError: the database cannot be written (read-only, disk full, another writer does not end).
    """
    with _told(engine), engine.execution_options(writes=True).begin() as connection:
        yield connection


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to a revision; a database that is there already is only read.

    Raises:
        DeploymentError: the database is from a newer planner, or another program's.
    """
    newest = _script().get_current_head() or ""
    with reading(engine) as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        tables = sa.inspect(connection).get_table_names()
    if found is None and tables:
        raise DeploymentError("database_of_another", url=_shown(engine.url), tables=", ".join(sorted(tables)[:5]))
    if found is not None and found not in revisions():
        raise DeploymentError("schema_too_new", found=found, newest=newest)
    if found != (newest if revision == "head" else revision):
        config = _config()
        with writing(engine) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)


@cache
def revisions() -> frozenset[str]:
    """All schemas that this program knows."""
    return frozenset(step.revision for step in _script().walk_revisions())


@cache
def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def vault_of_engine(engine: Engine) -> Vault:
    """The vault that came with the database when it was opened."""
    vault: Vault = engine.get_execution_options()["vault"]
    return vault


def _location(url: str) -> sa.URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as problem:  # neither is shown: it may hold a password
        raise DeploymentError("database_url_malformed") from problem


def _engine(location: sa.URL, vault: Vault) -> Engine:
    try:
        engine = create_engine(location, execution_options={"vault": vault})
    except (NoSuchModuleError, ImportError) as problem:
        raise DeploymentError("database_driver_missing", driver=location.drivername) from problem
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name == "postgresql":
        event.listen(engine, "begin", _begin_postgres)
    return engine


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    """What the database itself complains about becomes an error that a person can read."""
    try:
        yield
    except (IntegrityError, ProgrammingError):
        raise
    except DatabaseError as problem:
        raise DeploymentError("database_failed", url=_shown(engine.url), reason=str(problem.orig)) from problem


def _shown(url: sa.URL) -> str:
    return url.render_as_string(hide_password=True)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise DeploymentError("folder_not_writable", folder=str(folder), reason=problem.strerror or "") from problem


def _configure_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    """WAL so that readers never wait; FULL so that what was acknowledged survives a power cut; removed rows are
    overwritten, so that no old name stays readable in a free page."""
    connection.isolation_level = None  # the driver would begin late, and not at all for reads: see _begin_sqlite
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_postgres(connection: Connection) -> None:
    """Writers come one after the other, as in SQLite: what one has read, nobody changes until it has written."""
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER})")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock first: one that reads and then writes would fail where another wrote in between."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
