"""A plan as files for other programs: workbook and GeoPackage. Values in, bytes out."""

import tempfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import pandas as pd
import xlsxwriter
from shapely.geometry import LineString

from planner.files.maps.routes import line_of
from planner.model.region import Region
from planner.model.sweep import SweepPlan
from planner.model.units import FEN_PER_YUAN, clock

Translate = Callable[..., str]

Sheet = tuple[str, list[str], list[list[object]]]
"""Title, headers, rows."""

WIDEST = 48
NUMBER_FORMATS: dict[type, str] = {int: "#,##0", float: "#,##0.00"}


XLSX = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Text is written as text, never as a formula."""


def workbook(sheets: Sequence[Sheet], title: str) -> bytes:
    """Sheets as xlsx, each with a frozen header and a filter."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, XLSX) as book:
        book.set_properties({"title": title})
        for sheet in sheets:
            write_sheet(book, sheet)
    return buffer.getvalue()


def write_sheet(book: xlsxwriter.Workbook, content: Sheet) -> None:
    """One table with a frozen header and a filter."""
    name, headers, rows = content
    bold = book.add_format({"bold": True, "bg_color": "#E8F1F5", "border": 1, "text_wrap": True})
    formats = {kind: book.add_format({"num_format": shown}) for kind, shown in NUMBER_FORMATS.items()}
    sheet = book.add_worksheet(name[:31])
    for column, header in enumerate(headers):
        cells = [row[column] for row in rows]
        sheet.write(0, column, header, bold)
        sheet.write_column(1, column, ["" if pd.isna(cell) else cell for cell in cells])  # type: ignore[call-overload]
        width = 3 + max(_width(str(cell)) for cell in (header, *cells))
        sheet.set_column(column, column, min(WIDEST, width), formats.get(_kind(cells)))
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(headers) - 1)


def _kind(cells: Sequence[object]) -> type:
    """int or float, where a column holds nothing else; else str."""
    return next((kind for kind in NUMBER_FORMATS if cells and all(isinstance(cell, kind) for cell in cells)), str)


def _width(text: str) -> int:
    """Columns on screen: a Chinese character takes two."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def plan_sheets(
    plan: SweepPlan,
    figures: Sequence[tuple[str, str]],
    ranking: pd.DataFrame,
    rows: pd.DataFrame,
    visits: pd.DataFrame,
    township_names: dict[str, str],
    t: Translate,
) -> list[Sheet]:
    """Overview, ranking, routes (one row a visit) and what is not served, in the words of one language.

    ``rows`` as in PlanView, ``ranking`` HOTSPOT_TABLE, ``visits`` VISIT_TABLE.
    """
    chosen = {code for code, _ in plan.selection}
    overview: list[list[object]] = [list(pair) for pair in (*_facts(plan, township_names, t), *figures)]
    hot = ["rank", "name", "score", "p_top", "expected_filings", "filings_low", "filings_high", "open_cases"]
    ranked = [
        [*(_plain(getattr(row, name)) for name in hot), _yes(row.township_code in chosen)]
        for row in ranking.itertuples()
    ]
    columns = [name for name in ROUTE_COLUMNS if name in rows]
    routed = [[_shown(name, getattr(row, name), t) for name in columns] for row in rows.itertuples()]
    places = visits.set_index("visit_id")[["township_code", "case_ids", "prize"]]
    unserved = [
        [
            t(f"unserved.{u.reason}"),
            township_names[str(places["township_code"][u.visit_id])],
            places["case_ids"][u.visit_id],
            int(places["prize"][u.visit_id]),
        ]
        for u in plan.unserved
    ]
    return [
        (t("sheet.overview"), [t("cli.figure"), t("cli.value_shown")], overview),
        (t("sheet.ranking"), [*(t(f"column.{name}") for name in hot), t("column.chosen")], ranked),
        (t("sheet.routes"), [t(f"column.{name}") for name in columns], routed),
        (t("sheet.unserved"), [t(f"column.{name}") for name in ("reason", "township", "case_ids", "prize")], unserved),
    ]


def _facts(plan: SweepPlan, township_names: dict[str, str], t: Translate) -> list[tuple[str, str]]:
    """Which plan this is, so that a printed sheet can be traced to it."""
    return [
        (t("cli.plan"), plan.id),
        (t("cli.week"), plan.week_start.isoformat()),
        (t("cli.policy"), t(f"spread.{plan.spread}")),
        (t("sheet.chosen"), "、".join(township_names[code] for code, _ in plan.selection)),
        (t("sheet.input_digest"), plan.input_digest),
    ]


ROUTE_COLUMNS = (
    "squad", "day", "order", "start", "leave", "township", "village", "debtor", "phone", "address", "case_ids",
    "claimed_yuan", "prize", "needs", "papers", "link",
)  # fmt: skip


def _yes(holds: bool) -> str:
    return "✓" if holds else ""


def _plain(value: object) -> object:
    return round(value, 2) if isinstance(value, float) else value


def _shown(name: str, value: object, t: Translate) -> object:
    if name in ("papers", "needs") and isinstance(value, str) and value:
        kind = "paper" if name == "papers" else "skill"
        return "、".join(t(f"{kind}.{word}") for word in value.split(";"))
    return str(value) if name == "day" else value


def plan_geopackage(region: Region, plan: SweepPlan, ranking: pd.DataFrame, visits: pd.DataFrame) -> bytes:
    """Layers townships (with score), routes (lines) and visits (points), EPSG:4326. No names of people."""
    townships = region.outlines.merge(ranking, left_on="code", right_on="township_code").drop(columns="township_code")
    places = visits.set_index("visit_id")[["lat", "lon"]]
    lines = [[(lon, lat) for lat, lon in line_of(region, route, places)] for route in plan.routes]
    routes = gpd.GeoDataFrame(
        {
            "squad_id": [route.squad_id for route in plan.routes],
            "day": [route.day.isoformat() for route in plan.routes],
            "township": [route.township_code for route in plan.routes],
            "leave_base": [clock(route.leave_base) for route in plan.routes],
            "reach_base": [clock(route.reach_base) for route in plan.routes],
            "visits": [len(route.stops) for route in plan.routes],
        },
        geometry=[LineString(line) for line in lines],
        crs="EPSG:4326",
    )
    served = {
        stop.visit_id: (route.squad_id, route.day.isoformat(), clock(stop.start))
        for route in plan.routes
        for stop in route.stops
    }
    points = visits.assign(claimed_yuan=visits["claimed_fen"] / FEN_PER_YUAN)
    points[["squad_id", "day", "start"]] = [served.get(v, (None, None, None)) for v in points["visit_id"]]
    located = gpd.GeoDataFrame(points, geometry=gpd.points_from_xy(points["lon"], points["lat"]), crs="EPSG:4326")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.gpkg"
        for name, layer in (("townships", townships), ("routes", routes), ("visits", located)):
            layer.to_file(file, layer=name, driver="GPKG")
        return file.read_bytes()
