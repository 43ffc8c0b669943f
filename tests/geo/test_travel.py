from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.geo.travel import anchors, reaches, travel_matrix
from planner.model.policy import TravelPolicy
from planner.model.units import minute_of

POLICY = TravelPolicy()
HEPU, GAOTANG, SHIPU, DANDONG = "330225103", "330225204", "330225101", "330225001"
MAINLAND = ("mainland", 121.70, 121.95, 29.25, 29.60)
GAOTANG_LAND = ("gaotang", 121.79, 121.86, 29.11, 29.14)
HEPU_LAND = ("hepu", 121.89, 121.97, 29.09, 29.15)


@st.composite
def a_place(draw):
    land, west, east, south, north = draw(st.sampled_from([MAINLAND, GAOTANG_LAND, HEPU_LAND]))
    return draw(st.floats(west, east)), draw(st.floats(south, north)), land


def frame(places) -> pd.DataFrame:
    table = pd.DataFrame(places, columns=["lon", "lat", "landmass"])
    table.insert(0, "place_id", [f"visit:{i}" for i in range(len(table))])
    return table


@settings(max_examples=40, deadline=None)
@given(places=st.lists(a_place(), min_size=2, max_size=9))
def test_the_matrix_is_symmetric_and_sane(region, places) -> None:
    table = frame([*places, places[0]])
    minutes = travel_matrix(table, region, POLICY).minutes
    assert minutes.dtype == np.int32
    assert (minutes == minutes.T).all()
    assert (np.diag(minutes) == 0).all()
    assert minutes[0, -1] == POLICY.stop_minutes  # two doors at one point
    on_hepu = (table["landmass"] == "hepu").to_numpy()
    assert ((minutes == -1) == (on_hepu[:, None] != on_hepu[None, :])).all()
    for via in range(len(table)):
        legs = minutes[:, via, None] + minutes[None, via, :]
        reachable = (minutes[:, via, None] >= 0) & (minutes[None, via, :] >= 0)
        assert (minutes <= legs)[reachable].all()  # each stop costs minutes, so a detour never pays


def test_minutes_are_line_times_detour_by_speed(region) -> None:
    table = frame([(121.80, 29.40, "mainland"), (121.90, 29.40, "mainland")])
    km = 111.32 * np.cos(np.radians(29.40)) * 0.1
    expected = km * POLICY.detour / POLICY.speed_kmh * 60 + POLICY.stop_minutes
    assert travel_matrix(table, region, POLICY).minutes[0, 1] == pytest.approx(expected, abs=1.2)
    assert travel_matrix(table, region, POLICY).estimated


def test_the_bridge_is_a_road_and_without_it_there_is_none(region) -> None:
    table = frame([(121.8192, 29.2025, "mainland"), (121.8343, 29.1222, "gaotang")])
    assert 15 < travel_matrix(table, region, POLICY).minutes[0, 1] < 60
    cut = replace(region, links=tuple(link for link in region.links if link.kind == "ferry"))
    assert travel_matrix(table, cut, POLICY).minutes[0, 1] == -1


def test_anchors_are_bases_and_piers(region) -> None:
    table = anchors(region)
    assert list(table["place_id"][:5]) == [f"base:{base.id}" for base in region.bases]
    assert {"pier:shipu-hepu", "pier:shipu-hepu:from"} <= set(table["place_id"])
    assert set(table.loc[table["place_id"].str.startswith("base:"), "landmass"]) == {"mainland"}
    assert table.set_index("place_id")["landmass"]["pier:shipu-hepu"] == "hepu"


def test_by_road_a_squad_has_its_whole_day(region) -> None:
    found = reaches(region, POLICY, 480, 1020)
    assert set(found) == {(base.id, code) for base in region.bases for code in region.townships["code"]}
    for code in (DANDONG, SHIPU, GAOTANG):
        reach = found["bureau", code]
        assert reach is not None
        assert (reach.start_place, reach.start, reach.end, reach.link_id) == ("base:bureau", 480, 1020, None)


def test_a_ferry_is_caught_and_brings_the_squad_home(region) -> None:
    reach = reaches(region, POLICY, 480, 1020)["shipu", HEPU]
    link = next(link for link in region.links if link.id == "shipu-hepu")
    table = anchors(region)
    matrix = travel_matrix(table, region, POLICY)
    at = {place: i for i, place in enumerate(matrix.place_ids)}
    drive = int(matrix.minutes[at["base:shipu"], at["pier:shipu-hepu:from"]])
    out = min(boat for boat in link.out_departures if boat >= 480 + drive)
    back = max(boat for boat in link.back_departures if boat + link.minutes + drive <= 1020)
    assert reach is not None
    assert (reach.start_place, reach.link_id) == ("pier:shipu-hepu", "shipu-hepu")
    assert (reach.start, reach.end) == (out + link.minutes, back)
    assert (reach.leave_base, reach.reach_base) == (out - drive, back + link.minutes + drive)
    assert 480 <= reach.leave_base < reach.start < reach.end < reach.reach_base <= 1020


def test_the_better_ferry_is_taken(region) -> None:
    early = minute_of("12:00")
    slow = tuple(
        replace(link, out_departures=(early,), back_departures=(early + 60,)) if link.id == "shipu-hepu" else link
        for link in region.links
    )
    reach = reaches(replace(region, links=slow), POLICY, 480, 1020)["dingtang", HEPU]
    assert reach is not None
    assert reach.link_id == "gaotang-hepu"


def test_no_boat_in_time_means_no_way(region) -> None:
    assert reaches(region, POLICY, 480, 560)["bureau", HEPU] is None
    no_ferry = replace(region, links=tuple(link for link in region.links if link.kind == "bridge"))
    assert reaches(no_ferry, POLICY, 480, 1020)["shipu", HEPU] is None
