"""The data rows of all sheets of one kind, as one frame of text, and what is said about them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from planner.model.report import RowIssue
from planner.register.header import Header, is_case_number_header
from planner.register.identity import masked
from planner.register.sheet import Grid
from planner.register.values import Unreadable, case_number, is_blank
from planner.register.vocabulary import per_distinct, plain

TOTAL = re.compile(r"(?:本页|累)?[合总小共]计|累计|本页计")

AMOUNTS = ("claimed_fen", "recovered_fen")

LONGEST_VALUE = 80


@dataclass(frozen=True)
class Table:
    """A sheet whose header was found. ``kind`` is cases | parties; ``label`` names the sheet in one word."""

    label: str
    file: str
    kind: str
    header: Header
    cells: Grid


def data_rows(tables: Sequence[Table], fields: Sequence[str]) -> pd.DataFrame:
    """Every row below the headers that is not blank.

    Columns: ``table`` (index into tables), ``row`` (Excel row), ``total`` (a sum, not a row), one text column per
    field, tidied by ``plain``, "" where blank or where the sheet has no such column. An amount carries its unit.
    """
    frames = [_rows_of(index, table, fields) for index, table in enumerate(tables)]
    names = ["table", "row", "total", *fields]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=names, dtype=str)


def _rows_of(index: int, table: Table, fields: Sequence[str]) -> pd.DataFrame:
    width = len(table.header.labels)
    numbered = [
        (number, row + [""] * (width - len(row)))
        for number, row in enumerate(table.cells[table.header.last :], table.header.last + 1)
        if any(cell and not cell.isspace() for cell in row)
    ]
    raw = pd.DataFrame([row[:width] for _, row in numbered], columns=range(width), dtype="str")
    frame = pd.DataFrame({"row": pd.Series([number for number, _ in numbered], dtype="int64")})
    frame.insert(0, "table", index)
    frame["total"] = pd.Series([_is_total(row) for _, row in numbered], dtype=bool)
    for field in fields:
        unit_of = table.header.units if field in AMOUNTS else None
        frame[field] = _field_text(raw, table.header.columns.get(field, ()), unit_of)
    return frame


def _field_text(raw: pd.DataFrame, found: Sequence[int], unit_of: Sequence[str] | None) -> "pd.Series[str]":
    text = pd.Series("", index=raw.index, dtype="str")
    for column in found:
        tidy = pd.Series(per_distinct(raw[column], plain), index=raw.index, dtype="str")
        if unit_of and unit_of[column] != "元":
            tidy = tidy.where(~tidy.str.contains(r"\d$"), tidy + unit_of[column])
        text = text.where(text != "", tidy)
    return text


def _is_total(row: Sequence[str]) -> bool:
    first = next(cell for cell in row if cell and not cell.isspace())
    return "计" in first and TOTAL.match(re.sub(r"\s", "", plain(first))) is not None


def issues_of(
    tables: Sequence[Table], rows: pd.DataFrame, kind: str, field: str | None = None, rejected: bool = False
) -> list[RowIssue]:
    """One issue per row of ``rows`` about its ``field``."""
    told = rows[field] if field is not None else [""] * len(rows)
    return [
        RowIssue(
            kind=kind,
            sheet=tables[index].label,
            row=int(row),
            column=_column_letters(tables[index], int(row), field),
            field=field,
            value=shown(value, field),
            rejected=rejected,
        )
        for index, row, value in zip(rows["table"], rows["row"], told, strict=True)
    ]


def shown(value: str, field: str | None) -> str:
    """A value as it may be shown: no digit of an ID column, no ID number of any other."""
    return re.sub(r"\d", "*", value) if field == "id_number" else masked(value)[:LONGEST_VALUE]


def _column_letters(table: Table, row: int, field: str | None) -> str | None:
    """The column that the value of a field came from: the first that is not blank in this row."""
    found = table.header.columns.get(field or "", ())
    if not found:
        return None
    cells = table.cells[row - 1]
    return letters(next((j for j in found if j < len(cells) and cells[j].strip()), found[0]))


def letters(column: int) -> str:
    """Excel's name of a column, from 0: A, B, ..., Z, AA, ..."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def identified(tables: Sequence[Table], rows: pd.DataFrame) -> tuple[pd.DataFrame, list[RowIssue]]:
    """The rows with a sound case number, now canonical and with a ``case_type``; issues of all the others."""
    repeated = pd.Series(per_distinct(rows["case_id"], is_case_number_header), index=rows.index, dtype=bool)
    numbers = per_distinct(rows["case_id"], _case_number)
    sound = rows.assign(
        case_type=pd.Series([case_type for _, case_type in numbers], index=rows.index, dtype="str"),
        canonical=pd.Series([number for number, _ in numbers], index=rows.index, dtype="str"),
    )
    total = rows["total"]
    missing = ~total & (rows["case_id"] == "")
    broken = ~total & ~repeated & ~missing & (sound["canonical"] == "")
    issues = [
        *issues_of(tables, rows[total], "total_row", rejected=True),
        *issues_of(tables, rows[~total & repeated], "header_row", "case_id", rejected=True),
        *issues_of(tables, rows[missing], "no_case_number", "case_id", rejected=True),
        *issues_of(tables, rows[broken], "bad_case_number", "case_id", rejected=True),
    ]
    kept = sound[~total & (sound["canonical"] != "")]
    return kept.assign(case_id=kept["canonical"]).drop(columns=["canonical", "total"]), issues


def _case_number(text: str) -> tuple[str, str]:
    try:
        return case_number(text)
    except Unreadable:
        return "", ""


def without_ids(
    tables: Sequence[Table], rows: pd.DataFrame, fields: Sequence[str]
) -> tuple[pd.DataFrame, list[RowIssue]]:
    """The rows with ID numbers starred out of their texts, and signs for nothing made blank."""
    issues: list[RowIssue] = []
    tidy = rows.copy()
    for field in fields:
        safe = pd.Series(per_distinct(rows[field], masked), index=rows.index, dtype="str")
        issues += issues_of(tables, rows[safe != rows[field]], "id_masked", field)
        tidy[field] = safe.mask(pd.Series(per_distinct(safe, is_blank), index=rows.index, dtype=bool))
    return tidy, issues
