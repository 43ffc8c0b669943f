"""Make region facts from outlines and a village list."""

from dataclasses import dataclass
from pathlib import Path

from planner.errors import RegionError
from planner.files.boundary import read_boundaries, read_seats, read_villages
from planner.files.region import read_region_code, write_draft
from planner.geo.boundaries import mend_region
from planner.model.region import RegionDraft

COUNTY_DIGITS = 6


@dataclass(frozen=True)
class ImportRegion:
    """``facts``: a region folder whose bases, squads, links, aliases, calendar and policy are taken over.

    ``own_facts``: the folder in use; it serves as ``facts`` where it is of the same county.
    """

    source: Path
    villages: Path
    out: Path
    seats: Path | None = None
    datum: str | None = None
    facts: Path | None = None
    own_facts: Path | None = None


@dataclass(frozen=True)
class RegionImported:
    """``facts``: where bases, squads and the rest came from; None where they are still to be filled in."""

    draft: RegionDraft
    folder: Path
    facts: Path | None


def import_region(request: ImportRegion) -> RegionImported:
    """Read, mend and write one region.

    Raises:
        FileUnreadable, RegionError: nothing was written.
    """
    if request.out.exists() and any(request.out.iterdir()):
        raise RegionError("region_folder_taken", folder=str(request.out))
    outlines, told = read_boundaries(request.source)
    villages = read_villages(request.villages)
    code = str(villages["township_code"].iloc[0])[:COUNTY_DIGITS]
    seats = read_seats(request.seats) if request.seats else None
    draft = mend_region(outlines, villages, request.datum, code, seats, told)
    facts = request.facts or _own_facts(request, code)
    write_draft(draft, request.out, facts)
    return RegionImported(draft, request.out, facts)


def _own_facts(request: ImportRegion, code: str) -> Path | None:
    same = request.own_facts is not None and read_region_code(request.own_facts) == code
    return request.own_facts if same else None
