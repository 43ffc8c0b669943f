"""Take an OpenStreetMap extract as the roads of a region."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from planner.files.policy import load_policy
from planner.files.region import load_region
from planner.files.roads import read_roads, save_roads
from planner.geo.roads import network
from planner.geo.travel import known_places, off_road
from planner.model.region import Region
from planner.model.road import ROAD_CLASSES, Roads

MARGIN_DEGREES = 0.1
"""Around the outlines, about 10 km: the way to the next township may lead through the next county."""
WORST = 5


@dataclass(frozen=True)
class RoadsImported:
    """What came.

    Attributes:
        km: road class -> km. main_share: of the km, in the largest part in which every road leads to every other.
        median, p95: metres from villages, seats, bases and piers to the nearest road that serves them.
        far: how many of ``places`` lie farther than the policy's road_metres, or on land without known roads.
        worst: (name, metres) of the farthest, inf where no known roads serve its land.
    """

    roads: Roads
    folder: Path
    km: dict[str, float]
    main_share: float
    places: int
    median: float
    p95: float
    far: int
    worst: tuple[tuple[str, float], ...]


def import_roads(file: Path, folder: Path) -> RoadsImported:
    """Read, keep and account for the roads of a region.

    Raises:
        FileUnreadable: not such a file. RegionError: the region is not sound, or the file has no road in it.
            Nothing was written.
    """
    region = load_region(folder, roads=False)
    west, south, east, north = region.outlines.total_bounds
    box = (west - MARGIN_DEGREES, south - MARGIN_DEGREES, east + MARGIN_DEGREES, north + MARGIN_DEGREES)
    roads = read_roads(file, box)
    places = known_places(region)
    policy = load_policy(folder / "policy.toml").travel
    metres = off_road(places, region, roads, policy)
    imported = RoadsImported(
        roads=roads,
        folder=folder,
        km=_km(roads),
        main_share=_main_share(roads, region),
        places=len(places),
        median=float(np.quantile(metres, 0.5, method="higher")),
        p95=float(np.quantile(metres, 0.95, method="higher")),
        far=int((metres > policy.road_metres).sum()),
        worst=_worst(places, metres, region),
    )
    save_roads(roads, folder)
    return imported


def _km(roads: Roads) -> dict[str, float]:
    km = np.bincount(roads.kind, roads.metres / 1000, len(ROAD_CLASSES))
    return {name: float(length) for name, length in zip(ROAD_CLASSES, km, strict=True) if length}


def _main_share(roads: Roads, region: Region) -> float:
    part = network(roads, region.metric_crs).part
    inside = part >= 0
    lengths = np.bincount(part[inside], roads.metres[inside], 1)
    return float(lengths.max() / roads.metres.sum())


def _worst(places: pd.DataFrame, metres: np.ndarray, region: Region) -> tuple[tuple[str, float], ...]:
    names = dict(zip("village:" + region.villages["code"], region.villages["name"], strict=True))
    names |= dict(zip("seat:" + region.townships["code"], region.townships["name"], strict=True))
    names |= {f"base:{base.id}": base.name for base in region.bases}
    names |= {f"pier:{link.id}": link.name for link in region.links}
    names |= {f"pier:{link.id}:from": link.name for link in region.links}
    order = np.argsort(-metres, kind="stable")[:WORST]
    return tuple((names[str(places["place_id"].iloc[n])], float(metres[n])) for n in order)
