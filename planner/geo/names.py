"""How Chinese place names vary in writing."""

import re
import unicodedata
from collections.abc import Iterator

TOWNSHIP_END = re.compile(r"(?<=..)(?:街道办事处|街道|镇|乡)$")
VILLAGE_END = re.compile(
    r"(?<=..)(?:股份)?(?:经济合作社|村民委员会|居民委员会|社区居委会|村委会|居委会|居民会|管理区|社区|村)$"
)
SPACES = re.compile(r"\s+")
COMMAS = re.compile(r"[,。;、·|\u200b]+")
ASIDE = re.compile(r"[(\[〔【〈<《{]([^)\]〕】〉>》}]*)[)\]〕】〉>》}]?")
NUMBERS = re.compile(r"\d+")
UNKNOWN = "?"


def normal(text: str) -> str:
    """NFKC, without spaces: full-width letters and digits become half-width."""
    return SPACES.sub("", text if text.isascii() else unicodedata.normalize("NFKC", text))


def plain(address: str) -> str:
    """Normal, every number written 0: which house it is does not matter, and most addresses become alike."""
    return NUMBERS.sub("0", normal(address))


def parts(address: str) -> tuple[str, str]:
    """The text of an address without commas, and what stands in its brackets."""
    text = COMMAS.sub("", plain(address))
    asides = ASIDE.findall(text)
    return (ASIDE.sub("", text), "".join(asides)) if asides else (text, "")


def bare_township(name: str) -> str:
    """丹东街道 -> 丹东; a name that would keep fewer than two characters stays."""
    return TOWNSHIP_END.sub("", normal(name))


def bare_village(name: str) -> str:
    """下余村委会 -> 下余, 东门渔村委会 -> 东门渔, 金秋社区 -> 金秋; at least two characters are kept."""
    return VILLAGE_END.sub("", normal(name))


def near_keys(name: str) -> Iterator[str]:
    """Names one slip away share a key: one character wrong (东门?), one missing or one too many (东门渔 - 渔)."""
    for i in range(len(name)):
        yield f"{name[:i]}{UNKNOWN}{name[i + 1 :]}"
        if len(name) > 2:
            yield name[:i] + name[i + 1 :]


def is_near(one: str, other: str) -> bool:
    """Whether one slip (a character wrong, missing or too many) leads from one name to the other."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
