"""Single cells: case numbers, money, dates, ID numbers."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.register import identity, values
from planner.register.parties import split
from planner.register.rows import letters
from planner.register.values import Unreadable, amount_fen, case_number, day, latitude, longitude
from planner.register.vocabulary import columns, plain
from planner.register.workbook import cell_text


@pytest.mark.parametrize(
    ("text", "number", "case_type"),
    [
        ("(2024)浙0225执1234号", "(2024)浙0225执1234号", "执"),
        ("（２０２４）浙０２２５执１２３４号", "(2024)浙0225执1234号", "执"),
        ("〔2024〕浙0225执恢7号", "(2024)浙0225执恢7号", "执恢"),
        ("[2024] 浙 0225 执保 07 号", "(2024)浙0225执保7号", "执保"),
        ("【2024】浙02执复9号", "(2024)浙02执复9号", "执复"),
        ("(2024)最高法执监12号", "(2024)最高法执监12号", "执监"),
        ("(2024)浙0225执异3号之一", "(2024)浙0225执异3号", "执异"),
        ("(2024)浙0225执3号之12", "(2024)浙0225执3号", "执"),
        ("2024浙0225执5号", "(2024)浙0225执5号", "执"),
        ("(2014)甬象执民字第88号", "(2014)甬象执民88号", "其他"),
        ("(2024)浙0225民初5号", "(2024)浙0225民初5号", "其他"),
    ],
)
def test_case_numbers(text: str, number: str, case_type: str) -> None:
    assert case_number(plain(text)) == (number, case_type)


@pytest.mark.parametrize(
    "text",
    ["", "浙0225执1号", "(2024)浙0225执号", "(24)浙0225执1号", "(2024)0225执1号", "(2024)浙0225执0号",
     "(1824)浙0225执1号", "(2024)浙0225执330225199001011234号", "合计", "(2024)浙0225执1号、2号"],
)  # fmt: skip
def test_broken_case_numbers(text: str) -> None:
    with pytest.raises(Unreadable):
        case_number(plain(text))


@pytest.mark.parametrize(
    ("text", "fen"),
    [("1200.5", 120050), ("1，200.50", 120050), ("￥30,000元", 3000000), ("3.5万元", 3500000), ("3.5 万", 3500000),
     ("0.2亿元", 2000000000), ("12,3456", 12345600), ("人民币20元整", 2000), ("1E+3", 100000), ("0", 0), ("1.005", 101),
     ("", None), ("—", None), ("无", None), ("12.", 1200), ("五万", 5000000), ("叁万贰仟元整", 3200000),
     ("拾万元", 10000000), ("两千零五十元", 205000), ("一亿二千万元", 12000000000), ("三百元伍角", 30050),
     ("十五圆", 1500)],
)  # fmt: skip
def test_amounts(text: str, fen: int | None) -> None:
    assert amount_fen(plain(text)) == fen


@pytest.mark.parametrize(
    "text",
    [
        "-1",
        "约3万",
        "二三元",
        "三",
        "3万5千",
        "万",
        "1,2",
        "1.2.3",
        "3万美元",
        "999999198001010013",
        "NaN",
        "2024-01-01",
    ],
)
def test_nonsense_is_no_amount(text: str) -> None:
    with pytest.raises(Unreadable):
        amount_fen(plain(text))


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_every_way_to_write_a_date_means_the_same_day(told: date) -> None:
    digits = "〇一二三四五六七八九"
    small = [
        "",
        *digits[1:],
        "十",
        *(f"十{d}" for d in digits[1:]),
        "二十",
        *(f"二十{d}" for d in digits[1:]),
        "三十",
        "三十一",
    ]
    in_words = f"{''.join(digits[int(d)] for d in str(told.year))}年{small[told.month]}月{small[told.day]}日"
    serial = (told - date(1899, 12, 30)).days
    written = [
        f"{told.year}.{told.month}.{told.day}", f"{told.year}/{told.month}/{told.day}", told.isoformat(),
        f"{told:%Y%m%d}",
        f"{told.year}年{told.month}月{told.day}日", in_words, cell_text(float(serial)), cell_text(serial + 0.25),
        cell_text(told), cell_text(datetime(told.year, told.month, told.day, 9, 30)),  # noqa: DTZ001
    ]  # fmt: skip
    assert {day(plain(text)) for text in written} == {told}


@pytest.mark.parametrize("text", ["2024-02-30", "2024.13.1", "20241301", "二〇二四年十三月一日", "二〇二四年二三月一日",
                                  "1889-01-01", "2100-01-01", "六月", "2024.6", "99999"])  # fmt: skip
def test_impossible_dates(text: str) -> None:
    with pytest.raises(Unreadable):
        day(plain(text))


def test_coordinates() -> None:
    assert (longitude("121.94"), latitude("29.23"), latitude("")) == (121.94, 29.23, None)
    for text in ("291.23", "29°14'", "NaN"):
        with pytest.raises(Unreadable):
            latitude(text)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("甲示例", ["甲示例"]),
        ("甲、乙；丙\n丁，戊/己", ["甲", "乙", "丙", "丁", "戊", "己"]),
        ("1.甲 2.乙", ["甲", "乙"]),
        ("1、甲；2、乙", ["甲", "乙"]),
        ("甲公司（原名：乙、丙）、丁", ["甲公司(原名:乙、丙)", "丁"]),
        ("张示例0001、李示例0002", ["张示例0001", "李示例0002"]),
        ("999999198001010013、99999919800101002X", ["999999198001010013", "99999919800101002X"]),
        ("、", []),
    ],
)
def test_splitting_a_cell(text: str, pieces: list[str]) -> None:
    assert split(plain(text)) == pieces


@pytest.mark.parametrize("text", ["3.30225E+17", "9.9E+17", "330225199001011000", cell_text(330225199001011234.0)])
def test_numbers_that_a_spreadsheet_has_rounded(text: str) -> None:
    assert identity.lost_its_digits(identity.bare(text))


def test_a_true_number_may_end_in_zeros() -> None:
    assert not identity.lost_its_digits("11010119900307200" + identity.CHECK_DIGITS[
        sum(w * int(d) for w, d in zip(identity.WEIGHTS, "11010119900307200", strict=True)) % 11])  # fmt: skip
    assert not identity.lost_its_digits("999999198001010013")


def test_sex_is_the_17th_digit_of_18_and_the_last_of_15() -> None:
    assert identity.is_woman("99999919800101002X")
    assert not identity.is_woman("999999198001010013")
    assert identity.is_woman("999999800101002")
    assert not identity.is_woman("91330225MA00000X1X")


def test_hash_depends_on_number_and_key() -> None:
    hashes = {identity.id_hash(n, k) for n in ("999999198001010013", "99999919800101002X") for k in (b"a", b"b")}
    assert len(hashes) == 4
    assert {len(h) for h in hashes} == {32}


@pytest.mark.parametrize("text", ["身份证999999198001010013", "999999 19800101 0013", "99999919800101002x。",
                                  "9.99999E+17", "账号6222020000000000000", "999999800101001"])  # fmt: skip
def test_numbers_inside_texts_are_starred_out(text: str) -> None:
    assert "***" in identity.masked(text)
    assert sum(letter.isdigit() for letter in identity.masked(text)) == 0


@pytest.mark.parametrize(
    "text", ["13800000000 13900000000", "0574-65700000转8001", "(2024)浙0225执123456号", "2024-06-20 10:00"]
)
def test_phones_and_case_numbers_are_left_alone(text: str) -> None:
    assert identity.masked(text) == text


def test_excel_names_of_columns() -> None:
    assert [letters(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_no_header_means_two_things() -> None:
    names = [name for accepted in columns().accepted.values() for name in accepted]
    assert len(names) == len(set(names))


def test_largest_amount_is_far_below_an_account_number() -> None:
    assert amount_fen("1000000000000") == values.MOST_FEN
    with pytest.raises(Unreadable):
        amount_fen("1000000000001")


@pytest.mark.parametrize(
    ("text", "day_of"),
    [("24.6.20", date(2024, 6, 20)), ("24-06-20", date(2024, 6, 20)), ("24年6月20日", date(2024, 6, 20))],
)
def test_years_of_two_digits(text: str, day_of: date) -> None:
    assert day(plain(text)) == day_of


@pytest.mark.parametrize("text", ["6/20/24", "12/11/24", "24/6/20", "24.13.20", "24.6", "24.6.31", "6.20.24"])
def test_what_may_be_written_by_month_is_no_date(text: str) -> None:
    with pytest.raises(Unreadable):
        day(plain(text))


NUMBERS = st.from_regex(r"[1-9][0-9]{5}(19|20)[0-9]{9}[0-9X]|[1-9][0-9]{14}|[A-Z][0-9]{8}", fullmatch=True)


@given(NUMBERS, st.binary(min_size=1))
def test_a_token_tells_what_its_number_told_and_no_digit_of_it(number: str, key: bytes) -> None:
    token = identity.token(number, key)
    read = identity.bare(f" {token} ")
    assert identity.is_readable(read)
    assert identity.id_hash(read, b"another") == identity.id_hash(number, key)
    assert identity.is_woman(read) == identity.is_woman(number)
    assert not identity.is_company(read)
    assert identity.masked(token) == token
    assert number not in token


@pytest.mark.parametrize(
    "number",
    ["9999 9919 8001 0100 13", "999999 1980 0101 0013", "999999－19800101－0013", "999999·19800101·0013",
     "999999.19800101.001X", "999999_19800101_0013", "999999/19800101/0013", "999999\u200b19800101\u200b0013",
     "999999  19800101  0013", "999999\n19800101\n0013"],
)  # fmt: skip
def test_an_id_number_is_masked_however_its_digits_stand_apart(number: str) -> None:
    assert identity.masked(f"证件{number}。") == "证件***。"


@pytest.mark.parametrize(
    "text", ["13900000001 13900000002", "13900000001/13900000002", "2024-01-01至2024-02-02", "1200.50、3400"]
)
def test_other_numbers_are_left(text: str) -> None:
    assert identity.masked(text) == text
