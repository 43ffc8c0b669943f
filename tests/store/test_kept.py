"""What is kept in memory is bounded, each database's own, and never older than what stands in the database."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from planner.errors import DeploymentError, RequestError
from planner.model.tables import empty
from planner.model.visit import VISIT_TABLE
from planner.store import audit, plans
from planner.store.engine import open_engine, writing
from planner.store.kept import Kept
from tests.store.register import AT, SECRET, unlock
from tests.store.test_plans import PLAN, save, save_score


def test_made_once_by_whoever_asks_first(engine: Engine) -> None:
    kept, made, together = Kept(2), [], Barrier(4)

    def ask() -> int:
        together.wait()
        return kept.get(engine, "a", lambda: made.append(1) or len(made))

    with ThreadPoolExecutor(4) as pool:
        assert [one.result() for one in [pool.submit(ask) for _ in range(4)]] == [1] * 4
    assert made == [1]


def test_the_oldest_goes_first_and_failures_are_not_kept(engine: Engine) -> None:
    kept, made = Kept(2), []

    def make(name: str) -> str:
        made.append(name)
        return name

    for name in "abacab":
        assert kept.get(engine, name, lambda name=name: make(name)) == name
    assert made == ["a", "b", "c", "b"]
    with pytest.raises(ZeroDivisionError):
        kept.get(engine, "d", lambda: 1 // 0)
    assert kept.get(engine, "d", lambda: 7) == 7


def test_what_it_was_made_with_tells_it_apart(engine: Engine) -> None:
    kept, one, other = Kept(4), ["x"], ["x"]
    assert kept.get(engine, "a", lambda: 1, one) == 1
    assert kept.get(engine, "a", lambda: 2, other) == 2
    assert kept.get(engine, "a", lambda: 3, one) == 1


def test_another_database_has_its_own() -> None:
    first, second = (open_engine("sqlite://", SECRET) for _ in range(2))
    save(first, PLAN)
    assert plans.load_plan(first, PLAN.id)[0] == PLAN
    with pytest.raises(RequestError):
        plans.load_plan(second, PLAN.id)
    for engine in (first, second):
        engine.dispose()


def test_a_plan_that_was_read_is_gone_or_told_when_the_database_says_so(engine: Engine) -> None:
    """As after a restore: what the database holds under the id, and its digest, is what counts."""
    save(engine, PLAN)
    plans.load_plan(engine, PLAN.id)
    with writing(engine) as connection:
        unlock(connection, "plan")
        connection.execute(sa.text("UPDATE plan SET digest = 'of another'"))
    with pytest.raises(DeploymentError) as told:
        plans.load_plan(engine, PLAN.id)
    assert told.value.key == "plan_tampered"
    with writing(engine) as connection:
        connection.execute(sa.text("DELETE FROM plan"))
    with pytest.raises(RequestError):
        plans.load_plan(engine, PLAN.id)


def test_nobody_changes_the_visits_of_another(engine: Engine) -> None:
    save(engine, PLAN)
    mine = plans.load_plan(engine, PLAN.id)[1]
    mine["extra"] = "x"
    assert list(plans.load_plan(engine, PLAN.id)[1]) == list(empty(VISIT_TABLE))


def test_a_deed_names_a_new_state_and_a_look_does_not(engine: Engine) -> None:
    states = [audit.last_deed(engine)]
    for action in ("names.shown", "sign_in.begun", "plan.exported", "outcome.recorded", "placing.redone"):
        audit.record(engine, AT, "示例", action, "x")
        states.append(audit.last_deed(engine))
    save_score(engine)
    states.append(audit.last_deed(engine))
    assert states[:4] == [""] * 4
    assert len(set(states)) == 4
