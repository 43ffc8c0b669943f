"""What the commands share: settings, context, progress, files, words."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from planner import bootstrap
from planner.cli import tables
from planner.errors import InputError
from planner.i18n import LANGUAGES, Translate, translator
from planner.model.progress import Progress
from planner.model.units import minute_of
from planner.settings import read_settings

RegionOption = Annotated[
    Path | None, typer.Option("--region", help="Region folder (default: the setting PLANNER_REGION).")
]


def settings_of(region: Path | None = None) -> "bootstrap.Settings":
    settings = read_settings(os.environ)
    return bootstrap.with_region(settings, region) if region else settings


@contextmanager
def context(region: Path | None = None) -> Iterator["bootstrap.Context"]:
    with bootstrap.open_context(settings_of(region)) as ctx:
        yield ctx


@contextmanager
def progress(t: Translate) -> Iterator[Progress]:
    """A bar on standard error, so that standard output stays a table."""
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Bar(*columns, console=tables.errors, transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def listen(stage: str, share: float) -> None:
            bar.update(task, description=t(f"stage.{stage}"), completed=share)

        yield listen


def read(path: Path) -> tuple[str, bytes]:
    try:
        return path.name, path.read_bytes()
    except OSError as problem:
        raise InputError("file_missing", path=str(path), reason=problem.strerror or "") from problem


def write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as problem:
        raise InputError("file_not_written", path=str(path), reason=problem.strerror or "") from problem
    typer.echo(str(path))


def translator_of() -> Translate:
    language = read_settings(os.environ).language
    if language not in LANGUAGES:
        raise InputError("unknown_language", language=language, allowed=", ".join(LANGUAGES))
    return translator(language)


def minute(text: str) -> int:
    try:
        return minute_of(text)
    except ValueError as fault:
        raise InputError("not_a_time", text=text) from fault
