"""Datums of Chinese maps: WGS-84, CGCS2000, GCJ-02 and BD-09.

GCJ-02 and BD-09 were never published; the formulas are those of the open-source eviltransform
(https://github.com/googollee/eviltransform) and of coordtransform (https://github.com/wandergis/coordtransform)
for BD-09, where eviltransform took pi for 3000 pi / 180 (its issue 43) and is up to 40 m off.
CGCS2000 and WGS-84 agree within a metre in China and are taken as one here.
"""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from planner.errors import RegionError
from planner.model.place import DATUMS

Floats = npt.NDArray[np.float64]
Pair = tuple[Floats, Floats]

AXIS = 6378245.0
"""Semi-major axis of the Krasovsky ellipsoid, metres, and its squared eccentricity."""
ECCENTRICITY2 = 0.00669342162296594323
BD_TURN = np.pi * 3000.0 / 180.0
INVERSE_STEPS = 12
"""The inverse contracts by a factor of about 1e-2 a step; the last ones are far below a millimetre."""


def _waves(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Offset in metres (north, east) before scaling, of ``x = lon - 105``, ``y = lat - 35``."""
    root = np.sqrt(np.abs(x))
    xy = x * y
    shared = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = shared + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0)
    north += 160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)
    east = shared + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0)
    east += 150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)
    north = north * 2.0 / 3.0 - 100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * xy + 0.2 * root
    east = east * 2.0 / 3.0 + 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * xy + 0.1 * root
    return north, east


def wgs84_to_gcj02(lon: Floats, lat: Floats) -> Pair:
    """Degrees to degrees. Points outside China (a rough box, as in the published code) stay as they are."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    north, east = _waves(lon - 105.0, lat - 35.0)
    radians = np.radians(lat)
    magic = 1.0 - ECCENTRICITY2 * np.sin(radians) ** 2
    meridian = AXIS * (1.0 - ECCENTRICITY2) / magic**1.5
    parallel = AXIS / np.sqrt(magic) * np.cos(radians)
    inside = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    return (
        np.where(inside, lon + np.degrees(east / parallel), lon),
        np.where(inside, lat + np.degrees(north / meridian), lat),
    )


def gcj02_to_bd09(lon: Floats, lat: Floats) -> Pair:
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def wgs84_to_bd09(lon: Floats, lat: Floats) -> Pair:
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


FORWARD: dict[str, Callable[[Floats, Floats], Pair]] = {"GCJ-02": wgs84_to_gcj02, "BD-09": wgs84_to_bd09}


def to_wgs84(x: Floats, y: Floats, datum: str) -> Pair:
    """Degrees of ``datum`` to WGS-84 degrees, by fixed-point iteration of the published forward formula.

    Raises:
        RegionError: an unknown datum.
    """
    if datum not in DATUMS:
        raise RegionError("datum_unknown", datum=datum, allowed=" | ".join(DATUMS))
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if datum not in FORWARD:
        return x, y
    lon, lat = x.copy(), y.copy()
    for _ in range(INVERSE_STEPS):
        east, north = FORWARD[datum](lon, lat)
        lon, lat = lon - (east - x), lat - (north - y)
    return lon, lat


def in_china(x: Floats, y: Floats) -> Pair:
    """The points that lie in a rough box about China; swapped axes are put right, all else becomes NaN."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    swapped = _in_box(y, x)
    x, y = np.where(swapped, y, x), np.where(swapped, x, y)
    inside = _in_box(x, y)
    return np.where(inside, x, np.nan), np.where(inside, y, np.nan)


def _in_box(lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    return (lon > 73) & (lon < 136) & (lat > 17) & (lat < 54)


def guess_datum(x: Floats, y: Floats, codes: npt.NDArray[np.object_], outlines: gpd.GeoDataFrame) -> tuple[str, float]:
    """The datum that puts most points into the township which their address text names.

    Args:
        x, y: degrees as found. codes: township code by text, None where the text does not tell.
        outlines: GeoDataFrame(code, geometry) in WGS-84.

    Returns:
        datum and its margin: share of points in their township minus that of the next best datum. Without a
        hint, or on a tie, WGS-84 and 0.
    """
    hinted = np.array([code is not None for code in codes], dtype=bool)
    shares = {}
    for datum in ("WGS-84", "GCJ-02", "BD-09"):
        lon, lat = to_wgs84(x[hinted], y[hinted], datum)
        shares[datum] = float(np.mean(township_at(lon, lat, outlines) == codes[hinted])) if hinted.any() else 0.0
    best = max(shares, key=lambda datum: shares[datum])
    return best, shares[best] - max(share for datum, share in shares.items() if datum != best)


def township_at(lon: Floats, lat: Floats, outlines: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Code of the township that holds each point, None where none does."""
    found = np.full(len(lon), None, dtype=object)
    tree = shapely.STRtree(outlines.geometry.to_numpy())
    point, shape = tree.query(shapely.points(lon, lat), predicate="intersects")
    # From the last to the first, so that a point on a border goes to the first township.
    found[point[::-1]] = outlines["code"].to_numpy(dtype=object)[shape[::-1]]
    return found
