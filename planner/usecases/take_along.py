"""What squads and the chief take along: printed sheets, calendars, tracks. Every file is audited."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd

from planner.errors import RequestError
from planner.files.exports import Translate, workbook
from planner.files.printing import command_sheet, papers_list, route_sheets
from planner.files.tracks import calendar, gpx, kml
from planner.model.ahead import RECIPIENTS
from planner.model.route_day import RouteDay
from planner.model.units import FEN_PER_YUAN, clock
from planner.store import audit, plans
from planner.usecases.ahead import ahead, ahead_lines, bailiff_rows, paper_rows
from planner.usecases.context import Context, permit
from planner.usecases.figures import plan_figures, warning_lines
from planner.usecases.my_route import my_route
from planner.usecases.show import PlanView, plan_view

DAY_FORMATS = ("pdf", "xlsx", "ics", "gpx", "kml")
PLAN_SHEETS = ("command", "papers")

PAPER_COLUMNS = ("paper", "day", "squad", "township", "village", "case_ids")


def day_file(
    ctx: Context, plan_id: str, kind: str, t: Translate, squad_id: str | None = None, day: date | None = None
) -> bytes:
    """The routes of a squad (None: of all) on a day (None: on all) as pdf or xlsx, which name people, or as ics, gpx
    or kml, which do not.

    Raises:
        RequestError: no such plan or kind of file, or no route. Denied: other squads' people.
    """
    permit(ctx, "plan.see", squad_id)
    if kind not in DAY_FORMATS:
        raise RequestError("unknown_format", format=kind, allowed=", ".join(DAY_FORMATS))
    routes = _routes(ctx, plan_id, squad_id, day)
    _note(ctx, plan_id, f"{kind} {squad_id or '*'} {day or '*'}")
    makers: dict[str, Callable[[], bytes]] = {
        "pdf": lambda: route_sheets(routes, ctx.region.outlines, t),
        "xlsx": lambda: workbook([_day_sheet(route, t) for route in routes], plan_id),
        "ics": lambda: calendar(routes, ctx.clock(), t),
        "gpx": lambda: gpx(routes),
        "kml": lambda: kml(routes),
    }
    return makers[kind]()


def plan_sheet(ctx: Context, plan_id: str, sheet: str, t: Translate) -> bytes:
    """A PDF for the whole week (PLAN_SHEETS): the command sheet, or the papers to be approved. No debtors' names.

    Raises:
        RequestError: no such plan or sheet. Denied: the actor may not export.
    """
    permit(ctx, "export")
    if sheet not in PLAN_SHEETS:
        raise RequestError("unknown_format", format=sheet, allowed=", ".join(PLAN_SHEETS))
    view = plan_view(ctx, plan_id)
    _note(ctx, plan_id, f"pdf {sheet}")
    if sheet == "papers":
        return papers_list(_papers(ctx, view, t), t)
    return command_sheet(_command(ctx, view, t), t)


def _note(ctx: Context, plan_id: str, detail: str) -> None:
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "plan.exported", plan_id, detail)


def _routes(ctx: Context, plan_id: str, squad_id: str | None, day: date | None) -> list[RouteDay]:
    plan, _ = plans.load_plan(ctx.engine, plan_id)
    wanted = [
        (route.squad_id, route.day)
        for route in plan.routes
        if route.stops and squad_id in (None, route.squad_id) and day in (None, route.day)
    ]
    if not wanted:
        raise RequestError("no_route", squad=squad_id or "*", day=str(day or "*"), plan_id=plan_id)
    return [my_route(ctx, plan_id, *one) for one in sorted(wanted, key=lambda one: (one[1], one[0]))]


def _day_sheet(route: RouteDay, t: Translate) -> tuple[str, list[str], list[list[object]]]:
    names = ("order", "start", "leave", "township", "village", "debtor", "phone", "address", "case_ids", "papers")
    rows: list[list[object]] = [
        [
            visit.order, clock(visit.start), clock(visit.leave), visit.township, visit.village, visit.debtor,
            visit.phone, visit.address, "、".join(visit.case_ids),
            "、".join(f"{t(f'paper.{p.name}')}（{t(f'paper_state.{p.state}')}）" for p in visit.papers),
            visit.claimed_fen / FEN_PER_YUAN,
        ]
        for visit in route.visits
    ]  # fmt: skip
    headers = [*(t(f"column.{name}") for name in names), t("column.claimed_yuan")]
    return f"{route.day:%m-%d} {route.squad}", headers, rows


def _papers(ctx: Context, view: PlanView, t: Translate) -> dict[str, Any]:
    asked = ahead(ctx, view.plan.id)
    rows = paper_rows(asked, ctx.region, t)
    groups = []
    for recipient in RECIPIENTS:
        mine = rows[(asked.papers["goes_to"] == recipient).to_numpy()].sort_values(["paper", "day", "squad"])
        if len(mine):
            title, due = t(f"recipient.{recipient}"), mine["due"].iloc[0]
            groups.append({"title": title, "due": due, "columns": PAPER_COLUMNS, "rows": mine.to_dict("records")})
    return {"plan": view.plan, "groups": groups}


def _command(ctx: Context, view: PlanView, t: Translate) -> dict[str, Any]:
    plan, asked = view.plan, ahead(ctx, view.plan.id)
    names = view.township_names
    used = {route.link_id for route in plan.routes if route.stops}
    return {
        "plan": plan,
        "region": ctx.region.name,
        "areas": "、".join(names[code] for code, _ in plan.selection) if plan.spread != "spread" else "—",
        "warnings": warning_lines(plan, t),
        "squads": [_squad_row(ctx, view, squad_id, t) for squad_id in plan.squad_ids],
        "figures": plan_figures(view, t),
        "bailiffs": _records(bailiff_rows(asked, ctx.region)),
        "ahead": ahead_lines(asked, t),
        "ferries": [
            t(
                "print.ferry_line",
                name=link.name,
                first=clock(link.out_departures[0]),
                last=clock(link.back_departures[-1]),
            )
            for link in ctx.region.links
            if link.id in used and link.kind == "ferry"
        ],
    }


def _squad_row(ctx: Context, view: PlanView, squad_id: str, t: Translate) -> dict[str, object]:
    squad = next(squad for squad in ctx.region.squads if squad.id == squad_id)
    routes = {route.day: route for route in view.plan.routes if route.squad_id == squad_id and route.stops}
    cells = [
        t("print.cell", township=view.township_names[r.township_code], visits=len(r.stops),
          away=f"{clock(r.leave_base)}–{clock(r.reach_base)}") if (r := routes.get(day)) else "—"
        for day in view.plan.days
    ]  # fmt: skip
    return {"name": squad.name, "officers": "、".join(officer.name for officer in squad.officers), "cells": cells}


def _records(frame: pd.DataFrame) -> Sequence[dict[Any, Any]]:
    return frame.to_dict("records")
