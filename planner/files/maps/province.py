"""The province: every township by what its visits are worth, counties, areas of sweeps, and squads over borders."""

import json
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.files.maps import ground
from planner.files.maps.ground import Translate
from planner.files.maps.offline import Document, Thing
from planner.files.maps.palette import CIVIDIS, shade
from planner.files.province_outlines import simplified
from planner.model.together import TimingPlan

DEGREES = 0.004
"""Outlines are drawn this exactly, about 400 m: the whole province in one page."""

GRID = 1e-3
"""Coordinates are rounded to this, about 100 m."""

UNKNOWN, BORDER, COUNTY, CHOSEN, LOAN = "#e7e3d8", "#ffffff", "#10202c", "#b3001b", "#d55e00"
TOP_SHARE = 0.99
"""The scale ends here: one outlier does not make all others dark."""


def province_document(
    name: str,
    outlines: gpd.GeoDataFrame,
    townships: pd.DataFrame,
    timing: TimingPlan | None,
    as_of: str,
    t: Translate,
    county: str | None = None,
) -> Document:
    """The map as a document of planner.files.maps.offline.

    Args:
        outlines: county_code, code, geometry of all townships. townships: PROVINCE_TOWNSHIP_TABLE, of the counties
            that were scored. timing: whose loans are drawn. as_of: day of the registers. county: which one to look at
            first; the others stay around it.
    """
    drawn = simplified(outlines, DEGREES, GRID)
    rows = {row["township_code"]: row for row in townships.to_dict("records")}
    top = float(np.quantile(townships["prize"], TOP_SHARE)) if len(townships) else 0.0
    layers = [
        ground.layer(t("map.townships"), _areas(drawn, rows, top, t)),
        ground.layer(t("province_map.chosen"), _chosen(drawn, rows), "toggle"),
        ground.layer(t("province_map.counties"), _counties(drawn), "toggle"),
    ]
    if timing and timing.loans:
        layers.append(ground.layer(t("province_map.loans"), _loans(townships, timing, t), "toggle"))
    entries = [
        ground.entry("outline", CHOSEN, t("province_map.chosen")),
        ground.entry("solid", COUNTY, t("province_map.counties")),
        *([ground.entry("solid", LOAN, t("province_map.loans"))] if timing and timing.loans else []),
        *([ground.entry("square", UNKNOWN, t("province_map.unknown"))] if len(rows) < len(outlines) else []),
    ]
    words = t("province_map.legend", as_of=as_of)
    legend = {
        "title": t("province_map.title", name=name),
        "scale": {"words": words, "colours": CIVIDIS, "low": "0", "high": f"≥ {top:,.0f}"},
        "entries": entries,
        "notes": [t("province_map.note")],
    }
    return {
        "bounds": _bounds(drawn[drawn["county_code"] == county] if county else drawn),
        "layers": layers,
        "legend": legend,
    }


def _geometry(shape: shapely.Geometry) -> dict[str, Any]:
    """GeoJSON with short numbers: two thousand outlines are sent."""
    told = json.loads(shapely.to_geojson(shape))

    def short(part: Any) -> Any:
        return round(part, 3) if isinstance(part, float) else [short(inner) for inner in part]

    return {"type": told["type"], "coordinates": short(told["coordinates"])}


def _areas(
    outlines: gpd.GeoDataFrame, rows: Mapping[str, dict[Hashable, Any]], top: float, t: Translate
) -> list[Thing]:
    areas = []
    for code, shape in zip(outlines["code"], outlines.geometry, strict=True):
        row = rows.get(code)
        colour = shade(row["prize"], top) if row else UNKNOWN
        style = {"color": BORDER, "weight": 0.4, "fillColor": colour, "fillOpacity": 0.9}
        told = _told(row, t) if row else [t("province_map.not_scored")]
        areas.append({"kind": "area", "ids": [code], "geometry": _geometry(shape), "style": style, "told": told})
    return areas


def _told(row: dict[Hashable, Any], t: Translate) -> list[str]:
    """A township's tooltip."""
    lines = [
        f"{row['county']} · {row['township']}",
        t("province_map.told_worth", prize=f"{row['prize']:,}", visits=row["visits"], cases=row["open_cases"]),
        t("province_map.told_rank", rank=row["rank"], percent=f"{100 * row['p_top']:.0f}"),
    ]
    if row["planned_visits"]:
        planned = f"{row['planned_prize']:,}"
        lines.append(t("province_map.told_plan", visits=row["planned_visits"], prize=planned))
    return lines


def _chosen(outlines: gpd.GeoDataFrame, rows: Mapping[str, dict[Hashable, Any]]) -> list[Thing]:
    style = {"color": CHOSEN, "weight": 1.2, "fill": False, "interactive": False}
    chosen = [bool(code in rows and rows[code]["chosen"]) for code in outlines["code"]]
    return [{"kind": "area", "geometry": _geometry(shape), "style": style} for shape in outlines.geometry[chosen]]


def _counties(outlines: gpd.GeoDataFrame) -> list[Thing]:
    """Their borders as one thing each; never in the way of a click."""
    style = {"color": COUNTY, "weight": 1, "fill": False, "interactive": False}
    return [
        {"kind": "area", "geometry": _geometry(shapely.union_all(shapes.to_numpy())), "style": style}
        for _, shapes in outlines.geometry.groupby(outlines["county_code"])
    ]


def _loans(townships: pd.DataFrame, timing: TimingPlan, t: Translate) -> list[Thing]:
    """A line from lender to borrower for all weeks together, the thicker the more squads."""
    middle = townships.groupby("county_code")[["lon", "lat"]].mean()
    seats = dict(zip(middle.index, middle.to_numpy(np.float64).tolist(), strict=True))
    names = dict(zip(townships["county_code"], townships["county"], strict=True))
    things = []
    for loan in timing.loans:
        if loan.lender in seats and loan.borrower in seats:
            path = [ground.at(*seats[code]) for code in (loan.lender, loan.borrower)]
            told = [
                t("province_map.told_loan", lender=names[loan.lender], borrower=names[loan.borrower]),
                t("province_map.told_loan_size", week=f"{loan.week}", squads=len(loan.squads), officers=loan.officers),
                t("province_map.told_loan_worth", minutes=loan.minutes, gain=f"{loan.gain:,}", cost=f"{loan.cost:,}"),
            ]
            style = {"color": LOAN, "weight": 1 + 1.5 * len(loan.squads), "opacity": 1}
            things.append({"kind": "line", "path": path, "style": style, "told": told})
            things.append(_arrival(path, len(loan.squads), told))
    return things


def _arrival(path: Sequence[list[float]], squads: int, told: Sequence[str]) -> Thing:
    """The number of squads, near the end where they arrive."""
    (south, west), (north, east) = path
    place = [round(south + 0.72 * (north - south), 4), round(west + 0.72 * (east - west), 4)]
    return ground.badge("squad", place, str(squads), (LOAN, "#ffffff"), told)


def _bounds(outlines: gpd.GeoDataFrame) -> list[list[float]]:
    west, south, east, north = outlines.total_bounds.round(4).tolist()
    return [[south, west], [north, east]]
