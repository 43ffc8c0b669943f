"""Pricing and the tighter bound: never below the truth, and close to it."""

import time
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import Cancelled
from planner.routing.allocate import yields_of
from planner.routing.bound import upper_bound
from planner.routing.course import Course, course_of
from planner.routing.field import Effort
from planner.routing.pricing import best_value, memory_of
from planner.routing.search import compile_search
from planner.routing.solve import solve
from planner.routing.tighten import tightened_bound
from tests.routing.problems import best_prize, ints, random_problem

SEEDS = st.integers(0, 10**6)


def rounds(steps: int) -> Effort:
    return Effort(time.monotonic, 0.0, steps)


def course_of_one(seed: int, visits: int) -> Course:
    problem = random_problem(seed, visits=visits, townships=1, squad_days=1)
    day = problem.squad_days[0]
    reached = next((access for access in day.access if access), None)
    everyone = ints(np.arange(problem.visits))
    return course_of(problem, everyone, [(reached, day.skills)] if reached else [])


def driven(course: Course, route: tuple[int, ...]) -> bool:
    node, now = int(course.start[0]), int(course.earliest[0])
    for v in route:
        d = int(course.duration[v])
        now = max(now + int(course.legs[node, v]), int(course.opens[v]))
        now = course.gap if course.gap - d < now < course.gap else now
        if now > course.closes[v] or course.needs[v] & ~course.skills[0]:
            return False
        node, now = v, now + d
    return now + int(course.legs[node, course.end[0]]) <= course.latest[0]


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_pricing_is_exhaustive_search_where_every_visit_is_remembered(seed: int) -> None:
    course = course_of_one(seed, visits=6)
    if not len(course.start):
        return
    prize = np.random.default_rng(seed).uniform(-5, 30, 6)
    routes = [route for n in range(1, 7) for route in permutations(range(6), n) if driven(course, route)]
    paying = [route for route in routes if all(prize[v] > 0 for v in route)]
    best = max((sum(prize[v] for v in route) for route in paying), default=0.0)
    value, found = best_value(course, memory_of(course), 0, prize, 1e-6)
    assert value == pytest.approx(max(best, 1e-6))
    assert all(driven(course, route) for route in found)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_what_is_handed_back_collects_what_it_says_at_the_most(seed: int) -> None:
    course = course_of_one(seed, visits=40)
    if not len(course.start):
        return
    prize = course.prize.astype(float)
    value, found = best_value(course, memory_of(course), 0, prize, 1e-6)
    assert all(driven(course, route) for route in found)
    assert all(sum(prize[v] for v in set(route)) <= value + 1e-6 for route in found)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.floats(0, 60), st.integers(0, 1))
def test_no_plan_is_above_the_tighter_bound(seed: int, worth: float, least: int) -> None:
    """Whatever a squad-day is taken to be worth."""
    problem = random_problem(seed, visits=7, townships=2, squad_days=2)
    problem = replace(problem, chosen=problem.chosen | True)
    if least:  # one squad-day is owed where both can go
        reached = [all(day.access[t] for day in problem.squad_days) for t in range(2)]
        problem = replace(problem, least_days=ints([reached[0], False]))
    yields = yields_of(problem)
    bound = tightened_bound(problem, yields, np.full(len(yields.groups), worth), {}, rounds(30))
    assert best_prize(problem) <= bound


@settings(max_examples=30)
@given(SEEDS, st.floats(0, 60))
def test_no_plan_is_above_it_where_a_way_round_is_shorter(seed: int, worth: float) -> None:
    """Travel that breaks the triangle inequality by more than a visit lasts."""
    problem = random_problem(seed, visits=7, townships=2, squad_days=2)
    rng = np.random.default_rng(seed)
    travel = ints(rng.integers(5, 300, problem.travel.shape) * (1 - np.eye(len(problem.travel))))
    problem = replace(problem, travel=travel, duration=ints(np.full(problem.visits, 5)))
    yields = yields_of(problem)
    bound = tightened_bound(problem, yields, np.full(len(yields.groups), worth), {}, rounds(30))
    assert best_prize(problem) <= bound


@pytest.mark.parametrize("seed", range(6))
def test_it_is_tighter_than_the_relaxation(seed: int) -> None:
    problem = random_problem(seed, visits=60, squad_days=6, max_visits=60)
    reach = replace(next(access for day in problem.squad_days for access in day.access if access), start=480, end=1000)
    alike = tuple(replace(problem.squad_days[0], squad=n, access=(reach,) * 3, skills=3) for n in range(6))
    problem = replace(problem, squad_days=alike, chosen=problem.chosen | True, most_days=ints([6] * 3), loan_cost=0)
    found = solve(problem, 1, 0.0, time.monotonic, iterations=40_000)
    plain = upper_bound(problem)
    assert found.prize <= found.bound <= plain
    assert found.bound - found.prize <= 0.75 * (plain - found.prize) + 1


def test_it_can_be_cancelled() -> None:
    problem = random_problem(2, visits=60)
    compile_search()
    yields = yields_of(problem)

    def cancel(stage: str, share: float) -> None:
        raise Cancelled("cancelled")

    effort = Effort(time.monotonic, time.monotonic() + 60.0)
    with pytest.raises(Cancelled):
        tightened_bound(problem, yields, np.full(len(yields.groups), 1.0), {}, effort, cancel)
