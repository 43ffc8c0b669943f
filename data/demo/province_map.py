"""Region folders of a made-up or half made-up province: outlines divided among seats, villages, bases, squads.

With real outlines and names (files that are not shipped) only the division, the seats, the villages and the people are
made up; without them everything is.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely

from planner.files.region import FACTS, metric_crs_at, write_map
from planner.model.region import RegionDraft

SHIPPED = Path(__file__).resolve().parents[1] / "regions" / "330225"
FIRST, LAST = "上下前后大小里外新老东西南北松竹梅兰龙凤金水沙白黄青", "塘岙湾溪桥岭坑洋田渚屿家头墩浦井坪岗"
MIDDLE = ("", "家", "头", "龙", "山", "溪", "石", "门")
MOST_VILLAGES = 40
CANDIDATES = 40
"""Random points among which the next seat is the one that lies farthest from those before."""

SIDE = 0.5
"""Degrees: an invented county is a square of that side."""
WEST, SOUTH, ACROSS = 119.0, 28.0, 3

Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CountyMap:
    """One county before its folder is written. ``townships``: code, name, villages (how many)."""

    code: str
    name: str
    name_en: str
    city_code: str
    city: str
    province: str
    outline: shapely.Geometry
    townships: pd.DataFrame

    @property
    def court(self) -> str:
        return f"{self.name}人民法院"

    @property
    def court_code(self) -> str:
        """As it stands in case numbers."""
        return {"33": "浙"}.get(self.code[:2], "示") + self.code[2:]


def real_counties(townships: Path, counties: Path) -> list[CountyMap]:
    """From a list of townships and outlines of counties, in the order of the codes."""
    listed = pd.read_csv(townships, dtype={"county_code": str, "township_code": str}).groupby("county_code")
    found = []
    for row in pyogrio.read_dataframe(counties).sort_values("district_adcode").itertuples():
        code = str(row.district_adcode)
        if code in listed.groups:
            rows = listed.get_group(code).rename(columns={"township_code": "code", "township": "name"})
            own = rows[["code", "name", "villages"]].drop_duplicates("name").reset_index(drop=True)
            names = (str(row.district_name), f"County {code}", str(row.city_adcode), str(row.city_name))
            found.append(CountyMap(code, *names, str(row.province_name), row.geometry, own))
    return found


def invented_counties(count: int, townships: int = 8) -> list[CountyMap]:
    """Squares beside each other; a city is a row of them."""
    found = []
    for n in range(count):
        city, own = divmod(n, ACROSS)
        code = f"99{city + 1:02d}{own + 1:02d}"
        west, south = WEST + SIDE * own, SOUTH + SIDE * city
        towns = pd.DataFrame(
            {
                "code": [f"{code}{100 + t:03d}" for t in range(townships)],
                "name": [f"{FIRST[t]}{LAST[n % len(LAST)]}{'街道' if t == 0 else '镇'}" for t in range(townships)],
                "villages": [6 + (5 * t + n) % 9 for t in range(townships)],
            }
        )
        names = (f"示例{n + 1:02d}县", f"Example County {n + 1}", f"99{city + 1:02d}00", f"示例{city + 1:02d}市")
        found.append(CountyMap(code, *names, "示例省", shapely.box(west, south, west + SIDE, south + SIDE), towns))
    return found


def write_province(folder: Path, counties: list[CountyMap], seed: int) -> None:
    """province.toml, counties.csv and a region folder for each county."""
    folder.mkdir(parents=True, exist_ok=True)
    name = counties[0].province
    facts = {"code": f"{counties[0].code[:2]}0000", "name": name, "name_en": f"{name} (made up)"}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in facts.items()]
    (folder / "province.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for county in counties:
        write_county(folder / county.code, county, np.random.default_rng([seed, int(county.code)]))
    table = pd.DataFrame(
        {
            "city_code": [county.city_code for county in counties],
            "city": [county.city for county in counties],
            "county_code": [county.code for county in counties],
            "county": [county.name for county in counties],
            "county_en": [county.name_en for county in counties],
            "courts": [f"{c.court};{c.province}{c.city}{c.court};{c.court_code}" for c in counties],
            "region": [county.code for county in counties],
        }
    )
    table.drop_duplicates("county_code").to_csv(folder / "counties.csv", index=False, lineterminator="\n")


def write_county(folder: Path, county: CountyMap, rng: np.random.Generator) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    seats = spread_points(county.outline, len(county.townships), rng)
    shares = divided(county.outline, seats)
    townships = county.townships.assign(
        seat_lon=seats[:, 0].round(5), seat_lat=seats[:, 1].round(5), fishing=False, landmass="mainland"
    )
    villages = made_up_villages(townships, shares, rng)
    weight = townships["code"].map(villages["township_code"].value_counts()).astype(float)
    outlines = gpd.GeoDataFrame({"code": townships["code"]}, geometry=shares, crs="EPSG:4326")
    townships = townships.assign(exposure=weight / weight.sum())
    write_map(RegionDraft(county.code, townships, villages, outlines, ()), folder)
    told = {
        "code": county.code,
        "name": county.name,
        "name_en": county.name_en,
        "within": [county.province, county.city],
        "schematic": True,
        "metric_crs": metric_crs_at(float(seats[:, 0].mean())),
    }
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("True", "true") for key, value in told.items()]
    (folder / "region.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_people(folder, county, townships, rng)
    for file in ("aliases.csv", "links.csv"):
        (folder / file).write_text(",".join(FACTS[file]) + "\n", encoding="utf-8")
    for file in ("policy.toml", "indicators.toml"):
        (folder / file).write_bytes((SHIPPED / file).read_bytes())
    calendar = (SHIPPED / "calendar.toml").read_text(encoding="utf-8")
    without_markets = re.sub(r"(?ms)^# 集日.*?(?=^\[\[)", "", calendar)
    (folder / "calendar.toml").write_text(without_markets, encoding="utf-8")


def random_points(shape: shapely.Geometry, count: int, rng: np.random.Generator) -> Points:
    """(count, 2) points inside a shape."""
    west, south, east, north = shape.bounds
    shapely.prepare(shape)
    found = np.empty((0, 2))
    while len(found) < count:
        tried = rng.uniform((west, south), (east, north), (max(64, 3 * count), 2))
        found = np.vstack([found, tried[shapely.contains_xy(shape, tried)]])
    return found[:count]


def spread_points(shape: shapely.Geometry, count: int, rng: np.random.Generator) -> Points:
    """Points inside a shape that keep away from each other."""
    chosen = random_points(shape, 1, rng)
    for _ in range(count - 1):
        tried = random_points(shape, CANDIDATES, rng)
        nearest = np.linalg.norm(tried[:, None] - chosen[None], axis=2).min(axis=1)
        chosen = np.vstack([chosen, tried[nearest.argmax()]])
    return chosen


def divided(outline: shapely.Geometry, seats: Points) -> list[shapely.Geometry]:
    """Each seat's share of the land, islands too: what is nearer to it than to any other."""
    if len(seats) == 1:
        return [outline]
    places = [shapely.Point(seat) for seat in seats]
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(places), extend_to=outline.buffer(1.0)))
    owner = shapely.STRtree(cells).query(places, predicate="within")[1]
    land = shapely.make_valid(outline)
    shares = [shapely.intersection(cells[own], land, grid_size=1e-5) for own in owner]
    return [shapely.MultiPolygon([p for p in shapely.get_parts(s) if p.geom_type == "Polygon"]) for s in shares]


def made_up_villages(townships: pd.DataFrame, shares: list[shapely.Geometry], rng: np.random.Generator) -> pd.DataFrame:
    """Villages of made-up names and points; no name stands twice in a county."""
    counts = townships["villages"].astype(int).clip(3, MOST_VILLAGES).tolist()
    names = [f"{a}{m}{z}村" for a in FIRST for m in MIDDLE for z in LAST]
    taken = iter(rng.permutation(len(names)))
    rows = []
    for township, share, count in zip(townships["code"], shares, counts, strict=True):
        points = random_points(share, count, rng).round(5)
        for number, (lon, lat) in enumerate(points, start=200):
            rows.append((township, f"{township}{number:03d}", names[next(taken)], lon, lat, "schematic"))
    return pd.DataFrame(rows, columns=["township_code", "code", "name", "lon", "lat", "point_source"])


def write_people(folder: Path, county: CountyMap, townships: pd.DataFrame, rng: np.random.Generator) -> None:
    """A bureau in the largest township, tribunals far from it, squads of made-up officers."""
    seats = townships[["seat_lon", "seat_lat"]].to_numpy(float)
    homes = [int(townships["exposure"].to_numpy().argmax())]
    for _ in range(min(3, len(townships) // 6)):
        homes.append(int(np.linalg.norm(seats[:, None] - seats[homes][None], axis=2).min(axis=1).argmax()))
    nearest = np.linalg.norm(seats[:, None] - seats[homes][None], axis=2).argmin(axis=1)
    bases = [["bureau", f"{county.court}执行局", "bureau", *seats[homes[0]], "all"]]
    for n, home in enumerate(homes[1:], start=1):
        own = ";".join(townships["code"][nearest == n])
        bases.append([f"t{n}", f"{townships['name'][home]}人民法庭", "tribunal", *seats[home], own])
    count = int(np.clip(round(len(townships) / 3), 3, 8))
    squads = [[f"S{n + 1:02d}", f"{n + 1}组", bases[n % len(bases)][0], ""] for n in range(count)]
    officers = []
    for n in range(count):
        roles = [
            ("judge", "法官", "judge"),
            ("clerk", "书记员", rng.choice(["female", ""])),
            ("bailiff", "法警", "bailiff"),
        ]
        for m, (role, word, skills) in enumerate(roles, start=1):
            officers.append([f"S{n + 1:02d}", f"S{n + 1:02d}-{m}", f"示例{word}{n + 1:02d}{m}", role, skills])
    for file, rows in (("bases.csv", bases), ("squads.csv", squads), ("officers.csv", officers)):
        header = [name for name in FACTS[file] if name != "vehicles"]
        pd.DataFrame(rows, columns=header).to_csv(folder / file, index=False, lineterminator="\n")
