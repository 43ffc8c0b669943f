from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from planner.geo.neighbours import neighbours
from planner.model.region import Link

METRES = "EPSG:32651"


def link(kind, one, other):
    return Link(f"{kind}-{one}-{other}", "", kind, one, other, 0, 0, 0, 0, 10)


@pytest.fixture
def made(region):
    """A region of boxes by code, in metres about a corner, and links."""

    def make(boxes, links=()):
        shapes = gpd.GeoSeries([shapely.box(*box) for box in boxes.values()], crs=METRES)
        shapes = shapes.translate(400_000, 3_200_000).set_crs(METRES).to_crs("EPSG:4326")
        outlines = gpd.GeoDataFrame({"code": list(boxes)}, geometry=shapes)
        return replace(region, outlines=outlines, metric_crs=METRES, links=tuple(links))

    return make


def told(region):
    return [tuple(row) for row in neighbours(region).itertuples(index=False)]


def test_borders_drawn_twice_still_touch_and_a_strait_does_not(made):
    boxes = {"b": (0, 0, 1000, 1000), "a": (1020, 0, 2000, 1000), "c": (2060, 0, 3000, 1000)}
    assert told(made(boxes)) == [("a", "b", "border"), ("a", "c", "nearest")]


def test_bridges_and_ferries_join_what_no_border_does(made):
    boxes = {"a": (0, 0, 1000, 1000), "b": (1000, 0, 2000, 1000), "c": (5000, 0, 6000, 1000), "d": (0, 9000, 10, 9010)}
    links = [link("ferry", "c", "b"), link("bridge", "b", "c"), link("bridge", "b", "a"), link("ferry", "d", "c")]
    assert told(made(boxes, links)) == [("a", "b", "border"), ("b", "c", "bridge"), ("c", "d", "ferry")]


def test_two_that_lie_nearest_to_each_other_are_one_pair(made):
    boxes = {"b": (0, 0, 10, 10), "a": (500, 0, 510, 10), "c": (9000, 0, 9010, 10)}
    assert told(made(boxes)) == [("a", "b", "nearest"), ("a", "c", "nearest")]
    assert told(made({"a": (0, 0, 10, 10)})) == []


def test_the_shipped_county_has_its_island_by_ferry(region):
    pairs = neighbours(region)
    assert (pairs["a"] < pairs["b"]).all()
    assert not pairs.duplicated(["a", "b"]).any()
    assert set(pairs["a"]) | set(pairs["b"]) == set(region.townships["code"])
    island = pairs[(pairs["a"] == "330225103") | (pairs["b"] == "330225103")]
    assert set(island["kind"]) == {"ferry"}
    bridge = pairs[pairs["kind"] == "bridge"]
    assert bridge[["a", "b"]].to_numpy().tolist() == [["330225201", "330225204"]]
