"""A made-up register says so on the screen, and the way to take it out again."""

import streamlit as st

from planner.access import Allowed, can
from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate
from planner.ui import jobs as shown_jobs
from planner.ui.words import show_error
from planner.usecases.demo import made_up, start_over
from planner.usecases.tour import leave

GONE = "demo_gone"


def show_demo_notice(ctx: Context, t: Translate) -> None:
    """That the register is made up, and how to start over; nothing of a real one."""
    if count := st.session_state.pop(GONE, None):
        st.success(t("demo.removed", count=count), icon=":material/check_circle:")
    if not made_up(ctx):
        return
    st.warning(t("demo.notice"), icon=":material/theater_comedy:")
    if can(ctx.actor, "demo.manage") != Allowed():
        return
    with st.expander(t("demo.start_over"), icon=":material/restart_alt:"):
        st.write(t("demo.start_over_words"))
        sure = st.checkbox(t("demo.sure"), key="demo_sure")
        if st.button(t("demo.remove"), disabled=not sure, icon=":material/delete:"):
            _remove(ctx, t)


def _remove(ctx: Context, t: Translate) -> None:
    try:
        count = start_over(ctx)
        leave(ctx)  # whoever wants their own register needs no tour of another
    except PlannerError as error:
        show_error(error, t)
        return
    shown_jobs.forget()
    st.query_params.pop("plan", None)
    st.session_state[GONE] = f"{count:,}"
    st.rerun()
