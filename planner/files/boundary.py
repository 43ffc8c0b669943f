"""Boundary files and village lists as found in the wild -> raw tables for planner.geo.boundaries."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from planner.errors import FileUnreadable, RegionError
from planner.model.region import Mend

BOUNDARY_KINDS = (".geojson", ".json", ".gpkg", ".shp")
BOM = b"\xef\xbb\xbf"
NAMES = ("name", "township", "乡镇", "乡镇名称", "街道", "名称", "xzqmc", "mc", "town", "townname")
CODES = ("code", "township_code", "乡镇代码", "代码", "区划代码", "xzqdm", "adcode", "dm")
"""Attribute names, lower case, in order of belief."""

VILLAGE_COLUMNS = {
    "township_code": ("township_code", "乡镇代码", "乡镇编码"),
    "township": ("township", "乡镇", "乡镇名称", "街道"),
    "village_code": ("village_code", "村代码", "村编码", "村级代码"),
    "village": ("village", "村", "村名", "村名称", "村社区", "村(社区)"),
    "lon": ("lon", "lng", "经度"),
    "lat": ("lat", "纬度"),
}
OPTIONAL = ("lon", "lat")
SEAT_COLUMNS = {name: VILLAGE_COLUMNS[name] for name in ("township_code", "lon", "lat")}


def read_boundaries(path: Path) -> tuple[gpd.GeoDataFrame, tuple[Mend, ...]]:
    """Outlines of a GeoJSON, GeoPackage or Shapefile, or of a folder that holds exactly one.

    Returns:
        GeoDataFrame(name, code (NA where there is none), geometry) in degrees, Z and rings as found,
        and what was mended while reading.

    Raises:
        FileUnreadable: missing, empty, damaged or of another kind. RegionError: no names, or no areas.
    """
    file = _boundary_file(path)
    mends = []
    if file.suffix.lower() in (".geojson", ".json"):
        mends += _check_json(file)
    try:
        found = pyogrio.read_dataframe(file)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeDecodeError) as fault:
        raise FileUnreadable("boundary_damaged", file=file.name, fault=str(fault)) from fault
    if not isinstance(found, gpd.GeoDataFrame) or found.empty:
        raise RegionError("boundary_without_areas", file=file.name)
    kinds = set(found.geom_type.dropna()) - {"Polygon", "MultiPolygon", "GeometryCollection"}
    if kinds:
        raise RegionError("boundary_not_areas", file=file.name, found=", ".join(sorted(kinds)))
    found, reprojected = _in_degrees(found, file)
    named = gpd.GeoDataFrame(
        {"name": _attribute(found, NAMES, file).str.strip(), "code": _code_attribute(found)},
        geometry=found.geometry.to_numpy(),
        crs="EPSG:4326",
    )
    return named, (*mends, *reprojected)


def read_villages(path: Path) -> pd.DataFrame:
    """A village list: CSV (UTF-8 with or without a byte-order mark, GB18030) or xlsx.

    Returns:
        township_code (9 digits), township, village_code (12 digits), village as text; lon, lat where given.

    Raises:
        FileUnreadable: not readable as a table. RegionError: a column is missing or a code is not one.
    """
    return _with_codes(_columns(_read_table(path), VILLAGE_COLUMNS, path), path)


def read_seats(path: Path) -> pd.DataFrame:
    """A central point per township: township_code, lon, lat. Raises as :func:`read_villages`."""
    return _with_codes(_columns(_read_table(path), SEAT_COLUMNS, path), path)


def _boundary_file(path: Path) -> Path:
    if path.is_dir():
        inside = sorted(file for file in path.iterdir() if file.suffix.lower() in BOUNDARY_KINDS)
        if len(inside) != 1:
            told = ", ".join(file.name for file in inside) or "—"
            raise FileUnreadable("boundary_folder", folder=str(path), found=told, allowed=" ".join(BOUNDARY_KINDS))
        path = inside[0]
    if not path.exists():
        raise FileUnreadable("file_missing_on_disk", file=str(path))
    if path.suffix.lower() not in BOUNDARY_KINDS:
        raise FileUnreadable("boundary_kind", file=path.name, allowed=" ".join(BOUNDARY_KINDS))
    if path.stat().st_size == 0:
        raise FileUnreadable("file_empty_on_disk", file=path.name)
    return path


def _check_json(file: Path) -> list[Mend]:
    """A byte-order mark is told (the reader skips it); what is no GeoJSON is refused with its place."""
    content = file.read_bytes()
    try:
        tree = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as fault:
        raise FileUnreadable("boundary_damaged", file=file.name, fault=str(fault)) from fault
    if not isinstance(tree, dict) or tree.get("type") != "FeatureCollection":
        raise FileUnreadable("boundary_damaged", file=file.name, fault="FeatureCollection ?")
    return [Mend("byte_order_mark", file.name, "")] if content.startswith(BOM) else []


def _in_degrees(found: gpd.GeoDataFrame, file: Path) -> tuple[gpd.GeoDataFrame, tuple[Mend, ...]]:
    if found.crs is None:
        left, low, right, high = found.total_bounds
        if not (-180 <= left <= right <= 180 and -90 <= low <= high <= 90):
            raise RegionError("boundary_without_crs", file=file.name, x=f"{left:.0f}", y=f"{low:.0f}")
        return found, ()
    if found.crs.is_geographic:
        return found, ()
    return found.to_crs("EPSG:4326"), (Mend("reprojected", file.name, str(found.crs.name)),)


def _attribute(found: gpd.GeoDataFrame, known: tuple[str, ...], file: Path) -> pd.Series:
    columns = {str(column).lower(): column for column in found.columns}
    for name in known:
        if name in columns:
            return pd.Series(found[columns[name]].astype("str"))
    told = ", ".join(str(column) for column in found.columns if column != "geometry") or "—"
    raise RegionError("boundary_without_names", file=file.name, found=told, allowed=", ".join(known))


def _code_attribute(found: gpd.GeoDataFrame) -> pd.Series:
    """9-digit township codes where the file has them (12 digits that end in 000 are the same)."""
    columns = {str(column).lower(): column for column in found.columns}
    for name in CODES:
        if name in columns:
            return pd.Series(found[columns[name]].astype("str").str.extract(r"^(\d{9})(?:000)?$")[0])
    return pd.Series(pd.NA, index=found.index, dtype="str")


def _read_table(path: Path) -> pd.DataFrame:
    if not path.exists():
        raise FileUnreadable("file_missing_on_disk", file=str(path))
    if path.stat().st_size == 0:
        raise FileUnreadable("file_empty_on_disk", file=path.name)
    try:
        if path.suffix.lower() == ".xlsx":
            return pd.read_excel(path, dtype="str", engine="openpyxl")
        return pd.read_csv(path, dtype="str", encoding=_encoding(path), skipinitialspace=True)
    except Exception as fault:
        raise FileUnreadable("table_damaged", file=path.name, fault=str(fault)) from fault


def _encoding(path: Path) -> str:
    try:
        path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _columns(table: pd.DataFrame, wanted: dict[str, tuple[str, ...]], path: Path) -> pd.DataFrame:
    """The wanted columns under their own names."""
    headers = {str(column).strip().lower(): column for column in table.columns}
    chosen = {
        name: next(headers[spelling] for spelling in spellings if spelling in headers)
        for name, spellings in wanted.items()
        if any(spelling in headers for spelling in spellings)
    }
    optional = OPTIONAL if "village" in wanted else ()
    if missing := [name for name in wanted if name not in chosen and name not in optional]:
        raise RegionError(
            "region_columns",
            file=path.name,
            missing=", ".join(missing),
            unknown=", ".join(map(str, table.columns)),
            allowed=", ".join(wanted),
        )
    picked = table[list(chosen.values())].set_axis(list(chosen), axis=1).dropna(how="all")
    return pd.DataFrame({name: picked[name].str.strip() for name in chosen})


def _with_codes(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Codes checked digit by digit, coordinates as numbers."""
    for column, digits in (("township_code", 9), ("village_code", 12)):
        if column in table:
            _require_all(table[column].str.fullmatch(rf"\d{{{digits}}}").eq(True), table[column], path, "0" * digits)
    for column in OPTIONAL:
        if column in table:
            numbers = pd.to_numeric(table[column], errors="coerce")
            _require_all(numbers.notna() | table[column].isna(), table[column], path, "121.8974")
            table[column] = numbers
    return table.reset_index(drop=True)


def _require_all(sound: pd.Series, column: pd.Series, path: Path, allowed: str) -> None:
    if not sound.all():
        row = int(column.index.to_numpy()[~sound.to_numpy()][0]) + 2  # as a person counts: the header is row 1
        value = column[~sound].iloc[0]
        raise RegionError("region_cell", file=path.name, row=row, column=str(column.name), value=value, allowed=allowed)
