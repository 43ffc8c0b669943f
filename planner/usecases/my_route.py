"""One squad's day with the people it will meet. Each look is written down."""

from collections.abc import Hashable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from planner.errors import RequestError
from planner.files.maps.routes import line_of
from planner.files.policy import policy_from_json
from planner.model.policy import WorthPolicy
from planner.model.region import CALL_ROLES, Link, Region
from planner.model.route_day import WORTH, Ferry, Paper, RouteDay, ToCall, VisitToMake, carried
from planner.model.sweep import PlannedRoute, PlannedVisit, SweepPlan
from planner.model.visit import chance_at
from planner.store import audit, outcomes, plans, register
from planner.usecases.context import Context, permit

Row = dict[Hashable, Any]
"""A row of VISIT_TABLE with its debtor, phone and address."""

SEVERAL = 3
"""Visits in one village from which on the neighbours will hear of the first."""


def my_route(ctx: Context, plan_id: str, squad_id: str, day: date) -> RouteDay:
    """What a squad makes on a day of a plan.

    Raises:
        RequestError: no such plan, or it has no route for that squad and day. Denied: not the actor's squad.
    """
    permit(ctx, "names.see", squad_id)
    plan, visits = plans.load_plan(ctx.engine, plan_id)
    route = next((r for r in plan.routes if (r.squad_id, r.day) == (squad_id, day) and r.stops), None)
    if route is None:
        raise RequestError("no_route", squad=squad_id, day=day.isoformat(), plan_id=plan_id)
    told = people_of(ctx, visits[visits["visit_id"].isin([stop.visit_id for stop in route.stops])])
    audit.record(
        ctx.engine, ctx.clock(), ctx.actor.name, "names.shown", plan_id, f"{squad_id} {day} {len(route.stops)}"
    )
    return _route_day(ctx, plan, route, visits, told)


def days_of(plan: SweepPlan, squad_id: str) -> list[date]:
    """The days on which a squad has visits."""
    return [route.day for route in plan.routes if route.squad_id == squad_id and route.stops]


def people_of(ctx: Context, visits: pd.DataFrame) -> pd.DataFrame:
    """The debtors of some of VISIT_TABLE: visit_id, debtor, phone, address (the one that was believed). Nothing is
    written down here."""
    first = visits["case_ids"].str.split(";").str[0]
    keyed = pd.DataFrame({"visit_id": visits["visit_id"], "case_id": first, "party_no": visits["party_no"]})
    parties = register.parties(ctx.engine, first.tolist())
    placed = register.placed(ctx.engine, first.tolist())[["case_id", "party_no", "address_kind"]]
    people = keyed.merge(parties, on=["case_id", "party_no"], how="left").merge(
        placed, on=["case_id", "party_no"], how="left"
    )
    kinds = people["address_kind"].fillna("residence")
    chosen = [people[kind].iloc[n] for n, kind in enumerate(kinds)]
    return people.assign(debtor=people["name"], address=chosen)[["visit_id", "debtor", "phone", "address"]]


def _route_day(
    ctx: Context, plan: SweepPlan, route: PlannedRoute, visits: pd.DataFrame, people: pd.DataFrame
) -> RouteDay:
    region = ctx.region
    squad = next(squad for squad in region.squads if squad.id == route.squad_id)
    base = next(base for base in region.bases if base.id == squad.base_id)
    link = next((link for link in region.links if link.id == route.link_id), None)
    joined = visits.merge(people, on="visit_id")
    rows: dict[Any, Row] = {row["visit_id"]: row for row in joined.to_dict("records")}
    states = outcomes.paper_states(ctx.engine, plan.week_start)
    planned = [stop.visit_id for r in plan.routes for stop in r.stops]
    worth = _worth(visits.set_index("visit_id").loc[planned, "prize"])
    policy = policy_from_json(plan.policy).worth
    contacts = region.contacts.to_dict("records")
    made = [
        _visit(region, contacts, n, stop, rows[stop.visit_id], worth[stop.visit_id], states, joined, policy)
        for n, stop in enumerate(route.stops, start=1)
    ]
    return RouteDay(
        plan_id=plan.id,
        squad_id=squad.id,
        squad=squad.name,
        officers=tuple((officer.name, officer.role) for officer in squad.officers),
        day=route.day,
        township_code=route.township_code,
        township=region.township_name(route.township_code),
        base=base.name,
        leave_base=route.leave_base,
        depart=route.depart,
        back=route.back,
        reach_base=route.reach_base,
        drive_minutes=route.drive_minutes,
        ferry=_ferry(link),
        visits=tuple(made),
        path=tuple((lon, lat) for lat, lon in line_of(region, route, visits.set_index("visit_id"))),
    )


def _ferry(link: Link | None) -> Ferry | None:
    return Ferry(link.name, link.back_departures) if link is not None and link.kind == "ferry" else None


def _worth(prizes: "pd.Series[int]") -> dict[str, str]:
    """Each visit's third among the planned ones, by prize."""
    low, high = np.quantile(prizes, [1 / 3, 2 / 3])
    return {
        str(visit_id): WORTH[0] if prize > high else WORTH[1] if prize > low else WORTH[2]
        for visit_id, prize in prizes.items()
    }


def _visit(
    region: Region,
    contacts: list[Row],
    order: int,
    stop: PlannedVisit,
    row: Row,
    worth: str,
    states: dict[tuple[str, str], str],
    day: pd.DataFrame,
    policy: WorthPolicy,
) -> VisitToMake:
    names = [name for name in str(row["papers"]).split(";") if name]
    village = _told(row["village_code"])
    return VisitToMake(
        order=order,
        visit_id=stop.visit_id,
        arrive=stop.arrive,
        start=stop.start,
        leave=stop.leave,
        township=region.township_name(str(row["township_code"])),
        village=region.village_names.get(village) if village else None,
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        point_source=str(row["point_source"]),
        debtor=str(row["debtor"]),
        phone=_told(row["phone"]),
        address=_told(row["address"]),
        case_ids=tuple(str(row["case_ids"]).split(";")),
        claimed_fen=int(row["claimed_fen"]),
        p_find=chance_at(float(row["p_find"]), stop.start, policy),
        expected_fen=int(row["expected_fen"]),
        worth=worth,
        purposes=_purposes(row),
        papers=tuple(Paper(name, carried(states.get((stop.visit_id, name)))) for name in names),
        needs=tuple(need for need in str(row["needs"]).split(";") if need),
        approach=_approach(row, day),
        to_call=_to_call(contacts, str(row["township_code"]), village),
    )


def _to_call(contacts: list[Row], township_code: str, village_code: str | None) -> tuple[ToCall, ...]:
    """The people of the village, then those of the whole township."""

    def here(row: Row) -> bool:
        village = _told(row["village_code"])
        return village == village_code if village else bool(row["township_code"] == township_code)

    rows = sorted(filter(here, contacts), key=lambda row: CALL_ROLES.index(row["role"]))
    return tuple(ToCall(row["role"], row["name"], _told(row["phone"])) for row in rows)


def _told(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def _purposes(row: Row) -> tuple[str, ...]:
    """The heaviest first: what the law asks most of comes before what is worth most."""
    found = {
        "search": "search_warrant" in str(row["papers"]),
        "clue": float(row["points_clue"]) > 0,
        "livelihood": float(row["points_livelihood"]) > 0,
        "summon": "summons" in str(row["papers"]),
    }
    return tuple(name for name, holds in found.items() if holds)


def _approach(row: Row, day: pd.DataFrame) -> tuple[str, ...]:
    """How to come near without being announced."""
    here = int((day["village_code"] == row["village_code"]).sum()) if _told(row["village_code"]) else 1
    found = {"search": "search_warrant" in str(row["papers"]), "several": here >= SEVERAL}
    told = tuple(name for name, holds in found.items() if holds)
    return told or ("alone",)
