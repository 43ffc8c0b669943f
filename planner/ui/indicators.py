"""The bureau's indicators: what each is made of, against the year before."""

from typing import Any

import pandas as pd
import streamlit as st

from planner.i18n import Translate
from planner.model.units import FEN_PER_YUAN
from planner.ui.grids import TEXT, grid

Row = dict[Any, Any]
"""A row of a table by column."""


def show_indicators(table: pd.DataFrame, names: "pd.Series[str]", as_of: pd.Timestamp, t: Translate) -> None:
    """The county in a table, then one indicator by township."""
    st.caption(t("indicator.help", first=f"{as_of - pd.DateOffset(years=1):%Y-%m-%d}", last=f"{as_of:%Y-%m-%d}"))
    county = table[table["scope"] == "county"]
    columns = ["indicator", "indicator_value", "made_of", "year_before", "change"]
    grid(_told(county, t), dict.fromkeys(columns, TEXT), t, "indicators")
    codes = list(dict.fromkeys(table["indicator"]))
    chosen = st.selectbox(t("indicator.choose"), codes, format_func=lambda code: t(f"indicator.{code}"))
    st.caption(t(f"indicator.{chosen}_help"))
    of = table[(table["indicator"] == chosen) & (table["scope"] != "county") & (table["largest_left_out"] == 0)]
    of = of[(of["scope"] == "township") | (of["denominator"] > 0)]
    where = of["township_code"].map(names).fillna(t("indicator.unplaced"))
    grid(_told(of, t).assign(name=where), dict.fromkeys(["name", *columns[1:]], TEXT), t, "indicator_townships")


def _told(table: pd.DataFrame, t: Translate) -> pd.DataFrame:
    rows = table.to_dict("records")
    return pd.DataFrame(
        {
            "indicator": [_name(row, t) for row in rows],
            "indicator_value": [_share(row, "value", "low", "high") for row in rows],
            "made_of": [_made_of(row, "", t) for row in rows],
            "year_before": [
                "—"
                if pd.isna(row["value_before"])
                else f"{_share(row, 'value_before')} = {_made_of(row, '_before', t)}"
                for row in rows
            ],
            "change": [_points(row, t) for row in rows],
        },
        index=table.index,
    )


def _name(row: Row, t: Translate) -> str:
    name = t(f"indicator.{row['indicator']}")
    return t("indicator.without_largest", name=name, count=row["largest_left_out"]) if row["largest_left_out"] else name


def _share(row: Row, value: str, low: str = "", high: str = "") -> str:
    if pd.isna(row[value]):
        return "—"
    told = f"{100 * row[value]:.1f} %"
    if low and not pd.isna(row[low]):
        told += f"  [{100 * row[low]:.1f}, {100 * row[high]:.1f}]"
    return told


def _made_of(row: Row, year: str, t: Translate) -> str:
    above, below = (row[f"{name}{year}"] for name in ("numerator", "denominator"))
    if row["unit"] == "cases":
        return t("indicator.cases", above=f"{above:,}", below=f"{below:,}")
    return t("indicator.yuan", above=f"{above / FEN_PER_YUAN:,.0f}", below=f"{below / FEN_PER_YUAN:,.0f}")


def _points(row: Row, t: Translate) -> str:
    if pd.isna(row["change"]):
        return "—"
    told = t("indicator.points", change=f"{row['change']:+.1f}")
    if not pd.isna(row["change_low"]):
        told += f"  [{row['change_low']:+.1f}, {row['change_high']:+.1f}]"
    return told
