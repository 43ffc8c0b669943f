"""The checker catches every way of breaking a rule: one mutation of a sound plan a rule."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from planner.model.sweep import Access, Route, Solution, SquadDay, Stop, SweepProblem
from planner.routing.check import RULES, check
from tests.routing.problems import ints

Case = tuple[SweepProblem, Solution]


def sound() -> Case:
    """One base (place 4), two squad-days, four visits of 30 minutes 10 minutes apart; lunch 12:00-13:00.

    Squad-day 0: base 08:00 -> visit 0 at 08:10 -> visit 1 -> base. Squad-day 1: visit 2 at 11:30, lunch after it.
    """
    access = Access(4, 4, 480, 1020, 0, 0)
    days = tuple(SquadDay(squad, 0, 480, 1020, 1, (access, access), (True, True)) for squad in range(2))
    problem = SweepProblem(
        travel=ints(10 * (1 - np.eye(5))),
        place=ints([0, 1, 2, 3]),
        township=ints([0, 0, 0, 1]),
        village=ints([5, 6, 5, 7]),
        prize=ints([9, 8, 7, 6]),
        duration=ints([30, 30, 30, 30]),
        opens=ints([480, 480, 690, 480]),
        closes=ints([1000, 1000, 690, 1000]),
        needs=ints([1, 0, 0, 0]),
        squad_days=days,
        chosen=np.array([True, True]),
        least_days=ints([2, 0]),
        most_days=ints([2, 2]),
        loan_cost=0,
        break_start=720,
        break_minutes=60,
        max_visits=3,
        villages_once=True,
    )
    first = Route(0, 0, 480, (Stop(0, 490, 490, 520), Stop(1, 530, 530, 560)), 570)
    second = Route(1, 0, 680, (Stop(2, 690, 690, 720),), 790)
    return problem, Solution((first, second), 24, 30, "test", 0, 0)


def routes(case: Case, *changed: Route) -> Case:
    return case[0], replace(case[1], routes=changed)


def first(case: Case, **change: object) -> Case:
    one, two = case[1].routes
    return routes(case, replace(one, **change), two)


def stop(case: Case, **change: object) -> Case:
    one, _ = case[1].routes
    return first(case, stops=(replace(one.stops[0], **change), *one.stops[1:]))


def problem(case: Case, **change: object) -> Case:
    return replace(case[0], **change), case[1]


def visit_again(case: Case) -> Case:
    one, _ = case[1].routes
    return first(case, stops=(*one.stops, Stop(0, 570, 570, 600)), back=610)


def back_to_village(case: Case) -> Case:
    one, two = case[1].routes
    longer = replace(one, stops=(*one.stops, Stop(2, 570, 690, 720)), back=790)
    return routes(case, longer, replace(two, stops=(), back=680))


def other_access(case: Case, access: Access | None) -> Case:
    days = case[0].squad_days
    return problem(case, squad_days=(replace(days[0], access=(access, access)), days[1]))


BROKEN: dict[str, Callable[[Case], Case]] = {
    "unknown_index": lambda case: stop(case, visit=99),
    "squad_day_twice": lambda case: routes(case, case[1].routes[0], replace(case[1].routes[1], squad_day=0)),
    "township_not_chosen": lambda case: problem(case, chosen=np.array([False, True])),
    "out_of_reach": lambda case: other_access(case, None),
    "visit_twice": visit_again,
    "wrong_township": lambda case: problem(case, township=ints([1, 0, 0, 1])),
    "skill_missing": lambda case: problem(case, needs=ints([2, 0, 0, 0])),
    "outside_window": lambda case: problem(case, closes=ints([485, 1000, 690, 1000])),
    "wrong_duration": lambda case: problem(case, duration=ints([31, 30, 30, 30])),
    "wrong_travel": lambda case: first(case, back=569),
    "started_before_arrival": lambda case: stop(case, start=489, leave=519),
    "in_the_break": lambda case: problem(case, break_start=715),
    "before_duty": lambda case: other_access(case, Access(4, 4, 481, 1020, 0, 0)),
    "after_duty": lambda case: other_access(case, Access(4, 4, 480, 569, 0, 0)),
    "no_way": lambda case: problem(case, travel=ints(np.where(np.eye(5) > 0, 0, -1))),
    "too_many_visits": lambda case: problem(case, max_visits=1),
    "village_twice": back_to_village,
    "too_few_squad_days": lambda case: problem(case, least_days=ints([2, 1])),
    "too_many_squad_days": lambda case: problem(case, most_days=ints([1, 2])),
    "wrong_prize": lambda case: (case[0], replace(case[1], prize=25)),
    "above_bound": lambda case: (case[0], replace(case[1], bound=23)),
}


def test_a_sound_plan_passes() -> None:
    assert check(*sound()) == ()


@pytest.mark.parametrize("rule", RULES)
def test_each_broken_rule_is_found(rule: str) -> None:
    assert rule in {violation.rule for violation in check(*BROKEN[rule](sound()))}


def test_driving_pauses_over_the_break() -> None:
    """Visit 2 ends at 12:00: the ten minutes home are driven after 13:00, and not before."""
    case = sound()
    early = routes(case, case[1].routes[0], replace(case[1].routes[1], back=730))
    assert [violation.rule for violation in check(*early)] == ["wrong_travel"]


def test_a_visit_may_stay_in_its_village() -> None:
    """The same village twice in a row is no coming back."""
    case = sound()
    one, two = case[1].routes
    joined = replace(one, stops=(one.stops[0], Stop(2, 530, 690, 720)), back=790)
    sane = routes(case, joined, replace(two, stops=(), back=680))
    assert check(sane[0], replace(sane[1], prize=16)) == ()
