"""One sheet as a grid of text, however its file wrote it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import overload

import pyarrow as pa

from planner.errors import FileUnreadable

Grid = Sequence[Sequence[str]]
"""Rows of texts."""

TEXT = pa.large_string()

MOST_CELLS = 60_000_000
"""Of one grid, blank ones too."""

MOST_COLUMNS = 16_384
MOST_LETTERS = 32_767
"""Of a sheet and of a cell, as in Excel: what goes beyond came from no register."""

LARGE = 20_000
"""Rows from which on a grid is held by columns."""

BATCH = 1_000

LARGEST_EXACT = 10**15
"""Excel keeps 15 digits; a longer whole number in a numeric cell has lost its tail."""


@dataclass(frozen=True)
class Sheet:
    """One sheet. ``cells[i][j]`` is the text at Excel row i + 1, column j; merged cells all hold their text."""

    file: str
    name: str
    cells: Grid
    hidden: bool = False


def cell_text(value: object) -> str:
    """A cell as text: whole numbers without ``.0``, dates as ISO, numbers beyond 15 digits as Excel shows them."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        if abs(value) >= LARGEST_EXACT:
            return f"{value:.5E}"
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


class Packed(Sequence[Sequence[str]]):
    """A large grid, held by columns: that takes a fifth of the memory of texts in lists."""

    def __init__(self, columns: list[pa.Array]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns[0])

    @overload
    def __getitem__(self, place: int) -> Sequence[str]: ...
    @overload
    def __getitem__(self, place: slice) -> Grid: ...
    def __getitem__(self, place: int | slice) -> Sequence[str] | Grid:
        told = [column[place] for column in self.columns]
        return Packed(told) if isinstance(place, slice) else [cell.as_py() for cell in told]

    def __iter__(self) -> Iterator[Sequence[str]]:
        for start in range(0, len(self), BATCH):
            yield from zip(*(column[start : start + BATCH].to_pylist() for column in self.columns), strict=True)


def packed(cells: Grid) -> Grid:
    """The same grid, in little memory if it is large."""
    return Packed(columns_of(cells)) if len(cells) >= LARGE and any(cells) else cells


def columns_of(cells: Grid) -> list[pa.Array]:
    """The grid's columns, with blanks where a row is shorter than others."""
    if isinstance(cells, Packed):
        return cells.columns
    return [pa.array(column, TEXT) for column in zip_longest(*cells, fillvalue="")]


def require_small(name: str, sheet: str, rows: int, columns: int) -> None:
    """Raise FileUnreadable where a grid of the file is larger than any register."""
    if rows * columns > MOST_CELLS or columns > MOST_COLUMNS:
        raise FileUnreadable("file_too_wide", file=name, sheet=sheet, rows=rows, columns=columns)


def fill(cells: list[list[str]], merged: Sequence[tuple[int, int, int, int]]) -> None:
    """Give every cell of the merged ranges (top, left, bottom, right) the text of its first cell.

    Raises:
        ValueError: ranges lie over one another, so that filling them could take for ever.
    """
    room = 2 * sum(map(len, cells))  # some exports name a range twice
    for top, left, bottom, right in merged:
        if top >= len(cells) or left >= len(cells[top]) or right < left:
            continue
        text = cells[top][left]
        for row in cells[top : bottom + 1]:
            covered = len(row[left : right + 1])
            room -= covered
            if room < 0:
                raise ValueError(f"merged ranges overlap at {(top, left, bottom, right)}")
            row[left : right + 1] = [text] * covered
