"""The data rows of all sheets of one kind, as one frame of text, and what is said about them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from planner.model.report import RowIssue
from planner.register.header import Header, is_case_number_header
from planner.register.identity import masked
from planner.register.sheet import TEXT, Grid, columns_of
from planner.register.values import Unreadable, case_number, each, is_blank
from planner.register.vocabulary import plain

TOTAL = re.compile(r"(?:本页|累)?[合总小共]计|累计|本页计")

SPACES = r"[\t\v\f \x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]+"
"""What ``\\s`` is to Python, but line breaks; to RE2 it is ASCII alone."""

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

    Columns: ``table`` (index into tables), ``row`` (Excel row), ``total`` (a sum, not a row), one column of texts per
    field, tidied by ``plain``, "" where blank or where the sheet has no such column. An amount carries its unit.
    Each distinct text is held once (a categorical), for a column repeats few of them many times.
    """
    frames = [_rows_of(index, table, fields) for index, table in enumerate(tables)]
    frame = pd.concat([rows for rows, _ in frames], ignore_index=True)
    return frame.assign(**{field: _coded(pa.concat_arrays([told[field] for _, told in frames])) for field in fields})


def _rows_of(index: int, table: Table, fields: Sequence[str]) -> tuple[pd.DataFrame, dict[str, pa.Array]]:
    below = table.cells[table.header.last :]
    columns = columns_of(below)
    first = _first_not_blank(columns, len(below))
    filled = pc.not_equal(first, "")
    frame = pd.DataFrame(
        {
            "table": index,
            "row": np.flatnonzero(filled) + table.header.last + 1,
            "total": each(pd.Series(_coded(first.filter(filled))), lambda text: (_is_total(text),), "bool")[0],
        }
    )
    told = {field: _texts(table, columns, field) for field in fields}
    blank = pa.array([""] * len(frame), TEXT)
    return frame, {field: text.filter(filled) if text is not None else blank for field, text in told.items()}


def _first_not_blank(columns: Sequence[pa.Array], count: int) -> pa.Array:
    """The text that each row begins with."""
    first = pa.array([""] * count, TEXT)
    for column in columns:
        blank = pc.equal(first, "")
        if not pc.any(blank).as_py():
            break
        first = pc.if_else(blank, pc.utf8_trim_whitespace(column), first)
    return first


def _texts(table: Table, columns: Sequence[pa.Array], field: str) -> pa.Array | None:
    """A field's text in each row; the columns believed less fill the blanks of those believed more."""
    texts = None
    for column in table.header.columns.get(field, ()):
        told = tidied(columns[column]) if column < len(columns) else None
        if told is not None and field in AMOUNTS and (unit := table.header.units[column]) != "元":
            with_unit = pc.binary_join_element_wise(told, pa.scalar(unit, TEXT), pa.scalar("", TEXT))
            told = pc.if_else(pc.match_substring_regex(told, r"\p{Nd}$"), with_unit, told)
        texts = told if texts is None or told is None else pc.if_else(pc.equal(texts, ""), told, texts)
    return texts


def tidied(texts: pa.Array) -> pa.Array:
    """``plain`` of every text, without a loop in Python."""
    encoded = texts.dictionary_encode()
    folded = pc.utf8_normalize(encoded.dictionary, form="NFKC")
    broken = pc.replace_substring_regex(folded, "\r\n?", "\n")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(broken, SPACES, " ")).take(encoded.indices)


def _coded(texts: pa.Array) -> pd.Categorical:
    encoded = texts.dictionary_encode()
    distinct = pd.Index(encoded.dictionary.to_pandas(), dtype="str")
    return pd.Categorical.from_codes(encoded.indices.to_numpy(), distinct, validate=False)


def _is_total(first: str) -> bool:
    return "计" in first and TOTAL.match(re.sub(r"\s", "", plain(first))) is not None


def is_among(texts: "pd.Series[str]", others: Iterable[str]) -> "pd.Series[bool]":
    """Which texts stand among the others; pandas' own isin of texts goes through each of them in Python."""
    found = pc.is_in(pa.array(texts, TEXT), value_set=pa.array(others, TEXT))
    return pd.Series(found.to_numpy(zero_copy_only=False), index=texts.index)


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
    if len(found) < 2:
        return letters(found[0]) if found else None
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
    number, case_type = each(rows["case_id"], _case_number, "str", "str")
    total = rows["total"]
    without = rows[~total & (number == "")]
    (repeated,) = each(without["case_id"], lambda text: (is_case_number_header(text),), "bool")
    missing = without["case_id"] == ""
    issues = [
        *issues_of(tables, rows[total], "total_row", rejected=True),
        *issues_of(tables, without[repeated], "header_row", "case_id", rejected=True),
        *issues_of(tables, without[missing], "no_case_number", "case_id", rejected=True),
        *issues_of(tables, without[~repeated & ~missing], "bad_case_number", "case_id", rejected=True),
    ]
    numbered = rows.drop(columns="total").assign(case_id=number, case_type=case_type)
    return numbered[~total & (number != "")], issues


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
        tidy[field], changed = each(rows[field], _without_ids, "str", "bool")
        issues += issues_of(tables, rows[changed], "id_masked", field)
    return tidy, issues


def _without_ids(text: str) -> tuple[str | None, bool]:
    safe = masked(text)
    return None if is_blank(safe) else safe, safe != text
