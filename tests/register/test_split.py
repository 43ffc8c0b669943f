"""A register of many courts: every row goes to one piece or to the strays, whatever the rows."""

import csv
import io
from collections import Counter

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import RegisterError
from planner.register.split import STRAY, Sorting, court_key, pieces, tables_of

COURTS = {"示例甲县人民法院": 0, "示0101": 0, "示例乙县人民法院": 1, "示0102": 1}
HEAD = ["执行法院", "案号", "立案日期", "备注"]
PEOPLE = ["案号", "当事人", "地位", "经常居住地"]


def split(*files: tuple[str, bytes]) -> tuple[dict[int, list[list[str]]], Sorting]:
    """Piece -> its rows, of tables of cases first."""
    sorting, found = Sorting({court_key(name): n for name, n in COURTS.items()}), dict[int, list[list[str]]]()
    tables = [table for name, data in files for table in tables_of(name, io.BytesIO(data))]
    for layout, blocks in sorted(tables, key=lambda table: not table[0].dated):
        for block in blocks:
            for piece, rows in pieces(layout, block, sorting):
                found.setdefault(piece, []).extend(csv.reader(io.StringIO(rows.decode(), newline="")))
    return found, sorting


def as_csv(*rows: list[str], encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n",;\t'), max_size=6)
COURT = st.sampled_from([*COURTS, " 示例甲县人民法院 ", "示例丙县人民法院", ""])
NUMBER = st.sampled_from(["(2026)示0101执1号", "（2026）示0102执2号", "(2026)示0909执3号", "", "合计"])


@given(st.lists(st.tuples(COURT, NUMBER, CELL), max_size=30))
def test_every_row_is_in_exactly_one_piece(rows: list[tuple[str, str, str]]) -> None:
    given = [[court, number, "2026-01-05", cell] for court, number, cell in rows]
    found, sorting = split(("cases.csv", as_csv(HEAD, *given)))
    back = Counter(tuple(row) for piece in found.values() for row in piece)
    assert back == Counter(map(tuple, given))
    assert sorting.rows == len(given)
    assert sorting.strays == len(found.get(STRAY, []))
    assert sorting.strays == sum(sorting.unknown.values())


def test_a_row_is_its_court_s_else_that_of_its_case_number() -> None:
    rows = [
        ["示例甲县人民法院", "(2026)示0102执1号", "2026-01-05", ""],
        ["", "(2026)示0102执2号", "2026-01-05", ""],
        ["示例丙县人民法院", "(2026)示0101执3号", "2026-01-05", ""],
    ]
    found, sorting = split(("cases.csv", as_csv(HEAD, *rows)))
    assert found == {0: rows[:1], 1: rows[1:2], STRAY: rows[2:]}
    assert sorting.unknown == {"示例丙县人民法院": 1}


def test_people_follow_their_case_even_to_another_court_than_its_number_says() -> None:
    cases = as_csv(HEAD, ["示例甲县人民法院", "(2026)示0102执1号", "2026-01-05", ""])
    people = [
        ["(2026）示0102 执1号", "示例001", "被执行人", "示例村"],
        ["(2026)示0102执9号", "示例002", "被执行人", "示例村"],
    ]
    found, _ = split(("people.csv", as_csv(PEOPLE, *people)), ("cases.csv", cases))
    assert people[0] in found[0]
    assert people[1] in found[1]


def test_title_rows_and_gb18030_and_odd_rows() -> None:
    rows = [["示例甲县人民法院", "(2026)示0101执1号", "2026-01-05", "甲"], ["示例乙县人民法院", "(2026)示0102执1号"],
            ["示例甲县人民法院", "(2026)示0101执2号", "2026-01-05", "甲", "多出的一格"]]  # fmt: skip
    data = as_csv(["全省案件登记表\n（示例）", "", "", ""], HEAD, *rows, encoding="gb18030")
    found, _ = split(("cases.csv", data))
    assert found == {0: [rows[0]], 1: [[*rows[1], "", ""]], STRAY: [rows[2]]}


def test_a_workbook_is_split_like_text() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("案件")
        for n, row in enumerate([HEAD, ["示例乙县人民法院", "(2026)示0102执1号", "2026-01-05", "乙"]]):
            sheet.write_row(n, 0, row)
    found, _ = split(("cases.xlsx", out.getvalue()))
    assert found == {1: [["示例乙县人民法院", "(2026)示0102执1号", "2026-01-05", "乙"]]}


def test_a_table_that_tells_nobody_s_court_is_refused() -> None:
    with pytest.raises(RegisterError) as told:
        split(("x.csv", as_csv(["电话", "备注"], ["000-1", "示例"])))
    assert told.value.key == "no_court_column"
