"""What must be asked for before a planned week, on the plan's page."""

from functools import partial

import streamlit as st

from planner.bootstrap import Context
from planner.i18n import Translate
from planner.model.outcome import PAPER_STATES
from planner.model.route_day import carried
from planner.ui.folds import folded
from planner.ui.grids import POINTS, TEXT, WHOLE, grid, pick
from planner.ui.offers import XLSX, offer_file
from planner.usecases.ahead import (
    LOAD_HOURS,
    Ahead,
    ahead,
    ahead_lines,
    ahead_warnings,
    bailiff_rows,
    load_rows,
    paper_rows,
)
from planner.usecases.approve import decide_papers, states_of
from planner.usecases.export import ahead_file
from planner.usecases.remembered import worked_out
from planner.usecases.show import PlanView

TABLE_HEIGHT = 320
"""Pixels: a plan has hundreds of papers."""

DECIDED = "papers_decided"


def show_ahead(ctx: Context, view: PlanView, t: Translate) -> None:
    """Sentences, what is late already, the lists, and the file to take along."""
    plan, asked = view.plan, ahead(ctx, view.plan.id)
    st.markdown("##### " + t("ahead.title"))
    for warning in ahead_warnings(asked, t):
        st.warning(warning, icon=":material/schedule:")
    lines = worked_out(ctx, ("ahead", t("app.code")), lambda: ahead_lines(asked, t), asked)
    st.markdown("\n".join(f"- {line}" for line in lines))
    told = t("ahead.papers_table", count=f"{len(asked.papers):,}")
    with folded(told, "papers_open") as drawn:
        if drawn:
            _papers(ctx, view, asked, t)
    told = t("ahead.bailiffs_table", count=len(asked.bailiffs))
    with folded(told, "bailiffs_open") as drawn:
        if drawn:
            _bailiffs(ctx, view, asked, t)
    make, file = partial(ahead_file, plan_id=plan.id, t=t), f"{plan.week_start}-{plan.id}-{t('ahead.file')}.xlsx"
    offer_file(t("ahead.download"), make, file, XLSX, f"ahead {plan.id}")


def _bailiffs(ctx: Context, view: PlanView, asked: Ahead, t: Translate) -> None:
    rows = bailiff_rows(asked, ctx.region)
    kinds = dict.fromkeys(map(str, rows), TEXT) | dict.fromkeys(("bailiffs", "own_bailiffs", "visits"), WHOLE)
    grid(rows, kinds, t, f"bailiffs_{view.plan.id}")


def _papers(ctx: Context, view: PlanView, asked: Ahead, t: Translate) -> None:
    """The list with what was said of each, and buttons to say it."""
    if told := st.session_state.pop(DECIDED, None):
        st.success(t("papers_decided.done", count=told), icon=":material/check_circle:")
    keys = list(zip(asked.papers["visit_id"], asked.papers["paper"], strict=True))
    states = states_of(ctx, view.plan.id)
    shown = paper_rows(asked, ctx.region, t).assign(
        state=[t(f"paper_state.{carried(states.get(key))}") for key in keys]
    )
    st.caption(t("papers_decided.pick"))
    chosen = pick(shown, dict.fromkeys(map(str, shown), TEXT), t, f"papers_{view.plan.id}", TABLE_HEIGHT, many=True)
    for place, state in zip(st.columns(len(PAPER_STATES)), PAPER_STATES, strict=True):
        if place.button(
            t(f"papers_decided.{state}"), disabled=not chosen, key=f"{state}_{view.plan.id}", width="stretch"
        ):
            decide_papers(ctx, view.plan.id, [keys[n] for n in chosen], state)
            st.session_state[DECIDED] = len(chosen)
            st.rerun()


def show_load(view: PlanView, t: Translate) -> None:
    """How the work lies on the squads, with the spread in the last row."""
    with folded(t("load.title"), "load_open", ":material/balance:") as drawn:
        if not drawn:
            return
        rows = load_rows(view, t)
        hours = dict.fromkeys(LOAD_HOURS, POINTS)
        grid(rows, dict.fromkeys(map(str, rows), WHOLE) | {"squad": TEXT} | hours, t, f"load_{view.plan.id}")
        st.caption(t("load.told"))
