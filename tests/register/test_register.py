"""A register as a whole: what is refused, what belongs together, what is derived."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import pandas as pd
import pytest

from planner.errors import Cancelled, RegisterError
from planner.i18n import LANGUAGES, catalogue, tell, translator
from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.register import RegisterRead, read_register
from planner.register.identity import token
from planner.register.vocabulary import columns

CsvOf = Callable[[Sequence[Sequence[object]]], bytes]
KEY = b"test"
HEADER = ["案号", "立案日期", "被执行人", "住址"]


def _read(*files: bytes) -> RegisterRead:
    return read_register([(f"{n}.csv", data) for n, data in enumerate(files)], KEY)


def _case(csv_of: CsvOf, **more: object) -> pd.Series:
    """The one case of a register with these columns beside the four that are needed."""
    rows = [[*HEADER, *more], ["(2024)浙0225执1号", "2024-01-02", "甲示例01", "石浦镇", *more.values()]]
    cases = _read(csv_of(rows)).cases
    assert len(cases) == 1
    return cases.iloc[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("header", "key", "accepted"),
    [
        (["编码", "立案日期", "被执行人", "住址"], "no_case_number_column", "案号"),
        (["案号", "日子", "被执行人", "住址"], "no_filing_date_column", "立案日期"),
        (["案号", "立案日期", "谁", "住址"], "no_debtor_column", "被执行人"),
        (["案号", "立案日期", "被执行人", "哪里"], "no_address_column", "经常居住地"),
    ],
)
def test_what_a_register_must_have(csv_of: CsvOf, header: list[str], key: str, accepted: str, language: str) -> None:
    with pytest.raises(RegisterError) as told:
        _read(csv_of([header, ["(2024)浙0225执1号", "2024-01-02", "甲示例01", "石浦镇"]]))
    assert told.value.key == key
    sentence = tell(told.value, translator(language))
    assert accepted in sentence
    assert "、".join(header) in sentence


def test_a_register_without_rows_is_refused(csv_of: CsvOf) -> None:
    with pytest.raises(RegisterError, match="no_rows"):
        _read(csv_of([HEADER, ["", " ", "", ""]]))


def test_all_rows_rejected_is_an_account_not_an_error(csv_of: CsvOf) -> None:
    read = _read(csv_of([HEADER, ["x", "2024-01-02", "甲", "石浦镇"]]))
    assert (len(read.cases), len(read.parties), read.report.rows_rejected) == (0, 0, 1)
    assert list(read.cases) == list(CASE_TABLE.columns)
    assert list(read.parties) == list(PARTY_TABLE.columns)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, "open"),
        ({"结案方式": "在办"}, "open"),
        ({"结案日期": "2024-05-01"}, "closed"),
        ({"结案方式": "执行完毕"}, "closed"),
        ({"结案日期": "2024-05-01", "结案方式": "终结本次执行程序"}, "terminated"),
        ({"结案日期": "2024-05-01", "结案方式": "终结执行"}, "closed"),
        ({"结案日期": "2024-05-01", "结案事由": "终本"}, "terminated"),
    ],
)
def test_status(csv_of: CsvOf, more: dict[str, object], status: str) -> None:
    assert _case(csv_of, **more)["status"] == status


@pytest.mark.parametrize(
    ("more", "flag"),
    [
        ({"案由": "追索劳动报酬纠纷"}, "livelihood"),
        ({"备注": "涉民生案件"}, "livelihood"),
        ({"系列案": "是"}, "group_case"),
        ({"备注": "群体性纠纷"}, "group_case"),
        ({"职业": "渔民"}, "fisher"),
        ({"案由": "船员劳务合同纠纷"}, "fisher"),
        ({"案件来源": "集中执行清查"}, "found_by_sweep"),
        ({"备注": "拟搜查住所"}, "search_planned"),
        ({"性别": "女"}, "female_debtor"),
        ({"证件号": "99999919800101002X"}, "female_debtor"),
    ],
)
def test_flags(csv_of: CsvOf, more: dict[str, object], flag: str) -> None:
    assert _case(csv_of, **more)[flag]
    assert not _case(csv_of)[flag]


@pytest.mark.parametrize(
    ("remark", "scope"),
    [
        ("", "field"),
        ("已网络冻结", "online_control"),
        ("执行不能", "unable"),
        ("已网络冻结；转司法救助", "unable"),
        ("执行不能，已宣告破产", "bankrupt"),
    ],
)
def test_scope(csv_of: CsvOf, remark: str, scope: str) -> None:
    assert _case(csv_of, 备注=remark)["scope"] == scope


def test_the_told_sex_goes_before_the_id_number_and_companies_have_none(csv_of: CsvOf) -> None:
    assert not _case(csv_of, 性别="男", 证件号="99999919800101002X")["female_debtor"]
    rows = [[*HEADER, "证件号"], ["(2024)浙0225执1号", "2024-01-02", "示例有限公司", "石浦镇", "99999919800101002X"]]
    assert not _read(csv_of(rows)).cases["female_debtor"].any()


def test_five_cases_of_one_series_are_a_group(csv_of: CsvOf) -> None:
    def of_series(count: int) -> pd.DataFrame:
        rows = [[f"(2024)浙0225执{n}号", "2024-01-02", "甲", "石浦镇", "系列1"] for n in range(1, count + 1)]
        return _read(csv_of([[*HEADER, "系列案"], *rows])).cases

    assert of_series(5)["group_case"].all()
    assert not of_series(4)["group_case"].any()


def test_a_no_in_the_series_column_is_no_series(csv_of: CsvOf) -> None:
    rows = [[f"(2024)浙0225执{n}号", "2024-01-02", "甲", "石浦镇", "否"] for n in range(1, 9)]
    cases = _read(csv_of([[*HEADER, "系列案"], *rows])).cases
    assert not cases["group_case"].any()
    assert cases["series"].isna().all()


def test_two_people_of_one_name_stay_two_and_one_person_told_twice_is_one(csv_of: CsvOf) -> None:
    case = ["(2024)浙0225执1号", "2024-01-02"]
    rows = [
        [*HEADER, "证件号", "电话"],
        [*case, "甲示例01", "石浦镇", "999999198001010013", ""],
        [*case, "甲示例01", "", "999999198001010013", "000-1"],
        [*case, "甲示例01", "鹤浦镇", "99999919800101002X", ""],
    ]
    parties = _read(csv_of(rows)).parties
    assert parties[["residence", "phone"]].fillna("").to_numpy().tolist() == [["石浦镇", "000-1"], ["鹤浦镇", ""]]
    assert parties["id_hash"].nunique() == 2


def test_a_sign_for_nothing_in_a_list_is_nothing(csv_of: CsvOf) -> None:
    rows = [[*HEADER, "电话"], ["(2024)浙0225执1号", "2024-01-02", "甲、乙", "石浦镇；鹤浦镇", "无；000-2"]]
    parties = _read(csv_of(rows)).parties
    assert parties["residence"].tolist() == ["石浦镇", "鹤浦镇"]
    assert parties["phone"].isna().tolist() == [True, False]


def test_the_later_column_fills_the_blanks_of_the_earlier(csv_of: CsvOf) -> None:
    rows = [
        ["案号", "立案日期", "被执行人", "住所地", "现住址", "标的额（万元）", "申请执行标的"],
        ["(2024)浙0225执1号", "2024-01-02", "甲", "石浦镇", "鹤浦镇", "2", ""],
        ["(2024)浙0225执2号", "2024-01-02", "乙", "石浦镇", "", "2", "300"],
    ]
    read = _read(csv_of(rows))
    assert read.parties["residence"].tolist() == ["鹤浦镇", "石浦镇"]
    assert read.cases["claimed_fen"].tolist() == [2_000_000, 30_000]


def test_files_of_one_sheet_name_are_told_apart(csv_of: CsvOf) -> None:
    rows = [[HEADER, [f"(2024)浙0225执{n}号", "2024-01-02", "甲", "石浦镇"]] for n in (1, 2)]
    report = read_register([("a.csv", csv_of(rows[0])), ("a.csv", csv_of(rows[1]))], KEY).report
    assert len({sheet.sheet for sheet in report.sheets}) == 2
    assert report.rows_kept == 2


def test_digest_knows_the_files_by_their_bytes_alone(csv_of: CsvOf) -> None:
    one = csv_of([HEADER, ["(2024)浙0225执1号", "2024-01-02", "甲", "石浦镇"]])
    two = csv_of([HEADER, ["(2024)浙0225执2号", "2024-01-02", "乙", "石浦镇"]])
    assert _read(one, two).report.digest == _read(two, one).report.digest
    assert _read(one).report.digest != _read(two).report.digest


def test_progress_grows_and_a_cancel_goes_through(csv_of: CsvOf) -> None:
    data = [("a.csv", csv_of([HEADER, ["(2024)浙0225执1号", "2024-01-02", "甲", "石浦镇"]]))]
    told: list[tuple[str, float]] = []
    read_register(data, KEY, lambda stage, share: told.append((stage, share)))
    assert all(before[1] < after[1] for before, after in pairwise(told))
    assert {f"stage.{stage}" for stage, _ in told} <= catalogue("zh").keys()

    def cancel(stage: str, share: float) -> None:
        raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        read_register(data, KEY, cancel)


def test_every_field_has_a_name() -> None:
    assert {f"field.{field}" for field in columns().accepted} <= catalogue("zh").keys()


@pytest.mark.parametrize("separator", ["、", "；", "\n", " / ", ","])
def test_tokens_stand_for_id_numbers_one_for_each_name(csv_of: CsvOf, separator: str) -> None:
    numbers = ["999999198001010013", "99999919800101002X", "999999800101002"]
    row = ["(2024)浙0225执1号", "2024-01-02", "甲、乙、丙", "石浦镇"]
    told = [
        _read(csv_of([[*HEADER, "证件号"], [*row, separator.join(texts)]]))
        for texts in (numbers, [token(number, KEY) for number in numbers])
    ]
    pd.testing.assert_frame_equal(told[0].parties, told[1].parties)
    assert told[0].parties["id_hash"].nunique() == 3
    assert told[0].cases["female_debtor"].all() == told[1].cases["female_debtor"].all()
    assert not [issue for read in told for issue in read.report.issues]


def test_the_sex_in_a_token_counts(csv_of: CsvOf) -> None:
    assert _case(csv_of, 证件号=token("99999919800101002X", KEY))["female_debtor"]
    assert not _case(csv_of, 证件号=token("999999198001010013", KEY))["female_debtor"]
    assert not _case(csv_of, 证件号=token("E12345678", KEY))["female_debtor"]
