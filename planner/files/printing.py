"""Pages to print: templates and one stylesheet in planner/files/print, set by WeasyPrint. Nothing is fetched."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import geopandas as gpd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from planner.errors import DeploymentError
from planner.files.bars import interval_bar, path_panel
from planner.files.sketch import sketch
from planner.model.outcome import OUTCOMES
from planner.model.route_day import RouteDay
from planner.model.units import FEN_PER_YUAN, clock

Translate = Callable[..., str]

MOST_CASES = 5
"""Numbers of one visit that are printed."""


def route_sheets(routes: Sequence[RouteDay], outlines: gpd.GeoDataFrame, t: Translate) -> bytes:
    """PDF: for each squad's day a page or more, with its sketch. It names people.

    Raises:
        DeploymentError: this machine lacks the libraries that set pages.
    """
    drawn = [(route, Markup(sketch(route, outlines))) for route in routes]  # noqa: S704 - numbers only
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


def hand_over_slips(slips: Sequence[Mapping[str, Any]], t: Translate) -> bytes:
    """PDF: a page for each case that goes to another team. It names debtors.

    Raises:
        DeploymentError: as :func:`route_sheets`.
    """
    return _pdf("slips.html", t("print.slip_title"), {"slips": slips}, t)


REVIEW_PAGES = 2
REVIEW_SIZES = (10.5, 9.5, 8.5, 7.5, 6.5, 6.0)
"""Points; the first in which a review keeps to its pages."""


def review_sheet(told: Mapping[str, Any], t: Translate) -> bytes:
    """PDF of two pages: a sweep's review for a meeting (planner.usecases.review_sheet.review_told). No names of people.

    Raises:
        DeploymentError: as :func:`route_sheets`.
    """
    effect, panels = told["effect"], told["panels"]
    axis, start, unit = t("review_sheet.axis"), t("review_sheet.start"), t("review_sheet.unit")
    most = max((max(*panel.counted, *(high for *_, high in panel.expected)) for panel in panels), default=1.0)
    drawn = {
        "bar": Markup(interval_bar(effect.low, effect.log_ratio, effect.high, axis)) if effect else None,  # noqa: S704 - escaped there
        "drawings": [Markup(path_panel(panel, start, most, unit)) for panel in panels],  # noqa: S704 - escaped there
        "panel_width": 33.3 if len(panels) in (1, 2, 3, 5, 6, 9) else 25,
    }
    for size in REVIEW_SIZES:
        document = _document("review.html", t("review_sheet.title"), {**told, **drawn, "size": size}, t)
        if len(document.pages) <= REVIEW_PAGES:
            break
    pdf: bytes = document.write_pdf()
    return pdf


def bulletin(told: Mapping[str, Any], t: Translate) -> bytes:
    """PDF: how a campaign stands in a month; ``paths``: (sentence, SVG of numbers only). No names of people.

    Raises:
        DeploymentError: as :func:`route_sheets`.
    """
    drawn = [(line, Markup(drawing)) for line, drawing in told["paths"]]  # noqa: S704 - numbers only
    title = t("campaign.bulletin_title", name=told["campaign"].name)
    return _pdf("bulletin.html", title, {**told, "paths": drawn}, t)


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
    pdf: bytes = _document(template, title, told, t).write_pdf()
    return pdf


def _document(template: str, title: str, told: Mapping[str, Any], t: Translate) -> Any:
    """The pages as WeasyPrint sets them."""
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
    return HTML(string=html, url_fetcher=nothing).render(stylesheets=[style])


def _environment() -> Environment:
    return Environment(loader=PackageLoader("planner.files", "print"), autoescape=True, undefined=StrictUndefined)


@cache
def _style() -> str:
    return (files("planner.files") / "print" / "print.css").read_text(encoding="utf-8")
