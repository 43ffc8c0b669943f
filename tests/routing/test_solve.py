"""The whole solver on small problems: every plan holds, the bound holds, the answer is repeatable."""

import time
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.errors import Cancelled, Impossible
from planner.model.sweep import SweepProblem
from planner.routing.allocate import allocate, promised, yields_of
from planner.routing.bound import upper_bound
from planner.routing.check import check
from planner.routing.solve import solve
from planner.routing.unserved import reasons
from tests.routing.problems import best_prize, feasible, ints, random_problem

SEEDS = st.integers(0, 10**6)


def plan(problem: SweepProblem, seed: int = 1, iterations: int = 300):
    return solve(problem, seed, 0.0, time.monotonic, iterations=iterations)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from([0, 60]), st.booleans(), st.sampled_from([3, 25]))
def test_every_plan_passes_the_checker(seed: int, break_minutes: int, once: bool, most: int) -> None:
    problem = random_problem(seed, break_minutes=break_minutes, villages_once=once, max_visits=most)
    assert check(problem, plan(problem)) == ()


@settings(max_examples=25, deadline=None)
@given(SEEDS)
@example(5714)  # a curve whose rounded chords were not concave
@example(62)  # a township without visits, and a number of steps to spend on it
def test_no_plan_beats_exhaustive_search_and_the_bound_is_above_it(seed: int) -> None:
    problem = random_problem(seed, visits=7, townships=2, squad_days=2)
    best = best_prize(problem)
    assert plan(problem).prize <= best <= upper_bound(problem)


def test_routes_of_one_township_are_the_optimum_of_tiny_problems() -> None:
    problems = [replace(random_problem(seed, 6, 1, 2), loan_cost=0, most_days=ints([2])) for seed in range(20)]
    assert [plan(problem).prize for problem in problems] == [best_prize(problem) for problem in problems]


def test_two_stages_lose_little_on_tiny_problems() -> None:
    """Curves know nothing of windows, so that a tiny week may send its two squad-days to the wrong township."""
    problems = [replace(random_problem(seed, 7, 2, 2), loan_cost=0) for seed in range(40)]
    plans, best = [plan(problem).prize for problem in problems], [best_prize(problem) for problem in problems]
    assert sum(plans) >= 0.94 * sum(best)


def test_same_seed_and_iterations_same_plan() -> None:
    problem = random_problem(5, visits=60)
    assert plan(problem, 3) == plan(problem, 3)


def test_one_squad_day_less_is_not_better_than_the_bound() -> None:
    problem = random_problem(8, visits=60, squad_days=6)
    fewer = replace(problem, squad_days=problem.squad_days[:-1])
    assert upper_bound(fewer) <= upper_bound(problem)


def test_nothing_that_still_fits_is_left_out() -> None:
    for seed in range(20):
        problem = random_problem(seed, visits=40)
        assert "room_left" not in reasons(problem, plan(problem)).values()


def test_squad_days_owed_to_a_township_are_given() -> None:
    problem = random_problem(11, visits=40, squad_days=6)
    everywhere = tuple(replace(day, access=(next(filter(None, day.access)),) * 3) for day in problem.squad_days)
    owed = replace(
        problem,
        squad_days=everywhere,
        chosen=problem.chosen | True,
        least_days=ints([2, 2, 2]),
        most_days=ints([2, 2, 2]),
        prize=ints(problem.prize * (problem.township != 1)),
    )
    solution = plan(owed)
    assert check(owed, solution) == ()
    assert [sum(route.township == t for route in solution.routes) for t in range(3)] == [2, 2, 2]


def test_impossible_is_said() -> None:
    problem = random_problem(1)
    with pytest.raises(Impossible, match="no_squad_day"):
        plan(replace(problem, squad_days=()))
    with pytest.raises(Impossible, match="least_days"):
        plan(replace(problem, least_days=ints([9, 9, 9]), most_days=ints([9, 9, 9])))


def test_progress_rises_and_may_cancel() -> None:
    told: list[float] = []
    problem = random_problem(2, visits=60)
    solve(problem, 1, 0.6, time.monotonic, lambda stage, share: told.append(share) if stage == "route" else None)
    assert told == sorted(told)
    assert told[-1] <= 1

    def cancel(stage: str, share: float) -> None:
        if stage == "route":
            raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        solve(problem, 1, 60.0, time.monotonic, cancel)


def test_allocation_is_never_without_an_answer() -> None:
    """Sixty squad-days that are all different, and next to no effort: the greedy start is there at least."""
    problem = random_problem(1, visits=600, townships=18, squad_days=60)
    yields = yields_of(problem)
    greedy = promised(problem, yields, allocate(problem, yields, 1, 0.01))
    assert greedy >= 0.85 * upper_bound(problem)


@pytest.mark.parametrize("seed", range(12))
def test_a_required_visit_is_made_wherever_a_squad_could_make_it_alone(seed: int) -> None:
    """The least worth of the visits that some squad-day could make on its own."""
    problem = random_problem(seed, visits=30)
    possible = [
        visit
        for visit in range(problem.visits)
        if problem.chosen[t := int(problem.township[visit])] and problem.most_days[t]
        and any(feasible(problem, day, t, (visit,)) and not problem.needs[visit] & ~d.skills
                for day, d in enumerate(problem.squad_days))
    ]  # fmt: skip
    wanted = min(possible, key=lambda visit: problem.prize[visit])
    made = solve(problem, 1, 0.0, time.monotonic, iterations=300, required=[wanted])
    assert check(problem, made) == ()
    assert wanted in {stop.visit for route in made.routes for stop in route.stops}
