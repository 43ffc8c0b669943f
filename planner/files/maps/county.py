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

BORDER, CHOSEN, CASE = "#ffffff", "#b3001b", "#d55e00"


def county_map(region: Region, hotspots: Hotspots, selection: Selection | None, t: Translate) -> folium.Map:
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
    table = hotspots.table.set_index("township_code")
    top = float(table["score"].max())
    areas = []
    for code, geometry in ground.outlines(region):
        row = table.loc[code]
        told = [
            str(row["name"]),
            t("map.told_rank", rank=row["rank"], of=len(table), score=f"{row['score']:.1f}"),
            t("map.told_p_top", k=hotspots.k, percent=f"{100 * row['p_top']:.0f}"),
            t(
                "map.told_filings",
                days=hotspots.horizon_days,
                expected=f"{row['expected_filings']:.0f}",
                low=f"{row['filings_low']:.0f}",
                high=f"{row['filings_high']:.0f}",
            ),
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
            "told": [row.label, t("map.told_cluster", cases=row.cases, km=f"{row.radius_m / 1000:.1f}")],
        }
        for row in hotspots.clusters.itertuples()
    ]


def _case_points(region: Region, hotspots: Hotspots, t: Translate) -> list[Thing]:
    """One dot per place; its area grows with the number of cases there."""
    points = hotspots.points.assign(village_code=hotspots.points["village_code"].fillna(""))
    places = points.groupby(["lon", "lat", "township_code", "village_code"]).size().reset_index(name="cases")
    villages = region.villages.set_index("code")["name"].to_dict()
    townships = region.townships.set_index("code")["name"].to_dict()
    texts: dict[tuple[str, str], int] = {}
    rows = []
    for row in places.itertuples():
        name = f"{townships[row.township_code]} {villages.get(row.village_code, '')}"
        text = texts.setdefault((name, t("map.told_cases", cases=row.cases)), len(texts))
        rows.append([*ground.at(row.lon, row.lat), round(1.5 + float(np.sqrt(row.cases)), 1), text])
    style = {"color": "#ffffff", "weight": 0.6, "fillColor": CASE, "fillOpacity": 0.75}
    return [{"kind": "dots", "style": style, "rows": rows, "texts": [list(text) for text in texts]}]
