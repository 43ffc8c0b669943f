"""Take a court's register in: read, place, save, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from planner.geo.place import place_cases
from planner.model.progress import Progress, silent, within
from planner.model.report import ImportOutcome, ImportReport
from planner.register import Known, RegisterRead, joined, read_register
from planner.store import decisions, imports, register
from planner.usecases.context import Context, permit, region_with_learnt_aliases


@dataclass(frozen=True)
class RegisterImported:
    """``changed`` is False where these very files were imported before and bring nothing new.

    ``placed``: method -> cases of this import, by their lead debtor.
    """

    id: str
    report: ImportReport
    changed: bool
    outcome: ImportOutcome
    placed: "pd.Series[int]"


def import_register(ctx: Context, files: Sequence[tuple[str, bytes]], progress: Progress = silent) -> RegisterImported:
    """Read the files of one register (name, bytes) and save what they hold.

    Raises:
        FileUnreadable, RegisterError: nothing was saved. Cancelled: by ``progress``; nothing was saved.
    """
    permit(ctx, "register.import")
    rules = imports.rules(ctx.engine, ctx.region.code)
    known = Known(register.cases(ctx.engine), register.cases_with_debtors(ctx.engine))
    read = read_register(files, ctx.id_key, within(progress, 0.0, 0.5), rules, known)
    parties = _parties(ctx, read)
    decided = decisions.decided(ctx.engine, parties)
    region = region_with_learnt_aliases(ctx)
    placing = place_cases(parties, region, ctx.policy.gazetteer, decided, within(progress, 0.5, 0.85))
    progress("save", 0.85)
    incoming = register.Incoming(read.cases, parties, placing, read.report, read.rejected, read.mended, read.whole)
    saved = register.save_import(ctx.engine, incoming, at=ctx.clock(), by=ctx.actor.name)
    placed = placing.table.loc[placing.table["lead"], "method"].value_counts()
    return RegisterImported(saved.id, read.report, saved.changed, saved.outcome, placed)


def _parties(ctx: Context, read: RegisterRead) -> pd.DataFrame:
    """The people of the register; mended rows join those of their cases that are known."""
    if not read.mends or read.parties.empty:
        return read.parties
    return joined(register.parties(ctx.engine, read.parties["case_id"].unique()), read.parties)
