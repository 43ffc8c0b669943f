"""办案指标: the bureau's indicators, what each is made of, by whom, and how they moved."""

from datetime import date, datetime
from functools import partial

import altair as alt
import pandas as pd
import streamlit as st

from planner.access import Allowed, can
from planner.bootstrap import Context
from planner.i18n import Translate
from planner.ui.empty import nothing_yet
from planner.ui.grids import TEXT, grid
from planner.ui.offers import XLSX, offer_file
from planner.ui.words import literal
from planner.usecases.indicator_file import indicator_workbook
from planner.usecases.indicator_words import (
    ROW_COLUMNS,
    formula,
    group_names,
    headlines,
    indicator_help,
    indicator_name,
    indicator_notes,
    indicator_rows,
    of_groups,
)
from planner.usecases.indicators import GROUPINGS, IndicatorView, Span, indicator_span, indicator_view
from planner.usecases.score import latest_import

NOW, BEFORE = "#0072B2", "#D55E00"
"""Okabe-Ito; told apart by shape as well."""

ROW_HEIGHT, PATH_HEIGHT = 30, 260
KEPT = 16
"""Views kept in memory."""


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.indicators"))
    st.caption(t("indicator.lead"))
    span = _kept_span(latest_import(ctx), ctx)
    if span is None:
        nothing_yet(t("indicator.none"), "import", t)
        return
    as_of, grouping = _asked(span, t)
    view = _kept_view(latest_import(ctx), as_of, grouping, ctx)
    st.caption(t("indicator.help", first=f"{view.as_of - pd.DateOffset(years=1):%Y-%m-%d}", last=f"{as_of:%Y-%m-%d}"))
    for note in indicator_notes(view, t):
        st.caption(f"⚠ {note}")
    _headlines(view, t)
    specs = {spec.code: spec for spec in view.specs}
    chosen = st.selectbox(
        t("indicator.choose"), list(specs), format_func=lambda code: indicator_name(specs[code], t), key="indicator"
    )
    st.caption(literal(f"{formula(specs[chosen], t)} · {indicator_help(specs[chosen], t)}"))
    _by_group(view, chosen, t)
    _path(view, chosen, t)
    if can(ctx.actor, "export") == Allowed():
        make = partial(indicator_workbook, t=t, grouping=grouping, as_of=as_of)
        name = f"{t('page.indicators')}-{as_of}-{grouping}.xlsx"
        offer_file(t("indicator.take"), make, name, XLSX, f"indicators {grouping} {as_of}")


# Kept while the register does not change; what begins with _ is no part of the key.
@st.cache_data(max_entries=KEPT, show_spinner=False)
def _kept_span(imported: datetime | None, _ctx: Context) -> Span | None:  # noqa: ARG001
    return indicator_span(_ctx)


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _kept_view(imported: datetime | None, as_of: date, grouping: str, _ctx: Context) -> IndicatorView:  # noqa: ARG001
    return indicator_view(_ctx, grouping, as_of)


def _asked(span: Span, t: Translate) -> tuple[date, str]:
    """The day and the grouping."""
    left, right = st.columns(2)
    with left:
        as_of = st.date_input(t("indicator.as_of"), span.last, span.first, span.last, format="YYYY-MM-DD")
    with right:
        grouping = st.segmented_control(
            t("indicator.by"), GROUPINGS, format_func=lambda name: t(f"indicator.by_{name}"),
            default=GROUPINGS[0], required=True, key="grouping",
        )  # fmt: skip
    return as_of if isinstance(as_of, date) else span.last, str(grouping)


def _headlines(view: IndicatorView, t: Translate) -> None:
    """The county's numbers, two in a row, so that 终本 stands beside 执行完毕."""
    told = headlines(view, t)
    for first in range(0, len(told), 2):
        for place, headline in zip(st.columns(2), told[first : first + 2], strict=False):
            with place, st.container(border=True):
                st.metric(
                    literal(headline.name), headline.value, t("indicator.against_before", change=headline.change),
                    delta_color="off", delta_arrow="off", help=literal(headline.help),
                )  # fmt: skip
                st.caption("  \n".join(literal(line) for line in headline.lines))


def _by_group(view: IndicatorView, code: str, t: Translate) -> None:
    """The indicator by group: a chart and its table twin."""
    st.subheader(t(f"indicator.by_{view.grouping}"))
    table = of_groups(view, code)
    if table.empty:
        st.info(t("indicator.no_groups"), icon=":material/info:")
        return
    names = group_names(view, table, t)
    told = table.assign(name=names.astype(object))[["name", "value", "low", "high", "value_before"]]
    if told["value"].notna().any():
        st.caption(t(f"indicator.chart_{table['unit'].iloc[0]}"))
        st.altair_chart(_dots(told, t), width="stretch")
    shown = indicator_rows(table, view.specs, t).assign(group_name=names)
    grid(shown, dict.fromkeys(["group_name", *ROW_COLUMNS[1:]], TEXT), t, "groups")


def _dots(told: pd.DataFrame, t: Translate) -> alt.LayerChart | alt.FacetChart:
    name = alt.Y("name:N", sort=told["name"].tolist(), title=None, axis=alt.Axis(labelLimit=150, labelOverlap=False))
    axis, scale = alt.Axis(format=".0%", title=t("indicator.axis")), alt.Scale(zero=False, padding=12)
    base = alt.Chart(told, height=ROW_HEIGHT * len(told) + 40).encode(y=name)
    bars = base.transform_filter("isValid(datum.low)").mark_rule(color=NOW, strokeWidth=2).encode(
        x=alt.X("low:Q", axis=axis, scale=scale), x2="high:Q"
    )  # fmt: skip
    before = base.transform_filter("isValid(datum.value_before)").mark_point(
        shape="diamond", size=90, color=BEFORE, filled=False, strokeWidth=2
    ).encode(x=alt.X("value_before:Q", axis=axis, scale=scale),
             tooltip=_tips("value_before", "year_before", t))  # fmt: skip
    now = base.transform_filter("isValid(datum.value)").mark_point(filled=True, size=90, color=NOW, opacity=1).encode(
        x=alt.X("value:Q", axis=axis, scale=scale), tooltip=_tips("value", "indicator_value", t)
    )  # fmt: skip
    return alt.layer(bars, before, now)


def _tips(field: str, column: str, t: Translate) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N", title=t("column.group_name")),
        alt.Tooltip(f"{field}:Q", title=t(f"column.{column}"), format=".1%"),
    ]


def _path(view: IndicatorView, code: str, t: Translate) -> None:
    """The county's rolling year, month by month, with its table twin."""
    st.subheader(t("indicator.path"))
    path = view.paths[code]
    known = path.dropna(subset=["value"])
    st.caption(t("indicator.path_help", months=len(path)))
    if len(known) < len(path):
        st.caption("⚠ " + t("indicator.path_short", count=len(path) - len(known), first=view.span.first))
    if known.empty:
        return
    day = alt.X("day:T", title=None, axis=alt.Axis(format="%Y-%m", labelAngle=0, labelOverlap="greedy"))
    share = alt.Axis(format=".1%", title=t("indicator.axis"))
    band = alt.Chart(known.dropna(), height=PATH_HEIGHT).mark_area(color=NOW, opacity=0.2).encode(
        x=day, y=alt.Y("low:Q", axis=share, scale=alt.Scale(zero=False)), y2="high:Q"
    )  # fmt: skip
    line = alt.Chart(known).mark_line(color=NOW, point={"color": NOW}).encode(
        x=day, y=alt.Y("value:Q", axis=share, scale=alt.Scale(zero=False)),
        tooltip=[alt.Tooltip("day:T", format="%Y-%m-%d", title=t("column.path_day")),
                 alt.Tooltip("value:Q", format=".1%", title=t("column.indicator_value"))],
    )  # fmt: skip
    st.altair_chart(band + line, width="stretch")
    with st.expander(t("indicator.table")):
        spec = next(spec for spec in view.specs if spec.code == code)
        rows = path.assign(indicator=code, unit=spec.unit, largest_left_out=0, value_before=None, change=None)
        shown = indicator_rows(rows, view.specs, t).assign(path_day=path["day"].dt.strftime("%Y-%m-%d"))
        grid(
            shown, dict.fromkeys(("path_day", "indicator_value", "indicator_interval", "made_of"), TEXT), t, "path", 320
        )
