"""A plan as a workbook and as a GeoPackage."""

import math
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

from planner.files.exports import plan_geopackage, plan_sheets, workbook
from planner.files.region import load_region
from planner.i18n import translator
from planner.model.region import Region
from planner.model.units import clock
from tests.conftest import ROOT
from tests.files import made_up

T = translator("zh")


@pytest.fixture(scope="module")
def region() -> Region:
    return load_region(ROOT / "data" / "regions" / "330225")


def _rows(region: Region, debtor: str = "虚构甲") -> pd.DataFrame:
    """Rows of a PlanView, with people."""
    visits = made_up.visits(region)
    plan = made_up.plan(region, visits)
    timed = [
        (route.squad_id, route.day, order, clock(stop.start), clock(stop.leave), stop.visit_id)
        for route in plan.routes
        for order, stop in enumerate(route.stops, start=1)
    ]
    rows = pd.DataFrame(timed, columns=["squad", "day", "order", "start", "leave", "visit_id"])
    rows = rows.merge(visits, on="visit_id")
    villages = region.villages.set_index("code")["name"]
    return rows.assign(
        township=rows["township_code"].map(region.township_name),
        village=rows["village_code"].map(villages),
        debtor=debtor,
        phone=None,
        address="虚构路 1 号",
        claimed_yuan=rows["claimed_fen"] / 100,
        link=None,
    )


def _book(region: Region, debtor: str = "虚构甲") -> openpyxl.Workbook:
    visits = made_up.visits(region)
    names = dict(zip(region.townships["code"], region.townships["name"], strict=True))
    ranking = made_up.hotspots(region).table
    figures = [("安排走访（户）", "48")]
    sheets = plan_sheets(made_up.plan(region, visits), figures, ranking, _rows(region, debtor), visits, names, T)
    return openpyxl.load_workbook(BytesIO(workbook(sheets, "方案")))


def test_workbook_holds_the_whole_plan(region: Region) -> None:
    book = _book(region)
    assert book.sheetnames == ["总览", "乡镇排名", "路线", "未安排"]
    plan = made_up.plan(region, made_up.visits(region))
    assert book["乡镇排名"].max_row == 1 + len(region.townships)
    assert book["路线"].max_row == 1 + plan.effect.visits
    assert book["未安排"].max_row == 1 + len(plan.unserved)
    headers = [cell.value for cell in book["路线"][1]]
    assert headers[:4] == ["小组", "日期", "序", "开始"]
    first = dict(zip(headers, (cell.value for cell in book["路线"][2]), strict=True))
    assert first["开始"] == "08:40"
    assert first["电话"] in (None, "")
    assert first["标的（元）"] == 1000
    assert book["路线"].cell(2, headers.index("标的（元）") + 1).number_format == "#,##0.00"
    assert plan.id in {row[1].value for row in book["总览"].rows}
    third = [cell.value for cell in book["路线"][4]]
    assert third[headers.index("所需文书")] == "拘传票、搜查令"


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://example.invalid")', "+1+1", "@SUM(1)", "-2", "http://example.invalid"]
)
def test_a_name_is_never_a_formula_nor_a_link(region: Region, name: str) -> None:
    sheet = _book(region, name)["路线"]
    headers = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, headers.index("被执行人") + 1)
    assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)


def test_geopackage_joins_scores_routes_and_visits(region: Region, tmp_path: Path) -> None:
    visits = made_up.visits(region)
    plan = made_up.plan(region, visits)
    file = tmp_path / "plan.gpkg"
    file.write_bytes(plan_geopackage(region, plan, made_up.hotspots(region).table, visits))
    townships, routes, points = (gpd.read_file(file, layer=name) for name in ("townships", "routes", "visits"))
    assert len(townships) == len(region.townships)
    assert townships["score"].sum() == pytest.approx(made_up.hotspots(region).table["score"].sum())
    assert list(routes["visits"]) == [len(route.stops) for route in plan.routes]
    assert set(routes.geom_type) == {"LineString"}
    assert len(points) == len(visits)
    assert points["squad_id"].notna().sum() == plan.effect.visits
    assert math.isclose(points.geometry.x[0], visits["lon"][0])
    assert not {"debtor", "name_debtor", "phone", "address"} & set(points.columns)
    assert {layer.crs.to_epsg() for layer in (townships, routes, points)} == {4326}
