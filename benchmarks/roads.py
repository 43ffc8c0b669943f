"""How long roads take to read and minutes between places to compute, and whether they are right.

    python -m benchmarks.roads FILE [--places 500] [--seed 7] [--json]

Places lie at random within 300 m of the file's roads. ``check`` compares a sample of rows with scipy's
Bellman-Ford over the junctions, and tests the triangle inequality on the whole matrix.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import bellman_ford

from planner.files.region import metric_crs_at
from planner.files.roads import load_roads, read_roads, save_roads
from planner.geo.roads import edge_minutes, minutes_between, network, road_minutes, snap
from planner.model.policy import TravelPolicy
from planner.model.road import Roads

WORLD = (-180.0, -90.0, 180.0, 90.0)
OFF_METRES = 300.0
SAMPLE = 5
Floats = npt.NDArray[np.float64]
Made = TypeVar("Made")


def measure(file: Path, places: int, seed: int) -> dict[str, float]:
    """Seconds and counts by name."""
    rng, policy = np.random.default_rng(seed), TravelPolicy()
    roads, read = _timed(lambda: read_roads(file, WORLD))
    with tempfile.TemporaryDirectory() as folder:
        size = save_roads(roads, Path(folder)).stat().st_size
        _, load = _timed(lambda: load_roads(Path(folder)))
    crs = _crs(roads)
    net, build = _timed(lambda: network(roads, crs))
    main = int(np.bincount(net.part[net.part >= 0]).argmax())
    edges = rng.choice(np.flatnonzero(net.part == main), places)
    on_road = shapely.line_interpolate_point(net.lines[edges], rng.random(places), normalized=True)
    points = shapely.get_coordinates(on_road) + rng.uniform(-OFF_METRES, OFF_METRES, (places, 2)) / np.sqrt(2)
    land = np.full(places, "land", dtype=object)
    at, snapped = _timed(lambda: snap(net, points, land, {"land": main}))
    between, shortest = _timed(lambda: minutes_between(roads, policy, (), at.station))
    _, lanes = _timed(lambda: road_minutes(points, land, at, between, policy))
    warm = at.station[: places * 9 // 10]
    other = replace(policy, detour=2.0)  # nothing kept yet
    minutes_between(roads, other, (), warm)
    _, again = _timed(lambda: minutes_between(roads, other, (), at.station))
    return {
        "shape points": len(roads.points),
        "junctions": roads.junctions,
        "edges": len(roads.ends),
        "km": round(roads.metres.sum() / 1000),
        "cache bytes": size,
        "read s": read,
        "cache load s": load,
        "build s": build,
        f"snap {places} s": snapped,
        f"minutes {places} x {places} s": shortest,
        "lanes s": lanes,
        "again, 9 of 10 places known s": again,
        "check: largest difference, minutes": _difference(roads, policy, at.station, between, rng),
        "check: triangle inequality broken by, minutes": _triangle(between),
        "unequal there and back, share": float((np.abs(between - between.T) > 1e-6).mean()),
    }


def _timed(work: Callable[[], Made]) -> tuple[Made, float]:
    start = time.perf_counter()
    made = work()
    return made, time.perf_counter() - start


def _crs(roads: Roads) -> str:
    """A projection in metres that fits: CGCS2000 in China, UTM elsewhere."""
    lon, lat = roads.points.mean(axis=0)
    if 73 <= lon <= 136 and 3 <= lat <= 54:
        return metric_crs_at(float(lon))
    area = pyproj.aoi.AreaOfInterest(lon, lat, lon, lat)
    found = pyproj.database.query_utm_crs_info(datum_name="WGS 84", area_of_interest=area)
    return f"EPSG:{found[0].code}"


def _difference(
    roads: Roads, policy: TravelPolicy, stations: Floats, between: Floats, rng: np.random.Generator
) -> float:
    """Largest difference of a few rows from the best way out of one edge, over junctions, into the other."""
    minutes, (tail, head) = edge_minutes(roads, policy), roads.ends.T
    both = ~roads.oneway
    arcs = np.concatenate([tail, head[both]]), np.concatenate([head, tail[both]])
    weights = np.concatenate([minutes, minutes[both]])
    order = np.lexsort((weights, *arcs))
    _, first = np.unique(np.column_stack(arcs)[order], axis=0, return_index=True)
    keep = order[first]
    shape = (roads.junctions, roads.junctions)
    graph = coo_array((weights[keep], (arcs[0][keep], arcs[1][keep])), shape=shape).tocsr()
    edge, share = stations[:, 0].astype(int), stations[:, 1]
    into = np.stack(
        [share * minutes[edge], np.where(roads.oneway[edge] & (share < 1), np.inf, (1 - share) * minutes[edge])]
    )
    worst = 0.0
    for i in rng.choice(len(stations), SAMPLE, replace=False):
        a, s = edge[i], share[i]
        leaves = [(head[a], (1 - s) * minutes[a])] + ([] if roads.oneway[a] and s > 0 else [(tail[a], s * minutes[a])])
        best = np.where((edge == a) & (both[a] | (share >= s)), np.abs(share - s) * minutes[a], np.inf)
        for junction, out in leaves:
            there = bellman_ford(graph, indices=junction)
            best = np.minimum(best, out + np.minimum(there[tail[edge]] + into[0], there[head[edge]] + into[1]))
        worst = max(worst, float(np.abs(best - between[i]).max()))
    return worst


def _triangle(between: Floats) -> float:
    return max(float((between - (between[:, via, None] + between[None, via, :])).max()) for via in range(len(between)))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--places", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = measure(asked.file, asked.places, asked.seed)
    if asked.json:
        print(json.dumps(figures, indent=1))
        return
    for name, value in figures.items():
        print(f"{name:<48} {value:>14,.3g}" if isinstance(value, float) else f"{name:<48} {value:>14,}")


if __name__ == "__main__":
    main()
