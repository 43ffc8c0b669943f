import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from planner.errors import RegionError
from planner.files.boundary import read_boundaries, read_seats, read_villages
from planner.geo.boundaries import mend_region
from planner.geo.datum import wgs84_to_gcj02

STEP = 0.05
"""Width of a made-up township, degrees."""


def square(column: int, row: int = 0) -> Polygon:
    west, south = 121.5 + column * STEP, 29.3 + row * STEP
    return box(west, south, west + STEP, south + STEP)


def outlines(shapes: list, names: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": names}, geometry=shapes, crs="EPSG:4326")


def villages(*townships: str, each: int = 3) -> pd.DataFrame:
    rows = [
        (f"99000000{t}", name, f"99000000{t}{v:03d}", f"{name[:1]}{v}村委会")
        for t, name in enumerate(townships)
        for v in range(each)
    ]
    return pd.DataFrame(rows, columns=["township_code", "township", "village_code", "village"])


def kinds(draft) -> list[str]:
    return [mend.kind for mend in draft.mends]


def overlap_m2(draft) -> float:
    metric = draft.outlines.to_crs("EPSG:4550").geometry.to_numpy()
    a, b = shapely.STRtree(metric).query(metric, predicate="intersects")
    return float(sum(shapely.area(shapely.intersection(metric[i], metric[j])) for i, j in zip(a, b) if i < j))  # noqa: B905


def test_sound_outlines_need_no_mend() -> None:
    draft = mend_region(outlines([square(0), square(1)], ["甲镇", "乙乡"]), villages("甲镇", "乙乡"), None, "990000")
    assert draft.mends == ()
    assert list(draft.townships["name"]) == ["甲镇", "乙乡"]
    assert draft.townships["exposure"].sum() == pytest.approx(1)


def test_heights_are_dropped() -> None:
    high = Polygon([(x, y, 5.0) for x, y in square(0).exterior.coords])
    draft = mend_region(outlines([high], ["甲镇"]), villages("甲镇"), None, "990000")
    assert kinds(draft) == ["z_dropped"]
    assert not draft.outlines.has_z.any()


def test_a_ring_outside_is_an_island_and_a_ring_inside_a_hole() -> None:
    land = square(0)
    lake = land.centroid.buffer(STEP / 10)
    raw = Polygon(land.exterior.coords, [square(3).exterior.coords, lake.exterior.coords])
    draft = mend_region(outlines([raw], ["甲镇"]), villages("甲镇"), None, "990000")
    made = draft.outlines.geometry.iloc[0]
    assert kinds(draft) == ["islands"]
    assert made.area == pytest.approx(2 * land.area - lake.area, rel=1e-4)
    assert not made.contains(land.centroid)


def test_the_islands_come_first_the_mainland_later() -> None:
    raw = Polygon(square(3).buffer(-STEP / 4).exterior.coords, [square(0).exterior.coords])
    draft = mend_region(outlines([raw], ["甲镇"]), villages("甲镇"), None, "990000")
    assert [(mend.kind, mend.detail) for mend in draft.mends] == [("islands", "1")]
    assert len(draft.outlines.geometry.iloc[0].geoms) == 2


def test_a_crossed_ring_is_mended() -> None:
    bow = Polygon([(121.5, 29.3), (121.55, 29.35), (121.55, 29.3), (121.5, 29.35)])
    draft = mend_region(outlines([bow], ["甲镇"]), villages("甲镇"), None, "990000")
    assert "invalid_ring" in kinds(draft)
    assert draft.outlines.is_valid.all()


def test_slivers_of_overlap_and_gap_are_settled() -> None:
    left, right = square(0), square(1)
    east = [(121.55, 29.3), (121.5502, 29.32), (121.5498, 29.335), (121.55, 29.35)]
    wide = Polygon([(121.5, 29.3), *east, (121.5, 29.35)])
    draft = mend_region(outlines([wide, right], ["甲镇", "乙乡"]), villages("甲镇", "乙乡"), None, "990000")
    assert {"overlap", "gap"} <= set(kinds(draft))
    assert overlap_m2(draft) < 1
    together = shapely.union_all(draft.outlines.geometry.to_numpy())
    assert together.geom_type == "Polygon"
    assert not together.interiors
    assert together.area == pytest.approx(left.area + right.area, rel=0.02)


def test_a_large_overlap_is_no_sliver() -> None:
    with pytest.raises(RegionError) as caught:
        mend_region(outlines([square(0), square(0)], ["甲镇", "乙乡"]), villages("甲镇", "乙乡"), None, "990000")
    assert caught.value.key == "outlines_overlap"


def test_gcj02_comes_home() -> None:
    shifted = shapely.transform(square(0), lambda xy: np.column_stack(wgs84_to_gcj02(xy[:, 0], xy[:, 1])))
    draft = mend_region(outlines([shifted], ["甲镇"]), villages("甲镇"), "GCJ-02", "990000")
    assert kinds(draft) == ["datum"]
    assert draft.outlines.geometry.iloc[0].symmetric_difference(square(0)).area < 1e-7 * STEP


def test_cgcs2000_is_taken_as_wgs84_and_said() -> None:
    draft = mend_region(outlines([square(0)], ["甲镇"]), villages("甲镇"), "CGCS2000", "990000")
    assert kinds(draft) == ["datum_same"]


def test_names_match_without_their_ending() -> None:
    draft = mend_region(
        outlines([square(0), square(1)], ["新桥", "石浦乡"]), villages("新桥镇", "石浦镇"), None, "990000"
    )
    assert kinds(draft) == ["name_matched", "name_matched"]


def test_a_township_in_two_rows_becomes_one() -> None:
    draft = mend_region(outlines([square(0), square(1)], ["甲镇", "甲镇"]), villages("甲镇"), None, "990000")
    assert kinds(draft) == ["merged"]
    assert draft.outlines.geometry.iloc[0].area == pytest.approx(2 * square(0).area)


@pytest.mark.parametrize(
    ("shapes", "names", "listed", "key"),
    [
        ([square(0)], ["甲镇"], ("甲镇", "乙乡"), "township_without_outline"),
        ([square(0), square(1)], ["甲镇", "乙乡"], ("甲镇",), "outline_without_villages"),
        ([square(0), MultiPolygon()], ["甲镇", "乙乡"], ("甲镇", "乙乡"), "outline_empty"),
    ],
)
def test_outlines_and_villages_must_agree(shapes, names, listed, key) -> None:
    with pytest.raises(RegionError) as caught:
        mend_region(outlines(shapes, names), villages(*listed), None, "990000")
    assert caught.value.key == key
    assert "乙乡" in str(caught.value)


def test_a_village_list_of_another_county_is_refused() -> None:
    with pytest.raises(RegionError) as caught:
        mend_region(outlines([square(0)], ["甲镇"]), villages("甲镇"), None, "330225")
    assert caught.value.key == "villages_of_another"


def test_landmasses_follow_the_largest_parts() -> None:
    names = ["甲镇", "乙乡", "丙乡"]
    shapes = [square(0), square(1), shapely.union(square(4), square(2).buffer(-STEP / 2.5))]
    draft = mend_region(outlines(shapes, names), villages(*names), None, "990000")
    assert list(draft.townships["landmass"]) == ["mainland", "mainland", "island-990000002"]


def test_schematic_points_lie_inside_and_apart_and_given_ones_stay() -> None:
    listed = villages("甲镇", each=20)
    listed["lon"], listed["lat"] = [121.52, 125.0] + [np.nan] * 18, [29.32, 29.3] + [np.nan] * 18
    draft = mend_region(outlines([square(0)], ["甲镇"]), listed, None, "990000")
    points = shapely.points(draft.villages["lon"], draft.villages["lat"])
    assert shapely.contains(square(0), points).all()
    assert list(draft.villages["point_source"][:2]) == ["given", "schematic"]
    assert (draft.villages["lon"][0], draft.villages["lat"][0]) == (121.52, 29.32)
    assert kinds(draft) == ["village_point_outside"]
    apart = np.sort(shapely.distance(points[1:, None], points[None, 1:]), axis=1)[:, 1]
    assert apart.min() > STEP / 12


def test_the_same_input_gives_the_same_draft() -> None:
    made = [mend_region(outlines([square(0)], ["甲镇"]), villages("甲镇", each=9), None, "990000") for _ in range(2)]
    pd.testing.assert_frame_equal(made[0].villages, made[1].villages)


def test_the_real_outlines_of_xiangshan_come_in_without_a_hand_edit(xiangshan) -> None:
    raw, told = read_boundaries(xiangshan / "townships_raw.json")
    listed, seats = read_villages(xiangshan / "villages.csv"), read_seats(xiangshan / "township_points.csv")
    draft = mend_region(raw, listed, None, "330225", seats, told)
    assert len(draft.townships) == len(draft.outlines) == 18
    assert overlap_m2(draft) < 1
    assert set(draft.villages["code"]) == set(listed["village_code"])
    assert len(draft.villages) == 410
    assert {"z_dropped", "islands", "overlap"} <= set(kinds(draft))
    assert draft.outlines.is_valid.all()
    repaired = gpd.read_file(xiangshan / "townships.geojson").set_index("code").to_crs("EPSG:4550").area
    ratio = draft.outlines.set_index("code").to_crs("EPSG:4550").area / repaired
    assert ratio.between(0.99, 1.01).all()
    shape = draft.outlines.set_index("code").geometry.loc[draft.villages["township_code"]].to_numpy()
    assert shapely.contains_xy(shape, draft.villages["lon"], draft.villages["lat"]).all()
