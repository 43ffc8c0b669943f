"""Roads of OpenStreetMap: read from an extract, and kept in the region folder.

The cache (roads.npz) holds the arrays of :class:`Roads` and a header as JSON, without pickle.
"""

import hashlib
import io
import json
import os
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium
from pyproj import Geod

from planner.errors import FileUnreadable, RegionError
from planner.model.road import ROAD_CLASSES, Roads

ROADS_FILE = "roads.npz"
FORMAT = 1
"""Of the cache. Count up whenever what is read, or how it is kept, changes."""

ARRAYS = {
    "points": np.float64,
    "first": np.int64,
    "ends": np.int32,
    "metres": np.float64,
    "kind": np.int8,
    "limit_kmh": np.int16,
    "oneway": np.bool_,
}
HEADER = ("source", "source_digest", "as_of", "digest")

SAME_AS = {"living_street": "residential", "road": "unclassified"}
KIND = {
    **{name: n for n, name in enumerate(ROAD_CLASSES)},
    **{f"{name}_link": n for n, name in enumerate(ROAD_CLASSES[:5])},
    **{name: ROAD_CLASSES.index(like) for name, like in SAME_AS.items()},
}
MAY_DRIVE = ("motorcar", "motor_vehicle", "vehicle", "access")
"""Most particular first: the first that is given decides."""
CLOSED = frozenset({"no", "private", "agricultural", "forestry", "emergency"})
KM_PER_MILE = 1.609344
WGS84 = Geod(ellps="WGS84")
NEVER = date(1970, 1, 1)
"""What libosmium says where a file tells no time."""

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True)
class _Way:
    """Consecutive node numbers of OpenStreetMap with their lon and lat, in the direction of travel."""

    nodes: list[int]
    points: list[tuple[float, float]]
    kind: int
    limit_kmh: int
    oneway: bool


def read_roads(file: Path, box: Box) -> Roads:
    """The roads for cars of an OpenStreetMap extract (.osm.pbf, .osm, .osm.bz2, .osm.gz) whose extent meets a box.

    Left out: what cars may not use, private roads, areas, ferries (boats go by timetable), building sites.

    Raises:
        FileUnreadable: not such a file, or it breaks off. RegionError: no road in it, or none in the box.
    """
    as_of, ways, extent = _ways(file, box)
    if extent is None:
        raise RegionError("roads_none", file=file.name)
    if not ways:
        found, wanted = (",".join(f"{edge:.2f}" for edge in edges) for edges in (extent, box))
        raise RegionError("roads_elsewhere", file=file.name, found=found, wanted=wanted)
    arrays = _arrays(ways)
    with file.open("rb") as stream:
        source_digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Roads(**arrays, source=file.name, source_digest=source_digest, as_of=as_of, digest=_digest(arrays))


def _ways(file: Path, box: Box) -> tuple[date | None, list[_Way], Box | None]:
    """The day of the data, the ways that touch the box, and the extent of all roads of the file (None: no road).

    Ways come in pieces: nodes that an extract does not hold cut a way.
    """
    if not file.is_file():
        raise FileUnreadable("roads_missing", file=str(file))
    ways: list[_Way] = []
    newest, extent = NEVER, None
    try:
        with osmium.io.Reader(str(file), osmium.osm.osm_entity_bits.NOTHING) as reader:
            stamp = reader.header().get("osmosis_replication_timestamp") or reader.header().get("timestamp")
        read = osmium.FileProcessor(str(file), osmium.osm.NODE | osmium.osm.WAY).with_locations()
        for road in read.with_filter(osmium.filter.KeyFilter("highway")):
            if isinstance(road, osmium.osm.Way) and _is_road(road.tags):
                newest = max(newest, road.timestamp.date())
                for piece in _pieces(road):
                    here = _box_of(piece)
                    extent = _joined(extent, here) if extent else here
                    ways += [piece] if _overlap(here, box) else []
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as fault:  # of libosmium: a file that is not sound
        raise FileUnreadable("roads_damaged", file=file.name, fault=str(fault)) from fault
    if re.match(r"\d{4}-\d\d-\d\dT", stamp):
        newest = date.fromisoformat(stamp[:10])
    return newest if newest > NEVER else None, ways, extent


def _is_road(tags: Any) -> bool:
    if tags.get("highway") not in KIND or tags.get("area") == "yes" or tags.get("route") == "ferry":
        return False
    return next((tags[key] for key in MAY_DRIVE if key in tags), "yes") not in CLOSED


def _pieces(way: Any) -> Iterator[_Way]:
    kind, limit, sense = KIND[way.tags["highway"]], _limit_kmh(way.tags.get("maxspeed", "")), _sense(way.tags)
    run: list[tuple[int, tuple[float, float]]] = []
    for node in [*way.nodes, None]:
        if node is not None and node.location.valid():
            if not run or run[-1][0] != node.ref:
                run.append((node.ref, (node.location.lon, node.location.lat)))
            continue
        if len(run) > 1:
            along = run[::-1] if sense < 0 else run
            yield _Way([ref for ref, _ in along], [point for _, point in along], kind, limit, sense != 0)
        run = []


def _sense(tags: Any) -> int:
    """1: along the way only, -1: against it only, 0: both. Roundabouts and motorways are one-way unless tagged."""
    implied = tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"
    told = tags.get("oneway", "yes" if implied else "no")
    return {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1}.get(told, 0)


def _limit_kmh(told: str) -> int:
    """0 where the tag holds no number (none, walk, CN:urban)."""
    found = re.fullmatch(r"(\d{1,3})(?:\.\d+)?\s*(mph|km/h)?", told.strip())
    if not found:
        return 0
    return round(int(found[1]) * (KM_PER_MILE if found[2] == "mph" else 1))


def _box_of(way: _Way) -> Box:
    lons, lats = zip(*way.points, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _joined(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _overlap(a: Box, b: Box) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def _arrays(ways: list[_Way]) -> dict[str, npt.NDArray[Any]]:
    """Ways cut at junctions: nodes that occur twice, and the ends of ways."""
    times = Counter(node for way in ways for node in way.nodes)
    times.update(node for way in ways for node in (way.nodes[0], way.nodes[-1]))
    number: dict[int, int] = {}
    points, first, edges = [], [0], []
    for way in ways:
        cuts = [at for at, node in enumerate(way.nodes) if times[node] > 1]
        for begin, end in pairwise(cuts):
            points += way.points[begin : end + 1]
            first.append(len(points))
            joined = [number.setdefault(way.nodes[at], len(number)) for at in (begin, end)]
            edges.append((joined, way.kind, way.limit_kmh, way.oneway))
    ends, kind, limit, oneway = zip(*edges, strict=True)
    found = {"points": points, "first": first, "ends": ends, "kind": kind, "limit_kmh": limit, "oneway": oneway}
    arrays: dict[str, npt.NDArray[Any]] = {
        name: np.asarray(values, dtype=ARRAYS[name]) for name, values in found.items()
    }
    arrays["metres"] = _lengths(arrays["points"], arrays["first"])
    return arrays


def _lengths(points: npt.NDArray[np.float64], first: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    lon, lat = points.T
    steps = WGS84.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
    steps[first[1:-1] - 1] = 0  # from the end of one edge to the start of the next
    return np.asarray(np.add.reduceat(steps, first[:-1]))


def _digest(arrays: dict[str, npt.NDArray[Any]]) -> str:
    total = hashlib.sha256()
    for name, dtype in ARRAYS.items():
        total.update(f"{name}{arrays[name].shape}".encode())
        total.update(np.ascontiguousarray(arrays[name], dtype=dtype).tobytes())
    return total.hexdigest()


def save_roads(roads: Roads, folder: Path) -> Path:
    """Write the cache into a region folder: whole, or not at all."""
    header = {name: str(getattr(roads, name) or "") for name in HEADER} | {"format": FORMAT}
    packed = io.BytesIO()
    told = np.array(json.dumps(header, ensure_ascii=False))
    np.savez_compressed(packed, header=told, **{name: getattr(roads, name) for name in ARRAYS})
    target = folder / ROADS_FILE
    draft = target.with_suffix(".part")
    with draft.open("wb") as out:
        out.write(packed.getvalue())
        out.flush()
        os.fsync(out.fileno())
    draft.replace(target)
    return target


def load_roads(folder: Path) -> Roads | None:
    """The roads of a region folder, None where it has none.

    Raises:
        RegionError: the cache is damaged, or another version of the planner made it.
    """
    file = folder / ROADS_FILE
    if not file.exists():
        return None
    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as packed:
            header = json.loads(str(packed["header"]))
            if header.get("format") != FORMAT:
                raise RegionError("roads_format", file=str(file), found=header.get("format"), wanted=FORMAT)
            arrays = {name: packed[name] for name in ARRAYS}
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as fault:
        raise RegionError("roads_cache_damaged", file=str(file)) from fault
    if header.get("digest") != _digest(arrays):
        raise RegionError("roads_cache_damaged", file=str(file))
    as_of = date.fromisoformat(header["as_of"]) if header["as_of"] else None
    return Roads(**arrays, source=header["source"], source_digest=header["source_digest"], as_of=as_of,
                 digest=header["digest"])  # fmt: skip
