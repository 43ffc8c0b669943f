import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import RegionError
from planner.geo.datum import gcj02_to_bd09, guess_datum, in_china, to_wgs84, wgs84_to_bd09, wgs84_to_gcj02

METRES_PER_DEGREE = 111_320.0

EVILTRANSFORM = [  # wgs lat, lon, gcj lat, lon: the test vectors published with eviltransform
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
]


@pytest.mark.parametrize(("lat", "lon", "gcj_lat", "gcj_lon"), EVILTRANSFORM)
def test_gcj02_as_published(lat: float, lon: float, gcj_lat: float, gcj_lon: float) -> None:
    assert np.allclose(wgs84_to_gcj02(lon, lat), (gcj_lon, gcj_lat), rtol=0, atol=1e-9)


def test_bd09_as_published_by_coordtransform() -> None:
    assert np.allclose(gcj02_to_bd09(116.404, 39.915), (116.41036949371029, 39.92133699351021), rtol=0, atol=1e-12)
    # Its inverse is one step only and good to half a metre.
    home = wgs84_to_gcj02(*to_wgs84(116.404, 39.915, "BD-09"))
    assert np.allclose(home, (116.39762729119315, 39.90865673957631), rtol=0, atol=5e-6)


@given(st.floats(73.5, 135.0), st.floats(18.0, 53.5), st.sampled_from(["GCJ-02", "BD-09"]))
def test_there_and_back_within_a_tenth_of_a_metre(lon: float, lat: float, datum: str) -> None:
    forward = {"GCJ-02": wgs84_to_gcj02, "BD-09": wgs84_to_bd09}[datum]
    back = to_wgs84(*forward(np.array([lon]), np.array([lat])), datum)
    assert np.hypot(back[0] - lon, back[1] - lat)[0] * METRES_PER_DEGREE < 0.1


def test_the_shift_in_xiangshan_is_about_500_metres() -> None:
    lon, lat = wgs84_to_gcj02(121.87, 29.48)
    metres = np.hypot((lon - 121.87) * np.cos(np.radians(29.48)), lat - 29.48) * METRES_PER_DEGREE
    assert 400 < metres < 600


def test_cgcs2000_is_wgs84_and_outside_china_nothing_moves() -> None:
    assert to_wgs84(121.9, 29.4, "CGCS2000") == (121.9, 29.4)
    assert np.allclose(wgs84_to_gcj02(2.35, 48.85), (2.35, 48.85), rtol=0, atol=0)


def test_an_unknown_datum_is_refused() -> None:
    with pytest.raises(RegionError) as caught:
        to_wgs84(121.9, 29.4, "WGS84")
    assert caught.value.key == "datum_unknown"


@pytest.mark.parametrize("datum", ["WGS-84", "GCJ-02", "BD-09"])
def test_the_datum_is_guessed_from_what_addresses_say(region, datum: str) -> None:
    # Points near the borders tell datums apart.
    metric = region.outlines.to_crs(region.metric_crs)
    ring = metric.geometry.boundary.buffer(250).intersection(metric.geometry).to_crs("EPSG:4326")
    points = ring.sample_points(60, rng=1).explode()
    codes = region.outlines["code"].loc[points.index].to_numpy(dtype=object)
    forward = {"WGS-84": lambda x, y: (x, y), "GCJ-02": wgs84_to_gcj02, "BD-09": wgs84_to_bd09}[datum]
    x, y = forward(points.x.to_numpy(), points.y.to_numpy())
    guessed, margin = guess_datum(x, y, codes, region.outlines)
    assert (guessed, margin > 0.2) == (datum, True)


def test_without_a_hint_the_guess_is_wgs84_with_no_margin(region) -> None:
    nothing = np.array([None], dtype=object)
    assert guess_datum(np.array([121.9]), np.array([29.4]), nothing, region.outlines) == ("WGS-84", 0.0)


def test_swapped_axes_are_put_right_and_points_elsewhere_in_the_world_are_none() -> None:
    x, y = in_china(np.array([121.9, 29.4, 2.35, 0.0, np.nan]), np.array([29.4, 121.9, 48.85, 0.0, 29.0]))
    assert x[:2].tolist() == [121.9, 121.9]
    assert y[:2].tolist() == [29.4, 29.4]
    assert np.isnan(x[2:]).all()
    assert np.isnan(y[2:]).all()
