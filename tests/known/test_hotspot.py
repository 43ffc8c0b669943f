"""Published figures and prospective tests on public events; the data lie beside the repository."""

import pandas as pd
import pytest

from benchmarks.hotspots import marshall, pei, read_counts, roll


def test_marshall_moments_of_auckland(known):
    """spdep's EBest on the Auckland infant deaths: a = 7.284173e-07, b = 0.002633436 (exposure: 9 years)."""
    auckland = pd.read_csv(known / "hotspot" / "auckland.csv")
    mean, variance = marshall(auckland["M77_85"].to_numpy(), 9 * auckland["Und5_81"].to_numpy())
    assert mean == pytest.approx(0.002633436, rel=1e-6)
    assert variance == pytest.approx(7.284173e-07, rel=1e-6)


def test_planner_finds_next_months_filings(known):
    folder = known / "hotspot"
    table, exposure = read_counts(
        folder / "ntx_filings_tract_month.csv.gz", folder / "ntx_tract_areas.geojson", "month"
    )
    assert str(table.index[-1]) == "2023-09"  # October is partial
    first = int(table.index.searchsorted(pd.Period("2021-01", freq="M")))
    found = pei(roll(table.to_numpy(dtype=float), exposure, "month", 151, first, seed=7)).mean()
    assert found["planner"] >= 0.815
    assert found["planner"] > found["trailing 12 months"] > found["last period"] > found["raw rate"]
    assert found["planner"] < found["clairvoyant"]
