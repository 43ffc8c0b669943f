"""How fast are the spatial statistics, and do they say what others say?

    python -m benchmarks.spatial [--areas 40000] [--points 10000000] [--scan-areas 1400] [--permutations 999]
        [--seeds 7] [--seconds 5] [--cores 1] [--data FOLDER] [--json]

Made-up areas (a Voronoi division of random points, outlines of about 100 corners). Each of our
functions is called once to be compiled, then again until ``--seconds`` are over, at least once; the median is told. A
peer runs once in the same process, after a warm-up on few areas; one that is not installed is told so. The process is
bound to ``--cores`` cores; our functions use one. ``agree`` compares the answers.

The plain numpy scan counts 20 random maps; its time for all of them is scaled from that. FOLDER (shared/known) adds
published figures beside ours. esda and libpysal are optional:

    pip install --no-deps --require-hashes --target FOLDER -r benchmarks/requirements-peers.lock
    PYTHONPATH=FOLDER python -m benchmarks.spatial
"""

import argparse
import json
import os
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy import sparse
from scipy.spatial import Delaunay, cKDTree

from planner.geo.inside import grid_of, look_up
from planner.scoring.empirical_bayes import eb_moran, marshall
from planner.scoring.local import gi, gi_star, local_moran, moran, permuted_tails
from planner.scoring.scan import scan

T = TypeVar("T")
Floats = npt.NDArray[np.float64]

CORNERS = 100
"""Of an outline, about."""

GETIS_ORD = {30: 1.221979, 60: 1.748098, 90: 1.986135, 120: 1.893374, 150: 1.237454}
GETIS_ORD_POINT = 119

NUMPY_MAPS = 20
COUNT = 3.0
"""Mean events of an area."""


class Row(NamedTuple):
    """One line of the table; ``peer_seconds`` is None where the peer is not installed."""

    task: str
    seed: int
    seconds: float
    peer: str
    peer_seconds: float | None
    agree: str


class Answer(NamedTuple):
    """A published figure and ours."""

    figure: str
    published: float
    found: float


def main() -> None:
    options = _options()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.cores])
    warnings.filterwarnings("ignore", module="(esda|libpysal)")
    rows = [row for seed in options.seeds for part in (local, points, scans) for row in part(options, seed)]
    answers = published(options.data) if options.data else []
    print(f"{options.cores} core(s); seconds\n{_table(rows)}")
    if answers:
        print(f"\n{pd.DataFrame(answers).to_string(index=False, float_format='{:.10g}'.format)}")
    if options.json:
        parts = {"rows": [row._asdict() for row in rows], "published": [answer._asdict() for answer in answers]}
        print(json.dumps({"benchmark": "spatial", "cores": options.cores, **parts}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--areas", type=int, default=40_000, help="of the local statistics, and polygons of points")
    parser.add_argument("--points", type=int, default=10_000_000)
    parser.add_argument("--scan-areas", type=int, default=1400)
    parser.add_argument("--permutations", type=int, default=999)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7])
    parser.add_argument("--seconds", type=float, default=5.0, help="for each of our functions")
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--data", type=Path, help="folder of published instances")
    parser.add_argument("--json", action="store_true", help="end in one JSON object")
    return parser.parse_args()


def timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def repeated(work: Callable[[], T], seconds: float) -> tuple[T, float]:
    """What it gives, and the median seconds."""
    stop, spent = time.perf_counter() + seconds, []
    while not spent or time.perf_counter() < stop:
        found, once = timed(work)
        spent.append(once)
    return found, float(np.median(spent))


def local(options: argparse.Namespace, seed: int) -> Iterator[Row]:
    """Getis-Ord and Moran beside esda."""
    rng = np.random.default_rng(seed)
    weights = adjacent(rng.random((options.areas, 2)))
    values = rng.gamma(COUNT, 1.0, options.areas)  # no ties, which esda and we count differently
    peers = esda_peers(weights, values, options.permutations, seed)
    ours: dict[str, Callable[[], Floats]] = {
        "Gi": lambda: gi(values, weights),
        "Gi*": lambda: gi_star(values, weights),
        "Gi, permuted": lambda: permuted_tails(values, weights, options.permutations, seed).high,
        "local Moran, permuted": lambda: local_moran(values, weights, options.permutations, seed).p,
        "Moran, permuted": lambda: np.array([moran(values, weights, options.permutations, seed).statistic]),
    }
    for task, work in ours.items():
        work()
        found, seconds = repeated(work, options.seconds)
        theirs, peer_seconds = timed(peers[task]) if task in peers else (None, None)
        agree = "" if theirs is None else f"largest difference {np.nanmax(np.abs(found - theirs)):.2g}"
        yield Row(f"{task}, {options.areas:,} areas", seed, seconds, "esda", peer_seconds, agree)


def adjacent(xy: Floats) -> sparse.csr_array:
    """1 for areas whose Voronoi cells touch, about six each."""
    corners = Delaunay(xy).simplices
    pairs = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    both = np.concatenate([pairs, pairs[:, ::-1]])
    found = sparse.csr_array((np.ones(len(both)), both.T), shape=(len(xy), len(xy)))
    found.data[:] = 1.0
    return found


def esda_peers(
    weights: sparse.csr_array, values: Floats, permutations: int, seed: int
) -> dict[str, Callable[[], Floats]]:
    """The same questions to esda, on one core; empty where it is not installed."""
    try:
        import esda
        from libpysal.weights import WSP
    except ImportError:
        return {}

    def binary(matrix: sparse.csr_array) -> object:
        w = WSP(sparse.csr_matrix(matrix)).to_W(silence_warnings=True)
        w.transform = "B"
        return w

    def g_local(y: Floats, w: object, star: bool, deals: int) -> object:
        return esda.G_Local(y, w, transform="B", permutations=deals, star=star, seed=seed, keep_simulations=False)

    def m_local(y: Floats, w: object, deals: int) -> object:
        return esda.Moran_Local(y, w, transformation="B", permutations=deals, seed=seed, keep_simulations=False)

    few = binary(weights[:200][:, :200] + sparse.diags_array(np.ones(199), offsets=1, shape=(200, 200)))
    g_local(values[:200], few, False, 9)  # compiled
    m_local(values[:200], few, 9)
    w = binary(weights)

    def one_sided(z: Floats, folded: Floats) -> Floats:
        """esda folds p to the smaller tail; here it is that of high values."""
        return np.where(z > 0, folded, 1 - folded)

    def permuted() -> Floats:
        found = g_local(values, w, False, permutations)
        return one_sided(found.Zs, found.p_sim)  # type: ignore[attr-defined]

    return {
        "Gi": lambda: g_local(values, w, False, 0).Zs,  # type: ignore[attr-defined]
        "Gi*": lambda: g_local(values, w, True, 0).Zs,  # type: ignore[attr-defined]
        "Gi, permuted": permuted,
        "local Moran, permuted": lambda: np.minimum(1, 2 * m_local(values, w, permutations).p_sim),  # type: ignore[attr-defined]
        "Moran, permuted": lambda: np.array([esda.Moran(values, w, "B", permutations).I]),
    }


def points(options: argparse.Namespace, seed: int) -> Iterator[Row]:
    """Points in polygons beside geopandas."""
    rng = np.random.default_rng(seed)
    polygons = outlines(rng.random((options.areas, 2)))
    x, y = rng.random((2, options.points))
    look_up(grid_of(polygons[:10]), x[:10], y[:10])
    grid, making = repeated(lambda: grid_of(polygons), options.seconds)
    found, asking = repeated(lambda: look_up(grid, x, y), options.seconds)

    def join() -> Floats:
        areas = gpd.GeoDataFrame(geometry=polygons)
        where = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y))
        joined = gpd.sjoin(where, areas, predicate="intersects", how="left")["index_right"]
        return joined[~joined.index.duplicated()].fillna(-1).to_numpy()

    theirs, peer_seconds = timed(join)
    agree = f"{np.mean(theirs != found):.2g} of points differ"
    task = f"{options.points:,} points in {options.areas:,} polygons (grid {making:.2f} + asking {asking:.2f})"
    yield Row(task, seed, making + asking, "geopandas sjoin", peer_seconds, agree)


def outlines(xy: Floats) -> npt.NDArray[np.object_]:
    """Voronoi cells of points in the unit square, with about ``CORNERS`` corners each."""
    unit = shapely.box(0, 0, 1, 1)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(xy), extend_to=unit))
    round_about = 4 / np.sqrt(len(xy))
    cut: npt.NDArray[np.object_] = shapely.segmentize(shapely.intersection(cells, unit), round_about / CORNERS)
    return cut


def scans(options: argparse.Namespace, seed: int) -> Iterator[Row]:
    """The scan beside plain numpy."""
    rng = np.random.default_rng(seed)
    xy, exposure = rng.random((options.scan_areas, 2)), rng.gamma(2.0, 1000.0, options.scan_areas)
    events = rng.multinomial(round(COUNT * options.scan_areas), exposure / exposure.sum())
    for name, cold in (("hot", False), ("hot and cold", True)):
        scan(events[:50], exposure[:50], xy[:50], cold=cold, permutations=9)

        def work(cold: bool = cold) -> float:
            return scan(events, exposure, xy, cold=cold, permutations=options.permutations, seed=seed)[0].llr

        found, seconds = repeated(work, options.seconds)
        maps = rng.multinomial(events.sum(), exposure / exposure.sum(), size=NUMPY_MAPS)
        (best, per_map), whole = timed(lambda maps=maps, cold=cold: numpy_scan(events, exposure, xy, cold, maps))
        scaled = whole + per_map * (options.permutations - NUMPY_MAPS)
        task = f"scan, {options.scan_areas:,} areas, {options.permutations} maps, {name}"
        yield Row(task, seed, seconds, "plain numpy, scaled", scaled, f"LLR differs by {abs(found - best):.2g}")


def numpy_scan(
    events: npt.NDArray[np.int64], exposure: Floats, xy: Floats, cold: bool, maps: npt.NDArray[np.int64]
) -> tuple[float, float]:
    """The best ratio with half of the exposure at the most, and the seconds of one random map."""
    away = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    order = np.argsort(away, axis=1)
    total = events.sum()
    expected = exposure[order].cumsum(axis=1) * (total / exposure.sum())
    fits = expected <= total / 2

    def best(counts: npt.NDArray[np.int64]) -> float:
        inside = counts[order].cumsum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            near = np.where(inside > 0, inside * np.log(inside / expected), 0.0)
            ratio = near + (total - inside) * np.log((total - inside) / (total - expected))
        return float(ratio[fits & ((inside > expected) | cold)].max())

    found = best(events)
    _, seconds = timed(lambda: [best(each) for each in maps])
    return found, seconds / len(maps)


def published(folder: Path) -> list[Answer]:
    """Figures of spdep and SaTScan (see SOURCES.md there) and ours."""
    folder = folder / "hotspot"
    grid = pd.read_csv(folder / "getisord_xyz.csv")
    ords = [
        Answer(f"Gi at {distance} m", z, float(gi(grid["val"], _within(grid, distance))[GETIS_ORD_POINT]))
        for distance, z in GETIS_ORD.items()
    ]
    starred = float(gi_star(grid["val"], _within(grid, 30))[GETIS_ORD_POINT])
    auckland = pd.read_csv(folder / "auckland.csv")
    mean, variance = marshall(auckland["M77_85"], 9 * auckland["Und5_81"])
    counties = pd.read_csv(folder / "nc_sids.csv")
    near = _gal(folder / "ncCC89.gal", counties["FIPSNO"].astype(int).tolist())
    cases, places, people = (np.loadtxt(folder / f"satscan_ny_{name}.txt") for name in ("cases", "coords", "pop"))
    best = scan(cases[:, 1], people[:, 2], places[:, 1:], share=0.1)[0]
    bayes = eb_moran(counties["SID74"], counties["BIR74"], near, count_islands=True)
    return [
        *ords,
        Answer("Gi* at 30 m", 1.450780, starred),
        Answer("Marshall mean, Auckland", 0.002633436, mean),
        Answer("Marshall variance, Auckland", 7.284173e-07, variance),
        Answer("Moran of raw rates, NC SIDS", 0.20904, moran(counties["SID74"] / counties["BIR74"], near, 9).statistic),
        Answer("EB-Moran, NC SIDS", 0.25789, bayes.statistic),
        Answer("EB-Moran p, NC SIDS", 0.002, bayes.high),
        Answer("LLR, New York leukaemia", 11.577255, best.llr),
        Answer("observed, New York leukaemia", 85, best.observed),
        Answer("expected, New York leukaemia", 49.71, best.expected),
        Answer("tracts, New York leukaemia", 26, len(best.areas)),
        Answer("relative risk, New York leukaemia", 1.84, best.relative_risk),
        Answer("p, New York leukaemia", 0.001, best.p),
    ]


def _within(points: pd.DataFrame, distance: float) -> sparse.csr_array:
    """1 for each other point no further than ``distance``."""
    one, other = cKDTree(points[["x", "y"]]).query_pairs(distance * (1 + 1e-9), output_type="ndarray").T
    both = np.concatenate([one, other]), np.concatenate([other, one])
    return sparse.csr_array((np.ones(2 * len(one)), both), shape=(len(points), len(points)))


def _gal(path: Path, ids: list[int]) -> sparse.csr_array:
    """Neighbours in GAL format: a line with id and count, a line with the neighbours' ids."""
    position = {key: i for i, key in enumerate(ids)}
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    weights = np.zeros((len(ids), len(ids)))
    for head, row in zip(lines[::2], lines[1::2], strict=True):
        for neighbour in row.split():
            weights[position[int(head.split()[0])], position[int(neighbour)]] = 1
    return sparse.csr_array(weights)


def _table(rows: list[Row]) -> str:
    table = pd.DataFrame(rows)
    table["seconds"] = table["seconds"].map("{:.4f}".format)
    table["times"] = [f"{r.peer_seconds / r.seconds:.0f} x" if r.peer_seconds else "" for r in rows]
    table["peer_seconds"] = [f"{r.peer_seconds:.2f}" if r.peer_seconds else "not installed" for r in rows]
    return table[["task", "seed", "seconds", "peer", "peer_seconds", "times", "agree"]].to_string(index=False)


if __name__ == "__main__":
    main()
