"""The made-up register: as its script makes it, taken in by one wish, never among real cases, taken out again."""

import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from planner.access import ROLES, Actor
from planner.errors import Denied, Impossible, PlannerError, RequestError
from planner.files.demo import demo_workbooks
from planner.store import audit, jobs, register, schema
from planner.store.emptied import KEPT
from planner.store.engine import reading
from planner.usecases import jobs as job_verbs
from planner.usecases.context import Context
from planner.usecases.demo import made_up, start_over
from planner.usecases.import_register import import_register
from planner.usecases.plan import plan
from planner.usecases.policy import decide_policy
from planner.usecases.score import score
from planner.usecases.show import list_plans
from planner.usecases.sweep import PlanRequest
from planner.usecases.tour import STEPS, go_on, leave, tour_step
from planner.usecases.users import add_demo_users
from tests.conftest import MADE_UP, ROOT

REAL = "案号,立案日期,被执行人,户籍地\n(2026)浙0225执1号,2026-01-02,示例甲,石浦镇示例路\n"
SHIPPED = ROOT / "data" / "regions" / "330225" / "demo"


@pytest.fixture
def waiting(ctx: Context) -> Context:
    """Jobs are queued, but no process starts."""
    return replace(ctx, spawn=lambda _: None)


def _rows(ctx: Context) -> dict[str, int]:
    with reading(ctx.engine) as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in schema.metadata.sorted_tables
        }


def test_the_shipped_workbooks_are_what_the_script_makes(tmp_path: Path) -> None:
    """If not: python data/demo/make_register.py --cases 2400 --out FOLDER, and copy its workbooks."""
    script = ROOT / "data" / "demo" / "make_register.py"
    subprocess.run([sys.executable, str(script), "--cases", "2400", "--out", str(tmp_path)], check=True, cwd=ROOT)
    made = sorted(tmp_path.glob("*.xlsx"))
    assert [file.name for file in made] == [file.name for file in sorted(SHIPPED.iterdir())]
    for file in made:
        with zipfile.ZipFile(file) as fresh, zipfile.ZipFile(SHIPPED / file.name) as shipped:
            assert fresh.namelist() == shipped.namelist()
            assert all(fresh.read(name) == shipped.read(name) for name in fresh.namelist())


def test_one_wish_takes_it_in_and_another_takes_all_out(waiting: Context) -> None:
    add_demo_users(waiting)
    job_id = job_verbs.start_demo(waiting)
    assert job_verbs.under_way(waiting, "demo") == job_id
    with pytest.raises(Impossible, match="not_made_up"):
        start_over(waiting)
    job_verbs.run(waiting, job_id)
    assert jobs.load(waiting.engine, job_id).state == "done"
    assert job_verbs.under_way(waiting, "demo") is None
    assert made_up(waiting)
    with pytest.raises(Impossible, match="register_there"):
        job_verbs.start_demo(waiting)
    score(waiting)
    decide_policy(waiting, "worth.p_find", 0.3, "试")
    assert plan(waiting, PlanRequest(seconds=1.0)).routes
    names = {table.name for table in KEPT}
    kept = {name: count for name, count in _rows(waiting).items() if count and name in names}
    assert start_over(waiting) == 2400
    left = {name: count for name, count in _rows(waiting).items() if count}
    assert left == kept | {"audit": kept["audit"] + 1}
    assert made_up(waiting) is None
    assert audit.first_broken(waiting.engine) is None
    import_register(waiting, [("台账.csv", REAL.encode())])
    assert made_up(waiting) is False


def test_made_up_and_real_people_never_meet(demo: Context) -> None:
    cases = len(register.cases(demo.engine))
    with pytest.raises(Impossible, match="real_among_made_up"):
        import_register(demo, [("台账.csv", REAL.encode())])
    assert len(register.cases(demo.engine)) == cases
    assert import_register(demo, [("更多.csv", (MADE_UP + REAL).encode())]).outcome.made_up


def test_the_demo_is_refused_where_a_register_is_in(ctx: Context) -> None:
    import_register(ctx, [("台账.csv", REAL.encode())])
    for verb in (
        lambda: job_verbs.start_demo(ctx),
        lambda: import_register(ctx, demo_workbooks(ctx.settings.region)),
        lambda: start_over(ctx),
    ):
        with pytest.raises(Impossible):
            verb()
    assert len(register.cases(ctx.engine)) == 1


def test_files_of_both_kinds_at_once_are_refused(ctx: Context) -> None:
    files = [("甲.csv", (MADE_UP + REAL).encode()), ("乙.csv", REAL.replace("执1号", "执2号").encode())]
    with pytest.raises(PlannerError, match="made_up_among_real"):
        import_register(ctx, files)
    assert made_up(ctx) is None


def test_nothing_is_taken_out_while_a_job_is_under_way(demo: Context) -> None:
    waiting = replace(demo, spawn=lambda _: None)
    job_id = job_verbs.start_plan(waiting, PlanRequest())
    with pytest.raises(Impossible, match="jobs_under_way"):
        start_over(waiting)
    jobs.stop(waiting.engine, job_id, at=waiting.clock())
    assert start_over(waiting) == 400


def test_a_region_without_a_demo_says_so_and_offers_no_tour(waiting: Context, tmp_path: Path) -> None:
    elsewhere = replace(waiting, settings=replace(waiting.settings, region=tmp_path))
    with pytest.raises(RequestError, match="no_made_up_register"):
        job_verbs.start_demo(elsewhere)
    assert tour_step(elsewhere) is None


def test_the_tour_goes_on_where_it_was_and_ends_for_good(demo: Context) -> None:
    other = replace(demo, actor=Actor("示例排班员", "planner"))
    assert tour_step(demo) == "welcome"
    for step in STEPS[1:]:
        go_on(demo, step)
        assert tour_step(demo) == step
    assert tour_step(other) == "welcome"
    leave(demo)
    assert tour_step(demo) is None
    go_on(other, "plan")
    start_over(demo)
    assert tour_step(other) == "welcome"  # nothing of it is left
    assert list_plans(demo).empty
    import_register(demo, [("台账.csv", REAL.encode())])
    assert tour_step(other) is None


def test_the_tour_is_for_those_who_may_do_all_its_steps(ctx: Context) -> None:
    for role, actions in ROLES.items():
        may = {"register.import", "score.run", "score.see", "plan.make", "plan.see"} <= actions
        assert ("demo.manage" in actions) == may, role
    with pytest.raises(Denied):
        tour_step(replace(ctx, actor=Actor("示例", "analyst")))
