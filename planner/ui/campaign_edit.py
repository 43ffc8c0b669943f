"""Forms of a campaign: propose one, exchange a sweep's townships, set targets, enter tasks and mark them done."""

from collections.abc import Callable
from datetime import timedelta

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate
from planner.model.campaign import Campaign, Kept, Target
from planner.ui.grids import TEXT, grid, pick
from planner.ui.words import literal, show_error
from planner.usecases.campaign import (
    CampaignRequest,
    add_tasks,
    drop_target,
    drop_tasks,
    keep,
    mark_tasks,
    next_start,
    propose,
    set_sweep,
    set_target,
)
from planner.usecases.campaign_words import names_of, promise_lines, rule_line
from planner.usecases.indicator_words import indicator_name

PROPOSED = "campaign_proposed"
HEIGHT = 320


def propose_form(ctx: Context, t: Translate) -> None:
    """What the chief asks for; the proposal stays in the session until it is kept or put aside."""
    st.caption(t("campaign.propose_lead"))
    with st.form("campaign", border=False):
        left, middle, right = st.columns(3)
        start = left.date_input(t("campaign.start"), next_start(ctx), format="YYYY-MM-DD")
        name = middle.text_input(t("campaign.name"), t("campaign.default_name", year=next_start(ctx).year))
        weeks = right.number_input(t("campaign.weeks"), 1, 53, 14)
        sweeps = left.number_input(t("campaign.sweeps"), 1, 26, 5)
        townships = middle.number_input(
            t("campaign.at_a_time"), 1, len(ctx.region.townships), ctx.policy.sweep.townships
        )
        rest = right.number_input(t("campaign.rest"), 1, 52, 4, help=t("campaign.rest_help"))
        most = left.number_input(t("campaign.most"), 1, 26, 2, help=t("campaign.most_help"))
        hot = middle.slider(t("campaign.hot"), 0, 100, 25, format="%d %%", help=t("campaign.hot_help"))
        stays = right.slider(t("campaign.left"), 0, 100, 50, format="%d %%", help=t("campaign.left_help"))
        if not st.form_submit_button(t("campaign.propose"), type="primary", icon=":material/lightbulb:"):
            return
    request = CampaignRequest(
        name, start, int(weeks), int(sweeps), int(townships), int(rest), int(most), hot / 100, stays / 100
    )
    st.session_state.pop(PROPOSED, None)
    try:
        with st.spinner(t("campaign.proposing")):
            st.session_state[PROPOSED] = propose(ctx, request)
    except PlannerError as error:
        show_error(error, t)


def show_proposal(ctx: Context, t: Translate) -> None:
    proposed: Campaign | None = st.session_state.get(PROPOSED)
    if proposed is None:
        return
    st.markdown(f"**{literal(t('campaign.proposal', name=proposed.name))}**")
    names = ctx.region.township_names
    rows = [(f"{sweep.week_start}", names_of(sweep.townships, names)) for sweep in proposed.sweeps]
    table = pd.DataFrame(rows, columns=["sweep_week", "sweep_townships"])
    grid(table, dict.fromkeys(("sweep_week", "sweep_townships"), TEXT), t, "proposed")
    st.markdown(rule_line(proposed, t))
    for line in promise_lines(proposed, t):
        st.markdown(f"- {line}")
    with st.container(horizontal=True):
        kept = st.button(t("campaign.keep"), type="primary", icon=":material/check:")
        if st.button(t("campaign.put_aside")):
            del st.session_state[PROPOSED]
            st.rerun()
    if kept:
        _do(lambda: keep(ctx, proposed), t, forget=True)


def sweep_form(ctx: Context, of: Kept, t: Translate) -> None:
    """Other townships for one sweep."""
    names = ctx.region.township_names
    weeks = {sweep.week_start: sweep for sweep in of.campaign.sweeps}
    with st.expander(t("campaign.change_sweep"), icon=":material/swap_horiz:"):
        week = st.selectbox(t("campaign.week_of"), list(weeks), key="sweep_changed")
        mine = [code for code in weeks[week].townships if code in names]
        with st.form("sweep", border=False):
            chosen = st.multiselect(
                t("campaign.townships"), list(names), mine, format_func=names.__getitem__, key=f"sweep_{week}"
            )
            if st.form_submit_button(t("campaign.save")):
                _do(lambda: set_sweep(ctx, of, week, chosen), t)
        st.caption(t("campaign.change_sweep_help"))


def target_form(ctx: Context, of: Kept, t: Translate) -> None:
    names = {spec.code: indicator_name(spec, t) for spec in ctx.region.indicators}
    codes = list(names)
    with st.expander(t("campaign.set_target"), icon=":material/flag:"):
        with st.form("target", border=False):
            left, middle, right = st.columns(3)
            code = left.selectbox(t("column.indicator"), codes, min(3, len(codes) - 1), format_func=names.__getitem__)
            value = middle.number_input(t("campaign.target_value"), 0.1, 99.9, 50.0, 0.5, format="%.1f")
            by = right.date_input(t("campaign.target_by"), of.campaign.end - timedelta(days=2), format="YYYY-MM-DD")
            if st.form_submit_button(t("campaign.save")):
                _do(lambda: set_target(ctx, of, Target(code, value / 100, by)), t)
        known = [target.indicator for target in of.campaign.targets]
        if known:
            gone = st.selectbox(
                t("campaign.drop_target"), known, None, format_func=lambda code: names.get(code, code),
                placeholder="—",
            )  # fmt: skip
            if st.button(t("campaign.drop"), disabled=gone is None, icon=":material/delete:"):
                _do(lambda: drop_target(ctx, of, str(gone)), t)


def task_form(ctx: Context, of: Kept, rows: pd.DataFrame, t: Translate) -> None:
    """The tasks, of which some can be marked; and a field to write or paste more."""
    if len(rows):
        kinds = dict.fromkeys(("task_unit", "task_what", "task_due", "task_state"), TEXT)
        ids = rows["id"].iloc[pick(rows, kinds, t, "campaign_tasks", HEIGHT, many=True)].tolist()
        with st.container(horizontal=True):
            done = st.button(t("campaign.mark_done", count=len(ids)), disabled=not ids, icon=":material/task_alt:")
            again = st.button(t("campaign.mark_open"), disabled=not ids, icon=":material/undo:")
            gone = st.button(t("campaign.drop"), disabled=not ids, icon=":material/delete:", key="drop_tasks")
        if done or again:
            _do(lambda: mark_tasks(ctx, of, ids, done), t)
        if gone:
            _do(lambda: drop_tasks(ctx, of, ids), t)
    with (
        st.expander(t("campaign.add_tasks"), icon=":material/playlist_add:", expanded=not len(rows)),
        st.form("tasks", border=False, clear_on_submit=False),
    ):
        text = st.text_area(t("campaign.task_lines"), help=t("campaign.task_help"), height=130)
        st.caption(t("campaign.task_help"))
        if st.form_submit_button(t("campaign.save")):
            _do(lambda: add_tasks(ctx, of, text), t)


def _do(deed: Callable[[], object], t: Translate, forget: bool = False) -> None:
    """A change, and the page again; or what stood in its way."""
    try:
        deed()
    except PlannerError as error:
        show_error(error, t)
        return
    if forget:
        st.session_state.pop(PROPOSED, None)
    st.rerun()
