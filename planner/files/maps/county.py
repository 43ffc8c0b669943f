"""The county: townships by score, clusters, cases, bases, ferries."""

from collections.abc import Sequence

import folium
import numpy as np

from planner.files.maps import ground
from planner.files.maps.ground import Translate
from planner.files.maps.offline import Thing, draw
from planner.files.maps.palette import CIVIDIS, shade
from planner.model.hotspot import Hotspots, Selection
from planner.model.region import Region
from planner.model.units import FEN_PER_YUAN

BORDER, CHOSEN, CASE = "#ffffff", "#b3001b", "#b3001b"


def county_map(region: Region, hotspots: Hotspots, t: Translate, selection: Selection | None = None) -> folium.Map:
    """Townships by score, clusters and case points of one score run; chosen townships stand out."""
    chosen = selection.codes if selection else ()
    title = t("map.county_title", region=region.name, as_of=f"{hotspots.as_of:%Y-%m-%d}")
    layers = [
        ground.layer(t("map.townships"), _scored_areas(region, hotspots, chosen, t)),
        ground.layer(t("map.links"), ground.links(region, t), "toggle"),
        ground.layer(t("map.clusters"), _clusters(hotspots, t), "toggle"),
        ground.layer(t("map.cases"), _case_points(region, hotspots, t), "toggle", show=False),
        ground.layer(t("map.bases"), ground.bases(region), "toggle"),
        ground.layer(t("map.names"), ground.labels(region, chosen), "toggle"),
    ]
    top = float(hotspots.table["score"].max())
    entries = [
        *([ground.entry("outline", CHOSEN, t("map.chosen"))] if chosen else []),
        ground.entry("ring", CASE, t("map.clusters_legend")),
        ground.entry("dot", CASE, t("map.cases")),
        *ground.common_entries(t),
    ]
    legend = {
        "title": t("map.legend"),
        "scale": {"words": t("map.score_scale"), "colours": CIVIDIS, "low": "0", "high": f"{top:.1f}"},
        "entries": entries,
        "notes": ground.notes(region, t, t("map.as_of", as_of=f"{hotspots.as_of:%Y-%m-%d}")),
    }
    return draw({"bounds": ground.bounds(region), "layers": layers, "legend": legend}, title)


def _scored_areas(region: Region, hotspots: Hotspots, chosen: Sequence[str], t: Translate) -> list[Thing]:
    table = hotspots.table.set_index("township_code")
    top = float(table["score"].max())
    areas = []
    for code, geometry in ground.outlines(region):
        row = table.loc[code]
        told = [
            str(row["name"]),
            t("map.told_rank", rank=row["rank"], of=len(table), score=f"{row['score']:.1f}"),
            t("map.told_p_top", k=hotspots.k, percent=f"{100 * row['p_top']:.0f}"),
            t("map.told_open", cases=row["open_cases"], workable=row["workable_cases"]),
            t("map.told_worth", yuan=f"{row['workable_fen'] / FEN_PER_YUAN:,.0f}"),
        ]
        style = {"color": BORDER, "weight": 1, "fillColor": shade(row["score"], top), "fillOpacity": 0.88}
        areas.append({"kind": "area", "code": code, "geometry": geometry, "style": style, "told": told})
    bold = {"color": CHOSEN, "weight": 4, "fill": False, "interactive": False}
    return areas + [{**area, "style": bold, "told": None} for area in areas if area["code"] in chosen]


def _clusters(hotspots: Hotspots, t: Translate) -> list[Thing]:
    style = {"color": CASE, "weight": 2, "dashArray": "5 4", "fillColor": CASE, "fillOpacity": 0.12}
    return [
        {
            "kind": "circle",
            "at": ground.at(row.lon, row.lat),
            "metres": max(float(row.radius_m), 150.0),  # a cluster in one village is still to be seen
            "style": style,
            "told": [row.label, t("map.told_cluster", cases=row.cases, metres=f"{row.radius_m:,.0f}")],
        }
        for row in hotspots.clusters.itertuples()
    ]


def _case_points(region: Region, hotspots: Hotspots, t: Translate) -> list[Thing]:
    """One dot per place; its area grows with the number of cases there."""
    points = hotspots.points.assign(village_code=hotspots.points["village_code"].fillna(""))
    places = points.groupby(["lon", "lat", "township_code", "village_code"]).size().reset_index(name="cases")
    villages = region.villages.set_index("code")["name"].to_dict()
    townships = region.townships.set_index("code")["name"].to_dict()
    style = {"color": "#ffffff", "weight": 0.7, "fillColor": CASE, "fillOpacity": 0.7}
    return [
        {
            "kind": "dot",
            "at": ground.at(row.lon, row.lat),
            "pixels": round(2 + 1.2 * float(np.sqrt(row.cases)), 1),
            "style": style,
            "told": [
                f"{townships[row.township_code]} {villages.get(row.village_code, '')}",
                t("map.told_cases", cases=row.cases),
            ],
        }
        for row in places.itertuples()
    ]
