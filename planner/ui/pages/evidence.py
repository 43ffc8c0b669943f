"""取证设计: what the next sweep could show, and weeks of concentrate and spread decided by a coin."""

from datetime import date
from math import log1p

import altair as alt
import pandas as pd
import streamlit as st

from planner.access import Allowed, can
from planner.bootstrap import Context
from planner.errors import Impossible, PlannerError
from planner.i18n import Translate, tell
from planner.model.trial import Trial
from planner.model.units import BEIJING, moment
from planner.review.coin import LEAST_PAIRS
from planner.ui.empty import nothing_yet
from planner.ui.grids import TEXT, Figure, figures, grid
from planner.ui.words import literal, show_error
from planner.usecases.trial import (
    MOST_LETTERS,
    MOST_PAIRS,
    SEEDS,
    DrawRequest,
    TrialTold,
    draw_trial,
    list_trials,
    planned_pairs,
    trial_told,
)
from planner.usecases.trial_power import (
    Past,
    Planned,
    past_pairs,
    planned_sweeps,
    power_before,
    power_curve,
    visible,
)
from planner.usecases.trial_words import (
    again_line,
    answer_line,
    caveat_lines,
    change,
    curve_rows,
    power_line,
    trial_label,
    way_line,
    week_rows,
)
from planner.usecases.week import next_working_week

SAID = "trial_said"
LINE, GOAL = "#0072B2", "#555555"
ENOUGH = 0.8
CHART_HEIGHT = 240
EFFECTS = (10, 100, 30)
"""Least, most and first true difference of the slider, in per cent."""

ICONS = {"more": ":material/trending_up:", "less": ":material/trending_down:", "cannot_tell": ":material/help:"}


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.evidence"))
    st.caption(t("trial.lead"))
    if said := st.session_state.pop(SAID, None):
        st.success(said, icon=":material/check_circle:")
    st.info(t("trial.scope"), icon=":material/balance:")
    _next(ctx, t)
    _before(ctx, t)
    _running(ctx, t)
    with st.expander(t("trial.coin_title"), icon=":material/menu_book:"):
        st.markdown(t("trial.coin"))


@st.fragment
def _next(ctx: Context, t: Translate) -> None:
    """The smallest effect that the next sweep could show."""
    st.subheader(t("trial.next_title"))
    sweeps = planned_sweeps(ctx)
    if not sweeps:
        nothing_yet(t("trial.next_none"), "hotspots", t)
        return
    chosen = st.selectbox(t("trial.next_choice"), sweeps, format_func=lambda one: _source(ctx, one, t))
    try:
        seen = visible(ctx, chosen)
    except Impossible as nothing:
        st.info(literal(tell(nothing, t)), icon=":material/hourglass_empty:")
        return
    if seen.why:
        st.warning(t(f"trial.blind_{seen.why}", as_of=seen.as_of), icon=":material/visibility_off:")
        return
    figures(
        [
            Figure(t("trial.seen_weeks", weeks=weeks), change(effect, t), t("trial.seen_note"))
            for weeks, effect in seen.smallest
        ]
    )
    st.caption(t("trial.seen_lead", as_of=seen.as_of))


def _source(ctx: Context, planned: Planned, t: Translate) -> str:
    names = ctx.region.township_names
    sweep = planned.sweep
    townships = "、".join(names[code] for code in sweep.townships)
    return t(f"trial.source_{planned.source}", id=sweep.plan_id, week=sweep.week_start, townships=townships)


@st.fragment
def _before(ctx: Context, t: Translate) -> None:
    """What a trial could show, and the form to draw one."""
    past, effect = _curve(ctx, t)
    _draw(ctx, past, effect, t)


def _curve(ctx: Context, t: Translate) -> tuple[Past | None, float]:
    """Power over the number of pairs, with its table; the past weeks and the true difference it was told for."""
    st.subheader(t("trial.curve_title"))
    least, most, first = EFFECTS
    share = st.slider(t("trial.curve_effect"), least, most, first, 5, format="+%d %%")
    effect = log1p(share / 100)
    try:
        past = past_pairs(ctx)
    except Impossible as nothing:
        st.info(literal(tell(nothing, t)), icon=":material/hourglass_empty:")
        return None, effect
    curve = power_curve(past, effect)
    st.altair_chart(_chart(curve, t), width="stretch")
    st.caption(t("trial.curve_lead", as_of=past.as_of, count=len(past.pairs), mean=f"{past.mean:.0f}"))
    with st.expander(t("trial.table")):
        grid(curve_rows(curve), dict.fromkeys(("trial_pairs", "trial_weeks", "trial_power"), TEXT), t, "power")
    return past, effect


def _chart(curve: pd.DataFrame, t: Translate) -> alt.LayerChart | alt.FacetChart:
    pairs = alt.X("pairs:Q", title=t("trial.curve_pairs"), axis=alt.Axis(values=list(curve["pairs"])))
    power = alt.Y("power:Q", title=t("trial.curve_power"), axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    line = alt.Chart(curve, height=CHART_HEIGHT).mark_line(color=LINE, point=True).encode(x=pairs, y=power)
    goal = alt.Chart(pd.DataFrame({"power": [ENOUGH]})).mark_rule(color=GOAL, strokeDash=[5, 4]).encode(y="power:Q")
    return alt.layer(line, goal)


def _draw(ctx: Context, past: Past | None, effect: float, t: Translate) -> None:
    """The form. What a draw could show stands before the button, and the button waits for a word: a coin falls once."""
    st.subheader(t("trial.draw_title"))
    if can(ctx.actor, "trial.draw") != Allowed():
        st.caption(t("trial.chief_only"))
        return
    request = _request(ctx, list_trials(ctx), t)
    try:
        pairs = planned_pairs(ctx, request)
    except PlannerError as error:
        show_error(error, t)
        return
    st.markdown(t("trial.would_be", weeks=2 * len(pairs), first=pairs[0][0], last=pairs[-1][1]))
    if past is not None:
        power, smallest = power_before(past, request.pairs, effect)
        st.markdown(power_line(power, smallest, effect, request.pairs, t))
        if power < ENOUGH:
            st.warning(t("trial.weak"), icon=":material/visibility_off:")
    # The word is given for these weeks and no others: another request asks again.
    sure = st.checkbox(t("trial.once"), key=f"trial_once_{request}")
    if st.button(t("trial.do"), type="primary", disabled=not sure, icon=":material/casino:"):
        trial = draw_trial(ctx, request)
        st.session_state[SAID] = t("trial.done", pairs=len(trial.pairs))
        st.rerun()


def _request(ctx: Context, drawn: tuple[Trial, ...], t: Translate) -> DrawRequest:
    today = ctx.clock().astimezone(BEIJING).date()
    taken: date = max([today, *(trial.weeks[-1] for trial in drawn)])
    most = len(ctx.region.townships) - 1
    left, middle, right = st.columns(3)
    start = left.date_input(t("trial.start"), next_working_week(ctx.region.calendar, taken), format="YYYY-MM-DD")
    pairs = middle.number_input(t("trial.pairs"), LEAST_PAIRS, MOST_PAIRS, DrawRequest.pairs)
    townships = right.number_input(t("trial.townships"), 1, most, min(ctx.policy.sweep.townships, most))
    name = left.text_input(t("trial.name"), max_chars=MOST_LETTERS)
    seed = middle.number_input(t("trial.seed"), 0, SEEDS - 1, None, 1, help=t("trial.seed_help"))
    return DrawRequest(start, int(pairs), int(townships), name, None if seed is None else int(seed))


def _running(ctx: Context, t: Translate) -> None:
    """A trial's weeks, and what they say."""
    drawn = list_trials(ctx)
    st.subheader(t("trial.running_title"))
    if not drawn:
        st.caption(t("trial.none"))
        return
    trial = drawn[-1]
    if len(drawn) > 1:
        trial = st.selectbox(t("trial.which"), drawn[::-1], format_func=lambda one: trial_label(one, t))
    else:
        st.markdown(f"**{literal(trial_label(trial, t))}**")
    at = moment(trial.drawn_at)
    facts = t("trial.facts", townships=trial.townships, measure=t(f"measure.{trial.measure}"), by=trial.by, at=at)
    st.caption(literal(facts))
    told = trial_told(ctx, trial.id)
    kinds = ("week", "drawn", "plan", "obeyed", "state", "cases", "days")
    grid(week_rows(told, t), {f"trial_{kind}": TEXT for kind in kinds}, t, "trial_weeks")
    _answer(told, t)
    st.caption(literal(again_line(trial, t)))


def _answer(told: TrialTold, t: Translate) -> None:
    line = answer_line(told, t)
    if told.answer is None:
        st.warning(line, icon=":material/hourglass_empty:")
    elif told.verdict == "cannot_tell":
        st.info(line, icon=ICONS[told.verdict])
    else:
        st.success(line, icon=ICONS[told.verdict])
    for caveat in caveat_lines(told, t):
        st.caption(f"⚠ {literal(caveat)}")
    if way := way_line(told, t):
        st.caption(way)
