"""The week of a plan as a timeline: squads by day, driving and visits to the minute."""

from datetime import date

import altair as alt
import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.i18n import Translate
from planner.model.sweep import PlannedRoute
from planner.model.units import clock
from planner.ui.charts import show_chart
from planner.usecases.show import PlanView

ROW_HEIGHT, AROUND = 26, 90
"""Pixels of a squad, and of axis and legend."""
COLOURS = {"visit": "#0072B2", "away": "#9AA5AD"}


def show_timeline(ctx: Context, view: PlanView, day: date, t: Translate) -> None:
    """One day: a bar from leaving to coming home, a block for each visit. Its table twin is the list of routes."""
    routes = [route for route in view.plan.routes if route.day == day]
    if not routes:
        st.caption(t("timeline.nobody"))
        return
    show_chart(ctx, ("timeline", day, t("app.code")), lambda: _chart(view, routes, t), view)


def _chart(view: PlanView, routes: list[PlannedRoute], t: Translate) -> alt.Chart:
    bars = pd.DataFrame(
        [
            {"squad": view.squad_names[r.squad_id], "what": what, "from": start / 60, "to": end / 60, "told": told}
            for r in routes
            for what, start, end, told in (
                ("away", r.leave_base, r.reach_base, f"{clock(r.leave_base)}–{clock(r.reach_base)}"),
                *(("visit", s.start, s.leave, f"{clock(s.start)}–{clock(s.leave)}") for s in r.stops),
            )
        ]
    ).astype({"squad": object, "what": object, "told": object})
    words = {"away": t("timeline.away"), "visit": t("timeline.visit")}
    bars["what"] = bars["what"].map(words)
    chart: alt.Chart = (
        alt.Chart(bars, height=AROUND + ROW_HEIGHT * len(routes))
        .mark_bar(cornerRadius=2, stroke="white", strokeWidth=1)
        .encode(
            y=alt.Y("squad:N", title=None, sort=None, axis=alt.Axis(labelOverlap=False)),
            x=alt.X("from:Q", title=t("timeline.hour"), scale=alt.Scale(zero=False, nice=False)),
            x2="to:Q",
            color=alt.Color(
                "what:N",
                scale=alt.Scale(domain=list(words.values()), range=[COLOURS["away"], COLOURS["visit"]]),
                legend=alt.Legend(orient="top", title=None),
            ),
            tooltip=[
                alt.Tooltip("squad:N", title=t("cli.squad")),
                alt.Tooltip("what:N", title=" "),
                alt.Tooltip("told:N", title=t("timeline.time")),
            ],
        )
    )
    return chart
