"""The audit log as a chain: what was tampered with is found."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from planner.store import audit
from planner.store.engine import writing
from tests.store.register import AT, unlock


@pytest.fixture
def log(engine: Engine) -> Engine:
    for number in range(5):
        audit.record(engine, AT, "示例", "names.shown", f"plan{number}", "12")
    return engine


def tamper(engine: Engine, change: str) -> None:
    """Somebody with the file in hand takes the triggers away first."""
    with writing(engine) as connection:
        unlock(connection, "audit")
        connection.execute(sa.text(change))


def test_untouched_log_is_whole(log: Engine) -> None:
    assert audit.first_broken(log) is None
    assert audit.entries(log)["hash"].is_unique


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("UPDATE audit SET detail = '0' WHERE id = 3", 3),
        ("UPDATE audit SET \"by\" = '别人' WHERE id = 1", 1),
        ("UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE id = 5", 5),
        ("DELETE FROM audit WHERE id = 2", 3),
        ("DELETE FROM audit WHERE id = 1", 2),
        ("UPDATE audit SET hash = (SELECT hash FROM audit WHERE id = 1) WHERE id = 4", 4),
        ("INSERT INTO audit SELECT 6, at, 'x', action, subject, detail, hash FROM audit WHERE id = 5", 6),
    ],
)
def test_tampering_is_found(log: Engine, change: str, broken: int) -> None:
    tamper(log, change)
    assert audit.first_broken(log) == broken


def test_facts_cannot_flow_from_one_field_into_the_next(engine: Engine) -> None:
    audit.record(engine, AT, "a", "b", "cd", "")
    tamper(engine, "UPDATE audit SET subject = 'c', detail = 'd'")
    assert audit.first_broken(engine) == 1


def test_writers_at_once_make_one_chain(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: audit.record(engine, AT, "示例", "look", str(number)), range(40)))
    assert len(audit.entries(engine)) == 40
    assert audit.first_broken(engine) is None
