"""One squad's day as its officers carry it: on a page, on a card, on paper. It names people."""

from dataclasses import dataclass
from datetime import date

WORTH = ("high", "middle", "low")
"""The prize of a visit among those of its plan: the upper, middle and lower third."""

PURPOSES = ("search", "clue", "livelihood", "summon")
"""搜查, 核查线索, 涉民生案件, 传唤被执行人 (catalogue ``purpose.<code>``)."""

APPROACHES = ("search", "several", "alone")
"""How to come near without being announced (catalogue ``approach.<code>``)."""

APPROVED, MISSING, REFUSED = "approved", "missing", "refused"
"""States of a paper."""


def carried(word: str | None) -> str:
    """The state of a paper by the last word on it (PAPER_STATES; None: nothing was said)."""
    return {"approved": APPROVED, "refused": REFUSED}.get(word or "", MISSING)


@dataclass(frozen=True)
class ToCall:
    role: str  # model.region.CALL_ROLES
    name: str
    phone: str | None


@dataclass(frozen=True)
class Paper:
    name: str  # model.visit.PAPERS
    state: str


@dataclass(frozen=True)
class VisitToMake:
    """A stop with all that officers need at the door. Times are minutes of the day."""

    order: int
    visit_id: str
    arrive: int
    start: int
    leave: int
    township: str
    village: str | None
    lon: float
    lat: float
    point_source: str
    debtor: str
    phone: str | None
    address: str | None
    case_ids: tuple[str, ...]
    claimed_fen: int
    p_find: float
    expected_fen: int
    worth: str  # WORTH
    purposes: tuple[str, ...]
    papers: tuple[Paper, ...]
    needs: tuple[str, ...]  # model.region.SKILLS
    approach: tuple[str, ...]
    to_call: tuple[ToCall, ...]


@dataclass(frozen=True)
class Ferry:
    """``back``: departures from the island, minutes of the day."""

    name: str
    back: tuple[int, ...]


@dataclass(frozen=True)
class RouteDay:
    """``path``: (lon, lat) of base, piers, stops and home again."""

    plan_id: str
    squad_id: str
    squad: str
    officers: tuple[tuple[str, str], ...]  # (name, role)
    day: date
    township_code: str
    township: str
    base: str
    leave_base: int
    depart: int
    back: int
    reach_base: int
    drive_minutes: int
    ferry: Ferry | None
    visits: tuple[VisitToMake, ...]
    path: tuple[tuple[float, float], ...]
