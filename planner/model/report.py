"""What became of the rows of a register: the border register -> people."""

from dataclasses import dataclass

FATES = ("kept", "rejected")


@dataclass(frozen=True)
class RowIssue:
    """One thing wrong with one row. ``kind`` is a catalogue key (``issue.<kind>``, ``issue.<kind>.remedy``).

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
class ColumnUse:
    """What one column of a sheet was taken for. ``field`` is None where it is not used."""

    sheet: str
    column: str
    header: str
    field: str | None
    sample: str


@dataclass(frozen=True)
class SheetUse:
    """How one sheet was read. ``kind`` is cases | parties | ignored; ``header_row`` counts from 1."""

    file: str
    sheet: str
    kind: str
    header_row: int | None
    rows_read: int
    rows_kept: int
    rows_rejected: int


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
