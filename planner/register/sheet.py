"""One sheet as a grid of text, however its file wrote it."""

from dataclasses import dataclass
from datetime import date, datetime

Grid = list[list[str]]

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


def fill(cells: Grid, top: int, left: int, bottom: int, right: int) -> None:
    """Give every cell of a merged range the text of its first cell."""
    if top >= len(cells) or left >= len(cells[top]):
        return
    text = cells[top][left]
    for row in cells[top : bottom + 1]:
        row[left : right + 1] = [text] * len(row[left : right + 1])
