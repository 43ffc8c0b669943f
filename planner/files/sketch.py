"""A route as a small drawing: the township's outline and the numbered stops. Numbers only, no words of others."""

from collections.abc import Callable, Sequence

import geopandas as gpd
import numpy as np

from planner.files.maps.routes import numbers_told
from planner.model.route_day import RouteDay

WIDTH, HEIGHT, MARGIN = 390.0, 310.0, 22.0
"""Of a sketch, in its own units."""
DOT = 8.5
LEAST_SHARE = 0.45
"""Of the township's width and height that is always seen."""


def sketch(route: RouteDay, outlines: gpd.GeoDataFrame) -> str:
    """SVG of the township's outline and the numbered stops, in order; north is up, one scale both ways."""
    shape = outlines.loc[outlines["code"] == route.township_code, "geometry"].iloc[0]
    stops = [(visit.lon, visit.lat) for visit in route.visits]
    at = _projection([*stops, *_room(stops, shape.bounds)])
    rings = [part.exterior for part in getattr(shape, "geoms", [shape])]
    land = "".join(f'<polygon points="{_points(ring.coords, at)}" fill="#eef3ee" stroke="#8aa08c"/>' for ring in rings)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" overflow="hidden">{land}'
        f'<polyline points="{_points(stops, at)}" fill="none" stroke="#0f4c81" stroke-width="1.6" '
        f'stroke-dasharray="5 3"/>{"".join(_dots(route, at))}</svg>'
    )


def _dots(route: RouteDay, at: Callable[[float, float], tuple[float, float]]) -> list[str]:
    """One mark a place, with the numbers of the visits there."""
    places: dict[tuple[float, float], list[int]] = {}
    for visit in route.visits:
        places.setdefault((visit.lon, visit.lat), []).append(visit.order)
    marks = []
    for (lon, lat), orders in places.items():
        x, y = at(lon, lat)
        words = numbers_told(orders)
        wide = DOT + 2.6 * max(0, len(words) - 2)
        marks.append(
            f'<g data-visit="{orders[0]}"><rect x="{x - wide:.1f}" y="{y - DOT:.1f}" width="{2 * wide:.1f}" '
            f'height="{2 * DOT:.1f}" rx="{DOT}" fill="#0f4c81"/><text x="{x:.1f}" y="{y + 3.2:.1f}" fill="#fff" '
            f'font-size="9" text-anchor="middle">{words}</text></g>'
        )
    return marks


def _room(stops: Sequence[tuple[float, float]], bounds: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    """Two corners about the stops, so that a few that lie close together are still seen in their township."""
    west, south, east, north = bounds
    middle = np.mean([np.min(stops, axis=0), np.max(stops, axis=0)], axis=0)
    half = LEAST_SHARE / 2 * np.array([east - west, north - south])
    return [tuple(middle - half), tuple(middle + half)]


def _projection(points: Sequence[tuple[float, float]]) -> Callable[[float, float], tuple[float, float]]:
    """Degrees to the sketch, equirectangular about the middle."""
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    middle_lon, middle_lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    shrink = _cosine(middle_lat)
    span = max((max(lons) - min(lons)) * shrink / (WIDTH - 2 * MARGIN), (max(lats) - min(lats)) / (HEIGHT - 2 * MARGIN))

    def at(lon: float, lat: float) -> tuple[float, float]:
        return WIDTH / 2 + (lon - middle_lon) * shrink / span, HEIGHT / 2 - (lat - middle_lat) / span

    return at


def _cosine(degrees: float) -> float:
    return float(np.cos(np.radians(degrees)))


def _points(line: Sequence[tuple[float, float]], at: Callable[[float, float], tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(lon, lat) for lon, lat in line))
