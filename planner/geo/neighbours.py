"""Which townships are neighbours: by border, by bridge or ferry, or else the nearest one."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.model.region import Region

TOUCH_M = 30.0
"""Outlines closer than this, metres, count as touching: two drawings of one border."""

KINDS = ("border", "bridge", "ferry", "nearest")
"""The first that holds for a pair is told."""

Pair = tuple[str, str]


def neighbours(region: Region) -> pd.DataFrame:
    """Every pair of neighbours once: a, b (township codes, a < b), kind (one of ``KINDS``), sorted by a and b.

    Bridges and ferries of the region's links join townships without a common border. A township that has no neighbour
    so gets the nearest one; so every township is in some pair, unless it is the only one.
    """
    outlines = region.outlines.to_crs(region.metric_crs)
    kinds = dict.fromkeys(_touching(outlines), "border")
    for kind in ("bridge", "ferry"):
        for link in region.links:
            if link.kind == kind and link.from_township != link.to_township:
                kinds.setdefault(_pair(link.from_township, link.to_township), kind)
    joined = {code for pair in kinds for code in pair}
    for pair in _nearest(outlines, joined):
        kinds.setdefault(pair, "nearest")
    rows = [(a, b, kind) for (a, b), kind in sorted(kinds.items())]
    return pd.DataFrame(rows, columns=["a", "b", "kind"], dtype="str")


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _touching(outlines: gpd.GeoDataFrame) -> list[Pair]:
    shapes, codes = outlines.geometry.to_numpy(), outlines["code"].to_list()
    found = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=TOUCH_M)
    return [_pair(codes[i], codes[j]) for i, j in found.T.tolist() if i < j]


def _nearest(outlines: gpd.GeoDataFrame, joined: set[str]) -> list[Pair]:
    """A pair for each township that is not in ``joined``: with the one whose outline is nearest, else lowest code."""
    ordered = outlines.sort_values("code")
    shapes, codes = ordered.geometry.to_numpy(), ordered["code"].to_list()
    pairs = []
    for i, code in enumerate(codes):
        if code not in joined and len(codes) > 1:
            away = shapely.distance(shapes, shapes[i])
            away[i] = np.inf
            pairs.append(_pair(code, codes[int(away.argmin())]))
    return pairs
