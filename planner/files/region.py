"""The region folder: facts of one county, read strictly and written back.

Folder: region.toml, townships.csv, townships.geojson, villages.csv, aliases.csv, bases.csv, squads.csv,
officers.csv, links.csv, calendar.toml, perhaps contacts.csv, indicators.toml and roads.npz (and policy.toml, read by
planner.files.policy, and a made-up register in demo/, read by planner.files.demo). Lists in a cell are joined by
``;``, times are HH:MM, coordinates WGS-84 degrees.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from planner.errors import RegionError
from planner.files.facts import (
    ALIASES,
    BASES,
    LINKS,
    OFFICERS,
    SQUADS,
    TOWNSHIP,
    VILLAGE,
    read_aliases,
    read_bases,
    read_calendar,
    read_contacts,
    read_links,
    read_squads,
    refuse_twice,
)
from planner.files.indicators import INDICATORS_FILE, read_indicators
from planner.files.roads import ROADS_FILE, load_roads
from planner.files.strict import FLAG, LAT, LON, number, one_of, read_rows, read_toml, text
from planner.model.region import TOWNSHIP_TABLE, VILLAGE_TABLE, Region, RegionDraft

TOWNSHIPS = {
    "code": TOWNSHIP,
    "name": text(),
    "seat_lon": LON,
    "seat_lat": LAT,
    "fishing": FLAG,
    "landmass": text(),
    "exposure": number(0, 1),
}
VILLAGES = {
    "township_code": TOWNSHIP,
    "township": text(),
    "village_code": VILLAGE,
    "village": text(),
    "lon": LON,
    "lat": LAT,
    "point_source": one_of(("given", "schematic")),
}
FACTS = {"aliases.csv": ALIASES, "bases.csv": BASES, "squads.csv": SQUADS, "officers.csv": OFFICERS, "links.csv": LINKS}
"""Files that hold what boundaries and village lists cannot tell."""

CONTACTS_FILE = "contacts.csv"
"""May be missing."""


def load_region(folder: Path, roads: bool = True) -> Region:
    """Read a region folder, with or without its roads.

    Raises:
        RegionError: the folder or a file is missing, a cell is not allowed, or facts contradict each other
            (a township without outline or villages, a base, squad or link that names what does not exist), or the
            roads are damaged or of another version.
    """
    if not folder.is_dir():
        raise RegionError("region_folder_missing", folder=str(folder))
    facts = _region_facts(folder / "region.toml")
    outlines = read_outlines(folder / "townships.geojson")
    villages = _villages(folder / "villages.csv")
    townships = _townships(folder / "townships.csv", outlines, villages, facts["metric_crs"])
    codes = tuple(townships["code"])
    bases = read_bases(folder / "bases.csv", codes)
    indicators, outcome_words = read_indicators(folder / INDICATORS_FILE)
    return Region(
        **facts,
        townships=townships,
        villages=VILLAGE_TABLE.validate(villages.drop(columns=["row", "township"])),
        aliases=read_aliases(folder / "aliases.csv", frozenset(codes), frozenset(villages["code"])),
        outlines=outlines.set_index("code").loc[list(codes)].reset_index(),
        bases=bases,
        squads=read_squads(folder / "squads.csv", folder / "officers.csv", frozenset(base.id for base in bases)),
        links=read_links(folder / "links.csv", frozenset(codes)),
        calendar=read_calendar(folder / "calendar.toml", frozenset(codes)),
        roads=load_roads(folder) if roads else None,
        contacts=read_contacts(folder / CONTACTS_FILE, frozenset(codes), frozenset(villages["code"])),
        indicators=indicators,
        outcome_words=outcome_words,
    )


def read_region_code(folder: Path) -> str | None:
    """The county's code of a region folder; None where there is no such folder."""
    return str(_region_facts(folder / "region.toml")["code"]) if folder.is_dir() else None


def _region_facts(file: Path) -> dict[str, Any]:
    kinds = {"code": str, "name": str, "name_en": str, "schematic": bool, "metric_crs": str}
    tree = read_toml(file)
    for key, kind in kinds.items():
        if not isinstance(tree.get(key), kind):
            raise RegionError("region_key", file=file.name, name=key, value=tree.get(key), allowed=kind.__name__)
    crs = tree["metric_crs"]
    if not _is_projected(crs):
        raise RegionError(
            "region_key", file=file.name, name="metric_crs", value=crs, allowed="EPSG:4550, EPSG:32651, …"
        )
    within = tree.get("within", [])
    if not (isinstance(within, list) and all(isinstance(name, str) for name in within)):
        raise RegionError("region_key", file=file.name, name="within", value=within, allowed='["浙江省", "宁波市"]')
    return {key: tree[key] for key in kinds} | {"within": tuple(within)}


def _is_projected(crs: str) -> bool:
    try:
        return bool(CRS.from_user_input(crs).is_projected)
    except CRSError:
        return False


def read_outlines(file: Path) -> gpd.GeoDataFrame:
    if not file.exists():
        raise RegionError("region_file_missing", file=file.name, folder=str(file.parent))
    try:
        read = pyogrio.read_dataframe(file)
    except pyogrio.errors.DataSourceError as fault:
        raise RegionError("region_file_damaged", file=file.name, fault=str(fault)) from fault
    if "code" not in read:
        raise RegionError("region_columns", file=file.name, missing="code", unknown="—", allowed="code, geometry")
    outlines: gpd.GeoDataFrame = read[["code", "geometry"]].astype({"code": "str"})
    refuse_twice(file, "code", outlines["code"])
    sound = outlines.is_valid & ~outlines.is_empty & outlines.geom_type.isin(("Polygon", "MultiPolygon"))
    if not sound.all():
        raise RegionError("region_outline_invalid", file=file.name, townships="、".join(outlines["code"][~sound]))
    return outlines


def _villages(file: Path) -> pd.DataFrame:
    """VILLAGE_TABLE and the columns ``row`` and ``township`` (the township's name as written)."""
    rows = read_rows(file, VILLAGES)
    refuse_twice(file, "village_code", (row["village_code"] for row in rows))
    for row in rows:
        if not row["village_code"].startswith(row["township_code"]):
            raise RegionError(
                "region_village_elsewhere",
                file=file.name,
                row=row["row"],
                village=row["village_code"],
                township=row["township_code"],
            )
    table = pd.DataFrame(rows, columns=["row", *VILLAGES])
    return table.rename(columns={"village_code": "code", "village": "name"})


def _townships(file: Path, outlines: gpd.GeoDataFrame, villages: pd.DataFrame, metric_crs: str) -> pd.DataFrame:
    table = pd.DataFrame(read_rows(file, TOWNSHIPS, optional=frozenset({"exposure"})))
    if table.empty:
        raise RegionError("region_file_empty", file=file.name)
    refuse_twice(file, "code", table["code"])
    _require_the_same_townships(table, outlines, villages)
    table["area_km2"] = table["code"].map(outlines.set_index("code").to_crs(metric_crs).area / 1e6)
    table["villages"] = table["code"].map(villages["township_code"].value_counts())
    exposure = table["exposure"] if "exposure" in table else table["villages"]
    if exposure.sum() <= 0:
        raise RegionError("region_exposure", file=file.name)
    table["exposure"] = exposure / exposure.sum()
    return TOWNSHIP_TABLE.validate(table[list(TOWNSHIP_TABLE.columns)])


def _require_the_same_townships(townships: pd.DataFrame, outlines: gpd.GeoDataFrame, villages: pd.DataFrame) -> None:
    """townships.csv, townships.geojson and villages.csv must speak of the same townships."""
    names = dict(zip(villages["township_code"], villages["township"], strict=True))
    names |= dict(zip(townships["code"], townships["name"], strict=True))
    listed, outlined, peopled = set(townships["code"]), set(outlines["code"]), set(villages["township_code"])
    faults = {
        "region_township_missing": (outlined | peopled) - listed,
        "region_township_without_outline": listed - outlined,
        "region_township_without_villages": listed - peopled,
    }
    for key, codes in faults.items():
        if codes:
            told = "、".join(f"{names.get(code, '?')}({code})" for code in sorted(codes))
            raise RegionError(key, townships=told)
    renamed = villages[villages["township"] != villages["township_code"].map(names)]
    for row in renamed.itertuples():
        name = names[str(row.township_code)]
        raise RegionError(
            "region_township_renamed", row=row.row, township=row.township, code=row.township_code, name=name
        )


def write_draft(draft: RegionDraft, folder: Path, facts: Path | None = None, name: str | None = None) -> None:
    """Write a draft as a region folder, with what boundaries cannot tell taken over from ``facts``.

    From ``facts`` (a region folder of the same townships) come the names, aliases, bases, squads, links, calendar,
    indicators, contacts, roads and policy, and per township whether it fishes and its landmass. Without it these files
    hold no rows yet: such a region can be scored, and planned once bases and squads are filled in.

    Raises:
        RegionError: ``facts`` is not sound or speaks of other townships.
    """
    known = load_region(facts) if facts else None
    if known:
        draft = replace(draft, townships=_with_known(draft.townships, known))
    folder.mkdir(parents=True, exist_ok=True)
    write_map(draft, folder)
    told = {
        "code": draft.code,
        "name": name or (known.name if known else draft.code),
        "name_en": known.name_en if known else (name or draft.code),
        "within": list(known.within) if known else [],
        "schematic": False,
        "metric_crs": metric_crs_at(float(draft.townships["seat_lon"].mean())),
    }
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in told.items()]
    (folder / "region.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for file in (*FACTS, "calendar.toml", "policy.toml", INDICATORS_FILE, CONTACTS_FILE, ROADS_FILE):
        _take_over(file, folder, facts)


def write_map(draft: RegionDraft, folder: Path) -> None:
    """townships.csv, townships.geojson and villages.csv of a draft; the same draft gives the same bytes."""
    townships = draft.townships.assign(fishing=draft.townships["fishing"].astype(int))
    _write_csv(townships[[*TOWNSHIPS]].round({"exposure": 6}), folder / "townships.csv")
    names = draft.townships.set_index("code")["name"]
    villages = draft.villages.rename(columns={"code": "village_code", "name": "village"})
    _write_csv(villages.assign(township=villages["township_code"].map(names))[[*VILLAGES]], folder / "villages.csv")
    features = [
        {
            "type": "Feature",
            "properties": {"code": row.code, "name": names[row.code]},
            "geometry": shapely.geometry.mapping(row.geometry),
        }
        for row in draft.outlines.itertuples()
    ]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    text = f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
    (folder / "townships.geojson").write_text(text, encoding="utf-8")


def metric_crs_at(lon: float) -> str:
    """CGCS2000, 3-degree Gauss-Kruger, the zone around a longitude of China (EPSG:4534 has its meridian at 75 E)."""
    return f"EPSG:{4534 + min(max(round(lon / 3) - 25, 0), 20)}"


def _write_csv(table: pd.DataFrame, file: Path) -> None:
    table.to_csv(file, index=False, encoding="utf-8", lineterminator="\n")


def _with_known(townships: pd.DataFrame, known: Region) -> pd.DataFrame:
    told = known.townships.set_index("code")
    if strangers := sorted(set(townships["code"]) ^ set(told.index)):
        raise RegionError("region_facts_of_another", code=known.code, townships="、".join(strangers))
    return townships.assign(
        fishing=townships["code"].map(told["fishing"]), landmass=townships["code"].map(told["landmass"])
    )


def _take_over(file: str, folder: Path, facts: Path | None) -> None:
    source, target = (facts / file if facts else None), folder / file
    if source and source.exists():
        target.write_bytes(source.read_bytes())
    elif file in FACTS:
        target.write_text(",".join(FACTS[file]) + "\n", encoding="utf-8")
    elif file == "calendar.toml":
        target.write_text("[holidays]\n\n[workdays]\n", encoding="utf-8")
