"""The command line: every verb builds a request and calls the use case that the pages call."""

import os

import typer

from planner.cli import (
    campaign,
    demo,
    evidence,
    field,
    keeping,
    plans,
    province,
    regions,
    registers,
    scores,
    tables,
    timing,
    trial,
)
from planner.cli.shared import RegionOption, context
from planner.errors import PlannerError
from planner.i18n import LANGUAGES, tell, translator
from planner.usecases import jobs as job_verbs

GROUPS = "更多 · Groups of commands"
PANELS = (
    (registers, "登记表 · Registers"),
    (scores, "研判 · Where"),
    (plans, "编排 · Plans"),
    (field, "现场 · In the field"),
    (evidence, "成效 · Results"),
    (keeping, "保管 · Keeping"),
)
"""The commands as the help lists them, in the order in which they are needed."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="乡镇执行重点区域研判与集中执行规划 · Townships to go to first, and a week that squads can drive.",
)
BEHIND_PAGES = 10
"""By so much nicer than the pages is a job."""
job_app = typer.Typer(hidden=True)
app.add_typer(job_app, name="job")
for verbs, panel in PANELS:
    for group_of_verbs in verbs.app.registered_groups:
        group_of_verbs.rich_help_panel = GROUPS
    for verb in verbs.app.registered_commands:
        verb.rich_help_panel = panel
    app.add_typer(verbs.app)
province.app.add_typer(timing.app)
for name, group in (
    ("demo", demo), ("region", regions), ("trial", trial), ("campaign", campaign), ("province", province),
):  # fmt: skip
    app.add_typer(group.app, name=name, rich_help_panel=GROUPS)


@job_app.command("run")
def job_run(job_id: str, region: RegionOption = None) -> None:
    """Do a queued job; started by the pages, which go first: a search takes the time that nobody at a screen needs."""
    if hasattr(os, "nice"):
        os.nice(BEHIND_PAGES)
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
