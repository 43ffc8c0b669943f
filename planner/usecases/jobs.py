"""Long work in a process of its own: a job row tells how far it is and takes the wish to cancel."""

from datetime import timedelta

from pydantic import TypeAdapter

from planner.errors import Cancelled, PlannerError
from planner.model.job import Job
from planner.model.progress import Progress
from planner.store import jobs
from planner.usecases.context import Context, permit
from planner.usecases.plan import plan
from planner.usecases.sweep import PlanRequest

SILENCE = timedelta(seconds=90)
"""A job that has not said that it lives for so long has died."""

REQUEST = TypeAdapter(PlanRequest)


def start_plan(ctx: Context, request: PlanRequest) -> str:
    """Queue a plan and start its process. Returns the job's id."""
    permit(ctx, "plan.make")
    document = REQUEST.dump_json(request).decode()
    job_id = jobs.queue(ctx.engine, "plan", document, at=ctx.clock(), by=ctx.actor.name)
    ctx.spawn(job_id)
    return job_id


def state(ctx: Context, job_id: str) -> Job:
    """How far a job is. One whose process fell silent is marked failed."""
    permit(ctx, "plan.make")
    job = jobs.load(ctx.engine, job_id)
    if not job.ended and ctx.clock() - job.heartbeat > SILENCE:
        jobs.fail(ctx.engine, job_id, "job_died", {"log": ctx.settings.data_dir / "jobs.log"}, at=ctx.clock())
        return jobs.load(ctx.engine, job_id)
    return job


def cancel(ctx: Context, job_id: str) -> None:
    """Ask a job to stop; it does so at its next step, and stores nothing."""
    permit(ctx, "plan.make")
    jobs.want_cancel(ctx.engine, job_id)


def run(ctx: Context, job_id: str) -> None:
    """Do a queued job in this process, and write down how it ended."""
    request = REQUEST.validate_json(jobs.load(ctx.engine, job_id).request)
    try:
        made = plan(ctx, request, _listener(ctx, job_id))
    except Cancelled:
        jobs.stop(ctx.engine, job_id, at=ctx.clock())
    except PlannerError as error:
        jobs.fail(ctx.engine, job_id, error.key, error.params, at=ctx.clock())
    else:
        jobs.finish(ctx.engine, job_id, made.id, at=ctx.clock())


def _listener(ctx: Context, job_id: str) -> Progress:
    def listen(stage: str, share: float) -> None:
        if jobs.advance(ctx.engine, job_id, stage, share, at=ctx.clock()):
            raise Cancelled("cancelled")

    return listen
