"""One register of a whole province, split by court into a piece for each county that has a row in it."""

import io
import json
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

from planner.errors import InputError, RegisterError
from planner.model.progress import Progress, silent
from planner.model.province import Province
from planner.register.split import STRAY, Layout, Sorting, court_key, pieces, tables_of
from planner.store import pieces as store_pieces
from planner.store import province as store
from planner.usecases.context import Context, doors_of, permit

MOST_COURTS_TOLD = 50


def begin_import(ctx: Context, files: Sequence[Path], progress: Progress = silent) -> str:
    """Split the files of one register; the run's id. :func:`planner.usecases.province.work_on` takes the pieces in.

    Text is read in blocks, so that a register of any size is never in memory as a whole. Rows of a court that no county
    has are kept aside, sealed, and can be had back.

    Raises:
        InputError: a file cannot be read. RegisterError: no table has courts or case numbers, or no row's court is
            known. Impossible: this installation is one county. Cancelled: by ``progress``; nothing was saved.
    """
    permit(ctx, "province.run")
    permit(ctx, "register.import")
    province, folder = doors_of(ctx).province, uuid4().hex[:12]
    writer = store_pieces.writer(ctx.engine, ctx.settings.data_dir, folder)
    sorting = Sorting(_places(province))
    try:
        heads, strays = _split(files, province, sorting, writer, progress)
        if not writer.digests:
            raise RegisterError("no_known_court", found=_told(sorting), accepted=_accepted(province))
        store_pieces.finish(writer, heads)
    except BaseException:
        store_pieces.discard(writer)
        raise
    told = {"files": [path.name for path in files], "rows": sorting.rows, "strays": sorting.strays}
    told["unknown_courts"] = sorting.unknown.most_common(MOST_COURTS_TOLD)
    counties = {code: digest.hexdigest() for code, digest in writer.digests.items()}
    at, by = ctx.clock(), ctx.actor.name
    return store.begin(
        ctx.engine, "import", json.dumps(told, ensure_ascii=False), counties, at, by, strays, run_id=folder
    )


def _split(
    files: Sequence[Path], province: Province, sorting: Sorting, writer: store_pieces.PieceWriter, progress: Progress
) -> tuple[list[tuple[str, bytes]], bytes]:
    """Names and heads of the tables, and the strays. Tables of cases go first: by them people find their county."""
    out, size, seen = io.BytesIO(), 1 + sum(path.stat().st_size for path in _readable(files)), 0
    with ExitStack() as stack, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as aside:
        opened = [(path.name, stack.enter_context(path.open("rb"))) for path in files]
        tables = [table for name, file in opened for table in tables_of(name, file)]
        tables.sort(key=lambda table: not table[0].dated)
        for number, (layout, blocks) in enumerate(tables):
            strays = []
            for block in blocks:
                progress("province_split", min(1.0, seen / size))
                for piece, rows in pieces(layout, block, sorting):
                    seen += len(rows)
                    if piece == STRAY:
                        strays.append(rows)
                    else:
                        writer.add(province.counties[piece].code, number, rows)
            if strays:
                aside.writestr(_stray_name(number, layout), b"".join([layout.head, *strays]))
        kept = bool(aside.namelist())
    heads = [(f"{layout.name.removesuffix('.csv')}.csv", layout.head) for layout, _ in tables]
    return heads, out.getvalue() if kept else b""


def _readable(files: Sequence[Path]) -> Sequence[Path]:
    for path in files:
        if not path.is_file():
            raise InputError("file_missing", path=str(path), reason="—")
    return files


def _stray_name(number: int, layout: Layout) -> str:
    return f"{number + 1}-{Path(layout.name).stem}.csv"


def _places(province: Province) -> dict[str, int]:
    return {court_key(court): n for n, county in enumerate(province.counties) for court in county.courts}


def _told(sorting: Sorting) -> str:
    return "、".join(name for name, _ in sorting.unknown.most_common(5)) or "—"


def _accepted(province: Province) -> str:
    return "、".join(county.courts[0] for county in province.counties[:5]) + " …"
