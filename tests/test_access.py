import re
from pathlib import Path

import pytest

from planner.access import ROLES, Actor, Allowed, Refused, can

ROOT = Path(__file__).resolve().parents[1]


def test_chief_plans_and_sees_names() -> None:
    chief = Actor("示例", "chief")
    assert can(chief, "plan.make") == Allowed()
    assert can(chief, "names.see", "S01") == Allowed()


def test_officer_sees_people_of_the_own_squad_only() -> None:
    officer = Actor("示例", "officer", "S01")
    assert can(officer, "names.see", "S01") == Allowed()
    assert can(officer, "names.see", "S02") == Refused("other_squad")
    assert can(officer, "plan.make", "S01") == Refused("role")


@pytest.mark.parametrize("own", ["S01", None])
@pytest.mark.parametrize("action", ["names.see", "card.issue", "outcome.record"])
def test_officer_never_has_all_squads_at_once(own: str | None, action: str) -> None:
    assert can(Actor("示例", "officer", own), action) == Refused("other_squad")
    assert can(Actor("示例", "officer", own), "plan.see") == Allowed()


def test_every_action_that_is_asked_for_is_somebody_s() -> None:
    asked = {
        action
        for source in (ROOT / "planner").rglob("*.py")
        for action in re.findall(r'\bpermit\(\w+, "([^"]+)"', source.read_text(encoding="utf-8"))
    }
    assert {"plan.make", "register.import"} <= asked
    assert asked <= frozenset().union(*ROLES.values())


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"chief", "officer", "operator"}))
def test_nobody_else_sees_names(role: str) -> None:
    assert can(Actor("示例", role), "names.see") == Refused("role")


def test_unknown_role_may_nothing() -> None:
    assert can(Actor("示例", "visitor"), "score.see") == Refused("role")
