"""How Chinese place names vary in writing."""

import re
import unicodedata

TOWNSHIP_END = re.compile(r"(?<=..)(?:街道办事处|街道|镇|乡)$")
VILLAGE_END = re.compile(
    r"(?<=..)(?:股份)?(?:经济合作社|村民委员会|居民委员会|社区居委会|村委会|居委会|居民会|管理区|社区|村)$"
)


def normal(text: str) -> str:
    """NFKC, without spaces: full-width letters and digits become half-width."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def bare_township(name: str) -> str:
    """丹东街道 -> 丹东; a name that would keep fewer than two characters stays."""
    return TOWNSHIP_END.sub("", normal(name))


def bare_village(name: str) -> str:
    """下余村委会 -> 下余, 东门渔村委会 -> 东门渔, 金秋社区 -> 金秋; at least two characters are kept."""
    return VILLAGE_END.sub("", normal(name))
