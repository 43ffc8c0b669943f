"""Where cases are: the border geo -> scoring."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.model.case import ADDRESS_KINDS
from planner.model.road import RoadsUsed
from planner.model.tables import flag, one_of, real, schema, text, whole

DATUMS = ("WGS-84", "CGCS2000", "GCJ-02", "BD-09")

POINT_SOURCES = ("coordinates", "village", "township")
"""What a point stands for: the address itself, the village's point, or the township's seat."""

METHODS = ("coordinates", "village", "township", "alias", "decided", "outside", "none")
"""How a debtor was placed. ``outside``: the address lies outside the county; ``none``: not placed."""

PLACED_TABLE = schema(
    {
        "case_id": text(),
        "party_no": whole(least=1),
        "lead": flag(),  # exactly one row per case: the debtor whose place stands for the case
        "township_code": text(nullable=True),  # 9 digits
        "village_code": text(nullable=True),  # 12 digits
        "lon": real(nullable=True, least=-180, most=180),  # WGS-84 degrees
        "lat": real(nullable=True, least=-90, most=90),
        "point_source": one_of(POINT_SOURCES, nullable=True),
        "method": one_of(METHODS),
        "address_kind": one_of(ADDRESS_KINDS, nullable=True),  # the address believed
        "confidence": real(least=0, most=1),  # probability that the township is right
        "matched": text(nullable=True),  # the piece of the address that decided
    },
    unique=["case_id", "party_no"],
)
"""One row per debtor of a case. Unplaced rows stay in and are counted."""


@dataclass(frozen=True)
class Placing:
    """Where debtors are, and the datum that a register's coordinates were taken for.

    Attributes:
        table: PLACED_TABLE.
        datum: one of DATUMS, None where there are no coordinates; ``points`` counts them.
        margin: by how large a share of the points it beats the next best datum; see guess_datum.
    """

    table: pd.DataFrame
    datum: str | None
    margin: float
    points: int


@dataclass(frozen=True)
class Candidate:
    """A place where one debtor may be, offered to a person. ``township_code`` None: outside the county."""

    township_code: str | None
    village_code: str | None
    probability: float
    matched: str | None
    address_kind: str | None


@dataclass(frozen=True)
class TravelMatrix:
    """Minutes between places that a road or bridge joins, parking and walking included.

    Attributes:
        place_ids: n place ids (``base:..``, ``pier:..``, ``visit:..``).
        minutes: int32 (n, n), from row to column, rounded up; -1 where there is no way by road.
        estimated: True where made from straight lines and a detour factor instead of roads.
        roads: the roads it was made from, and how many places lie too far from them.
    """

    place_ids: tuple[str, ...]
    minutes: npt.NDArray[np.int32]
    estimated: bool
    roads: RoadsUsed | None = None


@dataclass(frozen=True)
class Reach:
    """How a squad of one base reaches one township within its duty hours, and comes home. Minutes of the day.

    On the same landmass (bridges count as road) the squad starts and ends at its base. Behind a ferry it is
    ready to drive at the island's pier at ``start`` (arrival of the first boat it can catch) and must be back
    there by ``end`` (departure of the last boat that brings it home by the end of duty).
    """

    start_place: str  # place id
    end_place: str
    start: int
    end: int
    leave_base: int  # clock time at the base that goes with ``start``
    reach_base: int  # clock time at the base that goes with ``end``
    link_id: str | None
