"""Jobs: ended ones stay as they ended, and work that should stop is told so."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from planner.errors import RequestError
from planner.store import jobs
from tests.store.register import AT

LATER = AT + timedelta(minutes=1)


@pytest.fixture
def job_id(engine: Engine) -> str:
    return jobs.queue(engine, "plan", '{"seed": 7}', at=AT, by="示例")


def test_life_of_a_job(engine: Engine, job_id: str) -> None:
    queued = jobs.load(engine, job_id)
    assert (queued.state, queued.share, queued.request, queued.created_by) == ("queued", 0.0, '{"seed": 7}', "示例")
    assert (queued.created_at, queued.heartbeat, queued.ended) == (AT, AT, False)
    assert jobs.advance(engine, job_id, "routes", 0.4, at=LATER) is False
    running = jobs.load(engine, job_id)
    assert (running.state, running.stage, running.share, running.heartbeat) == ("running", "routes", 0.4, LATER)
    jobs.finish(engine, job_id, "p1", at=LATER)
    done = jobs.load(engine, job_id)
    assert (done.state, done.result, done.share, done.ended) == ("done", "p1", 1.0, True)


def test_failure_tells_why(engine: Engine, job_id: str) -> None:
    jobs.fail(engine, job_id, "no_working_day", {"week": AT.date(), "holidays": "国庆节"}, at=LATER)
    job = jobs.load(engine, job_id)
    assert (job.state, job.error_key) == ("failed", "no_working_day")
    assert job.error_params == {"week": "2026-11-20", "holidays": "国庆节"}


def test_wish_to_cancel_reaches_the_work(engine: Engine, job_id: str) -> None:
    jobs.want_cancel(engine, job_id)
    assert jobs.advance(engine, job_id, "routes", 0.1, at=LATER) is True
    jobs.stop(engine, job_id, at=LATER)
    assert jobs.load(engine, job_id).state == "cancelled"


def test_job_given_up_for_dead_stops_when_it_wakes(engine: Engine, job_id: str) -> None:
    jobs.fail(engine, job_id, "job_died", {}, at=LATER)
    assert jobs.advance(engine, job_id, "routes", 0.9, at=LATER) is True
    jobs.finish(engine, job_id, "p1", at=LATER)
    job = jobs.load(engine, job_id)
    assert (job.state, job.result, job.error_key) == ("failed", None, "job_died")


def test_cancel_after_the_end_changes_nothing(engine: Engine, job_id: str) -> None:
    jobs.finish(engine, job_id, "p1", at=LATER)
    before = jobs.load(engine, job_id)
    jobs.want_cancel(engine, job_id)
    assert jobs.load(engine, job_id) == before


def test_unknown_job_is_told(engine: Engine) -> None:
    for ask in (lambda: jobs.load(engine, "nix"), lambda: jobs.want_cancel(engine, "nix")):
        with pytest.raises(RequestError) as told:
            ask()
        assert (told.value.key, told.value.params) == ("unknown_job", {"job_id": "nix"})
