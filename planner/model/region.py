"""Facts of a place: townships, villages, bases, squads, ferries, calendar. A new county needs no code."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import geopandas as gpd
import pandas as pd

from planner.model.indicator import INDICATORS, OUTCOME_WORDS, Indicator, OutcomeWords
from planner.model.road import Roads
from planner.model.tables import empty, flag, one_of, real, schema, text, whole

SKILLS = ("female", "bailiff", "boat", "dialect", "judge")
"""女干警, 司法警察, 渔港/船, 方言, 执行法官."""

TOWNSHIP_TABLE = schema(
    {
        "code": text(),  # 9 digits
        "name": text(),
        "seat_lon": real(least=-180, most=180),
        "seat_lat": real(least=-90, most=90),
        "area_km2": real(least=0),
        "villages": whole(least=0),
        "exposure": real(least=0),  # expected share of filings before any is seen; sums to 1
        "fishing": flag(),  # its people live from the sea
        "landmass": text(),  # townships with the same word are joined by road; links join the rest
    },
    unique=["code"],
)

VILLAGE_TABLE = schema(
    {
        "township_code": text(),
        "code": text(),  # 12 digits
        "name": text(),
        "lon": real(least=-180, most=180),
        "lat": real(least=-90, most=90),
        "point_source": one_of(("given", "schematic")),
    },
    unique=["code"],
)

ALIAS_TABLE = schema(
    {
        "alias": text(),
        "township_code": text(),
        "village_code": text(nullable=True),
        "note": text(nullable=True),
    },
    unique=["alias", "township_code", "village_code"],
)
"""Old names, natural villages, street names, and what people decided. An alias may be ambiguous."""

CALL_ROLES = ("contact", "grid", "police")
"""庭务主任, 网格员, 派出所."""

CONTACT_TABLE = schema(
    {
        "township_code": text(),
        "village_code": text(nullable=True),  # missing: of the whole township
        "role": one_of(CALL_ROLES),
        "name": text(),
        "phone": text(nullable=True),
    },
    unique=["township_code", "village_code", "role", "name"],
)
"""Whom to call where."""


@dataclass(frozen=True)
class Base:
    """The bureau or a tribunal. ``jurisdiction`` lists township codes; the bureau's is all.

    ``vehicles``: how many squads can be out on a day; None: as many as there are.
    """

    id: str
    name: str
    kind: str  # bureau | tribunal | guest (a neighbouring county's, whose squads help here)
    lon: float
    lat: float
    jurisdiction: tuple[str, ...]
    vehicles: int | None = None


@dataclass(frozen=True)
class Officer:
    id: str
    name: str
    role: str  # judge | clerk | bailiff
    skills: tuple[str, ...]


@dataclass(frozen=True)
class Squad:
    """Officers who work together. ``days_off`` are dates on which the squad does not work.

    ``away``: dates on which it helps a neighbouring county. ``days_on``: of a squad of a neighbouring county that
    helps here, the dates on which it does; None: it is the county's own.
    """

    id: str
    name: str
    base_id: str
    officers: tuple[Officer, ...]
    days_off: tuple[date, ...] = ()
    away: tuple[date, ...] = ()
    days_on: tuple[date, ...] | None = None

    @property
    def size(self) -> int:
        return len(self.officers)

    @property
    def skills(self) -> frozenset[str]:
        return frozenset(skill for officer in self.officers for skill in officer.skills)


@dataclass(frozen=True)
class Link:
    """A bridge or a ferry between two townships.

    A bridge joins two road networks for ``minutes``; a ferry leaves from a pier at the times of
    its timetable (minutes of the day). ``to`` is the island side of a ferry.
    """

    id: str
    name: str
    kind: str  # bridge | ferry
    from_township: str
    to_township: str
    from_lon: float
    from_lat: float
    to_lon: float
    to_lat: float
    minutes: int
    out_departures: tuple[int, ...] = ()
    back_departures: tuple[int, ...] = ()


@dataclass(frozen=True)
class Moratorium:
    """Summer fishing moratorium for one kind of gear, both days included."""

    gear: str
    first: date
    last: date


@dataclass(frozen=True)
class MarketDays:
    """When a township holds its market (赶集): last digits of the day of the (solar) month, and dates."""

    digits: frozenset[int] = frozenset()
    dates: frozenset[date] = frozenset()

    def __contains__(self, day: date) -> bool:
        return day in self.dates or day.day % 10 in self.digits


@dataclass(frozen=True)
class Calendar:
    """Days on which the court does not work, and days on which it works although they are weekends.

    ``markets``: township code -> its market days, when homes are empty. ``harbour_days``: dates (with a note) on
    which a storm keeps the boats in harbour.
    """

    holidays: dict[date, str]
    workdays: dict[date, str]
    moratoria: tuple[Moratorium, ...]
    markets: dict[str, MarketDays] = field(default_factory=dict)
    harbour_days: dict[date, str] = field(default_factory=dict)

    def works_on(self, day: date) -> bool:
        if day in self.workdays:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def working_day_before(self, day: date, count: int = 1) -> date:
        """The ``count``-th working day before a day (>= 1)."""
        while count:
            day -= timedelta(days=1)
            count -= self.works_on(day)
        return day

    def is_market_day(self, township_code: str, day: date) -> bool:
        return day in self.markets.get(township_code, MarketDays())

    def ashore_share(self, day: date) -> float:
        """Share of the kinds of gear that lie ashore on that day (0..1), by the moratorium or for a storm."""
        if day in self.harbour_days:
            return 1.0
        gears = {m.gear for m in self.moratoria}
        ashore = {m.gear for m in self.moratoria if m.first <= day <= m.last}
        return len(ashore) / len(gears) if gears else 0.0


@dataclass(frozen=True)
class Region:
    """One county.

    Attributes:
        townships: TOWNSHIP_TABLE, villages: VILLAGE_TABLE, aliases: ALIAS_TABLE.
        outlines: GeoDataFrame(code, geometry), EPSG:4326, one row per township.
        schematic: the outlines are a division among the seats, not surveyed borders.
        metric_crs: a projected CRS in metres for distances and areas.
        within: province and prefecture as addresses write them (浙江省, 宁波市).
        roads: None where none were imported; travel is then estimated from straight lines.
        contacts: CONTACT_TABLE, empty where nobody is on record.
        indicators, outcome_words: the court's formulas, and which words of 结案方式 tell which outcome.
    """

    code: str
    name: str
    name_en: str
    schematic: bool
    metric_crs: str
    townships: pd.DataFrame
    villages: pd.DataFrame
    aliases: pd.DataFrame
    outlines: gpd.GeoDataFrame
    bases: tuple[Base, ...]
    squads: tuple[Squad, ...]
    links: tuple[Link, ...]
    calendar: Calendar
    within: tuple[str, ...] = ()
    roads: Roads | None = None
    contacts: pd.DataFrame = field(default_factory=lambda: empty(CONTACT_TABLE))
    indicators: tuple[Indicator, ...] = INDICATORS
    outcome_words: OutcomeWords = OUTCOME_WORDS

    @cached_property
    def township_names(self) -> dict[str, str]:
        """Code -> name."""
        return dict(zip(self.townships["code"], self.townships["name"], strict=True))

    @cached_property
    def village_names(self) -> dict[str, str]:
        """Code -> name."""
        return dict(zip(self.villages["code"], self.villages["name"], strict=True))

    def township_name(self, code: str) -> str:
        return self.township_names[code]


@dataclass(frozen=True)
class Mend:
    """One thing that was repaired while boundaries were read. ``kind`` is a catalogue key ``mend.<kind>``."""

    kind: str
    subject: str
    detail: str


@dataclass(frozen=True)
class RegionDraft:
    """Boundaries and villages, mended and matched, before bases and squads are known."""

    code: str
    townships: pd.DataFrame
    villages: pd.DataFrame
    outlines: gpd.GeoDataFrame
    mends: tuple[Mend, ...]
