"""Boundaries as found -> boundaries that can be used. Whatever is repaired is listed as a Mend."""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from planner.errors import RegionError
from planner.geo.coverage import gapless
from planner.geo.datum import to_wgs84
from planner.geo.landmass import landmasses
from planner.geo.names import bare_township, normal
from planner.geo.spread import spread_points
from planner.model.region import TOWNSHIP_TABLE, VILLAGE_TABLE, Mend, RegionDraft

DIGITS = 6
"""Of schematic points, degrees (about 0.1 m)."""

Shapes = npt.NDArray[np.object_]


def mend_region(
    outlines: gpd.GeoDataFrame,
    villages: pd.DataFrame,
    datum: str | None,
    code: str,
    seats: pd.DataFrame | None = None,
    told: Iterable[Mend] = (),
) -> RegionDraft:
    """Mend outlines, match them with a village list, and find points, landmasses and areas.

    Args:
        outlines: GeoDataFrame(name, geometry[, code]) in degrees; a township may stand in several rows.
        villages: township_code, township, village_code, village[, lon, lat] as text and degrees.
        datum: of the outlines, the seats and the villages' points; None means WGS-84.
        code: 6 digits of the county.
        seats: township_code, lon, lat; a township without one gets a point inside its largest part.
        told: mends already made while reading; they stand first in the list.

    Raises:
        RegionError: a township has no outline or no village, belongs to another county, or outlines contradict.
    """
    codes, names = _townships(villages, code)
    mends = list(told)
    shapes = _without_z(outlines, mends)
    shapes = _rings_to_parts(outlines, shapes, mends)
    shapes = _valid(outlines, shapes, mends)
    shapes = _in_wgs84(shapes, datum, mends)
    shapes = _by_township(_codes_of(outlines, codes, names, mends), shapes, codes, names, mends)
    shapes, settled = gapless(codes, shapes)
    mends += settled
    land = gpd.GeoDataFrame({"code": codes}, geometry=list(shapes), crs="EPSG:4326")
    metric = land.to_crs(land.estimate_utm_crs())
    placed = _village_points(villages, land, metric, datum, mends)
    return RegionDraft(
        code=code,
        townships=_township_table(codes, names, land, metric, placed, _seat_points(seats, datum)),
        villages=placed,
        outlines=land,
        mends=tuple(mends),
    )


def _townships(villages: pd.DataFrame, code: str) -> tuple[list[str], list[str]]:
    """Codes and names of the village list, by code."""
    listed = villages[["township_code", "township"]].drop_duplicates().sort_values("township_code")
    if listed.empty:
        raise RegionError("villages_empty")
    strangers = listed[~listed["township_code"].str.startswith(code)]
    if len(strangers):
        raise RegionError("villages_of_another", county=code, townships=_told(strangers))
    if len(twice := listed[listed["township_code"].duplicated(keep=False)]):
        raise RegionError("township_two_names", townships=_told(twice))
    return list(listed["township_code"]), list(listed["township"])


def _told(townships: pd.DataFrame) -> str:
    return "、".join(f"{row.township}({row.township_code})" for row in townships.itertuples())


def _without_z(outlines: gpd.GeoDataFrame, mends: list[Mend]) -> Shapes:
    shapes: Shapes = np.asarray(outlines.geometry.values, dtype=object)
    empty = [shape is None or shape.is_empty for shape in shapes]
    if any(empty):
        raise RegionError("outline_empty", townships="、".join(outlines["name"][empty]))
    high = shapely.has_z(shapes)
    if high.any():
        mends.append(Mend("z_dropped", "", str(int(high.sum()))))
    return shapely.force_2d(shapes)


def _rings_to_parts(outlines: gpd.GeoDataFrame, shapes: Shapes, mends: list[Mend]) -> Shapes:
    mended = shapes.copy()
    for i, shape in enumerate(shapes):
        rings = np.array([shapely.Polygon(ring) for ring in shapely.get_rings(shape)], dtype=object)
        if len(rings) > len(shapely.get_parts(shape)):
            mended[i], islands = _parts(rings)
            if islands:
                mends.append(Mend("islands", outlines["name"].iloc[i], str(islands)))
    return mended


def _parts(rings: Shapes) -> tuple[shapely.Geometry, int]:
    """Rings of one outline, each as a polygon -> outline, and how many holes turned out to be islands.

    A ring inside a larger one is a hole, a ring outside all larger ones is land.
    """
    rings = shapely.make_valid(rings)
    first = rings[0]
    rings = rings[np.argsort(-shapely.area(rings), kind="stable")]
    shells: list[shapely.Geometry] = []
    holes: list[shapely.Geometry] = []
    for ring in rings:
        inner = ring.point_on_surface()
        (holes if shapely.contains(shells, inner).any() else shells).append(ring)
    land = shapely.union_all(shells)
    islands = sum(shell is not first for shell in shells)
    return (shapely.difference(land, shapely.union_all(holes)) if holes else land), islands


def _valid(outlines: gpd.GeoDataFrame, shapes: Shapes, mends: list[Mend]) -> Shapes:
    broken = ~shapely.is_valid(shapes)
    reasons = shapely.is_valid_reason(shapes[broken])
    mends += [Mend("invalid_ring", name, why) for name, why in zip(outlines["name"][broken], reasons, strict=True)]
    made = shapely.make_valid(shapes)
    parts = [[p for p in shapely.get_parts(shape) if p.geom_type in ("Polygon", "MultiPolygon")] for shape in made]
    return np.array([shapely.union_all(part) for part in parts], dtype=object)


def _in_wgs84(shapes: Shapes, datum: str | None, mends: list[Mend]) -> Shapes:
    if datum is None or datum == "WGS-84":
        return shapes
    mends.append(Mend("datum_same" if datum == "CGCS2000" else "datum", "", datum))
    return shapely.transform(shapes, lambda xy: np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], datum)))


def _codes_of(outlines: gpd.GeoDataFrame, codes: list[str], names: list[str], mends: list[Mend]) -> list[str | None]:
    """The code of each outline: its own if the list knows it, else by full name, else by bare name."""
    full = {normal(name): code for code, name in zip(codes, names, strict=True)}
    bare: dict[str, str | None] = {}
    for name, code in full.items():
        short = bare_township(name)
        bare[short] = None if short in bare else code
    given = outlines["code"] if "code" in outlines else [None] * len(outlines)
    found: list[str | None] = []
    for name, own in zip(outlines["name"], given, strict=True):
        matched = own if own in codes else full.get(normal(str(name)))
        if matched is None and (matched := bare.get(bare_township(str(name)))):
            mends.append(Mend("name_matched", str(name), names[codes.index(matched)]))
        found.append(matched)
    if strangers := [str(name) for name, code in zip(outlines["name"], found, strict=True) if code is None]:
        raise RegionError("outline_without_villages", townships="、".join(strangers), known="、".join(names))
    return found


def _by_township(
    found: list[str | None], shapes: Shapes, codes: list[str], names: list[str], mends: list[Mend]
) -> Shapes:
    """One shape per township, in the order of ``codes``."""
    of = {code: [shape for shape, own in zip(shapes, found, strict=True) if own == code] for code in codes}
    if missing := [f"{name}({code})" for code, name in zip(codes, names, strict=True) if not of[code]]:
        raise RegionError("township_without_outline", townships="、".join(missing))
    for code, name in zip(codes, names, strict=True):
        if len(of[code]) > 1:
            mends.append(Mend("merged", name, str(len(of[code]))))
    return np.array([shapely.union_all(of[code]) for code in codes], dtype=object)


def _village_points(
    villages: pd.DataFrame, land: gpd.GeoDataFrame, metric: gpd.GeoDataFrame, datum: str | None, mends: list[Mend]
) -> pd.DataFrame:
    """VILLAGE_TABLE: given points that lie in their township are kept, the others are spread inside it."""
    table = villages.sort_values("village_code", ignore_index=True)
    given = table.reindex(columns=["lon", "lat"]).astype(float).to_numpy()
    lon, lat = (axis.copy() for axis in to_wgs84(given[:, 0], given[:, 1], datum or "WGS-84"))
    shape_of = dict(zip(land["code"], land.geometry, strict=True))
    shapes = table["township_code"].map(shape_of)
    inside = np.array([shapely.contains_xy(shape, x, y) for shape, x, y in zip(shapes, lon, lat, strict=True)])
    outside = ~np.isnan(lon) & ~inside
    mends += [Mend("village_point_outside", str(name), "") for name in table["village"][outside]]
    for code, area in zip(metric["code"], metric.geometry, strict=True):
        rows = np.flatnonzero((table["township_code"] == code) & ~inside)
        if len(rows):
            spread = gpd.GeoSeries(shapely.points(spread_points(area, len(rows))), crs=metric.crs).to_crs("EPSG:4326")
            lon[rows], lat[rows] = spread.x, spread.y
    made = pd.DataFrame(
        {
            "township_code": table["township_code"],
            "code": table["village_code"],
            "name": table["village"],
            "lon": lon.round(DIGITS),
            "lat": lat.round(DIGITS),
            "point_source": np.where(inside, "given", "schematic"),
        }
    )
    return VILLAGE_TABLE.validate(made)


def _seat_points(seats: pd.DataFrame | None, datum: str | None) -> dict[str, tuple[float, float]]:
    if seats is None:
        return {}
    lon, lat = to_wgs84(seats["lon"].to_numpy(float), seats["lat"].to_numpy(float), datum or "WGS-84")
    return {code: (x, y) for code, x, y in zip(seats["township_code"], lon, lat, strict=True)}


def _township_table(
    codes: list[str],
    names: list[str],
    land: gpd.GeoDataFrame,
    metric: gpd.GeoDataFrame,
    villages: pd.DataFrame,
    seats: dict[str, tuple[float, float]],
) -> pd.DataFrame:
    largest = [max(shapely.get_parts(shape), key=shapely.area).point_on_surface() for shape in land.geometry]
    points = [seats.get(code, (inner.x, inner.y)) for code, inner in zip(codes, largest, strict=True)]
    count = villages["township_code"].value_counts().reindex(codes)
    table = pd.DataFrame(
        {
            "code": codes,
            "name": names,
            "seat_lon": [round(x, DIGITS) for x, _ in points],
            "seat_lat": [round(y, DIGITS) for _, y in points],
            "area_km2": metric.area.to_numpy() / 1e6,
            "villages": count.to_numpy(),
            "exposure": (count / count.sum()).to_numpy(),
            "fishing": False,
            "landmass": landmasses(codes, list(metric.geometry)),
        }
    )
    return TOWNSHIP_TABLE.validate(table)
