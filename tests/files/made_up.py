"""A made-up score and plan on the shipped region, small and the same every time."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from planner.model.hotspot import CLUSTER_TABLE, HOTSPOT_TABLE, PARTS, Choice, Hotspots, Selection
from planner.model.region import Region
from planner.model.sweep import PlannedRoute, PlannedVisit, PolicyEffect, SweepPlan, Unserved
from planner.model.visit import VISIT_TABLE

MONDAY = date(2026, 11, 23)
STOPS = 8
MINUTES = 30


def hotspots(region: Region, cases: int = 600) -> Hotspots:
    """Townships ranked in the region's order; ``cases`` points near villages."""
    n = len(region.townships)
    rng = np.random.default_rng(5)
    parts = {part: np.linspace(3, 0.2, n) for part in PARTS}
    table = pd.DataFrame(
        {
            "township_code": region.townships["code"],
            "name": region.townships["name"],
            "rank": np.arange(1, n + 1),
            "score": sum(parts.values()),
            **parts,
            "p_top": np.linspace(0.99, 0.0, n),
            "tie_group": np.arange(1, n + 1),
            "expected_filings": np.linspace(30, 2, n),
            "filings_low": np.linspace(22, 0, n),
            "filings_high": np.linspace(38, 5, n),
            "open_cases": np.arange(n, 0, -1) * 10,
            "workable_cases": np.arange(n, 0, -1) * 8,
            "workable_fen": np.arange(n, 0, -1) * 1_000_000,
            "livelihood_cases": 3,
            "median_age_days": 200.0,
            "claimed_fen": 90_000_000,
            "density_per_km2": 1.5,
            "filings_last_year": 120,
            "filings_year_before": 110,
            "terminated_share": 0.2,
        }
    )
    villages = region.villages.iloc[rng.integers(0, len(region.villages), cases)].reset_index(drop=True)
    points = pd.DataFrame(
        {
            "case_id": [f"(2026)浙9999执{number}号" for number in range(1, cases + 1)],
            "township_code": villages["township_code"],
            "village_code": villages["code"],
            "lon": villages["lon"] + rng.normal(0, 0.002, cases),
            "lat": villages["lat"] + rng.normal(0, 0.002, cases),
            "cluster_id": 0,
        }
    )
    clusters = pd.DataFrame(
        {
            "cluster_id": [1, 2],
            "township_code": list(region.townships["code"][:2]),
            "label": ["甲村、乙村", "</script><b>丙村</b>`${1}`"],
            "cases": [40, 25],
            "lon": list(region.townships["seat_lon"][:2]),
            "lat": list(region.townships["seat_lat"][:2]),
            "radius_m": [900.0, 40.0],
            "persistence": [0.6, 0.4],
        }
    )
    return Hotspots(
        table=HOTSPOT_TABLE.validate(table),
        clusters=CLUSTER_TABLE.validate(clusters),
        points=points,
        as_of=pd.Timestamp("2026-11-20"),
        horizon_days=28,
        k=3,
        unplaced={"none": 4, "outside": 9},
        scorer="made up",
        params_digest="0" * 64,
        seed=7,
    )


def selection(region: Region) -> Selection:
    return Selection(tuple(Choice(code, "highest_score") for code in region.townships["code"][:3]))


def visits(region: Region, count: int = 100) -> pd.DataFrame:
    """One visit in every fourth village, VISIT_TABLE."""
    villages = region.villages.iloc[np.arange(count) * 4 % len(region.villages)].reset_index(drop=True)
    number = np.arange(1, count + 1)
    table = pd.DataFrame(
        {
            "visit_id": [f"v{n:03d}" for n in number],
            "case_ids": [f"(2026)浙9999执{n}号" for n in number],
            "cases": 1,
            "party_no": 1,
            "township_code": villages["township_code"],
            "village_code": villages["code"],
            "lon": villages["lon"],
            "lat": villages["lat"],
            "point_source": "village",
            "claimed_fen": number * 100_000,
            "recovery_share": 0.1,
            "p_base": 0.5,
            "f_season": 1.0,
            "f_clue": 1.0,
            "f_age": 1.0,
            "f_place": 1.0,
            "p_find": 0.5,
            "expected_fen": number * 5_000,
            "points_money": number * 0.5,
            "points_livelihood": 0.0,
            "points_age": 1.0,
            "points_clue": 0.0,
            "prize": number,
            "duration_min": MINUTES,
            "open_min": 480,
            "close_min": 1020,
            "needs": np.where(number % 5 == 0, "female", ""),
            "papers": np.where(number % 3 == 0, "summons;search_warrant", ""),
        }
    )
    return VISIT_TABLE.validate(table)


def plan(region: Region, table: pd.DataFrame) -> SweepPlan:
    """Every squad works on Monday and Tuesday; the third township lies behind the first ferry."""
    ids = list(table["visit_id"])
    ferry = next(link for link in region.links if link.kind == "ferry")
    routes = []
    for turn, squad in enumerate((*region.squads[:3], *region.squads[:3])):
        mine = ids[turn * STOPS : (turn + 1) * STOPS]
        stops = tuple(
            PlannedVisit(visit, 520 + at * 40, 520 + at * 40, 520 + at * 40 + MINUTES) for at, visit in enumerate(mine)
        )
        routes.append(
            PlannedRoute(
                squad_id=squad.id,
                day=MONDAY + timedelta(days=turn // 3),
                township_code=str(region.townships["code"][turn % 3]),
                leave_base=480,
                depart=480,
                stops=stops,
                back=900,
                reach_base=930,
                link_id=ferry.id if turn % 3 == 2 else None,
                drive_minutes=70,
            )
        )
    served = STOPS * len(routes)
    return SweepPlan(
        id="0badcafe",
        parent=None,
        region_code=region.code,
        week_start=MONDAY,
        days=tuple(MONDAY + timedelta(days=at) for at in range(5)),
        spread="concentrate",
        selection=tuple((choice.township_code, choice.reason) for choice in selection(region).choices),
        routes=tuple(routes),
        unserved=tuple(Unserved(visit, "township_not_chosen") for visit in ids[served:]),
        prize=1176,
        bound=1300,
        objective=(("points_money", 588.0), ("points_age", 48.0), ("loans", -3.0)),
        effect=PolicyEffect(served, 20.0, 15.0, 25.0, 1e7, 4e6, 3e7, 12.0, 72.0),
        travel_estimated=True,
        solver="made up",
        seed=7,
        versions=(("planner", "0"),),
        input_digest="0" * 64,
        policy="{}",
        warnings=(),
    )
