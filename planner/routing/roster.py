"""Who is out on which day, and on which shift: rest, vehicles, shifts. Deterministic and fair, before any solver."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from planner.model.policy import DAY, EARLY, LATE, DutyPolicy
from planner.model.region import Region, Squad

DAYS_WORKED = 5
"""Of an ordinary week: squads take their turns on a shift one after the other."""

SquadDate = tuple[int, int]
"""A squad and a day, as indices of the lists given."""


def working_days_of(squad: Squad, days: Sequence[date], most_in_a_row: int) -> tuple[int, ...]:
    """Indices of the days a squad works here: not off, not lent away, a guest's own days only, and a day of rest after
    ``most_in_a_row`` days."""
    worked: set[date] = set()
    here = set(days if squad.days_on is None else squad.days_on) & set(days)
    for day in sorted(here - set(squad.days_off) - set(squad.away)):
        row = [day - timedelta(days=back) for back in range(1, most_in_a_row + 1)]
        if not all(before in worked for before in row):
            worked.add(day)
    return tuple(i for i, day in enumerate(days) if day in worked)


def working(squads: Sequence[Squad], days: Sequence[date], duty: DutyPolicy) -> list[SquadDate]:
    """All squad-days that may work, by squad, then day."""
    return [(s, d) for s, squad in enumerate(squads) for d in working_days_of(squad, days, duty.max_days_in_a_row)]


def with_vehicles(
    worked: Sequence[SquadDate], squads: Sequence[Squad], days: Sequence[date], region: Region
) -> list[SquadDate]:
    """Those of ``worked`` for which the base has a vehicle, in their order.

    Each day the squads go that were out least so far this week; among equals the order starts with another squad
    each week. Later days do not change earlier ones. A squad that the region does not know (a question to a plan
    adds it) brings a vehicle of its own.
    """
    vehicles = {base.id: base.vehicles for base in region.bases}
    known = {squad.id for squad in region.squads}
    at_base: dict[str, list[int]] = defaultdict(list)
    for s, squad in enumerate(squads):
        if squad.id in known and vehicles[squad.base_id] is not None:
            at_base[squad.base_id].append(s)
    kept, out, asked = set(worked), Counter[int](), set(worked)
    for d in sorted(range(len(days)), key=lambda d: days[d]):
        for base, own in at_base.items():
            first = _week(days[d]) % len(own)
            here = sorted(own[first:] + own[:first], key=lambda s: out[s])
            here = [s for s in here if (s, d) in asked]
            limit = vehicles[base]
            out.update(here[:limit])
            kept -= {(s, d) for s in here[limit:]}
    return [squad_date for squad_date in worked if squad_date in kept]


def shift_of(squad: int, day: date, duty: DutyPolicy) -> str:
    """The shift of a squad's day: DAY, EARLY or LATE.

    Squad-days are numbered along the weeks of the squads, five days each, moved on by one each week; the shifts are
    laid evenly over the numbers. So in a full week the policy's shares are kept to a squad-day, no squad has two
    early or three late days more than another, and other squads and days come in turn. More squads at the end of the
    list, or more days, change nobody's shift.
    """
    turn = DAYS_WORKED * squad + day.weekday() + _week(day)
    if _falls_on(turn, duty.early_share):
        return EARLY
    rest = turn - int(turn * duty.early_share + EPSILON)
    return LATE if _falls_on(rest, duty.late_share / (1 - duty.early_share)) else DAY


EPSILON = 1e-9
"""Shares are decimals: 5 x 0.2 must be 1."""


def _falls_on(number: int, share: float) -> bool:
    """Spreads a share evenly: exactly round-down(n x share) of the first n numbers."""
    return int((number + 1) * share + EPSILON) > int(number * share + EPSILON)


def _week(day: date) -> int:
    """Weeks since 1 January of the year 1, a Monday."""
    return (day.toordinal() - 1) // 7
