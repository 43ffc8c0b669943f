"""Boundary files and village lists as they come."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from planner.errors import FileUnreadable, PlannerError, RegionError
from planner.files.boundary import read_boundaries, read_seats, read_villages

SQUARES = gpd.GeoDataFrame(
    {"name": ["甲镇", "乙乡"], "code": ["990000001", "990000002000"]},
    geometry=[shapely.box(121.5, 29.3, 121.6, 29.4), shapely.box(121.6, 29.3, 121.7, 29.4)],
    crs="EPSG:4326",
)
HEADER = "township_code,township,village_code,village\n"
ROW = "990000001,甲镇,990000001001,乙村委会\n"


@pytest.mark.parametrize("name", ["map.geojson", "map.json", "map.gpkg", "map.shp"])
def test_every_kind_of_file_and_its_folder(tmp_path: Path, name: str) -> None:
    driver = {"map.json": "GeoJSON"}.get(name)
    SQUARES.to_file(tmp_path / name, driver=driver, encoding="utf-8")
    for path in (tmp_path / name, tmp_path):
        found, mends = read_boundaries(path)
        assert list(found["name"]) == ["甲镇", "乙乡"]
        assert list(found["code"]) == ["990000001", "990000002"]
        assert found.geometry.geom_equals(SQUARES.geometry).all()
        assert mends == ()


def test_a_byte_order_mark_and_heights(tmp_path: Path) -> None:
    file = tmp_path / "map.geojson"
    SQUARES.set_geometry(shapely.force_3d(SQUARES.geometry.to_numpy(), 7.0)).to_file(file)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    found, mends = read_boundaries(file)
    assert [mend.kind for mend in mends] == ["byte_order_mark"]
    assert found.has_z.all()


def test_projected_coordinates_become_degrees_and_it_is_said(tmp_path: Path) -> None:
    SQUARES.to_crs("EPSG:4550").rename(columns={"name": "乡镇", "code": "代码"}).to_file(tmp_path / "map.gpkg")
    found, mends = read_boundaries(tmp_path)
    assert [mend.kind for mend in mends] == ["reprojected"]
    assert found.geometry.geom_equals_exact(SQUARES.geometry, 1e-6).all()


def lines(folder: Path) -> None:
    SQUARES.set_geometry(SQUARES.boundary).to_file(folder / "map.gpkg")


def nameless(folder: Path) -> None:
    SQUARES.rename(columns={"name": "label"}).to_file(folder / "map.gpkg")


def two(folder: Path) -> None:
    SQUARES.to_file(folder / "a.gpkg")
    SQUARES.to_file(folder / "b.gpkg")


@pytest.mark.parametrize(
    ("make", "name", "kind", "key"),
    [
        (lines, "map.gpkg", RegionError, "boundary_not_areas"),
        (nameless, "map.gpkg", RegionError, "boundary_without_names"),
        (two, "", FileUnreadable, "boundary_folder"),
        (Path.exists, "", FileUnreadable, "boundary_folder"),
        (Path.exists, "map.gpkg", FileUnreadable, "file_missing_on_disk"),
        (lambda f: (f / "map.shp").touch(), "map.shp", FileUnreadable, "file_empty_on_disk"),
        (lambda f: (f / "map.png").touch(), "map.png", FileUnreadable, "boundary_kind"),
        (lambda f: (f / "map.gpkg").write_bytes(b"\x89PNG"), "map.gpkg", FileUnreadable, "boundary_damaged"),
        (lambda f: (f / "map.json").write_text('{"a": 1}'), "map.json", FileUnreadable, "boundary_damaged"),
        (lambda f: (f / "map.json").write_text("[1, 2"), "map.json", FileUnreadable, "boundary_damaged"),
        (
            lambda f: (f / "map.json").write_text('{"type": "FeatureCollection", "features": []}'),
            "map.json",
            RegionError,
            "boundary_without_areas",
        ),
    ],
)
def test_what_is_no_boundary_file_is_told(tmp_path: Path, make, name, kind: type[PlannerError], key: str) -> None:
    make(tmp_path)
    with pytest.raises(kind) as caught:
        read_boundaries(tmp_path / name)
    assert caught.value.key == key


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_village_lists_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "villages.csv").write_text(HEADER + ROW, encoding=encoding)
    read = read_villages(tmp_path / "villages.csv")
    assert read.iloc[0].to_dict() == {
        "township_code": "990000001",
        "township": "甲镇",
        "village_code": "990000001001",
        "village": "乙村委会",
    }


def test_a_village_list_in_a_workbook_with_chinese_headers(tmp_path: Path) -> None:
    rows = {
        "乡镇代码": [990000001],
        "乡镇": ["甲镇"],
        "村代码": [990000001001],
        "村名": ["乙村"],
        "经度": [121.55],
        "纬度": [29.3],
    }
    pd.DataFrame(rows).to_excel(tmp_path / "villages.xlsx", index=False)
    read = read_villages(tmp_path / "villages.xlsx")
    assert (read["village_code"][0], read["lon"][0]) == ("990000001001", 121.55)


@pytest.mark.parametrize(
    ("content", "kind", "key", "told"),
    [
        (b"", FileUnreadable, "file_empty_on_disk", "villages.csv"),
        (HEADER.replace(",village\n", "\n").encode(), RegionError, "region_columns", "village"),
        ((HEADER + ROW + ROW.replace("990000001,", "99,")).encode(), RegionError, "region_cell", "row=3"),
        ((HEADER + ROW.replace("990000001001", "")).encode(), RegionError, "region_cell", "village_code"),
    ],
)
def test_what_is_no_village_list_is_told(tmp_path: Path, content: bytes, kind, key: str, told: str) -> None:
    (tmp_path / "villages.csv").write_bytes(content)
    with pytest.raises(kind) as caught:
        read_villages(tmp_path / "villages.csv")
    assert caught.value.key == key
    assert told in str(caught.value)


def test_a_picture_named_xlsx(tmp_path: Path) -> None:
    (tmp_path / "villages.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(FileUnreadable) as caught:
        read_villages(tmp_path / "villages.xlsx")
    assert caught.value.key == "table_damaged"


def test_seats(tmp_path: Path) -> None:
    (tmp_path / "seats.csv").write_text("township_code,township,lon,lat\n990000001,甲镇,121.5,29.3\n", encoding="utf-8")
    assert read_seats(tmp_path / "seats.csv").iloc[0].to_dict() == {
        "township_code": "990000001",
        "lon": 121.5,
        "lat": 29.3,
    }
