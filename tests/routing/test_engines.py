"""One contract over all engines: what they route holds, is below the bound, and leaves nothing out that fits."""

import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import Impossible
from planner.routing.check import check
from planner.routing.course import Course, tiny_course
from planner.routing.engines import ENGINES, Deadline, mended
from planner.routing.engines.mend import holds
from planner.routing.solve import OWN, solve
from planner.routing.unserved import reasons
from tests.routing.problems import ints, random_problem

SEEDS = st.integers(0, 10**6)
BREAKS = st.sampled_from([0, 60])

every_engine = pytest.mark.parametrize("engine", ENGINES)


class Ticks:
    """A clock that moves by itself: a millisecond at each look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


def course_for(seed: int, routes: int = 2) -> Course:
    """A course with a break, needs, villages and windows of its own."""
    rng = np.random.default_rng(seed)
    visits = int(rng.integers(0, 15))
    points = rng.integers(0, 60, (visits + 1, 2))
    legs = ints(np.abs(points[:, None] - points[None, :]).sum(-1))
    opens = ints(rng.integers(0, 300, visits))
    return tiny_course()._replace(
        legs=legs,
        near=ints(np.argsort(legs[:visits, :visits], axis=1, kind="stable")),
        prize=ints(rng.integers(1, 50, visits)),
        duration=ints(rng.integers(10, 60, visits)),
        opens=opens,
        closes=ints(opens + rng.integers(0, 200, visits)),
        needs=ints(rng.integers(0, 4, visits) * (rng.random(visits) < 0.3)),
        village=ints(rng.integers(0, 4, visits)),
        start=ints(np.full(routes, visits)),
        end=ints(np.full(routes, visits)),
        earliest=ints(np.zeros(routes)),
        latest=ints(rng.integers(100, 420, routes)),
        skills=ints(rng.integers(0, 4, routes)),
        gap=225,
        max_visits=5,
        villages_once=True,
    )


@every_engine
@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_routes_hold_and_serve_nobody_twice(engine: str, seed: int) -> None:
    course = course_for(seed)
    routes = ENGINES[engine](course, Deadline(Ticks(), 0.02), seed)
    made = [v for route in routes for v in route]
    assert len(routes) == len(course.start)
    assert len(made) == len(set(made))
    for r, route in enumerate(routes):
        assert holds(course, r, route)
        assert not any(int(course.needs[v]) & ~int(course.skills[r]) for v in route)


@every_engine
@settings(max_examples=8, deadline=None)
@given(seed=SEEDS, break_minutes=BREAKS)
def test_every_plan_passes_the_checker(engine: str, seed: int, break_minutes: int) -> None:
    problem = random_problem(seed, break_minutes=break_minutes)
    solution = solve(problem, 1, 0.03, Ticks(), engine=engine)
    assert check(problem, solution) == ()
    assert solution.prize <= solution.bound
    assert engine in solution.solver
    assert "room_left" not in reasons(problem, solution).values()


@every_engine
def test_it_stops_in_time(engine: str) -> None:
    problem = random_problem(3, visits=80, squad_days=6)
    began = time.process_time()
    solve(problem, 1, 0.5, time.process_time, engine=engine)
    assert time.process_time() - began < 5


@every_engine
@pytest.mark.parametrize("routes", [0, 1])
def test_nothing_to_visit_is_no_trouble(engine: str, routes: int) -> None:
    empty = tiny_course()._replace(
        legs=ints(np.zeros((1, 1))),
        near=ints(np.zeros((0, 0))),
        **dict.fromkeys(("prize", "duration", "opens", "closes", "needs", "village"), ints([])),
        **{
            name: value[:routes]
            for name, value in (("earliest", ints([0])), ("latest", ints([9])), ("skills", ints([0])))
        },
        start=ints([0])[:routes],
        end=ints([0])[:routes],
    )
    assert ENGINES[engine](empty, Deadline(Ticks(), 0.01), 1) == ((),) * routes


def test_peers_are_near_our_own_on_a_small_week() -> None:
    """A peer that is modelled wrongly is far off: the greedy fill of what it leaves would be all there is."""
    problem = random_problem(7, visits=120, squad_days=8, villages_once=False)
    own = solve(problem, 1, 0.0, time.monotonic, iterations=20_000).prize
    for engine in set(ENGINES) - {OWN, "greedy"}:
        assert solve(problem, 1, 2.0, time.monotonic, engine=engine).prize >= 0.9 * own


@pytest.mark.parametrize(("engine", "package"), [("pyvrp", "pyvrp"), ("vroom", "vroom")])
def test_an_engine_that_is_not_installed_says_so(engine: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(Impossible, match="engine_missing"):
        ENGINES[engine](course_for(1), Deadline(Ticks(), 0.01), 1)


def test_what_breaks_a_rule_is_taken_out_and_what_fits_is_put_in() -> None:
    course = tiny_course()._replace(villages_once=False, latest=ints([9]))
    assert not holds(course, 0, (0, 0))
    assert mended(course, [[]]) == ((0,),)
