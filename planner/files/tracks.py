"""A squad's day for calendars, satellite receivers and map programs. No names of people: case numbers and villages."""

import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import gpxpy.gpx
from icalendar import Calendar, Event
from shapely.geometry import LineString, Point

from planner.model.route_day import RouteDay, VisitToMake
from planner.model.units import clock

Translate = Callable[..., str]

ZONE = ZoneInfo("Asia/Shanghai")
PRODUCT = "-//planner//squad days//ZH"


def calendar(routes: Sequence[RouteDay], at: datetime, t: Translate) -> bytes:
    """iCalendar: an event per visit, and one for the whole day from leaving the base to being back. ``at``: now."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    for route in routes:
        whole = t("tracks.day", squad=route.squad, township=route.township, count=len(route.visits))
        made.add_component(_event(route, "day", whole, route.leave_base, route.reach_base, at))
        for visit in route.visits:
            event = _event(route, visit.visit_id, _title(visit), visit.start, visit.leave, at)
            event.add("geo", (visit.lat, visit.lon))
            event.add("location", _place(visit))
            made.add_component(event)
    return bytes(made.to_ical())


def gpx(routes: Sequence[RouteDay]) -> bytes:
    """GPX 1.1: a waypoint per visit and a route per day, WGS-84. The line is straight between stops."""
    made = gpxpy.gpx.GPX()
    made.creator = "planner"
    for route in routes:
        line = gpxpy.gpx.GPXRoute(name=f"{route.squad} {route.day}")
        line.points = [gpxpy.gpx.GPXRoutePoint(lat, lon) for lon, lat in route.path]
        made.routes.append(line)
        made.waypoints += [
            gpxpy.gpx.GPXWaypoint(
                visit.lat, visit.lon, time=_moment(route.day, visit.start).astimezone(UTC), name=_title(visit),
                description="、".join(visit.case_ids),
            )
            for visit in route.visits
        ]  # fmt: skip
    return str(made.to_xml(version="1.1")).encode()


def kml(routes: Sequence[RouteDay]) -> bytes:
    """KML: a point per visit and a line per day, WGS-84."""
    rows = [
        {"Name": _title(visit), "Description": f"{route.squad} {route.day} {'、'.join(visit.case_ids)}",
         "geometry": Point(visit.lon, visit.lat)}
        for route in routes for visit in route.visits
    ]  # fmt: skip
    lines = [
        {"Name": f"{route.squad} {route.day}", "Description": route.township, "geometry": LineString(route.path)}
        for route in routes
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "route.kml"
        gpd.GeoDataFrame(rows + lines, crs="EPSG:4326").to_file(file, driver="KML", engine="pyogrio")
        return file.read_bytes()


def _event(route: RouteDay, key: str, title: str, start: int, end: int, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{route.plan_id}-{route.squad_id}-{route.day}-{key}")
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", _moment(route.day, start))
    event.add("dtend", _moment(route.day, end))
    event.add("summary", title)
    return event


def _moment(day: date, minute: int) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZONE) + timedelta(minutes=minute)


def _title(visit: VisitToMake) -> str:
    return f"{visit.order}. {clock(visit.start)} {_place(visit)} {visit.case_ids[0]}"


def _place(visit: VisitToMake) -> str:
    return f"{visit.township}{visit.village or ''}"
