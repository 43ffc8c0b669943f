"""How the command line prints: plain tables and sentences on standard output, faults on standard error."""

from collections.abc import Iterable, Sequence

import pandas as pd
from rich.console import Console
from rich.table import Table

from planner.i18n import Translate

output = Console(soft_wrap=False)
errors = Console(stderr=True)


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def show_table(title: str, headers: Sequence[str], rows: Iterable[Sequence[object]], left: int = 1) -> None:
    """Print a table; the first ``left`` columns are words, the rest numbers."""
    table = Table(title=title, title_justify="left")
    for place, header in enumerate(headers):
        table.add_column(header, justify="left" if place < left else "right", overflow="fold")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    output.print(table)


def say(sentence: str) -> None:
    """A sentence of a page without its marks for bold."""
    output.print(sentence.replace("**", ""), markup=False)


def frame(title: str, rows: pd.DataFrame, t: Translate, left: int = 1) -> None:
    show_table(title, [t(f"column.{name}") for name in rows], rows.itertuples(index=False), left)
