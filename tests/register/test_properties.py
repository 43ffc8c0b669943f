"""What holds for every register, however untidy: nothing is lost, nothing leaks, the order of rows does not matter."""

import csv
import io
import random
import re
from dataclasses import astuple

import pandas as pd
import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from planner.i18n import catalogue
from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.model.report import ImportReport
from planner.register import RegisterRead, read_register
from planner.register.rows import tidied
from planner.register.vocabulary import plain

KEY = b"property"
Row = tuple[str, ...]

CASE_HEADER = ("案号", "立案日期", "结案日期", "结案方式", "申请执行标的", "被执行人", "备注")
PARTY_HEADER = ("案号", "当事人", "地位", "证件号", "电话", "经常居住地", "户籍地")

numbers = st.integers(1, 6).map(lambda n: f"(2024)浙0225执{n}号")
broken = st.sampled_from(["", "合计", "案号", "2024年", "浙0225执3号", "（2024）浙0225执００３号"])
identities = st.from_regex(re.compile(r"[1-9][0-9]{5}(19|20)[0-9]{9}[0-9X]"), fullmatch=True)
leaking = st.one_of(
    st.sampled_from(["", "无", "石浦镇1号", "甲示例、乙示例", "13800000000"]),
    st.tuples(
        st.sampled_from(["", "身份证", "甲", "：", "ID "]), identities, st.sampled_from(["", "号", "；乙", "x"])
    ).map("".join),
    st.sampled_from(["3.30225E+17", "３３０２２５１９９００１０１１２３４", "330225 19900101 1234"]),
)
days = st.sampled_from(["2024-01-05", "2024.2.6", "2024年3月7日", "45400", "2024-02-30", "", "后补"])
amounts = st.sampled_from(["", "1000", "1.5万元", "-3", "x", "1,000.00"])
case_rows = st.tuples(
    st.one_of(numbers, broken, leaking),
    days,
    days,
    st.sampled_from(["", "执行完毕", "终结本次执行程序"]),
    amounts,
    leaking,
    leaking,
)
party_rows = st.tuples(
    st.one_of(numbers, broken, leaking),
    leaking,
    st.sampled_from(["被执行人", "申请执行人", ""]),
    leaking,
    leaking,
    leaking,
    leaking,
)
registers = st.tuples(st.lists(case_rows, max_size=12), st.lists(party_rows, max_size=12)).filter(
    lambda both: any(any(row) for rows in both for row in rows)
)
PHASES = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]  # explaining a failure takes minutes here
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=PHASES)
fewer = settings(few, max_examples=10)
shufflers = st.randoms(use_true_random=False)


def as_csv(header: Row, rows: list[Row]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def _read(register: tuple[list[Row], list[Row]]) -> RegisterRead:
    cases, parties = register
    return read_register([("案件.csv", as_csv(CASE_HEADER, cases)), ("当事人.csv", as_csv(PARTY_HEADER, parties))], KEY)


@few
@given(registers)
def test_nothing_is_lost_nothing_leaks_and_the_contracts_hold(register: tuple[list[Row], list[Row]]) -> None:
    read = _read(register)
    _rows_read_are_kept_or_rejected_with_a_reason(read.report, register)
    _a_kept_row_left_its_mark(read)
    _no_id_number_is_in_the_clear(read)
    pd.testing.assert_frame_equal(CASE_TABLE.validate(read.cases), read.cases)
    pd.testing.assert_frame_equal(PARTY_TABLE.validate(read.parties), read.parties)


def _rows_read_are_kept_or_rejected_with_a_reason(report: ImportReport, register: tuple[list[Row], list[Row]]) -> None:
    for sheet, rows in zip(report.sheets, register, strict=True):
        rejected = {issue.row for issue in report.issues if issue.rejected and issue.sheet == sheet.sheet}
        assert sheet.rows_read == sum(any(cell.strip() for cell in row) for row in rows)
        assert sheet.rows_rejected == len(rejected)
        assert sheet.rows_kept == sheet.rows_read - sheet.rows_rejected
    texts = catalogue("zh").keys()
    assert all(f"issue.{i.kind}" in texts and f"issue_remedy.{i.kind}" in texts for i in report.issues)


def _a_kept_row_left_its_mark(read: RegisterRead) -> None:
    of_cases, of_parties = read.report.sheets
    assert of_cases.rows_kept >= len(read.cases)
    assert (of_cases.rows_kept == 0) == (len(read.cases) == 0)
    if of_parties.rows_kept:
        assert len(read.parties) > 0
    assert set(read.parties["case_id"]) <= set(read.cases["case_id"])


def _no_id_number_is_in_the_clear(read: RegisterRead) -> None:
    told = pd.concat([read.cases.select_dtypes("string"), read.parties.select_dtypes("string").drop(columns="id_hash")])
    texts = [text for column in told for text in told[column].dropna()]
    report = read.report
    texts += [str(v) for item in (*report.issues, *report.columns, *report.sheets) for v in astuple(item)]
    for text in texts:
        assert not re.search(r"\d{15}", re.sub(r"(?<=\d)[ -](?=\d)", "", text)), text


@fewer
@given(registers, shufflers)
def test_order_of_rows_does_not_matter(register: tuple[list[Row], list[Row]], shuffler: random.Random) -> None:
    shuffled = tuple(shuffler.sample(rows, len(rows)) for rows in register)
    one, other = _read(register), _read(shuffled)
    pd.testing.assert_frame_equal(one.cases, other.cases)
    people = ["case_id", "role", "name", "is_company", "id_hash"]
    assert _sorted(one.parties[people]).equals(_sorted(other.parties[people]))
    assert one.report.rows_rejected == other.report.rows_rejected


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(list(table), ignore_index=True)


SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\u200b\ufeff"
# What this Python's Unicode does not know yet, Arrow's newer one may fold already.
assigned = st.characters(codec="utf-8", exclude_categories=("Cn", "Cs"))
untidy = st.text(st.one_of(st.sampled_from(SPACES), st.sampled_from("１２（）ａ：ﬁ①甲a1"), assigned))


@given(st.lists(untidy))
def test_a_column_is_tidied_as_its_texts_one_by_one(texts: list[str]) -> None:
    assert tidied(pa.array(texts, pa.large_string())).to_pylist() == [plain(text) for text in texts]
