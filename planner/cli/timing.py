"""Commands of ``planner province`` that time the counties' sweeps together."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from planner.cli import tables
from planner.cli.shared import context, progress, translator_of, write
from planner.i18n import Translate
from planner.model.together import TimingPlan, TogetherPolicy
from planner.usecases.province import province_of
from planner.usecases.timing_words import county_rows, loan_rows, timing_file, timing_label, timing_lines
from planner.usecases.together import TimingRequest, kept_timings, time_counties, timing_of
from planner.usecases.together_adopt import adopt_timing

app = typer.Typer()

POLICY = TogetherPolicy()
TimingId = Annotated[str, typer.Argument(help="A timing's id, as province timings lists it.")]


@app.command("together")
def together_(
    start: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First Monday (default: next).")] = None,
    weeks: Annotated[int, typer.Option(help="How many weeks.")] = 6,
    most: Annotated[int | None, typer.Option(help="Counties swept a week, at most.")] = None,
    minutes: Annotated[int, typer.Option(help="Drive of lent squads, one way.")] = POLICY.minutes_most,
    lend: Annotated[int, typer.Option(help="Squads that a county lends a week, at most.")] = POLICY.lend_most,
    borrow: Annotated[int, typer.Option(help="Squads that a county borrows a week, at most.")] = POLICY.borrow_most,
    moved: Annotated[float, typer.Option(help="Share of border prize lost if one side waits.")] = POLICY.moved_share,
    elsewhere: Annotated[
        float, typer.Option(help="Share to be had of debtors who live next door.")
    ] = POLICY.elsewhere_share,
    home: Annotated[float, typer.Option(help="Share of a squad's week left undone at home.")] = POLICY.home_share,
    seed: Annotated[int, typer.Option(help="Random seed.")] = 7,
) -> None:
    """各县统筹排期。Choose the week of every county's sweep and squads that help over borders; kept, not adopted."""
    t = translator_of()
    first: date | None = start.date() if start else None
    policy = TogetherPolicy(most, minutes, lend, borrow, moved, elsewhere, home)
    with context() as ctx:
        with progress(t) as listen:
            made = time_counties(ctx, TimingRequest(first, weeks, policy, seed), listen)
        _told(made, {county.code: county.city for county in province_of(ctx).counties}, t)


@app.command("timings")
def timings_(
    timing_id: Annotated[str | None, typer.Argument(help="A timing's id (default: list them).")] = None,
    out: Annotated[Path | None, typer.Option(help="Workbook to write (.xlsx).")] = None,
) -> None:
    """排期方案。The timings, or one of them, also as a workbook."""
    t = translator_of()
    with context() as ctx:
        cities = {county.code: county.city for county in province_of(ctx).counties}
        if timing_id is None:
            for kept in kept_timings(ctx):
                typer.echo(timing_label(kept, t))
        elif out:
            write(out, timing_file(ctx, timing_id, cities, t))
        else:
            _told(timing_of(ctx, timing_id), cities, t)


@app.command("adopt")
def adopt_(timing_id: TimingId) -> None:
    """采用排期。Put a timing in force: counties that lend or borrow are told."""
    t = translator_of()
    with context() as ctx:
        with progress(t) as listen:
            adopt_timing(ctx, timing_id, listen)
        typer.echo(t("timing.adopted", id=timing_id))


def _told(plan: TimingPlan, cities: dict[str, str], t: Translate) -> None:
    shown = ["city", "county", "timed_week", "squads", "points", "helped_by", "helps"]
    _frame(t("timing.told", id=plan.id), county_rows(plan, cities, t)[shown], t, 3)
    if plan.loans:
        _frame(t("timing.sheet_loans"), loan_rows(plan), t, 3)
    for line in timing_lines(plan, t):
        tables.output.print(line, markup=False)


def _frame(title: str, rows: pd.DataFrame, t: Translate, left: int) -> None:
    tables.show_table(title, [t(f"column.{name}") for name in rows], rows.itertuples(index=False), left)
