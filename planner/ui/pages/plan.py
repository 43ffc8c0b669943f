"""编排方案: ask for a plan, watch it being made, read it, put two side by side."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.files.maps.routes import route_map
from planner.i18n import Translate, tell
from planner.model.policy import SPREADS
from planner.model.sweep import SweepPlan
from planner.ui.frames import show_map
from planner.ui.grids import WHOLE, column, grid
from planner.usecases import jobs
from planner.usecases.export import FORMATS, plan_file
from planner.usecases.figures import gap, plan_figures, yuan
from planner.usecases.score import latest
from planner.usecases.show import PlanView, compare, list_plans, plan_view
from planner.usecases.sweep import SECONDS, PlanRequest
from planner.usecases.week import next_working_week

JOB = "plan_job"
POLL = timedelta(seconds=0.7)
MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
    "html": "text/html",
}


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.plan"))
    run = latest(ctx)
    if run is None:
        st.info(t("plan.no_score"), icon=":material/info:")
        return
    listed = list_plans(ctx)
    with st.expander(t("plan.new"), expanded=listed.empty, icon=":material/add:"):
        request = _form(ctx, run.hotspots.as_of, t)
        if request is not None:
            st.session_state[JOB] = jobs.start_plan(ctx, request)
    if JOB in st.session_state:
        _watch(ctx, t)
    if listed.empty:
        st.info(t("plan.empty"), icon=":material/info:")
        return
    labels = {row.id: _label(row, t) for row in listed.itertuples()}
    first, second = st.columns(2)
    asked = st.query_params.get("plan")
    ids = list(labels)
    chosen = first.selectbox(
        t("plan.shown"), ids, index=ids.index(asked) if asked in ids else 0, format_func=labels.__getitem__
    )
    other = second.selectbox(
        t("plan.beside"), [None, *(i for i in ids if i != chosen)], format_func=lambda i: labels[i] if i else "—"
    )
    if other:
        _beside(compare(ctx, chosen, other), t)
    _plan(ctx, plan_view(ctx, chosen), t)


def _label(row: object, t: Translate) -> str:
    return t("plan.label", spread=t(f"spread.{row.spread}"), week=row.week_start, visits=row.visits, id=row.id)  # type: ignore[attr-defined]


def _form(ctx: Context, as_of: pd.Timestamp, t: Translate) -> PlanRequest | None:
    names = dict(zip(ctx.region.townships["code"], ctx.region.townships["name"], strict=True))
    squads = {squad.id: f"{squad.name}（{squad.size}）" for squad in ctx.region.squads}
    sweep = ctx.policy.sweep
    with st.form("plan", border=False):
        left, middle, right = st.columns(3)
        week = left.date_input(t("plan.week"), next_working_week(ctx.region.calendar, as_of.date()))
        spread = middle.selectbox(
            t("plan.spread"), SPREADS, SPREADS.index(sweep.spread), format_func=lambda s: t(f"spread.{s}")
        )
        k = right.number_input(t("plan.townships"), 1, len(names), min(sweep.townships, len(names)))
        must = left.multiselect(t("plan.must"), list(names), format_func=names.__getitem__)
        never = middle.multiselect(t("plan.never"), list(names), format_func=names.__getitem__)
        seconds = right.slider(t("plan.seconds"), int(SECONDS[0]), 120, 20, help=t("plan.seconds_help"))
        taking_part = st.multiselect(t("plan.squads"), list(squads), list(squads), format_func=squads.__getitem__)
        if not st.form_submit_button(t("plan.start"), type="primary", icon=":material/play_arrow:"):
            return None
    return PlanRequest(
        week_start=week,
        spread=spread,
        townships=int(k),
        must=tuple(must),
        never=tuple(never),
        squads=tuple(taking_part),
        seconds=float(seconds),
    )


@st.fragment(run_every=POLL)
def _watch(ctx: Context, t: Translate) -> None:
    """The job under way: redraws itself, and the page once it has ended."""
    job_id = st.session_state.get(JOB)
    if job_id is None:
        return
    job = jobs.state(ctx, job_id)
    if not job.ended:
        bar, button = st.columns([5, 1], vertical_alignment="center")
        bar.progress(job.share, t("plan.under_way", stage=t(f"stage.{job.stage}"), share=f"{100 * job.share:.0f}"))
        if button.button(t("plan.cancel"), disabled=job.cancel_wanted, icon=":material/stop:"):
            jobs.cancel(ctx, job_id)
        return
    if job.state == "failed":
        st.error(tell(PlannerError(job.error_key or "", **job.error_params), t), icon=":material/error:")
    elif job.state == "cancelled":
        st.warning(t("error.cancelled"))
    else:
        del st.session_state[JOB]
        st.query_params["plan"] = job.result or ""
        st.rerun(scope="app")


def _beside(views: tuple[PlanView, PlanView], t: Translate) -> None:
    st.subheader(t("plan.side_by_side"))
    figures = [dict(plan_figures(view.plan, t)) for view in views]
    table = pd.DataFrame(
        {t("cli.figure"): list(figures[0])}
        | {
            f"{t(f'spread.{v.plan.spread}')} · {v.plan.id}": list(f.values())
            for v, f in zip(views, figures, strict=True)
        }
    )
    st.dataframe(table, hide_index=True)
    st.caption(t("plan.common_numbers"))


def _plan(ctx: Context, view: PlanView, t: Translate) -> None:
    plan, effect = view.plan, view.plan.effect
    st.subheader(t("plan.heading", spread=t(f"spread.{plan.spread}"), week=plan.week_start, id=plan.id))
    st.success(
        t("plan.checked", at=f"{100 * gap(plan):.1f}", prize=f"{plan.prize:,}", bound=f"{plan.bound:,}"),
        icon=":material/verified:",
    )
    metrics = {
        "visits": f"{effect.visits}",
        "finds": f"{effect.finds_mean:.0f}（{effect.finds_low:.0f}–{effect.finds_high:.0f}）",
        "recovered": f"{yuan(effect.recovered_fen_mean)}",
        "drive_hours": f"{effect.drive_officer_hours:.0f}",
    }
    for place, (name, value) in zip(st.columns(len(metrics)), metrics.items(), strict=True):
        place.metric(t(f"figure.{name}"), value)
    st.caption(t("plan.recovered_interval", low=yuan(effect.recovered_fen_low), high=yuan(effect.recovered_fen_high)))
    for warning in plan.warnings:
        st.warning(t(f"warning.{warning}"))
    _grid(view, t)
    _map(ctx, view, t)
    left, right = st.columns(2)
    with left:
        _objective(plan, t)
    with right:
        _unserved(plan, t)
    _downloads(ctx, plan, t)


def _grid(view: PlanView, t: Translate) -> None:
    """Squads x days: the township, the number of visits, the hours away from the base."""
    st.markdown("##### " + t("cli.grid"))
    cells = {
        (route.squad_id, route.day): f"{view.township_names[route.township_code]}（{len(route.stops)}）"
        for route in view.plan.routes
    }
    squads = [squad for squad in view.squad_names if any(key[0] == squad for key in cells)]
    table = pd.DataFrame(
        [[view.squad_names[s], *(cells.get((s, day), "—") for day in view.plan.days)] for s in squads],
        columns=[t("cli.squad"), *(f"{day:%m-%d}" for day in view.plan.days)],
    )
    st.dataframe(table, hide_index=True)


def _map(ctx: Context, view: PlanView, t: Translate) -> None:
    days = list(view.plan.days)
    day = st.segmented_control(
        t("plan.day"),
        days,
        default=days[0],
        format_func=lambda d: f"{d:%m-%d}",
        key=f"day_{view.plan.id}",
        required=True,
    )
    squads = [squad.id for squad in ctx.region.squads]
    show_map(
        ("plan", view.plan.id, str(day), t("app.language")),
        lambda: route_map(ctx.region, view.plan, view.visits, squads, day, t),
        t,
    )


def _objective(plan: SweepPlan, t: Translate) -> None:
    st.markdown("##### " + t("plan.objective"))
    parts = pd.DataFrame(
        [
            (t(f"column.{name}") if name != "loans" else t("plan.loans"), round(points))
            for name, points in plan.objective
        ],
        columns=[t("plan.part"), t("plan.points")],
    )
    st.dataframe(parts, hide_index=True)


def _unserved(plan: SweepPlan, t: Translate) -> None:
    st.markdown("##### " + t("cli.unserved", count=len(plan.unserved)))
    reasons = pd.Series([u.reason for u in plan.unserved], dtype="str").value_counts().rename("cases")
    table = reasons.rename_axis("reason").reset_index()
    table["reason"] = table["reason"].map(lambda reason: t(f"unserved.{reason}"))
    grid(table, {"reason": column(t, "reason"), "cases": column(t, "visits", WHOLE)}, f"unserved_{plan.id}")


def _downloads(ctx: Context, plan: SweepPlan, t: Translate) -> None:
    st.markdown("##### " + t("plan.downloads"))
    for place, kind in zip(st.columns(len(FORMATS)), FORMATS, strict=True):
        place.download_button(
            t(f"plan.download_{kind}"),
            lambda kind=kind: plan_file(ctx, plan.id, kind, t),
            f"{plan.week_start}-{plan.id}.{kind}",
            MIME[kind],
            on_click="ignore",
            key=f"{kind}_{plan.id}",
        )
