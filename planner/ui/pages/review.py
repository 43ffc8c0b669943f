"""战果回顾: did a sweep work, in the order in which a chief asks."""

from math import exp

import altair as alt
import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.i18n import Translate
from planner.review.compare import LEVEL, Effect
from planner.ui.grids import TEXT, Figure, figures, grid
from planner.ui.words import literal
from planner.usecases.review import Review, pooled, review
from planner.usecases.review_words import (
    before_lines,
    caveat_lines,
    extra_line,
    measure_rows,
    percent,
    smallest_line,
    verdict_line,
    window_rows,
)
from planner.usecases.sweeps import DoneSweep, Judged, done_sweeps

VERDICT_ICONS = {"more": ":material/trending_up:", "less": ":material/trending_down:", "cannot_tell": ":material/help:"}
COUNTED, EXPECTED, BAND = "#0072B2", "#555555", "#CFE6F5"
PANEL_HEIGHT, BAR_HEIGHT = 150, 110
LARGEST_SHOWN = 5


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.review"))
    st.caption(t("review.lead"))
    sweeps = done_sweeps(ctx)
    if not sweeps:
        st.info(t("review.none"), icon=":material/info:")
        return
    chosen = st.selectbox(t("review.sweep"), sweeps[::-1], format_func=lambda one: _label(ctx, one, t))
    told = review(ctx, chosen.plan_id)
    _verdict(told, t)
    _interval(told, t)
    for line in before_lines(told, t):
        st.markdown(f"- {line}")
    _county(told, t)
    _windows(told, t)
    _paths(ctx, told, t)
    _measures(told, t)
    _effort(told, t)
    if len(sweeps) > 1:
        _pooled(pooled(ctx), t)
    with st.expander(t("review.method_title"), icon=":material/menu_book:"):
        st.markdown(t("review.method"))


def _label(ctx: Context, sweep: DoneSweep, t: Translate) -> str:
    names = ctx.region.townships.set_index("code")["name"]
    return t("review.label", week=sweep.week_start, townships="、".join(names[code] for code in sweep.townships))


def _verdict(told: Review, t: Translate) -> None:
    """One sentence, a number and a verdict of three; and what stands in its way."""
    line = verdict_line(told, t)
    effect = told.primary.effect
    if effect is None:
        st.warning(line, icon=":material/hourglass_empty:")
    elif effect.verdict == "cannot_tell":
        st.info(line, icon=VERDICT_ICONS[effect.verdict])
    else:
        st.success(line, icon=VERDICT_ICONS[effect.verdict])
    for caveat in caveat_lines(told, t):
        st.caption(f"⚠ {literal(caveat)}")


def _interval(told: Review, t: Translate) -> None:
    effect = told.primary.effect
    if effect is None:
        return
    rows = pd.DataFrame(
        {"low": [exp(effect.low) - 1], "high": [exp(effect.high) - 1], "is": [exp(effect.log_ratio) - 1]}
    )
    scale = alt.Scale(domain=[min(-0.5, rows["low"][0]), max(0.8, rows["high"][0])])
    axis = alt.Axis(format="+.0%", title=t("review.axis"))
    bar = alt.Chart(rows, height=BAR_HEIGHT).mark_bar(height=16, color=BAND).encode(
        x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q"
    )  # fmt: skip
    point = alt.Chart(rows).mark_point(filled=True, size=160, color=COUNTED).encode(x="is:Q")
    zero = alt.Chart(pd.DataFrame({"is": [0.0]})).mark_rule(color="#333333", strokeDash=[5, 4]).encode(x="is:Q")
    st.altair_chart(bar + zero + point, width="stretch")
    st.caption(t("review.rank", rank=effect.rank, choices=effect.choices, level=f"{LEVEL:.0%}"))


def _county(told: Review, t: Translate) -> None:
    for line in (extra_line(told, t), smallest_line(told, t)):
        if line:
            st.markdown(f"- {line}")
    near = told.near.effect
    if near:
        st.markdown("- " + t("review.near", **_said(near)))
    if told.drawn:
        drawn = {name: f"{getattr(told.drawn, name):+,.1f}" for name in ("value", "low", "high")}
        st.markdown("- " + t("review.drawn", **drawn))


def _said(effect: Effect) -> dict[str, str]:
    return {"value": percent(effect.log_ratio), "low": percent(effect.low), "high": percent(effect.high)}


def _windows(told: Review, t: Translate) -> None:
    st.subheader(t("review.windows"))
    grid(
        window_rows(told, t), dict.fromkeys(("weeks_over", "effect", "review_interval", "verdict"), TEXT), t, "windows"
    )


def _paths(ctx: Context, told: Review, t: Translate) -> None:
    """Each swept township, week by week, with the band that was to be expected; its table twin below."""
    if told.path.empty:
        return
    st.subheader(t("review.paths"))
    st.caption(t("review.paths_lead"))
    names = ctx.region.townships.set_index("code")["name"]
    path = told.path.assign(township=told.path["code"].map(names).astype(object))
    panels = st.columns(min(3, path["township"].nunique()))
    for number, (name, rows) in enumerate(path.groupby("township", sort=False)):
        week = alt.X("week:Q", title=t("review.week"))
        band = alt.Chart(rows.dropna(), height=PANEL_HEIGHT).mark_area(color=BAND).encode(
            x=week, y=alt.Y("low:Q", title=t("review.cases")), y2="high:Q"
        )  # fmt: skip
        middle = alt.Chart(rows.dropna()).mark_line(color=EXPECTED, strokeDash=[5, 4]).encode(x=week, y="expected:Q")
        line = alt.Chart(rows).mark_line(color=COUNTED, point=True).encode(x=week, y="counted:Q")
        with panels[number % len(panels)]:
            st.markdown(f"**{literal(str(name))}**")
            st.altair_chart(band + middle + line, width="stretch")
    with st.expander(t("review.table")):
        shown = path.round(1).astype({"expected": "str", "low": "str", "high": "str", "week": "str", "counted": "str"})
        grid(shown, dict.fromkeys(("township", "week", "counted", "expected", "low", "high"), TEXT), t, "path", 320)


def _measures(told: Review, t: Translate) -> None:
    st.subheader(t("review.measures"))
    st.caption(t("review.measures_lead"))
    grid(measure_rows(told, t), dict.fromkeys(("measure", "effect", "review_interval", "holm"), TEXT), t, "measures")
    if told.largest:
        shown = "、".join(told.largest[:LARGEST_SHOWN])
        st.caption(t("review.largest", count=len(told.largest), cases=literal(shown)))


def _effort(told: Review, t: Translate) -> None:
    st.subheader(t("review.effort"))
    st.caption(t("review.effort_lead"))
    done = told.effort
    if not done.visits:
        st.info(t("review.no_outcomes"), icon=":material/info:")
        return
    figures(
        [
            Figure(t("review.visits"), f"{done.visits:,}"),
            Figure(t("review.found"), f"{done.found:,}"),
            *(
                Figure(t(f"outcome.{kind}"), f"{done.kinds.get(kind, 0):,}")
                for kind in ("summoned", "detained", "fined")
            ),
        ]
    )


def _pooled(judged: Judged, t: Translate) -> None:
    st.subheader(t("review.pooled"))
    if judged.effect is None:
        st.caption(t(f"review.why_{judged.why}"))
        return
    st.markdown(t(f"review.verdict_{judged.effect.verdict}", **_said(judged.effect)))
