"""Reading an address text: which places of the county it may name, and by what evidence."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from planner.geo.gazetteer import (
    ALIAS,
    BARE,
    FORMER,
    FULL,
    OWN_UNIT,
    UNIT,
    VILLAGE,
    VILLAGE_LONG,
    VILLAGE_SHORT,
    Gazetteer,
    Name,
    Piece,
)
from planner.geo.head import LABEL, Head, read_head
from planner.geo.names import parts, plain
from planner.geo.slips import near_township, near_village

# 户籍西周镇,现住石浦镇: what follows is where somebody lives.
NOW = re.compile(r"(?<=.{4})(?:现居住|实际居住|现住|现居)(?:地址?|址)?[在于:为]?")
UNKNOWN_TOWNSHIP = re.compile(r"[一-鿿]{2,4}?(?<![小古集老])(?:镇|乡|街道)(?![一-鿿]?(?:路|街))")
RUNS_ON = re.compile(r"[一-鿿]{1,2}(?:村(?!民小)|社区|居委|居民委)")
VILLAGE_SAID = re.compile(r"[一-鿿]{2}(?:村(?!民小)|社区)")
WORDS = re.compile(r"[一-鿿]")
NO_WORDS = re.compile(r"[\d组号幢室单元楼栋#\-—东南西北旁边对面附近县城区的省市]")

SURE_TOWNSHIP = ("township_full", "inside_full", "township_near", "inside_misspelt")
RIVAL = 0.5
"""Weight of a village whose short name is also said of a whole township (高塘: 高塘岛乡, or 高塘村 of 新桥镇)."""
KIND_NAMES = {
    FULL: "full", BARE: "bare", ALIAS: "alias", FORMER: "former",
    VILLAGE: "full", VILLAGE_LONG: "long", VILLAGE_SHORT: "short",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """One place that a text may mean; ``share``: how likely among the options, by how many live there."""

    township: str
    village: str | None
    share: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What an address says.

    Attributes:
        method: as in PLACED_TABLE.
        evidence: keys of the confidence model.
        options: places of the county, the likeliest first; none where the text tells none or tells another county.
        matched: the piece of text that decided.
    """

    method: str
    evidence: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    matched: str | None = None

    @property
    def told(self) -> bool:
        return self.method != "none"


NOTHING = Reading("none")


def read(gazetteer: Gazetteer, address: str) -> Reading:
    """What one address says of the county's places."""
    if now := NOW.split(plain(address), maxsplit=1)[1:]:
        reading = _read(gazetteer, *parts(now[0]))
        if reading.told:
            return reading
        whole = _read(gazetteer, *parts(address))
        return replace(whole, evidence=(*whole.evidence, "lives_elsewhere")) if whole.told else NOTHING
    return _read(gazetteer, *parts(address))


def _read(gazetteer: Gazetteer, text: str, aside: str) -> Reading:
    text = LABEL.sub("", text, count=1)
    head = read_head(gazetteer, text)
    pieces = gazetteer.find(text, head.end)
    if any(piece.kind == OWN_UNIT and piece.text == gazetteer.county for piece in pieces):
        head.home = "county"
    foreign = next((p for p in pieces if p.kind == UNIT and len(p.text) > 2), None)
    if foreign and not head.foreign:
        head.foreign, head.foreign_by = foreign.text, "unit"
    if head.foreign and not head.in_county:
        return Reading("outside", (f"outside_{head.foreign_by}",), (), head.foreign)
    places = [piece for piece in pieces if piece.kind < OWN_UNIT]
    text, places = text[head.end :], [_moved(piece, -head.end) for piece in places]
    reading = _weigh(gazetteer, text, places)
    if aside and not any(option.village for option in reading.options):
        reading = _with_aside(gazetteer, reading, text, aside, places)
    return _with_surroundings(reading, head, _gaps(text, places))


def _moved(piece: Piece, by: int) -> Piece:
    return Piece(piece.start + by, piece.end + by, piece.text, piece.names) if by else piece


def _gaps(text: str, places: list[Piece]) -> list[str]:
    """What stands before, between and behind the places."""
    ends = [0, *(piece.end for piece in places)]
    starts = [*(piece.start for piece in places), len(text)]
    return [text[end:start] for end, start in zip(ends, starts, strict=True)]


def _weigh(gazetteer: Gazetteer, text: str, places: list[Piece]) -> Reading:
    townships = [piece for piece in places if any(n.village is None for n in piece.names)]
    villages = [(piece, n) for piece in places for n in piece.names if n.village is not None]
    if townships:
        return _by_township(gazetteer, text, townships, villages)
    if near := near_township(gazetteer, text):
        return _by_near_township(gazetteer, near, villages)
    if villages:
        return _by_village(gazetteer, villages)
    if found := near_village(gazetteer, text, None):
        village, words = found
        return Reading("village", ("village_near",), (Option(*village, 1.0),), words)
    return NOTHING


def _by_township(
    gazetteer: Gazetteer, text: str, townships: list[Piece], villages: list[tuple[Piece, Name]]
) -> Reading:
    piece = _chosen(townships, villages)
    codes = {n.township for n in piece.names if n.village is None}
    kind = min(n.kind for n in piece.names if n.village is None)
    inside = [(p, n) for p, n in villages if n.township in codes]
    doubts = _contradictions(codes, townships, villages)
    if inside and not _runs_on(text, inside):
        return _in_township(gazetteer, piece, kind, inside, doubts)
    for code in sorted(codes):
        if found := near_village(gazetteer, text, code):
            village, words = found
            return Reading("village", ("inside_near", *doubts), (Option(*village, 1.0),), piece.text + words)
    if inside:
        return _in_township(gazetteer, piece, kind, inside, doubts)
    rivals = codes | {n.township for p, n in villages if p == piece}
    options = _shared(gazetteer, [(code, None) for code in rivals], codes)
    method = "alias" if kind in (ALIAS, FORMER) else "township"
    evidence = (f"township_{KIND_NAMES[kind]}", *doubts)
    if seats := _seat(gazetteer, piece, townships, codes):
        return Reading("village", (*evidence, "seat"), seats, piece.text)
    if re.search(VILLAGE_SAID, text[piece.end :] or text[: piece.start]):
        evidence = (*evidence, "unknown_village")
    return Reading(method, evidence, options, piece.text)


def _seat(gazetteer: Gazetteer, piece: Piece, townships: list[Piece], codes: set[str]) -> tuple[Option, ...]:
    """墙头镇墙头, 墙头墙头: said twice, the second is the village."""
    for later in townships:
        for code in codes if later is not piece else ():
            villages = gazetteer.seats.get((code, later.text), ())
            if len(villages) == 1:
                return (Option(code, villages[0], 1.0),)
    return ()


def _runs_on(text: str, inside: list[tuple[Piece, Name]]) -> bool:
    """东门鱼村 begins like 东门 and is 东门渔村 misspelt."""
    return all(n.kind in (VILLAGE_LONG, VILLAGE_SHORT) and RUNS_ON.match(text, p.end) for p, n in inside)


def _chosen(townships: list[Piece], villages: list[tuple[Piece, Name]]) -> Piece:
    """Of several townships the one whose village is named, else the surest, else the first."""

    def doubt(piece: Piece) -> tuple[bool, int]:
        codes = {n.township for n in piece.names if n.village is None}
        housed = any(n.township in codes and n.kind in (VILLAGE, VILLAGE_LONG) for p, n in villages)
        return not housed, min(n.kind for n in piece.names if n.village is None)

    return min(townships, key=doubt)


def _in_township(
    gazetteer: Gazetteer, piece: Piece, kind: int, inside: list[tuple[Piece, Name]], doubts: tuple[str, ...]
) -> Reading:
    """A village of the named township: the surest kind of name, then the longest, then the first."""
    words, first = min(inside, key=lambda pair: (pair[1].kind, -len(pair[0].text), pair[0].start))
    same = [(n.township, n.village) for p, n in inside if p == words]
    evidence = f"inside_{'full' if kind == FULL else 'bare'}", f"with_{KIND_NAMES[first.kind]}"
    matched = piece.text if piece == words else piece.text + words.text
    return Reading("village", (*evidence, *doubts), _shared(gazetteer, same), matched)


def _by_near_township(gazetteer: Gazetteer, near: tuple[set[str], str], villages: list[tuple[Piece, Name]]) -> Reading:
    """石蒲镇: by itself doubtful, with a village of 石浦镇 sure."""
    codes, words = near
    inside = [(p, n) for p, n in villages if n.township in codes]
    if inside:
        piece, first = min(inside, key=lambda pair: (pair[1].kind, -len(pair[0].text)))
        kind = f"with_{KIND_NAMES[first.kind]}"
        return Reading(
            "village", ("inside_misspelt", kind), (Option(first.township, first.village, 1.0),), words + piece.text
        )
    doubts = ("other_village",) if any(n.kind == VILLAGE for _, n in villages) else ()
    return Reading("township", ("township_near", *doubts), _shared(gazetteer, [(code, None) for code in codes]), words)


def _by_village(gazetteer: Gazetteer, villages: list[tuple[Piece, Name]]) -> Reading:
    """No township named: a village name that is unique in the county tells it."""
    words, first = min(villages, key=lambda pair: (pair[1].kind, -len(pair[0].text)))
    same = [(n.township, n.village) for p, n in villages if p == words]
    method = "alias" if first.kind == ALIAS else "village"
    evidence = "village_alias" if first.kind == ALIAS else f"village_{KIND_NAMES[first.kind]}"
    others = {n.township for p, n in villages if p != words and n.kind == VILLAGE}
    doubts = ("other_village",) if others - {township for township, _ in same} else ()
    return Reading(method, (evidence, *doubts), _shared(gazetteer, same), words.text)


def _contradictions(codes: set[str], townships: list[Piece], villages: list[tuple[Piece, Name]]) -> tuple[str, ...]:
    full = {n.township for piece in townships for n in piece.names if n.kind == FULL}
    strangers = {p for p, n in villages if n.kind == VILLAGE} - {p for p, n in villages if n.township in codes}
    return (*(("other_township",) if full - codes else ()), *(("other_village",) if strangers else ()))


def _shared(
    gazetteer: Gazetteer, places: Iterable[tuple[str, str | None]], preferred: Iterable[str] = ()
) -> tuple[Option, ...]:
    """Options by how many live in each township; two villages of one township halve its share."""
    places, wanted = list(dict.fromkeys(places)), set(preferred)
    if len(places) == 1:
        return (Option(*places[0], 1.0),)
    rank = {township: gazetteer.rank[township] for township, _ in places}
    for township in rank.keys() - wanted if wanted else ():
        rank[township] *= RIVAL
    alike = Counter(township for township, _ in places)
    total = sum(rank.values())
    found = [Option(township, village, rank[township] / total / alike[township]) for township, village in places]
    return tuple(sorted(found, key=lambda option: (-option.share, option.township)))


def _with_aside(gazetteer: Gazetteer, reading: Reading, text: str, aside: str, places: list[Piece]) -> Reading:
    """What stands in brackets completes what stands before them, and never overrules it."""
    if aside.startswith(("原", "曾", "旧")) and reading.options:
        return reading
    found = [piece for piece in gazetteer.find(aside) if piece.kind < OWN_UNIT]
    if not found:
        return reading
    later = [_moved(piece, len(text)) for piece in found]
    both = _weigh(gazetteer, text + aside, [*places, *later])
    if not reading.options:
        return Reading(both.method, (*both.evidence, "in_brackets"), both.options, both.matched)
    same = {option.township for option in both.options} <= {option.township for option in reading.options}
    if same and both.options:
        return both
    return Reading(reading.method, (*reading.evidence, "other_in_brackets"), reading.options, reading.matched)


def _with_surroundings(reading: Reading, head: Head, gaps: list[str]) -> Reading:
    """County named or not, words before the place, a township that is none of this county."""
    by = reading.evidence[0] if reading.options else ""
    strange = None if by in SURE_TOWNSHIP else next((m for gap in gaps if (m := UNKNOWN_TOWNSHIP.search(gap))), None)
    if strange and not head.in_county and (not by or by.startswith("village_")):
        return Reading("outside", ("outside_township",), (), strange.group())
    if not by:
        return NOTHING
    extra = [head.home] if head.home else []
    if strange:
        extra.append("unknown_township")
    elif "near" not in by and WORDS.search(NO_WORDS.sub("", gaps[0])):
        extra.append("words_before_in_county" if head.in_county else "words_before")
    return Reading(reading.method, (*reading.evidence, *extra), reading.options, reading.matched)
