"""Excel 97-2003 workbooks. xlrd sees what is damaged in them; faster readers hang on it or ask for all memory."""

import io
import struct

import xlrd
from xlrd.compdoc import CompDocError
from xlrd.sheet import Sheet as RawSheet

from planner.errors import FileUnreadable
from planner.register.sheet import Grid, Sheet, cell_text, fill, packed

FAULTS = (
    xlrd.XLRDError, CompDocError, struct.error, ArithmeticError, AssertionError, AttributeError, LookupError,
    MemoryError, RuntimeError, TypeError, ValueError,
)  # fmt: skip
"""What xlrd raises where bytes are not what they should be."""


def excel_97(name: str, data: bytes) -> list[Sheet]:
    """All sheets of the file.

    Raises:
        FileUnreadable: encrypted or damaged.
    """
    try:
        # formatting: without it xlrd does not tell which cells are merged
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), formatting_info=True)
        return [
            Sheet(name, sheet.name, packed(_grid(sheet, book.datemode)), sheet.visibility != 0)
            for sheet in book.sheets()
        ]
    except FAULTS as error:
        if "encrypted" in str(error):
            raise FileUnreadable("file_encrypted", file=name) from error
        raise FileUnreadable("file_damaged", file=name, detail=str(error)) from error


def _grid(sheet: RawSheet, datemode: int) -> Grid:
    rows = range(sheet.nrows)
    cells = [
        [_text(kind, value, datemode) for kind, value in zip(sheet.row_types(n), sheet.row_values(n), strict=True)]
        for n in rows
    ]
    width = max(map(len, cells), default=0)
    for row in cells:
        row += [""] * (width - len(row))
    fill(cells, [(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells])
    return cells


def _text(kind: int, value: object, datemode: int) -> str:
    if kind == xlrd.XL_CELL_DATE:
        try:
            return cell_text(xlrd.xldate_as_datetime(value, datemode))
        except (ValueError, OverflowError):
            return cell_text(value)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return cell_text(bool(value))
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(value, ""))
    return cell_text(value)
