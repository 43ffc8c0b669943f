"""A map as a document: drawn live in a page, or as one file that needs no network, Leaflet, styles and data inside.

A map is a document, drawn by draw.js, which sets every word as text and so needs no escaping here:

    {"bounds": [[south, west], [north, east]],
     "layers": [{"name", "control": "" | "toggle" | "choice", "show": bool, "things": [thing, ...]}],
     "legend": {"title", "scale": {"words", "colours", "low", "high"} | None,
                "entries": [{"form", "colour", "words"}], "notes": [str]}}

A thing has a ``kind`` (area | circle | label | badge | line | dots), its place as ``geometry`` (GeoJSON), ``at``
([lat, lon]) or ``path`` ([[lat, lon], ...]), and ``told``, the lines of its tooltip; a badge with ``top`` lies over
names. ``dots`` are many points of one style: ``rows`` of [lat, lon, radius in pixels, place in ``texts``], a list of
tooltips. An area, badge or line with ``ids`` can be chosen in a live map; a choice names the first of them, and each
of them lights it. Degrees are WGS-84.
"""

import base64
import gzip
import json
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import folium
from branca.element import Element, MacroElement
from folium.template import Template

MAX_ZOOM = 18
Thing = dict[str, Any]
Document = dict[str, Any]


@dataclass(frozen=True)
class Drawing:
    """A map to be drawn."""

    document: Document
    title: str


_CALL = Template(
    "{% macro script(this, kwargs) %}drawMap({{ this._parent.get_name() }}, {{ this.document|tojson }});{% endmacro %}"
)


def draw(document: Document, title: str) -> Drawing:
    return Drawing(document, title)


def packed(drawing: Drawing) -> bytes:
    """The document as gzipped JSON: the same bytes for the same document."""
    text = json.dumps(drawing.document, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def _map(document: Document, title: str) -> folium.Map:
    """Folium's page, without the fourteen files that it would fetch from elsewhere."""
    (south, west), (north, east) = document["bounds"]
    drawn = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        max_zoom=MAX_ZOOM,
        prefer_canvas=True,
        attribution_control=False,
        zoom_snap=0.25,
        font_size="13px",
    )
    drawn.default_js, drawn.default_css = [], []
    root: Any = drawn.get_root()
    root.title = escape(title)
    for name, text in _assets():
        root.header.add_child(Element(_verbatim(text)), name=name)
    drawing: Any = MacroElement()  # type: ignore[no-untyped-call]  # branca has no annotation here
    drawing._template, drawing.document = _CALL, document
    drawn.add_child(drawing)
    return drawn


def page(drawing: Drawing, language: str) -> str:
    """The whole HTML page of a map, whose words are of a language (BCP 47)."""
    text = str(_map(drawing.document, drawing.title).get_root().render())
    return text.replace("<html>", f'<html lang="{escape(language)}">', 1)


def live_assets() -> dict[str, tuple[bytes, str]]:
    """What a live map needs besides its document: name -> (content, type)."""
    text = _texts()
    return {
        "leaflet.js": (text["leaflet"].encode(), "text/javascript"),
        "draw.js": (text["draw"].encode(), "text/javascript"),
        "map.css": (f"{text['leaflet_css']}\n{text['draw_css']}".encode(), "text/css"),
    }


def _assets() -> tuple[tuple[str, str], ...]:
    """Elements of the page's head, by name."""
    tags = {"leaflet_css": "style", "leaflet": "script", "draw_css": "style", "draw": "script"}
    return tuple((name, f"<{tag}>{_texts()[name]}</{tag}>") for name, tag in tags.items())


@cache
def _texts() -> dict[str, str]:
    leaflet = files("planner.files") / "vendor" / "leaflet"
    own = files("planner.files") / "maps"
    script = re.sub(r"\n//# sourceMappingURL=\S+", "", (leaflet / "leaflet.js").read_text(encoding="utf-8"))
    style = (leaflet / "leaflet.css").read_text(encoding="utf-8")

    def inlined(match: re.Match[str]) -> str:
        image = (leaflet / "images" / match[1]).read_bytes()
        return f"url(data:image/png;base64,{base64.b64encode(image).decode()})"

    style = re.sub(r"url\(images/([\w-]+\.png)\)", inlined, style)
    return {
        "leaflet": script,
        "leaflet_css": style,
        "draw": (own / "draw.js").read_text(encoding="utf-8"),
        "draw_css": (own / "draw.css").read_text(encoding="utf-8"),
    }


def _verbatim(text: str) -> str:
    """Text that folium's templates must not read as theirs."""
    return "{% raw %}" + text + "{% endraw %}"
