"""What must be asked for before a planned week, on the plan's page."""

from functools import partial

import streamlit as st

from planner.bootstrap import Context
from planner.i18n import Translate
from planner.ui.grids import POINTS, TEXT, WHOLE, grid
from planner.usecases.ahead import LOAD_HOURS, ahead, ahead_lines, ahead_warnings, bailiff_rows, load_rows, paper_rows
from planner.usecases.export import ahead_file
from planner.usecases.show import PlanView

TABLE_HEIGHT = 320
"""Pixels: a plan has hundreds of papers."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_ahead(ctx: Context, view: PlanView, t: Translate) -> None:
    """Sentences, what is late already, the lists, and the file to take along."""
    plan, asked = view.plan, ahead(ctx, view.plan.id)
    st.markdown("##### " + t("ahead.title"))
    for warning in ahead_warnings(asked, t):
        st.warning(warning, icon=":material/schedule:")
    for line in ahead_lines(asked, t):
        st.markdown(f"- {line}")
    papers, bailiffs = paper_rows(asked, ctx.region, t), bailiff_rows(asked, ctx.region)
    with st.expander(t("ahead.papers_table", count=f"{len(papers):,}")):
        grid(papers, dict.fromkeys(map(str, papers), TEXT), t, f"papers_{plan.id}", TABLE_HEIGHT)
    with st.expander(t("ahead.bailiffs_table", count=len(bailiffs))):
        words = dict.fromkeys(map(str, bailiffs), TEXT)
        grid(bailiffs, words | dict.fromkeys(("bailiffs", "own_bailiffs", "visits"), WHOLE), t, f"bailiffs_{plan.id}")
    st.download_button(
        t("ahead.download"),
        partial(ahead_file, ctx, plan.id, t),
        f"{plan.week_start}-{plan.id}-{t('ahead.file')}.xlsx",
        XLSX,
        icon=":material/download:",
        on_click="ignore",
        key=f"ahead_{plan.id}",
    )


def show_load(view: PlanView, t: Translate) -> None:
    """How the work lies on the squads, with the spread in the last row."""
    with st.expander(t("load.title"), icon=":material/balance:"):
        rows = load_rows(view, t)
        hours = dict.fromkeys(LOAD_HOURS, POINTS)
        grid(rows, dict.fromkeys(map(str, rows), WHOLE) | {"squad": TEXT} | hours, t, f"load_{view.plan.id}")
        st.caption(t("load.told"))
