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
    UNIT_SHORT,
    VILLAGE,
    VILLAGE_LONG,
    VILLAGE_SHORT,
    Gazetteer,
    Name,
    Piece,
)
from planner.geo.names import UNKNOWN, is_near, near_keys, parts, plain

LABEL = re.compile(
    r"^(?:[^:\d]{1,10}:)?(?:(?:现|暂|家|常|户籍)?(?:居?住|所在|地址)(?:地址?|址|所)?(?:在|于|为|是)?(?=[一-鿿]))?"
)
# 户籍西周镇,现住石浦镇: what follows is where somebody lives.
NOW = re.compile(r"(?<=.{4})(?:现居住|实际居住|现住|现居)(?:地址?|址)?[在于:为]?")
# A unit of government that no list knows: an old name, or one misspelt. 社区, 开发区 and 新区 are none.
UNKNOWN_UNIT = re.compile(r"(?:(?!街道|镇|乡|村|路|社区|\d|[(,]).){1,8}?(?:省|县(?!城|政)|市(?!场|区|政|辖))")
UNKNOWN_TOWNSHIP = re.compile(r"[一-鿿]{2,4}?(?<![小古集老])(?:镇|乡|街道)(?![一-鿿]?(?:路|街))")
NEXT_TOWNSHIP = re.compile(r"([一-鿿]{2,3}?)(街道|镇|乡)")
TOWNSHIP_WORD = re.compile(r"(?<=[一-鿿]{2})(?:街道|镇|乡)")
VILLAGE_WORD = re.compile(r"(?<=[一-鿿])(?:村|社区|居委|居民委|管理区|股份|经济合作)|(?<=[一-鿿]{3})(?=[\d(]|$)")
RUNS_ON = re.compile(r"[一-鿿]{1,2}(?:村(?!民小)|社区|居委|居民委)")
VILLAGE_SAID = re.compile(r"[一-鿿]{2}(?:村(?!民小)|社区)")
WORDS = re.compile(r"[一-鿿]")
NO_WORDS = re.compile(r"[\d组号幢室单元楼栋#\-—东南西北旁边对面附近县城区的省市]")

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


@dataclass(slots=True)
class Head:
    """Province, prefecture and county as an address begins: where they end, whether they are ours, whose else."""

    end: int = 0
    home: str | None = None  # county | county_near | county_short | prefecture
    foreign: str | None = None
    foreign_by: str = ""

    @property
    def in_county(self) -> bool:
        return self.home in ("county", "county_near")


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
    head = _head(gazetteer, text)
    pieces = gazetteer.find(text, head.end)
    if any(piece.kind == OWN_UNIT and piece.text == gazetteer.county for piece in pieces):
        head.home = "county"
    foreign = next((p for p in pieces if p.kind == UNIT and len(p.text) > 2), None)
    if foreign and not head.foreign:
        head.foreign, head.foreign_by = foreign.text, "unit"
    if head.foreign and not head.in_county:
        return Reading("outside", (f"outside_{head.foreign_by}",), (), head.foreign)
    places = [piece for piece in pieces if piece.kind < OWN_UNIT]
    reading = _weigh(gazetteer, text[head.end :], [_moved(piece, -head.end) for piece in places])
    if aside and not any(option.village for option in reading.options):
        reading = _with_aside(gazetteer, reading, aside, places)
    return _with_surroundings(reading, head, *_gaps(text, head.end, places))


def _moved(piece: Piece, by: int) -> Piece:
    return Piece(piece.start + by, piece.end + by, piece.text, piece.names) if by else piece


def _gaps(text: str, start: int, places: list[Piece]) -> tuple[str, list[str]]:
    """What stands before the first place, and all that is no place."""
    ends = [start, *(piece.end for piece in places)]
    starts = [*(piece.start for piece in places), len(text)]
    gaps = [text[end:begin] for end, begin in zip(ends, starts, strict=True)]
    return gaps[0], gaps


def _head(gazetteer: Gazetteer, text: str) -> Head:
    head = Head()
    while head.end < len(text):
        piece = gazetteer.at(text, head.end)
        if piece and piece.kind < OWN_UNIT:
            break
        if piece and piece.kind == UNIT_SHORT and _is_near_township(gazetteer, text, piece):
            break
        if piece:
            _note_unit(gazetteer, head, piece)
        elif not (piece := _unknown_unit(gazetteer, text, head)):
            break
        head.end = piece.end
    return head


def _is_near_township(gazetteer: Gazetteer, text: str, piece: Piece) -> bool:
    """高唐岛乡 is 高塘岛乡 misspelt and not 高唐 in 山东."""
    match = NEXT_TOWNSHIP.match(text, piece.start)
    if not match:
        return False
    return any(key + match.group(2) in gazetteer.near_townships for key in near_keys(match.group(1)))


def _note_unit(gazetteer: Gazetteer, head: Head, piece: Piece) -> None:
    if piece.kind in (UNIT, UNIT_SHORT):
        if not head.foreign or head.foreign_by == "unit_short":
            head.foreign, head.foreign_by = piece.text, "unit" if piece.kind == UNIT else "unit_short"
    elif piece.text == gazetteer.county:
        head.home = "county"
    elif gazetteer.county.startswith(piece.text):
        head.home = head.home or "county_short"
    else:
        head.home = head.home or "prefecture"


def _unknown_unit(gazetteer: Gazetteer, text: str, head: Head) -> Piece | None:
    """像山县 is ours misspelt; 鄞县 is another's."""
    match = UNKNOWN_UNIT.match(text, head.end)
    if not match or any(p.start < match.end() for p in gazetteer.find(text[: match.end() + 1], head.end)):
        return None  # 石浦九市曲: the 市 belongs to a name of this county
    if is_near(match.group(), gazetteer.county):
        head.home = "county_near"
    elif not head.foreign:
        head.foreign, head.foreign_by = match.group(), "unit_unknown"
    return Piece(match.start(), match.end(), match.group(), ())


def _weigh(gazetteer: Gazetteer, text: str, places: list[Piece]) -> Reading:
    townships = [piece for piece in places if any(n.village is None for n in piece.names)]
    villages = [(piece, n) for piece in places for n in piece.names if n.village is not None]
    if townships:
        return _by_township(gazetteer, text, townships, villages)
    if near := _near_township(gazetteer, text):
        return _by_near_township(gazetteer, near, villages)
    if villages:
        return _by_village(gazetteer, villages)
    if found := _near_village(gazetteer, text, None):
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
        if found := _near_village(gazetteer, text, code):
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


def _near_township(gazetteer: Gazetteer, text: str) -> tuple[set[str], str] | None:
    """Townships one slip away, and the words."""
    for end in TOWNSHIP_WORD.finditer(text):
        for length in (3, 2):
            bare = text[max(0, end.start() - length) : end.start()]
            keys = (bare, *near_keys(bare)) if len(bare) == length else ()
            found = {code for key in keys for code in gazetteer.near_townships.get(key + end.group(), ())}
            if found:
                return found, bare + end.group()
    return None


def _near_village(gazetteer: Gazetteer, text: str, township: str | None) -> tuple[tuple[str, str], str] | None:
    """A village one slip away, if only one is: of a township, or with at least three characters of the county."""
    for end in VILLAGE_WORD.finditer(text):
        for length in (5, 4, 3, 2):
            words = text[max(0, end.start() - length) : end.start()]
            if len(words) < length or (len(words) == 2 and (township is None or not end.group())):
                continue
            found = {place for place in near_villages(gazetteer, words) if township in (None, place[0])}
            if len(found) == 1:
                return found.pop(), words + end.group()
    return None


def near_villages(gazetteer: Gazetteer, words: str) -> set[tuple[str, str]]:
    """Villages that a slip leads to from these words (without 村 or 社区)."""
    keys = [words, *near_keys(words, least=3)]
    swaps = {place for key in keys if UNKNOWN in key for place in gazetteer.near_villages.get(key, ())}
    return swaps | {place for key in keys if UNKNOWN not in key for place in gazetteer.near_villages.get(key, ())}


def _with_aside(gazetteer: Gazetteer, reading: Reading, aside: str, places: list[Piece]) -> Reading:
    """What stands in brackets completes what stands before them, and never overrules it."""
    if aside.startswith(("原", "曾", "旧")) and reading.options:
        return reading
    found = [piece for piece in gazetteer.find(aside) if piece.kind < OWN_UNIT]
    if not found:
        return reading
    both = _weigh(gazetteer, aside, [*places, *found])
    if not reading.options:
        return Reading(both.method, (*both.evidence, "in_brackets"), both.options, both.matched)
    same = {option.township for option in both.options} <= {option.township for option in reading.options}
    if same and both.options:
        return both
    return Reading(reading.method, (*reading.evidence, "other_in_brackets"), reading.options, reading.matched)


def _with_surroundings(reading: Reading, head: Head, before: str, gaps: list[str]) -> Reading:
    """County named or not, words before the place, a township that is none of this county."""
    by_village = not reading.options or reading.evidence[0].startswith("village_")
    full = bool(reading.options) and reading.evidence[0] in (
        "township_full",
        "inside_full",
        "township_near",
        "inside_misspelt",
    )
    unknown = None if full else next((match for gap in gaps if (match := UNKNOWN_TOWNSHIP.search(gap))), None)
    if unknown and by_village and not head.in_county:
        return Reading("outside", ("outside_township",), (), unknown.group())
    if not reading.options:
        return NOTHING
    extra = [head.home] if head.home else []
    if unknown:
        extra.append("unknown_township")
    elif "near" not in reading.evidence[0] and WORDS.search(NO_WORDS.sub("", before)):
        extra.append("words_before_in_county" if head.in_county else "words_before")
    return Reading(reading.method, (*reading.evidence, *extra), reading.options, reading.matched)


def head_end(gazetteer: Gazetteer, text: str) -> int:
    """Where province, prefecture and county end."""
    return _head(gazetteer, text).end
