"""A county that no weight was fitted on: the real townships of a neighbour, made-up villages, square outlines."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.model.region import Region

CITY, COUNTY = "宁波市", "宁海县"
SIDE = 0.09
"""Degrees from one township's square to the next."""
FIRST, LAST = "上下前后大小里外新老王李张陈石竹松梅龙凤金水沙白黄", "塘岙湾溪桥岭坑洋山田峧渚屿家头墩浦井坪岗"
MIDDLE = "家头龙山溪石门"


def second_county(template: Region, elsewhere: pd.DataFrame, seed: int = 0) -> Region:
    """``template`` gives what placing does not look at (bases, squads, calendar)."""
    rng = np.random.default_rng(seed)
    rows = elsewhere[(elsewhere["city"] == CITY) & (elsewhere["county"] == COUNTY)].reset_index(drop=True)
    count = len(rows)
    west, south = 121.1 + SIDE * (np.arange(count) % 5), 29.0 + SIDE * (np.arange(count) // 5)
    outlines = gpd.GeoDataFrame(
        {"code": rows["township_code"]}, geometry=shapely.box(west, south, west + SIDE, south + SIDE), crs="EPSG:4326"
    )
    villages = rows["villages"].astype(int).clip(5, 40)
    townships = pd.DataFrame(
        {
            "code": rows["township_code"],
            "name": rows["township"],
            "seat_lon": west + SIDE / 2,
            "seat_lat": south + SIDE / 2,
            "area_km2": 80.0,
            "villages": villages,
            "exposure": villages / villages.sum(),
            "fishing": False,
            "landmass": "mainland",
        }
    )
    table = pd.concat([_villages(row, rng) for row in townships.itertuples()], ignore_index=True)
    return replace(
        template,
        code="330226",
        name=COUNTY,
        townships=townships,
        villages=table,
        aliases=template.aliases.iloc[:0],
        outlines=outlines,
        within=("浙江省", CITY),
    )


def _villages(township: Any, rng: np.random.Generator) -> pd.DataFrame:
    names: list[str] = []
    while len(names) < township.villages:
        middle = str(rng.choice(list(MIDDLE))) if rng.random() < 0.4 else ""
        name = f"{rng.choice(list(FIRST))}{middle}{rng.choice(list(LAST))}"
        end = "社区" if rng.random() < 0.1 else "居委会" if rng.random() < 0.05 else "村委会"
        names += [name + end] if all(not other.startswith(name) for other in names) else []
    return pd.DataFrame(
        {
            "township_code": township.code,
            "code": [f"{township.code}{number:03d}" for number in range(200, 200 + len(names))],
            "name": names,
            "lon": township.seat_lon + rng.uniform(-SIDE / 3, SIDE / 3, len(names)),
            "lat": township.seat_lat + rng.uniform(-SIDE / 3, SIDE / 3, len(names)),
            "point_source": "schematic",
        }
    )
