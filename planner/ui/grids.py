"""Tables as people read them: translated headers with an explanation, units, thousands separators."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from planner.i18n import Translate

PERCENT, POINTS, WHOLE, TEXT = "percent", "%.1f", "localized", None


def column(t: Translate, name: str, number_format: str | None = TEXT, **extra: object) -> ColumnConfig:
    """One column: header ``column.<name>``, help ``explain.<name>``."""
    label, told = t(f"column.{name}", **extra), t(f"explain.{name}", **extra)
    if number_format is None:
        return st.column_config.TextColumn(label, help=told)
    return st.column_config.NumberColumn(label, help=told, format=number_format)


def grid(
    frame: pd.DataFrame, config: dict[str, ColumnConfig], key: str, height: int | None = None, pick: bool = False
) -> int | None:
    """Show the columns of ``config``, in its order. With ``pick`` the number of the row picked, if any."""
    shown = frame[list(config)]
    options: dict[str, object] = {"height": height} if height else {}
    event = st.dataframe(
        shown,
        hide_index=True,
        column_config=config,
        key=key,
        on_select="rerun" if pick else "ignore",
        selection_mode="single-row",
        **options,  # type: ignore[arg-type]
    )
    rows: Sequence[int] = event.selection.rows if pick else ()
    return rows[0] if rows else None


Format = Callable[[object], str]
