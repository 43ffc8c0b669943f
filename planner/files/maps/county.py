"""The county: townships by score, clusters, cases, bases, ferries."""

import math
from collections.abc import Hashable, Sequence
from typing import Any

from planner.files.maps import ground
from planner.files.maps.ground import Translate
from planner.files.maps.offline import Drawing, Thing, draw
from planner.files.maps.palette import CIVIDIS, shade
from planner.model.hotspot import Hotspots, Selection
from planner.model.region import Region
from planner.model.units import FEN_PER_YUAN

LEAST_METRES = 150.0
"""A cluster in one village is still to be seen."""

BORDER, CHOSEN, CASE = "#ffffff", "#b3001b", "#d55e00"


def county_map(region: Region, hotspots: Hotspots, selection: Selection | None, t: Translate) -> Drawing:
    """Townships by score, clusters and case points of one score run; chosen townships stand out."""
    chosen = selection.codes if selection else ()
    as_of = f"{hotspots.as_of:%Y-%m-%d}"
    layers = [
        ground.layer(t("map.townships"), _scored_areas(region, hotspots, chosen, t)),
        ground.layer(t("map.links"), ground.links(region, t), "toggle"),
        ground.layer(t("map.clusters", count=len(hotspots.clusters)), _clusters(hotspots, t), "toggle"),
        ground.layer(t("map.cases", count=len(hotspots.points)), _case_points(region, hotspots, t), "toggle"),
        ground.layer(t("map.bases"), ground.bases(region), "toggle"),
        ground.layer(t("map.names"), ground.labels(region, chosen), "toggle"),
    ]
    top = float(hotspots.table["score"].max())
    entries = [
        *([ground.entry("outline", CHOSEN, t("map.chosen"))] if chosen else []),
        ground.entry("ring", CASE, t("map.cluster")),
        ground.entry("dot", CASE, t("map.case")),
        *ground.common_entries(t),
    ]
    legend = {
        "title": t("map.county"),
        "scale": {"words": t("map.score_legend", as_of=as_of), "colours": CIVIDIS, "low": "0", "high": f"{top:.1f}"},
        "entries": entries,
        "notes": ground.notes(region, t),
    }
    return draw(
        {"bounds": ground.bounds(region), "layers": layers, "legend": legend},
        f"{region.name} {t('map.county')} {as_of}",
    )


def _scored_areas(region: Region, hotspots: Hotspots, chosen: Sequence[str], t: Translate) -> list[Thing]:
    rows = {row["township_code"]: row for row in hotspots.table.to_dict("records")}
    top = max(row["score"] for row in rows.values())
    areas = [
        {
            "kind": "area",
            "code": code,
            "ids": [code],
            "geometry": geometry,
            "style": {"color": BORDER, "weight": 1, "fillColor": shade(rows[code]["score"], top), "fillOpacity": 0.88},
            "told": _told(rows[code], hotspots, t),
        }
        for code, geometry in ground.outlines(region)
    ]
    bold = {"color": CHOSEN, "weight": 4, "fill": False, "interactive": False}
    return areas + [{**area, "style": bold, "told": None, "ids": []} for area in areas if area["code"] in chosen]


def _told(row: dict[Hashable, Any], hotspots: Hotspots, t: Translate) -> list[str]:
    """A township's tooltip."""
    filings = {name: f"{row[name]:.0f}" for name in ("expected_filings", "filings_low", "filings_high")}
    return [
        row["name"],
        t("map.told_rank", rank=row["rank"], of=len(hotspots.table), score=f"{row['score']:.1f}"),
        t("map.told_p_top", k=hotspots.k, percent=f"{100 * row['p_top']:.0f}"),
        t("map.told_filings", days=hotspots.horizon_days, **filings),
        t("map.told_open", cases=row["open_cases"], workable=row["workable_cases"]),
        t("map.told_worth", yuan=f"{row['workable_fen'] / FEN_PER_YUAN:,.0f}"),
    ]


def _clusters(hotspots: Hotspots, t: Translate) -> list[Thing]:
    style = {"color": CASE, "weight": 2, "dashArray": "5 4", "fillColor": CASE, "fillOpacity": 0.12}
    return [
        {
            "kind": "circle",
            "at": ground.at(row["lon"], row["lat"]),
            "metres": max(row["radius_m"], LEAST_METRES),
            "style": style,
            "told": [row["label"], t("map.told_cluster", cases=row["cases"], km=f"{row['radius_m'] / 1000:.1f}")],
        }
        for row in hotspots.clusters.to_dict("records")
    ]


def _case_points(region: Region, hotspots: Hotspots, t: Translate) -> list[Thing]:
    """One dot per place; its area grows with the number of cases there."""
    points = hotspots.points.assign(village_code=hotspots.points["village_code"].fillna(""))
    places = points.groupby(["lon", "lat", "township_code", "village_code"]).size().reset_index(name="cases")
    villages = region.village_names
    texts: dict[tuple[str, str], int] = {}
    rows = []
    for row in places.to_dict("records"):
        name = f"{region.township_name(row['township_code'])} {villages.get(row['village_code'], '')}"
        text = texts.setdefault((name, t("map.told_cases", cases=row["cases"])), len(texts))
        rows.append([*ground.at(row["lon"], row["lat"]), round(1.5 + math.sqrt(row["cases"]), 1), text])
    style = {"color": "#ffffff", "weight": 0.6, "fillColor": CASE, "fillOpacity": 0.75}
    return [{"kind": "dots", "style": style, "rows": rows, "texts": [list(text) for text in texts]}]
