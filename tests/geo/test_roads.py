"""Minutes over roads: shortest ways, landmasses, and what holds where roads are known only in part."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod
from scipy.sparse import coo_array
from scipy.sparse.csgraph import bellman_ford, dijkstra

from planner.files.roads import read_roads
from planner.geo.roads import edge_minutes, minutes_between, network
from planner.geo.travel import known_places, off_road, reaches, travel_matrix
from planner.model.policy import TravelPolicy
from planner.model.region import Region
from planner.model.road import Roads
from tests.conftest import SHARED
from tests.made_roads import WORLD, between_villages, roads_of

POLICY = TravelPolicy()
HEPU = "330225103"
ANDORRA = SHARED / "roads" / "andorra.osm.pbf"
SQUARE = {1: (121.80, 29.40), 2: (121.81, 29.40), 3: (121.81, 29.41), 4: (121.80, 29.41), 5: (121.82, 29.41)}


def between(roads: Roads, *stations: tuple[float, float], policy: TravelPolicy = POLICY) -> np.ndarray:
    return minutes_between(roads, policy, (), np.array(stations, dtype=float))


def places(*rows: tuple[float, float, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["lon", "lat", "landmass"])
    table.insert(0, "place_id", [f"visit:{n}" for n in range(len(rows))])
    return table


def test_a_one_way_ring_is_driven_round(tmp_path: Path) -> None:
    roads = roads_of(tmp_path, SQUARE, [([1, 2, 3, 4, 1], {"highway": "primary", "oneway": "yes"})])
    minutes = edge_minutes(roads, POLICY).sum()
    assert minutes == pytest.approx(roads.metres.sum() / 1000 / POLICY.primary_kmh * 60)
    there, back = between(roads, (0, 0.25), (0, 0.5))[[0, 1], [1, 0]]
    assert there == pytest.approx(0.25 * minutes)
    assert back == pytest.approx(0.75 * minutes)


def test_of_parallel_roads_the_quicker_counts_and_a_limit_slows(tmp_path: Path) -> None:
    ways = [
        ([1, 2], {"highway": "track"}),
        ([1, 2], {"highway": "primary", "maxspeed": "30"}),
        ([2, 3], {"highway": "track"}),
    ]
    roads = roads_of(tmp_path, SQUARE, ways)
    km = roads.metres[0] / 1000
    assert edge_minutes(roads, POLICY)[:2] == pytest.approx([km * 60 / POLICY.track_kmh, km * 60 / 30])
    assert between(roads, (0, 0.0), (2, 0.0))[0, 1] == pytest.approx(km * 2)
    fast = replace(POLICY, primary_kmh=20.0)
    assert between(roads, (0, 0.0), (2, 0.0), policy=fast)[0, 1] == pytest.approx(km * 3)


@st.composite
def networks(draw: st.DrawFn) -> Roads:
    """Ways drawn over a lattice of 16 nodes; some one-way, of any class."""
    nodes = {n + 1: (121.80 + 0.004 * (n % 4), 29.40 + 0.003 * (n // 4)) for n in range(16)}
    step = st.lists(st.integers(1, 16), min_size=2, max_size=5).filter(lambda ids: len(set(ids)) > 1)
    kinds, senses = st.sampled_from(["trunk", "tertiary", "residential", "track"]), st.sampled_from(["yes", "no", "-1"])
    told = st.fixed_dictionaries({"highway": kinds, "oneway": senses})
    return draw(st.builds(lambda ways: (nodes, ways), st.lists(st.tuples(step, told), min_size=1, max_size=12)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=networks(), data=st.data())
def test_shortest_ways_are_sane_and_as_bellman_ford_finds_them(tmp_path: Path, made, data) -> None:
    roads = roads_of(tmp_path, *made)
    edge, share = st.integers(0, len(roads.ends) - 1), st.sampled_from([0.0, 0.25, 0.5, 1.0])
    stations = np.array(data.draw(st.lists(st.tuples(edge, share), min_size=2, max_size=8)), dtype=float)
    found = minutes_between(roads, POLICY, (), stations)
    for via in range(len(stations)):
        assert (found <= found[:, via, None] + found[None, via, :] + 1e-6).all()
    first = stations[: data.draw(st.integers(1, len(stations)))]
    other = replace(POLICY, detour=2.0)  # another memory, for the same roads
    assert minutes_between(roads, other, (), first) == pytest.approx(found[: len(first), : len(first)], abs=1e-6)
    assert minutes_between(roads, other, (), stations) == pytest.approx(found, abs=1e-6)
    assert found == pytest.approx(_bellman_ford(roads, stations), abs=1e-6)


def _bellman_ford(roads: Roads, stations: np.ndarray) -> np.ndarray:
    """Between stations by way of the junctions at the ends of their edges, or along their edge."""
    minutes, (tail, head) = edge_minutes(roads, POLICY), roads.ends.T
    dense = np.full((roads.junctions, roads.junctions), np.inf)
    np.minimum.at(dense, (tail, head), minutes)
    np.minimum.at(dense, (head[~roads.oneway], tail[~roads.oneway]), minutes[~roads.oneway])
    rows, columns = np.nonzero(np.isfinite(dense))
    junctions = bellman_ford(coo_array((dense[rows, columns], (rows, columns)), shape=dense.shape).tocsr())
    found = np.full((len(stations), len(stations)), np.inf)
    for i, (a, s) in enumerate((int(edge), share) for edge, share in stations):
        out = [(head[a], (1 - s) * minutes[a])] + ([] if roads.oneway[a] and s > 0 else [(tail[a], s * minutes[a])])
        for j, (b, t) in enumerate((int(edge), share) for edge, share in stations):
            into = [(tail[b], t * minutes[b])]
            into += [] if roads.oneway[b] and t < 1 else [(head[b], (1 - t) * minutes[b])]
            ways = [x + junctions[p, q] + y for p, x in out for q, y in into]
            if a == b and (t >= s or not roads.oneway[a]):
                ways.append(abs(t - s) * minutes[a])
            found[i, j] = min(ways)
    return found


@pytest.fixture
def by_road(region: Region, tmp_path: Path) -> Region:
    """The region with roads between the villages of every landmass; none leads over water."""
    return replace(region, roads=roads_of(tmp_path, *between_villages(region, ["mainland", "gaotang", "hepu"])))


def test_by_road_everything_reachable_stays_reachable(region: Region, by_road: Region) -> None:
    table = known_places(region)
    estimate, found = travel_matrix(table, region, POLICY), travel_matrix(table, by_road, POLICY)
    assert ((found.minutes >= 0) == (estimate.minutes >= 0)).all()
    assert not found.estimated
    assert found.roads is not None
    assert found.roads.places == len(table)
    assert found.roads.estimated == (off_road(table, by_road, by_road.roads, POLICY) > POLICY.road_metres).sum()
    lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
    n = len(table)
    i, j = np.triu_indices(n, 1)
    metres = Geod(ellps="WGS84").inv(lon[i], lat[i], lon[j], lat[j])[2]
    least = metres / 1000 / POLICY.motorway_kmh * 60 + POLICY.stop_minutes
    reached = found.minutes[i, j] >= 0
    assert (found.minutes[i, j] >= least * 0.999 - 1)[reached].all()


def test_a_bridge_of_the_region_joins_two_road_networks(by_road: Region) -> None:
    table = places((121.8192, 29.2025, "mainland"), (121.8343, 29.1222, "gaotang"))
    with_bridge = travel_matrix(table, by_road, POLICY).minutes
    assert 15 < with_bridge[0, 1] < 60
    slow = tuple(replace(link, minutes=link.minutes + 7) if link.kind == "bridge" else link for link in by_road.links)
    assert travel_matrix(table, replace(by_road, links=slow), POLICY).minutes[0, 1] == with_bridge[0, 1] + 7
    cut = replace(by_road, links=tuple(link for link in by_road.links if link.kind == "ferry"))
    assert travel_matrix(table, cut, POLICY).minutes[0, 1] == -1


def test_where_roads_themselves_cross_the_water_the_road_counts(region: Region, tmp_path: Path) -> None:
    joined = roads_of(tmp_path, *between_villages(region, ["mainland", "hepu"], joined=True))
    found = reaches(replace(region, roads=joined), POLICY, 480, 1020)["shipu", HEPU]
    assert found is not None
    assert found.link_id is None


def test_roads_just_across_the_water_do_not_reach_an_island(region: Region, tmp_path: Path) -> None:
    mainland = replace(region, roads=roads_of(tmp_path, *between_villages(region, ["mainland"])))
    found = reaches(mainland, POLICY, 480, 1020)["shipu", HEPU]
    assert found is not None
    assert found.link_id is not None
    island = places((121.93, 29.12, "hepu"), (121.95, 29.13, "hepu"), (121.80, 29.40, "mainland"))
    minutes = travel_matrix(island, mainland, POLICY).minutes
    assert minutes[0, 1] == travel_matrix(island, region, POLICY).minutes[0, 1] > 0
    assert minutes[0, 2] == -1


def test_a_place_beyond_the_roads_is_estimated_to_them_and_counted(region: Region, tmp_path: Path) -> None:
    east = replace(region, roads=roads_of(tmp_path, *between_villages(region, ["mainland"], east_of=121.85)))
    far, further, near = (121.70, 29.40, "mainland"), (121.701, 29.40, "mainland"), (121.95, 29.45, "mainland")
    found = travel_matrix(places(far, further, near, far), east, POLICY)
    assert found.roads is not None
    assert found.roads.estimated == 3
    assert (found.minutes >= 0).all()
    assert found.minutes[0, 3] == POLICY.stop_minutes
    assert found.minutes[0, 1] <= POLICY.stop_minutes + 2  # straight to each other, not to the roads and back
    line = travel_matrix(places(far, near), region, POLICY).minutes[0, 1]
    assert found.minutes[0, 2] > 0.5 * line


def test_a_yard_of_its_own_is_not_snapped_to(region: Region, tmp_path: Path) -> None:
    nodes, ways = between_villages(region, ["mainland"])
    lone = {90001: (121.8000, 29.4001), 90002: (121.8003, 29.4001)}
    with_yard = roads_of(tmp_path, nodes | lone, [*ways, ([90001, 90002], {"highway": "service"})])
    table = places((121.8, 29.4, "mainland"), (121.9, 29.45, "mainland"))
    without = travel_matrix(table, replace(region, roads=roads_of(tmp_path, nodes, ways)), POLICY)
    assert (travel_matrix(table, replace(region, roads=with_yard), POLICY).minutes == without.minutes).all()


def test_roads_that_nobody_can_drive_back_leave_the_estimate(region: Region, tmp_path: Path) -> None:
    roads = roads_of(tmp_path, SQUARE, [([1, 2], {"highway": "primary", "oneway": "yes"})])
    table = known_places(region).head(40)
    found = travel_matrix(table, replace(region, roads=roads), POLICY)
    assert (found.minutes == travel_matrix(table, region, POLICY).minutes).all()
    assert found.roads is not None
    assert found.roads.estimated == 40


def test_roads_elsewhere_leave_the_estimate(region: Region, tmp_path: Path) -> None:
    far_away = {n: (lon + 3, lat) for n, (lon, lat) in SQUARE.items()}
    roads = roads_of(tmp_path, far_away, [([1, 2, 3], {"highway": "primary"})])
    table = known_places(region).head(40)
    found = travel_matrix(table, replace(region, roads=roads), POLICY)
    assert (found.minutes == travel_matrix(table, region, POLICY).minutes).all()
    assert found.roads is not None
    assert found.roads.estimated == 40


@pytest.mark.skipif(not ANDORRA.exists(), reason="needs roads beside the repository")
def test_andorra_over_shape_points_gives_the_same_minutes() -> None:
    """Against the network before it is cut: every shape point a node, every step an edge."""
    roads = read_roads(ANDORRA, WORLD)
    net = network(roads, "EPSG:32631")
    main = np.flatnonzero(net.part == np.bincount(net.part[net.part >= 0]).argmax())
    edges = np.random.default_rng(5).choice(main, 12, replace=False)
    found = minutes_between(roads, POLICY, (), np.column_stack([edges, np.zeros(12)]))
    places_of, node = np.unique(roads.points, axis=0, return_inverse=True)
    step = np.delete(np.arange(len(roads.points) - 1), roads.first[1:-1] - 1)
    edge = np.repeat(np.arange(len(roads.ends)), np.diff(roads.first) - 1)
    lon, lat = roads.points.T
    metres = Geod(ellps="WGS84").inv(lon[step], lat[step], lon[step + 1], lat[step + 1])[2]
    minutes = metres * (edge_minutes(roads, POLICY) / roads.metres)[edge] + 1e-9
    both = ~roads.oneway[edge]
    tail = np.concatenate([node[step], node[step + 1][both]])
    head = np.concatenate([node[step + 1], node[step][both]])
    arcs = pd.DataFrame({"tail": tail, "head": head, "minutes": np.concatenate([minutes, minutes[both]])})
    arcs = arcs.groupby(["tail", "head"], as_index=False)["minutes"].min()
    shape = (len(places_of), len(places_of))
    graph = coo_array((arcs["minutes"], (arcs["tail"], arcs["head"])), shape=shape).tocsr()
    starts = node[roads.first[edges]]
    assert found == pytest.approx(dijkstra(graph, indices=starts)[:, starts], abs=1e-3)
    assert np.isfinite(found).all()
    assert found != pytest.approx(found.T, abs=1e-6)
