"""Work over all counties on the province page: begin, watch, cancel, resume, try again what failed."""

import pandas as pd
import streamlit as st

from planner.access import Allowed, can
from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate, tell
from planner.model.province import ProvinceRun
from planner.model.units import moment
from planner.ui import jobs as shown_jobs
from planner.ui.grids import TEXT, WHOLE, grid
from planner.usecases import jobs
from planner.usecases.province import begin_plan, begin_score, runs
from planner.usecases.province_view import ProvinceView
from planner.usecases.score import ScoreRequest
from planner.usecases.sweep import SECONDS, PlanRequest

KIND = "province"
SECONDS_GIVEN, LIST_HEIGHT = 10, 420


def show_runs(ctx: Context, view: ProvinceView, t: Translate) -> None:
    may = can(ctx.actor, "province.run") == Allowed()
    st.caption(t("province_page.work_lead"))
    busy = shown_jobs.under_way(KIND)
    if may:
        _begin(ctx, view, busy, t)
    if busy:
        shown_jobs.watch(ctx, t, KIND)
    elif job := shown_jobs.ended(KIND):
        shown_jobs.show_failure(job, t)
    known = runs(ctx)
    if not known:
        st.info(t("province_page.no_runs"), icon=":material/info:")
        return
    chosen = st.selectbox(t("province_page.which_run"), known, format_func=lambda run: _label(run, t))
    _run(ctx, view, chosen, may, busy, t)


def _begin(ctx: Context, view: ProvinceView, busy: bool, t: Translate) -> None:
    with st.expander(t("province_page.begin"), expanded=not view.count("planned", "scored"), icon=":material/add:"):
        st.write(t("province_page.import_by_command"))
        with st.form("province_plan", border=False):
            left, right = st.columns(2)
            week = left.date_input(t("plan.week"), None, help=t("province_page.week_help"))
            seconds = right.slider(
                t("plan.seconds"), int(SECONDS[0]), 60, SECONDS_GIVEN, help=t("province_page.seconds_help")
            )
            score = left.form_submit_button(
                t("province_page.score"), icon=":material/local_fire_department:", disabled=busy
            )
            plan = right.form_submit_button(t("province_page.plan"), icon=":material/groups:", disabled=busy)
    if score:
        shown_jobs.started(KIND, jobs.start_province(ctx, begin_score(ctx, ScoreRequest())))
    if plan:
        request = PlanRequest(week_start=week, seconds=float(seconds))
        shown_jobs.started(KIND, jobs.start_province(ctx, begin_plan(ctx, request)))


def _label(run: ProvinceRun, t: Translate) -> str:
    return t(
        "province_page.run_label",
        kind=t(f"province_page.kind_{run.kind}"),
        at=moment(run.created_at),
        by=run.created_by,
    )


def _run(ctx: Context, view: ProvinceView, run: ProvinceRun, may: bool, busy: bool, t: Translate) -> None:
    counts = {state: run.count(state) for state in ("done", "waiting", "failed")}
    st.progress(counts["done"] / len(run.parts), t("province_page.run_counts", **counts))
    left = counts["waiting"] + counts["failed"]
    if may and left and not busy:
        words = "province_page.resume" if counts["waiting"] else "province_page.retry"
        if st.button(t(words, count=left), type="primary", icon=":material/replay:"):
            shown_jobs.started(KIND, jobs.start_province(ctx, run.id))
    grid(_rows(view, run, t), {"city": TEXT, "county": TEXT, "part_state": TEXT, "attempts": WHOLE, "part_came": TEXT},
         t, "province_parts", LIST_HEIGHT)  # fmt: skip


def _rows(view: ProvinceView, run: ProvinceRun, t: Translate) -> pd.DataFrame:
    """Those that failed first."""
    known = {county.code: county for county in view.counties}
    rows = []
    for part in sorted(run.parts, key=lambda part: (("failed", "waiting", "done").index(part.state), part.county_code)):
        county = known.get(part.county_code)
        fault = tell(PlannerError(part.error_key, **part.error_params), t) if part.error_key else ""
        came = t("province_page.part_done", at=moment(part.at)) if part.state == "done" and part.at else ""
        names = (county.city, county.name) if county else ("", part.county_code)
        rows.append((*names, t(f"part_state.{part.state}"), part.attempts, fault or came))
    return pd.DataFrame(rows, columns=["city", "county", "part_state", "attempts", "part_came"])
