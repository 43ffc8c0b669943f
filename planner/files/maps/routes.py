"""Squads' routes, on one day or with a switch between the days of a week. No names of people stand in them."""

from collections.abc import Sequence
from datetime import date

import folium
import numpy as np
import pandas as pd

from planner.files.maps import ground
from planner.files.maps.ground import Translate
from planner.files.maps.offline import Document, Thing, draw
from planner.files.maps.palette import LineStyle, squad_style
from planner.model.region import Region
from planner.model.sweep import PlannedRoute, SweepPlan
from planner.model.units import clock

MARGIN_DEGREES = 0.01
MOST_TOLD = 8
"""Lines in the tooltip of one point."""


def route_map(
    region: Region,
    plan: SweepPlan,
    visits: pd.DataFrame,
    t: Translate,
    squad_ids: Sequence[str] | None = None,
    day: date | None = None,
) -> folium.Map:
    """Routes of squads (all where None) on one day, or on every day with a switch between days."""
    wanted = [r for r in plan.routes if r.stops and (squad_ids is None or r.squad_id in squad_ids)]
    days = [day] if day else list(plan.days)
    routes = [route for route in wanted if route.day in days]
    places = visits.set_index("visit_id")
    ground = {code for code, _ in plan.selection} if plan.spread == "concentrate" else set()
    layers = [
        ground.layer(t("map.townships"), ground.plain_areas(region, ground)),
        ground.layer(t("map.links"), ground.links(region, t)),
        ground.layer(t("map.bases"), ground.bases(region)),
        ground.layer(t("map.names"), ground.labels(region, tuple({route.township_code for route in routes}))),
        *(_day_layer(region, routes, at, places, t, days) for at in days),
    ]
    squads = dict.fromkeys(route.squad_id for route in routes)
    entries = [_squad_entry(region, squad_id) for squad_id in squads]
    legend = {
        "title": t("map.legend"),
        "scale": None,
        "entries": [*entries, *ground.common_entries(t)],
        "notes": ground.notes(region, t, t("map.straight")),
    }
    document = {"bounds": _route_bounds(region, routes, places), "layers": layers, "legend": legend}
    return draw(document, t("map.route_title", region=region.name, week=plan.week_start.isoformat()))


def _day_layer(
    region: Region, routes: Sequence[PlannedRoute], day: date, places: pd.DataFrame, t: Translate, days: Sequence[date]
) -> Document:
    things = [thing for route in routes if route.day == day for thing in _route(region, route, places, t)]
    return ground.layer(t("map.day", day=f"{day:%m-%d}"), things, "choice" if len(days) > 1 else "", show=day == days[0])


def _route(region: Region, route: PlannedRoute, places: pd.DataFrame, t: Translate) -> list[Thing]:
    squads = [squad.id for squad in region.squads]
    style = squad_style(squads.index(route.squad_id))
    words = _route_words(region, route, t)
    line = {
        "kind": "line",
        "path": line_of(region, route, places),
        "style": {"color": style.colour, "weight": 4, "dashArray": style.dash, "opacity": 1},
        "told": words,
    }
    stops = _stops(route, places, style, t)
    badge = {
        "kind": "badge",
        "form": "squad",
        "at": _middle(line["path"]),
        "words": squad_number(region, route.squad_id),
        "colour": style.colour,
        "ink": style.ink,
        "told": words,
    }
    return [line, *stops, badge]


def _route_words(region: Region, route: PlannedRoute, t: Translate) -> list[str]:
    names = {squad.id: squad.name for squad in region.squads}
    return [
        f"{names[route.squad_id]} · {route.day:%m-%d} · {region.township_name(route.township_code)}",
        t("map.told_route", visits=len(route.stops), leave=clock(route.leave_base), back=clock(route.reach_base)),
    ]


def _stops(route: PlannedRoute, places: pd.DataFrame, style: LineStyle, t: Translate) -> list[Thing]:
    """One badge per place with the numbers of its visits, for a village has one point and many debtors."""
    at_place: dict[tuple[float, float], list[int]] = {}
    for number, stop in enumerate(route.stops, start=1):
        row = places.loc[stop.visit_id]
        at_place.setdefault((float(row["lon"]), float(row["lat"])), []).append(number)
    badges = []
    for (lon, lat), numbers in at_place.items():
        told = [t("map.told_stop", number=n, start=clock(route.stops[n - 1].start)) for n in numbers]
        cases = [str(places.loc[route.stops[n - 1].visit_id, "case_ids"]).split(";")[0] for n in numbers]
        lines = [f"{words} {case}" for words, case in zip(told, cases, strict=True)]
        if len(lines) > MOST_TOLD:
            lines = [*lines[:MOST_TOLD], t("map.told_more", count=len(lines) - MOST_TOLD)]
        badges.append(
            {
                "kind": "badge",
                "form": "stop",
                "at": ground.at(lon, lat),
                "words": _numbers(numbers),
                "colour": style.colour,
                "ink": style.ink,
                "told": [t("map.told_visits", visits=len(numbers)), *lines],
            }
        )
    return badges


def _numbers(numbers: Sequence[int]) -> str:
    """``4``, ``4–7`` or ``1…9``: the visits made at one place."""
    if len(numbers) == 1:
        return str(numbers[0])
    joined = numbers[-1] - numbers[0] == len(numbers) - 1
    return f"{numbers[0]}{'–' if joined else '…'}{numbers[-1]}"


def line_of(region: Region, route: PlannedRoute, places: pd.DataFrame) -> list[list[float]]:
    """Base, piers, stops and home again, as straight lines."""
    bases = {base.id: base for base in region.bases}
    home = next(bases[squad.base_id] for squad in region.squads if squad.id == route.squad_id)
    out = [ground.at(home.lon, home.lat)]
    for link in region.links:
        if link.id == route.link_id:
            out += [ground.at(link.from_lon, link.from_lat), ground.at(link.to_lon, link.to_lat)]
    stops = places.loc[[stop.visit_id for stop in route.stops], ["lon", "lat"]]
    return [*out, *(ground.at(lon, lat) for lon, lat in stops.to_numpy(dtype=float)), *reversed(out)]


def squad_number(region: Region, squad_id: str) -> str:
    """The squad's place in the region's list, as shown on its routes."""
    return str([squad.id for squad in region.squads].index(squad_id) + 1)


def _middle(path: Sequence[list[float]]) -> list[float]:
    """Half way between the base and the first stop's side of the route."""
    first, second = path[0], path[1]
    return [(first[0] + second[0]) / 2, (first[1] + second[1]) / 2]


def _squad_entry(region: Region, squad_id: str) -> dict[str, str]:
    number = int(squad_number(region, squad_id))
    style = squad_style(number - 1)
    name = next(squad.name for squad in region.squads if squad.id == squad_id)
    return ground.entry(style.form, style.colour, f"{number}  {name}")


def _route_bounds(region: Region, routes: Sequence[PlannedRoute], places: pd.DataFrame) -> list[list[float]]:
    points = np.array([point for route in routes for point in line_of(region, route, places)])
    if points.size == 0:
        return ground.bounds(region)
    low, high = points.min(axis=0) - MARGIN_DEGREES, points.max(axis=0) + MARGIN_DEGREES
    return [low.tolist(), high.tolist()]
