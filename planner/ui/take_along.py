"""Buttons for what is printed or taken along."""

from datetime import date
from functools import partial

import streamlit as st

from planner.bootstrap import Context
from planner.i18n import Translate
from planner.model.sweep import SweepPlan
from planner.usecases.take_along import DAY_FORMATS, PLAN_SHEETS, day_file, plan_sheet

MIME = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar",
    "gpx": "application/gpx+xml",
    "kml": "application/vnd.google-earth.kml+xml",
}


def show_plan_sheets(ctx: Context, plan: SweepPlan, day: date, t: Translate) -> None:
    """The command sheet, the papers to be approved, and all route sheets of a day."""
    names = (*PLAN_SHEETS, "sheets")
    for place, name in zip(st.columns(len(names)), names, strict=True):
        make = (
            partial(day_file, ctx, plan.id, "pdf", t, None, day)
            if name == "sheets"
            else partial(plan_sheet, ctx, plan.id, name, t)
        )
        place.download_button(
            t(f"take_along.{name}"), make, f"{plan.week_start}-{plan.id}-{name}.pdf", MIME["pdf"],
            icon=":material/print:", on_click="ignore", width="stretch", key=f"sheet_{name}_{plan.id}",
        )  # fmt: skip
    st.caption(t("take_along.people"))


def show_day_files(ctx: Context, plan_id: str, squad_id: str, day: date, t: Translate) -> None:
    """One squad's day in every format."""
    with st.expander(t("take_along.title"), icon=":material/print:"), st.container(horizontal=True, gap="small"):
        for kind in DAY_FORMATS:
            st.download_button(
                t(f"take_along.{kind}"), partial(day_file, ctx, plan_id, kind, t, squad_id, day),
                f"{day}-{squad_id}.{kind}", MIME[kind], icon=":material/download:", on_click="ignore",
                key=f"day_{kind}_{plan_id}_{squad_id}_{day}",
            )  # fmt: skip
        st.caption(t("take_along.people"))
