"""Buttons for what is printed or taken along."""

from datetime import date
from functools import partial

import streamlit as st

from planner.i18n import Translate
from planner.model.sweep import SweepPlan
from planner.ui.offers import XLSX, offer_file
from planner.usecases.take_along import DAY_FORMATS, PLAN_SHEETS, day_file, plan_sheet

MIME = {
    "pdf": "application/pdf",
    "xlsx": XLSX,
    "ics": "text/calendar",
    "gpx": "application/gpx+xml",
    "kml": "application/vnd.google-earth.kml+xml",
}


def show_plan_sheets(plan: SweepPlan, day: date, t: Translate) -> None:
    """The command sheet, the papers to be approved, and all route sheets of a day."""
    names = (*PLAN_SHEETS, "sheets")
    for place, name in zip(st.columns(len(names)), names, strict=True):
        make = (
            partial(day_file, plan_id=plan.id, kind="pdf", t=t, day=day)
            if name == "sheets"
            else partial(plan_sheet, plan_id=plan.id, sheet=name, t=t)
        )
        file = f"{plan.week_start}-{plan.id}-{name}.pdf"
        with place:
            offer_file(t(f"take_along.{name}"), make, file, MIME["pdf"], f"sheet {name} {plan.id} {day}")
    st.caption(t("take_along.people"))


def show_day_files(plan_id: str, squad_id: str, day: date, t: Translate) -> None:
    """One squad's day in every format."""
    with st.expander(t("take_along.title"), icon=":material/print:"), st.container(horizontal=True, gap="small"):
        for kind in DAY_FORMATS:
            make = partial(day_file, plan_id=plan_id, kind=kind, t=t, squad_id=squad_id, day=day)
            file = f"{day}-{squad_id}.{kind}"
            offer_file(t(f"take_along.{kind}"), make, file, MIME[kind], f"day {kind} {plan_id} {squad_id} {day}")
        st.caption(t("take_along.people"))
