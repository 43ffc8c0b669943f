"""Commands over all counties of a province."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from planner import bootstrap
from planner.cli import tables
from planner.cli.shared import context, progress, translator_of, write
from planner.errors import PlannerError
from planner.i18n import Translate, tell
from planner.model.province import Part, Province, ProvinceRun
from planner.model.units import moment
from planner.usecases.province import begin_plan, begin_score, province_of, run_of, runs, split_told, strays_of, work_on
from planner.usecases.province_import import begin_import
from planner.usecases.score import ScoreRequest
from planner.usecases.sweep import PlanRequest

app = typer.Typer(no_args_is_help=True, help="全省各县。All counties of a province (setting PLANNER_PROVINCE).")

FAILED = 3
"""Exit code where a county failed: the others are done."""

Counties = Annotated[list[str] | None, typer.Option("--county", help="A county's code; may be given again.")]
Again = Annotated[bool, typer.Option("--again", help="Even where the very same was done before.")]


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="The register's files: cases and parties of all courts.")],
    strays: Annotated[
        Path | None, typer.Option(help="Zip for rows of unknown courts, to mend and import again.")
    ] = None,
) -> None:
    """按法院拆分一份登记表，各县分别导入。Split ONE register by court, and take each county's piece in."""
    t = translator_of()
    with context() as ctx:
        with progress(t) as listen:
            run_id = begin_import(ctx, files, listen)
        typer.echo("\n".join(_split_lines(run_of(ctx, run_id), t)))
        if strays and (found := _strays(ctx, run_id)):
            write(strays, found)
        _work(ctx, run_id, t)


@app.command("score")
def score_(
    county: Counties = None,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Use no later filing.")] = None,
    again: Again = False,
) -> None:
    """全省研判。Rank the townships of every county."""
    with context() as ctx:
        run_id = begin_score(ctx, ScoreRequest(as_of=as_of.date() if as_of else None), county)
        _work(ctx, run_id, translator_of(), again)


@app.command("plan")
def plan_(
    county: Counties = None,
    week: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A Monday.")] = None,
    seconds: Annotated[float, typer.Option(help="Time for each county's search.")] = 20.0,
    steps: Annotated[int | None, typer.Option(help="Steps instead of seconds: the same plans on any machine.")] = None,
    seed: Annotated[int, typer.Option(help="Random seed.")] = 7,
    again: Again = False,
) -> None:
    """全省编排。Plan the week of every county."""
    with context() as ctx:
        request = PlanRequest(week_start=week.date() if week else None, seconds=seconds, steps=steps, seed=seed)
        _work(ctx, begin_plan(ctx, request, county), translator_of(), again)


@app.command("resume")
def resume_(run_id: Annotated[str, typer.Argument(help="A run's id.")]) -> None:
    """续办。Do what a run has not done yet, and again what failed."""
    with context() as ctx:
        _work(ctx, run_id, translator_of())


@app.command("status")
def status_(run_id: Annotated[str | None, typer.Argument(help="A run's id (default: list the runs).")] = None) -> None:
    """进度。The runs, or one of them county by county."""
    t = translator_of()
    with context() as ctx:
        if run_id:
            _told(province_of(ctx), run_of(ctx, run_id), t)
        else:
            headers = [t(f"province.{name}") for name in ("run", "kind", "at", "done", "failed", "waiting")]
            tables.show_table(t("province.runs"), headers, [_run_row(run, t) for run in runs(ctx)])


@app.command("strays")
def strays_(
    run_id: Annotated[str, typer.Argument(help="An import's run id.")],
    out: Annotated[Path, typer.Option(help="Zip to write.")],
) -> None:
    """不属本省各院的行。Write the rows of an import that belong to no county of the province."""
    with context() as ctx:
        write(out, strays_of(ctx, run_id))


def _strays(ctx: "bootstrap.Context", run_id: str) -> bytes:
    return strays_of(ctx, run_id) if split_told(run_of(ctx, run_id)).strays else b""


def _work(ctx: "bootstrap.Context", run_id: str, t: Translate, again: bool = False) -> None:
    typer.echo(t("province.begun", run=run_id))
    with progress(t) as listen:
        run = work_on(ctx, run_id, listen, again)
    _told(province_of(ctx), run, t)
    if run.count("failed"):
        raise typer.Exit(FAILED)


def _told(province: Province, run: ProvinceRun, t: Translate) -> None:
    headers = [t(f"province.{name}") for name in ("county", "state", "result", "seconds", "peak_mb", "what")]
    names = {county.code: county.name for county in province.counties}
    rows = [_part_row(names.get(part.county_code, "—"), part, t) for part in run.parts]
    tables.show_table(t("province.parts", run=run.id, kind=t(f"province.kind_{run.kind}")), headers, rows)


def _part_row(name: str, part: Part, t: Translate) -> Sequence[object]:
    state = t("province.state_kept") if part.kept else t(f"province.state_{part.state}")
    if part.error_key:
        told = tell(PlannerError(part.error_key, **part.error_params), t)
    else:
        told = "，".join(
            t(f"province.outcome_{key}", value=value)
            for key, value in part.outcome.items()
            if f"province.outcome_{key}" in OUTCOMES
        )
    seconds, peak = part.outcome.get("seconds", "—"), part.outcome.get("peak_mb", "—")
    return (f"{name} {part.county_code}", state, part.result or "—", seconds, peak, told)


OUTCOMES = {
    f"province.outcome_{name}"
    for name in ("cases", "rejected", "placed", "cases_open", "unplaced", "visits", "prize", "week")
}


def _run_row(run: ProvinceRun, t: Translate) -> Sequence[object]:
    counts = (run.count("done"), run.count("failed"), run.count("waiting"))
    return (run.id, t(f"province.kind_{run.kind}"), moment(run.created_at), *counts)


def _split_lines(run: ProvinceRun, t: Translate) -> list[str]:
    """How many rows went to counties, and which courts nobody knows."""
    told = split_told(run)
    lines = [t("province.split", rows=told.rows, counties=len(run.parts), strays=told.strays)]
    courts = "、".join(t("province.court_rows", court=court, rows=rows) for court, rows in told.unknown)
    return [*lines, t("province.unknown_courts", courts=courts)] if told.strays else lines
