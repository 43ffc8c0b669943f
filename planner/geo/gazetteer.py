"""The names of one county, and of the units it is not: which of them stand in a text, and where."""

import re
from dataclasses import dataclass

import pandas as pd

from planner.geo.counties import foreign_units, own_units
from planner.geo.names import bare_township, bare_village, near_keys, normal
from planner.model.region import Region

FULL, BARE, ALIAS, FORMER, VILLAGE, VILLAGE_LONG, VILLAGE_SHORT, OWN_UNIT, UNIT, UNIT_SHORT = range(10)
"""Kinds of names, in order of belief: 石浦镇, 石浦, an alias, 下沈乡 of former times; 玉泉村, 杉木洋, 玉泉;
象山县, 宁海县, 宁海."""

# 东风路, 石浦大道: a road, shop or building that borrows a place's name; 石浦大桥村 is no bridge.
BORROWED = re.compile(
    r"\d*[东南西北中]?(?:路|街(?!道)|巷|弄|大道|大街|大桥|广场|小区|公寓|花园|花苑"
    r"|新城|大厦|市场|学校|医院|酒店|公司|有限)(?!村|社区|居委)"
)
# 象山港路, 宁海路: a water or a road named after a county; 丹东市场, 象山区域.
NO_UNIT = re.compile(r"[港湾海](?=[路域边岸滨大\d]|$)|[东南西北中]?路|街(?=\d|$)|大[道街桥厦]|巷|弄|广场|小区|公司")
NO_UNIT_END = re.compile(r"[场政辖域块]|城(?!关|南|北|东|西)")
RURAL_ENDS = (
    "村", "村委会", "村民委员会", "行政村", "渔村", "经济合作社", "股份经济合作社", "村经济合作社", "村股份经济合作社",
)  # fmt: skip
URBAN_ENDS = ("社区", "居委会", "居民委员会", "社区居委会")
TOWNSHIP_ENDS = ("镇", "乡", "街道", "街道办事处")


@dataclass(frozen=True, slots=True)
class Name:
    """One thing a piece of text may stand for. Units have no township."""

    kind: int
    township: str
    village: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A name as it stands in a text."""

    start: int
    end: int
    text: str
    names: tuple[Name, ...]

    @property
    def kind(self) -> int:
        return self.names[0].kind


@dataclass(frozen=True)
class Gazetteer:
    """The names of one county.

    Attributes:
        names: piece of text -> what it may stand for, the surest first.
        lengths: first two characters -> how long the names are that begin so, the longest first.
        near_townships, near_villages: key of a slip (see near_keys) -> codes and bare name.
        seats: township, its short name -> villages of that name (墙头村 of 墙头镇).
        rank: how many live in a township.
    """

    county: str
    names: dict[str, tuple[Name, ...]]
    lengths: dict[str, tuple[int, ...]]
    near_townships: dict[str, frozenset[tuple[str, str]]]
    near_villages: dict[str, frozenset[tuple[str, str, str]]]
    seats: dict[tuple[str, str], tuple[str, ...]]
    rank: dict[str, float]

    def at(self, text: str, start: int) -> Piece | None:
        """The longest name that begins here; short names must not be borrowed by a road or a building."""
        for length in self.lengths.get(text[start : start + 2], ()):
            end = start + length
            if (names := self.names.get(text[start:end])) and _stands_alone(text, end, names[0].kind):
                return Piece(start, end, text[start:end], names)
        return None

    def find(self, text: str, start: int = 0) -> list[Piece]:
        """All names, from left to right, without overlaps."""
        found, lengths, last = [], self.lengths, len(text) - 1
        while start < last:
            piece = self.at(text, start) if text[start : start + 2] in lengths else None
            if piece:
                found.append(piece)
                start = piece.end
            else:
                start += 1
        return found


def _stands_alone(text: str, end: int, kind: int) -> bool:
    if end >= len(text) or kind in (FULL, VILLAGE):
        return True
    if kind in (UNIT, OWN_UNIT) and text[end - 1] in "县市省区旗":
        return not NO_UNIT_END.match(text, end) or text[end - 1] in "省旗"
    return not (NO_UNIT if kind in (UNIT_SHORT, OWN_UNIT) else BORROWED).match(text, end)


def build_gazetteer(region: Region) -> Gazetteer:
    """All spellings of the county's townships, villages and aliases, and the units of China."""
    names = _own_names(region)
    full, short = foreign_units(region)
    for text in own_units(region):
        names.setdefault(text, []).append(Name(OWN_UNIT, ""))
    for units, kind in ((full, UNIT), (short, UNIT_SHORT)):
        for text in units - names.keys():
            names[text] = [Name(kind, "")]
    surest = {text: tuple(sorted(found, key=lambda n: (n.kind, n.township))) for text, found in names.items()}
    lengths: dict[str, set[int]] = {}
    for text in surest:
        lengths.setdefault(text[:2], set()).add(len(text))
    return Gazetteer(
        county=region.name,
        names=surest,
        lengths={head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()},
        near_townships=_near_townships(region),
        near_villages=_near_villages(region),
        seats=_seats(region),
        rank=dict(zip(region.townships["code"], region.townships["exposure"], strict=True)),
    )


def _own_names(region: Region) -> dict[str, list[Name]]:
    names: dict[str, list[Name]] = {}

    def add(text: str, name: Name) -> None:
        if len(text) >= 2 and name not in names.setdefault(text, []):
            names[text].append(name)

    for code, name in zip(region.townships["code"], region.townships["name"], strict=True):
        add(normal(name), Name(FULL, code))
        add(bare_township(name), Name(BARE, code))
        for end in TOWNSHIP_ENDS:  # 茅洋镇 for 茅洋乡: a township that was raised, or a slip
            add(bare_township(name) + end, Name(FULL if name.endswith(end) else ALIAS, code))
    for alias, code, village in region.aliases[["alias", "township_code", "village_code"]].to_numpy(dtype=object):
        add(normal(alias), Name(ALIAS, code, village if pd.notna(village) else None))
    townships = frozenset(names)
    for code, village, name in region.villages[["township_code", "code", "name"]].to_numpy(dtype=object):
        for text, kind in village_spellings(name):
            # 墙头 alone is the township, not its village 墙头村.
            if kind == VILLAGE or text not in townships or any(other.township != code for other in names[text]):
                add(text, Name(kind, code, village))
        # Former townships were mostly named after the village that was their seat.
        if (former := bare_village(name) + "乡") not in townships:
            add(former, Name(FORMER, code))
    return names


def _near_townships(region: Region) -> dict[str, frozenset[tuple[str, str]]]:
    """Slips in 石浦镇 (石蒲镇, not 石浦真): the ending stays."""
    near: dict[str, set[tuple[str, str]]] = {}
    for code, name in zip(region.townships["code"], region.townships["name"], strict=True):
        bare = bare_township(name)
        for key in (bare, *near_keys(bare)):
            near.setdefault(key + normal(name)[len(bare) :], set()).add((code, bare))
    return {key: frozenset(places) for key, places in near.items()}


def _near_villages(region: Region) -> dict[str, frozenset[tuple[str, str, str]]]:
    near: dict[str, set[tuple[str, str, str]]] = {}
    for code, village, name in region.villages[["township_code", "code", "name"]].to_numpy(dtype=object):
        bare = bare_village(name)
        for key in (bare, *near_keys(bare)):
            near.setdefault(key, set()).add((code, village, bare))
    return {key: frozenset(places) for key, places in near.items()}


def _seats(region: Region) -> dict[tuple[str, str], tuple[str, ...]]:
    townships = dict(zip(region.townships["code"], map(bare_township, region.townships["name"]), strict=True))
    seats: dict[tuple[str, str], tuple[str, ...]] = {}
    for code, village, name in region.villages[["township_code", "code", "name"]].to_numpy(dtype=object):
        if bare_village(name) == townships[code]:
            seats[code, townships[code]] = (*seats.get((code, townships[code]), ()), village)
    return seats


def village_spellings(name: str) -> list[tuple[str, int]]:
    """东门渔村委会 -> 东门渔村委会, 东门渔村民委员会, 东门渔村, 东门渔; a 社区 is not a 村."""
    full, bare = normal(name), bare_village(name)
    ends = RURAL_ENDS if full.endswith(("村委会", "村")) else URBAN_ENDS
    spelt = [full, *(bare + end for end in ends)]
    return [
        *((text, VILLAGE) for text in dict.fromkeys(spelt)),
        (bare, VILLAGE_LONG if len(bare) > 2 else VILLAGE_SHORT),
    ]
