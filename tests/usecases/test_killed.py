"""A process that is killed in the middle of an import leaves the database as it was; the import runs again."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from planner.bootstrap import open_context
from planner.settings import Settings
from planner.store import imports, register
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from tests.conftest import MADE_UP, ROOT

KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from planner.bootstrap import open_context
from planner.settings import read_settings
from planner.usecases.import_register import import_register

moment, *files = sys.argv[1:]

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def listen(stage, share):
    if stage == moment:
        die()

with open_context(read_settings(os.environ)) as ctx:
    @event.listens_for(ctx.engine, "before_cursor_execute")
    def written(connection, cursor, statement, parameters, context, many):
        if moment in statement and statement.startswith("INSERT"):
            die()

    @event.listens_for(ctx.engine, "commit")
    def committed(connection):
        if moment == "commit" and connection.get_execution_options().get("writes"):
            die()

    import_register(ctx, [(Path(f).name, Path(f).read_bytes()) for f in files], listen)
"""


def _kill(settings: Settings, moment: str, files: list[Path]) -> None:
    environment = {
        "PLANNER_DATA_DIR": str(settings.data_dir),
        "PLANNER_REGION": str(settings.region),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", KILLED, moment, *map(str, files)]
    ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def _rows(ctx: Context) -> dict[str, int]:
    tables = ("case_row", "party_row", "placed_row", "register_import", "rejected_row", "case_history", "audit")
    with ctx.engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
        return {name: connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar() or 0 for name in tables}  # noqa: S608 - our own names


@pytest.mark.parametrize("moment", ["read_files", "clean_parties", "place", "party_row", "placed_row", "commit"])
def test_first_import_killed(settings: Settings, demo_files: list[Path], moment: str) -> None:
    with open_context(settings) as ctx:
        before = _rows(ctx)
    _kill(settings, moment, demo_files)
    with open_context(settings) as ctx:
        assert _rows(ctx) == before
        done = import_register(ctx, [(file.name, file.read_bytes()) for file in demo_files])
        assert (done.changed, done.outcome.new) == (True, 400)


def test_later_import_killed(demo: Context, tmp_path: Path) -> None:
    case = register.cases(demo.engine).iloc[0]
    file = tmp_path / "更新.csv"
    file.write_text(
        f"{MADE_UP}案号,立案日期,结案日期,结案方式,被执行人,户籍地\n"
        f"{case['case_id']},{case['filed_on']:%Y-%m-%d},2026-11-19,执行完毕,示例张三,象山县大徐镇\n",
        encoding="utf-8",
    )
    before = (_rows(demo), register.cases(demo.engine), register.parties(demo.engine), imports.latest_at(demo.engine))
    _kill(demo.settings, "party_row", [file])  # after history and the case itself were written
    after = (_rows(demo), register.cases(demo.engine), register.parties(demo.engine), imports.latest_at(demo.engine))
    assert before[0] == after[0]
    assert before[1].equals(after[1])
    assert before[2].equals(after[2])
    assert before[3] == after[3]
    assert import_register(demo, [(file.name, file.read_bytes())]).outcome.updated == 1
