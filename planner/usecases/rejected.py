"""Rejected rows as a workbook: mend them, import the workbook again, and only they change."""

from planner.errors import RequestError
from planner.files.mends import Translate, mend_workbook
from planner.model.report import ImportRecord
from planner.store import audit, imports
from planner.usecases.context import Context, permit


def last_import(ctx: Context, import_id: str | None = None) -> ImportRecord | None:
    """The account of one import, or of the newest; None where nothing was imported yet.

    Raises:
        RequestError: no such import.
    """
    permit(ctx, "register.import")
    return imports.load(ctx.engine, import_id)


def waiting_rows(ctx: Context, import_id: str | None = None) -> int:
    """How many rejected rows of an import, or of all, nobody has mended yet."""
    permit(ctx, "register.import")
    return imports.count_waiting(ctx.engine, import_id)


def rejected_workbook(ctx: Context, t: Translate, import_id: str | None = None) -> bytes:
    """The rejected rows that wait to be mended, of one import or of all, with comments where they are wrong.

    Raises:
        RequestError: no such import, or none at all.
    """
    permit(ctx, "register.import")
    ids: list[str | None] = [import_id] if import_id else [*imports.with_waiting(ctx.engine)]
    parts = []
    for one in ids or [None]:
        record = imports.load(ctx.engine, one)
        if record is None:
            raise RequestError("unknown_import", import_id="—")
        parts.append((record.report, imports.waiting(ctx.engine, record.id)))
    count = sum(len(rows) for _, rows in parts)
    by, at = ctx.actor.name, ctx.clock()
    audit.record(ctx.engine, at, by, "register.rejected_exported", import_id or "all", f"{count}")
    return mend_workbook(parts, t)
