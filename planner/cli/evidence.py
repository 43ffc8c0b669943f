"""Commands that look back: did a sweep work, plan against done, and words on the policy."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from planner import bootstrap
from planner.cli import tables
from planner.cli.shared import RegionOption, context, translator_of, write
from planner.i18n import Translate
from planner.usecases.delivered import calibrated, delivered
from planner.usecases.delivered_words import (
    bin_rows,
    group_rows,
    headline,
    history_rows,
    made_lines,
    pace_lines,
    proposal_line,
    proposal_rows,
    reliability_lines,
    tally_rows,
    why_rows,
)
from planner.usecases.policy import decide_policy, policy_history
from planner.usecases.review import Review, review
from planner.usecases.review_sheet import review_pdf
from planner.usecases.review_words import (
    before_lines,
    caveat_lines,
    extra_line,
    measure_rows,
    smallest_line,
    verdict_line,
    window_rows,
)
from planner.usecases.sweeps import done_sweeps

app = typer.Typer()
policy_app = typer.Typer(help="参数 · The policy in use: what was said of it, what outcomes propose.")
app.add_typer(policy_app, name="policy")

FILE = "file"
"""As a value: what stands in the region's file again."""


@app.command("review")
def review_(
    plan_id: Annotated[str | None, typer.Argument(help="An adopted plan's id (default: the latest).")] = None,
    region: RegionOption = None,
    pdf: Annotated[Path | None, typer.Option(help="Two pages for a meeting to write (.pdf).")] = None,
) -> None:
    """战果回顾。Did a sweep work, against what would have come without it; says so where nothing can be told."""
    t = translator_of()
    with context(region) as ctx:
        asked = _asked(ctx, plan_id, t("review.none"))
        _reviewed(review(ctx, asked), t)
        if pdf:
            write(pdf, review_pdf(ctx, asked, t))


@app.command("delivered")
def delivered_(
    plan_id: Annotated[str | None, typer.Argument(help="An adopted plan's id (default: the latest).")] = None,
    region: RegionOption = None,
) -> None:
    """计划与实际。What became of a sweep's visits, against what was planned and foretold."""
    t = translator_of()
    with context(region) as ctx:
        told = delivered(ctx, _asked(ctx, plan_id, t("delivered.none")))
        squads = {squad.id: squad.name for squad in ctx.region.squads}
    if not told.lines["made"].any():
        typer.echo(t("delivered.no_outcomes"))
        return
    for label, value, note in headline(told, t):
        typer.echo(f"{label}: {value} ({note})")
    for line in (*made_lines(told, t), *pace_lines(told, t)):
        typer.echo(f"- {line}")
    tables.frame(t("delivered.by_squad_id"), tally_rows(told.by_squad, "squad_id", squads, t), t)
    tables.frame(t("delivered.by_day"), tally_rows(told.by_day, "day", {}, t), t)
    tables.frame(t("delivered.became"), why_rows(told, t), t)


def _asked(ctx: bootstrap.Context, plan_id: str | None, none: str) -> str:
    """The sweep that was named, or the latest; where none was done yet, that is said and all is well."""
    sweeps = done_sweeps(ctx)
    if not sweeps:
        typer.echo(none)
        raise typer.Exit
    return plan_id or sweeps[-1].plan_id


@policy_app.callback(invoke_without_command=True)
def policy_(call: typer.Context, region: RegionOption = None) -> None:
    """现行参数与建议。Words that stand and what outcomes propose."""
    if call.invoked_subcommand:
        return
    t = translator_of()
    with context(region) as ctx:
        told, history = calibrated(ctx), policy_history(ctx)
    standing = history[history["stands"] & history["after"].notna()]
    if standing.empty:
        typer.echo(t("policy.none_standing"))
    else:
        tables.frame(t("policy.standing"), history_rows(standing, t), t, left=5)
    for line in reliability_lines(told, t):
        typer.echo(f"- {line}")
    if told.reliability:
        tables.frame(t("calibration.title"), bin_rows(told.reliability), t)
        tables.frame(t("calibration.groups"), group_rows(told.reliability, t), t)
    for one in told.proposals:
        if one.proposed is not None:
            typer.echo(proposal_line(one, t))
    tables.frame(t("policy.title"), proposal_rows(told, t), t)


@policy_app.command("set")
def policy_set(
    key: Annotated[str, typer.Argument(help="<table>.<name>, as in policy.toml.")],
    value: Annotated[str, typer.Argument(help=f"A value as in policy.toml, or '{FILE}': what stands there again.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the history.")],
    region: RegionOption = None,
) -> None:
    """改一个参数。Say what a key of the policy is from now on; plans keep the policy they were made with."""
    t = translator_of()
    with context(region) as ctx:
        decide_policy(ctx, key, None if value == FILE else _typed(value), reason)
        tables.frame(t("policy.standing"), history_rows(policy_history(ctx).head(1), t), t, left=5)


def _typed(text: str) -> Any:
    """Numbers, true, false and lists as JSON; all else is a word."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _reviewed(told: Review, t: Translate) -> None:
    """A sweep's review: the verdict, what weakens it, and the tables."""
    tables.say(verdict_line(told, t))
    for line in (*caveat_lines(told, t), *before_lines(told, t), extra_line(told, t), smallest_line(told, t)):
        if line:
            tables.say(f"- {line}")
    tables.frame(t("review.windows"), window_rows(told, t), t)
    tables.frame(t("review.measures"), measure_rows(told, t), t)
