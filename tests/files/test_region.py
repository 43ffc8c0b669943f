import filecmp
import importlib.util
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from planner.errors import RegionError
from planner.files.boundary import read_boundaries, read_seats, read_villages
from planner.files.region import load_region, metric_crs_at, write_draft
from planner.geo.boundaries import mend_region
from planner.i18n import LANGUAGES, tell, translator

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "data" / "regions" / "330225"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped region to damage."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "region"))


@pytest.fixture(scope="module")
def region():
    return load_region(SHIPPED)


def test_the_shipped_region_is_xiangshan(region) -> None:
    assert (len(region.townships), len(region.villages), len(region.outlines)) == (18, 410, 18)
    assert region.schematic
    assert region.within == ("浙江省", "宁波市")
    assert list(region.outlines["code"]) == list(region.townships["code"])
    assert set(region.townships.loc[region.townships["fishing"], "name"]) == {"石浦镇", "鹤浦镇", "高塘岛乡"}
    assert region.townships.set_index("name")["landmass"][["鹤浦镇", "高塘岛乡", "石浦镇"]].tolist() == [
        "hepu",
        "gaotang",
        "mainland",
    ]


def test_shipped_points_lie_in_their_townships_and_outlines_do_not_overlap(region) -> None:
    shapes = region.outlines.set_index("code").geometry
    held = shapes.reindex(region.villages["township_code"]).to_numpy()
    assert shapely.intersects_xy(held, region.villages["lon"], region.villages["lat"]).all()
    seats = shapely.points(region.townships["seat_lon"], region.townships["seat_lat"])
    assert shapely.contains(shapes.to_numpy(), seats).all()
    metric = region.outlines.to_crs(region.metric_crs).geometry.to_numpy()
    whole = shapely.union_all(metric).area
    assert shapely.area(metric).sum() == pytest.approx(whole, abs=1)
    islands = [shapes["330225204"], shapes["330225103"]]
    assert islands[0].distance(islands[1]) > 0


def test_the_shipped_outlines_are_small() -> None:
    assert (SHIPPED / "townships.geojson").stat().st_size < 100_000


def test_squads_can_work_as_the_law_asks(region) -> None:
    assert len(region.squads) == 8
    assert all(squad.size >= 3 and "judge" in squad.skills for squad in region.squads)
    assert 5 <= sum("female" in squad.skills for squad in region.squads) <= 8
    assert all("boat" in squad.skills for squad in region.squads if squad.base_id == "shipu")
    assert all("示例" in officer.name for squad in region.squads for officer in squad.officers)
    bureau, *tribunals = region.bases
    assert len(bureau.jurisdiction) == 18
    shared = [code for base in tribunals for code in base.jurisdiction]
    assert len(shared) == len(set(shared)) == 16


def test_vehicles_of_a_base_may_be_told(folder: Path) -> None:
    rows = (folder / "bases.csv").read_text(encoding="utf-8").splitlines()
    told = [f"{row},{vehicles}" for row, vehicles in zip(rows, ("vehicles", "2", "0", "", "", ""), strict=True)]
    (folder / "bases.csv").write_text("\n".join(told), encoding="utf-8")
    assert [base.vehicles for base in load_region(folder).bases] == [2, 0, None, None, None]
    (folder / "bases.csv").write_text("\n".join(told).replace(",2", ",two"), encoding="utf-8")
    with pytest.raises(RegionError, match="two"):
        load_region(folder)


def test_the_calendar_works_in_2027(region) -> None:
    works = region.calendar.works_on
    assert not works(date(2026, 10, 1))
    assert works(date(2026, 10, 10))  # a Saturday worked for the National Day
    assert not works(date(2027, 2, 8))
    assert not works(date(2027, 10, 1))
    assert works(date(2027, 3, 1))
    assert "暂定" in region.calendar.holidays[date(2027, 10, 1)]
    ashore = region.calendar.ashore_share
    for year in (2024, 2025, 2026, 2027):
        assert (ashore(date(year, 6, 20)), ashore(date(year, 9, 1)), ashore(date(year, 12, 1))) == (1.0, 0.2, 0.0)


def test_market_days_are_digits_and_dates_and_storms_keep_the_fishers_ashore(folder: Path) -> None:
    told = '[harbour_days]\n2026-12-01 = "大风"\n\n[market_days]\n330225001 = [7, 2026-11-25]\n'
    change("calendar.toml", "[market_days]\n", told)(folder)
    days = load_region(folder).calendar
    market = [day for day in range(1, 31) if days.is_market_day("330225001", date(2026, 11, day))]
    assert market == [7, 17, 25, 27]
    assert not any(days.is_market_day("330225002", date(2026, 11, day)) for day in range(1, 31))
    assert (days.ashore_share(date(2026, 12, 1)), days.ashore_share(date(2026, 12, 2))) == (1.0, 0.0)


def test_a_calendar_without_them_has_none(folder: Path) -> None:
    (folder / "calendar.toml").write_text("[holidays]\n\n[workdays]\n", encoding="utf-8")
    calendar = load_region(folder).calendar
    assert (calendar.markets, calendar.harbour_days) == ({}, {})


def test_the_script_makes_the_same_files_again(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_region", ROOT / "data" / "make_region.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    shutil.copytree(SHIPPED / "source", tmp_path / "source")
    script.main(tmp_path)
    made = ["townships.csv", "townships.geojson", "villages.csv", "calendar.toml"]
    assert filecmp.cmpfiles(SHIPPED, tmp_path, made, shallow=False) == (made, [], [])


def change(name: str, old: str, new: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


def drop_rows(name: str, holding: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if holding not in line]
        assert len(kept) < len(lines)
        (folder / name).write_text("\n".join(kept) + "\n", encoding="utf-8")

    return damage


def drop_outline(folder: Path) -> None:
    outlines = gpd.read_file(folder / "townships.geojson")
    outlines[outlines["code"] != "330225109"].to_file(folder / "townships.geojson")


def cross_outline(folder: Path) -> None:
    outlines = gpd.read_file(folder / "townships.geojson")
    outlines.loc[0, "geometry"] = shapely.Polygon([(121, 29), (122, 30), (122, 29), (121, 30)])
    outlines.to_file(folder / "townships.geojson")


DAMAGES = {
    "no villages.csv": (lambda f: (f / "villages.csv").unlink(), "region_file_missing", "villages.csv"),
    "no outlines": (lambda f: (f / "townships.geojson").unlink(), "region_file_missing", "townships.geojson"),
    "broken outlines": (
        lambda f: (f / "townships.geojson").write_text("{"),
        "region_file_damaged",
        "townships.geojson",
    ),
    "broken toml": (change("region.toml", "code = ", "code "), "region_file_damaged", "region.toml"),
    "not utf-8": (lambda f: (f / "links.csv").write_bytes("桥".encode("gb18030")), "region_file_damaged", "links.csv"),
    "a township without outline": (drop_outline, "region_township_without_outline", "大徐镇"),
    "a township without villages": (
        drop_rows("villages.csv", "大徐镇"),
        "region_township_without_villages",
        "大徐镇",
    ),
    "a missing township": (drop_rows("townships.csv", "大徐镇"), "region_township_missing", "大徐镇"),
    "a crossed outline": (cross_outline, "region_outline_invalid", "330225001"),
    "a township renamed": (change("townships.csv", "大徐镇", "大徐乡"), "region_township_renamed", "大徐镇"),
    "a base of an unknown township": (change("bases.csv", "330225109", "330225999"), "region_unknown", "330225999"),
    "a squad of an unknown base": (change("squads.csv", ",shipu,", ",nowhere,"), "region_unknown", "nowhere"),
    "an officer of an unknown squad": (change("officers.csv", "S07,", "S77,"), "region_unknown", "S77"),
    "an unknown skill": (change("officers.csv", "boat", "swim"), "region_cell", "swim"),
    "a link to nowhere": (change("links.csv", "330225204", "330225888"), "region_unknown", "330225888"),
    "a departure that is no time": (change("links.csv", "06:30", "6h30"), "region_cell", "6h30"),
    "a longitude that is none": (change("townships.csv", "121.8974", "921.8974"), "region_cell", "921.8974"),
    "an unknown column": (change("squads.csv", "days_off", "free"), "region_columns", "days_off"),
    "a village twice": (change("villages.csv", "330225001004", "330225001003"), "region_twice", "330225001003"),
    "a village elsewhere": (change("villages.csv", "330225001004", "330225002999"), "region_village_elsewhere", "999"),
    "a contact of a village elsewhere": (
        change("contacts.csv", "330225001,330225001003,contact", "330225002,330225001003,contact"),
        "region_unknown",
        "330225001003",
    ),
    "an alias of an unknown village": (change("aliases.csv", "330225204230", "330225204999"), "region_unknown", "999"),
    "a projection that is none": (change("region.toml", "EPSG:4550", "EPSG:4326"), "region_key", "EPSG:4326"),
    "a flag in words": (change("region.toml", "schematic = true", 'schematic = "ja"'), "region_key", "schematic"),
    "a day that is none": (change("calendar.toml", "2024-01-01", "2024-13-01"), "region_key", "holidays"),
    "a market of nowhere": (change("calendar.toml", "330225101 = [", "330225999 = ["), "region_key", "330225999"),
    "a market on no digit": (change("calendar.toml", "330225101 = [0", "330225101 = [10"), "region_key", "[10, 5]"),
    "a market in words": (change("calendar.toml", "= [0, 5]", '= "逢五"'), "region_key", "逢五"),
    "a storm on no day": (
        change("calendar.toml", "[market_days]", '[harbour_days]\n"2026-13-01" = "大风"\n\n[market_days]'),
        "region_key",
        "harbour_days",
    ),
    "a moratorium that ends first": (change("calendar.toml", "2024-08-01", "2024-04-01"), "region_key", "moratoria"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_every_fault_is_told_with_its_place(folder: Path, name: str) -> None:
    damage, key, told = DAMAGES[name]
    damage(folder)
    with pytest.raises(RegionError) as caught:
        load_region(folder)
    assert caught.value.key == key
    for language in LANGUAGES:
        sentence = tell(caught.value, translator(language))
        assert told in sentence


def test_a_region_that_is_not_there() -> None:
    with pytest.raises(RegionError) as caught:
        load_region(Path("/nowhere/at/all"))
    assert caught.value.key == "region_folder_missing"


def test_the_zone_follows_the_longitude() -> None:
    assert (metric_crs_at(121.9), metric_crs_at(120.1), metric_crs_at(116.4)) == ("EPSG:4550", "EPSG:4549", "EPSG:4548")


def test_an_import_makes_a_region_with_the_facts_of_another(xiangshan: Path, tmp_path: Path) -> None:
    raw, told = read_boundaries(xiangshan / "townships_raw.json")
    seats = read_seats(xiangshan / "township_points.csv")
    draft = mend_region(raw, read_villages(xiangshan / "villages.csv"), None, "330225", seats, told)
    write_draft(draft, tmp_path / "new", SHIPPED)
    made = load_region(tmp_path / "new")
    assert (made.name, made.schematic, len(made.squads), len(made.villages)) == ("象山县", False, 8, 410)
    assert made.townships.set_index("code")["landmass"]["330225103"] == "hepu"
    assert made.townships["area_km2"].sum() == pytest.approx(1505, abs=10)


def test_an_import_without_facts_can_be_loaded_and_waits_for_squads(tmp_path: Path) -> None:
    outlines = gpd.GeoDataFrame({"name": ["甲镇"]}, geometry=[shapely.box(120.0, 29.0, 120.1, 29.1)], crs="EPSG:4326")
    rows = {"township_code": "990000001", "township": "甲镇", "village_code": "990000001001", "village": "乙村"}
    write_draft(mend_region(outlines, pd.DataFrame([rows]), None, "990000"), tmp_path, name="示例县")
    made = load_region(tmp_path)
    assert (made.name, made.metric_crs, made.squads, made.bases) == ("示例县", "EPSG:4549", (), ())


def test_facts_of_another_county_are_refused(tmp_path: Path) -> None:
    outlines = gpd.GeoDataFrame({"name": ["甲镇"]}, geometry=[shapely.box(120.0, 29.0, 120.1, 29.1)], crs="EPSG:4326")
    rows = {"township_code": "990000001", "township": "甲镇", "village_code": "990000001001", "village": "乙村"}
    draft = mend_region(outlines, pd.DataFrame([rows]), None, "990000")
    with pytest.raises(RegionError) as caught:
        write_draft(draft, tmp_path / "new", SHIPPED)
    assert caught.value.key == "region_facts_of_another"
    assert not (tmp_path / "new").exists()


def test_contacts_may_be_missing_and_are_taken_over(folder: Path, region, tmp_path: Path) -> None:
    assert set(region.contacts["role"]) == {"contact", "grid", "police"}
    (folder / "contacts.csv").unlink()
    assert load_region(folder).contacts.empty
