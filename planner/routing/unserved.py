"""Why a visit is on no route. Every reason is tested, none is guessed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.model.sweep import Access, IntArray, Route, Solution, SquadDay, SweepProblem
from planner.routing.timeline import Break, begin, break_of, drive, latest_depart

Drive = tuple[Access, int]
"""How a squad-day reaches a township, and its skills."""


@dataclass(frozen=True)
class _Room:
    """A route as one more visit finds it: in place p, 0 to the number of its stops, a squad with ``skills`` comes from
    ``before[p]``, which it leaves at ``leave[p]``, and must be at ``after[p]`` by ``until[p]`` for the rest to hold."""

    township: int
    skills: int
    visits: tuple[int, ...]
    before: IntArray
    leave: IntArray
    after: IntArray
    until: IntArray


def reasons(problem: SweepProblem, solution: Solution) -> dict[int, str]:
    """Unserved visit -> its reason (UNSERVED_REASONS), the first that holds:

    township_not_chosen; among the squad-days sent to its township (all that could go, where none was sent):
    too_far if none can reach the township or make even this one visit within duty, no_squad_with_skill,
    window_never_open if its hours forbid what duty alone would allow; no_squad_day if none was sent;
    then the visit is forced into every place of every route of the township: room_left, village_left, day_full,
    or no_time_left.
    """
    served = {stop.visit for route in solution.routes for stop in route.stops}
    rooms = [room for route in solution.routes if (room := _room(problem, route)) is not None]
    return {visit: _reason(problem, solution, visit, rooms) for visit in range(problem.visits) if visit not in served}


def _reason(problem: SweepProblem, solution: Solution, visit: int, rooms: Sequence[_Room]) -> str:
    t = int(problem.township[visit])
    if not problem.chosen[t]:
        return "township_not_chosen"
    routes = [route for route in solution.routes if route.township == t]
    sent = [problem.squad_days[route.squad_day] for route in routes] or list(problem.squad_days)
    drives = _drives(sent, t)
    if alone := _why_not_alone(problem, visit, drives):
        return alone
    return _why_not_added(problem, visit, [room for room in rooms if room.township == t]) if routes else "no_squad_day"


def _drives(squad_days: Sequence[SquadDay], township: int) -> list[Drive]:
    found = {(access, day.skills) for day in squad_days if (access := day.access[township]) is not None}
    return sorted(found, key=repr)


def _why_not_alone(problem: SweepProblem, visit: int, drives: Sequence[Drive]) -> str | None:
    """Why no squad-day could make this visit even as its only one; None if one could."""
    needs = int(problem.needs[visit])
    if not any(_fits(problem, access, (visit,), windows=False) for access, _ in drives):
        return "too_far"
    able = [access for access, skills in drives if not needs & ~skills]
    if not able:
        return "no_squad_with_skill"
    if not any(_fits(problem, access, (visit,), windows=False) for access in able):
        return "too_far"
    if not any(_fits(problem, access, (visit,)) for access in able):
        return "window_never_open"
    return None


def _why_not_added(problem: SweepProblem, visit: int, rooms: Sequence[_Room]) -> str:
    found = set()
    for room in rooms:
        if int(problem.needs[visit]) & ~room.skills:
            continue
        for p in np.flatnonzero(_places(problem, room, visit)).tolist():
            found.add(_rule_against(problem, (*room.visits[:p], visit, *room.visits[p:])))
    ranked = ("room_left", "village_left", "day_full")
    return next((reason for reason in ranked if reason in found), "no_time_left")


def _room(problem: SweepProblem, route: Route) -> _Room | None:
    """The clock of a route before and after each of its places; None where the squad-day cannot reach the township."""
    day, pause = problem.squad_days[route.squad_day], break_of(problem)
    access = day.access[route.township]
    if access is None:
        return None
    visits = tuple(stop.visit for stop in route.stops)
    before, leave = [access.start_place], [access.start]
    for visit in visits:
        leg, duration = int(problem.travel[before[-1], problem.place[visit]]), int(problem.duration[visit])
        before.append(int(problem.place[visit]))
        leave.append(begin(drive(leave[-1], leg, pause), int(problem.opens[visit]), duration, pause) + duration)
    after, until = [access.end_place], [access.end]
    for visit in reversed(visits):
        leg, duration = int(problem.travel[problem.place[visit], after[0]]), int(problem.duration[visit])
        last = min(int(problem.closes[visit]), latest_depart(until[0], leg, pause) - duration)
        spans = pause.minutes and last < pause.end and last + duration > pause.start
        after.insert(0, int(problem.place[visit]))
        until.insert(0, pause.start - duration if spans else last)
    return _Room(route.township, day.skills, visits, *map(np.array, (before, leave, after, until)))


def _places(problem: SweepProblem, room: _Room, visit: int) -> npt.NDArray[np.bool_]:
    """(stops + 1,) whether the visit holds on the clock in each place: exactly, see planner.routing.timeline."""
    pause, place, duration = break_of(problem), int(problem.place[visit]), int(problem.duration[visit])
    there, onward = problem.travel[room.before, place], problem.travel[place, room.after]
    start = np.maximum(_driven(room.leave, there, pause), int(problem.opens[visit]))
    if pause.minutes:
        start = np.where((start < pause.end) & (start + duration > pause.start), pause.end, start)
    reached = _driven(start + duration, onward, pause) <= room.until
    held: npt.NDArray[np.bool_] = (there >= 0) & (onward >= 0) & (start <= problem.closes[visit]) & reached
    return held


def _driven(leave: IntArray, minutes: IntArray, pause: Break) -> IntArray:
    """:func:`planner.routing.timeline.drive` for arrays."""
    if not pause.minutes:
        return leave + minutes
    over = np.where(leave >= pause.start, np.maximum(leave, pause.end), leave + pause.minutes)
    driven: IntArray = np.where((minutes == 0) | (leave + minutes <= pause.start), leave, over) + minutes
    return driven


def _rule_against(problem: SweepProblem, visits: tuple[int, ...]) -> str:
    if len(visits) > problem.max_visits:
        return "day_full"
    return "village_left" if problem.villages_once and _comes_back(problem.village[list(visits)]) else "room_left"


def _comes_back(villages: IntArray) -> bool:
    """Whether a village is left and entered again; an unknown one (-1) is a village of its own."""
    known = villages[villages >= 0]
    blocks = np.flatnonzero(np.diff(villages, prepend=-2) != 0)
    entered: npt.NDArray[np.int32] = villages[blocks]
    return len(entered[entered >= 0]) > len(set(known.tolist()))


def _fits(problem: SweepProblem, access: Access, visits: tuple[int, ...], windows: bool = True) -> bool:
    """Whether these visits in this order hold on the clock, from the start of duty to its end."""
    pause = break_of(problem)
    place, leave = access.start_place, access.start
    for visit in visits:
        target, duration = int(problem.place[visit]), int(problem.duration[visit])
        leg = int(problem.travel[place, target])
        start = begin(drive(leave, leg, pause), int(problem.opens[visit]) if windows else 0, duration, pause)
        if leg < 0 or (windows and start > problem.closes[visit]):
            return False
        place, leave = target, start + duration
    leg = int(problem.travel[place, access.end_place])
    return leg >= 0 and drive(leave, leg, pause) <= access.end
