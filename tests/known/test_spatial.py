"""Published figures of local statistics and the scan; the data lie beside the repository."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.spatial import cKDTree

from planner.scoring.empirical_bayes import eb_moran, marshall
from planner.scoring.local import gi, gi_star, moran
from planner.scoring.scan import scan

OBSERVED = 119
"""The point of Getis and Ord (1996) whose figures spdep's localG prints; its number 120."""


def within(xy, distance):
    """1 for each other point no further than ``distance``."""
    one, other = cKDTree(xy).query_pairs(distance * (1 + 1e-9), output_type="ndarray").T
    both = np.concatenate([one, other]), np.concatenate([other, one])
    return sparse.csr_array((np.ones(2 * len(one)), both), shape=(len(xy), len(xy)))


@pytest.fixture
def nc_sids(known):
    """Counties of North Carolina and who neighbours whom (Cressie and Chan 1989)."""
    counties = pd.read_csv(known / "hotspot" / "nc_sids.csv")
    position = {fips: i for i, fips in enumerate(counties["FIPSNO"].astype(int))}
    lines = (known / "hotspot" / "ncCC89.gal").read_text().splitlines()[1:]
    weights = np.zeros((len(counties), len(counties)))
    for head, row in zip(lines[::2], lines[1::2], strict=True):
        for neighbour in row.split():
            weights[position[int(head.split()[0])], position[int(neighbour)]] = 1
    return counties, sparse.csr_array(weights)


@pytest.mark.parametrize(
    ("distance", "z"), [(30, 1.221979), (60, 1.748098), (90, 1.986135), (120, 1.893374), (150, 1.237454)]
)
def test_getis_ord_gi_by_distance(known, distance, z):
    points = pd.read_csv(known / "hotspot" / "getisord_xyz.csv")
    found = gi(points["val"], within(points[["x", "y"]].to_numpy(), distance))
    assert found[OBSERVED] == pytest.approx(z, abs=5e-7)


def test_getis_ord_gi_star(known):
    points = pd.read_csv(known / "hotspot" / "getisord_xyz.csv")
    found = gi_star(points["val"], within(points[["x", "y"]].to_numpy(), 30))
    assert found[OBSERVED] == pytest.approx(1.450780, abs=5e-7)


def test_marshall_of_auckland(known):
    auckland = pd.read_csv(known / "hotspot" / "auckland.csv")
    mean, variance = marshall(auckland["M77_85"], 9 * auckland["Und5_81"])
    assert mean == pytest.approx(0.002633436, rel=1e-6)
    assert variance == pytest.approx(7.284173e-07, rel=1e-6)


def test_moran_of_raw_rates_in_north_carolina(nc_sids):
    """The two counties without neighbours do not count in n."""
    counties, weights = nc_sids
    found = moran(counties["SID74"] / counties["BIR74"], weights)
    assert found.statistic == pytest.approx(0.20904, abs=5e-6)


def test_moran_adjusted_for_exposure_in_north_carolina(nc_sids):
    """Here they do. p 0.002 of 999 permutations is two of a thousand: the true p lies below 0.0073 (95 %)."""
    counties, weights = nc_sids
    found = eb_moran(counties["SID74"], counties["BIR74"], weights, permutations=9_999, count_islands=True)
    assert found.statistic == pytest.approx(0.25789, abs=5e-6)
    assert 0.0001 <= found.high <= 0.0073


def test_leukaemia_in_new_york(known):
    """SaTScan 9.6: Poisson, Cartesian, at most 10 % of the population. Its p 0.001 is the least 999 maps can give."""
    cases, places, people = (
        np.loadtxt(known / "hotspot" / f"satscan_ny_{name}.txt") for name in ("cases", "coords", "pop")
    )
    found = scan(cases[:, 1], people[:, 2], places[:, 1:], share=0.1)[0]
    assert found.llr == pytest.approx(11.577255, abs=5e-7)
    assert (found.observed, len(found.areas)) == (85, 26)
    assert found.expected == pytest.approx(49.71, abs=0.005)
    assert found.relative_risk == pytest.approx(1.84, abs=0.005)
    assert found.p <= 0.0037  # a true p above this would show 0.001 in fewer than 1 of 40 runs
