"""From the words of a region to the indices of a solver: the border (choice, geo) -> routing."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.errors import Impossible
from planner.model.hotspot import Selection
from planner.model.place import Reach, TravelMatrix
from planner.model.policy import DutyPolicy, Policy
from planner.model.region import SKILLS, Region, Squad
from planner.model.sweep import Access, IntArray, SquadDay, SweepProblem
from planner.routing.markets import without_market_days
from planner.routing.roster import shift_of, with_vehicles, working
from planner.routing.share import share_days

Reaches = Mapping[str, Mapping[tuple[str, str], Reach | None]]
"""Name of each shift in use -> (base id, township code) -> how it is reached within the duty hours of that shift."""


def build_problem(
    visits: pd.DataFrame,
    region: Region,
    selection: Selection,
    matrix: TravelMatrix,
    reaches: Reaches,
    policy: Policy,
    days: Sequence[date],
    squads: Sequence[Squad],
) -> SweepProblem:
    """The week as a problem in indices.

    Visits keep the order of VISIT_TABLE, townships that of the region, squads and days as given.
    ``matrix`` holds every place named here: ``base:<id>``, ``pier:<link id>``, ``visit:<visit_id>``, in any order,
    with parking and walking included.

    Raises:
        Impossible: a squad is too small, no squad works on any day, or no visit was chosen.
    """
    _require_size(squads, policy.sweep.squad_size_least)
    codes = region.townships["code"].tolist()
    town = {code: t for t, code in enumerate(codes)}
    place = {name: i for i, name in enumerate(matrix.place_ids)}
    squad_days = _squad_days(region, reaches, policy.duty, days, squads, codes, place)
    if not squad_days:
        raise Impossible("no_squad_day", squads=len(squads), days=len(days))
    township = _ints([town[code] for code in visits["township_code"]])
    prize = _ints(visits["prize"])
    worth = _totals(township, prize, len(codes))
    share = share_days(selection, codes, squad_days, worth, policy.sweep)
    if policy.sweep.market_days == "avoid":
        squad_days = without_market_days(squad_days, codes, days, region.calendar, share.chosen)
        share = share_days(selection, codes, squad_days, worth, policy.sweep)
    if not share.chosen[township].any():
        raise Impossible("no_visit_chosen", townships=int(share.chosen.sum()))
    return SweepProblem(
        travel=matrix.minutes,
        place=_ints([place[f"visit:{visit}"] for visit in visits["visit_id"]]),
        township=township,
        village=_ints(pd.factorize(visits["village_code"])[0]),
        prize=prize,
        duration=_ints(visits["duration_min"]),
        opens=_ints(visits["open_min"]),
        closes=_ints(visits["close_min"]),
        needs=_ints([skill_mask(needs.split(";")) for needs in visits["needs"].fillna("")]),
        squad_days=squad_days,
        chosen=share.chosen,
        least_days=share.least,
        most_days=share.most,
        loan_cost=_loan_cost(prize, share.chosen[township], len(squad_days), policy.sweep.loan_prize_share),
        break_start=policy.duty.break_start,
        break_minutes=policy.duty.break_minutes,
        max_visits=policy.sweep.max_visits_a_day,
        villages_once=policy.sweep.villages_once,
    )


def skill_mask(skills: Sequence[str] | frozenset[str]) -> int:
    """Bit i stands for ``SKILLS[i]``; empty names are passed over.

    Raises:
        ValueError: no such skill.
    """
    return sum(1 << SKILLS.index(skill) for skill in set(skills) if skill)


def _require_size(squads: Sequence[Squad], least: int) -> None:
    for squad in squads:
        if squad.size < least:
            raise Impossible("squad_too_small", squad=squad.name, size=squad.size, least=least)


def _squad_days(
    region: Region,
    reaches: Reaches,
    duty: DutyPolicy,
    days: Sequence[date],
    squads: Sequence[Squad],
    codes: Sequence[str],
    place: Mapping[str, int],
) -> tuple[SquadDay, ...]:
    shifts = {shift.name: shift for shift in duty.shifts}
    jurisdiction = {base.id: set(base.jurisdiction) for base in region.bases}
    found = []
    for s, d in with_vehicles(working(squads, days, duty), squads, days, region):
        squad, shift = squads[s], shifts[shift_of(s, days[d], duty)]
        reach = reaches[shift.name]
        access = tuple(_access(reach.get((squad.base_id, code)), place) for code in codes)
        home = tuple(code in jurisdiction[squad.base_id] for code in codes)
        found.append(SquadDay(s, d, shift.start, shift.end, skill_mask(squad.skills), access, home))
    return tuple(found)


def _access(reach: Reach | None, place: Mapping[str, int]) -> Access | None:
    if reach is None:
        return None
    by_boat = reach.link_id is not None
    return Access(
        start_place=place[reach.start_place],
        end_place=place[reach.end_place],
        start=reach.start,
        end=reach.end,
        outbound_minutes=reach.start - reach.leave_base if by_boat else 0,
        inbound_minutes=reach.reach_base - reach.end if by_boat else 0,
        link_id=reach.link_id,
    )


def _loan_cost(prize: IntArray, chosen: npt.NDArray[np.bool_], squad_days: int, share: float) -> int:
    """Points given up per squad-day on loan: a share of what an average squad-day could collect at the most."""
    return round(share * int(prize[chosen].sum()) / squad_days)


def _totals(township: IntArray, prize: IntArray, townships: int) -> npt.NDArray[np.float64]:
    return np.bincount(township, prize, townships).astype(np.float64)


def _ints(values: object) -> IntArray:
    return np.ascontiguousarray(np.asarray(values).astype(np.int32))
