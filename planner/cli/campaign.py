"""Commands of a campaign: show it, propose one, write its bulletin."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from planner.cli import tables
from planner.cli.shared import RegionOption, context, translator_of, write
from planner.errors import RequestError
from planner.i18n import Translate
from planner.model.campaign import Campaign
from planner.model.region import Region
from planner.usecases import campaign as verbs
from planner.usecases.bulletin import bulletin
from planner.usecases.campaign_progress import CampaignState, campaign_state
from planner.usecases.campaign_words import (
    elsewhere_lines,
    names_of,
    path_line,
    promise_lines,
    rule_line,
    sweep_rows,
    task_rows,
)

app = typer.Typer(help="百日攻坚: a campaign of several sweeps.")


@app.callback(invoke_without_command=True)
def show(command: typer.Context, region: RegionOption = None) -> None:
    """How the latest campaign stands: sweeps, targets, tasks."""
    if command.invoked_subcommand:
        return
    t = translator_of()
    with context(region) as ctx:
        known = verbs.kept(ctx)
        if not known:
            typer.echo(t("campaign.none"))
            return
        _campaign(campaign_state(ctx, known[0].campaign), ctx.region, t)


@app.command()
def propose(
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Its first Monday.")],
    weeks: Annotated[int, typer.Option(help="How long it lasts.")] = 14,
    sweeps: Annotated[int, typer.Option(help="How many sweeps.")] = 5,
    townships: Annotated[int | None, typer.Option(help="Swept at a time (default: the policy's).")] = None,
    rest: Annotated[int, typer.Option(help="Weeks from one sweep of a township to its next, at least.")] = 4,
    most: Annotated[int, typer.Option(help="Sweeps of one township, at most.")] = 2,
    hot: Annotated[float, typer.Option(help="From this P(among the hottest) on a township must be swept.")] = 0.25,
    left: Annotated[float, typer.Option(help="Share of the yield that must be left for another sweep.")] = 0.5,
    name: Annotated[str | None, typer.Option(help="Its name.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep it as a campaign.")] = False,
    seed: Annotated[int, typer.Option(help="Seed.")] = 7,
    region: RegionOption = None,
) -> None:
    """Choose the townships of all sweeps together; kept only with --keep."""
    t = translator_of()
    with context(region) as ctx:
        request = verbs.CampaignRequest(
            name or t("campaign.default_name", year=start.year), start.date(), weeks, sweeps, townships, rest, most,
            hot, left, seed,
        )  # fmt: skip
        made = verbs.propose(ctx, request)
        _proposed(made, ctx.region, t)
        if keep:
            verbs.keep(ctx, made)
            typer.echo(t("campaign.kept", id=made.id))


@app.command("bulletin")
def bulletin_(
    month: Annotated[str, typer.Option(help="YYYY-MM.")],
    out: Annotated[Path, typer.Option(help="File to write (.pdf).")],
    region: RegionOption = None,
) -> None:
    """The monthly bulletin of the latest campaign."""
    t = translator_of()
    with context(region) as ctx:
        known = verbs.kept(ctx)
        if not known:
            raise RequestError("no_campaign")
        write(out, bulletin(ctx, known[0].campaign.id, month, t))


def _proposed(made: Campaign, region: Region, t: Translate) -> None:
    """The sweeps of a proposal, its rules, and what it is worth beside other ways."""
    names = region.township_names
    rows = [(sweep.week_start, names_of(sweep.townships, names)) for sweep in made.sweeps]
    headers = [t("column.sweep_week"), t("column.sweep_townships")]
    tables.show_table(t("campaign.proposal", name=made.name), headers, rows, left=2)
    for line in (rule_line(made, t), *promise_lines(made, t)):
        _say(line)


def _campaign(told: CampaignState, region: Region, t: Translate) -> None:
    """How a campaign stands."""
    names, made = region.township_names, told.campaign
    title = t("campaign.label", name=made.name, start=made.start, end=made.end)
    _frame(title, sweep_rows(told, names, t), t)
    for line in (*elsewhere_lines(told, names, t), *(path_line(path, t) for path in told.paths)):
        _say(line)
    if made.tasks:
        _frame(t("campaign.tasks"), task_rows(told, t).drop(columns="id"), t)


def _frame(title: str, rows: pd.DataFrame, t: Translate) -> None:
    tables.show_table(title, [t(f"column.{name}") for name in rows], rows.itertuples(index=False), len(rows.columns))


def _say(line: str) -> None:
    tables.output.print(line, markup=False)
