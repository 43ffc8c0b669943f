"""jionlp and addressparser on the same debtors: general parsers of Chinese addresses, which stop at the county.

What they give is taken at its best: the township they name, or else a full township name with which the rest of the
address begins, is looked up among the county's.
"""

import contextlib
import io
import re
from collections.abc import Callable
from typing import NamedTuple

from benchmarks.addresses import short
from benchmarks.debtors import Debtor
from planner.model.region import Region

ORDER = ("residence", "service", "domicile")


class Parsed(NamedTuple):
    """County, township, village and the rest of an address; empty where not told."""

    county: str
    township: str
    village: str
    rest: str


Parser = Callable[[list[str]], list[Parsed]]


def peers() -> dict[str, Parser | None]:
    """Name -> parser, None where it is not installed."""
    return {"jionlp": _jionlp(), "addressparser": _addressparser()}


def _jionlp() -> Parser | None:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            import jionlp
    except ImportError:
        return None

    def parse(texts: list[str]) -> list[Parsed]:
        found = [jionlp.parse_location(text, town_village=True) for text in texts]
        return [
            Parsed(f["county"] or f["city"] or "", f.get("town") or "", f.get("village") or "", f["detail"] or "")
            for f in found
        ]

    return parse


def _addressparser() -> Parser | None:
    try:
        import addressparser
    except ImportError:
        return None

    def parse(texts: list[str]) -> list[Parsed]:
        table = addressparser.transform(texts)[["市", "区", "地名"]].fillna("")
        return [Parsed(county or city, "", "", rest) for city, county, rest in table.itertuples(index=False)]

    return parse


def shares(debtors: list[Debtor], region: Region, parse: Parser) -> dict[str, float]:
    """Percent of townships (or outside) and of true villages that the first address told gives."""
    texts = [next((t for kind in ORDER if (t := getattr(debtor, kind))), "") for debtor in debtors]
    codes = dict(zip(region.townships["name"], region.townships["code"], strict=True))
    villages = {(c[:9], short(n)): c for c, n in zip(region.villages["code"], region.villages["name"], strict=True)}
    right, village_right = 0, []
    for debtor, parsed in zip(debtors, parse(texts), strict=True):
        township = _township(parsed, codes, region)
        right += township == (debtor.township or "outside")
        if debtor.village:
            village_right.append(villages.get((township, short(parsed.village))) == debtor.village)
    return {"township": 100 * right / len(debtors), "village": 100 * sum(village_right) / len(village_right)}


def _township(parsed: Parsed, codes: dict[str, str], region: Region) -> str:
    if parsed.county and parsed.county not in (region.name, region.name[:-1], *region.within):
        return "outside"
    if parsed.township in codes:
        return codes[parsed.township]
    start = re.match(r"[一-鿿]{2,5}?(?:街道|镇|乡)", parsed.rest)
    return codes.get(start.group(), "") if start else ""
