"""Indicators by township, base and team, in words, on files, and what bad registers make of them."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pandas as pd
import pytest

from planner.access import Actor
from planner.errors import Denied, Impossible, RequestError
from planner.i18n import LANGUAGES, translator
from planner.model.indicator import INDICATORS, Indicator
from planner.store import audit
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.indicator_file import indicator_workbook
from planner.usecases.indicator_words import formula, group_names, group_rows, headlines, indicator_notes, of_groups
from planner.usecases.indicators import (
    GROUPINGS,
    base_of_townships,
    indicator_span,
    indicator_view,
    team_name,
)

T = translator("zh")
HEADER = "案号,立案日期,结案日期,结案方式,申请执行标的,执行到位金额,承办部门,被执行人,户籍地\n"


def register(ctx: Context, *rows: str) -> None:
    lines = [f"(2026)浙0225执{number}号,{row}" for number, row in enumerate(rows, 1)]
    import_register(ctx, [("台账.csv", (HEADER + "\n".join(lines)).encode())])


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_the_county_is_the_sum_of_its_parts(demo: Context, grouping: str) -> None:
    table = indicator_view(demo, grouping).table
    whole = table[table["largest_left_out"] == 0].set_index(["indicator", "scope"])[["numerator", "denominator"]]
    assert (whole["denominator"] > 0).any()
    for code in whole.index.get_level_values(0).unique():
        of = whole.loc[code]
        assert of.loc[of.index != "county"].sum().tolist() == of.loc["county"].to_numpy().ravel().tolist()


def test_a_township_belongs_to_its_tribunal_or_else_to_the_bureau(demo: Context) -> None:
    bases = base_of_townships(demo.region)
    assert set(bases) == set(demo.region.townships["code"])
    claimed = {code for base in demo.region.bases if base.kind == "tribunal" for code in base.jurisdiction}
    assert {code for code, base in bases.items() if base == "bureau"} == set(bases) - claimed
    view = indicator_view(demo, "base")
    by_township = of_groups(indicator_view(demo, "township"), "completed").dropna(subset=["group"])
    summed = by_township.groupby(by_township["group"].map(bases))["denominator"].sum()
    by_base = of_groups(view, "completed").dropna(subset=["group"]).set_index("group")["denominator"]
    assert by_base[summed.index].tolist() == summed.tolist()
    alone = replace(demo.region, bases=tuple(base for base in demo.region.bases if base.kind == "tribunal"))
    assert set(base_of_townships(alone)) == claimed


def test_a_team_is_one_however_it_was_written(ctx: Context) -> None:
    assert team_name(" 执行１庭（ 石浦 ）") == team_name("执行1庭(石浦)") == "执行1庭(石浦)"
    assert team_name("　 ") is None
    done = "2026-01-05,2026-05-04,执行完毕,1000,1000"
    register(
        ctx, f"{done},执行１庭,示例甲,丹东街道", f"{done},执行1庭 ,示例乙,丹东街道",
        f"{done},　,示例丙,丹东街道", f"{done},执行二庭,示例丁,石浦镇",
    )  # fmt: skip
    view = indicator_view(ctx, "team")
    rows = of_groups(view, "completed")
    told = dict(zip(group_names(view, rows, T), rows["denominator"], strict=True))
    assert told == {"执行1庭": 2, "执行二庭": 1, "未写明": 1}


def test_what_a_short_and_patchy_register_cannot_tell_is_said(ctx: Context) -> None:
    """No claims, an ending that is not told, less than a year."""
    register(
        ctx, "2026-01-05,2026-05-04,执行完毕,,,执行局,示例甲,丹东街道", "2026-01-06,2026-05-05,,,,,示例乙,丹东街道",
    )  # fmt: skip
    view = indicator_view(ctx)
    assert (view.whole, view.whole_before) == (False, False)
    notes = " ".join(indicator_notes(view, T))
    assert "2026-05-04 起，近一年不完整" in notes
    assert "上一年（应自 2024-05-05 起）不完整" in notes
    assert "2 件结案没有申请执行标的" in notes
    top = {headline.name: headline for headline in headlines(view, T)}
    assert top["执行到位率"].value == "—"
    assert top["执行完毕率"].change == "—"
    assert any("上一年：—" in line for line in top["执行完毕率"].lines)


def test_a_year_without_endings_has_no_rates(ctx: Context) -> None:
    register(
        ctx, "2021-01-05,2021-05-04,执行完毕,1000,1000,执行局,示例甲,丹东街道", "2026-01-06,,,1000,,,示例乙,丹东街道",
    )  # fmt: skip
    view = indicator_view(ctx)
    assert T("indicator.nothing_ended") in indicator_notes(view, T)
    assert {headline.value for headline in headlines(view, T)} == {"—"}


def test_what_cannot_be_asked_is_told(demo: Context) -> None:
    span = indicator_span(demo)
    assert span is not None
    for asked in ({"grouping": "judge"}, {"as_of": date(2000, 1, 1)}, {"as_of": date(2099, 1, 1)}):
        with pytest.raises(RequestError):
            indicator_view(demo, **asked)
    assert indicator_view(demo, as_of=span.first).as_of == pd.Timestamp(span.first)
    for verb in (lambda who: indicator_span(who), lambda who: indicator_view(who)):
        with pytest.raises(Denied):
            verb(replace(demo, actor=Actor("示例", "contact_clerk")))
    with pytest.raises(Denied):
        indicator_workbook(replace(demo, actor=Actor("示例", "analyst")), T, "team")


def test_an_empty_register_has_no_span(ctx: Context) -> None:
    assert indicator_span(ctx) is None
    with pytest.raises(Impossible, match="nothing_ended"):
        indicator_view(ctx)


@pytest.mark.parametrize("language", LANGUAGES)
def test_formulas_are_told_in_words_and_a_region_may_add_its_own(demo: Context, language: str) -> None:
    t = translator(language)
    own = Indicator(
        "restored", "cases", ("completed",), below=("completed", "settled", "terminated", "ended", "withdrawn"),
        case_types=("执恢",), name="恢复案件执行完毕率", name_en="Restored cases completed", help="…",
    )  # fmt: skip
    told = formula(own, t)
    assert "执恢" in told
    assert t("indicator.all_but", outcomes=t("indicator.comma").join((t("ending.other"), t("ending.untold")))) in told
    view = indicator_view(replace(demo, region=replace(demo.region, indicators=(*INDICATORS, own))), "base")
    assert {"zh": "恢复案件执行完毕率", "en": "Restored cases completed"}[language] == headlines(view, t)[-1].name
    headers, rows = group_rows(view, t)
    assert all(len(row) == len(headers) == 6 for row in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_holds_numbers_the_path_and_the_formulas(demo: Context, language: str) -> None:
    t = translator(language)
    book = openpyxl.load_workbook(BytesIO(indicator_workbook(demo, t, "base")))
    values, months, formulas = book.worksheets
    view = indicator_view(demo, "base")
    assert values.max_row == len(view.table) + 1
    assert months.max_row == 24 * len(INDICATORS) + 1
    assert [row[1] for row in formulas.iter_rows(min_row=2, values_only=True)] == [formula(s, t) for s in INDICATORS]
    first = dict(zip(*(list(row) for row in values.iter_rows(max_row=2, values_only=True)), strict=True))
    row = view.table.iloc[0]
    assert first[t("indicator_sheet.denominator")] == pytest.approx(row["denominator"] / 100, abs=0.01)
    assert first[t("indicator_sheet.value")] == pytest.approx(100 * row["value"], abs=0.01)
    assert audit.entries(demo.engine).iloc[-1]["action"] == "indicators.exported"
