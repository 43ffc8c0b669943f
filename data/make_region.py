"""Makes the map and the calendar of data/regions/330225 from its source/ folder; the same every time.

    python data/make_region.py [folder]

The outlines are SCHEMATIC: a public, coarse county outline divided among the township seats (Voronoi), with
wavy lines so that it looks like a coast and not like a drawing board. Nobody should measure on them.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from planner.files.region import write_map
from planner.geo.boundaries import mend_region

REGION = Path(__file__).parent / "regions" / "330225"
CODE, CRS = "330225", "EPSG:4550"
GAOTANG, HEPU, SHIPU, DANDONG = "330225204", "330225103", "330225101", "330225001"
FISHING = (SHIPU, HEPU, GAOTANG)
LANDMASS = {GAOTANG: "gaotang", HEPU: "hepu"}
ISLANDS = {  # whole islands of the county outline, by a point on each
    "渔山列岛一": (122.232, 28.861, SHIPU),
    "渔山列岛二": (122.258, 28.886, SHIPU),
    "花岙岛": (121.808, 29.080, GAOTANG),
    "东门岛": (121.963, 29.185, SHIPU),
    "檀头山岛": (122.040, 29.180, SHIPU),
    "韭山列岛": (122.200, 29.432, DANDONG),
}
STRAIT = [(121.8694, 29.1480), (121.8701, 29.1365), (121.8790, 29.1208), (121.8712, 29.0900)]
"""Between Gaotang and Nantian (Hepu), which the outline draws as one island."""
STRAIT_M = 500.0
SHORE_M = 1200.0
"""Land around a seat that the coarse outline leaves in the water."""
STEP_M = 700.0
WAVE = 0.13
"""Sideways shift of a midpoint as a share of its segment."""

OFFICIAL = (2024, 2025, 2026)
HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}
STATUTORY_2027 = {  # first day, days off by law (since 2025: Spring Festival 4 from New Year's Eve, Labour Day 2)
    "元旦": (date(2027, 1, 1), 1),
    "春节": (date(2027, 2, 5), 4),
    "清明节": (date(2027, 4, 5), 1),
    "劳动节": (date(2027, 5, 1), 2),
    "端午节": (date(2027, 6, 9), 1),
    "中秋节": (date(2027, 9, 15), 1),
    "国庆节": (date(2027, 10, 1), 3),
}
PROVISIONAL = {
    first + timedelta(days=n): f"{name}（暂定）" for name, (first, days) in STATUTORY_2027.items() for n in range(days)
}
MARKETS = {  # MADE UP: last digits of the day of the month
    "330225101": ("石浦镇", (0, 5)),
    "330225102": ("西周镇", (1, 6)),
    "330225104": ("贤庠镇", (3, 8)),
    "330225107": ("定塘镇", (4, 9)),
    "330225110": ("新桥镇", (2, 7)),
}
GEARS = {  # 26°30'-35°N: the last day, 12:00
    "桁杆拖虾": (8, 1),
    "笼壶": (8, 1),
    "刺网": (8, 1),
    "灯光围网": (8, 1),
    "其他（拖网、帆张网等）": (9, 16),
}


def main(folder: Path) -> None:
    source = folder / "source"
    villages = pd.read_csv(source / "villages.csv", dtype=str)
    seats = pd.read_csv(source / "township_points.csv", dtype={"township_code": str})
    county = pyogrio.read_dataframe(source / "county.geojson").to_crs(CRS).geometry.iloc[0]
    outlines = divide(county, seats)
    draft = mend_region(outlines, villages, None, CODE, seats)
    townships = draft.townships.assign(
        fishing=draft.townships["code"].isin(FISHING),
        landmass=[LANDMASS.get(code, "mainland") for code in draft.townships["code"]],
    )
    write_map(replace(draft, townships=townships), folder)
    (folder / "calendar.toml").write_text(calendar(), encoding="utf-8")
    made_up_contacts(draft.villages).to_csv(folder / "contacts.csv", index=False, lineterminator="\n")


def made_up_contacts(villages: pd.DataFrame) -> pd.DataFrame:
    """MADE UP: a village contact and a grid worker for each village, a police station for each township."""
    rows = [
        (row.township_code, row.code, role, f"示例{word}{number:03d}", f"000-{kind}{number:03d}")
        for number, row in enumerate(villages.itertuples(), start=1)
        for kind, (role, word) in enumerate((("contact", "主任"), ("grid", "网格员")), start=1)
    ]
    stations = [
        (code, None, "police", f"示例派出所{number:02d}", f"000-90{number:02d}")
        for number, code in enumerate(villages["township_code"].drop_duplicates(), start=1)
    ]
    return pd.DataFrame([*rows, *stations], columns=["township_code", "village_code", "role", "name", "phone"])


def divide(county: shapely.MultiPolygon, seats: pd.DataFrame) -> gpd.GeoDataFrame:
    """The county among its seats -> GeoDataFrame(name, code, geometry) in degrees, six decimals."""
    points = gpd.GeoSeries.from_xy(seats["lon"], seats["lat"], crs="EPSG:4326").to_crs(CRS)
    mainland, *islands = sorted(county.geoms, key=lambda part: -part.area)
    ashore = ~seats["township_code"].isin(LANDMASS)
    land = shapely.union_all([mainland, *(shore(seat, mainland) for seat in points[ashore])])
    shapes = dict(zip(seats["township_code"][ashore], voronoi(land, list(points[ashore])), strict=True))
    for code, part in given_islands(islands):
        shapes[code] = shapely.union(shapes[code], part) if code in shapes else part
    frame = gpd.GeoDataFrame(
        {"code": seats["township_code"], "name": seats["township"]},
        geometry=[shapes[code] for code in seats["township_code"]],
        crs=CRS,
    )
    frame.geometry = shapely.set_precision(wavy(list(frame.geometry)), 0.01)
    degrees = frame.to_crs("EPSG:4326")
    degrees.geometry = shapely.set_precision(degrees.geometry.to_numpy(), 1e-5)
    return degrees


def shore(seat: shapely.Point, mainland: shapely.Polygon) -> shapely.Geometry:
    """Land that joins a seat to the mainland where the coarse outline misses it, else nothing."""
    if mainland.contains(seat):
        return shapely.Polygon()
    coast = shapely.shortest_line(seat, mainland)
    return shapely.union(seat.buffer(SHORE_M, 4), coast.buffer(SHORE_M, 4)).convex_hull


def voronoi(land: shapely.Geometry, seats: list[shapely.Point]) -> list[shapely.Geometry]:
    """Each seat's share of the land: what is nearer to it than to any other."""
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seats), extend_to=land.envelope.buffer(1e4)))
    shares = [shapely.intersection(next(cell for cell in cells if cell.contains(seat)), land) for seat in seats]
    pieces = [part for share in shares for part in shapely.get_parts(share)]
    home = [min(shapely.get_parts(share), key=seat.distance) for share, seat in zip(shares, seats, strict=True)]
    for piece in pieces:  # what a bay cuts off from its seat goes to the neighbour by land
        if piece not in home:
            touching = [shapely.length(shapely.intersection(piece, own)) for own in home]
            home[int(np.argmax(touching))] = shapely.union(home[int(np.argmax(touching))], piece)
    return home


def given_islands(islands: Sequence[shapely.Polygon]) -> list[tuple[str, shapely.Geometry]]:
    """(township code, land) for each island; the large one in the south is cut along its strait."""
    given = []
    for lon, lat, code in ISLANDS.values():
        spot = metric(shapely.Point(lon, lat))
        given.append((code, min(islands, key=spot.distance)))
    rest = max(islands, key=lambda part: part.area)
    strait = shapely.LineString([metric(shapely.Point(p)) for p in STRAIT]).segmentize(STEP_M).buffer(STRAIT_M / 2)
    west, east = sorted(
        sorted(shapely.get_parts(rest.difference(strait)), key=lambda p: -p.area)[:2], key=lambda p: p.centroid.x
    )
    return [*given, (GAOTANG, west), (HEPU, east)]


def metric(point: shapely.Point) -> shapely.Point:
    return gpd.GeoSeries([point], crs="EPSG:4326").to_crs(CRS).iloc[0]


def wavy(shapes: list[shapely.Geometry]) -> list[shapely.Geometry]:
    """The same areas with every border and coast bent by midpoint displacement; shared borders stay shared."""
    lines = shapely.union_all([shape.boundary for shape in shapes], grid_size=0.1)
    segments = [
        segment
        for line in shapely.get_parts(shapely.line_merge(lines))
        for segment in zip(line.coords[:-1], line.coords[1:], strict=True)
    ]
    bent = shapely.union_all([shapely.LineString(bend(*sorted(segment))) for segment in segments])
    faces = shapely.get_parts(shapely.polygonize([bent]))
    inner = shapely.point_on_surface(faces)
    distance = np.array([shapely.distance(shape, inner) for shape in shapes])
    owner = np.where(distance.min(axis=0) < STEP_M / 4, distance.argmin(axis=0), -1)
    return [shapely.union_all(faces[owner == i]) for i in range(len(shapes))]


def bend(a: tuple[float, float], b: tuple[float, float]) -> list[tuple[float, float]]:
    """Points from a to b. The shift depends on the two ends alone, so that the file never changes."""
    (ax, ay), (bx, by) = a, b
    length = float(np.hypot(bx - ax, by - ay))
    if length < STEP_M:
        return [a, b]
    seed = abs(hash_of(round(ax), round(ay), round(bx), round(by)))
    shift = WAVE * float(np.random.default_rng(seed).uniform(-1, 1))
    middle = ((ax + bx) / 2 - shift * (by - ay), (ay + by) / 2 + shift * (bx - ax))
    return [*bend(a, middle), *bend(middle, b)[1:]]


def hash_of(*numbers: int) -> int:
    value = 17
    for number in numbers:
        value = (value * 1_000_003 + number) % (2**61 - 1)
    return value


def calendar() -> str:
    """calendar.toml: official days for 2024-2026, statutory days by rule for 2027, markets, the summer moratorium."""
    holidays = {day: HOLIDAYS[name] for day, name in chinese_calendar.holidays.items() if day.year in OFFICIAL}
    workdays = {day: HOLIDAYS[name] for day, name in chinese_calendar.workdays.items() if day.year in OFFICIAL}
    lines = ["# 由 data/make_region.py 生成。2024—2026 年为国务院办公厅公布的安排（chinesecalendar）；"]
    lines += ["# 2027 年按《全国年节及纪念日放假办法》推算，名称带“暂定”，正式安排公布后请改写。", "", "[holidays]"]
    lines += [f'{day} = "{name}"' for day, name in sorted((holidays | PROVISIONAL).items())]
    lines += ["", "[workdays]", *(f'{day} = "{name}调休上班"' for day, name in sorted(workdays.items()))]
    lines += ["", "# 集日（公历日期的尾数，也可写具体日期）：虚构的示例，使用前请改写", "[market_days]"]
    lines += [f"{code} = {list(digits)} # {name}" for code, (name, digits) in MARKETS.items()]
    for year in (*OFFICIAL, 2027):
        for gear, (month, day) in GEARS.items():
            lines += ["", "[[moratoria]]", f'gear = "{gear}"', f"first = {year}-05-01"]
            lines += [f"last = {date(year, month, day)}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else REGION)
