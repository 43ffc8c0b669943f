"""Every reason for an unserved visit, from a problem in which it is the true one."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.model.sweep import UNSERVED_REASONS, Access, Route, Solution, SquadDay, Stop, SweepProblem
from planner.routing.timeline import time_route
from planner.routing.unserved import _fits, _places, _room, reasons
from tests.routing.problems import feasible, ints, random_problem


def two_visits() -> tuple[SweepProblem, Solution]:
    """A base (place 2), visits 0 (served 08:10-08:40) and 1 (unserved, there is room), 10 minutes apart."""
    access = Access(2, 2, 480, 600, 0, 0)
    day = SquadDay(0, 0, 480, 600, 1, (access, None), (True, True))
    problem = SweepProblem(
        travel=ints(10 * (1 - np.eye(3))),
        place=ints([0, 1]),
        township=ints([0, 0]),
        village=ints([0, 1]),
        prize=ints([5, 5]),
        duration=ints([30, 30]),
        opens=ints([480, 480]),
        closes=ints([600, 600]),
        needs=ints([0, 0]),
        squad_days=(day,),
        chosen=np.array([True, True]),
        least_days=ints([0, 0]),
        most_days=ints([1, 1]),
        loan_cost=0,
        break_start=720,
        break_minutes=60,
        max_visits=5,
        villages_once=True,
    )
    return problem, Solution((Route(0, 0, 480, (Stop(0, 490, 490, 520),), 530),), 5, 10, "test", 0, 0)


CHANGES: dict[str, dict[str, object]] = {
    "room_left": {},
    "township_not_chosen": {"township": ints([0, 1]), "chosen": np.array([True, False])},
    "no_squad_with_skill": {"needs": ints([0, 2])},
    "window_never_open": {"closes": ints([600, 489])},
    "too_far": {"travel": ints([[0, 50, 10], [50, 0, 50], [10, 50, 0]])},
    "no_time_left": {"duration": ints([30, 75])},
    "day_full": {"max_visits": 1},
}


@pytest.mark.parametrize("reason", CHANGES)
def test_reason(reason: str) -> None:
    problem, solution = two_visits()
    assert reasons(replace(problem, **CHANGES[reason]), solution) == {1: reason}


def test_no_way_into_the_township_is_too_far() -> None:
    problem, solution = two_visits()
    assert reasons(replace(problem, township=ints([0, 1])), solution) == {1: "too_far"}


def test_no_squad_day() -> None:
    problem, solution = two_visits()
    access = problem.squad_days[0].access[0]
    both = replace(problem.squad_days[0], access=(access, access))
    assert reasons(replace(problem, township=ints([0, 1]), squad_days=(both,)), solution) == {1: "no_squad_day"}


def test_village_left() -> None:
    """Visit 2 lies in the village of visit 0 but opens only after visit 1, in another village, was made."""
    problem, _ = two_visits()
    problem = replace(
        problem,
        travel=ints(10 * (1 - np.eye(4))),
        place=ints([0, 1, 3]),
        township=ints([0, 0, 0]),
        village=ints([0, 1, 0]),
        prize=ints([5, 5, 5]),
        duration=ints([10, 10, 10]),
        opens=ints([480, 480, 540]),
        closes=ints([490, 520, 600]),
        needs=ints([0, 0, 0]),
    )
    route = Route(0, 0, 480, (Stop(0, 490, 490, 500), Stop(1, 510, 510, 520)), 530)
    assert reasons(problem, Solution((route,), 10, 15, "test", 0, 0)) == {2: "village_left"}


def test_all_reasons_are_tested() -> None:
    of_people = {"left_out"}  # no search says so
    assert {*CHANGES, "no_squad_day", "village_left"} == set(UNSERVED_REASONS) - of_people


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0, 60]))
def test_a_place_for_one_more_is_found_where_the_clock_has_it(seed: int, break_minutes: int) -> None:
    """Against timing the longer route, in every place of a growing route."""
    problem = random_problem(seed, visits=12, townships=1, break_minutes=break_minutes, max_visits=12)
    access = problem.squad_days[0].access[0]
    if access is None:
        return
    order: tuple[int, ...] = ()
    for visit in np.random.default_rng(seed).permutation(12).tolist():
        room = _room(problem, time_route(problem, 0, 0, order))
        assert room is not None
        places = range(len(order) + 1)
        longer = [(*order[:p], visit, *order[p:]) for p in places]
        assert _places(problem, room, visit).tolist() == [_fits(problem, access, visits) for visits in longer]
        order = next((visits for visits in longer if feasible(problem, 0, 0, visits)), order)
