"""Roads of OpenStreetMap: what is read, what is left out, and how the cache is kept."""

import bz2
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import osmium
import pytest
from pyproj import Geod

from planner.errors import FileUnreadable, PlannerError, RegionError
from planner.files.roads import FORMAT, ROADS_FILE, load_roads, read_roads, save_roads
from planner.model.road import ROAD_CLASSES, Roads
from tests.conftest import SHARED
from tests.made_roads import WORLD, osm, roads_of

NODES = {n: (121.80 + 0.01 * n, 29.40 + 0.01 * (n % 2)) for n in range(1, 8)}
ROAD = {"highway": "primary"}
SOUND = osm(NODES, [([1, 2, 3], ROAD)])
ANDORRA = SHARED / "roads" / "andorra.osm.pbf"


def one(folder: Path, **tags: str) -> Roads:
    return roads_of(folder, NODES, [([1, 2, 3], ROAD | {key.replace("__", ":"): value for key, value in tags.items()})])


def test_ways_are_cut_where_they_meet(tmp_path: Path) -> None:
    roads = roads_of(
        tmp_path, NODES, [([1, 2, 3, 4], ROAD), ([3, 5], {"highway": "track"}), ([6, 7], {"power": "line"})]
    )
    assert [ROAD_CLASSES[kind] for kind in roads.kind] == ["primary", "primary", "track"]
    assert roads.junctions == 4
    assert roads.ends[0, 1] == roads.ends[1, 0] == roads.ends[2, 0]
    assert np.diff(roads.first).tolist() == [3, 2, 2]
    lon, lat = np.array([NODES[n] for n in (1, 2, 3)]).T
    assert roads.metres[0] == pytest.approx(Geod(ellps="WGS84").line_length(lon, lat), abs=0.1)
    assert roads.metres[2] == pytest.approx(
        Geod(ellps="WGS84").line_length(*zip(NODES[3], NODES[5], strict=True)), abs=0.1
    )
    assert (roads.source, roads.as_of) == ("made.osm", date(2024, 5, 6))


def test_a_way_that_leaves_the_extract_is_cut_there(tmp_path: Path) -> None:
    roads = roads_of(tmp_path, NODES, [([1, 2, 99, 3, 4, 98], ROAD)])
    assert np.diff(roads.first).tolist() == [2, 2]
    assert roads.junctions == 4


@pytest.mark.parametrize(
    ("tags", "oneway", "begins"),
    [
        ({}, False, 1),
        ({"oneway": "yes"}, True, 1),
        ({"oneway": "-1"}, True, 3),
        ({"oneway": "reverse"}, True, 3),
        ({"oneway": "alternating"}, False, 1),
        ({"junction": "roundabout"}, True, 1),
        ({"junction": "roundabout", "oneway": "no"}, False, 1),
        ({"highway": "motorway"}, True, 1),
        ({"highway": "motorway", "oneway": "no"}, False, 1),
        ({"highway": "motorway_link"}, False, 1),
    ],
)
def test_one_way_roads_run_in_the_direction_of_travel(
    tmp_path: Path, tags: dict[str, str], oneway: bool, begins: int
) -> None:
    roads = one(tmp_path, **tags)
    assert roads.oneway.tolist() == [oneway]
    assert roads.points[0] == pytest.approx(NODES[begins])


@pytest.mark.parametrize(
    "tags",
    [
        {"access": "no"},
        {"access": "private"},
        {"motor_vehicle": "no"},
        {"access": "yes", "motorcar": "private"},
        {"area": "yes"},
        {"route": "ferry"},
        {"highway": "footway"},
        {"highway": "construction"},
    ],
)
def test_what_cars_may_not_use_is_left_out(tmp_path: Path, tags: dict[str, str]) -> None:
    with pytest.raises(RegionError) as told:
        one(tmp_path, **tags)
    assert told.value.key == "roads_none"


@pytest.mark.parametrize(
    "tags", [{"access": "no", "motor_vehicle": "yes"}, {"access": "permissive"}, {"bicycle": "no"}]
)
def test_the_most_particular_rule_decides(tmp_path: Path, tags: dict[str, str]) -> None:
    assert len(one(tmp_path, **tags).ends) == 1


@pytest.mark.parametrize(
    ("told", "kmh"),
    [("50", 50), ("30 mph", 48), ("60 km/h", 60), ("none", 0), ("CN:urban", 0), ("walk", 0), ("1000", 0), ("", 0)],
)
def test_signed_limits(tmp_path: Path, told: str, kmh: int) -> None:
    assert one(tmp_path, maxspeed=told).limit_kmh.tolist() == [kmh]


@pytest.mark.parametrize(
    ("highway", "kind"), [("trunk_link", "trunk"), ("living_street", "residential"), ("road", "unclassified")]
)
def test_links_and_rare_classes_count_as_their_like(tmp_path: Path, highway: str, kind: str) -> None:
    assert ROAD_CLASSES[one(tmp_path, highway=highway).kind[0]] == kind


def test_only_roads_of_the_box_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "made.osm.bz2"
    file.write_bytes(bz2.compress(osm(NODES, [([1, 2], ROAD), ([5, 6], ROAD)]).encode()))
    assert len(read_roads(file, WORLD).ends) == 2
    assert len(read_roads(file, (121.80, 29.3, 121.83, 29.5)).ends) == 1
    with pytest.raises(RegionError) as told:
        read_roads(file, (7.0, 43.0, 8.0, 44.0))
    assert told.value.key == "roads_elsewhere"
    assert told.value.params["found"] == "121.81,29.40,121.86,29.41"


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.osm.pbf", None, "roads_missing"),
        ("a.osm.pbf", b"", "roads_damaged"),
        ("a.osm.pbf", b"hello world" * 50, "roads_damaged"),
        ("a.osm", b"<gpx></gpx>", "roads_damaged"),
        ("a.osm", b"<osm version='0.6'><node id='1'", "roads_damaged"),
        ("a.osm.bz2", b"nope", "roads_damaged"),
        ("a.csv", b"lon,lat", "roads_damaged"),
        ("a.osm", SOUND.replace("lon='121.8", "lon='abc").encode(), "roads_damaged"),
        ("a.osm", SOUND.replace("lat='29.4", "lat='929.4").encode(), "roads_damaged"),
        ("a.osm", SOUND.replace("ref='1'", "ref='one'").encode(), "roads_damaged"),
        ("a.osm", SOUND.replace("2024-05-06T", "yesterday").encode(), "roads_damaged"),
        ("a.osm", b"<osm version='0.6'></osm>", "roads_none"),
    ],
)
def test_what_is_no_road_file_is_refused_with_words(tmp_path: Path, name: str, content: bytes | None, key: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(PlannerError) as told:
        read_roads(tmp_path / name, WORLD)
    assert told.value.key == key
    assert name in str(told.value.params["file"])


def test_the_cache_gives_back_what_was_read(tmp_path: Path) -> None:
    roads = one(tmp_path, maxspeed="40", oneway="yes")
    assert load_roads(tmp_path) is None
    save_roads(roads, tmp_path)
    again = load_roads(tmp_path)
    assert again == roads
    assert again is not None
    assert (again.source, again.source_digest, again.as_of) == (roads.source, roads.source_digest, roads.as_of)
    assert again.limit_kmh.tolist() == [40]
    assert not list(tmp_path.glob("*.part"))
    save_roads(replace(roads, as_of=None), tmp_path)
    assert load_roads(tmp_path).as_of is None  # type: ignore[union-attr]


def test_a_cache_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    file = save_roads(one(tmp_path), tmp_path)
    sound = file.read_bytes()
    for damaged in (sound[:200], b"", b"PK\x03\x04", sound[:300] + bytes([sound[300] ^ 255]) + sound[301:]):
        file.write_bytes(damaged)
        with pytest.raises(RegionError) as told:
            load_roads(tmp_path)
        assert told.value.key == "roads_cache_damaged"
    with np.load(_rewritten(file, sound)) as packed:
        arrays = dict(packed)
    np.savez(file, **arrays | {"metres": arrays["metres"] + 1})
    with pytest.raises(RegionError, match="roads_cache_damaged"):
        load_roads(tmp_path)
    np.savez(file, **arrays | {"metres": np.array([{}], dtype=object)})
    with pytest.raises(RegionError, match="roads_cache_damaged"):
        load_roads(tmp_path)
    header = json.loads(str(arrays["header"])) | {"format": FORMAT + 1}
    np.savez(file, **arrays | {"header": np.array(json.dumps(header))})
    with pytest.raises(RegionError, match="roads_format"):
        load_roads(tmp_path)


def _rewritten(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file


@pytest.mark.skipif(not ANDORRA.exists(), reason="needs roads beside the repository")
def test_andorra_is_read_whole(tmp_path: Path) -> None:
    roads = read_roads(ANDORRA, WORLD)
    ways = osmium.FileProcessor(str(ANDORRA)).with_locations().with_filter(osmium.filter.KeyFilter("highway"))
    metres = sum(
        osmium.geom.haversine_distance(way.nodes)
        for way in ways
        if way.is_way() and way.tags["highway"] == "primary" and "access" not in way.tags
    )
    primary = ROAD_CLASSES.index("primary")
    assert roads.metres[roads.kind == primary].sum() >= 0.99 * metres > 50_000
    assert (roads.junctions, len(roads.ends)) == (1937, 2265)
    assert roads.as_of == date(2013, 5, 28)
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(ANDORRA.read_bytes()[:300_000])
    with pytest.raises(FileUnreadable):
        read_roads(broken, WORLD)
    assert save_roads(roads, tmp_path) == tmp_path / ROADS_FILE
    assert load_roads(tmp_path) == roads
