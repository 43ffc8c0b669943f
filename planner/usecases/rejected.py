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


def waiting_rows(ctx: Context, import_id: str) -> int:
    """How many rejected rows of an import nobody has mended yet."""
    permit(ctx, "register.import")
    return imports.count_waiting(ctx.engine, import_id)


def rejected_workbook(ctx: Context, t: Translate, import_id: str | None = None) -> bytes:
    """The rejected rows of an import (the newest) that wait to be mended, with comments where they are wrong.

    Raises:
        RequestError: no such import.
    """
    record = last_import(ctx, import_id)
    if record is None:
        raise RequestError("unknown_import", import_id=import_id or "—")
    rows = imports.waiting(ctx.engine, record.id)
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "register.rejected_exported", record.id, f"{len(rows)}")
    return mend_workbook(record.report, rows, t)
