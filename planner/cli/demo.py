"""Commands for a made-up register to learn on: take it in, take it out again."""

from typing import Annotated

import typer

from planner.cli.register_tables import register_imported
from planner.cli.shared import RegionOption, context, progress, translator_of
from planner.errors import InputError
from planner.usecases.demo import demo_register, require_empty, start_over
from planner.usecases.import_register import import_register

app = typer.Typer(no_args_is_help=True, help="演示登记表：人物均为虚构 · A made-up register to learn on.")


@app.command()
def load(region: RegionOption = None) -> None:
    """载入演示登记表。Take in the made-up register that comes with the region; only where there is no register yet."""
    t = translator_of()
    with context(region) as ctx:
        require_empty(ctx)
        with progress(t) as listen:
            imported = import_register(ctx, demo_register(ctx), listen)
    register_imported(imported, t)


@app.command()
def clear(
    sure: Annotated[bool, typer.Option("--sure", help="Do it; nothing brings it back.")] = False,
    region: RegionOption = None,
) -> None:
    """清空演示数据。Take a made-up register out, with its plans and outcomes; never a real one. Accounts and the
    audit log stay."""
    t = translator_of()
    if not sure:
        raise InputError("clear_unsure")
    with context(region) as ctx:
        cases = start_over(ctx)
    typer.echo(t("demo.removed", count=f"{cases:,}"))
