"""The head of an address: province, prefecture and county, ours or another's."""

import re
from dataclasses import dataclass

from planner.geo.gazetteer import OWN_UNIT, UNIT, UNIT_SHORT, Gazetteer, Piece
from planner.geo.names import is_near
from planner.geo.slips import near_townships

LABEL = re.compile(
    r"^(?:[^:\d]{1,10}:)?(?:(?:现|暂|家|常|户籍)?(?:居?住|所在|地址)(?:地址?|址|所)?(?:在|于|为|是)?(?=[一-鿿]))?"
)
# A unit of government that no list knows: an old name, or one misspelt. 社区, 开发区 and 新区 are none.
UNKNOWN_UNIT = re.compile(r"(?:(?!街道|镇|乡|村|路|社区|\d|[(,]).){1,8}?(?:省|县(?!城|政)|市(?!场|区|政|辖))")
NEXT_TOWNSHIP = re.compile(r"([一-鿿]{2,3}?)(街道|镇|乡)")


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


def read_head(gazetteer: Gazetteer, text: str) -> Head:
    """Province, prefecture and county at the start of a text."""
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
    return match is not None and bool(near_townships(gazetteer, *match.groups()))


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
