"""What was decided is taken back by another row: what held before holds again, and both are in the audit log."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest

from planner.access import Actor
from planner.errors import Denied, RequestError
from planner.model.sweep import PlannedRoute, SweepPlan
from planner.model.units import BEIJING
from planner.review.outcomes import held, standing
from planner.store import audit, outcomes, plans, register
from planner.usecases import triage
from planner.usecases.clue_intake import enter, typed
from planner.usecases.clue_replan import accept_offer, decline_offer, offer, undo_accept
from planner.usecases.clues import known, say, take_back
from planner.usecases.context import Context
from planner.usecases.in_force import adopt, in_force, undo_adoption
from planner.usecases.plan import plan
from planner.usecases.policy import decide_policy, policy_in_use, undo_policy
from planner.usecases.record import OutcomeTold, decide_outcome, record_outcomes, take_back_outcome
from planner.usecases.sweep import PlanRequest


@pytest.fixture
def two(planned: Context, made: SweepPlan) -> tuple[str, str]:
    """Ids of two plans of one week, the newer last."""
    return made.id, plan(planned, PlanRequest(spread="spread", week_start=made.week_start, seconds=1.0)).id


def holds(ctx: Context, week: date) -> tuple[str, bool]:
    """The plan in force, and whether somebody said so."""
    now = in_force(ctx, week)
    assert now is not None
    return now.plan_id, now.at is not None


def test_adoptions_are_taken_back_one_by_one(planned: Context, made: SweepPlan, two: tuple[str, str]) -> None:
    old, new = two
    for plan_id in (old, new, old):
        adopt(planned, plan_id)
    undo_adoption(planned, old)
    assert holds(planned, made.week_start) == (new, True)
    with pytest.raises(RequestError, match="nothing_to_undo"):
        undo_adoption(planned, old)
    undo_adoption(planned, new)
    assert holds(planned, made.week_start) == (old, True)
    undo_adoption(planned, old)
    assert holds(planned, made.week_start) == (new, False)
    assert plans.adopted(planned.engine).empty
    adopt(planned, new)
    assert holds(planned, made.week_start) == (new, True)
    assert audit.entries(planned.engine)["action"].tolist().count("plan.adoption_undone") == 3


def test_who_may_not_adopt_may_not_undo(planned: Context, made: SweepPlan) -> None:
    adopt(planned, made.id)
    with pytest.raises(Denied):
        undo_adoption(replace(planned, actor=Actor("示例", "planner")), made.id)


def told_of(ctx: Context, clue_id: str) -> dict[str, object]:
    rows = known(ctx)
    found: dict[str, object] = rows[rows["clue_id"] == clue_id].iloc[0].to_dict()
    return found


@pytest.fixture
def clue(planned: Context, made: SweepPlan) -> tuple[str, str]:
    """A clue and the case that it was matched to by its number."""
    case_id = str(register.cases(planned.engine).query("status == 'open'")["case_id"].iloc[0])
    on = made.days[0]
    draft = typed(
        planned, "示例：见到人", "", (case_id,), "", "", "hotline", "whereabouts", "high", on, on + timedelta(days=60)
    )
    enter(planned, [draft])
    return str(known(planned)["clue_id"].iloc[0]), case_id


def test_words_on_a_clue_are_taken_back(planned: Context, clue: tuple[str, str]) -> None:
    clue_id, case_id = clue
    before = told_of(planned, clue_id)
    assert before["state"] == "matched"
    for word in ("confirmed", "dismissed"):
        say(planned, clue_id, word)
        take_back(planned, clue_id)
        now = told_of(planned, clue_id)
        assert (now["state"], now["case_ids"]) == ("matched", case_id)
    with pytest.raises(RequestError, match="nothing_to_undo"):
        take_back(planned, clue_id)
    decline_offer(planned, clue_id)
    assert told_of(planned, clue_id)["declined"]
    take_back(planned, clue_id)
    assert not told_of(planned, clue_id)["declined"]
    with pytest.raises(Denied):
        take_back(replace(planned, actor=Actor("示例", "planner")), clue_id)


def test_a_plan_made_for_a_clue_is_taken_back(planned: Context, made: SweepPlan, clue: tuple[str, str]) -> None:
    clue_id, _ = clue
    at = datetime.combine(made.days[1], time(10, 20), BEIJING)
    ctx = replace(planned, clock=lambda: at)
    proposal = offer(ctx, clue_id)
    accept_offer(ctx, clue_id, proposal)
    assert holds(ctx, made.week_start) == (proposal.plan.id, True)
    undo_accept(ctx, clue_id, proposal.plan.id, made.id)
    assert holds(ctx, made.week_start)[0] == made.id
    assert told_of(ctx, clue_id)["plan"] == ""


def test_triage_is_taken_back_both_ways(planned: Context) -> None:
    case_id = str(register.cases(planned.engine).query("status == 'open'")["case_id"].iloc[0])
    with pytest.raises(RequestError, match="nothing_to_undo"):
        triage.undo(planned, [case_id])
    triage.take_out(planned, [case_id], "handed_over", team="review", note="示例")
    sent = triage.out_of_field(planned).iloc[0]
    triage.undo(planned, [case_id])
    assert triage.out_of_field(planned).empty
    triage.take_out(planned, [case_id], "relief")
    triage.take_back(planned, [case_id])
    triage.undo(planned, [case_id])
    again = triage.out_of_field(planned).iloc[0]
    assert (sent["action"], again["action"]) == ("handed_over", "relief")
    with pytest.raises(Denied):
        triage.undo(replace(planned, actor=Actor("示例", "planner")), [case_id])


def test_a_deadline_that_has_passed_does_not_come_back(planned: Context) -> None:
    contacts = planned.region.contacts.query("role == 'contact'")["village_code"]
    placed = register.placed(planned.engine)
    open_cases = set(register.cases(planned.engine).query("status == 'open'")["case_id"])
    fit = placed[placed["lead"] & placed["village_code"].isin(contacts) & placed["case_id"].isin(open_cases)]
    case_id = str(fit["case_id"].iloc[0])
    triage.take_out(planned, [case_id], "urged")
    triage.take_back(planned, [case_id])
    later = planned.clock() + timedelta(days=400)
    with pytest.raises(RequestError, match="deadline_unfit"):
        triage.undo(replace(planned, clock=lambda: later), [case_id])


def word(route: PlannedRoute, **given: object) -> OutcomeTold:
    told = {"outcome_id": uuid4().hex, "visit_id": route.stops[0].visit_id, "kinds": ("found",)}
    return OutcomeTold(**({"happened": f"{route.day}T10:20"} | told | given))  # type: ignore[arg-type]


def test_outcomes_are_taken_back_to_what_stood(evening: Context, made: SweepPlan, route: PlannedRoute) -> None:
    def say_it(told: OutcomeTold) -> str:
        record_outcomes(evening, made.id, route.squad_id, route.day, [told], "page")
        return told.outcome_id

    def stand() -> list[str]:
        return standing(outcomes.outcomes(evening.engine))["kinds"].tolist()

    first = say_it(word(route))
    second = say_it(word(route, kinds=("refused",), corrects=first))
    assert stand() == ["refused"]
    with pytest.raises(RequestError, match="nothing_to_undo"):
        take_back_outcome(evening, first)
    take_back_outcome(evening, second)
    assert stand() == ["found"]
    other = replace(evening, actor=Actor("示例", "officer", "no such squad"))
    third = say_it(word(route, kinds=("refused",), corrects=first))
    with pytest.raises(Denied):
        take_back_outcome(other, third)
    take_back_outcome(evening, third)
    assert stand() == ["found"]


@pytest.mark.parametrize("counts", [True, False])
def test_a_decision_on_what_is_held_is_taken_back(
    evening: Context, made: SweepPlan, route: PlannedRoute, counts: bool
) -> None:
    told = (word(route), word(route, kinds=("refused",)))
    record_outcomes(evening, made.id, route.squad_id, route.day, told, "page")
    waiting = held(outcomes.outcomes(evening.engine))["outcome_id"].tolist()
    assert waiting == [told[1].outcome_id]
    decision = uuid4().hex
    decide_outcome(evening, waiting[0], told[1] if counts else None, decision)
    assert held(outcomes.outcomes(evening.engine)).empty
    officer = replace(evening, actor=Actor("示例", "officer", route.squad_id))
    with pytest.raises(Denied):
        take_back_outcome(officer, decision)
    take_back_outcome(evening, decision)
    now = outcomes.outcomes(evening.engine)
    assert held(now)["outcome_id"].tolist() == waiting
    assert standing(now)["outcome_id"].tolist() == [told[0].outcome_id]


def test_a_word_on_the_policy_is_taken_back(planned: Context) -> None:
    was = planned.policy_of_file.worth.p_find
    with pytest.raises(RequestError, match="nothing_to_undo"):
        undo_policy(planned, "worth.p_find", "示例")
    decide_policy(planned, "worth.p_find", 0.3, "示例")
    decide_policy(planned, "worth.p_find", 0.2, "示例")
    undo_policy(planned, "worth.p_find", "示例：撤销")
    assert policy_in_use(planned).policy.worth.p_find == 0.3
    decide_policy(planned, "worth.p_find", None, "示例")
    undo_policy(planned, "worth.p_find", "示例：撤销")
    assert policy_in_use(planned).policy.worth.p_find == 0.3
    assert was == 0.45
