"""Reading an address text: which township and village of the county it names, and how sure that is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from planner.geo.names import bare_township, bare_village, normal
from planner.model.region import Region

FULL, BARE, ALIAS, VILLAGE, VILLAGE_LONG, VILLAGE_SHORT = range(6)
"""Kinds of names, in order of belief: 石浦镇, 石浦, an alias, 玉泉村, 杉木洋, 玉泉."""

SURE = {FULL: 0.97, BARE: 0.90, ALIAS: 0.90, VILLAGE: 0.93, VILLAGE_LONG: 0.86, VILLAGE_SHORT: 0.72}
"""Probability that the township is right, by what named it. Set by judgement; people's decisions will tell."""
SURE_WITH_VILLAGE = 0.99
SURE_OUTSIDE = 0.95
DOUBT_CONTRADICTION = 0.75
"""Two townships are named, or a village of another township."""
DOUBT_PREFIX = 0.75
"""Words before the place that are no name of this county: perhaps another county, written without 县."""

# 东风路, 石浦大道: a road, shop or building that borrows a place's name; 石浦大桥村 is no bridge.
BORROWED = (
    r"(?!\d*[东南西北中]?(?:路|街(?!道)|巷|弄|大道|大街|大桥|广场|小区|公寓|花园|花苑"
    r"|新城|大厦|市场|学校|医院|酒店|公司|有限)(?!村|社区|居委))"
)
# 县, 区 and 市 that end a unit of government, not 社区, 小区, 开发区, 市场.
UNIT = re.compile(
    r"((?:(?!街道|镇|乡|村|路|社区|\d|[(,]).){1,8}?(?:省|自治区|自治州|地区|盟|旗|县(?!城)|市(?!场|区|政|辖)"
    r"|(?<![社小园业发景理港校库片街])区(?!域|块)))"
)
LABEL = re.compile(r"^[^:\d]{1,10}:")
TOWNSHIP_ENDS = ("镇", "乡", "街道", "街道办事处")


@dataclass(frozen=True)
class Name:
    """One thing a piece of text may stand for."""

    kind: int
    township: str
    village: str | None = None


@dataclass(frozen=True)
class Reading:
    """What an address says. ``method`` and ``confidence`` as in PLACED_TABLE."""

    method: str
    confidence: float
    township: str | None = None
    village: str | None = None
    matched: str | None = None


NOTHING = Reading("none", 0.0)


@dataclass(frozen=True)
class Gazetteer:
    """The names of one county. ``names``: piece of text -> what it may stand for; ``rank``: how many live there."""

    county: str
    within: tuple[str, ...]
    names: dict[str, tuple[Name, ...]]
    rank: dict[str, float]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The longest name at each position; short names must not be borrowed by a road or a building."""
        full = {text for text, names in self.names.items() if any(n.kind in (FULL, VILLAGE) for n in names)}
        parts = [re.escape(text) + ("" if text in full else BORROWED) for text in sorted(self.names, key=_longest)]
        return re.compile("|".join(parts))

    def read(self, address: str) -> Reading:
        text = LABEL.sub("", normal(address))
        text, at_home, foreign = self._without_head(text)
        if foreign and not at_home:
            return Reading("outside", SURE_OUTSIDE, matched=foreign)
        found = [(match.start(), match.group(), self.names[match.group()]) for match in self.pattern.finditer(text)]
        if not found:
            return NOTHING
        reading = self._weigh([(piece, names) for _, piece, names in found])
        before = text[: found[0][0]]
        if len(before) >= 2 and not at_home and before not in self.names:
            return replace(reading, confidence=reading.confidence * DOUBT_PREFIX)
        return reading

    def _without_head(self, text: str) -> tuple[str, bool, str | None]:
        """The text behind province, city and county; whether this county was named; a unit that is another's."""
        at_home, foreign = False, None
        while unit := UNIT.match(text):
            if self._cuts_a_name(text, unit.end()):
                break  # 石浦九市曲: the 市 belongs to a name of this county
            name, text = unit.group(), text[unit.end() :]
            own = self._own_unit(name)
            at_home = at_home or (own and name.endswith(self.county))
            foreign = foreign or (None if own else name)
        for name in (*self.within, self.county):
            for spelling in (name, name[:-1]):
                if text.startswith(spelling) and not self._cuts_a_name(text, len(spelling)):
                    text = text[len(spelling) :]
                    at_home = at_home or name == self.county
        return text, at_home, foreign

    def _cuts_a_name(self, text: str, at: int) -> bool:
        return any(match.start() < at < match.end() for match in self.pattern.finditer(text))

    def _own_unit(self, unit: str) -> bool:
        """浙江省, 宁波市, 象山县, and several of them run together (浙江宁波市, 宁波象山县)."""
        for name in (*self.within, self.county):
            unit = unit.removeprefix(name) if unit.startswith(name) else unit.removeprefix(name[:-1])
        return unit == ""

    def _weigh(self, found: list[tuple[str, tuple[Name, ...]]]) -> Reading:
        townships = [(piece, [n for n in names if n.village is None]) for piece, names in found]
        townships = [(piece, names) for piece, names in townships if names]
        villages = [(piece, n) for piece, names in found for n in names if n.village is not None]
        if not townships:
            return self._by_village(villages)
        piece, named = min(townships, key=lambda pair: pair[1][0].kind)
        codes = {name.township for name in named}
        if inside := [(p, n) for p, n in villages if n.township in codes]:
            return self._in_township(piece, inside)
        rivals = codes | {n.township for p, n in villages if p == piece}
        best = max(codes, key=self._size)
        sure = SURE[named[0].kind] * self._share(best, rivals)
        if self._contradicted(codes, townships, villages):
            sure *= DOUBT_CONTRADICTION
        return Reading("alias" if named[0].kind == ALIAS else "township", sure, best, None, piece)

    def _in_township(self, piece: str, villages: list[tuple[str, Name]]) -> Reading:
        """A village of the named township: the longest, surest piece."""
        words, first = min(villages, key=lambda pair: (pair[1].kind, -len(pair[0])))
        same = [n for p, n in villages if p == words]
        townships = {n.township for n in same}  # several where an ambiguous alias named the township
        best = max(townships, key=self._size)
        village = first.village if len({n.village for n in same}) == 1 else None
        matched = piece if piece == words else piece + words
        return Reading("village", SURE_WITH_VILLAGE * self._share(best, townships), best, village, matched)

    def _by_village(self, villages: list[tuple[str, Name]]) -> Reading:
        """No township named: a village name that is unique in the county tells it."""
        words, first = min(villages, key=lambda pair: (pair[1].kind, -len(pair[0])))
        same = [n for p, n in villages if p == words]
        townships = {n.township for n in same}
        best = max(townships, key=self._size)
        village = same[0].village if len(same) == 1 else None
        method = "alias" if first.kind == ALIAS else "village"
        return Reading(method, SURE[first.kind] * self._share(best, townships), best, village, words)

    def _contradicted(
        self, codes: set[str], townships: list[tuple[str, list[Name]]], villages: list[tuple[str, Name]]
    ) -> bool:
        full = {n.township for _, names in townships for n in names if n.kind == FULL}
        strangers = {p for p, n in villages if n.kind == VILLAGE} - {p for p, n in villages if n.township in codes}
        return bool(full - codes) or bool(strangers)

    def _size(self, code: str) -> tuple[float, str]:
        return self.rank[code], code

    def _share(self, code: str, rivals: Iterable[str]) -> float:
        """How likely one of several townships is, by how many live there."""
        return self.rank[code] / sum(self.rank[rival] for rival in rivals)


def build_gazetteer(region: Region) -> Gazetteer:
    """All spellings of the county's townships, villages and aliases."""
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
    surest = {text: tuple(sorted(found, key=lambda n: (n.kind, n.township))) for text, found in names.items()}
    rank = dict(zip(region.townships["code"], region.townships["exposure"], strict=True))
    return Gazetteer(region.name, region.within, surest, rank)


def village_spellings(name: str) -> list[tuple[str, int]]:
    """东门渔村委会 -> 东门渔村委会, 东门渔村民委员会, 东门渔村, 东门渔; a 社区 is not a 村."""
    full, bare = normal(name), bare_village(name)
    ends = (
        ("村", "村委会", "村民委员会")
        if full.endswith(("村委会", "村"))
        else ("社区", "居委会", "居民委员会", "社区居委会")
    )
    spelt = [full, *(bare + end for end in ends)]
    return [
        *((text, VILLAGE) for text in dict.fromkeys(spelt)),
        (bare, VILLAGE_LONG if len(bare) > 2 else VILLAGE_SHORT),
    ]


def _longest(text: str) -> tuple[int, str]:
    return -len(text), text
