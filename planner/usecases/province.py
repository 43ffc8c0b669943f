"""Work over all counties of a province: begun, done, resumed, looked at.

A run is a row, and a row for each of its counties. A county's result is saved in its own database first, then in its
row here; so whatever dies, what came back stays, and what did not is done again when the run is resumed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from planner.errors import Impossible, RequestError
from planner.model.progress import Progress, silent
from planner.model.province import Part, Province, ProvinceRun
from planner.model.work import Done, Failed
from planner.store import audit, pieces
from planner.store import province as store
from planner.usecases.context import Context, CountyWork, doors_of, permit
from planner.usecases.province_county import (
    Answer,
    Asked,
    PieceAsked,
    import_in_county,
    plan_in_county,
    score_in_county,
)
from planner.usecases.score import ScoreRequest
from planner.usecases.sweep import PlanRequest

WORK: dict[str, CountyWork] = {"import": import_in_county, "score": score_in_county, "plan": plan_in_county}
SCORE, PLAN = TypeAdapter(ScoreRequest), TypeAdapter(PlanRequest)


def province_of(ctx: Context) -> Province:
    """Raises Impossible: this installation is one county."""
    permit(ctx, "province.see")
    return doors_of(ctx).province


def begin_score(ctx: Context, request: ScoreRequest | None = None, counties: Sequence[str] | None = None) -> str:
    """Write down that counties (default: all) are to be scored; the run's id. :func:`work_on` does it.

    Raises:
        RequestError: no such county. Impossible: this installation is one county.
    """
    permit(ctx, "province.run")
    document = SCORE.dump_json(request or ScoreRequest()).decode()
    return store.begin(ctx.engine, "score", document, _codes(ctx, counties), ctx.clock(), ctx.actor.name)


def begin_plan(ctx: Context, request: PlanRequest | None = None, counties: Sequence[str] | None = None) -> str:
    """The same for a week's plan."""
    permit(ctx, "province.run")
    document = PLAN.dump_json(request or PlanRequest()).decode()
    return store.begin(ctx.engine, "plan", document, _codes(ctx, counties), ctx.clock(), ctx.actor.name)


def work_on(ctx: Context, run_id: str, progress: Progress = silent, again: bool = False) -> ProvinceRun:
    """Do what waits or failed in a run, county by county; what is done stays. ``again``: even where an earlier run did
    the very same.

    Raises:
        RequestError: no such run. Cancelled: by ``progress``; what came back before is saved.
        DeploymentError: the scheduler cannot be reached or is gone.
    """
    permit(ctx, "province.run")
    doors, run = doors_of(ctx), store.load(ctx.engine, run_id)
    left = {part.county_code: part for part in run.parts if part.state != "done"}
    known = {} if again else store.done_before(ctx.engine, run.kind)
    requests = [(code, _request(ctx, run, code, known.get(code))) for code in _largest_first(doors.province, left)]
    stage, whole, back = f"province_{run.kind}", len(run.parts), len(run.parts) - len(left)

    def beat() -> None:
        progress(stage, back / whole)

    beat()
    for code, came in doors.over(WORK[run.kind], requests, ctx.actor, beat):
        _keep(ctx, run, left[code], came)
        back += 1
        beat()
    return store.load(ctx.engine, run_id)


def _request(ctx: Context, run: ProvinceRun, code: str, known: str | None) -> Asked | PieceAsked:
    province = doors_of(ctx).province
    if run.kind == "import":
        digest = next(part.digest for part in run.parts if part.county_code == code)
        return PieceAsked(ctx.settings.data_dir.resolve() / pieces.FOLDER / run.id, digest or "")
    county = province.county(code)
    city = county.city if county else ""
    if run.kind == "score":
        return Asked(city, score=SCORE.validate_json(run.request), known=known)
    return Asked(city, plan=PLAN.validate_json(run.request), known=known)


def _keep(ctx: Context, run: ProvinceRun, part: Part, came: Done | Failed) -> None:
    """Save what came back of a county."""
    part = replace(part, attempts=part.attempts + 1, at=ctx.clock(), error_key=None, error_params={})
    if isinstance(came, Failed):
        failed = replace(part, state="failed", error_key=came.key, error_params=came.params)
        store.save_part(ctx.engine, run.id, failed)
        return
    answer = came.value
    assert isinstance(answer, Answer)  # noqa: S101 - what the works of WORK return
    cost = {"seconds": came.seconds, "cpu_seconds": came.cpu_seconds, "peak_mb": came.peak_mb, "worker": came.worker}
    done = replace(part, state="done", digest=answer.digest, result=answer.result, kept=answer.kept)
    if answer.kept:
        before, townships = store.earlier(ctx.engine, part.county_code, answer.digest)
        done = replace(done, result=before.result, outcome=before.outcome)
    else:
        townships, done = answer.townships, replace(done, outcome=answer.outcome | cost)
    store.save_part(ctx.engine, run.id, done, townships)
    if run.kind == "import":
        pieces.drop(ctx.settings.data_dir / pieces.FOLDER / run.id, part.county_code)


def run_of(ctx: Context, run_id: str) -> ProvinceRun:
    """How far a run is, county by county. Raises RequestError: no such run."""
    permit(ctx, "province.see")
    return store.load(ctx.engine, run_id)


def runs(ctx: Context, kind: str | None = None) -> list[ProvinceRun]:
    """The newest runs, the newest first."""
    permit(ctx, "province.see")
    return store.listed(ctx.engine, kind)


@dataclass(frozen=True)
class SplitTold:
    """How a register was split: ``rows`` in all, ``strays`` of them of no county; ``unknown``: court -> rows."""

    rows: int
    strays: int
    unknown: tuple[tuple[str, int], ...]
    files: tuple[str, ...] = ()


def split_told(run: ProvinceRun) -> SplitTold:
    """Of an import."""
    told = json.loads(run.request)
    unknown = tuple((str(court), int(rows)) for court, rows in told["unknown_courts"])
    return SplitTold(told["rows"], told["strays"], unknown, tuple(told["files"]))


def strays_of(ctx: Context, run_id: str) -> bytes:
    """The rows of an import that belong to no county, as a zip of CSV files that can be mended and imported again.

    Raises:
        RequestError: no such run. Impossible: there are none. Each look is written down.
    """
    permit(ctx, "register.import")
    run = store.load(ctx.engine, run_id)
    found = store.strays(ctx.engine, run.id)
    if not found:
        raise Impossible("no_strays", run_id=run_id)
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "province.strays_exported", run_id, f"{len(found)}")
    return found


def _codes(ctx: Context, counties: Sequence[str] | None) -> list[str]:
    province = doors_of(ctx).province
    known = [county.code for county in province.counties]
    for code in counties or ():
        if code not in known:
            raise RequestError("unknown_county", county=code, province=province.name)
    return list(dict.fromkeys(counties)) if counties else known


def _largest_first(province: Province, left: dict[str, Part]) -> list[str]:
    """So that no large county is begun last, while other workers have nothing to do: by the squads that it has."""
    squads = {county.code: county.squads for county in province.counties}
    return sorted(left, key=lambda code: (-squads.get(code, 0), code))
