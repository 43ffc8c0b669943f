"""The outlines of all townships of a province, read from its counties' region folders and from nothing else of them."""

import geopandas as gpd
import pandas as pd
import shapely

from planner.files.region import read_outlines
from planner.model.province import Province

READ = ["county_code", "code", "geometry"]


def load_outlines(province: Province) -> gpd.GeoDataFrame:
    """county_code, code (township), geometry, EPSG:4326; counties in the order of their codes.

    Raises:
        RegionError: a county's outlines are missing or not sound.
    """
    parts = [
        read_outlines(county.region / "townships.geojson").assign(county_code=county.code)
        for county in province.counties
    ]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True)[READ], crs="EPSG:4326")


def simplified(outlines: gpd.GeoDataFrame, degrees: float, grid: float = 1e-4) -> gpd.GeoDataFrame:
    """The same with fewer points; neighbours of one drawing keep their common border. ``grid``: degrees that
    coordinates are rounded to."""
    shapes = shapely.coverage_simplify(outlines.geometry.to_numpy(), degrees)
    shapes = shapely.set_precision(shapes, grid, mode="pointwise")
    return outlines.set_geometry(gpd.GeoSeries(shapes, index=outlines.index, crs=outlines.crs))
