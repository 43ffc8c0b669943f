"""Where counties touch: how much of each township's outline lies on the border to which other county."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from planner.geo.neighbours import TOUCH_M
from planner.geo.travel import straight_minutes
from planner.model.policy import TravelPolicy

LEAST_M = 100.0
"""Metres of common border below which two counties do not touch: corners, and crumbs of two drawings of one line."""


def common_borders(outlines: gpd.GeoDataFrame, metric_crs: str) -> pd.DataFrame:
    """Which share of a township's outline lies on another county.

    Args:
        outlines: county_code, code (township), geometry, of all counties.

    Returns:
        township_code, county_code (its own), other_code (county), share (0..1), metres; sorted by township and other.
        Two drawings of one line count as one when they are nearer than TOUCH_M.
    """
    metric = outlines.to_crs(metric_crs)
    shapes, county = metric.geometry.to_numpy(), metric["county_code"].to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=TOUCH_M)
    apart = county[first] != county[second]
    first, second = first[apart], second[apart]
    lines = shapely.boundary(shapes)
    near = shapely.intersection(lines[first], shapely.buffer(shapes[second], TOUCH_M, quad_segs=2))
    found = pd.DataFrame(
        {
            "township_code": metric["code"].to_numpy()[first],
            "county_code": county[first],
            "other_code": county[second],
            "metres": shapely.length(near),
            "share": shapely.length(near) / shapely.length(lines[first]),
        }
    )
    keys = ["township_code", "county_code", "other_code"]
    summed = found.groupby(keys, as_index=False)[["share", "metres"]].sum()
    summed["share"] = summed["share"].clip(upper=1.0)
    between = summed.groupby(["county_code", "other_code"])["metres"].transform("sum")
    return summed[between >= LEAST_M].reset_index(drop=True)


def drive_minutes(
    bases: npt.NDArray[np.float64], places: npt.NDArray[np.float64], policy: TravelPolicy, metric_crs: str
) -> npt.NDArray[np.float64]:
    """(n, m) minutes from bases to places, (lon, lat) each: straight line x detour, an estimate."""
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", metric_crs, always_xy=True).transform
    metric = [np.column_stack(to_metres(points[:, 0], points[:, 1])) for points in (bases, places)]
    return straight_minutes(metric[0], metric[1], policy)
