"""How much work a squad-day can take in a township at most, and how much a visit takes at least.

On any route the legs are: one from the start place to the first visit, one into each further visit, one home.
With in(v) the cheapest leg into v from any other visit of the township or any place where a squad starts, and
a the access:

    sum over visits of (duration + in) <= net(a) = end - start                  (work clock)
                                                   - min over v of (leg from the start place to v - in(v))
                                                   - min over v of (leg from v to the end place)

because the first leg is in(v) plus at least the first minimum, and the last leg at least the second.
The left side is what a knapsack packs; so a knapsack over net minutes is never below the best routes.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.model.sweep import Access, IntArray, SquadDay, SweepProblem
from planner.routing.timeline import break_of, to_work, work_windows

FAR = 10**6
"""Minutes of a leg that does not exist."""


@dataclass(frozen=True)
class Demand:
    """The visits of one township that some squad-day could make. ``weight`` (v,) minutes each takes at least."""

    township: int
    visits: IntArray
    weight: npt.NDArray[np.int64]


def demand_of(problem: SweepProblem, township: int) -> Demand:
    """What is worth counting in a township: visits that at least one squad-day might make."""
    visits = np.flatnonzero(problem.township == township).astype(np.int32)
    drives = {(day.skills, access) for day in problem.squad_days if (access := day.access[township]) is not None}
    able = np.zeros(len(visits), np.bool_)
    for skills, access in drives:
        able |= _could_ever(problem, visits, access, skills)
    visits = visits[able]
    return Demand(township, visits, problem.duration[visits] + _cheapest_leg_in(problem, visits, drives))


def _cheapest_leg_in(problem: SweepProblem, visits: IntArray, drives: set[tuple[int, Access]]) -> npt.NDArray[np.int64]:
    own = problem.place[visits]
    legs = _legs(problem, own, own)
    np.fill_diagonal(legs, FAR)
    starts = sorted({access.start_place for _, access in drives})
    rows = [legs, _legs(problem, np.array(starts, np.int32), own), np.full((1, len(own)), FAR)]
    cheapest: npt.NDArray[np.int64] = np.concatenate(rows).min(axis=0)
    return cheapest


def _legs(problem: SweepProblem, sources: IntArray, targets: IntArray) -> npt.NDArray[np.int64]:
    legs = problem.travel[np.ix_(sources, targets)].astype(np.int64)
    return np.where(legs < 0, FAR, legs)


def _could_ever(problem: SweepProblem, visits: IntArray, access: Access, skills: int) -> npt.NDArray[np.bool_]:
    """(v,) no false for a visit that some route could hold: skill and window against duty, travel left aside."""
    pause, duration = break_of(problem), problem.duration[visits]
    opens, closes = work_windows(problem.opens[visits], problem.closes[visits], duration, pause)
    start = np.maximum(to_work(access.start, pause), opens)
    in_time = (start <= closes) & (start + duration <= to_work(access.end, pause))
    able: npt.NDArray[np.bool_] = in_time & ((problem.needs[visits] & ~skills) == 0)
    return able


def net_minutes(problem: SweepProblem, demand: Demand, access: Access) -> int:
    """Minutes of one squad-day that visits and the legs into them can fill at most, see above; >= 0."""
    if not len(demand.visits):
        return 0
    pause, own = break_of(problem), problem.place[demand.visits]
    out = _legs(problem, np.array([access.start_place], np.int32), own)[0]
    into = demand.weight - problem.duration[demand.visits]
    home = _legs(problem, own, np.array([access.end_place], np.int32))[:, 0]
    duty = to_work(access.end, pause) - to_work(access.start, pause)
    return max(0, duty - max(0, int((out - into).min())) - int(home.min()))


@dataclass(frozen=True)
class Group:
    """Squad-days that are alike: same skills, access and jurisdiction; ``members`` indexes the problem's."""

    members: tuple[int, ...]
    like: SquadDay


def groups_of(problem: SweepProblem) -> tuple[Group, ...]:
    """Interchangeable squad-days, each group ordered by squad, then day."""
    alike: dict[tuple[object, ...], list[int]] = {}
    for index, day in enumerate(problem.squad_days):
        alike.setdefault((day.skills, day.access, day.home), []).append(index)
    days = problem.squad_days
    for members in alike.values():
        members.sort(key=lambda i: (days[i].squad, days[i].day))
    return tuple(Group(tuple(members), days[members[0]]) for members in alike.values())


def net_table(problem: SweepProblem, groups: tuple[Group, ...], demands: tuple[Demand, ...]) -> IntArray:
    """(groups, townships) net minutes of one squad-day; -1 where it may not or cannot go."""
    net = np.full((len(groups), problem.townships), -1, np.int32)
    for g, group in enumerate(groups):
        for demand in demands:
            access = group.like.access[demand.township]
            if access is not None and problem.chosen[demand.township]:
                net[g, demand.township] = net_minutes(problem, demand, access)
    return net
