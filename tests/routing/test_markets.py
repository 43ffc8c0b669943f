"""Nobody goes to a township on its market day, unless it would have no day at all."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.model.policy import Policy, SweepPolicy
from planner.model.region import Calendar, MarketDays
from planner.model.sweep import SquadDay
from planner.routing.check import check
from planner.routing.markets import market_days_of, without_market_days
from planner.routing.problem import build_problem
from planner.routing.solve import solve
from tests.routing.test_problem import BOTH, CODES, REACHES, WEEK, day_with, matrix, region, squad, visits

DAYS = st.lists(st.sets(st.integers(3, 7)), min_size=2, max_size=2)


def calendar(*days: set[int]) -> Calendar:
    """Market days of the townships in June 2024, the first as digits and the second as dates."""
    first, second = (*days, set())[:2]
    dates = frozenset(date(2024, 6, day) for day in second)
    markets = {CODES[0]: MarketDays(digits=frozenset(first)), CODES[1]: MarketDays(dates=dates)}
    return Calendar({}, {}, (), markets)


def week(reach: list[tuple[bool, bool]]) -> list[SquadDay]:
    return [replace(day_with(*can), day=d) for d, can in enumerate(reach)]


def open_to(days: tuple[SquadDay, ...], township: int) -> set[int]:
    return {day.day for day in days if day.access[township] is not None}


@given(DAYS, st.lists(st.tuples(st.booleans(), st.booleans()), min_size=5, max_size=5))
def test_only_market_days_are_closed_and_never_the_last_day(
    markets: list[set[int]], reach: list[tuple[bool, bool]]
) -> None:
    before = week(reach)
    after = without_market_days(before, CODES, WEEK, calendar(*markets), np.ones(2, np.bool_))
    assert without_market_days(before, CODES, WEEK, calendar(*markets), np.zeros(2, np.bool_)) == tuple(before)
    for t in range(2):
        could, can = open_to(tuple(before), t), open_to(after, t)
        market = {day - 3 for day in markets[t]}
        assert can == (could - market or could)
        assert all(new.access[t] in (old.access[t], None) for old, new in zip(before, after, strict=True))


@pytest.mark.parametrize(("rule", "told"), [("avoid", (3, 0)), ("ignore", (0, 3))])
def test_policy_decides_and_the_plan_can_say_so(rule: str, told: tuple[int, int]) -> None:
    known = replace(region(), calendar=calendar({3, 4}, {7}))
    policy = Policy(sweep=SweepPolicy(market_days=rule))
    problem = build_problem(visits(), known, BOTH, matrix(), REACHES, policy, WEEK, (squad(1), squad(2)))
    assert market_days_of(problem, CODES, WEEK, known.calendar) == told
    assert len(open_to(problem.squad_days, 0)) == (3 if rule == "avoid" else 5)


def test_a_plan_made_so_passes_the_checker_and_keeps_away() -> None:
    known = replace(region(), calendar=calendar({3, 4, 5, 6}, {3}))
    squads = (squad(1), squad(2))
    problem = build_problem(visits(), known, BOTH, matrix(), REACHES, Policy(), WEEK, squads)
    solution = solve(problem, 1, 1.0, lambda: 0.0, iterations=50)
    assert check(problem, solution) == ()
    assert solution.routes
    for route in solution.routes:
        day = WEEK[problem.squad_days[route.squad_day].day]
        assert not known.calendar.is_market_day(CODES[route.township], day)
