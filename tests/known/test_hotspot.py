"""Published figures and prospective tests on public events; the data lie beside the repository."""

import pandas as pd

from benchmarks.hotspots import pei, read_counts, roll


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
