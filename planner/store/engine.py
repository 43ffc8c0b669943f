"""Opening the database. SQLite in WAL by default; any SQLAlchemy URL."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from planner.errors import DeploymentError

BUSY_MS = 30_000


def open_engine(url: str) -> Engine:
    """Open a database and bring its schema up to date.

    Raises:
        DeploymentError: it cannot be reached or written, or a newer planner has written it.
    """
    location = make_url(url)
    if location.get_backend_name() == "sqlite" and location.database:
        _make_folder(Path(location.database).parent)
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
    try:
        migrate(engine)
    except OperationalError as problem:
        shown = location.render_as_string(hide_password=True)
        raise DeploymentError("database_unreachable", url=shown, reason=str(problem.orig)) from problem
    return engine


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to a revision. Raises DeploymentError where the database is from a newer planner."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    script = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        known = {step.revision for step in script.walk_revisions()}
        if found is not None and found not in known:
            raise DeploymentError("schema_too_new", found=found, newest=script.get_current_head() or "")
        if found != script.get_current_head() or revision != "head":
            config.attributes["connection"] = connection
            command.upgrade(config, revision)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise DeploymentError("folder_not_writable", folder=str(folder), reason=problem.strerror or "") from problem


def _configure_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    """WAL so that readers never wait; FULL so that what was acknowledged survives a power cut."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")
