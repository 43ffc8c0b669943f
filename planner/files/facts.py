"""Facts of a region beyond its map: bases, squads, links, aliases and the calendar."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from planner.errors import RegionError
from planner.files.strict import CLOCK, DAY, LAT, LON, digits, many, maybe, one_of, read_rows, read_toml, text, whole
from planner.model.region import (
    ALIAS_TABLE,
    CALL_ROLES,
    CONTACT_TABLE,
    SKILLS,
    Base,
    Calendar,
    Link,
    MarketDays,
    Moratorium,
    Officer,
    Squad,
)

TOWNSHIP, VILLAGE = digits(9), digits(12)
ALL = "all"
"""In a base's jurisdiction: every township."""

MARKETS_ALLOWED = "330225101 = [2, 5, 8, 2026-11-25]"

ALIASES = {"alias": text(), "township_code": TOWNSHIP, "village_code": maybe(VILLAGE), "note": maybe(text())}
BASES = {
    "id": text(),
    "name": text(),
    "kind": one_of(("bureau", "tribunal")),
    "lon": LON,
    "lat": LAT,
    "jurisdiction": text(f"{ALL} | 000000000;…"),
    "vehicles": maybe(whole(0, 1000)),
}
SQUADS = {"id": text(), "name": text(), "base_id": text(), "days_off": many(DAY)}
OFFICERS = {
    "squad_id": text(),
    "id": text(),
    "name": text(),
    "role": one_of(("judge", "clerk", "bailiff")),
    "skills": many(one_of(SKILLS)),
}
CONTACTS = {
    "township_code": TOWNSHIP,
    "village_code": maybe(VILLAGE),
    "role": one_of(CALL_ROLES),
    "name": text(),
    "phone": maybe(text()),
}
LINKS = {
    "id": text(),
    "name": text(),
    "kind": one_of(("bridge", "ferry")),
    "from_township": TOWNSHIP,
    "to_township": TOWNSHIP,
    "from_lon": LON,
    "from_lat": LAT,
    "to_lon": LON,
    "to_lat": LAT,
    "minutes": whole(0, 24 * 60),
    "out_departures": many(CLOCK),
    "back_departures": many(CLOCK),
}


def read_aliases(file: Path, townships: frozenset[str], villages: frozenset[str]) -> pd.DataFrame:
    """ALIAS_TABLE."""
    rows = read_rows(file, ALIASES)
    _require_places(file, rows, townships, villages)
    table = pd.DataFrame(rows, columns=list(ALIASES))
    refuse_twice(file, "alias, township_code, village_code", table[["alias", "township_code", "village_code"]].values)
    return ALIAS_TABLE.validate(table)


def read_contacts(file: Path, townships: frozenset[str], villages: frozenset[str]) -> pd.DataFrame:
    """CONTACT_TABLE; empty where there is no such file."""
    rows = read_rows(file, CONTACTS) if file.exists() else []
    _require_places(file, rows, townships, villages)
    table = pd.DataFrame(rows, columns=list(CONTACTS))
    refuse_twice(file, "village_code, role, name", table[["township_code", "village_code", "role", "name"]].values)
    return CONTACT_TABLE.validate(table)


def read_bases(file: Path, townships: tuple[str, ...]) -> tuple[Base, ...]:
    rows = read_rows(file, BASES, optional=frozenset({"vehicles"}))
    refuse_twice(file, "id", (row["id"] for row in rows))
    return tuple(_base(file, row, townships) for row in rows)


def _base(file: Path, row: dict[str, Any], townships: tuple[str, ...]) -> Base:
    given = row.pop("jurisdiction")
    codes = townships if given == ALL else tuple(code.strip() for code in given.split(";") if code.strip())
    number = row.pop("row")
    for code in codes:
        require_known(file, number, "jurisdiction", code, frozenset(townships))
    return Base(**row, jurisdiction=codes)


def read_squads(squads: Path, officers: Path, bases: frozenset[str]) -> tuple[Squad, ...]:
    """Squads with their officers. Size and skills of a squad are rules of planning, not of reading."""
    listed, people = read_rows(squads, SQUADS), read_rows(officers, OFFICERS)
    refuse_twice(squads, "id", (row["id"] for row in listed))
    refuse_twice(officers, "id", (row["id"] for row in people))
    for row in listed:
        require_known(squads, row["row"], "base_id", row["base_id"], bases)
    members: dict[str, list[Officer]] = {row["id"]: [] for row in listed}
    for row in people:
        require_known(officers, row["row"], "squad_id", row["squad_id"], members.keys())
        members[row["squad_id"]].append(Officer(row["id"], row["name"], row["role"], row["skills"]))
    return tuple(
        Squad(row["id"], row["name"], row["base_id"], tuple(members[row["id"]]), row["days_off"]) for row in listed
    )


def read_links(file: Path, townships: frozenset[str]) -> tuple[Link, ...]:
    """Bridges and ferries; a ferry must leave at least once in each direction."""
    rows = read_rows(file, LINKS)
    refuse_twice(file, "id", (row["id"] for row in rows))
    return tuple(_link(file, row, townships) for row in rows)


def _link(file: Path, row: dict[str, Any], townships: frozenset[str]) -> Link:
    number = row.pop("row")
    for column in ("from_township", "to_township"):
        require_known(file, number, column, row[column], townships)
    for column in ("out_departures", "back_departures"):
        if row["kind"] == "ferry" and not row[column]:
            raise RegionError("region_cell", file=file.name, row=number, column=column, value="", allowed="HH:MM;…")
        row[column] = tuple(sorted(row[column]))
    return Link(**row)


def read_calendar(file: Path, townships: frozenset[str]) -> Calendar:
    """calendar.toml: tables ``holidays`` and ``workdays`` (date = name), array ``moratoria`` (gear, first, last).

    Where there are such days: tables ``market_days`` (township code = digits and dates) and ``harbour_days``
    (date = note).
    """
    tree = read_toml(file)
    return Calendar(
        _named_days(file, tree, "holidays"),
        _named_days(file, tree, "workdays"),
        tuple(_moratorium(file, entry) for entry in tree.get("moratoria", [])),
        _markets(file, tree.get("market_days", {}), townships),
        _named_days(file, {"harbour_days": {}} | tree, "harbour_days"),
    )


def _markets(file: Path, given: object, townships: frozenset[str]) -> dict[str, MarketDays]:
    rules = given if isinstance(given, dict) else {"": given}
    return {code: _market_days(file, code, days, townships) for code, days in rules.items()}


def _market_days(file: Path, code: str, days: object, townships: frozenset[str]) -> MarketDays:
    given = days if isinstance(days, list) else [None]
    digits = frozenset(day for day in given if type(day) is int and 0 <= day <= 9)
    dates = frozenset(day for day in given if type(day) is date)
    if code not in townships or len(digits) + len(dates) != len(given):
        told = f"{code} = {days}"
        raise RegionError("region_key", file=file.name, name="market_days", value=told, allowed=MARKETS_ALLOWED)
    return MarketDays(digits, dates)


def _named_days(file: Path, tree: dict[str, Any], table: str) -> dict[date, str]:
    days = tree.get(table)
    if not isinstance(days, dict):
        raise RegionError("region_key", file=file.name, name=table, value=days, allowed=f"[{table}]")
    try:
        return {date.fromisoformat(day): str(name) for day, name in days.items()}
    except ValueError as fault:
        raise RegionError("region_key", file=file.name, name=table, value=str(fault), allowed="YYYY-MM-DD") from None


def _moratorium(file: Path, entry: object) -> Moratorium:
    if isinstance(entry, dict) and isinstance(gear := entry.get("gear"), str):
        first, last = entry.get("first"), entry.get("last")
        if type(first) is date and type(last) is date and first <= last:
            return Moratorium(gear, first, last)
    raise RegionError("region_key", file=file.name, name="moratoria", value=entry, allowed="gear, first <= last")


def _require_places(
    file: Path, rows: list[dict[str, Any]], townships: frozenset[str], villages: frozenset[str]
) -> None:
    """Every row names a township, and if a village, one of that township."""
    for row in rows:
        require_known(file, row["row"], "township_code", row["township_code"], townships)
        village = row["village_code"]
        if village is not None and (village not in villages or village[:9] != row["township_code"]):
            raise RegionError("region_unknown", file=file.name, row=row["row"], column="village_code", value=village)


def require_known(file: Path, row: int, column: str, value: str, known: Iterable[str]) -> None:
    if value not in known:
        raise RegionError("region_unknown", file=file.name, row=row, column=column, value=value)


def refuse_twice(file: Path, column: str, values: Iterable[Any]) -> None:
    """Raises RegionError if a key stands in a file more than once."""
    counted = Counter(tuple(value) if not isinstance(value, str) else value for value in values)
    twice = [str(value) for value, times in counted.items() if times > 1]
    if twice:
        raise RegionError("region_twice", file=file.name, column=column, values="、".join(sorted(twice)))
