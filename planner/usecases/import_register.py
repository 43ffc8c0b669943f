"""Take a court's register in: read, place, save, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from planner.errors import Impossible, Overtaken
from planner.geo.place import place_cases
from planner.model.case import CASE_TABLE
from planner.model.progress import Progress, silent, within
from planner.model.report import ImportOutcome, ImportReport
from planner.register import Known, RegisterRead, joined, read_register, with_details
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


ATTEMPTS = 3
"""So often a register is read against what is known, where others keep importing."""


def import_register(ctx: Context, files: Sequence[tuple[str, bytes]], progress: Progress = silent) -> RegisterImported:
    """Read the files of one register (name, bytes) and save what they hold.

    Raises:
        FileUnreadable, RegisterError: nothing was saved. Cancelled: by ``progress``; nothing was saved.
        Impossible: made-up people would come among real ones, or real ones among them; nothing was saved.
        Overtaken: others imported again and again meanwhile; nothing was saved.
    """
    permit(ctx, "register.import")
    for _ in range(ATTEMPTS - 1):
        try:
            return _take_in(ctx, files, progress)
        except Overtaken:
            continue
    return _take_in(ctx, files, progress)


def _take_in(ctx: Context, files: Sequence[tuple[str, bytes]], progress: Progress) -> RegisterImported:
    after = imports.newest(ctx.engine)
    rules = imports.rules(ctx.engine, ctx.region.code)
    known = Known(register.cases(ctx.engine), register.cases_with_debtors(ctx.engine))
    read = read_register(files, ctx.id_key, within(progress, 0.0, 0.5), rules, known)
    made_up = _alike(ctx, read)
    cases, parties = _cases(ctx, read, known), _parties(ctx, read)
    decided = decisions.decided(ctx.engine, parties)
    region = region_with_learnt_aliases(ctx)
    placing = place_cases(parties, region, ctx.policy.gazetteer, decided, within(progress, 0.5, 0.85))
    progress("save", 0.85)
    incoming = register.Incoming(
        cases,
        parties,
        placing,
        read.report,
        read.rejected,
        read.mended,
        read.rejected_again,
        read.whole,
        made_up,
        after,
    )
    saved = register.save_import(ctx.engine, incoming, at=ctx.clock(), by=ctx.actor.name)
    placed = placing.table.loc[placing.table["lead"], "method"].value_counts()
    return RegisterImported(saved.id, read.report, saved.changed, saved.outcome, placed)


def _alike(ctx: Context, read: RegisterRead) -> bool:
    """Whether the people are made up: all, or none. Mended rows are of the register that they were rejected from."""
    standing = imports.is_made_up(ctx.engine)
    if standing is None or standing == read.made_up:
        return read.made_up
    if read.mends:
        return standing
    raise Impossible("real_among_made_up" if standing else "made_up_among_cases")


def _cases(ctx: Context, read: RegisterRead, known: Known) -> pd.DataFrame:
    """The cases of the register; mended rows of an older one do not go before what a newer one told."""
    marks = (*read.mended, *read.rejected_again)
    if not read.mends or not imports.are_overtaken(ctx.engine, marks):
        return read.cases
    new = read.cases[~read.cases["case_id"].isin(known.cases["case_id"])]
    kept = known.cases[known.cases["case_id"].isin(read.cases["case_id"])]
    return CASE_TABLE.validate(pd.concat([new, kept], ignore_index=True))


def _parties(ctx: Context, read: RegisterRead) -> pd.DataFrame:
    """The people of the register. Only one that lists them all on a sheet of their own may leave somebody out; none
    takes a detail away that it does not tell."""
    if read.parties.empty:
        return read.parties
    known = register.parties(ctx.engine, read.parties["case_id"].unique())
    if known.empty:
        return read.parties
    if read.whole and read.lists_people:
        return with_details(known, read.parties, read.told)
    return joined(known, read.parties, frozenset() if read.mends else read.told)
