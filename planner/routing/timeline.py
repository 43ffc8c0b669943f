"""Time with a midday break: the work clock, and the ordinary clock.

Nobody drives or visits within [B, B+L); a visit does not span it, driving pauses over it. On the *work clock*
w(t) = t before B, B within the break, t - L after it, a leg always takes its own minutes, and the only trace of
the break is that a visit of duration d may not start in the open gap (B - d, B).

So the earliest start after an arrival a, s(a) = max(a, opens), moved to B where it falls into the gap, is monotone
in a. Read backwards, with z' the latest start of the next visit, z = min(closes, z' - leg - d), moved down to
B - d where it falls into the gap, is the latest start from which the rest of the route still holds: z is itself
an allowed start, so s(a) <= z exactly when a <= z (by induction from the end of duty). An insertion between two
visits is therefore tested exactly, in constant time, by the earliest start before and the latest start after it.
"""

from dataclasses import dataclass

import numpy as np

from planner.model.sweep import Access, IntArray, Route, Stop, SweepProblem

NO_BREAK = -(10**6)
"""Start of the break on the work clock where there is none: its gap lies before any time."""


@dataclass(frozen=True)
class Break:
    """The midday break, minutes of the day; ``minutes`` 0 = none."""

    start: int
    minutes: int

    @property
    def end(self) -> int:
        return self.start + self.minutes

    @property
    def gap(self) -> int:
        """Its place on the work clock."""
        return self.start if self.minutes else NO_BREAK


def break_of(problem: SweepProblem) -> Break:
    return Break(problem.break_start, problem.break_minutes)


def to_work(minute: int, pause: Break) -> int:
    """A minute of the day on the work clock."""
    return minute - min(max(minute - pause.start, 0), pause.minutes)


def work_windows(opens: IntArray, closes: IntArray, duration: IntArray, pause: Break) -> tuple[IntArray, IntArray]:
    """Windows of starts on the work clock, (v,) each; opens > closes where no start is allowed at all."""
    if not pause.minutes:
        return opens, closes
    last_before = pause.start - duration
    afternoon = np.maximum(opens, pause.end) - pause.minutes
    work_opens = np.where(opens <= last_before, opens, afternoon)
    work_closes = np.where(closes >= pause.end, closes - pause.minutes, np.minimum(closes, last_before))
    return work_opens.astype(np.int32), work_closes.astype(np.int32)


def drive(leave: int, minutes: int, pause: Break) -> int:
    """Clock time of arrival after driving, the break cut out."""
    if minutes == 0 or leave + minutes <= pause.start or not pause.minutes:
        return leave + minutes
    return max(leave, pause.end) + minutes if leave >= pause.start else leave + minutes + pause.minutes


def begin(arrive: int, opens: int, duration: int, pause: Break) -> int:
    """Clock time at which a visit starts after an arrival."""
    start = max(arrive, opens)
    spans = pause.minutes > 0 and start < pause.end and start + duration > pause.start
    return pause.end if spans else start


def latest_depart(start: int, leg: int, pause: Break) -> int:
    """The latest clock time to set off for a visit that starts at ``start``, so that nobody waits at the door."""
    depart = to_work(start, pause) - leg
    return depart + pause.minutes if depart >= pause.start else depart


def time_route(problem: SweepProblem, squad_day: int, township: int, visits: tuple[int, ...]) -> Route:
    """A route's clock times: every visit as early as possible, the departure as late as that allows.

    Raises:
        ValueError: the squad cannot reach the township.
    """
    access = problem.squad_days[squad_day].access[township]
    if access is None:
        raise ValueError((squad_day, township))
    stops = _stops(problem, access, visits)
    if not stops:
        return Route(squad_day, township, access.start, (), access.start)
    pause = break_of(problem)
    first_leg = int(problem.travel[access.start_place, problem.place[visits[0]]])
    last_leg = int(problem.travel[problem.place[visits[-1]], access.end_place])
    depart = max(access.start, latest_depart(stops[0].start, first_leg, pause))
    stops = (Stop(visits[0], drive(depart, first_leg, pause), stops[0].start, stops[0].leave), *stops[1:])
    return Route(squad_day, township, depart, stops, drive(stops[-1].leave, last_leg, pause))


def _stops(problem: SweepProblem, access: Access, visits: tuple[int, ...]) -> tuple[Stop, ...]:
    pause, stops = break_of(problem), []
    place, leave = access.start_place, access.start
    for visit in visits:
        arrive = drive(leave, int(problem.travel[place, problem.place[visit]]), pause)
        duration = int(problem.duration[visit])
        start = begin(arrive, int(problem.opens[visit]), duration, pause)
        place, leave = int(problem.place[visit]), start + duration
        stops.append(Stop(visit, arrive, start, leave))
    return tuple(stops)
