"""Where a sheet's header is, what each column holds, and in which unit. Found by content, not by position."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from planner.register.vocabulary import UNUSED, columns, header_key, plain
from planner.register.workbook import Sheet

SEARCHED_ROWS = 15

LEAST_MATCHES = 2
"""One known word in a row is a title or a note; a header has at least two."""

UNIT = re.compile(r"[(\[/:,]\s*(?:单位\s*:?\s*)?(?:人民币)?\s*(百万元|千元|亿元|万元|元)\s*[)\]]?$")
SHEET_UNIT = re.compile(r"单位\s*:?\s*\(?(?:人民币)?\s*(百万元|千元|亿元|万元|元)")


@dataclass(frozen=True)
class Header:
    """A found header.

    Attributes:
        first, last: Excel rows (from 1) of the header; ``last`` differs where it has two rows.
        labels: one text per column, as a person reads it.
        columns: field -> column indices, the most believed first.
        units: the unit of an amount without one of its own, by column.
    """

    first: int
    last: int
    labels: tuple[str, ...]
    columns: dict[str, tuple[int, ...]]
    units: tuple[str, ...]

    def field_of(self, column: int) -> str | None:
        return next((field for field, found in self.columns.items() if column in found), None)


def find_header(sheet: Sheet) -> Header | None:
    """The row, or pair of rows, among the first ones that holds the most known headers; None if there is none.

    A pair is taken only where it explains more columns than either of its rows alone.
    """
    head = [[plain(cell) for cell in row] for row in sheet.cells[: SEARCHED_ROWS + 1]]
    singles = [(_matches(row), -i, i, i, tuple(row)) for i, row in enumerate(head[:SEARCHED_ROWS])]
    pairs = [
        (_matches(joined), -i, i - 1, i, joined)
        for i in range(1, len(head))
        if (joined := _joined(head[i - 1], head[i])) and _matches(joined) > max(map(_matches, head[i - 1 : i + 1]))
    ]
    best = max(singles + pairs, default=None)
    if best is None or best[0] < LEAST_MATCHES:
        return None
    _, _, first, last, labels = best
    return Header(first + 1, last + 1, labels, _columns(labels), _units(labels, head[:first]))


def is_case_number_header(text: str) -> bool:
    """Whether a cell repeats the header of the case number, as at a page break."""
    field, _ = columns().headers.get(header_key(text), (UNUSED, 0))
    return field == "case_id"


def _field(label: str) -> tuple[str, int] | None:
    """Field and order of belief of a header; of ``group\\nheader`` (two rows) the most telling reading."""
    known = columns().headers
    upper, _, lower = label.rpartition("\n")
    readings = (label, lower, upper) if upper else (label,)
    return next((known[key] for reading in readings if (key := header_key(reading)) in known), None)


def _matches(labels: Sequence[str]) -> int:
    """How many different things the labels name: a heading over three columns is one."""
    return len({match[0] or header_key(label) for label in labels if (match := _field(label))})


def _joined(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Two header rows as one. A heading over several columns stands in each of them (merged or not)."""
    labels: list[str] = []
    group = ""
    for j in range(max(len(upper), len(lower))):
        above, below = (row[j] if j < len(row) else "" for row in (upper, lower))
        group = above or (group if below else "")
        labels.append(group if below in ("", group) else f"{group}\n{below}" if group else below)
    return tuple(labels)


def _columns(labels: Sequence[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for j, label in enumerate(labels):
        if (match := _field(label)) and match[0] != UNUSED:
            found.setdefault(match[0], []).append((match[1], j))
    return {field: tuple(j for _, j in sorted(order)) for field, order in found.items()}


def _units(labels: Sequence[str], titles: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """A unit in the column's own header, else one told above the header (单位：万元), else yuan."""
    told = SHEET_UNIT.search(" ".join(cell for row in titles for cell in row))
    of_sheet = told[1] if told else "元"
    return tuple(found[1] if (found := UNIT.search(label)) else of_sheet for label in labels)
