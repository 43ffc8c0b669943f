"""Who is out when: vehicles and shifts are shared fairly, and a change elsewhere does not move them."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.model.policy import DutyPolicy
from planner.model.region import Base, Squad
from planner.routing.roster import shift_of, with_vehicles, working
from tests.routing.test_problem import region, squad

DUTY = DutyPolicy()
MONDAYS = st.integers(0, 300).map(lambda week: date(2024, 1, 1) + timedelta(weeks=week))
SHARES = st.integers(0, 10).flatmap(lambda early: st.tuples(st.just(early), st.integers(0, 10 - early)))


def week(monday: date, days: int = 5) -> tuple[date, ...]:
    return tuple(monday + timedelta(days=n) for n in range(days))


def base(vehicles: int | None, name: str = "b1") -> Base:
    return Base(name, name, "tribunal", 121.8, 29.4, (), vehicles)


def out(squads: tuple[Squad, ...], days: tuple[date, ...], *bases: Base) -> list[tuple[int, int]]:
    known = replace(region(), bases=bases, squads=squads)
    return with_vehicles(working(squads, days, DUTY), squads, days, known)


@given(MONDAYS, st.integers(1, 6), st.integers(0, 6))
def test_no_more_squads_go_than_there_are_vehicles_and_all_get_their_turn(
    monday: date, count: int, vehicles: int
) -> None:
    squads = tuple(squad(n) for n in range(count))
    found = out(squads, week(monday), base(vehicles))
    assert all(number == min(count, vehicles) for number in Counter(d for _, d in found).values())
    worked = Counter(s for s, _ in found)
    assert len(found) == 5 * min(count, vehicles)
    assert max(worked[s] for s in range(count)) - min(worked[s] for s in range(count)) <= 1


@given(MONDAYS, st.lists(st.sets(st.integers(0, 4)), min_size=2, max_size=5), st.integers(1, 3))
def test_a_vehicle_never_stands_while_a_squad_could_go(monday: date, off: list[set[int]], vehicles: int) -> None:
    days = week(monday)
    squads = tuple(squad(n, off=tuple(days[d] for d in gone)) for n, gone in enumerate(off))
    found = Counter(d for _, d in out(squads, days, base(vehicles)))
    for d in range(5):
        assert found[d] == min(vehicles, sum(d not in gone for gone in off))


def test_other_squads_go_first_in_another_week() -> None:
    squads = tuple(squad(n) for n in range(3))
    mondays = [date(2024, 6, 3) + timedelta(weeks=n) for n in range(3)]
    total = Counter(s for monday in mondays for s, _ in out(squads, week(monday), base(1)))
    assert set(total.values()) == {5}


@given(MONDAYS, st.integers(2, 5), st.integers(1, 4))
def test_neither_more_days_nor_a_squad_from_elsewhere_changes_who_goes(monday: date, count: int, vehicles: int) -> None:
    squads = tuple(squad(n) for n in range(count))
    found = out(squads, week(monday), base(vehicles))
    duty = DutyPolicy(max_days_in_a_row=7)
    known = replace(region(), bases=(base(vehicles),), squads=squads)
    extra = (*squads, replace(squads[0], id="more"))
    longer = with_vehicles(working(extra, week(monday, 7), duty), extra, week(monday, 7), known)
    assert [(s, d) for s, d in longer if s < count and d < 5] == found
    assert [(s, d) for s, d in longer if s == count] == [(count, d) for d in range(7)]


def test_each_base_has_its_own_vehicles_and_none_said_is_enough() -> None:
    squads = (squad(1), squad(2), replace(squad(3), base_id="b2"), replace(squad(4), base_id="b2"))
    found = Counter(s for s, _ in out(squads, week(date(2024, 6, 3)), base(None), base(1, "b2")))
    assert (found[0], found[1], found[2] + found[3]) == (5, 5, 5)


@given(MONDAYS, st.integers(1, 8), SHARES)
def test_shifts_take_their_shares_and_squads_have_about_the_same(
    monday: date, squads: int, shares: tuple[int, int]
) -> None:
    early, late = shares
    duty = DutyPolicy(early_share=early / 10, late_share=late / 10)
    names = [[shift_of(s, day, duty) for day in week(monday)] for s in range(squads)]
    for name, share, most in (("early", early, 1), ("late", late, 2)):
        of_squad = [row.count(name) for row in names]
        assert abs(sum(of_squad) - 5 * squads * share / 10) < 2
        assert max(of_squad) - min(of_squad) <= most
    assert all(name in {"early", "late", "day"} for row in names for name in row)


@pytest.mark.parametrize("shift", ["early", "late"])
def test_over_ten_weeks_every_squad_has_the_same(shift: str) -> None:
    duty = DutyPolicy(**{f"{shift}_share": 0.1})
    days = [day for n in range(10) for day in week(date(2024, 6, 3) + timedelta(weeks=n))]
    assert {sum(shift_of(s, day, duty) == shift for day in days) for s in range(6)} == {5}


@pytest.mark.parametrize(("early", "late", "names"), [(1.0, 0.0, {"early"}), (0.0, 1.0, {"late"}), (0, 0, {"day"})])
def test_whole_shares(early: float, late: float, names: set[str]) -> None:
    duty = DutyPolicy(early_share=early, late_share=late)
    assert {shift_of(s, day, duty) for s in range(3) for day in week(date(2024, 6, 3))} == names
    assert {shift.name for shift in duty.shifts} == names | {"day"}
