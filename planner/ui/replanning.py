"""改排: say what has happened, get a new plan for what is left, and see what it changes for whom."""

from datetime import date, time

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate
from planner.model.sweep import SweepPlan
from planner.ui.folds import folded
from planner.ui.grids import TEXT, grid
from planner.ui.words import case_numbers, show_error
from planner.usecases.findings import change_rows, changes_sentence
from planner.usecases.remembered import worked_out
from planner.usecases.replan import ReplanRequest, plan_changes, replan
from planner.usecases.show import PlanView, plan_view

MADE = "replanned"
START = time(8)


def show_replanning(ctx: Context, view: PlanView, t: Translate) -> None:
    """The form, and what the newest replan of this plan changes."""
    with folded(t("replan.title"), "replan_open", ":material/published_with_changes:", keeps=True) as drawn:
        if drawn:
            st.caption(t("replan.help"))
            request = _form(ctx, view, t)
            if request is not None:
                _replanned(ctx, request, t)
    if view.plan.parent:
        _changes(ctx, view.plan, t)


def _replanned(ctx: Context, request: ReplanRequest, t: Translate) -> None:
    try:
        with st.spinner(t("replan.under_way")):
            made = replan(ctx, request)
    except PlannerError as error:
        show_error(error, t)
        return
    st.query_params["plan"] = made.id
    st.rerun()


def _form(ctx: Context, view: PlanView, t: Translate) -> ReplanRequest | None:
    plan = view.plan
    ferries = {link.id: link.name for link in ctx.region.links if link.kind == "ferry"}
    with st.form(f"replan_{plan.id}", border=False):
        left, middle, right = st.columns(3)
        day = left.selectbox(t("replan.day"), plan.days, format_func=lambda d: f"{d:%m-%d}")
        minute = middle.time_input(t("replan.minute"), START, help=t("replan.minute_help"))
        days = right.multiselect(
            t("replan.days"), plan.days, format_func=lambda d: f"{d:%m-%d}", placeholder=t("replan.that_day")
        )
        squads = left.multiselect(
            t("replan.absent"), list(view.squad_names), format_func=view.squad_names.__getitem__, placeholder="—"
        )
        boats = middle.multiselect(
            t("replan.no_boat"), list(ferries), format_func=ferries.__getitem__, placeholder="—", disabled=not ferries
        )
        planned = worked_out(ctx, ("planned visits",), lambda: _planned(view), view)
        missed = right.multiselect(t("replan.missed"), list(planned), format_func=planned.__getitem__, placeholder="—")
        closed = left.text_area(t("replan.closed"), help=t("replan.numbers_help"), height=80)
        clues = middle.text_area(t("replan.clues"), help=t("replan.numbers_help"), height=80)
        pinned = right.multiselect(t("replan.pinned"), list(planned), format_func=planned.__getitem__, placeholder="—")
        if not st.form_submit_button(t("replan.start"), type="primary", icon=":material/play_arrow:"):
            return None
    on = days or [day]
    return ReplanRequest(
        plan.id,
        day,
        minute.hour * 60 + minute.minute,
        absent=_each(squads, on),
        no_boat=_each(boats, on),
        closed=case_numbers(closed),
        clues=case_numbers(clues),
        missed=tuple(missed),
        pinned=tuple(pinned),
    )


def _each(ids: list[str], days: list[date]) -> tuple[tuple[str, date], ...]:
    return tuple((one, day) for one in ids for day in days)


def _planned(view: PlanView) -> dict[str, str]:
    """Visit id -> day, squad, time and first case number."""
    rows = view.rows.to_dict("records")
    return {
        row["visit_id"]: f"{row['day']:%m-%d} {row['squad']} {row['start']} {str(row['case_ids']).split(';')[0]}"
        for row in rows
    }


def _changes(ctx: Context, plan: SweepPlan, t: Translate) -> None:
    before = plan_view(ctx, str(plan.parent))
    table = plan_changes(before.plan, plan)
    with st.container(border=True):
        st.markdown(changes_sentence(before.plan, plan, table, t))
        if not table.empty:
            visits = pd.concat([before.visits, plan_view(ctx, plan.id).visits]).drop_duplicates("visit_id")
            told = change_rows(table, visits, before.squad_names, t)
            grid(told, dict.fromkeys(told.columns, TEXT), t, f"changes_{plan.id}", height=280)
