"""Tips as people send them: each golden line with what it tells."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.register import Tip, matches, taken, tips_of_files, tips_of_text

NOW = datetime(2026, 11, 24, 10, 20)  # noqa: DTZ001 - local time; a Tuesday
NAMES = ["示例张三", "示例张三丰", "示例渔业有限公司"]

GOLDEN: list[tuple[str, dict[str, Any]]] = [
    (
        "昨晚8点多看到示例张三在石浦镇沙塘湾村家里亮灯，庭务主任示例甲报，线索到周五有效",
        {"persons": ("示例张三",), "seen_on": date(2026, 11, 23), "seen_min": 1200, "good_until": date(2026, 11, 27),
         "channel": "contact", "reporter": "示例甲", "kind": "at_home"},
    ),
    (
        "（2024）浙0225执123号 被执行人名下有渔船停靠鹤浦",
        {"case_ids": ("(2024)浙0225执123号",), "kind": "vessel", "persons": ()},
    ),
    ("示例张三丰今早6:30回来了，听说明天就走", {"persons": ("示例张三丰",), "seen_min": 390, "trust": "low"}),
    ("示例张三下周三领村集体分红", {"kind": "dividend", "good_until": date(2026, 12, 2), "seen_on": None}),
    ("11月20日下午3点半，派出所民警核实示例渔业有限公司在转移设备", {
        "seen_on": date(2026, 11, 20), "seen_min": 15 * 60 + 30, "channel": "police", "trust": "high",
        "kind": "transfer"}),
    ("12368来电：示例张三在工地上班，6月20日前有效", {"channel": "hotline", "good_until": date(2026, 6, 20)}),
    ("1月5日示例张三要回来过年", {"seen_on": None, "good_until": date(2027, 1, 5)}),
    ("没有人名也没有时间", {"persons": (), "seen_on": None, "case_ids": ()}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "told"), GOLDEN)
def test_a_line_tells(line: str, told: dict[str, Any]) -> None:
    [tip] = tips_of_text(line, NAMES, NOW)
    assert tip.words == line
    assert {name: getattr(tip, name) for name in told} == told


def test_each_line_is_a_tip_and_bullets_are_no_words() -> None:
    tips = tips_of_text("1. 示例张三在家\n\n（2）示例张三丰外出\n- 某某", NAMES, NOW)
    assert [tip.words for tip in tips] == ["示例张三在家", "示例张三丰外出", "某某"]
    assert [tip.persons for tip in tips] == [("示例张三",), ("示例张三丰",), ()]


def test_id_numbers_are_starred_out_at_the_door() -> None:
    [tip] = tips_of_text("示例张三 330225199001011234 在家", NAMES, NOW)
    assert "330225199001011234" not in tip.words
    assert "330225199001011234" not in str(tip.place)


def test_rows_of_a_sheet_are_tips_and_their_columns_go_first() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["线索登记"],
        ["案号", "被执行人", "线索内容", "地点", "时间", "有效期至", "来源", "反映人"],
        ["(2024)浙0225执5号", "示例李四", "昨天看到在家", "鹤浦镇", "2026-11-22", "周四", "网格员", "示例乙"],
        [None] * 8,
        [None, None, "示例张三回来了", None, None, None, None, None],
    ):
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    first, second = tips_of_files([("线索.xlsx", out.getvalue())], NAMES, NOW)
    assert first == Tip(
        words="昨天看到在家", case_ids=("(2024)浙0225执5号",), persons=("示例李四",), place="鹤浦镇",
        seen_on=date(2026, 11, 22), good_until=date(2026, 11, 26), channel="grid", reporter="示例乙", kind="at_home",
    )  # fmt: skip
    assert (second.words, second.persons) == ("示例张三回来了", ("示例张三",))


@given(st.text(max_size=80))
def test_no_text_is_too_odd(text: str) -> None:
    tips = tips_of_text(text, NAMES, NOW)
    assert len(tips) <= len(text.splitlines())


DEBTORS = pd.DataFrame(
    [
        ("c1", 1, "示例张三", "h1", "t1", "v1"),
        ("c2", 1, "示例张三", "h1", "t1", "v1"),
        ("c3", 1, "示例张三", "h2", "t2", "v2"),
        ("c4", 1, "示例李四", None, "t1", "v1"),
    ],
    columns=["case_id", "party_no", "name", "id_hash", "township_code", "village_code"],
).astype("str")


@pytest.mark.parametrize(
    ("case_ids", "persons", "place", "reason", "cases", "sure"),
    [
        (("c3",), (), (None, None), "case_number", ("c3",), True),
        (("c3",), ("示例李四",), (None, None), "name_only", ("c4",), False),
        ((), ("示例张三",), ("t1", "v1"), "name_village", ("c1", "c2"), True),
        ((), ("示例张三",), ("t2", None), "name_township", ("c3",), False),
        ((), ("示例张三",), (None, None), "name_elsewhere", ("c1", "c2"), False),
        ((), ("示例李四",), (None, None), "name_only", ("c4",), False),
        ((), ("示例李五",), ("t1", "v1"), "name_near", ("c4",), False),
    ],
)
def test_whose_it_is(
    case_ids: tuple[str, ...], persons: tuple[str, ...], place: tuple[str | None, str | None], reason: str,
    cases: tuple[str, ...], sure: bool,
) -> None:  # fmt: skip
    found = matches(case_ids, persons, *place, DEBTORS.replace("nan", None))
    assert (found[0].reason, found[0].case_ids) == (reason, cases)
    assert (taken(found) is not None) == sure


def test_nobody_is_guessed() -> None:
    assert matches((), ("无名氏",), "t1", "v1", DEBTORS) == []
    assert matches(("c9",), (), None, None, DEBTORS) == []
