"""Where debtors are: parties with addresses -> PLACED_TABLE."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.geo.believe import NO_BELIEF, Belief, Point, Told, as_told, beliefs, best
from planner.geo.candidates import candidates, unknown_name
from planner.geo.datum import guess_datum, in_china, to_wgs84, township_at
from planner.geo.gazetteer import Gazetteer, build_gazetteer
from planner.geo.names import plain
from planner.geo.reading import Reading, read
from planner.model.place import PLACED_TABLE, POINT_SOURCES, Placing
from planner.model.policy import GazetteerPolicy
from planner.model.progress import Progress, silent, within
from planner.model.region import Region

__all__ = ["candidates", "place_cases", "unknown_name"]

BATCH = 10_000
"""Debtors, or texts, between two words on progress."""

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.object_]
Row = Sequence[Told]


@dataclass(frozen=True)
class Points:
    """Coordinates of debtors in WGS-84 (NaN where none); ``held``: the township that holds each, None where none."""

    lon: Floats
    lat: Floats
    held: Codes
    datum: str
    margin: float

    @property
    def given(self) -> npt.NDArray[np.bool_]:
        return ~np.isnan(self.lon)


def place_cases(
    parties: pd.DataFrame,
    region: Region,
    policy: GazetteerPolicy,
    decided: pd.DataFrame | None = None,
    progress: Progress = silent,
    *,
    datum: str | None = None,
) -> Placing:
    """Place every debtor of every case (the first party where a case names no debtor).

    Args:
        parties: PARTY_TABLE.
        decided: case_id, party_no, township_code (NA: outside the county), village_code as people decided; they win.
        progress: told at least every 10,000 debtors; what it raises ends the work.
        datum: of the coordinates, where it is known (a few debtors of a register placed again); else it is guessed
            and the margin told.

    Returns:
        The table in the order of ``parties``. Exactly one row per case is the lead: the debtor placed best.
    """
    debtors = _debtors(parties)
    rows = addresses_of(debtors, build_gazetteer(region), policy, within(progress, 0.0, 0.6))
    points = points_of(debtors, rows, region, policy, datum)
    found = _as_decided(debtors, _believe(debtors, rows, points, within(progress, 0.6, 0.9)), decided)
    placed = pd.DataFrame(
        {
            "case_id": debtors["case_id"],
            "party_no": debtors["party_no"],
            "township_code": pd.array([belief.township for belief in found], dtype="str"),
            "village_code": pd.array([belief.village for belief in found], dtype="str"),
            "method": [belief.method for belief in found],
            "address_kind": pd.array([belief.kind for belief in found], dtype="str"),
            "confidence": [belief.probability for belief in found],
            "matched": pd.array([belief.matched for belief in found], dtype="str"),
        }
    )
    inside = np.array([h is not None and h == b.township for h, b in zip(points.held, found, strict=True)], dtype=bool)
    placed = _with_points(placed, np.where(inside, points.lon, np.nan), np.where(inside, points.lat, np.nan), region)
    placed["lead"] = _leads(placed, debtors["is_company"])
    table = PLACED_TABLE.validate(placed[list(PLACED_TABLE.columns)])
    count = int(points.given.sum())
    return Placing(table, points.datum if count else None, points.margin, count)


def _debtors(parties: pd.DataFrame) -> pd.DataFrame:
    debtor = parties["role"] == "debtor"
    without = ~parties["case_id"].isin(parties.loc[debtor, "case_id"])
    first = parties["party_no"] == parties.groupby("case_id")["party_no"].transform("min")
    return parties[debtor | (without & first)].reset_index(drop=True)


def addresses_of(
    debtors: pd.DataFrame, gazetteer: Gazetteer, policy: GazetteerPolicy, progress: Progress = silent
) -> list[Row]:
    """For each debtor the addresses that tell something, in the order of belief. Each distinct text is read once."""
    readings: dict[str, Reading] = {}
    columns = []
    for number, kind in enumerate(policy.address_order):
        codes, texts = pd.factorize(debtors[kind])
        share = within(progress, number / len(policy.address_order), (number + 1) / len(policy.address_order))
        known = []
        for text in _counted(list(texts), share):
            key = plain(text)
            reading = readings.get(key) or readings.setdefault(key, read(gazetteer, key))
            known.append(as_told(reading, kind) if reading.told else None)
        columns.append([known[code] if code >= 0 else None for code in codes])
    return [tuple(told for told in row if told) for row in zip(*columns, strict=True)]


def _counted(items: Sequence[str], progress: Progress) -> Iterator[str]:
    for number, item in enumerate(items):
        if number % BATCH == 0:
            progress("place", number / len(items))
        yield item


def points_of(
    debtors: pd.DataFrame, rows: Sequence[Row], region: Region, policy: GazetteerPolicy, datum: str | None = None
) -> Points:
    """One datum for all points: if it is not known, it is guessed from the texts that are sure."""
    x, y = in_china(debtors["x"].to_numpy(float), debtors["y"].to_numpy(float))
    margin = 0.0
    if datum is None:
        datum, margin = guess_datum(x, y, _hints(rows, ~np.isnan(x), policy), region.outlines)
    lon, lat = to_wgs84(x, y, datum)
    return Points(lon, lat, township_at(lon, lat, region.outlines), datum, margin)


def _hints(rows: Sequence[Row], given: npt.NDArray[np.bool_], policy: GazetteerPolicy) -> Codes:
    """The township that the addresses of each point tell surely, else None."""
    hints = np.full(len(rows), None, dtype=object)
    for number in np.flatnonzero(given).tolist():
        alone = best(beliefs(rows[number], None, False))
        if alone.probability >= policy.queue_below:
            hints[number] = alone.township
    return hints


def _believe(debtors: pd.DataFrame, rows: Sequence[Row], points: Points, progress: Progress) -> list[Belief]:
    companies = debtors["is_company"].to_numpy(bool)
    given = points.given
    found = []
    for number, row in enumerate(rows):
        if number % BATCH == 0:
            progress("place", number / len(rows))
        point = Point(points.held[number]) if given[number] else None
        found.append(best(beliefs(row, point, bool(companies[number]))) if row or point else NO_BELIEF)
    return found


def _as_decided(debtors: pd.DataFrame, found: list[Belief], decided: pd.DataFrame | None) -> list[Belief]:
    if decided is None or decided.empty:
        return found
    told = decided[["township_code", "village_code"]].astype(object).where(decided.notna(), None)
    keys = zip(decided["case_id"], decided["party_no"], strict=True)
    by_party = {
        (str(case), int(party)): Belief(township, village, "decided", None, None, (), 1.0, 1.0)
        for (case, party), township, village in zip(keys, told["township_code"], told["village_code"], strict=True)
    }
    parties = zip(debtors["case_id"], debtors["party_no"], found, strict=True)
    return [by_party.get((str(case), int(party)), own) for case, party, own in parties]


def _with_points(placed: pd.DataFrame, lon: Floats, lat: Floats, region: Region) -> pd.DataFrame:
    """The address's own coordinates, else the village's point, else the township's seat."""
    villages = region.villages.set_index("code")[["lon", "lat"]].reindex(placed["village_code"]).to_numpy(float)
    seats = region.townships.set_index("code")[["seat_lon", "seat_lat"]].reindex(placed["township_code"])
    known = [~np.isnan(lon), ~np.isnan(villages[:, 0]), ~np.isnan(seats.to_numpy(float)[:, 0])]
    candidates = [np.column_stack([lon, lat]), villages, seats.to_numpy(float)]
    points = np.select([k[:, None] for k in known], candidates, np.nan)
    source = pd.Series(np.select(known, list(POINT_SOURCES), ""), index=placed.index, dtype="str").replace("", None)
    return placed.assign(lon=points[:, 0], lat=points[:, 1], point_source=source)


def _leads(placed: pd.DataFrame, is_company: pd.Series) -> pd.Series:
    """One True per case: placed before unplaced, surest first, a person with a village before others.

    Confidence counts in tenths, so that a hair's breadth does not put a later debtor before the first.
    """
    order = pd.DataFrame(
        {
            "case_id": placed["case_id"],
            "placed": placed["township_code"].isna(),
            "doubt": (1 - placed["confidence"]).round(1),
            "no_home": is_company.to_numpy(bool) | placed["village_code"].isna(),
            "party_no": placed["party_no"],
        }
    )
    first = order.sort_values(["case_id", "placed", "doubt", "no_home", "party_no"]).groupby("case_id").head(1)
    return pd.Series(placed.index.isin(first.index), index=placed.index)
