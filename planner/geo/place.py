"""Where debtors are: parties with addresses -> PLACED_TABLE."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.geo.datum import guess_datum, to_wgs84, township_at
from planner.geo.gazetteer import NOTHING, Gazetteer, Reading, build_gazetteer
from planner.model.place import PLACED_TABLE, POINT_SOURCES, Candidate, Placing
from planner.model.policy import GazetteerPolicy
from planner.model.progress import Progress, silent
from planner.model.region import Region

SURE_COORDINATES = 0.90
SURE_BOTH = 0.99
"""Text and coordinates agree on the township."""
DOUBT_OTHER_SAYS_OUTSIDE = 0.75
DOUBT_COORDINATES = 0.70
"""Text and coordinates name different townships."""

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.object_]
Read = tuple[Reading, str | None]
"""What is believed, and the kind of address it comes from."""


def place_cases(
    parties: pd.DataFrame,
    region: Region,
    policy: GazetteerPolicy,
    decided: pd.DataFrame | None = None,
    progress: Progress = silent,
) -> Placing:
    """Place every debtor of every case (the first party where a case names no debtor).

    Args:
        parties: PARTY_TABLE.
        decided: case_id, party_no, township_code (NA: outside the county), village_code as people decided; they win.

    Returns:
        The table in the order of ``parties``. Exactly one row per case is the lead: the debtor placed best.
    """
    progress("place", 0.0)
    debtors = _debtors(parties)
    read = _read_addresses(debtors, build_gazetteer(region), policy)
    lon, lat, held, datum, margin = _coordinates(debtors, [reading for reading, _ in read], region, policy)
    read = [_with_point(*pair, code, policy) for pair, code in zip(read, held, strict=True)]
    read = _as_decided(debtors, read, decided)
    readings = [reading for reading, _ in read]
    placed = pd.DataFrame(
        {
            "case_id": debtors["case_id"],
            "party_no": debtors["party_no"],
            "township_code": pd.array([reading.township for reading in readings], dtype="str"),
            "village_code": pd.array([reading.village for reading in readings], dtype="str"),
            "method": [reading.method for reading in readings],
            "address_kind": pd.array([kind for _, kind in read], dtype="str"),
            "confidence": [reading.confidence for reading in readings],
            "matched": pd.array([reading.matched for reading in readings], dtype="str"),
        }
    )
    inside = np.array([code is not None and code == r.township for code, r in zip(held, readings, strict=True)], bool)
    placed = _with_points(placed, np.where(inside, lon, np.nan), np.where(inside, lat, np.nan), region)
    placed["lead"] = _leads(placed, debtors["is_company"])
    table = PLACED_TABLE.validate(placed[list(PLACED_TABLE.columns)])
    points = int(np.count_nonzero(~np.isnan(lon)))
    return Placing(table, datum if points else None, margin, points)


def _debtors(parties: pd.DataFrame) -> pd.DataFrame:
    debtor = parties["role"] == "debtor"
    without = ~parties["case_id"].isin(parties.loc[debtor, "case_id"])
    first = parties["party_no"] == parties.groupby("case_id")["party_no"].transform("min")
    return parties[debtor | (without & first)].reset_index(drop=True)


def _read_addresses(debtors: pd.DataFrame, gazetteer: Gazetteer, policy: GazetteerPolicy) -> list[Read]:
    """Each distinct text is read once."""
    order = list(policy.address_order)
    texts = debtors[order]
    read = {text: gazetteer.read(text) for text in pd.unique(texts.to_numpy(dtype=object).ravel()) if pd.notna(text)}
    rows = zip(*(texts[kind] for kind in order), strict=True)
    return [
        _believe([(read.get(text, NOTHING), kind) for text, kind in zip(row, order, strict=True)], policy)
        for row in rows
    ]


def _believe(readings: list[Read], policy: GazetteerPolicy) -> Read:
    """The first address that is sure enough, else the surest; agreement halves the doubt.

    An address inside the county is believed before one outside it, with doubt: people ask whether the debtor left.
    """
    inside = [(reading, kind) for reading, kind in readings if reading.township]
    outside = [(reading, kind) for reading, kind in readings if reading.method == "outside"]
    if not inside:
        return outside[0] if outside else (NOTHING, None)
    sure = [read for read in inside if read[0].confidence >= policy.queue_below]
    best, kind = sure[0] if sure else max(inside, key=lambda read: read[0].confidence)
    agreeing = [read for read in inside if read[0].township == best.township]
    confidence = 1 - (1 - best.confidence) / 2 ** (len(agreeing) - 1)
    if best.village is None:
        best, kind = next((read for read in agreeing if read[0].village), (best, kind))
    if outside and readings.index(outside[0]) < readings.index((best, kind)):
        confidence *= DOUBT_OTHER_SAYS_OUTSIDE
    return replace(best, confidence=confidence), kind


def _coordinates(
    debtors: pd.DataFrame, readings: list[Reading], region: Region, policy: GazetteerPolicy
) -> tuple[Floats, Floats, Codes, str, float]:
    """lon, lat (WGS-84; NaN where none), the township that holds each point (None where none does); datum, margin.

    One datum is guessed for all points, from the texts that are sure.
    """
    x, y = (debtors[axis].to_numpy(float) for axis in ("x", "y"))
    sure = np.array([r.confidence >= policy.queue_below for r in readings], bool) & ~np.isnan(x) & ~np.isnan(y)
    hints = np.array([r.township if s else None for r, s in zip(readings, sure, strict=True)], dtype=object)
    datum, margin = guess_datum(x, y, hints, region.outlines)
    lon, lat = to_wgs84(x, y, datum)
    return lon, lat, township_at(lon, lat, region.outlines), datum, margin


def _with_point(text: Reading, kind: str | None, held: str | None, policy: GazetteerPolicy) -> Read:
    """What text and coordinates (held by a township) say together."""
    if held is None:
        return text, kind
    if text.township == held:
        confidence = max(text.confidence, SURE_BOTH)
        return replace(text, method=text.method if text.village else "coordinates", confidence=confidence), kind
    if text.township and text.confidence >= policy.queue_below:
        return replace(text, confidence=text.confidence * DOUBT_COORDINATES), kind
    doubt = DOUBT_OTHER_SAYS_OUTSIDE if text.method == "outside" else 1.0
    return Reading("coordinates", SURE_COORDINATES * doubt, held), None


def _as_decided(debtors: pd.DataFrame, read: list[Read], decided: pd.DataFrame | None) -> list[Read]:
    if decided is None or decided.empty:
        return read
    told = decided[["township_code", "village_code"]].astype(object).where(decided.notna(), None)
    keys = zip(decided["case_id"], decided["party_no"], strict=True)
    by_party: dict[tuple[str, int], Read] = {
        (str(case), int(party)): (Reading("decided", 1.0, township, village), None)
        for (case, party), township, village in zip(keys, told["township_code"], told["village_code"], strict=True)
    }
    parties = zip(debtors["case_id"], debtors["party_no"], read, strict=True)
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


def candidates(
    addresses: Mapping[str, object], region: Region, policy: GazetteerPolicy, most: int = 9
) -> list[Candidate]:
    """Where a debtor with these addresses (kind -> text) may be, the likeliest first."""
    gazetteer = build_gazetteer(region)
    read = [(gazetteer.read(str(addresses[kind])), kind) for kind in policy.address_order if kind in addresses]
    found = [
        Candidate(reading.township, reading.village, reading.confidence / max(1, len(read)), reading.matched, kind)
        for reading, kind in read
        if reading.method != "none"
    ]
    return sorted(found, key=lambda c: -c.probability)[:most]


def unknown_name(address: str | None, region: Region) -> str | None:
    """The piece of an address that may be taught as an alias."""
    read = build_gazetteer(region).read(address or "")
    return None if read.matched else (address or "")[:4] or None
