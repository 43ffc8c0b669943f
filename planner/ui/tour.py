"""The tour for newcomers: a panel above the pages that says what is seen, does the next step and goes to its page."""

from collections.abc import Callable, Mapping
from typing import NoReturn

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from planner.access import Allowed, can
from planner.bootstrap import Context
from planner.i18n import Translate
from planner.ui import jobs as shown_jobs
from planner.usecases import jobs
from planner.usecases.demo import made_up
from planner.usecases.figures import gap_of
from planner.usecases.rejected import last_import
from planner.usecases.score import latest, outdated, score
from planner.usecases.show import list_plans
from planner.usecases.sweep import PlanRequest
from planner.usecases.tour import STEPS, go_on, leave, tour_step

PAGES = {
    "welcome": "home",
    "account": "import",
    "ranking": "hotspots",
    "plan": "plan",
    "route": "routes",
    "own": "import",
}
"""Step -> the page on which it is told."""

SECONDS = 5.0
"""Of search for the tour's plan."""

Pages = Mapping[str, StreamlitPage]


def show_tour(ctx: Context, t: Translate, pages: Pages, here: str) -> None:
    """The panel, for whoever may do the steps and has not left the tour; ``here``: the name of the page below."""
    step = tour_step(ctx) if can(ctx.actor, "demo.manage") == Allowed() else None
    unbegun = step == STEPS[0] and here != PAGES[STEPS[0]]
    if step is None or unbegun or not set(PAGES.values()) <= set(pages):
        return
    with st.container(border=True, key="tour"):
        st.caption(t("tour.step", number=STEPS.index(step) + 1, count=len(STEPS)))
        if here == PAGES[step]:
            st.markdown(f"**{t(f'tour.{step}')}**")
            TOLD[step](ctx, t, pages)
        else:
            _elsewhere(ctx, t, pages, step)


def _elsewhere(ctx: Context, t: Translate, pages: Pages, step: str) -> None:
    st.markdown(t("tour.elsewhere", page=t(f"page.{PAGES[step]}"), step=t(f"tour.{step}")))
    if _buttons(ctx, t, t("tour.back"), "back"):
        _switch(pages, step)


def _buttons(ctx: Context, t: Translate, label: str, key: str, waits: bool = False) -> bool:
    """The way on, and the way out of the tour; True where the first was pressed."""
    onward, out, _ = st.columns([2, 1, 3])
    if out.button(t("tour.leave"), key=f"tour_leave_{key}", width="stretch"):
        leave(ctx)
        st.rerun()
    return onward.button(label, key=f"tour_{key}", type="primary", disabled=waits, width="stretch")


def _welcome(ctx: Context, t: Translate, pages: Pages) -> None:
    _find_again(ctx, "demo")
    job = shown_jobs.ended("demo")
    if job and job.result:
        _on(ctx, pages, "account")
    loaded = made_up(ctx)
    st.markdown(t("tour.welcome_loaded" if loaded else "tour.welcome_words"))
    if shown_jobs.under_way("demo"):
        shown_jobs.watch(ctx, t, "demo")
        return
    if job:
        shown_jobs.show_failure(job, t)
    if _buttons(ctx, t, t("tour.welcome_loaded_next" if loaded else "tour.welcome_next"), "welcome"):
        if loaded:
            _on(ctx, pages, "account")
        shown_jobs.started("demo", jobs.start_demo(ctx))


def _account(ctx: Context, t: Translate, pages: Pages) -> None:
    record = last_import(ctx)
    if record:
        counts = {name: f"{getattr(record.report, name):,}" for name in ("rows_read", "rows_kept", "rows_rejected")}
        st.markdown(t("tour.account_words", **counts))
    if _buttons(ctx, t, t("tour.account_next"), "account"):
        with st.spinner(t("tour.scoring"), show_time=True):
            run = latest(ctx)
            if run is None or outdated(ctx, run):
                score(ctx)
        _on(ctx, pages, "ranking")


def _ranking(ctx: Context, t: Translate, pages: Pages) -> None:
    run = latest(ctx)
    if run is not None:
        h = run.hotspots
        first = h.table.sort_values("rank").head(h.k)
        named = "、".join(f"{row['name']} {100 * row['p_top']:.0f} %" for row in first.to_dict("records"))
        st.markdown(t("tour.ranking_words", k=h.k, names=named, as_of=f"{h.as_of:%Y-%m-%d}"))
    if _buttons(ctx, t, t("tour.ranking_next"), "ranking"):
        _start_plan(ctx)
        _on(ctx, pages, "plan")


def _plan(ctx: Context, t: Translate, pages: Pages) -> None:
    _find_again(ctx, "plan")
    plans = list_plans(ctx)
    if shown_jobs.under_way("plan"):
        st.markdown(t("tour.plan_waits"))
        _buttons(ctx, t, t("tour.plan_next"), "plan", waits=True)
    elif plans.empty:
        st.markdown(t("tour.plan_missing"))
        if _buttons(ctx, t, t("tour.plan_again"), "again"):
            _start_plan(ctx)
            st.rerun()
    else:
        newest = plans.iloc[0]
        told = {"week": newest["week_start"], "visits": f"{newest['visits']:,}"}
        at_most = f"{100 * gap_of(newest['prize'], newest['bound']):.1f}"
        st.markdown(t("tour.plan_words", gap=at_most, **told))
        if _buttons(ctx, t, t("tour.plan_next"), "plan"):
            _on(ctx, pages, "route")


def _route(ctx: Context, t: Translate, pages: Pages) -> None:
    st.markdown(t("tour.route_words"))
    if _buttons(ctx, t, t("tour.route_next"), "route"):
        _on(ctx, pages, "own")


def _own(ctx: Context, t: Translate, pages: Pages) -> None:
    st.markdown(t("tour.own_words"))
    if st.button(t("tour.own_next"), key="tour_own", type="primary"):
        leave(ctx)
        st.switch_page(pages["home"])


TOLD: Mapping[str, Callable[[Context, Translate, Pages], None]] = {
    "welcome": _welcome,
    "account": _account,
    "ranking": _ranking,
    "plan": _plan,
    "route": _route,
    "own": _own,
}


def _start_plan(ctx: Context) -> None:
    shown_jobs.remember("plan", jobs.start_plan(ctx, PlanRequest(seconds=SECONDS)))


def _find_again(ctx: Context, kind: str) -> None:
    """A job under way is found again by a page that was loaded anew."""
    if not shown_jobs.under_way(kind) and (job_id := jobs.under_way(ctx, kind)):
        shown_jobs.remember(kind, job_id)


def _on(ctx: Context, pages: Pages, step: str) -> NoReturn:
    go_on(ctx, step)
    _switch(pages, step)


def _switch(pages: Pages, step: str) -> NoReturn:
    """To the step's page, in the language in which the page before was asked for."""
    kept = {name: st.query_params[name] for name in ("lang",) if name in st.query_params}
    st.switch_page(pages[PAGES[step]], query_params=kept)
