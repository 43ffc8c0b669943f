"""计划与实际: what became of a sweep's visits, whether chances come true, and what to change in the policy."""

from functools import partial

import altair as alt
import pandas as pd
import streamlit as st

from planner.access import Allowed, can
from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate
from planner.model.units import moment
from planner.review.calibration import Reliability
from planner.ui.address import choose
from planner.ui.empty import nothing_yet
from planner.ui.grids import TEXT, Figure, figures, grid
from planner.ui.undo import done, show_done
from planner.ui.words import literal, show_error
from planner.usecases.delivered import Calibrated, Delivered, Proposal, calibrated, delivered
from planner.usecases.delivered_words import (
    bin_rows,
    group_rows,
    headline,
    history_rows,
    key_name,
    made_lines,
    missed_rows,
    pace_lines,
    proposal_line,
    proposal_rows,
    reliability_lines,
    tally_rows,
    told_value,
    why_rows,
)
from planner.usecases.policy import MOST_REASON, decide_policy, keep_policy, policy_history, policy_in_use, undo_policy
from planner.usecases.review_words import sweep_label
from planner.usecases.sweeps import done_sweeps

PLANNED, TOLD, IDEAL = "#777777", "#0072B2", "#333333"
CHART, ROW, LEAST = 320, 26, 60
"""Pixels."""

LIST_HEIGHT = 300
PAGE = "delivered"


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.delivered"))
    st.caption(t("delivered.lead"))
    show_done(ctx, PAGE, t)
    sweeps = done_sweeps(ctx)
    if not sweeps:
        nothing_yet(t("delivered.none"), "plan", t)
    else:
        label = partial(sweep_label, names=ctx.region.township_names, t=t)
        chosen = choose("sweep", t("review.sweep"), sweeps[::-1], label, t, text=lambda one: one.plan_id)
        _sweep(ctx, delivered(ctx, chosen.plan_id), t)
    told = calibrated(ctx)
    _calibration(told, t)
    _proposals(ctx, told, t)
    _history(ctx, t)
    with st.expander(t("delivered.method_title"), icon=":material/menu_book:"):
        st.markdown(t("delivered.method"))


def _sweep(ctx: Context, told: Delivered, t: Translate) -> None:
    """Figures, tables, what was not made, pace."""
    if not told.lines["made"].any():
        st.info(t("delivered.no_outcomes"), icon=":material/info:")
        for line in made_lines(told, t):
            st.markdown(f"- {literal(line)}")
        return
    st.caption(t("delivered.as_of", at=moment(told.at)))
    figures([Figure(*figure) for figure in headline(told, t)])
    for line in made_lines(told, t):
        st.markdown(f"- {literal(line)}")
    squads = {squad.id: squad.name for squad in ctx.region.squads}
    townships = dict(ctx.region.townships[["code", "name"]].itertuples(index=False, name=None))
    st.subheader(t("delivered.by"))
    frames = (("squad_id", told.by_squad), ("day", told.by_day), ("township_code", told.by_township))
    for tab, (first, frame) in zip(st.tabs([t(f"delivered.by_{first}") for first, _ in frames]), frames, strict=True):
        with tab:
            rows = tally_rows(frame, first, squads | townships, t)
            grid(rows, dict.fromkeys(map(str, rows), TEXT), t, f"tally_{first}")
    st.subheader(t("delivered.became"))
    why = why_rows(told, t)
    grid(why, dict.fromkeys(map(str, why), TEXT), t, "why")
    missed = missed_rows(told, squads, t)
    if len(missed):
        with st.expander(t("delivered.missed", count=len(missed))):
            grid(missed, dict.fromkeys(map(str, missed), TEXT), t, "missed", LIST_HEIGHT)
    _pace(told, squads, t)


def _pace(told: Delivered, squads: dict[str, str], t: Translate) -> None:
    """Minutes a leg as planned and as told, squad by squad; the table twin is the tally by squad."""
    st.subheader(t("delivered.pace"))
    for line in pace_lines(told, t):
        st.markdown(f"- {line}")
    rows = told.by_squad[told.by_squad["legs"] > 0]
    if rows.empty:
        return
    names = [squads.get(squad, squad) for squad in rows["squad_id"]]
    planned, by_clock = t("delivered.as_planned"), t("delivered.as_told")
    parts = [
        pd.DataFrame({"squad": names, "minutes": (rows[column] / rows["legs"]).to_numpy(), "which": which})
        for column, which in (("leg_planned", planned), ("leg_told", by_clock))
    ]
    both = [planned, by_clock]
    points = alt.Chart(pd.concat(parts), height=LEAST + ROW * len(rows)).mark_point(filled=True, size=110).encode(
        x=alt.X("minutes:Q", title=t("delivered.leg_axis"), scale=alt.Scale(zero=False)),
        y=alt.Y("squad:N", title=None, sort=names),
        color=alt.Color("which:N", title=None, scale=alt.Scale(domain=both, range=[PLANNED, TOLD])),
        shape=alt.Shape("which:N", title=None, scale=alt.Scale(domain=both, range=["square", "circle"])),
    ).configure_legend(orient="top")  # fmt: skip
    st.altair_chart(points, width="stretch")
    with st.expander(t("review.table")):
        twin = tally_rows(told.by_squad, "squad_id", squads, t)
        grid(twin, {"done_of": TEXT, "done_pace": TEXT}, t, "pace")


def _calibration(told: Calibrated, t: Translate) -> None:
    st.subheader(t("calibration.title"))
    if told.reliability is None:
        st.info(t("calibration.none"), icon=":material/info:")
        return
    st.caption(t("calibration.lead"))
    for line in reliability_lines(told, t):
        st.markdown(f"- {line}")
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{t('calibration.curve')}**")
        _curve(told.reliability, t)
        with st.expander(t("review.table")):
            bins = bin_rows(told.reliability)
            grid(bins, dict.fromkeys(map(str, bins), TEXT), t, "bins")
    with right:
        st.markdown(f"**{t('calibration.groups')}**")
        groups = group_rows(told.reliability, t)
        grid(groups, dict.fromkeys(map(str, groups), TEXT), t, "groups")


def _curve(fit: Reliability, t: Translate) -> None:
    """Found against foretold, with intervals; on the dashed line they are the same."""
    whole = alt.Scale(domain=[0, 1])
    x = alt.X("expected:Q", scale=whole, axis=alt.Axis(format=".0%", title=t("calibration.foretold_axis")))
    percent = alt.Axis(format=".0%", title=t("calibration.found_axis"))
    bars = alt.Chart(fit.table, height=CHART).mark_rule(color=TOLD, strokeWidth=2).encode(
        x=x, y=alt.Y("share_low:Q", scale=whole, axis=percent), y2="share_high:Q"
    )  # fmt: skip
    points = alt.Chart(fit.table).mark_point(filled=True, color=TOLD, size=110).encode(x=x, y="share:Q")
    line = alt.Chart(pd.DataFrame({"expected": [0.0, 1.0], "share": [0.0, 1.0]}))
    ideal = line.mark_line(color=IDEAL, strokeDash=[5, 4]).encode(x=x, y="share:Q")
    st.altair_chart(ideal + bars + points, width="stretch")


def _proposals(ctx: Context, told: Calibrated, t: Translate) -> None:
    st.subheader(t("policy.title"))
    st.caption(t("policy.lead"))
    if unfit := policy_in_use(ctx).unfit:
        st.warning(t("policy.unfit", keys=literal("、".join(unfit))), icon=":material/warning:")
    wanted = [one for one in told.proposals if one.proposed is not None]
    if not wanted:
        few = all(one.reason == "too_few" for one in told.proposals)
        st.info(t("policy.too_few" if few else "policy.nothing"), icon=":material/info:")
    may = can(ctx.actor, "policy.decide") == Allowed()
    for one in wanted:
        _proposal(ctx, one, may, t)
    with st.expander(t("policy.all"), expanded=not wanted and told.reliability is not None):
        rows = proposal_rows(told, t)
        grid(rows, dict.fromkeys(map(str, rows), TEXT), t, "proposals")


def _proposal(ctx: Context, one: Proposal, may: bool, t: Translate) -> None:
    """One sentence; the two answers for whoever may give them."""
    with st.container(border=True):
        st.markdown(literal(proposal_line(one, t)))
        last = _last_word(ctx, one.key, t)
        if last:
            st.caption(literal(last))
        if not may:
            st.caption(t("policy.chief_only"))
            return
        with st.form(f"decide_{one.key}", border=False):
            reason = st.text_input(t("policy.reason"), key=f"reason_{one.key}", max_chars=MOST_REASON)
            with st.container(horizontal=True):
                take = st.form_submit_button(t("policy.take"), type="primary", icon=":material/check:")
                leave = st.form_submit_button(t("policy.leave"), icon=":material/close:")
        if not (take or leave):
            return
        try:
            if take:
                decide_policy(ctx, one.key, _typed(one), reason)
            else:
                keep_policy(ctx, one.key, reason)
        except PlannerError as error:
            show_error(error, t)
            return
        _said(t("policy.taken" if take else "policy.left", name=key_name(one.key, t)), one.key, t)


def _typed(one: Proposal) -> float | int | None:
    """Minutes are whole numbers."""
    return int(one.proposed) if one.proposed is not None and one.key.startswith("visit.") else one.proposed


def _last_word(ctx: Context, key: str, t: Translate) -> str | None:
    history = policy_history(ctx)
    mine = history_rows(history[history["key"] == key].head(1), t)
    if mine.empty:
        return None
    row = mine.iloc[0]
    return t("policy.last", at=row["pol_at"], by=row["pol_by"], change=row["pol_change"], reason=row["pol_why"])


def _history(ctx: Context, t: Translate) -> None:
    """Who said what when, and the way back."""
    history = policy_history(ctx)
    st.subheader(t("policy.history", count=len(history)))
    if history.empty:
        st.caption(t("policy.no_history"))
        return
    rows = history_rows(history, t)
    grid(rows, dict.fromkeys(map(str, rows), TEXT), t, "history")
    standing = history[history["stands"] & history["after"].notna()]
    if standing.empty or can(ctx.actor, "policy.decide") != Allowed():
        return
    values = dict(zip(standing["key"], standing["after"], strict=True))
    with st.expander(t("policy.back_title"), icon=":material/undo:"), st.form("policy_back", border=False):
        key = st.selectbox(
            t("policy.which"), list(values), format_func=lambda k: f"{key_name(k, t)}: {told_value(values[k], t)}"
        )
        reason = st.text_input(t("policy.reason"), key="reason_back", max_chars=MOST_REASON)
        if st.form_submit_button(t("policy.back")):
            try:
                decide_policy(ctx, key, None, reason)
            except PlannerError as error:
                show_error(error, t)
                return
            _said(t("policy.gone_back", name=key_name(key, t)), key, t)


def _said(words: str, key: str, t: Translate) -> None:
    done(PAGE, literal(words), partial(undo_policy, key=key, reason=t("access.undo_reason")))
