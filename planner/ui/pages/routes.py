"""路线: one squad's day, on the map and as a list, for a phone as well."""

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.files.maps.routes import route_map
from planner.i18n import Translate
from planner.model.sweep import PlannedRoute
from planner.model.units import FEN_PER_YUAN, clock
from planner.ui.frames import show_map
from planner.usecases.show import PlanView, list_plans, plan_view


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.routes"))
    listed = list_plans(ctx)
    if listed.empty:
        st.info(t("routes.empty"), icon=":material/info:")
        return
    labels = {
        row.id: t("plan.label", spread=t(f"spread.{row.spread}"), week=row.week_start, visits=row.visits, id=row.id)
        for row in listed.itertuples()
    }
    plan_side, squad_side, day_side = st.columns([2, 1, 1])
    plan_id = plan_side.selectbox(t("plan.shown"), list(labels), format_func=labels.__getitem__)
    view = plan_view(ctx, plan_id)
    squads = [s for s in view.squad_names if any(route.squad_id == s for route in view.plan.routes)]
    squad = squad_side.selectbox(t("cli.squad"), squads, format_func=view.squad_names.__getitem__)
    of_squad = {route.day: route for route in view.plan.routes if route.squad_id == squad}
    day = day_side.selectbox(t("plan.day"), list(of_squad), format_func=lambda d: f"{d:%Y-%m-%d}")
    route = of_squad[day]
    _summary(ctx, view, route, t)
    show_map(
        ("route", plan_id, squad, str(day), t("app.language")),
        lambda: route_map(ctx.region, view.plan, view.visits, [squad], day, t),
        t,
        height=460,
    )
    _stops(ctx, view, route, t)


def _summary(ctx: Context, view: PlanView, route: PlannedRoute, t: Translate) -> None:
    facts = {
        "township": view.township_names[route.township_code],
        "visits": str(len(route.stops)),
        "away": f"{clock(route.leave_base)}–{clock(route.reach_base)}",
        "drive": str(route.drive_minutes),
    }
    for place, (name, value) in zip(st.columns(len(facts)), facts.items(), strict=True):
        place.metric(t(f"routes.{name}"), value)
    for link in ctx.region.links:
        if link.id == route.link_id:
            last = max((m for m in link.back_departures if m <= route.reach_base), default=route.back)
            st.warning(t("routes.ferry", name=link.name, last=clock(last)), icon=":material/directions_boat:")
    if view.plan.travel_estimated:
        st.caption(t("map.straight_lines"))


def _stops(ctx: Context, view: PlanView, route: PlannedRoute, t: Translate) -> None:
    """The list of visits. Names are shown when asked for, because that is written down."""
    named = st.toggle(t("routes.people"), help=t("routes.people_help"))
    rows = plan_view(ctx, view.plan.id, people=True).rows if named else view.rows
    rows = rows[(rows["squad_id"] == route.squad_id) & (rows["day"] == route.day)]
    for row in rows.itertuples():
        with st.container(border=True):
            village = row.village if pd.notna(row.village) else t("routes.no_village")
            st.markdown(f"**{row.order} · {row.start}–{row.leave} · {row.township} {village}**")
            if named:
                st.text("　".join(str(cell) for cell in (row.debtor, row.phone, row.address) if pd.notna(cell)))
            st.caption(_facts(row, t))
    with st.expander(t("routes.table")):
        shown = ["order", "start", "leave", "township", "village", "case_ids", "prize"]
        st.dataframe(rows[shown].rename(columns={n: t(f"column.{n}") for n in shown}), hide_index=True)


def _facts(row: object, t: Translate) -> str:
    """Cases, money, chance, papers and skills of a visit in one line."""
    told = [
        str(row.case_ids).replace(";", "、"),  # type: ignore[attr-defined]
        t("routes.owed", yuan=f"{row.claimed_fen / FEN_PER_YUAN:,.0f}"),  # type: ignore[attr-defined]
        t("routes.chance", share=f"{100 * row.p_find:.0f}"),  # type: ignore[attr-defined]
        t(f"point.{row.point_source}"),  # type: ignore[attr-defined]
    ]
    for kind, held in (("paper", row.papers), ("skill", row.needs)):  # type: ignore[attr-defined]
        if isinstance(held, str) and held:
            told.append("、".join(t(f"{kind}.{word}") for word in held.split(";")))
    return " · ".join(told)
