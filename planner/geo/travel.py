"""Driving times over known roads or from straight lines, and how squads reach townships behind the water.

Where no roads are known, one is estimated as straight line x detour / speed. Bridges join landmasses for everybody
at any time; ferries do not enter the matrix: they are taken once out and once home, by timetable.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from planner.geo.roads import (
    Crossing,
    Network,
    Snapped,
    lane_minutes,
    minutes_between,
    network,
    road_minutes,
    serving_parts,
    snap,
)
from planner.model.place import Reach, TravelMatrix
from planner.model.policy import TravelPolicy
from planner.model.region import Base, Link, Region
from planner.model.road import Roads, RoadsUsed

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.object_]
METRES_PER_KM, MINUTES_PER_HOUR = 1000.0, 60.0


def travel_matrix(places: pd.DataFrame, region: Region, policy: TravelPolicy) -> TravelMatrix:
    """Minutes between places, rounded up, parking and walking included, also between two doors at one village's point.

    Over the region's roads where they lead from one place to the other, else from straight lines. A place farther
    from any known road than the policy's ``road_metres`` is counted as estimated.

    Args:
        places: place_id, lon, lat (WGS-84 degrees), landmass (as in TOWNSHIP_TABLE); n rows.

    Returns:
        (n, n), not symmetric where roads are one-way; -1 where no road and no bridge leads.
    """
    crs = pyproj.Transformer.from_crs("EPSG:4326", region.metric_crs, always_xy=True)
    points, land = _metric(places, crs), places["landmass"].to_numpy(dtype=object)
    way, used = _straight_minutes(points, land, _bridges(region, crs), policy), None
    if region.roads:
        over_roads, at = _over_roads(points, land, region, region.roads, crs, policy)
        way = np.where(np.isfinite(over_roads), over_roads, way)
        roads, far = region.roads, int((at.metres > policy.road_metres).sum())
        used = RoadsUsed(roads.as_of, roads.source, roads.digest, len(places), far)
    # Rounded first, so that float noise does not cost a minute.
    minutes = np.where(np.isfinite(way), np.ceil(np.round(way, 6)) + policy.stop_minutes, -1.0)
    np.fill_diagonal(minutes, 0)
    return TravelMatrix(tuple(places["place_id"]), minutes.astype(np.int32), estimated=used is None, roads=used)


def off_road(places: pd.DataFrame, region: Region, roads: Roads, policy: TravelPolicy) -> Floats:
    """(n,) metres from places (as in :func:`travel_matrix`) to the roads that serve their landmass; inf: none do."""
    crs = pyproj.Transformer.from_crs("EPSG:4326", region.metric_crs, always_xy=True)
    net = network(roads, region.metric_crs)
    land = places["landmass"].to_numpy(dtype=object)
    return snap(net, _metric(places, crs), land, _serving(net, region, crs, policy)).metres


def known_places(region: Region) -> pd.DataFrame:
    """Where people and squads of the region are known to be: villages, seats, bases and piers; as :func:`anchors`."""
    return pd.concat([_peopled(region), anchors(region)], ignore_index=True)


def _serving(net: Network, region: Region, crs: pyproj.Transformer, policy: TravelPolicy) -> dict[str, int]:
    """Which part of the network serves each landmass, as its villages and seats tell."""
    people = _peopled(region)
    return serving_parts(net, _metric(people, crs), people["landmass"].to_numpy(dtype=object), policy.road_metres)


def _peopled(region: Region) -> pd.DataFrame:
    """Villages and seats."""
    villages = region.villages.assign(place_id="village:" + region.villages["code"])
    villages["landmass"] = villages["township_code"].map(_landmass_of(region))
    return pd.concat([villages[["place_id", "lon", "lat", "landmass"]], _seats(region)], ignore_index=True)


def _metric(places: pd.DataFrame, crs: pyproj.Transformer) -> Floats:
    return np.column_stack(crs.transform(places["lon"].to_numpy(float), places["lat"].to_numpy(float)))


def _over_roads(
    points: Floats, land: Words, region: Region, roads: Roads, crs: pyproj.Transformer, policy: TravelPolicy
) -> tuple[Floats, Snapped]:
    """(n, n) minutes over roads and the region's bridges, inf where they do not lead; and where places meet them."""
    net, bridges = network(roads, region.metric_crs), _bridges(region, crs)
    parts = _serving(net, region, crs, policy)
    ends, at = snap(net, _ends(bridges), _end_land(bridges), parts), snap(net, points, land, parts)
    between = minutes_between(roads, policy, _crossings(bridges, ends, policy), at.station)
    return road_minutes(points, land, at, between, policy), at


def _crossings(bridges: list["_Bridge"], ends: Snapped, policy: TravelPolicy) -> list[Crossing]:
    """Bridges with known roads at both ends."""
    lanes = lane_minutes(np.where(ends.on_roads, ends.metres, 0.0), policy)
    stations = [(float(edge), float(share)) for edge, share in ends.station]
    return [
        (stations[2 * i], stations[2 * i + 1], float(bridge.minutes + lanes[2 * i] + lanes[2 * i + 1]))
        for i, bridge in enumerate(bridges)
        if ends.on_roads[2 * i] and ends.on_roads[2 * i + 1]
    ]


@dataclass(frozen=True)
class _Bridge:
    """Ends as (x, y) in metres with their landmass; minutes to cross."""

    ends: Floats
    landmass: tuple[str, str]
    minutes: float


def _bridges(region: Region, crs: pyproj.Transformer) -> list[_Bridge]:
    land = _landmass_of(region)
    return [
        _Bridge(
            np.array([crs.transform(link.from_lon, link.from_lat), crs.transform(link.to_lon, link.to_lat)]),
            (land[link.from_township], land[link.to_township]),
            float(link.minutes),
        )
        for link in region.links
        if link.kind == "bridge"
    ]


def _ends(bridges: list[_Bridge]) -> Floats:
    return np.concatenate([bridge.ends for bridge in bridges]) if bridges else np.empty((0, 2))


def _end_land(bridges: list[_Bridge]) -> Words:
    return np.array([word for bridge in bridges for word in bridge.landmass], dtype=object)


def _straight_minutes(points: Floats, land: Words, bridges: list[_Bridge], policy: TravelPolicy) -> Floats:
    """Shortest minutes between all points, over bridges where that is the only or the shorter way; inf: no way."""
    ends, end_land = _ends(bridges), _end_land(bridges)
    between_ends = _same_land(ends, end_land, ends, end_land, policy)
    for i, bridge in enumerate(bridges):
        a, b = 2 * i, 2 * i + 1
        between_ends[a, b] = between_ends[b, a] = min(between_ends[a, b], bridge.minutes)
    for via in range(len(ends)):  # Floyd-Warshall over the few bridge ends
        between_ends = np.minimum(between_ends, between_ends[:, via, None] + between_ends[None, via, :])
    road = _same_land(points, land, points, land, policy)
    to_ends = _same_land(points, land, ends, end_land, policy)
    reach = np.full_like(to_ends, np.inf)
    for via in range(len(ends)):
        reach = np.minimum(reach, to_ends[:, via, None] + between_ends[None, via, :])
    for via in range(len(ends)):
        road = np.minimum(road, reach[:, via, None] + to_ends[None, :, via])
    return np.minimum(road, road.T)


def _same_land(a: Floats, land_a: Words, b: Floats, land_b: Words, policy: TravelPolicy) -> Floats:
    """(len(a), len(b)) minutes by road; inf between landmasses."""
    return np.where(land_a[:, None] == land_b[None, :], straight_minutes(a, b, policy), np.inf)


def straight_minutes(a: Floats, b: Floats, policy: TravelPolicy) -> Floats:
    """(len(a), len(b)) minutes between points (x, y) in metres: straight line x detour / speed."""
    metres = np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1])
    minutes: Floats = metres * policy.detour / (policy.speed_kmh * METRES_PER_KM) * MINUTES_PER_HOUR
    return minutes


def anchors(region: Region) -> pd.DataFrame:
    """The places of bases and piers: place_id, lon, lat, landmass.

    ``base:<base id>``; a ferry has ``pier:<link id>`` on its ``to`` side and ``pier:<link id>:from`` on the other.
    """
    land = _landmass_of(region)
    rows = [(f"base:{base.id}", base.lon, base.lat, _nearest_landmass(base, region)) for base in region.bases]
    for link in _ferries(region):
        rows.append((f"pier:{link.id}", link.to_lon, link.to_lat, land[link.to_township]))
        rows.append((f"pier:{link.id}:from", link.from_lon, link.from_lat, land[link.from_township]))
    return pd.DataFrame(rows, columns=["place_id", "lon", "lat", "landmass"])


def reaches(
    region: Region, policy: TravelPolicy, duty_start: int, duty_end: int
) -> dict[tuple[str, str], Reach | None]:
    """How a squad of each base reaches each township within its duty hours (minutes of the day).

    By road where there is one; else by the ferry that leaves the most time at the township's seat: the first boat
    that can be caught out, the last boat that is home in time. None: no way, or no time left there.
    Keys are (base id, township code).
    """
    matrix = travel_matrix(pd.concat([anchors(region), _seats(region)], ignore_index=True), region, policy)
    index = {place: i for i, place in enumerate(matrix.place_ids)}

    def drive(a: str, b: str) -> int:
        return int(matrix.minutes[index[a], index[b]])

    found: dict[tuple[str, str], Reach | None] = {}
    for base in region.bases:
        for code in region.townships["code"]:
            home, seat = f"base:{base.id}", f"seat:{code}"
            if drive(home, seat) >= 0:
                found[base.id, code] = Reach(home, home, duty_start, duty_end, duty_start, duty_end, None)
            else:
                found[base.id, code] = _best_ferry(region, home, seat, drive, duty_start, duty_end)
    return found


def _seats(region: Region) -> pd.DataFrame:
    townships = region.townships
    return pd.DataFrame(
        {
            "place_id": "seat:" + townships["code"],
            "lon": townships["seat_lon"],
            "lat": townships["seat_lat"],
            "landmass": townships["landmass"],
        }
    )


def _best_ferry(
    region: Region, home: str, seat: str, drive: Callable[[str, str], int], duty_start: int, duty_end: int
) -> Reach | None:
    options = []
    for link in _ferries(region):
        near, far = f"pier:{link.id}:from", f"pier:{link.id}"
        for here, there, out, back in (
            (near, far, link.out_departures, link.back_departures),
            (far, near, link.back_departures, link.out_departures),
        ):
            if min(drive(home, here), drive(here, home), drive(there, seat), drive(seat, there)) < 0:
                continue
            drives = drive(home, here), drive(here, home)
            reach = _by_boat(link, there, drives, out, back, duty_start, duty_end)
            if reach and (left := reach.end - reach.start - drive(there, seat) - drive(seat, there)) > 0:
                options.append((left, reach))
    return max(options, key=lambda option: option[0])[1] if options else None


def _by_boat(
    link: Link,
    pier: str,
    drives: tuple[int, int],
    out: tuple[int, ...],
    back: tuple[int, ...],
    duty_start: int,
    duty_end: int,
) -> Reach | None:
    """First boat out, last boat home; None where either is missed. ``drives``: from the base to its pier, and home."""
    there, home = drives
    caught = [boat for boat in out if boat >= duty_start + there]
    usable = [boat for boat in back if boat + link.minutes + home <= duty_end]
    if not caught or not usable:
        return None
    first, last = min(caught), max(usable)
    return Reach(pier, pier, first + link.minutes, last, first - there, last + link.minutes + home, link.id)


def _ferries(region: Region) -> list[Link]:
    return [link for link in region.links if link.kind == "ferry"]


def _landmass_of(region: Region) -> dict[str, str]:
    return dict(zip(region.townships["code"], region.townships["landmass"], strict=True))


def _nearest_landmass(base: Base, region: Region) -> str:
    """Landmass of the township whose outline holds the base or lies nearest to it."""
    point = shapely.Point(base.lon, base.lat)
    nearest = min(range(len(region.outlines)), key=lambda i: region.outlines.geometry.iloc[i].distance(point))
    return _landmass_of(region)[str(region.outlines["code"].iloc[nearest])]
