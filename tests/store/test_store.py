from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from planner.errors import DeploymentError
from planner.store import audit, register, schema
from planner.store.engine import migrate, open_engine
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from tests.conftest import MADE_UP
from tests.store.register import APPEND_ONLY, SECRET

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def test_migrations_make_the_schema_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, schema.metadata) == []


def test_opening_again_changes_nothing(engine: Engine) -> None:
    audit.record(engine, AT, "示例", "look", "x")
    migrate(engine)
    assert len(audit.entries(engine)) == 1


def test_database_of_a_newer_planner_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DeploymentError) as told:
        open_engine(str(engine.url), SECRET)
    assert told.value.key == "schema_too_new"


def test_unreachable_database_has_its_message(tmp_path: Path) -> None:
    (tmp_path / "planner.db").mkdir()
    with pytest.raises(DeploymentError) as told:
        open_engine(f"sqlite:///{tmp_path / 'planner.db'}", SECRET)
    assert told.value.key == "database_failed"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_sqlite_waits_for_nobody_and_forgets_nothing(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(sa.text("PRAGMA synchronous")).scalar() == 2  # FULL
        assert connection.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1


@pytest.mark.parametrize("change", ["UPDATE audit SET by = 'x'", "DELETE FROM audit"])
def test_audit_is_only_added_to(engine: Engine, change: str) -> None:
    audit.record(engine, AT, "示例", "look", "x")
    with pytest.raises(APPEND_ONLY, match="append-only"), engine.begin() as connection:
        connection.execute(sa.text(change))
    assert audit.entries(engine)["by"].tolist() == ["示例"]


def test_moments_come_back_as_they_went_in(engine: Engine) -> None:
    audit.record(engine, AT, "示例", "look", "x")
    assert audit.entries(engine)["at"].iloc[0] == AT


def test_later_import_keeps_the_state_before(demo: Context) -> None:
    cases = register.cases(demo.engine)
    case = cases[cases["status"] == "open"].iloc[0]
    text = (
        f"{MADE_UP}案号,立案日期,结案日期,结案方式,被执行人,户籍地\n"
        f"{case['case_id']},{case['filed_on']:%Y-%m-%d},2026-11-19,执行完毕,示例张三,象山县大徐镇\n"
    )
    done = import_register(demo, [("更新.csv", text.encode())])
    assert (done.outcome.new, done.outcome.updated) == (0, 1)
    after = register.cases(demo.engine).set_index("case_id").loc[case["case_id"]]
    assert after["status"] == "closed"
    [(_, before)] = register.history(demo.engine, case["case_id"])
    assert before["status"] == "open"
    assert len(register.cases(demo.engine)) == len(cases)


def test_import_that_fails_half_way_leaves_the_database_as_it_was(
    demo: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = register.cases(demo.engine)

    def broken(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("planner.store.register.note", broken)
    text = f"{MADE_UP}案号,立案日期,被执行人,户籍地\n(2026)浙0225执99999号,2026-11-01,示例李四,象山县大徐镇\n"
    with pytest.raises(RuntimeError, match="power cut"):
        import_register(demo, [("新.csv", text.encode())])
    assert register.cases(demo.engine).equals(before)
