"""Opening, migrating and locking; every fault of an installation has its own message."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, event

from planner.errors import DeploymentError
from planner.store import audit, decisions, imports, plans, register, schema
from planner.store.engine import migrate, open_engine, reading, writing
from tests.store.register import AT, SECRET, Read, save


def refusal(url: str) -> DeploymentError:
    with pytest.raises(DeploymentError) as told:
        open_engine(url, SECRET)
    return told.value


@pytest.mark.parametrize("url", ["planner.db", "postgresql://u:pass@word:x@h/d", ""])
def test_malformed_address_is_not_repeated(url: str) -> None:
    error = refusal(url)
    assert (error.key, error.params) == ("database_url_malformed", {})


@pytest.mark.parametrize("driver", ["nosuchdb", "postgresql+nosuchdriver", "mysql+mysqldb"])
def test_missing_driver_is_named(driver: str) -> None:
    error = refusal(f"{driver}://u:secret@h/d")
    assert (error.key, error.params) == ("database_driver_missing", {"driver": driver})


def test_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "planner.db"
    file.write_text("案号,立案日期\n" * 400, encoding="utf-8")
    before = file.read_bytes()
    assert refusal(f"sqlite:///{file}").key == "database_failed"
    assert file.read_bytes() == before


def test_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    other = sa.create_engine(url)
    with other.begin() as connection:
        connection.execute(sa.text("CREATE TABLE invoices (id INTEGER)"))
    error = refusal(url)
    assert (error.key, error.params["tables"]) == ("database_of_another", "invoices")
    assert sa.inspect(other).get_table_names() == ["invoices"]
    other.dispose()


def test_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    error = refusal(f"sqlite:///{tmp_path / 'file' / 'var' / 'planner.db'}")
    assert error.key == "folder_not_writable"
    assert error.params["folder"] == str(tmp_path / "file" / "var")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_read_only_database_can_be_read_but_tells_a_writer(engine: Engine) -> None:
    audit.record(engine, AT, "示例", "look", "x")
    shut = open_engine(f"sqlite:///file:{engine.url.database}?mode=ro&uri=true", SECRET)
    assert len(audit.entries(shut)) == 1
    with pytest.raises(DeploymentError) as told:
        audit.record(shut, AT, "示例", "look", "y")
    shut.dispose()
    assert told.value.key == "database_failed"
    assert "readonly" in str(told.value.params["reason"])


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_full_disk_is_told_and_nothing_of_the_import_stays(engine: Engine, read: Read) -> None:
    pages = 4

    @event.listens_for(engine, "connect")
    def small(connection: object, _: object) -> None:
        used = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined] - DBAPI
        connection.execute(f"PRAGMA max_page_count={used + pages}")  # type: ignore[attr-defined] - DBAPI

    engine.dispose()
    large = Read(read.cases.assign(remark="长" * 20_000), read.parties, read.placed)
    with pytest.raises(DeploymentError) as told:
        save(engine, large, "a")
    assert "full" in str(told.value.params["reason"])
    assert save(engine, read, "a").outcome.new == 2


def test_fault_of_the_program_stays_a_fault(engine: Engine) -> None:
    with pytest.raises(sa.exc.IntegrityError), writing(engine) as connection:
        connection.execute(sa.insert(schema.case_history).values(case_id="x", import_id="none", sealed=b""))


def test_first_opening_by_several_at_once_makes_one_schema(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'planner.db'}"
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(open_engine, [url] * 6, [SECRET] * 6))
    with reading(opened[0]) as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM alembic_version")).scalar() == 1
    for engine in opened:
        engine.dispose()


def test_writers_who_read_first_wait_for_each_other(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(sa.text("CREATE TABLE counter (n INTEGER)"))
        connection.execute(sa.text("INSERT INTO counter VALUES (0)"))

    def count(_: int) -> None:
        with writing(engine) as connection:
            found = connection.execute(sa.text("SELECT n FROM counter")).scalar()
            connection.execute(sa.text("UPDATE counter SET n = :n"), {"n": found + 1})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(40)))
    with reading(engine) as connection:
        assert connection.execute(sa.text("SELECT n FROM counter")).scalar() == 40


def test_reader_sees_one_state_while_another_writes(engine: Engine) -> None:
    audit.record(engine, AT, "示例", "look", "x")
    rows = sa.select(sa.func.count()).select_from(schema.audit)
    with reading(engine) as connection:
        before = connection.scalar(rows)
        audit.record(engine, AT, "示例", "look", "y")
        assert connection.scalar(rows) == before == 1
    assert len(audit.entries(engine)) == 2


def test_first_schema_with_rows_is_brought_up_to_date(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'planner.db'}"
    old = sa.create_engine(url)
    migrate(old, "0001")
    with old.begin() as connection:
        for number in (1, 2):
            connection.execute(
                sa.text('INSERT INTO audit (at, "by", action, subject, detail) VALUES (:at, :by, :a, :s, :d)'),
                {"at": "2026-11-20 08:30:00.000000", "by": "示例", "a": "look", "s": str(number), "d": ""},
            )
        connection.execute(
            sa.text(
                'INSERT INTO score_run (id, at, "by", facts, hotspots, clusters, points, visits, out) '
                "VALUES ('s', '2026-11-20 08:30:00.000000', '示例', '{}', x'', x'', x'', x'', x'')"
            )
        )
        connection.execute(
            sa.text(
                'INSERT INTO plan (id, score_id, at, "by", week_start, document, visits) VALUES '
                "('p', 's', '2026-11-20 08:30:00.000000', '示例', '2026-11-23', :document, x'00')"
            ),
            {"document": '{"spread": "mixed", "prize": 7, "bound": 9, "routes": [{"stops": [1, 2]}, {"stops": []}]}'},
        )
    old.dispose()
    engine = open_engine(url, SECRET)
    audit.record(engine, AT, "示例", "look", "3")
    assert audit.first_broken(engine) is None
    [listed] = plans.list_plans(engine)[["spread", "visits", "prize", "bound"]].to_numpy().tolist()
    assert listed == ["mixed", 2, 7, 9]
    for change in ("UPDATE audit SET detail = 'x'", "UPDATE plan SET prize = 8"):
        with pytest.raises(sa.exc.IntegrityError, match="append-only"), writing(engine) as connection:
            connection.execute(sa.text(change))
    engine.dispose()


def test_second_schema_with_people_is_sealed(tmp_path: Path) -> None:
    file = tmp_path / "planner.db"
    old = sa.create_engine(f"sqlite:///{file}")
    migrate(old, "0002")
    case_id, report = "(2026)浙0225执1号", REPORT_OF_0002
    rows = {
        "case_row": {"case_id": case_id, "case_type": "执", "filed_on": "2026-03-02", "status": "open", "scope":
                     "field", "remark": "甲的备注"} | dict.fromkeys(FLAGS, 0),
        "party_row": {"case_id": case_id, "party_no": 1, "role": "debtor", "name": "示例张三", "is_company": 0,
                      "residence": "石浦镇示例路1号", "x": 121.5, "y": 29.5},
        "register_import": {"id": "i1", "digest": "d", "at": "2026-11-20 08:30:00.000000", "by": "示例",
                            "report": report},
        "case_history": {"id": 1, "case_id": case_id, "import_id": "i1", "before": '{"remark": "旧备注"}'},
        "placing_decision": {"id": 1, "case_id": case_id, "party_no": 1, "township_code": "330225101",
                             "at": "2026-11-20 08:30:00.000000", "by": "示例"},
    }  # fmt: skip
    with old.begin() as connection:
        for table, row in rows.items():
            names = ", ".join(f'"{name}"' for name in row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)  # noqa: S608 - our own names
    old.dispose()
    engine = open_engine(f"sqlite:///{file}", SECRET)
    assert register.cases(engine)["remark"].tolist() == ["甲的备注"]
    parties = register.parties(engine)
    assert parties[["name", "residence", "x"]].values.tolist() == [["示例张三", "石浦镇示例路1号", 121.5]]
    assert decisions.decided(engine, parties)["township_code"].tolist() == ["330225101"]
    [(_, before)] = register.history(engine, case_id)
    assert before == {"remark": "旧备注"}
    known = imports.load(engine)
    assert known is not None
    assert known.report.columns[0].samples == ("石浦镇示例路1号",)
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), writing(engine) as connection:
        connection.execute(sa.text("DELETE FROM case_history"))
    engine.dispose()
    for text in ("示例张三", "示例路", "甲的备注", "旧备注"):
        assert text.encode() not in file.read_bytes()


FLAGS = ("livelihood", "group_case", "fisher", "found_by_sweep", "search_planned", "female_debtor")
REPORT_OF_0002 = json.dumps(
    {
        "digest": "d",
        "files": ["登记表.xlsx"],
        "sheets": [
            {"file": "登记表.xlsx", "sheet": "案件", "kind": "cases", "header_row": 1,
             "rows_read": 1, "rows_kept": 1, "rows_rejected": 0}
        ],
        "columns": [
            {"sheet": "案件", "column": "A", "header": "住址", "field": "residence", "sample": "石浦镇示例路1号"}
        ],
        "issues": [],
    },
    ensure_ascii=False,
)  # fmt: skip
"""What the planner of the second schema wrote."""
