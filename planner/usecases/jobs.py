"""Long work in a process of its own: a job row tells how far it is and takes the wish to cancel."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from pydantic import TypeAdapter

from planner.access import Actor
from planner.errors import Cancelled, PlannerError
from planner.model.job import SILENCE, Job
from planner.model.progress import Progress
from planner.store import jobs, spool
from planner.usecases.context import Context, permit
from planner.usecases.demo import demo_register, require_empty
from planner.usecases.import_register import import_register
from planner.usecases.plan import plan
from planner.usecases.province import run_of, work_on
from planner.usecases.sweep import PlanRequest
from planner.usecases.together import TimingRequest, time_counties
from planner.usecases.together_adopt import adopt_timing

ACTIONS = {
    "plan": "plan.make",
    "import": "register.import",
    "demo": "demo.manage",
    "province": "province.run",
    "timing": "province.run",
    "timing_adopt": "plan.adopt",
}
"""What somebody must be allowed to do, to start, watch or cancel a job of a kind."""

REQUEST = TypeAdapter(PlanRequest)
TIMING_REQUEST = TypeAdapter(TimingRequest)


def start_plan(ctx: Context, request: PlanRequest) -> str:
    """Queue a plan and start its process. Returns the job's id."""
    return _queued(ctx, "plan", REQUEST.dump_json(request).decode())


def start_import(ctx: Context, files: Sequence[tuple[str, bytes]]) -> str:
    """Put the files of a register (name, bytes) aside, sealed, and start the process that takes them in."""
    permit(ctx, ACTIONS["import"])
    _tidy(ctx)
    job_id = jobs.queue(ctx.engine, "import", "{}", at=ctx.clock(), by=ctx.actor.name)
    try:
        spool.keep(ctx.engine, ctx.settings.data_dir, job_id, files)
    except PlannerError as error:
        jobs.fail(ctx.engine, job_id, error.key, error.params, at=ctx.clock())
        raise
    ctx.spawn(job_id)
    return job_id


def start_demo(ctx: Context) -> str:
    """Start the process that takes the region's made-up register in; raises as :func:`require_empty`."""
    permit(ctx, ACTIONS["demo"])
    require_empty(ctx)
    job_id = jobs.queue(ctx.engine, "demo", "{}", at=ctx.clock(), by=ctx.actor.name)
    ctx.spawn(job_id)
    return job_id


def start_province(ctx: Context, run_id: str) -> str:
    """Start the process that does what waits or failed in a run over counties. Returns the job's id.

    Raises:
        RequestError: no such run.
    """
    permit(ctx, ACTIONS["province"])
    run_of(ctx, run_id)
    return _queued(ctx, "province", json.dumps({"run_id": run_id}))


def start_timing(ctx: Context, request: TimingRequest) -> str:
    """Queue the timing of a province's counties and start its process. Returns the job's id."""
    return _queued(ctx, "timing", TIMING_REQUEST.dump_json(request).decode())


def start_adoption(ctx: Context, timing_id: str) -> str:
    """Queue the adoption of a timing, which every county that lends or borrows is told of, and start its process."""
    return _queued(ctx, "timing_adopt", json.dumps(timing_id))


def _queued(ctx: Context, kind: str, request: str) -> str:
    permit(ctx, ACTIONS[kind])
    job_id = jobs.queue(ctx.engine, kind, request, at=ctx.clock(), by=ctx.actor.name)
    ctx.spawn(job_id)
    return job_id


def under_way(ctx: Context, kind: str) -> str | None:
    """The id of the actor's own newest job of a kind that has not ended: a page drawn anew finds it again."""
    permit(ctx, ACTIONS[kind])
    return jobs.under_way(ctx.engine, kind, ctx.actor.name)


def _tidy(ctx: Context) -> None:
    """Files of jobs whose process was killed do not stay."""
    for name in spool.names(ctx.settings.data_dir):
        job = jobs.load(ctx.engine, name)
        if job.ended or ctx.clock() - job.heartbeat > SILENCE:
            spool.drop(ctx.settings.data_dir, name)


def state(ctx: Context, job_id: str) -> Job:
    """How far a job is. One whose process fell silent is marked failed."""
    job = jobs.load(ctx.engine, job_id)
    permit(ctx, ACTIONS[job.kind])
    if not job.ended and ctx.clock() - job.heartbeat > SILENCE:
        jobs.fail(ctx.engine, job_id, "job_died", {"log": ctx.settings.data_dir / "jobs.log"}, at=ctx.clock())
        spool.drop(ctx.settings.data_dir, job_id)
        return jobs.load(ctx.engine, job_id)
    return job


def cancel(ctx: Context, job_id: str) -> None:
    """Ask a job to stop; it does so at its next step, and stores nothing."""
    permit(ctx, ACTIONS[jobs.load(ctx.engine, job_id).kind])
    jobs.want_cancel(ctx.engine, job_id)


def run(ctx: Context, job_id: str) -> None:
    """Do a queued job in this process, and write down how it ended."""
    job = jobs.load(ctx.engine, job_id)
    ctx = replace(ctx, actor=Actor(job.created_by, "operator"))  # asked for leave when it was queued
    try:
        result = WORK[job.kind](ctx, job, _listener(ctx, job_id))
    except Cancelled:
        jobs.stop(ctx.engine, job_id, at=ctx.clock())
    except PlannerError as error:
        jobs.fail(ctx.engine, job_id, error.key, error.params, at=ctx.clock())
    else:
        jobs.finish(ctx.engine, job_id, result, at=ctx.clock())
    finally:
        spool.drop(ctx.settings.data_dir, job_id)


def _plan(ctx: Context, job: Job, progress: Progress) -> str:
    return plan(ctx, REQUEST.validate_json(job.request), progress).id


def _import(ctx: Context, job: Job, progress: Progress) -> str:
    return import_register(ctx, spool.take(ctx.engine, ctx.settings.data_dir, job.id), progress).id


def _demo(ctx: Context, _: Job, progress: Progress) -> str:
    return import_register(ctx, demo_register(ctx), progress).id


def _province(ctx: Context, job: Job, progress: Progress) -> str:
    return work_on(ctx, json.loads(job.request)["run_id"], progress).id


def _timing(ctx: Context, job: Job, progress: Progress) -> str:
    return time_counties(ctx, TIMING_REQUEST.validate_json(job.request), progress).id


def _timing_adopt(ctx: Context, job: Job, progress: Progress) -> str:
    return adopt_timing(ctx, json.loads(job.request), progress)


WORK: dict[str, Callable[[Context, Job, Progress], str]] = {
    "plan": _plan,
    "import": _import,
    "demo": _demo,
    "province": _province,
    "timing": _timing,
    "timing_adopt": _timing_adopt,
}
"""What a job of a kind does; it returns the id of what it made."""


def _listener(ctx: Context, job_id: str) -> Progress:
    def listen(stage: str, share: float) -> None:
        if jobs.advance(ctx.engine, job_id, stage, share, at=ctx.clock()):
            raise Cancelled("cancelled")

    return listen
