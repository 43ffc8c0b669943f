"""Road files made up for tests."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from scipy.spatial import Delaunay

from planner.files.roads import read_roads
from planner.model.region import Region
from planner.model.road import Roads

WORLD = (-180.0, -90.0, 180.0, 90.0)
Ways = Iterable[tuple[Iterable[int], Mapping[str, str]]]


def osm(nodes: Mapping[int, tuple[float, float]], ways: Ways) -> str:
    """An OpenStreetMap file: nodes id -> (lon, lat), ways as (node ids, tags)."""
    lines = ["<osm version='0.6' generator='made up'>"]
    lines += [f"<node id='{n}' version='1' lon='{lon:.7f}' lat='{lat:.7f}'/>" for n, (lon, lat) in nodes.items()]
    for number, (ids, tags) in enumerate(ways, start=1):
        told = "".join(f"<tag k='{key}' v='{value}'/>" for key, value in tags.items())
        along = "".join(f"<nd ref='{n}'/>" for n in ids)
        lines.append(f"<way id='{number}' version='1' timestamp='2024-05-06T07:08:09Z'>{along}{told}</way>")
    return "\n".join([*lines, "</osm>"])


def roads_of(folder: Path, nodes: Mapping[int, tuple[float, float]], ways: Ways) -> Roads:
    file = folder / "made.osm"
    file.write_text(osm(nodes, ways), encoding="utf-8")
    return read_roads(file, WORLD)


def between_villages(
    region: Region, landmasses: Iterable[str], east_of: float = -180.0, joined: bool = False
) -> tuple[dict[int, tuple[float, float]], list[tuple[list[int], dict[str, str]]]]:
    """Secondary roads between neighbouring villages of each landmass, or of all together (``joined``)."""
    land = region.villages["township_code"].map(region.townships.set_index("code")["landmass"])
    groups = [list(landmasses)] if joined else [[word] for word in landmasses]
    nodes: dict[int, tuple[float, float]] = {}
    ways = []
    for group in groups:
        points = region.villages.loc[land.isin(group) & (region.villages["lon"] > east_of), ["lon", "lat"]].to_numpy()
        start = len(nodes) + 1
        nodes |= {start + n: (float(lon), float(lat)) for n, (lon, lat) in enumerate(points)}
        sides = Delaunay(points).simplices[:, [[0, 1], [1, 2], [0, 2]]].reshape(-1, 2)
        for a, b in np.unique(np.sort(sides, axis=1), axis=0).tolist():
            ways.append(([start + a, start + b], {"highway": "secondary"}))
    return nodes, ways
