"""Roads imported into a region: what is said, and plans that drive on them."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from planner.errors import RegionError
from planner.files.region import load_region
from planner.files.roads import ROADS_FILE, load_roads
from planner.i18n import translator
from planner.store import plans
from planner.usecases.context import Context
from planner.usecases.figures import travel_told
from planner.usecases.import_roads import import_roads
from planner.usecases.plan import plan
from planner.usecases.replan import ReplanRequest, replan
from planner.usecases.sweep import PlanRequest
from tests.conftest import ROOT
from tests.made_roads import between_villages, osm


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped region."""
    return Path(shutil.copytree(ROOT / "data/regions/330225", tmp_path / "region"))


@pytest.fixture
def roads_file(tmp_path: Path, folder: Path) -> Path:
    file = tmp_path / "roads.osm"
    file.write_text(osm(*between_villages(load_region(folder), ["mainland", "gaotang"])), encoding="utf-8")
    return file


def test_what_came_is_accounted_for(folder: Path, roads_file: Path) -> None:
    imported = import_roads(roads_file, folder)
    region = load_region(folder)
    assert region.roads == imported.roads == load_roads(folder)
    assert imported.km == {"secondary": pytest.approx(imported.roads.metres.sum() / 1000)}
    assert 0.5 < imported.main_share < 1  # Gaotang is joined by the region's bridge, not by a road
    assert imported.median < 1
    island = region.townships.loc[region.townships["landmass"] == "hepu", "code"]
    on_island = int(region.villages["township_code"].isin(island).sum())
    assert imported.far >= on_island + len(island)
    assert imported.worst[0][1] == float("inf")


def test_a_file_of_another_place_changes_nothing(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.osm"
    elsewhere.write_text(osm({1: (7.1, 43.5), 2: (7.2, 43.5)}, [([1, 2], {"highway": "primary"})]), encoding="utf-8")
    with pytest.raises(RegionError, match="roads_elsewhere"):
        import_roads(elsewhere, folder)
    assert not (folder / ROADS_FILE).exists()


def test_damaged_roads_are_refused_until_imported_again(folder: Path, roads_file: Path) -> None:
    (folder / ROADS_FILE).write_bytes(b"not roads")
    with pytest.raises(RegionError, match="roads_cache_damaged"):
        load_region(folder)
    import_roads(roads_file, folder)
    assert load_region(folder).roads is not None


def test_plans_drive_on_roads_and_say_so(demo: Context, folder: Path, roads_file: Path) -> None:
    squads = tuple(squad.id for squad in demo.region.squads[:3])  # for six townships: work for all the week
    request = PlanRequest(seconds=1.0, townships=6, squads=squads)
    estimated = plan(demo, request)
    import_roads(roads_file, folder)
    by_road = plan(replace(demo, region=load_region(folder)), request)
    assert (estimated.roads, estimated.travel_estimated) == (None, True)
    assert by_road.roads is not None
    assert not by_road.travel_estimated
    assert by_road.input_digest != estimated.input_digest
    assert plans.load_plan(demo.engine, by_road.id)[0] == by_road
    t = translator("en")
    assert "2024-05-06" in travel_told(by_road, t)
    assert f"{by_road.roads.estimated} of {by_road.roads.places}" in travel_told(by_road, t)
    assert travel_told(estimated, t) != travel_told(by_road, t)
    again = replan(replace(demo, region=load_region(folder)), ReplanRequest(by_road.id, by_road.days[2], seconds=1.0))
    assert again.roads is not None
    assert again.roads.digest == by_road.roads.digest
