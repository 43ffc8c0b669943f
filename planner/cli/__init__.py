"""The command line: every verb builds a request and calls the use case that the pages call."""

import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from planner import bootstrap
from planner.cli import campaign, evidence, field, keeping, province, tables, timing, trial
from planner.cli.shared import RegionOption, context, minute, progress, read, settings_of, translator_of, write
from planner.errors import DeploymentError, Impossible, InputError, PlannerError
from planner.i18n import LANGUAGES, tell, translator
from planner.model.policy import SPREADS
from planner.model.report import ColumnRule
from planner.model.score_run import ScoreRun
from planner.routing.engines import ENGINES
from planner.usecases import export as export_plan
from planner.usecases import jobs as job_verbs
from planner.usecases import show
from planner.usecases.ahead import ahead
from planner.usecases.case_history import case_history
from planner.usecases.columns import FIELDS, columns_of, rule_columns, rules
from planner.usecases.explain import backtest_score, explain_score
from planner.usecases.import_region import ImportRegion, import_region
from planner.usecases.import_register import import_register
from planner.usecases.import_roads import import_roads
from planner.usecases.indicators import GROUPINGS, indicator_view
from planner.usecases.plan import plan
from planner.usecases.rejected import rejected_workbook
from planner.usecases.replan import ReplanRequest, replan
from planner.usecases.score import ScoreRequest, latest, preview_choice, score
from planner.usecases.sweep import PlanRequest

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="乡镇执行重点区域研判与集中执行规划",
)
region_app = typer.Typer(no_args_is_help=True, help="Regions: boundaries, villages, bases, squads.")
job_app = typer.Typer(hidden=True)
app.add_typer(region_app, name="region")
app.add_typer(job_app, name="job")
app.add_typer(evidence.app)
app.add_typer(field.app)
app.add_typer(keeping.app)
app.add_typer(trial.app, name="trial")
app.add_typer(campaign.app, name="campaign")
province.app.add_typer(timing.app)
app.add_typer(province.app, name="province")

Files = Annotated[list[Path], typer.Argument(help="The register's files: cases and parties, any order.")]
Townships = Annotated[list[str] | None, typer.Option(help="A township's code or name; may be given again.")]


@region_app.command("import")
def region_import(
    source: Annotated[Path, typer.Argument(help="Boundary file (GeoJSON, GeoPackage, Shapefile) or folder.")],
    villages: Annotated[Path, typer.Option(help="Village list (CSV or xlsx).")],
    out: Annotated[Path, typer.Option(help="Folder to write, new or empty.")],
    seats: Annotated[Path | None, typer.Option(help="Central points of the townships (CSV).")] = None,
    datum: Annotated[str | None, typer.Option(help="WGS-84 | CGCS2000 | GCJ-02 | BD-09 (default: WGS-84).")] = None,
    facts: Annotated[
        Path | None, typer.Option(help="Region folder whose bases, squads, ferries and calendar are taken over.")
    ] = None,
) -> None:
    """Make a region folder from outlines and a village list; every mend is listed."""
    t = translator_of()
    request = ImportRegion(source, villages, out, seats, datum, facts, own_facts=settings_of().region)
    imported = import_region(request)
    tables.region_imported(imported, t)


@region_app.command("roads")
def region_roads(
    file: Annotated[Path, typer.Argument(help="OpenStreetMap extract: .osm.pbf, .osm, .osm.bz2 or .osm.gz.")],
    region: RegionOption = None,
) -> None:
    """Take roads as the base of travel times; says what came and which places lie far from any road."""
    t = translator_of()
    tables.roads_imported(import_roads(file, settings_of(region).region), t)


@app.command("import")
def import_(
    files: Files,
    region: RegionOption = None,
    rejected: Annotated[
        Path | None, typer.Option(help="Workbook (.xlsx) for the rejected rows, to be mended and imported again.")
    ] = None,
) -> None:
    """Take a register in."""
    t = translator_of()
    with context(region) as ctx:
        with progress(t) as listen:
            imported = import_register(ctx, [read(path) for path in files], listen)
        tables.register_imported(imported, t)
        if rejected:
            write(rejected, rejected_workbook(ctx, t, imported.id))


@app.command("rejected")
def rejected_(
    out: Annotated[Path, typer.Option(help="Workbook to write (.xlsx).")],
    import_id: Annotated[str | None, typer.Argument(help="An import's id (default: all that wait).")] = None,
    region: RegionOption = None,
) -> None:
    """Write the rejected rows that wait, each fault as a comment in its cell."""
    with context(region) as ctx:
        write(out, rejected_workbook(ctx, translator_of(), import_id))


@app.command("case")
def case_(
    number: Annotated[str, typer.Argument(help="A case number, in any way of writing it.")], region: RegionOption = None
) -> None:
    """What a case was before each import that changed it."""
    with context(region) as ctx:
        tables.history(case_history(ctx, number), translator_of())


@app.command("columns")
def columns_(
    files: Annotated[list[Path] | None, typer.Argument(help="Files whose columns are to be listed.")] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="HEADER=FIELD or HEADER=FIELD:UNIT; an empty FIELD means: not used."),
    ] = None,
    forget: Annotated[list[str] | None, typer.Option(help="A header ruled before.")] = None,
    region: RegionOption = None,
) -> None:
    """Show what the columns of a register are taken for; correct it, for this court and for good."""
    t = translator_of()
    with context(region) as ctx:
        rule_columns(ctx, [_rule(text) for text in set_ or []], forget or [])
        tables.columns(columns_of(ctx, [read(path) for path in files or []]), rules(ctx), t)


def _rule(text: str) -> ColumnRule:
    """HEADER=FIELD:UNIT."""
    header, equals, meaning = text.partition("=")
    if not header.strip() or not equals:
        raise InputError("rule_malformed", rule=text, fields="、".join(FIELDS))
    field, _, unit = meaning.partition(":")
    return ColumnRule(header.strip(), field.strip(), unit.strip() or None)


@app.command("score")
def score_(
    region: RegionOption = None,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Use no later filing.")] = None,
    townships: Annotated[int | None, typer.Option(help="How many are asked for (k).")] = None,
) -> None:
    """Rank the townships."""
    t = translator_of()
    with context(region) as ctx:
        run = score(ctx, ScoreRequest(as_of.date() if as_of else None, townships))
        selection = preview_choice(ctx, run, run.hotspots.k)
        tables.hotspots(run, selection, t)


@app.command("explain")
def explain_(region: RegionOption = None) -> None:
    """Say why the townships of the latest score rank as they do, and how the method would have chosen in the past."""
    t = translator_of()
    with context(region) as ctx:
        run = _latest_score(ctx)
        tables.explanation(run, explain_score(ctx, run), backtest_score(ctx, run, run.hotspots.k), t)


@app.command("indicators")
def indicators_(
    region: RegionOption = None,
    by: Annotated[str, typer.Option(help=" | ".join(GROUPINGS))] = GROUPINGS[0],
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: the last event.")] = None,
) -> None:
    """The bureau's indicators for the year to a day, beside the year before."""
    t = translator_of()
    with context(region) as ctx:
        tables.indicators(indicator_view(ctx, by, as_of.date() if as_of else None), t)


def _latest_score(ctx: "bootstrap.Context") -> ScoreRun:
    run = latest(ctx)
    if run is None:
        raise Impossible("no_score")
    return run


@app.command("plan")
def plan_(
    region: RegionOption = None,
    week: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A Monday.")] = None,
    policy: Annotated[str, typer.Option(help=" | ".join(SPREADS))] = "concentrate",
    townships: Annotated[int | None, typer.Option(help="How many are chosen (k).")] = None,
    must: Townships = None,
    never: Townships = None,
    squad: Annotated[list[str] | None, typer.Option(help="Squads that take part (default: all).")] = None,
    visit: Annotated[list[str] | None, typer.Option(help="A case number whose debtor must be visited.")] = None,
    leave_out: Annotated[list[str] | None, typer.Option(help="A case number whose debtor is not visited.")] = None,
    seconds: Annotated[float, typer.Option(help="Time for the search.")] = 20.0,
    seed: Annotated[int, typer.Option(help="Random seed; the same seed gives the same draws.")] = 7,
    engine: Annotated[str, typer.Option(help="Makes the routes: " + " | ".join(ENGINES))] = PlanRequest.engine,
    steps: Annotated[
        int | None, typer.Option(help="Steps of the search instead of seconds: the same plan on every machine.")
    ] = None,
) -> None:
    """Plan a week's sweep, check it, store it."""
    t = translator_of()
    with context(region) as ctx, progress(t) as listen:
        request = PlanRequest(
            week_start=week.date() if week else None,
            spread=policy,
            townships=townships,
            must=tuple(must or ()),
            never=tuple(never or ()),
            squads=tuple(squad) if squad else None,
            seconds=seconds,
            seed=seed,
            visit=tuple(visit or ()),
            leave_out=tuple(leave_out or ()),
            engine=engine,
            steps=steps,
        )
        made = plan(ctx, request, listen)
        view = show.plan_view(ctx, made.id)
    tables.plan(view, t)


@app.command("replan")
def replan_(
    plan_id: Annotated[str, typer.Argument(help="The plan whose rest is planned again.")],
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="From this day of the week on.")],
    at: Annotated[
        str, typer.Option(help="From this time of that day on (HH:MM); what began before is done.")
    ] = "00:00",
    absent: Annotated[list[str] | None, typer.Option(help="A squad that does not work: ID, or ID@YYYY-MM-DD.")] = None,
    no_boat: Annotated[list[str] | None, typer.Option(help="A ferry that does not go: ID, or ID@YYYY-MM-DD.")] = None,
    closed: Annotated[list[str] | None, typer.Option(help="A case number that is settled.")] = None,
    clue: Annotated[list[str] | None, typer.Option(help="A case number with a fresh clue.")] = None,
    missed: Annotated[list[str] | None, typer.Option(help="A planned visit (id) that was not made.")] = None,
    pinned: Annotated[list[str] | None, typer.Option(help="A visit (id) that stays on its squad's day.")] = None,
    seconds: Annotated[float, typer.Option(help="Time for the search.")] = 1.0,
    region: RegionOption = None,
) -> None:
    """Plan the rest of a week again; what is done stays, and the old plan stays, too."""
    t = translator_of()
    with context(region) as ctx, progress(t) as listen:
        request = ReplanRequest(
            plan_id, day.date(), minute(at), _on_days(absent, day), _on_days(no_boat, day), tuple(closed or ()),
            tuple(clue or ()), tuple(missed or ()), tuple(pinned or ()), seconds,
        )  # fmt: skip
        made = replan(ctx, request, listen)
        before, after = show.compare(ctx, plan_id, made.id)
    tables.replanned(before, after, t)


def _on_days(given: list[str] | None, day: datetime) -> tuple[tuple[str, date], ...]:
    """ID or ID@YYYY-MM-DD; without a date the day of the replan."""
    found = []
    for text in given or ():
        name, at, when = text.partition("@")
        try:
            found.append((name, date.fromisoformat(when) if at else day.date()))
        except ValueError as fault:
            raise InputError("not_a_date", text=text) from fault
    return tuple(found)


@app.command()
def plans(region: RegionOption = None) -> None:
    """List the stored plans."""
    with context(region) as ctx:
        tables.plans(show.list_plans(ctx), translator_of())


@app.command("show")
def show_(plan_id: Annotated[str, typer.Argument(help="A plan's id.")], region: RegionOption = None) -> None:
    """A stored plan: squads by day, its figures, the load of the squads, what is not served."""
    with context(region) as ctx:
        tables.plan(show.plan_view(ctx, plan_id), translator_of())


@app.command()
def papers(
    plan_id: Annotated[str, typer.Argument(help="A plan's id.")],
    out: Annotated[Path | None, typer.Option(help="Workbook to write as well (.xlsx).")] = None,
    region: RegionOption = None,
) -> None:
    """What must be approved, sent and asked for before the week of a plan."""
    t = translator_of()
    with context(region) as ctx:
        tables.papers(ahead(ctx, plan_id), ctx.region, t)
        if out:
            write(out, export_plan.ahead_file(ctx, plan_id, t))


@app.command()
def compare(
    first: Annotated[str, typer.Argument(help="A plan's id.")],
    second: Annotated[str, typer.Argument(help="Another plan's id.")],
    region: RegionOption = None,
) -> None:
    """Two plans side by side."""
    with context(region) as ctx:
        tables.side_by_side(show.compare(ctx, first, second), translator_of())


@app.command()
def export(
    plan_id: Annotated[str, typer.Argument(help="A plan's id.")],
    out: Annotated[Path, typer.Option(help="File to write: .xlsx, .gpkg or .html.")],
    region: RegionOption = None,
) -> None:
    """Write a plan as a workbook, a GeoPackage or a map that opens without a network."""
    t = translator_of()
    with context(region) as ctx:
        write(out, export_plan.plan_file(ctx, plan_id, out.suffix.lstrip(".").lower(), t))


@app.command()
def serve(port: Annotated[int, typer.Option(help="Port to listen on.")] = 8501) -> None:
    """Serve the pages behind their gate, on the address of PLANNER_ADDRESS (this machine only, unless told)."""
    script = Path(__file__).resolve().parents[2] / "app.py"
    if not script.exists():
        raise DeploymentError("app_missing", path=str(script))
    place = ["--server.address", settings_of().address, "--server.port", str(port)]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *place]
    os.chdir(script.parent)
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter and script, which then gets the signals


@job_app.command("run")
def job_run(job_id: str, region: RegionOption = None) -> None:
    """Do a queued job; started by the pages."""
    with context(region) as ctx:
        job_verbs.run(ctx, job_id)


def main() -> None:
    """Run the command line; an error is told in one sentence and gives its exit code."""
    try:
        app(standalone_mode=True)
    except PlannerError as error:
        # the settings themselves may be what is wrong
        wanted = os.environ.get("PLANNER_LANGUAGE", LANGUAGES[0])
        t = translator(wanted if wanted in LANGUAGES else LANGUAGES[0])
        tables.errors.print(tell(error, t), style="bold red", markup=False)
        raise SystemExit(error.exit_code) from error
