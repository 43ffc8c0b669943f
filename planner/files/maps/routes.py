"""Squads' routes, on one day or with a switch between the days of a week. No names of people stand in them."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from planner.files.maps import ground
from planner.files.maps.ground import Translate
from planner.files.maps.offline import Drawing, Thing, draw
from planner.files.maps.palette import LineStyle, squad_style
from planner.model.region import Region
from planner.model.sweep import PlannedRoute, SweepPlan
from planner.model.units import clock

MOST_TOLD = 8
"""Lines in the tooltip of one point."""


def route_map(
    region: Region, plan: SweepPlan, visits: pd.DataFrame, squad_ids: Sequence[str], day: date | None, t: Translate
) -> Drawing:
    """Routes of some squads on one day (None: every day, with a switch between them), stops numbered in order.

    ``visits``: VISIT_TABLE of the plan.
    """
    days = plan.days if day is None else (day,)
    routes = [r for r in plan.routes if r.stops and r.squad_id in squad_ids and r.day in days]
    places = visits.set_index("visit_id")
    chosen = set() if plan.spread == "spread" else {code for code, _ in plan.selection}
    visited = tuple({route.township_code for route in routes})
    layers = [
        ground.layer(t("map.townships"), ground.plain_areas(region, chosen)),
        ground.layer(t("map.links"), ground.links(region, t)),
        ground.layer(t("map.bases"), ground.bases(region)),
        ground.layer(t("map.names"), ground.labels(region, visited)),
    ]
    for at in days:
        things = [thing for route in routes if route.day == at for thing in _route(region, route, places, t)]
        layers.append(ground.layer(f"{at:%m-%d}", things, "choice" if day is None else "", show=at == days[0]))
    squads = dict.fromkeys(route.squad_id for route in routes)
    legend = {
        "title": t("map.routes"),
        "scale": None,
        "entries": [*(_squad_entry(region, squad_id) for squad_id in squads), *ground.common_entries(t)],
        "notes": ground.notes(region, t, t("map.straight_lines" if plan.travel_estimated else "map.lines_for_roads")),
    }
    title = f"{region.name} {t('map.routes')} {plan.week_start}"
    return draw({"bounds": _bounds(region, routes, places), "layers": layers, "legend": legend}, title)


def _route(region: Region, route: PlannedRoute, places: pd.DataFrame, t: Translate) -> list[Thing]:
    number = squad_number(region, route.squad_id)
    style = squad_style(number)
    told = _told(region, route, t)
    path = line_of(region, route, places)
    line = {
        "kind": "line",
        "path": path,
        "style": {"color": style.colour, "weight": 4, "dashArray": style.dash, "opacity": 1},
        "told": told,
        "ids": [route.squad_id],
    }
    sign = ground.badge("squad", _on_first_leg(path, number), str(number), style.face, told)
    sign["ids"] = [route.squad_id]
    return [line, *_stops(route, places, style, t), sign]


def _on_first_leg(path: list[list[float]], number: int) -> list[float]:
    """Where the squad's sign stands: staggered, for several squads leave one base on one road."""
    (south, west), (north, east) = path[0], path[1]
    share = 0.3 + 0.1 * (number % 5)
    return [south + share * (north - south), west + share * (east - west)]


def _told(region: Region, route: PlannedRoute, t: Translate) -> list[str]:
    names = {squad.id: squad.name for squad in region.squads}
    return [
        f"{names[route.squad_id]} · {route.day:%m-%d} · {region.township_name(route.township_code)}",
        t("map.told_route", visits=len(route.stops), leave=clock(route.leave_base), back=clock(route.reach_base)),
    ]


def _stops(route: PlannedRoute, places: pd.DataFrame, style: LineStyle, t: Translate) -> list[Thing]:
    """One sign per place with the numbers of its visits, for a village has one point and many debtors."""
    point = {name: (lon, lat) for name, lon, lat in zip(places.index, places["lon"], places["lat"], strict=True)}
    at_place: dict[tuple[float, float], list[int]] = {}
    for number, stop in enumerate(route.stops, start=1):
        at_place.setdefault(point[stop.visit_id], []).append(number)
    signs = []
    for (lon, lat), numbers in at_place.items():
        stops = [(number, route.stops[number - 1]) for number in numbers]
        lines = [
            f"{t('map.told_stop', number=number, start=clock(stop.start))} {_first_case(places, stop.visit_id)}"
            for number, stop in stops[:MOST_TOLD]
        ]
        if len(stops) > MOST_TOLD:
            lines.append(t("map.told_more", count=len(stops) - MOST_TOLD))
        told = [t("map.visits", count=len(stops)), *lines]
        sign = ground.badge("stop", ground.at(lon, lat), numbers_told(numbers), style.face, told)
        signs.append(sign | {"ids": [stop.visit_id for _, stop in stops]})
    return signs


def _first_case(places: pd.DataFrame, visit_id: str) -> str:
    return str(places.loc[visit_id, "case_ids"]).split(";")[0]


def numbers_told(numbers: Sequence[int]) -> str:
    """``4``, ``4–7`` or ``1…9``: the visits made at one place."""
    if len(numbers) == 1:
        return str(numbers[0])
    joined = numbers[-1] - numbers[0] == len(numbers) - 1
    return f"{numbers[0]}{'–' if joined else '…'}{numbers[-1]}"


def line_of(region: Region, route: PlannedRoute, places: pd.DataFrame) -> list[list[float]]:
    """[lat, lon] of base, piers, visits and home again, joined by straight lines. ``places``: lon, lat by visit."""
    bases = {base.id: base for base in region.bases}
    home = next(bases[squad.base_id] for squad in region.squads if squad.id == route.squad_id)
    out = [ground.at(home.lon, home.lat)]
    for link in region.links:
        if link.id == route.link_id:
            out += [ground.at(link.from_lon, link.from_lat), ground.at(link.to_lon, link.to_lat)]
    stops = places.loc[[stop.visit_id for stop in route.stops], ["lon", "lat"]]
    return [*out, *(ground.at(lon, lat) for lon, lat in stops.to_numpy(dtype=float)), *reversed(out)]


def squad_number(region: Region, squad_id: str) -> int:
    """The squad's place in the region's list, from 1, as shown on its routes."""
    return [squad.id for squad in region.squads].index(squad_id) + 1


def _squad_entry(region: Region, squad_id: str) -> dict[str, str]:
    number = squad_number(region, squad_id)
    style = squad_style(number)
    name = next(squad.name for squad in region.squads if squad.id == squad_id)
    return ground.entry(style.form, style.colour, f"{number}  {name}")


def _bounds(region: Region, routes: Sequence[PlannedRoute], places: pd.DataFrame) -> list[list[float]]:
    """All routes from base to base; of a single one only its stops, or they would be a dot far from home."""
    if not routes:
        return ground.bounds(region)
    if len(routes) == 1:
        stops = [stop.visit_id for stop in routes[0].stops]
        points = places.loc[stops, ["lat", "lon"]].to_numpy(dtype=float)
    else:
        points = np.array([point for route in routes for point in line_of(region, route, places)])
    low, high = points.min(axis=0) - ground.MARGIN_DEGREES, points.max(axis=0) + ground.MARGIN_DEGREES
    return [low.tolist(), high.tolist()]
