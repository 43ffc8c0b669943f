"""Made-up maps for :mod:`benchmarks.screens`: the county with cases strewn over it, and a province of hexagons."""

from functools import cache
from pathlib import Path

import numpy as np

from planner.files.maps import ground
from planner.files.maps.offline import Drawing, draw
from planner.files.maps.palette import CIVIDIS
from planner.files.region import load_region

AREA = {"color": "#ffffff", "weight": 1, "fillOpacity": 0.88}
DOT = {"color": "#ffffff", "weight": 0.6, "fillColor": "#d55e00", "fillOpacity": 0.75}
WEST, SOUTH, SIDE = 118.0, 27.2, 0.11
CORNERS, WOBBLE = 36, 0.12


@cache
def county(cases: int) -> Drawing:
    """The region's townships and ``cases`` dots."""
    region = load_region(Path("data/regions/330225"))
    areas = [_area(code, geometry, n) for n, (code, geometry) in enumerate(ground.outlines(region))]
    (south, west), (north, east) = ground.bounds(region)
    return _drawn(areas, cases, (west, south, east, north))


@cache
def province(areas: int, cases: int) -> Drawing:
    """``areas`` shapes of 36 corners in a comb, and ``cases`` dots."""
    rng, wide = np.random.default_rng(0), int(np.ceil(np.sqrt(areas)))
    made = []
    for n in range(areas):
        row, column = divmod(n, wide)
        lon, lat = WEST + SIDE * (1.8 * column + 0.9 * (row % 2)), SOUTH + SIDE * 1.5 * row
        angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
        far = SIDE * (1 - WOBBLE * rng.random(CORNERS))
        ring = np.column_stack([lon + far * np.sin(angle), lat + far * np.cos(angle)]).round(4).tolist()
        made.append(_area(f"{n:05d}", {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}, n))
    return _drawn(made, cases, (WEST, SOUTH, WEST + SIDE * 1.8 * wide, SOUTH + SIDE * 1.5 * wide))


def _area(code: str, geometry: object, n: int) -> dict[str, object]:
    style = AREA | {"fillColor": CIVIDIS[n % len(CIVIDIS)]}
    return {"kind": "area", "ids": [code], "geometry": geometry, "style": style, "told": [f"示例乡镇{code}"]}


def _drawn(areas: list[dict[str, object]], cases: int, box: tuple[float, float, float, float]) -> Drawing:
    west, south, east, north = box
    rng = np.random.default_rng(1)
    points = np.column_stack([rng.uniform(south, north, cases), rng.uniform(west, east, cases)]).round(5)
    rows = [[lat, lon, 3.0, n % 50] for n, (lat, lon) in enumerate(points.tolist())]
    dots = {"kind": "dots", "style": DOT, "rows": rows, "texts": [[f"示例村{n}", "1 件"] for n in range(50)]}
    layers = [ground.layer("乡镇", areas), ground.layer("案件", [dots], "toggle")]
    legend = {"title": "示例", "scale": None, "entries": [ground.entry("dot", "#d55e00", "案件")], "notes": []}
    return draw({"bounds": [[south, west], [north, east]], "layers": layers, "legend": legend}, "示例")
