"""The bureau's indicators: what each is made of, against the year before."""

import pandas as pd
import streamlit as st

from planner.i18n import Translate
from planner.ui.grids import TEXT, grid
from planner.usecases.findings import indicator_rows


def show_indicators(table: pd.DataFrame, names: "pd.Series[str]", as_of: pd.Timestamp, t: Translate) -> None:
    """The county in a table, then one indicator by township."""
    st.caption(t("indicator.help", first=f"{as_of - pd.DateOffset(years=1):%Y-%m-%d}", last=f"{as_of:%Y-%m-%d}"))
    county = table[table["scope"] == "county"]
    columns = ["indicator", "indicator_value", "made_of", "year_before", "change"]
    grid(indicator_rows(county, t), dict.fromkeys(columns, TEXT), t, "indicators")
    codes = list(dict.fromkeys(table["indicator"]))
    chosen = st.selectbox(t("indicator.choose"), codes, format_func=lambda code: t(f"indicator.{code}"))
    st.caption(t(f"indicator.{chosen}_help"))
    of = table[(table["indicator"] == chosen) & (table["scope"] != "county") & (table["largest_left_out"] == 0)]
    of = of[(of["scope"] == "township") | (of["denominator"] > 0)]
    where = of["township_code"].map(names).fillna(t("indicator.unplaced"))
    grid(
        indicator_rows(of, t).assign(name=where), dict.fromkeys(["name", *columns[1:]], TEXT), t, "indicator_townships"
    )
