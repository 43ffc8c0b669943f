"""The work clock agrees with walking the ordinary clock minute by minute, and insertion tests are exact."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.routing.course import course_of
from planner.routing.timeline import Break, begin, drive, latest_depart, time_route, to_work, work_windows
from planner.routing.tour import NOWHERE, best_slots, empty_tour, insert
from tests.routing.problems import feasible, ints, random_problem

PAUSE = Break(705, 60)
MINUTES = st.integers(400, 1100)


@given(MINUTES, st.integers(0, 200))
def test_driving_takes_its_minutes_outside_the_break(leave: int, minutes: int) -> None:
    arrive = drive(leave, minutes, PAUSE)
    assert sum(not 705 <= minute < 765 for minute in range(leave, arrive)) == minutes
    assert minutes == 0 or not 705 <= arrive - 1 < 765


@given(MINUTES, MINUTES, st.integers(0, 400), st.integers(1, 120))
def test_windows_on_the_work_clock_allow_the_same_starts(arrive: int, opens: int, width: int, duration: int) -> None:
    start = begin(arrive, opens, duration, PAUSE)
    lo, hi = (int(window[0]) for window in work_windows(ints([opens]), ints([opens + width]), ints([duration]), PAUSE))
    work = max(to_work(arrive, PAUSE), lo)
    work = PAUSE.gap if PAUSE.gap - duration < work < PAUSE.gap else work
    assert (start <= opens + width) == (work <= hi)
    assert start > opens + width or to_work(start, PAUSE) == work


@given(MINUTES, st.integers(0, 200), st.integers(1, 90))
def test_the_latest_departure_still_arrives_in_time(arrive: int, leg: int, duration: int) -> None:
    start = begin(arrive, 0, duration, PAUSE)
    depart = latest_depart(start, leg, PAUSE)
    assert drive(depart, leg, PAUSE) <= start
    assert leg == 0 or drive(depart + 1, leg, PAUSE) > start or depart >= 704


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.sampled_from([0, 60]))
def test_constant_time_insertion_test_is_exact(seed: int, once: bool, break_minutes: int) -> None:
    """Against timing the longer route on the clock, at every position of a growing route."""
    problem = random_problem(
        seed, visits=12, townships=1, villages_once=once, break_minutes=break_minutes, max_visits=6
    )
    access = problem.squad_days[0].access[0]
    if access is None:
        return
    visits = np.arange(12, dtype=np.int32)
    course = course_of(problem, visits, [(access, 3)])
    tour, shifts, slots = empty_tour(course), np.zeros((1, 12), np.int32), np.zeros((1, 12), np.int32)
    for v in np.random.default_rng(seed).permutation(12):
        order = tuple(int(u) for u in tour.order[0, : tour.size[0]])
        slots[0, v] = 0
        best_slots(course, tour, 0, ints([v]), 1, shifts, slots)
        possible = [p for p in range(len(order) + 1) if feasible(problem, 0, 0, (*order[:p], int(v), *order[p:]))]
        found = int(slots[0, v])
        assert (found in possible) if possible else found == NOWHERE
        if found != NOWHERE:
            insert(course, tour, v, 0, found)


def test_nobody_waits_at_the_first_door() -> None:
    problem = random_problem(4, visits=20, townships=1, squad_days=1)
    for visit in range(20):
        if problem.squad_days[0].access[0] is not None and feasible(problem, 0, 0, (visit,)):
            stop = time_route(problem, 0, 0, (visit,)).stops[0]
            assert stop.arrive == stop.start or 705 <= stop.arrive < stop.start == 765
