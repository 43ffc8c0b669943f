"""ID numbers at the door: read the sex, hash with the installation's key, drop; mask them wherever else they stand."""

import hmac
import re

LOST_DIGITS = re.compile(r"\d(?:\.\d+)?E\+?1\d")
"""An ID number that Excel took for a quantity, e.g. 3.30225E+17."""

IN_TEXT = re.compile(r"(?<!\d)(?:\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx]|\d{15,}[Xx]?)(?!\d)")
"""Also bank accounts and other runs of 15 digits or more: none of them belongs into a text."""

GAP = r"[\s\-－—·._/\u200b-\u200d\ufeff]{0,2}"
SPACED = re.compile(
    r"(?<!\d)[1-9]" + GAP + (r"\d" + GAP) * 5 + "(?:1" + GAP + "9|2" + GAP + "0)" + GAP
    + GAP.join([r"\d", r"\d", "[01]", r"\d", "[0-3]", r"\d", r"\d", r"\d", r"\d", r"[\dXx]"]) + r"(?!\d)"
)  # fmt: skip
"""An ID number whose digits stand apart in any way; the date of birth in it tells it from two telephone numbers."""

SUSPECT = re.compile(r"\d\D{0,2}\d\D{0,2}\d")
"""Every number that must be masked holds three digits close together."""

LOST_IN_TEXT = re.compile(r"(?<![\d.])\d\.\d{3,}[Ee]\+?1\d(?!\d)")

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
"""GB 11643-1999: check digit = CHECK_DIGITS[sum(weight x digit) mod 11]."""

HASH_LENGTH = 32

TOKEN = re.compile(r"证件#([0-9A-F]{32})#([男女]?)")
"""What stands for an ID number in a workbook that leaves the house: its hash, and the sex it tells."""
TOKENS = re.compile(r"(证件#[0-9a-fA-F]{32}#[男女]?)")


GUARDS = re.compile(r"[\s'’\-]")
ROUNDED = re.compile(r"\d{15}000")
READABLE = re.compile(r"[0-9A-Z()]{5,20}")
CREDIT_CODE = re.compile(r"[0-9A-Z]{18}")
WITH_SEX = re.compile(r"\d{17}[\dX]|\d{15}")


def bare(text: str) -> str:
    """An ID number without spaces, hyphens and guards."""
    return GUARDS.sub("", text).upper()


def lost_its_digits(number: str) -> bool:
    """Whether a spreadsheet has rounded the number away: 3.30225E+17, or a wrong tail of zeros (15 digits are kept)."""
    if LOST_DIGITS.fullmatch(number):
        return True
    return ROUNDED.fullmatch(number) is not None and not _check_digit_holds(number)


def _check_digit_holds(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number, strict=False))
    return CHECK_DIGITS[total % 11] == number[17]


def id_hash(number: str, key: bytes) -> str:
    """Keyed hash (HMAC-SHA256, the first 32 hex digits) by which the same person is known again."""
    if known := TOKEN.fullmatch(number):
        return known[1].lower()
    return hmac.digest(key, number.encode(), "sha256").hex()[:HASH_LENGTH]


def token(number: str, key: bytes) -> str:
    """A text that stands for a bare ID number, and is read as that number again; it tells nothing without the key."""
    sex = "女" if is_woman(number) else "男" if WITH_SEX.fullmatch(number) else ""
    return f"证件#{id_hash(number, key)}#{sex}"


def is_woman(number: str) -> bool:
    """The 17th digit (the 15th of old numbers) is even for women, GB 11643-1999."""
    if known := TOKEN.fullmatch(number):
        return known[2] == "女"
    return WITH_SEX.fullmatch(number) is not None and int(number[16 if len(number) == 18 else 14]) % 2 == 0


def masked(text: str) -> str:
    """The text with the digits of every ID or account number starred out."""
    if not SUSPECT.search(text):
        return text
    pieces = TOKENS.split(text)  # tokens stand at the odd places: their hashes hold digits, but tell nothing
    pieces[::2] = [SPACED.sub("***", IN_TEXT.sub("***", LOST_IN_TEXT.sub("***", piece))) for piece in pieces[::2]]
    return "".join(pieces)


def is_readable(number: str) -> bool:
    """Whether a bare text can be the number of an ID document (passports and others: 5 to 20 letters and digits)."""
    if TOKEN.fullmatch(number):
        return True
    return not lost_its_digits(number) and READABLE.fullmatch(number) is not None


def is_company(number: str) -> bool:
    """A 统一社会信用代码 has 18 letters and digits, with a letter before its last place."""
    return CREDIT_CODE.fullmatch(number) is not None and not number[:17].isdecimal()
