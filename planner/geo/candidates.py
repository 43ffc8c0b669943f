"""What a person is offered for one doubtful debtor: places, and the name that an answer could teach."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from planner.geo.believe import Belief, Point, Told, beliefs, told
from planner.geo.datum import to_wgs84, township_at
from planner.geo.gazetteer import OWN_UNIT, Gazetteer, build_gazetteer
from planner.geo.head import LABEL, read_head
from planner.geo.names import bare_village, parts
from planner.geo.reading import read
from planner.geo.slips import VILLAGE_WORD, near_villages
from planner.model.place import Candidate
from planner.model.policy import GazetteerPolicy
from planner.model.region import Region

NEAR = 0.02
"""Probability of a place that only looks alike, before all are made to sum to at most 1."""
ALIKE = 0.6
"""Similarity (difflib) above which two names look alike."""
WORDS = re.compile(r"[一-鿿]{2,}")
NAME = re.compile(r"[一-鿿]{2,8}")
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
    read_texts = [told(reading, kind) for kind, text in texts if (reading := read(gazetteer, text)).told]
    found = [
        c for belief in beliefs(read_texts, _point(addresses, region), False) for c in _spelt_out(belief, read_texts)
    ]
    known = {(c.township_code, c.village_code) for c in found}
    for kind, text in texts:
        for place, words in _alike(gazetteer, text, region):
            if place not in known:
                known.add(place)
                found.append(Candidate(*place, NEAR, words, kind))
    total = max(1.0, sum(c.probability for c in found))
    ranked = [
        Candidate(c.township_code, c.village_code, c.probability / total, c.matched, c.address_kind) for c in found
    ]
    return sorted(ranked, key=lambda c: -c.probability)[:most]


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
        yield Candidate(belief.township, village, belief.probability / len(places), belief.matched, belief.kind)
    for village in sorted(villages - set(places)):
        yield Candidate(belief.township, village, NEAR, belief.matched, belief.kind)


def _alike(gazetteer: Gazetteer, address: str, region: Region) -> Iterator[tuple[Place, str]]:
    """Names that stand in the text but were not believed, names one slip away, names that look alike; elsewhere."""
    text = "".join(parts(address))
    for piece in gazetteer.find(text):
        for said in piece.names:
            if said.township:
                yield (said.township, said.village), piece.text
    for end in VILLAGE_WORD.finditer(text):
        for length in (5, 4, 3, 2):
            words = text[max(0, end.start() - length) : end.start()]
            if len(words) == length and (length > 2 or end.group()):
                yield from ((place, words + end.group()) for place in sorted(near_villages(gazetteer, words)))
    if name := _left_over(gazetteer, address):
        villages = region.villages.assign(bare=region.villages["name"].map(bare_village))
        for alike in difflib.get_close_matches(bare_village(name), villages["bare"].unique(), n=3, cutoff=ALIKE):
            rows = villages[villages["bare"] == alike]
            for place in zip(rows["township_code"], rows["code"], strict=True):
                yield place, name
    if WORDS.search(text):
        yield (None, None), text


def unknown_name(address: str | None, region: Region) -> str | None:
    """The piece of an address that may be taught as an alias: what is left when known places and house numbers are
    taken away, 2 to 8 Chinese characters; None where nothing sensible is left."""
    return _left_over(build_gazetteer(region), address) if address else None


def _left_over(gazetteer: Gazetteer, address: str) -> str | None:
    text = LABEL.sub("", parts(address)[0], count=1)
    start = read_head(gazetteer, text).end
    kept, at = [], start
    for piece in gazetteer.find(text, start):
        if piece.kind <= OWN_UNIT:
            kept.append(text[at : piece.start])
            at = piece.end
    kept.append(text[at:])
    for rest in kept:
        for run in re.split(r"[^一-鿿]+", NUMBERED.sub(" ", rest)):
            name = FILLER.sub("", run)
            if NAME.fullmatch(name) and name not in NO_NAME:
                return name
    return None
