"""Commands that plan: a week, the rest of a week, what is stored and taken out."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from planner.cli import plan_tables
from planner.cli.shared import RegionOption, context, minute, progress, translator_of, write
from planner.errors import InputError
from planner.model.policy import SPREADS
from planner.routing.engines import ENGINES
from planner.usecases import export as export_plan
from planner.usecases import show
from planner.usecases.ahead import ahead
from planner.usecases.plan import plan
from planner.usecases.replan import ReplanRequest, replan
from planner.usecases.sweep import PlanRequest

app = typer.Typer()

Townships = Annotated[list[str] | None, typer.Option(help="A township's code or name; may be given again.")]


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
    """编排一周的方案。Plan a week's sweep, check it, store it."""
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
    plan_tables.plan(view, t)


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
    """周中改排。Plan the rest of a week again; what is done stays, and the old plan stays, too."""
    t = translator_of()
    with context(region) as ctx, progress(t) as listen:
        request = ReplanRequest(
            plan_id, day.date(), minute(at), _on_days(absent, day), _on_days(no_boat, day), tuple(closed or ()),
            tuple(clue or ()), tuple(missed or ()), tuple(pinned or ()), seconds,
        )  # fmt: skip
        made = replan(ctx, request, listen)
        before, after = show.compare(ctx, plan_id, made.id)
    plan_tables.replanned(before, after, t)


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


@app.command("plans")
def plans_(region: RegionOption = None) -> None:
    """列出方案。List the stored plans."""
    with context(region) as ctx:
        plan_tables.plans(show.list_plans(ctx), translator_of())


@app.command("show")
def show_(plan_id: Annotated[str, typer.Argument(help="A plan's id.")], region: RegionOption = None) -> None:
    """看一个方案。A stored plan: squads by day, its figures, the load of the squads, what is not served."""
    with context(region) as ctx:
        plan_tables.plan(show.plan_view(ctx, plan_id), translator_of())


@app.command()
def papers(
    plan_id: Annotated[str, typer.Argument(help="A plan's id.")],
    out: Annotated[Path | None, typer.Option(help="Workbook to write as well (.xlsx).")] = None,
    region: RegionOption = None,
) -> None:
    """周一前要批要办的文书。What must be approved, sent and asked for before the week of a plan."""
    t = translator_of()
    with context(region) as ctx:
        plan_tables.papers(ahead(ctx, plan_id), ctx.region, t)
        if out:
            write(out, export_plan.ahead_file(ctx, plan_id, t))


@app.command()
def compare(
    first: Annotated[str, typer.Argument(help="A plan's id.")],
    second: Annotated[str, typer.Argument(help="Another plan's id.")],
    region: RegionOption = None,
) -> None:
    """两个方案并排。Two plans side by side."""
    with context(region) as ctx:
        plan_tables.side_by_side(show.compare(ctx, first, second), translator_of())


@app.command()
def export(
    plan_id: Annotated[str, typer.Argument(help="A plan's id.")],
    out: Annotated[Path, typer.Option(help="File to write: .xlsx, .gpkg or .html.")],
    region: RegionOption = None,
) -> None:
    """导出方案。Write a plan as a workbook, a GeoPackage or a map that opens without a network."""
    t = translator_of()
    with context(region) as ctx:
        write(out, export_plan.plan_file(ctx, plan_id, out.suffix.lstrip(".").lower(), t))
