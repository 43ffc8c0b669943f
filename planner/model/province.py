"""A province: its cities and counties, long work over all of them, and what came of it, one row a township."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from planner.model.tables import flag, real, schema, text, whole

KINDS = ("import", "score", "plan")
"""What can be done in every county."""

PART_STATES = ("waiting", "done", "failed")


@dataclass(frozen=True)
class County:
    """``courts``: names under which the register knows its court, its own first. ``region``: the region folder.
    ``squads``: how many it has."""

    code: str
    name: str
    name_en: str
    city_code: str
    city: str
    courts: tuple[str, ...]
    region: Path
    squads: int


@dataclass(frozen=True)
class City:
    code: str
    name: str
    counties: tuple[County, ...]


@dataclass(frozen=True)
class Province:
    """Counties in the order of their codes."""

    code: str
    name: str
    name_en: str
    counties: tuple[County, ...]

    @property
    def cities(self) -> tuple[City, ...]:
        names = {county.city_code: county.city for county in self.counties}
        return tuple(
            City(code, names[code], tuple(county for county in self.counties if county.city_code == code))
            for code in sorted(names)
        )

    def county(self, code: str) -> County | None:
        return next((county for county in self.counties if county.code == code), None)


PROVINCE_TOWNSHIP_TABLE = schema(
    {
        "county_code": text(),
        "county": text(),
        "city": text(),
        "township_code": text(),
        "township": text(),
        "lon": real(least=-180, most=180),  # of its seat
        "lat": real(least=-90, most=90),
        "open_cases": whole(least=0),
        "visits": whole(least=0),  # that could be made in the week, one a debtor and place
        "prize": whole(least=0),  # points of those visits: comparable between counties
        "score": real(least=0),  # points; each county sums to 100, so not comparable between counties
        "expected_filings": real(least=0),  # cases filed in the next horizon: comparable between counties
        "filings_low": real(least=0),  # 80 % prediction interval
        "filings_high": real(least=0),
        "rank": whole(least=1),  # in its county
        "p_top": real(least=0, most=1),  # share of draws in which it is among its county's k highest
        "chosen": flag(),  # an area of the plan; before a plan: of those that the score would choose
        "planned_visits": whole(least=0),  # 0 before a plan
        "planned_prize": whole(least=0),
    },
    unique=["township_code"],
)
"""Every township of the counties that a run has reached, one row each. No personal data."""


@dataclass(frozen=True)
class Part:
    """One county's share of a run.

    Attributes:
        state: one of PART_STATES. attempts: how often it was begun and came back.
        digest: of all that the result rests on. result: id of what was made in the county's own database.
        kept: it was not done again, because an earlier run did the same. outcome: numbers for people.
        error_key, error_params: why it failed.
    """

    county_code: str
    state: str
    attempts: int = 0
    digest: str | None = None
    result: str | None = None
    kept: bool = False
    outcome: dict[str, object] = field(default_factory=dict)
    error_key: str | None = None
    error_params: dict[str, object] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True)
class ProvinceRun:
    """One kind of work over counties. ``request`` is JSON; ``parts`` by county code, as asked for."""

    id: str
    kind: str
    request: str
    created_at: datetime
    created_by: str
    parts: tuple[Part, ...]

    def count(self, state: str) -> int:
        return sum(part.state == state for part in self.parts)

    @property
    def ended(self) -> bool:
        """Nothing waits any more; some may have failed."""
        return self.count("waiting") == 0
