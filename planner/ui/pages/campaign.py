"""百日攻坚: which townships are swept when, what is to be reached and by whom, and the monthly bulletin."""

from datetime import date
from functools import partial

import streamlit as st

from planner.access import Allowed, can
from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate
from planner.model.campaign import Kept
from planner.ui import jobs as shown_jobs
from planner.ui.address import choose
from planner.ui.campaign_calendar import calendar_table
from planner.ui.campaign_edit import PROPOSED, propose_form, show_proposal, sweep_form, target_form, task_form
from planner.ui.campaign_paths import show_path
from planner.ui.empty import nothing_yet
from planner.ui.grids import TEXT, Figure, figures, grid
from planner.ui.offers import offer_file
from planner.ui.words import literal, show_error
from planner.usecases import jobs
from planner.usecases.bulletin import bulletin, bulletin_months
from planner.usecases.campaign import kept, plan_request, this_day
from planner.usecases.campaign_progress import CampaignState, SweepState, campaign_state, moved
from planner.usecases.campaign_words import (
    elsewhere_lines,
    promise_lines,
    rule_line,
    sweep_rows,
    task_rows,
    township_rows,
    verdict_of,
)
from planner.usecases.score import latest

KIND = "plan"
TO_PLAN = ("to_plan", "planned")
TASK_HEIGHT = 320
KEPT_STATES = 8


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.campaign"))
    st.caption(t("campaign.lead"))
    known, may = kept(ctx), can(ctx.actor, "campaign.manage") == Allowed()
    if not known and (latest(ctx) or not may):
        st.info(t("campaign.none" if may else "campaign.none_to_see"), icon=":material/info:")
    if may:
        _new(ctx, bool(known), t)
    if not known:
        return
    chosen = choose(
        "campaign", t("campaign.which"), known, lambda one: _label(one, t), t, text=lambda one: one.campaign.id
    )
    _campaign(ctx, chosen, may, t)


def _label(one: Kept, t: Translate) -> str:
    return t("campaign.label", name=one.campaign.name, start=one.campaign.start, end=one.campaign.end)


def _new(ctx: Context, any_yet: bool, t: Translate) -> None:
    if latest(ctx) is None:
        nothing_yet(t("campaign.no_score"), "hotspots", t)
        return
    with st.expander(t("campaign.new"), expanded=not any_yet or PROPOSED in st.session_state, icon=":material/add:"):
        propose_form(ctx, t)
        show_proposal(ctx, t)


def _campaign(ctx: Context, of: Kept, may: bool, t: Translate) -> None:
    told = _state(ctx, of, moved(ctx), this_day(ctx))
    names = _names(ctx)
    st.subheader(literal(_label(of, t)))
    _figures(told, t)
    for line in elsewhere_lines(told, names, t):
        st.warning(literal(line), icon=":material/warning:")
    st.html(calendar_table(told, names, ctx.region.calendar, t))
    st.caption(t("campaign.calendar_help"))
    columns = ("sweep_week", "sweep_townships", "sweep_state", "sweep_plan", "sweep_visits", "sweep_found")
    grid(sweep_rows(told, names, t), dict.fromkeys(columns, TEXT), t, "campaign_sweeps")
    for one in told.sweeps:
        if one.review:
            st.markdown(f"- **{one.sweep.week_start}**　{literal(verdict_of(one, t))}")
    _plan_next(ctx, told, t)
    if may:
        sweep_form(ctx, of, t)
    with st.expander(t("campaign.why"), icon=":material/balance:"):
        _why(told, t)
    _targets(ctx, of, told, may, t)
    _tasks(ctx, of, told, may, t)
    st.subheader(t("campaign.townships"))
    st.caption(t("campaign.townships_lead"))
    kinds = dict.fromkeys(("name", "p_top_now", "last_swept", "next_swept", "times"), TEXT)
    grid(township_rows(told, names, t), kinds, t, "campaign_townships", TASK_HEIGHT)
    _bulletin(of, told, t)


@st.cache_data(max_entries=KEPT_STATES, show_spinner=False)
def _state(_ctx: Context, of: Kept, moved: str, today: date) -> CampaignState:  # noqa: ARG001 - the key of what is kept
    return campaign_state(_ctx, of.campaign)


def _names(ctx: Context) -> dict[str, str]:
    return ctx.region.township_names


def _figures(told: CampaignState, t: Translate) -> None:
    campaign = told.campaign
    week = min(campaign.weeks, max(0, (told.today - campaign.start).days // 7 + 1))
    done = sum(task.done_on is not None for task in campaign.tasks)
    reached = {code for one in told.sweeps for code in one.sweep.townships}
    as_of = t("campaign.as_of", day=told.today)
    figures(
        [
            Figure(t("campaign.week"), f"{week} / {campaign.weeks}", as_of),
            Figure(t("campaign.sweeps_over"), f"{sum(s.state == 'over' for s in told.sweeps)} / {len(told.sweeps)}"),
            Figure(t("campaign.reached"), f"{len(reached)} / {len(told.townships)}", t("campaign.reached_note")),
            Figure(t("campaign.tasks_over"), f"{done} / {len(campaign.tasks)}"),
            Figure(t("campaign.overdue"), f"{len(told.overdue)}", as_of),
        ]
    )


def _why(told: CampaignState, t: Translate) -> None:
    st.markdown(rule_line(told.campaign, t))
    for line in promise_lines(told.campaign, t):
        st.markdown(f"- {line}")
    st.caption(t("campaign.method"))


def _plan_next(ctx: Context, told: CampaignState, t: Translate) -> None:
    """The next sweep without a plan: one press starts its plan, the rest goes on at the page of plans."""
    under_way = shown_jobs.under_way(KIND)
    waiting = [one for one in told.sweeps if one.state in TO_PLAN and one.sweep.week_start >= told.today]
    if waiting and can(ctx.actor, "plan.make") == Allowed():
        one = st.selectbox(
            t("campaign.to_plan"), waiting, format_func=lambda one: _sweep_label(one, _names(ctx)), key="to_plan"
        )
        if st.button(t("campaign.plan_this"), type="primary", icon=":material/play_arrow:", disabled=under_way):
            try:
                shown_jobs.started(KIND, jobs.start_plan(ctx, plan_request(ctx, one.sweep)))
            except PlannerError as error:
                show_error(error, t)
    if under_way:
        shown_jobs.watch(ctx, t, KIND)
    if job := shown_jobs.ended(KIND):
        if job.result:
            st.success(t("campaign.planned", id=job.result), icon=":material/check_circle:")
            st.html(f'<a href="plan?plan={job.result}" target="_self">→ {t("page.plan")}</a>')
        else:
            shown_jobs.show_failure(job, t)


def _sweep_label(one: SweepState, names: dict[str, str]) -> str:
    return f"{one.sweep.week_start}　{'、'.join(names.get(code, code) for code in one.sweep.townships)}"


def _targets(ctx: Context, of: Kept, told: CampaignState, may: bool, t: Translate) -> None:
    st.subheader(t("campaign.targets"))
    if told.as_of is None:
        st.info(t("campaign.no_register"), icon=":material/info:")
    elif not told.paths:
        st.info(t("campaign.no_targets"), icon=":material/info:")
    for path in told.paths:
        show_path(path, t)
    if may:
        target_form(ctx, of, t)


def _tasks(ctx: Context, of: Kept, told: CampaignState, may: bool, t: Translate) -> None:
    st.subheader(t("campaign.tasks"))
    if told.overdue:
        st.error(t("campaign.overdue_line", count=len(told.overdue), day=told.today), icon=":material/alarm:")
    if not of.campaign.tasks:
        st.info(t("campaign.no_tasks"), icon=":material/info:")
    if may:
        task_form(ctx, of, task_rows(told, t), t)
    elif of.campaign.tasks:
        kinds = dict.fromkeys(("task_unit", "task_what", "task_due", "task_state"), TEXT)
        grid(task_rows(told, t), kinds, t, "campaign_tasks", TASK_HEIGHT)


def _bulletin(of: Kept, told: CampaignState, t: Translate) -> None:
    st.subheader(t("campaign.bulletin"))
    months: list[date] = bulletin_months(of.campaign, told.today)
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    month = left.selectbox(t("campaign.month"), months, format_func=lambda day: f"{day:%Y-%m}")
    asked = f"{month:%Y-%m}"
    with right:
        make = partial(bulletin, campaign_id=of.campaign.id, month=asked, t=t)
        label = t("campaign.take_bulletin", month=asked)
        offer_file(
            label, make, f"{of.campaign.name}-{asked}.pdf", "application/pdf", f"bulletin {of.campaign.id} {asked}"
        )
    st.caption(t("campaign.bulletin_help"))
