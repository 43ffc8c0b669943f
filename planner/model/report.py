"""What became of the rows of a register: the border register -> people."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class RowIssue:
    """One thing wrong with one row. ``kind`` is a catalogue key (``issue.<kind>``, ``issue_remedy.<kind>``).

    ``row`` and ``column`` are as a person sees them in the workbook: row from 1, column as letters.
    ``rejected`` is False where the row was kept in spite of the issue.
    """

    kind: str
    sheet: str
    row: int
    column: str | None
    field: str | None
    value: str
    rejected: bool


@dataclass(frozen=True)
class ColumnRule:
    """What people of a court said that a column is. ``field`` "" means: not used; ``unit`` of an amount, if told."""

    header: str
    field: str
    unit: str | None = None


@dataclass(frozen=True)
class ColumnUse:
    """What one column of a sheet was taken for.

    ``field`` is None where it is not used, ``unit`` that of an amount; ``samples`` are its first different values;
    ``ruled`` where a :class:`ColumnRule` said so.
    """

    sheet: str
    column: str
    header: str
    field: str | None
    unit: str | None
    samples: tuple[str, ...]
    ruled: bool


SHEET_KINDS = ("cases", "parties", "ignored", "hidden")


@dataclass(frozen=True)
class SheetUse:
    """How one sheet was read. ``kind`` is one of SHEET_KINDS; ``header_row`` counts from 1.

    ``labels``: its headers as one row, an amount's with its unit, so that a row can be written again on its own.
    """

    file: str
    sheet: str
    kind: str
    header_row: int | None
    rows_read: int
    rows_kept: int
    rows_rejected: int
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not kept: its cells as they came, ID numbers replaced by tokens. Personal data."""

    sheet: str
    row: int
    cells: tuple[str, ...]


MEND_HEADER = "退回标记"
"""Header of the column by which a mended row says which rejected row it was."""

NOTHING_TO_MEND = ("total_row", "header_row", "duplicate_row", "duplicate_case")
"""Kinds of issues of rejected rows that need no mending: no case, or one that another row tells."""


@dataclass(frozen=True)
class ImportReport:
    """The account of one import: for every sheet, rows read = kept + rejected."""

    digest: str  # sha256 over the files' bytes, in the order of their digests
    files: tuple[str, ...]
    sheets: tuple[SheetUse, ...]
    columns: tuple[ColumnUse, ...]
    issues: tuple[RowIssue, ...]

    @property
    def rows_read(self) -> int:
        return sum(sheet.rows_read for sheet in self.sheets)

    @property
    def rows_kept(self) -> int:
        return sum(sheet.rows_kept for sheet in self.sheets)

    @property
    def rows_rejected(self) -> int:
        return sum(sheet.rows_rejected for sheet in self.sheets)


@dataclass(frozen=True)
class ImportOutcome:
    """What an import changed in what is known. No personal data.

    Attributes:
        new, updated, unchanged: cases.
        statuses: (before, after, cases) where the status changed.
        fields: (field of CASE_TABLE or ``parties``, cases), the most frequent first.
        no_longer_named: cases open before that a whole register does not name any more; they stay open.
        mended: rows rejected before that this import brought in.
        whole: a register in which every open case should stand.
        made_up: its people are, as it says of itself.
        datum, datum_margin, points: of the coordinates in the register; see Placing.
    """

    new: int
    updated: int
    unchanged: int
    statuses: tuple[tuple[str, str, int], ...] = ()
    fields: tuple[tuple[str, int], ...] = ()
    no_longer_named: int = 0
    mended: int = 0
    whole: bool = True
    datum: str | None = None
    datum_margin: float = 0.0
    points: int = 0
    made_up: bool = False

    @property
    def reopened(self) -> int:
        """Cases that went back from closed or terminated to open: an older register, or 恢复执行."""
        return sum(cases for before, after, cases in self.statuses if before != "open" and after == "open")


@dataclass(frozen=True)
class ImportRecord:
    """One import as it is remembered."""

    id: str
    at: datetime
    by: str
    report: ImportReport
    outcome: ImportOutcome
