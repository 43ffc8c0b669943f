"""Words on the policy: the next plan goes by them, plans that exist do not, and another word takes them back."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

from planner.access import Actor
from planner.bootstrap import open_context, restore
from planner.errors import Denied, PolicyError, RequestError
from planner.files.policy import policy_from_json
from planner.model.policy import Policy
from planner.settings import read_settings
from planner.store import audit, plans, policy_words
from planner.usecases.context import Context
from planner.usecases.keep import examine, make_backup
from planner.usecases.plan import plan
from planner.usecases.policy import (
    decide_policy,
    keep_policy,
    policy_history,
    policy_in_use,
    with_policy_of_now,
)
from planner.usecases.score import latest, outdated, score
from planner.usecases.sweep import PlanRequest
from tests.conftest import ROOT

WHY = "三次合计只找到预计的七成"


def test_a_word_changes_the_next_plan_and_leaves_old_ones(planned: Context) -> None:
    old, visits = plans.load_plan(planned.engine, plans.list_plans(planned.engine)["id"][0])
    decide_policy(planned, "worth.p_find", 0.3, WHY)
    with open_context(planned.settings) as again:
        assert again.policy.worth.p_find == 0.3
        assert again.policy_of_file.worth.p_find == planned.policy.worth.p_find == 0.45
        made = plan(again, PlanRequest(seconds=1.0))
    assert policy_from_json(made.policy).worth.p_find == 0.3
    assert plans.load_plan(planned.engine, old.id)[0] == old
    assert policy_from_json(old.policy).worth.p_find == 0.45
    _, now = plans.load_plan(planned.engine, made.id)
    assert now["p_find"].mean() < visits["p_find"].mean()


def test_a_context_that_is_kept_learns_of_words(ctx: Context) -> None:
    assert with_policy_of_now(ctx) is ctx
    decide_policy(ctx, "visit.minutes", 40, WHY)
    kept = with_policy_of_now(ctx)
    assert kept.policy.visit.minutes == 40
    decide_policy(ctx, "visit.minutes", None, "又改回来")
    assert with_policy_of_now(kept).policy == ctx.policy_of_file == Policy()


def test_a_score_is_outdated_by_another_policy_until_the_old_one_stands_again(planned: Context) -> None:
    run = latest(planned)
    assert run is not None
    keep_policy(planned, "worth.p_find", "暂不调整")
    assert outdated(planned, run) is None
    decide_policy(planned, "worth.p_find", 0.3, WHY)
    assert outdated(planned, run) == "policy"
    assert outdated(planned, score(with_policy_of_now(planned))) is None
    decide_policy(planned, "worth.p_find", None, "又改回来")
    assert outdated(planned, run) is None


def test_history_tells_who_said_what_and_the_way_back(ctx: Context) -> None:
    decide_policy(ctx, "worth.p_find", 0.3, WHY)
    keep_policy(ctx, "worth.p_find", "再看一次")
    decide_policy(ctx, "duty.start", "07:30", "夏令时")
    decide_policy(ctx, "worth.p_find", None, "恢复")
    keep_policy(ctx, "worth.clue_fresh", "线索太少")
    told = policy_history(ctx)
    assert told["key"].tolist() == ["worth.clue_fresh", "worth.p_find", "duty.start", "worth.p_find", "worth.p_find"]
    assert told["kept"].tolist() == [True, False, False, True, False]
    assert told["stands"].tolist() == [True, True, True, False, False]
    assert told["after"].tolist() == [None, None, "450", "0.3", "0.3"]
    assert told["before"].tolist() == [None, "0.3", None, "0.3", None]
    assert set(told["by"]) == {ctx.actor.name}
    assert policy_in_use(ctx).policy == replace(Policy(), duty=replace(Policy().duty, start=450))
    deeds = audit.entries(ctx.engine)
    assert (deeds["action"] == "policy.decided").sum() == 5
    assert audit.first_broken(ctx.engine) is None


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("worth.p_find", 1.2, "0 … 1"),
        ("worth.p_find", float("nan"), "0 … 1"),
        ("worth.p_find", "many", "0 … 1"),
        ("worth.p_find", True, "0 … 1"),
        ("visit.minutes", 30.5, "1 … 480"),
        ("sweep.spread", "everywhere", "concentrate"),
        ("worth.luck", 1.0, "worth.p_find"),
        ("nothing", 1.0, "worth.p_find"),
        ("duty.start", "18:00", "duty.end"),
    ],
)
def test_what_a_file_may_not_hold_is_refused_with_what_is_allowed(
    ctx: Context, key: str, value: object, says: str
) -> None:
    with pytest.raises(PolicyError) as refused:
        decide_policy(ctx, key, value, WHY)
    assert says in str(refused.value)
    assert policy_history(ctx).empty


def test_a_reason_is_asked_for(ctx: Context) -> None:
    for reason in ("", "   ", "长" * 501):
        with pytest.raises(RequestError, match="policy_reason"):
            decide_policy(ctx, "worth.p_find", 0.3, reason)


@pytest.mark.parametrize("role", ["planner", "officer", "analyst", "administrator", "auditor", "contact_clerk"])
def test_only_a_chief_decides(ctx: Context, role: str) -> None:
    somebody = replace(ctx, actor=Actor("示例", role, "S01"))
    with pytest.raises(Denied):
        decide_policy(somebody, "worth.p_find", 0.3, WHY)
    with pytest.raises(Denied):
        keep_policy(somebody, "worth.p_find", WHY)
    decide_policy(replace(ctx, actor=Actor("示例", "chief")), "worth.p_find", 0.3, WHY)


def test_a_word_that_fits_no_longer_is_left_aside_and_said(ctx: Context) -> None:
    """A later program may drop a key; a later file may end the day before it begins."""
    policy_words.say(ctx.engine, "worth.gone", 1, WHY, ctx.clock(), "示例")
    policy_words.say(ctx.engine, "duty.start", 1100, WHY, ctx.clock(), "示例")
    policy_words.say(ctx.engine, "worth.p_find", 0.3, WHY, ctx.clock(), "示例")
    found = policy_in_use(ctx)
    assert found.unfit == ("worth.gone", "duty.start")
    assert found.policy.worth.p_find == 0.3
    with open_context(ctx.settings) as again:
        assert again.policy == found.policy
        decide_policy(again, "duty.start", None, "恢复")
        decide_policy(again, "worth.p_find", 0.35, "再调")
    assert policy_in_use(ctx).unfit == ("worth.gone",)


def test_words_come_back_from_a_backup(ctx: Context, tmp_path: Path) -> None:
    decide_policy(ctx, "worth.p_find", 0.3, WHY)
    make_backup(ctx, tmp_path / "b.zip")
    environment = {
        "PLANNER_DATA_DIR": str(tmp_path / "other"), "PLANNER_REGION": str(ROOT / "data/regions/330225"),
        "PLANNER_KEY_FILE": str(ctx.settings.key_file),
    }  # fmt: skip
    compared = restore(read_settings(environment), io.BytesIO((tmp_path / "b.zip").read_bytes()))
    assert {one.table: one.found.rows for one in compared}["policy_word"] == 1
    with open_context(read_settings(environment)) as again:
        assert again.policy.worth.p_find == 0.3
        assert "fail" not in {check.state for check in examine(again)}
