"""Squads over the border: guests of a county stand in its region with their own base, its own that are lent are away.

So everything that plans, shows or prints squads knows them, routes count the drive from the guest's own base and home
to it every day, and no other code needs to know of loans.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from planner.model.region import Base, Region, Squad
from planner.model.together import CountyLoans
from planner.model.units import DAYS_PER_WEEK
from planner.store import timings
from planner.store.kept import Kept
from planner.usecases.context import Context

GUEST = "guest"
"""Kind of a base that is a neighbouring county's."""

WITH_GUESTS = Kept(4)
"""The same words make the very same region, so that what depends on it can be told apart by identity."""


def with_guests(ctx: Context) -> Context:
    """The context with the loans that stand for its county."""
    told = timings.loans(ctx.engine)
    if not told:
        return ctx
    return replace(
        ctx, region=WITH_GUESTS.get(ctx.engine, tuple(told), lambda: with_loans(ctx.region, told), ctx.region)
    )


def with_loans(region: Region, told: Iterable[CountyLoans]) -> Region:
    """The region with guests and squads away by the last word, whatever it had before.

    Guests of earlier words keep their names, for plans that were made with them, but have no day here any more.
    """
    words = list(told)
    known = [guest for word in words for guest in word.guests]
    here: dict[str, tuple[date, ...]] = {}
    for guest in words[-1].guests if words else ():
        here[guest.squad.id] = (*here.get(guest.squad.id, ()), *week_of(guest.week))
    guests = {guest.squad.id: replace(guest.squad, days_on=here.get(guest.squad.id, ())) for guest in known}
    everywhere = tuple(region.townships["code"])
    bases = {guest.base.id: replace(guest.base, jurisdiction=everywhere) for guest in known}
    away: dict[str, tuple[date, ...]] = {}
    for week, squad_id, _ in words[-1].away if words else ():
        away[squad_id] = (*away.get(squad_id, ()), *week_of(week))
    own = tuple(replace(squad, away=away.get(squad.id, ())) for squad in own_squads(region))
    home = tuple(base for base in region.bases if base.kind != GUEST)
    return replace(region, squads=(*own, *guests.values()), bases=(*home, *bases.values()))


def own_squads(region: Region) -> tuple[Squad, ...]:
    """The county's own squads as its folder has them, as if none were lent."""
    return tuple(replace(squad, away=()) for squad in region.squads if squad.days_on is None)


def as_guest(code: str, county: str, base: Base, squad: Squad) -> tuple[Base, Squad]:
    """A county's base and squad as a neighbour knows them. Vehicles come with the squad."""
    known = f"{code}-{base.id}"
    there = replace(base, id=known, name=f"{county}{base.name}", kind=GUEST, jurisdiction=(), vehicles=None)
    return there, replace(squad, id=f"{code}-{squad.id}", name=f"{county}{squad.name}", base_id=known, away=())


def week_of(monday: date) -> tuple[date, ...]:
    """All seven days."""
    return tuple(monday + timedelta(days=day) for day in range(DAYS_PER_WEEK))
