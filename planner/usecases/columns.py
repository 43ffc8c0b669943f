"""What the columns of this court's registers mean: as found, and as people correct it."""

from collections.abc import Sequence
from dataclasses import dataclass

from planner.errors import RequestError
from planner.model.report import ColumnRule, ColumnUse
from planner.register import AMOUNT_FIELDS, FIELDS, UNITS, header_key, survey
from planner.store import imports
from planner.usecases.context import Context, permit

__all__ = ["AMOUNT_FIELDS", "FIELDS", "UNITS", "SheetColumns", "columns_of", "rule_columns", "rules"]


@dataclass(frozen=True)
class SheetColumns:
    """One visible sheet of a register: what it would be taken for, and its columns."""

    file: str
    sheet: str
    kind: str
    columns: tuple[ColumnUse, ...]


def columns_of(ctx: Context, files: Sequence[tuple[str, bytes]]) -> list[SheetColumns]:
    """What each column of the files (name, bytes) would be taken for, also where they cannot be imported yet.

    Raises:
        FileUnreadable: a file is no table.
    """
    permit(ctx, "register.import")
    found = survey(files, imports.rules(ctx.engine, ctx.region.code))
    return [SheetColumns(one.sheet.file, one.label, one.kind, tuple(uses)) for one, uses in found]


def rules(ctx: Context) -> list[ColumnRule]:
    """What people of this court said so far."""
    permit(ctx, "register.import")
    return imports.rules(ctx.engine, ctx.region.code)


def rule_columns(ctx: Context, said: Sequence[ColumnRule], forget: Sequence[str] = ()) -> None:
    """Remember what columns are, for this and all later registers of the court; ``forget`` headers ruled before.

    Raises:
        RequestError: no such field, or a unit that is none or not of an amount.
    """
    permit(ctx, "register.import")
    for rule in said:
        if rule.field and rule.field not in FIELDS:
            raise RequestError("unknown_field", field=rule.field, header=rule.header, allowed="、".join(FIELDS))
        if rule.unit and (rule.field not in AMOUNT_FIELDS or rule.unit not in UNITS):
            raise RequestError(
                "unknown_unit",
                unit=rule.unit,
                header=rule.header,
                allowed="、".join(UNITS),
                fields="、".join(AMOUNT_FIELDS),
            )
    gone = {header_key(header) for header in forget}
    known = imports.rules(ctx.engine, ctx.region.code)
    forgotten = [rule.header for rule in known if header_key(rule.header) in gone]
    imports.save_rules(ctx.engine, ctx.region.code, said, forgotten, at=ctx.clock(), by=ctx.actor.name)
