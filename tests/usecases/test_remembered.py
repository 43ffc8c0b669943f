"""A look costs nothing twice, and yet permission is asked, names are written down and what was done is seen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.access import Actor
from planner.errors import Denied
from planner.model.sweep import SweepPlan
from planner.store import audit
from planner.usecases import profile, show
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.policy import decide_policy, with_policy_of_now
from planner.usecases.profile import register_profile
from planner.usecases.remembered import remembered
from planner.usecases.show import plan_view
from planner.usecases.triage import out_of_field, proposed, take_out
from tests.conftest import MADE_UP


def test_a_look_is_not_worked_out_twice(planned: Context, made: SweepPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    first, told = plan_view(planned, made.id), register_profile(planned)
    monkeypatch.delattr(show, "_view")
    monkeypatch.delattr(profile, "_profile")
    assert plan_view(planned, made.id) is first
    assert register_profile(planned) is told
    audit.record(planned.engine, planned.clock(), "示例", "names.shown", made.id)
    assert plan_view(planned, made.id) is first


def test_who_may_not_see_it_does_not_see_what_was_remembered(planned: Context, made: SweepPlan) -> None:
    plan_view(planned, made.id, people=True)
    nobody = replace(planned, actor=Actor("示例", "nobody"))
    for people in (False, True):
        with pytest.raises(Denied):
            plan_view(nobody, made.id, people=people)


def test_every_look_at_names_is_written_down_and_no_name_is_remembered(planned: Context, made: SweepPlan) -> None:
    def looks() -> int:
        return int((audit.entries(planned.engine)["action"] == "names.shown").sum())

    before = looks()
    for _ in range(2):
        assert "debtor" in plan_view(planned, made.id, people=True).rows
    assert looks() == before + 2
    assert "debtor" not in plan_view(planned, made.id).rows


def test_a_deed_another_day_and_another_policy_ask_anew(planned: Context) -> None:
    asked = []

    def ask(ctx: Context) -> int:
        return remembered(ctx, ("question",), lambda: asked.append(1) or len(asked))

    assert [ask(planned), ask(planned)] == [1, 1]
    assert ask(replace(planned, clock=lambda: planned.clock() + timedelta(days=1))) == 2
    decide_policy(planned, "sweep.townships", 5, "示例")
    now = with_policy_of_now(planned)
    assert now.policy.sweep.townships == 5
    assert [ask(now), ask(with_policy_of_now(planned))] == [3, 3]


def test_what_was_brought_in_or_taken_out_is_seen_at_once(planned: Context) -> None:
    before = register_profile(planned)
    heads, row = (
        "案号,立案日期,申请执行标的,被执行人,户籍地",
        "(2026)浙0225执99991号,2026-01-02,9000,示例甲,某处无名路1号",
    )
    text = f"{MADE_UP}{heads}\n{row}\n"
    import_register(planned, [("补录.csv", text.encode())])
    after = register_profile(planned)
    assert before is not None
    assert after is not None
    assert after.counts["cases"] == before.counts["cases"] + 1
    relief = proposed(planned).relief["case_id"]
    first = next(iter(relief), "(2026)浙0225执99991号")
    take_out(planned, [first], "relief")
    assert first in set(out_of_field(planned)["case_id"])
    assert first not in set(proposed(planned).relief["case_id"])
