"""One cell's text -> one value: case numbers, money, dates, coordinates. Texts come through ``vocabulary.plain``."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import pandas as pd

from planner.model.case import CASE_TYPES
from planner.register.vocabulary import columns, plain, terms

CASE_NUMBER = re.compile(
    r"\(?(?P<year>\d{4})\)?(?P<court>[一-鿿]{1,5}?\d{0,4})(?P<type>执[一-鿿]{0,3}|(?:(?!执)[一-鿿]){2,3})(?P<number>\d{1,6})号?"
    r"(?:之[一二三四五六七八九十\d]+)?"
)
"""(年)法院代字+类型代字+序号+号, after 最高人民法院《关于人民法院案件案号的若干规定》. 之一 marks a ruling."""

MOST_FEN = 10**14
"""One trillion yuan: anything above is not an amount (an account or ID number in the wrong column)."""

AMOUNT = re.compile(
    r"(?P<number>-?(?:\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+|\d+)(?:\.\d*)?(?:E[+-]?\d{1,2})?)(?P<unit>\D*)"
)

CHINESE_AMOUNT = re.compile(
    r"(?P<yuan>[零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+)(?:[元圆](?:(?P<jiao>[一二三四五六七八九壹贰叁肆伍陆柒捌玖])角)?"
    r"(?:(?P<fen>[一二三四五六七八九壹贰叁肆伍陆柒捌玖])分)?[整正]?)?"
)
NUMERALS = {letter: n for n, letter in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
NUMERALS |= {letter: n for n, letter in enumerate("零壹贰叁肆伍陆柒捌玖")}
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8}

WESTERN_DATE = re.compile(r"(\d{4}) ?[-./年] ?(\d{1,2}) ?[-./月] ?(\d{1,2})日?(?:[ T]?\d{1,2}[:时].*)?")
SHORT_DATE = re.compile(r"(\d{2})[-.年](\d{1,2})[-.月](\d{1,2})日?")
"""24.6.20, but not 6/20/24 or 12/11/24, which may be written by month."""
COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
CHINESE_DATE = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]?"
)
SERIAL_DATE = re.compile(r"(\d{5})(?:\.\d+)?")

EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of Excel's serial numbers after its 29 February 1900
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 1, 1)

BRACKETS = str.maketrans("〔〕[]【】{}（）", "()()()()()")

DIGITS = {letter: str(n) for n, letter in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}


class Unreadable(ValueError):
    """A cell holds something, but not what its column is for."""


def each(column: "pd.Series[str]", parse: Callable[[str], tuple[object, ...]], *dtypes: str) -> list["pd.Series[Any]"]:
    """What ``parse`` gives for every cell, one column per dtype. It is called once for each distinct text.

    Args:
        column: texts (or a categorical of them), none missing.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, used = pd.factorize(column.cat.codes.to_numpy())
        texts = column.cat.categories.to_numpy()[used].tolist()
    else:
        codes, distinct = pd.factorize(column)
        texts = distinct.tolist()
    parsed = [parse(text) for text in texts]
    told = []
    for n, dtype in enumerate(dtypes):
        values: pd.Series[Any] = pd.Series([of_text[n] for of_text in parsed], dtype=dtype)
        told.append(pd.Series(values.array.take(codes), index=column.index))
    return told


def read_column(
    column: "pd.Series[str]", parse: Callable[[str], object], dtype: str
) -> tuple["pd.Series[Any]", "pd.Series[bool]"]:
    """``parse`` of every cell (NA where blank or unreadable), and where it was unreadable."""

    def attempt(text: str) -> tuple[object, bool]:
        try:
            return parse(text), False
        except Unreadable:
            return None, True

    values, unreadable = each(column, attempt, dtype, "bool")
    return values, unreadable


@cache
def _signs_for_nothing() -> frozenset[str]:
    return frozenset(("", *terms()["blank"]))


def is_blank(text: str) -> bool:
    """Nothing, or a sign that stands for nothing."""
    return text in _signs_for_nothing()


def case_number(text: str) -> tuple[str, str]:
    """Canonical case number and its type, e.g. ``("(2024)浙0225执1234号", "执")``.

    Raises:
        Unreadable: not a case number.
    """
    half_width = re.sub(r"\s", "", text).translate(BRACKETS).replace("字第", "")
    found = CASE_NUMBER.fullmatch(half_width)
    if not found or not FIRST_DAY.year <= int(found["year"]) < LAST_DAY.year or not int(found["number"]):
        raise Unreadable(text)
    case_type = found["type"] if found["type"] in CASE_TYPES else "其他"
    return f"({found['year']}){found['court']}{found['type']}{int(found['number'])}号", case_type


def canonical_case_number(text: str) -> str | None:
    """The canonical form of a case number as a person types it; None where it is none."""
    try:
        return case_number(plain(text))[0]
    except Unreadable:
        return None


def court_of_case_number(text: str) -> str:
    """The court's code in a case number (浙0225); empty where it is none."""
    found = CASE_NUMBER.fullmatch(re.sub(r"\s", "", plain(text)).translate(BRACKETS).replace("字第", ""))
    return found["court"] if found else ""


PLAIN_AMOUNT = re.compile(r"\d{1,10}(?:\.\d{1,2})?")


def typed_amount(text: str) -> tuple[int | None, bool]:
    """Money as somebody types it in yuan: fen (None: nothing typed, or unreadable), and whether that is beyond doubt.

    ``1200.50`` is; what has a comma or a unit is read, but a person should look at it.
    """
    bare = plain(text)
    if not bare:
        return None, True
    try:
        return amount_fen(bare), PLAIN_AMOUNT.fullmatch(bare) is not None
    except Unreadable:
        return None, False


def amount_fen(text: str) -> int | None:
    """Money in fen, in yuan unless a unit stands behind it; None where blank.

    Raises:
        Unreadable: negative, not a number, or beyond all measure.
    """
    if is_blank(text):
        return None
    bare = re.sub(r"[\s¥￥]|人民币|RMB|CNY", "", text, flags=re.I).upper()
    if (spoken := CHINESE_AMOUNT.fullmatch(bare)) and re.search("[元圆万亿]", bare):
        return _spoken_fen(spoken)
    found = AMOUNT.fullmatch(bare)
    unit = found["unit"].removesuffix("整") if found else ""
    if not found or (unit and unit not in columns().fen_per):
        raise Unreadable(text)
    fen = Decimal(found["number"].replace(",", "")) * columns().fen_per[unit or "元"]
    if not 0 <= fen <= MOST_FEN:
        raise Unreadable(text)
    return int(fen.quantize(Decimal(1), ROUND_HALF_UP))


def _spoken_fen(found: re.Match[str]) -> int:
    """五万元, 叁万贰仟元整, 拾万元伍角: in fen."""
    fen = 100 * _spoken_number(found["yuan"]) + 10 * NUMERALS[found["jiao"] or "零"] + NUMERALS[found["fen"] or "零"]
    if fen > MOST_FEN:
        raise Unreadable(found[0])
    return fen


def _spoken_number(text: str) -> int:
    """Chinese numerals by position: each digit once, each unit after a digit (十 alone is ten)."""
    total = section = 0
    digit: int | None = None
    for letter in text:
        if letter in NUMERALS:
            if digit:  # 二三 is no number
                raise Unreadable(text)
            digit = NUMERALS[letter]
        elif letter in TENS:
            section += (1 if digit is None else digit) * TENS[letter]
            digit = None
        else:
            section += digit or 0
            if not total + section:  # 万 of nothing
                raise Unreadable(text)
            total = (total + section) * MYRIADS[letter] if letter == "亿" else total + section * MYRIADS[letter]
            section, digit = 0, None
    return total + section + (digit or 0)


def day(text: str) -> date | None:
    """A date in any of the ways that registers write it; None where blank.

    Raises:
        Unreadable: not a date, an impossible one, or before 1990 / after 2099.
    """
    if is_blank(text):
        return None
    try:
        found = _date_of(text)
    except ValueError as error:
        raise Unreadable(text) from error
    if found is None or not FIRST_DAY <= found < LAST_DAY:
        raise Unreadable(text)
    return found


def _date_of(text: str) -> date | None:
    if found := WESTERN_DATE.fullmatch(text) or COMPACT_DATE.fullmatch(text):
        year, month, day_of_month = map(int, found.groups())
        return date(year, month, day_of_month)
    if found := SHORT_DATE.fullmatch(text):
        year, month, day_of_month = map(int, found.groups())
        return date(2000 + year, month, day_of_month)
    if found := CHINESE_DATE.fullmatch(re.sub(r"\s", "", text)):
        year = int("".join(DIGITS[letter] for letter in found[1]))
        return date(year, _chinese_number(found[2]), _chinese_number(found[3]))
    if found := SERIAL_DATE.fullmatch(text):
        return EXCEL_EPOCH + timedelta(days=int(found[1]))
    return None


def _chinese_number(text: str) -> int:
    """1 to 99 in Chinese numerals, e.g. 二十一; ValueError where it is none (二三)."""
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        raise ValueError(text)
    return (int(DIGITS.get(tens, "1")) * 10 if ten else 0) + int(DIGITS.get(ones, "0"))


def longitude(text: str) -> float | None:
    """Degrees east; None where blank. Raises Unreadable where it is no number or out of range."""
    return _degrees(text, 180.0)


def latitude(text: str) -> float | None:
    """Degrees north; None where blank. Raises Unreadable where it is no number or out of range."""
    return _degrees(text, 90.0)


def _degrees(text: str, most: float) -> float | None:
    if is_blank(text):
        return None
    if not re.fullmatch(r"-?\d{1,3}(\.\d+)?", text) or abs(float(text)) > most:
        raise Unreadable(text)
    return float(text)
