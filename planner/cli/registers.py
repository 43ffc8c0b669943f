"""Commands that take registers in: what came, what its columns mean, what was rejected."""

from pathlib import Path
from typing import Annotated

import typer

from planner.cli import register_tables
from planner.cli.shared import RegionOption, context, progress, read, translator_of, write
from planner.errors import InputError
from planner.model.report import ColumnRule
from planner.usecases.case_history import case_history
from planner.usecases.columns import FIELDS, columns_of, rule_columns, rules
from planner.usecases.import_register import import_register
from planner.usecases.rejected import rejected_workbook

app = typer.Typer()

Files = Annotated[list[Path], typer.Argument(help="The register's files: cases and parties, any order.")]


@app.command("import")
def import_(
    files: Files,
    region: RegionOption = None,
    rejected: Annotated[
        Path | None, typer.Option(help="Workbook (.xlsx) for the rejected rows, to be mended and imported again.")
    ] = None,
) -> None:
    """导入登记表。Take a register in."""
    t = translator_of()
    with context(region) as ctx:
        with progress(t) as listen:
            imported = import_register(ctx, [read(path) for path in files], listen)
        register_tables.register_imported(imported, t)
        if rejected:
            write(rejected, rejected_workbook(ctx, t, imported.id))


@app.command("rejected")
def rejected_(
    out: Annotated[Path, typer.Option(help="Workbook to write (.xlsx).")],
    import_id: Annotated[str | None, typer.Argument(help="An import's id (default: all that wait).")] = None,
    region: RegionOption = None,
) -> None:
    """取出退回的行。Write the rejected rows that wait, each fault as a comment in its cell."""
    with context(region) as ctx:
        write(out, rejected_workbook(ctx, translator_of(), import_id))


@app.command("case")
def case_(
    number: Annotated[str, typer.Argument(help="A case number, in any way of writing it.")], region: RegionOption = None
) -> None:
    """一件案件的历史。What a case was before each import that changed it."""
    with context(region) as ctx:
        register_tables.history(case_history(ctx, number), translator_of())


@app.command("columns")
def columns_(
    files: Annotated[list[Path] | None, typer.Argument(help="Files whose columns are to be listed.")] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="HEADER=FIELD or HEADER=FIELD:UNIT; an empty FIELD means: not used."),
    ] = None,
    forget: Annotated[list[str] | None, typer.Option(help="A header ruled before.")] = None,
    region: RegionOption = None,
) -> None:
    """核对、更正各列的含义。Show what the columns of a register are taken for; correct it, for this
    court and for good."""
    t = translator_of()
    with context(region) as ctx:
        rule_columns(ctx, [_rule(text) for text in set_ or []], forget or [])
        register_tables.columns(columns_of(ctx, [read(path) for path in files or []]), rules(ctx), t)


def _rule(text: str) -> ColumnRule:
    """HEADER=FIELD:UNIT."""
    header, equals, meaning = text.partition("=")
    if not header.strip() or not equals:
        raise InputError("rule_malformed", rule=text, fields="、".join(FIELDS))
    field, _, unit = meaning.partition(":")
    return ColumnRule(header.strip(), field.strip(), unit.strip() or None)
