"""Take a court's register in: read, place, save, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from planner.geo.place import place_cases
from planner.model.progress import Progress, silent
from planner.model.report import ImportReport
from planner.register import read_register
from planner.store import register
from planner.usecases.context import Context, permit, region_with_learnt_aliases


@dataclass(frozen=True)
class RegisterImported:
    """``changed`` is False where these very files were imported before. ``placed``: method -> cases."""

    report: ImportReport
    changed: bool
    new_cases: int
    updated_cases: int
    placed: pd.Series


def import_register(ctx: Context, files: Sequence[tuple[str, bytes]], progress: Progress = silent) -> RegisterImported:
    """Read the files of one register (name, bytes) and save what they hold.

    Raises:
        FileUnreadable, RegisterError: nothing was saved.
    """
    permit(ctx, "register.import")
    read = read_register(files, ctx.id_key, progress)
    progress("place", 0.7)
    placed = place_cases(
        read.parties, region_with_learnt_aliases(ctx), ctx.policy.gazetteer, register.decisions(ctx.engine)
    )
    progress("save", 0.9)
    saved = register.save_import(
        ctx.engine, read.cases, read.parties, placed, read.report, at=ctx.clock(), by=ctx.actor.name
    )
    return RegisterImported(
        report=read.report,
        changed=saved.changed,
        new_cases=saved.new_cases,
        updated_cases=saved.updated_cases,
        placed=placed.loc[placed["lead"], "method"].value_counts(),
    )
