"""What a page shows on paper alone: a heading, and its tables as a whole; on screen they are canvases that scroll."""

from collections.abc import Mapping, Sequence
from html import escape
from numbers import Real
from typing import Any

import pandas as pd
import streamlit as st

from planner.i18n import Translate

MOST_ROWS = 100
"""Of a table on paper; longer ones are for a file."""

WIDE, LONG = 12, 10
"""Columns from which on letters are smaller; letters of a cell that may be broken into lines."""


def paper_head(title: str, name: str, at: str, t: Translate) -> None:
    """Which page, of when, and who had it printed."""
    told = t("access.printed", title=title, at=at, name=name)
    st.html(f'<div class="paper paper-head">{escape(told)}</div>')


def paper_table(frame: pd.DataFrame, heads: Mapping[str, str], formats: Mapping[str, str | None], t: Translate) -> None:
    """A table for paper. ``heads``: column -> words above it; ``formats`` as in grids.Kinds."""
    columns = [_column(frame[name], formats.get(name)) for name in heads]
    rows = "".join(_row(row) for row in list(zip(*columns, strict=True))[:MOST_ROWS])
    more = len(frame) - MOST_ROWS
    note = f"<p>{escape(t('access.more_rows', count=f'{more:,}'))}</p>" if more > 0 else ""
    head = "".join(f'<th scope="col">{escape(words)}</th>' for words in heads.values())
    kind = "paper wide" if len(heads) > WIDE else "paper"
    st.html(f'<div class="{kind}"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{note}</div>')


def _column(values: "pd.Series[Any]", kind: str | None) -> list[tuple[str, bool]]:
    """Each value in words, and whether it is a number."""
    number, shown = kind is not None, values.head(MOST_ROWS)
    gone = shown.isna().tolist()
    return [("" if no else _told(value, kind), number) for value, no in zip(shown.tolist(), gone, strict=True)]


def _told(value: Any, kind: str | None) -> str:
    if kind is None or not isinstance(value, Real):
        return str(value)
    if "%" in kind:
        return kind % value
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,}"


def _row(cells: Sequence[tuple[str, bool]]) -> str:
    told = (f'<td class="{_kind(words, number)}">{escape(words)}</td>' for words, number in cells)
    return f"<tr>{''.join(told)}</tr>"


def _kind(words: str, number: bool) -> str:
    return "number" if number else "long" if len(words) > LONG else ""
