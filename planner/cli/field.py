"""Commands for the field: what is taken along, cards, outcomes, clues, cases worked elsewhere."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from planner.cli import tables
from planner.cli.shared import RegionOption, context, read, translator_of, write
from planner.errors import InputError
from planner.i18n import Translate
from planner.model.units import clock
from planner.usecases import clue_inbox, clue_intake, clues
from planner.usecases.cards import bring_back, issue_card
from planner.usecases.duty import Duty, duty
from planner.usecases.figures import yuan
from planner.usecases.in_force import adopt, in_force
from planner.usecases.take_along import PLAN_SHEETS, day_file, plan_sheet
from planner.usecases.triage import out_of_field, take_back, take_out

app = typer.Typer()

PlanId = Annotated[str, typer.Argument(help="A plan's id.")]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="A day of the plan.")]
Cases = Annotated[list[str], typer.Argument(help="Case numbers.")]


@app.command("adopt")
def adopt_(plan_id: PlanId, region: RegionOption = None) -> None:
    """采用方案。Say that squads drive this plan in its week."""
    with context(region) as ctx:
        adopt(ctx, plan_id)
        typer.echo(translator_of()("in_force.done"))


@app.command("print")
def print_(
    plan_id: PlanId,
    out: Annotated[Path, typer.Option(help="File to write: .pdf, .xlsx, .ics, .gpx or .kml.")],
    sheet: Annotated[str | None, typer.Option(help="Of the whole week, as PDF: " + " | ".join(PLAN_SHEETS))] = None,
    squad: Annotated[str | None, typer.Option(help="A squad's id (default: all).")] = None,
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day (default: all).")] = None,
    region: RegionOption = None,
) -> None:
    """打印带走。Route sheets, tables, calendars and tracks of squads' days, or a sheet of the whole week."""
    t = translator_of()
    with context(region) as ctx:
        if sheet:
            data = plan_sheet(ctx, plan_id, sheet, t)
        else:
            data = day_file(ctx, plan_id, out.suffix.lstrip(".").lower(), t, squad, day.date() if day else None)
        write(out, data)


@app.command()
def card(
    plan_id: PlanId,
    squad: Annotated[str, typer.Argument(help="A squad's id.")],
    day: Day,
    out: Annotated[Path, typer.Option(help="File to write (.html).")],
    region: RegionOption = None,
) -> None:
    """制作路线卡。Make a route card for a phone without signal; its passphrase is printed once."""
    t = translator_of()
    with context(region) as ctx:
        made = issue_card(ctx, plan_id, squad, day.date(), t)
        write(out, made.html)
        typer.echo(t("cards.issued", kb=f"{made.gzip_bytes / 1000:.0f}", passphrase=made.passphrase).replace("**", ""))


@app.command("bring-back")
def bring_back_(
    files: Annotated[list[Path], typer.Argument(help="Outcome files of route cards.")], region: RegionOption = None
) -> None:
    """收回路线卡。Take in what cards saved; the same file twice is counted once."""
    t = translator_of()
    with context(region) as ctx:
        for path in files:
            brought = bring_back(ctx, read(path)[1])
            told = brought.recorded
            typer.echo(
                t("cards.brought", squad=brought.squad_id, day=brought.day, counted=told.counted, held=told.held,
                  repeated=told.repeated)
            )  # fmt: skip


@app.command("duty")
def duty_(
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day (default: the plan's first).")
    ] = None,
    region: RegionOption = None,
) -> None:
    """指挥中心。Where squads should be, what is done, late and found."""
    t = translator_of()
    with context(region) as ctx:
        plan = in_force(ctx)
        if plan is None:
            raise InputError("no_plan_yet")
        _duty(duty(ctx, plan.plan_id, day.date() if day else plan.week_start), t)


@app.command("clues")
def clues_(
    files: Annotated[list[Path] | None, typer.Argument(help="Sheets of clues, one a row.")] = None,
    text: Annotated[str | None, typer.Option(help="A clue in words; several, one a line.")] = None,
    region: RegionOption = None,
) -> None:
    """线索。Take clues in, and list what is open."""
    t = translator_of()
    with context(region) as ctx:
        drafts = clue_intake.read_text(ctx, text) if text else []
        drafts += clue_intake.read_files(ctx, [read(path) for path in files]) if files else []
        if drafts:
            entered = clue_intake.enter(ctx, drafts)
            typer.echo(t("clues.saved", count=len(entered.clue_ids), matched=entered.matched))
        _clues(clue_inbox.inbox(ctx), t)


@app.command("clue")
def clue_(
    clue_id: Annotated[str, typer.Argument(help="A clue's id.")],
    word: Annotated[str, typer.Argument(help="matched | unmatched | joined | dismissed | confirmed")],
    case: Annotated[list[str] | None, typer.Option(help="A case number, with matched.")] = None,
    other: Annotated[str | None, typer.Option(help="The clue that it is joined to.")] = None,
    region: RegionOption = None,
) -> None:
    """处理一条线索。Say what became of a clue."""
    with context(region) as ctx:
        clues.say(ctx, clue_id, word, tuple(case or ()), other)


@app.command("send")
def send(
    action: Annotated[str, typer.Argument(help="urged | handed_over | relief | back")],
    cases: Cases,
    team: Annotated[str | None, typer.Option(help="With handed_over: asset_disposal | terminated | review")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With urged: the last day.")] = None,
    note: Annotated[str, typer.Option(help="A note.")] = "",
    region: RegionOption = None,
) -> None:
    """分流。Cases leave the field plan, or come back to it."""
    t = translator_of()
    with context(region) as ctx:
        if action == "back":
            take_back(ctx, cases, note=note)
        else:
            take_out(ctx, cases, action, until=until.date() if until else None, team=team, note=note)
        _elsewhere(out_of_field(ctx), t)


def _duty(board: Duty, t: Translate) -> None:
    title = t("duty.as_of", day=board.day, minute=clock(board.minute), now=f"{board.now:%H:%M}", id=board.plan.id)
    names = ("squad", "state", "township", "whereabouts", "told", "found", "late", "paid_yuan")
    rows = [
        (
            squad.squad, t(f"duty.{squad.state}"), squad.township or "—", squad.at or "—",
            f"{squad.told} / {squad.planned}", squad.found, squad.late, yuan(squad.paid_fen),
        )
        for squad in board.squads
    ]  # fmt: skip
    tables.show_table(title, [t(f"column.{name}") for name in names], rows, left=4)


def _clues(told: pd.DataFrame, t: Translate) -> None:
    rows = [
        (
            row["clue_id"], t(f"clue_state.{row['state']}"), t(f"clue_kind.{row['kind']}"),
            f"{row['seen_on']:%m-%d}", row["case_ids"].replace(";", "、"), row["words"],
        )
        for row in told.to_dict("records")
    ]  # fmt: skip
    headers = ["ID", t("column.state"), t("clues.kind"), t("clues.seen"), t("column.case_ids"), t("clues.words")]
    tables.show_table(t("page.clues"), headers, rows, left=6)


def _elsewhere(out: pd.DataFrame, t: Translate) -> None:
    rows = [
        (
            row["case_id"], t(f"action.{row['action']}"), "" if pd.isna(row["team"]) else t(f"team.{row['team']}"),
            "" if pd.isna(row["until"]) else f"{row['until']:%Y-%m-%d}",
        )
        for row in out.to_dict("records")
    ]  # fmt: skip
    headers = [t(f"column.{name}") for name in ("case_ids", "action", "team", "until")]
    tables.show_table(t("triage.out", count=len(out)), headers, rows, left=4)
