"""XML Spreadsheet 2003, which older court systems write and call .xls."""

from datetime import datetime

from lxml import etree

from planner.errors import FileUnreadable
from planner.register.sheet import MOST_COLUMNS, Grid, Sheet, cell_text, fill, packed, require_small

SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
HIDDEN = "{urn:schemas-microsoft-com:office:excel}Visible"
MOST_ROWS = 1_048_576


def spreadsheet_ml(name: str, text: str) -> list[Sheet]:
    """All sheets of the file.

    Raises:
        FileUnreadable: damaged, or XML of another kind.
    """
    # The text is decoded already, whatever encoding its declaration names; nothing is fetched or expanded.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FileUnreadable("file_damaged", file=name, detail=str(error)) from error
    if root.tag != f"{SS}Workbook":
        raise FileUnreadable("file_not_table", file=name, kind="XML")
    return [
        Sheet(name, sheet.get(f"{SS}Name", name), packed(_grid(name, sheet)), _is_hidden(sheet))
        for sheet in root.iter(f"{SS}Worksheet")
    ]


def _is_hidden(sheet: etree._Element) -> bool:
    told = next(sheet.iter(HIDDEN), None)
    return told is not None and told.text != "SheetVisible"


def _grid(name: str, sheet: etree._Element) -> Grid:
    """Rows and cells may say their number (ss:Index, from 1); merged ones all hold their text."""
    cells: list[list[str]] = []
    merged: list[tuple[int, int, int, int]] = []
    for row in sheet.iterfind(f"{SS}Table/{SS}Row"):
        at = _number(name, row, "Index", len(cells) + 1, MOST_ROWS) - 1
        cells += [[] for _ in range(at - len(cells))]
        line: list[str] = []
        for cell in row.iterfind(f"{SS}Cell"):
            place = _number(name, cell, "Index", len(line) + 1, MOST_COLUMNS) - 1
            line += [""] * (place - len(line))
            across = _number(name, cell, "MergeAcross", 0, MOST_COLUMNS)
            down = _number(name, cell, "MergeDown", 0, MOST_ROWS)
            line += [_text(cell), *[""] * across]
            if across or down:
                merged.append((at, place, at + down, place + across))
        cells.append(line)
    width = max(map(len, cells), default=0)
    require_small(name, sheet.get(f"{SS}Name", name), len(cells), width)
    for line in cells:
        line += [""] * (width - len(line))
    try:
        fill(cells, merged)
    except ValueError as error:
        raise FileUnreadable("file_damaged", file=name, detail=str(error)) from error
    return cells


def _number(name: str, element: etree._Element, attribute: str, default: int, most: int) -> int:
    told = element.get(SS + attribute, "")
    if not told:
        return default
    if not told.isdecimal() or int(told) > most:
        raise FileUnreadable("file_damaged", file=name, detail=f"ss:{attribute} = {told[:20]}")
    return int(told)


def _text(cell: etree._Element) -> str:
    data = cell.find(f"{SS}Data")
    if data is None:
        return ""
    text = "".join(data.itertext())
    try:
        if data.get(f"{SS}Type") == "Number":
            return cell_text(float(text))
        if data.get(f"{SS}Type") == "DateTime":
            return cell_text(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return text
    return text
