"""What all maps share: townships, bases, bridges and ferries, and words for the legend."""

from collections.abc import Callable, Sequence

import shapely
from shapely.geometry import Point

from planner.files.maps.offline import Document, Thing
from planner.model.region import Link, Region
from planner.model.units import clock

Translate = Callable[..., str]

OUTLINE_DEGREES = 0.0002
"""Outlines are drawn this exactly (about 20 m), or a surveyed border would fill the page."""

MARGIN_DEGREES = 0.02
BASE, WATER, LAND, LAND_CHOSEN = "#10202c", "#31556b", "#f3f1ea", "#fbe9c6"


def layer(name: str, things: Sequence[Thing], control: str = "", show: bool = True) -> Document:
    return {"name": name, "control": control, "show": show, "things": list(things)}


def outlines(region: Region) -> list[tuple[str, dict[str, object]]]:
    """(township code, GeoJSON geometry); neighbours keep their common border."""
    shapes = shapely.coverage_simplify(region.outlines.geometry.to_numpy(), OUTLINE_DEGREES)
    shapes = shapely.set_precision(shapes, 1e-5, mode="pointwise")
    return list(zip(region.outlines["code"], map(shapely.geometry.mapping, shapes), strict=True))


def plain_areas(region: Region, ground: set[str]) -> list[Thing]:
    return [
        {
            "kind": "area",
            "code": code,
            "geometry": geometry,
            "style": {
                "color": "#a9b4bb",
                "weight": 1,
                "fillColor": LAND_CHOSEN if code in ground else LAND,
                "fillOpacity": 1,
            },
            "told": [region.township_name(code)],
        }
        for code, geometry in outlines(region)
    ]


def labels(region: Region, bold: Sequence[str]) -> list[Thing]:
    """Names of townships; one that has a base stands beside the base's sign."""
    return [
        {
            "kind": "label",
            "at": at(*place),
            "words": region.township_name(code),
            "form": f"{'bold' if code in bold else ''} {'beside' if beside else ''}",
        }
        for code, place, beside in _label_places(region)
    ]


def _label_places(region: Region) -> list[tuple[str, tuple[float, float], bool]]:
    """(township code, (lon, lat), beside a base)."""
    places = []
    for code, outline in zip(region.outlines["code"], region.outlines.geometry, strict=True):
        inside = [base for base in region.bases if outline.contains(Point(base.lon, base.lat))]
        point = Point(inside[0].lon, inside[0].lat) if inside else outline.representative_point()
        places.append((code, (point.x, point.y), bool(inside)))
    return places


def badge(form: str, place: list[float], words: str, colours: tuple[str, str], told: Sequence[str]) -> Thing:
    """A small sign with words in it; ``colours`` of the ground and of the ink."""
    ground, ink = colours
    return {
        "kind": "badge",
        "form": form,
        "at": place,
        "words": words,
        "colour": ground,
        "ink": ink,
        "told": list(told),
    }


def bases(region: Region) -> list[Thing]:
    return [badge("base", at(base.lon, base.lat), "", (BASE, "#fff"), [base.name]) for base in region.bases]


def links(region: Region, t: Translate) -> list[Thing]:
    return [thing for link in region.links for thing in _link(link, t)]


def _link(link: Link, t: Translate) -> list[Thing]:
    ends = [at(link.from_lon, link.from_lat), at(link.to_lon, link.to_lat)]
    told = [link.name, t(f"map.told_{link.kind}", minutes=link.minutes)]
    if link.out_departures:
        told.append(t("map.told_boats", first=clock(link.out_departures[0]), last=clock(link.back_departures[-1])))
    style = {"color": WATER, "weight": 3, "dashArray": "2 6" if link.kind == "ferry" else None}
    piers = [badge("pier", end, "", (WATER, "#fff"), told) for end in ends]
    return [{"kind": "line", "path": ends, "style": style, "told": told}, *piers]


def common_entries(t: Translate) -> list[dict[str, str]]:
    return [entry("square", BASE, t("map.bases")), entry("dotted", WATER, t("map.links"))]


def entry(form: str, colour: str, words: str) -> dict[str, str]:
    return {"form": form, "colour": colour, "words": words}


def notes(region: Region, t: Translate, *first: str) -> list[str]:
    return [*first, *([t("map.schematic")] if region.schematic else [])]


def bounds(region: Region) -> list[list[float]]:
    """South-west and north-east of where people live: far islets do not make the county small."""
    villages = region.villages
    low, high = villages[["lat", "lon"]].min() - MARGIN_DEGREES, villages[["lat", "lon"]].max() + MARGIN_DEGREES
    return [low.tolist(), high.tolist()]


def at(lon: float, lat: float) -> list[float]:
    return [round(float(lat), 5), round(float(lon), 5)]
