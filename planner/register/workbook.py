"""The bytes of a file -> its sheets as grids of text. What a file is, is told by its content, never by its name."""

import csv
import io
import re
import zipfile
import zlib
from statistics import median

import numpy as np
from lxml import etree, html
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from planner.errors import FileUnreadable
from planner.register.excel_97 import excel_97
from planner.register.open_document import extents
from planner.register.sheet import MOST_CELLS, MOST_LETTERS, Grid, Sheet, cell_text, fill, packed, require_small
from planner.register.spreadsheet_ml import spreadsheet_ml

VISIBLE = SheetVisibleEnum.Visible

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"

NOT_TABLES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"%PDF", "PDF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3", "SQLite"),
    (b"{\\rtf", "RTF"),
    (b"MZ", "EXE"),
)
"""First bytes of kinds of files that people rename to .xlsx."""

ZIPPED = (("word/", "Word (.docx)"), ("ppt/", "PowerPoint (.pptx)"), ("Document.ofd", "OFD"), ("OFD.xml", "OFD"))


MOST_UNPACKED = 1 << 30
"""Bytes of a workbook once unpacked; beyond that it is no register but a trap."""

LONGEST_PLACE = 10
"""Letters and digits of XFD1048576."""

GUARDS = ("=", "'", "\t")
"""First letters of a guarded cell."""

LINE_BREAK = "\ue000"
"""A private-use letter that stands for <br> while other white space is collapsed."""


def read_sheets(name: str, data: bytes) -> list[Sheet]:
    """All sheets of a file.

    Raises:
        FileUnreadable: empty, encrypted, damaged, or not a table at all (its true kind is named).
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise FileUnreadable("file_empty", file=name)
    if kind := next((kind for magic, kind in NOT_TABLES if data.startswith(magic)), None):
        raise FileUnreadable("file_not_table", file=name, kind=kind)
    if data.startswith((OLE, ZIP)):
        return _workbook(name, data)
    text = _decode(name, data)
    if re.match(r"\s*(<!--.*?-->\s*|<!doctype[^>]*>\s*)*<(html|table|head|body|meta|style|div)\b", text, re.I | re.S):
        return _html(name, text)
    if text.lstrip().startswith("<?xml"):
        return spreadsheet_ml(name, text)
    return [Sheet(name, name, packed(_csv(name, text)))]


def _workbook(name: str, data: bytes) -> list[Sheet]:
    if data.startswith(ZIP):
        _require_spreadsheet(name, data)
    elif "EncryptedPackage".encode("utf-16-le") in data:
        raise FileUnreadable("file_encrypted", file=name)
    elif "WordDocument".encode("utf-16-le") in data:
        raise FileUnreadable("file_not_table", file=name, kind="Word (.doc)")
    else:
        return excel_97(name, data)
    try:
        return _sheets(name, data)
    except PasswordError as error:
        raise FileUnreadable("file_encrypted", file=name) from error
    except (CalamineError, OSError, ValueError) as error:
        raise FileUnreadable("file_damaged", file=name, detail=str(error)) from error
    except BaseException as error:
        # A damaged .xls can make calamine panic; the panic's class cannot be imported and is no Exception.
        if type(error).__name__ == "PanicException":
            raise FileUnreadable("file_damaged", file=name, detail=str(error)) from error
        raise


def _sheets(name: str, data: bytes) -> list[Sheet]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [
        Sheet(name, meta.name, packed(_grid(book.get_sheet_by_name(meta.name))), meta.visible != VISIBLE)
        for meta in book.sheets_metadata
        if meta.typ == SheetTypeEnum.WorkSheet
    ]


def _require_spreadsheet(name: str, data: bytes) -> None:
    """A zip of a workbook, small enough to be unpacked and laid out as a grid."""
    try:
        book = zipfile.ZipFile(io.BytesIO(data))
        unpacked = sum(entry.file_size for entry in book.infolist())
        if unpacked > MOST_UNPACKED:
            raise FileUnreadable("file_too_large", file=name, size_mb=unpacked >> 20, most_mb=MOST_UNPACKED >> 20)
        inside = book.namelist()
        for entry in inside:
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", entry):
                _require_near_cells(name, book, entry)
            elif entry == "xl/sharedStrings.xml":
                _require_true_size(book, entry)
            elif entry == "content.xml":
                with book.open(entry) as stream:
                    for sheet, rows, columns in extents(stream):
                        require_small(name, sheet, rows, columns)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        raise FileUnreadable("file_damaged", file=name, detail=str(error)) from error
    if any(entry.startswith("xl/") for entry in inside) or "content.xml" in inside:
        return
    kind = next((kind for start, kind in ZIPPED if any(e.startswith(start) for e in inside)), "ZIP")
    raise FileUnreadable("file_not_table", file=name, kind=kind)


def _require_near_cells(name: str, book: zipfile.ZipFile, sheet: str) -> None:
    """A stray cell at XFD1048576 would make a grid of sixteen billion cells, most of them blank."""
    rows, columns, tail = 0, 1, b""
    with book.open(sheet) as stream:
        while chunk := stream.read(1 << 22):
            reached = _reached(tail + chunk)
            rows, columns = max(rows, reached[0]), max(columns, reached[1])
            tail = chunk[-40:]
    require_small(name, sheet, rows, columns)


def _require_true_size(book: zipfile.ZipFile, entry: str) -> None:
    """Raise BadZipFile where an entry is longer than it says: its checksum is then wrong."""
    with book.open(entry) as stream:
        while stream.read(1 << 22):
            pass


def _reached(xml: bytes) -> tuple[int, int]:
    """The greatest row and column among the places (r="C12", r="12") of a piece of a sheet.

    A large sheet has millions of places: they are read all at once, sign by sign.
    """
    text = np.frombuffer(b" " + xml + bytes(LONGEST_PLACE + 1), np.uint8)
    quoted = (text[3:] == ord('"')) | (text[3:] == ord("'"))
    at = np.flatnonzero((text[:-3] <= ord(" ")) & (text[1:-2] == ord("r")) & (text[2:-1] == ord("=")) & quoted) + 4
    row, column = np.zeros(len(at), np.int64), np.zeros(len(at), np.int64)
    for _ in range(LONGEST_PLACE):
        sign = text[at].astype(np.int64)
        digit, letter = (sign >= ord("0")) & (sign <= ord("9")), (sign >= ord("A")) & (sign <= ord("Z"))
        row = np.where(digit, 10 * row + sign - ord("0"), row)
        column = np.where(letter, 26 * column + sign - ord("A") + 1, column)
        at += digit | letter
    return int(row.max(initial=0)), int(column.max(initial=0))


def _grid(sheet: CalamineSheet) -> Grid:
    before = [""] * (sheet.start[1] if sheet.start else 0)  # the rows begin at the first column that is used
    # Most cells are texts already, and calls are dear.
    cells = [_trimmed(before + [v if type(v) is str else cell_text(v) for v in row]) for row in sheet.iter_rows()]
    while cells and not cells[-1]:
        cells.pop()
    width = max(map(len, cells), default=0)
    for row in cells:
        row += [""] * (width - len(row))
    fill(cells, [(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()])
    return cells


def _trimmed(row: list[str]) -> list[str]:
    """The row without its blank end."""
    while row and not row[-1]:
        row.pop()
    return row


def _decode(name: str, data: bytes) -> str:
    for encoding in encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise FileUnreadable("file_unknown", file=name, start=data[:8].hex(" "))


def encodings(data: bytes) -> tuple[str, ...]:
    """What a text may be encoded in, the likeliest first."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    first, second = data[:400:2].count(0), data[1:400:2].count(0)
    if first + second > len(data[:400]) // 8:  # two bytes a letter without a byte-order mark: ASCII has a zero in each
        return ("utf-16-be",) if first > second else ("utf-16-le",)
    return ("utf-8-sig", "gb18030")


def _csv(name: str, text: str) -> Grid:
    try:
        csv.field_size_limit(MOST_LETTERS)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator(text)))
    except csv.Error as error:
        raise FileUnreadable("file_damaged", file=name, detail=str(error)) from error
    require_small(name, name, len(rows), max(map(len, rows), default=0))
    return [[_unquoted(cell) for cell in row] for row in rows]


def separator(text: str) -> str:
    """The separator that cuts the first lines into the most columns."""
    head = text[:20_000].splitlines(keepends=True)[:40]
    return max((",", "\t", ";", "|"), key=lambda sep: median(map(len, csv.reader(head, delimiter=sep))))


def _unquoted(cell: str) -> str:
    """Exports guard long numbers against Excel as ``="..."``, with a tab or with an apostrophe."""
    if cell[:1] not in GUARDS:
        return cell
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell.lstrip("'\t")


def _html(name: str, text: str) -> list[Sheet]:
    try:
        # lxml refuses text that declares an encoding of its own, so it is given bytes and told the encoding.
        root = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise FileUnreadable("file_damaged", file=name, detail=str(error)) from error
    tables = [table for table in root.iter("table") if table.find(".//table") is None]
    if not tables:
        raise FileUnreadable("file_not_table", file=name, kind="HTML")
    sheets = []
    left = MOST_CELLS
    for n, table in enumerate(tables, 1):
        cells = _html_grid(name, table, left)
        left -= sum(map(len, cells))
        sheets.append(Sheet(name, f"table {n}" if len(tables) > 1 else name, packed(cells)))
    return sheets


def _html_grid(name: str, table: html.HtmlElement, most: int) -> Grid:
    """A table of at most ``most`` cells; a merged cell's text stands in each of its places."""
    for line_break in table.iter("br"):
        line_break.tail = LINE_BREAK + (line_break.tail or "")
    cells: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}  # column -> rows that a cell above still covers, and its text
    for row in table.iterfind(".//tr"):
        line: list[str] = []
        for cell in row.xpath("./td|./th"):
            while len(line) in hanging:
                line.append(hanging[len(line)][1])
            text, down, across = _inner_text(cell), _span(cell, "rowspan"), _span(cell, "colspan")
            if len(text) > MOST_LETTERS:
                raise FileUnreadable("file_damaged", file=name, detail=f"{len(text)} > {MOST_LETTERS}")
            if down > 1:
                hanging |= dict.fromkeys(range(len(line), len(line) + across), (down, text))
            line += [text] * across
            require_small(name, name, 1, len(line))
        for column in range(len(line), 1 + max(hanging, default=-1)):
            line.append(hanging[column][1] if column in hanging else "")
        hanging = {column: (down - 1, text) for column, (down, text) in hanging.items() if down > 1}
        cells.append(line)
        most -= len(line)
        if most < 0:
            require_small(name, name, MOST_CELLS, 2)
    width = max(map(len, cells), default=0)
    require_small(name, name, len(cells), width)
    for line in cells:
        line += [""] * (width - len(line))
    return cells


def _inner_text(cell: html.HtmlElement) -> str:
    """Text of a cell; only <br> breaks a line, as in a browser."""
    return re.sub(r"\s+", " ", cell.text_content()).replace(LINE_BREAK, "\n").strip()


def _span(cell: html.HtmlElement, name: str) -> int:
    told = str(cell.get(name, "1")).strip()
    return min(int(told), 1000) if told.isdecimal() and int(told) else 1
