"""One register of many courts, split by court: blocks of rows in, each row to its court's piece or to the strays.

A row is known by what its column of the court says, else by the court's code in its case number, else by the case
that it belongs to. Rows go on as they came; what they mean is read later, piece by piece.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from planner.errors import FileUnreadable, RegisterError
from planner.register.header import SEARCHED_ROWS, Header, find_header
from planner.register.sheet import TEXT, Sheet, columns_of
from planner.register.values import BRACKETS, court_of_case_number
from planner.register.vocabulary import columns, header_key, plain
from planner.register.workbook import encodings, read_sheets, separator

HEAD_BYTES = 1 << 18
BLOCK_BYTES = 8 << 20
BLOCK_ROWS = 50_000
LONGEST_COURT = 40
"""Letters of a court's name as it is told to people: what is longer is no name."""

STRAY = -1
BOM = "\ufeff"
PLAIN = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """Where a table's rows begin and what tells their court.

    ``head``: all rows down to the header, as CSV. ``court``, ``case``: column numbers, if there are such.
    """

    name: str
    head: bytes
    width: int
    court: int | None
    case: int | None
    dated: bool


@dataclass
class Sorting:
    """What is known while tables are split; it grows.

    ``place``: court (as :func:`court_key` writes it) -> number of its piece. ``cases``: hashes of case numbers of the
    pieces seen so far, and ``owners`` of them. ``unknown``: courts that have no piece -> rows.
    """

    place: Mapping[str, int]
    cases: list[npt.NDArray[np.uint64]] = field(default_factory=list)
    owners: list[Numbers] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    strays: int = 0
    sorted: bool = False

    def count(self, courts: "pd.Series[str]", told: Numbers) -> None:
        self.rows += len(told)
        lost = told == STRAY
        self.strays += int(lost.sum())
        for name, rows in courts[lost].value_counts().items():
            self.unknown[plain(str(name))[:LONGEST_COURT] or "—"] += int(rows)

    def learn(self, numbers: "pd.Series[str]", piece: Numbers) -> None:
        """Remember whose the cases are, or that they are strays."""
        self.cases.append(_hashes(numbers))
        self.owners.append(piece.copy())
        self.sorted = False

    def owner(self, numbers: "pd.Series[str]", otherwise: Numbers) -> Numbers:
        """The piece of each case number that was learnt, else what is given. That two numbers have equal hashes of 64
        bits is not expected in less than billions of cases."""
        if self.cases and not self.sorted:
            cases, owners = np.concatenate(self.cases), np.concatenate(self.owners)
            order = np.argsort(cases, kind="stable")
            self.cases, self.owners, self.sorted = [cases[order]], [owners[order]], True
        if not self.cases:
            return otherwise
        [known], [owners] = self.cases, self.owners
        hashes = _hashes(numbers)
        at = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
        return np.where(known[at] == hashes, owners[at], otherwise)


def court_key(name: str) -> str:
    """A court's name as it is compared."""
    return plain(name).replace(" ", "")


def tables_of(name: str, file: BinaryIO) -> Iterator[tuple[Layout, Iterator[pa.Table]]]:
    """The tables of a file, each with its rows in blocks. Text is streamed; a workbook is read whole.

    Raises:
        FileUnreadable: damaged or no table. RegisterError: no table has case numbers or courts.
    """
    start = file.read(HEAD_BYTES)
    file.seek(0)
    head = start[: start.rfind(b"\n") + 1] or start
    encoding = _text_encoding(head)
    found = False
    if encoding:
        text = head.decode(encoding).removeprefix(BOM)
        sign = separator(text)
        if layout := _layout(name, Sheet(name, name, [row for row, _ in _first_rows(text, sign)])):
            found = True
            lines = [line for _, line in _first_rows(text, sign)][layout[1] - 1]
            yield layout[0], _streamed(name, file, encoding, sign, lines, layout[0].width)
    else:
        for sheet in read_sheets(name, file.read()):
            if not sheet.hidden and (layout := _layout(name, sheet)):
                found = True
                yield layout[0], _in_blocks(sheet, layout[1])
    if not found:
        accepted = "、".join((*columns().court, *columns().accepted["case_id"]))
        raise RegisterError("no_court_column", file=name, accepted=accepted)


def pieces(layout: Layout, block: pa.Table, sorting: Sorting) -> Iterator[tuple[int, bytes]]:
    """(number of the piece, or STRAY, rows as CSV) of one block; together they are its rows, but for blank ones."""
    block = block.filter(_told(block))
    if not len(block):
        return
    numbers = _column(block, layout.case)
    said = _column(block, layout.court)
    courts = _courts(said, numbers, len(block))
    codes, distinct = pd.factorize(courts)
    told = np.array([sorting.place.get(court_key(name), STRAY) for name in distinct], dtype=np.int64)[codes]
    if numbers is not None:
        unsaid = np.ones(len(block), bool) if said is None else (said.str.strip() == "").to_numpy()
        if unsaid.any():
            told[unsaid] = sorting.owner(numbers[unsaid], told[unsaid])
        if layout.dated:
            sorting.learn(numbers, told)
    if block.num_columns > layout.width:  # more cells than there are headers: nobody knows what they mean
        told[:] = STRAY
    sorting.count(courts, told)
    order = np.argsort(told, kind="stable")
    block, told = block.take(pa.array(order)), told[order]
    starts = np.flatnonzero(np.r_[True, told[1:] != told[:-1]])
    for first, last in zip(starts, [*starts[1:], len(told)], strict=True):
        yield int(told[first]), _csv(block.slice(int(first), int(last - first)))


def _courts(said: "pd.Series[str] | None", numbers: "pd.Series[str] | None", count: int) -> "pd.Series[str]":
    """What each row says of its court: its own column, or the code in the case number."""
    courts = pd.Series("", index=range(count), dtype="str") if said is None else said
    blank = courts.str.strip() == ""
    if numbers is None or not blank.any():
        return courts
    return courts.mask(blank, numbers[blank].map(court_of_case_number).reindex(courts.index))


def _hashes(numbers: "pd.Series[str]") -> npt.NDArray[np.uint64]:
    written = numbers.str.replace(r"\s", "", regex=True).str.translate(BRACKETS)
    return pd.util.hash_array(written.to_numpy(object), categorize=False)


def _column(block: pa.Table, number: int | None) -> "pd.Series[str] | None":
    return None if number is None else block.column(number).to_pandas().astype("str")


def _told(block: pa.Table) -> pa.Array:
    """Rows that hold anything."""
    told = pa.array(np.zeros(len(block), bool))
    for column in block.columns:
        told = pc.or_(told, pc.not_equal(pc.utf8_trim_whitespace(column), ""))
    return told


def _csv(rows: pa.Table) -> bytes:
    out = io.BytesIO()
    pyarrow.csv.write_csv(rows, out, PLAIN)
    return out.getvalue()


def _first_rows(text: str, sign: str) -> list[tuple[list[str], int]]:
    """The first rows, and the line on which each ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    return [(row, reader.line_num) for row in islice(reader, SEARCHED_ROWS + 1)]


def _layout(name: str, sheet: Sheet) -> tuple[Layout, int] | None:
    """A table's layout and the number of rows down to its header; None where nothing tells whose its rows are."""
    header = find_header(sheet, columns())
    if header is None:
        return None
    case = header.columns.get("case_id", (None,))[0]
    court = _court_column(header)
    if case is None and court is None:
        return None
    rows = [list(row) for row in sheet.cells[: header.last]]
    width = max(len(row) for row in (*rows, header.labels))
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    label = name if sheet.name == name else f"{name} {sheet.name}"
    layout = Layout(label, out.getvalue().encode(), width, court, case, "filed_on" in header.columns)
    return layout, header.last


def _court_column(header: Header) -> int | None:
    known = [header_key(name) for name in columns().court]
    told = [header_key(label.rpartition("\n")[2]) for label in header.labels]
    return next((told.index(name) for name in known if name in told), None)


def _text_encoding(head: bytes) -> str | None:
    """The encoding of a text with separators; None: some workbook."""
    if head.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    for encoding in encodings(head):
        try:
            if "\x00" not in head.decode(encoding):
                return encoding
        except UnicodeDecodeError:
            continue
    return None


def _streamed(name: str, file: BinaryIO, encoding: str, sign: str, skip: int, width: int) -> Iterator[pa.Table]:
    """The rows of a text below its header. A row of another width is not lost: it comes as a block of its own."""
    odd: list[str] = []

    def keep(row: pyarrow.csv.InvalidRow) -> str:
        odd.append(row.text)
        return "skip"

    names = [str(n) for n in range(width)]
    plain_utf8 = encoding.startswith("utf-8")
    reading = pyarrow.csv.ReadOptions(
        block_size=BLOCK_BYTES, skip_rows=skip, column_names=names, encoding="utf8" if plain_utf8 else encoding
    )
    parsing = pyarrow.csv.ParseOptions(
        delimiter=sign, newlines_in_values=True, ignore_empty_lines=True, invalid_row_handler=keep
    )
    types = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, TEXT), strings_can_be_null=False)
    try:
        with pyarrow.csv.open_csv(file, reading, parsing, types) as reader:
            for batch in reader:
                yield pa.Table.from_batches([batch])
                yield from _odd_rows(odd, sign, width)
        yield from _odd_rows(odd, sign, width)
    except (pa.ArrowInvalid, UnicodeDecodeError) as fault:
        raise FileUnreadable("file_damaged", file=name, detail=type(fault).__name__) from fault


def _odd_rows(odd: list[str], sign: str, width: int) -> Iterator[pa.Table]:
    """Rows with too few or too many cells; spreadsheets leave blank ends away."""
    for row in csv.reader(odd, delimiter=sign):
        yield _table([[cell] for cell in (*row, *[""] * (width - len(row)))])
    odd.clear()


def _table(cells: Iterable[Sequence[str] | pa.Array]) -> pa.Table:
    arrays = [pa.array(column, TEXT) for column in cells]
    return pa.table(arrays, names=[str(n) for n in range(len(arrays))])


def _in_blocks(sheet: Sheet, skip: int) -> Iterator[pa.Table]:
    table = _table(columns_of(sheet.cells)).slice(skip)
    for start in range(0, len(table), BLOCK_ROWS):
        yield table.slice(start, BLOCK_ROWS)
