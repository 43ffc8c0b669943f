"""The command line: every verb builds a request and calls the use case that the pages call."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from planner.cli import campaign, demo, evidence, field, keeping, plans, regions, registers, scores, tables, trial
from planner.cli.shared import RegionOption, context, settings_of
from planner.errors import DeploymentError, PlannerError
from planner.i18n import LANGUAGES, tell, translator
from planner.usecases import jobs as job_verbs

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="乡镇执行重点区域研判与集中执行规划",
)
BEHIND_PAGES = 10
"""By so much nicer than the pages is a job."""
job_app = typer.Typer(hidden=True)
app.add_typer(job_app, name="job")
for verbs in (registers, scores, plans, field, evidence, keeping):
    app.add_typer(verbs.app)
for name, group in (("demo", demo), ("region", regions), ("trial", trial), ("campaign", campaign)):
    app.add_typer(group.app, name=name)


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
