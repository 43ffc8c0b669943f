"""Imports as jobs: files wait sealed, end in an account, a cancellation or a reason, and never stay."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from planner.access import Actor
from planner.errors import Denied
from planner.model.job import SILENCE
from planner.store import register, spool
from planner.usecases import jobs
from planner.usecases.context import Context
from planner.usecases.rejected import last_import

TEXT = "案号,立案日期,被执行人,户籍地\n(2026)浙0225执1号,2026-01-02,示例甲,石浦镇示例路\n"
FILES = [("台账.csv", TEXT.encode())]


@pytest.fixture
def waiting(ctx: Context) -> Context:
    """Jobs are queued, but no process starts."""
    return replace(ctx, spawn=lambda _: None)


def _spooled(ctx: Context) -> list[Path]:
    return [file for file in (ctx.settings.data_dir / "spool").rglob("*") if file.is_file()]


def test_files_wait_sealed_and_are_gone_when_the_import_is_done(waiting: Context) -> None:
    job_id = jobs.start_import(waiting, FILES)
    [file] = _spooled(waiting)
    assert "示例甲".encode() not in file.read_bytes()
    jobs.run(waiting, job_id)
    job = jobs.state(waiting, job_id)
    record = last_import(waiting, job.result)
    assert job.state == "done"
    assert record is not None
    assert record.outcome.new == len(register.cases(waiting.engine)) == 1
    assert _spooled(waiting) == []


def test_a_cancelled_import_stores_nothing(waiting: Context) -> None:
    job_id = jobs.start_import(waiting, FILES)
    jobs.cancel(waiting, job_id)
    jobs.run(waiting, job_id)
    assert jobs.state(waiting, job_id).state == "cancelled"
    assert register.cases(waiting.engine).empty
    assert _spooled(waiting) == []


def test_an_unreadable_file_fails_with_its_reason(waiting: Context) -> None:
    job_id = jobs.start_import(waiting, [("空.xlsx", b"")])
    jobs.run(waiting, job_id)
    job = jobs.state(waiting, job_id)
    assert (job.state, job.error_key, job.error_params) == ("failed", "file_empty", {"file": "空.xlsx"})


def test_files_that_are_gone_are_told(waiting: Context) -> None:
    job_id = jobs.start_import(waiting, FILES)
    spool.drop(waiting.settings.data_dir, job_id)
    jobs.run(waiting, job_id)
    assert jobs.state(waiting, job_id).error_key == "spool_gone"


def test_a_job_that_fell_silent_leaves_no_files(waiting: Context) -> None:
    first = jobs.start_import(waiting, FILES)
    later = replace(waiting, clock=lambda: waiting.clock() + SILENCE + timedelta(seconds=1))
    second = jobs.start_import(later, FILES)
    assert spool.names(waiting.settings.data_dir) == [second]
    assert jobs.state(later, first).error_key == "job_died"


def test_who_may_not_import_may_not_watch_or_cancel_either(waiting: Context) -> None:
    job_id = jobs.start_import(waiting, FILES)
    analyst = replace(waiting, actor=Actor("示例", "analyst"))
    for verb in (
        lambda: jobs.start_import(analyst, FILES),
        lambda: jobs.state(analyst, job_id),
        lambda: jobs.cancel(analyst, job_id),
    ):
        with pytest.raises(Denied):
            verb()
