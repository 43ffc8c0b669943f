"""The province page: no province, nothing done, counties done and one failed, a timing with loans; who may what."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from planner.access import Actor
from planner.bootstrap import open_context
from planner.files.maps.province import province_document
from planner.files.province import load_province
from planner.files.province_outlines import load_outlines
from planner.i18n import translator
from planner.model.province import PROVINCE_TOWNSHIP_TABLE, Part, Province
from planner.model.together import TimedCounty, TimedLoan, TimedPair, TimingPlan, TogetherPolicy
from planner.store import province as runs
from planner.store import timings
from planner.ui.shell import pages_of
from tests import province as small

Draw = Callable[..., AppTest]
AT = datetime(2026, 11, 28, 2, tzinfo=UTC)
WEEKS = (date(2026, 11, 30), date(2026, 12, 7))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small.made(tmp_path_factory.mktemp("province"), cases=40)


def townships_of(province: Province, folder: Path, code: str) -> pd.DataFrame:
    """Made-up results of one county."""
    county = province.county(code)
    assert county is not None
    listed = pd.read_csv(folder / "regions" / code / "townships.csv", dtype={"code": str})
    ranks = range(1, len(listed) + 1)
    rows = pd.DataFrame(
        {"county_code": code, "county": county.name, "city": county.city, "township_code": listed["code"]}
    )
    rows = rows.assign(
        township=listed["name"], lon=listed["seat_lon"], lat=listed["seat_lat"], open_cases=100, visits=60,
        prize=[1000 * rank for rank in ranks], score=10.0, expected_filings=5.0, filings_low=3.0, filings_high=8.0,
        rank=list(ranks), p_top=0.5, chosen=[rank <= 2 for rank in ranks], planned_visits=0, planned_prize=0,
    )  # fmt: skip
    return PROVINCE_TOWNSHIP_TABLE.validate(rows[list(PROVINCE_TOWNSHIP_TABLE.columns)])


def timing_of(province: Province) -> TimingPlan:
    codes = [county.code for county in province.counties]
    counties = tuple(
        TimedCounty(code, f"示例{n}<b>县", 3, WEEKS[n % 2], 1100, 1000, "costs_more") for n, code in enumerate(codes)
    )
    loans = (TimedLoan(WEEKS[0], codes[1], codes[0], ("S02", "S03"), 6, 45, 100, 40),)
    pairs = (
        TimedPair(codes[0], codes[1], 30, 20, 2, False, "worth_more_apart"),
        TimedPair(codes[0], codes[2], 50, 50, 0, True, ""),
    )
    return TimingPlan(
        "t1", date(2026, 11, 20), WEEKS, TogetherPolicy(), 2, counties, loans, pairs, (), 4400, 50, 40, 4420, 4300,
        4390, 7, "d", (),
    )  # fmt: skip


def fill(data: Path, folder: Path, failed: bool = True) -> None:
    """Three counties scored, the last one failed; a timing in force."""
    with open_context(small.settings_for(data, folder)) as ctx:
        assert ctx.doors is not None
        province = ctx.doors.province
        codes = [county.code for county in province.counties]
        run_id = runs.begin(ctx.engine, "score", "{}", codes, AT, "示例")
        for code in codes[:-1]:
            part = Part(code, "done", 1, "d", "r", outcome={"as_of": "2026-11-20"}, at=AT)
            runs.save_part(ctx.engine, run_id, part, runs.packed(townships_of(province, folder, code)))
        if failed:
            died = Part(codes[-1], "failed", 2, error_key="worker_died", at=AT)
            runs.save_part(ctx.engine, run_id, died)
        timings.save(ctx.engine, timing_of(province), AT, "示例")
        timings.adopt(ctx.engine, "t1", AT, "示例")


@pytest.fixture
def filled(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    data = tmp_path / "filled"
    fill(data, folder)
    monkeypatch.setenv("PLANNER_PROVINCE", str(folder / "regions"))
    return data


def view(drawn: AppTest, name: str) -> AppTest:
    drawn.query_params["view"] = name
    return drawn.run()


def test_one_county_says_how_to_become_a_province(draw: Draw) -> None:
    shown = draw("province")
    assert not shown.exception
    assert "PLANNER_PROVINCE" in shown.info[0].value
    assert not shown.metric


def test_a_province_without_work_says_what_comes_first(
    draw: Draw, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANNER_PROVINCE", str(folder / "regions"))
    shown = draw("province")
    assert not shown.exception, shown.exception[0].message
    assert "planner province import" in shown.info[0].value
    assert "全省研判" in shown.info[1].value


@pytest.mark.parametrize("language", ["zh", "en"])
def test_counties_and_townships_are_told(draw: Draw, filled: Path, language: str) -> None:
    shown = draw("province", filled, language)
    assert not shown.exception, shown.exception[0].message
    assert [metric.value for metric in shown.metric] == ["2,400", "3 / 4", "0", "6 / 24"]
    assert "2026-11-20" in str(shown.metric[0].delta)
    assert len(shown.warning) == 1
    table = shown.dataframe[0].value
    assert len(table) == 24
    assert table["prize"].is_monotonic_decreasing


def test_a_failed_county_says_why_and_can_be_tried_again(draw: Draw, filled: Path) -> None:
    shown = view(draw("province", filled), "counties")
    assert not shown.exception, shown.exception[0].message
    assert "内存不足" in shown.error[0].value
    rows = shown.dataframe[0].value
    assert rows["county_state"].tolist() == ["已研判"] * 3 + ["失败"]
    work = view(shown, "work")
    assert not work.exception, work.exception[0].message
    assert any("重办失败的 1 个县" in button.label for button in work.button)
    assert work.dataframe[0].value["part_state"].tolist()[0] == "失败"


def test_a_timing_is_shown_with_its_loans(draw: Draw, filled: Path) -> None:
    shown = view(draw("province", filled), "timing")
    assert not shown.exception, shown.exception[0].message
    calendar = next(element.proto.body for element in shown.get("html") if "<table>" in element.proto.body)
    assert calendar.count("<b aria-label") == 4
    assert "示例1&lt;b&gt;县 2 组" in calendar
    assert calendar.count("<small>→") == 1
    assert "<b>县" not in calendar
    loans = next(frame.value for frame in shown.dataframe if "lender" in frame.value)
    assert loans["squad_count"].tolist() == [2]
    pairs = next(frame.value for frame in shown.dataframe if "border" in frame.value)
    assert pairs["together_or_why"].tolist() == ["同周", translator("zh")("apart.worth_more_apart")]
    assert not any("采用此方案" in button.label for button in shown.button)  # it is in force


def test_the_county_in_the_address_is_the_one_shown(draw: Draw, filled: Path, folder: Path) -> None:
    code = load_province(folder / "regions").counties[1].code
    shown = draw("province", filled)
    shown.query_params["county"] = code
    shown.run()
    assert set(shown.dataframe[0].value["county"]) == {load_province(folder / "regions").counties[1].name}


def test_who_may_only_read_begins_nothing(draw: Draw, filled: Path) -> None:
    shown = view(draw("province", filled, role="analyst"), "work")
    assert not shown.exception, shown.exception[0].message
    assert not [button for button in shown.button if "重办" in button.label or "全省" in button.label]
    timing = view(shown, "timing")
    assert not timing.get("form")


def test_the_page_stands_in_the_menu_of_a_province_alone() -> None:
    def named(actor: Actor, is_province: bool) -> set[str]:
        return {name for _, section in pages_of(actor, is_province) for name, _, _ in section}

    chief, officer = Actor("示例", "chief"), Actor("示例", "officer", "S01")
    assert "province" in named(chief, True)
    assert "province" not in named(chief, False)
    assert "province" not in named(officer, True)


def test_the_map_draws_every_township_and_county(folder: Path) -> None:
    province = load_province(folder / "regions")
    outlines = load_outlines(province)
    codes = [county.code for county in province.counties]
    rows = pd.concat([townships_of(province, folder, code) for code in codes[:-1]], ignore_index=True)
    t = translator("zh")
    document = province_document("示例省", outlines, rows, timing_of(province), "2026-11-20", t)
    areas, chosen, counties, loans = (layer["things"] for layer in document["layers"])
    assert len(areas) == len(outlines)
    assert len(chosen) == rows["chosen"].sum()
    assert len(counties) == len(codes)
    assert [thing["kind"] for thing in loans] == ["line", "badge"]
    unknown = [area["told"] for area in areas if area["ids"][0] not in set(rows["township_code"])]
    assert unknown == [[t("province_map.not_scored")]] * 8
    assert len(json.dumps(document, ensure_ascii=False)) < 2_000_000
    one = province_document("示例省", outlines, rows, None, "", t, codes[0])
    assert one["bounds"] != document["bounds"]
