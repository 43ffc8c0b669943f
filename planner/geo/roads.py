"""Minutes over a road network, from the points on its roads that lie nearest to places.

Edges are cut at these points (stations), so a way may begin and end in the middle of a road; shortest ways are
scipy's Dijkstra. A place reaches its station over lanes that nobody has mapped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from planner.model.policy import TravelPolicy
from planner.model.road import ROAD_CLASSES, Roads

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.object_]
METRES_PER_KM, MINUTES_PER_HOUR = 1000.0, 60.0
NO_TIME = 1e-9
"""Minutes of an edge of no length: a zero would be no edge in a sparse matrix."""
AT_ONCE = 256
"""Starting points per call of Dijkstra: bounds its memory to AT_ONCE x nodes."""
MOST_KEPT = 6000
"""Stations whose minutes are kept in memory: 288 MB."""
LEAST_SHARE = 0.2
"""Of a landmass's villages and seats, that must lie by a network before it counts as that landmass's roads."""


@dataclass(frozen=True)
class Network:
    """Roads in metres, and the roads that serve each landmass.

    Attributes:
        lines: (e,) polylines in the metric CRS.
        part: (e,) which strongly connected part an edge belongs to; -1 for one that leads into a dead end one-way.
    """

    roads: Roads
    lines: npt.NDArray[np.object_]
    part: Ints


@dataclass(frozen=True)
class Snapped:
    """Where places meet the roads; n rows. edge -1: no known roads serve the place's landmass.

    Attributes:
        station: (n, 2) edge and share of its length from its start, 0..1; metres: (n,) from place to station.
    """

    station: Floats
    metres: Floats

    @property
    def on_roads(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.station[:, 0] >= 0)


Crossing = tuple[tuple[float, float], tuple[float, float], float]
"""Two stations that a bridge joins, and its minutes."""


@lru_cache(maxsize=4)
def network(roads: Roads, metric_crs: str) -> Network:
    """Polylines and strongly connected parts; kept, because it is the same for every plan."""
    crs = pyproj.Transformer.from_crs("EPSG:4326", metric_crs, always_xy=True)
    points = np.column_stack(crs.transform(*roads.points.T))
    lines: npt.NDArray[np.object_] = np.array(
        shapely.linestrings(points, indices=np.repeat(np.arange(len(roads.ends)), np.diff(roads.first)))
    )
    tail, head = roads.ends.T
    both = ~roads.oneway
    arcs = (np.concatenate([tail, head[both]]), np.concatenate([head, tail[both]]))
    shape = (roads.junctions, roads.junctions)
    labels = connected_components(csr_array((np.ones(len(arcs[0])), arcs), shape=shape), connection="strong")[1]
    return Network(roads, lines, np.where(labels[tail] == labels[head], labels[tail], -1).astype(np.int64))


def serving_parts(net: Network, points: Floats, land: Words, near_metres: float) -> dict[str, int]:
    """Landmass -> the part of the network that most of its points (villages, seats) lie by.

    A part counts only with LEAST_SHARE of the points: roads just across the water do not make an island reachable.
    Where one part serves two landmasses, a road joins them.
    """
    edge, metres = _nearest(net, points, np.flatnonzero(net.part >= 0))
    near = metres <= near_metres
    found = {}
    for word in dict.fromkeys(land):
        parts, votes = np.unique(net.part[edge[near & (land == word)]], return_counts=True)
        if len(parts) and votes.max() >= LEAST_SHARE * (land == word).sum():
            found[word] = int(parts[votes.argmax()])
    return found


def snap(net: Network, points: Floats, land: Words, parts: Mapping[str, int]) -> Snapped:
    """The nearest point on the roads that serve each place's landmass."""
    station, metres = np.full((len(points), 2), [-1.0, 0.0]), np.full(len(points), np.inf)
    for part in dict.fromkeys(parts.values()):
        here = np.flatnonzero([parts.get(word) == part for word in land])
        edge, away = _nearest(net, points[here], np.flatnonzero(net.part == part))
        share = shapely.line_locate_point(net.lines[edge], shapely.points(points[here]), normalized=True)
        station[here], metres[here] = np.column_stack([edge, share]), away
    return Snapped(station, metres)


def _nearest(net: Network, points: Floats, edges: Ints) -> tuple[Ints, Floats]:
    """The edge nearest to each point, and metres to it; -1 and inf where there are no edges."""
    if not len(edges):
        return np.full(len(points), -1), np.full(len(points), np.inf)
    tree = shapely.STRtree(net.lines[edges])
    (asked, found), metres = tree.query_nearest(shapely.points(points), return_distance=True, all_matches=False)
    order = np.argsort(asked)
    return edges[found[order]], np.asarray(metres[order])


def lane_minutes(metres: Floats, policy: TravelPolicy) -> Floats:
    """Off the known roads: over lanes up to ``road_metres``, and the rest over roads that the file does not know."""
    lane = np.minimum(metres, policy.road_metres) / policy.lane_kmh
    rest = np.maximum(metres - policy.road_metres, 0) / policy.speed_kmh
    return policy.detour * (lane + rest) / METRES_PER_KM * MINUTES_PER_HOUR


def edge_minutes(roads: Roads, policy: TravelPolicy) -> Floats:
    """(e,) minutes to drive an edge: at its class's mean speed, and never above the signed limit."""
    speeds = np.array([asdict(policy)[f"{name}_kmh"] for name in ROAD_CLASSES], dtype=float)[roads.kind]
    kmh = np.where(roads.limit_kmh > 0, np.minimum(speeds, roads.limit_kmh), speeds)
    return np.asarray(roads.metres / METRES_PER_KM / kmh * MINUTES_PER_HOUR)


def road_minutes(points: Floats, land: Words, at: Snapped, between: Floats, policy: TravelPolicy) -> Floats:
    """(n, n) minutes from place to place: lane, roads, lane. inf: no way over roads.

    Two places on one landmass that lie as near to each other as to the road go straight.
    """
    lane = lane_minutes(np.where(at.on_roads, at.metres, 0.0), policy)
    both = at.on_roads[:, None] & at.on_roads[None, :]
    found = np.where(both, lane[:, None] + between + lane[None, :], np.inf)
    apart = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    straight = (apart <= at.metres[:, None] + at.metres[None, :]) & (land[:, None] == land[None, :])
    return np.where(straight & both, np.minimum(found, lane_minutes(apart, policy)), found)


@dataclass
class _Known:
    """What was computed of one network so far. ``found``: stations (k, 2), unique and sorted, and minutes (k, k)."""

    roads: Roads
    policy: TravelPolicy
    crossings: tuple[Crossing, ...]
    found: tuple[Floats, Floats]


@lru_cache(maxsize=2)
def _memory(roads: Roads, policy: TravelPolicy, crossings: tuple[Crossing, ...]) -> _Known:
    return _Known(roads, policy, crossings, (np.empty((0, 2)), np.empty((0, 0))))


def minutes_between(roads: Roads, policy: TravelPolicy, crossings: Sequence[Crossing], wanted: Floats) -> Floats:
    """(k, k) minutes over roads between k stations (edge, share); inf: no way, or edge -1.

    What was computed once is kept in the process, so that a replan pays only for stations that are new.
    """
    memory = _memory(roads, policy, tuple(crossings))
    ends = np.array([station for a, b, _ in crossings for station in (a, b)], dtype=float).reshape(-1, 2)
    kept, minutes = memory.found
    if len(kept) + len(wanted) > MOST_KEPT:
        kept, minutes = np.empty((0, 2)), np.empty((0, 0))
    stations, row = np.unique(np.concatenate([kept, ends, wanted]), axis=0, return_inverse=True)
    known = row[: len(kept)]
    if len(stations) > len(kept):
        minutes = _grown(memory, stations, known, minutes)
        memory.found = stations, minutes
    rows = row[len(kept) + len(ends) :]
    return np.asarray(minutes[np.ix_(rows, rows)])


def _grown(memory: _Known, stations: Floats, known: Ints, minutes: Floats) -> Floats:
    """Minutes between all stations, where those between the ``known`` rows are given."""
    found = np.full((len(stations), len(stations)), np.inf)
    found[np.ix_(known, known)] = minutes
    new = np.setdiff1d(np.arange(len(stations)), known)
    graph, roads = _graph(memory.roads, memory.policy, memory.crossings, stations), memory.roads
    found[new] = _shortest(graph, roads, new)
    if len(known):
        found[:, new] = _shortest(graph.T.tocsr(), roads, new).T
    return found


def _shortest(graph: csr_array, roads: Roads, stations: Ints) -> Floats:
    """(len(stations), all stations) shortest minutes."""
    nodes = roads.junctions + stations
    rows = [
        dijkstra(graph, indices=nodes[i : i + AT_ONCE])[:, roads.junctions :].copy()
        for i in range(0, len(nodes), AT_ONCE)
    ]
    return np.concatenate(rows) if rows else np.empty((0, graph.shape[0] - roads.junctions))


def _graph(roads: Roads, policy: TravelPolicy, crossings: Sequence[Crossing], stations: Floats) -> csr_array:
    """Junctions first, then stations: an edge becomes a chain from its start over its stations to its end."""
    edges, real = np.arange(len(roads.ends)), np.flatnonzero(stations[:, 0] >= 0)
    edge = np.concatenate([edges, edges, stations[real, 0].astype(np.int64)])
    share = np.concatenate([np.zeros(len(edges)), np.ones(len(edges)), stations[real, 1]])
    node = np.concatenate([roads.ends[:, 0], roads.ends[:, 1], roads.junctions + real])
    order = np.lexsort((share, edge))
    edge, share, node = edge[order], share[order], node[order]
    link = np.flatnonzero(edge[1:] == edge[:-1])
    minutes = (share[link + 1] - share[link]) * edge_minutes(roads, policy)[edge[link]]
    tail, head = node[link], node[link + 1]
    both = ~roads.oneway[edge[link]] | (share[link] == share[link + 1])  # a station at a road's end is its junction
    number = {tuple(station): roads.junctions + n for n, station in enumerate(stations.tolist())}
    ends = np.array([(number[a], number[b]) for a, b, _ in crossings], dtype=np.int64).reshape(-1, 2)
    over = np.array([crossed for *_, crossed in crossings], dtype=float)
    return _least(
        np.concatenate([tail, head[both], ends[:, 0], ends[:, 1]]),
        np.concatenate([head, tail[both], ends[:, 1], ends[:, 0]]),
        np.concatenate([minutes, minutes[both], over, over]),
        roads.junctions + len(stations),
    )


def _least(tail: Ints, head: Ints, minutes: Floats, nodes: int) -> csr_array:
    """The graph of arcs, the quickest of parallel ones; a sparse matrix would add them up."""
    order = np.lexsort((minutes, head, tail))
    tail, head, minutes = tail[order], head[order], minutes[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    weights = np.maximum(minutes[first], NO_TIME)
    return csr_array((weights, (tail[first], head[first])), shape=(nodes, nodes))
