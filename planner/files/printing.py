"""Pages to print: templates and one stylesheet in planner/files/print, set by WeasyPrint. Nothing is fetched."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import geopandas as gpd
import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from planner.errors import DeploymentError
from planner.files.maps.routes import numbers_told
from planner.model.outcome import OUTCOMES
from planner.model.route_day import RouteDay
from planner.model.units import FEN_PER_YUAN, clock

Translate = Callable[..., str]

WIDTH, HEIGHT, MARGIN = 390.0, 310.0, 22.0
"""Of a sketch, in its own units."""
DOT = 8.5

MOST_CASES = 5
"""Numbers of one visit that are printed."""


def route_sheets(routes: Sequence[RouteDay], outlines: gpd.GeoDataFrame, t: Translate) -> bytes:
    """PDF: for each squad's day a page or more, with its sketch. It names people.

    Raises:
        DeploymentError: this machine lacks the libraries that set pages.
    """
    drawn = [(route, sketch(route, outlines)) for route in routes]
    title = t("print.route_title", squad=routes[0].squad, township=routes[0].township)
    told: dict[str, Any] = {"routes": drawn, "outcomes": OUTCOMES, "boats": boats, "yuan": yuan}
    told |= {"paper_counts": lambda route: paper_counts(route, t), "cases": lambda case_ids: cases_told(case_ids, t)}
    return _pdf("route.html", title, told, t)


def command_sheet(told: Mapping[str, Any], t: Translate) -> bytes:
    """PDF for the chief: squads by day, figures, bailiffs, papers. No names of debtors.

    Raises:
        DeploymentError: as :func:`route_sheets`.
    """
    return _pdf("command.html", t("print.command_title"), told, t)


def papers_list(told: Mapping[str, Any], t: Translate) -> bytes:
    """PDF: the papers to be approved or sent, by who they go to. No names of debtors.

    Raises:
        DeploymentError: as :func:`route_sheets`.
    """
    return _pdf("papers.html", t("print.papers_title"), told, t)


def sketch(route: RouteDay, outlines: gpd.GeoDataFrame) -> Markup:
    """SVG of the township's outline and the numbered stops, in order; north is up, one scale both ways."""
    shape = outlines.loc[outlines["code"] == route.township_code, "geometry"].iloc[0]
    stops = [(visit.lon, visit.lat) for visit in route.visits]
    at = _projection([*stops, *_corners(shape.bounds)])
    rings = [part.exterior for part in getattr(shape, "geoms", [shape])]
    land = "".join(f'<polygon points="{_points(ring.coords, at)}" class="land"/>' for ring in rings)
    style = (
        "<style>.land{fill:#eef3ee;stroke:#8aa08c}"
        ".way{fill:none;stroke:#0f4c81;stroke-width:1.6;stroke-dasharray:5 3}"
        "text{font-size:9px;text-anchor:middle}</style>"
    )
    return Markup(  # noqa: S704 - numbers only
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}">{style}{land}'
        f'<polyline points="{_points(stops, at)}" class="way"/>{"".join(_dots(route, at))}</svg>'
    )


def _dots(route: RouteDay, at: Callable[[float, float], tuple[float, float]]) -> list[str]:
    """One mark a place, with the numbers of the visits there."""
    places: dict[tuple[float, float], list[int]] = {}
    for visit in route.visits:
        places.setdefault((visit.lon, visit.lat), []).append(visit.order)
    marks = []
    for (lon, lat), orders in places.items():
        x, y = at(lon, lat)
        words = numbers_told(orders)
        wide = DOT + 2.6 * max(0, len(words) - 2)
        marks.append(
            f'<rect x="{x - wide:.1f}" y="{y - DOT:.1f}" width="{2 * wide:.1f}" height="{2 * DOT:.1f}" rx="{DOT}" '
            f'fill="#0f4c81"/><text x="{x:.1f}" y="{y + 3.2:.1f}" fill="#fff">{words}</text>'
        )
    return marks


def _corners(bounds: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    west, south, east, north = bounds
    return [(west, south), (east, north)]


def _projection(points: Sequence[tuple[float, float]]) -> Callable[[float, float], tuple[float, float]]:
    """Degrees to the sketch, equirectangular about the middle."""
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    middle_lon, middle_lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    shrink = _cosine(middle_lat)
    span = max((max(lons) - min(lons)) * shrink / (WIDTH - 2 * MARGIN), (max(lats) - min(lats)) / (HEIGHT - 2 * MARGIN))

    def at(lon: float, lat: float) -> tuple[float, float]:
        return WIDTH / 2 + (lon - middle_lon) * shrink / span, HEIGHT / 2 - (lat - middle_lat) / span

    return at


def _cosine(degrees: float) -> float:
    return float(np.cos(np.radians(degrees)))


def _points(line: Sequence[tuple[float, float]], at: Callable[[float, float], tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(lon, lat) for lon, lat in line))


def boats(route: RouteDay) -> str:
    """Departures from the island that the squad may take."""
    ferry = route.ferry
    usable = [boat for boat in ferry.back if route.visits[0].arrive <= boat <= route.back] if ferry else []
    return "、".join(map(clock, usable)) or "—"


def paper_counts(route: RouteDay, t: Translate) -> str:
    counts = Counter(paper.name for visit in route.visits for paper in visit.papers)
    return "、".join(t("routes.paper", paper=t(f"paper.{name}"), count=count) for name, count in counts.items()) or "—"


def cases_told(case_ids: Sequence[str], t: Translate) -> str:
    """The first of many case numbers, and how many there are."""
    shown = "、".join(case_ids[:MOST_CASES])
    return shown if len(case_ids) <= MOST_CASES else t("print.more_cases", shown=shown, count=len(case_ids))


def yuan(fen: int) -> str:
    return f"{fen / FEN_PER_YUAN:,.0f}"


def _pdf(template: str, title: str, told: Mapping[str, Any], t: Translate) -> bytes:
    try:  # it loads libraries of the system, which a machine that never prints need not have
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetcher
    except OSError as missing:
        raise DeploymentError("printing_libraries_missing", reason=str(missing).splitlines()[0]) from missing
    environment = _environment()
    filters = {"purpose": lambda code: t(f"purpose.{code}"), "approach": lambda code: t(f"approach.{code}")}
    environment.filters |= {"clock": clock} | filters
    html = environment.get_template(template).render(told, t=t, title=title, lang=t("app.code"))
    nothing = URLFetcher(allowed_protocols=())
    style = CSS(string=_style(), url_fetcher=nothing)
    pdf: bytes = HTML(string=html, url_fetcher=nothing).write_pdf(stylesheets=[style])
    return pdf


def _environment() -> Environment:
    return Environment(loader=PackageLoader("planner.files", "print"), autoescape=True, undefined=StrictUndefined)


@cache
def _style() -> str:
    return (files("planner.files") / "print" / "print.css").read_text(encoding="utf-8")
