"""战果回顾: did a sweep work, in the order in which a chief asks."""

from functools import partial
from math import exp

import altair as alt
import pandas as pd
import streamlit as st

from planner.access import Allowed, can
from planner.bootstrap import Context
from planner.i18n import Translate
from planner.review.compare import Effect
from planner.ui.address import choose
from planner.ui.empty import nothing_yet
from planner.ui.grids import TEXT, Figure, figures, grid
from planner.ui.offers import offer_file
from planner.ui.take_along import MIME
from planner.ui.words import literal
from planner.usecases.review import Review, pooled, review
from planner.usecases.review_sheet import review_pdf
from planner.usecases.review_words import (
    before_lines,
    caveat_lines,
    effort_rows,
    extra_line,
    largest_line,
    measure_rows,
    near_lines,
    percent,
    rank_line,
    rate_rows,
    smallest_line,
    sweep_label,
    verdict_line,
    window_rows,
)
from planner.usecases.sweeps import Judged, done_sweeps

VERDICT_ICONS = {"more": ":material/trending_up:", "less": ":material/trending_down:", "cannot_tell": ":material/help:"}
COUNTED, EXPECTED, BAND = "#0072B2", "#555555", "#CFE6F5"
PANEL_HEIGHT, BAR_HEIGHT = 150, 110


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.review"))
    st.caption(t("review.lead"))
    sweeps = done_sweeps(ctx)
    if not sweeps:
        nothing_yet(t("review.none"), "plan", t)
        return
    label = partial(sweep_label, names=ctx.region.township_names, t=t)
    chosen = choose("sweep", t("review.sweep"), sweeps[::-1], label, t, text=lambda one: one.plan_id)
    told = review(ctx, chosen.plan_id)
    _verdict(told, t)
    _interval(told, t)
    _take(ctx, told, t)
    for line in before_lines(told, t):
        st.markdown(f"- {line}")
    _county(told, t)
    _windows(told, t)
    _paths(ctx, told, t)
    _measures(told, t)
    _rates(told, t)
    _effort(told, t)
    if len(sweeps) > 1:
        _pooled(pooled(ctx), t)
    with st.expander(t("review.method_title"), icon=":material/menu_book:"):
        st.markdown(t("review.method"))


def _take(ctx: Context, told: Review, t: Translate) -> None:
    if can(ctx.actor, "export") == Allowed():
        make, plan_id = partial(review_pdf, plan_id=told.sweep.plan_id, t=t), told.sweep.plan_id
        name = f"{told.sweep.week_start}-{plan_id}-review.pdf"
        offer_file(t("review_sheet.take"), make, name, MIME["pdf"], f"review {plan_id}")


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
    st.caption(f"{rank_line(told, t)}{t('review.rank_picture')}")


def _county(told: Review, t: Translate) -> None:
    for line in (extra_line(told, t), smallest_line(told, t), *near_lines(told, t)):
        if line:
            st.markdown(f"- {line}")


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
    names = ctx.region.township_names
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
    if line := largest_line(told, t):
        st.caption(literal(line))


def _rates(told: Review, t: Translate) -> None:
    if told.rates:
        st.subheader(t("review.rates"))
        st.caption(t("review.rates_lead", weeks=told.weeks))
        columns = ("indicator", "rate_who", "window_rate", "year_before_rate")
        grid(rate_rows(told, t), dict.fromkeys(columns, TEXT), t, "rates")


def _effort(told: Review, t: Translate) -> None:
    st.subheader(t("review.effort"))
    st.caption(t("review.effort_lead"))
    done = effort_rows(told, t)
    if not done:
        st.info(t("review.no_outcomes"), icon=":material/info:")
        return
    figures([Figure(label, value) for label, value in done])


def _pooled(judged: Judged, t: Translate) -> None:
    st.subheader(t("review.pooled"))
    if judged.effect is None:
        st.caption(t(f"review.why_{judged.why}"))
        return
    st.markdown(t(f"review.verdict_{judged.effect.verdict}", **_said(judged.effect)))
