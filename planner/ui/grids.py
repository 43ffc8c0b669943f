"""Tables and figures as people read them: translated headers with an explanation, units, thousands separators."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from planner.i18n import Translate
from planner.ui.paper import paper_table

TEXT = None
WHOLE, POINTS, PERCENT = "localized", "%.1f", "%.0f %%"
"""Formats of numbers. PERCENT takes a percentage, not a share."""

Kinds = Mapping[str, str | None]
"""Column -> format, in the order shown."""


def grid(
    frame: pd.DataFrame, kinds: Kinds, t: Translate, key: str, height: int | Literal["content"] = "content"
) -> None:
    """Show the columns of ``kinds``: headers ``column.<name>``, help ``explain.<name>``."""
    st.dataframe(frame[list(kinds)], hide_index=True, column_config=_columns(kinds, t), key=key, height=height)
    paper_table(frame, {name: t(f"column.{name}") for name in kinds}, kinds, t)


def pick(
    frame: pd.DataFrame,
    kinds: Kinds,
    t: Translate,
    key: str,
    height: int | Literal["content"] = "content",
    many: bool = False,
) -> list[int]:
    """Show a grid of which one row can be picked, or ``many``; their numbers. A picked row stands in the session's
    state under ``key``: see :class:`planner.ui.frames.Twin`."""
    event = st.dataframe(
        frame[list(kinds)],
        hide_index=True,
        column_config=_columns(kinds, t),
        key=key,
        height=height,
        on_select="rerun",
        selection_mode="multi-row" if many else "single-row",
    )
    paper_table(frame, {name: t(f"column.{name}") for name in kinds}, kinds, t)
    return [int(row) for row in event.selection.rows]


def _columns(kinds: Kinds, t: Translate) -> dict[str, ColumnConfig]:
    return {name: _column(name, kind, t) for name, kind in kinds.items()}


def _column(name: str, kind: str | None, t: Translate) -> ColumnConfig:
    label, told = t(f"column.{name}"), t(f"explain.{name}")
    if kind is TEXT:
        return st.column_config.TextColumn(label, help=told)
    return st.column_config.NumberColumn(label, help=told, format=kind)


class Figure(NamedTuple):
    """A number that stands out: with its unit in ``label``, and how sure it is, or since when, in ``note``."""

    label: str
    value: str
    note: str | None = None
    told: str | None = None


def figures(shown: Sequence[Figure]) -> None:
    """Figures in a row, as many as there is room for."""
    with st.container(horizontal=True, gap="medium"):
        for figure in shown:
            st.metric(
                figure.label,
                figure.value,
                figure.note,
                delta_color="off",
                delta_arrow="off",
                help=figure.told,
                width="content",
            )
