"""Counties timed together: against every possible timing of small provinces, and against a checker of its own."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import RequestError
from planner.model.together import (
    ALONE_REASONS,
    APART_REASONS,
    UNSWEPT_REASONS,
    Border,
    Loan,
    Timing,
    TogetherProblem,
    Way,
)
from planner.routing.together import alone, greedy, solve_together, told, with_loans
from planner.routing.together_check import TIMING_RULES, check_together
from planner.routing.together_reasons import apart_reason, unhelped_reason, unswept_reason
from tests.routing.together_problems import made_up

small = st.builds(
    made_up,
    seed=st.integers(0, 10_000),
    rows=st.integers(1, 2),
    columns=st.integers(1, 2),
    weeks=st.integers(1, 2),
    most_a_week=st.sampled_from([None, 1, 2]),
    off=st.sampled_from([0.0, 0.3]),
)


def every_timing(problem: TogetherProblem) -> Iterator[Timing]:
    """All weeks and all loans that no rule forbids, told by the checker; only for a handful of counties."""
    choices = [[None, *np.flatnonzero(problem.works[c]).tolist()] for c in range(problem.counties)]
    for weeks in product(*choices):
        if any(weeks.count(w) > problem.most_a_week for w in range(problem.weeks)):
            continue
        usable = [
            way
            for way in problem.ways
            if (w := weeks[way.borrower]) is not None
            and weeks[way.lender] != w
            and problem.works[way.lender, w]
            and way.minutes <= problem.minutes_most
        ]
        most = [min(problem.lend_most[w.lender], problem.borrow_most[w.borrower]) for w in usable]
        for counts in product(*(range(m + 1) for m in most)):
            loans = [
                Loan(way.lender, way.borrower, weeks[way.borrower], n)
                for way, n in zip(usable, counts, strict=True)
                if n
            ]
            timing = told(problem, weeks, loans)
            if not check_together(problem, timing):
                yield timing


@settings(max_examples=40, deadline=None)
@given(small)
def test_no_timing_at_all_is_better_than_the_one_found(problem: TogetherProblem) -> None:
    found = solve_together(problem, close=0.0)
    assert check_together(problem, found) == ()
    best = max(timing.points for timing in every_timing(problem))
    assert found.points == best == found.bound


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 4), st.integers(2, 4), st.integers(1, 5))
def test_what_is_found_keeps_every_rule_and_its_peers_too(seed: int, rows: int, columns: int, weeks: int) -> None:
    problem = made_up(seed, rows, columns, weeks, off=0.2)
    found = solve_together(problem, effort=0.05)
    for timing in (found, greedy(problem), alone(problem)):
        assert check_together(problem, timing) == ()
    assert found.points >= max(greedy(problem).points, alone(problem).points)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4))
def test_reasons_are_known_words_and_hold(seed: int, weeks: int) -> None:
    problem = made_up(seed, 3, 3, weeks, most_a_week=2, off=0.2)
    found = solve_together(problem, effort=0.05)
    for border in problem.borders:
        reason = apart_reason(problem, found, border)
        assert reason is None or reason in APART_REASONS
        both = problem.works[border.a] & problem.works[border.b]
        assert (reason == "no_common_week") <= (not both.any())
    for county in range(problem.counties):
        assert unhelped_reason(problem, found, county) in ALONE_REASONS
        reason = unswept_reason(problem, found, county)
        assert (reason is None) == (found.weeks[county] is not None)
        assert reason is None or reason in UNSWEPT_REASONS


def test_the_same_seed_gives_the_same_answer() -> None:
    problem = made_up(3, 3, 4, 4)
    assert solve_together(problem, seed=5, effort=0.5) == solve_together(problem, seed=5, effort=0.5)


def two_counties(**changes: object) -> TogetherProblem:
    """Two counties of two squads, two weeks, whose worth does not depend on the week."""
    table = np.array([[0, 100, 190, 270, 300]] * 2, np.int32)
    problem = TogetherProblem(
        squads=np.array([2, 2], np.int32),
        works=np.ones((2, 2), np.bool_),
        worth=(table, table),
        away_cost=np.array([10, 10], np.int32),
        lend_most=np.array([2, 2], np.int32),
        borrow_most=np.array([2, 2], np.int32),
        borders=(Border(0, 1, 50),),
        ways=(Way(0, 1, 30, 80), Way(1, 0, 30, 80)),
        most_a_week=2,
        minutes_most=60,
    )
    return replace(problem, **changes)


def test_neighbours_lend_to_each_other_where_that_brings_more_than_the_border_keeps() -> None:
    found = solve_together(two_counties())
    assert found.weeks[0] != found.weeks[1]
    assert [loan.squads for loan in found.loans] == [1, 1]  # one of two stays at home
    assert (found.worth, found.kept, found.away) == (2 * (190 + 64), 0, 20)


def test_neighbours_go_together_where_the_border_keeps_more() -> None:
    problem = two_counties(borders=(Border(0, 1, 150),))
    found = solve_together(problem)
    assert found.weeks[0] == found.weeks[1]
    assert (found.worth, found.kept, found.loans) == (380, 150, ())
    assert unhelped_reason(problem, found, 0) == "neighbours_sweep"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ways": ()}, "nobody_near"),
        ({"minutes_most": 20}, "nobody_near"),
        ({"borrow_most": np.zeros(2, np.int32), "worth": (np.array([[0, 100, 190]] * 2, np.int32),) * 2},
         "may_not_borrow"),
        ({"away_cost": np.array([90, 90], np.int32)}, "costs_more"),
        ({}, "neighbours_spent"),
    ],
)  # fmt: skip
def test_why_nobody_helps(changes: dict[str, object], reason: str) -> None:
    problem = two_counties(borders=(), **changes)
    weeks = (0, 1)
    assert unhelped_reason(problem, with_loans(problem, weeks), 0) == reason


def test_of_equal_weeks_the_earlier_ones_are_taken() -> None:
    found = solve_together(two_counties(borders=(), ways=()))
    assert found.weeks == (0, 0)


def test_why_neighbours_are_apart() -> None:
    far = two_counties()
    assert apart_reason(far, solve_together(far), far.borders[0]) == "worth_more_apart"
    full = two_counties(most_a_week=1)
    assert apart_reason(full, solve_together(full), full.borders[0]) == "weeks_full"
    never = two_counties(works=np.array([[True, False], [False, True]]))
    assert apart_reason(never, solve_together(never), never.borders[0]) == "no_common_week"
    assert apart_reason(far, told(far, (0, 1), ()), replace(far.borders[0], points=999)) is not None
    ended = two_counties(borders=(Border(0, 1, 500),))
    assert apart_reason(ended, told(ended, (0, 1), ()), ended.borders[0]) == "search_ended"


def test_a_county_that_finds_no_room_is_told_so() -> None:
    problem = two_counties(most_a_week=1, works=np.array([[True, False], [True, False]]), borders=())
    found = solve_together(problem)
    left = found.weeks.index(None)
    assert unswept_reason(problem, found, left) == "weeks_full"
    shut = two_counties(works=np.array([[True, True], [False, False]]))
    assert unswept_reason(shut, solve_together(shut), 1) == "no_working_week"


SOUND = Timing((0, 1), (Loan(0, 1, 1, 1),), 190 + 254, 0, 10)


@pytest.mark.parametrize(
    ("changes", "timing", "rule"),
    [
        ({}, replace(SOUND, weeks=(0,)), "unknown_index"),
        ({}, replace(SOUND, loans=(Loan(0, 7, 1, 1),)), "unknown_index"),
        ({"works": np.array([[True, True], [True, False]])}, SOUND, "not_a_working_week"),
        ({"most_a_week": 1}, Timing((0, 0), (), 380, 50, 0), "too_many_counties"),
        ({}, replace(SOUND, loans=SOUND.loans * 2), "loan_twice"),
        ({}, replace(SOUND, loans=(Loan(0, 1, 1, 0),)), "loan_of_none"),
        ({"ways": ()}, SOUND, "no_way"),
        ({"minutes_most": 29}, SOUND, "too_far"),
        ({}, replace(SOUND, weeks=(1, 0)), "borrower_not_swept"),
        ({}, replace(SOUND, weeks=(1, 1)), "lender_sweeps"),
        ({"works": np.array([[True, False], [True, True]])}, SOUND, "lender_off"),
        ({"lend_most": np.zeros(2, np.int32)}, SOUND, "lends_too_many"),
        ({"squads": np.array([1, 2], np.int32)}, SOUND, "nobody_at_home"),
        ({"borrow_most": np.zeros(2, np.int32)}, SOUND, "borrows_too_many"),
        ({}, replace(SOUND, worth=445), "wrong_worth"),
        ({}, replace(SOUND, kept=1), "wrong_kept"),
        ({}, replace(SOUND, away=0), "wrong_away"),
        ({}, replace(SOUND, bound=433.0), "above_bound"),
    ],
)
def test_the_checker_sees(changes: dict[str, object], timing: Timing, rule: str) -> None:
    assert check_together(two_counties(), SOUND) == ()
    assert rule in {broken for broken, _ in check_together(two_counties(**changes), timing)}
    assert rule in TIMING_RULES


def test_a_curve_that_is_not_concave_is_refused() -> None:
    bent = np.array([[0, 10, 190, 270, 300]] * 2, np.int32)
    with pytest.raises(RequestError, match="together_not_concave"):
        solve_together(two_counties(worth=(bent, bent)))
    with pytest.raises(RequestError, match="together_no_county_a_week"):
        solve_together(two_counties(most_a_week=0))
