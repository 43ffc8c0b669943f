"""A made-up county of 18 townships (two without cases) and a made-up register for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.model.place import PLACED_TABLE
from planner.model.region import ALIAS_TABLE, TOWNSHIP_TABLE, VILLAGE_TABLE, Calendar, Moratorium, Region
from planner.model.tables import empty

TOWNSHIPS, VILLAGES, WITHOUT_CASES = 18, 10, 2
AS_OF = pd.Timestamp("2024-06-16")
CALENDAR = Calendar({}, {}, (Moratorium("drift_net", date(2024, 5, 1), date(2024, 8, 1)),))


@dataclass(frozen=True)
class Register:
    cases: pd.DataFrame
    parties: pd.DataFrame
    placed: pd.DataFrame


@pytest.fixture(scope="session")
def region() -> Region:
    codes = [f"9902{i:02d}100" for i in range(TOWNSHIPS)]
    west = 121.5 + 0.1 * (np.arange(TOWNSHIPS) % 6)
    south = 29.0 + 0.1 * (np.arange(TOWNSHIPS) // 6)
    townships = pd.DataFrame(
        {
            "code": codes,
            "name": [f"甲{i + 1}镇" for i in range(TOWNSHIPS)],
            "seat_lon": west + 0.05,
            "seat_lat": south + 0.05,
            "area_km2": 100.0,
            "villages": VILLAGES,
            "exposure": 1 / TOWNSHIPS,
            "fishing": np.arange(TOWNSHIPS) >= 15,
            "landmass": "main",
        }
    )
    of = np.repeat(np.arange(TOWNSHIPS), VILLAGES)
    number = np.tile(np.arange(VILLAGES), TOWNSHIPS)
    villages = pd.DataFrame(
        {
            "township_code": np.array(codes)[of],
            "code": [f"{codes[t]}{v + 200}" for t, v in zip(of, number, strict=True)],
            "name": [f"乙{t + 1}之{v + 1}村" for t, v in zip(of, number, strict=True)],
            "lon": west[of] + 0.01 + 0.02 * (number % 5),
            "lat": south[of] + 0.03 + 0.04 * (number // 5),
            "point_source": "schematic",
        }
    )
    outlines = gpd.GeoDataFrame(
        {"code": codes}, geometry=[box(w, s, w + 0.1, s + 0.1) for w, s in zip(west, south, strict=True)], crs=4326
    )
    return Region(
        code="990200",
        name="甲乙县",
        name_en="Made-up County",
        schematic=True,
        metric_crs="EPSG:4549",
        townships=TOWNSHIP_TABLE.validate(townships),
        villages=VILLAGE_TABLE.validate(villages),
        aliases=empty(ALIAS_TABLE),
        outlines=outlines,
        bases=(),
        squads=(),
        links=(),
        calendar=CALENDAR,
    )


@pytest.fixture(scope="session")
def make_register(region: Region) -> Callable[[int, int], Register]:
    """``make_register(cases, seed)``."""

    def make(count: int, seed: int) -> Register:
        rng = np.random.default_rng(seed)
        return _register(region, count, rng)

    return make


@pytest.fixture(scope="session")
def register(make_register: Callable[[int, int], Register]) -> Register:
    return make_register(2000, 1)


def _some(rng: np.random.Generator, share: float, values: object, count: int) -> pd.Series:
    """Values kept with probability ``share``, else missing."""
    return pd.Series(values).where(rng.random(count) < share)


def _register(region: Region, count: int, rng: np.random.Generator) -> Register:
    ids = pd.Series([f"(2024)浙9902执{i + 1}号" for i in range(count)])
    filed = AS_OF - pd.to_timedelta(rng.integers(0, 900, count), unit="D")
    status = rng.choice(["open", "closed", "terminated"], count, p=[0.5, 0.3, 0.2])
    closed = pd.Series(filed + pd.to_timedelta(rng.integers(1, 200, count), unit="D")).clip(upper=AS_OF)
    claimed = np.round(rng.lognormal(15, 2, count))
    cases = pd.DataFrame(
        {
            "case_id": ids,
            "case_type": "执",
            "cause": "民间借贷纠纷",
            "series": None,
            "source": None,
            "department": None,
            "handler": None,
            "filed_on": filed,
            "due_on": pd.NaT,
            "closed_on": closed.where(status != "open"),
            "closing": None,
            "status": status,
            "claimed_fen": _some(rng, 0.97, claimed, count),
            "recovered_fen": _some(rng, 0.5, np.round(claimed * np.minimum(1, rng.random(count) * 1.1)), count),
            "livelihood": rng.random(count) < 0.1,
            "group_case": rng.random(count) < 0.05,
            "fisher": rng.random(count) < 0.1,
            "found_by_sweep": rng.random(count) < 0.05,
            "search_planned": rng.random(count) < 0.1,
            "female_debtor": rng.random(count) < 0.3,
            "scope": rng.choice(["field", "online_control", "unable", "bankrupt"], count, p=[0.85, 0.05, 0.05, 0.05]),
            "clue_on": _some(rng, 0.2, AS_OF - pd.to_timedelta(rng.integers(-20, 300, count), unit="D"), count),
            "remark": None,
        }
    )
    debtor = rng.integers(0, count // 2 + 1, count)
    parties = pd.DataFrame(
        {
            "case_id": ids,
            "party_no": 1,
            "role": "debtor",
            "name": [f"虚构人{d}" for d in debtor],
            "is_company": debtor % 5 == 0,
            "id_hash": pd.Series([f"hash{d}" for d in debtor]).where(debtor % 3 > 0),
            **dict.fromkeys(["phone", "residence", "service", "domicile", "x", "y"]),
        }
    )
    return Register(CASE_TABLE.validate(cases), PARTY_TABLE.validate(parties), _placed(region, ids, debtor, rng))


def _placed(region: Region, ids: pd.Series, debtor: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Debtors keep to one village; the hottest townships come first, the last two have none."""
    count = len(ids)
    heat = 1 / (1 + np.arange(TOWNSHIPS - WITHOUT_CASES))
    of_debtor = rng.choice(len(heat), debtor.max(initial=0) + 1, p=heat / heat.sum())
    village = region.villages.iloc[of_debtor[debtor] * VILLAGES + debtor % VILLAGES].reset_index(drop=True)
    source = rng.choice(["coordinates", "village", "township"], count, p=[0.2, 0.7, 0.1])
    seat = region.townships.set_index("code").loc[village["township_code"]].reset_index()
    near = rng.normal(0, 0.002, (2, count)) * (source == "coordinates")
    known = rng.random(count) < 0.95
    method = np.where(known, source, rng.choice(["outside", "none"], count))
    by_township = source == "township"
    placed = pd.DataFrame(
        {
            "case_id": ids,
            "party_no": 1,
            "lead": True,
            "township_code": village["township_code"].where(known),
            "village_code": village["code"].where(known & ~by_township),
            "lon": pd.Series(np.where(by_township, seat["seat_lon"], village["lon"] + near[0])).where(known),
            "lat": pd.Series(np.where(by_township, seat["seat_lat"], village["lat"] + near[1])).where(known),
            "point_source": pd.Series(source).where(known),
            "method": method,
            "address_kind": "residence",
            "confidence": np.where(known, 0.95, 0.0),
            "matched": None,
        }
    )
    return PLACED_TABLE.validate(placed)


@pytest.fixture(scope="session")
def week() -> list[date]:
    return [date(2024, 6, 17 + day) for day in range(5)]


@pytest.fixture(scope="session")
def as_of() -> pd.Timestamp:
    return AS_OF
