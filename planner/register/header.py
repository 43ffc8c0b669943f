"""Where a sheet's header is, what each column holds, and in which unit. Found by content, not by position."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from planner.register.sheet import Sheet
from planner.register.vocabulary import UNUSED, Columns, columns, header_key, plain

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
        ruled: columns that people of the court named.
    """

    first: int
    last: int
    labels: tuple[str, ...]
    columns: dict[str, tuple[int, ...]]
    units: tuple[str, ...]
    ruled: frozenset[int] = frozenset()

    def field_of(self, column: int) -> str | None:
        return next((field for field, found in self.columns.items() if column in found), None)


def find_header(sheet: Sheet, words: Columns) -> Header | None:
    """The row, or pair of rows, among the first ones that holds the most known headers; None if there is none.

    A pair is taken only where it explains more columns than either of its rows alone.
    """
    head = _head(sheet)
    known = [_matches(row, words) for row in head]
    singles = [(known[i], -i, i, i, tuple(row)) for i, row in enumerate(head[:SEARCHED_ROWS])]
    pairs = [
        (matches, -i, i - 1, i, joined)
        for i in range(1, len(head))
        if (joined := _joined(head[i - 1], head[i]))
        and (matches := _matches(joined, words)) > max(known[i - 1 : i + 1])
    ]
    best = max(singles + pairs, default=None)
    if best is None or best[0] < LEAST_MATCHES:
        return None
    _, _, first, last, labels = best
    return _header(head, first, last, labels, words)


def likely_header(sheet: Sheet, words: Columns) -> Header | None:
    """Where no header is known: the row with the most different texts, for people to say what it means."""
    head = _head(sheet)
    # A row with numbers is data, and data may be people.
    texts = [0 if re.search(r"\d{3}", "".join(row)) else len({cell for cell in row if cell}) for row in head]
    if max(texts, default=0) < LEAST_MATCHES:
        return None
    row = texts.index(max(texts))
    return _header(head, row, row, tuple(head[row]), words)


def _head(sheet: Sheet) -> list[list[str]]:
    return [[plain(cell) for cell in row] for row in sheet.cells[: SEARCHED_ROWS + 1]]


def _header(head: Sequence[Sequence[str]], first: int, last: int, labels: tuple[str, ...], words: Columns) -> Header:
    ruled = frozenset(j for j, label in enumerate(labels) if label and header_key(label) in words.ruled)
    units = _units(labels, head[:first], words)
    return Header(first + 1, last + 1, labels, _columns(labels, words), units, ruled)


def is_case_number_header(text: str) -> bool:
    """Whether a cell repeats the header of the case number, as at a page break."""
    field, _ = columns().headers.get(header_key(text), (UNUSED, 0))
    return field == "case_id"


def _field(label: str, words: Columns) -> tuple[str, int] | None:
    """Field and order of belief of a header; of ``group\\nheader`` (two rows) the most telling reading."""
    known = words.headers
    upper, _, lower = label.rpartition("\n")
    readings = (label, lower, upper) if upper else (label,)
    return next((known[key] for reading in readings if (key := header_key(reading)) in known), None)


def _matches(labels: Sequence[str], words: Columns) -> int:
    """How many different things the labels name: a heading over three columns is one."""
    return len({match[0] or header_key(label) for label in labels if (match := _field(label, words))})


def _joined(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Two header rows as one. A heading over several columns stands in each of them (merged or not)."""
    labels: list[str] = []
    group = ""
    for j in range(max(len(upper), len(lower))):
        above, below = (row[j] if j < len(row) else "" for row in (upper, lower))
        group = above or (group if below else "")
        labels.append(group if below in ("", group) else f"{group}\n{below}" if group else below)
    return tuple(labels)


def _columns(labels: Sequence[str], words: Columns) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for j, label in enumerate(labels):
        if (match := _field(label, words)) and match[0] != UNUSED:
            found.setdefault(match[0], []).append((match[1], j))
    return {field: tuple(j for _, j in sorted(order)) for field, order in found.items()}


def _units(labels: Sequence[str], titles: Sequence[Sequence[str]], words: Columns) -> tuple[str, ...]:
    """The unit people named, else one in the column's own header, else one told above it (单位：万元), else yuan."""
    told = SHEET_UNIT.search(" ".join(cell for row in titles for cell in row))
    of_sheet = told[1] if told else "元"
    own = ((words.units.get(header_key(label)), UNIT.search(label)) for label in labels)
    return tuple(said or (found[1] if found else of_sheet) for said, found in own)
