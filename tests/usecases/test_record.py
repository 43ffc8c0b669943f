"""What squads report: nothing is dropped, nothing unclear is counted, a correction is a new row."""

from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

import pytest

from planner.access import Actor
from planner.errors import Denied, RequestError
from planner.model.sweep import PlannedRoute, SweepPlan
from planner.model.units import BEIJING
from planner.review.outcomes import held, standing, totals
from planner.store import audit, outcomes, plans
from planner.usecases.caseload import known_cases
from planner.usecases.context import Context
from planner.usecases.my_route import my_route
from planner.usecases.record import OutcomeTold, Recorded, decide_outcome, record_outcomes


@pytest.fixture
def demo(planned: Context) -> Context:
    """An installation with one plan."""
    return planned


def word(route: PlannedRoute, n: int = 0, **given: object) -> OutcomeTold:
    told = {"outcome_id": uuid4().hex, "visit_id": route.stops[n].visit_id, "kinds": ("found",)}
    return OutcomeTold(**({"happened": f"{route.day}T10:20"} | told | given))  # type: ignore[arg-type]


def record(ctx: Context, made: SweepPlan, route: PlannedRoute, *told: OutcomeTold) -> Recorded:
    return record_outcomes(ctx, made.id, route.squad_id, route.day, told, "page")


def test_what_is_clear_counts_and_comes_back(evening: Context, made: SweepPlan, route: PlannedRoute) -> None:
    paid = word(route, 1, kinds=("found", "paid"), paid="1200.50", note="示例：付现", next_step="settle")
    recorded = record(evening, made, route, word(route, kinds=("not_found",)), paid)
    assert (recorded.counted, recorded.held, recorded.repeated) == (2, 0, 0)
    told = outcomes.outcomes(evening.engine, [made.id])
    assert told["note"].tolist()[1] == "示例：付现"
    assert told["minute"].tolist() == [620, 620]
    assert totals(told).paid_fen == 120_050
    assert audit.entries(evening.engine)["action"].tolist()[-1] == "outcome.recorded"


def test_the_same_rows_again_change_nothing(evening: Context, made: SweepPlan, route: PlannedRoute) -> None:
    told = (word(route), word(route, 1))
    record(evening, made, route, *told)
    before = outcomes.outcomes(evening.engine)
    again = record(evening, made, route, *(replace(one, kinds=("refused",)) for one in told), word(route, 2))
    assert (again.counted, again.held, again.repeated) == (1, 0, 2)
    assert outcomes.outcomes(evening.engine).head(2).equals(before)


@pytest.mark.parametrize(
    ("given", "mark"),
    [
        ({"visit_id": "nowhere"}, "not_on_plan"),
        ({"kinds": ("paid", "found"), "paid": "1,200"}, "amount_unclear"),
        ({"kinds": ("paid", "found"), "paid": "0.1万元"}, "amount_unclear"),
        ({"kinds": ("paid", "found"), "paid": "若干"}, "amount_unread"),
        ({"kinds": ("paid",)}, "amount_missing"),
        ({"kinds": ("found",), "paid": "50"}, "amount_missing"),
        ({"kinds": ("paid",), "paid": "900000000"}, "more_than_owed"),
        ({"kinds": ("not_found", "summoned")}, "kinds_conflict"),
        ({"kinds": ()}, "kind_unknown"),
        ({"kinds": ("vanished",)}, "kind_unknown"),
        ({"happened": "昨天"}, "time_unread"),
        ({"happened": "2020-01-02T08:00"}, "before_sweep"),
        ({"happened": "2099-01-02T08:00"}, "in_future"),
        ({"corrects": "nothing"}, "corrects_unknown"),
    ],
)
def test_what_is_unclear_is_kept_and_does_not_count(
    evening: Context, made: SweepPlan, route: PlannedRoute, given: dict[str, object], mark: str
) -> None:
    recorded = record(evening, made, route, word(route, **given))
    assert (recorded.counted, recorded.held) == (0, 1)
    told = outcomes.outcomes(evening.engine)
    assert mark in held(told)["marks"].iloc[0].split(";")
    assert standing(told).empty


def test_a_second_word_is_held_unless_it_is_a_correction(
    evening: Context, made: SweepPlan, route: PlannedRoute
) -> None:
    first = word(route)
    record(evening, made, route, first)
    record(evening, made, route, word(route, kinds=("refused",)))
    told = outcomes.outcomes(evening.engine)
    assert held(told)["marks"].tolist() == ["told_twice"]
    record(evening, made, route, word(route, kinds=("detained",), corrects=first.outcome_id))
    assert standing(outcomes.outcomes(evening.engine))["kinds"].tolist() == ["detained"]


def test_a_word_cannot_correct_that_of_another_visit(evening: Context, made: SweepPlan, route: PlannedRoute) -> None:
    first = word(route)
    record(evening, made, route, first)
    record(evening, made, route, word(route, 1, corrects=first.outcome_id))
    told = outcomes.outcomes(evening.engine)
    assert held(told)["marks"].tolist() == ["corrects_unknown"]
    assert standing(told)["outcome_id"].tolist() == [first.outcome_id]


def test_a_person_decides_on_what_is_held(evening: Context, made: SweepPlan, route: PlannedRoute) -> None:
    unclear = [word(route, n, kinds=("paid",), paid="0.1万") for n in range(2)]
    record(evening, made, route, *unclear)
    settled = replace(unclear[0], paid="1000")
    decide_outcome(evening, unclear[0].outcome_id, settled, uuid4().hex)
    decide_outcome(evening, unclear[1].outcome_id, None, uuid4().hex)
    told = outcomes.outcomes(evening.engine)
    assert (len(told), held(told).empty, totals(told).paid_fen) == (4, True, 100_000)
    with pytest.raises(RequestError, match="outcome_not_held"):
        decide_outcome(evening, unclear[1].outcome_id, settled, uuid4().hex)


def test_what_came_in_counts_until_the_next_register_knows_it(
    evening: Context, made: SweepPlan, route: PlannedRoute
) -> None:
    before = known_cases(evening)["recovered_fen"].fillna(0).sum()
    after_the_import = replace(evening, clock=lambda: datetime(2200, 1, 1, tzinfo=BEIJING))
    record(after_the_import, made, route, word(route, kinds=("paid",), paid="300"))
    assert known_cases(evening)["recovered_fen"].fillna(0).sum() - before == 30_000


def test_officers_speak_for_their_own_squad_and_see_its_people_only(
    evening: Context, made: SweepPlan, route: PlannedRoute
) -> None:
    officer = replace(evening, actor=Actor("示例", "officer", route.squad_id))
    assert record(officer, made, route, word(route)).counted == 1
    assert my_route(officer, made.id, route.squad_id, route.day).visits
    other = next(r for r in made.routes if r.squad_id != route.squad_id and r.stops)
    with pytest.raises(Denied):
        record(officer, made, other, word(other))
    with pytest.raises(Denied):
        my_route(officer, made.id, other.squad_id, other.day)


def test_a_day_is_told_with_its_people_and_the_look_is_written_down(
    demo: Context, made: SweepPlan, route: PlannedRoute
) -> None:
    told = my_route(demo, made.id, route.squad_id, route.day)
    assert [visit.visit_id for visit in told.visits] == [stop.visit_id for stop in route.stops]
    assert all("示例" in visit.debtor for visit in told.visits)
    assert {paper.state for visit in told.visits for paper in visit.papers} == {"missing"}
    last = audit.entries(demo.engine).iloc[-1]
    assert (last["action"], last["subject"]) == ("names.shown", made.id)
    assert last["detail"] == f"{route.squad_id} {route.day} {len(route.stops)}"
    first = told.visits[0]
    outcomes.say_of_papers(
        demo.engine, [(first.visit_id, first.papers[0].name)], "approved", made.week_start, demo.clock(), "示例"
    )
    again = my_route(demo, made.id, route.squad_id, route.day)
    assert again.visits[0].papers[0].state == "approved"
    with pytest.raises(RequestError, match="no_route"):
        my_route(demo, made.id, route.squad_id, date(2020, 1, 1))


def test_plans_of_a_family_know_each_other(demo: Context, made: SweepPlan) -> None:
    child = replace(made, id="child", parent=made.id)
    _, visits = plans.load_plan(demo.engine, made.id)
    plans.save_plan(demo.engine, child, visits, plans.latest_score(demo.engine).id, demo.clock(), "示例")  # type: ignore[union-attr]
    assert plans.family(demo.engine, "child") == plans.family(demo.engine, made.id) == [made.id, "child"]
    for plan_id in (made.id, "child"):
        plans.adopt(demo.engine, plan_id, made.week_start, demo.clock(), "示例")
    assert plans.adopted(demo.engine)["plan_id"].tolist() == ["child"]
