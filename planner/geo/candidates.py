"""What a person is offered for one doubtful debtor: places, and the name that an answer could teach."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from planner.geo.believe import Belief, Point, Told, as_told, beliefs
from planner.geo.datum import to_wgs84, township_at
from planner.geo.gazetteer import OWN_UNIT, VILLAGE_LONG, VILLAGE_SHORT, Gazetteer, build_gazetteer
from planner.geo.head import LABEL, read_head
from planner.geo.names import bare_village, parts
from planner.geo.reading import RUNS_ON, read
from planner.geo.slips import near_villages
from planner.model.place import Candidate
from planner.model.policy import GazetteerPolicy
from planner.model.region import Region

NEAR, TOLD = 0.02, 0.03
"""Probability of a place that only looks alike, and the least of one that is told, before all are made to sum to at
most 1."""
ALIKE, ALIKE_IN_TOWNSHIP = 0.6, 0.3
"""Similarity (difflib) above which two names look alike: in the county, in a township that is told."""
WORDS = re.compile(r"[一-鿿]{2,}")
NAME = re.compile(r"[一-鿿]{2,8}")
TWO = re.compile(r"[一-鿿]{2}(?=村|社区|居委)")
# 3组12号, 2幢201室, 电话13800138000: no names.
NUMBERED = re.compile(
    r"[第]?[\da-zA-Z一二三四五六七八九十\-—#]+(?:组|号|幢|室|单元|楼|栋|弄|队|户|排|层|区|座|期)?(?:对面|附近|旁边?|边上|隔壁)?"
)
FILLER = re.compile(
    r"自然村|村民小组|暂住|现住|户籍|电话|手机|联系|附近|对面|旁边|隔壁|边上|县城|城区|街道|乡镇|^[省市县区镇乡村]+|[的之]"
)
NO_NAME = frozenset(
    {"地址", "住址", "社区", "公司", "有限公司", "居委会", "村委会", "村民委员会", "不详", "无", "同上"}
)

Place = tuple[str | None, str | None]


def candidates(
    addresses: Mapping[str, object], region: Region, policy: GazetteerPolicy, most: int = 9
) -> list[Candidate]:
    """Where one debtor may be, the likeliest first: what the addresses and the point say, then what looks alike.

    Args:
        addresses: kind of address -> text, and if known ``x``, ``y`` (degrees) with ``datum`` (WGS-84 if not told).

    Returns:
        At most ``most`` places; their probabilities sum to at most 1.
    """
    gazetteer = build_gazetteer(region)
    texts = [(kind, str(addresses[kind])) for kind in policy.address_order if addresses.get(kind)]
    read_texts = [as_told(reading, kind) for kind, text in texts if (reading := read(gazetteer, text)).told]
    believed = beliefs(read_texts, _point(addresses, region), False)
    found = [candidate for belief in believed for candidate in _spelt_out(belief, read_texts)]
    known = {(c.township_code, c.village_code) for c in found}
    townships = frozenset(c.township_code for c in found if c.township_code)
    for kind, text in texts:
        for place, words in _alike(gazetteer, text, townships):
            if place not in known:
                known.add(place)
                found.append(Candidate(*place, NEAR, words, kind))
    found = sorted(found, key=lambda c: -c.probability)[:most]
    total = max(1.0, sum(c.probability for c in found))
    return [replace(c, probability=c.probability / total) for c in found]


def _point(addresses: Mapping[str, object], region: Region) -> Point | None:
    x, y = addresses.get("x"), addresses.get("y")
    if not isinstance(x, float) or not isinstance(y, float) or np.isnan(x) or np.isnan(y):
        return None
    lon, lat = to_wgs84(np.array([x]), np.array([y]), str(addresses.get("datum") or "WGS-84"))
    return Point(township_at(lon, lat, region.outlines)[0])


def _spelt_out(belief: Belief, addresses: Sequence[Told]) -> Iterator[Candidate]:
    """A belief in a township of which several villages are meant gives each of them an equal part."""
    villages = {
        option.village
        for told in addresses
        for option in told.reading.options
        if option.township == belief.township and option.village
    }
    places = [belief.village] if belief.village or len(villages) < 2 else sorted(villages)
    for village in places:
        share = max(TOLD, belief.probability / len(places))
        yield Candidate(belief.township, village, share, belief.matched, belief.kind)
    for village in sorted(villages - set(places)):
        yield Candidate(belief.township, village, TOLD, belief.matched, belief.kind)


def _alike(gazetteer: Gazetteer, address: str, townships: frozenset[str]) -> Iterator[tuple[Place, str]]:
    """Outside; names that stand in the text but were not believed; names misspelt; names that look alike.

    Short names, and names that only look alike, are looked for in the townships that are told, if any is.
    """
    text = "".join(parts(address))
    if WORDS.search(text):
        yield (None, None), text
    for piece in gazetteer.find(text):
        yield from (((said.township, said.village), piece.text) for said in piece.names if said.township)
    windows = [text[start : start + length] for length in (5, 4, 3) for start in range(len(text) - length + 1)]
    for words in (*windows, *TWO.findall(text)):
        for place in sorted(near_villages(gazetteer, words)):
            if len(words) > 2 or not townships or place[0] in townships:
                yield place, words
    if name := _left_over(gazetteer, address):
        cutoff = ALIKE_IN_TOWNSHIP if townships else ALIKE
        there = {bare: place for bare, place in _bare_villages(gazetteer) if not townships or place[0] in townships}
        for alike in difflib.get_close_matches(bare_village(name), there, n=3, cutoff=cutoff):
            yield there[alike], name


def _bare_villages(gazetteer: Gazetteer) -> Iterator[tuple[str, tuple[str, str]]]:
    for key, places in gazetteer.near_villages.items():
        yield from ((name, (township, village)) for township, village, name in sorted(places) if name == key)


def unknown_name(address: str | None, region: Region) -> str | None:
    """The piece of an address that may be taught as an alias: what is left when known places and house numbers are
    taken away, 2 to 8 Chinese characters; None where nothing sensible is left."""
    return _left_over(build_gazetteer(region), address) if address else None


def _left_over(gazetteer: Gazetteer, address: str) -> str | None:
    text = LABEL.sub("", parts(address)[0], count=1)
    start = read_head(gazetteer, text).end
    kept, at = [], start
    for piece in gazetteer.find(text, start):
        runs_on = piece.kind in (VILLAGE_LONG, VILLAGE_SHORT) and RUNS_ON.match(text, piece.end)  # 东门鱼村
        if piece.kind <= OWN_UNIT and not runs_on:
            kept.append(text[at : piece.start])
            at = piece.end
    kept.append(text[at:])
    for rest in kept:
        for run in re.split(r"[^一-鿿]+", NUMBERED.sub(" ", rest)):
            name = FILLER.sub("", run)
            if NAME.fullmatch(name) and name not in NO_NAME:
                return name
    return None
