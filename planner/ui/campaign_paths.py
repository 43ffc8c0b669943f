"""A target and the path to it: a sentence, a picture, a table."""

import altair as alt
import pandas as pd
import streamlit as st

from planner.i18n import Translate
from planner.ui.grids import TEXT, grid
from planner.ui.words import literal
from planner.usecases.campaign_progress import Path
from planner.usecases.campaign_words import path_line, path_rows
from planner.usecases.indicator_words import indicator_name

WENT, LINE, BAND = "#0072B2", "#D55E00", "#CFE6F5"
HEIGHT = 220
ICONS = {
    "reached": ":material/flag:",
    "on": ":material/trending_up:",
    "behind": ":material/running_with_errors:",
    "cannot_tell": ":material/help:",
}


def show_path(path: Path, t: Translate) -> None:
    said = {"reached": st.success, "on": st.success, "behind": st.warning, "cannot_tell": st.info}[path.verdict]
    said(literal(path_line(path, t)), icon=ICONS[path.verdict])
    st.altair_chart(_chart(path, t), width="stretch")
    code = path.target.indicator
    with st.expander(t("campaign.path_table", name=indicator_name(path.spec, t))):
        kinds = dict.fromkeys(("path_day", "indicator_value", "path_interval", "path_line", "made_of"), TEXT)
        grid(path_rows(path, t), kinds, t, f"path_{code}", 300)


def _chart(path: Path, t: Translate) -> alt.LayerChart | alt.FacetChart:
    """The indicator as a line with its band; the way to the target dashed, the target a diamond."""
    points = path.points.astype(dict.fromkeys(("value", "low", "high", "path"), float))
    begun = points.dropna(subset="path")
    target = pd.DataFrame({"day": [pd.Timestamp(path.target.by)], "value": [path.target.value]})
    way = pd.concat([begun[["day"]].assign(value=path.first).head(1), target]) if path.first is not None else target
    day = alt.X("day:T", title=None, axis=alt.Axis(format="%Y-%m", tickCount=8))
    y = alt.Y(
        "value:Q", title=indicator_name(path.spec, t), axis=alt.Axis(format=".0%"),
        scale=alt.Scale(zero=False),
    )  # fmt: skip
    band = alt.Chart(points.dropna(subset="low"), height=HEIGHT).mark_area(color=BAND).encode(
        x=day, y=alt.Y("low:Q", title=None), y2="high:Q"
    )  # fmt: skip
    tips = [
        alt.Tooltip("day:T", title=t("column.path_day"), format="%Y-%m-%d"),
        alt.Tooltip("value:Q", title=t("column.indicator_value"), format=".1%"),
    ]
    went = alt.Chart(points.dropna(subset="value"), height=HEIGHT).mark_line(color=WENT, point=True).encode(
        x=day, y=y, tooltip=tips
    )  # fmt: skip
    line = alt.Chart(way).mark_line(color=LINE, strokeDash=[6, 4]).encode(x=day, y=y)
    aim = alt.Chart(target).mark_point(shape="diamond", filled=True, size=130, color=LINE).encode(
        x=day, y=y, tooltip=tips
    )  # fmt: skip
    return alt.layer(band, line, went, aim)
