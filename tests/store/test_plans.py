"""Plans and scores come back exactly, and nobody changes them."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import Engine

from planner.errors import DeploymentError, RequestError
from planner.model.hotspot import CLUSTER_TABLE, HOTSPOT_TABLE, Hotspots
from planner.model.score_run import ScoreRun
from planner.model.sweep import PlannedRoute, PlannedVisit, PolicyEffect, SweepPlan, Unserved
from planner.model.tables import empty
from planner.model.visit import OUT_OF_FIELD_TABLE, VISIT_TABLE
from planner.store import audit, plans
from planner.store.engine import open_engine, writing
from tests.contracts.tables import frames
from tests.store.register import APPEND_ONLY, AT, SECRET, unlock

FINITE = st.floats(allow_nan=False, allow_infinity=False)
POINTS = pd.DataFrame({"case_id": ["a"], "village_code": [None], "lon": [121.9], "cluster_id": [0]})

EFFECTS = st.builds(
    PolicyEffect,
    **dict.fromkeys(("finds_mean", "finds_low", "finds_high", "drive_officer_hours", "visit_officer_hours"), FINITE),
    **{f"recovered_fen_{part}": FINITE for part in ("mean", "low", "high")},
)
PLANS = st.builds(SweepPlan, objective=st.lists(st.tuples(st.text(), FINITE), max_size=3).map(tuple), effect=EFFECTS)


def route(squad: str, day: date, visit: str, link: str | None) -> PlannedRoute:
    stop = PlannedVisit(visit, arrive=500, start=510, leave=540)
    return PlannedRoute(squad, day, "330225105", 480, 495, (stop,), 560, 575, link, drive_minutes=40)


PLAN = SweepPlan(
    id="p1",
    parent=None,
    region_code="330225",
    week_start=date(2026, 11, 23),
    days=(date(2026, 11, 23), date(2026, 11, 24)),
    spread="concentrate",
    selection=(("330225105", "highest_score"),),
    routes=(route("S01", date(2026, 11, 23), "v1", None), route("S02", date(2026, 11, 24), "v2", "F1")),
    unserved=(Unserved("v3", "day_full"),),
    prize=21,
    bound=30,
    objective=(("money", 20.5), ("loans", -0.5)),
    effect=PolicyEffect(2, 0.9, 0.0, 2.0, 1e6, 0.0, 2e6, 1.3, 2.0),
    travel_estimated=True,
    solver="ruin-recreate",
    seed=7,
    versions=(("planner", "0.1.0"),),
    input_digest="d",
    policy="{}",
    warnings=("early_visits",),
)


@st.composite
def hotspots(draw: st.DrawFn) -> Hotspots:
    return Hotspots(
        table=draw(frames(HOTSPOT_TABLE)),
        clusters=draw(frames(CLUSTER_TABLE)),
        points=POINTS,
        as_of=draw(st.dates().map(pd.Timestamp)),
        horizon_days=28,
        k=draw(st.integers(1, 18)),
        unplaced=draw(st.dictionaries(st.sampled_from(("outside", "none")), st.integers(0, 99))),
        scorer=draw(st.text()),
        params_digest="d",
        seed=draw(st.integers()),
    )


def save_score(engine: Engine, minutes: int = 0) -> ScoreRun:
    """An empty score."""
    scored = Hotspots(
        empty(HOTSPOT_TABLE), empty(CLUSTER_TABLE), POINTS, pd.Timestamp(AT.date()), 28, 3, {}, "s", "d", 7
    )
    tables = (scored, empty(VISIT_TABLE), empty(OUT_OF_FIELD_TABLE))
    return plans.save_score(engine, *tables, at=AT + timedelta(minutes=minutes), by="示例")


def save(engine: Engine, plan: SweepPlan, visits: pd.DataFrame | None = None, minutes: int = 0) -> None:
    run = save_score(engine, minutes)
    visits = empty(VISIT_TABLE) if visits is None else visits
    plans.save_plan(engine, plan, visits, run.id, at=AT + timedelta(minutes=minutes), by="示例")


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PLANS)
def test_any_plan_comes_back_from_its_document(plan: SweepPlan) -> None:
    assert plans.PLAN.validate_json(plans.PLAN.dump_json(plan)) == plan


def test_plan_comes_back_with_its_visits(engine: Engine) -> None:
    visits = empty(VISIT_TABLE)
    save(engine, PLAN, visits)
    plan, its_visits = plans.load_plan(engine, "p1")
    assert plan == PLAN
    pd.testing.assert_frame_equal(its_visits, visits)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hotspots(), frames(VISIT_TABLE), frames(OUT_OF_FIELD_TABLE))
def test_any_score_comes_back_exactly(scored: Hotspots, visits: pd.DataFrame, out: pd.DataFrame) -> None:
    engine = open_engine("sqlite://", SECRET)
    run = plans.save_score(engine, scored, visits, out, at=AT, by="示例")
    found = plans.latest_score(engine)
    engine.dispose()
    assert found is not None
    assert (found.id, found.created_at) == (run.id, AT)
    plain = ("as_of", "horizon_days", "k", "unplaced", "scorer", "params_digest", "seed")
    assert [getattr(found.hotspots, name) for name in plain] == [getattr(scored, name) for name in plain]
    for name in ("table", "clusters", "points"):
        pd.testing.assert_frame_equal(getattr(found.hotspots, name), getattr(scored, name))
    pd.testing.assert_frame_equal(found.visits, visits)
    pd.testing.assert_frame_equal(found.out_of_field, out)


def test_nothing_scored_yet(engine: Engine) -> None:
    assert plans.latest_score(engine) is None


def test_plan_keeps_the_score_it_was_made_from(engine: Engine) -> None:
    first = save_score(engine)
    plans.save_plan(engine, PLAN, empty(VISIT_TABLE), first.id, at=AT, by="示例")
    second = save_score(engine, minutes=5)
    newest = plans.latest_score(engine)
    assert newest is not None
    assert newest.id == second.id
    assert plans.score_of_plan(engine, PLAN.id).id == first.id


@pytest.mark.parametrize("change", ["UPDATE plan SET prize = 1", "DELETE FROM plan", "DELETE FROM score_run"])
def test_nobody_changes_a_plan(engine: Engine, change: str) -> None:
    save(engine, PLAN)
    with pytest.raises(APPEND_ONLY, match="append-only"), writing(engine) as connection:
        connection.execute(sa.text(change))
    assert plans.load_plan(engine, PLAN.id)[0] == PLAN


def test_same_id_twice_is_refused(engine: Engine) -> None:
    save(engine, PLAN)
    with pytest.raises(sa.exc.IntegrityError):
        save(engine, replace(PLAN, prize=PLAN.prize + 1))
    assert plans.load_plan(engine, PLAN.id)[0] == PLAN
    assert audit.entries(engine)["action"].tolist().count("plan.made") == 1


@pytest.mark.parametrize(
    "change",
    ["UPDATE plan SET document = replace(document, 'S01', 'S02')", "UPDATE plan SET visits = substr(visits, 2)"],
)
def test_plan_changed_behind_the_program_is_refused(engine: Engine, change: str) -> None:
    save(engine, PLAN)
    with writing(engine) as connection:
        unlock(connection, "plan")
        connection.execute(sa.text(change))
    with pytest.raises(DeploymentError) as told:
        plans.load_plan(engine, PLAN.id)
    assert (told.value.key, told.value.params) == ("plan_tampered", {"plan_id": PLAN.id})


def test_plan_that_could_not_be_read_again_is_not_saved(engine: Engine) -> None:
    with pytest.raises(ValidationError):
        save(engine, replace(PLAN, objective=(("money", float("nan")),)))
    assert plans.list_plans(engine).empty


def test_replan_names_a_parent_that_exists(engine: Engine) -> None:
    save(engine, PLAN)
    save(engine, replace(PLAN, id="child", parent=PLAN.id), minutes=5)
    with pytest.raises(sa.exc.IntegrityError):
        save(engine, replace(PLAN, id="orphan", parent="nobody"), minutes=6)
    listed = plans.list_plans(engine)
    assert listed["id"].tolist() == ["child", "p1"]
    assert listed["parent"].fillna("").tolist() == ["p1", ""]
    assert listed["made_at"].tolist() == [AT + timedelta(minutes=5), AT]
    assert listed["visits"].tolist() == [2, 2]


def test_unknown_plan_is_told(engine: Engine) -> None:
    for ask in (plans.load_plan, plans.score_of_plan):
        with pytest.raises(RequestError) as told:
            ask(engine, "nix")
        assert told.value.key == "unknown_plan"
