"""编排方案: ask for a plan, watch it being made, read it, put two side by side."""

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.i18n import Translate
from planner.model.job import Job
from planner.model.policy import SPREADS
from planner.ui import jobs as shown_jobs
from planner.ui.address import choose
from planner.ui.empty import nothing_yet
from planner.ui.folds import folded
from planner.ui.plans import plan_labels, show_beside, show_plan
from planner.ui.questions import show_questions
from planner.ui.replanning import show_replanning
from planner.ui.words import case_numbers
from planner.usecases import jobs
from planner.usecases.score import latest
from planner.usecases.show import compare, list_plans, plan_view
from planner.usecases.sweep import SECONDS, PlanRequest
from planner.usecases.trial import drawn_spread
from planner.usecases.week import next_working_week

KIND = "plan"


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.plan"))
    run = latest(ctx)
    if run is None:
        nothing_yet(t("plan.no_score"), "hotspots", t)
        return
    listed = list_plans(ctx)
    under_way = shown_jobs.under_way(KIND)
    key = "first_plan_open" if listed.empty else "new_plan_open"
    with folded(t("plan.new"), key, ":material/add:", keeps=True, expanded=listed.empty) as drawn:
        request = _form(ctx, run.hotspots.as_of, under_way, t) if drawn else None
    if request is not None:
        _say_departure(ctx, request, t)
        shown_jobs.started(KIND, jobs.start_plan(ctx, request))
    if under_way:
        shown_jobs.watch(ctx, t, KIND, address="plan")
    if job := shown_jobs.ended(KIND):
        _ended(job, t)
    if listed.empty:
        st.info(t("plan.empty"), icon=":material/info:")
        return
    chosen, other = _choose(listed, t)
    if other:
        show_beside(compare(ctx, chosen, other), t)
    view = plan_view(ctx, chosen)
    show_replanning(ctx, view, t)
    show_plan(ctx, view, t)
    show_questions(ctx, view, t)


def _choose(listed: pd.DataFrame, t: Translate) -> tuple[str, str | None]:
    """The plan to show, and the one beside it, if any. The newest comes first, or the one in the address."""
    labels = plan_labels(listed, t)
    ids = list(labels)
    left, right = st.columns(2)
    chosen = choose("plan", t("plan.shown"), ids, labels.__getitem__, t, place=left)
    others = [plan_id for plan_id in ids if plan_id != chosen]
    other = right.selectbox(
        t("plan.beside"), others, index=None, format_func=labels.__getitem__, placeholder=t("plan.beside_none")
    )
    return chosen, other


def _form(ctx: Context, as_of: pd.Timestamp, under_way: bool, t: Translate) -> PlanRequest | None:
    names = ctx.region.township_names
    squads = {squad.id: f"{squad.name}（{squad.size}）" for squad in ctx.region.squads}
    sweep, proposed = ctx.policy.sweep, next_working_week(ctx.region.calendar, as_of.date())
    drawn = drawn_spread(ctx, proposed)
    if drawn:
        st.caption(t("trial.hint", week=proposed, spread=t(f"trial.{drawn}")))
    with st.form("plan", border=False):
        left, middle, right = st.columns(3)
        week = left.date_input(t("plan.week"), proposed)
        spread = middle.selectbox(
            t("plan.spread"), SPREADS, SPREADS.index(drawn or sweep.spread), format_func=lambda s: t(f"spread.{s}")
        )
        k = right.number_input(t("plan.townships"), 1, len(names), min(sweep.townships, len(names)))
        must = left.multiselect(t("plan.must"), list(names), format_func=names.__getitem__, placeholder=t("plan.any"))
        never = middle.multiselect(
            t("plan.never"), list(names), format_func=names.__getitem__, placeholder=t("plan.any")
        )
        seconds = right.slider(t("plan.seconds"), int(SECONDS[0]), 120, 20, help=t("plan.seconds_help"))
        taking_part = st.multiselect(
            t("plan.squads"), list(squads), list(squads), format_func=squads.__getitem__, placeholder=t("plan.any")
        )
        visit = left.text_area(t("plan.visit"), help=t("plan.visit_help"), height=80)
        leave_out = middle.text_area(t("plan.leave_out"), help=t("replan.numbers_help"), height=80)
        if not st.form_submit_button(t("plan.start"), type="primary", icon=":material/play_arrow:", disabled=under_way):
            return None
    return PlanRequest(
        week_start=week,
        spread=spread,
        townships=int(k),
        must=tuple(must),
        never=tuple(never),
        squads=tuple(taking_part),
        seconds=float(seconds),
        visit=case_numbers(visit),
        leave_out=case_numbers(leave_out),
    )


def _say_departure(ctx: Context, request: PlanRequest, t: Translate) -> None:
    """A plan may be made whatever a coin said of its week, but not unawares."""
    drawn = drawn_spread(ctx, request.week_start) if request.week_start else None
    if drawn and drawn != request.spread:
        told = {"drawn": t(f"spread.{drawn}"), "spread": t(f"spread.{request.spread}")}
        st.warning(t("trial.departs", week=request.week_start, **told), icon=":material/casino:")


def _ended(job: Job, t: Translate) -> None:
    if job.result:
        st.success(t("plan.made", id=job.result), icon=":material/check_circle:")
    else:
        shown_jobs.show_failure(job, t)
