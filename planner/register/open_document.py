"""OpenDocument sheets (.ods) say how often a cell and a row are repeated: a few bytes can stand for a full grid."""

from collections.abc import Iterator
from typing import IO

from lxml import etree

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def extents(content: IO[bytes]) -> Iterator[tuple[str, int, int]]:
    """Name, rows and columns of each sheet's used range.

    Raises:
        ValueError: damaged.
    """
    try:
        # Nothing is fetched or expanded.
        tables = etree.iterparse(content, tag=f"{TABLE}table", resolve_entities=False, no_network=True, huge_tree=True)
        for _, table in tables:
            yield table.get(f"{TABLE}name", ""), *_extent(table)
            table.clear()
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error


def _extent(table: etree._Element) -> tuple[int, int]:
    rows = columns = at = 0
    for row in table.iter(f"{TABLE}table-row"):
        at += _repeated(row, "rows")
        if width := _width(row):
            rows, columns = at, max(columns, width)
    return rows, columns


def _width(row: etree._Element) -> int:
    """Columns up to the last cell that holds anything."""
    width = at = 0
    for cell in row:
        at += _repeated(cell, "columns")
        width = at if len(cell) else width
    return width


def _repeated(element: etree._Element, what: str) -> int:
    told = element.get(f"{TABLE}number-{what}-repeated", "1")
    if not told.isdecimal():
        raise ValueError(f"number-{what}-repeated = {told[:20]}")
    return int(told)
