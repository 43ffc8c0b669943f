"""A stored plan as people read it: headline, squads x days, map, parts, what is not served, files to take along."""

from collections import Counter
from functools import partial

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from planner.access import Allowed, can
from planner.bootstrap import Context
from planner.files.maps.routes import route_map
from planner.i18n import Translate
from planner.model.sweep import SweepPlan
from planner.model.units import BEIJING, moment
from planner.ui.address import choose
from planner.ui.ahead import show_ahead, show_load
from planner.ui.frames import Twin, show_map
from planner.ui.grids import TEXT, WHOLE, Figure, figures, grid
from planner.ui.offers import offer_file
from planner.ui.paper import paper_table
from planner.ui.take_along import show_plan_sheets
from planner.ui.timeline import show_timeline
from planner.usecases.export import FORMATS, plan_file
from planner.usecases.figures import gap, hot_coverage, plan_figures, warning_lines, yuan
from planner.usecases.in_force import adopt, in_force, undo_adoption
from planner.usecases.remembered import worked_out
from planner.usecases.show import PlanView

TINTS = ("#fbe3b4", "#cfe6f5", "#cdebdf", "#f3d3e3", "#f9d2bd", "#dfe0e4")
"""Pale Okabe-Ito, under dark words in every look of the pages."""
INK = "#10202c"

MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
    "html": "text/html",
}


def plan_labels(listed: pd.DataFrame, t: Translate) -> dict[str, str]:
    """Plan id -> what tells it from the others."""
    return {
        row["id"]: t(
            "plan.label",
            spread=t(f"spread.{row['spread']}"),
            week_start=row["week_start"],
            visits=row["visits"],
            id=row["id"],
        )
        for row in listed.to_dict("records")
    }


def show_beside(views: tuple[PlanView, PlanView], t: Translate) -> None:
    st.subheader(t("plan.side_by_side"))
    told = [dict(plan_figures(view, t)) for view in views]
    table = pd.DataFrame(
        {t("cli.figure"): list(told[0])}
        | {f"{t(f'spread.{v.plan.spread}')} · {v.plan.id}": list(f.values()) for v, f in zip(views, told, strict=True)}
    )
    st.dataframe(table, hide_index=True, height="content")
    paper_table(table, {str(name): str(name) for name in table}, {}, t)
    st.caption(t("cli.caveat"))


def show_plan(ctx: Context, view: PlanView, t: Translate) -> None:
    plan = view.plan
    st.subheader(t("plan.heading", spread=t(f"spread.{plan.spread}"), week=plan.week_start, id=plan.id))
    _in_force(ctx, plan, t)
    _headline(ctx, view, t)
    for warning in warning_lines(plan, t):
        st.warning(warning, icon=":material/warning:")
    _grid(ctx, view, t)
    _map(ctx, view, t)
    show_load(view, t)
    show_ahead(ctx, view, t)
    left, right = st.columns(2)
    with left:
        _objective(plan, t)
    with right:
        _unserved(ctx, plan, t)
    _downloads(ctx, plan, t)


def _in_force(ctx: Context, plan: SweepPlan, t: Translate) -> None:
    """Whether squads drive this plan, and the button that makes it so."""
    told, button = st.columns([4, 1], vertical_alignment="center")
    now = in_force(ctx, plan.week_start)
    if now is None or now.at is None:
        told.caption(t("in_force.newest", id=now.plan_id if now else plan.id))
    elif now.plan_id == plan.id:
        told.caption(t("in_force.yes", by=now.by, at=moment(now.at)))
        if can(ctx.actor, "plan.adopt") == Allowed() and button.button(
            t("access.undo_adoption"), key=f"undo_adopt_{plan.id}", icon=":material/undo:", width="stretch"
        ):
            undo_adoption(ctx, plan.id)
            st.rerun()
        return
    else:
        told.caption(t("in_force.other", id=now.plan_id))
    if button.button(t("in_force.adopt"), key=f"adopt_{plan.id}", icon=":material/flag:", width="stretch"):
        adopt(ctx, plan.id)
        st.toast(t("in_force.done"))
        st.rerun()


def _headline(ctx: Context, view: PlanView, t: Translate) -> None:
    """Where to, how good, how sure."""
    plan, effect = view.plan, view.plan.effect
    if plan.spread != "spread":
        st.write(t("plan.areas", names="、".join(view.township_names[code] for code, _ in plan.selection)))
    st.success(
        t("plan.checked", at=f"{100 * gap(plan):.1f}", prize=f"{plan.prize:,}", bound=f"{plan.bound:,}"),
        icon=":material/verified:",
    )
    made, could = worked_out(ctx, ("coverage",), lambda: hot_coverage(view), view)
    low, high = yuan(effect.recovered_fen_low), yuan(effect.recovered_fen_high)
    figures(
        [
            Figure(t("plan.visits"), f"{effect.visits:,}"),
            Figure(t("figure.coverage", k=view.hotspots.k), f"{made} / {could}", f"{100 * made / max(could, 1):.0f} %"),
            Figure(
                t("plan.finds"),
                f"{effect.finds_mean:.0f}",
                t("plan.interval", low=f"{effect.finds_low:.0f}", high=f"{effect.finds_high:.0f}"),
            ),
            Figure(t("plan.recovered"), yuan(effect.recovered_fen_mean), t("plan.interval", low=low, high=high)),
            Figure(t("plan.drive_hours"), f"{effect.drive_officer_hours:,.0f}"),
        ]
    )
    st.caption(t("plan.recovered_uneven", as_of=f"{view.hotspots.as_of:%Y-%m-%d}"))


def _grid(ctx: Context, view: PlanView, t: Translate) -> None:
    """Squads x days: the township and the number of visits; one tint per township while tints can be told apart."""
    st.markdown("##### " + t("plan.grid"))
    table, fills = worked_out(ctx, ("squads x days", t("app.code")), lambda: _cells(view, t), view)
    st.dataframe(
        Styler(table, uuid=view.plan.id).apply(lambda _: fills, axis=None),
        height="content",
        key=_squad_rows(view).key,
        on_select="rerun",
        selection_mode="single-row",
    )
    st.caption(t("live_map.squads"))
    whole = table.reset_index()
    paper_table(whole, {str(name): str(name) for name in whole}, {}, t)


def _cells(view: PlanView, t: Translate) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each cell says, and its style."""
    plan, names = view.plan, view.township_names
    routes = {(route.squad_id, route.day): route for route in plan.routes}
    squads = _squad_rows(view).ids
    cells = [[routes.get((squad, day)) for day in plan.days] for squad in squads]
    words = [
        [t("plan.cell", township=names[r.township_code], visits=len(r.stops)) if r else "—" for r in row]
        for row in cells
    ]
    headers = [t("plan.weekday", day=f"{day:%m-%d}", weekday=t(f"weekday.{day.weekday()}")) for day in plan.days]
    table = pd.DataFrame(
        words, columns=headers, index=pd.Index([view.squad_names[s] for s in squads], name=t("cli.squad"))
    )
    used = sorted({route.township_code for route in plan.routes})
    tints = dict(zip(used, TINTS, strict=False)) if len(used) <= len(TINTS) else {}
    fills = [
        [f"background-color: {tints[r.township_code]}; color: {INK}" if r and tints else "" for r in row]
        for row in cells
    ]
    return table, pd.DataFrame(fills, table.index, table.columns)


def _squad_rows(view: PlanView) -> Twin:
    squads = tuple(squad for squad in view.squad_names if squad in view.plan.squad_ids)
    return Twin(f"squads_{view.plan.id}", squads)


def _map(ctx: Context, view: PlanView, t: Translate) -> None:
    days = list(view.plan.days)
    day = choose("day", t("plan.day"), days, lambda d: f"{d:%m-%d}", t, buttons=True)
    squads = [squad.id for squad in ctx.region.squads]
    show_timeline(ctx, view, day, t)
    show_map(
        ("plan", view.plan.id, str(day), t("app.code")),
        lambda: route_map(ctx.region, view.plan, view.visits, squads, day, t),
        t,
        twin=_squad_rows(view),
    )


def _objective(plan: SweepPlan, t: Translate) -> None:
    st.markdown("##### " + t("plan.objective"))
    words = [t("plan.loans") if name == "loans" else t(f"column.{name}") for name, _ in plan.objective]
    parts = pd.DataFrame({"part": words, "points": [round(points) for _, points in plan.objective]})
    grid(parts, {"part": TEXT, "points": WHOLE}, t, f"objective_{plan.id}")


def _unserved(ctx: Context, plan: SweepPlan, t: Translate) -> None:
    st.markdown("##### " + t("cli.unserved", count=f"{len(plan.unserved):,}"))
    counts = worked_out(ctx, ("unserved",), lambda: Counter(left.reason for left in plan.unserved).most_common(), plan)
    told = [(count, t(f"unserved.{reason}")) for reason, count in counts]
    table = pd.DataFrame(told, columns=["visits", "reason"])
    grid(table, {"visits": WHOLE, "reason": TEXT}, t, f"unserved_{plan.id}")


def _downloads(ctx: Context, plan: SweepPlan, t: Translate) -> None:
    st.markdown("##### " + t("plan.downloads"))
    today = ctx.clock().astimezone(BEIJING).date()
    show_plan_sheets(plan, today if today in plan.days else plan.days[0], t)
    for place, kind in zip(st.columns(len(FORMATS)), FORMATS, strict=True):
        make, file = partial(plan_file, plan_id=plan.id, kind=kind, t=t), f"{plan.week_start}-{plan.id}.{kind}"
        with place:
            offer_file(t(f"plan.download_{kind}"), make, file, MIME[kind], f"{kind} {plan.id}")
