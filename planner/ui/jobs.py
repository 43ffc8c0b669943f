"""A job under way in a page: a bar that redraws itself, a button to cancel, and how it ended."""

from datetime import timedelta

import streamlit as st

from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate
from planner.model.job import Job
from planner.ui.words import show_error
from planner.usecases import jobs

POLL = timedelta(seconds=0.7)


def _keys(kind: str) -> tuple[str, str]:
    """Where the session keeps a job of a kind under way, and the last one that ended."""
    return f"{kind}_job", f"{kind}_ended"


def started(kind: str, job_id: str) -> None:
    """Remember a job in this session, and draw the page again."""
    remember(kind, job_id)
    st.rerun()


def remember(kind: str, job_id: str) -> None:
    """A job of this session, instead of the one of its kind before."""
    under_way, ended = _keys(kind)
    st.session_state[under_way] = job_id
    st.session_state.pop(ended, None)


def forget() -> None:
    """No job of this session is remembered any more."""
    for name in [name for kind in jobs.ACTIONS for name in _keys(kind)]:
        st.session_state.pop(name, None)


def under_way(kind: str) -> bool:
    return _keys(kind)[0] in st.session_state


def ended(kind: str) -> Job | None:
    """The last job of this session, once it has ended."""
    job: Job | None = st.session_state.get(_keys(kind)[1])
    return job


@st.fragment(run_every=POLL)
def watch(ctx: Context, t: Translate, kind: str, address: str | None = None) -> None:
    """The job under way: redraws itself, and the whole page once it has ended.

    ``address``: the parameter of the page's address that then names what was made.
    """
    running, done = _keys(kind)
    job = jobs.state(ctx, st.session_state[running])
    if job.ended:
        st.session_state[done] = job
        del st.session_state[running]
        if address and job.result:
            st.query_params[address] = job.result
        st.rerun(scope="app")
    bar, button = st.columns([5, 1], vertical_alignment="center")
    told = "job.cancelling" if job.cancel_wanted else "job.under_way"
    bar.progress(job.share, t(told, stage=t(f"stage.{job.stage}"), share=f"{100 * job.share:.0f}"))
    if button.button(t("job.cancel"), disabled=job.cancel_wanted, icon=":material/stop:"):
        jobs.cancel(ctx, job.id)
        st.rerun(scope="fragment")


def show_failure(job: Job, t: Translate) -> None:
    """Why a job ended without a result."""
    if job.state == "failed":
        show_error(PlannerError(job.error_key or "", **job.error_params), t)
    elif job.state == "cancelled":
        st.warning(t("error.cancelled"), icon=":material/info:")
