import pytest

from planner.access import ROLES, Actor, Allowed, Refused, can


def test_chief_plans_and_sees_names() -> None:
    chief = Actor("示例", "chief")
    assert can(chief, "plan.make") == Allowed()
    assert can(chief, "names.see", "S01") == Allowed()


def test_officer_sees_people_of_the_own_squad_only() -> None:
    officer = Actor("示例", "officer", "S01")
    assert can(officer, "names.see", "S01") == Allowed()
    assert can(officer, "names.see", "S02") == Refused("other_squad")
    assert can(officer, "plan.make", "S01") == Refused("role")


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"chief", "officer"}))
def test_nobody_else_sees_names(role: str) -> None:
    assert can(Actor("示例", role), "names.see") == Refused("role")


def test_unknown_role_may_nothing() -> None:
    assert can(Actor("示例", "visitor"), "score.see") == Refused("role")
