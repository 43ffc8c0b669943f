"""A province of four counties: one register split, counties worked on, failures told, runs resumed."""

import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pandas as pd
import pytest

from planner.access import Actor
from planner.bootstrap import county_settings, open_context
from planner.errors import Cancelled, Denied, Impossible, RegisterError, RequestError
from planner.files.province import load_province
from planner.model.province import PROVINCE_TOWNSHIP_TABLE, ProvinceRun
from planner.store import plans, register
from planner.store import province as store
from planner.usecases import jobs as job_verbs
from planner.usecases import province as verbs
from planner.usecases.context import Context
from planner.usecases.province import (
    begin_plan,
    begin_score,
    run_of,
    split_told,
    strays_of,
    work_on,
)
from planner.usecases.province_import import begin_import
from planner.usecases.province_view import province_view
from planner.usecases.score import ScoreRequest
from planner.usecases.sweep import PlanRequest
from tests.dask_cluster import cluster
from tests.province import COUNTIES, copied, files_of, made, score_and_die_once, settings_for

STEPS = 2_000
"""The county's counts and plans do not depend on how long a machine takes."""


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("province"))


@pytest.fixture(scope="session")
def taken_in(province: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which the province's register was imported; copy it before writing."""
    folder = tmp_path_factory.mktemp("var") / "var"
    with open_context(replace(settings_for(folder, province), workers=0)) as ctx:
        run = work_on(ctx, begin_import(ctx, files_of(province)))
        assert [part.state for part in run.parts] == ["done"] * COUNTIES
    return folder


@pytest.fixture
def data(taken_in: Path, tmp_path: Path) -> Path:
    return copied(taken_in, tmp_path / "var")


@pytest.fixture
def ctx(data: Path, province: Path) -> Iterator[Context]:
    """In this process: what does not speak of workers needs none."""
    with open_context(replace(settings_for(data, province), workers=0)) as opened:
        yield opened


def townships(ctx: Context, run_id: str | None = None) -> pd.DataFrame:
    return store.townships(ctx.engine, ("score", "plan"), run_id)


def contents(run: ProvinceRun) -> dict[str, object]:
    return {part.county_code: part.outcome["content"] for part in run.parts if part.state == "done"}


def test_every_row_is_a_county_s_or_a_stray(ctx: Context, province: Path) -> None:
    run = verbs.runs(ctx, "import")[0]
    told = split_told(run)
    lines = sum(len(file.read_text(encoding="utf-8").splitlines()) - 1 for file in files_of(province))
    read = sum(int(str(part.outcome["rows"])) for part in run.parts)
    assert told.rows == lines
    assert read + told.strays == lines
    assert told.strays > 0
    with zipfile.ZipFile(io.BytesIO(strays_of(ctx, run.id))) as found:
        rows = [found.read(name).decode().splitlines()[1:] for name in found.namelist()]
    assert sum(map(len, rows)) == told.strays


def test_a_county_opened_alone_holds_the_cases_of_its_court(ctx: Context) -> None:
    assert ctx.doors is not None
    for county in ctx.doors.province.counties:
        with open_context(county_settings(ctx.settings, county)) as alone:
            numbers = register.cases(alone.engine)["case_id"]
            assert len(numbers) > 50
            assert numbers.str.contains(county.courts[-1]).all()
            assert alone.region.code == county.code
            assert alone.doors is None


def test_no_personal_data_lies_open_between_split_and_import(province: Path, tmp_path: Path) -> None:
    with open_context(replace(settings_for(tmp_path / "var", province), workers=0)) as ctx:
        begin_import(ctx, files_of(province))
        pieces = [path.read_bytes() for path in (tmp_path / "var" / "pieces").rglob("*") if path.is_file()]
    assert len(pieces) >= COUNTIES
    assert not any("示例".encode() in piece for piece in pieces)


def test_a_register_of_foreign_courts_is_refused_and_nothing_stays(province: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "cases.csv"
    foreign.write_text("执行法院,案号,立案日期\n示例外省人民法院,(2026)外0101执1号,2026-01-05\n", encoding="utf-8")
    with open_context(replace(settings_for(tmp_path / "var", province), workers=0)) as ctx:
        with pytest.raises(RegisterError) as told:
            begin_import(ctx, [foreign])
        assert told.value.key == "no_known_court"
        assert verbs.runs(ctx) == []
    assert not (tmp_path / "var" / "pieces").exists() or not any((tmp_path / "var" / "pieces").iterdir())


def test_score_gives_each_township_once_and_is_not_done_twice(ctx: Context) -> None:
    run = work_on(ctx, begin_score(ctx))
    table = townships(ctx)
    assert PROVINCE_TOWNSHIP_TABLE.validate(table).equals(table)
    assert len(table) == COUNTIES * 8
    assert table.groupby("county_code")["score"].sum().round(6).tolist() == [100.0] * COUNTIES
    again = work_on(ctx, begin_score(ctx))
    assert all(part.kept for part in again.parts)
    assert contents(again) == contents(run)
    assert townships(ctx, again.id).equals(table)
    other = work_on(ctx, begin_score(ctx, ScoreRequest(k=2)))
    assert not any(part.kept for part in other.parts)


def test_a_plan_of_steps_is_the_same_again_and_fills_the_table(ctx: Context) -> None:
    request, one = PlanRequest(steps=STEPS), ["990101"]
    first = work_on(ctx, begin_plan(ctx, request, one))
    second = work_on(ctx, begin_plan(ctx, request, one), again=True)
    assert contents(first) == contents(second)
    assert first.parts[0].result != second.parts[0].result
    table = townships(ctx)
    assert table["planned_visits"].sum() == first.parts[0].outcome["visits"]
    assert table.loc[table["planned_visits"] > 0, "chosen"].all()


def test_a_failed_county_is_told_stops_no_other_and_is_done_when_resumed(ctx: Context, data: Path) -> None:
    database = data / "province" / "990102" / "planner.db"
    sound = database.read_bytes()
    for side in ("-wal", "-shm"):
        database.with_name(database.name + side).unlink(missing_ok=True)
    database.write_bytes(b"no database at all")
    run = work_on(ctx, begin_score(ctx))
    states = {part.county_code: part.state for part in run.parts}
    assert states.pop("990102") == "failed"
    assert set(states.values()) == {"done"}
    fault = next(part for part in run.parts if part.state == "failed")
    assert fault.error_key == "database_failed"
    assert townships(ctx)["county_code"].nunique() == COUNTIES - 1
    database.write_bytes(sound)
    mended = work_on(ctx, run.id)
    assert [part.state for part in mended.parts] == ["done"] * COUNTIES
    assert {part.county_code: part.attempts for part in mended.parts}["990102"] == 2
    assert [part.attempts for part in mended.parts if part.county_code != "990102"] == [1] * (COUNTIES - 1)


def test_a_cancelled_run_keeps_what_came_back_and_goes_on_later(ctx: Context) -> None:
    def stop(stage: str, share: float) -> None:
        if share >= 0.5:
            raise Cancelled("cancelled")

    run_id = begin_score(ctx)
    with pytest.raises(Cancelled):
        work_on(ctx, run_id, stop)
    before = run_of(ctx, run_id)
    assert before.count("done") == COUNTIES // 2
    assert work_on(ctx, run_id).count("done") == COUNTIES
    results = {part.county_code: part.result for part in run_of(ctx, run_id).parts}
    assert all(results[part.county_code] == part.result for part in before.parts if part.state == "done")


def test_a_job_works_on_a_run_and_tells_how_far_it_is(ctx: Context) -> None:
    spawned: list[str] = []
    job_id = job_verbs.start_province(replace(ctx, spawn=spawned.append), run_id := begin_score(ctx))
    assert spawned == [job_id]
    job_verbs.run(ctx, job_id)
    job = job_verbs.state(ctx, job_id)
    assert (job.state, job.result) == ("done", run_id)


def test_who_may_not_run_the_province_is_refused(ctx: Context) -> None:
    for role, verb in (("analyst", begin_score), ("officer", verbs.runs), ("officer", province_view)):
        with pytest.raises(Denied):
            verb(replace(ctx, actor=Actor("示例", role)))


def test_one_county_is_no_province(demo: Context) -> None:
    with pytest.raises(Impossible) as told:
        begin_score(demo)
    assert told.value.key == "no_province"


def test_unknown_county_and_run_are_told(ctx: Context) -> None:
    with pytest.raises(RequestError):
        begin_score(ctx, None, ["000000"])
    with pytest.raises(RequestError):
        run_of(ctx, "000000000000")


def test_a_worker_killed_half_way_loses_nothing(data: Path, province: Path) -> None:
    with open_context(settings_for(data, province)) as ctx:
        with mock.patch.dict(verbs.WORK, score=score_and_die_once):
            run = work_on(ctx, begin_score(ctx))
        assert [part.state for part in run.parts] == ["done"] * COUNTIES
        assert (data / "province" / "990102" / "killed").exists()
        assert all(part.outcome["worker"] != os.getpid() for part in run.parts)
        calm = work_on(replace_workers(ctx), begin_score(ctx), again=True)
        assert contents(calm) == contents(run)


def replace_workers(ctx: Context) -> Context:
    """The same, but nothing leaves this process."""
    with open_context(replace(ctx.settings, workers=0)) as here:
        return replace(ctx, doors=here.doors)


def test_dask_workers_give_what_one_process_gives_even_where_one_is_killed(data: Path, province: Path) -> None:
    with cluster(workers=2) as dask, open_context(settings_for(data, province, dask=dask.address)) as ctx:
        with mock.patch.dict(verbs.WORK, score=score_and_die_once):
            run = work_on(ctx, begin_score(ctx))
        assert [part.state for part in run.parts] == ["done"] * COUNTIES
        killed = int((data / "province" / "990102" / "killed").read_text())
        (again,) = [part for part in run.parts if part.county_code == "990102"]
        assert again.outcome["worker"] not in {killed, os.getpid()}  # what it brought before it died stays its own
        planned = work_on(ctx, begin_plan(ctx, PlanRequest(steps=STEPS), ["990101"]))
        here = replace_workers(ctx)
        assert contents(work_on(here, begin_score(ctx), again=True)) == contents(run)
        same = work_on(here, begin_plan(ctx, PlanRequest(steps=STEPS), ["990101"]), again=True)
        assert contents(same) == contents(planned)
        with here.doors.county("990101", ctx.actor) as county:  # type: ignore[union-attr]
            assert len(plans.list_plans(county.engine)) == 2


def test_the_clock_of_a_run_is_when_it_came_back(ctx: Context) -> None:
    later = datetime(2030, 1, 2, tzinfo=UTC)
    run = work_on(replace(ctx, clock=lambda: later), begin_score(ctx, None, ["990101"]))
    assert [part.at for part in run.parts] == [later]


def test_folder_names_squads_and_cities(province: Path) -> None:
    found = load_province(province / "regions")
    assert [city.name for city in found.cities] == ["示例01市", "示例02市"]
    assert [len(city.counties) for city in found.cities] == [3, 1]
    assert all(county.squads == 3 for county in found.counties)
