"""Commands for trials: weeks of concentrate and spread that a coin decided."""

from datetime import datetime
from math import log1p
from typing import Annotated

import pandas as pd
import typer

from planner.cli import tables
from planner.cli.shared import RegionOption, context, translator_of
from planner.errors import Impossible
from planner.i18n import Translate, tell
from planner.usecases.trial import DrawRequest, TrialTold, draw_trial, list_trials, trial_told
from planner.usecases.trial_power import past_pairs, planned_sweeps, power_before, visible
from planner.usecases.trial_words import (
    again_line,
    answer_line,
    caveat_lines,
    drawn_rows,
    power_line,
    trial_label,
    visible_lines,
    way_line,
    week_rows,
)

app = typer.Typer(help="Concentrate or spread: weeks decided by a coin, and what evidence could show.")

EFFECT = log1p(0.3)
"""The true difference for which power is told."""


@app.callback(invoke_without_command=True)
def trial_(asked: typer.Context, region: RegionOption = None) -> None:
    """List the trials, each with what it says so far; and the smallest effect the next sweep could show."""
    if asked.invoked_subcommand:
        return
    t = translator_of()
    with context(region) as ctx:
        drawn = list_trials(ctx)
        for one in drawn:
            _told(trial_told(ctx, one.id), t)
        if not drawn:
            _say(t("trial.none"))
        if sweeps := planned_sweeps(ctx):
            _say(t("trial.next_title"))
            _say(*visible_lines(visible(ctx, sweeps[0]), t))


@app.command("draw")
def draw(
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first Monday.")],
    pairs: Annotated[int, typer.Option(help="Pairs of weeks.")] = DrawRequest.pairs,
    townships: Annotated[int | None, typer.Option(help="Townships of a concentrated week (default: policy).")] = None,
    name: Annotated[str, typer.Option(help="What it is called.")] = "",
    seed: Annotated[int | None, typer.Option(help="A number agreed on in public (default: randomness).")] = None,
    region: RegionOption = None,
) -> None:
    """Throw the coin for every pair of weeks, once and for good; the power stands before what was drawn."""
    t = translator_of()
    with context(region) as ctx:
        request = DrawRequest(start.date(), pairs, townships, name, seed)
        drawn = draw_trial(ctx, request)
        try:
            _say(power_line(*power_before(past_pairs(ctx), pairs, EFFECT), EFFECT, pairs, t))
        except Impossible as nothing:
            _say(tell(nothing, t))
    _table(trial_label(drawn, t), drawn_rows(drawn, t), t)
    _say(again_line(drawn, t))


def _told(told: TrialTold, t: Translate) -> None:
    _table(trial_label(told.trial, t), week_rows(told, t), t)
    _say(answer_line(told, t), *caveat_lines(told, t))
    if way := way_line(told, t):
        _say(way)
    _say(again_line(told.trial, t))


def _table(title: str, rows: pd.DataFrame, t: Translate) -> None:
    headers = [t(f"column.{name}") for name in rows]
    tables.show_table(title, headers, rows.itertuples(index=False), left=len(headers))


def _say(*lines: str) -> None:
    for line in lines:
        tables.output.print(line, markup=False)
