"""Each schema since 0003, with data in it, down from the newest and up again, on both databases."""

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from planner.store import audit, register
from planner.store.engine import MIGRATIONS, migrate, reading, writing
from tests.store.register import AT, Read, save

REVISIONS = ("0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012")


def down(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def columns(connection: sa.Connection) -> set[tuple[str, str]]:
    """Table and column."""
    kept = sa.inspect(connection)
    return {(table, column["name"]) for table in kept.get_table_names() for column in kept.get_columns(table)}


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_down_and_up_again_loses_nothing_of_before(engine: Engine, read: Read, revision: str) -> None:
    save(engine, read, "a")
    audit.record(engine, AT, "示例", "look", "x")
    before = register.parties(engine)
    with reading(engine) as connection:
        newest = columns(connection)
    down(engine, revision)
    with reading(engine) as connection:
        older = columns(connection)
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == revision
    assert older < newest
    migrate(engine)
    with reading(engine) as connection:
        assert columns(connection) == newest
    assert register.parties(engine).equals(before)
    assert audit.first_broken(engine) is None


def test_the_newest_is_known_here(engine: Engine) -> None:
    with reading(engine) as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == REVISIONS[-1]
