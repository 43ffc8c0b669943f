"""The account of an import: repeated rows, gaps that people should know of, and the report itself."""

import hashlib
from collections.abc import Sequence

import pandas as pd

from planner.model.report import ColumnUse, ImportReport, RowIssue, SheetUse
from planner.register.identity import masked
from planner.register.parties import ADDRESSES
from planner.register.rows import Table, issues_of, letters, shown
from planner.register.sheets import labels_of
from planner.register.vocabulary import columns, plain
from planner.register.workbook import Sheet

DIGEST = hashlib.sha256


def repeated_cases(
    tables: Sequence[Table], repeats: Sequence[tuple[str, pd.DataFrame]], persons: pd.DataFrame
) -> list[RowIssue]:
    """Rows of a case that another row goes before. One that names a further debtor is kept for that."""
    issues = []
    for kind, rows in repeats:
        useful = rows.index.isin(persons["source"])
        issues += issues_of(tables, rows[~useful], kind, "case_id", rejected=True)
        if kind == "duplicate_case":
            issues += issues_of(tables, rows[useful], kind, "case_id")
    return issues


def repeated_parties(
    tables: Sequence[Table], rows: pd.DataFrame, people: pd.DataFrame, persons: pd.DataFrame
) -> list[RowIssue]:
    """Rows of the parties sheets that name nobody, say nothing new, or tell more of somebody named before."""
    named = rows.index.isin(people["source"])
    same = rows.duplicated(["case_id", *columns().party_fields])
    told_again = named & ~same & ~rows.index.isin(persons["source"])
    return [
        *issues_of(tables, rows[~named], "no_name", "party", rejected=True),
        *issues_of(tables, rows[named & same], "duplicate_row", "case_id", rejected=True),
        *issues_of(tables, rows[told_again], "party_merged", "party"),
    ]


def gaps(tables: Sequence[Table], rows: pd.DataFrame, cases: pd.DataFrame, persons: pd.DataFrame) -> list[RowIssue]:
    """Cases without a debtor and debtors without an address: kept, but nobody can be sent there."""
    debtors = persons[persons["role"] == "debtor"]
    bare = debtors[debtors[[*ADDRESSES, "x"]].isna().all(axis=1)]
    return [
        *issues_of(tables, rows.loc[cases.index[~cases["case_id"].isin(debtors["case_id"])]], "no_debtor", "debtor"),
        *issues_of(tables, rows.loc[bare["source"].drop_duplicates()], "no_address", "residence"),
    ]


def report(
    files: Sequence[tuple[str, bytes]],
    sheets: Sequence[Sheet],
    tables: Sequence[Table | None],
    rows: pd.DataFrame,
    issues: Sequence[RowIssue],
) -> ImportReport:
    """For every sheet of every file: what it was taken for, its columns, rows read = kept + rejected."""
    read = rows["table"].value_counts()
    used = [table for table in tables if table]
    rejected = pd.Series([label for label, _ in {(i.sheet, i.row) for i in issues if i.rejected}], dtype="str")
    lost = rejected.value_counts()
    uses = []
    for label, sheet, table in zip(labels_of(sheets), sheets, tables, strict=True):
        n_read = int(read.get(used.index(table), 0)) if table else 0
        n_lost = int(lost.get(label, 0))
        kind, header_row = (table.kind, table.header.last) if table else ("ignored", None)
        uses.append(SheetUse(sheet.file, label, kind, header_row, n_read, n_read - n_lost, n_lost))
    return ImportReport(
        digest=DIGEST("".join(sorted(DIGEST(data).hexdigest() for _, data in files)).encode()).hexdigest(),
        files=tuple(masked(name) for name, _ in files),
        sheets=tuple(uses),
        columns=tuple(use for table in used for use in _column_uses(table)),
        issues=tuple(sorted(issues, key=lambda issue: (issue.sheet, issue.row, issue.column or "", issue.kind))),
    )


def _column_uses(table: Table) -> list[ColumnUse]:
    """Every column with a header, and the first value below it."""
    uses = []
    for j, label in enumerate(table.header.labels):
        if not label:
            continue
        below = (plain(row[j]) for row in table.cells[table.header.last :] if j < len(row))
        field = table.header.field_of(j)
        sample = shown(next((text for text in below if text), ""), field)
        uses.append(ColumnUse(table.label, letters(j), masked(label.replace("\n", " ")), field, sample))
    return uses
