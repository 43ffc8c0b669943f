"""Where one debtor may be: the places a person can choose from, numbered, on the county's ground."""

from collections.abc import Sequence
from dataclasses import dataclass

from planner.files.maps import ground
from planner.files.maps.ground import Translate
from planner.files.maps.offline import Drawing, Thing, draw
from planner.model.region import Region

CHOICE, VILLAGE = "#b3001b", "#7a8790"
MARGIN_DEGREES = 0.05


@dataclass(frozen=True)
class Choice:
    """One place on offer: the key that chooses it, its point (WGS-84), and the lines told of it."""

    key: str
    lon: float
    lat: float
    told: tuple[str, ...]


def choices_map(region: Region, choices: Sequence[Choice], townships: Sequence[str], t: Translate) -> Drawing:
    """``townships``: codes that stand out."""
    layers = [
        ground.layer(t("map.townships"), ground.plain_areas(region, set(townships))),
        ground.layer(t("map.villages"), [_villages(region)], "toggle"),
        ground.layer(t("map.names"), ground.labels(region, townships), "toggle"),
        ground.layer(
            t("map.choices"),
            [
                ground.badge("squad", ground.at(c.lon, c.lat), c.key, (CHOICE, "#fff"), c.told) | {"top": True}
                for c in choices
            ],
        ),
    ]
    entries = [ground.entry("dot", CHOICE, t("map.choices")), ground.entry("dot", VILLAGE, t("map.villages"))]
    legend = {"title": t("map.choices"), "scale": None, "entries": entries, "notes": ground.notes(region, t)}
    return draw({"bounds": _bounds(region, choices), "layers": layers, "legend": legend}, t("map.choices"))


def _villages(region: Region) -> Thing:
    villages = region.villages
    rows = [
        [*ground.at(lon, lat), 2.0, n]
        for n, (lon, lat) in enumerate(zip(villages["lon"], villages["lat"], strict=True))
    ]
    names = region.township_names
    texts = [[f"{names[code]} {name}"] for code, name in zip(villages["township_code"], villages["name"], strict=True)]
    style = {"color": "#ffffff", "weight": 0.5, "fillColor": VILLAGE, "fillOpacity": 0.8}
    return {"kind": "dots", "style": style, "rows": rows, "texts": texts}


def _bounds(region: Region, choices: Sequence[Choice]) -> list[list[float]]:
    """Around the choices; the whole county where there is none."""
    if not choices:
        return ground.bounds(region)
    lats, lons = [c.lat for c in choices], [c.lon for c in choices]
    return [
        [min(lats) - MARGIN_DEGREES, min(lons) - MARGIN_DEGREES],
        [max(lats) + MARGIN_DEGREES, max(lons) + MARGIN_DEGREES],
    ]
