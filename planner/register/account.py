"""The account of an import: repeated rows, gaps that people should know of, and the report itself."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

import pandas as pd

from planner.model.report import NOTHING_TO_MEND, ColumnUse, ImportReport, RejectedRow, RowIssue, SheetUse
from planner.register import identity
from planner.register.header import Header
from planner.register.identity import masked
from planner.register.parties import ADDRESSES, split
from planner.register.rows import AMOUNTS, Table, is_among, issues_of, letters, shown
from planner.register.sheet import Grid
from planner.register.sheets import SheetFound
from planner.register.vocabulary import columns, plain

DIGEST = hashlib.sha256

SAMPLES = 3
SAMPLED_ROWS = 200
"""Rows below the header in which samples are looked for."""


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


def gaps(
    tables: Sequence[Table], rows: pd.DataFrame, cases: pd.DataFrame, persons: pd.DataFrame, known: frozenset[str]
) -> list[RowIssue]:
    """Cases without a debtor and debtors without an address: kept, but nobody can be sent there.

    ``known``: cases whose debtors an earlier register named.
    """
    debtors = persons[persons["role"] == "debtor"]
    bare = debtors[debtors[[*ADDRESSES, "x"]].isna().all(axis=1)]
    without = cases.index[~(is_among(cases["case_id"], debtors["case_id"]) | is_among(cases["case_id"], list(known)))]
    return [
        *issues_of(tables, rows.loc[without], "no_debtor", "debtor"),
        *issues_of(tables, rows.loc[bare["source"].drop_duplicates()], "no_address", "residence"),
    ]


def report(
    files: Sequence[tuple[str, bytes]], found: Sequence[SheetFound], rows: pd.DataFrame, issues: Sequence[RowIssue]
) -> ImportReport:
    """For every sheet of every file: what it was taken for, its columns, rows read = kept + rejected."""
    tables = [sheet.table for sheet in found if sheet.table]
    read = rows["table"].value_counts()
    lost = Counter(label for label, _ in {(i.sheet, i.row) for i in issues if i.rejected})
    uses = []
    for one in found:
        n_read = int(read.get(tables.index(one.table), 0)) if one.table else 0
        n_lost = lost[one.label]
        header_row = one.table.header.last if one.table else None
        labels = labels_with_units(one.table) if one.table else ()
        file = masked(one.sheet.file)
        uses.append(SheetUse(file, one.label, one.kind, header_row, n_read, n_read - n_lost, n_lost, labels))
    return ImportReport(
        digest=DIGEST("".join(sorted(DIGEST(data).hexdigest() for _, data in files)).encode()).hexdigest(),
        files=tuple(masked(name) for name, _ in files),
        sheets=tuple(uses),
        columns=tuple(use for table in tables for use in column_uses(table.label, table.header, table.cells)),
        issues=tuple(sorted(issues, key=lambda issue: (issue.sheet, issue.row, issue.column or "", issue.kind))),
    )


def column_uses(label: str, header: Header, cells: Grid) -> list[ColumnUse]:
    """Every column with a header: what it was taken for, and the first different values below it."""
    uses = []
    for j, text in enumerate(header.labels):
        if not text:
            continue
        below = (plain(row[j]) for row in cells[header.last : header.last + SAMPLED_ROWS] if j < len(row))
        field = header.field_of(j)
        samples = [shown(value, field) for value in dict.fromkeys(below) if value][:SAMPLES]
        unit = header.units[j] if field in AMOUNTS else None
        told = masked(text.replace("\n", " "))
        uses.append(ColumnUse(label, letters(j), told, field, unit, tuple(samples), j in header.ruled))
    return uses


def labels_with_units(table: Table) -> tuple[str, ...]:
    """The headers as one row; an amount's names its unit, for a title such as 单位：万元 is not copied along."""
    header = table.header
    amounts = {j for field in AMOUNTS for j in header.columns.get(field, ())}
    return tuple(
        masked(f"{label}({header.units[j]})" if j in amounts and header.units[j] != "元" else label).replace("\n", " ")
        for j, label in enumerate(header.labels)
    )


def rejected_rows(tables: Sequence[Table], issues: Sequence[RowIssue], key: bytes) -> list[RejectedRow]:
    """The rows that people may mend, as they came; an ID number leaves only as a token."""
    by_label = {table.label: table for table in tables}
    told = {(i.sheet, i.row) for i in issues if i.rejected and i.kind not in NOTHING_TO_MEND}
    rows = []
    for label, number in sorted(told):
        table = by_label[label]
        numbers = table.header.columns.get("id_number", ())
        cells = table.cells[number - 1][: len(table.header.labels)]
        safe = (_tokens(cell, key) if j in numbers else masked(cell) for j, cell in enumerate(cells))
        rows.append(RejectedRow(label, number, tuple(safe)))
    return rows


def _tokens(cell: str, key: bytes) -> str:
    pieces = [(identity.bare(piece), piece) for piece in split(plain(cell))]
    return "；".join(
        identity.token(n, key) if identity.is_readable(n) else re.sub(r"\d", "*", piece) for n, piece in pieces
    )
