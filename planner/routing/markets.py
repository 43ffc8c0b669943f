"""Market days: everybody is at the market and nobody at home, so squads go on another day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from planner.model.region import Calendar
from planner.model.sweep import SquadDay, SweepProblem

TownshipDay = tuple[int, int]
"""A township and a day, as indices."""


def without_market_days(
    squad_days: Sequence[SquadDay],
    codes: Sequence[str],
    days: Sequence[date],
    calendar: Calendar,
    chosen: npt.NDArray[np.bool_],
) -> tuple[SquadDay, ...]:
    """The squad-days, each without access to chosen townships (t,) that hold their market on its day.

    A township that squads can reach on its market days only stays as it is. The others stay, too, so that
    squad-days which differ nowhere else are still alike.
    """
    closed = set[TownshipDay]()
    for t in np.flatnonzero(chosen).tolist():
        reached = {day.day for day in squad_days if day.access[t] is not None}
        market = {d for d in reached if calendar.is_market_day(codes[t], days[d])}
        if market != reached:
            closed |= {(t, d) for d in market}
    return tuple(
        replace(day, access=tuple(None if (t, day.day) in closed else a for t, a in enumerate(day.access)))
        for day in squad_days
    )


def market_days_of(
    problem: SweepProblem, codes: Sequence[str], days: Sequence[date], calendar: Calendar
) -> tuple[int, int]:
    """(market days on which nobody can go to a chosen township, market days on which somebody can)."""
    worked = {day.day for day in problem.squad_days}
    market = {
        (t, d)
        for t in range(len(codes))
        for d in worked
        if problem.chosen[t] and calendar.is_market_day(codes[t], days[d])
    }
    can = {(t, day.day) for day in problem.squad_days for t, a in enumerate(day.access) if a is not None}
    return len(market - can), len(market & can)
