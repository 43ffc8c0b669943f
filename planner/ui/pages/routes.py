"""路线: one squad's day, on the map and as a list, for a phone as well."""

from collections.abc import Hashable
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.files.maps.routes import route_map
from planner.i18n import Translate
from planner.model.sweep import PlannedRoute
from planner.model.units import FEN_PER_YUAN, clock
from planner.ui.address import choose
from planner.ui.cards import show_card
from planner.ui.empty import nothing_yet
from planner.ui.frames import Twin, show_map
from planner.ui.grids import TEXT, WHOLE, Figure, figures, pick
from planner.ui.plans import plan_labels
from planner.ui.take_along import show_day_files
from planner.usecases.show import PlanView, list_plans, plan_view

MAP_HEIGHT = 440

Row = dict[Hashable, Any]
"""One row of PlanView.rows."""


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.routes"))
    listed = list_plans(ctx)
    if listed.empty:
        nothing_yet(t("routes.empty"), "plan", t)
        return
    view, route = _choose(ctx, plan_labels(listed, t), t)
    _summary(ctx, view, route, t)
    show_card(ctx, view.plan.id, route.squad_id, route.day, view.plan.week_start, t)
    show_day_files(view.plan.id, route.squad_id, route.day, t)
    twin = Twin(f"stops_{view.plan.id}_{route.squad_id}_{route.day}", tuple(stop.visit_id for stop in route.stops))
    show_map(
        ("route", view.plan.id, route.squad_id, str(route.day), t("app.code")),
        lambda: route_map(ctx.region, view.plan, view.visits, [route.squad_id], route.day, t),
        t,
        MAP_HEIGHT,
        twin,
    )
    _stops(ctx, view, route, twin, t)


def _choose(ctx: Context, labels: dict[str, str], t: Translate) -> tuple[PlanView, PlannedRoute]:
    plan_side, squad_side, day_side = st.columns([2, 1, 1])
    plan_id = choose("plan", t("plan.shown"), list(labels), labels.__getitem__, t, place=plan_side)
    view = plan_view(ctx, plan_id)
    busy = {route.squad_id for route in view.plan.routes if route.stops}
    squads = [squad_id for squad_id in view.squad_names if squad_id in busy]
    squad = choose("squad", t("cli.squad"), squads, view.squad_names.__getitem__, t, place=squad_side)
    routes = {route.day: route for route in view.plan.routes if route.squad_id == squad and route.stops}
    day = choose("day", t("plan.day"), sorted(routes), lambda d: f"{d:%Y-%m-%d}", t, place=day_side)
    return view, routes[day]


def _summary(ctx: Context, view: PlanView, route: PlannedRoute, t: Translate) -> None:
    facts = {
        "township": view.township_names[route.township_code],
        "visits": str(len(route.stops)),
        "away": f"{clock(route.leave_base)}–{clock(route.reach_base)}",
        "drive": str(route.drive_minutes),
    }
    figures([Figure(t(f"routes.{name}"), value) for name, value in facts.items()])
    for link in ctx.region.links:
        if link.id == route.link_id:
            told = t("routes.ferry", name=link.name, back=clock(route.back), home=clock(route.reach_base))
            st.warning(told, icon=":material/directions_boat:")


def _stops(ctx: Context, view: PlanView, route: PlannedRoute, twin: Twin, t: Translate) -> None:
    """The list of visits. Names are shown when asked for, because that is written down."""
    named = st.toggle(t("routes.people"), help=t("routes.people_help"))
    rows = plan_view(ctx, view.plan.id, people=True).rows if named else view.rows
    rows = rows[(rows["squad_id"] == route.squad_id) & (rows["day"] == route.day)]
    _papers(rows, t)
    stops = "".join(_stop(row, named, row["visit_id"] == twin.chosen, t) for row in rows.to_dict("records"))
    st.html(f'<ol class="stops">{stops}</ol>')
    with st.expander(t("routes.table"), expanded=twin.chosen is not None):
        shown = rows.assign(claimed_yuan=(rows["claimed_fen"] / FEN_PER_YUAN).round())
        words = ("start", "leave", "township", "village", "case_ids")
        kinds = {"order": WHOLE, **dict.fromkeys(words, TEXT), "claimed_yuan": WHOLE, "prize": WHOLE}
        pick(shown, kinds, t, twin.key)


def _papers(rows: pd.DataFrame, t: Translate) -> None:
    """What must be approved and carried on this day."""
    papers = rows["papers"].str.split(";").explode()
    counts = papers[papers.fillna("") != ""].value_counts()
    if len(counts):
        told = "、".join(t("routes.paper", paper=t(f"paper.{name}"), count=count) for name, count in counts.items())
        st.info(t("routes.papers", papers=told), icon=":material/description:")


def _stop(row: Row, named: bool, chosen: bool, t: Translate) -> str:
    """A visit of the list; all of them are one element of the page, for a day has dozens."""
    village: str = row["village"] if pd.notna(row["village"]) else t("routes.no_village")
    people = [str(row[name]) for name in ("debtor", "phone", "address") if named and pd.notna(row[name])]
    told = f"<p>{escape('　'.join(people))}</p>" if people else ""
    return (
        f"<li{' aria-current=true' if chosen else ''}>"
        f"<b>{row['order']}　{row['start']}–{row['leave']}　{escape(row['township'])} {escape(village)}</b>"
        f"{told}<small>{escape(_facts(row, t))}</small></li>"
    )


def _facts(row: Row, t: Translate) -> str:
    """Cases, money, chance, papers and skills of a visit in one line."""
    told = [
        str(row["case_ids"]).replace(";", "、"),
        t("routes.owed", yuan=f"{row['claimed_fen'] / FEN_PER_YUAN:,.0f}"),
        t("routes.chance", share=f"{100 * row['p_find']:.0f}"),
        t(f"point.{row['point_source']}"),
    ]
    for kind, held in (("paper", row["papers"]), ("skill", row["needs"])):
        if isinstance(held, str) and held:
            told.append(t(f"routes.{kind}s_of", words="、".join(t(f"{kind}.{word}") for word in held.split(";"))))
    return " · ".join(told)
